//! 收件 Reports that wait to be stored at the same time share one transaction. Entries of the audit log are chained one
//! transaction after another, each of which waits for the disk: on the last evening the disk would set the pace.

use std::collections::{BTreeMap, BTreeSet};

use entities::annual_report::report;
use entities::bulk::Session;
use entities::filing::{self as stored, Standing, submission};
use entities::report_parts::Parts;
use entities::{Database, DatabaseError};
use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};

use super::submit::{Kept, keep, locked};

/// Reports of one transaction at most.
const TOGETHER: usize = 256;
/// Reports that may wait.
const WAITING: usize = 1_024;

/// 待存报告 A new report that was judged and may be stored.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    /// Version of the draft that it was made of, 0 for none.
    pub(super) draft: i32,
    pub(super) report: report::Model,
    pub(super) parts: Parts,
    pub(super) kept: Kept,
}

/// 存入结果
#[derive(Clone, Debug)]
pub(super) enum Stored {
    /// It is there.
    New(submission::Model),
    /// Something was done with its key before.
    Before(submission::Model),
    /// Another report of the year is there.
    Filed,
    /// The draft is another one now.
    Redrafted,
}

struct Waiting {
    ready: Ready,
    told: oneshot::Sender<Result<Stored, DatabaseError>>,
}

/// 收件处 A clone is the same desk.
#[derive(Clone)]
pub struct FilingDesk {
    db: Database,
    sender: mpsc::Sender<Waiting>,
}

impl FilingDesk {
    /// The desk, and the work that has to run as long as there is anybody who files.
    pub fn open(db: Database) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self { db: db.clone(), sender }, work(db, receiver))
    }

    /// The same desk for those who read by connections of their own: they are many, and whoever stores must not have
    /// to wait in their line for a connection.
    pub fn read_by(&self, db: &Database) -> Self {
        Self { db: db.clone(), sender: self.sender.clone() }
    }

    /// The database for what a report is judged by.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// Stores a report, or tells what stands in its way; what was stored is there when this ends.
    ///
    /// # Errors
    /// Any failure of the database; it is not known then whether the report is there, and its key tells.
    pub(super) async fn store(&self, ready: Ready) -> Result<Stored, DatabaseError> {
        let (told, answer) = oneshot::channel();
        let closed = || DatabaseError::from(DbErr::Custom("the desk for reports is closed".to_owned()));
        self.sender.send(Waiting { ready, told }).await.map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }
}

async fn work(db: Database, mut receiver: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::new();
    while !waiting.is_empty() || receiver.recv_many(&mut waiting, TOGETHER).await > 0 {
        let later = store_some(&db, std::mem::take(&mut waiting)).await;
        waiting = later;
    }
}

/// Stores one report of each enterprise, and answers those that have to wait for another of theirs.
async fn store_some(db: &Database, waiting: Vec<Waiting>) -> Vec<Waiting> {
    let mut seen = BTreeSet::new();
    let (now, later): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|one| seen.insert(one.ready.kept.text.enterprise_id));
    let (ready, told): (Vec<_>, Vec<_>) = now.into_iter().map(|one| (one.ready, one.told)).unzip();
    // Who asked may have gone meanwhile, and needs no answer.
    match write(db, &ready).await {
        Ok(outcomes) => outcomes.into_iter().zip(told).for_each(|(outcome, told)| drop(told.send(Ok(outcome)))),
        // One that cannot be stored is no reason to refuse the others.
        Err(error) => {
            tracing::warn!(error = ?error, reports = told.len(), "reports are stored one by one");
            let mut failure = (told.len() == 1).then_some(error);
            for (ready, told) in ready.iter().zip(told) {
                let outcome = match failure.take() {
                    Some(error) => Err(error),
                    None => write(db, std::slice::from_ref(ready)).await,
                };
                let outcome = outcome.and_then(|mut one| one.pop().ok_or_else(|| DbErr::RecordNotInserted.into()));
                drop(told.send(outcome));
            }
        }
    }
    later
}

/// Stores them in one transaction, each of another enterprise.
async fn write(db: &Database, ready: &[Ready]) -> Result<Vec<Stored>, DatabaseError> {
    let mut session = locked(db).await?;
    let enterprises: Vec<i64> = ready.iter().map(|one| one.kept.text.enterprise_id).collect();
    let standing = stored::standing(&mut session, &enterprises).await?;
    let mut outcomes = Vec::with_capacity(ready.len());
    let mut new = Vec::with_capacity(ready.len());
    for one in ready {
        let outcome = in_the_way(&mut session, &standing, one).await?;
        if outcome.is_none() {
            new.push(one);
        }
        outcomes.push(outcome);
    }
    if new.is_empty() {
        session.rollback().await?;
        return Ok(outcomes.into_iter().flatten().collect());
    }
    let rows = new.iter().map(|one| (one.report.clone(), one.parts.clone())).collect();
    let keys = stored::put_new_reports(&mut session, rows).await?;
    let mut kept: Vec<Kept> = new.iter().map(|one| one.kept.clone()).collect();
    kept.iter_mut().zip(keys).for_each(|(kept, key)| kept.text.report_id = key);
    drop_drafts(&mut session, &new).await?;
    keep(&mut session, &kept).await?;
    session.commit().await?;
    let mut kept = kept.into_iter().map(|kept| Stored::New(kept.text));
    Ok(outcomes.into_iter().filter_map(|outcome| outcome.or_else(|| kept.next())).collect())
}

async fn in_the_way(
    session: &mut Session,
    standing: &Standing,
    ready: &Ready,
) -> Result<Option<Stored>, DatabaseError> {
    let text = &ready.kept.text;
    if standing.knows(text.enterprise_id, &text.idempotency_key)
        && let Some(before) = stored::by_key(session, text.enterprise_id, &text.idempotency_key).await?
    {
        return Ok(Some(Stored::Before(before)));
    }
    if standing.is_filed(text.enterprise_id, text.year) {
        return Ok(Some(Stored::Filed));
    }
    Ok((standing.draft(text.enterprise_id, text.year) != ready.draft).then_some(Stored::Redrafted))
}

async fn drop_drafts(session: &mut Session, new: &[&Ready]) -> Result<(), DatabaseError> {
    let mut drafts: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
    for text in new.iter().filter(|one| one.draft > 0).map(|one| &one.kept.text) {
        drafts.entry(text.year).or_default().push(text.enterprise_id);
    }
    for (year, enterprises) in drafts {
        stored::drop_drafts(session, &enterprises, year).await?;
    }
    Ok(())
}
