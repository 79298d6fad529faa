//! 键 Documents by their keys. A term for each key would cost more than most records say; neighbours share one, and
//! the column tells them apart.

use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::document::Key;
use crate::schema::{Fields, column};

/// Neighbours that share a term are two to the power of this.
const BLOCK_BITS: u32 = 4;

/// The term of a key and its neighbours.
pub const fn block(key: Key) -> u64 {
    key.0 >> BLOCK_BITS
}

/// Documents with any of some keys, each with the same score.
#[derive(Clone, Debug)]
pub struct Keys {
    block: Field,
    /// In order, each once.
    keys: Vec<Key>,
}

impl Keys {
    /// Documents with these keys.
    pub fn new(fields: &Fields, keys: impl IntoIterator<Item = Key>) -> Self {
        let mut keys: Vec<Key> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self { block: fields.block, keys }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The documents of a segment, in their order, deleted ones included.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn docs(&self, segment: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
        let terms = segment.inverted_index(self.block)?;
        let mut found = Vec::new();
        for neighbours in self.keys.chunk_by(|one, other| block(*one) == block(*other)) {
            let term = Term::from_field_u64(self.block, block(neighbours[0]));
            let postings = terms.read_postings(&term, IndexRecordOption::Basic)?;
            found.extend(postings.map(|postings| (neighbours, postings)));
        }
        // A removal is tried on every segment, and most hold none of the keys.
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let column = segment.fast_fields().column_first_or_default::<u64>(column::KEY)?;
        let mut docs = Vec::new();
        for (neighbours, mut postings) in found {
            while postings.doc() != TERMINATED {
                if neighbours.binary_search(&Key(column.get_val(postings.doc()))).is_ok() {
                    docs.push(postings.doc());
                }
                postings.advance();
            }
        }
        docs.sort_unstable();
        Ok(docs)
    }
}

impl Query for Keys {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Keys {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = self.docs(reader)?;
        if docs.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(ConstScorer::new(Docs { docs, place: 0 }, boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.docs(reader)?.binary_search(&doc) {
            Ok(_) => Ok(Explanation::new("key", 1.0)),
            Err(_) => Err(TantivyError::InvalidArgument(format!("document {doc} does not match"))),
        }
    }
}

/// A list of documents, walked.
struct Docs {
    docs: Vec<DocId>,
    place: usize,
}

impl DocSet for Docs {
    fn advance(&mut self) -> DocId {
        self.place += 1;
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.place).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.docs.len()).unwrap_or(u32::MAX)
    }
}
