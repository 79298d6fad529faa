//! 公告 Notices of enterprises, and how they are published and withdrawn.
//!
//! A notice is public from the day of publication on, after its term, too; from the day on which it was withdrawn it is
//! nobody's but the offices'. That follows from the day of asking.

use chrono::NaiveDate;
use rules::vocabulary::NoticeKind;
use sea_orm::DbErr;

use crate::DatabaseError;
use crate::bulk::{Row, Session};
use crate::page::{Child, Key, KeyKind, Position};
use crate::read::{self, Value};
use crate::record::record;
use crate::scope::Audience;
use crate::statement::Sql;
use crate::{Scope, operations};

record! {
    /// 公告 A notice, open while its term runs and it is not withdrawn.
    notice "notices" {
        enterprise_id: i64,
        kind: NoticeKind,
        title: String,
        body: String,
        document_number: Option<String>,
        /// 发布主体 Who announces it: the enterprise, its liquidators, an authority.
        publisher: String,
        /// 登记机关 At which it is published.
        authority_id: i64,
        published_on: NaiveDate,
        /// 公告截止日 By the rule of the day of publication; empty where the law sets no end.
        ends_on: Option<NaiveDate>,
        withdrawn_on: Option<NaiveDate>,
        withdrawal_reason: Option<String>,
    }
}

impl Child for notice::Model {
    const ORDER: &'static str = "published_on";
    const KEY: KeyKind = KeyKind::Day;
    const KNOWN: &'static str = "published_on";

    fn position(&self) -> Position {
        Position { key: Key::Day(self.published_on), id: self.id }
    }

    /// A withdrawal that came later is not known yet.
    fn seen_in(mut self, scope: &Scope) -> Self {
        if self.withdrawn_on.is_some_and(|day| day > scope.day()) {
            self.withdrawn_on = None;
            self.withdrawal_reason = None;
        }
        self
    }

    /// Whatever day is asked about, the public sees what is published today.
    fn for_audience(sql: &mut Sql, scope: &Scope) {
        if scope.audience == Audience::Public {
            sql.push(" AND (withdrawn_on IS NULL OR withdrawn_on > ").bind(scope.today).push(")");
        }
    }
}

impl notice::Model {
    /// 是否在公告期 Whether its term runs on a day.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.published_on <= day
            && self.ends_on.is_none_or(|last| day <= last)
            && self.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
    }
}

/// 一次 The key of a request to publish, and the hash of what it asks.
#[derive(Clone, Debug)]
pub struct Once {
    /// 幂等键
    pub key: String,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

/// Keeps out loaders, who choose keys of the table as well, until the transaction ends. Whoever publishes locks the head
/// of the audit log after it, in the order of loaders.
///
/// # Errors
/// Any failure of the database.
pub async fn lock(session: &mut Session) -> Result<(), DatabaseError> {
    if session.is_postgres() {
        session.execute("LOCK TABLE notices IN ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// What was published for an enterprise with a key, and the hash of what was asked.
///
/// # Errors
/// Any failure of the database.
pub async fn by_key(
    session: &mut Session,
    enterprise: i64,
    key: &str,
) -> Result<Option<(notice::Model, String)>, DatabaseError> {
    let mut sql = session.sql("SELECT ");
    sql.columns::<notice::Model>("").push(", input_hash FROM notices WHERE enterprise_id = ").bind(enterprise);
    sql.push(" AND idempotency_key = ").bind(key);
    let rows = session.run(sql).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<_, DbErr> {
        let hash = Option::<String>::value(row, notice::Model::COLUMNS.len())?;
        Ok((read::Record::read(row, 0)?, hash.unwrap_or_default()))
    };
    Ok(rows.first().map(read).transpose()?)
}

/// Notices of a kind of an enterprise that are not withdrawn.
///
/// # Errors
/// Any failure of the database.
pub async fn standing(
    session: &mut Session,
    enterprise: i64,
    kind: NoticeKind,
) -> Result<Vec<notice::Model>, DatabaseError> {
    let mut sql = session.select::<notice::Model>();
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND kind = ").bind(kind.code());
    sql.push(" AND withdrawn_on IS NULL ORDER BY id");
    session.records(sql).await
}

/// A notice by its key, as the transaction sees it.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(session: &mut Session, id: i64) -> Result<Option<notice::Model>, DatabaseError> {
    let mut sql = session.select::<notice::Model>();
    sql.push(" WHERE id = ").bind(id);
    Ok(session.records(sql).await?.pop())
}

/// Publishes a notice. Whoever calls it is alone in choosing keys: the head of the audit log is locked, and so are
/// loaders ([`lock`]).
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, mut row: notice::Model, once: &Once) -> Result<notice::Model, DatabaseError> {
    row.id = session.largest_id(notice::Model::TABLE).await? + 1;
    session.insert(std::slice::from_ref(&row)).await?;
    let mut sql = session.sql("UPDATE notices SET idempotency_key = ");
    sql.bind(once.key.clone()).push(", input_hash = ").bind(once.hash.clone()).push(" WHERE id = ").bind(row.id);
    session.run(sql).await?;
    Ok(row)
}

/// Withdraws a notice from a day on.
///
/// # Errors
/// Any failure of the database.
pub async fn withdraw(session: &mut Session, id: i64, day: NaiveDate, reason: &str) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE notices SET withdrawn_on = ");
    sql.bind(day).push(", withdrawal_reason = ").bind(reason).push(" WHERE id = ").bind(id);
    sql.push(" AND withdrawn_on IS NULL");
    session.run(sql).await.map(drop)
}

/// What the followers of the outbox are told of a notice.
///
/// # Errors
/// Any failure of the database.
pub async fn tell(session: &mut Session, id: i64, recorded_at: String) -> Result<(), DatabaseError> {
    let family = notice::Model::TABLE;
    session.insert(&[operations::Event { recorded_at, family, act: "UPSERT", first_id: id, last_id: id }]).await
}
