//! What conditions see of a report: `report`, `last` and `archive`, one `row` or one `field` at a
//! time, the year and the day. A value that is unknown is absent, so that a condition about it has
//! no answer instead of a wrong one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cel::common::types::{CelBool, CelInt, CelList, CelMap, CelMapKey, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use chrono::{Days, NaiveDate};

use super::form::{Field, Form, Section, Table};
use super::functions::Type;
use super::parameters;
use super::sheet::{self, Row, Sheet};
use super::{Archive, FieldValue, FilerKind, LastReport, Path, Values, cell, correct, known, window, year_end};
use crate::money::Wan;

type CelValue = Box<dyn Val>;

/// 最后半月 Days before the end of the window from which its end is pressing.
const LAST_FORTNIGHT: Days = Days::new(15);

/// Variables without members.
pub(super) fn type_of_plain(name: &str) -> Option<Type> {
    match name {
        "kind" | "year_end" | "today" | "window_from" | "window_pressing" | "window_to" => Some(Type::Text),
        "year" => Some(Type::Int),
        "missing" => Some(Type::Texts),
        _ => None,
    }
}

/// What a rule that looks at fields one by one sees of each.
pub(super) fn type_of_field(name: &str) -> Option<Type> {
    match name {
        "name" | "text" | "corrected" => Some(Type::Text),
        "readable" => Some(Type::Bool),
        "number" | "last" | "published" => Some(Type::Int),
        _ => None,
    }
}

fn text(text: impl Into<String>) -> CelValue {
    Box::new(CelString::from(text.into()))
}

fn number(number: i64) -> CelValue {
    Box::new(CelInt::from(number))
}

fn texts<'a>(list: impl Iterator<Item = &'a String>) -> CelValue {
    Box::new(CelList::from(list.map(text).collect::<Vec<_>>()))
}

/// 档案事实 What conditions may ask of the register, by name and type.
type Fact = fn(&Archive) -> Option<CelValue>;
const FACTS: &[(&str, Type, Fact)] = &[
    ("uscc", Type::Text, |archive| Some(text(archive.uscc.as_str()))),
    ("name", Type::Text, |archive| Some(text(&archive.name))),
    ("kind", Type::Text, |archive| Some(text(archive.kind.code()))),
    ("form_kind", Type::Text, |archive| Some(text(FilerKind::of(archive.kind).code()))),
    ("status", Type::Text, |archive| Some(text(archive.status.code()))),
    ("region", Type::Text, |archive| archive.region.map(|region| text(region.to_string()))),
    ("legal_representative", Type::Text, |archive| archive.legal_representative.as_ref().map(text)),
    ("registered_capital_fen", Type::Int, |archive| fen(archive.registered_capital)),
    ("established_on", Type::Text, |archive| day(archive.established_on)),
    ("closed_on", Type::Text, |archive| day(archive.closed_on)),
    ("operating_until", Type::Text, |archive| day(archive.operating_until)),
    ("phone", Type::Text, |archive| archive.phone.as_ref().map(text)),
    ("phone_shared_by", Type::Int, |archive| archive.phone_shared_by.map(number)),
    ("filed_on", Type::Text, |archive| day(archive.filed_on)),
    ("parent_uscc", Type::Text, |archive| archive.parent.as_ref().map(|parent| text(parent.uscc.as_str()))),
    ("parent_status", Type::Text, |archive| archive.parent.as_ref().map(|parent| text(parent.status.code()))),
    ("parent_is_open", Type::Bool, |archive| archive.parent.as_ref().map(|parent| boolean(parent.status.is_open()))),
    ("is_open", Type::Bool, |archive| Some(boolean(archive.status.is_open()))),
    ("holder_names", Type::Texts, |archive| some_texts(archive.holders.iter().map(|holder| &holder.name))),
    ("investment_names", Type::Texts, |archive| some_texts(archive.investments.iter().map(|one| &one.name))),
    ("industry_section", Type::Text, |archive| archive.witness.industry_section.as_ref().map(text)),
    ("tax_turnover_fen", Type::Int, |archive| fen(archive.witness.tax_turnover)),
    ("tax_paid_fen", Type::Int, |archive| fen(archive.witness.tax_paid)),
    ("insured_persons", Type::Int, |archive| archive.witness.insured_persons.map(number)),
    ("codes_not_found", Type::Texts, |archive| Some(texts(archive.witness.codes_not_found.iter()))),
    ("parent_filed", Type::Bool, |archive| archive.witness.parent_filed.map(boolean)),
    ("branches_alike", Type::Int, |archive| archive.witness.branches_alike.map(number)),
    ("may_be_modified", Type::Bool, |archive| archive.witness.may_be_modified.map(boolean)),
    ("modified_by_liaison", Type::Bool, |archive| archive.witness.modified_by_liaison.map(boolean)),
];

fn fen(amount: Option<Wan>) -> Option<CelValue> {
    amount.map(|amount| number(amount.fen()))
}

fn day(day: Option<NaiveDate>) -> Option<CelValue> {
    day.map(|day| text(day.to_string()))
}

fn boolean(answer: bool) -> CelValue {
    Box::new(CelBool::from(answer))
}

/// A list of which nothing is known is absent, not empty.
fn some_texts<'a>(list: impl Iterator<Item = &'a String>) -> Option<CelValue> {
    let mut list = list.peekable();
    list.peek().is_some().then(|| texts(list))
}

/// What conditions get of the register by this name.
pub(super) fn type_of_fact(name: &str) -> Option<Type> {
    FACTS.iter().find(|(known, ..)| *known == name).map(|(_, of, _)| *of)
}

fn map(entries: impl IntoIterator<Item = (String, CelValue)>) -> CelMap<'static> {
    let key = |name| CelMapKey::String(CelString::from(name));
    CelMap::from(entries.into_iter().map(|(name, value)| (key(name), value)).collect::<HashMap<_, _>>())
}

/// A value as conditions see it: amounts in 分, percentages in 1/100 of a per cent, days as text.
fn seen(value: &FieldValue) -> Option<CelValue> {
    match value {
        FieldValue::Text(code) => Some(text(code)),
        FieldValue::Date(day) => Some(text(day.to_string())),
        FieldValue::Bool(answer) => Some(boolean(*answer)),
        FieldValue::Integer(_) | FieldValue::Wan(_) | FieldValue::Decimal(_) => counted(value).map(number),
    }
}

fn counted(value: &FieldValue) -> Option<i64> {
    match value {
        FieldValue::Integer(number) => Some(*number),
        FieldValue::Wan(amount) => Some(amount.fen()),
        FieldValue::Decimal(percent) => sheet::basis_points(*percent),
        FieldValue::Text(_) | FieldValue::Date(_) | FieldValue::Bool(_) => None,
    }
}

fn row_seen(section: &Section, row: &Row) -> CelMap<'static> {
    map(section.fields.iter().filter_map(|field| named(field, row)))
}

fn named(field: &Field, row: &Row) -> Option<(String, CelValue)> {
    Some((field.in_conditions.clone(), seen(row.get(&field.name)?)?))
}

/// A whole report: its fields, and its tables as lists of rows.
fn sheet_seen(form: &Form, sheet: &Sheet) -> CelMap<'static> {
    let mut entries = Vec::new();
    for section in &form.sections {
        if section.table.is_none() {
            entries.extend(section.fields.iter().filter_map(|field| named(field, &sheet.fields)));
        } else if sheet.tables.contains_key(&section.name) {
            let rows = sheet.rows(&section.name).map(|(_, row)| Box::new(row_seen(section, row)) as CelValue);
            entries.push((section.name.clone(), Box::new(CelList::from(rows.collect::<Vec<_>>())) as CelValue));
        }
    }
    map(entries)
}

/// A field of the report, as rules that look at fields one by one see it.
pub(super) struct FieldSeen {
    pub(super) path: String,
    pub(super) field: &'static Field,
    /// Table in which it stands.
    pub(super) table: Option<&'static str>,
    /// What was written.
    pub(super) text: String,
    pub(super) last: Option<FieldValue>,
    pub(super) corrected: Option<String>,
    members: CelMap<'static>,
}

/// 核查对象 Everything that the rules may look at.
pub(super) struct Scene {
    pub(super) form: &'static Form,
    pub(super) sheet: Sheet,
    pub(super) fields: Vec<FieldSeen>,
    /// Paths of required fields without a value.
    pub(super) missing: Vec<String>,
    given: GivenRows,
    report: CelMap<'static>,
    last: CelMap<'static>,
    archive: CelMap<'static>,
    parameters: CelMap<'static>,
    plain: HashMap<&'static str, CelValue>,
}

impl Scene {
    pub(super) fn new(
        form: &'static Form,
        year: i32,
        values: &Values,
        archive: &Archive,
        last: Option<&LastReport>,
        today: NaiveDate,
    ) -> Self {
        let sheet = Sheet::of(form, values);
        let last = last.map(|report| Sheet::of(form, &known::of_report(report))).unwrap_or_default();
        let given = given_rows(form, values);
        let missing = missing(form, values, &sheet, &given);
        Self {
            form,
            fields: values.iter().filter_map(|(path, value)| field_seen(form, path, value, &last, archive)).collect(),
            report: sheet_seen(form, &sheet),
            last: sheet_seen(form, &last),
            archive: map(FACTS.iter().filter_map(|(name, _, fact)| Some(((*name).to_owned(), fact(archive)?)))),
            parameters: figures_in_force(year),
            plain: plain(form, year, today, &missing),
            sheet,
            missing: missing.into_iter().map(|(path, _)| path).collect(),
            given,
        }
    }

    /// Paths that a rule means by `phone` or `contributions.paid`: the cells of the rows that there
    /// are, else the bare name of the table. Nothing that the filer does not find on the form.
    pub(super) fn paths(&self, name: &str) -> Vec<String> {
        let Some((table, column)) = name.split_once('.') else {
            return self.form.scalar(name).map(|field| field.name.clone()).into_iter().collect();
        };
        let filled: Vec<usize> = self.sheet.rows(table).map(|(number, _)| number).collect();
        if filled.is_empty() { cells_of_given(&self.given, table, column) } else { cells(table, &filled, column) }
    }

    /// The scene as a rule about the whole report sees it.
    pub(super) fn whole(&self) -> View<'_> {
        View { scene: self, row: None, field: None }
    }

    /// Numbers and views of the rows of a table.
    pub(super) fn rows(&self, section: &'static Section) -> Vec<(usize, CelMap<'static>)> {
        self.sheet.rows(&section.name).map(|(number, row)| (number, row_seen(section, row))).collect()
    }
}

/// The dated figures of a year: one number, or numbers by key.
fn figures_in_force(year: i32) -> CelMap<'static> {
    map(parameters::of_year(year).map(|one| {
        let keyed = || map(one.values.iter().map(|(key, value)| (key.clone(), number(*value))));
        (one.name.clone(), one.value.map_or_else(|| Box::new(keyed()) as CelValue, number))
    }))
}

fn plain(form: &Form, year: i32, today: NaiveDate, missing: &[(String, String)]) -> HashMap<&'static str, CelValue> {
    let mut labels: Vec<&String> = missing.iter().map(|(_, label)| label).collect();
    labels.dedup();
    let mut plain = HashMap::from([
        ("kind", text(form.kind.code())),
        ("year", number(year.into())),
        ("today", text(today.to_string())),
        ("missing", texts(labels.into_iter())),
    ]);
    plain.extend(year_end(year).map(|day| ("year_end", text(day.to_string()))));
    if let Some(window) = window(form.kind, year) {
        plain.insert("window_from", text(window.from.to_string()));
        plain.insert("window_to", text(window.to.to_string()));
        plain.extend(window.to.checked_sub_days(LAST_FORTNIGHT).map(|day| ("window_pressing", text(day.to_string()))));
    }
    plain
}

fn field_seen(
    form: &'static Form,
    path: &str,
    value: &FieldValue,
    last: &Sheet,
    archive: &Archive,
) -> Option<FieldSeen> {
    let field = form.field(path).filter(|_| !value.is_blank())?;
    let table = path.split_once('[').and_then(|(table, _)| form.table(table)).map(|section| section.name.as_str());
    let written = value.to_string().trim().to_owned();
    let read = sheet::read(field, value);
    let last = last.fields.get(&field.name).filter(|_| table.is_none()).cloned();
    let corrected = correct::correction(field, &written);
    let mut members =
        vec![("name", text(&field.name)), ("text", text(&written)), ("readable", boolean(read.is_some()))];
    members.extend(read.as_ref().and_then(counted).map(|count| ("number", number(count))));
    members.extend(last.as_ref().and_then(counted).map(|count| ("last", number(count))));
    members.extend(corrected.as_ref().map(|meant| ("corrected", text(meant))));
    let published = archive.witness.published.get(path).map(|value| FieldValue::from(value.as_str()));
    let published = published.and_then(|value| counted(&sheet::read(field, &value)?));
    members.extend(published.map(|count| ("published", number(count))));
    let members = map(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Some(FieldSeen { path: path.to_owned(), field, table, text: written, last, corrected, members })
}

/// 已列出的行 Rows of every table that has any, those included in which everything was left blank.
type GivenRows = BTreeMap<String, BTreeSet<usize>>;

fn given_rows(form: &Form, values: &Values) -> GivenRows {
    let mut given = GivenRows::new();
    for path in values.keys().filter(|path| form.field(path).is_some()) {
        if let Some(Path::Cell { table, row, .. }) = Path::parse(path) {
            given.entry(table.to_owned()).or_default().insert(row);
        }
    }
    given
}

fn cells<'a>(table: &str, rows: impl IntoIterator<Item = &'a usize>, column: &str) -> Vec<String> {
    rows.into_iter().map(|row| cell(table, *row, column)).collect()
}

/// The cells of a column, or the bare name of a table without rows.
fn cells_of_given(given: &GivenRows, table: &str, column: &str) -> Vec<String> {
    given.get(table).map_or_else(|| vec![table.to_owned()], |rows| cells(table, rows, column))
}

/// Where rows are to be added: the rows that the form gives and nobody filled in, else blank rows,
/// else the table.
fn rows_to_add(section: &Section, table: &Table, filled: &[usize], given: &GivenRows) -> Vec<String> {
    if table.rows.is_empty() {
        return cells_of_given(given, &section.name, &table.key);
    }
    let absent: Vec<usize> = (0..table.rows.len()).filter(|row| !filled.contains(row)).collect();
    cells(&section.name, &absent, &table.key)
}

/// Paths and labels of required fields in which nothing was written.
fn missing(form: &Form, values: &Values, sheet: &Sheet, given: &GivenRows) -> Vec<(String, String)> {
    let is_blank = |path: &str| values.get(path).is_none_or(FieldValue::is_blank);
    let mut missing = Vec::new();
    for section in &form.sections {
        let required = section.fields.iter().filter(|field| field.required);
        match &section.table {
            None => missing.extend(
                required.filter(|field| is_blank(&field.name)).map(|field| (field.name.clone(), field.label.clone())),
            ),
            Some(table) => {
                let rows: Vec<usize> = sheet.rows(&section.name).map(|(number, _)| number).collect();
                let is_asked_for = table.when.as_ref().is_some_and(|when| sheet.says_yes(when));
                if rows.len() < table.rows.len() || (rows.is_empty() && is_asked_for) {
                    let paths = rows_to_add(section, table, &rows, given).into_iter();
                    missing.extend(paths.map(|path| (path, section.label.clone())));
                }
                for field in required {
                    let blank =
                        rows.iter().map(|row| cell(&section.name, *row, &field.name)).filter(|path| is_blank(path));
                    missing.extend(blank.map(|path| (path, format!("{}的{}", section.label, field.label))));
                }
            }
        }
    }
    missing
}

/// The scene, with the row or the field at which a rule looks.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    scene: &'a Scene,
    row: Option<&'a CelMap<'static>>,
    field: Option<&'a CelMap<'static>>,
}

impl<'a> View<'a> {
    pub(super) fn row(self, row: &'a CelMap<'static>) -> Self {
        Self { row: Some(row), ..self }
    }

    pub(super) fn field(self, field: &'a FieldSeen) -> Self {
        Self { field: Some(&field.members), ..self }
    }
}

impl VariableResolver for View<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match variable {
            "report" => &self.scene.report,
            "last" => &self.scene.last,
            "archive" => &self.scene.archive,
            "parameters" => &self.scene.parameters,
            "row" => self.row?,
            "field" => self.field?,
            _ => self.scene.plain.get(variable)?.as_ref(),
        };
        Some(CowVal::Borrowed(value))
    }
}
