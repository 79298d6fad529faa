//! 公民身份号码 The number of a resident identity card, GB 11643-1999: region (6 digits), day of birth (8), sequence
//! (3), check character (ISO 7064, MOD 11-2).
//!
//! Only the written form is judged here; nothing of a person is looked up.

use chrono::{Datelike, NaiveDate};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
const LENGTH: usize = 18;

/// 问题 What is wrong with a number, `None` if nothing is.
pub fn fault(text: &str) -> Option<String> {
    let length = text.chars().count();
    if length < LENGTH {
        return Some(format!("身份证号码应为18位，现为{length}位，缺少{}位", LENGTH - length));
    }
    if length > LENGTH {
        return Some(format!("身份证号码应为18位，现为{length}位，多出{}位", length - LENGTH));
    }
    let misplaced = text.chars().enumerate().find(|(n, c)| !(c.is_ascii_digit() || (*n == LENGTH - 1 && *c == 'X')));
    if let Some((place, found)) = misplaced {
        return Some(format!("第{}位“{found}”不合规则：前17位为数字，末位为数字或者大写X", place + 1));
    }
    if day(text).is_none() {
        return Some(format!("第7至14位“{}”不是出生日期", &text[6..14]));
    }
    (check(text) != text.bytes().last()).then(|| "末位校验不通过，请对照证件逐位核对".to_owned())
}

/// 公民身份号码 Whether the text can be one.
pub fn is_valid(text: &str) -> bool {
    fault(text).is_none()
}

/// 更正建议 What was most likely meant: full-width and look-alike characters, a small x, two neighbours swapped, a
/// digit typed twice. `None` if the text is in order, or if no correction or more than one is possible.
pub fn proposal(text: &str) -> Option<String> {
    let plain = plain(text);
    if is_valid(&plain) {
        return Some(plain).filter(|plain| plain != text);
    }
    only(swapped(&plain).chain(without_double(&plain)).filter(|text| is_valid(text)))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(6..14)?, "%Y%m%d").ok().filter(|day| day.year() >= 1900)
}

/// Check character of the first seventeen digits.
fn check(text: &str) -> Option<u8> {
    let digits = text.bytes().take(WEIGHTS.len()).zip(WEIGHTS);
    let sum: u32 = digits.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

/// Half-width, without blanks, letters read as the digits that they look like.
fn plain(text: &str) -> String {
    let half_width = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let digit = |c: char| match c {
        'x' | '×' => 'X',
        'O' | 'o' | 'D' | 'Q' => '0',
        'l' | 'I' | 'i' => '1',
        'Z' | 'z' => '2',
        'S' | 's' => '5',
        'B' => '8',
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(half_width).map(digit).collect()
}

/// The text with two unequal neighbours swapped, at every place.
pub(crate) fn swapped(text: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    (1..characters.len()).filter_map(move |place| {
        let mut swapped = characters.clone();
        swapped.swap(place - 1, place);
        (swapped != characters).then(|| swapped.into_iter().collect())
    })
}

/// The text with one of two equal neighbours left out, at every place.
pub(crate) fn without_double(text: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    let mut shorter: Vec<String> = (1..characters.len())
        .filter(|place| characters[*place] == characters[*place - 1])
        .map(|place| characters.iter().enumerate().filter(|(n, _)| *n != place).map(|(_, c)| *c).collect())
        .collect();
    shorter.dedup();
    shorter.into_iter()
}

/// The one candidate that there is.
pub(crate) fn only(candidates: impl Iterator<Item = String>) -> Option<String> {
    let mut candidates: Vec<String> = candidates.collect();
    candidates.sort();
    candidates.dedup();
    if candidates.len() == 1 { candidates.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An invented number: region and day that exist, sequence 002.
    const NUMBER: &str = "610113199003070026";

    #[test]
    fn numbers_say_what_is_wrong() {
        let number = completed("61011319900307002");
        assert_eq!(fault(&number), None, "{number}");
        assert!(fault(&number[..17]).is_some_and(|fault| fault.contains("缺少1位")));
        assert!(fault(&format!("{number}0")).is_some_and(|fault| fault.contains("多出1位")));
        assert!(fault("61011319901307002X").is_some_and(|fault| fault.contains("19901307")));
        assert!(fault("6101131990030700AX").is_some_and(|fault| fault.contains("第17位“A”")));
        assert!(fault(&wrong(&number)).is_some_and(|fault| fault.contains("校验")));
        assert_eq!(NUMBER.len(), LENGTH);
    }

    fn completed(prefix: &str) -> String {
        format!("{prefix}{}", check(prefix).map(char::from).expect("seventeen digits"))
    }

    fn wrong(number: &str) -> String {
        let last = if number.ends_with('0') { '1' } else { '0' };
        format!("{}{last}", &number[..17])
    }

    #[test]
    fn slips_are_corrected_where_only_one_number_can_be_meant() {
        let number = completed("61011319900307258");
        let full: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        assert_eq!(proposal(&full).as_deref(), Some(number.as_str()));
        assert_eq!(proposal(&number), None);
        let with_letter = number.replacen('0', "O", 1);
        assert_eq!(proposal(&with_letter).as_deref(), Some(number.as_str()));
        let doubled = format!("{}{}", &number[..2], &number[1..]);
        assert_eq!(proposal(&doubled).as_deref(), Some(number.as_str()));
        assert_eq!(proposal("6101131990"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in "\\PC{0,24}") {
            let _ = (fault(&text), proposal(&text));
        }

        #[test]
        fn what_is_proposed_is_valid(text in "[0-9Xx０-９OlI]{16,20}") {
            if let Some(meant) = proposal(&text) {
                prop_assert!(is_valid(&meant));
            }
        }
    }
}
