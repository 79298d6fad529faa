//! 联络员 Who files for an enterprise is registered, and changed, with a code that is sent to the telephone of its legal
//! representative (企业信息公示暂行条例 art. 10 makes the enterprise answer for what it publishes).
//!
//! LIAISON-1: a code is taken once, within its time, and after at most so many wrong tries.
//! LIAISON-2: what is answered to a request depends on how often was asked, and never on whether there is an
//! enterprise or a telephone.
//!
//! How long, how many and how often are our figures, each set from the day on which it holds.

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::vocabulary::vocabulary;

vocabulary! {
    /// 联络员业务 What a code is for: one of the two is no code for the other.
    LiaisonPurpose {
        Register = "REGISTER" "联络员注册",
        Change = "CHANGE" "联络员变更",
    }
}

vocabulary! {
    /// 联络员业务环节 A step of a registration or a change.
    LiaisonStep {
        Request = "REQUEST" "申请验证码",
        Send = "SEND" "发送验证码",
        Verify = "VERIFY" "核对验证码",
        Save = "SAVE" "保存联络员",
    }
}

/// 验证码规则 One set of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePolicy {
    /// 施行日期 The first day on which it holds.
    pub from: NaiveDate,
    /// 依据
    pub source: &'static str,
    /// 位数
    pub digits: usize,
    /// 有效期 Seconds.
    pub valid_seconds: i64,
    /// 重发间隔 Seconds.
    pub resend_seconds: i64,
    /// 错误次数 Wrong tries after which a code is no more.
    pub tries: i32,
    /// 每主体每日 Requests for one enterprise within 24 hours.
    pub of_enterprise: i64,
    /// 每号码每日 Codes to one number within 24 hours; what is beyond is not sent, and answered like any other.
    pub of_number: i64,
    /// 每来源每日 Requests from one address within 24 hours.
    pub of_source: i64,
    /// 每来源每日 Codes shown from one address within 24 hours.
    pub shown_by_source: i64,
}

/// Every set, oldest first.
const POLICIES: [CodePolicy; 1] = [CodePolicy {
    from: NaiveDate::from_ymd_opt(2019, 12, 1).expect("a day of the calendar"),
    source: "GB/T 22239-2019 8.1.4.1 b；验证码位数、时限、次数为本系统参数",
    digits: 6,
    valid_seconds: 300,
    resend_seconds: 60,
    tries: 5,
    of_enterprise: 10,
    of_number: 10,
    of_source: 30,
    shown_by_source: 60,
}];

/// The set that holds on a day; `None` before there was any.
pub fn code_policy(day: NaiveDate) -> Option<&'static CodePolicy> {
    POLICIES.iter().rev().find(|policy| policy.from <= day)
}

/// 申请情况 What was asked for of late, whether or not there is such an enterprise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The last request for the enterprise.
    pub last_at: Option<DateTime<Utc>>,
    /// Requests for the enterprise within 24 hours, and the first of them.
    pub of_enterprise: (i64, Option<DateTime<Utc>>),
    /// Requests from the address within 24 hours, and the first of them.
    pub of_source: (i64, Option<DateTime<Utc>>),
}

/// 不予发送 Why no code is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// 过快 Until then the last one is waited for.
    TooSoon(DateTime<Utc>),
    /// 超过每日次数 Until then.
    TooMany(DateTime<Utc>),
}

/// 验证码情况 What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    /// 申请时间
    pub requested_at: DateTime<Utc>,
    /// 已试次数 Before this try.
    pub tries: i32,
    /// 是否已使用
    pub is_used: bool,
}

/// 核对结论 What becomes of a try, before the code is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// 可核对
    Open,
    /// 已过期
    Expired,
    /// 已锁定 Too many wrong tries.
    Locked,
    /// 已使用
    Used,
}

/// The time over which requests are counted.
pub const DAY: TimeDelta = TimeDelta::hours(24);

impl CodePolicy {
    /// 有效期
    pub fn valid_for(&self) -> TimeDelta {
        TimeDelta::seconds(self.valid_seconds)
    }

    /// Whether a code may be asked for now.
    ///
    /// # Errors
    /// Until when not.
    pub fn may_ask(&self, asked: &Asked, now: DateTime<Utc>) -> Result<(), Barred> {
        for ((count, first), most) in [(asked.of_source, self.of_source), (asked.of_enterprise, self.of_enterprise)] {
            if count >= most {
                return Err(Barred::TooMany(first.unwrap_or(now) + DAY));
            }
        }
        let free = asked.last_at.map(|last| last + TimeDelta::seconds(self.resend_seconds));
        match free.filter(|free| *free > now) {
            Some(free) => Err(Barred::TooSoon(free)),
            None => Ok(()),
        }
    }

    /// What becomes of a try now.
    pub fn judge(&self, code: &CodeFacts, now: DateTime<Utc>) -> CodeState {
        if code.is_used {
            CodeState::Used
        } else if code.tries >= self.tries {
            CodeState::Locked
        } else if now >= code.requested_at + self.valid_for() || now < code.requested_at {
            CodeState::Expired
        } else {
            CodeState::Open
        }
    }

    /// 剩余次数 Tries that are left once so many were wrong.
    pub fn left(&self, tries: i32) -> i32 {
        (self.tries - tries).max(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant")
    }

    fn policy() -> &'static CodePolicy {
        code_policy(at(0).date_naive()).expect("a policy")
    }

    #[test]
    fn a_policy_holds_from_its_day() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(code_policy(day("2019-11-30")), None);
        assert_eq!(code_policy(day("2019-12-01")).map(|policy| policy.digits), Some(6));
    }

    #[test]
    fn a_code_ends_with_its_time_its_use_and_its_fifth_wrong_try() {
        let code = |tries, is_used| CodeFacts { requested_at: at(0), tries, is_used };
        for (facts, now, expected) in [
            (code(0, false), 0, CodeState::Open),
            (code(4, false), 299, CodeState::Open),
            (code(0, false), 300, CodeState::Expired),
            (code(5, false), 1, CodeState::Locked),
            (code(0, true), 1, CodeState::Used),
            (code(0, false), -1, CodeState::Expired),
        ] {
            assert_eq!(policy().judge(&facts, at(now)), expected, "{facts:?} {now}");
        }
    }

    #[test]
    fn a_code_is_sent_again_after_a_minute() {
        let asked = |last| Asked { last_at: Some(at(last)), of_enterprise: (1, Some(at(last))), ..Asked::default() };
        assert_eq!(policy().may_ask(&asked(0), at(59)), Err(Barred::TooSoon(at(60))));
        assert_eq!(policy().may_ask(&asked(0), at(60)), Ok(()));
        let often = Asked { of_enterprise: (10, Some(at(0))), ..Asked::default() };
        assert_eq!(policy().may_ask(&often, at(80_000)), Err(Barred::TooMany(at(86_400))));
        let from_here = Asked { of_source: (30, Some(at(5))), ..Asked::default() };
        assert_eq!(policy().may_ask(&from_here, at(6)), Err(Barred::TooMany(at(86_405))));
    }

    proptest! {
        /// However fast somebody asks, an enterprise gets no more than ten codes a day, a minute apart.
        #[test]
        fn no_pace_gets_more_codes(gaps in prop::collection::vec(0_i64..4_000, 1..120)) {
            let (mut now, mut sent): (i64, Vec<i64>) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                let of_late: Vec<i64> = sent.iter().copied().filter(|time| now - time < 86_400).collect();
                let counted = (of_late.len() as i64, of_late.first().map(|time| at(*time)));
                let asked = Asked { last_at: sent.last().map(|time| at(*time)), of_enterprise: counted, of_source: counted };
                match policy().may_ask(&asked, at(now)) {
                    Ok(()) => sent.push(now),
                    Err(Barred::TooSoon(free) | Barred::TooMany(free)) => prop_assert!(free > at(now)),
                }
            }
            for pair in sent.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 60);
            }
            for (index, begun) in sent.iter().enumerate() {
                prop_assert!(sent[index..].iter().filter(|time| **time - begun < 86_400).count() <= 10);
            }
        }

        /// A code that is open is neither used nor old nor tried too often, and the other way round.
        #[test]
        fn open_is_what_nothing_speaks_against(tries in 0_i32..9, age in -10_i64..900, is_used: bool) {
            let facts = CodeFacts { requested_at: at(0), tries, is_used };
            let is_open = policy().judge(&facts, at(age)) == CodeState::Open;
            prop_assert_eq!(is_open, !is_used && tries < 5 && (0..300).contains(&age));
        }
    }
}
