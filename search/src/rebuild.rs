//! 重建索引 Writes a new generation beside the live one and switches to it at the end. Whatever
//! happens before the switch, the live one stays in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tantivy::IndexWriter;

use crate::document::Document;
use crate::error::SearchError;
use crate::generation::{self, Payload};
use crate::schema::{self, Fields};
use crate::tokenizer;

/// Memory of each indexing thread before it writes a segment.
const BYTES_PER_THREAD: usize = 128 << 20;
const MAX_THREADS: usize = 4;

/// A generation while it is built. Dropping it unfinished removes it.
pub struct Rebuild {
    root: PathBuf,
    name: String,
    fields: Fields,
    writer: Option<IndexWriter>,
    is_live: bool,
    lock: File,
}

impl Rebuild {
    /// Begins a generation in the folder of an index, which is made if it does not exist.
    ///
    /// # Errors
    /// Another process rebuilds the index, or the folder cannot be written.
    pub(crate) fn start(root: &Path) -> Result<Self, SearchError> {
        fs::create_dir_all(root)?;
        let lock = generation::lock(root)?;
        generation::remove_stale(root, &lock)?;
        let name = generation::create(root)?;
        let path = root.join(&name);
        let (schema, fields) = schema::build();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        let mut rebuild = Self { root: root.to_owned(), name, fields, writer: None, is_live: false, lock };
        let index = tantivy::Index::create_in_dir(&path, schema).map_err(|error| SearchError::writing(error, &path))?;
        tokenizer::register(&index);
        let writer = index.writer_with_num_threads(threads, threads * BYTES_PER_THREAD);
        rebuild.writer = Some(writer.map_err(|error| SearchError::writing(error, &path))?);
        Ok(rebuild)
    }

    /// Adds a record; each may be added once. May be called from several threads.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn add(&self, document: impl Into<Document>) -> Result<(), SearchError> {
        let document = document.into().to_tantivy(&self.fields)?;
        let writer = self.writer.as_ref().ok_or(SearchError::Superseded)?;
        writer.add_document(document).map(drop).map_err(SearchError::Storage)
    }

    /// Makes the generation the live one. It holds the database as of this change of the outbox.
    ///
    /// # Errors
    /// The generation cannot be completed; the live one stays.
    pub fn finish(mut self, sequence: i64) -> Result<(), SearchError> {
        let mut writer = self.writer.take().ok_or(SearchError::Superseded)?;
        let mut commit = writer.prepare_commit().map_err(SearchError::Storage)?;
        commit.set_payload(&Payload::text(sequence));
        commit.commit().map_err(SearchError::Storage)?;
        writer.wait_merging_threads().map_err(SearchError::Storage)?;
        generation::switch(&self.root, &self.name)?;
        self.is_live = true;
        generation::remove_stale(&self.root, &self.lock)
    }
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        self.writer = None;
        if !self.is_live
            && let Err(error) = fs::remove_dir_all(self.root.join(&self.name))
        {
            tracing::warn!(generation = self.name, %error, "an unfinished search index was not removed");
        }
    }
}
