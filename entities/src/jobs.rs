//! 任务 Long work, with its progress.

use chrono::{DateTime, TimeDelta, Utc};
use rules::access::Identity;
use sea_orm::DbErr;
use serde_json::Value;

use crate::bulk::Session;
use crate::read::{self, Column, Record};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 任务 `status` is `WAITING`, `RUNNING`, `DONE` or `FAILED`.
    job "jobs" {
        kind: String,
        status: String,
        /// The account that started it, or else the partner client.
        started_by: Option<i64>,
        client_id: Option<i64>,
        /// 输入 What it was asked to do, where its kind does not say all.
        input: Option<Json>,
        /// 次数 How often a process has taken it: what an earlier one still says of it is not heard.
        attempt: i32,
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

impl job::Model {
    /// Whether it was started by this account or client.
    pub fn is_of(&self, who: Identity) -> bool {
        match who {
            Identity::Anonymous => false,
            Identity::User(id) => self.started_by == Some(id),
            Identity::Client(id) => self.client_id == Some(id),
        }
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

/// Jobs that somebody started, before `id`, at most `limit`, newest first.
///
/// # Errors
/// Any failure of the database; nobody is known whose jobs these were.
pub async fn of_starter_before(db: &Database, by: Identity, id: i64, limit: i64) -> Result<Vec<job::Model>, DbErr> {
    let (column, starter) = starter(by)?;
    let mut sql = Sql::select::<job::Model>(db.backend());
    sql.push(" WHERE ").push(column).push(" = ").bind(starter).push(" AND id < ").bind(id);
    sql.push(" ORDER BY id DESC LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// Writes a job that waits.
///
/// # Errors
/// Any failure of the database; nobody is known who starts it.
pub async fn add(
    session: &mut Session,
    kind: &str,
    by: Identity,
    input: Option<Value>,
    now: DateTime<Utc>,
) -> Result<job::Model, DatabaseError> {
    let (column, id) = starter(by)?;
    let mut sql = session.sql("INSERT INTO jobs (kind, status, attempt, done, ");
    sql.push(column).push(", input, created_at) VALUES (").bind(kind).push(", 'WAITING', 0, 0, ");
    sql.bind(id).push(", ").bind(input).push(", ").bind(now).push(") RETURNING ").columns::<job::Model>("");
    one(session, sql).await
}

/// The column that tells who started a job, and the value.
fn starter(by: Identity) -> Result<(&'static str, i64), DbErr> {
    match by {
        Identity::User(id) => Ok(("started_by", id)),
        Identity::Client(id) => Ok(("client_id", id)),
        Identity::Anonymous => Err(DbErr::RecordNotFound("users".to_owned())),
    }
}

/// How many jobs of a kind somebody has started since an instant.
///
/// # Errors
/// As [`add`].
pub async fn started_since(
    session: &mut Session,
    kind: &str,
    by: Identity,
    since: DateTime<Utc>,
) -> Result<i64, DatabaseError> {
    let (column, id) = starter(by)?;
    let mut sql = session.sql("SELECT count(*) FROM jobs WHERE ");
    sql.push(column).push(" = ").bind(id).push(" AND created_at > ").bind(since).push(" AND kind = ").bind(kind);
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| i64::column(row, 0)).transpose()?.flatten().unwrap_or_default())
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
    let mut sql = session.sql("UPDATE jobs SET status = 'RUNNING', attempt = attempt + 1, heard_at = ");
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

/// Tells how far an attempt at a job is; `false` once another has begun it anew.
///
/// # Errors
/// Any failure of the database.
pub async fn progress(
    db: &Database,
    job: &job::Model,
    (step, done, total): (&str, i64, Option<i64>),
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE jobs SET step = ");
    sql.bind(step).push(", done = ").bind(done).push(", total = ").bind(total).push(", heard_at = ").bind(now);
    of_attempt(&mut sql, job);
    sql.push(" RETURNING id");
    let is_heard = !session.run(sql).await?.is_empty();
    session.commit().await?;
    Ok(is_heard)
}

/// The job, as long as no other process has taken it since.
fn of_attempt(sql: &mut Sql, job: &job::Model) {
    sql.push(" WHERE status = 'RUNNING' AND id = ").bind(job.id).push(" AND attempt = ").bind(job.attempt);
}

/// Ends an attempt at a job with its result, or with what went wrong; nothing happens if another has begun it
/// anew.
///
/// # Errors
/// Any failure of the database.
pub async fn finish(
    db: &Database,
    job: &job::Model,
    outcome: Result<Value, String>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (status, result, error) = match outcome {
        Ok(result) => ("DONE", Some(result), None),
        Err(error) => ("FAILED", None, Some(error)),
    };
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE jobs SET status = ");
    sql.bind(status).push(", result = ").bind(result).push(", error = ").bind(error).push(", finished_at = ").bind(now);
    of_attempt(&mut sql, job);
    session.run(sql).await?;
    session.commit().await
}
