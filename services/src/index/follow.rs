//! 跟随 Applies the outbox to the index: in order, at least once, idempotently.
//!
//! INDEX-2: the position is committed with the documents, so that a restart goes on where the index is,
//! whatever happened in between. INDEX-3: an index whose files are damaged is built anew; until then
//! nothing is answered from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use entities::operations::Recorded;
use entities::{Database, operations};
use search::{Document, SearchError, Writer};
use tokio_util::sync::CancellationToken;

use super::Index;
use super::rebuild::{BATCH, IndexError};
use super::tables::{Rows, Table};

/// How often the outbox is looked at: what was committed is found within a second.
const PAUSE: Duration = Duration::from_millis(200);
/// After a failure the outbox is left alone for a while.
const REST: Duration = Duration::from_secs(5);
/// Events that are applied with one commit.
const EVENTS: usize = 500;
/// Rows of an event that is gathered with others, and keys that are read with one statement.
const FEW: i64 = 1_000;
const CHUNK: usize = 500;
/// Enterprises of one event up to which their records are written again; a bulk load records its
/// rows as events of their own.
pub(super) const REWRITTEN: i64 = 10_000;

impl Index {
    /// Follows until told to stop. Builds the index first if there is none that can be read.
    pub async fn follow(self, db: Database, stop: CancellationToken) {
        let checking = tokio::spawn(self.clone().check());
        let mut writer = None;
        while !stop.is_cancelled() {
            let pause = match self.step(&db, &mut writer).await {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(index.error = ?error, "the index cannot follow; it will be tried again");
                    if let IndexError::Index(SearchError::Damaged { .. }) = error {
                        self.distrust();
                    }
                    writer = None;
                    REST
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
        checking.abort();
    }

    /// 校验 Reads every file of the index once, beside everything else, and names those that are damaged.
    async fn check(self) {
        let Some(live) = self.live() else { return };
        let damaged = tokio::task::spawn_blocking(move || live.damaged_files()).await;
        let files: Vec<PathBuf> = match damaged {
            Ok(Ok(files)) => files,
            failed => {
                tracing::warn!(index.failure = ?failed, "the files of the index could not be checked");
                return;
            }
        };
        if !files.is_empty() {
            tracing::error!(index.files = ?files, "files of the search index are damaged; it is built anew");
            self.distrust();
        }
    }

    /// Applies what is recorded and not applied yet.
    async fn step(&self, db: &Database, writer: &mut Option<Writer>) -> Result<(), IndexError> {
        let Some(live) = self.live() else {
            *writer = None;
            tracing::info!("building the search index");
            let built = self.build(db).await?;
            tracing::info!(index.records = built.values().sum::<u64>(), "index built");
            return Ok(self.reopen()?);
        };
        loop {
            // Another process may have rebuilt the index; nothing else changes it.
            live.reload()?;
            let events = operations::events_after(db, live.applied_sequence()?, EVENTS as i64).await?;
            let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
            // While much is recorded, a commit for every few events would cost more than the events.
            let is_all = events.len() < EVENTS;
            let mut open = match writer.take() {
                Some(open) => open,
                None => live.writer()?,
            };
            open = Touched::of(events).apply(db, open).await?;
            let committed = tokio::task::spawn_blocking(move || open.commit(last).map(|()| open)).await?;
            match committed {
                Ok(open) => *writer = Some(open),
                // A rebuild has switched: its writer begins at its own position.
                Err(SearchError::Superseded) => {}
                Err(error) => return Err(error.into()),
            }
            if is_all {
                return Ok(());
            }
        }
    }
}

/// 所涉记录 The records that some events are about. Rows are read as they are now, whatever the event was:
/// one that is there is written, one that is not is removed, so that neither order nor repetition matters.
#[derive(Default)]
struct Touched {
    few: BTreeMap<Table, BTreeSet<i64>>,
    many: Vec<(Table, Recorded)>,
}

impl Touched {
    fn of(events: Vec<Recorded>) -> Self {
        let mut touched = Self::default();
        for event in events {
            let Some(table) = Table::of(&event.family) else { continue };
            if event.last_id - event.first_id < FEW {
                touched.few.entry(table).or_default().extend(event.first_id..=event.last_id);
            } else {
                touched.many.push((table, event));
            }
        }
        touched
    }

    async fn apply(self, db: &Database, mut writer: Writer) -> Result<Writer, IndexError> {
        for (table, event) in &self.many {
            writer = apply_many(db, writer, *table, event).await?;
        }
        for (table, ids) in &self.few {
            let ids: Vec<i64> = ids.iter().copied().collect();
            for ids in ids.chunks(CHUNK) {
                writer = apply_few(db, writer, *table, ids).await?;
            }
        }
        Ok(writer)
    }
}

/// A bulk load, or what was removed in bulk.
async fn apply_many(db: &Database, mut writer: Writer, table: Table, event: &Recorded) -> Result<Writer, IndexError> {
    if event.act == "DELETE" {
        (event.first_id..=event.last_id).try_for_each(|id| remove(&mut writer, table, id))?;
        return Ok(writer);
    }
    let mut after = event.first_id - 1;
    loop {
        let read = table.read(db, Rows::Range { after, upto: event.last_id, limit: BATCH }).await?;
        let Some(last) = read.last else { break };
        after = last;
        writer = upsert(writer, read.documents).await?;
    }
    if table == Table::Enterprises && event.last_id - event.first_id < REWRITTEN {
        let rows = Rows::OfEnterprises { first: event.first_id, last: event.last_id };
        writer = rewrite(db, writer, rows).await?;
    }
    Ok(writer)
}

async fn apply_few(db: &Database, mut writer: Writer, table: Table, ids: &[i64]) -> Result<Writer, IndexError> {
    let documents = table.read(db, Rows::Ids(ids)).await?.documents;
    let present: BTreeSet<i64> = documents.iter().map(Document::id).collect();
    ids.iter().filter(|id| !present.contains(id)).try_for_each(|id| remove(&mut writer, table, *id))?;
    writer = upsert(writer, documents).await?;
    if table == Table::Enterprises {
        writer = rewrite(db, writer, Rows::OfEach(ids)).await?;
    }
    Ok(writer)
}

/// Records show facts of their enterprise, and are written again when it changes.
async fn rewrite(db: &Database, mut writer: Writer, rows: Rows<'_>) -> Result<Writer, IndexError> {
    for table in Table::ALL.iter().filter(|table| **table != Table::Enterprises) {
        writer = upsert(writer, table.read(db, rows).await?.documents).await?;
    }
    Ok(writer)
}

fn remove(writer: &mut Writer, table: Table, id: i64) -> Result<(), SearchError> {
    table.families().iter().try_for_each(|family| writer.delete(*family, id))
}

async fn upsert(mut writer: Writer, documents: Vec<Document>) -> Result<Writer, IndexError> {
    if documents.is_empty() {
        return Ok(writer);
    }
    let written = tokio::task::spawn_blocking(move || {
        documents.into_iter().try_for_each(|document| writer.upsert(document)).map(|()| writer)
    });
    Ok(written.await??)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(family: &str, act: &str, first_id: i64, last_id: i64) -> Recorded {
        Recorded { sequence: 0, family: family.to_owned(), act: act.to_owned(), first_id, last_id }
    }

    #[test]
    fn small_events_are_gathered_by_table_and_large_ones_stay() {
        let touched = Touched::of(vec![
            event("penalties", "UPSERT", 1, 3),
            event("penalties", "DELETE", 3, 4),
            event("accounts", "UPSERT", 1, 1),
            event("licences", "UPSERT", 1, 5_000),
        ]);
        assert_eq!(touched.few, BTreeMap::from([(Table::Penalties, BTreeSet::from([1, 2, 3, 4]))]));
        assert_eq!(touched.many.iter().map(|(table, _)| *table).collect::<Vec<_>>(), [Table::Licences]);
    }
}
