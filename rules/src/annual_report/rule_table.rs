//! 规则表 Rules as data: reads `data/annual_report/rules/*.toml`, compiles the conditions (CEL) and
//! refuses what could never work: unknown names, wrong types, unknown placeholders, overlapping versions.

use std::collections::BTreeMap;
use std::iter;
use std::sync::LazyLock;

use cel::Program;
use chrono::NaiveDate;
use serde::Deserialize;

use super::form::{FieldType, Form, Section};
use super::functions::Type;
use super::names::Names;
use super::template::Template;
use super::{FilerKind, Severity, form};

/// 规则 A rule on annual reports, in one of its versions.
#[derive(Debug)]
pub struct Rule {
    /// 规则编号
    pub id: String,
    /// 适用年度 First and last report year of this version.
    pub years: (i32, i32),
    /// 适用主体
    pub kinds: Vec<FilerKind>,
    /// 严重程度
    pub severity: Severity,
    /// 涉及字段 Names, `contributions.paid` for a column; bare columns for a rule on rows, empty for a
    /// rule on fields.
    pub fields: Vec<String>,
    /// 条件 In CEL, true when the report is at fault.
    pub condition: String,
    /// 提示语 With placeholders in braces.
    pub message: String,
    /// 处理办法 With placeholders in braces.
    pub mend: String,
    /// 依据
    pub source: String,
    /// 通过示例 A report on which the rule is silent.
    pub pass: Case,
    /// 不通过示例 A report on which the rule speaks.
    pub fail: Case,
    pub(super) scope: Scope,
    pub(super) program: Program,
    pub(super) shown: Vec<(String, Program)>,
    /// 更正建议 What to write instead, by field; of a rule on fields by `field`.
    pub(super) proposed: Vec<(String, Program)>,
    pub(super) message_template: Template,
    pub(super) mend_template: Template,
}

/// 示例 A case of a rule: what differs from an ordinary report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Kind of filer, else the first kind of the rule.
    pub kind: Option<FilerKind>,
    /// Report year.
    pub year: Option<i32>,
    /// Day of judging.
    pub today: Option<NaiveDate>,
    /// Values by path as written; an empty text leaves the field blank.
    #[serde(default)]
    pub report: BTreeMap<String, String>,
    /// Facts of the register.
    #[serde(default)]
    pub archive: serde_json::Map<String, serde_json::Value>,
    /// Last year's report.
    #[serde(default)]
    pub last: serde_json::Map<String, serde_json::Value>,
    /// Other rules that speak about the same report.
    #[serde(default)]
    pub also: Vec<String>,
}

/// What a rule looks at.
#[derive(Debug, PartialEq)]
pub(super) enum Scope {
    /// The report as a whole.
    Report,
    /// Every row of a table.
    Rows(String),
    /// Every field of these types, and these fields.
    Fields { types: Vec<FieldType>, names: Vec<String> },
    /// The required fields without a value.
    Missing,
}

impl Rule {
    /// Whether this version judges the reports of `kind` for `year`.
    pub fn applies_to(&self, kind: FilerKind, year: i32) -> bool {
        (self.years.0..=self.years.1).contains(&year) && self.kinds.contains(&kind)
    }

    /// 涉及字段 What the rule is about: its fields, `table.column` for a column, or the table whose rows it looks at.
    pub fn subjects(&self) -> Vec<String> {
        match &self.scope {
            Scope::Rows(table) => vec![table.clone()],
            Scope::Fields { names, .. } => self.fields.iter().chain(names).cloned().collect(),
            Scope::Report | Scope::Missing => self.fields.clone(),
        }
    }
}

/// Why a table of rules is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum RuleTableError {
    /// Not TOML, or with a key that no rule has.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A rule that could never work.
    #[error("{id}: {fault}")]
    Rule {
        /// 规则编号
        id: String,
        /// What is wrong with it.
        fault: String,
    },
}

/// 规则集 Every version of every rule of one state of the table.
#[derive(Debug)]
pub struct Rulebook(pub(super) Vec<Rule>);

impl Rulebook {
    /// Reads tables written as those of `data/annual_report/rules`.
    ///
    /// # Errors
    /// The first rule that could never work.
    pub fn read(tables: &[&str]) -> Result<Self, RuleTableError> {
        read(tables, form::all()).map(Self)
    }

    /// The tables that are in force.
    ///
    /// # Errors
    /// None; the embedded tables are read at every start.
    pub fn in_force() -> Result<Self, RuleTableError> {
        Self::read(TABLES)
    }

    /// The rules with these numbers.
    #[must_use]
    pub fn only(mut self, ids: &[&str]) -> Self {
        self.0.retain(|rule| ids.contains(&rule.id.as_str()));
        self
    }

    /// 规则 The rules on reports of `kind` for `year`, in the order of the tables.
    pub fn rules(&self, kind: FilerKind, year: i32) -> impl Iterator<Item = &Rule> {
        self.0.iter().filter(move |rule| rule.applies_to(kind, year))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    rule: Vec<RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    id: String,
    severity: Severity,
    #[serde(default)]
    kinds: Vec<FilerKind>,
    #[serde(default = "first_year")]
    from_year: i32,
    #[serde(default = "last_year")]
    to_year: i32,
    /// Table whose rows are looked at one by one.
    each: Option<String>,
    every: Option<EveryRow>,
    #[serde(default)]
    missing: bool,
    #[serde(default)]
    fields: Vec<String>,
    condition: String,
    message: String,
    mend: String,
    source: String,
    /// Values of the message that are computed.
    #[serde(default)]
    show: BTreeMap<String, String>,
    /// What to write instead, computed; by field, of a rule on fields by `field`.
    #[serde(default)]
    propose: BTreeMap<String, String>,
    pass: Case,
    fail: Case,
}

/// Fields that are looked at one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EveryRow {
    #[serde(default)]
    types: Vec<FieldType>,
    #[serde(default)]
    fields: Vec<String>,
}

fn first_year() -> i32 {
    i32::MIN
}

fn last_year() -> i32 {
    i32::MAX
}

const TABLES: &[&str] = &[
    include_str!("../../data/annual_report/rules/contact.toml"),
    include_str!("../../data/annual_report/rules/people.toml"),
    include_str!("../../data/annual_report/rules/figures.toml"),
    include_str!("../../data/annual_report/rules/contributions.toml"),
    include_str!("../../data/annual_report/rules/relations.toml"),
    include_str!("../../data/annual_report/rules/kinds.toml"),
];

static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| read(TABLES, form::all()).expect("the embedded rules are well-formed"));

/// 规则 Every version of every rule.
pub(super) fn all() -> &'static [Rule] {
    &RULES
}

/// 规则 The rules on reports of `kind` for `year`, in the order of the tables.
pub fn rules(kind: FilerKind, year: i32) -> impl Iterator<Item = &'static Rule> {
    all().iter().filter(move |rule| rule.applies_to(kind, year))
}

/// Reads and checks tables of rules against the forms on which they speak.
pub(super) fn read(tables: &[&str], forms: &[Form]) -> Result<Vec<Rule>, RuleTableError> {
    let mut rules: Vec<Rule> = Vec::new();
    for text in tables {
        let table: RuleTable = toml::from_str(text)?;
        for row in table.rule {
            let id = row.id.clone();
            let rule = rule(row, forms).map_err(|fault| RuleTableError::Rule { id: id.clone(), fault })?;
            let overlaps =
                |other: &Rule| other.id == rule.id && other.years.0 <= rule.years.1 && rule.years.0 <= other.years.1;
            if rules.iter().any(overlaps) {
                return Err(RuleTableError::Rule { id, fault: "two versions hold in one year".to_owned() });
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn rule(row: RuleRow, forms: &[Form]) -> Result<Rule, String> {
    let scope = scope(&row)?;
    let program = compile(&row.condition)?;
    let (shown, proposed) = (compile_all(&row.show)?, compile_all(&row.propose)?);
    let message_template = Template::parse(&row.message)?;
    let mend_template = Template::parse(&row.mend)?;
    let fits = |form: &Form| {
        let words = [&message_template, &mend_template].into_iter().flat_map(Template::names);
        let computed = shown.iter().map(|(_, program)| (program, &[Type::Text, Type::Int][..]));
        let computed = computed.chain(proposed.iter().map(|(_, program)| (program, &[Type::Text][..])));
        misfit(form, &scope, &row.fields, iter::once((&program, &[Type::Bool][..])).chain(computed))
            .or_else(|| unknown_word(form, &scope, &shown, words))
            .or_else(|| no_place(form, &scope, &proposed))
    };
    let kinds = kinds(&row.kinds, forms, fits)?;
    Ok(Rule {
        id: row.id,
        years: (row.from_year, row.to_year),
        kinds,
        severity: row.severity,
        fields: row.fields,
        condition: row.condition,
        message: row.message,
        mend: row.mend,
        source: row.source,
        pass: row.pass,
        fail: row.fail,
        scope,
        program,
        shown,
        proposed,
        message_template,
        mend_template,
    })
}

fn scope(row: &RuleRow) -> Result<Scope, String> {
    match (&row.each, &row.every, row.missing) {
        (None, None, false) => Ok(Scope::Report),
        (Some(table), None, false) => Ok(Scope::Rows(table.clone())),
        (None, Some(every), false) => Ok(Scope::Fields { types: every.types.clone(), names: every.fields.clone() }),
        (None, None, true) => Ok(Scope::Missing),
        _ => Err("each, every and missing exclude each other".to_owned()),
    }
}

fn compile(condition: &str) -> Result<Program, String> {
    Program::compile(condition).map_err(|fault| fault.to_string())
}

fn compile_all(texts: &BTreeMap<String, String>) -> Result<Vec<(String, Program)>, String> {
    texts.iter().map(|(name, text)| Ok((name.clone(), compile(text)?))).collect()
}

/// The kinds named, each of which must have what the rule speaks of; else all that have it.
fn kinds(
    named: &[FilerKind],
    forms: &[Form],
    misfit: impl Fn(&Form) -> Option<String>,
) -> Result<Vec<FilerKind>, String> {
    let candidates = if named.is_empty() { FilerKind::ALL } else { named };
    let mut kinds = Vec::new();
    let mut faults: Vec<String> = Vec::new();
    for kind in candidates {
        let versions: Vec<_> = forms.iter().filter(|form| form.kind == *kind).map(&misfit).collect();
        // One version of the form suffices: on the others the fields are absent and the rule silent.
        if versions.iter().any(Option::is_none) {
            kinds.push(*kind);
        } else {
            faults.extend(versions.into_iter().flatten().map(|fault| format!("{}: {fault}", kind.code())));
        }
    }
    faults.dedup();
    let is_refused = kinds.is_empty() || (!named.is_empty() && !faults.is_empty());
    if is_refused { Err(faults.join("; ")) } else { Ok(kinds) }
}

/// The first name of fields and conditions that the form does not have, or the first condition that gives something
/// else than is due.
fn misfit<'a>(
    form: &Form,
    scope: &Scope,
    fields: &[String],
    programs: impl Iterator<Item = (&'a Program, &'a [Type])>,
) -> Option<String> {
    let row = match scope {
        Scope::Rows(table) => match form.table(table) {
            Some(section) => Some(section),
            None => return Some(format!("no table {table}")),
        },
        _ => None,
    };
    let named = match scope {
        Scope::Fields { names, .. } => names.as_slice(),
        _ => &[],
    };
    let unknown = fields.iter().chain(named).find(|name| !has_field(form, row, name));
    let names = Names { form, row, field: matches!(scope, Scope::Fields { .. }) };
    let mut programs = programs;
    let fault = || programs.find_map(|(program, due)| names.fault(program.expression(), due));
    unknown.map(|name| format!("no field {name}")).or_else(fault)
}

/// The first proposal for something that is no single field.
fn no_place(form: &Form, scope: &Scope, proposed: &[(String, Program)]) -> Option<String> {
    let is_place = |name: &str| match scope {
        Scope::Report => form.scalar(name).is_some(),
        Scope::Rows(table) => form.table(table).is_some_and(|section| section.field(name).is_some()),
        Scope::Fields { .. } => name == "field",
        Scope::Missing => false,
    };
    proposed.iter().find(|(name, _)| !is_place(name)).map(|(name, _)| format!("no field {name} to propose for"))
}

/// Whether a form has a field `phone` or a column `contributions.paid`. A table alone is no field: a
/// finding has to name cells.
fn has_field(form: &Form, row: Option<&Section>, name: &str) -> bool {
    match (row, name.split_once('.')) {
        (Some(section), _) => section.field(name).is_some(),
        (None, Some((table, column))) => form.table(table).is_some_and(|section| section.field(column).is_some()),
        (None, None) => form.scalar(name).is_some(),
    }
}

/// The first placeholder that stands for nothing.
fn unknown_word<'a>(
    form: &Form,
    scope: &Scope,
    shown: &[(String, Program)],
    mut words: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let row = match scope {
        Scope::Rows(table) => form.table(table),
        _ => None,
    };
    let is_known = |word: &str| {
        shown.iter().any(|(name, _)| name == word)
            || row.is_some_and(|section| section.field(word).is_some())
            || (matches!(scope, Scope::Fields { .. }) && super::template::OF_FIELD.contains(&word))
            || form.scalar(word).is_some()
    };
    words.find(|word| !is_known(word)).map(|word| format!("no value for {{{word}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "severity = 'ERROR'\nmend = '请核对。'\nsource = 'art. 1'\npass = {}\nfail = {}\n";

    fn fault(rows: &[&str]) -> String {
        let table: String = rows.iter().map(|row| format!("[[rule]]\nid = 'AR-001'\n{RULE}{row}\n")).collect();
        read(&[&table], form::all()).expect_err("a wrong table").to_string()
    }

    #[test]
    fn names_that_do_not_exist_are_refused() {
        for (condition, name) in [
            ("report.total_asset_fen > 0", "total_asset_fen"),
            ("report.total_assets > 0", "total_assets"),
            ("archive.colour == 'red'", "colour"),
            ("row.paid_fen > 0", "row"),
            ("field.number > 0", "field"),
            ("report.contributions.exists(c, c.payed_fen > 0)", "payed_fen"),
            ("report.contributions.paid_fen > 0", "paid_fen"),
            ("shell('ls') == ''", "shell()"),
            ("tomorrow > today", "tomorrow"),
        ] {
            let found = fault(&[&format!("condition = \"{condition}\"\nmessage = '错。'")]);
            assert!(found.contains(&format!("no {name} here")), "{condition}: {found}");
        }
    }

    #[test]
    fn what_compares_a_text_with_a_number_is_refused() {
        for (condition, fault_named) in [
            ("report.employees", "gives a number"),
            ("report.employees > '5'", "_>_ does not take a number and a text"),
            ("report.phone == 5", "_==_ does not take a text and a number"),
            ("report.employees && true", "_&&_ does not take a number and yes or no"),
            ("!report.employees", "!_ does not take a number"),
            ("near(report.employees, report.phone)", "near does not take a number and a text"),
            ("near(report.employees)", "near does not take a number"),
            ("is_uscc(report.employees)", "is_uscc does not take a number"),
            ("report.employees > 1.5", "whole numbers"),
            ("sum(report.contributions.map(c, c.holder)) > 0", "sum does not take a list"),
            ("report.contributions.exists(c, c.paid_fen)", "yes or no"),
            ("report.employees in ['1']", "@in does not take a number and a list"),
            ("parameters.exchange_rate_millionths > 1", "does not take a map and a number"),
            ("parameters.colour > 1", "no colour here"),
            ("{'A': 1, 'B': 'two'}['A'] > 0", "holds"),
            ("report.employees > 0 ? 1 : 'one'", "holds"),
        ] {
            let found = fault(&[&format!("condition = \"{condition}\"\nmessage = '错。'")]);
            assert!(found.contains(fault_named), "{condition}: {found}");
        }
    }

    #[test]
    fn proposals_have_a_field_and_are_texts() {
        let condition = "condition = 'report.employees > 0'\nmessage = '错。'";
        assert!(fault(&[&format!("{condition}\npropose.colour = \"'1'\"")]).contains("no field colour to propose for"));
        assert!(fault(&[&format!("{condition}\npropose.employees = 'report.employees'")]).contains("gives a number"));
    }

    #[test]
    fn what_could_never_work_is_refused() {
        let condition = "condition = 'report.employees > 0'";
        assert!(fault(&[&format!("{condition}\nmessage = '{{colour}}错。'")]).contains("no value for {colour}"));
        for name in ["colour", "contributions", "contributions.colour"] {
            let found = fault(&[&format!("{condition}\nmessage = '错。'\nfields = ['{name}']")]);
            assert!(found.contains(&format!("no field {name}")), "{found}");
        }
        assert!(fault(&[&format!("{condition}\nmessage = '错。'\neach = 'colours'")]).contains("no table colours"));
        assert!(fault(&[&format!("{condition}\nmessage = '错。'\ncolour = 'red'")]).contains("colour"));
        assert!(fault(&["condition = 'report.employees >'\nmessage = '错。'"]).contains("AR-001"));
        assert!(
            fault(&[&format!(
                "{condition}\nmessage = '错。'\nkinds = ['INDIVIDUAL', 'ENTERPRISE']\nfields = ['total_assets']"
            )])
            .contains("no field total_assets")
        );
        let both = format!("{condition}\nmessage = '错。'\neach = 'contributions'\nmissing = true");
        assert!(fault(&[&both]).contains("exclude each other"));
    }

    #[test]
    fn versions_of_a_rule_follow_each_other() {
        let version = |years: &str| format!("condition = 'report.employees > 0'\nmessage = '错。'\n{years}");
        assert!(fault(&[&version("to_year = 2025"), &version("from_year = 2025")]).contains("two versions"));
        let table: String = ["to_year = 2024", "from_year = 2025"]
            .iter()
            .map(|years| format!("[[rule]]\nid = 'AR-001'\n{RULE}{}\n", version(years)))
            .collect();
        assert_eq!(read(&[&table], form::all()).map(|rules| rules.len()), Ok(2));
    }
}
