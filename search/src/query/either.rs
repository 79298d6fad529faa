//! 任一 Documents that any of a few queries finds, or so many of them. Tantivy's own union reads 4,096 documents ahead
//! of each place that it is sent to, which costs most where a rare word sends it through the whole of a common one; this
//! one only looks where it is sent. Its own minimum walks through all of the most common word; what holds two of three
//! words holds one of the two rarer ones, and only what does is looked at here.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Queries beyond which looking at each of them costs more than reading ahead.
pub const FEW: usize = 8;

/// At least so many of some queries.
#[derive(Debug)]
pub struct Either {
    pub least: usize,
    pub queries: Vec<Box<dyn Query>>,
}

impl Clone for Either {
    fn clone(&self) -> Self {
        Self { least: self.least, queries: self.queries.iter().map(|query| query.box_clone()).collect() }
    }
}

impl Query for Either {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = self.queries.iter().map(|query| query.weight(scoring)).collect::<tantivy::Result<Vec<_>>>()?;
        Ok(Box::new(EitherWeight { least: self.least, weights }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.queries.iter().for_each(|query| query.query_terms(visitor));
    }
}

struct EitherWeight {
    least: usize,
    weights: Vec<Box<dyn Weight>>,
}

impl Weight for EitherWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorers = Vec::with_capacity(self.weights.len());
        for weight in &self.weights {
            let scorer = weight.scorer(reader, boost)?;
            if scorer.doc() != TERMINATED {
                scorers.push(scorer);
            }
        }
        Ok(match scorers.len() {
            few if few < self.least.max(1) => Box::new(EmptyScorer),
            1 => scorers.remove(0),
            _ => Box::new(EitherScorer::new(self.least, scorers)),
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

/// Walks along the rarer ones, one of which every document has; a document is the least at which one of them stands, if
/// enough of the others have it, too.
struct EitherScorer {
    least: usize,
    /// The rarer first: of these it walks along the first few.
    scorers: Vec<Box<dyn Scorer>>,
    walked: usize,
    doc: DocId,
}

impl EitherScorer {
    fn new(least: usize, mut scorers: Vec<Box<dyn Scorer>>) -> Self {
        if least > 1 {
            scorers.sort_by_key(|scorer| scorer.cost());
        }
        let walked = scorers.len() + 1 - least.clamp(1, scorers.len());
        let mut either = Self { least, scorers, walked, doc: 0 };
        either.stand();
        either
    }

    fn stand(&mut self) -> DocId {
        loop {
            let walked = &self.scorers[..self.walked];
            self.doc = walked.iter().map(|scorer| scorer.doc()).min().unwrap_or(TERMINATED);
            if self.doc == TERMINATED || self.is_enough() {
                return self.doc;
            }
            self.leave();
        }
    }

    /// Whether enough of them have the document, looked up only as long as there can be enough.
    fn is_enough(&mut self) -> bool {
        if self.least <= 1 {
            return true;
        }
        let doc = self.doc;
        let (walked, others) = self.scorers.split_at_mut(self.walked);
        let mut found = walked.iter().filter(|scorer| scorer.doc() == doc).count();
        let mut left = others.len();
        for other in others {
            if found + left < self.least {
                return false;
            }
            let at = if other.doc() < doc { other.seek(doc) } else { other.doc() };
            found += usize::from(at == doc);
            left -= 1;
        }
        found >= self.least
    }

    fn leave(&mut self) {
        let doc = self.doc;
        for scorer in &mut self.scorers[..self.walked] {
            if scorer.doc() == doc {
                scorer.advance();
            }
        }
    }
}

impl DocSet for EitherScorer {
    fn advance(&mut self) -> DocId {
        self.leave();
        self.stand()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for scorer in &mut self.scorers[..self.walked] {
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
        self.scorers[..self.walked].iter().map(|scorer| scorer.size_hint()).fold(0, u32::saturating_add)
    }

    fn cost(&self) -> u64 {
        self.scorers[..self.walked].iter().map(|scorer| scorer.cost()).sum()
    }
}

impl Scorer for EitherScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        self.scorers.iter_mut().filter(|scorer| scorer.doc() == doc).map(|scorer| scorer.score()).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::DocSetCollector;
    use tantivy::query::TermQuery;
    use tantivy::schema::{IndexRecordOption, STRING, Schema};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_finds_what_holds_so_many(texts in prop::collection::vec(prop::collection::btree_set(0..6_u8, 0..6), 1..40), least in 1..5_usize) {
            let mut schema = Schema::builder();
            let field = schema.add_text_field("words", STRING);
            let index = Index::create_in_ram(schema.build());
            let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 15 << 20)?;
            for words in &texts {
                let mut document = TantivyDocument::new();
                words.iter().for_each(|word| document.add_text(field, word.to_string()));
                writer.add_document(document)?;
            }
            writer.commit()?;
            let word = |word: u8| -> Box<dyn Query> {
                Box::new(TermQuery::new(Term::from_field_text(field, &word.to_string()), IndexRecordOption::Basic))
            };
            let query = Either { least, queries: (0..6).map(word).collect() };
            let found = index.reader()?.searcher().search(&query, &DocSetCollector)?;
            let mut found: Vec<DocId> = found.into_iter().map(|at| at.doc_id).collect();
            found.sort_unstable();
            let wanted: Vec<DocId> = (0..).zip(&texts).filter(|(_, words)| words.len() >= least).map(|(doc, _)| doc).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
