//! 重算 Facts and cells made anew from the records, and compared with a recount.

use std::collections::HashMap;

use entities::bulk::Session;
use entities::bureau::cells;
use entities::bureau::sources::{self, FilerRow};
use entities::{Database, DatabaseError, operations};
use migrations::indexes;

use super::facts::{of_filer, of_report};
use super::tally::Tally;
use super::version;
use crate::ports::Progress;

/// Enterprises that are read at once.
const PAGE: i64 = 2_000;

/// 重算结果
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// 经营主体
    pub filers: u64,
    /// 年报
    pub reports: u64,
}

/// Makes everything anew if it was never made, or made with other definitions; before a server takes requests.
///
/// # Errors
/// Any failure of the database.
pub async fn ensure(db: &Database, progress: &dyn Progress) -> Result<(), DatabaseError> {
    match cells::state(db).await? {
        Some((_, counted)) if counted == version() => Ok(()),
        _ => rebuild(db, progress).await.map(drop),
    }
}

/// 重算 Makes facts and cells anew, in one transaction.
///
/// # Errors
/// Any failure of the database; then everything is as it was.
pub async fn rebuild(db: &Database, progress: &dyn Progress) -> Result<Counted, DatabaseError> {
    // What is recorded meanwhile is applied again afterwards, which changes nothing.
    let sequence = settled(db).await?;
    let mut session = Session::begin(db).await?;
    // Whoever else begins this waits here.
    cells::keep_state(&mut session, sequence, version()).await?;
    cells::clear(&mut session).await?;
    let kept = || indexes::ALL.iter().filter(|index| index.table == "report_facts");
    for index in kept() {
        session.execute(&format!("DROP INDEX IF EXISTS {}", index.name)).await?;
    }
    let mut tally = Tally::default();
    let counted = walk(&mut session, &mut tally, progress, true).await?;
    tally.write(&mut session).await?;
    for index in kept() {
        session.execute(&format!("CREATE INDEX IF NOT EXISTS {} ON {} {}", index.name, index.table, index.on)).await?;
    }
    session.commit().await?;
    Ok(counted)
}

/// 复核 The tables whose cells are not what the records give, each with how many cells; none if all agree.
///
/// # Errors
/// Any failure of the database.
pub async fn recount(
    db: &Database,
    progress: &dyn Progress,
) -> Result<(Counted, Vec<(&'static str, usize)>), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut tally = Tally::default();
    let counted = walk(&mut session, &mut tally, progress, false).await?;
    session.rollback().await?;
    Ok((counted, tally.differences(db).await?))
}

/// The last event that every follower may see.
async fn settled(db: &Database) -> Result<i64, DatabaseError> {
    let mut last = match cells::state(db).await? {
        Some((sequence, _)) => sequence,
        None => 0,
    };
    loop {
        let events = operations::events_after(db, last, 10_000).await?;
        match events.last() {
            Some(event) => last = event.sequence,
            None => return Ok(last),
        }
    }
}

async fn walk(
    session: &mut Session,
    tally: &mut Tally,
    progress: &dyn Progress,
    keeps: bool,
) -> Result<Counted, DatabaseError> {
    let (mut counted, mut after) = (Counted::default(), 0);
    loop {
        let filers = sources::filers_after(session, after, PAGE).await?;
        let Some(last) = filers.last() else { return Ok(counted) };
        after = last.id;
        let ids: Vec<i64> = filers.iter().map(|row| row.id).collect();
        let by_id: HashMap<i64, &FilerRow> = filers.iter().map(|row| (row.id, row)).collect();
        let filed = sources::reports_of(session, &ids).await?;
        let owners = filed.iter().filter_map(|report| by_id.get(&report.enterprise_id).map(|filer| (report, *filer)));
        let reports: Vec<_> = owners.map(|(report, filer)| of_report(report, filer)).collect();
        let filers: Vec<_> = filers.iter().map(of_filer).collect();
        filers.iter().for_each(|fact| tally.filer(fact, 1));
        reports.iter().for_each(|fact| tally.report(fact, 1));
        if keeps {
            session.insert(&filers).await?;
            session.insert(&reports).await?;
        }
        counted.filers += filers.len() as u64;
        counted.reports += reports.len() as u64;
        progress.report("统计年报", counted.filers, None);
    }
}
