//! 水印 Who took what, when and what for, in every file and on every printed page of it.

use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use crate::ports::BEIJING_SECONDS;

/// 水印
#[derive(Clone, Debug)]
pub struct Mark {
    /// 导出人
    pub by: String,
    /// 导出时间
    pub at: DateTime<Utc>,
    /// 用途
    pub purpose: String,
    /// 查询内容
    pub query: String,
    /// 筛选条件
    pub filter: Value,
    /// 行数
    pub rows: u64,
}

/// Characters that a header or footer of a page may have.
const PRINTED: usize = 255;
/// Characters of purpose and query that are printed there: each may be told with two.
const QUOTED: usize = 60;

impl Mark {
    /// The first lines of a file, each with what it is called.
    pub fn lines(&self, title: &'static str) -> [(&'static str, String); 7] {
        [
            (title, "仅限所填用途使用，不得擅自扩散。".to_owned()),
            ("导出人", self.by.clone()),
            ("导出时间", format!("{}（北京时间）", self.beijing())),
            ("用途", self.purpose.clone()),
            ("查询内容", self.query.clone()),
            ("筛选条件", self.narrowed()),
            ("行数", self.rows.to_string()),
        ]
    }

    /// 页眉 In the notation of spreadsheets: left, then right.
    pub fn header(&self) -> String {
        let left = format!("&L{} {}", quoted(&self.by, QUOTED), self.beijing());
        bounded(format!("{left}&R用途：{}", quoted(&self.purpose, QUOTED)))
    }

    /// 页脚
    pub fn footer(&self) -> String {
        bounded(format!("&L查询：{}&R共 {} 行，第 &P 页／&N 页", quoted(&self.query, QUOTED), self.rows))
    }

    /// 北京时间
    fn beijing(&self) -> String {
        let at = match FixedOffset::east_opt(BEIJING_SECONDS) {
            Some(beijing) => self.at.with_timezone(&beijing).naive_local(),
            None => self.at.naive_utc(),
        };
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn narrowed(&self) -> String {
        let is_none = self.filter.as_object().is_none_or(serde_json::Map::is_empty);
        if is_none { "无".to_owned() } else { self.filter.to_string() }
    }
}

/// Text in a header: `&` would begin an instruction and is told with two.
fn quoted(text: &str, most: usize) -> String {
    let is_long = text.chars().count() > most;
    let cut: String = text.chars().take(most).filter(|character| !character.is_control()).collect();
    format!("{}{}", cut.replace('&', "&&"), if is_long { "…" } else { "" })
}

/// A longer one would be left out.
fn bounded(text: String) -> String {
    if text.chars().count() <= PRINTED { text } else { text.chars().take(PRINTED).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Mark {
        Mark {
            by: "wang（账号 7）".to_owned(),
            at: DateTime::from_timestamp(1_751_299_200, 0).expect("an instant"),
            purpose: text.to_owned(),
            query: text.to_owned(),
            filter: Value::Null,
            rows: 12,
        }
    }

    #[test]
    fn it_tells_who_when_why_and_how_much() {
        let told = mark("专项检查").lines("秦信检索结果导出").map(|(name, text)| format!("{name}={text}")).join("\n");
        for part in ["wang（账号 7）", "2025-07-01 00:00:00（北京时间）", "用途=专项检查", "筛选条件=无", "行数=12"]
        {
            assert!(told.contains(part), "{part} is missing: {told}");
        }
    }

    #[test]
    fn a_printed_line_is_never_too_long_and_gives_no_instructions() {
        for text in ["检".repeat(200), "&".repeat(200), "&D&T&&P".repeat(20), "\u{1}\n".repeat(90)] {
            let mark = mark(&text);
            for line in [mark.header(), mark.footer()] {
                assert!(line.chars().count() <= PRINTED, "{line}");
                assert!(!line.contains('\n'));
            }
        }
        assert!(mark("A&B").header().ends_with("&R用途：A&&B"));
    }
}
