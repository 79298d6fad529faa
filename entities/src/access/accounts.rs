//! 账号使用 When accounts were used, and the passwords that they had before.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::former_password;
use crate::bulk::Session;
use crate::read::{self, Value as _};
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// Notes that an account is used.
///
/// # Errors
/// Any failure of the database.
pub async fn note_use(session: &mut Session, user: i64, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE users SET used_at = ");
    sql.bind(now).push(" WHERE id = ").bind(user);
    session.run(sql).await.map(drop)
}

/// Accounts that were not used after `since`, at most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn unused_users(db: &Database, since: DateTime<Utc>, limit: i64) -> Result<Vec<i64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT id FROM users WHERE disabled_at IS NULL");
    sql.push(" AND COALESCE(used_at, created_at) <= ").bind(since).push(" ORDER BY id LIMIT ").bind(limit);
    let rows = db.query_all(sql.finish()).await?;
    rows.iter().map(|row| i64::value(row, 0)).collect()
}

/// Disables accounts, unless they were used or disabled meanwhile; id and login of those that were.
///
/// # Errors
/// Any failure of the database.
pub async fn disable_users(
    session: &mut Session,
    ids: &[i64],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, String)>, DatabaseError> {
    let mut sql = session.sql("UPDATE users SET disabled_at = ");
    sql.bind(now).push(" WHERE disabled_at IS NULL AND ").any_number("id", ids);
    sql.push(" AND COALESCE(used_at, created_at) <= ").bind(since).push(" RETURNING id, login");
    let rows = session.run(sql).await?;
    Ok(rows.iter().map(|row| Ok((i64::value(row, 0)?, String::value(row, 1)?))).collect::<Result<_, DbErr>>()?)
}

/// The last passwords that an account had before its present one, newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn former_passwords(db: &Database, user: i64, limit: i64) -> Result<Vec<former_password::Model>, DbErr> {
    let mut sql = Sql::select::<former_password::Model>(db.backend());
    sql.push(" WHERE user_id = ").bind(user).push(" ORDER BY id DESC LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// Keeps the hash of a password that is replaced; of all, no more than `kept`.
///
/// # Errors
/// Any failure of the database.
pub async fn add_former_password(
    session: &mut Session,
    user: i64,
    hash: &str,
    now: DateTime<Utc>,
    kept: i64,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO former_passwords (user_id, hash, replaced_at) VALUES (");
    sql.bind(user).push(", ").bind(hash).push(", ").bind(now).push(")");
    session.run(sql).await?;
    let mut sql = session.sql("DELETE FROM former_passwords WHERE user_id = ");
    sql.bind(user).push(" AND id NOT IN (SELECT id FROM former_passwords WHERE user_id = ").bind(user);
    sql.push(" ORDER BY id DESC LIMIT ").bind(kept).push(")");
    session.run(sql).await.map(drop)
}
