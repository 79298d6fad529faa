//! 函数 What conditions may call beyond the standard functions of CEL: checks of codes, contacts
//! and addresses, exact arithmetic on whole 分, days as text `2024-05-01` (`written_day` for sentences).
//!
//! Absent on purpose: floating numbers, the clock, anything that reads the outside.

use std::sync::{Arc, LazyLock};

use cel::{Context, DeclarationError, ExecutionError, Value};
use chrono::Months;

use super::{contact, propose, sheet, standards};
use crate::calendar::written_day;
use crate::money::Wan;
use crate::region::{self, RegionCode};
use crate::uscc::{Uscc, registration_number};

type Text = Arc<String>;
type List = Arc<Vec<Value>>;

/// 容差 Rounding tolerance of identities: 0.02 万元 or 0.5 %, whichever is larger.
const TOLERANCE_FEN: u128 = 20_000;
const TOLERANCE_PER_MILLE: u128 = 5;

/// 类型 What conditions calculate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A whole number.
    Int,
    /// A text; days are texts.
    Text,
    /// Yes or no.
    Bool,
    /// Whole numbers.
    Ints,
    /// Texts.
    Texts,
    /// Whole numbers by text.
    IntByText,
}

macro_rules! functions {
    ($($name:ident($($due:ident),*) -> $result:ident: $function:expr,)+) => {
        /// 签名 What a function takes and gives, `None` if there is none of this name.
        pub(super) fn signature(name: &str) -> Option<(&'static [Type], Type)> {
            match name {
                $(stringify!($name) => Some((&[$(Type::$due),*], Type::$result)),)+
                _ => None,
            }
        }

        fn context() -> Result<Context<'static, 'static>, DeclarationError> {
            let mut context = Context::default();
            $(context.add_function(stringify!($name), $function)?;)+
            Ok(context)
        }
    };
}

functions! {
    // codes
    is_uscc(Text) -> Bool: |text: Text| Uscc::parse(&text).is_ok(),
    uscc_advice(Text) -> Text: |text: Text| Uscc::parse(&text).err().map(|fault| fault.message()).unwrap_or_default(),
    uscc_meant(Text) -> Text: |text: Text| propose::uscc(&text).unwrap_or_default(),
    is_registration_number(Text) -> Bool: |text: Text| registration_number::is_valid(&text),
    is_region(Text) -> Bool: |text: Text| text.parse::<RegionCode>().is_ok_and(|code| region::find(code).is_some()),
    is_country(Text) -> Bool: |text: Text| standards::is_country(&text),
    country_meant(Text) -> Text: |text: Text| standards::country_meant(&text).unwrap_or_default().to_owned(),
    is_currency(Text) -> Bool: |text: Text| standards::is_currency(&text),
    is_exchange_registration(Text) -> Bool: |text: Text| standards::is_exchange_registration(&text),
    // contacts; a fault is a sentence, what was meant a text, both empty where there is none
    mobile_fault(Text) -> Text: |text: Text| contact::mobile_fault(&text).unwrap_or_default(),
    landline_fault(Text) -> Text: |text: Text| contact::landline_fault(&text).unwrap_or_default(),
    phone_meant(Text, Text) -> Text: |text: Text, region: Text| propose::phone(&text, &region).unwrap_or_default(),
    is_area_code_elsewhere(Text, Text) -> Bool: |text: Text, region: Text| contact::is_area_code_elsewhere(&text, &region),
    is_postcode(Text) -> Bool: |text: Text| contact::is_postcode(&text),
    is_postcode_elsewhere(Text, Text) -> Bool: |text: Text, region: Text| contact::is_postcode_elsewhere(&text, &region),
    postcode_meant(Text, Text) -> Text: |text: Text, region: Text| propose::postcode(&text, &region).unwrap_or_default(),
    is_email(Text) -> Bool: |text: Text| contact::is_email(&text),
    domain_meant(Text) -> Text: |text: Text| contact::domain_meant(&text).unwrap_or_default().to_owned(),
    email_meant(Text) -> Text: |text: Text| propose::email(&text).unwrap_or_default(),
    is_url(Text) -> Bool: |text: Text| contact::is_url(&text),
    is_platform_front(Text) -> Bool: |text: Text| contact::is_platform_front(&text),
    address_fault(Text) -> Text: |text: Text| contact::address_fault(&text).unwrap_or_default(),
    named_elsewhere(Text, Text) -> Text: |text: Text, region: Text| contact::named_elsewhere(&text, &region).unwrap_or_default().to_owned(),
    region_name(Text) -> Text: |text: Text| region_name(&text),
    // exact arithmetic
    near(Int, Int) -> Bool: near,
    more_than(Int, Int, Int, Int) -> Bool: more_than,
    times_between(Int, Int, Int, Int) -> Bool: times_between,
    sum(Ints) -> Int: sum,
    largest(Ints) -> Int: |numbers: List| integers(&numbers).max().ok_or_else(|| no_number("largest")),
    smallest(Ints) -> Int: |numbers: List| integers(&numbers).min().ok_or_else(|| no_number("smallest")),
    decimals(Text) -> Int: |text: Text| text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i64),
    at_rate(Int, Int) -> Int: |amount: i64, millionths: i64| scaled("at_rate", amount, 1_000_000, millionths),
    from_rate(Int, Int) -> Int: |amount: i64, millionths: i64| scaled("from_rate", amount, millionths, 1_000_000),
    least_capital(Int) -> Int: standards::least_capital,
    // days
    plus_years(Text, Int) -> Text: plus_years,
    // lists of texts
    lacking(Texts, Texts) -> Text: lacking,
    listed(Texts) -> Text: listed,
    // words of messages
    wan(Int) -> Text: |fen: i64| Wan::from_fen(fen).to_string(),
    percent(Int) -> Text: |basis_points: i64| rust_decimal::Decimal::new(basis_points, 2).normalize().to_string(),
    written(Int) -> Text: |number: i64| number.to_string(),
    written_day(Text) -> Text: |text: Text| sheet::day(&text).map_or_else(|| text.to_string(), written_day),
}

/// Root of every evaluation.
pub(crate) static ROOT: LazyLock<Context<'static, 'static>> =
    LazyLock::new(|| context().expect("no name is declared twice"));

fn region_name(code: &str) -> String {
    let known = code.parse().ok().and_then(region::find);
    known.map_or_else(|| code.to_owned(), |region| region.full_name.clone())
}

/// Whether two amounts agree within the tolerance.
fn near(left: i64, right: i64) -> bool {
    let larger = u128::from(left.unsigned_abs().max(right.unsigned_abs()));
    let allowed = TOLERANCE_FEN.max(larger * TOLERANCE_PER_MILLE / 1000);
    u128::from(left.abs_diff(right)) <= allowed
}

/// Whether `left > right × numerator / denominator`, exactly.
fn more_than(left: i64, right: i64, numerator: i64, denominator: i64) -> bool {
    i128::from(left) * i128::from(denominator) > i128::from(right) * i128::from(numerator)
}

/// Whether `left` is between `low` and `high` hundredths of `right`, signs alike, neither nothing.
fn times_between(left: i64, right: i64, low: i64, high: i64) -> bool {
    let same_sign = left.signum() == right.signum() && left != 0;
    let (left, right) = (i128::from(left).abs() * 100, i128::from(right).abs());
    same_sign && (right * i128::from(low)..=right * i128::from(high)).contains(&left)
}

/// `amount × numerator / denominator`; an error beyond 64 bits or without a denominator.
fn scaled(function: &str, amount: i64, numerator: i64, denominator: i64) -> Result<i64, ExecutionError> {
    let product = i128::from(amount) * i128::from(numerator);
    let quotient = product.checked_div(i128::from(denominator)).and_then(|quotient| i64::try_from(quotient).ok());
    quotient.ok_or_else(|| no_number(function))
}

fn integers(list: &[Value]) -> impl Iterator<Item = i64> {
    list.iter().filter_map(|value| match value {
        Value::Int(number) => Some(*number),
        _ => None,
    })
}

fn no_number(function: &str) -> ExecutionError {
    ExecutionError::function_error(function, "no whole number in range")
}

/// Sum of whole numbers; an error beyond 64 bits.
fn sum(numbers: List) -> Result<i64, ExecutionError> {
    integers(&numbers).try_fold(0_i64, i64::checked_add).ok_or_else(|| no_number("sum"))
}

/// The same day so many years later; 29 February becomes 28 February.
fn plus_years(day: Text, years: i64) -> Result<Text, ExecutionError> {
    let months = u32::try_from(years).ok().and_then(|years| years.checked_mul(12));
    let later = sheet::day(&day).zip(months).and_then(|(day, months)| day.checked_add_months(Months::new(months)));
    later
        .map(|day| Arc::new(day.to_string()))
        .ok_or_else(|| ExecutionError::function_error("plus_years", "no such day"))
}

fn texts(list: &[Value]) -> impl Iterator<Item = &str> {
    list.iter().filter_map(|value| match value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Texts of the first list that are not in the second, joined by 、.
fn lacking(left: List, right: List) -> String {
    let absent: Vec<&str> = texts(&left).filter(|text| texts(&right).all(|known| known != *text)).collect();
    absent.join("、")
}

/// Texts of the list, joined by 、.
fn listed(list: List) -> String {
    texts(&list).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identities_allow_for_rounding() {
        assert!(near(1_000_000, 1_020_000) && !near(1_000_000, 1_020_001));
        assert!(near(1_000_000_000, 1_005_000_000) && !near(1_000_000_000, 1_006_000_000));
        assert!(near(i64::MIN, i64::MIN) && !near(i64::MIN, i64::MAX));
    }

    #[test]
    fn comparisons_are_exact() {
        assert!(more_than(41, 100, 40, 100) && !more_than(40, 100, 40, 100));
        assert!(times_between(10_000, 1, 500_000, 2_000_000) && !times_between(4_999, 1, 500_000, 2_000_000));
        assert!(!times_between(-10_000, 1, 500_000, 2_000_000) && !times_between(0, 0, 0, 100));
    }

    #[test]
    fn lists_are_compared_as_texts() {
        let list = |texts: &[&str]| Arc::new(texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>());
        assert_eq!(lacking(list(&["甲", "乙", "丙"]), list(&["乙"])), "甲、丙");
        assert_eq!(listed(list(&["甲", "乙"])), "甲、乙");
    }

    #[test]
    fn years_are_added_to_days() {
        let plus = |day: &str, years| plus_years(Arc::new(day.to_owned()), years).ok().map(|day| day.to_string());
        assert_eq!(plus("2024-02-29", 5).as_deref(), Some("2029-02-28"));
        assert_eq!(plus("2024-7-1", 5), None);
        assert_eq!(plus("2024-07-01", i64::MAX), None);
    }

    proptest! {
        #[test]
        fn arithmetic_never_overflows(a in any::<i64>(), b in any::<i64>(), c in any::<i64>(), d in any::<i64>()) {
            let _ = (more_than(a, b, c, d), times_between(a, b, c, d));
            prop_assert_eq!(near(a, b), near(b, a));
        }
    }
}
