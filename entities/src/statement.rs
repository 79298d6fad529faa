//! 语句 Text and values of one SQL statement, with the few words in which the engines differ.
//!
//! The text depends on the shape of a query only, never on how many keys it has, so that each
//! engine prepares it once.

use chrono::NaiveDate;
use sea_orm::{DbBackend, Statement, Value};

use crate::bulk::Row;

/// A statement under construction; `bind` numbers the placeholders.
pub struct Sql {
    backend: DbBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`.
    pub fn new(backend: DbBackend, text: &str) -> Self {
        Self { backend, text: text.to_owned(), values: Vec::new() }
    }

    /// Whether PostgreSQL will run it.
    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Appends text. Callers pass constants of this crate only, never input.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends the columns of a record, each after `prefix` (`p.` of a joined table, or nothing).
    pub fn columns<R: Row>(&mut self, prefix: &str) -> &mut Self {
        for (index, column) in R::COLUMNS.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " }).push(prefix).push(column);
        }
        self
    }

    /// `SELECT` the columns of a record `FROM` its table.
    pub fn select<R: Row>(backend: DbBackend) -> Self {
        let mut sql = Self::new(backend, "SELECT ");
        sql.columns::<R>("").push(" FROM ").push(R::TABLE);
        sql
    }

    /// Appends a placeholder for `value`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// `column = one of keys`.
    pub fn any_number(&mut self, column: &str, keys: &[i64]) -> &mut Self {
        self.push(column);
        self.any(Value::from(keys.to_vec()), || serde_json::json!(keys))
    }

    /// `column = one of keys`, for text columns.
    pub fn any_text(&mut self, column: &str, keys: &[String]) -> &mut Self {
        self.push(column);
        self.any(Value::from(keys.to_vec()), || serde_json::json!(keys))
    }

    fn any(&mut self, array: Value, json: impl Fn() -> serde_json::Value) -> &mut Self {
        if self.is_postgres() {
            self.push(" = ANY(").bind(array).push(")")
        } else {
            self.push(" IN (SELECT value FROM json_each(").bind(json().to_string()).push("))")
        }
    }

    /// A table `parent` of one column with the given keys, to be joined with what belongs to them.
    pub fn parents(&mut self, keys: &[i64]) -> &mut Self {
        if self.is_postgres() {
            self.push("(SELECT unnest(").bind(keys.to_vec()).push("::bigint[]) AS parent)")
        } else {
            self.push("(SELECT value AS parent FROM json_each(").bind(serde_json::json!(keys).to_string()).push("))")
        }
    }

    /// `column <= day`.
    pub fn until(&mut self, column: &str, day: NaiveDate) -> &mut Self {
        self.push(column).push(" <= ").bind(day)
    }

    /// `part` stands somewhere in the text of `column`.
    pub fn contains(&mut self, column: &str, part: &str) -> &mut Self {
        let find = if self.is_postgres() { "strpos(" } else { "instr(" };
        self.push(find).push(column).push(", ").bind(part).push(") > 0")
    }

    /// The finished statement.
    pub fn finish(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.text, self.values)
    }
}
