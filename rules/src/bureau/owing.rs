//! 应报 Who owes the report of which year (企业信息公示暂行条例 art. 8: the year of registration is reported in
//! the year after it).

use chrono::{Datelike, NaiveDate};

use crate::annual_report::{FilerKind, window};
use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

/// 无终止 The last year of whoever has not ended.
pub const FOREVER: i32 = 9_999;

/// 申报主体 What decides which reports an enterprise owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filer {
    /// 类型
    pub kind: EnterpriseKind,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 成立日期
    pub established_on: NaiveDate,
    /// 注销、吊销日期
    pub closed_on: Option<NaiveDate>,
}

/// The first and the last year whose report is owed; the last lies before the first if none is.
///
/// Whoever ends before the window of a year has closed does not owe its report any more; whoever ends after it
/// has owed it.
pub fn owed_years(filer: &Filer) -> (i32, i32) {
    let first = filer.established_on.year();
    if filer.status.is_open() {
        return (first, FOREVER);
    }
    let kind = FilerKind::of(filer.kind);
    let Some(closed_on) = filer.closed_on else { return (first, first - 1) };
    let is_past = |year: &i32| window(kind, *year).is_none_or(|window| window.to < closed_on);
    // The window of a year lies in the year after it.
    let last = [closed_on.year() - 1, closed_on.year() - 2].into_iter().find(is_past);
    (first, last.unwrap_or(first - 1))
}

impl Filer {
    /// Whether the report of a year is or was owed.
    pub fn owes(&self, year: i32) -> bool {
        let (first, last) = owed_years(self);
        (first..=last).contains(&year)
    }

    /// 全年存续 Whether it was registered before the year began and had not ended when it ended.
    pub fn is_open_throughout(&self, year: i32) -> bool {
        let ended = match (self.status.is_open(), self.closed_on) {
            (true, _) => false,
            (false, Some(closed_on)) => closed_on.year() <= year,
            (false, None) => true,
        };
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        !ended && first.is_some_and(|first| self.established_on <= first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn filer(status: EnterpriseStatus, closed_on: Option<&str>) -> Filer {
        let kind = EnterpriseKind::LimitedCompany;
        Filer { kind, status, established_on: day("2020-05-01"), closed_on: closed_on.map(day) }
    }

    #[test]
    fn a_year_is_owed_from_its_registration_until_the_end() {
        let open = filer(EnterpriseStatus::Active, None);
        assert_eq!([2019, 2020, 2025].map(|year| open.owes(year)), [false, true, true]);
        for (closed_on, last) in [("2026-06-30", 2024), ("2026-07-01", 2025), ("2026-12-31", 2025)] {
            let ended = filer(EnterpriseStatus::Deregistered, Some(closed_on));
            assert_eq!(owed_years(&ended), (2020, last), "{closed_on}");
        }
        assert!(!filer(EnterpriseStatus::MovedOut, None).owes(2020));
    }

    #[test]
    fn a_whole_year_begins_on_its_first_day() {
        let open = filer(EnterpriseStatus::Active, None);
        assert_eq!([2020, 2021].map(|year| open.is_open_throughout(year)), [false, true]);
        let ended = filer(EnterpriseStatus::Deregistered, Some("2024-01-01"));
        assert_eq!([2023, 2024].map(|year| ended.is_open_throughout(year)), [true, false]);
        let first = Filer { established_on: day("2021-01-01"), ..open };
        assert!(first.is_open_throughout(2021));
    }
}
