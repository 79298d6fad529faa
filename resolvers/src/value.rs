//! 取值 How stored values look in the graph.

use chrono::NaiveDate;
use rules::money::{Wan, Yuan};
use schema::scalars::{Date, Decimal};

/// 万元 An amount stored in 分.
pub fn wan(fen: i64) -> Decimal {
    Decimal(Wan::from_fen(fen).to_decimal())
}

/// 元 An amount stored in 分.
pub fn yuan(fen: i64) -> Decimal {
    Decimal(Yuan::from_fen(fen).to_decimal())
}

/// 日期 A day that may be absent.
pub fn date(day: Option<NaiveDate>) -> Option<Date> {
    day.map(Date)
}
