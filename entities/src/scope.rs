//! 视角 What a reader of the graph may count on: the day that is asked about, and for whom it is read.
//!
//! Built once a request and part of every loader key, so that neither two days nor two audiences ever
//! share a row. Access by viewer and jurisdiction belongs here and nowhere else.

use chrono::NaiveDate;
use rules::access::{FieldClass, Viewer};

/// 受众 For whom records are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// 社会公众 Everybody: what is published by law, as long as it is.
    Public,
    /// 机关 Who knows the class internal by an office: published or not.
    Office,
}

impl Audience {
    /// The audience to which a viewer belongs.
    pub fn of(viewer: &Viewer) -> Self {
        if viewer.knows_by_office(FieldClass::Internal) { Self::Office } else { Self::Public }
    }
}

/// 视角 The day the graph shows, the day it is, and who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// 查询时点 The day asked about; `None` is the present.
    pub as_of: Option<NaiveDate>,
    /// Today in Beijing.
    pub today: NaiveDate,
    /// 受众 For whom it is read.
    pub audience: Audience,
}

impl Scope {
    /// The present, as the public may see it.
    pub const fn now(today: NaiveDate) -> Self {
        Self { as_of: None, today, audience: Audience::Public }
    }

    /// The same day for another audience.
    #[must_use]
    pub const fn seen_by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// The same reader at another day. A day from today on is the present.
    pub fn at(self, day: NaiveDate) -> Self {
        Self { as_of: (day < self.today).then_some(day), ..self }
    }

    /// The last day whose records are seen.
    pub fn day(&self) -> NaiveDate {
        self.as_of.unwrap_or(self.today)
    }
}
