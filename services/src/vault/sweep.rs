//! 重新加密 Takes the values of every encrypted column to the key that seals, a bounded number at a time.

use std::time::Duration;

use entities::bulk::Session;
use entities::vault::{COLUMNS, Ring, SealedColumn, Stale};
use entities::{Database, DatabaseError};
use sea_orm::{ConnectionTrait, DbBackend};

use super::KeyError;
use crate::ports::Progress;

/// What is left to others between two transactions.
const PAUSE: Duration = Duration::from_millis(2);

/// 结果 What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Values that were sealed anew.
    pub sealed: u64,
    /// Values that could not be opened, and stay as they are.
    pub refused: u64,
}

/// Sweeps every column; values in clear only if `takes_plain`. Doing it again does what is left.
pub(super) async fn all(
    db: &Database,
    ring: &Ring,
    takes_plain: bool,
    progress: &dyn Progress,
) -> Result<Swept, KeyError> {
    let mut swept = Swept::default();
    for column in COLUMNS {
        let one = sweep(db, ring, &column, takes_plain, progress).await?;
        swept.sealed += one.sealed;
        swept.refused += one.refused;
    }
    Ok(swept)
}

async fn sweep(
    db: &Database,
    ring: &Ring,
    column: &SealedColumn,
    takes_plain: bool,
    progress: &dyn Progress,
) -> Result<Swept, KeyError> {
    let current = super::current(ring)?;
    let (mut swept, mut after) = (Swept::default(), 0);
    loop {
        let batch = column.stale(db, &current, after, column.at_once()).await?;
        let Some(last) = batch.last() else { return Ok(swept) };
        after = last.id;
        let found = batch.len() as u64;
        let sealed = sealed(ring, column, batch, takes_plain);
        swept.refused += found - sealed.len() as u64;
        if !sealed.is_empty() {
            let mut session = Session::begin_erasing(db).await?;
            swept.sealed += column.replace(&mut session, &sealed).await?;
            session.commit().await?;
        }
        progress.report("加密", swept.sealed, None);
        tokio::time::sleep(PAUSE).await;
    }
}

fn sealed(ring: &Ring, column: &SealedColumn, batch: Vec<Stale>, takes_plain: bool) -> Vec<(Stale, String)> {
    let mut sealed = Vec::with_capacity(batch.len());
    for stale in batch {
        let new = if stale.is_plain() && !takes_plain { None } else { column.sealed_anew(ring, &stale).ok() };
        match new {
            Some(new) => sealed.push((stale, new)),
            None => tracing::error!(table = column.table, id = stale.id, "a value cannot be opened; it stays as it is"),
        }
    }
    sealed
}

/// What SQLite's log still holds of values in clear goes; PostgreSQL's old rows go with its vacuum. That
/// either fails is no reason to: it is done again in time by the database itself.
pub(super) async fn forget_plain(db: &Database) {
    let sql = match db.backend() {
        DbBackend::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
        _ => "VACUUM enterprises, users",
    };
    if let Err(error) = db.reader().execute_unprepared(sql).await {
        tracing::warn!(error = %DatabaseError::from(error), "old pages are cleaned later");
    }
}
