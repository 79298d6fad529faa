//! 重建索引 Writes a new generation beside the live one and switches to it at the end. Whatever
//! happens before the switch, the live one stays in use; what was marked as done is not done again by
//! the next rebuild.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tantivy::IndexWriter;
use tantivy::merge_policy::NoMergePolicy;

use crate::document::Document;
use crate::error::SearchError;
use crate::fill::fill;
use crate::generation::{self, Payload};
use crate::schema::{self, Fields};
use crate::tokenizer;

/// Memory of each indexing thread before it writes a segment.
const BYTES_PER_THREAD: usize = 128 << 20;
const MAX_THREADS: usize = 4;

/// 断点 Where an earlier rebuild was broken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The change of the outbox at which it began.
    pub sequence: i64,
    /// What [`Rebuild::mark`] was told last.
    pub mark: String,
}

/// A generation while it is built. Dropping it unfinished removes it, unless something of it was marked.
pub struct Rebuild {
    root: PathBuf,
    name: String,
    fields: Fields,
    writer: Option<IndexWriter>,
    checkpoint: Option<Checkpoint>,
    is_kept: bool,
    lock: File,
}

impl Rebuild {
    /// Begins a generation in the folder of an index, which is made if it does not exist, or goes on
    /// with one that was broken off.
    ///
    /// # Errors
    /// Another process rebuilds the index, or the folder cannot be written.
    pub(crate) fn start(root: &Path) -> Result<Self, SearchError> {
        fs::create_dir_all(root)?;
        let lock = generation::lock(root)?;
        let (schema, fields) = schema::build();
        let begun = generation::unfinished(root, &lock)?;
        generation::remove_stale(root, &lock, begun.as_ref().map(|(name, ..)| name.as_str()))?;
        let (name, index, checkpoint) = match begun {
            Some((name, index, Payload { sequence, mark: Some(mark), .. })) => {
                (name, index, Some(Checkpoint { sequence, mark }))
            }
            _ => {
                let name = generation::create(root)?;
                let path = root.join(&name);
                let index = tantivy::Index::create_in_dir(&path, schema);
                (name, index.map_err(|error| SearchError::writing(error, &path))?, None)
            }
        };
        let is_kept = checkpoint.is_some();
        let mut rebuild = Self { root: root.to_owned(), name, fields, writer: None, checkpoint, is_kept, lock };
        tokenizer::register(&index);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        let writer = index.writer_with_num_threads(threads, threads * BYTES_PER_THREAD);
        let writer = writer.map_err(|error| SearchError::writing(error, &rebuild.root))?;
        // Nobody searches it before it is whole: its segments are merged once, at the end.
        writer.set_merge_policy(Box::new(NoMergePolicy));
        rebuild.writer = Some(writer);
        Ok(rebuild)
    }

    /// Where an earlier rebuild was broken off, if this one goes on with it.
    pub const fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// Adds a record; each may be added once. May be called from several threads.
    ///
    /// # Errors
    /// The id is out of range, or the disk is full.
    pub fn add(&self, document: impl Into<Document>) -> Result<(), SearchError> {
        let document = fill(&document.into(), &self.fields)?;
        let writer = self.writer.as_ref().ok_or(SearchError::Superseded)?;
        writer.add_document(document).map(drop).map_err(SearchError::Storage)
    }

    /// 断点 Makes durable what was added, so that a rebuild that is broken off goes on here. It began
    /// at this change of the outbox.
    ///
    /// # Errors
    /// The disk is full.
    pub fn mark(&mut self, sequence: i64, mark: &str) -> Result<(), SearchError> {
        self.commit(&Payload::unfinished(sequence, mark))?;
        self.is_kept = true;
        Ok(())
    }

    fn commit(&mut self, payload: &str) -> Result<(), SearchError> {
        let writer = self.writer.as_mut().ok_or(SearchError::Superseded)?;
        let mut commit = writer.prepare_commit().map_err(SearchError::Storage)?;
        commit.set_payload(payload);
        commit.commit().map(drop).map_err(SearchError::Storage)
    }

    /// Makes the generation the live one. It holds the database as of this change of the outbox.
    ///
    /// # Errors
    /// The generation cannot be completed; the live one stays.
    pub fn finish(mut self, sequence: i64) -> Result<(), SearchError> {
        // A rebuild that is broken off here goes on from its last mark.
        merge(self.writer.as_mut().ok_or(SearchError::Superseded)?).map_err(SearchError::Storage)?;
        self.commit(&Payload::text(sequence))?;
        let writer = self.writer.take().ok_or(SearchError::Superseded)?;
        writer.wait_merging_threads().map_err(SearchError::Storage)?;
        generation::switch(&self.root, &self.name)?;
        self.is_kept = true;
        generation::remove_stale(&self.root, &self.lock, None)
    }
}

/// 合并 Makes one segment of all that was marked: every word of a question is looked up in every segment.
fn merge(writer: &mut IndexWriter) -> tantivy::Result<()> {
    let segments = writer.index().searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
        writer.garbage_collect_files().wait()?;
    }
    Ok(())
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        self.writer = None;
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(self.root.join(&self.name))
        {
            tracing::warn!(generation = self.name, %error, "an unfinished search index was not removed");
        }
    }
}
