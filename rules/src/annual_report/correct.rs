//! 更正建议 What was most likely meant by a text with full-width or look-alike characters
//! (Ｏ, 0, O, l, 1): proposed only if the corrected text can be right.

use super::FieldValue;
use super::contact;
use super::form::{Field, FieldType};
use super::sheet;
use crate::uscc::{Uscc, registration_number};

/// The corrected text, `None` if nothing is to be corrected or no correction helps.
pub(super) fn correction(field: &Field, text: &str) -> Option<String> {
    let corrected = match field.field_type {
        FieldType::Uscc => code(text),
        FieldType::Phone | FieldType::Postcode => number(text),
        FieldType::Integer | FieldType::MoneyWan | FieldType::Percent => without_unit(field, &number(text)),
        FieldType::Date => day(text),
        FieldType::Region | FieldType::Email | FieldType::Url => half_width(text),
        FieldType::Text | FieldType::Bool | FieldType::Choice | FieldType::Table => return None,
    };
    (corrected != text && is_right(field, &corrected)).then_some(corrected)
}

fn is_right(field: &Field, text: &str) -> bool {
    match field.field_type {
        FieldType::Uscc => Uscc::parse(text).is_ok() || registration_number::is_valid(text),
        FieldType::Phone => contact::mobile_fault(text).is_none() && contact::landline_fault(text).is_none(),
        FieldType::Postcode => contact::is_postcode(text),
        FieldType::Email => contact::is_email(text),
        FieldType::Url => contact::is_url(text),
        _ => sheet::read(field, &FieldValue::from(text)).is_some(),
    }
}

/// The half-width form of full-width characters (U+FF01 to U+FF5E), without blanks.
fn half_width(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '。' => '.',
        '—' | '–' | '−' => '-',
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

/// Letters that are read as digits where only digits can stand; commas between thousands go.
pub(super) fn number(text: &str) -> String {
    let digit = |c: char| match c {
        'O' | 'o' => '0',
        'l' | 'I' | 'i' => '1',
        'Z' | 'z' => '2',
        'S' | 's' => '5',
        'B' => '8',
        other => other,
    };
    half_width(text).chars().filter(|c| *c != ',').map(digit).collect()
}

/// The number without the unit of its field written behind it: `120万元`, `15人`, `33%`.
fn without_unit(field: &Field, text: &str) -> String {
    let unit = field.unit.as_deref().unwrap_or_default();
    let rest = text.strip_suffix(unit).filter(|_| !unit.is_empty());
    let rest = rest.or_else(|| text.strip_suffix('万').filter(|_| field.field_type == FieldType::MoneyWan));
    rest.unwrap_or(text).to_owned()
}

/// A day written `2025年6月3日`, `2025/6/3`, `2025.6.3` or `20250603` as `2025-06-03`.
fn day(text: &str) -> String {
    let text = half_width(text);
    let plain = text.strip_suffix(['日', '号']).unwrap_or(&text).replace(['年', '月', '/', '.'], "-");
    let parts: Vec<&str> = plain.split('-').collect();
    let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if parts.iter().all(is_digits) && year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        [digits] if digits.len() == 8 && is_digits(digits) => {
            format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
        }
        _ => text,
    }
}

/// Letters that GB 32100-2015 leaves out, as the digits that they are mistaken for.
pub(super) fn code(text: &str) -> String {
    let allowed = |c: char| match c.to_ascii_uppercase() {
        'I' => '1',
        'O' => '0',
        'Z' => '2',
        'S' => '5',
        'V' => 'U',
        other => other,
    };
    half_width(text).chars().map(allowed).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{FilerKind, form};
    use super::*;

    fn corrected(path: &str, text: &str) -> Option<String> {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        correction(form.field(path).expect(path), text)
    }

    #[test]
    fn full_width_and_look_alike_characters_are_corrected() {
        assert_eq!(corrected("phone", "１3912345678").as_deref(), Some("13912345678"));
        assert_eq!(corrected("phone", "l391234567O").as_deref(), Some("13912345670"));
        assert_eq!(corrected("phone", "029－87654321").as_deref(), Some("029-87654321"));
        assert_eq!(corrected("postal_code", "7lO065").as_deref(), Some("710065"));
        assert_eq!(corrected("total_assets", "3,299。92").as_deref(), Some("3299.92"));
        assert_eq!(corrected("uscc", "9135o100m000100y43").as_deref(), Some("91350100M000100Y43"));
        assert_eq!(corrected("email", "ａ@qq.com").as_deref(), Some("a@qq.com"));
    }

    #[test]
    fn units_and_other_ways_to_write_a_day_are_corrected() {
        assert_eq!(corrected("total_assets", "120万元").as_deref(), Some("120"));
        assert_eq!(corrected("total_assets", "１20.5 万").as_deref(), Some("120.5"));
        assert_eq!(corrected("employees", "15人").as_deref(), Some("15"));
        // 元 is another unit: nobody knows whether the number was converted.
        assert_eq!(corrected("total_assets", "1200000元"), None);
        for text in ["2025年6月3日", "2025/6/3", "2025.06.03", "20250603", "２０２５-6-3"] {
            assert_eq!(corrected("contributions[0].paid_on", text).as_deref(), Some("2025-06-03"), "{text}");
        }
        for text in ["2025-06-03", "2025年13月3日", "去年", "2025-6"] {
            assert_eq!(corrected("contributions[0].paid_on", text), None, "{text}");
        }
    }

    #[test]
    fn nothing_is_proposed_that_cannot_be_right() {
        for (path, text) in
            [("phone", "13912345678"), ("phone", "电话"), ("uscc", "9135O100M000100Y44"), ("name", "Ａ公司")]
        {
            assert_eq!(corrected(path, text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_correction_needs_no_correction(text in "[0-9０-９OolIiZzSsB,，。. -]{0,20}") {
            for path in ["phone", "postal_code", "employees", "total_assets", "uscc"] {
                if let Some(once) = corrected(path, &text) {
                    prop_assert_eq!(corrected(path, &once), None);
                }
            }
        }
    }
}
