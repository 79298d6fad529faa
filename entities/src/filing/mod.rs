//! 年报填报 Drafts of annual reports, what was submitted, and what was changed afterwards.

pub mod extracted;
pub mod ground;
mod progress;
mod standing;
pub mod uploads;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rules::vocabulary::AbnormalGround;
use sea_orm::DbErr;

pub use progress::{Progress, draft_and_progress, progress_of};
pub use standing::{Standing, standing};
pub use write::{lock_reports, put_new_reports, put_report};

use crate::bulk::{Session, Unkeyed};
use crate::credit::abnormal_listing;
use crate::guarded::{DraftContent, FiledContent, ReportedChange};
use crate::holders::{children, group};
use crate::read::{self, Value as _};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 草稿 What a filer has typed so far.
    draft "report_drafts" {
        enterprise_id: i64,
        year: i32,
        /// 版本 Grows by one whenever it is saved.
        version: i32,
        content: DraftContent,
        /// 核查结果数 Findings when it was saved.
        errors: i32,
        warnings: i32,
        hints: i32,
        saved_by: Option<i64>,
        saved_at: DateTimeUtc,
    }
}

record! {
    /// 报送 A text of a report as it was submitted, corrected or modified.
    submission "report_submissions" {
        report_id: i64,
        enterprise_id: i64,
        year: i32,
        /// 版本 1 as submitted, one more with each change.
        version: i32,
        /// `SUBMIT`, `CORRECT` or `MODIFY`.
        step: String,
        receipt_number: String,
        idempotency_key: String,
        /// SHA-256 of the input in hexadecimal.
        input_hash: String,
        content: FiledContent,
        /// 是否逾期 1 or 0.
        is_late: i32,
        submitted_by: Option<i64>,
        submitted_at: DateTimeUtc,
    }
}

record! {
    /// 修改记录 A value of a published report that was changed.
    modification "report_modifications" {
        report_id: i64,
        /// 修改记录编码
        code: String,
        path: String,
        label: String,
        /// `CORRECTED` or `MODIFIED`.
        phase: String,
        /// 旧值与新值 As JSON.
        change: ReportedChange,
        /// 是否公示 1 or 0.
        is_public: i32,
        reason: String,
        modified_at: DateTimeUtc,
    }
}

/// What names the row of a draft for its sealed content.
pub fn draft_row(enterprise: i64, year: i32) -> String {
    format!("{enterprise}/{year}")
}

/// The draft of an enterprise for a year.
///
/// # Errors
/// Any failure of the database.
pub async fn draft_of(db: &Database, enterprise: i64, year: i32) -> Result<Option<draft::Model>, DbErr> {
    let mut sql = Sql::select::<draft::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year);
    read::one(db, sql).await
}

/// The drafts of many enterprises for a year, by their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn drafts_of(db: &Database, enterprises: &[i64], year: i32) -> Result<HashMap<i64, draft::Model>, DbErr> {
    let mut sql = Sql::select::<draft::Model>(db.backend());
    sql.push(" WHERE ").any_number("enterprise_id", enterprises).push(" AND year = ").bind(year);
    let rows: Vec<draft::Model> = read::all(db, sql).await?;
    Ok(rows.into_iter().map(|row| (row.enterprise_id, row)).collect())
}

/// What to keep of a draft.
#[derive(Clone, Debug)]
pub struct KeptDraft {
    /// 经营主体
    pub enterprise: i64,
    /// 报告年度
    pub year: i32,
    /// Sealed.
    pub content: DraftContent,
    /// Errors, warnings, hints.
    pub findings: [i32; 3],
    /// The account.
    pub saved_by: Option<i64>,
    /// The instant.
    pub saved_at: DateTime<Utc>,
}

/// Saves a draft over the version that was read, 0 for none; `None` if another was saved meanwhile.
///
/// # Errors
/// Any failure of the database.
pub async fn put_draft(session: &mut Session, kept: KeptDraft, over: i32) -> Result<Option<i32>, DatabaseError> {
    let [errors, warnings, hints] = kept.findings;
    let mut sql = if over == 0 {
        let mut sql =
            session.sql("INSERT INTO report_drafts (enterprise_id, year, version, content, errors, warnings,");
        sql.push(" hints, saved_by, saved_at) VALUES (").bind(kept.enterprise).push(", ").bind(kept.year);
        sql.push(", 1, ").bind(kept.content).push(", ").bind(errors).push(", ").bind(warnings).push(", ").bind(hints);
        sql.push(", ").bind(kept.saved_by).push(", ").bind(kept.saved_at);
        sql.push(") ON CONFLICT (enterprise_id, year) DO NOTHING");
        sql
    } else {
        let mut sql = session.sql("UPDATE report_drafts SET version = version + 1, content = ");
        sql.bind(kept.content).push(", errors = ").bind(errors).push(", warnings = ").bind(warnings);
        sql.push(", hints = ").bind(hints).push(", saved_by = ").bind(kept.saved_by);
        sql.push(", saved_at = ").bind(kept.saved_at).push(" WHERE enterprise_id = ").bind(kept.enterprise);
        sql.push(" AND year = ").bind(kept.year).push(" AND version = ").bind(over);
        sql
    };
    sql.push(" RETURNING version");
    Ok(session.run(sql).await?.first().map(|row| i32::value(row, 0)).transpose()?)
}

/// Removes the drafts of a year.
///
/// # Errors
/// Any failure of the database.
pub async fn drop_drafts(session: &mut Session, enterprises: &[i64], year: i32) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM report_drafts WHERE ");
    sql.any_number("enterprise_id", enterprises).push(" AND year = ").bind(year);
    session.run(sql).await.map(drop)
}

/// The latest text of the report of `year`, if it was filed here.
///
/// # Errors
/// Any failure of the database.
pub async fn latest(db: &Database, enterprise: i64, year: i32) -> Result<Option<submission::Model>, DbErr> {
    let mut sql = Sql::select::<submission::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year);
    sql.push(" ORDER BY version DESC LIMIT 1");
    read::one(db, sql).await
}

/// The latest texts of reports that were filed here.
///
/// # Errors
/// Any failure of the database.
pub async fn texts_of(db: &Database, reports: &[i64]) -> Result<HashMap<i64, submission::Model>, DbErr> {
    if reports.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::select::<submission::Model>(db.backend());
    texts(&mut sql, reports);
    let rows: Vec<submission::Model> = read::all(db, sql).await?;
    Ok(rows.into_iter().map(|row| (row.report_id, row)).collect())
}

/// Of each report the latest comes last.
fn texts(sql: &mut Sql, reports: &[i64]) {
    sql.push(" WHERE ").any_number("report_id", reports).push(" ORDER BY version");
}

/// The submission that an enterprise made with a key.
///
/// # Errors
/// Any failure of the database.
pub async fn by_key(
    session: &mut Session,
    enterprise: i64,
    key: &str,
) -> Result<Option<submission::Model>, DatabaseError> {
    let mut sql = session.select::<submission::Model>();
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND idempotency_key = ").bind(key);
    Ok(session.records(sql).await?.pop())
}

/// Key and day of the report of `year`, and the version of its latest text (0 if it was not filed here), as the
/// transaction sees them.
///
/// # Errors
/// Any failure of the database.
pub async fn filed(
    session: &mut Session,
    enterprise: i64,
    year: i32,
) -> Result<Option<(i64, NaiveDate, i32)>, DatabaseError> {
    let mut sql = session.sql("SELECT r.id, r.submitted_on, (SELECT COALESCE(MAX(s.version), 0) FROM ");
    sql.push("report_submissions s WHERE s.report_id = r.id) FROM annual_reports r WHERE r.enterprise_id = ");
    sql.bind(enterprise).push(" AND r.year = ").bind(year);
    let rows = session.run(sql).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<_, DbErr> {
        let version = i64::value(row, 2).or_else(|_| i32::value(row, 2).map(i64::from))?;
        Ok((i64::value(row, 0)?, NaiveDate::value(row, 1)?, i32::try_from(version).unwrap_or(i32::MAX)))
    };
    Ok(rows.first().map(read).transpose()?)
}

/// What was done with an idempotency key before, without a transaction.
///
/// # Errors
/// Any failure of the database.
pub async fn done_with(db: &Database, enterprise: i64, key: &str) -> Result<Option<submission::Model>, DbErr> {
    let mut sql = Sql::select::<submission::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND idempotency_key = ").bind(key);
    read::one(db, sql).await
}

/// Keeps submissions; their keys are chosen by the database.
///
/// # Errors
/// A receipt number, a key or a version that is taken, or any failure of the database.
pub async fn add_submissions(session: &mut Session, new: Vec<submission::Model>) -> Result<(), DatabaseError> {
    session.insert(&new.into_iter().map(Unkeyed).collect::<Vec<_>>()).await
}

/// What is kept of a changed value.
#[derive(Clone, Debug)]
pub struct NewModification {
    /// 修改记录编码
    pub code: String,
    /// Path of the field.
    pub path: String,
    /// Its label.
    pub label: String,
    /// `CORRECTED` or `MODIFIED`.
    pub phase: &'static str,
    /// Sealed.
    pub change: ReportedChange,
    /// 是否公示
    pub is_public: bool,
}

/// Keeps changed values of a report, which share reason and instant.
///
/// # Errors
/// Any failure of the database.
pub async fn add_modifications(
    session: &mut Session,
    report: i64,
    changes: Vec<NewModification>,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<Vec<modification::Model>, DatabaseError> {
    let mut kept = Vec::with_capacity(changes.len());
    for new in changes {
        let mut sql = session.sql("INSERT INTO report_modifications (report_id, code, path, label, phase, change,");
        sql.push(" is_public, reason, modified_at) VALUES (").bind(report).push(", ").bind(new.code).push(", ");
        sql.bind(new.path).push(", ").bind(new.label).push(", ").bind(new.phase).push(", ").bind(new.change);
        sql.push(", ").bind(i32::from(new.is_public)).push(", ").bind(reason).push(", ").bind(at);
        sql.push(") RETURNING ").columns::<modification::Model>("");
        kept.extend(session.records(sql).await?);
    }
    Ok(kept)
}

/// Changed values of many reports, newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn modifications_of(
    db: &Database,
    reports: &[i64],
) -> Result<HashMap<i64, Arc<Vec<modification::Model>>>, DbErr> {
    let mut rows: Vec<modification::Model> = children(db, "report_id", reports).await?;
    rows.reverse();
    Ok(group(rows, |row| row.report_id).into_iter().map(|(report, rows)| (report, Arc::new(rows))).collect())
}

/// Changed values of one report whose codes begin with `prefix`: those of one submission.
///
/// # Errors
/// Any failure of the database.
pub async fn modifications_with(db: &Database, report: i64, prefix: &str) -> Result<Vec<modification::Model>, DbErr> {
    let rows: Vec<modification::Model> = children(db, "report_id", &[report]).await?;
    Ok(rows.into_iter().filter(|row| row.code.starts_with(prefix)).collect())
}

/// Listings of these enterprises for reports that were not published, those that were decided first first.
///
/// # Errors
/// Any failure of the database.
pub async fn unpublished_listings(
    db: &Database,
    enterprises: &[i64],
    today: NaiveDate,
) -> Result<Vec<abnormal_listing::Model>, DbErr> {
    let mut sql = Sql::select::<abnormal_listing::Model>(db.backend());
    unpublished(&mut sql, enterprises, today);
    read::all(db, sql).await
}

fn unpublished(sql: &mut Sql, enterprises: &[i64], today: NaiveDate) {
    sql.push(" WHERE ").any_number("enterprise_id", enterprises).push(" AND ").until("listed_on", today);
    sql.push(" AND ground = ").bind(AbnormalGround::ReportNotPublished.code()).push(" ORDER BY listed_on, id");
}

/// Keys of the branches of an enterprise after `id`, at most `limit`, in their order.
///
/// # Errors
/// Any failure of the database.
pub async fn branches_after(db: &Database, parent: i64, id: i64, limit: i64) -> Result<Vec<i64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT id FROM enterprises WHERE parent_id = ");
    sql.bind(parent).push(" AND id > ").bind(id).push(" ORDER BY id LIMIT ").bind(limit);
    db.query_all(sql.finish()).await?.iter().map(|row| i64::value(row, 0)).collect()
}
