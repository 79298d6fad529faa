//! 上行短信 What came back from numbers, by the gateway's own id.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::message;
use crate::bulk::Session;
use crate::read;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 上行短信 What is kept of an answer: neither its text nor its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// 平台编号 By which the gateway knows it.
    pub gateway_id: String,
    /// 号码标记
    pub phone_mark: i64,
    /// 意愿 `OPT_OUT`; `None` if it is not understood.
    pub wish: Option<&'static str>,
    /// The message that it answers.
    pub message: Option<i64>,
}

/// Keeps an answer; `false` if it was kept before.
///
/// # Errors
/// Any failure of the database.
pub async fn add_inbound(session: &mut Session, new: Inbound, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("INSERT INTO inbound_messages (gateway_id, phone_mark, wish, message_id, received_at)");
    sql.push(" VALUES (").bind(new.gateway_id).push(", ").bind(new.phone_mark).push(", ");
    sql.bind(new.wish.map(str::to_owned)).push(", ").bind(new.message).push(", ").bind(now);
    sql.push(") ON CONFLICT (gateway_id) DO NOTHING RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// The last reminder that went to a number, under any of its marks.
///
/// # Errors
/// Any failure of the database.
pub async fn last_reminder_to(db: &Database, marks: &[i64]) -> Result<Option<message::Model>, DbErr> {
    let mut sql = Sql::select::<message::Model>(db.backend());
    sql.push(" WHERE ").any_number("phone_mark", marks).push(" AND campaign_id IS NOT NULL AND sent_at IS NOT NULL");
    sql.push(" ORDER BY sent_at DESC, id DESC LIMIT 1");
    read::one(db, sql).await
}
