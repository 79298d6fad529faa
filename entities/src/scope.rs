//! 视角 What a reader of the graph may count on: the day that is asked about.
//!
//! Built once a request and part of every loader key, so that two days never share a row. Access
//! by viewer and jurisdiction belongs here and nowhere else.

use chrono::NaiveDate;

/// 视角 The day the graph shows, and the day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// 查询时点 The day asked about; `None` is the present.
    pub as_of: Option<NaiveDate>,
    /// Today in Beijing.
    pub today: NaiveDate,
}

impl Scope {
    /// The present.
    pub const fn now(today: NaiveDate) -> Self {
        Self { as_of: None, today }
    }

    /// The same reader at another day. A day from today on is the present.
    pub fn at(self, day: NaiveDate) -> Self {
        Self { as_of: (day < self.today).then_some(day), today: self.today }
    }

    /// The last day whose records are seen.
    pub fn day(&self) -> NaiveDate {
        self.as_of.unwrap_or(self.today)
    }
}
