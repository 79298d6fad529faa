//! 分面 How many hits there are of each value. Each count equals the total of the same search
//! narrowed to that value.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::document::Family;
use crate::facts::Facts;
use crate::schema::column;
use crate::table::Industry;

/// Values that a place in a closed list can take.
const PLACES: usize = 256;

/// Region codes that share their first four digits.
const PAGE: usize = 100;
/// Beginnings of region codes, four digits of the twenty bits that the facts have for a code.
const PAGES: usize = (1 << 20) / PAGE + 1;

/// 分面计数 Counts of the hits, values without a hit left out; those that were asked for, see [`FacetNeeds`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// 记录类别
    pub families: Vec<(Family, u64)>,
    /// 登记状态 of the enterprise, in the order of the vocabulary.
    pub statuses: Vec<(EnterpriseStatus, u64)>,
    /// 类型 of the enterprise, in the order of the vocabulary.
    pub kinds: Vec<(EnterpriseKind, u64)>,
    /// 行政区划 of the enterprise.
    pub regions: RegionFacets,
    /// 来源省份 of the record.
    pub origins: Vec<(RegionCode, u64)>,
    /// 年份
    pub years: Vec<(i32, u64)>,
    /// 行业门类 Section letters.
    pub industries: Vec<(char, u64)>,
    /// 事由 The most frequent first.
    pub grounds: Vec<(String, u64)>,
    /// 作出机关 The most frequent first.
    pub authorities: Vec<(String, u64)>,
}

/// 所需分面 Which facets are counted: those of the packed facts, and those that cost a read of their own for each hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FacetNeeds {
    /// 类别、状态、类型、区划、来源
    pub facts: bool,
    /// 年份
    pub years: bool,
    /// 行业门类
    pub industries: bool,
    /// 事由
    pub grounds: bool,
    /// 作出机关
    pub authorities: bool,
}

/// 行政区划分面 Hits by province, prefecture and county, each in the order of the codes. A
/// county directly under its province counts for no prefecture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionFacets {
    /// 省级
    pub provinces: Vec<(RegionCode, u64)>,
    /// 地级
    pub prefectures: Vec<(RegionCode, u64)>,
    /// 县级
    pub counties: Vec<(RegionCode, u64)>,
}

/// Counts while hits are collected: no hashing, one addition a facet.
pub struct Tally {
    families: [u64; PLACES],
    statuses: [u64; PLACES],
    kinds: [u64; PLACES],
    /// By the first four digits of the code, then by the last two; none if facts are not counted.
    regions: Vec<Option<Box<[u64; PAGE]>>>,
    /// By the first two digits of the code.
    origins: [u64; PLACES],
    years: BTreeMap<i32, u64>,
    sections: [u64; PLACES],
    grounds: BTreeMap<String, u64>,
    authorities: BTreeMap<String, u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            families: [0; PLACES],
            statuses: [0; PLACES],
            kinds: [0; PLACES],
            regions: Vec::new(),
            origins: [0; PLACES],
            years: BTreeMap::new(),
            sections: [0; PLACES],
            grounds: BTreeMap::new(),
            authorities: BTreeMap::new(),
        }
    }
}

impl Tally {
    /// Nothing counted yet, with room for what the packed facts tell.
    fn of_facts() -> Self {
        Self { regions: vec![None; PAGES], ..Self::default() }
    }

    /// Counts one hit.
    pub fn add(&mut self, facts: Facts) {
        self.families[usize::from(facts.family())] += 1;
        self.statuses[usize::from(facts.status())] += 1;
        self.kinds[usize::from(facts.kind())] += 1;
        self.origins[usize::from(facts.province())] += 1;
        let code = facts.region() as usize;
        self.regions[code / PAGE].get_or_insert_with(|| Box::new([0; PAGE]))[code % PAGE] += 1;
    }

    /// Adds the counts of another segment.
    pub fn merge(&mut self, other: Self) {
        let lists = [
            (&mut self.families, other.families),
            (&mut self.statuses, other.statuses),
            (&mut self.kinds, other.kinds),
            (&mut self.origins, other.origins),
            (&mut self.sections, other.sections),
        ];
        for (mine, theirs) in lists {
            mine.iter_mut().zip(theirs).for_each(|(sum, more)| *sum += more);
        }
        for (year, count) in other.years {
            *self.years.entry(year).or_default() += count;
        }
        for (mine, theirs) in [(&mut self.grounds, other.grounds), (&mut self.authorities, other.authorities)] {
            for (word, count) in theirs {
                *mine.entry(word).or_default() += count;
            }
        }
        if self.regions.is_empty() {
            self.regions = other.regions;
            return;
        }
        for (mine, theirs) in self.regions.iter_mut().zip(other.regions) {
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => mine.iter_mut().zip(*theirs).for_each(|(sum, more)| *sum += more),
                (mine, theirs) => *mine = theirs.or(mine.take()),
            }
        }
    }

    /// The counts by value.
    pub fn into_facets(self) -> Facets {
        Facets {
            families: named(Family::ALL, &self.families),
            statuses: named(EnterpriseStatus::ALL, &self.statuses),
            kinds: named(EnterpriseKind::ALL, &self.kinds),
            regions: self.region_facets(),
            origins: self.origins(),
            industries: self.sections(),
            grounds: frequent_first(self.grounds),
            authorities: frequent_first(self.authorities),
            years: self.years.into_iter().collect(),
        }
    }

    fn origins(&self) -> Vec<(RegionCode, u64)> {
        let counted = (0_u32..).zip(self.origins).filter(|(_, count)| *count > 0);
        counted.filter_map(|(digits, count)| Some((RegionCode::new(digits * 10_000)?, count))).collect()
    }

    fn sections(&self) -> Vec<(char, u64)> {
        let counted =
            (0_u8..=u8::MAX).zip(self.sections).filter(|(letter, count)| letter.is_ascii_uppercase() && *count > 0);
        counted.map(|(letter, count)| (char::from(letter), count)).collect()
    }

    fn region_facets(&self) -> RegionFacets {
        let mut facets = RegionFacets::default();
        for (code, count) in self.region_counts() {
            add(&mut facets.provinces, code.province(), count);
            if let Some(prefecture) = code.prefecture() {
                add(&mut facets.prefectures, prefecture, count);
            }
            if code.level() == rules::region::RegionLevel::County {
                add(&mut facets.counties, code, count);
            }
        }
        facets
    }

    /// In the order of the codes, so that what belongs to one division follows on itself.
    fn region_counts(&self) -> impl Iterator<Item = (RegionCode, u64)> {
        let pages = self.regions.iter().enumerate();
        let counts = pages.filter_map(|(page, counts)| Some((page * PAGE, counts.as_deref()?)));
        counts.flat_map(|(first, counts)| {
            let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            counted.filter_map(move |(place, count)| Some((RegionCode::new((first + place) as u32)?, *count)))
        })
    }
}

fn frequent_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, more), (b, fewer)| fewer.cmp(more).then_with(|| a.cmp(b)));
    counts
}

/// Counts within one segment: words by their places in its dictionary.
pub struct SegmentTally {
    tally: Tally,
    counts_facts: bool,
    days: Option<Column<i64>>,
    industries: Option<Column<u64>>,
    grounds: Option<WordTally>,
    authorities: Option<WordTally>,
    last_day: (i64, i32),
}

impl SegmentTally {
    /// Begins to count.
    ///
    /// # Errors
    /// The columns cannot be read.
    pub fn new(needs: FacetNeeds, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            tally: if needs.facts { Tally::of_facts() } else { Tally::default() },
            counts_facts: needs.facts,
            days: if needs.years { columns.column_opt(column::DAY)? } else { None },
            industries: if needs.industries { columns.column_opt(column::INDUSTRY)? } else { None },
            grounds: if needs.grounds { columns.str(column::GROUND)?.map(WordTally::new) } else { None },
            authorities: if needs.authorities { columns.str(column::AUTHORITY)?.map(WordTally::new) } else { None },
            last_day: (0, 0),
        })
    }

    /// Whether the facts of a hit are counted, too.
    pub const fn counts_facts(&self) -> bool {
        self.counts_facts
    }

    /// Counts the facts of one hit.
    pub fn add_facts(&mut self, facts: Facts) {
        self.tally.add(facts);
    }

    /// Counts what columns of their own tell of one hit.
    pub fn add(&mut self, doc: DocId) {
        if let Some(day) = self.days.as_ref().and_then(|days| days.first(doc)) {
            let year = self.year(day);
            *self.tally.years.entry(year).or_default() += 1;
        }
        if let Some(industry) = self.industries.as_ref().and_then(|column| column.first(doc)) {
            self.tally.sections[usize::from(Industry(industry).section())] += 1;
        }
        for words in [&mut self.grounds, &mut self.authorities].into_iter().flatten() {
            words.add(doc);
        }
    }

    /// Many hits in a row are of the same day.
    fn year(&mut self, day: i64) -> i32 {
        if self.last_day.0 != day {
            self.last_day = (day, year_of(day));
        }
        self.last_day.1
    }

    /// The counts, words spelt out.
    ///
    /// # Errors
    /// A dictionary cannot be read.
    pub fn finish(mut self) -> tantivy::Result<Tally> {
        if let Some(words) = self.grounds {
            self.tally.grounds = words.finish()?;
        }
        if let Some(words) = self.authorities {
            self.tally.authorities = words.finish()?;
        }
        Ok(self.tally)
    }
}

/// The year of a day as the index counts days.
pub fn year_of(day: i64) -> i32 {
    i32::try_from(day).ok().and_then(NaiveDate::from_num_days_from_ce_opt).map_or(0, |day| day.year())
}

/// Counts of the words of a column.
struct WordTally {
    column: StrColumn,
    counts: Vec<u64>,
}

impl WordTally {
    fn new(column: StrColumn) -> Self {
        let counts = vec![0; column.num_terms()];
        Self { column, counts }
    }

    fn add(&mut self, doc: DocId) {
        let place = self.column.ords().first(doc).and_then(|place| usize::try_from(place).ok());
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
    }

    fn finish(self) -> tantivy::Result<BTreeMap<String, u64>> {
        let mut words = BTreeMap::new();
        for (place, count) in self.counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let mut word = String::new();
            self.column.ord_to_str(place as u64, &mut word)?;
            words.insert(word, count);
        }
        Ok(words)
    }
}

fn add(counts: &mut Vec<(RegionCode, u64)>, code: RegionCode, count: u64) {
    match counts.last_mut() {
        Some((last, sum)) if *last == code => *sum += count,
        _ => counts.push((code, count)),
    }
}

fn named<T: Copy>(all: &[T], counts: &[u64]) -> Vec<(T, u64)> {
    all.iter().copied().zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect()
}
