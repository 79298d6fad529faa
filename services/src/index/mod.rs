//! 索引 The search index as a follower of the database: asked here, fed from the outbox.
//!
//! Without an index everything but full-text search still works: lists are counted by the
//! database, and the follower builds the index by itself.

mod documents;
mod follow;
mod rebuild;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use entities::enterprise::list::Filter;
use search::CountFilter;
pub use search::{
    Family, Fragment, Highlight, Mark, Passage, SearchError, SearchFilter, SearchHit, SearchPage, SearchRequest,
};

pub use rebuild::{Built, Compared, IndexError, rebuild, verify};

/// 索引 A handle; a clone is the same index.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    live: RwLock<Option<search::Index>>,
}

impl Index {
    /// The index in a folder, which may be absent or damaged.
    pub fn open(folder: &Path) -> Self {
        let index = Self(Arc::new(Inner { folder: folder.to_owned(), live: RwLock::new(None) }));
        if let Err(error) = index.reopen() {
            tracing::warn!(index.error = %error, "there is no usable search index yet");
        }
        index
    }

    /// Takes what lies in the folder now into use.
    fn reopen(&self) -> Result<(), SearchError> {
        let found = search::Index::open(&self.0.folder)?;
        *self.0.live.write().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(())
    }

    fn live(&self) -> Option<search::Index> {
        self.0.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Position in the outbox up to which the index holds everything, `None` without an index.
    pub fn applied_sequence(&self) -> Option<i64> {
        self.live()?.applied_sequence().ok()
    }

    /// The exact number of enterprises that a filter accepts, `None` unless the index has applied
    /// everything up to `sequence`.
    pub async fn count(&self, filter: &Filter, sequence: i64) -> Option<u64> {
        let live = self.live()?;
        if live.applied_sequence().ok()? < sequence {
            return None;
        }
        let filter = counted(filter);
        let counted = tokio::task::spawn_blocking(move || live.count(&filter)).await;
        match counted {
            Ok(Ok(count)) => Some(count),
            failed => {
                tracing::warn!(index.failure = ?failed, "the index could not count; the database does");
                None
            }
        }
    }

    /// Full-text search, off the serving thread.
    ///
    /// # Errors
    /// A query that says nothing or too much; an index that is absent or cannot be read.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchPage, SearchError> {
        let Some(live) = self.live() else { return Err(SearchError::Missing { root: self.0.folder.clone() }) };
        match tokio::task::spawn_blocking(move || live.search(&request)).await {
            Ok(page) => page,
            Err(error) => Err(SearchError::Io(std::io::Error::other(error))),
        }
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
