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
        FieldType::Phone | FieldType::Postcode | FieldType::Integer | FieldType::MoneyWan | FieldType::Percent => {
            number(text)
        }
        FieldType::Date | FieldType::Region | FieldType::Email | FieldType::Url => half_width(text),
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
        '—' => '-',
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

/// Letters that are read as digits where only digits can stand; commas between thousands go.
fn number(text: &str) -> String {
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

/// Letters that GB 32100-2015 leaves out, as the digits that they are mistaken for.
fn code(text: &str) -> String {
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
