//! Every rule against its own cases, and all rules against ordinary and arbitrary reports.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::evaluate::mistakes;
use super::rule_table::{Case, Rule, Scope, all};
use super::scene::Scene;
use super::{Archive, FieldValue, FilerKind, Finding, Form, LastReport, Values, form, validate};

/// An ordinary report, on which no rule speaks.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    year: i32,
    today: NaiveDate,
    archive: Map<String, Value>,
    last: Option<Map<String, Value>>,
    report: std::collections::BTreeMap<String, String>,
}

fn base(kind: FilerKind) -> Base {
    let mut bases: std::collections::BTreeMap<String, Base> =
        toml::from_str(include_str!("../../data/annual_report/base.toml")).expect("well-formed");
    bases.remove(kind.code()).expect("a base of every kind")
}

/// What is judged: a base with the differences of a case.
struct Filing {
    form: &'static Form,
    base: Base,
}

impl Filing {
    fn of(kind: FilerKind) -> Self {
        let base = base(kind);
        Self { form: form(kind, base.year).expect("a form"), base }
    }

    fn with(mut self, case: &Case) -> Self {
        self.base.year = case.year.unwrap_or(self.base.year);
        self.base.today = case.today.unwrap_or(self.base.today);
        self.base.archive.extend(case.archive.clone());
        self.base.report.extend(case.report.clone());
        if !case.last.is_empty() {
            self.base.last.get_or_insert_default().extend(case.last.clone());
        }
        self
    }

    fn archive(&self) -> Archive {
        serde_json::from_value(Value::Object(self.base.archive.clone())).expect("facts of the register")
    }

    fn values(&self) -> Values {
        self.base.report.iter().map(|(path, text)| (path.clone(), FieldValue::from(text.as_str()))).collect()
    }

    fn last(&self) -> Option<LastReport> {
        let last = self.base.last.clone()?;
        Some(serde_json::from_value(Value::Object(last)).expect("last year's report"))
    }

    fn scene(&self) -> Scene {
        let last = self.last();
        Scene::new(self.form, self.base.year, &self.values(), &self.archive(), last.as_ref(), self.base.today)
    }

    fn findings(&self) -> Vec<Finding> {
        let values = self.values();
        assert!(self.form.unknown_paths(&values).is_empty(), "{:?}", self.form.unknown_paths(&values));
        validate(self.form, self.base.year, &values, &self.archive(), self.last().as_ref(), self.base.today)
    }
}

fn filing(rule: &Rule, case: &Case) -> Filing {
    Filing::of(case.kind.unwrap_or(rule.kinds[0])).with(case)
}

fn ids(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(|finding| finding.rule_id).collect()
}

#[test]
fn ordinary_reports_are_in_order() {
    for kind in FilerKind::ALL {
        assert_eq!(Filing::of(*kind).findings(), [], "{kind:?}");
    }
}

/// Cases on which other rules speak than expected, with what they say.
fn surprises<'a>(cases: impl Iterator<Item = (&'a Rule, &'a Case, Option<&'a str>)>) -> Vec<String> {
    let surprise = |(rule, case, own): (&'a Rule, &'a Case, Option<&'a str>)| {
        let findings = filing(rule, case).findings();
        let expected: BTreeSet<&str> = case.also.iter().map(String::as_str).chain(own).collect();
        let said = findings.iter().map(|finding| format!("  {} {}", finding.rule_id, finding.message));
        let said = said.collect::<Vec<_>>().join("\n");
        (ids(&findings) != expected).then(|| format!("{} expects {expected:?}\n{said}", rule.id))
    };
    cases.filter_map(surprise).collect()
}

#[test]
fn every_rule_is_silent_on_its_passing_case() {
    let surprises = surprises(all().iter().map(|rule| (rule, &rule.pass, None)));
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn every_rule_and_no_other_speaks_on_its_failing_case() {
    let surprises = surprises(all().iter().map(|rule| (rule, &rule.fail, Some(rule.id.as_str()))));
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn conditions_fail_only_for_want_of_a_value() {
    for rule in all() {
        for (case, is_at_fault) in [(&rule.pass, false), (&rule.fail, true)] {
            let mistakes = mistakes(rule, &filing(rule, case).scene(), is_at_fault);
            assert!(mistakes.is_empty(), "{mistakes:?}");
        }
        for kind in &rule.kinds {
            let mistakes = mistakes(rule, &Filing::of(*kind).scene(), false);
            assert!(mistakes.is_empty(), "{kind:?} {mistakes:?}");
        }
    }
}

#[test]
fn findings_say_what_where_and_how_to_mend() {
    for rule in all() {
        let filing = filing(rule, &rule.fail);
        for finding in filing.findings() {
            let text = format!("{}{}", finding.message, finding.mend);
            assert!(!text.contains(['{', '}']) && finding.message.ends_with(['。', '？']), "{} {text}", rule.id);
            assert!(finding.mend.ends_with('。') && !finding.source.is_empty(), "{} {text}", rule.id);
            for path in &finding.paths {
                let is_known = filing.form.field(path).is_some() || filing.form.table(path).is_some();
                assert!(is_known, "{} {path}", rule.id);
            }
        }
    }
}

#[test]
fn numbers_of_rules_are_stable_and_in_order() {
    let ids: Vec<&str> = all().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id.len() == 6 && id.starts_with("AR-")));
    assert!(all().len() >= 60, "{}", all().len());
}

#[test]
fn every_rule_applies_somewhere_and_every_type_has_one() {
    assert!(all().iter().all(|rule| !rule.kinds.is_empty() && rule.years.0 <= rule.years.1));
    let judged: BTreeSet<_> = all()
        .iter()
        .filter_map(|rule| match &rule.scope {
            Scope::Fields { types, .. } => Some(types.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    for kind in FilerKind::ALL {
        let form = form(*kind, 2025).expect("a form");
        for field in form.sections.iter().flat_map(|section| &section.fields) {
            use super::FieldType::{Choice, Text};
            assert!(judged.contains(&field.field_type) || matches!(field.field_type, Choice | Text), "{}", field.name);
        }
    }
}

#[test]
fn an_empty_report_lacks_what_is_required_and_nothing_else() {
    for kind in FilerKind::ALL {
        let mut filing = Filing::of(*kind);
        filing.base.report.clear();
        let findings = filing.findings();
        let expected = if *kind == FilerKind::Enterprise { vec!["AR-160", "AR-078"] } else { vec!["AR-160"] };
        assert_eq!(ids(&findings), expected.into_iter().collect(), "{kind:?}");
    }
}

#[test]
fn a_finding_on_a_row_names_its_cells() {
    let mut filing = Filing::of(FilerKind::Enterprise);
    filing.base.report.insert("contributions[1].paid".to_owned(), "40.5".to_owned());
    let findings = filing.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].paths, ["contributions[1].paid", "contributions[1].subscribed"]);
    assert_eq!(findings[0].message, "股东王芳实缴出资额40.5万元多于认缴出资额40万元。");
    assert_eq!(
        findings[0].values,
        [("holder", "王芳".to_owned()), ("paid", "40.5".to_owned()), ("subscribed", "40".to_owned())]
    );
}

#[test]
fn typed_values_are_judged_like_written_ones() {
    let filing = Filing::of(FilerKind::Enterprise);
    let mut values = filing.values();
    values.insert("employees".to_owned(), FieldValue::Integer(4));
    let findings = validate(filing.form, 2025, &values, &filing.archive(), None, filing.base.today);
    assert!(ids(&findings).contains("AR-023"));
}

/// Texts that filers might write: nearly right values and rubbish.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+.,0-9０-９ ]{0,20}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[0-9A-Zo]{18}",
        any::<i64>().prop_map(|number| number.to_string()),
        "(是|否|true|货币|SHOP|OPEN|PENSION)",
        any::<String>(),
    ]
}

fn paths(form: &'static Form) -> Vec<String> {
    let of_section = |section: &'static super::Section| {
        section.fields.iter().flat_map(move |field| match section.table {
            Some(_) => (0..3).map(|row| super::cell(&section.name, row, &field.name)).collect(),
            None => vec![field.name.clone()],
        })
    };
    form.sections.iter().flat_map(of_section).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_report_is_judged_without_panic(
        kind in proptest::sample::select(FilerKind::ALL),
        texts in proptest::collection::vec((any::<proptest::sample::Index>(), text()), 0..60),
        year in 2014..2100,
    ) {
        let mut filing = Filing::of(kind);
        let paths = paths(filing.form);
        filing.base.year = year;
        for (index, text) in texts {
            filing.base.report.insert(index.get(&paths).clone(), text);
        }
        let findings = filing.findings();
        prop_assert!(findings.is_sorted_by_key(|finding| (finding.severity, finding.rule_id)));
    }

    #[test]
    fn any_amounts_are_judged_without_panic(amounts in proptest::collection::vec(any::<i64>(), 40)) {
        let filing = Filing::of(FilerKind::Enterprise);
        let mut values = filing.values();
        for (path, fen) in paths(filing.form).into_iter().rev().zip(amounts) {
            values.insert(path, FieldValue::Wan(crate::money::Wan::from_fen(fen)));
        }
        for name in ["total_assets", "total_liabilities", "owners_equity", "net_profit"] {
            values.insert(name.to_owned(), FieldValue::Wan(crate::money::Wan::from_fen(i64::MIN)));
        }
        validate(filing.form, 2025, &values, &filing.archive(), None, filing.base.today);
    }
}
