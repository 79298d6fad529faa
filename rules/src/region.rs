//! 行政区划 Administrative divisions of China down to the county, codes after GB/T 2260.
//!
//! Jurisdiction is a tree and a right is a subtree, which here is a range of numbers. The rows
//! stand in `data/regions.csv`; the standard's filler rows (市辖区, 县, 省直辖县级行政区划) are no
//! places and are absent: what they held hangs directly under its province.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 直辖市 Beijing, Tianjin, Shanghai, Chongqing: their districts have no prefecture above them.
const MUNICIPALITIES: [u32; 4] = [11, 12, 31, 50];

/// 省直辖县级行政区划 Third and fourth digit of counties that a province administers itself.
const DIRECTLY_ADMINISTERED: u32 = 90;

/// 行政区划级别 Level of a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegionLevel {
    /// 省级 Province, autonomous region, municipality, special administrative region.
    Province,
    /// 地级 Prefecture, prefecture-level city.
    Prefecture,
    /// 县级 County, district, county-level city.
    County,
}

/// 行政区划代码 Six digits in the form of GB/T 2260.
///
/// The form is guaranteed, the existence is not: old papers carry codes that were withdrawn
/// since. [`find`] tells whether the division exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionCode(u32);

impl RegionCode {
    /// The code of a number, `None` if it has not the form `XX0000`, `XXYY00` or `XXYYZZ`.
    pub const fn new(code: u32) -> Option<Self> {
        let skips_prefecture = (code / 100).is_multiple_of(100) && !code.is_multiple_of(100);
        if code < 110_000 || code > 829_999 || skips_prefecture { None } else { Some(Self(code)) }
    }

    /// The six digits as a number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// 级别 Level, read off the trailing zeros.
    pub const fn level(self) -> RegionLevel {
        if self.0.is_multiple_of(10_000) {
            RegionLevel::Province
        } else if self.0.is_multiple_of(100) {
            RegionLevel::Prefecture
        } else {
            RegionLevel::County
        }
    }

    /// 省级 The province that this is or lies in.
    pub const fn province(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    /// 地级 The prefecture that this is or lies in; `None` for a province and for a county
    /// directly under its province.
    pub fn prefecture(self) -> Option<Self> {
        let directly_under_province =
            MUNICIPALITIES.contains(&(self.0 / 10_000)) || self.0 / 100 % 100 == DIRECTLY_ADMINISTERED;
        match self.level() {
            RegionLevel::Province => None,
            RegionLevel::Prefecture => Some(self),
            RegionLevel::County if directly_under_province => None,
            RegionLevel::County => Some(Self(self.0 / 100 * 100)),
        }
    }

    /// 上级 The division directly above, `None` for a province.
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            RegionLevel::Province => None,
            RegionLevel::Prefecture => Some(self.province()),
            RegionLevel::County => Some(self.prefecture().unwrap_or(self.province())),
        }
    }

    /// 辖区 Codes of this division and of all below it.
    pub const fn subtree(self) -> RangeInclusive<u32> {
        let last = match self.level() {
            RegionLevel::Province => self.0 + 9_999,
            RegionLevel::Prefecture => self.0 + 99,
            RegionLevel::County => self.0,
        };
        self.0..=last
    }

    /// Whether the other division is this one or lies in it.
    pub fn contains(self, other: Self) -> bool {
        self.subtree().contains(&other.0)
    }
}

/// A text or number that has not the form of a region code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not six digits in the form of GB/T 2260")]
pub struct RegionError;

impl RegionError {
    /// Stable code of the fault.
    pub const fn code(&self) -> &'static str {
        "REGION_CODE"
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        "行政区划代码应为GB/T 2260规定的6位数字，例如“610113”，请核对后重新填写。".to_owned()
    }
}

impl FromStr for RegionCode {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let is_six_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_six_digits);
        number.and_then(Self::new).ok_or(RegionError)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({})", self.0)
    }
}

impl TryFrom<u32> for RegionCode {
    type Error = RegionError;

    fn try_from(code: u32) -> Result<Self, RegionError> {
        Self::new(code).ok_or(RegionError)
    }
}

impl Serialize for RegionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RegionCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// 行政区划 A division of the reference table.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// 代码 Code.
    pub code: RegionCode,
    /// 名称 Own name: `雁塔区`.
    pub name: &'static str,
    /// 全称 Name from the province down: `陕西省西安市雁塔区`.
    pub full_name: String,
    /// 级别 Level.
    pub level: RegionLevel,
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| table(include_str!("../data/regions.csv")));

/// Rows in the order of their codes, which puts every parent before its children.
fn table(rows: &'static str) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (code, name) in rows.lines().filter_map(row) {
        let above = code.parent().and_then(|parent| position(&regions, parent));
        let prefix = above.map_or("", |index| regions[index].full_name.as_str());
        regions.push(Region { code, name, full_name: format!("{prefix}{name}"), level: code.level() });
    }
    regions
}

fn row(line: &'static str) -> Option<(RegionCode, &'static str)> {
    let (code, name) = line.split_once(',')?;
    Some((code.parse().ok()?, name))
}

fn position(regions: &[Region], code: RegionCode) -> Option<usize> {
    regions.binary_search_by_key(&code, |region| region.code).ok()
}

/// The division of a code, `None` if there is none today.
pub fn find(code: RegionCode) -> Option<&'static Region> {
    position(&REGIONS, code).map(|index| &REGIONS[index])
}

/// Every division, in the order of the codes.
pub fn all() -> &'static [Region] {
    &REGIONS
}

/// 下级 The divisions directly below one, the provinces for `None`.
pub fn children(parent: Option<RegionCode>) -> Vec<&'static Region> {
    let range = parent.map_or(0..=u32::MAX, RegionCode::subtree);
    let first = REGIONS.partition_point(|region| region.code.get() < *range.start());
    let within = REGIONS[first..].iter().take_while(|region| range.contains(&region.code.get()));
    within.filter(|region| region.code.parent() == parent).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(number: u32) -> RegionCode {
        RegionCode::new(number).expect("a well-formed code")
    }

    fn full_name(number: u32) -> Option<&'static str> {
        find(code(number)).map(|region| region.full_name.as_str())
    }

    #[test]
    fn every_row_is_read_in_order() {
        let rows = include_str!("../data/regions.csv").lines().count() - 1;
        assert_eq!(all().len(), rows);
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        assert!(all().iter().all(|region| !region.name.trim().is_empty() && !region.name.contains(',')));
    }

    #[test]
    fn the_tree_is_closed_under_parent() {
        for region in all() {
            match region.code.parent() {
                None => assert_eq!(region.level, RegionLevel::Province),
                Some(parent) => {
                    let parent = find(parent).expect("the parent is a node");
                    assert!(parent.level < region.level && parent.code.contains(region.code));
                    assert!(children(Some(parent.code)).contains(&region));
                    assert!(region.full_name.starts_with(&parent.full_name));
                }
            }
        }
    }

    #[test]
    fn children_reach_every_division_once() {
        let mut reached = 0;
        let mut open = children(None);
        assert_eq!(open.len(), 34);
        while let Some(region) = open.pop() {
            reached += 1;
            open.extend(children(Some(region.code)));
        }
        assert_eq!(reached, all().len());
    }

    #[test]
    fn full_names_have_no_filler() {
        assert_eq!(full_name(610113), Some("陕西省西安市雁塔区"));
        assert_eq!(full_name(110101), Some("北京市东城区"));
        assert_eq!(full_name(500229), Some("重庆市城口县"));
        assert_eq!(full_name(429004), Some("湖北省仙桃市"));
        assert_eq!(full_name(441900), Some("广东省东莞市"));
        assert_eq!(full_name(710000), Some("台湾省"));
        assert_eq!(full_name(110100), None);
    }

    #[test]
    fn counties_without_a_prefecture_hang_under_their_province() {
        assert_eq!(code(429004).parent(), Some(code(420000)));
        assert_eq!(code(429004).prefecture(), None);
        assert_eq!(code(110101).parent(), Some(code(110000)));
        assert!(children(Some(code(441900))).is_empty());
    }

    #[test]
    fn subtrees_are_ranges() {
        assert_eq!(code(610000).subtree(), 610000..=619999);
        assert_eq!(code(610100).subtree(), 610100..=610199);
        assert_eq!(code(610113).subtree(), 610113..=610113);
        assert!(code(610100).contains(code(610113)) && !code(610113).contains(code(610100)));
        assert_eq!(code(610113).prefecture(), Some(code(610100)));
        assert_eq!(code(610113).province(), code(610000));
    }

    #[test]
    fn shaanxi_has_its_107_counties() {
        let shaanxi = code(610000);
        let counties = all().iter().filter(|r| shaanxi.contains(r.code) && r.level == RegionLevel::County);
        assert_eq!(counties.count(), 107);
        assert_eq!(children(Some(shaanxi)).len(), 10);
    }

    #[test]
    fn malformed_codes_are_refused() {
        for text in ["", "61011", "6101133", "610013", "000000", "990000", "+61011", "61011３", "61.113"] {
            assert_eq!(text.parse::<RegionCode>(), Err(RegionError), "{text}");
        }
        assert!(serde_json::from_str::<RegionCode>("\"610013\"").is_err());
        assert_eq!(serde_json::to_string(&code(610113)).ok().as_deref(), Some("\"610113\""));
    }

    proptest! {
        #[test]
        fn a_division_holds_exactly_what_has_it_among_its_ancestors(
            above in 0..all().len(), below in 0..all().len(),
        ) {
            let (above, below) = (&all()[above], &all()[below]);
            let mut line = std::iter::successors(Some(below.code), |code| code.parent());
            prop_assert_eq!(above.code.contains(below.code), line.any(|code| code == above.code));
        }

        #[test]
        fn text_comes_back_the_same(number in 100_000..1_000_000_u32) {
            if let Some(code) = RegionCode::new(number) {
                prop_assert_eq!(code.to_string().parse(), Ok(code));
            }
        }
    }
}
