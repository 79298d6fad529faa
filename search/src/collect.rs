//! 收集 Walks over all matches once: narrows, counts, tallies the facets and keeps the best.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::document::Key;
use crate::facet::{FacetNeeds, SegmentTally, Tally};
use crate::narrow::{Narrow, SegmentNarrow};
use crate::page::Order;
use crate::segments::Columns;

/// Steps that a score of one is divided into. Sums of floats differ in their last digits with
/// the order of the words in a segment; a rounded score does not.
const STEPS: f32 = 256.0;

/// Place of a hit: the higher weight first, equal weights by key. The weight is the score, or what
/// the hits are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    pub weight: u64,
    pub key: Key,
}

impl Rank {
    /// The weight as a score.
    pub fn score(self) -> f32 {
        self.weight as f32 / STEPS
    }
}

/// A score as a weight.
pub fn weight(score: Score) -> u64 {
    (score * STEPS).round() as u64
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        other.weight.cmp(&self.weight).then(self.key.cmp(&other.key))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A hit and where its document lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub rank: Rank,
    pub address: DocAddress,
}

/// What a walk brings home.
#[derive(Default)]
pub struct Harvest {
    /// The best, in order, at most as many as were asked for.
    pub best: Vec<Found>,
    pub total: u64,
    pub tally: Tally,
}

/// Collects the best hits after a place, and the total and facets of all.
pub struct Gather {
    /// The open columns of each segment.
    pub columns: Vec<Arc<Columns>>,
    pub narrow: Narrow,
    pub order: Order,
    pub facets: FacetNeeds,
    pub limit: usize,
    pub after: Option<Rank>,
}

impl Collector for Gather {
    type Fruit = Harvest;
    type Child = SegmentGather;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let open = &self.columns[ordinal as usize];
        let weights = match self.order.column() {
            Some(name) => segment.fast_fields().column_opt::<i64>(name)?,
            None => None,
        };
        Ok(SegmentGather {
            ordinal,
            keys: Arc::clone(&open.keys),
            narrow: self.narrow.of(segment, open)?,
            order: self.order,
            weights,
            after: self.after,
            limit: self.limit,
            best: BinaryHeap::with_capacity(self.limit + 1),
            total: 0,
            tally: SegmentTally::new(self.facets, segment)?,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Relevance
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Harvest>>) -> tantivy::Result<Harvest> {
        let mut all = Harvest::default();
        for segment in segments {
            let segment = segment?;
            all.best.extend(segment.best);
            all.total += segment.total;
            all.tally.merge(segment.tally);
        }
        all.best.sort_unstable();
        all.best.truncate(self.limit);
        Ok(all)
    }
}

/// The part of a walk within one segment.
pub struct SegmentGather {
    ordinal: SegmentOrdinal,
    keys: Arc<dyn ColumnValues<u64>>,
    narrow: SegmentNarrow,
    order: Order,
    /// What the hits are ordered by, if not by their score.
    weights: Option<Column<i64>>,
    after: Option<Rank>,
    limit: usize,
    best: BinaryHeap<Found>,
    total: u64,
    tally: SegmentTally,
}

impl SegmentGather {
    fn weight(&self, doc: DocId, family_weight: f32, score: Score) -> u64 {
        match self.order {
            Order::Relevance => weight(score * family_weight),
            order => order.weight(self.weights.as_ref().and_then(|column| column.first(doc))),
        }
    }

    /// The key is read only for a weight that may be among the best.
    fn keep(&mut self, doc: DocId, weight: u64) {
        let worst = if self.best.len() < self.limit { None } else { self.best.peek().map(|found| found.rank) };
        if worst.is_some_and(|worst| weight < worst.weight) {
            return;
        }
        let rank = Rank { weight, key: Key(self.keys.get_val(doc)) };
        if worst.is_some_and(|worst| rank >= worst) || self.after.is_some_and(|after| rank <= after) {
            return;
        }
        if worst.is_some() {
            self.best.pop();
        }
        self.best.push(Found { rank, address: DocAddress::new(self.ordinal, doc) });
    }
}

impl SegmentCollector for SegmentGather {
    type Fruit = tantivy::Result<Harvest>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let family_weight = if self.tally.counts_facts() {
            let Some(facts) = self.narrow.accept(doc) else { return };
            self.tally.add_facts(facts);
            facts.family_weight()
        } else {
            let Some(family_weight) = self.narrow.family_weight(doc) else { return };
            family_weight
        };
        self.total += 1;
        self.tally.add(doc);
        self.keep(doc, self.weight(doc, family_weight, score));
    }

    fn harvest(self) -> tantivy::Result<Harvest> {
        Ok(Harvest { best: self.best.into_vec(), total: self.total, tally: self.tally.finish()? })
    }
}
