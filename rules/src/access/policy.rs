//! 口令策略 The figures by which passwords and accounts are judged, each set from the day on which it holds.
//!
//! GB/T 22239-2019 asks for complexity and periodic change (8.1.4.1 a), for an end of failed tries
//! (8.1.4.1 b) and for accounts that nobody uses any more to go (8.1.4.2 c); how long, how many and how often
//! are our figures.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// 口令策略 One set of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// 施行日期 The first day on which it holds.
    pub from: NaiveDate,
    /// 依据
    pub source: &'static str,
    /// Characters at least.
    pub shortest: usize,
    /// Characters at most: hashing more costs without protecting more.
    pub longest: usize,
    /// Kinds of characters at least, of capitals, small letters, digits and others.
    pub kinds: usize,
    /// The last passwords of an account, the present one included, none of which is taken again.
    pub remembered: usize,
    /// 有效期 Days after which staff change their password.
    pub valid_days: i64,
    /// 闲置 Days after which an account that nobody used is disabled.
    pub unused_days: i64,
    /// Failed tries that lock a login at an address.
    pub tries: i32,
    /// Minutes for which it is locked, and after which earlier tries are forgotten.
    pub locked_minutes: i64,
}

/// Every set, oldest first.
const POLICIES: [PasswordPolicy; 1] = [PasswordPolicy {
    from: NaiveDate::from_ymd_opt(2019, 12, 1).expect("a day of the calendar"),
    source: "GB/T 22239-2019 8.1.4.1 a、b，8.1.4.2 c",
    shortest: 12,
    longest: 128,
    kinds: 3,
    remembered: 5,
    valid_days: 90,
    unused_days: 90,
    tries: 5,
    locked_minutes: 15,
}];

/// The set that holds on a day; `None` before there was any.
pub fn password_policy(day: NaiveDate) -> Option<&'static PasswordPolicy> {
    POLICIES.iter().rev().find(|policy| policy.from <= day)
}

/// 口令状态 Whether a password lets its owner do more than change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// 有效
    InForce,
    /// 初始口令 An administrator gave it, and knows it.
    First,
    /// 已过期
    Expired,
}

/// 能否尝试 What becomes of a try to sign in, before its password is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// It is taken, as the one of this number.
    Taken(i32),
    /// 过快 It comes too soon after failed ones.
    TooSoon(DateTime<Utc>),
    /// 锁定
    Locked(DateTime<Utc>),
}

/// 失败记录 What is known of failed tries of a login at an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: i32,
    /// The last one.
    pub last_at: Option<DateTime<Utc>>,
    /// Until when the login is locked.
    pub locked_until: Option<DateTime<Utc>>,
}

impl PasswordPolicy {
    /// What a password that was last changed by its owner at `changed_at` is worth. Only staff have to change
    /// theirs from time to time; a first password is nobody's to keep.
    pub fn state(&self, changed_at: Option<DateTime<Utc>>, is_staff: bool, now: DateTime<Utc>) -> PasswordState {
        match changed_at {
            None => PasswordState::First,
            Some(changed_at) if is_staff && self.expires_at(changed_at) <= now => PasswordState::Expired,
            Some(_) => PasswordState::InForce,
        }
    }

    /// When a password of staff that was changed then has to be changed again.
    pub fn expires_at(&self, changed_at: DateTime<Utc>) -> DateTime<Utc> {
        changed_at + TimeDelta::days(self.valid_days)
    }

    /// 闲置 Whether an account that was last used at `used_at` is to be disabled.
    pub fn is_unused(&self, used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        used_at <= self.unused_since(now)
    }

    /// The last instant of use that is too long ago.
    pub fn unused_since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(self.unused_days)
    }

    /// How long a login is locked.
    pub fn locked_for(&self) -> TimeDelta {
        TimeDelta::minutes(self.locked_minutes)
    }

    /// 等待时间 How long the next try has to wait after so many failed ones: a slip of the finger costs
    /// nothing, each further one twice as much as the one before.
    pub fn delay(&self, failed: i32) -> TimeDelta {
        match failed {
            ..=1 => TimeDelta::zero(),
            failed => TimeDelta::seconds(1 << (failed - 1).min(10)),
        }
    }

    /// Whether a try is taken now.
    pub fn judge(&self, failures: Failures, now: DateTime<Utc>) -> Try {
        if let Some(until) = failures.locked_until.filter(|until| *until > now) {
            return Try::Locked(until);
        }
        // Earlier tries are forgotten in time.
        let recent = failures.last_at.filter(|last| now - *last < self.locked_for());
        let count = if recent.is_some() { failures.count } else { 0 };
        match recent.map(|last| last + self.delay(count)).filter(|free| *free > now) {
            Some(free) => Try::TooSoon(free),
            None => Try::Taken(count + 1),
        }
    }

    /// Until when the login is locked once the try of this number has failed; `None` if it is not.
    pub fn locks(&self, number: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (number >= self.tries).then(|| now + self.locked_for())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant")
    }

    fn policy() -> &'static PasswordPolicy {
        password_policy(at(0).date_naive()).expect("a policy")
    }

    #[test]
    fn a_policy_holds_from_its_day() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(password_policy(day("2019-11-30")), None);
        assert_eq!(password_policy(day("2019-12-01")).map(|policy| policy.shortest), Some(12));
    }

    #[test]
    fn staff_change_within_ninety_days_and_everybody_the_first() {
        let days = |days: i64| at(days * 86_400);
        for (changed, is_staff, now, expected) in [
            (None, false, 0, PasswordState::First),
            (None, true, 0, PasswordState::First),
            (Some(0), true, 89, PasswordState::InForce),
            (Some(0), true, 90, PasswordState::Expired),
            (Some(0), false, 900, PasswordState::InForce),
        ] {
            assert_eq!(
                policy().state(changed.map(days), is_staff, days(now)),
                expected,
                "{changed:?} {is_staff} {now}"
            );
        }
        assert!(
            !policy().is_unused(days(0), days(90) - TimeDelta::seconds(1)) && policy().is_unused(days(0), days(90))
        );
    }

    #[test]
    fn the_fifth_failure_locks_for_a_quarter_of_an_hour() {
        let (mut failures, mut now) = (Failures::default(), 0);
        let mut waits = Vec::new();
        let locked = loop {
            match policy().judge(failures, at(now)) {
                Try::Taken(number) => {
                    failures = Failures { count: number, last_at: Some(at(now)), locked_until: None };
                    if let Some(until) = policy().locks(number, at(now)) {
                        break until;
                    }
                }
                Try::TooSoon(free) => {
                    waits.push((free - at(now)).num_seconds());
                    now += (free - at(now)).num_seconds();
                }
                Try::Locked(_) => unreachable!("nothing is locked yet"),
            }
        };
        assert_eq!((waits, locked), (vec![2, 4, 8], at(14) + TimeDelta::minutes(15)));
        let failures = Failures { count: 0, last_at: Some(at(14)), locked_until: Some(locked) };
        assert_eq!(policy().judge(failures, at(15)), Try::Locked(locked));
        assert_eq!(policy().judge(failures, locked), Try::Taken(1));
    }

    proptest! {
        /// However often somebody tries, no more than five passwords are looked at in a quarter of an hour.
        #[test]
        fn no_pace_gets_more_tries(gaps in prop::collection::vec(0_i64..20, 1..200)) {
            let (mut failures, mut now, mut taken) = (Failures::default(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                if let Try::Taken(number) = policy().judge(failures, at(now)) {
                    taken.push(now);
                    let locked_until = policy().locks(number, at(now));
                    let count = if locked_until.is_some() { 0 } else { number };
                    failures = Failures { count, last_at: Some(at(now)), locked_until };
                }
            }
            for (index, begun) in taken.iter().enumerate() {
                let within = taken[index..].iter().filter(|time| **time - begun < 900).count();
                prop_assert!(within <= 5, "{taken:?}");
            }
        }
    }
}
