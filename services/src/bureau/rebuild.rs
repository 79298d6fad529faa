//! 重算 Facts and cells made anew from the records, and compared with a recount.

use std::collections::HashMap;
use std::time::Duration;

use entities::bulk::Session;
use entities::bureau::sources::{self, Facts, FilerRow};
use entities::bureau::staged::{self, Rebuild};
use entities::bureau::{cells, filer_fact, report_fact};
use entities::{Database, DatabaseError, operations};
use migrations::indexes;

use super::facts::{of_filer, of_report};
use super::tally::Tally;
use super::{follow, version};
use crate::ports::Progress;

/// Enterprises that are read at once, and facts that are read again.
const PAGE: i64 = 2_000;
const REGAINED: i64 = 20_000;
/// Events that are applied at once.
const EVENTS: i64 = 200;
/// How often another process is looked after, and how often in vain before it counts as ended.
const LOOK: Duration = Duration::from_secs(1);
const STUCK: u32 = 30;

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

/// 重算 Makes facts and cells anew beside those in force, which answer until they are switched (BUREAU-3). Whoever comes
/// after one that was broken off goes on from where it was; whoever finds another process at it waits for that.
///
/// # Errors
/// Any failure of the database; what is in force is as it was.
pub async fn rebuild(db: &Database, progress: &dyn Progress) -> Result<Counted, DatabaseError> {
    loop {
        if let Some(counted) = attempt(db, progress).await? {
            return Ok(counted);
        }
        let (mut before, mut still) = (staged::state(db).await?, 0);
        // One that does not get on has ended, and is gone on with.
        while still < STUCK {
            let Some(at) = before else { return in_force(db).await };
            tokio::time::sleep(LOOK).await;
            before = staged::state(db).await?;
            still = if before == Some(at) { still + 1 } else { 0 };
        }
    }
}

/// Makes everything anew; `None` if another process goes on with it.
async fn attempt(db: &Database, progress: &dyn Progress) -> Result<Option<Counted>, DatabaseError> {
    let total = total(db).await?;
    let tell = |at: &Rebuild| progress.report("统计年报", at.counted.0.unsigned_abs(), Some(total));
    let (mut at, mut tally) = match staged::state(db).await? {
        Some(at) if at.version == version() => {
            let Some(tally) = regained(db, &at).await? else { return Ok(None) };
            (at, tally)
        }
        _ => (begun(db).await?, Tally::default()),
    };
    tell(&at);
    loop {
        match page(db, &mut tally, &at).await? {
            Step::On(next) => at = next,
            Step::Whole => break,
            Step::Lost => return Ok(None),
        }
        tell(&at);
    }
    let Some(mut session) = held(db, &at).await? else { return Ok(None) };
    staged::index(&mut session, &indexes()).await?;
    session.commit().await?;
    loop {
        match meanwhile(db, &mut tally, &at).await? {
            Step::On(next) => at = next,
            Step::Whole => break,
            Step::Lost => return Ok(None),
        }
    }
    switched(db, tally, at).await
}

/// What came of a step.
enum Step {
    /// 继续
    On(Rebuild),
    /// Nothing is left to do.
    Whole,
    /// Somebody else has gone on with it.
    Lost,
}

/// 索引 Of facts that are in force.
fn indexes() -> Vec<(&'static str, &'static str)> {
    let kept = indexes::ALL.iter().filter(|index| index.table == "report_facts");
    kept.map(|index| (index.name, index.on)).collect()
}

async fn begun(db: &Database) -> Result<Rebuild, DatabaseError> {
    // What is recorded meanwhile is applied again afterwards, which changes nothing.
    let sequence = settled(db).await?;
    let mut session = Session::begin(db).await?;
    let at = staged::begin(&mut session, sequence, version()).await?;
    session.commit().await?;
    Ok(at)
}

/// A transaction in which nobody else goes on with it; `None` if somebody has, or has ended it: its tables may be gone.
async fn held(db: &Database, at: &Rebuild) -> Result<Option<Session>, DatabaseError> {
    let mut session = Session::begin(db).await?;
    if staged::advance(&mut session, at, at).await? {
        return Ok(Some(session));
    }
    session.rollback().await?;
    Ok(None)
}

/// The cells of what was made before it was broken off; `None` if somebody else goes on with it.
async fn regained(db: &Database, at: &Rebuild) -> Result<Option<Tally>, DatabaseError> {
    let (mut tally, mut after) = (Tally::default(), 0);
    loop {
        let Some(mut session) = held(db, at).await? else { return Ok(None) };
        let facts = staged::filers_after(&mut session, after, REGAINED).await?;
        session.rollback().await?;
        facts.iter().for_each(|fact| tally.filer(fact, 1));
        let Some(last) = facts.last() else { break };
        after = last.id;
    }
    after = 0;
    loop {
        let Some(mut session) = held(db, at).await? else { return Ok(None) };
        let facts = staged::reports_after(&mut session, after, REGAINED).await?;
        session.rollback().await?;
        facts.iter().for_each(|fact| tally.report(fact, 1));
        let Some(last) = facts.last() else { return Ok(Some(tally)) };
        after = last.id;
    }
}

/// The facts of some enterprises more, with how far they are, in one transaction.
async fn page(db: &Database, tally: &mut Tally, at: &Rebuild) -> Result<Step, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let read = read(&mut session, at.after).await?;
    let Some(last) = read.last else {
        session.rollback().await?;
        return Ok(Step::Whole);
    };
    let (filers, reports) = (read.filers.len() as i64, read.reports.len() as i64);
    let next = Rebuild { after: last, counted: (at.counted.0 + filers, at.counted.1 + reports), ..*at };
    if !staged::advance(&mut session, at, &next).await? {
        session.rollback().await?;
        return Ok(Step::Lost);
    }
    read.tell(tally);
    staged::put(&mut session, read.filers, read.reports).await?;
    session.commit().await?;
    Ok(Step::On(next))
}

/// What was recorded since it was begun.
async fn meanwhile(db: &Database, tally: &mut Tally, at: &Rebuild) -> Result<Step, DatabaseError> {
    let events = follow::lot(operations::events_after(db, at.sequence, EVENTS).await?);
    let Some(last) = events.last() else { return Ok(Step::Whole) };
    let next = Rebuild { sequence: last.sequence, ..*at };
    let mut session = Session::begin(db).await?;
    if !staged::advance(&mut session, at, &next).await? {
        session.rollback().await?;
        return Ok(Step::Lost);
    }
    follow::apply(&mut session, Facts::Next, tally, &events).await?;
    session.commit().await?;
    Ok(Step::On(next))
}

/// 切换 In one transaction: whoever reads sees the statistics of before, or those of now.
async fn switched(db: &Database, mut tally: Tally, at: Rebuild) -> Result<Option<Counted>, DatabaseError> {
    let mut session = Session::begin(db).await?;
    // Followers wait here.
    cells::locked_state(&mut session).await?;
    if !staged::advance(&mut session, &at, &at).await? {
        session.rollback().await?;
        return Ok(None);
    }
    // The last few: readers must not see an earlier state than before.
    let mut sequence = at.sequence;
    loop {
        let events = follow::lot(operations::events_after(db, sequence, EVENTS).await?);
        let Some(last) = events.last() else { break };
        sequence = last.sequence;
        follow::apply(&mut session, Facts::Next, &mut tally, &events).await?;
    }
    cells::clear(&mut session).await?;
    tally.write(&mut session).await?;
    cells::keep_state(&mut session, sequence, version()).await?;
    staged::switch(&mut session, &indexes()).await?;
    session.commit().await?;
    let (filers, reports) = at.counted;
    Ok(Some(Counted { filers: filers.unsigned_abs(), reports: reports.unsigned_abs() }))
}

/// How much is in force, where another process has made it.
async fn in_force(db: &Database) -> Result<Counted, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let filers = session.scalar("SELECT count(*) FROM filer_facts").await?;
    let reports = session.scalar("SELECT count(*) FROM report_facts").await?;
    session.rollback().await?;
    Ok(Counted { filers: filers.unsigned_abs(), reports: reports.unsigned_abs() })
}

async fn total(db: &Database) -> Result<u64, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let total = session.scalar("SELECT count(*) FROM enterprises").await?;
    session.rollback().await?;
    Ok(total.unsigned_abs())
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
    let (mut tally, mut counted, mut after) = (Tally::default(), Counted::default(), 0);
    loop {
        let read = read(&mut session, after).await?;
        let Some(last) = read.last else { break };
        after = last;
        read.tell(&mut tally);
        counted.filers += read.filers.len() as u64;
        counted.reports += read.reports.len() as u64;
        progress.report("统计年报", counted.filers, None);
    }
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

/// 一页事实 Of some enterprises and their reports.
struct Page {
    filers: Vec<filer_fact::Model>,
    reports: Vec<report_fact::Model>,
    /// The last enterprise; `None` if there are no more.
    last: Option<i64>,
}

impl Page {
    fn tell(&self, tally: &mut Tally) {
        self.filers.iter().for_each(|fact| tally.filer(fact, 1));
        self.reports.iter().for_each(|fact| tally.report(fact, 1));
    }
}

/// The facts of the enterprises after one.
async fn read(session: &mut Session, after: i64) -> Result<Page, DatabaseError> {
    let filers = sources::filers_after(session, after, PAGE).await?;
    let ids: Vec<i64> = filers.iter().map(|row| row.id).collect();
    let by_id: HashMap<i64, &FilerRow> = filers.iter().map(|row| (row.id, row)).collect();
    let filed = sources::reports_of(session, &ids).await?;
    let owners = filed.iter().filter_map(|report| by_id.get(&report.enterprise_id).map(|filer| (report, *filer)));
    Ok(Page {
        reports: owners.map(|(report, filer)| of_report(report, filer)).collect(),
        filers: filers.iter().map(of_filer).collect(),
        last: ids.last().copied(),
    })
}
