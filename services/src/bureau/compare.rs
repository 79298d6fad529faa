//! 比对 Compares the reports of a year and region with the archive: page by page, each in one transaction, so that a
//! job that is begun anew finds what is there already and changes nothing.
//!
//! COMPARE-1: a difference is one finding, however often it is found; one that is gone is settled as corrected.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::annual_report::report;
use entities::bulk::{Row, Session};
use entities::bureau::findings::{self, Taken};
use entities::bureau::{finding, letter, letters};
use entities::credit::licence;
use entities::enterprise::{find, registered};
use entities::holders::{self, Holder};
use entities::jobs::{self, job};
use entities::report_parts::{self, Parts};
use entities::scope::Audience;
use entities::{Database, DatabaseError, Scope, page};
use rules::annual_report::{FilerKind, window};
use rules::bureau::{Compared, CorrectionStep, Difference, Fact, Facts, FindingStage, StepFacts, compare, decide};
use rules::calendar::written_day;
use rules::region::RegionCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::correct::tell;
use crate::audit::{self, Outcome};
use crate::command::power::CompareReports;
use crate::command::{Done, Permit, UserError};
use crate::jobs::Kind;
use crate::ports::{Clock, Progress};

/// Reports that are compared at once.
const PAGE: i64 = 500;

#[derive(Serialize, Deserialize)]
struct Input {
    year: i32,
    region: Option<RegionCode>,
}

/// 发起比对 The permit is for the region.
///
/// # Errors
/// `INVALID_YEAR`.
pub async fn start(
    db: &Database,
    permit: &Permit<'_, CompareReports>,
    year: i32,
    region: Option<RegionCode>,
) -> Done<job::Model> {
    if window(FilerKind::Enterprise, year).is_none() {
        let message = format!("{year} 年度没有年度报告，请核对年度。");
        return Err(UserError::at(&["input", "year"], "INVALID_YEAR", message).into());
    }
    let (caller, kind) = (permit.caller(), Kind::CompareReports.code());
    let mut session = Session::begin(db).await?;
    let input = json!(Input { year, region });
    let job = jobs::add(&mut session, kind, caller.viewer.identity(), Some(input.clone()), caller.now).await?;
    permit.record(&mut session, "COMPARE_REPORTS", format!("{kind} {}", job.id), input).await?;
    session.commit().await?;
    Ok(job)
}

/// 比对结果 What a run has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// 已比对
    pub reports: u64,
    /// 不一致
    pub found: u64,
    /// 新发现
    pub new: u64,
    /// 已一致
    pub cleared: u64,
}

/// Does a job; what it tells is the result of the job.
///
/// # Errors
/// Any failure of the database; pages that were compared before stay.
pub async fn run(
    db: &Database,
    job: &job::Model,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Value, DatabaseError> {
    let input = job.input.clone().and_then(|input| serde_json::from_value(input).ok());
    let Input { year, region } =
        input.ok_or_else(|| sea_orm::DbErr::Json("the job does not say what to compare".to_owned()))?;
    super::follow::catch_up(db).await?;
    let total = findings::count_reports(db, year, region).await?;
    let (mut tally, mut after) = (Tally::default(), 0);
    loop {
        let page = findings::reports_after(db, year, region, after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(json!(tally)) };
        after = *last;
        let sources = Sources::read(db, &page, clock.today()).await?;
        keep(db, &sources, &page, (job, clock.now()), &mut tally).await?;
        tally.reports += page.len() as u64;
        progress.report("比对年报", tally.reports, Some(total));
    }
}

/// 比对来源 The rows of a page, each read with one statement.
struct Sources {
    today: NaiveDate,
    reports: HashMap<i64, Arc<report::Model>>,
    parts: HashMap<i64, Arc<Parts>>,
    parties: HashMap<i64, Arc<registered::Model>>,
    holders: HashMap<i64, Arc<Vec<Holder>>>,
    licences: HashMap<i64, Vec<licence::Model>>,
}

impl Sources {
    async fn read(db: &Database, page: &[(i64, i64)], today: NaiveDate) -> Result<Self, DatabaseError> {
        let scope = Scope::now(today).seen_by(Audience::Office);
        let ids: Vec<i64> = page.iter().map(|(id, _)| *id).collect();
        let enterprises: Vec<i64> = page.iter().map(|(_, enterprise)| *enterprise).collect();
        Ok(Self {
            today,
            reports: page::by_ids(db, &ids, &scope).await?,
            parts: report_parts::of_reports(db, &ids).await?,
            parties: find::by_ids(db, &enterprises, &scope).await?,
            holders: holders::of_enterprises(db, &enterprises, &scope).await?,
            licences: entities::bureau::sources::licences_of(db, &enterprises).await?,
        })
    }

    fn differences(&self, (report, enterprise): (i64, i64)) -> Vec<Difference> {
        let rows = self.reports.get(&report).zip(self.parties.get(&enterprise));
        let Some((report, party)) = rows else { return Vec::new() };
        let parts = self.parts.get(&report.id).cloned().unwrap_or_default();
        let holders = self.holders.get(&enterprise).map_or(&[][..], |holders| holders.as_slice());
        let licences = self.licences.get(&enterprise).map_or(&[][..], Vec::as_slice);
        compare(&Compared {
            kind: FilerKind::of(party.kind),
            year: report.year,
            report: report_facts(report, &parts),
            archive: archive_facts(party, holders, licences, report.submitted_on),
            holders: parts.contributions.iter().map(|row| holder_facts(row, holders)).collect(),
        })
    }
}

/// Facts that are known.
fn known(facts: impl IntoIterator<Item = (&'static str, Option<Fact>)>) -> Facts {
    facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect()
}

fn day(day: NaiveDate) -> Fact {
    Fact::Text(day.to_string())
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> Option<Fact> {
    let names: BTreeSet<&String> = names.collect();
    (!names.is_empty()).then(|| Fact::Texts(names.into_iter().cloned().collect()))
}

fn report_facts(report: &report::Model, parts: &Parts) -> Facts {
    let status = report.operating_status.as_deref();
    let term = status.map(|status| match status {
        "OPEN" => "开业",
        "SUSPENDED" => "歇业",
        "LIQUIDATING" => "清算",
        other => other,
    });
    let has_turnover = report.total_revenue_fen.is_some_and(|revenue| revenue > 0);
    let rows = &parts.contributions;
    let subscribed = rows.iter().try_fold(0_i64, |sum, row| sum.checked_add(row.subscribed_fen));
    known([
        ("address", report.postal_address.clone().map(Fact::Text)),
        ("employees", report.employees.map(|persons| Fact::Number(persons.into()))),
        ("holders", names(rows.iter().map(|row| &row.holder))),
        ("insured_persons", report.insured_persons.map(|persons| Fact::Number(persons.into()))),
        ("is_trading", Some(Fact::Flag(status.map_or(has_turnover, |status| status == "OPEN")))),
        ("status", status.map(|status| Fact::Text(status.to_owned()))),
        ("status_term", term.map(|term| Fact::Text(term.to_owned()))),
        ("submitted_on", Some(day(report.submitted_on))),
        ("subscribed_fen", subscribed.filter(|_| !rows.is_empty()).map(Fact::Number)),
        ("total_revenue_fen", report.total_revenue_fen.map(Fact::Number)),
    ])
}

fn archive_facts(party: &registered::Model, holders: &[Holder], licences: &[licence::Model], on: NaiveDate) -> Facts {
    known([
        ("address", Some(Fact::Text(party.address.clone()))),
        ("capital_fen", party.registered_capital_fen.map(Fact::Number)),
        ("closed_on", party.closed_on.map(day)),
        ("employees", party.employees.map(|persons| Fact::Number(persons.into()))),
        ("established_on", Some(day(party.established_on))),
        ("expired_licences", Some(Fact::Texts(expired(licences, on)))),
        ("holders", names(holders.iter().map(|holder| &holder.holder.name))),
        ("is_open", Some(Fact::Flag(party.status.is_open()))),
        ("kind", Some(Fact::Text(party.kind.code().to_owned()))),
        ("operating_until", party.operating_until.map(day)),
        ("status", Some(Fact::Text(party.status.code().to_owned()))),
        ("status_term", Some(Fact::Text(party.status.term().to_owned()))),
    ])
}

/// 到期证件 Licences that had expired on a day, and none of the same name was in force.
fn expired(licences: &[licence::Model], on: NaiveDate) -> Vec<String> {
    let is_in_force = |licence: &licence::Model| licence.valid_to.is_none_or(|until| until >= on);
    let in_force: BTreeSet<&str> =
        licences.iter().filter(|licence| is_in_force(licence)).map(|licence| licence.name.as_str()).collect();
    let mut last: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for licence in licences.iter().filter(|licence| !in_force.contains(licence.name.as_str())) {
        if let Some(until) = licence.valid_to {
            let known = last.entry(&licence.name).or_insert(until);
            *known = until.max(*known);
        }
    }
    last.into_iter().map(|(name, until)| format!("{name}（{}到期）", written_day(until))).collect()
}

fn holder_facts(row: &entities::annual_report::contribution::Model, holders: &[Holder]) -> Facts {
    let registered = holders.iter().find(|holder| holder.holder.name == row.holder);
    let due = registered.and_then(|holder| holder.contributions.iter().filter_map(|one| one.subscribed_due_on).max());
    known([
        ("archive_due_on", due.map(day)),
        ("due_on", row.subscribed_due_on.map(day)),
        ("holder", Some(Fact::Text(row.holder.clone()))),
        ("paid_fen", Some(Fact::Number(row.paid_fen))),
        ("subscribed_fen", Some(Fact::Number(row.subscribed_fen))),
    ])
}

/// Keeps what a page gives: new findings, those that are told anew, those that are gone.
async fn keep(
    db: &Database,
    sources: &Sources,
    page: &[(i64, i64)],
    (job, now): (&job::Model, DateTime<Utc>),
    tally: &mut Tally,
) -> Result<(), DatabaseError> {
    let ids: Vec<i64> = page.iter().map(|(id, _)| *id).collect();
    let by =
        job.started_by.map_or_else(|| "system".to_owned(), |user| format!("user:{user} COMPARE_REPORTS {}", job.id));
    let before = *tally;
    let mut session = Session::begin(db).await?;
    let stored = findings::locked_of_reports(&mut session, &ids).await?;
    let mut stored: HashMap<(i64, String, String), finding::Model> =
        stored.into_iter().map(|row| ((row.report_id, row.detector.clone(), row.item.clone()), row)).collect();
    let (mut touched, mut settled, mut told) = (Vec::new(), Vec::new(), BTreeSet::new());
    for report in page {
        for difference in sources.differences(*report) {
            let item: String = difference.item.chars().take(ITEM).collect();
            let key = (report.0, difference.detector.id.clone(), item);
            // A holder may stand in two rows.
            if !told.insert(key.clone()) {
                continue;
            }
            tally.found += 1;
            match stored.remove(&key) {
                Some(row) => retell(&mut session, &row, &difference).await?,
                None => {
                    if let Some(new) = sources.finding(*report, &difference, now) {
                        touched.push(findings::add(&mut session, &new).await?);
                        tally.new += 1;
                    }
                }
            }
        }
    }
    for row in stored.into_values() {
        let facts = StepFacts { due_on: row.due_on, reason: 0 };
        if let Ok(stage) = decide(row.stage, CorrectionStep::Clear, &facts, sources.today) {
            let taken =
                Taken { step: CorrectionStep::Clear, stage, letter: None, due_on: None, note: None, by: &by, at: now };
            findings::take(&mut session, row.id, &taken).await?;
            touched.push(row.id);
            settled.extend(row.letter_id);
            tally.cleared += 1;
        }
    }
    if touched.is_empty() {
        return session.commit().await;
    }
    letters::settle(&mut session, &settled, sources.today).await?;
    let event = audit::Event {
        at: now,
        actor: by,
        act: "FIND_DIFFERENCES",
        subject: format!("{} {}", Kind::CompareReports.code(), job.id),
        source: None,
        outcome: Outcome::Done,
        detail: json!({ "new": tally.new - before.new, "cleared": tally.cleared - before.cleared, "lastReport": page.last().map(|(id, _)| id) }),
    };
    audit::append(&mut session, &[event]).await?;
    tell(&mut session, now, finding::Model::TABLE, &touched).await?;
    tell(&mut session, now, letter::Model::TABLE, &settled).await?;
    session.commit().await
}

/// Characters of an item that are kept.
const ITEM: usize = 256;

async fn retell(session: &mut Session, row: &finding::Model, now: &Difference) -> Result<(), DatabaseError> {
    let is_same = (&row.told, &row.filed, &row.message) == (&now.told, &now.filed, &now.message);
    if is_same || row.stage.is_closed() {
        return Ok(());
    }
    findings::retell(session, row.id, &now.told, &now.filed, &now.message).await
}

impl Sources {
    fn finding(
        &self,
        (report, enterprise): (i64, i64),
        difference: &Difference,
        now: DateTime<Utc>,
    ) -> Option<finding::Model> {
        let (row, party) = self.reports.get(&report).zip(self.parties.get(&enterprise))?;
        Some(finding::Model {
            id: 0,
            enterprise_id: enterprise,
            report_id: report,
            year: row.year,
            region_code: party.region_code,
            city_code: party.city_code,
            detector: difference.detector.id.clone(),
            item: difference.item.chars().take(ITEM).collect(),
            told: difference.told.clone(),
            filed: difference.filed.clone(),
            message: difference.message.clone(),
            stage: FindingStage::Open,
            letter_id: None,
            due_on: None,
            found_on: self.today,
            changed_at: now,
        })
    }
}
