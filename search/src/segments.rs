//! 段内常备 What is kept of each segment while it is in use. Segments never change, so it is read once: to open a
//! column reads the head of every block of it, which costs more than most questions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use tantivy::columnar::ColumnValues;
use tantivy::index::SegmentId;
use tantivy::{BitSet, DocId, Searcher, SegmentReader};

use crate::facts::{Facts, family_weight};
use crate::schema::column;

/// Rows that are read at a time.
const CHUNK: usize = 1024;

/// Something of each segment that is in use.
pub struct PerSegment<T>(Mutex<HashMap<SegmentId, Arc<T>>>);

impl<T> Default for PerSegment<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> PerSegment<T> {
    /// That of a searcher's segments in their order; of new ones it is read, that of segments which were merged away
    /// is dropped.
    ///
    /// # Errors
    /// A segment cannot be read.
    pub fn of(
        &self,
        searcher: &Searcher,
        read: impl Fn(&SegmentReader) -> tantivy::Result<T>,
    ) -> tantivy::Result<Vec<Arc<T>>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Vec::new();
        for segment in searcher.segment_readers() {
            let own = match known.get(&segment.segment_id()) {
                Some(own) => Arc::clone(own),
                None => Arc::new(read(segment)?),
            };
            kept.push((segment.segment_id(), own));
        }
        if kept.len() != known.len() || kept.iter().any(|(id, _)| !known.contains_key(id)) {
            *known = kept.iter().cloned().collect();
        }
        Ok(kept.into_iter().map(|(_, own)| own).collect())
    }
}

/// The columns that every question reads, open.
pub struct Columns {
    /// See [`crate::facts::Facts`].
    pub facts: Arc<dyn ColumnValues<u64>>,
    /// See [`crate::document::Key`].
    pub keys: Arc<dyn ColumnValues<u64>>,
    /// Id of the enterprise that a record is about.
    pub enterprises: Arc<dyn ColumnValues<i64>>,
    documents: DocId,
    public: Mutex<Option<Arc<Public>>>,
}

impl Columns {
    /// Opens the columns of a segment.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            facts: columns.column_first_or_default(column::FACTS)?,
            keys: columns.column_first_or_default(column::KEY)?,
            enterprises: columns.column_first_or_default(column::ENTERPRISE)?,
            documents: segment.max_doc(),
            public: Mutex::default(),
        })
    }

    /// What the public sees on a day; of the last day that was asked about it is kept.
    pub fn public_on(&self, day: NaiveDate) -> Arc<Public> {
        let mut kept = self.public.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref().filter(|public| public.day == day) {
            Some(public) => Arc::clone(public),
            None => Arc::clone(kept.insert(Arc::new(Public::read(self.facts.as_ref(), self.documents, day)))),
        }
    }
}

/// 公示 What the public sees of a segment, a bit a record: most questions are the public's and have no filter, and the
/// bits stay in the cache of a core where the facts of all hits do not.
pub struct Public {
    day: NaiveDate,
    seen: BitSet,
    /// See [`Facts::is_meant`].
    meant: BitSet,
}

impl Public {
    fn read(facts: &dyn ColumnValues<u64>, documents: DocId, day: NaiveDate) -> Self {
        let mut public =
            Self { day, seen: BitSet::with_max_value(documents), meant: BitSet::with_max_value(documents) };
        let mut block = [0; CHUNK];
        for first in (0..documents).step_by(CHUNK) {
            let length = CHUNK.min((documents - first) as usize);
            facts.get_range(u64::from(first), &mut block[..length]);
            for (doc, facts) in (first..).zip(&block[..length]) {
                public.add(doc, Facts(*facts));
            }
        }
        public
    }

    fn add(&mut self, doc: DocId, facts: Facts) {
        if facts.is_public_on(self.day) {
            self.seen.insert(doc);
        }
        if facts.is_meant() {
            self.meant.insert(doc);
        }
    }

    /// The weight of a record's family, if the public sees the record.
    pub fn family_weight(&self, doc: DocId) -> Option<f32> {
        self.seen.contains(doc).then(|| family_weight(self.meant.contains(doc)))
    }
}
