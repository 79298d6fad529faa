//! 核查 Judges a report by every rule that applies: never stops at the first, and where a value is
//! unknown a rule is silent rather than wrong.

use std::collections::BTreeSet;

use cel::common::types::CelMap;
use cel::{Context, ExecutionError, Program, Value};
use chrono::NaiveDate;

use super::form::{Form, Section};
use super::functions;
use super::rule_table::{Rule, Rulebook, Scope, rules};
use super::scene::{FieldSeen, Scene, View};
use super::sheet::spoken;
use super::touched::Edited;
use super::{Archive, FieldValue, Finding, LastReport, Proposal, Values, cell};

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
    in_order(rules(form.kind, year).flat_map(|rule| apply(rule, &scene)).collect())
}

/// 局部核查 The same of the rules that concern the fields at these paths.
pub fn validate_fields(
    form: &'static Form,
    year: i32,
    values: &Values,
    archive: &Archive,
    last: Option<&LastReport>,
    today: NaiveDate,
    paths: &BTreeSet<String>,
) -> Vec<Finding> {
    let last = last.filter(|report| report.year < year);
    let scene = Scene::new(form, year, values, archive, last, today);
    let edited = Edited::new(form, paths);
    let concerned = rules(form.kind, year).filter(|rule| edited.concerns(rule));
    let findings = concerned.flat_map(|rule| apply(rule, &scene).into_iter().map(move |finding| (rule, finding)));
    in_order(findings.filter(|(rule, finding)| edited.is_about(rule, finding)).map(|(_, finding)| finding).collect())
}

fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| (a.severity, a.rule_id).cmp(&(b.severity, b.rule_id)));
    findings
}

/// 判定 What a rule of any rulebook says about a report.
#[derive(Debug)]
pub struct Judgement<'a> {
    /// 规则
    pub rule: &'a Rule,
    /// 问题 One sentence for everything at fault.
    pub messages: Vec<String>,
}

impl Rulebook {
    /// 核查 Judges a report by every rule of this rulebook that applies, as [`validate`] does by those in force.
    pub fn judge(
        &self,
        form: &'static Form,
        year: i32,
        values: &Values,
        archive: &Archive,
        last: Option<&LastReport>,
        today: NaiveDate,
    ) -> Vec<Judgement<'_>> {
        let last = last.filter(|report| report.year < year);
        let scene = Scene::new(form, year, values, archive, last, today);
        let judgement = |rule| Judgement { rule, messages: messages(rule, &scene) };
        self.rules(form.kind, year).map(judgement).filter(|judgement| !judgement.messages.is_empty()).collect()
    }
}

fn messages(rule: &Rule, scene: &Scene) -> Vec<String> {
    let foci = foci(&rule.scope, scene);
    let at_fault = foci.iter().filter(|focus| focus.is_at_fault(rule, scene));
    at_fault.map(|focus| focus.words(rule, scene).message).collect()
}

/// What a rule says about everything that it looks at.
fn apply(rule: &'static Rule, scene: &Scene) -> Vec<Finding> {
    let foci = foci(&rule.scope, scene);
    foci.iter().filter(|focus| focus.is_at_fault(rule, scene)).map(|focus| focus.finding(rule, scene)).collect()
}

/// Everything that a rule of this scope looks at.
fn foci<'a>(scope: &Scope, scene: &'a Scene) -> Vec<Focus<'a>> {
    match scope {
        Scope::Report => vec![Focus::Report],
        Scope::Missing => vec![Focus::Missing],
        Scope::Rows(table) => {
            let section = scene.form.table(table);
            let rows = |section| scene.rows(section).into_iter().map(move |(n, row)| Focus::Row(section, n, row));
            section.into_iter().flat_map(rows).collect()
        }
        Scope::Fields { types, names } => {
            let is_meant = |seen: &&FieldSeen| {
                types.contains(&seen.field.field_type)
                    || names.iter().any(|name| is_named(seen.table, &seen.field.name, name))
            };
            scene.fields.iter().filter(is_meant).map(Focus::Field).collect()
        }
    }
}

/// Whether a rule means this field by `phone` or `contributions.paid`.
pub(super) fn is_named(table: Option<&str>, field: &str, name: &str) -> bool {
    match (table, name.split_once('.')) {
        (Some(table), Some((in_table, column))) => table == in_table && field == column,
        (None, None) => field == name,
        _ => false,
    }
}

/// What a rule looks at just now.
enum Focus<'a> {
    Report,
    Missing,
    Row(&'static Section, usize, CelMap<'static>),
    Field(&'a FieldSeen),
}

impl Focus<'_> {
    fn view<'b>(&'b self, scene: &'b Scene) -> View<'b> {
        match self {
            Self::Report | Self::Missing => scene.whole(),
            Self::Row(_, _, row) => scene.whole().row(row),
            Self::Field(seen) => scene.whole().field(seen),
        }
    }

    fn is_at_fault(&self, rule: &Rule, scene: &Scene) -> bool {
        answer(&rule.program, &self.view(scene)) == Ok(Value::Bool(true))
    }

    fn finding(&self, rule: &'static Rule, scene: &Scene) -> Finding {
        let Words { message, mend, values } = self.words(rule, scene);
        Finding {
            rule_id: &rule.id,
            severity: rule.severity,
            paths: self.paths(rule, scene),
            message,
            mend,
            source: &rule.source,
            values,
            proposals: self.proposals(rule, scene),
        }
    }

    fn words<'r>(&self, rule: &'r Rule, scene: &Scene) -> Words<'r> {
        let mut values: Vec<(&'r str, String)> = Vec::new();
        for name in rule.message_template.names().chain(rule.mend_template.names()) {
            if values.iter().all(|(known, _)| *known != name) {
                let text = shown(rule, name, &self.view(scene)).or_else(|| self.value(scene, name));
                values.push((name, text.unwrap_or_else(|| UNKNOWN.to_owned())));
            }
        }
        let value = |name: &str| {
            let known = values.iter().find(|(known, _)| *known == name);
            known.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let (message, mend) = (rule.message_template.fill(value), rule.mend_template.fill(value));
        Words { message, mend, values }
    }

    /// What to write instead, where the rule knows.
    fn proposals(&self, rule: &Rule, scene: &Scene) -> Vec<Proposal> {
        let proposal = |(name, program): &(String, Program)| {
            let path = match self {
                Self::Report => name.clone(),
                Self::Row(section, number, _) => cell(&section.name, *number, name),
                Self::Field(seen) => seen.path.clone(),
                Self::Missing => return None,
            };
            match answer(program, &self.view(scene)) {
                Ok(Value::String(text)) if !text.is_empty() => Some(Proposal { path, value: text.to_string() }),
                _ => None,
            }
        };
        rule.proposed.iter().filter_map(proposal).collect()
    }

    fn paths(&self, rule: &Rule, scene: &Scene) -> Vec<String> {
        match self {
            Self::Report => rule.fields.iter().flat_map(|name| scene.paths(name)).collect(),
            Self::Missing => scene.missing.clone(),
            Self::Row(section, number, _) => {
                rule.fields.iter().map(|column| cell(&section.name, *number, column)).collect()
            }
            Self::Field(seen) => vec![seen.path.clone()],
        }
    }

    /// The value of a placeholder that is no computed one.
    fn value(&self, scene: &Scene, name: &str) -> Option<String> {
        match self {
            Self::Row(section, number, _) if section.field(name).is_some() => {
                let value = scene.sheet.tables.get(&section.name)?.get(number)?.get(name)?;
                Some(spoken(section.field(name)?, value))
            }
            Self::Field(seen) => of_field(seen, name),
            _ => Some(spoken(scene.form.scalar(name)?, scene.sheet.fields.get(name)?)),
        }
    }
}

/// What a finding tells.
struct Words<'r> {
    message: String,
    mend: String,
    values: Vec<(&'r str, String)>,
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

/// Conditions and computed values that fail for another reason than a value that is unknown:
/// mistakes of the table, which would be silent for ever.
#[cfg(test)]
pub(super) fn mistakes(rule: &'static Rule, scene: &Scene, is_at_fault: bool) -> Vec<String> {
    let mut mistakes = Vec::new();
    for focus in foci(&rule.scope, scene) {
        match answer(&rule.program, &focus.view(scene)) {
            Ok(Value::Bool(true)) if is_at_fault => {
                let shown = rule.shown.iter().filter(|(name, _)| shown(rule, name, &focus.view(scene)).is_none());
                mistakes.extend(shown.map(|(name, _)| format!("{}: no {{{name}}}", rule.id)));
            }
            Ok(Value::Bool(_)) | Err(ExecutionError::NoSuchKey(_)) => {}
            other => mistakes.push(format!("{}: {other:?}", rule.id)),
        }
    }
    mistakes
}
