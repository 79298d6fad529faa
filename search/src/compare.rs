//! 核对 Holds the index against the records of the database, one by one: what is missing, what is
//! different, what should not be there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tantivy::columnar::ColumnValues;
use tantivy::{BitSet, DocAddress, Searcher};

use crate::document::{Document, Family, Key};
use crate::error::SearchError;
use crate::facts::Facts;
use crate::generation::Generation;
use crate::keys::Keys;
use crate::schema::{Fields, column};

/// 摘要 Number of records, and the sum of their digests without carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// 数量
    pub count: u64,
    /// 摘要之和
    pub digests: u64,
}

impl Sum {
    /// Adds one record.
    pub const fn add(&mut self, digest: u64) {
        self.count += 1;
        self.digests = self.digests.wrapping_add(digest);
    }
}

/// Sums by family and region code.
pub type SumsByRegion = BTreeMap<(Family, u32), Sum>;

/// A comparison of one state of the index with what it should hold.
pub struct Comparison {
    searcher: Searcher,
    path: PathBuf,
    fields: Fields,
    seen: Vec<BitSet>,
}

impl Comparison {
    /// Begins to compare the state after the last reload.
    pub(crate) fn new(live: &Generation) -> Self {
        let searcher = live.searcher();
        let seen = searcher.segment_readers().iter().map(|segment| BitSet::with_max_value(segment.max_doc()));
        Self { seen: seen.collect(), fields: live.fields.clone(), path: live.path.clone(), searcher }
    }

    /// Whether the index holds exactly this document.
    ///
    /// # Errors
    /// The index cannot be read, or the id is out of range.
    pub fn holds(&mut self, document: &Document) -> Result<bool, SearchError> {
        let key = document.key()?;
        let found = self.find(key).map_err(|error| self.damaged(&error))?;
        for at in &found {
            self.seen[at.segment_ord as usize].insert(at.doc_id);
        }
        let [at] = found.as_slice() else { return Ok(false) };
        let digest = self.digest(*at).map_err(|error| self.damaged(&error))?;
        Ok(digest == document.digest())
    }

    /// Whether the index holds some document of this record.
    ///
    /// # Errors
    /// The index cannot be read, or the id is out of range.
    pub fn has(&self, family: Family, id: i64) -> Result<bool, SearchError> {
        let found = self.find(Key::new(family, id)?).map_err(|error| self.damaged(&error))?;
        Ok(!found.is_empty())
    }

    /// Records of the index that were not asked about: the database does not have them.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn others(&self) -> Result<Vec<(Family, i64)>, SearchError> {
        self.unseen().map_err(|error| self.damaged(&error))
    }

    /// 区划摘要 Number of records and sum of digests by family and region.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn sums(&self) -> Result<SumsByRegion, SearchError> {
        self.sum_up().map_err(|error| self.damaged(&error))
    }

    fn find(&self, key: Key) -> tantivy::Result<Vec<DocAddress>> {
        let keys = Keys::new(&self.fields, [key]);
        let mut found = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let docs = keys.docs(segment)?.into_iter().filter(|doc| !segment.is_deleted(*doc));
            found.extend(docs.map(|doc| DocAddress::new(ordinal, doc)));
        }
        Ok(found)
    }

    fn digest(&self, at: DocAddress) -> tantivy::Result<u64> {
        let columns = self.searcher.segment_reader(at.segment_ord).fast_fields();
        Ok(columns.column_first_or_default::<u64>(column::DIGEST)?.get_val(at.doc_id))
    }

    fn unseen(&self) -> tantivy::Result<Vec<(Family, i64)>> {
        let mut others = Vec::new();
        for (segment, seen) in self.searcher.segment_readers().iter().zip(&self.seen) {
            let keys = segment.fast_fields().column_first_or_default::<u64>(column::KEY)?;
            let unseen = segment.doc_ids_alive().filter(|doc| !seen.contains(*doc));
            others.extend(unseen.map(|doc| Key(keys.get_val(doc))).map(|key| (key.family(), key.id())));
        }
        Ok(others)
    }

    fn sum_up(&self) -> tantivy::Result<SumsByRegion> {
        let mut sums = SumsByRegion::new();
        for segment in self.searcher.segment_readers() {
            let columns = segment.fast_fields();
            let facts = columns.column_first_or_default::<u64>(column::FACTS)?;
            let digests = columns.column_first_or_default::<u64>(column::DIGEST)?;
            for doc in segment.doc_ids_alive() {
                let facts = Facts(facts.get_val(doc));
                if let Some(family) = Family::ALL.get(usize::from(facts.family())) {
                    sums.entry((*family, facts.region())).or_default().add(digests.get_val(doc));
                }
            }
        }
        Ok(sums)
    }

    fn damaged(&self, error: &tantivy::TantivyError) -> SearchError {
        SearchError::reading(error, &self.path)
    }
}
