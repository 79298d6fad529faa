//! 核查参数 Dated figures that conditions ask for by name: rates, floors, ceilings, bounds by industry.
//! A figure asked for before it is in force, or by a key that has none, is absent: the rule is silent.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::functions::Type;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterTable {
    parameter: Vec<Parameter>,
}

/// 参数 One figure, or one figure a key, from a report year on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name under which conditions know it.
    pub name: String,
    /// 适用年度起
    pub from_year: i32,
    /// The figure.
    pub value: Option<i64>,
    /// Figures by key: section of industry, currency.
    #[serde(default)]
    pub values: BTreeMap<String, i64>,
    /// 已核对 Held against what was published; rules that rest on a figure that was not are hints.
    pub verified: bool,
    /// 依据
    pub source: String,
}

static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    let text = include_str!("../../data/annual_report/parameters.toml");
    toml::from_str::<ParameterTable>(text).expect("the embedded parameters are well-formed").parameter
});

/// 核查参数 The figures in force for the reports of a year.
pub fn of_year(year: i32) -> impl Iterator<Item = &'static Parameter> {
    let is_later = move |one: &Parameter, other: &Parameter| {
        other.name == one.name && other.from_year <= year && other.from_year > one.from_year
    };
    PARAMETERS.iter().filter(move |one| one.from_year <= year && !PARAMETERS.iter().any(|other| is_later(one, other)))
}

/// What conditions get by this name.
pub(super) fn type_of(name: &str) -> Option<Type> {
    let known = PARAMETERS.iter().find(|known| known.name == name)?;
    Some(if known.value.is_some() { Type::Int } else { Type::IntByText })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_one_figure_or_some_by_key_with_its_source() {
        for parameter in PARAMETERS.iter() {
            assert!(parameter.value.is_some() == parameter.values.is_empty(), "{}", parameter.name);
            assert!(!parameter.source.is_empty(), "{}", parameter.name);
            let same = PARAMETERS.iter().filter(|other| other.name == parameter.name);
            assert!(same.clone().all(|other| other.value.is_some() == parameter.value.is_some()));
            assert_eq!(same.filter(|other| other.from_year == parameter.from_year).count(), 1);
        }
    }

    #[test]
    fn the_figure_of_a_year_is_the_last_one_before_it() {
        let rate = |year| {
            let found = of_year(year).find(|one| one.name == "exchange_rate_millionths");
            found.and_then(|one| one.values.get("USD").copied())
        };
        assert_eq!(rate(2021), None);
        assert_eq!(rate(2023), Some(7_046_700));
        assert_eq!(rate(2030), rate(2025));
    }

    /// Nobody is asked for a reason because of a figure that nobody has checked.
    #[test]
    fn what_rests_on_figures_that_were_not_checked_is_a_hint() {
        let unchecked: Vec<&str> = PARAMETERS.iter().filter(|one| !one.verified).map(|one| one.name.as_str()).collect();
        let mut hints = 0;
        for rule in super::super::FilerKind::ALL.iter().flat_map(|kind| super::super::rules(*kind, 2025)) {
            if unchecked.iter().any(|name| rule.condition.contains(&format!("parameters.{name}"))) {
                assert_eq!(rule.severity, super::super::Severity::Hint, "{}", rule.id);
                hints += 1;
            }
        }
        assert!(hints > 0);
    }
}
