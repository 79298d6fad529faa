//! 文书 Documents that were issued: what they are, by which code they are verified, and their bytes.

use chrono::{DateTime, Utc};
use rules::vocabulary::DocumentKind;
use sea_orm::DbErr;

use crate::bulk::{Row, Session};
use crate::guarded::DocumentContent;
use crate::read::{self, Record, Value as _};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 文书 A document without its bytes, which are read for a download only.
    document "documents" {
        kind: DocumentKind,
        enterprise_id: i64,
        /// 年度报告 Of documents about one.
        report_id: Option<i64>,
        year: Option<i32>,
        /// 版本 The version of the report that it shows.
        version: i32,
        /// Digest of the row of the report: one that came from elsewhere may come again with other values.
        source_digest: i64,
        /// 是否公示本 1 if everybody may have it, or 0.
        is_public: i32,
        /// 经营主体名称 As printed.
        filer_name: String,
        /// 验证码 In groups.
        verification_code: String,
        /// SM3 of the bytes in hexadecimal.
        digest: String,
        page_count: i32,
        byte_count: i32,
        /// 缺字 Characters that were printed as their code points.
        missing: String,
        issued_at: DateTimeUtc,
        issued_by: Option<i64>,
    }
}

/// A document by its key.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(db: &Database, id: i64) -> Result<Option<document::Model>, DbErr> {
    let mut sql = Sql::select::<document::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id);
    read::one(db, sql).await
}

/// A document by its code, with the version in which its report is now; 0 if that was not filed here, or if the
/// document is about none. One statement, whether there is such a document or not.
///
/// # Errors
/// Any failure of the database.
pub async fn by_code(db: &Database, code: &str) -> Result<Option<(document::Model, i32)>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT ");
    sql.columns::<document::Model>("d.").push(", (SELECT CAST(COALESCE(MAX(s.version), 0) AS INTEGER) FROM ");
    sql.push("report_submissions s WHERE s.report_id = d.report_id) FROM documents d WHERE d.verification_code = ");
    sql.bind(code);
    let row = db.query_one(sql.finish()).await?;
    let read = |row: sea_orm::QueryResult| {
        Ok((document::Model::read(&row, 0)?, i32::value(&row, document::Model::COLUMNS.len())?))
    };
    row.map(read).transpose()
}

/// 同一文书 What makes two documents the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Same {
    /// 文书种类
    pub kind: DocumentKind,
    /// The row in `annual_reports`.
    pub report: i64,
    /// 版本
    pub version: i32,
    /// Digest of its row.
    pub source_digest: i64,
    /// 是否公示本
    pub is_public: bool,
}

impl Same {
    fn condition(self, mut sql: Sql) -> Sql {
        sql.push(" WHERE report_id = ").bind(self.report).push(" AND kind = ").bind(self.kind.code());
        sql.push(" AND version = ").bind(self.version).push(" AND is_public = ").bind(i32::from(self.is_public));
        sql.push(" AND source_digest = ").bind(self.source_digest);
        sql.push(" ORDER BY id DESC LIMIT 1");
        sql
    }

    /// The last one that was issued.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn issued(self, db: &Database) -> Result<Option<document::Model>, DbErr> {
        read::one(db, self.condition(Sql::select::<document::Model>(db.backend()))).await
    }

    /// The same, as the transaction sees it.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn issued_in(self, session: &mut Session) -> Result<Option<document::Model>, DatabaseError> {
        let sql = self.condition(session.select::<document::Model>());
        Ok(session.records(sql).await?.pop())
    }
}

/// What is kept of a document.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// What it is.
    pub same: Same,
    /// 经营主体
    pub enterprise: i64,
    /// 报告年度
    pub year: i32,
    /// 经营主体名称 As printed.
    pub filer_name: String,
    /// 验证码
    pub code: String,
    /// SM3 of the bytes.
    pub digest: String,
    /// 页数
    pub pages: i32,
    /// 字节数
    pub bytes: i32,
    /// 缺字
    pub missing: String,
    /// Sealed.
    pub content: DocumentContent,
    /// The instant.
    pub at: DateTime<Utc>,
    /// The account.
    pub by: Option<i64>,
}

/// Keeps a document.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, new: NewDocument) -> Result<document::Model, DatabaseError> {
    let Same { kind, report, version, source_digest, is_public } = new.same;
    let mut sql =
        session.sql("INSERT INTO documents (kind, enterprise_id, report_id, year, version, source_digest, is_public,");
    sql.push(" filer_name, verification_code, digest, page_count, byte_count, missing, content, issued_at, issued_by)");
    sql.push(" VALUES (").bind(kind.code()).push(", ").bind(new.enterprise).push(", ").bind(report).push(", ");
    sql.bind(new.year).push(", ").bind(version).push(", ").bind(source_digest).push(", ");
    sql.bind(i32::from(is_public)).push(", ");
    sql.bind(new.filer_name).push(", ").bind(new.code).push(", ").bind(new.digest).push(", ").bind(new.pages);
    sql.push(", ").bind(new.bytes).push(", ").bind(new.missing).push(", ").bind(new.content).push(", ");
    sql.bind(new.at).push(", ").bind(new.by).push(") RETURNING ").columns::<document::Model>("");
    let row = session.records(sql).await?.pop();
    Ok(row.ok_or_else(|| DbErr::RecordNotFound("documents".to_owned()))?)
}

/// The bytes of a document, sealed.
///
/// # Errors
/// Any failure of the database.
pub async fn content(db: &Database, id: i64) -> Result<Option<DocumentContent>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT content FROM documents WHERE id = ");
    sql.bind(id);
    db.query_one(sql.finish()).await?.map(|row| DocumentContent::value(&row, 0)).transpose()
}
