//! 端口 What the use cases need from outside: the time, and somebody to tell how far they are.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// 北京时间 Days of the law are days in Beijing, UTC+8 all year.
pub const BEIJING_SECONDS: i32 = 8 * 3600;

/// 时钟 The present instant; tests hold it still.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this instant.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The instant.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(instant) => instant,
        }
    }

    /// 今日 The day in Beijing.
    pub fn today(self) -> NaiveDate {
        match FixedOffset::east_opt(BEIJING_SECONDS) {
            Some(beijing) => self.now().with_timezone(&beijing).date_naive(),
            None => self.now().date_naive(),
        }
    }
}

/// 进度 Told now and then how far long work is.
pub trait Progress: Send + Sync {
    /// `done` of `total` units (rows unless the work says otherwise) are through, `step` is going on.
    fn report(&self, step: &str, done: u64, total: Option<u64>);
}

/// Nobody listens.
pub struct Silent;

impl Progress for Silent {
    fn report(&self, _step: &str, _done: u64, _total: Option<u64>) {}
}
