//! 跟随 Applies the outbox to the index: in order, at least once, idempotently.
//!
//! The position is committed with the documents, so that a restart goes on where the index is,
//! whatever happened in between.

use std::time::Duration;

use entities::operations::Recorded;
use entities::{Database, indexing, operations};
use search::{Document, Family, SearchError, Writer};
use tokio_util::sync::CancellationToken;

use super::rebuild::{BATCH, IndexError};
use super::{Index, documents, rebuild};
use crate::ports::Silent;

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(400);
/// After a failure the outbox is left alone for a while.
const REST: Duration = Duration::from_secs(5);
/// Events that are applied with one commit.
const EVENTS: i64 = 200;
/// Enterprises of one event up to which their penalties are written again; a bulk load records its
/// penalties as events of their own.
const REWRITTEN: i64 = 10_000;

impl Index {
    /// Follows until told to stop. Builds the index first if there is none.
    pub async fn follow(self, db: Database, stop: CancellationToken) {
        let mut writer = None;
        while !stop.is_cancelled() {
            let pause = match self.step(&db, &mut writer).await {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(index.error = ?error, "the index cannot follow; it will be tried again");
                    writer = None;
                    REST
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Applies what is recorded and not applied yet.
    async fn step(&self, db: &Database, writer: &mut Option<Writer>) -> Result<(), IndexError> {
        let Some(live) = self.live() else {
            tracing::info!("building the search index");
            let built = rebuild(db, &self.0.folder, &Silent).await?;
            tracing::info!(index.enterprises = built.enterprises, index.penalties = built.penalties, "index built");
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
            for event in &events {
                open = apply(db, open, event).await?;
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

async fn apply(db: &Database, mut writer: Writer, event: &Recorded) -> Result<Writer, IndexError> {
    let family = match event.family.as_str() {
        "enterprises" => Family::Enterprise,
        "penalties" => Family::Penalty,
        _ => return Ok(writer),
    };
    if event.act == "DELETE" {
        (event.first_id..=event.last_id).try_for_each(|id| writer.delete(family, id))?;
        return Ok(writer);
    }
    let mut after = event.first_id - 1;
    loop {
        let found: Vec<Document> = match family {
            Family::Enterprise => {
                let rows = indexing::enterprises(db, after, event.last_id, BATCH).await?;
                after = rows.last().map_or(after, |row| row.id);
                rows.into_iter().filter_map(documents::enterprise).map(Document::from).collect()
            }
            Family::Penalty => {
                let rows = indexing::penalties(db, after, event.last_id, BATCH).await?;
                after = rows.last().map_or(after, |(row, _)| row.id);
                rows.into_iter().filter_map(documents::penalty).map(Document::from).collect()
            }
        };
        if found.is_empty() {
            break;
        }
        writer = upsert(writer, found).await?;
    }
    if family == Family::Enterprise && event.last_id - event.first_id < REWRITTEN {
        let rows = indexing::penalties_of(db, event.first_id, event.last_id).await?;
        writer = upsert(writer, rows.into_iter().filter_map(documents::penalty).map(Document::from).collect()).await?;
    }
    Ok(writer)
}

async fn upsert(writer: Writer, documents: Vec<Document>) -> Result<Writer, IndexError> {
    let written = tokio::task::spawn_blocking(move || {
        documents.into_iter().try_for_each(|document| writer.upsert(document)).map(|()| writer)
    });
    Ok(written.await??)
}
