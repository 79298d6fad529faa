//! 申报主体 Kinds of filers and the days between which each files (企业信息公示暂行条例 art. 8;
//! 外国企业常驻代表机构登记管理条例 art. 6). The days are dated figures in `windows.toml`: a year
//! before the first figure has no window, never a guessed one.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::vocabulary::EnterpriseKind;

/// 申报主体类型 Kind of filer: decides the form and the filing window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
pub enum FilerKind {
    /// 企业 Companies, partnerships, sole proprietorships, other legal persons.
    Enterprise,
    /// 个体工商户 Individual households.
    Individual,
    /// 农民专业合作社 Farmers' cooperatives.
    Cooperative,
    /// 外商投资企业 Foreign-invested enterprises.
    ForeignInvested,
    /// 分支机构 Branches.
    Branch,
    /// 外国企业常驻代表机构 Representative offices of foreign enterprises.
    RepresentativeOffice,
}

impl FilerKind {
    /// Every kind, in the order of the schema.
    pub const ALL: &'static [Self] = &[
        Self::Enterprise,
        Self::Individual,
        Self::Cooperative,
        Self::ForeignInvested,
        Self::Branch,
        Self::RepresentativeOffice,
    ];

    /// The kind as which an entity files.
    pub const fn of(kind: EnterpriseKind) -> Self {
        match kind {
            EnterpriseKind::LimitedCompany
            | EnterpriseKind::JointStockCompany
            | EnterpriseKind::Partnership
            | EnterpriseKind::SoleProprietorship
            | EnterpriseKind::StateOwned
            | EnterpriseKind::Collective => Self::Enterprise,
            EnterpriseKind::Branch => Self::Branch,
            EnterpriseKind::IndividualHousehold => Self::Individual,
            EnterpriseKind::FarmersCooperative => Self::Cooperative,
            EnterpriseKind::ForeignInvested => Self::ForeignInvested,
            EnterpriseKind::RepresentativeOffice => Self::RepresentativeOffice,
        }
    }

    /// Stable code, as in the data files and in the graph.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "ENTERPRISE",
            Self::Individual => "INDIVIDUAL",
            Self::Cooperative => "COOPERATIVE",
            Self::ForeignInvested => "FOREIGN_INVESTED",
            Self::Branch => "BRANCH",
            Self::RepresentativeOffice => "REPRESENTATIVE_OFFICE",
        }
    }

    /// The kind of a stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// 中文 The term that offices write.
    pub const fn term(self) -> &'static str {
        match self {
            Self::Enterprise => "企业",
            Self::Individual => "个体工商户",
            Self::Cooperative => "农民专业合作社",
            Self::ForeignInvested => "外商投资企业",
            Self::Branch => "分支机构",
            Self::RepresentativeOffice => "外国企业常驻代表机构",
        }
    }
}

/// 报送期限 The days on which the report of a year is in time, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: NaiveDate,
    /// Last day; reports of later days are accepted and marked late.
    pub to: NaiveDate,
    /// 依据 Regulation and article.
    pub source: &'static str,
}

impl Window {
    /// Whether a report of this day is late.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        today > self.to
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowTable {
    window: Vec<WindowFigure>,
}

/// One dated figure: valid for the reports of `from_year` and later, until a later figure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowFigure {
    kinds: Vec<FilerKind>,
    from_year: i32,
    first: (u32, u32),
    last: (u32, u32),
    source: String,
}

static WINDOWS: LazyLock<WindowTable> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/annual_report/windows.toml")).expect("the embedded windows are well-formed")
});

/// 报送期限 The window for the report of `year`; `None` for years before the regulation.
pub fn window(kind: FilerKind, year: i32) -> Option<Window> {
    let figure = WINDOWS
        .window
        .iter()
        .filter(|figure| figure.kinds.contains(&kind) && figure.from_year <= year)
        .max_by_key(|figure| figure.from_year)?;
    let day = |(month, day)| NaiveDate::from_ymd_opt(year.checked_add(1)?, month, day);
    Some(Window { from: day(figure.first)?, to: day(figure.last)?, source: &figure.source })
}

/// 报告截止日 The day as of which a report speaks: 31 December of its year.
pub fn year_end(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?.checked_sub_days(Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_window_is_january_to_june_of_the_next_year() {
        let window = window(FilerKind::Enterprise, 2025).expect("in force");
        assert_eq!((window.from, window.to), (day("2026-01-01"), day("2026-06-30")));
        assert!(!window.is_late(day("2026-06-30")) && window.is_late(day("2026-07-01")));
    }

    #[test]
    fn representative_offices_begin_in_march() {
        let window = window(FilerKind::RepresentativeOffice, 2025).expect("in force");
        assert_eq!((window.from, window.to), (day("2026-03-01"), day("2026-06-30")));
    }

    #[test]
    fn every_kind_has_a_window_since_2014_and_none_for_impossible_years() {
        for kind in FilerKind::ALL {
            assert!(window(*kind, 2014).is_some() && window(*kind, 1999).is_none());
            assert!(window(*kind, i32::MAX).is_none() && window(*kind, i32::MIN).is_none());
        }
    }

    #[test]
    fn every_registered_kind_files_as_something() {
        assert_eq!(FilerKind::of(EnterpriseKind::Branch), FilerKind::Branch);
        let filed: std::collections::BTreeSet<_> =
            EnterpriseKind::ALL.iter().map(|kind| FilerKind::of(*kind)).collect();
        assert_eq!(filed.len(), FilerKind::ALL.len());
    }

    #[test]
    fn codes_are_the_serde_names() {
        for kind in FilerKind::ALL {
            assert_eq!(serde_json::to_string(kind).ok(), Some(format!("\"{}\"", kind.code())));
        }
    }
}
