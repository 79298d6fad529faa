//! 索引 The search index as a follower of the database: asked here, fed from the outbox.
//!
//! Without an index everything but full-text search still works: lists are counted by the database,
//! codes are searched in it, and the follower builds the index by itself.

mod codes;
mod documents;
mod follow;
mod mirror;
pub mod port;
pub mod quickwit;
mod rebuild;
mod tables;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use chrono::NaiveDate;
use entities::Database;
use entities::enterprise::list::Filter;
use entities::scope::{Audience, Scope};
use search::CountFilter;
pub use search::{
    Bearers, Cursor, Dimension, FacetNeeds, Facets, Family, Fragment, Group, Highlight, MAX_GROUPS, MAX_SHARDS, Mark,
    Order, Passage, Reason, SearchError, SearchFilter, SearchHit, SearchPage, SearchRequest, Sight, Suggestion, Sums,
    SumsRequest,
};

use self::port::SearchPort;
use crate::ports::Silent;
pub use codes::searched;
pub use mirror::Mirror;
pub use rebuild::{Built, IndexError, rebuild};
pub use tables::{Rows, Table, by_table};
pub use verify::{Compared, repair, verify};

/// 索引 A handle; a clone is the same index.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    /// 分片 Into how many it is split when it is built.
    shards: usize,
    live: RwLock<Option<search::Index>>,
    /// 检索端口 Another engine that answers the query box.
    engine: OnceLock<Arc<dyn SearchPort>>,
}

/// 可见范围 What a reader of the graph finds.
pub fn sight(scope: &Scope) -> Sight {
    sight_of(scope.audience, scope.today)
}

/// 可见范围 What an audience finds on a day.
pub const fn sight_of(audience: Audience, today: NaiveDate) -> Sight {
    match audience {
        Audience::Public => Sight::Public { today },
        Audience::Office => Sight::Office { today },
    }
}

impl Index {
    /// The index in a folder, which may be absent or damaged; it is split into so many shards when it is built.
    pub fn open(folder: &Path, shards: usize) -> Self {
        let (folder, live) = (folder.to_owned(), RwLock::new(None));
        let index = Self(Arc::new(Inner { folder, shards, live, engine: OnceLock::new() }));
        if let Err(error) = index.reopen() {
            tracing::warn!(index.error = %error, "there is no usable search index yet");
        }
        index
    }

    /// 检索端口 Has another engine answer the query box; what it cannot do stays with the index.
    pub fn answer_by(&self, engine: Arc<dyn SearchPort>) {
        // The first one stays.
        let _ = self.0.engine.set(engine);
    }

    fn engine(&self) -> Option<&Arc<dyn SearchPort>> {
        self.0.engine.get()
    }

    /// 复制 Takes a copy of another index as it is now, instead of building one.
    ///
    /// # Errors
    /// There is no usable index in `from`, another process rebuilds this one, or the disk is full.
    pub fn seed(folder: &Path, from: &Path) -> Result<(), SearchError> {
        search::Index::seed(folder, from)
    }

    /// Takes what lies in the folder now into use.
    fn reopen(&self) -> Result<(), SearchError> {
        let found = search::Index::open(&self.0.folder)?;
        *self.0.live.write().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(())
    }

    /// Takes a damaged index out of use; the follower builds it anew.
    fn distrust(&self) {
        *self.0.live.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn live(&self) -> Option<search::Index> {
        self.0.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Builds it anew.
    async fn build(&self, db: &Database) -> Result<Built, IndexError> {
        rebuild(db, &self.0.folder, self.0.shards, &Silent).await
    }

    /// Position in the outbox up to which the index holds everything, `None` without an index.
    pub fn applied_sequence(&self) -> Option<i64> {
        self.live()?.applied_sequence().ok()
    }

    /// The exact number of enterprises that a filter accepts, `None` unless the index has applied
    /// everything up to `sequence`.
    pub async fn count(&self, filter: &Filter, sequence: i64) -> Option<u64> {
        if self.applied_sequence()? < sequence {
            return None;
        }
        let filter = counted(filter);
        match self.ask(move |live| live.count(&filter)).await {
            Ok(count) => Some(count),
            Err(error) => {
                tracing::warn!(index.error = %error, "the index could not count; the database does");
                None
            }
        }
    }

    /// 检索 Full-text search, off the serving thread.
    ///
    /// # Errors
    /// A query that says nothing or too much; an index that is absent or cannot be read.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchPage, SearchError> {
        self.ask(move |live| live.search(&request)).await
    }

    /// 统计 Counts and sums of what a search finds.
    ///
    /// # Errors
    /// As for [`Self::search`].
    pub async fn sums(&self, request: SumsRequest) -> Result<Sums, SearchError> {
        self.ask(move |live| live.sums(&request)).await
    }

    /// 号码所属 The enterprises in which any of these keyed hashes stands; who may know is for the caller to decide.
    ///
    /// # Errors
    /// An index that is absent or cannot be read.
    pub async fn bearers(&self, hashes: Vec<u64>) -> Result<Vec<i64>, SearchError> {
        self.ask(move |live| live.bearers(&hashes)).await
    }

    /// 联想 Enterprises that the beginning of a name, code or abbreviation may lead to.
    ///
    /// # Errors
    /// An index that is absent or cannot be read.
    pub async fn suggest(&self, beginning: String, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        self.ask(move |live| live.suggest(&beginning, limit)).await
    }

    /// Asks the index on a thread that may wait for the disk. An index that turns out to be damaged is
    /// not asked again.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&search::Index) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, SearchError> {
        let Some(live) = self.live() else { return Err(SearchError::Missing { root: self.0.folder.clone() }) };
        let answer = match tokio::task::spawn_blocking(move || question(&live)).await {
            Ok(answer) => answer,
            Err(error) => Err(SearchError::Io(std::io::Error::other(error))),
        };
        if let Err(SearchError::Damaged { path, reason }) = &answer {
            tracing::error!(index.path = %path.display(), index.reason = reason, "the search index is damaged");
            self.distrust();
        }
        answer
    }
}

fn counted(filter: &Filter) -> CountFilter {
    CountFilter {
        region: filter.region,
        statuses: filter.statuses.clone(),
        kinds: filter.kinds.clone(),
        industry: filter.industry.clone(),
        capital_fen: filter.capital_fen,
        established_on: filter.established_on,
        name_contains: filter.name_contains.clone(),
        legal_representative: filter.legal_representative.clone(),
    }
}
