//! 用语 How days, instants and amounts are written in documents, and what stands on each of them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike, Utc};
pub(crate) use rules::calendar::written_day;
use rules::money::Wan;
use serde::Serialize;

/// 北京时间 UTC+8 all year.
const BEIJING_SECONDS: i32 = 8 * 3600;

/// 出具信息 Who issues a document, on which day, and how it is verified.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// 出具机关
    pub authority: String,
    /// 出具日期 The Beijing day.
    pub issued_on: NaiveDate,
    /// 验证码 In groups.
    pub code: String,
    /// 验证地址 Where the code is asked for; `None` where the address of the server is not known.
    pub address: Option<String>,
}

/// What every template is told.
#[derive(Serialize)]
pub(crate) struct Common<'a> {
    title: &'a str,
    authority: &'a str,
    issued: String,
    code: &'a str,
    verify: String,
    date: Day,
}

#[derive(Serialize)]
struct Day {
    year: i32,
    month: u32,
    day: u32,
}

impl<'a> Common<'a> {
    pub(crate) fn new(title: &'a str, stamp: &'a Stamp) -> Self {
        let day = stamp.issued_on;
        let verify = match &stamp.address {
            Some(address) => format!("核验方式：打开 {address} 查看。"),
            None => "核验方式：在本系统首页选择“文书核验”，填写验证码。".to_owned(),
        };
        Self {
            title,
            authority: &stamp.authority,
            issued: written_day(day),
            code: &stamp.code,
            verify,
            date: Day { year: day.year(), month: day.month(), day: day.day() },
        }
    }
}

/// `2026年3月4日10时20分05秒`
pub(crate) fn written_instant(instant: DateTime<Utc>) -> String {
    let local = FixedOffset::east_opt(BEIJING_SECONDS)
        .map_or_else(|| instant.naive_utc(), |zone| instant.with_timezone(&zone).naive_local());
    format!("{}{}时{:02}分{:02}秒", written_day(local.date()), local.hour(), local.minute(), local.second())
}

/// `1,234,567` of digits.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut written = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// `1,234.50` of an amount in 万元: two decimals, more where the amount has more.
pub(crate) fn written_wan(amount: Wan) -> String {
    const FEN: i64 = 1_000_000;
    let (whole, rest) = (amount.fen() / FEN, amount.fen().unsigned_abs() % FEN.unsigned_abs());
    let sign = if amount.fen() < 0 && whole == 0 { "-" } else { "" };
    let decimals = format!("{rest:06}");
    let kept = decimals.trim_end_matches('0').len().max(2);
    format!("{sign}{}.{}", grouped(whole), &decimals[..kept])
}

/// 序号 `一`, `十二`, `二十`: what numbers the sections of a document.
pub(crate) fn ordinal(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, number % 10);
    let ten = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        more => format!("{}十", DIGITS[more]),
    };
    ten + DIGITS[ones]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_days_and_numbers_look_as_offices_write_them() {
        let wan = |fen| written_wan(Wan::from_fen(fen));
        assert_eq!(
            [wan(0), wan(1_234_567_500_000), wan(-1_500_000), wan(-1)],
            ["0.00", "1,234,567.50", "-1.50", "-0.000001"]
        );
        assert_eq!(
            [grouped(0), grouped(999), grouped(-1000), grouped(i64::MIN)].join(" "),
            "0 999 -1,000 -9,223,372,036,854,775,808"
        );
        assert_eq!([1, 10, 11, 20, 23].map(ordinal), ["一", "十", "十一", "二十", "二十三"]);
        let night: DateTime<Utc> = "2026-06-30T16:00:05Z".parse().expect("an instant");
        assert_eq!(written_instant(night), "2026年7月1日0时00分05秒");
    }
}
