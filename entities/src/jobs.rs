//! 任务 Long work, with its progress.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::{self, Record};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 任务 `status` is `WAITING`, `RUNNING`, `DONE` or `FAILED`.
    job "jobs" {
        kind: String,
        status: String,
        started_by: i64,
        /// 当前步骤
        step: Option<String>,
        done: i64,
        total: Option<i64>,
        result: Option<Json>,
        error: Option<String>,
        created_at: DateTimeUtc,
        /// When the process that runs it was last heard of.
        heard_at: Option<DateTimeUtc>,
        finished_at: Option<DateTimeUtc>,
    }
}

/// The job with this id.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(db: &Database, id: i64) -> Result<Option<job::Model>, DbErr> {
    let mut sql = Sql::select::<job::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id);
    read::one(db, sql).await
}

/// Writes a job that waits.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, kind: &str, by: i64, now: DateTime<Utc>) -> Result<job::Model, DatabaseError> {
    let mut sql = session.sql("INSERT INTO jobs (kind, status, started_by, done, created_at) VALUES (");
    sql.bind(kind).push(", 'WAITING', ").bind(by).push(", 0, ").bind(now).push(") RETURNING ");
    sql.columns::<job::Model>("");
    one(session, sql).await
}

async fn one(session: &mut Session, sql: Sql) -> Result<job::Model, DatabaseError> {
    let rows = session.run(sql).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("jobs".to_owned()))?;
    Ok(job::Model::read(row, 0)?)
}

/// Takes the oldest job that waits, or one whose process has not been heard of for `silence`. Two processes
/// never get the same one.
///
/// # Errors
/// Any failure of the database.
pub async fn take(db: &Database, now: DateTime<Utc>, silence: TimeDelta) -> Result<Option<job::Model>, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE jobs SET status = 'RUNNING', heard_at = ");
    sql.bind(now)
        .push(" WHERE id = (SELECT id FROM jobs WHERE status = 'WAITING' OR (status = 'RUNNING' AND heard_at < ");
    sql.bind(now - silence).push(") ORDER BY id LIMIT 1");
    if session.is_postgres() {
        sql.push(" FOR UPDATE SKIP LOCKED");
    }
    sql.push(") RETURNING ").columns::<job::Model>("");
    let taken = session.records(sql).await?.pop();
    session.commit().await?;
    Ok(taken)
}

/// Whether there is a job to take, without writing anything.
///
/// # Errors
/// Any failure of the database.
pub async fn is_any_waiting(db: &Database, now: DateTime<Utc>, silence: TimeDelta) -> Result<bool, DbErr> {
    let mut sql = Sql::select::<job::Model>(db.backend());
    sql.push(" WHERE status = 'WAITING' OR (status = 'RUNNING' AND heard_at < ").bind(now - silence).push(") LIMIT 1");
    Ok(read::one::<job::Model>(db, sql).await?.is_some())
}

/// Tells how far a job is.
///
/// # Errors
/// Any failure of the database.
pub async fn progress(
    db: &Database,
    id: i64,
    (step, done, total): (&str, i64, Option<i64>),
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE jobs SET step = ");
    sql.bind(step).push(", done = ").bind(done).push(", total = ").bind(total).push(", heard_at = ").bind(now);
    sql.push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    session.commit().await
}

/// Ends a job with its result, or with what went wrong.
///
/// # Errors
/// Any failure of the database.
pub async fn finish(
    db: &Database,
    id: i64,
    outcome: Result<serde_json::Value, String>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (status, result, error) = match outcome {
        Ok(result) => ("DONE", Some(result), None),
        Err(error) => ("FAILED", None, Some(error)),
    };
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE jobs SET status = ");
    sql.bind(status).push(", result = ").bind(result).push(", error = ").bind(error).push(", finished_at = ").bind(now);
    sql.push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    session.commit().await
}
