//! 批量写入 Many rows in one transaction: `COPY` on PostgreSQL, multi-row inserts on SQLite.
//!
//! Either everything of a session is there after [`Session::commit`] or nothing is, whenever the
//! process ends before.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::DbBackend;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Connection, Row as _};

use crate::{Database, DatabaseError};

/// Takes the values of a row, column by column.
pub trait Put {
    /// No value.
    fn null(&mut self);
    /// A whole number.
    fn number(&mut self, value: i64);
    /// Text.
    fn text(&mut self, value: &str);
    /// A day.
    fn day(&mut self, value: NaiveDate);
}

/// A column's value that can be written in bulk.
pub trait Field {
    /// Hands the value over.
    fn put(&self, out: &mut dyn Put);
}

/// A row that can be written in bulk.
pub trait Row {
    /// Table.
    const TABLE: &'static str;
    /// Columns, in the order of [`Row::put`].
    const COLUMNS: &'static [&'static str];
    /// Hands the values over, in the order of the columns.
    fn put(&self, out: &mut dyn Put);
}

impl Field for i64 {
    fn put(&self, out: &mut dyn Put) {
        out.number(*self);
    }
}

impl Field for i32 {
    fn put(&self, out: &mut dyn Put) {
        out.number(i64::from(*self));
    }
}

impl Field for String {
    fn put(&self, out: &mut dyn Put) {
        out.text(self);
    }
}

impl Field for NaiveDate {
    fn put(&self, out: &mut dyn Put) {
        out.day(*self);
    }
}

impl Field for DateTime<Utc> {
    fn put(&self, out: &mut dyn Put) {
        out.text(&self.to_rfc3339_opts(SecondsFormat::Micros, true));
    }
}

impl Field for serde_json::Value {
    fn put(&self, out: &mut dyn Put) {
        out.text(&self.to_string());
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, out: &mut dyn Put) {
        match self {
            Some(value) => value.put(out),
            None => out.null(),
        }
    }
}

macro_rules! coded {
    ($($name:ident),+) => {$(
        impl Field for rules::vocabulary::$name {
            fn put(&self, out: &mut dyn Put) {
                out.text(self.code());
            }
        }
    )+};
}

coded!(
    EnterpriseStatus, EnterpriseKind, InspectionKind, InspectionResult, AbnormalGround, RemovalGround,
    SeriousGround, RepairKind, RepairStatus, PersonRole, ChangeItem
);

/// The text form of PostgreSQL's `COPY`.
#[derive(Default)]
struct CopyText(Vec<u8>);

impl CopyText {
    fn end_row(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }
}

impl Put for CopyText {
    fn null(&mut self) {
        self.0.extend_from_slice(b"\\N\t");
    }

    fn number(&mut self, value: i64) {
        use std::io::Write;
        // Writing to memory does not fail.
        let _ = write!(self.0, "{value}\t");
    }

    fn text(&mut self, value: &str) {
        for byte in value.bytes() {
            match byte {
                b'\\' => self.0.extend_from_slice(b"\\\\"),
                b'\t' => self.0.extend_from_slice(b"\\t"),
                b'\n' => self.0.extend_from_slice(b"\\n"),
                b'\r' => self.0.extend_from_slice(b"\\r"),
                other => self.0.push(other),
            }
        }
        self.0.push(b'\t');
    }

    fn day(&mut self, value: NaiveDate) {
        use std::io::Write;
        let _ = write!(self.0, "{value}\t");
    }
}

/// Arguments of a multi-row insert. Adding a value of these types does not fail.
struct Bind(SqliteArguments);

impl Put for Bind {
    fn null(&mut self) {
        let _ = self.0.add(None::<i64>);
    }

    fn number(&mut self, value: i64) {
        let _ = self.0.add(value);
    }

    fn text(&mut self, value: &str) {
        let _ = self.0.add(value.to_owned());
    }

    fn day(&mut self, value: NaiveDate) {
        let _ = self.0.add(value.to_string());
    }
}

enum Inner {
    Postgres(sqlx::pool::PoolConnection<sqlx::Postgres>),
    Sqlite(sqlx::pool::PoolConnection<sqlx::Sqlite>),
}

/// 批量写入会话 One transaction that takes rows by the thousand.
pub struct Session {
    inner: Inner,
    done: bool,
}

/// Values that one SQLite statement takes; the engine's limit is 32,766.
const SQLITE_VALUES: usize = 16_000;

impl Session {
    /// Opens the transaction; on SQLite it is the only writer from here on.
    ///
    /// # Errors
    /// No connection, or another writer that does not end within the busy timeout.
    pub async fn begin(db: &Database) -> Result<Self, DatabaseError> {
        let inner = if db.backend() == DbBackend::Postgres {
            Inner::Postgres(db.reader().get_postgres_connection_pool().acquire().await?)
        } else {
            Inner::Sqlite(db.reader().get_sqlite_connection_pool().acquire().await?)
        };
        let mut session = Self { inner, done: false };
        session.execute(if session.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" }).await?;
        Ok(session)
    }

    /// Whether PostgreSQL runs it.
    pub fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Runs one statement without values.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match &mut self.inner {
            Inner::Postgres(connection) => sql.execute(&mut **connection).await.map(drop)?,
            Inner::Sqlite(connection) => sql.execute(&mut **connection).await.map(drop)?,
        }
        Ok(())
    }

    /// The largest key of `table`, 0 when it is empty.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn largest_id(&mut self, table: &str) -> Result<i64, DatabaseError> {
        self.scalar(&format!("SELECT COALESCE(MAX(id), 0) FROM {table}")).await
    }

    /// The one whole number that a statement answers.
    ///
    /// # Errors
    /// Any failure of the database, or an answer of another type.
    pub async fn scalar(&mut self, sql: &str) -> Result<i64, DatabaseError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        Ok(match &mut self.inner {
            Inner::Postgres(connection) => sql.fetch_one(&mut **connection).await?.try_get(0)?,
            Inner::Sqlite(connection) => sql.fetch_one(&mut **connection).await?.try_get(0)?,
        })
    }

    /// Writes rows.
    ///
    /// # Errors
    /// Any failure of the database; the transaction is then of no use any more.
    pub async fn insert<R: Row>(&mut self, rows: &[R]) -> Result<(), DatabaseError> {
        if rows.is_empty() {
            return Ok(());
        }
        let columns = R::COLUMNS.join(", ");
        match &mut self.inner {
            Inner::Postgres(connection) => {
                let mut text = CopyText::default();
                for row in rows {
                    row.put(&mut text);
                    text.end_row();
                }
                let mut copy = connection.copy_in_raw(&format!("COPY {} ({columns}) FROM STDIN", R::TABLE)).await?;
                copy.send(text.0).await?;
                copy.finish().await?;
            }
            Inner::Sqlite(connection) => {
                for chunk in rows.chunks((SQLITE_VALUES / R::COLUMNS.len()).max(1)) {
                    let mut bind = Bind(SqliteArguments::default());
                    bind.0.reserve(chunk.len() * R::COLUMNS.len(), 0);
                    for row in chunk {
                        row.put(&mut bind);
                    }
                    let sql = insert_text::<R>(&columns, chunk.len());
                    sqlx::query_with(AssertSqlSafe(sql), bind.0).execute(&mut **connection).await?;
                }
            }
        }
        Ok(())
    }

    /// Ends the transaction and keeps everything.
    ///
    /// # Errors
    /// Any failure of the database; then nothing was kept.
    pub async fn commit(mut self) -> Result<(), DatabaseError> {
        self.execute("COMMIT").await?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Session {
    /// A connection with an open transaction must not go back to the pool.
    fn drop(&mut self) {
        if !self.done {
            match &mut self.inner {
                Inner::Postgres(connection) => connection.close_on_drop(),
                Inner::Sqlite(connection) => connection.close_on_drop(),
            }
        }
    }
}

fn insert_text<R: Row>(columns: &str, rows: usize) -> String {
    let one = format!("({})", vec!["?"; R::COLUMNS.len()].join(","));
    format!("INSERT INTO {} ({columns}) VALUES {}", R::TABLE, vec![one.as_str(); rows].join(","))
}
