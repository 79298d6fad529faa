//! 任务 Long work runs apart from the request that asked for it, and tells how far it is.
//!
//! JOB-1: a job that was accepted is done once by one process; if that process ends, another begins it
//! anew. Every kind can be begun anew. A process that only seemed to have ended is not heard any more.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::Session;
use entities::jobs::{self, job};
use entities::{Database, DatabaseError};
use rules::access::Act;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::audit::{self, Verdict};
use crate::command::{Done, Permit};
use crate::filing::{FilingDesk, branch_file, branches};
use crate::index::Index;
use crate::ports::{Clock, Progress};
use crate::search::ReadFilter;
use crate::{bureau, export, failure, reminders};

/// How often jobs are looked for, and how often one tells how far it is.
const PAUSE: Duration = Duration::from_millis(500);
/// A process that has said nothing for this time has ended.
const SILENCE: TimeDelta = TimeDelta::seconds(30);

/// 任务类型 What can be done at length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 核验审计链
    VerifyAuditChain,
    /// 导出检索结果
    ExportSearch,
    /// 导出零值年报名单
    ExportZeroValueReports,
    /// 比对年报与登记档案
    CompareReports,
    /// 分支机构集中年报
    FileBranchReports,
    /// 分支机构批量填报
    ImportBranchReports,
    /// 编制催报名单
    PlanReminders,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::VerifyAuditChain,
        Self::ExportSearch,
        Self::ExportZeroValueReports,
        Self::CompareReports,
        Self::FileBranchReports,
        Self::ImportBranchReports,
        Self::PlanReminders,
    ];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::VerifyAuditChain => "VERIFY_AUDIT_CHAIN",
            Self::ExportSearch => "EXPORT_SEARCH",
            Self::ExportZeroValueReports => "EXPORT_ZERO_VALUE_REPORTS",
            Self::CompareReports => "COMPARE_REPORTS",
            Self::FileBranchReports => "FILE_BRANCH_REPORTS",
            Self::PlanReminders => "PLAN_REMINDERS",
            Self::ImportBranchReports => "IMPORT_BRANCH_REPORTS",
        }
    }

    /// 导出 The act that starts it and fetches its file, if it makes one (ACCESS-6).
    pub const fn export(self) -> Option<Act> {
        match self {
            Self::ExportSearch => Some(Act::ExportSearch),
            Self::ExportZeroValueReports => Some(Act::ExportReports),
            Self::VerifyAuditChain
            | Self::CompareReports
            | Self::FileBranchReports
            | Self::ImportBranchReports
            | Self::PlanReminders => None,
        }
    }

    /// Whether it makes a file.
    pub const fn is_export(self) -> bool {
        self.export().is_some()
    }

    /// The kind of a stored job.
    pub fn of(job: &job::Model) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == job.kind)
    }
}

/// 凭借 What jobs work with.
#[derive(Clone)]
pub struct Means {
    /// The database.
    pub db: Database,
    /// Where reports are filed.
    pub filing: FilingDesk,
    /// The search index of this process.
    pub index: Index,
    /// Reads the filter of a search.
    pub read_filter: ReadFilter,
}

/// 发起任务 Accepts a job; the permit is that of what it does.
///
/// # Errors
/// A failure of the database.
pub async fn start<P>(db: &Database, permit: &Permit<'_, P>, kind: Kind) -> Done<job::Model> {
    let caller = permit.caller();
    let mut session = Session::begin(db).await?;
    let job = jobs::add(&mut session, kind.code(), caller.viewer.identity(), None, caller.now).await?;
    permit.record(&mut session, "START_JOB", format!("{} {}", kind.code(), job.id), json!({ "job": job.id })).await?;
    session.commit().await?;
    Ok(job)
}

/// Does jobs, one after another, until told to stop.
pub async fn work(means: Means, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = all_waiting(&means, clock, &stop).await {
            tracing::error!(error = ?error, "jobs cannot be done; they will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Does what waits, and what was broken off; ends when nothing is left, or when told to stop.
///
/// # Errors
/// Any failure of the database.
pub async fn all_waiting(means: &Means, clock: Clock, stop: &CancellationToken) -> Result<(), DatabaseError> {
    let db = &means.db;
    while !stop.is_cancelled() && jobs::is_any_waiting(db, clock.now(), SILENCE).await? {
        let Some(job) = jobs::take(db, clock.now(), SILENCE).await? else { return Ok(()) };
        let told = Told::default();
        let outcome = {
            let done = act(means, &job, clock, &told);
            let telling = tell(db, &job, &told, clock);
            tokio::select! {
                outcome = done => outcome,
                // A job that is not done when the server stops is begun anew by the next one.
                () = stop.cancelled() => return Ok(()),
                () = telling => return Ok(()),
            }
        };
        tell_once(db, &job, &told, clock.now()).await?;
        jobs::finish(db, &job, outcome, clock.now()).await?;
    }
    Ok(())
}

async fn act(means: &Means, job: &job::Model, clock: Clock, progress: &dyn Progress) -> Result<Value, String> {
    match Kind::of(job) {
        Some(Kind::VerifyAuditChain) => verify(&means.db, progress).await,
        Some(Kind::ExportSearch) => export::run(means, job, clock, progress).await.map_err(|error| error.message()),
        Some(Kind::ExportZeroValueReports) => {
            bureau::export::run(means, job, clock, progress).await.map_err(|error| error.message())
        }
        Some(Kind::CompareReports) => {
            let compared = bureau::compare::run(&means.db, job, clock, progress).await;
            compared.map_err(|error| failure::message(&error, "比对"))
        }
        Some(Kind::FileBranchReports) => branches::run(&means.filing, job, clock, progress).await,
        Some(Kind::PlanReminders) => reminders::run(&means.db, job, clock, progress).await,
        Some(Kind::ImportBranchReports) => branch_file::import::run(&means.filing, job, clock, progress).await,
        None => Err(format!("没有任务类型 {}。", job.kind)),
    }
}

async fn verify(db: &Database, progress: &dyn Progress) -> Result<Value, String> {
    let verdict = audit::verify(db, progress).await.map_err(|error| failure::message(&error, "执行任务"))?;
    Ok(match verdict {
        Verdict::Empty => json!({ "whole": true, "entries": 0 }),
        Verdict::Whole(head) => json!({ "whole": true, "entries": head.last - head.first + 1, "head": head.hash }),
        Verdict::Broken { sequence, fault } => {
            json!({ "whole": false, "brokenAt": sequence, "message": fault.message() })
        }
    })
}

/// How far the work is.
#[derive(Default)]
struct Told {
    step: Mutex<String>,
    done: AtomicI64,
    /// Below 0 while it is not known.
    total: AtomicI64,
}

impl Progress for Told {
    fn report(&self, step: &str, done: u64, total: Option<u64>) {
        step.clone_into(&mut self.step.lock().unwrap_or_else(PoisonError::into_inner));
        self.done.store(i64::try_from(done).unwrap_or(i64::MAX), Ordering::Relaxed);
        let total = total.map_or(-1, |total| i64::try_from(total).unwrap_or(i64::MAX));
        self.total.store(total, Ordering::Relaxed);
    }
}

/// Tells again and again; ends only when it cannot, or is not heard any more.
async fn tell(db: &Database, job: &job::Model, told: &Told, clock: Clock) {
    loop {
        tokio::time::sleep(PAUSE).await;
        match tell_once(db, job, told, clock.now()).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job = job.id, "another process has begun this job anew");
                return;
            }
            Err(error) => {
                tracing::error!(error = ?error, job = job.id, "the progress of a job cannot be kept");
                return;
            }
        }
    }
}

async fn tell_once(db: &Database, job: &job::Model, told: &Told, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let step = told.step.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let total = Some(told.total.load(Ordering::Relaxed)).filter(|total| *total >= 0);
    jobs::progress(db, job, (&step, told.done.load(Ordering::Relaxed), total), now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ACCESS-6.
    #[test]
    fn every_file_that_is_made_asks_for_the_second_factor() {
        let exports: Vec<Act> = Kind::ALL.into_iter().filter_map(Kind::export).collect();
        assert_eq!(exports, [Act::ExportSearch, Act::ExportReports]);
        assert!(exports.into_iter().all(Act::needs_fresh_factor));
    }
}
