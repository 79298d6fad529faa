//! 检索索引 The open index: searches, counts, and hands out its writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::columnar::ColumnValues;
use tantivy::query::Query;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use crate::collect::{Found, Gather, Harvest};
use crate::count::{self, CountFilter};
use crate::error::SearchError;
use crate::generation::{self, Generation};
use crate::highlight::highlights;
use crate::page::{Cursor, MAX_LIMIT, SearchHit, SearchPage, SearchRequest};
use crate::query::Question;
use crate::query::clause::Clauses;
use crate::rebuild::Rebuild;
use crate::schema::column;
use crate::statistics::SteadyStatistics;
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
        words::load();
        let live = RwLock::new(Arc::new(Generation::open_live(root)?));
        Ok(Self { shared: Arc::new(Shared { root: root.to_owned(), live }) })
    }

    /// Begins a new generation of the index in a folder, beside the live one if there is one.
    ///
    /// # Errors
    /// Another process rebuilds the index, or the folder cannot be written.
    pub fn rebuild(root: &Path) -> Result<Rebuild, SearchError> {
        Rebuild::start(root)
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
        let mut files: Vec<PathBuf> = live.read(|| live.index.validate_checksum())?.into_iter().collect();
        files.sort_unstable();
        Ok(files)
    }

    /// 计数 The exact number of enterprises that a filter accepts.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn count(&self, filter: &CountFilter) -> Result<u64, SearchError> {
        let live = self.live();
        live.read(|| count::count(&live.searcher(), &live.tables, &live.fields, filter))
    }

    /// 检索 One page of the records that fit a query, the best first.
    ///
    /// # Errors
    /// The query is empty or too long, the page size out of range, or the index damaged.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage, SearchError> {
        if !(1..=MAX_LIMIT).contains(&request.limit) {
            return Err(SearchError::PageSize { limit: request.limit, most: MAX_LIMIT });
        }
        let question = Question::parse(&request.query)?;
        let live = self.live();
        live.read(|| Search { live: &live, searcher: live.searcher(), question, request }.run())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.shared.root
    }

    fn live(&self) -> Arc<Generation> {
        Arc::clone(&self.shared.live.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One search on one state of the index.
struct Search<'a> {
    live: &'a Generation,
    searcher: Searcher,
    question: Question,
    request: &'a SearchRequest,
}

impl Search<'_> {
    /// The following pages of an approximate search stay approximate, even if a record that has
    /// everything was indexed meanwhile.
    fn run(&self) -> tantivy::Result<SearchPage> {
        let clauses = Clauses(&self.live.fields);
        let was_approximate = self.request.after.is_some_and(|cursor| cursor.is_approximate);
        if !was_approximate {
            let harvest = self.gather(clauses.strict(&self.question))?;
            if harvest.total > 0 || self.request.after.is_some() {
                return self.page(harvest, false);
            }
        }
        self.page(self.gather(clauses.loose(&self.question))?, true)
    }

    /// One hit more than the page tells whether there is a next page.
    fn gather(&self, query: Box<dyn Query>) -> tantivy::Result<Harvest> {
        let after = self.request.after.map(|cursor| cursor.rank);
        let gather = Gather::new(&self.request.filter, self.request.limit + 1, after);
        self.searcher.search_with_statistics_provider(&query, &gather, &SteadyStatistics(&self.searcher))
    }

    fn page(&self, mut harvest: Harvest, is_approximate: bool) -> tantivy::Result<SearchPage> {
        let has_next = harvest.best.len() > self.request.limit;
        harvest.best.truncate(self.request.limit);
        let needles = self.question.needles(is_approximate);
        let hits = harvest.best.iter().map(|found| self.hit(found, &needles, is_approximate));
        Ok(SearchPage {
            hits: hits.collect::<tantivy::Result<_>>()?,
            total: harvest.total,
            facets: harvest.tally.into_facets(),
            has_next,
            is_approximate,
        })
    }

    fn hit(&self, found: &Found, needles: &[Vec<char>], is_approximate: bool) -> tantivy::Result<SearchHit> {
        let document: TantivyDocument = self.searcher.doc(found.address)?;
        Ok(SearchHit {
            family: found.rank.key.family(),
            id: found.rank.key.id(),
            enterprise_id: self.enterprise_id(found.address)?,
            score: found.rank.score(),
            highlights: highlights(&document, &self.live.fields, needles),
            cursor: Cursor { rank: found.rank, is_approximate },
        })
    }

    fn enterprise_id(&self, address: DocAddress) -> tantivy::Result<i64> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        Ok(columns.column_first_or_default::<i64>(column::ENTERPRISE)?.get_val(address.doc_id))
    }
}
