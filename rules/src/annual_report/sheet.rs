//! 读数 Reads values by the type of their field and arranges them as the form does: fields by
//! name, tables by row. A text that cannot be read is left out here; rules speak about it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::form::{Field, FieldType, Form};
use super::{FieldValue, Path, Values};
use crate::money::Wan;
use crate::region::RegionCode;

/// 行 A row of a table by column.
pub(super) type Row = BTreeMap<String, FieldValue>;

/// 表页 What could be read of a report.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Fields outside the tables.
    pub(super) fields: Row,
    /// Rows of every table by their number.
    pub(super) tables: BTreeMap<String, BTreeMap<usize, Row>>,
}

impl Sheet {
    /// Arranges the values that mean something on the form.
    pub(super) fn of(form: &Form, values: &Values) -> Self {
        let mut sheet = Self::default();
        for (path, value) in values {
            let Some(value) = form.field(path).and_then(|field| read(field, value)) else { continue };
            let (row, name) = match Path::parse(path) {
                Some(Path::Field(name)) => (&mut sheet.fields, name),
                Some(Path::Cell { table, row, field }) => {
                    (sheet.tables.entry(table.to_owned()).or_default().entry(row).or_default(), field)
                }
                None => continue,
            };
            row.insert(name.to_owned(), value);
        }
        sheet
    }

    /// Rows of a table in their order.
    pub(super) fn rows(&self, table: &str) -> impl Iterator<Item = (usize, &Row)> {
        self.tables.get(table).into_iter().flatten().map(|(number, row)| (*number, row))
    }

    /// Whether a yes-or-no field says yes.
    pub(super) fn says_yes(&self, field: &str) -> bool {
        self.fields.get(field) == Some(&FieldValue::Bool(true))
    }
}

/// The value as the type of the field; `None` if it is blank or cannot be read.
pub(super) fn read(field: &Field, value: &FieldValue) -> Option<FieldValue> {
    if value.is_blank() {
        return None;
    }
    match (field.field_type, value) {
        (FieldType::Integer, FieldValue::Integer(_)) | (FieldType::Bool, FieldValue::Bool(_)) => Some(value.clone()),
        (FieldType::MoneyWan, FieldValue::Wan(_)) => Some(value.clone()),
        (FieldType::MoneyWan, FieldValue::Decimal(number)) => Wan::from_decimal(*number).ok().map(FieldValue::Wan),
        (FieldType::Percent, FieldValue::Decimal(number)) => percent(*number),
        (FieldType::Date, FieldValue::Date(day)) => in_calendar(*day),
        (_, FieldValue::Text(text)) => read_text(field, text.trim()),
        _ => read_text(field, &value.to_string()),
    }
}

fn read_text(field: &Field, text: &str) -> Option<FieldValue> {
    match field.field_type {
        FieldType::Text
        | FieldType::Phone
        | FieldType::Postcode
        | FieldType::Email
        | FieldType::Uscc
        | FieldType::Url => Some(FieldValue::Text(text.to_owned())),
        FieldType::Integer => text.parse().ok().filter(|_| !text.starts_with('+')).map(FieldValue::Integer),
        FieldType::MoneyWan => Wan::parse(text).ok().map(FieldValue::Wan),
        FieldType::Percent => text.parse().ok().and_then(percent),
        FieldType::Date => day(text).and_then(in_calendar),
        FieldType::Bool => match text {
            "true" | "是" => Some(FieldValue::Bool(true)),
            "false" | "否" => Some(FieldValue::Bool(false)),
            _ => None,
        },
        FieldType::Choice => field.choices.as_deref()?.code(text).map(FieldValue::from),
        FieldType::Region => text.parse::<RegionCode>().ok().map(|code| FieldValue::Text(code.to_string())),
        FieldType::Table => None,
    }
}

/// A percentage with at most two decimals.
fn percent(number: Decimal) -> Option<FieldValue> {
    let number = number.normalize();
    (number.scale() <= 2 && basis_points(number).is_some()).then_some(FieldValue::Decimal(number))
}

/// 1/100 of a per cent.
pub(super) fn basis_points(percent: Decimal) -> Option<i64> {
    i64::try_from(percent.checked_mul(Decimal::ONE_HUNDRED)?.trunc().mantissa()).ok()
}

/// A day written `2024-05-01`.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let is_padded = text.len() == "2024-05-01".len() && text.is_ascii();
    is_padded.then(|| text.parse().ok()).flatten()
}

/// Days of four-digit years only: conditions compare days as text.
fn in_calendar(day: NaiveDate) -> Option<FieldValue> {
    (1..=9999).contains(&day.year()).then_some(FieldValue::Date(day))
}

/// The value in Chinese: the word of a code, 是 or 否.
pub(super) fn spoken(field: &Field, value: &FieldValue) -> String {
    match (value, field.choices.as_deref()) {
        (FieldValue::Bool(true), _) => "是".to_owned(),
        (FieldValue::Bool(false), _) => "否".to_owned(),
        (FieldValue::Text(code), Some(choices)) => choices.word(code).unwrap_or(code).to_owned(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FilerKind, form};
    use super::*;

    fn reading(path: &str, text: &str) -> Option<FieldValue> {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        read(form.field(path).expect(path), &text.into())
    }

    #[test]
    fn texts_are_read_by_the_type_of_their_field() {
        assert_eq!(reading("employees", "12"), Some(FieldValue::Integer(12)));
        assert_eq!(reading("total_assets", " 3299.92 "), Some(FieldValue::Wan(Wan::from_fen(3_299_920_000))));
        assert_eq!(reading("equity_transfers[0].before", "33.30"), Some(FieldValue::Decimal(Decimal::new(333, 1))));
        assert_eq!(reading("operating_status", "开业"), Some(FieldValue::from("OPEN")));
        assert_eq!(reading("has_website", "否"), Some(FieldValue::Bool(false)));
        assert_eq!(
            reading("contributions[0].paid_on", "2024-02-29").map(|day| day.to_string()).as_deref(),
            Some("2024-02-29")
        );
        assert_eq!(reading("employment_needs[0].region", "610113"), Some(FieldValue::from("610113")));
    }

    #[test]
    fn what_is_no_such_value_is_left_out() {
        for (path, text) in [
            ("employees", "十二"),
            ("employees", "+12"),
            ("employees", "1.5"),
            ("total_assets", "3,299.92"),
            ("equity_transfers[0].before", "33.333"),
            ("equity_transfers[0].before", "99999999999999999999999999"),
            ("contributions[0].paid_on", "2023-02-29"),
            ("contributions[0].paid_on", "2023-2-9"),
            ("operating_status", "营业"),
            ("has_website", "也许"),
            ("phone", "   "),
        ] {
            assert_eq!(reading(path, text), None, "{path} {text}");
        }
    }

    #[test]
    fn basis_points_are_exact() {
        assert_eq!(basis_points(Decimal::new(3333, 2)), Some(3333));
        assert_eq!(basis_points(Decimal::new(335, 1)), Some(3350));
        assert_eq!(basis_points(Decimal::from(100)), Some(10_000));
        assert_eq!(basis_points(Decimal::MAX), None);
    }
}
