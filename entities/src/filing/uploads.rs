//! 上传读数 What was read of uploaded files, sealed, until its last day.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::guarded::UploadContent;
use crate::read;
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 上传 A file that a filer uploaded: what was read of it, and what came of that.
    upload "filing_uploads" {
        enterprise_id: i64,
        year: i32,
        /// `BRANCHES` or `STATEMENT`.
        kind: String,
        idempotency_key: String,
        /// SHA-256 of file and input in hexadecimal.
        input_hash: String,
        content: UploadContent,
        /// The job that works it off, if it is long.
        job_id: Option<i64>,
        uploaded_by: Option<i64>,
        uploaded_at: DateTimeUtc,
        /// From then on it is not there any more.
        expires_at: DateTimeUtc,
    }
}

/// What names the row of an upload for its sealed content.
pub fn upload_row(enterprise: i64, key: &str) -> String {
    format!("{enterprise}/{key}")
}

/// What is kept of an upload.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// 经营主体
    pub enterprise: i64,
    /// 报告年度
    pub year: i32,
    /// `BRANCHES` or `STATEMENT`.
    pub kind: &'static str,
    /// Key and hash of the input.
    pub once: (String, String),
    /// Sealed.
    pub content: UploadContent,
    /// The account.
    pub by: Option<i64>,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Until when it is kept.
    pub until: DateTime<Utc>,
}

/// Keeps an upload; `None` if there is one with its key.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, new: NewUpload) -> Result<Option<upload::Model>, DatabaseError> {
    let mut sql = session.sql("INSERT INTO filing_uploads (enterprise_id, year, kind, idempotency_key, input_hash,");
    sql.push(" content, uploaded_by, uploaded_at, expires_at) VALUES (").bind(new.enterprise).push(", ");
    sql.bind(new.year).push(", ").bind(new.kind).push(", ").bind(new.once.0).push(", ").bind(new.once.1);
    sql.push(", ").bind(new.content).push(", ").bind(new.by).push(", ").bind(new.at);
    sql.push(", ").bind(new.until).push(") ON CONFLICT (enterprise_id, idempotency_key) DO NOTHING RETURNING ");
    sql.columns::<upload::Model>("");
    Ok(session.records(sql).await?.pop())
}

/// Puts other content in the place of what is kept.
///
/// # Errors
/// Any failure of the database.
pub async fn put(session: &mut Session, id: i64, content: UploadContent) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE filing_uploads SET content = ");
    sql.bind(content).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// The upload with this key in the table, unless its last day is over.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(db: &Database, id: i64, now: DateTime<Utc>) -> Result<Option<upload::Model>, DbErr> {
    let mut sql = Sql::select::<upload::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id).push(" AND expires_at > ").bind(now);
    read::one(db, sql).await
}

/// Says which job works an upload off.
///
/// # Errors
/// Any failure of the database.
pub async fn attach(session: &mut Session, id: i64, job: i64) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE filing_uploads SET job_id = ");
    sql.bind(job).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// The upload of an enterprise with this key of idempotency.
///
/// # Errors
/// Any failure of the database.
pub async fn by_key(db: &Database, enterprise: i64, key: &str) -> Result<Option<upload::Model>, DbErr> {
    let mut sql = Sql::select::<upload::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND idempotency_key = ").bind(key);
    read::one(db, sql).await
}

/// Removes what is kept no longer; how many.
///
/// # Errors
/// Any failure of the database.
pub async fn remove_expired(db: &Database, now: DateTime<Utc>) -> Result<usize, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM filing_uploads WHERE expires_at <= ");
    sql.bind(now).push(" RETURNING id");
    let removed = session.run(sql).await?.len();
    session.commit().await?;
    Ok(removed)
}
