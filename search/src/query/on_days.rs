//! 按日期 Of what a query finds, the records of some days. Tantivy's own range on a column reads all of it; here only the
//! days of what was found are.

use std::ops::RangeInclusive;

use tantivy::columnar::Column;
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::schema::column;

/// What a day that was asked for adds to a score.
const DAY: Score = 1.0;

/// What a query finds, of these days as the index counts them.
#[derive(Debug)]
pub struct OnDays {
    pub query: Box<dyn Query>,
    pub days: RangeInclusive<i64>,
}

impl Clone for OnDays {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), days: self.days.clone() }
    }
}

impl Query for OnDays {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(OnDaysWeight { weight: self.query.weight(scoring)?, days: self.days.clone() }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct OnDaysWeight {
    weight: Box<dyn Weight>,
    days: RangeInclusive<i64>,
}

impl Weight for OnDaysWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(column) = reader.fast_fields().column_opt::<i64>(column::DAY)? else {
            return Ok(Box::new(EmptyScorer));
        };
        let scorer = self.weight.scorer(reader, boost)?;
        let mut found = OnDaysScorer { scorer, column, days: self.days.clone(), day: DAY * boost };
        found.pass(found.doc());
        Ok(Box::new(found))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let found = if scorer.doc() < doc { scorer.seek(doc) } else { scorer.doc() };
        if found == doc {
            Ok(Explanation::new("on these days", scorer.score()))
        } else {
            Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
        }
    }
}

struct OnDaysScorer {
    scorer: Box<dyn Scorer>,
    column: Column<i64>,
    days: RangeInclusive<i64>,
    day: Score,
}

impl OnDaysScorer {
    /// Goes on from a document until one is of these days.
    fn pass(&mut self, mut doc: DocId) -> DocId {
        while doc != TERMINATED && !self.column.first(doc).is_some_and(|day| self.days.contains(&day)) {
            doc = self.scorer.advance();
        }
        doc
    }
}

impl DocSet for OnDaysScorer {
    fn advance(&mut self) -> DocId {
        let doc = self.scorer.advance();
        self.pass(doc)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let doc = self.scorer.seek(target);
        self.pass(doc)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}

impl Scorer for OnDaysScorer {
    fn score(&mut self) -> Score {
        self.scorer.score() + self.day
    }
}
