//! 责令改正 Letters that order a correction, their answers, and how findings are settled: rights, facts, decision,
//! row, step, audit and outbox in one transaction.

use chrono::{DateTime, NaiveDate, Utc};
use entities::bulk::{Row, Session};
use entities::bureau::findings::{self, Taken};
use entities::bureau::{finding, letter, letters};
use entities::enterprise::registered;
use entities::operations::Event;
use entities::read::Value as _;
use entities::{Database, DatabaseError};
use rules::annual_report::FilerKind;
use rules::bureau::{CorrectionStep, FindingStage, Letter, Refusal, StepFacts, decide, letter as worded, term};
use rules::region::RegionCode;
use serde_json::json;

use crate::command::power::{AnswerCorrection, OrderCorrection};
use crate::command::{Caller, Done, Permit, UserError, not_permitted};
use crate::ports::Clock;

/// Findings of one letter at most.
pub const MOST: usize = 50;

fn refused(refusal: Refusal, path: &[&'static str]) -> UserError {
    UserError::at(path, refusal.code, format!("{}（依据：{}）", refusal.message, refusal.article))
}

fn absent(path: &[&'static str]) -> UserError {
    UserError::at(path, "NOT_FOUND", "没有这条比对结果或通知书，或不在您的辖区之内，请核对编号。")
}

/// What outside the region of an office does not exist for it (ACCESS-2).
fn is_within(permit: &Permit<'_, OrderCorrection>, region_code: i32) -> bool {
    let region = u32::try_from(region_code).ok().and_then(RegionCode::new);
    region.is_some_and(|region| permit.caller().viewer.holds_in(rules::access::Act::OrderCorrection, region))
}

/// 发出责令改正通知书 About open findings of one enterprise and year.
///
/// # Errors
/// `NO_FINDINGS`, `TOO_MANY_FINDINGS`, `NOT_FOUND`, `SEVERAL_PARTIES`, `NO_TERM`, or the refusal of a step.
pub async fn issue(db: &Database, permit: &Permit<'_, OrderCorrection>, ids: &[i64]) -> Done<letter::Model> {
    const PATH: &[&str] = &["input", "findingIds"];
    if ids.is_empty() {
        return Err(UserError::at(PATH, "NO_FINDINGS", "请至少选择一条比对结果。").into());
    }
    if ids.len() > MOST {
        let message = format!("一份通知书最多列 {MOST} 条比对结果，现有 {} 条，请分开发出。", ids.len());
        return Err(UserError::at(PATH, "TOO_MANY_FINDINGS", message).into());
    }
    let (caller, today) = (permit.caller(), Clock::Fixed(permit.caller().now).today());
    let mut session = Session::begin(db).await?;
    let mut known = findings::locked(&mut session, ids).await?;
    known.retain(|finding| is_within(permit, finding.region_code));
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if known.len() != wanted.len() {
        return Err(absent(PATH).into());
    }
    if known.iter().any(|other| (other.enterprise_id, other.year) != (known[0].enterprise_id, known[0].year)) {
        let message = "一份通知书只能针对同一经营主体的同一年度，请分开发出。";
        return Err(UserError::at(PATH, "SEVERAL_PARTIES", message).into());
    }
    for finding in &known {
        let facts = StepFacts { due_on: finding.due_on, reason: 0 };
        decide(finding.stage, CorrectionStep::IssueLetter, &facts, today).map_err(|refusal| refused(refusal, PATH))?;
    }
    let Some(term) = term(today) else {
        return Err(UserError::at(PATH, "NO_TERM", "该日期尚无责令改正的期限规定。").into());
    };
    let letter = write(&mut session, caller, &known, (today, term.due_on)).await?;
    let ids: Vec<i64> = known.iter().map(|finding| finding.id).collect();
    let detail = json!({ "letter": letter.id, "findings": ids, "dueOn": term.due_on, "term": term.source });
    permit.record(&mut session, "ISSUE_CORRECTION_LETTER", subject(&letter), detail).await?;
    tell(&mut session, caller.now, finding::Model::TABLE, &ids).await?;
    tell(&mut session, caller.now, letter::Model::TABLE, &[letter.id]).await?;
    session.commit().await?;
    Ok(letter)
}

fn subject(letter: &letter::Model) -> String {
    letter.number.clone().unwrap_or_else(|| format!("letter {}", letter.id))
}

/// Writes the letter and takes the step about each finding.
async fn write(
    session: &mut Session,
    caller: &Caller,
    known: &[finding::Model],
    (today, due_on): (NaiveDate, NaiveDate),
) -> Result<letter::Model, DatabaseError> {
    let of = &known[0];
    let (party, authority) = party(session, of.enterprise_id).await?;
    let mut letter = letter::Model {
        id: 0,
        number: None,
        enterprise_id: of.enterprise_id,
        year: of.year,
        region_code: of.region_code,
        city_code: of.city_code,
        text: String::new(),
        issued_on: today,
        due_on,
        issued_by: caller.actor(),
        answer: None,
        answered_on: None,
        answered_by: None,
        settled_on: None,
    };
    letter.id = letters::add(session, &letter).await?;
    let number = format!("责改〔{}〕{}号", today.format("%Y"), letter.id);
    let items: Vec<String> = known.iter().map(|finding| finding.message.clone()).collect();
    letter.text = worded(&Letter {
        number: &number,
        name: &party.name,
        uscc: &party.uscc,
        kind: FilerKind::of(party.kind),
        year: of.year,
        items: &items,
        authority: &authority,
        issued_on: today,
        due_on,
    });
    letters::word(session, letter.id, &number, &letter.text).await?;
    letter.number = Some(number);
    for finding in known {
        let taken = Taken {
            step: CorrectionStep::IssueLetter,
            stage: FindingStage::LetterIssued,
            letter: Some(letter.id),
            due_on: Some(due_on),
            note: letter.number.as_deref(),
            by: &caller.actor(),
            at: caller.now,
        };
        findings::take(session, finding.id, &taken).await?;
    }
    Ok(letter)
}

/// The enterprise, and the name of its registration authority.
async fn party(session: &mut Session, enterprise: i64) -> Result<(registered::Model, String), DatabaseError> {
    let mut sql = session.select::<registered::Model>();
    sql.push(" WHERE id = ").bind(enterprise);
    let gone = || sea_orm::DbErr::RecordNotFound("enterprises".to_owned());
    let party: registered::Model = session.records(sql).await?.pop().ok_or_else(gone)?;
    let mut sql = session.sql("SELECT name FROM authorities WHERE id = ");
    sql.bind(party.authority_id);
    let rows = session.run(sql).await?;
    let name = rows.first().map(|row| String::value(row, 0)).transpose()?.unwrap_or_default();
    Ok((party, name))
}

/// 答复 By the liaison of the enterprise: about every finding of the letter that is still open.
///
/// # Errors
/// `NOT_FOUND`, or the refusal of a step.
pub async fn answer(
    db: &Database,
    permit: &Permit<'_, AnswerCorrection>,
    id: i64,
    answer: &str,
) -> Done<letter::Model> {
    const PATH: &[&str] = &["input", "answer"];
    let (caller, today) = (permit.caller(), Clock::Fixed(permit.caller().now).today());
    let mut session = Session::begin(db).await?;
    let letter = letters::locked(&mut session, id).await?;
    let letter = match letter {
        Some(letter) if is_own(&mut session, caller, letter.enterprise_id).await? => letter,
        _ => return Err(absent(&["input", "letterId"]).into()),
    };
    let answer = answer.trim();
    let open: Vec<finding::Model> = findings::locked_of_letter(&mut session, id).await?;
    let open: Vec<finding::Model> = open.into_iter().filter(|finding| !finding.stage.is_closed()).collect();
    if open.is_empty() {
        let refusal = "该通知书所列事项均已办结，无需答复。";
        return Err(UserError::at(&["input", "letterId"], "FINDING_CLOSED", refusal).into());
    }
    let facts = |finding: &finding::Model| StepFacts { due_on: finding.due_on, reason: answer.chars().count() };
    let mut ids = Vec::with_capacity(open.len());
    for finding in &open {
        // What was rejected alone is answered alone.
        if finding.stage == FindingStage::Answered && open.iter().any(|other| other.stage != FindingStage::Answered) {
            continue;
        }
        let stage = decide(finding.stage, CorrectionStep::Answer, &facts(finding), today)
            .map_err(|refusal| refused(refusal, PATH))?;
        let by = caller.actor();
        let taken = Taken {
            step: CorrectionStep::Answer,
            stage,
            letter: None,
            due_on: None,
            note: Some(answer),
            by: &by,
            at: caller.now,
        };
        findings::take(&mut session, finding.id, &taken).await?;
        ids.push(finding.id);
    }
    letters::answer(&mut session, id, (answer, &caller.actor()), today).await?;
    let detail = json!({ "letter": id, "findings": ids, "isLate": letter.due_on < today });
    permit.record(&mut session, "ANSWER_CORRECTION_LETTER", subject(&letter), detail).await?;
    tell(&mut session, caller.now, finding::Model::TABLE, &ids).await?;
    tell(&mut session, caller.now, letter::Model::TABLE, &[id]).await?;
    session.commit().await?;
    found_letter(db, id).await
}

/// Whether the caller is a liaison of the enterprise, or of the one of which it is a branch.
async fn is_own(session: &mut Session, caller: &Caller, enterprise: i64) -> Result<bool, DatabaseError> {
    let (party, _) = party(session, enterprise).await?;
    Ok(party.place().is_some_and(|place| caller.viewer.is_own(place)))
}

/// 核查 How a finding is settled by the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// 核查通过
    Accept,
    /// 核查不通过，继续责令
    Reject,
    /// 核查无误，不予责令
    Dismiss,
}

impl Settlement {
    const fn step(self) -> CorrectionStep {
        match self {
            Self::Accept => CorrectionStep::Accept,
            Self::Reject => CorrectionStep::Reject,
            Self::Dismiss => CorrectionStep::Dismiss,
        }
    }
}

/// 办结比对结果 Accepts or rejects an answer, or dismisses the finding.
///
/// # Errors
/// `NOT_FOUND`, `NO_TERM`, or the refusal of a step.
pub async fn settle(
    db: &Database,
    permit: &Permit<'_, OrderCorrection>,
    id: i64,
    settlement: Settlement,
    reason: &str,
) -> Done<finding::Model> {
    const PATH: &[&str] = &["input", "reason"];
    let (caller, today) = (permit.caller(), Clock::Fixed(permit.caller().now).today());
    let mut session = Session::begin(db).await?;
    let known = findings::locked(&mut session, &[id]).await?.pop();
    let finding = known.filter(|finding| is_within(permit, finding.region_code));
    let Some(finding) = finding else { return Err(absent(&["input", "findingId"]).into()) };
    let reason = reason.trim();
    let facts = StepFacts { due_on: finding.due_on, reason: reason.chars().count() };
    let stage = decide(finding.stage, settlement.step(), &facts, today).map_err(|refusal| refused(refusal, PATH))?;
    let due_on = match settlement {
        Settlement::Reject => term(today).map(|term| term.due_on),
        Settlement::Accept | Settlement::Dismiss => None,
    };
    let by = caller.actor();
    let note = Some(reason).filter(|reason| !reason.is_empty());
    let taken = Taken { step: settlement.step(), stage, letter: None, due_on, note, by: &by, at: caller.now };
    findings::take(&mut session, id, &taken).await?;
    let mut told = Vec::new();
    if let Some(letter) = finding.letter_id {
        match due_on {
            Some(due_on) => letters::reopen(&mut session, letter, due_on).await?,
            None => letters::settle(&mut session, &[letter], today).await?,
        }
        told.push(letter);
    }
    let detail =
        json!({ "finding": id, "step": settlement.step().code(), "from": finding.stage.code(), "to": stage.code() });
    permit.record(&mut session, "SETTLE_FINDING", format!("finding {id}"), detail).await?;
    tell(&mut session, caller.now, finding::Model::TABLE, &[id]).await?;
    tell(&mut session, caller.now, letter::Model::TABLE, &told).await?;
    session.commit().await?;
    let found = findings::by_ids(db, &[id]).await?.remove(&id);
    Ok(found.map(|row| row.as_ref().clone()).ok_or_else(|| absent(&["input", "findingId"]))?)
}

async fn found_letter(db: &Database, id: i64) -> Done<letter::Model> {
    let found = letters::by_ids(db, &[id]).await?.remove(&id);
    Ok(found.map(|row| row.as_ref().clone()).ok_or_else(|| absent(&["input", "letterId"]))?)
}

/// Events for the followers of the outbox.
pub(super) async fn tell(
    session: &mut Session,
    now: DateTime<Utc>,
    family: &'static str,
    ids: &[i64],
) -> Result<(), DatabaseError> {
    let recorded_at = now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let event =
        |id: &i64| Event { recorded_at: recorded_at.clone(), family, act: "UPSERT", first_id: *id, last_id: *id };
    let events: Vec<Event> = ids.iter().map(event).collect();
    session.insert(&events).await
}

/// What may be done about a finding by this caller on a day, as the console offers it.
pub fn possible(caller: &Caller, finding: &finding::Model, is_own: bool, today: NaiveDate) -> Vec<CorrectionStep> {
    let region = u32::try_from(finding.region_code).ok().and_then(RegionCode::new);
    let orders = region.is_some_and(|region| caller.viewer.holds_in(rules::access::Act::OrderCorrection, region));
    // A reason can still be given.
    let facts = StepFacts { due_on: finding.due_on, reason: 10 };
    let is_ones = |step: &CorrectionStep| match step {
        CorrectionStep::IssueLetter | CorrectionStep::Accept | CorrectionStep::Reject | CorrectionStep::Dismiss => {
            orders
        }
        CorrectionStep::Answer => is_own,
        CorrectionStep::Clear => false,
    };
    let steps = CorrectionStep::ALL.iter().copied().filter(is_ones);
    steps.filter(|step| decide(finding.stage, *step, &facts, today).is_ok()).collect()
}

/// The refusal of whoever may not read here.
pub fn not_here(caller: &Caller) -> UserError {
    not_permitted(&caller.viewer, rules::access::Act::SuperviseReports)
}
