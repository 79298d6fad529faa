//! 规模 Large, medium, small and micro, by industry (统计上大中小微型企业划分办法（2017）).

use std::sync::LazyLock;

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;
use serde::Deserialize;

use super::measure::{Figures, ReportMeasure};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// 规模 Size of an enterprise by what its report states.
    ReportSize {
        Large = "LARGE" "大型",
        Medium = "MEDIUM" "中型",
        Small = "SMALL" "小型",
        Micro = "MICRO" "微型",
        Unknown = "UNKNOWN" "未填报，无法划分",
    }
}

/// 分 of a 万元.
const FEN_OF_WAN: i64 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[expect(dead_code, reason = "the source stands beside the figures")]
    source: String,
    #[expect(dead_code, reason = "there is one version so far; earlier years are divided by it, too")]
    from_year: i32,
    line: Vec<Line>,
}

/// Lower limits of large, medium and small.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    industries: Vec<String>,
    persons: Option<[i64; 3]>,
    revenue: Option<[i64; 3]>,
    assets: Option<[i64; 3]>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/bureau/sizes.toml")).expect("the embedded limits are well-formed")
});

/// The limits of an industry: those under the longest code that begins its own, then those of its section.
fn line(section: &str, code: &str) -> Option<&'static Line> {
    let of = |wanted: &str| TABLE.line.iter().find(|line| line.industries.iter().any(|industry| industry == wanted));
    let prefixes = (1..=code.len()).rev().filter_map(|length| code.get(..length));
    prefixes.chain([section, "*"]).find_map(of)
}

/// The size of whoever works in this industry and states these figures; not known if one that counts was left out.
pub fn size(section: &str, code: &str, figures: &Figures) -> ReportSize {
    let Some(line) = line(section, code) else { return ReportSize::Unknown };
    let limits = [
        (ReportMeasure::Employees, line.persons, 1),
        (ReportMeasure::TotalRevenue, line.revenue, FEN_OF_WAN),
        (ReportMeasure::TotalAssets, line.assets, FEN_OF_WAN),
    ];
    let mut reached = ReportSize::Large;
    for (measure, limits, unit) in limits {
        let Some(limits) = limits else { continue };
        let Some(value) = figures.get(measure) else { return ReportSize::Unknown };
        let sizes = [ReportSize::Large, ReportSize::Medium, ReportSize::Small];
        let of_figure = sizes.into_iter().zip(limits).find(|(_, least)| value >= least * unit);
        reached = reached.max(of_figure.map_or(ReportSize::Micro, |(size, _)| size));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(persons: i64, revenue_wan: i64, assets_wan: i64) -> Figures {
        Figures::default()
            .with(ReportMeasure::Employees, Some(persons))
            .with(ReportMeasure::TotalRevenue, Some(revenue_wan * FEN_OF_WAN))
            .with(ReportMeasure::TotalAssets, Some(assets_wan * FEN_OF_WAN))
    }

    #[test]
    fn a_size_is_reached_by_every_figure_that_counts() {
        for (section, code, persons, revenue, assets, expected) in [
            ("C", "3011", 1000, 40_000, 0, ReportSize::Large),
            ("C", "3011", 999, 40_000, 0, ReportSize::Medium),
            ("C", "3011", 1000, 299, 0, ReportSize::Micro),
            ("F", "5211", 300, 20_000, 0, ReportSize::Large),
            ("F", "5111", 5, 1_000, 0, ReportSize::Small),
            ("K", "7010", 0, 1_000, 5_000, ReportSize::Medium),
            ("K", "7020", 300, 1_000, 0, ReportSize::Medium),
            ("K", "7030", 10, 0, 0, ReportSize::Small),
            ("A", "0111", 0, 49, 0, ReportSize::Micro),
            ("L", "7211", 300, 0, 99, ReportSize::Micro),
        ] {
            assert_eq!(size(section, code, &figures(persons, revenue, assets)), expected, "{code} {persons} {revenue}");
        }
    }

    #[test]
    fn what_was_left_out_is_not_guessed() {
        let without = figures(50, 900, 0).with(ReportMeasure::TotalRevenue, None);
        assert_eq!(size("C", "3011", &without), ReportSize::Unknown);
        assert_eq!(size("R", "9011", &without), ReportSize::Small, "revenue does not count there");
    }

    #[test]
    fn every_industry_has_limits() {
        for industry in crate::industry::all() {
            let section = industry.section.to_string();
            assert!(line(&section, industry.code).is_some(), "{}", industry.code);
        }
    }
}
