//! 读取 Rows of the database as records, by the position of their columns.
//!
//! A page of the graph is thousands of values. Looking up each by its name and wrapping each absent
//! one in an error, as the derived readers do, costs more than the statement itself.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, QueryResult};
use serde::Deserialize;
use serde_json::Value as Json;
use sqlx::Row as _;

use crate::Database;
use crate::bulk::Row;
use crate::statement::Sql;

/// A record that is read by position: its columns stand side by side in the order of [`Row::COLUMNS`].
pub trait Record: Row + Sized {
    /// Reads the record whose first column is at `from`.
    ///
    /// # Errors
    /// A column of another type, or an absent value that must be there.
    fn read(row: &impl Cells, from: usize) -> Result<Self, DbErr>;
}

/// 单元格 What is read by position: a row of the database, or of a list in it ([`crate::together`]).
pub trait Cells {
    /// The value at `index`, `None` where there is none.
    ///
    /// # Errors
    /// A column of another type.
    fn cell<T: Column>(&self, index: usize) -> Result<Option<T>, DbErr>;
}

impl Cells for QueryResult {
    fn cell<T: Column>(&self, index: usize) -> Result<Option<T>, DbErr> {
        T::column(self, index)
    }
}

/// The records that a statement finds; it selects their columns first.
///
/// # Errors
/// Any failure of the database.
pub async fn all<R: Record>(db: &Database, sql: Sql) -> Result<Vec<R>, DbErr> {
    db.query_all(sql.finish()).await?.iter().map(|row| R::read(row, 0)).collect()
}

/// The one record that a statement finds.
///
/// # Errors
/// Any failure of the database.
pub async fn one<R: Record>(db: &Database, sql: Sql) -> Result<Option<R>, DbErr> {
    db.query_one(sql.finish()).await?.map(|row| R::read(&row, 0)).transpose()
}

/// A value in a column that may be empty.
pub trait Column: Sized {
    /// The value at `index`, `None` where there is none.
    ///
    /// # Errors
    /// A column of another type.
    fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr>;

    /// The same value as the database writes it in JSON.
    ///
    /// # Errors
    /// A value of another type.
    fn json(value: &Json) -> Result<Self, DbErr>;
}

/// A field of a record: a value, or an `Option` of one.
pub trait Value: Sized {
    /// The value at `index`.
    ///
    /// # Errors
    /// A column of another type, or no value where one must be.
    fn value(row: &impl Cells, index: usize) -> Result<Self, DbErr>;
}

impl<T: Column> Value for T {
    fn value(row: &impl Cells, index: usize) -> Result<Self, DbErr> {
        row.cell(index)?.ok_or_else(|| DbErr::Type(format!("column {index} is empty")))
    }
}

impl<T: Column> Value for Option<T> {
    fn value(row: &impl Cells, index: usize) -> Result<Self, DbErr> {
        row.cell(index)
    }
}

/// Decodes the column as the driver of the row's engine does, with no detour by names.
macro_rules! decode {
    ($row:ident, $index:ident, $type:ty) => {
        match ($row.try_as_pg_row(), $row.try_as_sqlite_row()) {
            (Some(row), _) => row.try_get::<Option<$type>, usize>($index).map_err(unreadable),
            (_, Some(row)) => row.try_get::<Option<$type>, usize>($index).map_err(unreadable),
            (None, None) => Err(DbErr::Type("a row of neither engine".to_owned())),
        }
    };
}

fn unreadable(error: impl std::fmt::Display) -> DbErr {
    DbErr::Type(error.to_string())
}

macro_rules! plain {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
                decode!(row, index, $type)
            }

            fn json(value: &Json) -> Result<Self, DbErr> {
                Self::deserialize(value).map_err(unreadable)
            }
        }
    )+};
}

plain!(i64, i32, String, NaiveDate, DateTime<Utc>, Vec<u8>);

impl Column for Json {
    fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
        decode!(row, index, Self)
    }

    /// SQLite keeps a document as its text.
    fn json(value: &Json) -> Result<Self, DbErr> {
        value.as_str().map_or_else(|| Ok(value.clone()), |text| serde_json::from_str(text).map_err(unreadable))
    }
}

fn unknown(code: &str) -> DbErr {
    DbErr::Type(format!("{code} is not in the vocabulary"))
}

macro_rules! coded {
    ($($name:ident),+) => {$(
        impl Column for rules::vocabulary::$name {
            fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
                let code: Option<&str> = decode!(row, index, &str)?;
                code.map(|code| Self::from_code(code).ok_or_else(|| unknown(code))).transpose()
            }

            fn json(value: &Json) -> Result<Self, DbErr> {
                value.as_str().and_then(Self::from_code).ok_or_else(|| unknown(&value.to_string()))
            }
        }
    )+};
}
crate::record::stored_words!(coded);
