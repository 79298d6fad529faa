//! 比对与责令改正 Differences that were planted are found, told, ordered to be corrected, answered and settled.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::Database;
use entities::bureau::findings::{self, Filter};
use entities::bureau::{finding, letters};
use entities::jobs;
use entities::page::Window;
use rules::access::{Assurance, Grant, Role, Viewer};
use rules::bureau::FindingStage;
use services::bureau::compare;
use services::bureau::correct::{self, Settlement};
use services::command::{Caller, Refused};
use services::ports::{Clock, Silent};

use super::{counted, region, scalar, told};
use crate::searches::caller;
use crate::store::{on_each_engine, run};

const YEAR: i32 = 2024;

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T04:00:00Z").parse().expect("an instant")
}

/// The same person at another time, in another region, or as the liaison of an enterprise.
fn as_role(of: &Caller, now: DateTime<Utc>, role: Role, code: u32, enterprise: Option<i64>) -> Caller {
    let grant = Grant { role, region: region(code), enterprise };
    let user = of.user().expect("an account");
    Caller { viewer: Arc::new(Viewer::user(user, vec![grant], Assurance::FULL)), now, ..of.clone() }
}

/// Runs a comparison to its end and tells its result.
async fn compared(db: &Database, clerk: &Caller) -> serde_json::Value {
    let permit = clerk.may_in(region(610_000)).expect("a permit");
    compare::start(db, &permit, YEAR, Some(region(610_000))).await.expect("a job");
    let job = jobs::take(db, clerk.now, TimeDelta::seconds(30)).await.expect("an answer").expect("the job");
    let result = compare::run(db, &job, Clock::Fixed(clerk.now), &Silent).await.expect("it is compared");
    jobs::finish(db, &job, Ok(result.clone()), clerk.now).await.expect("an end");
    result
}

async fn found(db: &Database, detector: &str, stages: Vec<FindingStage>, today: NaiveDate) -> Vec<finding::Model> {
    let detectors = if detector.is_empty() { Vec::new() } else { vec![detector.to_owned()] };
    let filter = Filter { year: YEAR, region: Some(region(610_000)), stages, detectors, enterprise: None, today };
    let window = Window { limit: 200, from_end: false, after: None, before: None, total: false };
    let page = findings::page(db, &filter, &window).await.expect("a page");
    page.rows.iter().map(|row| row.as_ref().clone()).collect()
}

fn code<T>(refused: Result<T, Refused>) -> &'static str {
    match refused {
        Err(Refused::Inputs(errors)) => errors[0].code,
        Err(Refused::Database(error)) => panic!("{error}"),
        Ok(_) => "",
    }
}

/// The report of the year with contributions of a company of Shaanxi: (report, enterprise, region).
async fn company(db: &Database, nth: i64) -> (i64, i64, u32) {
    let of = |column: &str| {
        format!(
            "SELECT {column} FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id WHERE r.year = {YEAR} \
             AND e.kind = 'LIMITED_COMPANY' AND e.region_code / 10000 = 61 AND e.status IN ('ACTIVE', 'OPERATING') \
             AND EXISTS (SELECT 1 FROM report_contributions c WHERE c.report_id = r.id) \
             ORDER BY r.id LIMIT 1 OFFSET {nth}"
        )
    };
    let code = scalar(db, &of("CAST(e.region_code AS BIGINT)")).await;
    (scalar(db, &of("r.id")).await, scalar(db, &of("e.id")).await, u32::try_from(code).expect("a code"))
}

#[tokio::test]
async fn planted_differences_are_found_once_and_cleared_when_they_are_gone() {
    on_each_engine(async |db| {
        counted(db).await;
        let clerk = caller(db, "wangfang", Role::Clerk).await;
        let clerk = as_role(&clerk, at("2025-07-01"), Role::Clerk, 610_000, None);
        let ((one, ..), (two, ..)) = (company(db, 0).await, company(db, 1).await);
        let first = format!("(SELECT MIN(id) FROM report_contributions WHERE report_id = {one})");
        run(db, &format!("UPDATE report_contributions SET subscribed_due_on = '2101-05-01' WHERE id = {first}")).await;
        run(
            db,
            &format!("UPDATE report_contributions SET subscribed_fen = subscribed_fen * 2 WHERE report_id = {two}"),
        )
        .await;
        let result = compared(db, &clerk).await;
        let today = NaiveDate::from_ymd_opt(2025, 7, 1).expect("a day");
        for (detector, report) in [("CMP-03", one), ("CMP-05", one), ("CMP-01", two)] {
            let rows = found(db, detector, Vec::new(), today).await;
            assert!(rows.iter().any(|row| row.report_id == report), "{:?} {detector}: {result}", db.backend());
        }
        let told_of = found(db, "CMP-05", Vec::new(), today).await;
        let row = told_of.iter().find(|row| row.report_id == one).expect("a finding");
        assert!(row.message.contains("2101年5月1日") && row.message.contains(&row.item) && !row.item.is_empty());
        assert_eq!(result["new"], result["found"], "{:?}: {result}", db.backend());
        // Again: nothing new (COMPARE-1).
        let again = compared(db, &clerk).await;
        assert_eq!((&again["new"], &again["found"], &again["cleared"]), (&0.into(), &result["found"], &0.into()));
        run(
            db,
            &format!("UPDATE report_contributions SET subscribed_fen = subscribed_fen / 2 WHERE report_id = {two}"),
        )
        .await;
        told(db, "annual_reports", two, two).await;
        assert_eq!(compared(db, &clerk).await["cleared"], 1, "{:?}", db.backend());
        let cleared = found(db, "CMP-01", vec![FindingStage::Corrected], today).await;
        assert_eq!(cleared.iter().map(|row| row.report_id).collect::<Vec<_>>(), [two]);
        let steps = findings::steps_of(db, &[cleared[0].id]).await.expect("steps");
        assert_eq!(steps[&cleared[0].id].len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_issued_answered_and_settled() {
    on_each_engine(async |db| {
        counted(db).await;
        let someone = caller(db, "wangfang", Role::Clerk).await;
        let clerk = as_role(&someone, at("2025-07-01"), Role::Clerk, 610_000, None);
        let (report, enterprise, code_of) = company(db, 0).await;
        let (other, ..) = company(db, 1).await;
        run(db, &format!("UPDATE report_contributions SET subscribed_due_on = '2101-05-01' WHERE report_id IN ({report}, {other})")).await;
        compared(db, &clerk).await;
        let today = NaiveDate::from_ymd_opt(2025, 7, 1).expect("a day");
        let open = found(db, "", vec![FindingStage::Open], today).await;
        let ids: Vec<i64> = open.iter().filter(|row| row.enterprise_id == enterprise).map(|row| row.id).collect();
        let foreign: Vec<i64> = open.iter().filter(|row| row.report_id == other).map(|row| row.id).take(1).collect();
        let orders = clerk.may().expect("a permit");
        let mixed = [ids.clone(), foreign].concat();
        assert_eq!(code(correct::issue(db, &orders, &mixed).await), "SEVERAL_PARTIES", "{:?}", db.backend());
        assert_eq!(code(correct::issue(db, &orders, &[]).await), "NO_FINDINGS");
        // An office of another prefecture finds nothing there.
        let elsewhere = if code_of / 100 == 6_103 { 610_100 } else { 610_300 };
        let stranger = as_role(&someone, clerk.now, Role::Clerk, elsewhere, None);
        assert_eq!(code(correct::issue(db, &stranger.may().expect("a permit"), &ids).await), "NOT_FOUND");
        let letter = correct::issue(db, &orders, &ids).await.expect("a letter");
        assert_eq!(letter.due_on, NaiveDate::from_ymd_opt(2025, 7, 11).expect("a day"), "ten days");
        assert!(letter.text.contains("2101年5月1日") && letter.text.contains(letter.number.as_deref().expect("a number")));
        assert_eq!(code(correct::issue(db, &orders, &ids).await), "LETTER_ALREADY_ISSUED", "{:?}", db.backend());
        assert_eq!(code(correct::settle(db, &orders, ids[0], Settlement::Accept, "").await), "NOT_ANSWERED");
        // Overdue follows from the day alone.
        let after = NaiveDate::from_ymd_opt(2025, 7, 12).expect("a day");
        assert!(found(db, "", vec![FindingStage::Overdue], today).await.is_empty());
        assert_eq!(found(db, "", vec![FindingStage::Overdue], after).await.len(), ids.len(), "{:?}", db.backend());
        let overdue = letters::Filter { year: YEAR, region: None, overdue_on: Some(after), is_unanswered: true, enterprise: None };
        assert_eq!(letters::count(db, &overdue).await.expect("a number"), 1);

        let liaison = as_role(&someone, at("2025-07-08"), Role::Liaison, 610_000, Some(enterprise));
        let others = as_role(&someone, at("2025-07-08"), Role::Liaison, 610_000, Some(enterprise + 1));
        let answer = "章程约定的出资期限填写有误，已更正为2031年。";
        assert_eq!(code(correct::answer(db, &others.may().expect("a permit"), letter.id, answer).await), "NOT_FOUND");
        let answers = liaison.may().expect("a permit");
        assert_eq!(code(correct::answer(db, &answers, letter.id, "好").await), "INVALID_REASON", "{:?}", db.backend());
        let answered = correct::answer(db, &answers, letter.id, answer).await.expect("an answer");
        assert_eq!(answered.answer.as_deref(), Some(answer));
        assert_eq!(code(correct::answer(db, &answers, letter.id, answer).await), "ANSWER_WAITS", "{:?}", db.backend());

        let later = Caller { now: at("2025-07-09"), ..clerk.clone() };
        let orders = later.may().expect("a permit");
        assert_eq!(code(correct::settle(db, &orders, ids[0], Settlement::Reject, "").await), "INVALID_REASON");
        let rejected = correct::settle(db, &orders, ids[0], Settlement::Reject, "未提交章程修正案").await.expect("a finding");
        assert_eq!((rejected.stage, rejected.due_on), (FindingStage::LetterIssued, NaiveDate::from_ymd_opt(2025, 7, 19)));
        let liaison = Caller { now: at("2025-07-10"), ..liaison };
        correct::answer(db, &liaison.may().expect("a permit"), letter.id, "章程修正案已提交登记机关备案。").await.expect("an answer");
        for id in &ids {
            let settled = correct::settle(db, &orders, *id, Settlement::Accept, "").await.expect("a finding");
            assert_eq!(settled.stage, FindingStage::Corrected, "{:?}", db.backend());
        }
        assert_eq!(code(correct::settle(db, &orders, ids[0], Settlement::Dismiss, "核查无误").await), "FINDING_CLOSED");
        let settled = letters::by_ids(db, &[letter.id]).await.expect("letters").remove(&letter.id).expect("the letter");
        assert!(settled.settled_on.is_some(), "{:?}: {settled:?}", db.backend());
        // Each step left its trace in the transaction that took it.
        for (act, count) in [("ISSUE_CORRECTION_LETTER", 1), ("ANSWER_CORRECTION_LETTER", 2), ("SETTLE_FINDING", 1 + ids.len() as i64)] {
            let entries = scalar(db, &format!("SELECT count(*) FROM audit_entries WHERE act = '{act}'")).await;
            assert_eq!(entries, count, "{:?} {act}", db.backend());
        }
        let events = scalar(db, "SELECT count(*) FROM outbox WHERE family = 'correction_letters'").await;
        assert!(events >= 4, "{:?}: {events}", db.backend());
    })
    .await;
}
