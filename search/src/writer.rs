//! 索引写入 Follows the database: replaces and removes documents, and commits them together with
//! the place in the outbox that they come from, so that a restart resumes exactly there.

use std::sync::Arc;

use crate::document::{Document, Family, Key};
use crate::error::SearchError;
use crate::generation::{self, Generation, Payload};
use crate::index::Index;
use crate::writers::{Means, Writers};

const MEANS: Means = Means { threads: 1, bytes: 64 << 20 };

/// The only writer of the live generation. After an error of [`Self::commit`] it must be dropped
/// and a new one taken, which resumes from [`Index::applied_sequence`].
pub struct Writer {
    index: Index,
    generation: Arc<Generation>,
    writers: Writers,
}

impl Writer {
    pub(crate) fn open(index: Index, generation: Arc<Generation>) -> Result<Self, SearchError> {
        let writers = Writers::open(&generation.path, MEANS)?;
        if let Ok(lock) = generation::lock(index.root()) {
            let begun = generation::unfinished(index.root(), &lock)?.map(|(name, _)| name);
            generation::remove_stale(index.root(), &lock, begun.as_deref())?;
        }
        Ok(Self { index, generation, writers })
    }

    /// Adds a record, or replaces the one with the same family and id.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn upsert(&self, document: impl Into<Document>) -> Result<(), SearchError> {
        let document = document.into();
        self.writers.delete(document.key()?)?;
        self.writers.add(&document)
    }

    /// Removes a record; one that is not there is no error.
    ///
    /// # Errors
    /// The id is out of range.
    pub fn delete(&self, family: Family, id: i64) -> Result<(), SearchError> {
        self.writers.delete(Key::new(family, id)?)
    }

    /// Makes everything since the last commit durable and visible, up to this change of the outbox.
    ///
    /// # Errors
    /// A rebuild replaced the generation, or the disk is full; the last commit stands.
    pub fn commit(&mut self, sequence: i64) -> Result<(), SearchError> {
        if generation::live_name(self.index.root())? != self.generation.name {
            return Err(SearchError::Superseded);
        }
        self.writers.commit(&Payload::text(sequence))?;
        self.generation.reload()
    }
}
