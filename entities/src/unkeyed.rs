//! 无键行 Rows whose keys are chosen where they are written.

use chrono::NaiveDate;

use crate::bulk::{Put, Row};

/// A row whose key the database chooses.
pub struct Unkeyed<R>(pub R);

impl<R: Row> Row for Unkeyed<R> {
    const TABLE: &'static str = R::TABLE;
    const COLUMNS: &'static [&'static str] = R::COLUMNS.split_at(1).1;

    fn put(&self, out: &mut dyn Put) {
        self.0.put(&mut AfterFirst { out, is_first: true });
    }
}

/// Leaves out the first value of a row, which is its key.
struct AfterFirst<'o> {
    out: &'o mut dyn Put,
    is_first: bool,
}

impl AfterFirst<'_> {
    fn next(&mut self, put: impl FnOnce(&mut dyn Put)) {
        if !std::mem::take(&mut self.is_first) {
            put(self.out);
        }
    }
}

impl Put for AfterFirst<'_> {
    fn null(&mut self) {
        self.next(|out| out.null());
    }

    fn number(&mut self, value: i64) {
        self.next(|out| out.number(value));
    }

    fn text(&mut self, value: &str) {
        self.next(|out| out.text(value));
    }

    fn day(&mut self, value: NaiveDate) {
        self.next(|out| out.day(value));
    }

    fn json(&mut self, value: &serde_json::Value) {
        self.next(|out| out.json(value));
    }
}
