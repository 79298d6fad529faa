//! 国民经济行业分类 Industries of the national economy, GB/T 4754-2017: sections (门类, a letter),
//! divisions (大类), groups (中类) and classes (小类) of two, three and four digits.
//!
//! The rows stand in `data/industries.csv` in the order of the standard. Digits alone name an
//! industry here; the section letter is never written before them.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 行业层级 Level of an industry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndustryLevel {
    /// 门类 Section: one letter.
    Section,
    /// 大类 Division: two digits.
    Division,
    /// 中类 Group: three digits.
    Group,
    /// 小类 Class: four digits.
    Class,
}

/// 行业 An industry of the reference table.
#[derive(Debug, PartialEq, Eq)]
pub struct Industry {
    /// 代码 Code: `A`, `01`, `011` or `0111`.
    pub code: &'static str,
    /// 名称 Name.
    pub name: &'static str,
    /// 门类 Letter of the section that it is or lies in.
    pub section: char,
    /// 层级 Level.
    pub level: IndustryLevel,
}

/// 行业代码 Code of an industry that exists in GB/T 4754-2017.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndustryCode(&'static str);

impl IndustryCode {
    /// Reads a code as it is: no trimming, no section letter before digits.
    ///
    /// # Errors
    /// The standard has no such code.
    pub fn parse(text: &str) -> Result<Self, IndustryError> {
        find(text).map(|industry| Self(industry.code)).ok_or(IndustryError)
    }

    /// The code as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// 下级条件 What an enterprise must have stored to belong to this industry or one below it.
    pub fn subtree_filter(self) -> SubtreeFilter {
        match self.0.as_bytes() {
            [letter] => SubtreeFilter::Section(char::from(*letter)),
            _ => SubtreeFilter::CodePrefix(self.0),
        }
    }
}

/// 下级条件 Condition on the section letter and the code that are stored with an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubtreeFilter {
    /// The stored section is this letter, however exact the stored code.
    Section(char),
    /// The stored code begins with these digits.
    CodePrefix(&'static str),
}

impl SubtreeFilter {
    /// Whether an enterprise with this section and code is meant.
    pub fn matches(self, section: char, code: &str) -> bool {
        match self {
            Self::Section(letter) => section == letter,
            Self::CodePrefix(digits) => code.starts_with(digits),
        }
    }
}

/// A text that is no code of GB/T 4754-2017.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such code in GB/T 4754-2017")]
pub struct IndustryError;

impl IndustryError {
    /// Stable code of the fault.
    pub const fn code(&self) -> &'static str {
        "INDUSTRY_CODE"
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        "GB/T 4754-2017《国民经济行业分类》中没有该代码，请填写门类字母（如“F”）或2至4位数字代码（如“5211”）。"
            .to_owned()
    }
}

struct Table {
    industries: Vec<Industry>,
    positions: HashMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table(include_str!("../data/industries.csv")));

fn table(rows: &'static str) -> Table {
    let mut section = None;
    let mut industries = Vec::new();
    for (code, name) in rows.lines().filter_map(|line| line.split_once(',')) {
        let Some(level) = level_of(code) else { continue };
        if level == IndustryLevel::Section {
            section = code.chars().next();
        }
        industries.extend(section.map(|section| Industry { code, name, section, level }));
    }
    let positions = industries.iter().enumerate().map(|(at, industry)| (industry.code, at)).collect();
    Table { industries, positions }
}

/// The level of a well-formed code, `None` for anything else, such as the heading of the table.
fn level_of(code: &str) -> Option<IndustryLevel> {
    let is_digits = code.bytes().all(|byte| byte.is_ascii_digit());
    match (code.as_bytes(), is_digits) {
        ([b'A'..=b'T'], _) => Some(IndustryLevel::Section),
        ([_, _], true) => Some(IndustryLevel::Division),
        ([_, _, _], true) => Some(IndustryLevel::Group),
        ([_, _, _, _], true) => Some(IndustryLevel::Class),
        _ => None,
    }
}

/// The industry of a code, `None` if the standard has none.
pub fn find(code: &str) -> Option<&'static Industry> {
    TABLE.positions.get(code).map(|position| &TABLE.industries[*position])
}

/// Every industry, in the order of the standard: each before those below it.
pub fn all() -> &'static [Industry] {
    &TABLE.industries
}

/// 上级 The industries above one, nearest first, its section last.
pub fn ancestors(code: IndustryCode) -> Vec<&'static Industry> {
    std::iter::successors(parent(code.0), |industry| parent(industry.code)).collect()
}

fn parent(code: &str) -> Option<&'static Industry> {
    match code.len() {
        0 | 1 => None,
        2 => find(find(code)?.section.encode_utf8(&mut [0; 4])),
        length => find(code.get(..length - 1)?),
    }
}

/// 下级 The industries directly below one, the sections for `None`.
pub fn children(above: Option<IndustryCode>) -> Vec<&'static Industry> {
    let above = above.map(IndustryCode::as_str);
    all().iter().filter(|industry| parent(industry.code).map(|found| found.code) == above).collect()
}

impl FromStr for IndustryCode {
    type Err = IndustryError;

    fn from_str(text: &str) -> Result<Self, IndustryError> {
        Self::parse(text)
    }
}

impl fmt::Display for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndustryCode({})", self.0)
    }
}

impl Serialize for IndustryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for IndustryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> IndustryCode {
        IndustryCode::parse(text).expect(text)
    }

    #[test]
    fn every_row_of_the_standard_is_read() {
        let count = |level| all().iter().filter(|industry| industry.level == level).count();
        assert_eq!(count(IndustryLevel::Section), 20);
        assert_eq!(count(IndustryLevel::Division), 97);
        assert_eq!(count(IndustryLevel::Group), 473);
        assert_eq!(count(IndustryLevel::Class), 1381);
        assert_eq!(all().len(), include_str!("../data/industries.csv").lines().count() - 1);
        assert_eq!(all().len(), TABLE.positions.len(), "no code stands twice");
    }

    #[test]
    fn the_tree_is_closed_and_every_industry_reaches_its_section() {
        for industry in all() {
            let above = ancestors(code(industry.code));
            let levels: Vec<_> = above.iter().rev().map(|found| found.level).collect();
            assert!(levels.is_sorted() && levels.len() == industry.level as usize, "{industry:?}");
            assert!(above.iter().all(|found| found.section == industry.section), "{industry:?}");
        }
    }

    #[test]
    fn every_branch_ends_in_a_class() {
        let leaves = all().iter().filter(|industry| children(Some(code(industry.code))).is_empty());
        assert!(leaves.into_iter().all(|leaf| leaf.level == IndustryLevel::Class));
        assert_eq!(children(None).len(), 20);
    }

    #[test]
    fn industries_are_found_by_code() {
        let found = find("5211").expect("a class");
        assert_eq!((found.name, found.section, found.level), ("百货零售", 'F', IndustryLevel::Class));
        let names: Vec<_> = ancestors(code("0111")).iter().map(|above| above.name).collect();
        assert_eq!(names, ["谷物种植", "农业", "农、林、牧、渔业"]);
        for absent in ["", "U", "a", "98", "A01", "A0111", "52111", "code", "５２"] {
            assert_eq!(IndustryCode::parse(absent), Err(IndustryError), "{absent}");
        }
        assert_eq!(serde_json::to_string(&code("0111")).ok().as_deref(), Some("\"0111\""));
        assert!(serde_json::from_str::<IndustryCode>("\"A0111\"").is_err());
    }

    #[test]
    fn a_section_also_matches_what_is_known_no_closer() {
        let retail = code("52").subtree_filter();
        assert!(retail.matches('F', "5211") && !retail.matches('F', "F") && !retail.matches('F', "5111"));
        let trade = code("F").subtree_filter();
        assert!(trade.matches('F', "5211") && trade.matches('F', "F") && !trade.matches('H', "6210"));
    }

    proptest! {
        #[test]
        fn the_filter_matches_exactly_the_subtree(above in 0..all().len(), below in 0..all().len()) {
            let (above, below) = (&all()[above], &all()[below]);
            let is_below = above == below || ancestors(code(below.code)).contains(&above);
            let filter = code(above.code).subtree_filter();
            prop_assert_eq!(filter.matches(below.section, below.code), is_below);
        }
    }
}
