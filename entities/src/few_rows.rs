//! 少量写入 A handful of rows as one statement of PostgreSQL, whose text depends on the table alone: the rows are one
//! value, a JSON list, and the table says of what types they are.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::bulk::{Put, Row};

/// The statement; its value is a [`list`].
pub(crate) fn insert_text<R: Row>() -> String {
    let (table, columns) = (R::TABLE, R::COLUMNS.join(", "));
    format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::text::json)"
    )
}

/// Rows as a JSON list of objects.
pub(crate) fn list<R: Row>(rows: &[R]) -> String {
    let object = |row: &R| {
        let mut object = Object { columns: R::COLUMNS.iter(), fields: Map::with_capacity(R::COLUMNS.len()) };
        row.put(&mut object);
        Value::Object(object.fields)
    };
    Value::Array(rows.iter().map(object).collect()).to_string()
}

struct Object {
    columns: std::slice::Iter<'static, &'static str>,
    fields: Map<String, Value>,
}

impl Object {
    fn put(&mut self, value: Value) {
        if let Some(column) = self.columns.next() {
            self.fields.insert((*column).to_owned(), value);
        }
    }
}

impl Put for Object {
    fn null(&mut self) {
        self.put(Value::Null);
    }

    fn number(&mut self, value: i64) {
        self.put(value.into());
    }

    fn text(&mut self, value: &str) {
        self.put(value.into());
    }

    fn day(&mut self, value: NaiveDate) {
        self.put(value.to_string().into());
    }

    /// As it is: the text of a document would become a document that is a text.
    fn json(&mut self, value: &Value) {
        self.put(value.clone());
    }
}
