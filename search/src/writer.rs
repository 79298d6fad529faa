//! 索引写入 Follows the database: replaces and removes documents, and commits them together with
//! the place in the outbox that they come from, so that a restart resumes exactly there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Document, Family, Key};
use crate::error::SearchError;
use crate::generation::{self, Generation, Payload};
use crate::index::Index;
use crate::writers::{Means, Writers};

/// Records that wait before they are written without a commit.
const WAITING: usize = 4_096;

const MEANS: Means = Means { threads: 1, bytes: 64 << 20 };

/// The only writer of the live generation. After an error of [`Self::commit`] it must be dropped
/// and a new one taken, which resumes from [`Index::applied_sequence`].
pub struct Writer {
    index: Index,
    generation: Arc<Generation>,
    writers: Writers,
    /// 待写 What becomes of each record, nothing of a removed one. Written together: a removal looks into every segment,
    /// and many cost hardly more than one.
    waiting: BTreeMap<Key, Option<Document>>,
}

impl Writer {
    pub(crate) fn open(index: Index, generation: Arc<Generation>) -> Result<Self, SearchError> {
        let writers = Writers::open(&generation.path, MEANS)?;
        if let Ok(lock) = generation::lock(index.root()) {
            let begun = generation::unfinished(index.root(), &lock)?.map(|(name, _)| name);
            generation::remove_stale(index.root(), &lock, begun.as_deref())?;
        }
        Ok(Self { index, generation, writers, waiting: BTreeMap::new() })
    }

    /// Adds a record, or replaces the one with the same family and id.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn upsert(&mut self, document: impl Into<Document>) -> Result<(), SearchError> {
        let document = document.into();
        self.wait(document.key()?, Some(document))
    }

    /// Removes a record; one that is not there is no error.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn delete(&mut self, family: Family, id: i64) -> Result<(), SearchError> {
        self.wait(Key::new(family, id)?, None)
    }

    fn wait(&mut self, key: Key, becomes: Option<Document>) -> Result<(), SearchError> {
        self.waiting.insert(key, becomes);
        if self.waiting.len() < WAITING { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), SearchError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.writers.delete(waiting.keys().copied())?;
        waiting.values().flatten().try_for_each(|document| self.writers.add(document))
    }

    /// Makes everything since the last commit durable and visible, up to this change of the outbox.
    ///
    /// # Errors
    /// A rebuild replaced the generation, or the disk is full; the last commit stands.
    pub fn commit(&mut self, sequence: i64) -> Result<(), SearchError> {
        if generation::live_name(self.index.root())? != self.generation.name {
            return Err(SearchError::Superseded);
        }
        self.write()?;
        self.writers.commit(&Payload::text(sequence))?;
        self.generation.reload()
    }
}
