//! 工作日历 Public holidays and weekend days that are worked, by the yearly notices of the State Council; and how days are
//! written in letters, notices and messages.
//!
//! CALENDAR-1: a year whose notice is not loaded is an error, never a guess: lunar holidays move, and weekends are
//! exchanged for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

/// 放假安排未公布 The notice of the year is not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CALENDAR_NOT_LOADED: {0}")]
pub struct CalendarMissing(pub i32);

impl CalendarMissing {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        "CALENDAR_NOT_LOADED"
    }
}

/// 年历 The notice of one year.
#[derive(Debug)]
pub struct Calendar {
    /// 依据
    pub source: String,
    off: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarTable {
    year: Vec<YearRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearRow {
    year: i32,
    source: String,
    off: Vec<(NaiveDate, NaiveDate)>,
    worked: Vec<NaiveDate>,
}

static CALENDARS: LazyLock<BTreeMap<i32, Calendar>> = LazyLock::new(|| {
    let table: CalendarTable =
        toml::from_str(include_str!("../data/calendars.toml")).expect("the embedded calendars are well-formed");
    table.year.into_iter().map(|row| (row.year, Calendar::of(row))).collect()
});

impl Calendar {
    fn of(row: YearRow) -> Self {
        let off = row.off.iter().flat_map(|(from, to)| from.iter_days().take_while(move |day| day <= to));
        Self { off: off.collect(), worked: row.worked.into_iter().collect(), source: row.source }
    }
}

/// The notice of the year of a day.
///
/// # Errors
/// The notice is not loaded.
pub fn calendar(day: NaiveDate) -> Result<&'static Calendar, CalendarMissing> {
    CALENDARS.get(&day.year()).ok_or(CalendarMissing(day.year()))
}

/// 放假日 Whether a day belongs to a public holiday; an ordinary weekend does not.
///
/// # Errors
/// The notice is not loaded.
pub fn is_holiday(day: NaiveDate) -> Result<bool, CalendarMissing> {
    Ok(calendar(day)?.off.contains(&day))
}

/// 工作日 Whether a day is worked: no holiday, and no weekend day that is not made up for.
///
/// # Errors
/// The notice is not loaded.
pub fn is_working(day: NaiveDate) -> Result<bool, CalendarMissing> {
    let calendar = calendar(day)?;
    let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    Ok(if is_weekend { calendar.worked.contains(&day) } else { !calendar.off.contains(&day) })
}

/// 日期写法 A day as offices write it, `2026年7月1日`; what is exchanged or compared stays `2026-07-01`.
pub fn written_day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_offices_write_them() {
        assert_eq!(written_day(day("2026-07-01")), "2026年7月1日");
        assert_eq!(written_day(day("2101-12-31")), "2101年12月31日");
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn days_are_those_of_the_notices() {
        for (text, holiday, working) in [
            ("2025-12-31", false, true),
            ("2026-01-01", true, false),
            ("2026-01-03", true, false),
            ("2026-01-04", false, true),
            ("2026-02-14", false, true),
            ("2026-02-15", true, false),
            ("2026-02-23", true, false),
            ("2026-02-24", false, true),
            ("2026-05-09", false, true),
            ("2026-05-10", false, false),
            ("2026-10-07", true, false),
            ("2026-10-08", false, true),
            ("2024-10-12", false, true),
            ("2025-10-08", true, false),
        ] {
            assert_eq!((is_holiday(day(text)), is_working(day(text))), (Ok(holiday), Ok(working)), "{text}");
        }
    }

    #[test]
    fn a_year_without_a_notice_is_refused() {
        assert_eq!(is_working(day("2023-12-31")), Err(CalendarMissing(2023)));
        assert_eq!(is_holiday(day("2031-01-01")).map_err(CalendarMissing::code), Err("CALENDAR_NOT_LOADED"));
    }

    /// Weekend days are worked only where weekdays are off, and every day lies in its year.
    #[test]
    fn notices_are_sound() {
        for (year, calendar) in CALENDARS.iter() {
            assert!(calendar.off.iter().chain(&calendar.worked).all(|day| day.year() == *year), "{year}");
            assert!(calendar.worked.iter().all(|day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun)), "{year}");
            assert!(calendar.off.is_disjoint(&calendar.worked) && !calendar.source.is_empty(), "{year}");
            // 全国年节及纪念日放假办法: thirteen days since 2025, eleven before; the rest of the weekdays is worked for.
            let weekdays = calendar.off.iter().filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
            let gained = weekdays.count() - calendar.worked.len();
            assert!((9..=13).contains(&gained), "{year}: {gained}");
        }
    }
}
