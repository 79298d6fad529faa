//! 日期与期间 Days and spans of days as they are typed: `2024年3月5日`, `2024-03`, `2023年至2024年`,
//! `近三年`. They narrow to the days of the records, and are still looked for as text.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use chinese_number::{ChineseCountMethod, ChineseToNumber};
use chrono::{Datelike, Days, Months, NaiveDate};
use regex::{Captures, Regex};

/// A day, a month or a year; what is left of it, `号`, would make it a document number.
const ONE: &str = r"(\d{4})(?:年(?:(\d{1,2})月(?:(\d{1,2})[日号])?|度)?|[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)";

static SPAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"{ONE}(?:\s*(?:至|到|~|～|—|–|\.\.)\s*{ONE})?(?:以来|内|份|间)?")).ok());

static RECENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:最近|近)([0-9]{1,3}|[一二两三四五六七八九十]{1,3})(年|个月|天|日)内?").ok());

/// 期间 Days that were asked for, and the text without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// First and last day.
    pub days: RangeInclusive<NaiveDate>,
    /// As typed.
    pub typed: String,
    /// What else was typed.
    pub rest: String,
}

/// The first span of days in a folded text.
pub fn dated(folded: &str, today: NaiveDate) -> Option<Dated> {
    let spans = SPAN.as_ref().into_iter().flat_map(|span| span.captures_iter(folded));
    let spans = spans.filter_map(|found| Some((whole(&found)?, span(&found)?)));
    let recent = RECENT.as_ref().into_iter().flat_map(|recent| recent.captures_iter(folded));
    let recent = recent.filter_map(|found| Some((whole(&found)?, back(&found, today)?..=today)));
    let (place, days) = spans.chain(recent).find(|(place, _)| !is_part_of_a_number(folded, place))?;
    let (before, after) = (&folded[..place.start], &folded[place.end..]);
    Some(Dated { days, typed: folded[place].to_owned(), rest: format!("{before} {after}") })
}

fn whole(found: &Captures<'_>) -> Option<std::ops::Range<usize>> {
    found.get(0).map(|whole| whole.range())
}

/// `2024年123号` and `12024-03` are no days.
fn is_part_of_a_number(text: &str, place: &std::ops::Range<usize>) -> bool {
    let after = text[place.end..].trim_start_matches(['第', ' ']);
    let digits = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_document = digits.len() < after.len() && digits.starts_with('号');
    let touches = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    is_document || touches(text[..place.start].chars().next_back()) || touches(text[place.end..].chars().next())
}

fn span(found: &Captures<'_>) -> Option<RangeInclusive<NaiveDate>> {
    let (first, last) = one(found, 1)?;
    let last = if found.get(6).is_some() { one(found, 6)?.1 } else { last };
    (first <= last).then_some(first..=last)
}

/// First and last day of what the groups from `group` on hold.
fn one(found: &Captures<'_>, group: usize) -> Option<(NaiveDate, NaiveDate)> {
    let number = |group: usize| found.get(group).and_then(|digits| digits.as_str().parse::<u32>().ok());
    let year = i32::try_from(number(group)?).ok().filter(|year| (1900..2200).contains(year))?;
    let month = number(group + 1).or_else(|| number(group + 3));
    let day = number(group + 2).or_else(|| number(group + 4));
    let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let next = match (month, day) {
        (_, Some(_)) => return Some((first, first)),
        (Some(_), None) => first.checked_add_months(Months::new(1)),
        (None, None) => NaiveDate::from_ymd_opt(year + 1, 1, 1),
    };
    Some((first, next?.pred_opt()?))
}

/// The first day of the last so many years, months or days.
fn back(found: &Captures<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let text = found.get(1)?.as_str();
    let count: u32 = text.parse().ok().or_else(|| text.to_number(ChineseCountMethod::TenThousand).ok())?;
    match found.get(2)?.as_str() {
        "年" => today.checked_sub_months(Months::new(count.checked_mul(12)?)),
        "个月" => today.checked_sub_months(Months::new(count)),
        _ => today.checked_sub_days(Days::new(u64::from(count))),
    }
}

/// The days as the index counts them.
pub fn numbers(days: &RangeInclusive<NaiveDate>) -> RangeInclusive<i64> {
    i64::from(days.start().num_days_from_ce())..=i64::from(days.end().num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");

    fn read(text: &str) -> Option<String> {
        dated(text, TODAY).map(|dated| format!("{}..{} [{}]", dated.days.start(), dated.days.end(), dated.rest.trim()))
    }

    #[test]
    fn days_months_years_and_spans_are_read() {
        for (text, expected) in [
            ("西安 2024年3月5日", "2024-03-05..2024-03-05 [西安]"),
            ("2024年2月食品", "2024-02-01..2024-02-29 [食品]"),
            ("2024年度", "2024-01-01..2024-12-31 []"),
            ("2024-03-05 罚款", "2024-03-05..2024-03-05 [罚款]"),
            ("2023年至2024年6月", "2023-01-01..2024-06-30 []"),
            ("2024-01-01..2024-03-31", "2024-01-01..2024-03-31 []"),
            ("近三年 食品", "2023-03-31..2026-03-31 [食品]"),
            ("最近6个月", "2025-09-30..2026-03-31 []"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn document_numbers_and_impossible_days_are_no_days() {
        for text in
            ["2024年123号", "〔2024〕123号", "2024", "2024-13-01", "2024年2月30日", "91610112-2024-03", "1024年"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9年月日近三号至. -]{0,24}") {
            if let Some(dated) = dated(&text, TODAY) {
                prop_assert!(dated.days.start() <= dated.days.end());
            }
        }
    }
}
