//! 新命中提醒 Who keeps a search is told of records that were written and fit it.
//!
//! One look at the index and the outbox serves all who listen in this process: an event is told once the index
//! has applied it, and each listener asks the index whether the records of the event fit. Positions are those
//! of the outbox, the same at every process: whoever comes back with the last one that reached it, here or
//! elsewhere, is told what it missed and nothing twice. Who comes back without one goes on where the search was
//! told last.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use entities::operations::{self, Recorded};
use entities::saved_searches::{self as stored, saved_search};
use entities::scope::Audience;
use entities::{Database, DatabaseError};
use futures::stream::{self, Stream};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

use super::matches::matches;
use super::told::{Matched, Written};
use super::{Question, ReadFilter};
use crate::index::{Index, Sight, sight_of};
use crate::ports::Clock;

/// How often the index is looked at.
const PAUSE: Duration = Duration::from_millis(250);
/// After a failure it is left alone for a while.
const REST: Duration = Duration::from_secs(3);
/// Events that are read at once.
const EVENTS: i64 = 100;
/// Lots of events that a slow listener may be behind before it reads the outbox itself.
const BEHIND: usize = 64;
/// Listeners that ask the index at a time: people who search come first.
const TURNS: usize = 2;

/// 提醒台 A clone is the same.
#[derive(Clone)]
pub struct Matches {
    db: Database,
    index: Index,
    read_filter: ReadFilter,
    clock: Clock,
    live: broadcast::Sender<Arc<Vec<Recorded>>>,
    /// The last event that was told to those who listened.
    told: Arc<AtomicI64>,
    turns: Arc<Semaphore>,
}

impl Matches {
    /// The desk, and the work that tells those who listen until it is told to stop.
    pub fn open(
        db: Database,
        index: Index,
        read_filter: ReadFilter,
        clock: Clock,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (live, _) = broadcast::channel(BEHIND);
        let (told, turns) = (Arc::default(), Arc::new(Semaphore::new(TURNS)));
        let desk = Self { db, index, read_filter, clock, live, told, turns };
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

    /// Tells the events that the index has applied since the last look.
    async fn look(&self, position: &mut Option<i64>) -> Result<(), DatabaseError> {
        let Some(applied) = self.index.applied_sequence() else { return Ok(()) };
        let mut after = *position.get_or_insert(applied);
        self.told.fetch_max(after, Ordering::Relaxed);
        while after < applied {
            let events = self.applied_after(after, applied).await?;
            after = events.last().map_or(applied, |event| event.sequence);
            self.told.fetch_max(after, Ordering::Relaxed);
            // Nobody listens: whoever comes later reads from the outbox.
            let _ = self.live.send(Arc::new(events));
            *position = Some(after);
        }
        Ok(())
    }

    /// The next events after a position that the index has applied.
    async fn applied_after(&self, after: i64, applied: i64) -> Result<Vec<Recorded>, DatabaseError> {
        let mut events = operations::events_after(&self.db, after, EVENTS).await?;
        events.retain(|event| event.sequence <= applied);
        Ok(events)
    }

    /// 关注 New matches of a search after a position of the outbox, or since it was told last, without end; it
    /// ends when the search is deleted.
    pub fn of(
        &self,
        search: &saved_search::Model,
        after: Option<i64>,
        audience: Audience,
    ) -> impl Stream<Item = Result<Matched, DatabaseError>> + Send + use<> {
        let listener = Listener {
            desk: self.clone(),
            // Listening begins before the outbox is read, so that nothing falls in between.
            live: self.live.subscribe(),
            key: (search.user_id, search.id),
            audience,
            position: after.unwrap_or(search.seen_sequence),
            ready: Vec::new().into_iter(),
            last_told: None,
            is_behind: true,
        };
        stream::unfold(Some(listener), |listener| async move {
            let mut listener = listener?;
            match listener.next().await {
                Ok(Some(matched)) => Some((Ok(matched), Some(listener))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

/// One who listens.
struct Listener {
    desk: Matches,
    live: broadcast::Receiver<Arc<Vec<Recorded>>>,
    /// The account and its search.
    key: (i64, i64),
    /// 受众 For whom it is listened to.
    audience: Audience,
    /// The last event that was looked at.
    position: i64,
    ready: std::vec::IntoIter<Matched>,
    /// What was handed over last, until that is noted with the search.
    last_told: Option<i64>,
    /// Whether the outbox has to be read before what is told live can be believed to be all.
    is_behind: bool,
}

impl Listener {
    async fn next(&mut self) -> Result<Option<Matched>, DatabaseError> {
        loop {
            if let Some(matched) = self.ready.next() {
                self.last_told = Some(matched.sequence);
                return Ok(Some(matched));
            }
            // Whoever asks for the next one has the last.
            if let Some(sequence) = self.last_told.take() {
                stored::see(&self.desk.db, self.key.1, sequence).await?;
            }
            let events = if self.is_behind { self.missed().await? } else { self.heard().await };
            let Some(events) = events else { return Ok(None) };
            if !self.take(&events).await? {
                return Ok(None);
            }
        }
    }

    /// The next events of the outbox; when nothing is left there, listening is enough.
    async fn missed(&mut self) -> Result<Option<Arc<Vec<Recorded>>>, DatabaseError> {
        let applied = self.desk.index.applied_sequence();
        let events = self.desk.applied_after(self.position, applied.unwrap_or_default()).await?;
        if events.is_empty() {
            // There may be no index yet, or one that is behind what was told before it took another's place.
            self.is_behind = applied.is_none_or(|applied| applied < self.desk.told.load(Ordering::Relaxed));
            if self.is_behind {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(Some(Arc::new(events)))
    }

    /// What is told live; `None` when nothing will be told any more.
    async fn heard(&mut self) -> Option<Arc<Vec<Recorded>>> {
        match self.live.recv().await {
            Ok(events) => Some(events),
            Err(RecvError::Lagged(_)) => {
                self.is_behind = true;
                Some(Arc::default())
            }
            Err(RecvError::Closed) => None,
        }
    }

    /// Looks at events; `false` once the search is gone.
    async fn take(&mut self, events: &[Recorded]) -> Result<bool, DatabaseError> {
        let new: Vec<&Recorded> = events.iter().filter(|event| event.sequence > self.position).collect();
        let Some(last) = new.last().map(|event| event.sequence) else { return Ok(true) };
        loop {
            // As it is now: its owner may have changed it meanwhile.
            let Some(search) = stored::by_id(&self.desk.db, self.key.0, self.key.1).await? else { return Ok(false) };
            if let Some(found) = self.matched(&search, &new, last).await {
                self.ready = found.into_iter();
                self.position = last;
                return Ok(true);
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// What the listener may find today; a search may be listened to for days.
    fn sight(&self) -> Sight {
        sight_of(self.audience, self.desk.clock.today())
    }

    /// What is to be told of events; `None` if the index cannot say it at present.
    async fn matched(&self, search: &saved_search::Model, events: &[&Recorded], last: i64) -> Option<Vec<Matched>> {
        let Some(filter) = (self.desk.read_filter)(&search.filter) else {
            tracing::error!(search = search.id, "the filter of a saved search cannot be read");
            return Some(Vec::new());
        };
        let written = Written::of(events, &filter);
        if written.is_nothing() {
            return Some(Vec::new());
        }
        let question = Question { query: search.query.clone(), filter, stored: search.filter.clone() };
        let _turn = self.desk.turns.acquire().await;
        let found = matches(&self.desk.index, &question, written.keys(), self.sight()).await;
        match found {
            // An index that was put in the place of this one may be behind it for a moment.
            Ok(_) if self.desk.index.applied_sequence() < Some(last) => None,
            Ok(hits) => Some(written.told(&hits)),
            Err(error) => {
                tracing::warn!(search.error = %error, "new matches cannot be looked for; it will be tried again");
                None
            }
        }
    }
}
