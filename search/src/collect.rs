//! 收集 Walks over all matches once: filters, counts, tallies the facets and keeps the best.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::document::Key;
use crate::facet::Tally;
use crate::facts::{Facts, FactsFilter};
use crate::page::SearchFilter;
use crate::schema::column;

/// Steps that a score of one is divided into. Sums of floats differ in their last digits with
/// the order of the words in a segment; a rounded score does not.
const STEPS: f32 = 256.0;

/// Place of a hit: the higher score first, equal scores by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    pub score: u32,
    pub key: Key,
}

impl Rank {
    /// The score as a number.
    pub fn score(self) -> f32 {
        self.score as f32 / STEPS
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.cmp(&self.score).then(self.key.cmp(&other.key))
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
pub struct Harvest {
    /// The best, in order, at most as many as were asked for.
    pub best: Vec<Found>,
    pub total: u64,
    pub tally: Tally,
}

/// Collects the best hits after a place, and the total and facets of all.
pub struct Gather {
    facts: FactsFilter,
    ranges: Vec<(&'static str, RangeInclusive<i64>)>,
    limit: usize,
    after: Option<Rank>,
}

impl Gather {
    /// A walk for so many hits after a place.
    pub fn new(filter: &SearchFilter, limit: usize, after: Option<Rank>) -> Self {
        let facts = FactsFilter::new(&filter.families, &filter.statuses, &filter.kinds, &filter.regions);
        let ranges = [
            range(filter.amount_fen).map(|range| (column::AMOUNT, range)),
            day_range(filter.day).map(|range| (column::DAY, range)),
        ];
        Self { facts, ranges: ranges.into_iter().flatten().collect(), limit, after }
    }
}

/// The numbers between two ends, `None` if neither end is given.
pub fn range((least, most): (Option<i64>, Option<i64>)) -> Option<RangeInclusive<i64>> {
    (least.is_some() || most.is_some()).then(|| least.unwrap_or(i64::MIN)..=most.unwrap_or(i64::MAX))
}

/// The days between two ends as the index counts them, `None` if neither end is given.
pub fn day_range((first, last): (Option<NaiveDate>, Option<NaiveDate>)) -> Option<RangeInclusive<i64>> {
    let number = |day: NaiveDate| i64::from(day.num_days_from_ce());
    range((first.map(number), last.map(number)))
}

impl Collector for Gather {
    type Fruit = Harvest;
    type Child = SegmentGather;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let columns = segment.fast_fields();
        let mut ranges = Vec::new();
        for (name, range) in &self.ranges {
            ranges.push((columns.column_opt::<i64>(name)?, range.clone()));
        }
        Ok(SegmentGather {
            ordinal,
            keys: columns.column_first_or_default(column::KEY)?,
            facts: columns.column_first_or_default(column::FACTS)?,
            filter: self.facts.clone(),
            ranges,
            after: self.after,
            limit: self.limit,
            best: BinaryHeap::with_capacity(self.limit + 1),
            total: 0,
            tally: Tally::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Harvest>) -> tantivy::Result<Harvest> {
        let mut all = Harvest { best: Vec::new(), total: 0, tally: Tally::default() };
        for segment in segments {
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
    facts: Arc<dyn ColumnValues<u64>>,
    filter: FactsFilter,
    ranges: Vec<(Option<Column<i64>>, RangeInclusive<i64>)>,
    after: Option<Rank>,
    limit: usize,
    best: BinaryHeap<Found>,
    total: u64,
    tally: Tally,
}

impl SegmentGather {
    fn is_in_ranges(&self, doc: DocId) -> bool {
        self.ranges.iter().all(|(column, range)| {
            let value = column.as_ref().and_then(|column| column.first(doc));
            value.is_some_and(|value| range.contains(&value))
        })
    }

    /// The key is read only for a score that may be among the best.
    fn keep(&mut self, doc: DocId, score: u32) {
        let worst = if self.best.len() < self.limit { None } else { self.best.peek().map(|found| found.rank) };
        if worst.is_some_and(|worst| score < worst.score) {
            return;
        }
        let rank = Rank { score, key: Key(self.keys.get_val(doc)) };
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
    type Fruit = Harvest;

    fn collect(&mut self, doc: DocId, score: Score) {
        let facts = Facts(self.facts.get_val(doc));
        if !self.filter.accepts(facts) || !self.is_in_ranges(doc) {
            return;
        }
        self.total += 1;
        self.tally.add(facts);
        self.keep(doc, (score * STEPS).round() as u32);
    }

    fn harvest(self) -> Harvest {
        Harvest { best: self.best.into_vec(), total: self.total, tally: self.tally }
    }
}
