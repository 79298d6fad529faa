//! 审计 The audit log as it lies in the database, and its head.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, QueryResult};
use serde_json::Value as Json;

use crate::Database;
use crate::bulk::{Field, Put, Row, Session};
use crate::read::Value;
use crate::statement::Sql;
use crate::{DatabaseError, read::Column};

/// 审计记录 One entry. Entries older than the chain have no hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// 顺序号
    pub sequence: i64,
    /// 时间
    pub recorded_at: DateTime<Utc>,
    /// 主体 Who acted.
    pub actor: String,
    /// 操作 What was done.
    pub act: String,
    /// 客体 To what.
    pub subject: String,
    /// 来源 Address from which it came.
    pub source: Option<String>,
    /// 结果 `DONE`, `REFUSED`; empty for what programs record themselves.
    pub outcome: Option<String>,
    /// Facts worth keeping.
    pub detail: Json,
    /// 链值 SM3 over the entry and the hash of the one before.
    pub hash: Option<String>,
}

impl Row for Entry {
    const TABLE: &'static str = "audit_entries";
    const COLUMNS: &'static [&'static str] =
        &["sequence", "recorded_at", "actor", "act", "subject", "source", "outcome", "detail", "hash"];

    fn put(&self, out: &mut dyn Put) {
        self.sequence.put(out);
        self.recorded_at.put(out);
        self.actor.put(out);
        self.act.put(out);
        self.subject.put(out);
        self.source.put(out);
        self.outcome.put(out);
        self.detail.put(out);
        self.hash.put(out);
    }
}

impl Entry {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            sequence: Value::value(row, 0)?,
            recorded_at: Value::value(row, 1)?,
            actor: Value::value(row, 2)?,
            act: Value::value(row, 3)?,
            subject: Value::value(row, 4)?,
            source: Value::value(row, 5)?,
            outcome: Value::value(row, 6)?,
            detail: Value::value(row, 7)?,
            hash: Value::value(row, 8)?,
        })
    }
}

/// 链头 The first and the last entry of the chain, and the hash of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// First entry of the chain.
    pub first: i64,
    /// Last entry.
    pub last: i64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self { first: Value::value(row, 0)?, last: Value::value(row, 1)?, hash: Value::value(row, 2)? })
    }
}

const HEAD: &str = "SELECT first_sequence, last_sequence, hash FROM audit_heads WHERE id = 1";

/// The head, `None` before the first entry of the chain.
///
/// # Errors
/// Any failure of the database.
pub async fn head(db: &Database) -> Result<Option<Head>, DbErr> {
    let row = db.query_one(Sql::new(db.backend(), HEAD).finish()).await?;
    row.as_ref().map(Head::read).transpose()
}

/// The head, locked until the transaction ends: entries are chained one transaction after another.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_head(session: &mut Session) -> Result<Head, DatabaseError> {
    if let Some(head) = lock(session).await? {
        return Ok(head);
    }
    let mut sql = session.sql("INSERT INTO audit_heads (id, first_sequence, last_sequence, hash) ");
    sql.push("SELECT 1, COALESCE(MAX(sequence), 0) + 1, COALESCE(MAX(sequence), 0), ").bind("");
    sql.push(" FROM audit_entries WHERE true ON CONFLICT (id) DO NOTHING");
    session.run(sql).await?;
    let head = lock(session).await?;
    Ok(head.ok_or_else(|| DbErr::RecordNotFound("audit_heads".to_owned()))?)
}

async fn lock(session: &mut Session) -> Result<Option<Head>, DatabaseError> {
    let mut sql = session.sql(HEAD);
    if session.is_postgres() {
        sql.push(" FOR UPDATE");
    }
    Ok(session.run(sql).await?.first().map(Head::read).transpose()?)
}

/// Writes an entry and moves the head to it, if the head is still `before`, to which it was chained; `false` if it is
/// not, and then nothing was written. One trip to the database; on PostgreSQL whoever comes second waits for the first
/// to end, and looks at the head that is there then.
///
/// # Errors
/// Any failure of the database.
pub async fn write_after(session: &mut Session, entry: &Entry, before: &Head) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("");
    if session.is_postgres() {
        sql.push("WITH moved AS (");
        move_head(&mut sql, entry.sequence, entry.hash.as_deref(), Some(before));
        sql.push(" RETURNING id) INSERT INTO audit_entries (").columns::<Entry>("").push(") SELECT ");
        values(&mut sql, entry);
        sql.push(" FROM moved RETURNING sequence");
    } else {
        sql.push("INSERT INTO audit_entries (").columns::<Entry>("").push(") SELECT ");
        values(&mut sql, entry);
        sql.push(" FROM audit_heads WHERE ");
        is_head(&mut sql, before);
        sql.push(" RETURNING sequence; ");
        move_head(&mut sql, entry.sequence, entry.hash.as_deref(), Some(before));
    }
    Ok(!session.run(sql).await?.is_empty())
}

/// Writes entries and moves the head, which is locked, to the last of them.
///
/// # Errors
/// Any failure of the database.
pub async fn write(session: &mut Session, entries: &[Entry], head: &Head) -> Result<(), DatabaseError> {
    let (last, entries) = match entries.split_last() {
        Some(split) => split,
        None => return Ok(()),
    };
    session.insert(entries).await?;
    // A server that is far away is asked once for the last entry and the head.
    let is_postgres = session.is_postgres();
    let mut sql = session.sql(if is_postgres { "WITH written AS (INSERT" } else { "INSERT" });
    sql.push(" INTO audit_entries (").columns::<Entry>("").push(") VALUES (");
    values(&mut sql, last);
    sql.push(if is_postgres { ")) " } else { "); " });
    move_head(&mut sql, head.last, Some(&head.hash), None);
    session.run(sql).await?;
    Ok(())
}

fn values(sql: &mut Sql, entry: &Entry) {
    sql.bind(entry.sequence).push(", ").bind(entry.recorded_at).push(", ").bind(entry.actor.as_str());
    sql.push(", ").bind(entry.act.as_str()).push(", ").bind(entry.subject.as_str());
    sql.push(", ").bind(entry.source.clone()).push(", ").bind(entry.outcome.clone());
    sql.push(", ").bind(entry.detail.clone()).push(", ").bind(entry.hash.clone());
}

/// Moves the head, if it is still what it was.
fn move_head(sql: &mut Sql, last: i64, hash: Option<&str>, before: Option<&Head>) {
    sql.push("UPDATE audit_heads SET last_sequence = ").bind(last);
    sql.push(", hash = ").bind(hash.unwrap_or_default()).push(" WHERE ");
    match before {
        Some(before) => is_head(sql, before),
        None => _ = sql.push("id = 1"),
    }
}

fn is_head(sql: &mut Sql, head: &Head) {
    sql.push("id = 1 AND last_sequence = ").bind(head.last).push(" AND hash = ").bind(head.hash.as_str());
}

/// Entries after `sequence`, oldest first, at most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn after(db: &Database, sequence: i64, limit: i64) -> Result<Vec<Entry>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT ");
    sql.columns::<Entry>("").push(" FROM audit_entries WHERE sequence > ").bind(sequence);
    sql.push(" ORDER BY sequence LIMIT ").bind(limit);
    db.query_all(sql.finish()).await?.iter().map(Entry::read).collect()
}

/// 筛选 What a list of entries is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// 主体 The whole text.
    pub actor: Option<String>,
    /// 操作 The whole word.
    pub act: Option<String>,
    /// 客体 The whole text.
    pub subject: Option<String>,
}

/// The newest entries before `sequence`, newest first, at most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn newest(db: &Database, filter: &Filter, before: i64, limit: i64) -> Result<Vec<Entry>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT ");
    sql.columns::<Entry>("").push(" FROM audit_entries WHERE sequence < ").bind(before);
    for (column, wanted) in [("actor", &filter.actor), ("act", &filter.act), ("subject", &filter.subject)] {
        if let Some(wanted) = wanted {
            sql.push(" AND ").push(column).push(" = ").bind(wanted.as_str());
        }
    }
    sql.push(" ORDER BY sequence DESC LIMIT ").bind(limit);
    db.query_all(sql.finish()).await?.iter().map(Entry::read).collect()
}

/// How many entries lie outside the chain, before its first or after its last entry.
///
/// # Errors
/// Any failure of the database.
pub async fn after_head(db: &Database, head: &Head) -> Result<Option<i64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT MIN(sequence) FROM audit_entries WHERE sequence > ");
    sql.bind(head.last);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::column(&row, 0)).transpose()?.flatten())
}
