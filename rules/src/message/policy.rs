//! 发送规则 Quiet hours and days, caps and pauses, each set from the day on which it holds.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::calendar::{self, CalendarMissing};

/// 发送规则 One set of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePolicy {
    /// 施行日期 The first day on which it holds.
    pub from: NaiveDate,
    /// 依据
    pub source: &'static str,
    /// 免打扰时段 From this time in Beijing until that of the next day nobody is reminded.
    pub quiet: (NaiveTime, NaiveTime),
    /// 节假日免打扰 Whether nobody is reminded on public holidays either.
    pub quiet_holidays: bool,
    /// 每号码 Reminders of one number: at most so many within so many days.
    pub of_number: [(i64, i64); 2],
    /// 每任务每日上限 What a campaign may ask for at most.
    pub most_daily: i32,
    /// 尝试次数 After so many a message has failed.
    pub attempts: i32,
    /// 回执等待 Hours after which a receipt is not waited for any more.
    pub receipt_hours: i64,
}

const fn time(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day")
}

const FIRST: MessagePolicy = MessagePolicy {
    from: NaiveDate::from_ymd_opt(2015, 6, 30).expect("a day of the calendar"),
    source: "通信短信息服务管理规定（工业和信息化部令第31号）；时段与次数为本系统参数",
    quiet: (time(20), time(8)),
    quiet_holidays: false,
    of_number: [(1, 1), (3, 7)],
    most_daily: 200_000,
    attempts: 8,
    receipt_hours: 72,
};

/// Every set, oldest first.
const POLICIES: [MessagePolicy; 2] = [
    FIRST,
    MessagePolicy {
        from: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day of the calendar"),
        source: "通信短信息服务管理规定（工业和信息化部令第31号）；时段、节假日与次数为本系统参数",
        quiet_holidays: true,
        ..FIRST
    },
];

/// The set that holds on a day; `None` before there was any.
pub fn message_policy(day: NaiveDate) -> Option<&'static MessagePolicy> {
    POLICIES.iter().rev().find(|policy| policy.from <= day)
}

/// 北京时间 Seconds by which the day in Beijing is ahead.
const BEIJING: i32 = 8 * 3600;

/// Day and time in Beijing.
fn beijing(now: DateTime<Utc>) -> Option<(NaiveDate, NaiveTime)> {
    let there = now.with_timezone(&FixedOffset::east_opt(BEIJING)?);
    Some((there.date_naive(), there.time()))
}

/// The instant of a time of a day in Beijing.
fn instant(day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    day.and_time(time).and_local_timezone(FixedOffset::east_opt(BEIJING)?).single().map(|there| there.to_utc())
}

impl MessagePolicy {
    /// 免打扰 Until when nobody is reminded; `None` if it may be done now.
    ///
    /// # Errors
    /// The notice of public holidays of the year is not loaded.
    pub fn quiet_until(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, CalendarMissing> {
        let Some((day, time)) = beijing(now) else { return Ok(None) };
        let (from, to) = self.quiet;
        let first = if time >= from { day.succ_opt().unwrap_or(day) } else { day };
        let open = self.open_from(first)?;
        let is_open = open == day && time >= to;
        Ok(instant(open, to).filter(|_| !is_open))
    }

    /// 次日 When reminders go on whose cap of the day is reached.
    ///
    /// # Errors
    /// The notice of public holidays of the year is not loaded.
    pub fn next_day(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, CalendarMissing> {
        let later = now + TimeDelta::hours(24);
        let Some(next) = beijing(now).and_then(|(day, _)| day.succ_opt()) else { return Ok(later) };
        Ok(instant(self.open_from(next)?, self.quiet.1).unwrap_or(later))
    }

    /// The first day from `day` on which people are reminded.
    fn open_from(&self, day: NaiveDate) -> Result<NaiveDate, CalendarMissing> {
        for open in day.iter_days() {
            if !self.quiet_holidays || !calendar::is_holiday(open)? {
                return Ok(open);
            }
        }
        Ok(day)
    }

    /// 每号码上限 Whether a number may be reminded once more, that was reminded at these instants.
    pub fn may_remind(&self, reminded: &[DateTime<Utc>], now: DateTime<Utc>) -> bool {
        self.of_number.iter().all(|(most, days)| {
            let since = now - TimeDelta::days(*days);
            (reminded.iter().filter(|time| **time > since).count() as i64) < *most
        })
    }

    /// Days over which reminders of a number are counted.
    pub fn counted_days(&self) -> i64 {
        self.of_number.iter().map(|(_, days)| *days).max().unwrap_or_default()
    }

    /// 重试间隔 How long it is waited after so many attempts: twice as long each time, at most an hour.
    pub fn pause(&self, attempts: i32) -> TimeDelta {
        TimeDelta::seconds(5_i64 << attempts.clamp(0, 10)).min(TimeDelta::hours(1))
    }

    /// 催询间隔 How long after a message was sent so long ago its receipt is asked for again.
    pub fn receipt_pause(&self, waited: TimeDelta) -> TimeDelta {
        waited.clamp(TimeDelta::seconds(15), TimeDelta::hours(6))
    }

    /// Whether a receipt is not waited for any more.
    pub fn is_receipt_given_up(&self, waited: TimeDelta) -> bool {
        waited >= TimeDelta::hours(self.receipt_hours)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn policy() -> &'static MessagePolicy {
        message_policy(at("2026-05-01T00:00:00Z").date_naive()).expect("a policy")
    }

    #[test]
    fn quiet_hours_are_those_of_beijing() {
        for (now, until) in [
            ("2026-05-12T11:59:59Z", None),
            ("2026-05-12T12:00:00Z", Some("2026-05-13T00:00:00Z")),
            ("2026-05-12T23:59:59Z", Some("2026-05-13T00:00:00Z")),
            ("2026-05-13T00:00:00Z", None),
        ] {
            assert_eq!(policy().quiet_until(at(now)), Ok(until.map(at)), "{now}");
        }
        assert_eq!(policy().next_day(at("2026-05-12T04:00:00Z")), Ok(at("2026-05-13T00:00:00Z")));
    }

    #[test]
    fn public_holidays_are_quiet_and_weekends_are_not() {
        for (now, until) in [
            // The evening before 劳动节, its days, and the day after it.
            ("2026-04-30T11:59:59Z", None),
            ("2026-04-30T12:00:00Z", Some("2026-05-06T00:00:00Z")),
            ("2026-05-01T04:00:00Z", Some("2026-05-06T00:00:00Z")),
            ("2026-05-05T16:30:00Z", Some("2026-05-06T00:00:00Z")),
            ("2026-05-06T00:00:00Z", None),
            // A Saturday.
            ("2026-05-16T04:00:00Z", None),
        ] {
            assert_eq!(policy().quiet_until(at(now)), Ok(until.map(at)), "{now}");
        }
        assert_eq!(policy().next_day(at("2026-04-30T04:00:00Z")), Ok(at("2026-05-06T00:00:00Z")));
        // Before the set that asks for it, and in a year whose notice is not loaded.
        let before = message_policy(at("2025-05-01T00:00:00Z").date_naive()).expect("a policy");
        assert_eq!(before.quiet_until(at("2025-05-01T04:00:00Z")), Ok(None));
        let missing = Err(CalendarMissing(2031));
        assert_eq!(policy().quiet_until(at("2031-03-03T04:00:00Z")), missing);
    }

    #[test]
    fn a_number_is_reminded_once_a_day_and_three_times_a_week() {
        let days = |days: &[i64]| -> Vec<DateTime<Utc>> {
            days.iter().map(|day| at("2026-05-10T04:00:00Z") - TimeDelta::days(*day)).collect()
        };
        let now = at("2026-05-10T04:00:00Z");
        for (reminded, may) in [(&[][..], true), (&[0], false), (&[1], true), (&[1, 2, 3], false), (&[1, 2, 7], true)] {
            assert_eq!(policy().may_remind(&days(reminded), now), may, "{reminded:?}");
        }
    }

    proptest! {
        /// What is put off is put off to a time that is not quiet, and never by more than the longest holiday.
        #[test]
        fn quiet_hours_end(seconds in 0_i64..92_000_000) {
            let now = at("2024-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
            if let Some(until) = policy().quiet_until(now).expect("a year with its notice") {
                prop_assert!(until > now && until - now <= TimeDelta::days(10));
                prop_assert_eq!(policy().quiet_until(until), Ok(None));
            }
            let next = policy().next_day(now).expect("a year with its notice");
            prop_assert_eq!(policy().quiet_until(next), Ok(None));
            prop_assert!(next > now);
        }

        /// Pauses grow and have an end.
        #[test]
        fn pauses_grow(attempts in 0_i32..60) {
            prop_assert!(policy().pause(attempts) <= policy().pause(attempts + 1));
            prop_assert!(policy().pause(attempts) <= TimeDelta::hours(1));
        }
    }
}
