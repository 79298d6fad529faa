//! 读取 Rows of the database as records, by the position of their columns.
//!
//! A page of the graph is thousands of values. Looking up each by its name and wrapping each absent
//! one in an error, as the derived readers do, costs more than the statement itself.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, QueryResult};
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
    fn read(row: &QueryResult, from: usize) -> Result<Self, DbErr>;
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
}

/// A field of a record: a value, or an `Option` of one.
pub trait Value: Sized {
    /// The value at `index`.
    ///
    /// # Errors
    /// A column of another type, or no value where one must be.
    fn value(row: &QueryResult, index: usize) -> Result<Self, DbErr>;
}

impl<T: Column> Value for T {
    fn value(row: &QueryResult, index: usize) -> Result<Self, DbErr> {
        T::column(row, index)?.ok_or_else(|| DbErr::Type(format!("column {index} is empty")))
    }
}

impl<T: Column> Value for Option<T> {
    fn value(row: &QueryResult, index: usize) -> Result<Self, DbErr> {
        T::column(row, index)
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

fn unreadable(error: sqlx::Error) -> DbErr {
    DbErr::Type(error.to_string())
}

macro_rules! plain {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
                decode!(row, index, $type)
            }
        }
    )+};
}

plain!(i64, i32, String, NaiveDate, DateTime<Utc>, serde_json::Value, Vec<u8>);

macro_rules! coded {
    ($($name:ident),+) => {$(
        impl Column for rules::vocabulary::$name {
            fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
                let code: Option<&str> = decode!(row, index, &str)?;
                code.map(|code| {
                    Self::from_code(code).ok_or_else(|| DbErr::Type(format!("{code} is not in the vocabulary")))
                })
                .transpose()
            }
        }
    )+};
}
crate::record::stored_words!(coded);
