//! 跟随 Applies the outbox to the index: in order, at least once, idempotently.
//!
//! INDEX-2: the position is committed with the documents, so that a restart goes on where the index is,
//! whatever happened in between. INDEX-3: an index whose files are damaged is built anew; until then
//! nothing is answered from it.

use std::path::PathBuf;
use std::time::Duration;

use entities::operations::Recorded;
use entities::{Database, operations};
use search::{Document, SearchError, Writer};
use tokio_util::sync::CancellationToken;

use super::rebuild::{BATCH, IndexError};
use super::tables::{Rows, Table};
use super::{Index, rebuild};
use crate::ports::Silent;

/// How often the outbox is looked at: what was committed is found within a second.
const PAUSE: Duration = Duration::from_millis(200);
/// After a failure the outbox is left alone for a while.
const REST: Duration = Duration::from_secs(5);
/// Events that are applied with one commit.
const EVENTS: i64 = 500;
/// Enterprises of one event up to which their records are written again; a bulk load records its
/// rows as events of their own.
const REWRITTEN: i64 = 10_000;

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
            let built = rebuild(db, self.folder(), &Silent).await?;
            tracing::info!(index.records = built.values().sum::<u64>(), "index built");
            return Ok(self.reopen()?);
        };
        loop {
            // Another process may have rebuilt the index; nothing else changes it.
            live.reload()?;
            let events = operations::events_after(db, live.applied_sequence()?, EVENTS).await?;
            let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
            let mut open = match writer.take() {
                Some(open) => open,
                None => live.writer()?,
            };
            for event in merged(events) {
                open = apply(db, open, &event).await?;
            }
            let committed = tokio::task::spawn_blocking(move || open.commit(last).map(|()| open)).await?;
            match committed {
                Ok(open) => *writer = Some(open),
                // A rebuild has switched: its writer begins at its own position.
                Err(SearchError::Superseded) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Events of one table whose keys follow on each other, as one: many small changes are then read with few
/// statements. Rows are read as they are now, so only the last event of a key counts.
fn merged(events: Vec<Recorded>) -> Vec<Recorded> {
    let mut merged: Vec<Recorded> = Vec::new();
    for event in events {
        match merged.last_mut() {
            Some(last)
                if last.family == event.family
                    && last.act == event.act
                    && event.first_id >= last.first_id
                    && event.first_id <= last.last_id + 1 =>
            {
                last.last_id = last.last_id.max(event.last_id);
            }
            _ => merged.push(event),
        }
    }
    merged
}

async fn apply(db: &Database, mut writer: Writer, event: &Recorded) -> Result<Writer, IndexError> {
    let Some(table) = Table::of(&event.family) else { return Ok(writer) };
    if event.act == "DELETE" {
        for family in table.families() {
            (event.first_id..=event.last_id).try_for_each(|id| writer.delete(*family, id))?;
        }
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
        for table in Table::ALL.iter().filter(|table| **table != Table::Enterprises) {
            let rows = Rows::OfEnterprises { first: event.first_id, last: event.last_id };
            writer = upsert(writer, table.read(db, rows).await?.documents).await?;
        }
    }
    Ok(writer)
}

async fn upsert(writer: Writer, documents: Vec<Document>) -> Result<Writer, IndexError> {
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

    fn event(sequence: i64, act: &str, first_id: i64, last_id: i64) -> Recorded {
        Recorded { sequence, family: "penalties".to_owned(), act: act.to_owned(), first_id, last_id }
    }

    #[test]
    fn neighbours_are_read_together() {
        let events = vec![event(1, "UPSERT", 1, 1), event(2, "UPSERT", 2, 4), event(3, "UPSERT", 3, 3), event(4, "DELETE", 5, 5), event(5, "UPSERT", 9, 9)];
        let ranges: Vec<_> = merged(events).iter().map(|one| (one.act.clone(), one.first_id, one.last_id)).collect();
        assert_eq!(ranges, [("UPSERT".to_owned(), 1, 4), ("DELETE".to_owned(), 5, 5), ("UPSERT".to_owned(), 9, 9)]);
    }
}
