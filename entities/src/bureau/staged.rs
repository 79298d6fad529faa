//! 重算 Facts that are made anew in tables of their own beside those in force, how far they are, and the moment at which
//! they take their place.
//!
//! STAGED-1: what is in force stays whole until the switch, which is one transaction.
//! STAGED-2: facts of a page and how far they are go into one transaction, so that whoever comes after a kill goes on
//! from there.

use sea_orm::DbErr;

use super::sources::Facts;
use super::{filer_fact, report_fact};
use crate::bulk::{Put, Row, Session};
use crate::read::Value as _;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 重算进度 How far a rebuild is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuild {
    /// The last event of the outbox that its facts know.
    pub sequence: i64,
    /// The version of the definitions under which it counts.
    pub version: i64,
    /// The last enterprise that was read.
    pub after: i64,
    /// Enterprises and reports so far.
    pub counted: (i64, i64),
}

/// Facts in their own table.
struct Next<R>(R);

macro_rules! next {
    ($($row:ty => $table:literal),+) => {$(
        impl Row for Next<$row> {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = <$row>::COLUMNS;

            fn put(&self, out: &mut dyn Put) {
                self.0.put(out);
            }
        }
    )+};
}
next!(filer_fact::Model => "filer_facts_next", report_fact::Model => "report_facts_next");

const PAIRS: [(&str, &str); 2] = [("filer_facts", "filer_facts_next"), ("report_facts", "report_facts_next")];

/// How far the rebuild under way is, if there is one.
///
/// # Errors
/// Any failure of the database.
pub async fn state(db: &Database) -> Result<Option<Rebuild>, DbErr> {
    let text = "SELECT sequence, version, after_id, filers, reports FROM report_rebuild WHERE id = 1";
    let row = db.query_one(Sql::new(db.backend(), text).finish()).await?;
    let read = |row: sea_orm::QueryResult| {
        Ok(Rebuild {
            sequence: i64::value(&row, 0)?,
            version: i64::value(&row, 1)?,
            after: i64::value(&row, 2)?,
            counted: (i64::value(&row, 3)?, i64::value(&row, 4)?),
        })
    };
    row.map(read).transpose()
}

/// Begins a rebuild in the place of whatever was begun before.
///
/// # Errors
/// Any failure of the database.
pub async fn begin(session: &mut Session, sequence: i64, version: i64) -> Result<Rebuild, DatabaseError> {
    // The row first: whoever adds a page locks it before it writes facts.
    let mut sql =
        session.sql("INSERT INTO report_rebuild (id, sequence, version, after_id, filers, reports) VALUES (1, ");
    sql.bind(sequence).push(", ").bind(version).push(", 0, 0, 0) ON CONFLICT (id) DO UPDATE SET sequence = ");
    sql.push("excluded.sequence, version = excluded.version, after_id = 0, filers = 0, reports = 0");
    session.run(sql).await?;
    for (table, next) in PAIRS {
        session.execute(&format!("DROP TABLE IF EXISTS {next}")).await?;
        let create = if session.is_postgres() {
            format!("CREATE TABLE {next} (LIKE {table} INCLUDING DEFAULTS)")
        } else {
            let sql = session.sql(&format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'"));
            let rows = session.run(sql).await?;
            let text = rows.first().map(|row| String::value(row, 0)).transpose()?.unwrap_or_default();
            format!("CREATE TABLE {next} {}", text.find('(').map_or("", |columns| &text[columns..]))
        };
        session.execute(&create).await?;
    }
    Ok(Rebuild { sequence, version, after: 0, counted: (0, 0) })
}

/// Notes how far it is now; `false` if somebody else has gone on, or ended it.
///
/// # Errors
/// Any failure of the database.
pub async fn advance(session: &mut Session, from: &Rebuild, to: &Rebuild) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("UPDATE report_rebuild SET sequence = ");
    sql.bind(to.sequence).push(", after_id = ").bind(to.after).push(", filers = ").bind(to.counted.0);
    sql.push(", reports = ").bind(to.counted.1).push(" WHERE id = 1 AND sequence = ").bind(from.sequence);
    sql.push(" AND version = ").bind(from.version).push(" AND after_id = ").bind(from.after).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// Adds facts of rows that were not read before.
///
/// # Errors
/// Any failure of the database.
pub async fn put(
    session: &mut Session,
    filers: Vec<filer_fact::Model>,
    reports: Vec<report_fact::Model>,
) -> Result<(), DatabaseError> {
    let filers: Vec<_> = filers.into_iter().map(Next).collect();
    session.insert(&filers).await?;
    let reports: Vec<_> = reports.into_iter().map(Next).collect();
    session.insert(&reports).await
}

/// Facts after a key, in the order of their keys: those that a rebuild which was broken off has left.
///
/// # Errors
/// Any failure of the database.
pub async fn filers_after(
    session: &mut Session,
    after: i64,
    limit: i64,
) -> Result<Vec<filer_fact::Model>, DatabaseError> {
    let mut sql = Facts::Next.select_filers(session);
    sql.push(" WHERE id > ").bind(after).push(" ORDER BY id LIMIT ").bind(limit);
    session.records(sql).await
}

/// The same of reports.
///
/// # Errors
/// Any failure of the database.
pub async fn reports_after(
    session: &mut Session,
    after: i64,
    limit: i64,
) -> Result<Vec<report_fact::Model>, DatabaseError> {
    let mut sql = Facts::Next.select_reports(session);
    sql.push(" WHERE id > ").bind(after).push(" ORDER BY id LIMIT ").bind(limit);
    session.records(sql).await
}

/// Makes what facts are found by. PostgreSQL builds all of it here, where nobody waits; SQLite, which cannot rename an
/// index, only what following needs.
///
/// # Errors
/// Any failure of the database.
pub async fn index(session: &mut Session, indexes: &[(&str, &str)]) -> Result<(), DatabaseError> {
    if session.is_postgres() {
        for (_, next) in PAIRS {
            session.execute(&format!("CREATE UNIQUE INDEX IF NOT EXISTS {next}_key ON {next} (id)")).await?;
        }
        for (name, on) in indexes {
            session.execute(&format!("CREATE INDEX IF NOT EXISTS {name}_next ON report_facts_next {on}")).await?;
        }
        return Ok(());
    }
    session.execute("CREATE INDEX IF NOT EXISTS report_facts_next_of ON report_facts_next (enterprise_id)").await
}

/// 切换 Puts the new facts in the place of those in force. On PostgreSQL this is names alone.
///
/// # Errors
/// Any failure of the database.
pub async fn switch(session: &mut Session, indexes: &[(&str, &str)]) -> Result<(), DatabaseError> {
    for (table, next) in PAIRS {
        session.execute(&format!("DROP TABLE {table}")).await?;
        session.execute(&format!("ALTER TABLE {next} RENAME TO {table}")).await?;
    }
    if session.is_postgres() {
        for (table, next) in PAIRS {
            let key = format!("ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY USING INDEX {next}_key");
            session.execute(&key).await?;
        }
        for (name, _) in indexes {
            session.execute(&format!("ALTER INDEX {name}_next RENAME TO {name}")).await?;
        }
    } else {
        session.execute("DROP INDEX IF EXISTS report_facts_next_of").await?;
        for (name, on) in indexes {
            session.execute(&format!("CREATE INDEX IF NOT EXISTS {name} ON report_facts {on}")).await?;
        }
    }
    session.execute("DELETE FROM report_rebuild").await
}
