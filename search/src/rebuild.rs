//! 重建索引 Writes a new generation beside the live one and switches to it at the end. Whatever
//! happens before the switch, the live one stays in use; what was marked as done is not done again by
//! the next rebuild.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::document::Document;
use crate::error::SearchError;
use crate::generation::{self, Payload};
use crate::shards::MAX_SHARDS;
use crate::writers::{Means, Writers};

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
    writers: Option<Writers>,
    checkpoint: Option<Checkpoint>,
    is_kept: bool,
    lock: File,
}

impl Rebuild {
    /// Begins a generation in the folder of an index, which is made if it does not exist, or goes on
    /// with one that was broken off, which keeps its own number of shards.
    ///
    /// # Errors
    /// Another process rebuilds the index, or the folder cannot be written.
    pub(crate) fn start(root: &Path, shards: usize) -> Result<Self, SearchError> {
        fs::create_dir_all(root)?;
        let lock = generation::lock(root)?;
        let begun = generation::unfinished(root, &lock)?;
        generation::remove_stale(root, &lock, begun.as_ref().map(|(name, _)| name.as_str()))?;
        let (name, checkpoint) = match begun {
            Some((name, Payload { sequence, mark: Some(mark), .. })) => (name, Some(Checkpoint { sequence, mark })),
            _ => (generation::create(root)?, None),
        };
        let path = root.join(&name);
        let is_kept = checkpoint.is_some();
        let mut rebuild = Self { root: root.to_owned(), name, writers: None, checkpoint, is_kept, lock };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        let means = Means { threads, bytes: threads * BYTES_PER_THREAD };
        let writers = match is_kept {
            true => Writers::open(&path, means)?,
            false => Writers::create(&path, shards.clamp(1, MAX_SHARDS), means)?,
        };
        // Nobody searches it before it is whole: its segments are merged once, at the end.
        writers.keep_segments();
        rebuild.writers = Some(writers);
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
        self.writers.as_ref().ok_or(SearchError::Superseded)?.add(&document.into())
    }

    /// 断点 Makes durable what was added, so that a rebuild that is broken off goes on here. It began
    /// at this change of the outbox.
    ///
    /// # Errors
    /// The disk is full.
    pub fn mark(&mut self, sequence: i64, mark: &str) -> Result<(), SearchError> {
        self.writers()?.commit(&Payload::unfinished(sequence, mark))?;
        self.is_kept = true;
        Ok(())
    }

    fn writers(&mut self) -> Result<&mut Writers, SearchError> {
        self.writers.as_mut().ok_or(SearchError::Superseded)
    }

    /// Makes the generation the live one. It holds the database as of this change of the outbox.
    ///
    /// # Errors
    /// The generation cannot be completed; the live one stays.
    pub fn finish(mut self, sequence: i64) -> Result<(), SearchError> {
        // A rebuild that is broken off here goes on from its last mark.
        self.writers()?.merge()?;
        self.writers()?.commit(&Payload::text(sequence))?;
        self.writers.take().ok_or(SearchError::Superseded)?.close()?;
        generation::switch(&self.root, &self.name)?;
        self.is_kept = true;
        generation::remove_stale(&self.root, &self.lock, None)
    }
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        self.writers = None;
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(self.root.join(&self.name))
        {
            tracing::warn!(generation = self.name, %error, "an unfinished search index was not removed");
        }
    }
}
