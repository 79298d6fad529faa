//! 更正建议 What was most likely meant by a code, a number or an address that cannot be right. Proposed only where one
//! answer fits: a guess among several would be a wrong value with a good conscience.

use std::sync::LazyLock;

use super::contact;
use super::correct;
use super::form::Field;
use crate::identity_number::{only, swapped, without_double};
use crate::region::{self, RegionCode};
use crate::uscc::{Uscc, registration_number};

/// 地级行政区 Postcode and area code of a prefecture.
struct Prefecture {
    code: RegionCode,
    postcode: &'static str,
    area_code: &'static str,
}

static PREFECTURES: LazyLock<Vec<Prefecture>> =
    LazyLock::new(|| include_str!("../../data/annual_report/prefectures.csv").lines().filter_map(prefecture).collect());

fn prefecture(line: &'static str) -> Option<Prefecture> {
    let [code, postcode, area_code] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
    Some(Prefecture { code: code.parse().ok()?, postcode, area_code })
}

fn prefecture_of(region: &str) -> Option<&'static Prefecture> {
    let region: RegionCode = region.parse().ok()?;
    PREFECTURES.iter().find(|known| known.code.contains(region))
}

/// 更正建议 What to write in a field instead of a text, `None` if it is in order or only the filer knows. `region`: six
/// digits of the place of registration, empty if that is unknown.
pub fn field(field: &Field, text: &str, region: &str) -> Option<String> {
    use super::FieldType::{Email, Phone, Postcode, Uscc};
    let meant = match field.field_type {
        Uscc => uscc(text),
        Phone => phone(text, region),
        Postcode => postcode(text, region),
        Email => email(text),
        _ => None,
    };
    correct::correction(field, text).or(meant)
}

/// 统一社会信用代码 Two neighbours swapped, a character typed twice, the check character forgotten. A wrong check
/// character alone says nothing about where the slip is.
pub(super) fn uscc(text: &str) -> Option<String> {
    let text = correct::code(text);
    if Uscc::parse(&text).is_ok() || registration_number::is_valid(&text) || !text.is_ascii() {
        return None;
    }
    let is_likely = |text: &String| Uscc::parse(text).is_ok() && names_a_region(text);
    match text.len() {
        17 => Uscc::from_prefix(&text).ok().map(|code| code.to_string()).filter(|text| names_a_region(text)),
        18 => only(swapped(&text).filter(is_likely)),
        19 => only(without_double(&text).filter(is_likely)),
        15 => only(swapped(&text).filter(|text| registration_number::is_valid(text))),
        _ => None,
    }
}

/// Whether the authority's region exists, today or as a county that was merged since.
fn names_a_region(text: &str) -> bool {
    let prefecture = text.get(2..6).and_then(|digits| format!("{digits}00").parse::<RegionCode>().ok());
    prefecture.is_some_and(|code| region::find(code).is_some()) || text.get(2..8) == Some("100000")
}

/// 联系电话 A national prefix too much, a digit typed twice, digits of the segment swapped, the area code forgotten.
pub(super) fn phone(text: &str, region: &str) -> Option<String> {
    let text = correct::number(text);
    let is_right = |text: &str| contact::mobile_fault(text).is_none() && contact::landline_fault(text).is_none();
    if is_right(&text) || text.is_empty() {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = ["86", "0086"].iter().find_map(|prefix| digits.strip_prefix(prefix));
    if let Some(national) = national.filter(|national| is_mobile(national)) {
        return Some(national.to_owned());
    }
    match (digits.starts_with('1'), digits.len()) {
        (true, 12) => only(without_double(&digits).filter(|text| is_mobile(text))),
        (true, 11) => only(swapped(&digits).filter(|text| text[3..] == digits[3..] && is_mobile(text))),
        (false, 7 | 8) if text == digits => {
            let area = prefecture_of(region)?.area_code;
            Some(format!("{area}-{digits}")).filter(|whole| is_right(whole))
        }
        _ => None,
    }
}

fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && contact::mobile_fault(text).is_none()
}

/// 邮政编码 Neighbours swapped, else that of the prefecture.
pub(super) fn postcode(text: &str, region: &str) -> Option<String> {
    let prefecture = prefecture_of(region)?;
    let text = correct::number(text);
    if contact::is_postcode(&text) && !contact::is_postcode_elsewhere(&text, region) {
        return None;
    }
    let is_here = |text: &String| contact::is_postcode(text) && text.starts_with(&prefecture.postcode[..3]);
    only(swapped(&text).chain(without_double(&text)).filter(is_here)).or_else(|| Some(prefecture.postcode.to_owned()))
}

/// 电子邮箱 The common domain that the domain is one slip away from.
pub(super) fn email(text: &str) -> Option<String> {
    let domain = contact::domain_meant(text)?;
    let (name, _) = text.rsplit_once('@')?;
    Some(format!("{name}@{domain}")).filter(|text| contact::is_email(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "91610113MA6TXB2N3N";

    #[test]
    fn a_code_is_mended_where_one_code_can_be_meant() {
        assert_eq!(uscc(CODE), None);
        assert_eq!(uscc(&CODE[..17]).as_deref(), Some(CODE));
        for slip in ["91610113MA6TXB2N3N", "91610131MA6TXB2N3N", "91610113MA6TBX2N3N", "916101133MA6TXB2N3N"] {
            let mended = uscc(slip);
            assert!(mended.is_none() || mended.as_deref() == Some(CODE), "{slip} {mended:?}");
        }
        assert_eq!(uscc("91610113MA6TBX2N3N").as_deref(), Some(CODE));
        for text in ["", "91", "9161", "火星", "91610113MA6TXB2N3A"] {
            assert_eq!(uscc(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_mended_where_one_number_can_be_meant() {
        for (text, meant) in [
            ("8613912345678", Some("13912345678")),
            ("+86 139 1234 5678", Some("13912345678")),
            ("139123456778", Some("13912345678")),
            ("31912345678", None),
            ("87654321", Some("029-87654321")),
            ("1391234567", None),
            ("13912345678", None),
            ("", None),
        ] {
            assert_eq!(phone(text, "610113").as_deref(), meant, "{text}");
        }
        assert_eq!(phone("3456789", "610800").as_deref(), Some("0912-3456789"));
        assert_eq!(phone("87654321", ""), None);
    }

    #[test]
    fn a_postcode_is_mended_by_the_place() {
        for (text, meant) in [
            ("170065", Some("710065")),
            ("7110065", Some("710065")),
            ("200000", Some("710000")),
            ("710065", None),
            ("725000", None),
        ] {
            assert_eq!(postcode(text, "610113").as_deref(), meant, "{text}");
        }
        assert_eq!(postcode("200000", ""), None);
    }

    #[test]
    fn a_mailbox_is_mended_by_its_domain() {
        assert_eq!(email("liming@163.cmo").as_deref(), Some("liming@163.com"));
        assert_eq!((email("liming@163.com"), email("163.cmo")), (None, None));
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at_without_panic(text in "\\PC{0,24}", region in "[0-9]{0,6}") {
            let _ = (uscc(&text), phone(&text, &region), postcode(&text, &region), email(&text));
        }

        #[test]
        fn what_is_proposed_is_right(text in "[0-9A-Zo０-９-]{6,20}") {
            if let Some(meant) = uscc(&text) {
                prop_assert!(Uscc::parse(&meant).is_ok() || registration_number::is_valid(&meant));
            }
            if let Some(meant) = phone(&text, "610113") {
                prop_assert!(contact::mobile_fault(&meant).is_none() && contact::landline_fault(&meant).is_none());
            }
            if let Some(meant) = postcode(&text, "610113") {
                prop_assert!(contact::is_postcode(&meant));
            }
        }
    }
}
