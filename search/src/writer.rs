//! 索引写入 Follows the database: replaces and removes documents, and commits them together with
//! the place in the outbox that they come from, so that a restart resumes exactly there.

use std::sync::Arc;

use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, Term};

use crate::document::{Document, Family, Key};
use crate::error::SearchError;
use crate::fill::fill;
use crate::generation::{self, Generation, Payload};
use crate::index::Index;

/// Memory for documents that are not committed yet.
const BYTES: usize = 64 << 20;

/// The only writer of the live generation. After an error of [`Self::commit`] it must be dropped
/// and a new one taken, which resumes from [`Index::applied_sequence`].
pub struct Writer {
    index: Index,
    generation: Arc<Generation>,
    writer: IndexWriter,
}

impl Writer {
    pub(crate) fn open(index: Index, generation: Arc<Generation>) -> Result<Self, SearchError> {
        let writer = generation.index.writer_with_num_threads(1, BYTES);
        let writer = writer.map_err(|error| SearchError::writing(error, &generation.path))?;
        if let Ok(lock) = generation::lock(index.root()) {
            let begun = generation::unfinished(index.root(), &lock)?.map(|(name, ..)| name);
            generation::remove_stale(index.root(), &lock, begun.as_deref())?;
        }
        Ok(Self { index, generation, writer })
    }

    /// Adds a record, or replaces the one with the same family and id.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn upsert(&self, document: impl Into<Document>) -> Result<(), SearchError> {
        let document = document.into();
        let replace = UserOperation::Delete(self.term(document.key()?));
        let add = UserOperation::Add(fill(&document, &self.generation.fields)?);
        self.writer.run([replace, add]).map(drop).map_err(SearchError::Storage)
    }

    /// Removes a record; one that is not there is no error.
    ///
    /// # Errors
    /// The id is out of range.
    pub fn delete(&self, family: Family, id: i64) -> Result<(), SearchError> {
        self.writer.delete_term(self.term(Key::new(family, id)?));
        Ok(())
    }

    /// Makes everything since the last commit durable and visible, up to this change of the outbox.
    ///
    /// # Errors
    /// A rebuild replaced the generation, or the disk is full; the last commit stands.
    pub fn commit(&mut self, sequence: i64) -> Result<(), SearchError> {
        if generation::live_name(self.index.root())? != self.generation.name {
            return Err(SearchError::Superseded);
        }
        let mut commit = self.writer.prepare_commit().map_err(SearchError::Storage)?;
        commit.set_payload(&Payload::text(sequence));
        commit.commit().map_err(SearchError::Storage)?;
        self.generation.reload()
    }

    fn term(&self, key: Key) -> Term {
        Term::from_field_u64(self.generation.fields.key, key.0)
    }
}
