//! 核对 Holds the index against the database, record by record, and mends what differs.
//!
//! INDEX-1: after a repair, number of records and sum of their digests are the same on both sides, by
//! kind of record and region. What changes meanwhile is looked at again before it counts as different.

use std::collections::BTreeMap;
use std::time::Duration;

use entities::bulk::Session;
use entities::operations::Event;
use entities::{Database, indexing};
use search::{Comparison, Document, Family, SearchError, Sum, SumsByRegion};

use super::Index;
use super::rebuild::{BATCH, IndexError};
use super::tables::{Rows, Table, by_table};
use crate::ports::{Clock, Progress};

/// How often what differs is looked at again, and after which pause: a follower needs less.
const LOOKS: usize = 3;
const PAUSE: Duration = Duration::from_millis(1_500);
/// Differences that are kept in mind; with more the index is better built anew.
const MANY: usize = 200_000;

/// 核对结果 Both sides, and what differs.
#[derive(Debug, Default)]
pub struct Compared {
    /// What the database holds, by kind of record and region.
    pub database: SumsByRegion,
    /// What the index holds.
    pub index: SumsByRegion,
    /// Records that the index lacks, or holds as they were.
    pub different: Vec<(Family, i64)>,
    /// Records of the index that the database does not have.
    pub unknown: Vec<(Family, i64)>,
    /// 损坏文件 Files whose checksum is wrong.
    pub damaged: Vec<String>,
}

impl Compared {
    /// Whether both sides hold the same.
    pub fn is_same(&self) -> bool {
        self.different.is_empty() && self.unknown.is_empty() && self.damaged.is_empty()
    }

    /// Records of a family on both sides, over all regions.
    pub fn totals(&self) -> BTreeMap<Family, (u64, u64)> {
        let mut totals = BTreeMap::<Family, (u64, u64)>::new();
        for ((family, _), sum) in &self.database {
            totals.entry(*family).or_default().0 += sum.count;
        }
        for ((family, _), sum) in &self.index {
            totals.entry(*family).or_default().1 += sum.count;
        }
        totals
    }

    /// Regions whose number of records or sum of digests differs, with both sums.
    pub fn regions(&self) -> Vec<((Family, u32), Sum, Sum)> {
        let keys: std::collections::BTreeSet<_> = self.database.keys().chain(self.index.keys()).collect();
        let sums = keys.into_iter().map(|key| {
            let side = |sums: &SumsByRegion| sums.get(key).copied().unwrap_or_default();
            (*key, side(&self.database), side(&self.index))
        });
        sums.filter(|(_, database, index)| database != index).collect()
    }
}

/// Compares the two sides.
///
/// # Errors
/// The database fails, or there is no index that can be read.
pub async fn verify(db: &Database, index: &Index, progress: &dyn Progress) -> Result<Compared, IndexError> {
    let live = index.live().ok_or_else(|| SearchError::Missing { root: index.folder().to_owned() })?;
    let mut compared = Compared::default();
    let checked = live.clone();
    let damaged = tokio::task::spawn_blocking(move || checked.damaged_files()).await??;
    compared.damaged = damaged.iter().map(|path| path.display().to_string()).collect();
    if !compared.damaged.is_empty() {
        return Ok(compared);
    }
    live.reload()?;
    let mut comparison = live.compare();
    for table in Table::ALL {
        comparison = compare_table(db, *table, comparison, &mut compared, progress).await?;
    }
    let ended = tokio::task::spawn_blocking(move || Ok::<_, SearchError>((comparison.sums()?, comparison.others()?)));
    (compared.index, compared.unknown) = ended.await??;
    for _ in 0..LOOKS {
        // What nobody follows does not change by waiting.
        if (compared.different.is_empty() && compared.unknown.is_empty()) || !live.is_written() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        look_again(db, &live, &mut compared).await?;
    }
    Ok(compared)
}

async fn compare_table(
    db: &Database,
    table: Table,
    mut comparison: Comparison,
    compared: &mut Compared,
    progress: &dyn Progress,
) -> Result<Comparison, IndexError> {
    let (total, last) = indexing::extent(db, table.name()).await?;
    let step = format!("核对{}", table.term());
    let (mut after, mut done) = (0, 0);
    loop {
        let read = table.read(db, Rows::Range { after, upto: last, limit: BATCH }).await?;
        let Some(key) = read.last else { return Ok(comparison) };
        after = key;
        done += read.rows;
        for document in &read.documents {
            let place = (document.family(), document.region().get());
            compared.database.entry(place).or_default().add(document.digest());
        }
        let held = tokio::task::spawn_blocking(move || {
            differing(&mut comparison, &read.documents).map(|keys| (comparison, keys))
        });
        let (back, keys) = held.await??;
        comparison = back;
        compared.different.extend(keys.into_iter().take(MANY.saturating_sub(compared.different.len())));
        progress.report(&step, done, Some(total));
    }
}

/// The documents that the index does not hold like this.
fn differing(comparison: &mut Comparison, documents: &[Document]) -> Result<Vec<(Family, i64)>, SearchError> {
    let mut keys = Vec::new();
    for document in documents {
        if !comparison.holds(document)? {
            keys.push((document.family(), document.id()));
        }
    }
    Ok(keys)
}

/// Looks at what differed once more: it may have been written in between.
async fn look_again(db: &Database, live: &search::Index, compared: &mut Compared) -> Result<(), IndexError> {
    live.reload()?;
    let keys: Vec<(Family, i64)> = compared.different.iter().chain(&compared.unknown).copied().collect();
    let mut comparison = live.compare();
    let (mut different, mut found) = (Vec::new(), std::collections::HashSet::new());
    for (table, ids) in by_table(&keys) {
        for ids in ids.chunks(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
            let documents = table.read(db, Rows::Ids(ids)).await?.documents;
            found.extend(documents.iter().map(|document| (document.family(), document.id())));
            let held = tokio::task::spawn_blocking(move || {
                differing(&mut comparison, &documents).map(|keys| (comparison, keys))
            });
            let (back, keys) = held.await??;
            comparison = back;
            different.extend(keys);
        }
    }
    let mut unknown = Vec::new();
    for (family, id) in keys.into_iter().filter(|key| !found.contains(key)) {
        if comparison.has(family, id)? {
            unknown.push((family, id));
        }
    }
    (compared.different, compared.unknown) = (different, unknown);
    Ok(())
}

/// 修复 Writes what differs into the index. If another process writes it, that one is asked to, by way
/// of the outbox.
///
/// # Errors
/// The database or the disk fails; what was mended stays so.
pub async fn repair(db: &Database, index: &Index, compared: &Compared, clock: Clock) -> Result<(), IndexError> {
    let live = index.live().ok_or_else(|| SearchError::Missing { root: index.folder().to_owned() })?;
    let mut writer = match live.writer() {
        Ok(writer) => writer,
        Err(SearchError::Locked { .. }) => return ask_the_follower(db, compared, clock).await,
        Err(error) => return Err(error.into()),
    };
    for (table, ids) in by_table(&compared.different) {
        for ids in ids.chunks(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
            let documents = table.read(db, Rows::Ids(ids)).await?.documents;
            let written = tokio::task::spawn_blocking(move || {
                documents.into_iter().try_for_each(|document| writer.upsert(document)).map(|()| writer)
            });
            writer = written.await??;
        }
    }
    compared.unknown.iter().try_for_each(|(family, id)| writer.delete(*family, *id))?;
    let sequence = live.applied_sequence()?;
    tokio::task::spawn_blocking(move || writer.commit(sequence)).await??;
    Ok(())
}

async fn ask_the_follower(db: &Database, compared: &Compared, clock: Clock) -> Result<(), IndexError> {
    let recorded_at = clock.now().to_rfc3339();
    let event = |act: &'static str, (family, id): &(Family, i64)| Event {
        recorded_at: recorded_at.clone(),
        family: Table::of_family(*family).name(),
        act,
        first_id: *id,
        last_id: *id,
    };
    let written = compared.different.iter().map(|key| event("UPSERT", key));
    let events: Vec<Event> = written.chain(compared.unknown.iter().map(|key| event("DELETE", key))).collect();
    let mut session = Session::begin(db).await?;
    session.insert(&events).await?;
    session.commit().await?;
    Ok(())
}
