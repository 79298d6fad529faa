//! 年报填报 The life of an annual report, with the clock in hand: drafts of two devices, submission once, the last
//! second of 30 June in Beijing, correction, modification, branches.

mod branches;
mod drafting;
mod employment;
mod printing;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::bulk::{Keys, Session};
use entities::credit::abnormal_listing;
use entities::enterprise::{find, registered};
use entities::{Database, Scope, filing as stored, report_parts, reports};
use rules::access::{Act, Assurance, Grant, Role, Viewer};
use rules::annual_report::{FilingStage, FilingStep, Finding, ReportChangePhase, Severity};
use rules::region::RegionCode;
use rules::vocabulary::{AbnormalGround, RemovalGround};
use services::access::users::{NewUser, create_as};
use services::audit::{self, Verdict};
use services::command::power::FileReports;
use services::command::{Caller, Permit, Refused};
use services::filing::amend::{Amended, Amendment, Change, amend};
use services::filing::drafts::{self, Saved};
use services::filing::state::{self, State};
use services::filing::submit::{Receipt, Submission, submit};
use services::filing::{Edit, Filer, Held, Outcome};
use services::generate::generate;
use services::ports::{Clock, Silent};

use crate::store::{desk, on_each_engine};

const YEAR: i32 = 2025;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// In the middle of the window.
fn spring() -> DateTime<Utc> {
    at("2026-03-10T02:00:00Z")
}

/// The liaison of an enterprise, at an instant.
async fn liaison(db: &Database, login: &str, enterprise: i64, now: DateTime<Utc>) -> Caller {
    let stranger = Caller::anonymous(Arc::from("192.0.2.1"), now);
    let new = NewUser { login: login.to_owned(), name: "王芳".to_owned() };
    let (user, _) = create_as(db, &stranger, new).await.expect("an account");
    let region = RegionCode::new(610_000).expect("a province");
    let grant = Grant { role: Role::Liaison, region, enterprise: Some(enterprise) };
    let viewer = Arc::new(Viewer::user(user.id, vec![grant], Assurance::FULL));
    Caller { viewer, name: Arc::from(login), ..stranger }
}

fn later(caller: &Caller, now: DateTime<Utc>) -> Caller {
    Caller { now, ..caller.clone() }
}

fn permit<'c>(caller: &'c Caller, row: &registered::Model) -> Permit<'c, FileReports> {
    caller.may_for(row.place()).expect("a permit")
}

fn edit(values: &[(&str, &str)]) -> Edit {
    let values = values.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Edit { values, ..Edit::default() }
}

/// What a company types: the figures of the year and a few answers.
fn figures() -> Edit {
    edit(&[
        ("phone", "13912345678"),
        ("employees", "12"),
        ("female_employees", "5"),
        ("insured_persons", "12"),
        ("total_assets", "560"),
        ("total_liabilities", "200"),
        ("owners_equity", "360"),
        ("total_revenue", "800"),
        ("main_revenue", "750"),
        ("total_profit", "90"),
        ("net_profit", "70"),
        ("total_tax", "40"),
        ("has_equity_transfer", "否"),
        ("has_investment", "否"),
        ("has_website", "否"),
        ("has_guarantee", "否"),
        ("has_employment_need", "否"),
        ("social_insurance[0].persons", "12"),
        ("social_insurance[1].persons", "12"),
        ("social_insurance[2].persons", "12"),
        ("social_insurance[3].persons", "12"),
        ("social_insurance[4].persons", "12"),
    ])
}

/// Reasons for every warning.
fn reasons(findings: &[Finding]) -> BTreeMap<String, String> {
    let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning);
    warnings.map(|finding| (finding.rule_id.to_owned(), "已核对，数据属实".to_owned())).collect()
}

fn done<T: std::fmt::Debug>(outcome: Result<Outcome<T>, Refused>) -> T {
    match outcome.expect("no refusal of the input") {
        Outcome::Done(done) => done,
        Outcome::Held(held) => panic!("held back: {:?} {:?}", held.errors, held.findings),
    }
}

fn held<T: std::fmt::Debug>(outcome: Result<Outcome<T>, Refused>) -> Held {
    match outcome.expect("no refusal of the input") {
        Outcome::Held(held) => *held,
        Outcome::Done(done) => panic!("it was done: {done:?}"),
    }
}

fn code(refused: Result<impl std::fmt::Debug, Refused>) -> &'static str {
    match refused.expect_err("a refusal") {
        Refused::Inputs(errors) => errors[0].code,
        Refused::Database(error) => panic!("{error:?}"),
    }
}

async fn save(
    db: &Database,
    caller: &Caller,
    row: &registered::Model,
    over: i32,
    edit: Edit,
) -> Result<Outcome<Saved>, Refused> {
    drafts::save(db, &permit(caller, row), Filer { row, year: YEAR }, over, edit).await
}

async fn file(
    db: &Database,
    caller: &Caller,
    row: &registered::Model,
    key: &str,
    edit: Edit,
) -> Result<Outcome<Receipt>, Refused> {
    let asked = Submission { key: key.to_owned(), version: None, edit };
    submit(&desk(db), &permit(caller, row), Filer { row, year: YEAR }, asked).await
}

async fn change(
    db: &Database,
    caller: &Caller,
    row: &registered::Model,
    phase: ReportChangePhase,
    (key, report_version, values): (&str, i32, &[(&str, &str)]),
) -> Result<Outcome<Amended>, Refused> {
    let asked = Amendment {
        key: key.to_owned(),
        report_version,
        phase,
        edit: edit(values),
        reason: "误填，按审计后报表更正".to_owned(),
    };
    amend(db, &permit(caller, row), Filer { row, year: YEAR }, asked).await
}

async fn state_of(db: &Database, row: &registered::Model, caller: &Caller) -> State {
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    state::of(db, vec![Arc::new(row.clone())], YEAR, &scope).await.expect("states").remove(0)
}

async fn rows(db: &Database, sql: &str) -> Vec<Arc<registered::Model>> {
    let mut session = Session::begin(db).await.expect("a session");
    let found = session.query(sql, Keys::None).await.expect("rows");
    session.rollback().await.expect("an end");
    let ids: Vec<i64> = found.iter().map(|row| row.try_get("", "id").expect("a key")).collect();
    let scope = Scope::now(Clock::Fixed(spring()).today());
    let mut rows = find::by_ids(db, &ids, &scope).await.expect("enterprises");
    ids.iter().filter_map(|id| rows.remove(id)).collect()
}

async fn companies(db: &Database) -> Vec<Arc<registered::Model>> {
    let day = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
    generate(db, 300, 7, day, &Silent).await.expect("a register");
    let sql = "SELECT e.id FROM enterprises e JOIN annual_reports r ON r.enterprise_id = e.id AND r.year = 2024 \
               WHERE e.kind = 'LIMITED_COMPANY' AND e.status = 'ACTIVE' ORDER BY e.id";
    rows(db, sql).await
}

async fn number(db: &Database, sql: &str) -> i64 {
    let mut session = Session::begin(db).await.expect("a session");
    session.scalar(sql).await.expect("a number")
}

/// 场地 A company whose draft is without an error once the figures of the year are typed, its liaison, and a draft
/// of the first version with reasons for all warnings.
async fn ready(db: &Database) -> (Arc<registered::Model>, Caller) {
    for row in companies(db).await {
        let caller = liaison(db, &format!("liaison{}", row.id), row.id, spring()).await;
        let saved = done(save(db, &caller, &row, 0, figures()).await);
        assert_eq!(saved.version, 1);
        if saved.findings.iter().all(|finding| finding.severity != Severity::Error) {
            let reasons = reasons(&saved.findings);
            done(save(db, &caller, &row, 1, Edit { reasons, ..Edit::default() }).await);
            return (row, caller);
        }
    }
    panic!("no company has a draft without an error");
}

#[tokio::test]
async fn a_report_is_filed_once_however_often_it_is_sent() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        assert_eq!(state_of(db, &row, &caller).await.stage, FilingStage::Validated, "{:?}", db.backend());
        let receipt = done(file(db, &caller, &row, "first-device", Edit::default()).await);
        assert_eq!(receipt.number, format!("NB2025-{}-01", row.uscc));
        assert!(!receipt.is_late && receipt.version == 1);
        // A client that heard no answer asks again, later.
        let again =
            done(file(db, &later(&caller, at("2026-07-02T00:00:00Z")), &row, "first-device", Edit::default()).await);
        assert_eq!((again.number, again.report, again.is_late), (receipt.number.clone(), receipt.report, false));
        assert_eq!(
            code(file(db, &caller, &row, "first-device", edit(&[("phone", "029-88881234")])).await),
            "KEY_REUSED"
        );
        let second = held(file(db, &caller, &row, "second-device", Edit::default()).await);
        assert_eq!(second.errors[0].code, "ALREADY_FILED", "{:?}", db.backend());
        assert_eq!(code(file(db, &caller, &row, "short", Edit::default()).await), "INVALID_KEY");
        // What is published stands where the graph reads.
        let report = reports::of_year(db, row.id, YEAR).await.expect("an answer").expect("a report");
        assert_eq!(
            (report.id, report.employees, report.total_assets_fen),
            (receipt.report, Some(12), Some(560_000_000))
        );
        assert_eq!(report.phone.as_deref(), Some("13912345678"), "it is published");
        let parts = report_parts::of_reports(db, &[report.id]).await.expect("parts");
        assert_eq!(parts[&report.id].social_insurance.len(), 5);
        assert!(!parts[&report.id].contributions.is_empty());
        // The draft is gone, the state told.
        let state = state_of(db, &row, &caller).await;
        assert_eq!((state.stage, state.version(), state.report_version()), (FilingStage::Published, 0, 1));
        assert_eq!(state.receipt_number(), Some(receipt.number.as_str()));
        assert!(matches!(audit::verify(db, &Silent).await.expect("a verdict"), Verdict::Whole(_)));
        let told = entities::operations::last_sequence(db).await.expect("a position");
        let mut session = Session::begin(db).await.expect("a session");
        let sql = format!(
            "SELECT count(*) FROM outbox WHERE sequence = {told} AND family = 'annual_reports' AND first_id = {}",
            report.id
        );
        assert_eq!(session.scalar(&sql).await.expect("a number"), 1, "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn the_last_second_of_june_is_in_time_and_the_next_is_late() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        // Midnight in Beijing is 16:00 in Greenwich.
        let last = later(&caller, at("2026-06-30T15:59:59Z"));
        let next = later(&caller, at("2026-06-30T16:00:00Z"));
        assert_eq!((state_of(db, &row, &last).await.days_left(), state_of(db, &row, &next).await.days_left()), (0, -1));
        assert!(!state_of(db, &row, &last).await.is_late() && state_of(db, &row, &next).await.is_late());
        // The late one is warned that it is late, and says why.
        let warned = held(file(db, &next, &row, "one-second-late", Edit::default()).await);
        assert_eq!(warned.errors[0].code, "WARNING_NEEDS_REASON", "{:?}", db.backend());
        let receipt = done(file(db, &last, &row, "in-the-last-second", Edit::default()).await);
        assert!(!receipt.is_late, "{:?}", db.backend());
        // A correction in the same second is in time; one second later it is not.
        let values: &[(&str, &str)] = &[("total_tax", "41")];
        let corrected =
            done(change(db, &last, &row, ReportChangePhase::Corrected, ("correct-in-time", 1, values)).await);
        assert_eq!(corrected.receipt.version, 2);
        let values: &[(&str, &str)] = &[("total_tax", "42")];
        let late = held(change(db, &next, &row, ReportChangePhase::Corrected, ("correct-too-late", 2, values)).await);
        assert_eq!(late.errors[0].code, "WINDOW_CLOSED", "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn a_late_report_is_taken_and_marked() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let next = later(&caller, at("2026-06-30T16:00:00Z"));
        let warned = held(file(db, &next, &row, "one-second-late", Edit::default()).await);
        let edit = Edit { reasons: reasons(&warned.findings), ..Edit::default() };
        let receipt = done(file(db, &next, &row, "late-with-reason", edit).await);
        assert!(receipt.is_late && state_of(db, &row, &next).await.is_late(), "{:?}", db.backend());
        let report = reports::of_year(db, row.id, YEAR).await.expect("an answer").expect("a report");
        assert_eq!(report.submitted_on, NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day"));
    })
    .await;
}

#[tokio::test]
async fn errors_block_and_warnings_need_a_reason() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let wrong = held(file(db, &caller, &row, "assets-are-wrong", edit(&[("total_assets", "999")])).await);
        assert_eq!(wrong.errors[0].code, "REPORT_HAS_ERRORS", "{:?}", db.backend());
        assert!(wrong.findings.iter().any(|finding| finding.rule_id == "AR-040"), "{:?}", wrong.findings);
        assert!(wrong.errors[0].message.contains("FILE-3"), "{}", wrong.errors[0].message);
        // Profit above revenue is a warning.
        let odd = [("total_profit", "900"), ("net_profit", "880")];
        let odd = held(file(db, &caller, &row, "profit-is-odd", edit(&odd)).await);
        assert_eq!(odd.errors[0].code, "WARNING_NEEDS_REASON", "{:?}: {:?}", db.backend(), odd.findings);
        let explained =
            Edit { reasons: reasons(&odd.findings), ..edit(&[("total_profit", "900"), ("net_profit", "880")]) };
        let short = Edit { reasons: BTreeMap::from([("AR-045".to_owned(), "对".to_owned())]), ..Edit::default() };
        assert_eq!(code(file(db, &caller, &row, "reason-too-short", short).await), "INVALID_REASON");
        done(file(db, &caller, &row, "profit-is-explained", explained).await);
        // Faults of the input are told before anything is judged.
        for (edit, expected) in [
            (edit(&[("fone", "1")]), "UNKNOWN_FIELD"),
            (edit(&[("main_activity", &"长".repeat(257))]), "TEXT_TOO_LONG"),
            (Edit { unpublished: Some(["phone".to_owned()].into()), ..Edit::default() }, "MUST_BE_PUBLISHED"),
        ] {
            assert_eq!(code(save(db, &caller, &row, 0, edit).await), expected, "{:?}", db.backend());
        }
    })
    .await;
}

#[tokio::test]
async fn a_correction_leaves_its_trace_and_what_is_withheld_stays_so() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let withheld = Edit { unpublished: Some(["total_profit".to_owned()].into()), ..Edit::default() };
        let receipt = done(file(db, &caller, &row, "first-text", withheld).await);
        let report = reports::of_year(db, row.id, YEAR).await.expect("an answer").expect("a report");
        assert_eq!((report.total_profit_fen, report.net_profit_fen), (None, Some(70_000_000)), "{:?}", db.backend());
        let values: &[(&str, &str)] =
            &[("phone", "029-88881234"), ("total_profit", "91"), ("social_insurance[0].persons", "11")];
        let amended = done(change(db, &caller, &row, ReportChangePhase::Corrected, ("second-text", 1, values)).await);
        assert_eq!((amended.receipt.version, amended.receipt.report), (2, receipt.report));
        let told: Vec<(String, i32, Change)> = amended
            .modifications
            .iter()
            .map(|row| (row.path.clone(), row.is_public, Change::of(db.vault(), row).expect("a change")))
            .collect();
        let change_of = |old: &str, new: &str| Change { old: Some(old.to_owned()), new: Some(new.to_owned()) };
        assert_eq!(
            told,
            [
                ("phone".to_owned(), 1, change_of("13912345678", "029-88881234")),
                ("social_insurance[0].persons".to_owned(), 1, change_of("12", "11")),
                ("total_profit".to_owned(), 0, change_of("90", "91")),
            ],
            "{:?}",
            db.backend()
        );
        assert_eq!(amended.modifications[0].code, format!("XG2025-{}-02-001", row.uscc));
        let report = reports::of_year(db, row.id, YEAR).await.expect("an answer").expect("a report");
        assert_eq!((report.phone.as_deref(), report.total_profit_fen), (Some("029-88881234"), None));
        let parts = report_parts::of_reports(db, &[report.id]).await.expect("parts");
        let persons: Vec<i32> = parts[&report.id].social_insurance.iter().map(|row| row.persons).collect();
        assert_eq!(persons, [11, 12, 12, 12, 12], "{:?}", db.backend());
        // The same request once more, an old version, and nothing to change.
        let again = done(change(db, &caller, &row, ReportChangePhase::Corrected, ("second-text", 1, values)).await);
        assert_eq!((again.receipt.number, again.modifications.len()), (amended.receipt.number, 3));
        let more: &[(&str, &str)] = &[("total_tax", "41")];
        let old = change(db, &caller, &row, ReportChangePhase::Corrected, ("third-text", 1, more)).await;
        assert_eq!(code(old), "REPORT_CHANGED", "{:?}", db.backend());
        let same = change(db, &caller, &row, ReportChangePhase::Corrected, ("third-text", 2, values)).await;
        assert_eq!(code(same), "NOTHING_CHANGED", "{:?}", db.backend());
        let wrong: &[(&str, &str)] = &[("total_assets", "1")];
        let wrong = held(change(db, &caller, &row, ReportChangePhase::Corrected, ("third-text", 2, wrong)).await);
        assert_eq!(wrong.errors[0].code, "REPORT_HAS_ERRORS", "{:?}", db.backend());
        assert!(matches!(audit::verify(db, &Silent).await.expect("a verdict"), Verdict::Whole(_)));
    })
    .await;
}

/// I07: listed for 2025 on 2026-07-09, lifted on 2026-08-10.
#[tokio::test]
async fn a_year_that_was_listed_is_modified_once_the_listing_is_lifted() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let filed = later(&caller, at("2026-08-03T02:00:00Z"));
        let warned = held(file(db, &filed, &row, "late-report", Edit::default()).await);
        let edit = Edit { reasons: reasons(&warned.findings), ..Edit::default() };
        done(file(db, &filed, &row, "late-with-reason", edit).await);
        let values: &[(&str, &str)] = &[("total_tax", "41")];
        let modified = async |now: &str, key: &str| {
            let caller = later(&caller, at(now));
            change(db, &caller, &row, ReportChangePhase::Modified, (key, 1, values)).await
        };
        assert_eq!(held(modified("2026-08-04T02:00:00Z", "not-listed").await).errors[0].code, "NOT_LISTED");
        list(db, &row).await;
        let open = held(modified("2026-08-09T15:59:59Z", "still-listed").await);
        assert_eq!(open.errors[0].code, "LISTING_OPEN", "{:?}", db.backend());
        assert!(open.errors[0].message.contains("2026年8月10日"), "{}", open.errors[0].message);
        let amended = done(modified("2026-08-10T01:00:00Z", "after-repair").await);
        assert_eq!(amended.modifications[0].phase, "MODIFIED");
        assert_eq!(amended.modifications[0].reason, "误填，按审计后报表更正");
        let state = state_of(db, &row, &later(&caller, at("2026-08-10T01:00:00Z"))).await;
        assert_eq!((state.stage, state.report_version()), (FilingStage::Modified, 2), "{:?}", db.backend());
        assert!(state.may(FilingStep::Modify).is_ok() && state.may(FilingStep::Correct).is_err());
        // A year that was not listed for stays closed; one that was filed elsewhere is read from what is published.
        let caller = later(&caller, at("2026-08-11T01:00:00Z"));
        let asked = Amendment {
            key: "another-year".to_owned(),
            report_version: 1,
            phase: ReportChangePhase::Modified,
            edit: self::edit(values),
            reason: "误填，按审计后报表更正".to_owned(),
        };
        let other = held(amend(db, &permit(&caller, &row), Filer { row: &row, year: 2024 }, asked).await);
        assert_eq!(other.errors[0].code, "NOT_LISTED", "{:?}", db.backend());
    })
    .await;
}

async fn list(db: &Database, row: &registered::Model) {
    let mut session = Session::begin(db).await.expect("a session");
    let id = session.largest_id("abnormal_listings").await.expect("a key") + 1;
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day");
    let listing = abnormal_listing::Model {
        id,
        enterprise_id: row.id,
        ground: AbnormalGround::ReportNotPublished,
        listed_on: day(7, 9),
        removal_ground: Some(RemovalGround::ReportFiled),
        removed_on: Some(day(8, 10)),
        authority_id: row.authority_id,
        source_id: None,
        digest: 0,
    };
    session.insert(&[listing]).await.expect("a listing");
    session.commit().await.expect("kept");
}

#[tokio::test]
async fn the_enterprise_of_another_does_not_exist() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let other = companies_but(db, row.id).await;
        let stranger = liaison(db, "stranger", other.id, spring()).await;
        let refused = stranger.may_for::<FileReports>(row.place()).err().expect("a refusal");
        assert_eq!(refused.code, "NOT_FOUND");
        assert_eq!(stranger.may_for::<FileReports>(None).err().map(|error| error.code), Some("NOT_FOUND"));
        let public = Caller::anonymous(Arc::from("192.0.2.1"), spring());
        assert_eq!(public.may_for::<FileReports>(row.place()).err().map(|error| error.code), Some("NOT_SIGNED_IN"));
        assert!(caller.viewer.acts().contains(Act::FileReports));
        // What is typed lies sealed, and is nobody else's.
        let mut session = Session::begin(db).await.expect("a session");
        let plain = "SELECT count(*) FROM report_drafts WHERE content LIKE '%13912345678%' OR content NOT LIKE 'v1.%'";
        assert_eq!(session.scalar(plain).await.expect("a number"), 0, "{:?}", db.backend());
        session.rollback().await.expect("an end");
        let scope = Scope::now(Clock::Fixed(spring()).today());
        let shown = async |viewer: &Viewer| {
            services::draft::prepare(db, &row, YEAR, &Default::default(), &scope, viewer).await.expect("a draft")
        };
        let (own, theirs) = (shown(&caller.viewer).await, shown(&stranger.viewer).await);
        assert_eq!((own.stored.version, theirs.stored.version), (2, 0));
        let phone = |checked: &services::draft::Checked| {
            checked.draft.values.iter().find(|value| value.path == "phone").and_then(|value| value.value.clone())
        };
        assert!(phone(&own).is_some_and(|phone| phone.to_string() == "13912345678"));
        assert!(phone(&theirs).is_none_or(|phone| phone.to_string() != "13912345678"), "{:?}", db.backend());
        assert_eq!(theirs.stage, FilingStage::NotStarted);
    })
    .await;
}

async fn companies_but(db: &Database, id: i64) -> Arc<registered::Model> {
    let sql = format!("SELECT id FROM enterprises WHERE kind = 'LIMITED_COMPANY' AND id <> {id} ORDER BY id LIMIT 1");
    rows(db, &sql).await.remove(0)
}
