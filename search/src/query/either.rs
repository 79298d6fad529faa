//! 任一 Documents that any of a few queries finds. Tantivy's own union reads 4,096 documents ahead of each
//! place that it is sent to, which costs most where a rare word sends it through the whole of a common one;
//! this one only looks where it is sent.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Queries beyond which looking at each of them costs more than reading ahead.
pub const FEW: usize = 8;

/// Any of some queries.
#[derive(Debug)]
pub struct Either(pub Vec<Box<dyn Query>>);

impl Clone for Either {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|query| query.box_clone()).collect())
    }
}

impl Query for Either {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = self.0.iter().map(|query| query.weight(scoring)).collect::<tantivy::Result<Vec<_>>>()?;
        Ok(Box::new(EitherWeight(weights)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|query| query.query_terms(visitor));
    }
}

struct EitherWeight(Vec<Box<dyn Weight>>);

impl Weight for EitherWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorers = Vec::with_capacity(self.0.len());
        for weight in &self.0 {
            let scorer = weight.scorer(reader, boost)?;
            if scorer.doc() != TERMINATED {
                scorers.push(scorer);
            }
        }
        Ok(match scorers.len() {
            0 => Box::new(EmptyScorer),
            1 => scorers.remove(0),
            _ => Box::new(EitherScorer::new(scorers)),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let found = if scorer.doc() < doc { scorer.seek(doc) } else { scorer.doc() };
        if found == doc {
            Ok(Explanation::new("any of", scorer.score()))
        } else {
            Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
        }
    }
}

/// Walks along all of them; a document is the least at which one stands.
struct EitherScorer {
    scorers: Vec<Box<dyn Scorer>>,
    doc: DocId,
}

impl EitherScorer {
    fn new(scorers: Vec<Box<dyn Scorer>>) -> Self {
        let mut either = Self { scorers, doc: 0 };
        either.stand();
        either
    }

    fn stand(&mut self) -> DocId {
        self.doc = self.scorers.iter().map(|scorer| scorer.doc()).min().unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for EitherScorer {
    fn advance(&mut self) -> DocId {
        let doc = self.doc;
        for scorer in &mut self.scorers {
            if scorer.doc() == doc {
                scorer.advance();
            }
        }
        self.stand()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for scorer in &mut self.scorers {
            if scorer.doc() < target {
                scorer.seek(target);
            }
        }
        self.stand()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.scorers.iter().map(|scorer| scorer.size_hint()).fold(0, u32::saturating_add)
    }

    fn cost(&self) -> u64 {
        self.scorers.iter().map(|scorer| scorer.cost()).sum()
    }
}

impl Scorer for EitherScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        self.scorers.iter_mut().filter(|scorer| scorer.doc() == doc).map(|scorer| scorer.score()).sum()
    }
}
