//! 筛选字段 The facts of a record that filters, facets and rights need, packed into one column, so
//! that a hit costs one read however many of them there are.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use crate::document::{Family, Publicity};

const REGION_BITS: u32 = 20;
const PLACE_BITS: u32 = 4;
const KIND_SHIFT: u32 = REGION_BITS;
const STATUS_SHIFT: u32 = KIND_SHIFT + PLACE_BITS;
const FAMILY_SHIFT: u32 = STATUS_SHIFT + PLACE_BITS;
const PROVINCE_SHIFT: u32 = FAMILY_SHIFT + PLACE_BITS;
const PROVINCE_BITS: u32 = 7;
const PUBLIC_SHIFT: u32 = PROVINCE_SHIFT + PROVINCE_BITS;
const PUBLIC_BITS: u32 = 16;

/// 1999-12-31, from which the last days of publicity are counted: to keep a credit record began later.
const BEFORE_PUBLICITY: i32 = 730_119;

/// 20 bits of region code, 4 bits each for kind, status and family, 7 for the first two digits of the
/// province of origin, 16 for the last day of publicity. All together are under 57, beyond which a column takes eight
/// bytes a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts(pub u64);

/// What is packed.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// 记录类别
    pub family: Family,
    /// 行政区划 of the enterprise.
    pub region: RegionCode,
    /// 登记状态 of the enterprise.
    pub status: Option<EnterpriseStatus>,
    /// 类型 of the enterprise.
    pub kind: Option<EnterpriseKind>,
    /// 来源省份 The province that the record comes from.
    pub origin: RegionCode,
    /// 公示期
    pub publicity: Publicity,
}

impl Facts {
    /// Packs the facts of a record and of its enterprise.
    pub fn new(of: &Parts) -> Self {
        let kind = unknown_or_place(EnterpriseKind::ALL, of.kind.as_ref()) << KIND_SHIFT;
        let status = unknown_or_place(EnterpriseStatus::ALL, of.status.as_ref()) << STATUS_SHIFT;
        let family = place(Family::ALL, &of.family) << FAMILY_SHIFT;
        let province = u64::from(of.origin.get() / 10_000) << PROVINCE_SHIFT;
        let public = last_public_day(of.publicity) << PUBLIC_SHIFT;
        Self(u64::from(of.region.get()) | kind | status | family | province | public)
    }

    const fn bits(self, shift: u32, bits: u32) -> u64 {
        (self.0 >> shift) & ((1 << bits) - 1)
    }

    /// 行政区划代码
    pub const fn region(self) -> u32 {
        self.bits(0, REGION_BITS) as u32
    }

    /// Place in [`EnterpriseKind::ALL`].
    pub const fn kind(self) -> u8 {
        self.bits(KIND_SHIFT, PLACE_BITS) as u8
    }

    /// Place in [`EnterpriseStatus::ALL`].
    pub const fn status(self) -> u8 {
        self.bits(STATUS_SHIFT, PLACE_BITS) as u8
    }

    /// How much a score counts.
    pub fn family_weight(self) -> f32 {
        family_weight(self.is_meant())
    }

    /// Whether it is what is mostly meant: what enterprises are called and what they were punished for.
    pub fn is_meant(self) -> bool {
        matches!(Family::ALL.get(usize::from(self.family())), Some(Family::Enterprise | Family::Penalty))
    }

    /// Whether another province sent the record.
    pub fn is_cross_region(self) -> bool {
        Family::ALL.get(usize::from(self.family())).is_some_and(|family| Family::CROSS_REGION.contains(family))
    }

    /// Whether the enterprise does no business any more.
    pub fn is_closed(self) -> bool {
        let status = EnterpriseStatus::ALL.get(usize::from(self.status()));
        status.is_none_or(|status| !status.is_open())
    }

    /// Place in [`Family::ALL`].
    pub const fn family(self) -> u8 {
        self.bits(FAMILY_SHIFT, PLACE_BITS) as u8
    }

    /// 来源省份 First two digits of its code.
    pub const fn province(self) -> u8 {
        self.bits(PROVINCE_SHIFT, PROVINCE_BITS) as u8
    }

    /// Whether the public may see the record on this day.
    pub fn is_public_on(self, day: NaiveDate) -> bool {
        self.bits(PUBLIC_SHIFT, PUBLIC_BITS) >= number(day)
    }
}

/// 0 is before every day that is asked about, the largest number after every one.
fn last_public_day(publicity: Publicity) -> u64 {
    match publicity {
        Publicity::Never => 0,
        Publicity::Until(day) => number(day),
        Publicity::Open => (1 << PUBLIC_BITS) - 1,
    }
}

fn number(day: NaiveDate) -> u64 {
    u64::try_from(day.num_days_from_ce() - BEFORE_PUBLICITY).unwrap_or(0).clamp(1, (1 << PUBLIC_BITS) - 2)
}

/// What is not known stands after the list: no filter asks for it, no facet tells it.
fn unknown_or_place<T: PartialEq>(all: &[T], value: Option<&T>) -> u64 {
    value.map_or(all.len() as u64, |value| place(all, value))
}

fn place<T: PartialEq>(all: &[T], value: &T) -> u64 {
    all.iter().position(|known| known == value).unwrap_or(all.len()) as u64
}

/// Which places of a closed list are wanted, one bit each.
#[derive(Clone, Copy, Debug)]
pub struct Places(u32);

impl Places {
    /// These values; all of them if none is named.
    pub fn of<T: PartialEq>(all: &[T], wanted: &[T]) -> Self {
        if wanted.is_empty() {
            return Self(u32::MAX);
        }
        Self(wanted.iter().fold(0, |bits, value| bits | 1_u32.wrapping_shl(place(all, value) as u32)))
    }

    /// Whether every value is wanted.
    pub const fn is_everything(self) -> bool {
        self.0 == u32::MAX
    }

    /// Whether the value at this place is wanted.
    pub const fn contains(self, place: u8) -> bool {
        self.0.wrapping_shr(place as u32) & 1 == 1
    }
}

/// How much a score counts: other records of an enterprise say the same in fewer words.
pub const fn family_weight(is_meant: bool) -> f32 {
    if is_meant { 1.0 } else { 0.6 }
}

/// A filter on the packed facts.
#[derive(Clone, Debug)]
pub struct FactsFilter {
    pub families: Places,
    pub statuses: Places,
    pub kinds: Places,
    pub regions: Vec<RangeInclusive<u32>>,
    /// First two digits of the provinces of origin; empty does not narrow.
    pub provinces: Vec<u8>,
    pub public_on: PublicOn,
}

/// 公示条件 Of which records only what the public may see on a day is wanted.
#[derive(Clone, Copy, Debug)]
pub enum PublicOn {
    /// Of none.
    Nothing,
    /// Of those that other provinces sent.
    OtherProvinces(NaiveDate),
    /// Of all.
    All(NaiveDate),
}

impl PublicOn {
    fn accepts(self, facts: Facts) -> bool {
        match self {
            Self::Nothing => true,
            Self::OtherProvinces(day) => !facts.is_cross_region() || facts.is_public_on(day),
            Self::All(day) => facts.is_public_on(day),
        }
    }
}

impl FactsFilter {
    /// 公众 The day, if nothing but what the public sees on it is asked for.
    pub fn public_day(&self) -> Option<NaiveDate> {
        let places = [self.families, self.statuses, self.kinds];
        let is_open =
            places.into_iter().all(Places::is_everything) && self.regions.is_empty() && self.provinces.is_empty();
        match self.public_on {
            PublicOn::All(day) if is_open => Some(day),
            _ => None,
        }
    }

    /// Whether a record with these facts is wanted.
    pub fn accepts(&self, facts: Facts) -> bool {
        let region = facts.region();
        self.families.contains(facts.family())
            && self.statuses.contains(facts.status())
            && self.kinds.contains(facts.kind())
            && (self.regions.is_empty() || self.regions.iter().any(|range| range.contains(&region)))
            && (self.provinces.is_empty() || self.provinces.contains(&facts.province()))
            && self.public_on.accepts(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(publicity: Publicity) -> Parts {
        Parts {
            family: Family::Penalty,
            region: RegionCode::new(659_013).expect("a region"),
            status: None,
            kind: None,
            origin: RegionCode::new(820_000).expect("a province"),
            publicity,
        }
    }

    #[test]
    fn facts_are_read_back() {
        for (status_place, status) in EnterpriseStatus::ALL.iter().enumerate() {
            for (kind_place, kind) in EnterpriseKind::ALL.iter().enumerate() {
                let facts = Facts::new(&Parts { status: Some(*status), kind: Some(*kind), ..parts(Publicity::Open) });
                let read = (facts.family(), usize::from(facts.status()), usize::from(facts.kind()), facts.region());
                assert_eq!(read, (1, status_place, kind_place, 659_013));
                assert_eq!(facts.province(), 82);
            }
        }
    }

    #[test]
    fn the_last_day_of_publicity_is_still_public() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let last = day("2026-02-28");
        for (publicity, expected) in [
            (Publicity::Never, [false; 3]),
            (Publicity::Until(last), [true, true, false]),
            (Publicity::Open, [true; 3]),
        ] {
            let facts = Facts::new(&parts(publicity));
            assert_eq!(["2026-02-27", "2026-02-28", "2026-03-01"].map(|text| facts.is_public_on(day(text))), expected);
        }
    }

    #[test]
    fn every_list_fits_its_bits() {
        let most = 1 << PLACE_BITS;
        assert!(EnterpriseKind::ALL.len() < most && EnterpriseStatus::ALL.len() < most && Family::ALL.len() < most);
        assert_eq!(NaiveDate::from_ymd_opt(1999, 12, 31).map(|day| day.num_days_from_ce()), Some(BEFORE_PUBLICITY));
    }
}
