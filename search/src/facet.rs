//! 分面 How many hits there are of each region, status, kind and family. Each count equals the
//! total of the same search narrowed to that value.

use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use crate::document::Family;
use crate::facts::Facts;

/// Values that a place in a closed list can take.
const PLACES: usize = 256;

/// Region codes that share their first four digits.
const PAGE: usize = 100;

/// 分面计数 Counts of the hits, values without a hit left out.
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
    /// By the first four digits of the code, then by the last two.
    regions: Vec<Option<Box<[u64; PAGE]>>>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { families: [0; PLACES], statuses: [0; PLACES], kinds: [0; PLACES], regions: vec![None; 10_486] }
    }
}

impl Tally {
    /// Counts one hit.
    pub fn add(&mut self, facts: Facts) {
        self.families[usize::from(facts.family())] += 1;
        self.statuses[usize::from(facts.status())] += 1;
        self.kinds[usize::from(facts.kind())] += 1;
        let code = facts.region() as usize;
        self.regions[code / PAGE].get_or_insert_with(|| Box::new([0; PAGE]))[code % PAGE] += 1;
    }

    /// Adds the counts of another segment.
    pub fn merge(&mut self, other: Self) {
        let lists = [
            (&mut self.families, other.families),
            (&mut self.statuses, other.statuses),
            (&mut self.kinds, other.kinds),
        ];
        for (mine, theirs) in lists {
            mine.iter_mut().zip(theirs).for_each(|(sum, more)| *sum += more);
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
        }
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

fn add(counts: &mut Vec<(RegionCode, u64)>, code: RegionCode, count: u64) {
    match counts.last_mut() {
        Some((last, sum)) if *last == code => *sum += count,
        _ => counts.push((code, count)),
    }
}

fn named<T: Copy>(all: &[T], counts: &[u64]) -> Vec<(T, u64)> {
    all.iter().copied().zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect()
}
