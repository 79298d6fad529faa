//! 金额 Amounts of money, with the unit in the type: [`Wan`] 万元 for capital and reports,
//! [`Yuan`] 元 for fines. Both count whole 分, so no amount is ever rounded and none is a float.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text or number is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was written, or no digit before or after the point.
    #[error("an amount needs digits")]
    Digits,
    /// A character that is no part of a plain decimal number.
    #[error("character {found:?} at position {position} is not part of an amount")]
    Character {
        /// Position, counted from 1.
        position: usize,
        /// Character found there.
        found: char,
    },
    /// More decimals than whole 分 can hold.
    #[error("an amount in this unit has at most {allowed} decimals")]
    Decimals {
        /// Decimals that the unit allows.
        allowed: u32,
    },
    /// More than 64 bits of 分.
    #[error("the amount is out of range")]
    OutOfRange,
}

impl MoneyError {
    /// Stable code of the fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Digits => "MONEY_DIGITS",
            Self::Character { .. } => "MONEY_CHARACTER",
            Self::Decimals { .. } => "MONEY_DECIMALS",
            Self::OutOfRange => "MONEY_OUT_OF_RANGE",
        }
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        match *self {
            Self::Digits => "金额不完整，请填写数字，例如“3299.92”。".to_owned(),
            Self::Character { found: ',' | '，', .. } => {
                "金额中不要使用千位分隔的逗号，请去掉逗号后重新填写。".to_owned()
            }
            Self::Character { position, found } => {
                format!("金额第{position}位“{found}”不是半角数字，请只填写数字和小数点，不要填写单位、空格或符号。")
            }
            Self::Decimals { allowed } => {
                format!("金额最多保留{allowed}位小数（精确到分），请删去多余的小数位。")
            }
            Self::OutOfRange => "金额超出可登记的范围，请核对数字和单位。".to_owned(),
        }
    }
}

/// Declares a unit of money that holds whole 分 and writes itself with a fixed number of decimals.
macro_rules! unit_of_money {
    ($(#[$doc:meta])* $name:ident, $decimals:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// Decimals with which this unit names every 分.
            pub const DECIMALS: u32 = $decimals;

            /// The amount of so many 分.
            pub const fn from_fen(fen: i64) -> Self {
                Self(fen)
            }

            /// 分 The amount in 分.
            pub const fn fen(self) -> i64 {
                self.0
            }

            /// Reads a plain decimal number: optional sign, digits, optional point with digits.
            ///
            /// # Errors
            /// Missing digits, another character, too many decimals, out of range.
            pub fn parse(text: &str) -> Result<Self, MoneyError> {
                parse_fen(text, Self::DECIMALS).map(Self)
            }

            /// The amount as a decimal number of this unit.
            pub fn to_decimal(self) -> Decimal {
                Decimal::new(self.0, Self::DECIMALS).normalize()
            }

            /// The amount of a decimal number of this unit.
            ///
            /// # Errors
            /// More decimals than 分 can hold, out of range.
            pub fn from_decimal(amount: Decimal) -> Result<Self, MoneyError> {
                fen_of(amount, Self::DECIMALS).map(Self)
            }

            /// The sum, `None` if it is out of range.
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(fen) => Some(Self(fen)),
                    None => None,
                }
            }
        }

        impl FromStr for $name {
            type Err = MoneyError;

            fn from_str(text: &str) -> Result<Self, MoneyError> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            /// Shortest decimal, without exponent and without grouping.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_fen(f, self.0, Self::DECIMALS)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

unit_of_money! {
    /// 万元 Ten thousand yuan, at most six decimals: 1 万元 is 1,000,000 分.
    Wan, 6
}

unit_of_money! {
    /// 元 Yuan, at most two decimals: 1 元 is 100 分.
    Yuan, 2
}

impl From<Yuan> for Wan {
    fn from(amount: Yuan) -> Self {
        Self(amount.0)
    }
}

impl From<Wan> for Yuan {
    fn from(amount: Wan) -> Self {
        Self(amount.0)
    }
}

/// 分 in a decimal text of a unit with so many decimals.
fn parse_fen(text: &str, decimals: u32) -> Result<i64, MoneyError> {
    let (is_negative, number) = match text.as_bytes() {
        [b'-', number @ ..] => (true, number),
        [b'+', number @ ..] => (false, number),
        number => (false, number),
    };
    let point = number.iter().position(|byte| *byte == b'.').unwrap_or(number.len());
    let (whole, rest) = number.split_at(point);
    let fraction = rest.get(1..).unwrap_or_default();
    if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return Err(misfit(text));
    }
    if whole.is_empty() || rest == b"." {
        return Err(MoneyError::Digits);
    }
    let missing = (decimals as usize).checked_sub(fraction.len()).ok_or(MoneyError::Decimals { allowed: decimals })?;
    let zeros = std::iter::repeat_n(&b'0', missing);
    whole
        .iter()
        .chain(fraction)
        .chain(zeros)
        .try_fold(0_u64, |fen, digit| fen.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
        .and_then(|fen| signed(is_negative, fen))
        .ok_or(MoneyError::OutOfRange)
}

fn signed(is_negative: bool, fen: u64) -> Option<i64> {
    if is_negative { 0_i64.checked_sub_unsigned(fen) } else { i64::try_from(fen).ok() }
}

/// The first character of a text that has no place in a decimal number.
fn misfit(text: &str) -> MoneyError {
    let mut points = 0;
    let misplaced = text.chars().enumerate().find(|(position, found)| match found {
        '+' | '-' => *position > 0,
        '.' => {
            points += 1;
            points > 1
        }
        other => !other.is_ascii_digit(),
    });
    misplaced.map_or(MoneyError::Digits, |(position, found)| MoneyError::Character { position: position + 1, found })
}

/// 分 in a decimal number of a unit with so many decimals.
fn fen_of(amount: Decimal, decimals: u32) -> Result<i64, MoneyError> {
    let amount = amount.normalize();
    let missing = decimals.checked_sub(amount.scale()).ok_or(MoneyError::Decimals { allowed: decimals })?;
    amount
        .mantissa()
        .checked_mul(10_i128.pow(missing))
        .and_then(|fen| i64::try_from(fen).ok())
        .ok_or(MoneyError::OutOfRange)
}

fn write_fen(f: &mut fmt::Formatter<'_>, fen: i64, decimals: u32) -> fmt::Result {
    let unit = 10_u64.pow(decimals);
    let (whole, mut fraction) = (fen.unsigned_abs() / unit, fen.unsigned_abs() % unit);
    let sign = if fen < 0 { "-" } else { "" };
    if fraction == 0 {
        return write!(f, "{sign}{whole}");
    }
    let mut width = decimals as usize;
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        width -= 1;
    }
    write!(f, "{sign}{whole}.{fraction:0width$}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_and_written_in_their_unit() {
        for (text, fen, shown) in [
            ("140", 140_000_000, "140"),
            ("3299.92", 3_299_920_000, "3299.92"),
            ("0.000001", 1, "0.000001"),
            ("-135.470000", -135_470_000, "-135.47"),
            ("+007.50", 7_500_000, "7.5"),
            ("-0", 0, "0"),
        ] {
            let amount = Wan::parse(text).expect(text);
            assert_eq!((amount.fen(), amount.to_string().as_str()), (fen, shown), "{text}");
        }
        assert_eq!(Yuan::parse("20400.5"), Ok(Yuan::from_fen(2_040_050)));
        assert_eq!(Wan::from(Yuan::from_fen(2_040_050)).to_string(), "2.04005");
        assert_eq!(format!("{:?}", Yuan::from_fen(-5)), "Yuan(-0.05)");
    }

    #[test]
    fn what_is_no_plain_amount_is_refused() {
        for text in ["", "-", ".", ".5", "5.", "+.", "-.5"] {
            assert_eq!(Wan::parse(text), Err(MoneyError::Digits), "{text:?}");
        }
        for (text, position, found) in [
            ("3,299.92", 2, ','),
            ("140万元", 4, '万'),
            ("１40", 1, '１'),
            (" 140", 1, ' '),
            ("1.2.3", 4, '.'),
            ("1e3", 2, 'e'),
            ("--1", 2, '-'),
            ("1-", 2, '-'),
        ] {
            assert_eq!(Wan::parse(text), Err(MoneyError::Character { position, found }), "{text:?}");
        }
        assert_eq!(Wan::parse("0.0000001"), Err(MoneyError::Decimals { allowed: 6 }));
        assert_eq!(Yuan::parse("0.001"), Err(MoneyError::Decimals { allowed: 2 }));
        assert!(Wan::parse("3,299.92").expect_err("grouped").message().contains("去掉逗号"));
    }

    #[test]
    fn the_range_is_that_of_64_bits_of_fen() {
        assert_eq!(Yuan::parse("92233720368547758.07"), Ok(Yuan::from_fen(i64::MAX)));
        assert_eq!(Yuan::parse("-92233720368547758.08"), Ok(Yuan::from_fen(i64::MIN)));
        for text in ["92233720368547758.08", "-92233720368547758.09", "99999999999999999999999"] {
            assert_eq!(Yuan::parse(text), Err(MoneyError::OutOfRange), "{text}");
        }
        assert_eq!(Yuan::from_decimal(Decimal::MAX), Err(MoneyError::OutOfRange));
        assert_eq!(Yuan::from_decimal(Decimal::new(1, 3)), Err(MoneyError::Decimals { allowed: 2 }));
        assert_eq!(Yuan::from_decimal(Decimal::new(1500, 3)), Ok(Yuan::from_fen(150)));
        assert_eq!(Yuan::from_fen(i64::MAX).checked_add(Yuan::from_fen(1)), None);
    }

    #[test]
    fn json_is_text_and_never_a_number() {
        assert_eq!(serde_json::to_string(&Wan::from_fen(1)).ok().as_deref(), Some("\"0.000001\""));
        assert_eq!(serde_json::from_str::<Wan>("\"3299.92\"").ok(), Some(Wan::from_fen(3_299_920_000)));
        assert!(serde_json::from_str::<Wan>("3299.92").is_err());
    }

    proptest! {
        #[test]
        fn text_comes_back_the_same(fen in any::<i64>()) {
            prop_assert_eq!(Wan::parse(&Wan::from_fen(fen).to_string()), Ok(Wan::from_fen(fen)));
            prop_assert_eq!(Yuan::parse(&Yuan::from_fen(fen).to_string()), Ok(Yuan::from_fen(fen)));
        }

        #[test]
        fn decimals_agree_with_the_text(fen in any::<i64>()) {
            let amount = Wan::from_fen(fen);
            prop_assert_eq!(amount.to_decimal().to_string(), amount.to_string());
            prop_assert_eq!(Wan::from_decimal(amount.to_decimal()), Ok(amount));
        }

        #[test]
        fn any_text_is_judged_without_panic(text in "[-+0-9.,万元 ]{0,24}") {
            if let Err(fault) = Wan::parse(&text) {
                prop_assert!(fault.message().ends_with('。'));
            }
        }
    }
}
