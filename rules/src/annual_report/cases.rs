//! Every rule against its own cases, and all rules against ordinary and arbitrary reports.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::evaluate::mistakes;
use super::rule_table::{Case, Rule, Scope, all};
use super::scene::Scene;
use super::{Archive, FieldValue, FilerKind, Finding, Form, LastReport, Values, form, prefill, validate};

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
pub(super) struct Filing {
    form: &'static Form,
    base: Base,
}

impl Filing {
    pub(super) fn of(kind: FilerKind) -> Self {
        let base = base(kind);
        Self { form: form(kind, base.year).expect("a form"), base }
    }

    pub(super) fn with(mut self, case: &Case) -> Self {
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

    pub(super) fn findings(&self) -> Vec<Finding> {
        let values = self.values();
        assert!(self.form.unknown_paths(&values).is_empty(), "{:?}", self.form.unknown_paths(&values));
        validate(self.form, self.base.year, &values, &self.archive(), self.last().as_ref(), self.base.today)
    }
}

pub(super) fn filing(rule: &Rule, case: &Case) -> Filing {
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
    assert!(all().len() >= 120, "{}", all().len());
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

#[test]
fn labour_is_a_contribution_to_partnerships_only() {
    for (kind, is_refused) in [("LIMITED_COMPANY", true), ("JOINT_STOCK_COMPANY", true), ("PARTNERSHIP", false)] {
        for written in ["劳务", "LABOUR"] {
            let mut filing = Filing::of(FilerKind::Enterprise);
            filing.base.archive.insert("kind".to_owned(), kind.into());
            filing.base.report.insert("contributions[0].subscribed_form".to_owned(), written.to_owned());
            assert_eq!(ids(&filing.findings()).contains("AR-082"), is_refused, "{kind} {written}");
        }
    }
}

#[test]
fn founders_of_a_new_joint_stock_company_have_paid() {
    let mut filing = Filing::of(FilerKind::Enterprise);
    filing.base.archive.insert("kind".to_owned(), "JOINT_STOCK_COMPANY".into());
    filing.base.archive.insert("established_on".to_owned(), "2024-07-01".into());
    filing.base.report.insert("contributions[1].subscribed_due".to_owned(), "2024-06-28".to_owned());
    let findings = filing.findings();
    let found = findings.iter().find(|finding| finding.rule_id == "AR-085").expect("a finding");
    assert_eq!(found.message, "发起人李明认购60万元，实缴30万元，股款应当在公司成立前缴足。");
    // Paid before the founding, as the law has it, and no term of five years to be kept.
    assert!(ids(&findings).is_disjoint(&BTreeSet::from(["AR-073", "AR-074"])));
}

/// 年报义务 Whether the rules on time speak, by number.
fn on_time(today: &str, archive: Value) -> Vec<&'static str> {
    let mut filing = Filing::of(FilerKind::Enterprise);
    filing.base.today = today.parse().expect("a day");
    filing.base.archive.extend(archive.as_object().cloned().unwrap_or_default());
    // Holders who pay before their company is founded are none of these tests' business.
    filing.base.report.retain(|path, _| !path.starts_with("contributions"));
    let spoken = filing.findings().into_iter().map(|finding| finding.rule_id);
    spoken.filter(|id| ["AR-004", "AR-005"].contains(id)).collect()
}

#[test]
fn a_report_is_late_from_the_day_after_the_window() {
    for (today, expected) in [
        ("2025-12-31", &["AR-004"][..]),
        ("2026-01-01", &[][..]),
        ("2026-06-29", &[][..]),
        ("2026-06-30", &[][..]),
        ("2026-07-01", &["AR-005"][..]),
        ("2030-01-01", &["AR-005"][..]),
    ] {
        assert_eq!(on_time(today, serde_json::json!({})), expected, "{today}");
    }
}

#[test]
fn a_report_that_was_filed_is_not_owed() {
    for filed_on in ["2026-06-29", "2026-06-30", "2026-07-01"] {
        for today in ["2026-06-30", "2026-07-01", "2026-07-02"] {
            let archive = serde_json::json!({ "filed_on": filed_on });
            assert_eq!(on_time(today, archive), Vec::<&str>::new(), "{filed_on} {today}");
        }
    }
}

#[test]
fn who_was_founded_after_the_year_owes_no_report_and_is_not_late() {
    for (established_on, late) in [("2025-12-30", true), ("2025-12-31", true), ("2026-01-01", false)] {
        let archive = serde_json::json!({ "established_on": established_on });
        let expected = if late { ["AR-005"] } else { ["AR-004"] };
        assert_eq!(on_time("2026-07-01", archive), expected, "{established_on}");
    }
    let unknown = serde_json::json!({ "established_on": null });
    assert_eq!(on_time("2026-07-01", unknown), ["AR-005"]);
}

/// Paths in findings on a draft with `typed` in place of prefilled values, that are neither a field
/// of the draft nor a cell of a row that the filer typed.
fn strays(filing: &Filing, archive: &Archive, last: Option<&LastReport>, typed: &Values) -> Vec<String> {
    let draft = prefill(filing.form, archive, last, filing.base.year);
    let mut values = draft.values();
    values.extend(typed.clone());
    let row = |path: &str| path.split_once(']').map(|(row, _)| row.to_owned());
    let typed_rows: BTreeSet<_> = typed.keys().filter_map(|path| row(path)).collect();
    let fields: BTreeSet<&str> = draft.values.iter().map(|value| value.path.as_str()).collect();
    let is_there = |path: &str| fields.contains(path) || row(path).is_some_and(|row| typed_rows.contains(&row));
    let findings = validate(filing.form, filing.base.year, &values, archive, last, filing.base.today);
    let named = findings.iter().flat_map(|finding| finding.paths.iter().map(|path| (finding.rule_id, path)));
    named.filter(|(_, path)| !is_there(path)).map(|(id, path)| format!("{id} {path}")).collect()
}

/// What a filer may do to the rows of a draft: type them, leave them alone, blank them out.
fn typings(filing: &Filing) -> [Values; 3] {
    let typed = filing.values();
    let untouched: Values = typed.clone().into_iter().filter(|(path, _)| !path.contains('[')).collect();
    let blank = |(path, value): (String, FieldValue)| {
        let value = if path.contains('[') { FieldValue::from("") } else { value };
        (path, value)
    };
    let blanked = typed.clone().into_iter().map(blank).collect();
    [typed, untouched, blanked]
}

#[test]
fn findings_name_only_what_is_on_the_draft_or_was_typed() {
    for rule in all() {
        for case in [&rule.pass, &rule.fail] {
            let filing = filing(rule, case);
            let known = filing.archive();
            let unknown =
                Archive { holders: Vec::new(), investments: Vec::new(), licences: Vec::new(), ..known.clone() };
            let last = filing.last();
            for typed in typings(&filing) {
                for (archive, last) in [(&known, last.as_ref()), (&known, None), (&unknown, None)] {
                    let strays = strays(&filing, archive, last, &typed);
                    assert!(strays.is_empty(), "{} {strays:?}", rule.id);
                }
            }
        }
    }
}

#[test]
fn a_finding_on_a_table_names_its_rows_and_the_table_only_if_it_has_none() {
    let paths = |filing: &Filing, id: &str| {
        let findings = filing.findings();
        findings.into_iter().find(|finding| finding.rule_id == id).map(|finding| finding.paths).expect("a finding")
    };
    let mut filing = Filing::of(FilerKind::Enterprise);
    filing.base.report.insert("contributions[1].subscribed".to_owned(), "41".to_owned());
    assert_eq!(paths(&filing, "AR-070"), ["contributions[0].subscribed", "contributions[1].subscribed"]);
    filing.base.report.retain(|path, _| !path.starts_with("contributions"));
    assert_eq!(paths(&filing, "AR-078"), ["contributions"]);
    filing.base.report.retain(|path, _| !path.starts_with("guarantees"));
    assert_eq!(paths(&filing, "AR-160"), ["guarantees"]);
    filing.base.report.insert("guarantees[2].amount".to_owned(), " ".to_owned());
    assert_eq!(paths(&filing, "AR-160"), ["guarantees[2].creditor"]);
}

#[test]
fn rows_that_stand_twice_are_named_one_by_one() {
    let mut filing = Filing::of(FilerKind::Enterprise);
    for row in ["websites[1]", "websites[4]"] {
        filing.base.report.insert(format!("{row}.kind"), "网站".to_owned());
        filing.base.report.insert(format!("{row}.url"), "www.example.com".to_owned());
    }
    let paths: Vec<_> = filing.findings().into_iter().flat_map(|finding| finding.paths).collect();
    assert_eq!(paths, ["websites[1].url", "websites[4].url"]);
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
        let (archive, last) = (filing.archive(), filing.last());
        prop_assert_eq!(strays(&filing, &archive, last.as_ref(), &filing.values()), Vec::<String>::new());
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
