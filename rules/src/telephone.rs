//! 电话号码 Telephone numbers as they are compared: whoever looks for one writes it as he likes, and the
//! register holds it as somebody typed it.

/// 号码位数 Digits of a whole number: a local one has seven or eight, a mobile one eleven, a landline with its
/// area code up to twelve.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=12;

/// 国家代码 Written before a number or not.
const COUNTRY: &[&str] = &["0086", "86"];

/// 分机 What comes before an extension.
const EXTENSIONS: &[char] = &['转', '#', '＃', '*'];

/// Marks that may stand within a number.
const MARKS: &[char] = &['-', '－', '—', ' ', '\u{3000}', '(', ')', '（', '）', '+', '＋', '.', '·'];

/// 号码 The digits of a text that is one whole telephone number, without country and extension; `None` for any
/// other text.
pub fn number(text: &str) -> Option<String> {
    let text = text.trim().split(EXTENSIONS).next()?;
    let mut digits = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '０'..='９' => digits.push(char::from_digit(u32::from(letter) - u32::from('０'), 10)?),
            mark if MARKS.contains(&mark) => {}
            _ => return None,
        }
    }
    let rest = COUNTRY.iter().find_map(|country| digits.strip_prefix(country));
    // A local number may begin with 86 itself.
    let whole = rest.filter(|rest| rest.len() >= 10).map_or(digits.clone(), str::to_owned);
    DIGITS.contains(&whole.len()).then_some(whole)
}

/// 登记的号码 The numbers of a registered text: there may be several, each found by itself.
pub fn numbers(text: &str) -> Vec<String> {
    let parts = text.split(['、', '，', ',', '；', ';', '/', '／', '|']);
    let mut found: Vec<String> = parts.filter_map(number).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_written_in_many_ways() {
        for text in ["13900000001", "139 0000 0001", "+86 139-0000-0001", "008613900000001", "１３９０００００００１"]
        {
            assert_eq!(number(text).as_deref(), Some("13900000001"), "{text}");
        }
        for text in ["029-88881234", "（029）88881234", "029 88881234转801", "02988881234#2"] {
            assert_eq!(number(text).as_deref(), Some("02988881234"), "{text}");
        }
        assert_eq!(number("8612345").as_deref(), Some("8612345"));
        for text in ["", "110", "雁塔路139号", "139000000011111", "91610112MA6TXYZA12"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_registered_text_may_hold_several() {
        assert_eq!(numbers("029-88881234、13900000001；13900000001"), ["02988881234", "13900000001"]);
        assert!(numbers("无").is_empty());
    }
}
