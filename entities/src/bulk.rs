//! 批量写入 Many rows in one transaction: `COPY` on PostgreSQL, or one statement for a few ([`few_rows`]), multi-row
//! inserts on SQLite.
//!
//! Either everything of a session is there after [`Session::commit`] or nothing is, whenever the
//! process ends before.

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{DbBackend, QueryResult, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::PgCopyIn;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, PgConnection, Row as _, SqliteConnection};

use crate::copy_text::CopyText;
use crate::few_rows;
use crate::read::Record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

pub use crate::unkeyed::Unkeyed;

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
    /// A JSON document.
    fn json(&mut self, value: &serde_json::Value) {
        self.text(&value.to_string());
    }
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
        out.json(self);
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

crate::record::stored_words!(coded);

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
        let _ = self.0.add(Arc::<str>::from(value));
    }

    fn day(&mut self, value: NaiveDate) {
        let _ = self.0.add(Arc::<str>::from(value.to_string()));
    }
}

enum Inner {
    Postgres(sqlx::pool::PoolConnection<sqlx::Postgres>),
    Sqlite(sqlx::pool::PoolConnection<sqlx::Sqlite>),
}

impl Inner {
    async fn acquire(db: &Database) -> Result<Self, DatabaseError> {
        Ok(if db.backend() == DbBackend::Postgres {
            Self::Postgres(db.acquired(db.reader().get_postgres_connection_pool().acquire()).await?)
        } else {
            Self::Sqlite(db.acquired(db.reader().get_sqlite_connection_pool().acquire()).await?)
        })
    }
}

/// 批量写入会话 One transaction that takes rows by the thousand.
pub struct Session {
    inner: Inner,
    /// Other settings than the connections of the pool have.
    tuned: bool,
    /// The connection must not go back to the pool: a transaction is open, or it is tuned.
    spent: bool,
}

/// Keys of the rows that [`Session::query`] looks for.
#[derive(Clone, Copy, Debug)]
pub enum Keys<'a> {
    /// The statement asks for all rows.
    None,
    /// Whole numbers.
    Numbers(&'a [i64]),
    /// Texts.
    Texts(&'a [&'a str]),
}

impl Keys<'_> {
    fn json(&self) -> String {
        match self {
            Self::None => serde_json::Value::Null,
            Self::Numbers(keys) => serde_json::json!(keys),
            Self::Texts(keys) => serde_json::json!(keys),
        }
        .to_string()
    }
}

/// Rows up to this number go to PostgreSQL as one statement: `COPY` sends several small packets, which TCP may hold back
/// for 40 ms (Nagle's algorithm against a delayed acknowledgement; sqlx does not turn it off). That pays for many.
const FEW: usize = 1_000;

/// Rows of one SQLite statement. Few shapes of statements, because each is kept prepared; long
/// ones gain nothing any more and take memory by the parameter.
const SQLITE_ROWS: [usize; 3] = [64, 8, 1];

/// Settings of a SQLite connection that loads millions of rows: neither its sorting nor its pages
/// may grow with the load.
const SQLITE_LOAD: &str =
    "PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE; PRAGMA mmap_size = 0; PRAGMA cache_size = -32768";

impl Session {
    /// Opens the transaction; on SQLite it is the only writer from here on.
    ///
    /// # Errors
    /// No connection, or another writer that does not end within the busy timeout.
    pub async fn begin(db: &Database) -> Result<Self, DatabaseError> {
        Self { inner: Inner::acquire(db).await?, tuned: false, spent: true }.begun().await
    }

    /// Opens the transaction of a loader that refers only to rows it has seen: SQLite then does not
    /// check foreign keys again, and sorts in temporary files instead of memory.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub async fn begin_load(db: &Database) -> Result<Self, DatabaseError> {
        let mut session = Self { inner: Inner::acquire(db).await?, tuned: true, spent: true };
        if !session.is_postgres() {
            session.execute(SQLITE_LOAD).await?;
        }
        session.begun().await
    }

    /// Opens the transaction of one who puts ciphertexts in the place of plain values: SQLite then overwrites
    /// what it lets go of.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub async fn begin_erasing(db: &Database) -> Result<Self, DatabaseError> {
        let mut session = Self { inner: Inner::acquire(db).await?, tuned: true, spent: true };
        if !session.is_postgres() {
            session.execute("PRAGMA secure_delete = ON").await?;
        }
        session.begun().await
    }

    async fn begun(mut self) -> Result<Self, DatabaseError> {
        self.execute(if self.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" }).await?;
        Ok(self)
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

    /// The rows of a statement in which `{in}` stands for "is one of `keys`".
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn query(&mut self, sql: &str, keys: Keys<'_>) -> Result<Vec<QueryResult>, DatabaseError> {
        Ok(match &mut self.inner {
            Inner::Postgres(connection) => {
                let query = sqlx::query(AssertSqlSafe(sql.replace("{in}", "= ANY($1)")));
                let query = match keys {
                    Keys::None => query,
                    Keys::Numbers(keys) => query.bind(keys),
                    Keys::Texts(keys) => query.bind(keys),
                };
                query.fetch_all(&mut **connection).await?.into_iter().map(QueryResult::from).collect()
            }
            Inner::Sqlite(connection) => {
                let sql = sql.replace("{in}", "IN (SELECT value FROM json_each($1))");
                let query = sqlx::query(AssertSqlSafe(sql));
                let query = if matches!(keys, Keys::None) { query } else { query.bind(keys.json()) };
                query.fetch_all(&mut **connection).await?.into_iter().map(QueryResult::from).collect()
            }
        })
    }

    /// The rows that a statement answers, none if it only writes.
    ///
    /// # Errors
    /// Any failure of the database; the transaction is then of no use any more.
    pub async fn run(&mut self, sql: Sql) -> Result<Vec<QueryResult>, DatabaseError> {
        let Statement { sql, values, .. } = sql.finish();
        let values = SqlxValues(values.unwrap_or(Values(Vec::new())));
        let query = AssertSqlSafe(sql);
        Ok(match &mut self.inner {
            Inner::Postgres(connection) => {
                let rows = sqlx::query_with(query, values).fetch_all(&mut **connection).await?;
                rows.into_iter().map(QueryResult::from).collect()
            }
            Inner::Sqlite(connection) => {
                let rows = sqlx::query_with(query, values).fetch_all(&mut **connection).await?;
                rows.into_iter().map(QueryResult::from).collect()
            }
        })
    }

    /// The records that a statement answers; it names their columns first.
    ///
    /// # Errors
    /// As [`Session::run`], or a column of another type.
    pub async fn records<R: Record>(&mut self, sql: Sql) -> Result<Vec<R>, DatabaseError> {
        Ok(self.run(sql).await?.iter().map(|row| R::read(row, 0)).collect::<Result<_, _>>()?)
    }

    /// Begins a statement of this session's engine.
    pub fn sql(&self, text: &str) -> Sql {
        Sql::new(self.backend(), text)
    }

    /// Begins `SELECT … FROM` a record's table.
    pub fn select<R: Row>(&self) -> Sql {
        Sql::select::<R>(self.backend())
    }

    fn backend(&self) -> DbBackend {
        if self.is_postgres() { DbBackend::Postgres } else { DbBackend::Sqlite }
    }

    /// Opens a table for rows that come batch after batch; `options` are those of PostgreSQL's
    /// `COPY`, such as `(FREEZE)`.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn writer<R: Row>(&mut self, options: &str) -> Result<Writer<'_, R>, DatabaseError> {
        let columns = R::COLUMNS.join(", ");
        let target = match &mut self.inner {
            Inner::Postgres(connection) => {
                let statement = format!("COPY {} ({columns}) FROM STDIN {options}", R::TABLE);
                Target::Postgres(connection.copy_in_raw(&statement).await?, CopyText::default())
            }
            Inner::Sqlite(connection) => {
                let shapes = SQLITE_ROWS.map(|rows| (rows, insert_text::<R>(&columns, rows)));
                Target::Sqlite(connection, shapes)
            }
        };
        Ok(Writer { target, rows: PhantomData })
    }

    /// Writes rows.
    ///
    /// # Errors
    /// Any failure of the database; the transaction is then of no use any more.
    pub async fn insert<R: Row>(&mut self, rows: &[R]) -> Result<(), DatabaseError> {
        if rows.is_empty() {
            return Ok(());
        }
        if let Inner::Postgres(connection) = &mut self.inner
            && rows.len() <= FEW
        {
            let insert = sqlx::query(AssertSqlSafe(few_rows::insert_text::<R>())).bind(few_rows::list(rows));
            insert.execute(&mut **connection).await?;
            return Ok(());
        }
        let mut writer = self.writer("").await?;
        writer.write(rows).await?;
        writer.finish().await
    }

    /// Ends the transaction and keeps everything.
    ///
    /// # Errors
    /// Any failure of the database; then nothing was kept.
    pub async fn commit(mut self) -> Result<(), DatabaseError> {
        self.execute("COMMIT").await?;
        self.spent = self.tuned;
        Ok(())
    }

    /// Ends the transaction and keeps nothing.
    ///
    /// # Errors
    /// Any failure of the database; nothing was kept then either.
    pub async fn rollback(mut self) -> Result<(), DatabaseError> {
        self.execute("ROLLBACK").await?;
        self.spent = self.tuned;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.spent {
            match &mut self.inner {
                Inner::Postgres(connection) => connection.close_on_drop(),
                Inner::Sqlite(connection) => connection.close_on_drop(),
            }
        }
    }
}

enum Target<'s> {
    Postgres(PgCopyIn<&'s mut PgConnection>, CopyText),
    Sqlite(&'s mut SqliteConnection, [(usize, String); SQLITE_ROWS.len()]),
}

/// 连续写入 Takes the rows of one table batch after batch; PostgreSQL stores one while the next is
/// being prepared.
pub struct Writer<'s, R> {
    target: Target<'s>,
    rows: PhantomData<fn(R)>,
}

impl<R: Row> Writer<'_, R> {
    /// Writes rows.
    ///
    /// # Errors
    /// Any failure of the database; the transaction is then of no use any more.
    pub async fn write(&mut self, rows: &[R]) -> Result<(), DatabaseError> {
        match &mut self.target {
            Target::Postgres(copy, text) => {
                text.0.clear();
                for row in rows {
                    row.put(text);
                    text.end_row();
                }
                copy.send(text.0.as_slice()).await?;
            }
            Target::Sqlite(connection, shapes) => {
                let mut chunks = chunks(rows, shapes);
                let mut ready = chunks.next().map(bound);
                while let Some((sql, values)) = ready {
                    let insert = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **connection);
                    // SQLite works in a thread of its own; meanwhile the next values are made ready.
                    let (inserted, next) = futures::join!(insert, async { chunks.next().map(bound) });
                    inserted?;
                    ready = next;
                }
            }
        }
        Ok(())
    }

    /// Ends the writing. What the database has against a row is known here at the latest.
    ///
    /// # Errors
    /// Any failure of the database; the transaction is then of no use any more.
    pub async fn finish(self) -> Result<(), DatabaseError> {
        if let Target::Postgres(copy, _) = self.target {
            copy.finish().await?;
        }
        Ok(())
    }
}

/// Cuts rows into the shapes of statements, the largest first.
fn chunks<'r, R>(rows: &'r [R], shapes: &'r [(usize, String)]) -> impl Iterator<Item = (&'r str, &'r [R])> {
    let (mut rest, mut shapes) = (rows, shapes);
    std::iter::from_fn(move || {
        loop {
            let ((size, sql), smaller) = shapes.split_first()?;
            if let Some((chunk, after)) = rest.split_at_checked(*size) {
                rest = after;
                return Some((sql.as_str(), chunk));
            }
            shapes = smaller;
        }
    })
}

fn bound<R: Row>((sql, rows): (&str, &[R])) -> (String, SqliteArguments) {
    let mut bind = Bind(SqliteArguments::default());
    bind.0.reserve(rows.len() * R::COLUMNS.len(), 0);
    for row in rows {
        row.put(&mut bind);
    }
    (sql.to_owned(), bind.0)
}

/// A statement that fails takes the transaction with it, so SQLite need not keep what every page was
/// before the statement (`OR FAIL`).
fn insert_text<R: Row>(columns: &str, rows: usize) -> String {
    let one = format!("({})", vec!["?"; R::COLUMNS.len()].join(","));
    format!("INSERT OR FAIL INTO {} ({columns}) VALUES {}", R::TABLE, vec![one.as_str(); rows].join(","))
}
