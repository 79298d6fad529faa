//! 运行 Outbox and attachments.

use sea_orm::DbErr;

use crate::Database;
use crate::bulk::{Put, Row};
use crate::statement::Sql;

/// 附件 A stored file; its content is read on its own.
pub mod attachment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub owner_family: String,
        pub owner_id: i64,
        pub file_name: String,
        pub media_type: String,
        pub bytes_count: i64,
        /// SHA-256 in hexadecimal.
        pub content_hash: String,
        pub content: Option<Vec<u8>>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// 事件 One entry of the outbox: rows `first_id..=last_id` of a family were written.
#[derive(Clone, Debug)]
pub struct Event {
    /// Time of recording, RFC 3339.
    pub recorded_at: String,
    /// Table of the rows.
    pub family: &'static str,
    /// `UPSERT` or `DELETE`.
    pub act: &'static str,
    /// First key.
    pub first_id: i64,
    /// Last key.
    pub last_id: i64,
}

impl Row for Event {
    const TABLE: &'static str = "outbox";
    const COLUMNS: &'static [&'static str] = &["recorded_at", "family", "act", "first_id", "last_id"];

    fn put(&self, out: &mut dyn Put) {
        out.text(&self.recorded_at);
        out.text(self.family);
        out.text(self.act);
        out.number(self.first_id);
        out.number(self.last_id);
    }
}

/// An event as a follower reads it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Position in the outbox.
    pub sequence: i64,
    /// Table of the rows.
    pub family: String,
    /// `UPSERT` or `DELETE`.
    pub act: String,
    /// First key.
    pub first_id: i64,
    /// Last key.
    pub last_id: i64,
}

/// On PostgreSQL a sequence number is given before its transaction commits, so a smaller one may
/// appear later: only what is older than every open transaction is shown.
const SETTLED: &str = " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())";

/// The next events after `sequence`, oldest first, at most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn events_after(db: &Database, sequence: i64, limit: i64) -> Result<Vec<Recorded>, DbErr> {
    let mut sql =
        Sql::new(db.backend(), "SELECT sequence, family, act, first_id, last_id FROM outbox WHERE sequence > ");
    sql.bind(sequence);
    if sql.is_postgres() {
        sql.push(SETTLED);
    }
    sql.push(" ORDER BY sequence LIMIT ").bind(limit);
    let rows = db.query_all(sql.finish()).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Recorded {
                sequence: row.try_get("", "sequence")?,
                family: row.try_get("", "family")?,
                act: row.try_get("", "act")?,
                first_id: row.try_get("", "first_id")?,
                last_id: row.try_get("", "last_id")?,
            })
        })
        .collect()
}

/// The position of the last event, 0 when there is none.
///
/// # Errors
/// Any failure of the database.
pub async fn last_sequence(db: &Database) -> Result<i64, DbErr> {
    let sql = Sql::new(db.backend(), "SELECT COALESCE(MAX(sequence), 0) AS last FROM outbox");
    let row = db.query_one(sql.finish()).await?;
    row.map(|row| row.try_get("", "last")).transpose().map(|last| last.unwrap_or(0))
}
