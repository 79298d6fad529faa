//! 筛选字段 The facts of a record that filters and facets need, packed into one column, so that
//! a hit costs one read however many filters and facets there are.

use std::ops::RangeInclusive;

use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use crate::document::Family;

const KIND_SHIFT: u32 = 20;
const STATUS_SHIFT: u32 = 28;
const FAMILY_SHIFT: u32 = 36;

/// 20 bits of region code, then a byte each for kind, status and family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts(pub u64);

impl Facts {
    /// Packs the facts of a record and of its enterprise.
    pub fn new(family: Family, region: RegionCode, status: EnterpriseStatus, kind: EnterpriseKind) -> Self {
        let family = place(Family::ALL, &family) << FAMILY_SHIFT;
        let status = place(EnterpriseStatus::ALL, &status) << STATUS_SHIFT;
        let kind = place(EnterpriseKind::ALL, &kind) << KIND_SHIFT;
        Self(u64::from(region.get()) | kind | status | family)
    }

    /// 行政区划代码
    pub const fn region(self) -> u32 {
        (self.0 & 0xF_FFFF) as u32
    }

    /// Place in [`EnterpriseKind::ALL`].
    pub const fn kind(self) -> u8 {
        (self.0 >> KIND_SHIFT) as u8
    }

    /// Place in [`EnterpriseStatus::ALL`].
    pub const fn status(self) -> u8 {
        (self.0 >> STATUS_SHIFT) as u8
    }

    /// Place in [`Family::ALL`].
    pub const fn family(self) -> u8 {
        (self.0 >> FAMILY_SHIFT) as u8
    }
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

/// A filter on the packed facts.
#[derive(Clone, Debug)]
pub struct FactsFilter {
    families: Places,
    statuses: Places,
    kinds: Places,
    regions: Vec<RangeInclusive<u32>>,
}

impl FactsFilter {
    /// Any of the values of each list; an empty list does not narrow.
    pub fn new(
        families: &[Family],
        statuses: &[EnterpriseStatus],
        kinds: &[EnterpriseKind],
        regions: &[RegionCode],
    ) -> Self {
        Self {
            families: Places::of(Family::ALL, families),
            statuses: Places::of(EnterpriseStatus::ALL, statuses),
            kinds: Places::of(EnterpriseKind::ALL, kinds),
            regions: regions.iter().map(|region| region.subtree()).collect(),
        }
    }

    /// Whether a record with these facts is wanted.
    pub fn accepts(&self, facts: Facts) -> bool {
        let region = facts.region();
        self.families.contains(facts.family())
            && self.statuses.contains(facts.status())
            && self.kinds.contains(facts.kind())
            && (self.regions.is_empty() || self.regions.iter().any(|range| range.contains(&region)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_back() {
        let region = RegionCode::new(659_013).expect("a region");
        for (status_place, status) in EnterpriseStatus::ALL.iter().enumerate() {
            for (kind_place, kind) in EnterpriseKind::ALL.iter().enumerate() {
                let facts = Facts::new(Family::Penalty, region, *status, *kind);
                let read = (facts.family(), usize::from(facts.status()), usize::from(facts.kind()), facts.region());
                assert_eq!(read, (1, status_place, kind_place, 659_013));
            }
        }
    }
}
