//! 核查 Judges a report by every rule that applies: never stops at the first, and where a value is
//! unknown a rule is silent rather than wrong.

use cel::common::types::CelMap;
use cel::{Context, ExecutionError, Program, Value};
use chrono::NaiveDate;

use super::form::{Form, Section};
use super::functions;
use super::rule_table::{Rule, Scope, rules};
use super::scene::{FieldSeen, Scene, View};
use super::sheet::spoken;
use super::{Archive, FieldValue, Finding, LastReport, Values, cell};

/// Stands in a message for a value that nobody gave.
const UNKNOWN: &str = "未填";

/// 核查 Findings on a report of `year`, errors first, then in the order of their numbers.
///
/// `values` may be incomplete and may hold texts as they were typed. Paths that the form does not
/// know are not judged: [`Form::unknown_paths`] names them.
pub fn validate(
    form: &'static Form,
    year: i32,
    values: &Values,
    archive: &Archive,
    last: Option<&LastReport>,
    today: NaiveDate,
) -> Vec<Finding> {
    let last = last.filter(|report| report.year < year);
    let scene = Scene::new(form, year, values, archive, last, today);
    let mut findings: Vec<Finding> = rules(form.kind, year).flat_map(|rule| apply(rule, &scene)).collect();
    findings.sort_by(|a, b| (a.severity, a.rule_id).cmp(&(b.severity, b.rule_id)));
    findings
}

/// What a rule says about everything that it looks at.
fn apply(rule: &'static Rule, scene: &Scene) -> Vec<Finding> {
    match &rule.scope {
        Scope::Report => {
            let finding = Focus::Report.judge(rule, scene, scene.whole());
            finding.into_iter().collect()
        }
        Scope::Missing => Focus::Missing.judge(rule, scene, scene.whole()).into_iter().collect(),
        Scope::Rows(table) => {
            let Some(section) = scene.form.table(table) else { return Vec::new() };
            let rows = scene.rows(section);
            let judge = |(number, row): &(usize, CelMap<'static>)| {
                Focus::Row(section, *number).judge(rule, scene, scene.whole().row(row))
            };
            rows.iter().filter_map(judge).collect()
        }
        Scope::Fields { types, names } => {
            let is_meant = |seen: &&FieldSeen| {
                types.contains(&seen.field.field_type) || names.iter().any(|name| is_named(seen, name))
            };
            let judge = |seen| Focus::Field(seen).judge(rule, scene, scene.whole().field(seen));
            scene.fields.iter().filter(is_meant).filter_map(judge).collect()
        }
    }
}

/// Whether a rule means this field by `phone` or `contributions.paid`.
fn is_named(seen: &FieldSeen, name: &str) -> bool {
    match (seen.table, name.split_once('.')) {
        (Some(table), Some((in_table, column))) => table == in_table && seen.field.name == column,
        (None, None) => seen.field.name == name,
        _ => false,
    }
}

/// What a rule looks at just now.
enum Focus<'a> {
    Report,
    Missing,
    Row(&'static Section, usize),
    Field(&'a FieldSeen),
}

impl Focus<'_> {
    fn judge(&self, rule: &'static Rule, scene: &Scene, view: View<'_>) -> Option<Finding> {
        if answer(&rule.program, &view) != Ok(Value::Bool(true)) {
            return None;
        }
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for name in rule.message_template.names().chain(rule.mend_template.names()) {
            if values.iter().all(|(known, _)| *known != name) {
                let text = shown(rule, name, &view).or_else(|| self.value(scene, name));
                values.push((name, text.unwrap_or_else(|| UNKNOWN.to_owned())));
            }
        }
        let value = |name: &str| {
            let known = values.iter().find(|(known, _)| *known == name);
            known.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        Some(Finding {
            rule_id: &rule.id,
            severity: rule.severity,
            paths: self.paths(rule, scene),
            message: rule.message_template.fill(value),
            mend: rule.mend_template.fill(value),
            source: &rule.source,
            values,
        })
    }

    fn paths(&self, rule: &Rule, scene: &Scene) -> Vec<String> {
        match self {
            Self::Report => rule.fields.clone(),
            Self::Missing => scene.missing.clone(),
            Self::Row(section, number) => {
                rule.fields.iter().map(|column| cell(&section.name, *number, column)).collect()
            }
            Self::Field(seen) => vec![seen.path.clone()],
        }
    }

    /// The value of a placeholder that is no computed one.
    fn value(&self, scene: &Scene, name: &str) -> Option<String> {
        match self {
            Self::Row(section, number) if section.field(name).is_some() => {
                let value = scene.sheet.tables.get(&section.name)?.get(number)?.get(name)?;
                Some(spoken(section.field(name)?, value))
            }
            Self::Field(seen) => of_field(seen, name),
            _ => Some(spoken(scene.form.scalar(name)?, scene.sheet.fields.get(name)?)),
        }
    }
}

fn of_field(seen: &FieldSeen, name: &str) -> Option<String> {
    match name {
        "text" => Some(seen.text.clone()),
        "label" => Some(seen.field.label.clone()),
        "unit" => Some(seen.field.unit.clone().unwrap_or_default()),
        "last" => seen.last.as_ref().map(FieldValue::to_string),
        "corrected" => seen.corrected.clone(),
        _ => None,
    }
}

/// A computed value of a message.
fn shown(rule: &Rule, name: &str, view: &View<'_>) -> Option<String> {
    let (_, program) = rule.shown.iter().find(|(known, _)| known == name)?;
    match answer(program, view).ok()? {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a condition says; an error where a value that it needs is unknown.
fn answer(program: &Program, view: &View<'_>) -> Result<Value, ExecutionError> {
    let root: &Context<'_, '_> = &functions::ROOT;
    let mut context = root.new_inner_scope();
    context.set_variable_resolver(view);
    program.execute(&context)
}
