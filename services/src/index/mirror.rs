//! 镜像 Keeps a second engine behind the port up to date from the outbox, with a position of its own: what is
//! noted in its file is applied, and what comes after it is applied again if need be (PORT-3).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use entities::operations::Recorded;
use entities::{Database, indexing, operations};
use search::{Document, SearchError};
use tokio_util::sync::CancellationToken;

use super::follow::REWRITTEN;
use super::port::{Change, SearchPort};
use super::quickwit::Quickwit;
use super::rebuild::{BATCH, IndexError};
use super::tables::{Rows, Table};

/// How often the outbox is looked at, and how long it is left alone after a failure.
const PAUSE: Duration = Duration::from_millis(500);
const REST: Duration = Duration::from_secs(10);
/// Events that are applied at once.
const EVENTS: i64 = 500;
/// Rows of an event that are looked for one by one: those that are not there were removed.
const FEW: i64 = 1_000;

/// 镜像 An engine, and the file that says how far it is.
pub struct Mirror {
    engine: Arc<Quickwit>,
    file: PathBuf,
}

impl Mirror {
    /// The mirror whose file stands beside the index of this process.
    pub fn new(engine: Arc<Quickwit>, index_folder: &Path) -> Self {
        Self { engine, file: index_folder.with_extension("quickwit") }
    }

    /// Follows until told to stop; fills the engine first if nothing is noted.
    pub async fn follow(self, db: Database, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.step(&db).await {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(index.error = ?error, "the second engine cannot follow; it will be tried again");
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
    ///
    /// # Errors
    /// The database or the engine fails; what is noted is applied.
    pub async fn step(&self, db: &Database) -> Result<(), IndexError> {
        let Some(mut position) = self.position()? else { return self.fill(db).await };
        loop {
            let events = operations::events_after(db, position, EVENTS).await?;
            let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
            for event in events {
                self.event(db, &event).await?;
            }
            position = last;
            self.note(position)?;
        }
    }

    async fn fill(&self, db: &Database) -> Result<(), IndexError> {
        let sequence = operations::last_sequence(db).await?;
        self.engine.prepare().await?;
        self.engine.clear().await?;
        for table in Table::ALL {
            let (_, last) = indexing::extent(db, table.name()).await?;
            let mut rows = Range { after: 0, upto: last };
            while let Some(documents) = rows.next(db, *table).await? {
                self.engine.load(&documents, sequence).await?;
            }
        }
        Ok(self.note(sequence)?)
    }

    async fn event(&self, db: &Database, event: &Recorded) -> Result<(), IndexError> {
        let Some(table) = Table::of(&event.family) else { return Ok(()) };
        let Recorded { first_id, last_id, sequence, .. } = *event;
        let is_few = last_id - first_id < FEW;
        if event.act == "DELETE" || is_few {
            let ids: Vec<i64> = (first_id..=last_id).collect();
            let documents = if is_few { table.read(db, Rows::Ids(&ids)).await?.documents } else { Vec::new() };
            let is_there = |id: &i64| documents.iter().any(|document| document.id() == *id);
            let gone = ids.iter().filter(|id| !is_there(id));
            let removed = gone.flat_map(|id| table.families().iter().map(|family| (*family, *id))).collect();
            self.engine.apply(Change { documents, removed, sequence }).await?;
        } else {
            let mut rows = Range { after: first_id - 1, upto: last_id };
            while let Some(documents) = rows.next(db, table).await? {
                self.engine.apply(Change { documents, sequence, removed: Vec::new() }).await?;
            }
        }
        // Records show facts of their enterprise.
        if table == Table::Enterprises && last_id - first_id < REWRITTEN {
            for table in Table::ALL.iter().filter(|table| **table != Table::Enterprises) {
                let documents = table.read(db, Rows::OfEnterprises { first: first_id, last: last_id }).await?.documents;
                if !documents.is_empty() {
                    self.engine.apply(Change { documents, sequence, removed: Vec::new() }).await?;
                }
            }
        }
        Ok(())
    }

    fn position(&self) -> Result<Option<i64>, SearchError> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the file in place as a whole.
    fn note(&self, position: i64) -> Result<(), SearchError> {
        let next = self.file.with_extension("quickwit.next");
        std::fs::write(&next, position.to_string())?;
        Ok(std::fs::rename(&next, &self.file)?)
    }
}

/// Rows of a table that are read one batch after the other.
struct Range {
    after: i64,
    upto: i64,
}

impl Range {
    /// The next documents, `None` at the end.
    async fn next(&mut self, db: &Database, table: Table) -> Result<Option<Vec<Document>>, IndexError> {
        let read = table.read(db, Rows::Range { after: self.after, upto: self.upto, limit: BATCH }).await?;
        let Some(last) = read.last else { return Ok(None) };
        self.after = last;
        Ok(Some(read.documents))
    }
}
