//! 装载 The database around the rows: who may write meanwhile, and indexes and constraints, which
//! are cheaper to build once over all rows than to keep up with each.
//!
//! All of it happens in the transaction of the run, so that a run that ends early leaves the
//! indexes and constraints as they were.

use entities::bulk::{Keys, Session};
use entities::operations::Event;
use entities::{Database, DatabaseError};
use migrations::indexes::{self, Index};
use rules::{industry, region};

use crate::ports::Progress;

/// PostgreSQL: who holds a table longer than the time-out is reported instead of waited for, and
/// the server gives up a run whose process was killed while it builds an index.
const POSTGRES_SETTINGS: &str = "SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = 0; \
     SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'; \
     SET LOCAL client_connection_check_interval = '1s'";

/// A constraint as PostgreSQL describes it.
struct Constraint {
    table: String,
    name: String,
    definition: String,
}

/// Rows that one event tells of, so that a follower never has more before it at once.
const EVENT_ROWS: usize = 10_000;

/// Rows of one table that a run wrote: their keys follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Table.
    pub table: &'static str,
    /// First key.
    pub first_id: i64,
    /// Last key, below the first if no row was written.
    pub last_id: i64,
}

impl Written {
    /// How many rows.
    pub const fn rows(&self) -> u64 {
        (self.last_id - self.first_id + 1).unsigned_abs()
    }

    /// What followers of the outbox are told.
    pub fn events<'t>(&self, recorded_at: &'t str) -> impl Iterator<Item = Event> + use<'t> {
        let Self { table: family, first_id, last_id } = *self;
        (first_id..=last_id).step_by(EVENT_ROWS).map(move |first_id| Event {
            recorded_at: recorded_at.to_owned(),
            family,
            act: "UPSERT",
            first_id,
            last_id: last_id.min(first_id + EVENT_ROWS as i64 - 1),
        })
    }
}

/// How a run writes.
pub struct Load {
    /// The tables that it fills.
    tables: &'static [&'static str],
    /// Nothing was in the tables before.
    pub is_first: bool,
    /// Dropped from PostgreSQL, to be added again in this order.
    constraints: Vec<Constraint>,
}

/// Opens the transaction that fills `tables`, and keeps other writers out.
pub async fn begin(db: &Database, tables: &'static [&'static str]) -> Result<(Session, Load), DatabaseError> {
    let mut session = Session::begin_load(db).await?;
    if session.is_postgres() {
        session.execute(POSTGRES_SETTINGS).await?;
        session.execute(&format!("LOCK TABLE {}, authorities IN SHARE ROW EXCLUSIVE MODE", tables.join(", "))).await?;
    }
    let mut is_first = true;
    for table in tables {
        is_first &= session.scalar(&format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) AS one")).await? == 0;
    }
    Ok((session, Load { tables, is_first, constraints: Vec::new() }))
}

/// Whether the tables of the two standards hold what `rules` knows, so that every region and industry
/// of a row is there to be referred to.
pub async fn has_standards(session: &mut Session) -> Result<bool, DatabaseError> {
    let regions = session.scalar("SELECT count(*) FROM regions").await?;
    let industries = session.scalar("SELECT count(*) FROM industries").await?;
    Ok(regions >= region::all().len() as i64 && industries >= industry::all().len() as i64)
}

impl Load {
    /// The indexes of the tables.
    fn secondary(&self) -> impl Iterator<Item = &'static Index> + use<> {
        let tables = self.tables;
        indexes::ALL.iter().filter(move |index| tables.contains(&index.table))
    }

    /// What PostgreSQL's `COPY` is told: rows of a first load are seen by nobody before the commit,
    /// so they are stored as if they had always been there and need no vacuum.
    pub fn copy_options(&self) -> &'static str {
        if self.is_first { "(FREEZE)" } else { "" }
    }

    /// Takes indexes and constraints away from the empty tables.
    pub async fn strip(&mut self, session: &mut Session) -> Result<(), DatabaseError> {
        for Index { name, .. } in self.secondary() {
            session.execute(&format!("DROP INDEX IF EXISTS {name}")).await?;
        }
        if session.is_postgres() {
            self.constraints = constraints(session, self.tables).await?;
            for Constraint { table, name, .. } in self.constraints.iter().rev() {
                session.execute(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
            }
            session.execute(&format!("TRUNCATE {}", self.tables.join(", "))).await?;
        }
        Ok(())
    }

    /// Builds indexes and constraints again; PostgreSQL checks every row against them.
    pub async fn restore(&self, session: &mut Session, progress: &dyn Progress) -> Result<(), DatabaseError> {
        let total = (self.constraints.len() + self.secondary().count()) as u64;
        let mut done = 0;
        let mut tell = || {
            progress.report("重建索引", done, Some(total));
            done += 1;
        };
        for Constraint { table, name, definition } in &self.constraints {
            tell();
            session.execute(&format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")).await?;
        }
        for Index { name, table, on } in self.secondary() {
            tell();
            session.execute(&format!("CREATE INDEX IF NOT EXISTS {name} ON {table} {on}")).await?;
        }
        tell();
        Ok(())
    }
}

/// Keys, then unique columns, then foreign keys in both directions: what others lean on first.
async fn constraints(session: &mut Session, tables: &[&str]) -> Result<Vec<Constraint>, DatabaseError> {
    let sql = "SELECT conrelid::regclass::text AS table_name, quote_ident(conname) AS name, \
               pg_get_constraintdef(oid) AS definition FROM pg_constraint \
               WHERE contype IN ('p', 'u', 'f') \
               AND (conrelid::regclass::text {in} OR confrelid::regclass::text {in}) \
               ORDER BY array_position(ARRAY['p', 'u', 'f'], contype::text), conname";
    let rows = session.query(sql, Keys::Texts(tables)).await?;
    let constraint = |row: sea_orm::QueryResult| {
        Ok(Constraint {
            table: row.try_get("", "table_name")?,
            name: row.try_get("", "name")?,
            definition: row.try_get("", "definition")?,
        })
    };
    rows.into_iter().map(constraint).collect()
}

/// Tells the query planner what the tables hold now.
pub async fn analyze(session: &mut Session, tables: &[&str]) -> Result<(), DatabaseError> {
    if !session.is_postgres() {
        // A sample is enough; a full scan would take longer than the load.
        session.execute("PRAGMA analysis_limit = 1000").await?;
    }
    for table in tables {
        session.execute(&format!("ANALYZE {table}")).await?;
    }
    Ok(())
}
