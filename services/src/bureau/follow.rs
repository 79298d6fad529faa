//! 跟随 Applies the outbox to facts and cells: in order, at least once, idempotently (BUREAU-2).
//!
//! Rows are read as they are now, whatever the event was; what a row has put into the cells before is taken out by
//! its facts. One process at a time adds: the row of the position is locked.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use entities::bulk::Session;
use entities::bureau::sources::{self, Facts, FilerRow, ReportRow};
use entities::bureau::{cells, filer_fact, report_fact};
use entities::operations::Recorded;
use entities::{Database, DatabaseError, changes, operations};
use tokio_util::sync::CancellationToken;

use super::facts::{of_filer, of_report};
use super::tally::Tally;
use super::{rebuild, version};
use crate::ports::Silent;

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(250);
/// After a failure the outbox is left alone for a while.
const REST: Duration = Duration::from_secs(5);
/// Events that are applied with one commit, and rows that they may span: others wait meanwhile.
const EVENTS: usize = 200;
const ROWS: i64 = 10_000;
/// Keys that are read with one statement.
const CHUNK: usize = 1_000;

/// Follows until told to stop.
pub async fn follow(db: Database, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match catch_up(&db).await {
            Ok(()) => PAUSE,
            Err(error) => {
                tracing::error!(error = ?error, "statistics of reports cannot follow; it will be tried again");
                REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Applies everything that is recorded.
///
/// # Errors
/// Any failure of the database.
pub async fn catch_up(db: &Database) -> Result<(), DatabaseError> {
    loop {
        let sequence = match cells::state(db).await? {
            Some((sequence, counted)) if counted == version() => sequence,
            _ => {
                rebuild::rebuild(db, &Silent).await?;
                continue;
            }
        };
        let recorded = operations::events_after(db, sequence, EVENTS as i64).await?;
        let read = recorded.len();
        let events = lot(recorded);
        let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
        let mut session = Session::begin(db).await?;
        // Another process may have applied them meanwhile.
        if cells::locked_state(&mut session).await? == Some((sequence, version())) {
            let mut tally = Tally::default();
            apply(&mut session, Facts::InForce, &mut tally, &events).await?;
            tally.merge(&mut session).await?;
            cells::keep_state(&mut session, last, version()).await?;
            session.commit().await?;
        } else {
            session.rollback().await?;
        }
        // While much is recorded, a commit for every few events would cost more than the events.
        if read < EVENTS && events.len() == read {
            return Ok(());
        }
    }
}

/// The first events, as many as do not span too many rows; one at least.
pub(super) fn lot(mut events: Vec<Recorded>) -> Vec<Recorded> {
    let mut rows = 0;
    let fits = events.iter().take_while(|event| {
        rows += event.last_id - event.first_id + 1;
        rows <= ROWS
    });
    let count = fits.count().max(1);
    events.truncate(count);
    events
}

/// Brings facts up to the events, and tells the cells what is no longer so and what is so from now on.
pub(super) async fn apply(
    session: &mut Session,
    facts: Facts,
    tally: &mut Tally,
    events: &[Recorded],
) -> Result<(), DatabaseError> {
    let (mut enterprises, mut reports) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        match event.family.as_str() {
            changes::ENTERPRISES => enterprises.extend(event.first_id..=event.last_id),
            "annual_reports" => reports.extend(event.first_id..=event.last_id),
            _ => {}
        }
    }
    let enterprises: Vec<i64> = enterprises.into_iter().collect();
    for ids in enterprises.chunks(CHUNK) {
        apply_enterprises(session, facts, tally, ids).await?;
    }
    let reports: Vec<i64> = reports.into_iter().collect();
    for ids in reports.chunks(CHUNK) {
        apply_reports(session, facts, tally, ids).await?;
    }
    Ok(())
}

async fn apply_enterprises(
    session: &mut Session,
    facts: Facts,
    tally: &mut Tally,
    ids: &[i64],
) -> Result<(), DatabaseError> {
    let filers = sources::filers(session, ids).await?;
    let before = sources::filer_facts(session, facts, ids).await?;
    let now: Vec<filer_fact::Model> = filers.iter().map(of_filer).collect();
    let (gone, come) = changed(before, now, |fact| fact.id);
    gone.iter().for_each(|fact| tally.filer(fact, -1));
    come.iter().for_each(|fact| tally.filer(fact, 1));
    let keys: Vec<i64> = gone.iter().chain(&come).map(|fact| fact.id).collect();
    sources::replace_filers(session, facts, &keys, come).await?;
    let filed = sources::reports_of(session, ids).await?;
    let before = sources::report_facts(session, facts, &[], ids).await?;
    put_reports(session, facts, tally, (before, &filed, &filers)).await
}

async fn apply_reports(
    session: &mut Session,
    facts: Facts,
    tally: &mut Tally,
    ids: &[i64],
) -> Result<(), DatabaseError> {
    let filed = sources::reports(session, ids).await?;
    let owners: BTreeSet<i64> = filed.iter().map(|report| report.enterprise_id).collect();
    let filers = sources::filers(session, &owners.into_iter().collect::<Vec<_>>()).await?;
    let before = sources::report_facts(session, facts, ids, &[]).await?;
    put_reports(session, facts, tally, (before, &filed, &filers)).await
}

async fn put_reports(
    session: &mut Session,
    facts: Facts,
    tally: &mut Tally,
    (before, filed, filers): (Vec<report_fact::Model>, &[ReportRow], &[FilerRow]),
) -> Result<(), DatabaseError> {
    let by_id: HashMap<i64, &FilerRow> = filers.iter().map(|row| (row.id, row)).collect();
    let fact = |report: &ReportRow| by_id.get(&report.enterprise_id).map(|filer| of_report(report, filer));
    let (gone, come) = changed(before, filed.iter().filter_map(fact).collect(), |fact| fact.id);
    gone.iter().for_each(|fact| tally.report(fact, -1));
    come.iter().for_each(|fact| tally.report(fact, 1));
    let keys: Vec<i64> = gone.iter().chain(&come).map(|fact| fact.id).collect();
    sources::replace_reports(session, facts, &keys, come).await
}

/// What is no longer so, and what is so from now on.
fn changed<T: PartialEq>(before: Vec<T>, now: Vec<T>, key: impl Fn(&T) -> i64) -> (Vec<T>, Vec<T>) {
    let mut known: HashMap<i64, T> = before.into_iter().map(|fact| (key(&fact), fact)).collect();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for fact in now {
        match known.remove(&key(&fact)) {
            Some(same) if same == fact => {}
            other => {
                gone.extend(other);
                come.push(fact);
            }
        }
    }
    gone.extend(known.into_values());
    (gone, come)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_changed() {
        let (mut gone, come) =
            changed(vec![(1, 'a'), (2, 'b'), (3, 'c')], vec![(1, 'a'), (2, 'x'), (4, 'd')], |fact| fact.0);
        gone.sort_unstable();
        assert_eq!((gone, come), (vec![(2, 'b'), (3, 'c')], vec![(2, 'x'), (4, 'd')]));
    }

    #[test]
    fn a_lot_is_never_empty_and_seldom_large() {
        let event = |sequence, rows| Recorded {
            sequence,
            family: "annual_reports".to_owned(),
            act: "UPSERT".to_owned(),
            first_id: 1,
            last_id: rows,
        };
        assert_eq!(lot(vec![event(1, ROWS * 2), event(2, 1)]).len(), 1);
        assert_eq!(lot(vec![event(1, ROWS / 2), event(2, ROWS / 2), event(3, 1)]).len(), 2);
        assert!(lot(Vec::new()).is_empty());
    }
}
