//! 导出文件 The files of jobs, in parts: none is read or written at once.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::{Column, Value};
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// Writes a part of the file of an attempt at a job.
///
/// # Errors
/// Any failure of the database.
pub async fn add_part(
    db: &Database,
    (job, attempt, part): (i64, i32, i32),
    content: Vec<u8>,
) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("INSERT INTO export_files (job_id, attempt, part, content) VALUES (");
    sql.bind(job).push(", ").bind(attempt).push(", ").bind(part).push(", ").bind(content).push(")");
    session.run(sql).await?;
    session.commit().await
}

/// A part of the file of an attempt at a job.
///
/// # Errors
/// Any failure of the database.
pub async fn part(db: &Database, (job, attempt, part): (i64, i32, i32)) -> Result<Option<Vec<u8>>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT content FROM export_files WHERE job_id = ");
    sql.bind(job).push(" AND attempt = ").bind(attempt).push(" AND part = ").bind(part);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| Vec::<u8>::column(&row, 0)).transpose()?.flatten())
}

/// Removes what attempts at a job before this one have written.
///
/// # Errors
/// Any failure of the database.
pub async fn discard_before(db: &Database, job: i64, attempt: i32) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM export_files WHERE job_id = ");
    sql.bind(job).push(" AND attempt < ").bind(attempt);
    session.run(sql).await?;
    session.commit().await
}

/// Jobs whose files nobody is given any more: they failed, or ended before `since`. At most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn expired(db: &Database, since: DateTime<Utc>, limit: i64) -> Result<Vec<i64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT id FROM jobs WHERE finished_at IS NOT NULL AND (finished_at <= ");
    sql.bind(since).push(" OR status <> 'DONE') AND EXISTS (SELECT 1 FROM export_files WHERE job_id = jobs.id)");
    sql.push(" ORDER BY id LIMIT ").bind(limit);
    db.query_all(sql.finish()).await?.iter().map(|row| i64::value(row, 0)).collect()
}

/// Removes the file of a job, whichever attempts wrote it.
///
/// # Errors
/// Any failure of the database.
pub async fn discard(db: &Database, job: i64) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM export_files WHERE job_id = ");
    sql.bind(job);
    session.run(sql).await?;
    session.commit().await
}
