//! 数据提取 Consents to ask other authorities, and what they told.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::guarded::ToldContent;
use crate::holders::group;
use crate::read;
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 同意 That figures of an enterprise and a year are asked of an authority.
    consent "data_consents" {
        enterprise_id: i64,
        year: i32,
        /// `TAX` or `SOCIAL_INSURANCE`.
        source: String,
        /// 同意书版本
        wording: String,
        given_by: Option<i64>,
        given_by_login: String,
        given_at: DateTimeUtc,
        withdrawn_by: Option<i64>,
        withdrawn_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 部门答复 The last answer of an authority that the consent covers.
    told "extracted_figures" {
        enterprise_id: i64,
        year: i32,
        source: String,
        consent_id: i64,
        /// 截至日期 Empty if it knows nothing.
        as_of: Option<Date>,
        /// 是否终局 1 or 0.
        is_final: i32,
        /// 项数
        figures: i32,
        extracted_at: DateTimeUtc,
        content: ToldContent,
    }
}

/// What names the row of an answer for its sealed content.
pub fn told_row(enterprise: i64, year: i32, source: &str) -> String {
    format!("{enterprise}/{year}/{source}")
}

/// The consent that stands, as the transaction sees it.
///
/// # Errors
/// Any failure of the database.
pub async fn standing(
    session: &mut Session,
    enterprise: i64,
    year: i32,
    source: &str,
) -> Result<Option<consent::Model>, DatabaseError> {
    let mut sql = session.select::<consent::Model>();
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year);
    sql.push(" AND source = ").bind(source).push(" AND withdrawn_at IS NULL ORDER BY id");
    Ok(session.records(sql).await?.pop())
}

/// What is kept of a consent.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// 经营主体
    pub enterprise: i64,
    /// 报告年度
    pub year: i32,
    /// `TAX` or `SOCIAL_INSURANCE`.
    pub source: &'static str,
    /// 同意书版本
    pub wording: String,
    /// The account, and its login as it was.
    pub by: (Option<i64>, String),
    /// The instant.
    pub at: DateTime<Utc>,
}

/// Keeps a consent.
///
/// # Errors
/// Any failure of the database.
pub async fn give(session: &mut Session, new: NewConsent) -> Result<consent::Model, DatabaseError> {
    let mut sql = session.sql("INSERT INTO data_consents (enterprise_id, year, source, wording, given_by,");
    sql.push(" given_by_login, given_at) VALUES (").bind(new.enterprise).push(", ").bind(new.year).push(", ");
    sql.bind(new.source).push(", ").bind(new.wording).push(", ").bind(new.by.0).push(", ").bind(new.by.1);
    sql.push(", ").bind(new.at).push(") RETURNING ").columns::<consent::Model>("");
    let row = session.records(sql).await?.pop();
    Ok(row.ok_or_else(|| DbErr::RecordNotFound("data_consents".to_owned()))?)
}

/// Ends a consent that stands.
///
/// # Errors
/// Any failure of the database.
pub async fn withdraw(
    session: &mut Session,
    id: i64,
    by: Option<i64>,
    at: DateTime<Utc>,
) -> Result<Option<consent::Model>, DatabaseError> {
    let mut sql = session.sql("UPDATE data_consents SET withdrawn_by = ");
    sql.bind(by).push(", withdrawn_at = ").bind(at).push(" WHERE withdrawn_at IS NULL AND id = ").bind(id);
    sql.push(" RETURNING ").columns::<consent::Model>("");
    Ok(session.records(sql).await?.pop())
}

/// Consents of an enterprise, the newest first; of one year if it is given.
///
/// # Errors
/// Any failure of the database.
pub async fn consents_of(
    db: &Database,
    enterprise: i64,
    year: Option<i32>,
    limit: i64,
) -> Result<Vec<consent::Model>, DbErr> {
    let mut sql = Sql::select::<consent::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise);
    if let Some(year) = year {
        sql.push(" AND year = ").bind(year);
    }
    sql.push(" ORDER BY id DESC LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// What authorities told of an enterprise and a year.
///
/// # Errors
/// Any failure of the database.
pub async fn told_of(db: &Database, enterprise: i64, year: i32) -> Result<Vec<told::Model>, DbErr> {
    let mut sql = Sql::select::<told::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year).push(" ORDER BY id");
    read::all(db, sql).await
}

/// What authorities told of many enterprises, in every year.
///
/// # Errors
/// Any failure of the database.
pub async fn told_of_many(db: &Database, enterprises: &[i64]) -> Result<HashMap<i64, Vec<told::Model>>, DbErr> {
    let mut sql = Sql::select::<told::Model>(db.backend());
    sql.push(" WHERE ").any_number("enterprise_id", enterprises).push(" ORDER BY id");
    Ok(group(read::all(db, sql).await?, |row: &told::Model| row.enterprise_id))
}

/// What is kept of an answer.
#[derive(Clone, Debug)]
pub struct NewTold {
    /// 经营主体
    pub enterprise: i64,
    /// 报告年度
    pub year: i32,
    /// `TAX` or `SOCIAL_INSURANCE`.
    pub source: &'static str,
    /// 同意
    pub consent: i64,
    /// 截至日期
    pub as_of: Option<NaiveDate>,
    /// 是否终局
    pub is_final: bool,
    /// 项数
    pub figures: i32,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Sealed.
    pub content: ToldContent,
}

/// Keeps an answer in the place of the one before.
///
/// # Errors
/// Any failure of the database.
pub async fn put_told(session: &mut Session, new: NewTold) -> Result<(), DatabaseError> {
    let mut sql =
        session.sql("INSERT INTO extracted_figures (enterprise_id, year, source, consent_id, as_of, is_final,");
    sql.push(" figures, extracted_at, content) VALUES (").bind(new.enterprise).push(", ").bind(new.year);
    sql.push(", ").bind(new.source).push(", ").bind(new.consent).push(", ").bind(new.as_of).push(", ");
    sql.bind(i32::from(new.is_final)).push(", ").bind(new.figures).push(", ").bind(new.at).push(", ");
    sql.bind(new.content).push(") ON CONFLICT (enterprise_id, year, source) DO UPDATE SET");
    sql.push(" consent_id = excluded.consent_id, as_of = excluded.as_of, is_final = excluded.is_final,");
    sql.push(" figures = excluded.figures, extracted_at = excluded.extracted_at, content = excluded.content");
    session.run(sql).await.map(drop)
}

/// Forgets what an authority told.
///
/// # Errors
/// Any failure of the database.
pub async fn drop_told(session: &mut Session, enterprise: i64, year: i32, source: &str) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM extracted_figures WHERE enterprise_id = ");
    sql.bind(enterprise).push(" AND year = ").bind(year).push(" AND source = ").bind(source);
    session.run(sql).await.map(drop)
}

/// Counts the findings of a stored draft anew, because more or less is known now; nothing else of it changes.
///
/// # Errors
/// Any failure of the database.
pub async fn recount_draft(
    session: &mut Session,
    enterprise: i64,
    year: i32,
    version: i32,
    [errors, warnings, hints]: [i32; 3],
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE report_drafts SET errors = ");
    sql.bind(errors).push(", warnings = ").bind(warnings).push(", hints = ").bind(hints);
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year);
    sql.push(" AND version = ").bind(version);
    session.run(sql).await.map(drop)
}
