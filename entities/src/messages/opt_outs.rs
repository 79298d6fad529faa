//! 退订 Who refuses reminders, since when, and until when: nothing of it is overwritten.

use chrono::{DateTime, Utc};
use rules::message::OptOutWay;
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::Value as _;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 退订情况 A refusal that is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// 退订时间
    pub at: DateTime<Utc>,
    /// 退订方式
    pub way: OptOutWay,
}

/// 退订 Notes that somebody refuses reminders; whether it was new.
///
/// # Errors
/// Any failure of the database.
pub async fn opt_out(
    session: &mut Session,
    enterprise: i64,
    mark: Option<i64>,
    way: OptOutWay,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("INSERT INTO reminder_opt_outs (enterprise_id, phone_mark, way, opted_out_at) SELECT ");
    sql.bind(enterprise).push(", ").bind(mark).push(", ").bind(way.code()).push(", ").bind(now);
    // An empty mark is like no other to the engines.
    sql.push(" WHERE NOT EXISTS (SELECT 1 FROM reminder_opt_outs WHERE ended_at IS NULL AND enterprise_id = ");
    sql.bind(enterprise);
    match mark {
        Some(mark) => sql.push(" AND phone_mark = ").bind(mark),
        None => sql.push(" AND phone_mark IS NULL"),
    };
    // A number that refuses once more does so from now on.
    sql.push(") ON CONFLICT (enterprise_id, phone_mark) DO UPDATE SET ended_at = NULL, way = excluded.way,");
    sql.push(" opted_out_at = excluded.opted_out_at RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// 恢复接收 Ends what was refused for an enterprise, by whatever way; whether there was something to end.
///
/// # Errors
/// Any failure of the database.
pub async fn opt_in(session: &mut Session, enterprise: i64, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("UPDATE reminder_opt_outs SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND enterprise_id = ").bind(enterprise).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// 退订情况 The refusal of an enterprise that is in force; the first of them if there are two.
///
/// # Errors
/// Any failure of the database.
pub async fn opt_out_of(db: &Database, enterprise: i64) -> Result<Option<OptOut>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT opted_out_at, way FROM reminder_opt_outs WHERE ended_at IS NULL");
    sql.push(" AND enterprise_id = ").bind(enterprise).push(" ORDER BY opted_out_at, id LIMIT 1");
    let Some(row) = db.query_one(sql.finish()).await? else { return Ok(None) };
    let way = OptOutWay::from_code(&String::value(&row, 1)?).unwrap_or(OptOutWay::Liaison);
    Ok(Some(OptOut { at: DateTime::value(&row, 0)?, way }))
}

/// Whether an enterprise refuses, or a number under any of its marks. Who has the number goes on to be left alone by
/// every other enterprise when one wants reminders again.
///
/// # Errors
/// Any failure of the database.
pub async fn is_opted_out(db: &Database, enterprise: i64, marks: &[i64]) -> Result<bool, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM reminder_opt_outs WHERE (enterprise_id = ");
    sql.bind(enterprise).push(" AND ended_at IS NULL) OR (enterprise_id <> ").bind(enterprise).push(" AND ");
    sql.any_number("phone_mark", marks).push(")");
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or_default() > 0)
}
