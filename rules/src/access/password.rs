//! 口令 What a password must be: GB/T 22239-2019 8.1.4.1 a asks for complexity; the figures are those of the
//! policy.

use super::common;
use super::policy::PasswordPolicy;

/// 弱口令 Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Too few characters.
    Short,
    /// Too many.
    Long,
    /// Too few kinds of characters.
    Plain,
    /// It holds a part that everybody tries first, or is made of nothing else but such parts.
    Common,
    /// It holds the name of the account.
    Login,
}

impl Weakness {
    /// How to mend it.
    pub fn message(self, policy: &PasswordPolicy) -> String {
        match self {
            Self::Short => format!("口令至少 {} 个字符。", policy.shortest),
            Self::Long => format!("口令最多 {} 个字符。", policy.longest),
            Self::Plain => "口令应包含大写字母、小写字母、数字、符号中的至少三种。".to_owned(),
            Self::Common => {
                "口令含有或仅由常见弱口令组成（如 123456、password、admin、单位名称加年份），请更换。".to_owned()
            }
            Self::Login => "口令不能包含账号名。".to_owned(),
        }
    }
}

/// Everything that is wrong with a password of the account `login`.
pub fn weaknesses(policy: &PasswordPolicy, password: &str, login: &str) -> Vec<Weakness> {
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
        (length < policy.shortest, Weakness::Short),
        (length > policy.longest, Weakness::Long),
        (used < policy.kinds, Weakness::Plain),
        (common::is_common(&lower), Weakness::Common),
        (!login.is_empty() && lower.contains(&login.to_lowercase()), Weakness::Login),
    ];
    checks.into_iter().filter_map(|(is_weak, weakness)| is_weak.then_some(weakness)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::policy::password_policy;
    use super::*;

    fn found(password: &str, login: &str) -> Vec<Weakness> {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 4, 15).expect("a day");
        weaknesses(password_policy(day).expect("a policy"), password, login)
    }

    #[test]
    fn all_weaknesses_are_told_at_once() {
        assert_eq!(found("abc123", "wang"), [Weakness::Short, Weakness::Plain, Weakness::Common]);
        assert_eq!(found("Wang-li-2026-xx", "wang"), [Weakness::Login]);
        assert_eq!(found("长安-Yanta-2026-秋", "wang"), []);
        assert_eq!(found(&"Ab3-".repeat(40), "wang"), [Weakness::Long]);
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "Password@2026",
            "P@ssw0rd1234",
            "Admin@123456",
            "Adm1n#2025!!",
            "Qwer1234!@#$",
            "1qaz@WSX3edc",
            "Aa123456789.",
            "Abcd1234!@#$",
            "Zhongguo@2024",
            "Shaanxi@2025!",
            "Xian20251001!",
            "Jianguan@2026",
            "Gongshang#1234",
            "Woaini5201314!",
            "Xinyong-2026-06",
            "Shichang123!@#",
            "Qazwsx!@#123",
            "秦信Qinxin@2026",
            "市场监管局Aa@2026",
            "Asdfgh!@#456",
            "Huawei@12345",
            "Aaaa1111!!!!",
            "Changeme_2026",
            "Iloveyou#2026",
            "Zxcvbnm,./123",
            "Root@20260101",
            "Test1234!@#$",
        ] {
            assert!(found(password, "wang").contains(&Weakness::Common), "{password}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_taken() {
        for password in [
            "Weihe-pingyuan-7294",
            "Qx-h7kqm2wzt9vbn4",
            "长安-Yanta-2026-秋",
            "tR7#mPq2zL9w",
            "Lvshui qingshan 88 ke",
            "Guanzhong_Mianshi_3wan",
            "kX9$vB2!nQ7@",
            "雨打芭蕉Yeye3sheng",
        ] {
            assert_eq!(found(password, "wang"), [], "{password}");
        }
    }

    proptest! {
        #[test]
        fn length_and_kinds_are_those_of_the_policy(password in "\\PC{0,140}") {
            let found = found(&password, "");
            let length = password.chars().count();
            prop_assert_eq!(found.contains(&Weakness::Short), length < 12);
            prop_assert_eq!(found.contains(&Weakness::Long), length > 128);
        }

        /// A word of the office with a year and signs is one of the first guesses.
        #[test]
        fn a_known_word_with_a_year_is_common(
            word in prop::sample::select(common::WORDS.to_vec()), year in 1950_u32..2050, signs in "[!@#$%^&*._-]{0,6}",
        ) {
            let capital: String = word.chars().enumerate()
                .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c }).collect();
            for password in [format!("{capital}{signs}{year}"), format!("{year}{capital}{signs}")] {
                prop_assert!(found(&password, "").contains(&Weakness::Common), "{}", password);
            }
        }

        #[test]
        fn a_login_in_any_case_is_found(login in "[a-z]{3,10}", before in "[A-Z0-9-]{5,10}") {
            let password = format!("{before}{}", login.to_uppercase());
            prop_assert!(found(&password, &login).contains(&Weakness::Login));
        }
    }
}
