//! 年报的一生 What may be done with a report, from its draft to the last modification: a pure function of
//! stage, step, facts and day (企业信息公示暂行条例 art. 8 and 12).
//!
//! FILE-1: nothing of a year is filed before its window opens; drafts wait for the year's end only.
//! FILE-2: who was registered after the year, or has left the register, owes no report.
//! FILE-3: an error blocks, a warning needs a reason.
//! FILE-4: a report is submitted once; what is wrong with it afterwards is corrected.
//! FILE-5: a report is corrected until the last day of its window.
//! FILE-6: later it is modified only if the year was listed as unpublished and the listing was lifted.

use chrono::{Datelike, NaiveDate};

use super::{FilerKind, Window, window, year_end};
use crate::calendar::written_day;
use crate::vocabulary::{EnterpriseStatus, vocabulary};
#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

vocabulary! {
    /// 填报阶段 How far a report is.
    FilingStage {
        NotStarted = "NOT_STARTED" "未填报",
        Draft = "DRAFT" "填报中",
        Validated = "VALIDATED" "已核查（无错误）",
        Published = "PUBLISHED" "已报送公示",
        Corrected = "CORRECTED" "已更正",
        Modified = "MODIFIED" "已修改",
    }
}

vocabulary! {
    /// 填报步骤 What a filer does with a report.
    FilingStep {
        Save = "SAVE" "保存草稿",
        Submit = "SUBMIT" "报送公示",
        Correct = "CORRECT" "更正",
        Modify = "MODIFY" "修改",
    }
}

vocabulary! {
    /// 修改阶段 When a published value was changed.
    ReportChangePhase {
        Corrected = "CORRECTED" "期限内更正",
        Modified = "MODIFIED" "移出异常名录后修改",
    }
}

/// 列入记录 A listing for a report that was not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// 列入日期
    pub listed_on: NaiveDate,
    /// 移出日期
    pub removed_on: Option<NaiveDate>,
}

/// 事实 What the decision rests on.
#[derive(Clone, Debug)]
pub struct LifeFacts {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// 报送期限
    pub window: Window,
    /// 成立日期
    pub established_on: NaiveDate,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 因未公示年报列入经营异常名录 All of them, of whatever year.
    pub listings: Vec<Listing>,
    /// 错误数 Findings that block.
    pub errors: usize,
    /// 未说明的警告数 Warnings without a reason.
    pub unexplained: usize,
}

/// 拒绝 Why a step may not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeRefusal {
    /// 规则 `FILE-1`.
    pub rule: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// 依据 Regulation and article.
    pub source: &'static str,
    /// What is wrong and what helps.
    pub message: String,
    /// 事实 Names and values.
    pub facts: Vec<(&'static str, String)>,
    /// 何日起可以办理 The first day on which it will be possible, where that is certain.
    pub possible_from: Option<NaiveDate>,
}

/// 因某年度未公示而列入 The listing that the report of `year` caused: decided after its window, and before that of
/// the next year ends (企业经营异常名录管理暂行办法 art. 6).
pub fn listing_of(kind: FilerKind, year: i32, listings: &[Listing]) -> Option<Listing> {
    let (own, next) = (window(kind, year)?, window(kind, year.checked_add(1)?)?);
    listings.iter().copied().rfind(|listing| own.to < listing.listed_on && listing.listed_on <= next.to)
}

/// 决定 The stage after a step, or why it may not be taken.
///
/// # Errors
/// The refusal, with rule, article, facts, and the day from which it would be possible.
pub fn decide(
    stage: FilingStage,
    step: FilingStep,
    facts: &LifeFacts,
    today: NaiveDate,
) -> Result<FilingStage, LifeRefusal> {
    use FilingStage as S;
    use FilingStep as T;
    match (stage, step) {
        (S::NotStarted | S::Draft | S::Validated, T::Save) => {
            year_is_over(facts, today)?;
            owes(facts)?;
            Ok(if facts.errors == 0 { S::Validated } else { S::Draft })
        }
        (S::NotStarted | S::Draft | S::Validated, T::Submit) => {
            opens(facts, today)?;
            owes(facts)?;
            is_sound(facts)?;
            Ok(S::Published)
        }
        (S::Published | S::Corrected | S::Modified, T::Save | T::Submit) => Err(filed_already(facts, today)),
        (S::NotStarted | S::Draft | S::Validated, T::Correct | T::Modify) => Err(not_filed(facts)),
        (S::Published | S::Corrected | S::Modified, T::Correct) => {
            in_window(facts, today)?;
            is_sound(facts)?;
            Ok(S::Corrected)
        }
        (S::Published | S::Corrected | S::Modified, T::Modify) => {
            is_repaired(facts, today)?;
            is_sound(facts)?;
            Ok(S::Modified)
        }
    }
}

fn refusal(rule: &'static str, code: &'static str, source: &'static str, message: String) -> LifeRefusal {
    LifeRefusal { rule, code, source, message, facts: Vec::new(), possible_from: None }
}

/// 更正依据 The article by which a filer corrects.
const fn correction(kind: FilerKind) -> &'static str {
    match kind {
        FilerKind::Individual => "个体工商户年度报告暂行办法第九条",
        FilerKind::Enterprise
        | FilerKind::Branch
        | FilerKind::ForeignInvested
        | FilerKind::Cooperative
        | FilerKind::RepresentativeOffice => "企业信息公示暂行条例第十二条第二款",
    }
}

fn opens(facts: &LifeFacts, today: NaiveDate) -> Result<(), LifeRefusal> {
    let from = facts.window.from;
    if today >= from {
        return Ok(());
    }
    let message = format!("{}年度报告自{}起报送，现在可以先保存草稿。", facts.year, written_day(from));
    Err(LifeRefusal {
        facts: vec![("windowFrom", from.to_string()), ("today", today.to_string())],
        possible_from: Some(from),
        ..refusal("FILE-1", "NOT_YET", facts.window.source, message)
    })
}

fn year_is_over(facts: &LifeFacts, today: NaiveDate) -> Result<(), LifeRefusal> {
    let next = year_end(facts.year).and_then(|day| day.succ_opt());
    if next.is_some_and(|day| today >= day) {
        return Ok(());
    }
    let message = format!("{}年度尚未结束，次年1月1日起方可填报该年度报告。", facts.year);
    Err(LifeRefusal {
        facts: vec![("today", today.to_string())],
        possible_from: next,
        ..refusal("FILE-1", "NOT_YET", facts.window.source, message)
    })
}

fn owes(facts: &LifeFacts) -> Result<(), LifeRefusal> {
    if facts.established_on.year() > facts.year {
        let message = format!(
            "{}成立的经营主体不报送{}年度报告，自成立次年起报送，首份为{}年度报告。",
            written_day(facts.established_on),
            facts.year,
            facts.established_on.year()
        );
        return Err(LifeRefusal {
            facts: vec![("establishedOn", facts.established_on.to_string())],
            ..refusal("FILE-2", "NO_DUTY", facts.window.source, message)
        });
    }
    match facts.status {
        EnterpriseStatus::Active
        | EnterpriseStatus::Operating
        | EnterpriseStatus::Suspended
        | EnterpriseStatus::Liquidating
        | EnterpriseStatus::Revoked => Ok(()),
        EnterpriseStatus::MovedOut | EnterpriseStatus::RevokedDeregistered | EnterpriseStatus::Deregistered => {
            let message = format!("登记状态为“{}”，不再向本登记机关报送年度报告。", facts.status.term());
            Err(LifeRefusal {
                facts: vec![("status", facts.status.code().to_owned())],
                ..refusal("FILE-2", "NO_DUTY", facts.window.source, message)
            })
        }
    }
}

fn is_sound(facts: &LifeFacts) -> Result<(), LifeRefusal> {
    if facts.errors > 0 {
        let message = format!("核查发现 {} 处错误，请按核查结果中的处理办法改正后再报送。", facts.errors);
        return Err(LifeRefusal {
            facts: vec![("errors", facts.errors.to_string())],
            ..refusal("FILE-3", "REPORT_HAS_ERRORS", "企业信息公示暂行条例第十一条", message)
        });
    }
    if facts.unexplained > 0 {
        let message = format!(
            "有 {} 条警告尚未说明，请核对；确认无误的，逐条写明理由（4 到 200 个字）后再报送。",
            facts.unexplained
        );
        return Err(LifeRefusal {
            facts: vec![("warnings", facts.unexplained.to_string())],
            ..refusal("FILE-3", "WARNING_NEEDS_REASON", "企业信息公示暂行条例第十一条", message)
        });
    }
    Ok(())
}

fn filed_already(facts: &LifeFacts, today: NaiveDate) -> LifeRefusal {
    let mend = match in_window(facts, today) {
        Ok(()) => format!("如内容有误，{}之前（含当日）可以更正。", written_day(facts.window.to)),
        Err(closed) => closed.message,
    };
    let message = format!("{}年度报告已经报送；{mend}", facts.year);
    refusal("FILE-4", "ALREADY_FILED", correction(facts.kind), message)
}

fn not_filed(facts: &LifeFacts) -> LifeRefusal {
    let message = format!("{}年度报告尚未报送，请先报送。", facts.year);
    refusal("FILE-4", "NOT_FILED", facts.window.source, message)
}

fn in_window(facts: &LifeFacts, today: NaiveDate) -> Result<(), LifeRefusal> {
    if !facts.window.is_late(today) {
        return Ok(());
    }
    let message = format!(
        "{}年度报告的更正已于{}截止；该年度因未按期公示被列入经营异常名录并已移出的，可以修改。",
        facts.year,
        written_day(facts.window.to)
    );
    Err(LifeRefusal {
        facts: vec![("windowTo", facts.window.to.to_string()), ("today", today.to_string())],
        ..refusal("FILE-5", "WINDOW_CLOSED", correction(facts.kind), message)
    })
}

fn is_repaired(facts: &LifeFacts, today: NaiveDate) -> Result<(), LifeRefusal> {
    const SOURCE: &str = "企业经营异常名录管理暂行办法第十条；修改列入年度的办理要求";
    let Window { to, .. } = facts.window;
    if !facts.window.is_late(today) {
        let message = format!("{}之前（含当日）请办理更正，修改只用于期限届满之后。", written_day(to));
        return Err(refusal("FILE-6", "STILL_CORRECTABLE", correction(facts.kind), message));
    }
    let Some(listing) = listing_of(facts.kind, facts.year, &facts.listings) else {
        let message = format!("只有因{}年度未按期公示被列入经营异常名录并已移出的，才能修改该年度报告。", facts.year);
        return Err(refusal("FILE-6", "NOT_LISTED", SOURCE, message));
    };
    match listing.removed_on {
        Some(removed_on) if removed_on <= today => Ok(()),
        removed_on => {
            let message = format!("该年度于{}列入经营异常名录，移出之后方可修改。", written_day(listing.listed_on));
            Err(LifeRefusal {
                facts: vec![("listedOn", listing.listed_on.to_string())],
                possible_from: removed_on,
                ..refusal("FILE-6", "LISTING_OPEN", SOURCE, message)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn facts() -> LifeFacts {
        LifeFacts {
            kind: FilerKind::Enterprise,
            year: 2025,
            window: window(FilerKind::Enterprise, 2025).expect("a window"),
            established_on: day("2019-03-04"),
            status: EnterpriseStatus::Active,
            listings: Vec::new(),
            errors: 0,
            unexplained: 0,
        }
    }

    fn listed(listed_on: &str, removed_on: Option<&str>) -> LifeFacts {
        LifeFacts { listings: vec![Listing { listed_on: day(listed_on), removed_on: removed_on.map(day) }], ..facts() }
    }

    fn code(stage: FilingStage, step: FilingStep, facts: &LifeFacts, today: &str) -> &'static str {
        match decide(stage, step, facts, day(today)) {
            Ok(stage) => stage.code(),
            Err(refusal) => refusal.code,
        }
    }

    use FilingStage::{Corrected, Draft, Modified, NotStarted, Published, Validated};
    use FilingStep::{Correct, Modify, Save, Submit};

    #[test]
    fn a_report_is_filed_from_the_first_day_of_its_window_on() {
        assert_eq!(code(NotStarted, Save, &facts(), "2025-12-31"), "NOT_YET");
        assert_eq!(code(NotStarted, Save, &facts(), "2026-01-01"), "VALIDATED");
        assert_eq!(code(Validated, Submit, &facts(), "2026-01-01"), "PUBLISHED");
        assert_eq!(code(Validated, Submit, &facts(), "2027-01-01"), "PUBLISHED", "late, and taken all the same");
        let office = FilerKind::RepresentativeOffice;
        let office = LifeFacts { kind: office, window: window(office, 2025).expect("a window"), ..facts() };
        let early = decide(Draft, Submit, &office, day("2026-02-28")).expect_err("too early");
        assert_eq!((early.rule, early.possible_from), ("FILE-1", Some(day("2026-03-01"))));
    }

    /// I05, I06: 30 June is in, 1 July is out.
    #[test]
    fn corrections_end_with_the_window() {
        assert_eq!(code(Published, Correct, &facts(), "2026-06-30"), "CORRECTED");
        assert_eq!(code(Corrected, Correct, &facts(), "2026-07-01"), "WINDOW_CLOSED");
        assert_eq!(code(Published, Modify, &facts(), "2026-06-30"), "STILL_CORRECTABLE");
        assert_eq!(code(Published, Modify, &facts(), "2026-07-01"), "NOT_LISTED");
        assert_eq!(code(Published, Save, &facts(), "2026-06-30"), "ALREADY_FILED");
        for (today, way) in [("2026-06-30", "可以更正"), ("2026-07-01", "可以修改")] {
            let refused = decide(Published, Submit, &facts(), day(today)).expect_err("it is filed");
            assert!(refused.message.contains(way), "{today}: {}", refused.message);
        }
    }

    /// I07: listed for 2025, repaired on 2026-08-10.
    #[test]
    fn after_a_repair_the_year_that_was_listed_is_modified_and_no_other() {
        let repaired = listed("2026-07-09", Some("2026-08-10"));
        assert_eq!(code(Published, Modify, &repaired, "2026-08-11"), "MODIFIED");
        assert_eq!(code(Modified, Modify, &repaired, "2026-08-10"), "MODIFIED");
        let open = decide(Published, Modify, &repaired, day("2026-08-09")).expect_err("still listed");
        assert_eq!((open.code, open.possible_from), ("LISTING_OPEN", Some(day("2026-08-10"))));
        let before = LifeFacts { year: 2024, window: window(FilerKind::Enterprise, 2024).expect("one"), ..repaired };
        assert_eq!(code(Published, Modify, &before, "2026-08-11"), "NOT_LISTED");
        assert_eq!(code(Published, Modify, &listed("2026-07-09", None), "2026-08-11"), "LISTING_OPEN");
    }

    #[test]
    fn who_owes_no_report_files_none() {
        let young = LifeFacts { established_on: day("2026-01-05"), ..facts() };
        assert_eq!(code(NotStarted, Save, &young, "2026-02-01"), "NO_DUTY");
        let gone = LifeFacts { status: EnterpriseStatus::Deregistered, ..facts() };
        assert_eq!(code(Draft, Submit, &gone, "2026-02-01"), "NO_DUTY");
        let revoked = LifeFacts { status: EnterpriseStatus::Revoked, ..facts() };
        assert_eq!(code(Draft, Submit, &revoked, "2026-02-01"), "PUBLISHED");
    }

    fn any_facts() -> impl Strategy<Value = LifeFacts> {
        let days = || (0_i64..2_000).prop_map(|count| day("2023-01-01") + chrono::TimeDelta::days(count));
        let listing = (days(), proptest::option::of(days()));
        let listings = proptest::collection::vec(listing, 0..3);
        let kinds = proptest::sample::select(FilerKind::ALL);
        let statuses = proptest::sample::select(EnterpriseStatus::ALL);
        (kinds, 2022..2028_i32, days(), statuses, listings, 0..2_usize, 0..2_usize).prop_map(
            |(kind, year, established_on, status, listings, errors, unexplained)| LifeFacts {
                kind,
                year,
                window: window(kind, year).expect("a window"),
                established_on,
                status,
                listings: listings
                    .into_iter()
                    .map(|(listed_on, removed_on)| Listing { listed_on, removed_on })
                    .collect(),
                errors,
                unexplained,
            },
        )
    }

    proptest! {
        /// FILE-3 to FILE-6, whatever the facts.
        #[test]
        fn what_may_be_done_keeps_the_rules(
            facts in any_facts(),
            stage in proptest::sample::select(FilingStage::ALL),
            step in proptest::sample::select(FilingStep::ALL),
            days in 0_i64..2_000,
        ) {
            let today = day("2023-01-01") + chrono::TimeDelta::days(days);
            let is_filed = matches!(stage, Published | Corrected | Modified);
            match decide(stage, step, &facts, today) {
                Ok(next) => {
                    let is_now_filed = matches!(next, Published | Corrected | Modified);
                    prop_assert_eq!(is_now_filed, is_filed || step == Submit);
                    prop_assert!(step == Save || (facts.errors == 0 && facts.unexplained == 0));
                    prop_assert!(step != Submit || (!is_filed && today >= facts.window.from));
                    prop_assert!(step != Correct || (is_filed && today <= facts.window.to));
                    if step == Modify {
                        let listing = listing_of(facts.kind, facts.year, &facts.listings).expect("a listing");
                        prop_assert!(is_filed && today > facts.window.to && listing.listed_on > facts.window.to);
                        prop_assert!(listing.removed_on.is_some_and(|day| day <= today));
                    }
                }
                Err(refusal) => {
                    prop_assert!(refusal.rule.starts_with("FILE-") && !refusal.source.is_empty());
                    prop_assert!(refusal.message.ends_with('。'));
                    prop_assert!(refusal.possible_from.is_none_or(|day| day > today));
                }
            }
        }

        /// A day that was promised is kept, if nothing else is in the way.
        #[test]
        fn on_the_day_that_is_told_it_is_possible(facts in any_facts(), step in proptest::sample::select(FilingStep::ALL), days in 0_i64..2_000) {
            let today = day("2023-01-01") + chrono::TimeDelta::days(days);
            let facts = LifeFacts { errors: 0, unexplained: 0, ..facts };
            for stage in FilingStage::ALL {
                if let Err(LifeRefusal { code: "NOT_YET" | "LISTING_OPEN", possible_from: Some(first), .. }) =
                    decide(*stage, step, &facts, today)
                {
                    let then = decide(*stage, step, &facts, first);
                    prop_assert!(then.is_ok() || then.is_err_and(|refusal| refusal.code == "NO_DUTY"));
                }
            }
        }
    }
}
