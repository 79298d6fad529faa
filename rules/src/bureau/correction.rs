//! 责令改正 What becomes of a difference: a letter that orders its correction, the answer, the check of it, and
//! the term (企业信息公示暂行条例 art. 12; 企业经营异常名录管理暂行办法 art. 7).
//!
//! CORRECTION-1: nothing is settled as corrected before the party has answered or the difference is gone.
//! CORRECTION-2: one letter at a time: no second one before the first is answered.
//! CORRECTION-3: whether a letter is overdue follows from its term and the day of asking, never from a job.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::annual_report::{FilerKind, Template};
use crate::calendar::written_day;
use crate::vocabulary::{CorrectionStep, FindingStage};

/// 事实 What a step is decided on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepFacts {
    /// 答复期限 Of the letter.
    pub due_on: Option<NaiveDate>,
    /// 理由字数 Characters of the reason, answer or note that was given.
    pub reason: usize,
}

/// Characters of an answer or reason at least.
const LEAST_REASON: usize = 4;
/// Characters of an answer or reason at most.
const MOST_REASON: usize = 2_000;

/// 拒绝 Why a step cannot be taken, with the article and the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: &'static str,
    /// 依据
    pub article: &'static str,
    /// 说明 With the facts and what to do.
    pub message: String,
}

const ORDINANCE: &str = "企业信息公示暂行条例第十二条";
const LIST: &str = "企业经营异常名录管理暂行办法第七条";

impl FindingStage {
    /// The stage on a day: a letter whose term has passed without an answer is overdue (CORRECTION-3).
    #[must_use]
    pub fn on(self, due_on: Option<NaiveDate>, today: NaiveDate) -> Self {
        let is_past = due_on.is_some_and(|due_on| due_on < today);
        if self == Self::LetterIssued && is_past { Self::Overdue } else { self }
    }

    /// Whether nothing is left to be done.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Corrected | Self::Dismissed)
    }
}

/// The next stage, or why the step cannot be taken.
///
/// # Errors
/// A refusal with its article.
pub fn decide(
    stage: FindingStage,
    step: CorrectionStep,
    facts: &StepFacts,
    today: NaiveDate,
) -> Result<FindingStage, Refusal> {
    use CorrectionStep::{Accept, Answer, Clear, Dismiss, IssueLetter, Reject};
    use FindingStage::{Answered, Corrected, Dismissed, LetterIssued, Open, Overdue};
    let stage = stage.on(facts.due_on, today);
    match (stage, step) {
        (Open, IssueLetter) => Ok(LetterIssued),
        (LetterIssued | Overdue, IssueLetter) => Err(already_issued(stage, facts)),
        (Answered, IssueLetter) => Err(answer_waits()),
        (LetterIssued | Overdue, Answer) => reasoned(facts, Answered),
        (Open, Answer) => Err(no_letter()),
        (Answered, Answer) => Err(answer_waits()),
        (Answered, Accept) => Ok(Corrected),
        (Answered, Reject) => reasoned(facts, LetterIssued),
        (Open | LetterIssued | Overdue, Accept | Reject) => Err(not_answered(stage, facts)),
        (Open | LetterIssued | Overdue | Answered, Dismiss) => reasoned(facts, Dismissed),
        (Open | LetterIssued | Overdue | Answered, Clear) => Ok(Corrected),
        (Corrected | Dismissed, IssueLetter | Answer | Accept | Reject | Dismiss | Clear) => Err(closed(stage)),
    }
}

/// The stage, if what has to be said was said.
fn reasoned(facts: &StepFacts, stage: FindingStage) -> Result<FindingStage, Refusal> {
    if (LEAST_REASON..=MOST_REASON).contains(&facts.reason) {
        return Ok(stage);
    }
    let message = format!("应以 {LEAST_REASON} 到 {MOST_REASON} 个字说明情况或者理由，现为 {} 个字。", facts.reason);
    Err(Refusal { code: "INVALID_REASON", article: ORDINANCE, message })
}

fn already_issued(stage: FindingStage, facts: &StepFacts) -> Refusal {
    let term = facts.due_on.map(|day| format!("，答复期限{}", written_day(day))).unwrap_or_default();
    let rest = if stage == FindingStage::Overdue {
        "期限已过，可依法列入经营异常名录"
    } else {
        "请等待答复"
    };
    let message = format!("已就此发出责令改正通知书{term}，{rest}，不重复发出。");
    Refusal { code: "LETTER_ALREADY_ISSUED", article: LIST, message }
}

fn answer_waits() -> Refusal {
    let message = "当事人已经答复，请先核查答复，再决定通过或者继续责令。".to_owned();
    Refusal { code: "ANSWER_WAITS", article: ORDINANCE, message }
}

fn no_letter() -> Refusal {
    let message = "尚未发出责令改正通知书，无需答复。".to_owned();
    Refusal { code: "NO_LETTER", article: ORDINANCE, message }
}

fn not_answered(stage: FindingStage, facts: &StepFacts) -> Refusal {
    let term = facts.due_on.map(|day| format!("，答复期限{}", written_day(day))).unwrap_or_default();
    let message = format!("当前状态为“{}”{term}，当事人尚未答复，不能核查答复。", stage.term());
    Refusal { code: "NOT_ANSWERED", article: ORDINANCE, message }
}

fn closed(stage: FindingStage) -> Refusal {
    let message = format!("该项已经办结（{}），不再办理。", stage.term());
    Refusal { code: "FINDING_CLOSED", article: ORDINANCE, message }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    term: Vec<TermRow>,
    basis: Vec<Basis>,
    letter: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermRow {
    from: NaiveDate,
    days: u64,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basis {
    kinds: Vec<FilerKind>,
    articles: String,
    consequence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
}

static TABLE: LazyLock<(Table, Template)> = LazyLock::new(|| {
    let table: Table =
        toml::from_str(include_str!("../../data/bureau/correction.toml")).expect("the embedded terms are well-formed");
    let template = Template::parse(&table.letter.text).expect("the embedded letter is well-formed");
    (table, template)
});

/// 答复期限 The last day for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// 截止日期 Included.
    pub due_on: NaiveDate,
    /// 依据
    pub source: &'static str,
}

/// The term of a letter that is issued on a day; `None` before there was such a term.
pub fn term(issued_on: NaiveDate) -> Option<Term> {
    let row = TABLE.0.term.iter().filter(|row| row.from <= issued_on).max_by_key(|row| row.from)?;
    Some(Term { due_on: issued_on.checked_add_days(Days::new(row.days))?, source: &row.source })
}

/// 通知书 What stands in a letter.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'l> {
    /// 文号
    pub number: &'l str,
    /// 当事人
    pub name: &'l str,
    /// 统一社会信用代码
    pub uscc: &'l str,
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// 事项 Each a sentence.
    pub items: &'l [String],
    /// 登记机关
    pub authority: &'l str,
    /// 发出日期
    pub issued_on: NaiveDate,
    /// 答复期限
    pub due_on: NaiveDate,
}

/// 责令改正通知书 The text of a letter.
pub fn letter(letter: &Letter<'_>) -> String {
    let (table, template) = &*TABLE;
    let basis = table.basis.iter().find(|basis| basis.kinds.contains(&letter.kind));
    let numbered = letter.items.iter().enumerate().map(|(at, item)| format!("{}．{item}", at + 1));
    let items = numbered.collect::<Vec<_>>().join("\n");
    template.fill(|name| match name {
        "number" => letter.number.to_owned(),
        "name" => letter.name.to_owned(),
        "uscc" => letter.uscc.to_owned(),
        "year" => letter.year.to_string(),
        "items" => items.clone(),
        "articles" => basis.map(|basis| basis.articles.clone()).unwrap_or_default(),
        "consequence" => basis.map(|basis| basis.consequence.clone()).unwrap_or_default(),
        "due_on" => written_day(letter.due_on),
        "issued_on" => written_day(letter.issued_on),
        "authority" => letter.authority.to_owned(),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn facts(due_on: Option<&str>, reason: usize) -> StepFacts {
        StepFacts { due_on: due_on.map(day), reason }
    }

    /// The whole machine, stage by stage: where each step leads, or the code of its refusal.
    #[test]
    fn every_step_at_every_stage_leads_somewhere() {
        use FindingStage::{Answered, Corrected, Dismissed, LetterIssued, Open, Overdue};
        let expected = [
            (Open, ["LETTER_ISSUED", "NO_LETTER", "NOT_ANSWERED", "NOT_ANSWERED", "DISMISSED", "CORRECTED"]),
            (
                LetterIssued,
                ["LETTER_ALREADY_ISSUED", "ANSWERED", "NOT_ANSWERED", "NOT_ANSWERED", "DISMISSED", "CORRECTED"],
            ),
            (Overdue, ["LETTER_ALREADY_ISSUED", "ANSWERED", "NOT_ANSWERED", "NOT_ANSWERED", "DISMISSED", "CORRECTED"]),
            (Answered, ["ANSWER_WAITS", "ANSWER_WAITS", "CORRECTED", "LETTER_ISSUED", "DISMISSED", "CORRECTED"]),
            (Corrected, ["FINDING_CLOSED"; 6]),
            (Dismissed, ["FINDING_CLOSED"; 6]),
        ];
        assert_eq!(expected.len(), FindingStage::ALL.len());
        for (stage, outcomes) in expected {
            let told = CorrectionStep::ALL.iter().map(|step| {
                let decided = decide(stage, *step, &facts(Some("2026-07-10"), 8), day("2026-07-01"));
                decided.map_or_else(|refusal| refusal.code, FindingStage::code)
            });
            assert_eq!(told.collect::<Vec<_>>(), outcomes, "{stage:?}");
        }
    }

    #[test]
    fn a_letter_is_overdue_from_the_day_after_its_term() {
        let stage = |today| FindingStage::LetterIssued.on(Some(day("2026-07-10")), day(today));
        assert_eq!(stage("2026-07-10"), FindingStage::LetterIssued);
        assert_eq!(stage("2026-07-11"), FindingStage::Overdue);
        assert_eq!(FindingStage::Answered.on(Some(day("2026-07-10")), day("2027-01-01")), FindingStage::Answered);
        let late = decide(
            FindingStage::LetterIssued,
            CorrectionStep::Answer,
            &facts(Some("2026-07-10"), 8),
            day("2026-08-01"),
        );
        assert_eq!(late, Ok(FindingStage::Answered), "a late answer is an answer");
    }

    #[test]
    fn what_has_to_be_reasoned_is() {
        for (stage, step) in [
            (FindingStage::LetterIssued, CorrectionStep::Answer),
            (FindingStage::Answered, CorrectionStep::Reject),
            (FindingStage::Open, CorrectionStep::Dismiss),
        ] {
            for reason in [0, 3, 2_001] {
                let refused = decide(stage, step, &facts(None, reason), day("2026-07-01")).expect_err("it is refused");
                assert_eq!(refused.code, "INVALID_REASON");
                assert!(refused.message.contains(&reason.to_string()));
            }
        }
    }

    #[test]
    fn the_term_is_ten_days() {
        let told = term(day("2026-07-01")).expect("a term");
        assert_eq!((told.due_on, told.source), (day("2026-07-11"), "企业经营异常名录管理暂行办法第七条"));
        assert_eq!(term(day("2014-09-30")), None);
    }

    #[test]
    fn a_letter_tells_everything() {
        for kind in FilerKind::ALL {
            let text = letter(&Letter {
                number: "责改〔2026〕7号",
                name: "西安某某商贸有限公司",
                uscc: "91610113MA6TABCD1X",
                kind: *kind,
                year: 2025,
                items: &["其一。".to_owned(), "其二。".to_owned()],
                authority: "西安市雁塔区市场监督管理局",
                issued_on: day("2026-07-01"),
                due_on: day("2026-07-11"),
            });
            for part in [
                "责改〔2026〕7号",
                "91610113MA6TABCD1X",
                "2025年度报告",
                "1．其一。\n2．其二。",
                "2026年7月11日前",
                "雁塔区市场监督管理局\n2026年7月1日",
            ] {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(text.contains("依据《") && !text.contains('{'), "{text}");
        }
    }
}
