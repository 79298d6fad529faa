//! 用途 What somebody wants to know something for that is not everybody's to know, kept in the audit log.
//!
//! PURPOSE-1: nothing is shown before the trace of it is committed.

use entities::bulk::Session;
use entities::{Database, DatabaseError};
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Outcome};
use crate::command::{Caller, event};

/// Characters of a purpose.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=200;

/// 用途 A purpose that says something. Whoever needs one cannot go on without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose(String);

impl Purpose {
    /// Stable code of the refusal of what is none.
    pub const CODE: &'static str = "INVALID_PURPOSE";

    /// The purpose that was stated, `None` if it says nothing or too much.
    pub fn stated(text: &str) -> Option<Self> {
        let text = text.trim();
        LENGTH.contains(&text.chars().count()).then(|| Self(text.to_owned()))
    }

    /// As it was stated.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Records what is read for it: which list (`subject`), by which filter, which fields, how many rows.
    ///
    /// # Errors
    /// Any failure of the database; then nothing may be shown.
    pub async fn record<F: Serialize>(
        &self,
        db: &Database,
        caller: &Caller,
        reading: Reading<'_, F>,
    ) -> Result<(), DatabaseError> {
        let Reading { act, subject, filter, fields, rows } = reading;
        let detail = json!({ "purpose": self.text(), "filter": filter, "fields": fields, "rows": rows });
        let mut session = Session::begin(db).await?;
        let event = event(caller, act, subject.to_owned(), Outcome::Done, detail);
        audit::append(&mut session, &[event]).await?;
        session.commit().await
    }
}

/// 查阅 What is read for a purpose.
#[derive(Clone, Debug)]
pub struct Reading<'r, F> {
    /// 操作 A stable word.
    pub act: &'static str,
    /// 客体 The list that is read.
    pub subject: &'r str,
    /// 筛选条件
    pub filter: &'r F,
    /// 字段 Those that were asked for.
    pub fields: Vec<String>,
    /// 条数
    pub rows: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_says_something_and_not_too_much() {
        let text = |text: &str| Purpose::stated(text).map(|purpose| purpose.0);
        assert_eq!(text("  核实外省处罚 "), Some("核实外省处罚".to_owned()));
        assert_eq!(text("核实处罚"), Some("核实处罚".to_owned()));
        for nothing in ["", "查看", "   核实   ", &"核".repeat(201)] {
            assert_eq!(text(nothing), None, "{nothing}");
        }
    }
}
