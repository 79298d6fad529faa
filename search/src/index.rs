//! 检索索引 The open index: searches, counts, and hands out its writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::ask::Asked;
use crate::bearers;
use crate::compare::Comparison;
use crate::count::{self, CountFilter};
use crate::error::SearchError;
use crate::generation::{self, Generation};
use crate::page::{MAX_LIMIT, SearchPage, SearchRequest};
use crate::rebuild::Rebuild;
use crate::seed;
use crate::suggest::{self, Suggestion};
use crate::sums::{self, Sums, SumsRequest};
use crate::words;
use crate::writer::Writer;

/// An open index. Copies share it; every call may come from any thread, and none waits for a
/// writer.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    live: RwLock<Arc<Generation>>,
}

impl Index {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// There is none yet, or it is damaged or of another format: a rebuild mends all three.
    pub fn open(root: &Path) -> Result<Self, SearchError> {
        let live = Arc::new(Generation::open_live(root)?);
        make_ready(Arc::clone(&live))?;
        Ok(Self { shared: Arc::new(Shared { root: root.to_owned(), live: RwLock::new(live) }) })
    }

    /// Begins a new generation of the index in a folder, beside the live one if there is one, split by region into so
    /// many shards.
    ///
    /// # Errors
    /// Another process rebuilds the index, or the folder cannot be written.
    pub fn rebuild(root: &Path, shards: usize) -> Result<Rebuild, SearchError> {
        Rebuild::start(root, shards)
    }

    /// 复制 Takes a copy of another index as it is now, instead of building one.
    ///
    /// # Errors
    /// There is no usable index in `from`, another process rebuilds this one, or the disk is full.
    pub fn seed(root: &Path, from: &Path) -> Result<(), SearchError> {
        seed::seed(root, from)
    }

    /// Takes over what other writers committed and what a rebuild switched to.
    ///
    /// # Errors
    /// The index cannot be read; the state before stays in use.
    pub fn reload(&self) -> Result<(), SearchError> {
        let live = self.live();
        if generation::live_name(&self.shared.root)? == live.name {
            return live.reload();
        }
        let next = Arc::new(Generation::open_live(&self.shared.root)?);
        next.warm()?;
        *self.shared.live.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    /// The writer of the live generation.
    ///
    /// # Errors
    /// Another process writes, or the index cannot be read.
    pub fn writer(&self) -> Result<Writer, SearchError> {
        self.reload()?;
        Writer::open(self.clone(), self.live())
    }

    /// 已应用序号 The last change of the outbox that is committed in the live generation.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn applied_sequence(&self) -> Result<i64, SearchError> {
        self.live().applied_sequence()
    }

    /// 记录数 Records in the index.
    pub fn documents(&self) -> u64 {
        self.live().searcher().num_docs()
    }

    /// 校验 Reads every file of the live generation and names those whose checksum is wrong.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, SearchError> {
        let live = self.live();
        // What was written since it was opened is checked, too.
        let index = generation::read(&live.path)?;
        let mut files: Vec<PathBuf> = live.read(|| index.validate_checksum())?.into_iter().collect();
        files.sort_unstable();
        Ok(files)
    }

    /// Whether somebody writes the live generation, so that it may change at any time.
    pub fn is_written(&self) -> bool {
        generation::is_written(&self.live().path)
    }

    /// 核对 Begins to hold the index, as of the last reload, against the records of the database.
    pub fn compare(&self) -> Comparison {
        Comparison::new(&self.live())
    }

    /// 计数 The exact number of enterprises that a filter accepts.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn count(&self, filter: &CountFilter) -> Result<u64, SearchError> {
        let live = self.live();
        live.read(|| count::count(&live, filter))
    }

    /// 检索 One page of the records that fit a query, the best first.
    ///
    /// # Errors
    /// The query is empty or too long, the page size out of range, or the index damaged.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage, SearchError> {
        if !(1..=MAX_LIMIT).contains(&request.limit) {
            return Err(SearchError::PageSize { limit: request.limit, most: MAX_LIMIT });
        }
        let live = self.live();
        let asked = Asked::new(&live, request)?;
        live.read(|| asked.run())
    }

    /// 统计 Counts and sums of the records that fit a query, by one or two of their properties.
    ///
    /// # Errors
    /// As for [`Self::search`].
    pub fn sums(&self, request: &SumsRequest) -> Result<Sums, SearchError> {
        let live = self.live();
        let asked = Asked::new(&live, &request.search)?;
        live.read(|| sums::sums(&asked, &request.by))
    }

    /// 号码所属 The enterprises in which any of these keyed hashes of telephone numbers stands, whoever asks.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn bearers(&self, hashes: &[u64]) -> Result<Vec<i64>, SearchError> {
        let live = self.live();
        live.read(|| bearers::bearers(&live.searcher(), &live.fields, hashes))
    }

    /// 联想 Enterprises that the beginning of a name, code or abbreviation may lead to.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn suggest(&self, beginning: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let live = self.live();
        let searcher = live.searcher();
        let columns = live.columns(&searcher)?;
        live.read(|| suggest::suggest(&searcher, &columns, &live.fields, beginning, limit))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.shared.root
    }

    fn live(&self) -> Arc<Generation> {
        Arc::clone(&self.shared.live.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads tables and dictionary on a thread of its own: a start does not wait for them, and a question or a count that
/// comes sooner waits for what it needs.
fn make_ready(live: Arc<Generation>) -> std::io::Result<()> {
    let work = move || {
        if let Err(error) = live.warm() {
            tracing::warn!(index.error = %error, "the tables of the search index cannot be read");
        }
        words::load();
    };
    std::thread::Builder::new().name("index-tables".to_owned()).spawn(work).map(drop)
}
