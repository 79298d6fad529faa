//! 发送规则 Quiet hours, caps and pauses, each set from the day on which it holds.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

/// 发送规则 One set of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePolicy {
    /// 施行日期 The first day on which it holds.
    pub from: NaiveDate,
    /// 依据
    pub source: &'static str,
    /// 免打扰时段 From this time in Beijing until that of the next day nobody is reminded.
    pub quiet: (NaiveTime, NaiveTime),
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

/// Every set, oldest first.
const POLICIES: [MessagePolicy; 1] = [MessagePolicy {
    from: NaiveDate::from_ymd_opt(2015, 6, 30).expect("a day of the calendar"),
    source: "通信短信息服务管理规定（工业和信息化部令第31号）；时段与次数为本系统参数",
    quiet: (time(20), time(8)),
    of_number: [(1, 1), (3, 7)],
    most_daily: 200_000,
    attempts: 8,
    receipt_hours: 72,
}];

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
    pub fn quiet_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (day, time) = beijing(now)?;
        let (from, to) = self.quiet;
        match (time < to, time >= from) {
            (true, _) => instant(day, to),
            (_, true) => instant(day.succ_opt()?, to),
            _ => None,
        }
    }

    /// 次日 When reminders go on whose cap of the day is reached.
    pub fn next_day(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let next = beijing(now).and_then(|(day, _)| instant(day.succ_opt()?, self.quiet.1));
        next.unwrap_or(now + TimeDelta::hours(24))
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
            ("2026-05-01T11:59:59Z", None),
            ("2026-05-01T12:00:00Z", Some("2026-05-02T00:00:00Z")),
            ("2026-05-01T23:59:59Z", Some("2026-05-02T00:00:00Z")),
            ("2026-05-02T00:00:00Z", None),
            ("2026-12-31T18:00:00Z", Some("2027-01-01T00:00:00Z")),
        ] {
            assert_eq!(policy().quiet_until(at(now)), until.map(at), "{now}");
        }
        assert_eq!(policy().next_day(at("2026-05-01T04:00:00Z")), at("2026-05-02T00:00:00Z"));
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
        /// What is put off is put off to a time that is not quiet, and never by more than a day.
        #[test]
        fn quiet_hours_end(seconds in 0_i64..400_000_000) {
            let now = at("2020-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
            if let Some(until) = policy().quiet_until(now) {
                prop_assert!(until > now && until - now <= TimeDelta::hours(24));
                prop_assert_eq!(policy().quiet_until(until), None);
            }
            prop_assert_eq!(policy().quiet_until(policy().next_day(now)), None);
            prop_assert!(policy().next_day(now) > now);
        }

        /// Pauses grow and have an end.
        #[test]
        fn pauses_grow(attempts in 0_i32..60) {
            prop_assert!(policy().pause(attempts) <= policy().pause(attempts + 1));
            prop_assert!(policy().pause(attempts) <= TimeDelta::hours(1));
        }
    }
}
