//! 失败记录 Failed tries of a login at an address.

use chrono::{DateTime, Utc};
use rules::access::Failures;

use crate::DatabaseError;
use crate::bulk::Session;
use crate::read::Value as _;

/// What is known of a login at an address, held until the transaction ends: of two tries at once the second
/// sees the first.
///
/// # Errors
/// Any failure of the database.
pub async fn held_failures(
    session: &mut Session,
    login: &str,
    source: &str,
    now: DateTime<Utc>,
) -> Result<Failures, DatabaseError> {
    let mut sql = session.sql("INSERT INTO sign_in_failures (login, source, failed, last_at) VALUES (");
    sql.bind(login).push(", ").bind(source).push(", 0, ").bind(now);
    sql.push(") ON CONFLICT (login, source) DO UPDATE SET failed = sign_in_failures.failed");
    sql.push(" RETURNING failed, last_at, locked_until");
    let rows = session.run(sql).await?;
    let Some(row) = rows.first() else { return Ok(Failures::default()) };
    Ok(Failures { count: i32::value(row, 0)?, last_at: Option::value(row, 1)?, locked_until: Option::value(row, 2)? })
}

/// Notes the try of this number.
///
/// # Errors
/// Any failure of the database.
pub async fn count_failure(
    session: &mut Session,
    login: &str,
    source: &str,
    number: i32,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE sign_in_failures SET locked_until = NULL, failed = ");
    sql.bind(number).push(", last_at = ").bind(now);
    sql.push(" WHERE login = ").bind(login).push(" AND source = ").bind(source);
    session.run(sql).await.map(drop)
}

/// Locks a login at an address; its tries begin anew afterwards.
///
/// # Errors
/// Any failure of the database.
pub async fn lock_login(
    session: &mut Session,
    login: &str,
    source: &str,
    until: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE sign_in_failures SET failed = 0, locked_until = ");
    sql.bind(until).push(" WHERE login = ").bind(login).push(" AND source = ").bind(source);
    session.run(sql).await.map(drop)
}

/// Forgets the failed tries of a login at an address.
///
/// # Errors
/// Any failure of the database.
pub async fn forget_failures(session: &mut Session, login: &str, source: &str) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM sign_in_failures WHERE login = ");
    sql.bind(login).push(" AND source = ").bind(source);
    session.run(sql).await.map(drop)
}
