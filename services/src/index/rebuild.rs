//! Builds the index anew beside the live one, and compares the two sides.

use std::path::Path;

use entities::{Database, indexing, operations};
use sea_orm::DbErr;
use search::{Document, Rebuild, SearchError};
use serde::Serialize;

use super::{Index, documents};
use crate::ports::Progress;

/// Rows that are read at a time.
pub(super) const BATCH: i64 = 4_000;

/// Why the index could not be built or compared.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The index failed.
    #[error("{}", .0.message())]
    Index(#[from] SearchError),
    /// The work was cut off.
    #[error("the work on the index was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Numbers of records by family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Built {
    /// 经营主体
    pub enterprises: u64,
    /// 行政处罚
    pub penalties: u64,
}

/// Both sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What the database holds.
    pub database: Built,
    /// What the index holds.
    pub index: Built,
}

/// Builds the index from the database and switches to it. Changes recorded meanwhile are applied
/// by the follower, because the index is marked with the position at the beginning.
///
/// # Errors
/// A failure of the database or of the disk; the live index stays.
pub async fn rebuild(db: &Database, folder: &Path, progress: &dyn Progress) -> Result<Built, IndexError> {
    let sequence = operations::last_sequence(db).await?;
    let folder = folder.to_owned();
    let mut build = tokio::task::spawn_blocking(move || search::Index::rebuild(&folder)).await??;
    let mut built = Built::default();
    let (total, last) = indexing::extent(db, "enterprises").await?;
    let mut after = 0;
    loop {
        let rows = indexing::enterprises(db, after, last, BATCH).await?;
        let Some(row) = rows.last() else { break };
        after = row.id;
        built.enterprises += rows.len() as u64;
        let found = rows.into_iter().filter_map(documents::enterprise).map(Document::from).collect();
        build = add(build, found).await?;
        progress.report("索引经营主体", built.enterprises, Some(total));
    }
    let (total, last) = indexing::extent(db, "penalties").await?;
    let mut after = 0;
    loop {
        let rows = indexing::penalties(db, after, last, BATCH).await?;
        let Some((row, _)) = rows.last() else { break };
        after = row.id;
        built.penalties += rows.len() as u64;
        let found = rows.into_iter().filter_map(documents::penalty).map(Document::from).collect();
        build = add(build, found).await?;
        progress.report("索引行政处罚", built.penalties, Some(total));
    }
    tokio::task::spawn_blocking(move || build.finish(sequence)).await??;
    Ok(built)
}

async fn add(build: Rebuild, documents: Vec<Document>) -> Result<Rebuild, IndexError> {
    let added = tokio::task::spawn_blocking(move || {
        documents.into_iter().try_for_each(|document| build.add(document)).map(|()| build)
    });
    Ok(added.await??)
}

/// Counts both sides.
///
/// # Errors
/// The database fails, or there is no index.
pub async fn verify(db: &Database, index: &Index) -> Result<Compared, IndexError> {
    let database = Built {
        enterprises: indexing::extent(db, "enterprises").await?.0,
        penalties: indexing::extent(db, "penalties").await?.0,
    };
    let Some(live) = index.live() else { return Err(SearchError::Missing { root: index.0.folder.clone() }.into()) };
    let index = tokio::task::spawn_blocking(move || {
        let damaged = live.damaged_files()?;
        if let Some(path) = damaged.into_iter().next() {
            return Err(SearchError::Damaged { path, reason: "checksum".to_owned() });
        }
        let enterprises = live.count(&search::CountFilter::default())?;
        Ok(Built { enterprises, penalties: live.documents() - enterprises })
    });
    Ok(Compared { database, index: index.await?? })
}
