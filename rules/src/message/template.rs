//! 催报文本 What a reminder says: a text of the office with a few words that are filled in, and how to refuse more.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::written_day;

/// Characters of a text at least and at most, before words are filled in.
pub const SHORTEST: usize = 10;
/// See [`SHORTEST`].
pub const LONGEST: usize = 200;
/// Words that a text may hold.
const WORDS: [&str; 3] = ["name", "year", "due"];

/// 催报文本 A text that can be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderText(String);

/// 填入内容 What is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// 主体名称 `{name}`
    pub name: &'a str,
    /// 报告年度 `{year}`
    pub year: i32,
    /// 截止日期 `{due}`
    pub due: NaiveDate,
}

/// 文本问题 Why a text is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// Too short, too long, or of several lines.
    Form,
    /// 未知占位符 It holds a word that nobody fills in, or a brace without its other.
    Word(String),
    /// 链接 It holds an address: reminders lead nowhere, so that nobody learns to follow such links.
    Link,
}

impl TextFault {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "INVALID_TEXT",
            Self::Word(_) => "UNKNOWN_PLACEHOLDER",
            Self::Link => "LINK_IN_TEXT",
        }
    }

    /// How to mend it.
    pub fn message(&self) -> String {
        match self {
            Self::Form => format!("短信内容应为 {SHORTEST} 到 {LONGEST} 个字，不分行。"),
            Self::Word(word) => {
                format!(
                    "短信内容中的“{word}”不是可用的占位符，可用 {{name}}（主体名称）、{{year}}（年度）、{{due}}（截止日期）。"
                )
            }
            Self::Link => "短信内容不能含网址，请引导收信人自行登录公示系统。".to_owned(),
        }
    }
}

impl ReminderText {
    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        let length = text.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) || text.chars().any(char::is_control) {
            return Err(TextFault::Form);
        }
        let lower = text.to_lowercase();
        if ["http", "www.", "://"].iter().any(|sign| lower.contains(sign)) {
            return Err(TextFault::Link);
        }
        for word in words(text)? {
            if !WORDS.contains(&word) {
                return Err(TextFault::Word(format!("{{{word}}}")));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 填写 What one recipient reads, with the word by which more is refused.
    pub fn filled(&self, words: &Words<'_>, opt_out: &str) -> String {
        // The name comes last: it may hold anything.
        let text = self.0.replace("{year}", &words.year.to_string());
        let text = text.replace("{due}", &written_day(words.due)).replace("{name}", words.name);
        format!("【信用监管】{text} 退订码{opt_out}")
    }
}

/// The words between braces.
fn words(text: &str) -> Result<BTreeSet<&str>, TextFault> {
    let (mut found, mut rest) = (BTreeSet::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let closed = rest[at..].strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let Some((word, after)) = closed.filter(|(word, _)| !word.contains('{')) else {
            let shown: String = rest[at..].chars().take(10).collect();
            return Err(TextFault::Word(shown));
        };
        found.insert(word);
        rest = after;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS_OF: Words<'_> =
        Words {
            name: "西安{due}商贸有限公司", year: 2025, due: NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day")
        };

    #[test]
    fn words_are_filled_in() {
        let text = ReminderText::parse("{name}：{year}年度年报请于{due}前报送公示。").expect("a text");
        assert_eq!(
            text.filled(&WORDS_OF, "k7h2mqzt"),
            "【信用监管】西安{due}商贸有限公司：2025年度年报请于2026年6月30日前报送公示。 退订码k7h2mqzt"
        );
    }

    #[test]
    fn what_nobody_fills_in_is_refused() {
        for (text, code) in [
            ("短", "INVALID_TEXT"),
            ("请尽快报送年度报告\n并公示", "INVALID_TEXT"),
            ("{uscc}请尽快报送年度报告", "UNKNOWN_PLACEHOLDER"),
            ("{name 请尽快报送年度报告", "UNKNOWN_PLACEHOLDER"),
            ("请尽快报送年度报告}，谢谢", "UNKNOWN_PLACEHOLDER"),
            ("请打开 http://a.cn 报送年度报告", "LINK_IN_TEXT"),
        ] {
            let fault = ReminderText::parse(text).expect_err(text);
            assert_eq!(fault.code(), code, "{text}");
            assert!(!fault.message().is_empty());
        }
        assert!(ReminderText::parse(&"年".repeat(LONGEST + 1)).is_err());
    }

    proptest! {
        /// Whatever is typed is read or refused, and what is read has no braces left once it is filled in.
        #[test]
        fn nothing_is_left_unfilled(text in "[a-z{}年报 ]{0,60}") {
            if let Ok(read) = ReminderText::parse(&text) {
                let plain = Words { name: "甲公司", ..WORDS_OF };
                prop_assert!(!read.filled(&plain, "x").contains(['{', '}']), "{}", text);
            }
        }
    }
}
