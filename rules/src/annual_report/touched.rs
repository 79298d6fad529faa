//! 局部核查 Which rules have something to say about the fields that were just edited.

use std::collections::BTreeSet;

use super::evaluate::is_named;
use super::form::{Field, Form};
use super::rule_table::{Rule, Scope};
use super::{Finding, Path};

/// 被编辑的字段 Fields that were edited, by their paths.
pub(super) struct Edited<'a> {
    form: &'a Form,
    paths: &'a BTreeSet<String>,
}

impl<'a> Edited<'a> {
    pub(super) fn new(form: &'a Form, paths: &'a BTreeSet<String>) -> Self {
        Self { form, paths }
    }

    fn fields(&self) -> impl Iterator<Item = (Option<&'a str>, &'a Field)> {
        self.paths.iter().filter_map(|path| {
            let table = match Path::parse(path)? {
                Path::Cell { table, .. } => Some(table),
                Path::Field(_) => None,
            };
            Some((table, self.form.field(path)?))
        })
    }

    /// Whether a rule speaks of one of the fields, or reads it.
    pub(super) fn concerns(&self, rule: &Rule) -> bool {
        match &rule.scope {
            Scope::Missing => true,
            Scope::Fields { types, names } => self.fields().any(|(table, field)| {
                types.contains(&field.field_type) || names.iter().any(|name| is_named(table, &field.name, name))
            }),
            Scope::Rows(rows) => self.fields().any(|(table, field)| {
                table == Some(rows.as_str()) || reads(rule, table.unwrap_or(&field.in_conditions))
            }),
            Scope::Report => self.fields().any(|(table, field)| {
                rule.fields.iter().any(|name| is_named(table, &field.name, name))
                    || reads(rule, table.unwrap_or(&field.in_conditions))
            }),
        }
    }

    /// Whether a finding is about one of the fields: one rule speaks of many.
    pub(super) fn is_about(&self, rule: &Rule, finding: &Finding) -> bool {
        match &rule.scope {
            Scope::Fields { .. } => finding.paths.iter().any(|path| self.paths.contains(path)),
            Scope::Missing => finding.paths.iter().any(|path| self.is_near(path)),
            Scope::Rows(_) | Scope::Report => true,
        }
    }

    /// Whether a field that is empty was edited, or stands in a table that was, or was asked for.
    fn is_near(&self, missing: &str) -> bool {
        let table = missing.split('[').next().and_then(|name| self.form.table(name));
        let when = table.and_then(|section| section.table.as_ref()?.when.as_deref());
        self.paths.contains(missing)
            || when.is_some_and(|when| self.paths.contains(when))
            || table.is_some_and(|section| self.fields().any(|(edited, _)| edited == Some(section.name.as_str())))
    }
}

/// Whether the condition of a rule has a word.
fn reads(rule: &Rule, word: &str) -> bool {
    rule.condition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::{Archive, FieldValue, FilerKind, LastReport, Values, form, validate, validate_fields};
    use super::*;

    #[derive(serde::Deserialize)]
    struct Base {
        year: i32,
        today: chrono::NaiveDate,
        archive: serde_json::Value,
        last: Option<serde_json::Value>,
        report: BTreeMap<String, String>,
    }

    struct Known {
        form: &'static Form,
        year: i32,
        today: chrono::NaiveDate,
        archive: Archive,
        last: Option<LastReport>,
        values: Values,
    }

    fn known(kind: FilerKind) -> Known {
        let mut bases: BTreeMap<String, Base> =
            toml::from_str(include_str!("../../data/annual_report/base.toml")).expect("well-formed");
        let base = bases.remove(kind.code()).expect("a base of every kind");
        Known {
            form: form(kind, base.year).expect("a form"),
            year: base.year,
            today: base.today,
            archive: serde_json::from_value(base.archive).expect("facts"),
            last: base.last.map(|last| serde_json::from_value(last).expect("a report")),
            values: base.report.into_iter().map(|(path, text)| (path, FieldValue::from(text))).collect(),
        }
    }

    proptest! {
        /// Whatever an edit makes the rules say is said when only the edited field is asked about.
        #[test]
        fn what_an_edit_brings_up_is_told(
            kind in proptest::sample::select(FilerKind::ALL),
            at in any::<proptest::sample::Index>(),
            text in "|0|1|-5|99999999|是|否|12a|2030-01-01|91610113MA6TXB2N3N|139|[\\PC]{0,6}",
        ) {
            let mut known = known(kind);
            let judged = |known: &Known| {
                validate(known.form, known.year, &known.values, &known.archive, known.last.as_ref(), known.today)
            };
            let before = judged(&known);
            let path = at.get(&known.values.keys().cloned().collect::<Vec<_>>()).clone();
            known.values.insert(path.clone(), FieldValue::from(text));
            let edited = BTreeSet::from([path]);
            let told = validate_fields(
                known.form, known.year, &known.values, &known.archive, known.last.as_ref(), known.today, &edited,
            );
            let all = judged(&known);
            for finding in all.iter().filter(|finding| !before.contains(finding)) {
                prop_assert!(told.contains(finding), "{} is not told", finding.rule_id);
            }
            prop_assert!(told.iter().all(|finding| all.contains(finding)), "something else is told");
        }
    }

    #[test]
    fn rules_about_other_fields_are_silent() {
        let mut known = known(FilerKind::Enterprise);
        known.values.insert("phone".to_owned(), "12".into());
        known.values.insert("postal_code".to_owned(), "12".into());
        let edited = BTreeSet::from(["phone".to_owned()]);
        let told = validate_fields(
            known.form,
            known.year,
            &known.values,
            &known.archive,
            known.last.as_ref(),
            known.today,
            &edited,
        );
        assert!(!told.is_empty() && told.iter().all(|finding| finding.paths == ["phone"]), "{told:?}");
    }
}
