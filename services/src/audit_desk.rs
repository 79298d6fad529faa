//! 审计登记 Records calls that write nothing themselves, many in one transaction: whoever calls waits
//! until the trace is kept, and shares the wait with those who call at the same time.

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entities::bulk::Session;
use entities::usage::{self, Used};
use entities::{Database, DatabaseError};
use tokio::sync::{mpsc, oneshot};

use crate::audit::{self, Event};

/// Notes of one transaction at most.
const TOGETHER: usize = 500;
/// Notes that may wait.
const WAITING: usize = 10_000;

/// 调用 What a call of a partner client adds to its usage.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// 接口用户
    pub client: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// 估算规模
    pub cost: u64,
    /// Whether it was refused because of the quota.
    pub is_refused: bool,
}

/// What is to be kept, and who waits for it.
#[derive(Default)]
struct Note {
    event: Option<Event>,
    call: Option<Call>,
    kept: Option<oneshot::Sender<bool>>,
}

/// 审计登记 A clone is the same desk.
#[derive(Clone)]
pub struct AuditDesk(mpsc::Sender<Note>);

impl AuditDesk {
    /// The desk, and the work that has to run as long as there is anybody who calls.
    pub fn open(db: Database) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), keep(db, receiver))
    }

    /// Records an event; `false` if it could not be kept, and then what it tells of must not go on.
    pub async fn record(&self, event: Event) -> bool {
        self.kept(Note { event: Some(event), ..Note::default() }).await
    }

    /// Records a call of a partner client, and counts it; `false` as with [`Self::record`].
    pub async fn record_call(&self, event: Event, call: Call) -> bool {
        self.kept(Note { event: Some(event), call: Some(call), ..Note::default() }).await
    }

    /// Counts a call that was refused at the door; nobody waits for it, and under a flood some are not
    /// counted.
    pub fn count(&self, call: Call) {
        let _ = self.0.try_send(Note { call: Some(call), ..Note::default() });
    }

    async fn kept(&self, note: Note) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.0.send(Note { kept: Some(sender), ..note }).await.is_ok() && receiver.await.unwrap_or(false)
    }
}

async fn keep(db: Database, mut receiver: mpsc::Receiver<Note>) {
    let mut waiting = Vec::new();
    while receiver.recv_many(&mut waiting, TOGETHER).await > 0 {
        let mut senders = Vec::with_capacity(waiting.len());
        let (mut events, mut calls) = (Vec::new(), Vec::new());
        for note in waiting.drain(..) {
            events.extend(note.event);
            calls.extend(note.call);
            senders.extend(note.kept);
        }
        let kept = write(&db, &events, &calls).await;
        if let Err(error) = &kept {
            tracing::error!(error = ?error, "calls could not be recorded");
        }
        for sender in senders {
            // A caller that has gone needs no answer.
            let _ = sender.send(kept.is_ok());
        }
    }
}

async fn write(db: &Database, events: &[Event], calls: &[Call]) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    audit::append(&mut session, events).await?;
    for used in by_hour(calls) {
        usage::add(&mut session, &used).await?;
    }
    session.commit().await
}

/// One line for each client and hour, in an order that is the same for all processes.
fn by_hour(calls: &[Call]) -> impl Iterator<Item = Used> {
    let mut lines: BTreeMap<(i64, DateTime<Utc>), Used> = BTreeMap::new();
    for call in calls {
        let hour = call.at.duration_trunc(TimeDelta::hours(1)).unwrap_or(call.at);
        let none = Used { client: call.client, hour, requests: 0, refused: 0, cost: 0 };
        let line = lines.entry((call.client, hour)).or_insert(none);
        line.requests += 1;
        line.refused += i64::from(call.is_refused);
        line.cost = line.cost.saturating_add(i64::try_from(call.cost).unwrap_or(i64::MAX));
    }
    lines.into_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_gathered_by_client_and_hour() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant");
        let call = |client, seconds, cost, is_refused| Call { client, at: at(seconds), cost, is_refused };
        let calls = [call(2, 0, 5, false), call(1, 1, 7, false), call(1, 2, 0, true), call(1, 3600, 1, false)];
        let lines: Vec<_> = by_hour(&calls).map(|one| (one.client, one.requests, one.refused, one.cost)).collect();
        assert_eq!(lines, [(1, 2, 1, 7), (1, 1, 0, 1), (2, 1, 0, 5)]);
    }
}
