//! 口令 What a password must be: GB/T 22239-2019 8.1.4.1 a asks for complexity; length and kinds are
//! our figures.

/// Characters at least.
const SHORTEST: usize = 12;
/// Characters at most: hashing more costs without protecting more.
const LONGEST: usize = 128;
/// Kinds of characters at least, of capitals, small letters, digits and others.
const KINDS: usize = 3;
/// Parts of passwords that everybody tries first.
const COMMON: [&str; 12] = [
    "password", "passw0rd", "qwerty", "123456", "abc123", "admin", "iloveyou", "letmein", "welcome", "qinxin",
    "shaanxi", "111111",
];

/// 弱口令 Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Too few characters.
    Short,
    /// Too many.
    Long,
    /// Too few kinds of characters.
    Plain,
    /// It holds a part that everybody tries first.
    Common,
    /// It holds the name of the account.
    Login,
}

impl Weakness {
    /// How to mend it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Short => "口令至少 12 个字符。",
            Self::Long => "口令最多 128 个字符。",
            Self::Plain => "口令应包含大写字母、小写字母、数字、符号中的至少三种。",
            Self::Common => "口令含有常见弱口令（如 123456、password、admin），请更换。",
            Self::Login => "口令不能包含账号名。",
        }
    }
}

/// Everything that is wrong with a password of the account `login`.
pub fn weaknesses(password: &str, login: &str) -> Vec<Weakness> {
    let length = password.chars().count();
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let used = kinds.iter().filter(|kind| password.chars().any(kind)).count();
    let lower = password.to_lowercase();
    let checks = [
        (length < SHORTEST, Weakness::Short),
        (length > LONGEST, Weakness::Long),
        (used < KINDS, Weakness::Plain),
        (COMMON.iter().any(|part| lower.contains(part)), Weakness::Common),
        (!login.is_empty() && lower.contains(&login.to_lowercase()), Weakness::Login),
    ];
    checks.into_iter().filter_map(|(is_weak, weakness)| is_weak.then_some(weakness)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_weaknesses_are_told_at_once() {
        assert_eq!(weaknesses("abc123", "wang"), [Weakness::Short, Weakness::Plain, Weakness::Common]);
        assert_eq!(weaknesses("Wang-li-2026-xx", "wang"), [Weakness::Login]);
        assert_eq!(weaknesses("长安-Yanta-2026-秋", "wang"), []);
    }
}
