//! 建库 Brings a database to the present schema and fills the tables of the two standards.

use std::collections::HashSet;

use entities::bulk::{Keys, Session};
use entities::reference::{IndustryRow, RegionRow};
use entities::{Database, DatabaseError};
use migrations::{LOCK_TIMEOUT, Migrator, MigratorTrait, indexes};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Migrates, completes the indexes and writes regions and industries if they are absent or fewer
/// than the standards in `rules` know. Doing it again changes nothing, and whenever it ends early,
/// doing it again completes it: each step is one transaction.
///
/// # Errors
/// Any failure of the database. Who holds a table longer than the time-out is reported, not waited for.
pub async fn prepare(db: &Database) -> Result<(), DatabaseError> {
    Migrator::up(db.reader(), None).await?;
    indexes::ensure(db.reader()).await?;
    standards(db).await
}

/// How many steps of the schema are not applied yet.
///
/// # Errors
/// Any failure of the database.
pub async fn pending(db: &Database) -> Result<usize, DatabaseError> {
    Ok(Migrator::get_pending_migrations(db.reader()).await?.len())
}

async fn standards(db: &Database) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    if session.is_postgres() {
        session.execute(LOCK_TIMEOUT).await?;
    }
    let known = codes(&mut session, "SELECT CAST(code AS TEXT) AS code FROM regions").await?;
    let is_new = |row: &RegionRow| !known.contains(&row.0.code.to_string());
    let mut regions: Vec<RegionRow> = rules::region::all().iter().map(RegionRow).filter(is_new).collect();
    regions.sort_by_key(|row| row.0.code.level() as i64);
    session.insert(&regions).await?;
    let known = codes(&mut session, "SELECT code FROM industries").await?;
    let is_new = |row: &IndustryRow| !known.contains(row.0.code);
    let mut industries: Vec<IndustryRow> = rules::industry::all().iter().map(IndustryRow).filter(is_new).collect();
    industries.sort_by_key(|row| row.0.level as i64);
    session.insert(&industries).await?;
    session.commit().await
}

async fn codes(session: &mut Session, sql: &str) -> Result<HashSet<String>, DatabaseError> {
    let rows = session.query(sql, Keys::None).await?;
    Ok(rows.iter().map(|row| row.try_get("", "code")).collect::<Result<_, DbErr>>()?)
}

/// 日志收缩 SQLite's log of one large transaction is as large as what it wrote, and the next start would read all of it.
/// That a reader holds it now is no reason to fail: it is used again from its beginning later.
pub async fn shrink_log(db: &Database) {
    if db.backend() == DbBackend::Sqlite {
        let _ = db.reader().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await;
    }
}

/// Whether the register holds nothing yet.
///
/// # Errors
/// Any failure of the database.
pub async fn is_empty(db: &Database) -> Result<bool, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let found = session.scalar("SELECT count(*) FROM (SELECT 1 FROM enterprises LIMIT 1) any_row").await?;
    session.commit().await?;
    Ok(found == 0)
}
