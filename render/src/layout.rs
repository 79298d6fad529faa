//! 栏目 The sections of a form with the values of a report, as they are printed.

use std::collections::BTreeMap;

use rules::annual_report::{Field, FieldType, FieldValue, Form, Path, Publish, Table, Unpublished, Values, cell};
use rules::money::Wan;
use rules::region::{self, RegionCode};
use serde::Serialize;

use crate::report::Edition;
use crate::words::{grouped, ordinal, written_day, written_wan};

/// What stands where nothing was filled in.
const NOTHING: &str = "—";
/// What stands where the public is shown nothing.
const WITHHELD: &str = "未公示";
/// What is said of what everybody may know.
const PUBLISHED: &str = "公示";
/// How the form says that no article asks for a section.
const NO_ARTICLE: &str = "（无条文）";

/// 栏目 Fields, or a table.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    title: String,
    source: String,
    fields: Vec<Line>,
    table: Option<Sheet>,
}

#[derive(Debug, Serialize)]
struct Line {
    label: String,
    value: String,
    mark: &'static str,
}

#[derive(Debug, Serialize)]
struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    empty: &'static str,
}

#[derive(Debug, Serialize)]
struct Column {
    label: String,
    unit: String,
    mark: &'static str,
    wide: bool,
    number: bool,
}

/// 栏目 In the order of the form. For the public what it may not know is not there, whatever `values` holds.
pub(crate) fn sections(form: &Form, values: &Values, unpublished: &Unpublished, edition: Edition) -> Vec<Section> {
    let page = Page { form, values, unpublished, edition, rows: rows(values) };
    let mut printed: Vec<Section> = form.sections.iter().filter_map(|section| page.section(section)).collect();
    for (number, section) in (1..).zip(&mut printed) {
        section.title = format!("{}、{}", ordinal(number), section.title);
    }
    printed
}

/// Numbers of the rows of every table.
fn rows(values: &Values) -> BTreeMap<&str, Vec<usize>> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for path in values.keys() {
        if let Some(Path::Cell { table, row, .. }) = Path::parse(path) {
            rows.entry(table).or_default().push(row);
        }
    }
    for numbers in rows.values_mut() {
        numbers.sort_unstable();
        numbers.dedup();
    }
    rows
}

struct Page<'a> {
    form: &'a Form,
    values: &'a Values,
    unpublished: &'a Unpublished,
    edition: Edition,
    rows: BTreeMap<&'a str, Vec<usize>>,
}

impl Page<'_> {
    fn section(&self, section: &rules::annual_report::Section) -> Option<Section> {
        let (fields, table) = match &section.table {
            None => (section.fields.iter().filter_map(|field| self.line(field)).collect(), None),
            Some(table) => (Vec::new(), Some(self.sheet(section, table)?)),
        };
        let is_empty = fields.is_empty() && table.is_none();
        let title = section.label.clone();
        let source = section.source.clone();
        let source = if source.ends_with(NO_ARTICLE) { String::new() } else { source };
        (!is_empty).then_some(Section { title, source, fields, table })
    }

    fn line(&self, field: &Field) -> Option<Line> {
        let value = self.value(&field.name);
        let value = match (self.edition, value) {
            (Edition::Public, _) if field.publish == Publish::Not => return None,
            // What has to be published and is not there was not asked for where the report was filed.
            (Edition::Public, None) if field.publish == Publish::Must => return None,
            (_, Some(value)) => with_unit(field, written(field, value, false)),
            (Edition::Public, None) => WITHHELD.to_owned(),
            (Edition::Full, None) => NOTHING.to_owned(),
        };
        Some(Line { label: field.label.clone(), value, mark: self.mark(field, &field.name) })
    }

    /// A table that nobody asked for, or that the public is not shown, is not printed.
    fn sheet(&self, section: &rules::annual_report::Section, table: &Table) -> Option<Sheet> {
        let name = section.name.as_str();
        let is_for_public = |field: &&Field| self.edition == Edition::Full || field.publish != Publish::Not;
        let columns: Vec<&Field> = section.fields.iter().filter(is_for_public).collect();
        let numbers = self.rows.get(name).map_or(&[][..], Vec::as_slice);
        let is_filled =
            |row: &&usize| columns.iter().any(|field| self.value(&cell(name, **row, &field.name)).is_some());
        let written_cell = |row: usize, field: &Field| {
            let path = cell(name, row, &field.name);
            match self.value(&path) {
                Some(value) => written(field, value, true),
                None if self.is_shown(&path) => NOTHING.to_owned(),
                None => WITHHELD.to_owned(),
            }
        };
        let written_row = |row: &usize| columns.iter().map(|field| written_cell(*row, field)).collect();
        let rows: Vec<Vec<String>> = numbers.iter().filter(is_filled).map(written_row).collect();
        if columns.is_empty() || (rows.is_empty() && table.when.is_some()) {
            return None;
        }
        let column = |field: &&Field| Column {
            label: field.label.clone(),
            unit: field.unit.clone().unwrap_or_default(),
            mark: Some(self.mark(field, &cell(name, 0, &field.name)))
                .filter(|mark| *mark != PUBLISHED)
                .unwrap_or_default(),
            wide: matches!(field.field_type, FieldType::Text | FieldType::Url | FieldType::Uscc)
                || field.name == table.key,
            number: is_number(field),
        };
        let empty = if self.edition == Edition::Full { "无。" } else { "无，或者未公示。" };
        Some(Sheet { columns: columns.iter().map(column).collect(), rows, empty })
    }

    fn value(&self, path: &str) -> Option<&FieldValue> {
        self.values.get(path).filter(|value| self.is_shown(path) && !value.is_blank())
    }

    fn is_shown(&self, path: &str) -> bool {
        self.edition == Edition::Full || self.form.is_published(path, self.unpublished)
    }

    /// Whether the public sees it.
    fn mark(&self, field: &Field, path: &str) -> &'static str {
        match field.publish {
            Publish::Not => "不公示",
            _ if self.form.is_published(path, self.unpublished) => PUBLISHED,
            Publish::Must | Publish::Optional => "选择不公示",
        }
    }
}

fn is_number(field: &Field) -> bool {
    matches!(field.field_type, FieldType::Integer | FieldType::MoneyWan | FieldType::Percent)
}

fn with_unit(field: &Field, value: String) -> String {
    match &field.unit {
        Some(unit) if unit == "%" => value + unit,
        Some(unit) => format!("{value} {unit}"),
        None => value,
    }
}

/// A value as it is printed; a text that cannot be read stays as it was filed.
fn written(field: &Field, value: &FieldValue, in_table: bool) -> String {
    let text = value.to_string().trim().to_owned();
    let read = match field.field_type {
        FieldType::Integer => text.parse().ok().map(grouped),
        FieldType::MoneyWan => Wan::parse(&text).ok().map(written_wan),
        FieldType::Date if !in_table => text.parse().ok().map(written_day),
        FieldType::Bool => match text.as_str() {
            "true" | "是" => Some("是".to_owned()),
            "false" | "否" => Some("否".to_owned()),
            _ => None,
        },
        FieldType::Choice => field.choices.as_deref().and_then(|list| list.word(&text)).map(str::to_owned),
        FieldType::Region => {
            text.parse::<RegionCode>().ok().and_then(region::find).map(|region| region.full_name.clone())
        }
        FieldType::Date
        | FieldType::Percent
        | FieldType::Text
        | FieldType::Phone
        | FieldType::Postcode
        | FieldType::Email
        | FieldType::Uscc
        | FieldType::Url
        | FieldType::Table => None,
    };
    read.unwrap_or(text)
}
