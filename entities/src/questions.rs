//! 提问记录 What was asked of the assistant, day by day and without anything personal, so that topics can be written
//! where there are none.

use chrono::NaiveDate;
use sea_orm::{DbErr, QueryResult};

use crate::bulk::Session;
use crate::read::Value;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 提问 A question of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// 提问日期
    pub asked_on: NaiveDate,
    /// 问题 Without personal data.
    pub question: String,
    /// 结论 `ANSWERED`, `UNSURE`, `UNKNOWN`.
    pub verdict: &'static str,
    /// 主题 That of the answer, or the nearest.
    pub topic: Option<String>,
    /// 申报主体类型 Of the report that was open.
    pub kind: Option<&'static str>,
    /// 规则编号 Of the finding that was open.
    pub rule_id: Option<String>,
}

/// Adds a question; the same one on the same day is counted.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, asked: &Asked) -> Result<(), DatabaseError> {
    let mut sql = session
        .sql("INSERT INTO assistant_questions (asked_on, question, verdict, topic, kind, rule_id, times) VALUES (");
    sql.bind(asked.asked_on).push(", ").bind(asked.question.clone()).push(", ").bind(asked.verdict).push(", ");
    sql.bind(asked.topic.clone()).push(", ").bind(asked.kind.map(str::to_owned)).push(", ").bind(asked.rule_id.clone());
    sql.push(", 1) ON CONFLICT (asked_on, question) DO UPDATE SET times = assistant_questions.times + 1");
    sql.push(", verdict = excluded.verdict, topic = excluded.topic");
    session.run(sql).await.map(drop)
}

/// 未答复的问题 Questions since a day that got no answer, with how often they were asked, most often first.
///
/// # Errors
/// Any failure of the database.
pub async fn unanswered(db: &Database, since: NaiveDate, limit: i64) -> Result<Vec<(String, i64)>, DbErr> {
    let mut sql = Sql::new(
        db.backend(),
        "SELECT question, CAST(SUM(times) AS BIGINT) AS asked FROM assistant_questions WHERE verdict <> 'ANSWERED' AND asked_on >= ",
    );
    sql.bind(since).push(" GROUP BY question ORDER BY asked DESC, question LIMIT ").bind(limit);
    let read = |row: &QueryResult| Ok((Value::value(row, 0)?, Value::value(row, 1)?));
    db.query_all(sql.finish()).await?.iter().map(read).collect()
}
