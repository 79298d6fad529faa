//! 统一社会信用代码 The unified social credit code of every legal person and organisation,
//! GB 32100-2015, and the 15-digit registration number that it replaced.
//!
//! Only the written form is judged here; whether anybody bears the code is the register's business.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const LENGTH: usize = 18;

/// The 31 characters of GB 32100-2015 in the order of their values; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the first 17 characters: 3^i mod 31 (GB 32100-2015, 4.2.6).
const WEIGHTS: [u32; LENGTH - 1] = weights();

/// Marks bytes outside the alphabet in [`VALUES`].
const NO_VALUE: u8 = u8::MAX;

/// Value of every byte, so that a check costs one look-up a character.
const VALUES: [u8; 256] = values();

const fn weights() -> [u32; LENGTH - 1] {
    let mut weights = [1; LENGTH - 1];
    let mut i = 1;
    while i < weights.len() {
        weights[i] = weights[i - 1] * 3 % 31;
        i += 1;
    }
    weights
}

const fn values() -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
}

/// 登记管理机关行政区划码 Positions (from 0) that hold the region of the registering authority: digits only.
fn is_region_position(position: usize) -> bool {
    (2..8).contains(&position)
}

/// 校验码 Check character of the first 17 characters, `None` if one of them is outside the alphabet.
pub fn check_character(prefix: &[u8; 17]) -> Option<u8> {
    let mut sum = 0;
    for (byte, weight) in prefix.iter().zip(WEIGHTS) {
        match VALUES[usize::from(*byte)] {
            NO_VALUE => return None,
            value => sum += u32::from(value) * weight,
        }
    }
    let value = (31 - sum % 31) % 31;
    Some(ALPHABET[value as usize])
}

/// 统一社会信用代码 Unified social credit code, GB 32100-2015: a value of this type has a right check character.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc([u8; LENGTH]);

impl Uscc {
    /// Reads the 18 characters as they are: no trimming, upper case and half-width only.
    ///
    /// # Errors
    /// The first fault found: length, then a character that cannot stand there, then the check character.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let bytes: &[u8; LENGTH] = text.as_bytes().try_into().map_err(|_| misfit(text, LENGTH))?;
        let (prefix, found) = match bytes {
            [prefix @ .., found] => (prefix, *found),
        };
        let expected = checked_prefix(text, prefix)?;
        if VALUES[usize::from(found)] == NO_VALUE {
            return Err(misfit(text, LENGTH));
        }
        if expected != found {
            return Err(UsccError::CheckCharacter { expected: expected.into(), found: found.into() });
        }
        Ok(Self(*bytes))
    }

    /// Completes the first 17 characters with their check character.
    ///
    /// # Errors
    /// Length (of other than 17) or a character that cannot stand there.
    pub fn from_prefix(prefix: &str) -> Result<Self, UsccError> {
        let bytes: &[u8; LENGTH - 1] = prefix.as_bytes().try_into().map_err(|_| misfit(prefix, LENGTH - 1))?;
        let mut code = [0; LENGTH];
        code[..LENGTH - 1].copy_from_slice(bytes);
        code[LENGTH - 1] = checked_prefix(prefix, bytes)?;
        Ok(Self(code))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        // Every byte comes from the alphabet, so this is always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// 登记管理机关行政区划码 Region of the authority that issued the code, as six digits.
    ///
    /// It may be withdrawn by now, and it does not follow the enterprise when that moves.
    pub fn region(&self) -> u32 {
        self.0[2..8].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    }
}

/// Check character of a prefix whose every character may stand where it stands.
fn checked_prefix(text: &str, prefix: &[u8; 17]) -> Result<u8, UsccError> {
    let region_is_digits = prefix[2..8].iter().all(u8::is_ascii_digit);
    check_character(prefix).filter(|_| region_is_digits).ok_or_else(|| misfit(text, text.len()))
}

/// The fault of a text that is no code: its length in characters, else the first misplaced character.
fn misfit(text: &str, expected_length: usize) -> UsccError {
    let found = text.chars().count();
    let misplaced = text.chars().enumerate().find(|(position, c)| !may_stand(*position, *c));
    match misplaced {
        Some((position, found_char)) if found == expected_length => {
            UsccError::Character { position: position + 1, found: found_char }
        }
        _ => UsccError::Length { found },
    }
}

fn may_stand(position: usize, found: char) -> bool {
    if is_region_position(position) {
        return found.is_ascii_digit();
    }
    u8::try_from(found).is_ok_and(|byte| VALUES[usize::from(byte)] != NO_VALUE)
}

/// Why a text is not a unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// Not 18 characters long.
    #[error("a unified social credit code has 18 characters, found {found}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character that cannot stand where it stands.
    #[error("character {found:?} cannot stand at position {position} of a unified social credit code")]
    Character {
        /// Position, counted from 1.
        position: usize,
        /// Character found there.
        found: char,
    },
    /// The last character does not follow from the others.
    #[error("the check character should be {expected}, found {found}")]
    CheckCharacter {
        /// What the first 17 characters demand.
        expected: char,
        /// What stands there.
        found: char,
    },
}

impl UsccError {
    /// Stable code of the fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "USCC_LENGTH",
            Self::Character { .. } => "USCC_CHARACTER",
            Self::CheckCharacter { .. } => "USCC_CHECK_CHARACTER",
        }
    }

    /// What is wrong and how to mend it, for the person who typed the code.
    pub fn message(&self) -> String {
        match *self {
            Self::Length { found } => {
                format!("统一社会信用代码应为18位，现为{found}位，请对照营业执照核对是否缺字、多字或夹有空格。")
            }
            Self::Character { position, found } => {
                format!("统一社会信用代码第{position}位“{found}”不合规则，{}。", advice(position, found))
            }
            Self::CheckCharacter { expected, found } => format!(
                "统一社会信用代码校验不通过：按前17位推算末位应为“{expected}”，现为“{found}”，请对照营业执照逐位核对。"
            ),
        }
    }
}

/// How to mend a misplaced character: the one that was most likely meant, if there is one.
fn advice(position: usize, found: char) -> String {
    let plain = half_width(found).to_ascii_uppercase();
    if plain != found && may_stand(position - 1, plain) {
        return format!("请改为大写半角的“{plain}”");
    }
    if is_region_position(position - 1) {
        return match look_alike(plain).filter(char::is_ascii_digit) {
            Some(digit) => format!("第3至8位为行政区划码，只用数字，请核对是否为“{digit}”"),
            None => "第3至8位为行政区划码，只用数字，请对照营业执照改正".to_owned(),
        };
    }
    match look_alike(plain) {
        Some(meant) => format!("代码不使用字母I、O、S、V、Z，请核对是否为“{meant}”"),
        None => "代码只用数字和I、O、S、V、Z以外的大写字母，请对照营业执照改正".to_owned(),
    }
}

/// The half-width form of a full-width ASCII character, U+FF01 to U+FF5E.
fn half_width(found: char) -> char {
    match found {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(found) - 0xfee0).unwrap_or(found),
        other => other,
    }
}

/// Why the standard leaves these letters out: they are read as something else.
fn look_alike(letter: char) -> Option<char> {
    match letter {
        'I' | 'L' => Some('1'),
        'O' | 'D' | 'Q' => Some('0'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        'V' => Some('U'),
        _ => None,
    }
}

impl FromStr for Uscc {
    type Err = UsccError;

    fn from_str(text: &str) -> Result<Self, UsccError> {
        Self::parse(text)
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({})", self.as_str())
    }
}

impl Serialize for Uscc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uscc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

pub mod registration_number {
    //! 工商注册号 The registration number of before 2015: 15 digits, the last one checks the others
    //! (ISO 7064, MOD 11,10). Old papers and files still carry it.

    /// 位数 Digits of a number.
    pub const LENGTH: usize = 15;

    /// Whether the text is 15 digits of which the last is the right check digit.
    pub fn is_valid(text: &str) -> bool {
        text.split_at_checked(LENGTH - 1).is_some_and(|(stem, _)| completed(stem).as_deref() == Some(text))
    }

    /// Fourteen digits with the check digit behind them; `None` for any other text.
    pub fn completed(stem: &str) -> Option<String> {
        let digits = stem.as_bytes();
        if digits.len() != LENGTH - 1 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let carried = digits.iter().fold(10, |carry, digit| {
            let sum = (carry + u32::from(digit - b'0')) % 10;
            (if sum == 0 { 10 } else { sum }) * 2 % 11
        });
        Some(format!("{stem}{}", (11 - carried) % 10))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn character() -> impl Strategy<Value = char> {
        proptest::sample::select(ALPHABET.as_slice()).prop_map(char::from)
    }

    prop_compose! {
        fn uscc()(head in proptest::collection::vec(character(), 2), region in 0..1_000_000,
                  tail in proptest::collection::vec(character(), 9)) -> Uscc {
            let head: String = head.into_iter().collect();
            let tail: String = tail.into_iter().collect();
            Uscc::from_prefix(&format!("{head}{region:06}{tail}")).expect("built from the alphabet")
        }
    }

    #[test]
    fn reads_codes_in_use() {
        let code = Uscc::parse("91350100M000100Y43").expect("the example of the standard");
        assert_eq!(code.as_str(), "91350100M000100Y43");
        assert_eq!(code.region(), 350100);
        assert_eq!(Uscc::from_prefix("91350100M000100Y4"), Ok(code));
        assert_eq!(format!("{code} {code:?}"), "91350100M000100Y43 Uscc(91350100M000100Y43)");
    }

    #[test]
    fn says_what_to_mend() {
        let mend = |text| Uscc::parse(text).expect_err("a wrong code").message();
        assert!(mend("91350100M000100Y4").contains("现为17位"));
        assert!(mend(" 91350100M000100Y43").contains("现为19位"));
        assert!(mend("91350100m000100Y43").contains("第9位“m”不合规则，请改为大写半角的“M”"));
        assert!(mend("９1350100M000100Y43").contains("请改为大写半角的“9”"));
        assert!(mend("91350100MO00100Y43").contains("请核对是否为“0”"));
        assert!(mend("913501O0M000100Y43").contains("只用数字，请核对是否为“0”"));
        assert!(mend("91350100M000100Y4Z").contains("请核对是否为“2”"));
        assert!(mend("91350100M000100Y44").contains("末位应为“3”，现为“4”"));
        assert!(mend("统一社会信用代码统一社会信用代码统一").contains("第1位“统”"));
    }

    #[test]
    fn codes_of_faults_are_stable() {
        let code = |text| Uscc::parse(text).expect_err("a wrong code").code();
        assert_eq!(code(""), "USCC_LENGTH");
        assert_eq!(code("91350100M000100YI3"), "USCC_CHARACTER");
        assert_eq!(code("91350100M000100Y40"), "USCC_CHECK_CHARACTER");
    }

    #[test]
    fn registration_numbers_check_their_last_digit() {
        assert!(registration_number::is_valid("110108000000016"));
        for wrong in ["110108000000017", "11010800000001", "1101080000000166", "11010800000001X", ""] {
            assert!(!registration_number::is_valid(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn text_and_json_come_back_the_same(code in uscc()) {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            let json = serde_json::to_string(&code).expect("a string");
            prop_assert_eq!(serde_json::from_str::<Uscc>(&json).ok(), Some(code));
        }

        /// Weights are no multiples of 31, so one wrong character is always caught.
        #[test]
        fn every_single_substitution_is_caught(code in uscc(), position in 0..LENGTH, other in character()) {
            let mut typed: Vec<char> = code.as_str().chars().collect();
            prop_assume!(typed[position] != other);
            typed[position] = other;
            prop_assert!(Uscc::parse(&typed.iter().collect::<String>()).is_err());
        }

        /// 3 generates all residues of 31, so the weights differ pairwise, and any two characters that
        /// change places are caught, adjacent or not. The one pair that is not: the first character
        /// and the check character, whose weights are both 1.
        #[test]
        fn every_transposition_but_first_with_last_is_caught(code in uscc(), a in 0..LENGTH, b in 0..LENGTH) {
            let mut typed: Vec<char> = code.as_str().chars().collect();
            prop_assume!(typed[a] != typed[b]);
            typed.swap(a, b);
            let caught = Uscc::parse(&typed.iter().collect::<String>()).is_err();
            prop_assert_eq!(caught, (a.min(b), a.max(b)) != (0, LENGTH - 1));
        }

        #[test]
        fn any_text_is_judged_without_panic(text in "\\PC{0,20}") {
            if let Err(fault) = Uscc::parse(&text) {
                prop_assert!(fault.message().ends_with('。'));
            }
        }

        #[test]
        fn one_check_digit_in_ten_fits_a_registration_number(stem in "[0-9]{14}") {
            let fitting = (0..10).filter(|d| registration_number::is_valid(&format!("{stem}{d}"))).count();
            prop_assert_eq!(fitting, 1);
        }
    }
}
