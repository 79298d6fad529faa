//! 文字归一 How text is made comparable: width, case and traditional forms folded, one character for
//! one character, so that a position in the folded text is the same position in the text that is shown.

use std::sync::LazyLock;

use encoding_rs::GBK;

/// Stands before the first letter of a title in its character pairs.
pub const START: char = '\u{2}';

/// Stands after the last letter of a title in its character pairs.
pub const END: char = '\u{3}';

/// Shortest piece of a code that is looked up as a prefix.
pub const MIN_CODE: usize = 4;

/// First and last character of the block of unified ideographs.
const IDEOGRAPHS: (u32, u32) = (0x4E00, 0x9FFF);

/// 繁简对照 The simplified form of each unified ideograph, by its place in the block.
static SIMPLIFIED: LazyLock<Vec<char>> =
    LazyLock::new(|| (IDEOGRAPHS.0..=IDEOGRAPHS.1).filter_map(char::from_u32).map(simplified).collect());

/// A character of GB 2312 is left alone: 乾 is a traditional form of 干, and the name of 乾县 as well.
fn simplified(character: char) -> char {
    let text = character.to_string();
    let (bytes, _, _) = GBK.encode(&text);
    if matches!(*bytes, [0xB0..=0xF7, 0xA1..=0xFE]) {
        return character;
    }
    fast2s::convert(&text).chars().next().unwrap_or(character)
}

/// 半角小写简体 Full-width forms become half-width, letters lower case, traditional forms simplified.
pub fn fold_char(character: char) -> char {
    let code = u32::from(character);
    if (IDEOGRAPHS.0..=IDEOGRAPHS.1).contains(&code) {
        return SIMPLIFIED.get((code - IDEOGRAPHS.0) as usize).copied().unwrap_or(character);
    }
    let narrow = match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    };
    let mut lower = narrow.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => narrow,
    }
}

/// The folded text, as long as the text.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// Letters and digits of the folded text without brackets, spaces and marks: two spellings of
/// one document number or of one name differ in nothing else.
pub fn letters(text: &str) -> Vec<char> {
    text.chars().map(fold_char).filter(|character| character.is_alphanumeric()).collect()
}

/// The letters of a title between their sentinels, so that a match of the whole differs from a
/// match of a part.
pub fn titled(letters: &[char]) -> Vec<char> {
    [&[START], letters, &[END]].concat()
}

/// Whether letters may be a credit code or the beginning of one.
pub fn is_code(letters: &[char]) -> bool {
    letters.len() >= MIN_CODE
        && letters.iter().all(char::is_ascii_alphanumeric)
        && letters.iter().any(char::is_ascii_digit)
}

/// Whether a pair of characters is kept for running text: words of Latin letters and numbers are
/// found as words.
pub fn is_text_pair(pair: &[char]) -> bool {
    pair.iter().all(|character| character.is_alphanumeric()) && !pair.iter().all(char::is_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_brackets_do_not_matter() {
        let spellings = ["未央市监处罚〔2024〕421号", "未央市监处罚（２０２４）421 号", "未央市监处罚[2024]421号"];
        for spelling in spellings {
            assert_eq!(letters(spelling), letters("未央市监处罚2024421号"), "{spelling}");
        }
        assert_eq!(fold("ＡＢＣ（西安）　İ"), "abc(西安) İ");
    }

    #[test]
    fn traditional_forms_are_simplified_but_not_in_names_that_keep_them() {
        assert_eq!(fold("陝西西安誠邦商貿有限責任公司"), "陕西西安诚邦商贸有限责任公司");
        assert_eq!(fold("乾县乾坤"), "乾县乾坤");
    }

    #[test]
    fn folding_keeps_the_length() {
        for text in ["İstanbul", "ﬀ ß", "😀西安", "Ａ\u{3000}"] {
            assert_eq!(fold(text).chars().count(), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn codes_are_told_from_words() {
        for (text, expected) in
            [("91610112MA", true), ("9161", true), ("916", false), ("abcd", false), ("陕9161", false)]
        {
            assert_eq!(is_code(&letters(text)), expected, "{text}");
        }
    }
}
