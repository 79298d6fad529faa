//! 填报值 Values of a report by path: `total_assets`, `contributions[0].paid`.
//!
//! A value is either typed (from the register, from last year) or the text that a filer wrote;
//! texts are read by the type of their field, so that a rule can speak about what was written.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::money::Wan;
use crate::region::RegionCode;
use crate::uscc::Uscc;

/// 填报值 One value of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// As written, or a code of a list.
    Text(String),
    /// A count.
    Integer(i64),
    /// 万元 An amount.
    Wan(Wan),
    /// A percentage or another decimal number.
    Decimal(Decimal),
    /// A Beijing day.
    Date(NaiveDate),
    /// 是否 Yes or no.
    Bool(bool),
}

impl FieldValue {
    /// Whether nothing was filled in: a text of blanks.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

impl fmt::Display for FieldValue {
    /// The value as a filer would type it, in the unit of its field, without the unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Wan(amount) => amount.fmt(f),
            Self::Decimal(number) => number.normalize().fmt(f),
            Self::Date(day) => day.fmt(f),
            Self::Bool(answer) => answer.fmt(f),
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Wan> for FieldValue {
    fn from(amount: Wan) -> Self {
        Self::Wan(amount)
    }
}

impl From<NaiveDate> for FieldValue {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl From<bool> for FieldValue {
    fn from(answer: bool) -> Self {
        Self::Bool(answer)
    }
}

impl From<Uscc> for FieldValue {
    fn from(code: Uscc) -> Self {
        Self::Text(code.to_string())
    }
}

impl From<RegionCode> for FieldValue {
    fn from(code: RegionCode) -> Self {
        Self::Text(code.to_string())
    }
}

/// 填报内容 A report, or a part of one, by path.
pub type Values = BTreeMap<String, FieldValue>;

/// Path of a cell: `contributions[0].paid`.
pub fn cell(table: &str, row: usize, field: &str) -> String {
    format!("{table}[{row}].{field}")
}

/// 路径 A path, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path<'a> {
    /// A field outside the tables.
    Field(&'a str),
    /// A cell of a table.
    Cell {
        /// Table.
        table: &'a str,
        /// Row, counted from 0.
        row: usize,
        /// Column.
        field: &'a str,
    },
}

impl<'a> Path<'a> {
    /// Takes a path apart, `None` if it is written otherwise than `field` or `table[row].field`.
    pub fn parse(path: &'a str) -> Option<Self> {
        let Some((table, rest)) = path.split_once('[') else {
            return is_name(path).then_some(Self::Field(path));
        };
        let (row, field) = rest.split_once("].")?;
        // One spelling for each cell: no sign, no leading zero.
        let is_plain = row.bytes().all(|byte| byte.is_ascii_digit()) && (row.len() == 1 || !row.starts_with('0'));
        let row = row.parse().ok().filter(|_| is_plain)?;
        (is_name(table) && is_name(field)).then_some(Self::Cell { table, row, field })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_name_a_field_or_a_cell() {
        assert_eq!(Path::parse("total_assets"), Some(Path::Field("total_assets")));
        let paid = Path::Cell { table: "contributions", row: 12, field: "paid" };
        assert_eq!(Path::parse("contributions[12].paid"), Some(paid));
        for text in
            ["", "a[", "a[0]", "a[0].", "a[].b", "a[-1].b", "a[+1].b", "a[00].b", "A", "a b", "a[0].b[1].c", "a.b"]
        {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_without_panic(text in any::<String>()) {
            let _ = Path::parse(&text);
        }

        #[test]
        fn written_cells_are_read(table in "[a-z_]{1,9}", row in 0..usize::MAX, field in "[a-z_]{1,9}") {
            let path = cell(&table, row, &field);
            prop_assert_eq!(Path::parse(&path), Some(Path::Cell { table: &table, row, field: &field }));
        }
    }
}
