//! 零值年报 Reports whose figures are all nothing, filed by whoever was there the whole year: a definition as
//! data, by kind of filer and year, so that a list can be made again as it was.

use std::sync::LazyLock;

use serde::Deserialize;

use super::measure::{Figures, ReportMeasure};
use super::owing::Filer;
use crate::annual_report::FilerKind;

/// 零值口径 A definition in one of its versions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroValueDefinition {
    /// 编号
    pub id: String,
    /// 适用主体
    pub kinds: Vec<FilerKind>,
    /// 适用年度起
    pub from_year: i32,
    /// 所列指标 All of them are 0 or were left out.
    pub figures: Vec<ReportMeasure>,
    /// 至少填报项数 So many of them are stated at least.
    pub least_stated: usize,
    /// 全年存续 Whether the filer was there the whole year.
    pub whole_year: bool,
    /// 依据
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definitions {
    definition: Vec<ZeroValueDefinition>,
}

static DEFINITIONS: LazyLock<Vec<ZeroValueDefinition>> = LazyLock::new(|| {
    let table: Definitions = toml::from_str(include_str!("../../data/bureau/zero_value.toml"))
        .expect("the embedded definitions are well-formed");
    table.definition
});

/// The definition for a kind of filer and year; a kind without one has no zero-value reports.
pub fn definition(kind: FilerKind, year: i32) -> Option<&'static ZeroValueDefinition> {
    let holds = |definition: &&ZeroValueDefinition| definition.kinds.contains(&kind) && definition.from_year <= year;
    DEFINITIONS.iter().filter(holds).max_by_key(|definition| definition.from_year)
}

/// The definitions for a year, in the order of the kinds.
pub fn definitions(year: i32) -> Vec<&'static ZeroValueDefinition> {
    let mut found: Vec<&ZeroValueDefinition> = Vec::new();
    for definition in FilerKind::ALL.iter().filter_map(|kind| definition(*kind, year)) {
        if found.iter().all(|known| known.id != definition.id) {
            found.push(definition);
        }
    }
    found
}

impl ZeroValueDefinition {
    /// Whether these figures are all nothing.
    pub fn fits(&self, figures: &Figures) -> bool {
        let stated: Vec<i64> = self.figures.iter().filter_map(|measure| figures.get(*measure)).collect();
        stated.len() >= self.least_stated && stated.iter().all(|value| *value == 0)
    }

    /// 说明 In words.
    pub fn text(&self) -> String {
        let terms: Vec<&str> = self.figures.iter().map(|measure| measure.term()).collect();
        let throughout = if self.whole_year { "全年存续的主体所报送的年报中，" } else { "年报中，" };
        format!("{throughout}{}均为0或者未填，且至少填报其中{}项。", terms.join("、"), self.least_stated)
    }
}

/// Whether the report of a year is a zero-value report.
pub fn is_zero_value(filer: &Filer, year: i32, figures: &Figures) -> bool {
    definition(FilerKind::of(filer.kind), year).is_some_and(|definition| {
        (!definition.whole_year || filer.is_open_throughout(year)) && definition.fits(figures)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

    fn filer(kind: EnterpriseKind) -> Filer {
        let established_on = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
        Filer { kind, status: EnterpriseStatus::Active, established_on, closed_on: None }
    }

    fn all(value: Option<i64>) -> Figures {
        Figures([value; ReportMeasure::COUNT])
    }

    #[test]
    fn every_figure_is_nothing_and_one_is_stated() {
        let company = filer(EnterpriseKind::LimitedCompany);
        assert!(is_zero_value(&company, 2024, &all(Some(0))));
        assert!(!is_zero_value(&company, 2024, &all(None)), "a report that says nothing");
        let only_revenue = all(None).with(ReportMeasure::TotalRevenue, Some(0));
        assert!(is_zero_value(&company, 2024, &only_revenue));
        for measure in &definition(FilerKind::Enterprise, 2024).expect("a definition").figures {
            for value in [1, -1] {
                assert!(!is_zero_value(&company, 2024, &all(Some(0)).with(*measure, Some(value))), "{measure:?}");
            }
        }
        assert!(is_zero_value(&company, 2024, &all(Some(0)).with(ReportMeasure::Employees, Some(9))));
    }

    #[test]
    fn each_kind_has_its_figures() {
        let household = filer(EnterpriseKind::IndividualHousehold);
        let assets = all(Some(0)).with(ReportMeasure::TotalAssets, Some(5));
        assert!(
            is_zero_value(&household, 2024, &assets)
                && !is_zero_value(&filer(EnterpriseKind::LimitedCompany), 2024, &assets)
        );
        assert!(definition(FilerKind::RepresentativeOffice, 2024).is_none());
        assert!(definition(FilerKind::Enterprise, 2013).is_none());
        assert_eq!(definitions(2024).len(), 4);
    }

    #[test]
    fn who_was_not_there_all_year_is_not_listed() {
        let company = filer(EnterpriseKind::LimitedCompany);
        assert!(!is_zero_value(&company, 2019, &all(Some(0))));
        assert!(is_zero_value(&company, 2020, &all(Some(0))));
    }

    #[test]
    fn a_definition_tells_itself() {
        let text = definition(FilerKind::Individual, 2024).expect("a definition").text();
        assert_eq!(text, "全年存续的主体所报送的年报中，营业总收入、纳税总额均为0或者未填，且至少填报其中1项。");
    }
}
