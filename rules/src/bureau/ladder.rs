//! 层级 The regions in whose statistics an enterprise counts: its own, and each above it up to the country.

use crate::region::{RegionCode, RegionLevel};

/// 全国 Stands for the country among codes of regions.
pub const COUNTRY: u32 = 0;

/// 所在单元 A region that is looked at, and the one directly below it in which an enterprise lies; the same twice
/// for enterprises that are registered with the region itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rung {
    /// Code of the region that is looked at.
    pub scope: u32,
    /// Code of the region below.
    pub child: u32,
}

/// Every rung of an enterprise in this region, from below.
pub fn rungs(region: RegionCode) -> Vec<Rung> {
    let mut rungs = Vec::with_capacity(4);
    if region.level() != RegionLevel::County {
        rungs.push(Rung { scope: region.get(), child: region.get() });
    }
    let mut at = region;
    while let Some(parent) = at.parent() {
        rungs.push(Rung { scope: parent.get(), child: at.get() });
        at = parent;
    }
    rungs.push(Rung { scope: COUNTRY, child: at.get() });
    rungs
}

/// Where the statistics of a region stand: under its own code, or, for a county, as one of those below its parent.
pub fn stands(region: Option<RegionCode>) -> (u32, Option<u32>) {
    match region {
        None => (COUNTRY, None),
        Some(region) if region.level() != RegionLevel::County => (region.get(), None),
        Some(county) => (county.parent().map_or(COUNTRY, RegionCode::get), Some(county.get())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: u32) -> RegionCode {
        RegionCode::new(code).expect("a region")
    }

    #[test]
    fn an_enterprise_counts_once_in_every_region_above_it() {
        let told = |code| rungs(region(code)).into_iter().map(|rung| (rung.scope, rung.child)).collect::<Vec<_>>();
        assert_eq!(told(610_113), [(610_100, 610_113), (610_000, 610_100), (0, 610_000)]);
        assert_eq!(told(610_100), [(610_100, 610_100), (610_000, 610_100), (0, 610_000)]);
        assert_eq!(told(610_000), [(610_000, 610_000), (0, 610_000)]);
        assert_eq!(told(110_101), [(110_000, 110_101), (0, 110_000)]);
    }

    #[test]
    fn the_statistics_of_a_region_are_found_where_its_enterprises_count() {
        let shaanxi = || crate::region::all().iter().filter(|region| region.code.province().get() == 610_000);
        for looked_at in shaanxi() {
            let (scope, child) = stands(Some(looked_at.code));
            for lies_in in shaanxi() {
                let is_meant = |rung: &Rung| rung.scope == scope && child.is_none_or(|child| rung.child == child);
                let counts = rungs(lies_in.code).into_iter().filter(is_meant).count();
                let expected = usize::from(looked_at.code.contains(lies_in.code));
                assert_eq!(counts, expected, "{:?} in {:?}", lies_in.code, looked_at.code);
            }
        }
    }
}
