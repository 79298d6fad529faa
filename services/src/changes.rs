//! 变更推送 Who wants to know what is recorded of an enterprise is told, from the outbox, in order.
//!
//! One look at the outbox serves all who listen in this process. Whoever comes back with the position of
//! the last change that reached it misses nothing, at whichever process it comes back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use entities::changes::{Change, of_event};
use entities::operations::Recorded;
use entities::{Database, DatabaseError, operations};
use futures::stream::{self, Stream};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(250);
/// After a failure the outbox is left alone for a while.
const REST: Duration = Duration::from_secs(3);
/// Events that are read at once.
const EVENTS: i64 = 100;
/// Keys that an event spans beyond which it is large.
const LARGE: i64 = 1_000;
/// Lots of changes that a slow listener may be behind before it reads the outbox itself.
const BEHIND: usize = 256;

/// 批 What is told at once.
#[derive(Clone)]
enum Lot {
    /// The changes of one event.
    Changes(Arc<Vec<Change>>),
    /// An event of too many records to be told to all: each reads its own from the outbox.
    Large,
}

/// 变更台 A clone is the same.
#[derive(Clone)]
pub struct Changes {
    db: Database,
    live: broadcast::Sender<Lot>,
}

impl Changes {
    /// The desk, and the work that tells those who listen until it is told to stop.
    pub fn open(db: Database, stop: CancellationToken) -> (Self, impl Future<Output = ()> + Send) {
        let (live, _) = broadcast::channel(BEHIND);
        let desk = Self { db, live };
        (desk.clone(), desk.watch(stop))
    }

    async fn watch(self, stop: CancellationToken) {
        let mut position = None;
        while !stop.is_cancelled() {
            let pause = match self.look(&mut position).await {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(error = ?error, "the outbox cannot be read; it will be tried again");
                    REST
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Tells what has been recorded since the last look.
    async fn look(&self, position: &mut Option<i64>) -> Result<(), DatabaseError> {
        let mut after = match *position {
            Some(after) => after,
            None => operations::last_sequence(&self.db).await?,
        };
        *position = Some(after);
        loop {
            let events = operations::events_after(&self.db, after, EVENTS).await?;
            let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
            // Nobody listens: whoever comes later reads from the outbox.
            if self.live.receiver_count() > 0 {
                for event in &events {
                    let lot = self.lot(event).await?;
                    // Those who listened a moment ago may have gone.
                    let _ = self.live.send(lot);
                }
            }
            after = last;
            *position = Some(last);
        }
    }

    async fn lot(&self, event: &Recorded) -> Result<Lot, DatabaseError> {
        if event.last_id - event.first_id >= LARGE {
            return Ok(Lot::Large);
        }
        Ok(Lot::Changes(Arc::new(of_event(&self.db, event, None).await?)))
    }

    /// 关注 The changes of one enterprise after a position of the outbox, or from now on, without end.
    ///
    /// An event may tell of several records of the enterprise. All but the last of them carry the position
    /// before the event: whoever breaks off among them and comes back is told the event again, and misses
    /// nothing.
    pub fn of(
        &self,
        enterprise: i64,
        after: Option<i64>,
    ) -> impl Stream<Item = Result<Change, DatabaseError>> + Send + use<> {
        let listener = Listener {
            desk: self.clone(),
            // Listening begins before the outbox is read, so that nothing falls in between.
            live: self.live.subscribe(),
            enterprise,
            position: after,
            ready: VecDeque::new(),
            is_behind: true,
        };
        stream::unfold(Some(listener), |listener| async move {
            let mut listener = listener?;
            match listener.next().await {
                Ok(Some(change)) => Some((Ok(change), Some(listener))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

/// One who listens.
struct Listener {
    desk: Changes,
    live: broadcast::Receiver<Lot>,
    enterprise: i64,
    /// The last event that was looked at.
    position: Option<i64>,
    ready: VecDeque<Change>,
    /// Whether the outbox has to be read before what is told live can be believed to be all.
    is_behind: bool,
}

impl Listener {
    async fn next(&mut self) -> Result<Option<Change>, DatabaseError> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                return Ok(Some(change));
            }
            if self.is_behind {
                self.catch_up().await?;
                continue;
            }
            match self.live.recv().await {
                Ok(Lot::Changes(lot)) => self.take(&lot),
                Ok(Lot::Large) => self.is_behind = true,
                Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    /// Reads on in the outbox; when nothing is left there, listening is enough.
    async fn catch_up(&mut self) -> Result<(), DatabaseError> {
        let db = &self.desk.db;
        let after = match self.position {
            Some(after) => after,
            None => operations::last_sequence(db).await?,
        };
        self.position = Some(after);
        let events = operations::events_after(db, after, EVENTS).await?;
        for event in &events {
            self.ready.extend(resumable(of_event(db, event, Some(self.enterprise)).await?));
        }
        match events.last() {
            Some(last) => self.position = Some(last.sequence),
            None => self.is_behind = false,
        }
        Ok(())
    }

    fn take(&mut self, lot: &[Change]) {
        let after = self.position.unwrap_or_default();
        let new = lot.iter().filter(|change| change.sequence > after && change.enterprise == self.enterprise);
        self.ready.extend(resumable(new.cloned().collect()));
        self.position = lot.last().map(|change| change.sequence).max(self.position);
    }
}

/// The changes of one event, each with the position from which whoever has heard it misses nothing: only the
/// last leaves the event behind.
fn resumable(mut changes: Vec<Change>) -> Vec<Change> {
    if let [others @ .., _] = changes.as_mut_slice() {
        others.iter_mut().for_each(|change| change.sequence -= 1);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_within_an_event_misses_nothing() {
        let change = |id| Change { sequence: 7, family: "penalties", act: "UPSERT".to_owned(), id, enterprise: 1 };
        let positions = |ids: &[i64]| -> Vec<i64> {
            resumable(ids.iter().copied().map(change).collect()).into_iter().map(|change| change.sequence).collect()
        };
        assert!(positions(&[]).is_empty());
        assert_eq!(positions(&[1]), [7]);
        assert_eq!(positions(&[1, 2, 3]), [6, 6, 7]);
    }
}
