//! Builds the index anew beside the live one. What was built is marked now and then, so that a rebuild
//! that was broken off goes on where it was.

use std::collections::BTreeMap;
use std::path::Path;

use entities::{Database, indexing, operations};
use sea_orm::DbErr;
use search::{Document, Rebuild, SearchError};
use serde::{Deserialize, Serialize};

use super::tables::{Rows, Table};
use crate::ports::Progress;

/// Rows that are read at a time.
pub(super) const BATCH: i64 = 4_000;
/// Rows of a table after which a rebuild is marked: a few seconds of work, and few enough segments.
const MARKED: u64 = 400_000;

/// Why the index could not be built or compared.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The database failed while it was written.
    #[error(transparent)]
    Write(#[from] entities::DatabaseError),
    /// The index failed.
    #[error("{}", .0.message())]
    Index(#[from] SearchError),
    /// The work was cut off.
    #[error("the work on the index was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Numbers of records by table.
pub type Built = BTreeMap<Table, u64>;

/// 断点 How far a rebuild is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Mark {
    table: Table,
    after: i64,
    built: Built,
}

/// Builds the index from the database, in so many shards, and switches to it. Changes recorded meanwhile are applied
/// by the follower, because the index is marked with the position at the beginning.
///
/// # Errors
/// A failure of the database or of the disk; the live index stays.
pub async fn rebuild(
    db: &Database,
    folder: &Path,
    shards: usize,
    progress: &dyn Progress,
) -> Result<Built, IndexError> {
    let mut sequence = operations::last_sequence(db).await?;
    let folder = folder.to_owned();
    let mut build = tokio::task::spawn_blocking(move || search::Index::rebuild(&folder, shards)).await??;
    let mut mark = Mark { table: Table::Enterprises, after: 0, built: Built::new() };
    if let Some(begun) = build.checkpoint() {
        sequence = begun.sequence;
        if let Ok(known) = serde_json::from_str(&begun.mark) {
            mark = known;
        }
        tracing::info!(index.table = mark.table.name(), index.after = mark.after, "the rebuild of the index goes on");
    }
    let from = mark.table;
    for table in Table::ALL.iter().copied().skip_while(|table| *table != from) {
        if table != mark.table {
            mark = Mark { table, after: 0, ..mark };
        }
        build = add_table(db, build, &mut mark, sequence, progress).await?;
    }
    tokio::task::spawn_blocking(move || build.finish(sequence)).await??;
    Ok(mark.built)
}

async fn add_table(
    db: &Database,
    mut build: Rebuild,
    mark: &mut Mark,
    sequence: i64,
    progress: &dyn Progress,
) -> Result<Rebuild, IndexError> {
    let table = mark.table;
    let (total, last) = indexing::extent(db, table.name()).await?;
    let step = format!("索引{}", table.term());
    let mut since = 0;
    let rows_after = |after| table.read(db, Rows::Range { after, upto: last, limit: BATCH });
    let mut read = rows_after(mark.after).await?;
    while let Some(key) = read.last {
        mark.after = key;
        let done = mark.built.entry(table).or_default();
        *done += read.rows;
        progress.report(&step, *done, Some(total));
        since += read.rows;
        // The next rows are read while these are added.
        let (added, next) = tokio::join!(add(build, read.documents), rows_after(key));
        (build, read) = (added?, next?);
        if since >= MARKED {
            since = 0;
            build = set_mark(build, sequence, mark).await?;
        }
    }
    if since > 0 {
        build = set_mark(build, sequence, mark).await?;
    }
    Ok(build)
}

async fn add(build: Rebuild, documents: Vec<Document>) -> Result<Rebuild, IndexError> {
    let added = tokio::task::spawn_blocking(move || {
        documents.into_iter().try_for_each(|document| build.add(document))?;
        Ok::<_, SearchError>(build)
    });
    Ok(added.await??)
}

async fn set_mark(mut build: Rebuild, sequence: i64, mark: &Mark) -> Result<Rebuild, IndexError> {
    let Ok(text) = serde_json::to_string(mark) else { return Ok(build) };
    let marked = tokio::task::spawn_blocking(move || {
        build.mark(sequence, &text)?;
        Ok::<_, SearchError>(build)
    });
    Ok(marked.await??)
}
