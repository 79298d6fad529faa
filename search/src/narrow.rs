//! 筛选 What a search is narrowed to, and what its viewer may see, judged record by record on the
//! columns of the index: one read for most conditions, one more for each of the others.

use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::document::Family;
use crate::facts::{Facts, FactsFilter, Places, PublicOn};
use crate::page::{SearchFilter, Sight};
use crate::schema::column;
use crate::segments::{Columns, Public};
use crate::table::{Industry, IndustryFilter};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

/// The conditions of a search.
#[derive(Clone, Debug)]
pub struct Narrow {
    facts: FactsFilter,
    ranges: Vec<(&'static str, RangeInclusive<i64>)>,
    texts: Vec<(&'static str, Vec<String>)>,
    industries: Vec<IndustryFilter>,
}

impl Narrow {
    /// The conditions of a filter, for a viewer.
    pub fn new(filter: &SearchFilter, sight: Sight) -> Self {
        let facts = FactsFilter {
            families: Places::of(Family::ALL, &filter.families),
            statuses: Places::of(EnterpriseStatus::ALL, &filter.statuses),
            kinds: Places::of(EnterpriseKind::ALL, &filter.kinds),
            regions: filter.regions.iter().map(|region| region.subtree()).collect(),
            provinces: filter.provinces.iter().map(|province| (province.get() / 10_000) as u8).collect(),
            public_on: match sight {
                Sight::Public { today } => PublicOn::All(today),
                Sight::Office { today } => PublicOn::OtherProvinces(today),
                Sight::Everything { .. } => PublicOn::Nothing,
            },
        };
        let ranges = [
            range(filter.amount_fen).map(|range| (column::AMOUNT, range)),
            day_range(filter.day).map(|range| (column::DAY, range)),
        ];
        let texts = [(column::GROUND, &filter.grounds), (column::AUTHORITY, &filter.authorities)];
        let texts = texts.into_iter().filter(|(_, wanted)| !wanted.is_empty());
        Self {
            facts,
            ranges: ranges.into_iter().flatten().collect(),
            texts: texts.map(|(name, wanted)| (name, wanted.clone())).collect(),
            industries: filter.industries.iter().map(|prefix| IndustryFilter::new(prefix)).collect(),
        }
    }

    /// The conditions on the columns of a segment.
    ///
    /// # Errors
    /// The columns cannot be read.
    pub fn of(&self, segment: &SegmentReader, open: &Columns) -> tantivy::Result<SegmentNarrow> {
        let columns = segment.fast_fields();
        let mut ranges = Vec::new();
        for (name, range) in &self.ranges {
            ranges.push((columns.column_opt::<i64>(name)?, range.clone()));
        }
        let mut texts = Vec::new();
        for (name, wanted) in &self.texts {
            texts.push(Words::new(columns.str(name)?, wanted)?);
        }
        let industries = if self.industries.is_empty() { None } else { columns.column_opt::<u64>(column::INDUSTRY)? };
        let day = self.facts.public_day().filter(|_| ranges.is_empty() && texts.is_empty() && industries.is_none());
        Ok(SegmentNarrow {
            public: day.map(|day| open.public_on(day)),
            facts: Arc::clone(&open.facts),
            filter: self.facts.clone(),
            ranges,
            texts,
            industries: industries.map(|column| (column, self.industries.clone())),
        })
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

/// Which words of a column are wanted, by their places in the dictionary of the segment.
struct Words {
    column: Option<StrColumn>,
    places: Vec<u64>,
}

impl Words {
    fn new(column: Option<StrColumn>, wanted: &[String]) -> tantivy::Result<Self> {
        let mut places = Vec::new();
        if let Some(column) = &column {
            for word in wanted {
                places.extend(column.dictionary().term_ord(word.as_bytes())?);
            }
        }
        Ok(Self { column, places })
    }

    fn holds(&self, doc: DocId) -> bool {
        let place = self.column.as_ref().and_then(|column| column.ords().first(doc));
        place.is_some_and(|place| self.places.contains(&place))
    }
}

/// The conditions within one segment.
pub struct SegmentNarrow {
    /// What the public sees, if that is all that is asked for.
    public: Option<Arc<Public>>,
    facts: Arc<dyn ColumnValues<u64>>,
    filter: FactsFilter,
    ranges: Vec<(Option<Column<i64>>, RangeInclusive<i64>)>,
    texts: Vec<Words>,
    industries: Option<(Column<u64>, Vec<IndustryFilter>)>,
}

impl SegmentNarrow {
    /// How much the score of a record counts that is wanted and may be seen.
    pub fn family_weight(&self, doc: DocId) -> Option<f32> {
        match &self.public {
            Some(public) => public.family_weight(doc),
            None => self.accept(doc).map(Facts::family_weight),
        }
    }

    /// The facts of a record that is wanted and may be seen.
    pub fn accept(&self, doc: DocId) -> Option<Facts> {
        let facts = Facts(self.facts.get_val(doc));
        let is_wanted = self.filter.accepts(facts)
            && self.ranges.iter().all(|(column, range)| {
                let value = column.as_ref().and_then(|column| column.first(doc));
                value.is_some_and(|value| range.contains(&value))
            })
            && self.texts.iter().all(|words| words.holds(doc))
            && self.industries.as_ref().is_none_or(|(column, wanted)| {
                let industry = Industry(column.first(doc).unwrap_or(0));
                wanted.iter().any(|filter| filter.accepts(industry))
            });
        is_wanted.then_some(facts)
    }
}
