//! 合批 What many fields ask for at the same moment becomes one question to the database.
//!
//! The first key of a batch queues its dispatch, which steps back until everything that can run has
//! run and no key has come meanwhile. On the one-threaded runtimes that serve requests this is the
//! moment when every field of the level has been asked: no timer waits, no batch is split, and
//! requests that run side by side share a batch. While a question is under way the next ones
//! gather, so that a busy server asks fewer and larger ones.
//!
//! Stepping back once is not enough: the executor of a long list lets others run after every second
//! item.

use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use schema::Answer;

/// Keys are hashed several times on their way; the standard hasher costs more than it protects here,
/// since a batch is small and this one is seeded at random too.
pub type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;

type Outcome<K, V> = Arc<Answer<HashMap<K, V>>>;
type Ask<K, V> = dyn Fn(Vec<K>) -> Pin<Box<dyn Future<Output = Answer<HashMap<K, V>>> + Send>> + Send + Sync;

/// Answers keys in batches; a clone is the same batcher.
pub struct Batcher<K, V>(Arc<Inner<K, V>>);

impl<K, V> Clone for Batcher<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Inner<K, V> {
    ask: Box<Ask<K, V>>,
    /// Questions under way at most.
    lanes: usize,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    gathering: Arc<Batch<K, V>>,
    /// Whether a dispatch of `gathering` is queued.
    queued: bool,
    under_way: usize,
}

struct Batch<K, V>(Mutex<Slot<K, V>>);

struct Slot<K, V> {
    keys: Vec<K>,
    wakers: Vec<Waker>,
    outcome: Option<Outcome<K, V>>,
}

impl<K, V> Batch<K, V> {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Slot { keys: Vec::new(), wakers: Vec::new(), outcome: None })))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Batcher<K, V>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A batcher that asks with `ask`, at most `lanes` questions at a time. `ask` gets each key
    /// once and leaves out what does not exist.
    pub fn new<F, Fut>(lanes: usize, ask: F) -> Self
    where
        F: Fn(Vec<K>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answer<HashMap<K, V>>> + Send + 'static,
    {
        let state = State { gathering: Batch::new(), queued: false, under_way: 0 };
        Self(Arc::new(Inner { ask: Box::new(move |keys| Box::pin(ask(keys))), lanes, state: Mutex::new(state) }))
    }

    /// The value of a key, `None` if there is none.
    ///
    /// # Errors
    /// What the question failed with; every key of the batch fails alike.
    pub async fn load(&self, key: K) -> Answer<Option<V>> {
        let batch = self.join(key.clone());
        match &*Wait(batch).await {
            Ok(values) => Ok(values.get(&key).cloned()),
            Err(failure) => Err(failure.clone()),
        }
    }

    fn join(&self, key: K) -> Arc<Batch<K, V>> {
        let mut state = lock(&self.0.state);
        let batch = Arc::clone(&state.gathering);
        lock(&batch.0).keys.push(key);
        if !state.queued && state.under_way < self.0.lanes {
            state.queued = true;
            tokio::spawn(self.clone().dispatch());
        }
        batch
    }

    /// Asks for what has gathered, and again as long as keys gather meanwhile.
    async fn dispatch(self) {
        self.settled().await;
        while let Some(batch) = self.take() {
            let mut keys = std::mem::take(&mut lock(&batch.0).keys);
            let mut seen = HashSet::with_capacity_and_hasher(keys.len(), Default::default());
            keys.retain(|key| seen.insert(key.clone()));
            metrics::histogram!("qinxin_batch_keys").record(keys.len() as f64);
            let outcome = (self.0.ask)(keys).await;
            let mut slot = lock(&batch.0);
            slot.outcome = Some(Arc::new(outcome));
            slot.wakers.drain(..).for_each(Waker::wake);
            drop(slot);
            lock(&self.0.state).under_way -= 1;
        }
    }

    /// Waits until a turn of the runtime brings no more keys.
    async fn settled(&self) {
        let gathered = || lock(&lock(&self.0.state).gathering.0).keys.len();
        let mut seen = gathered();
        loop {
            tokio::task::yield_now().await;
            let now = gathered();
            if now == seen {
                return;
            }
            seen = now;
        }
    }

    fn take(&self) -> Option<Arc<Batch<K, V>>> {
        let mut state = lock(&self.0.state);
        state.queued = false;
        if state.under_way >= self.0.lanes || lock(&state.gathering.0).keys.is_empty() {
            return None;
        }
        state.under_way += 1;
        Some(std::mem::replace(&mut state.gathering, Batch::new()))
    }
}

/// Waits for the outcome of a batch.
struct Wait<K, V>(Arc<Batch<K, V>>);

impl<K, V> Future for Wait<K, V> {
    type Output = Outcome<K, V>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.0.0);
        match &slot.outcome {
            Some(outcome) => Poll::Ready(Arc::clone(outcome)),
            None => {
                slot.wakers.push(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Asks once for each group of keys that share `group`, side by side, and gathers the answers.
///
/// # Errors
/// The first failure of a group.
pub async fn by_group<K, G, V, F, Fut>(keys: Vec<K>, group: impl Fn(&K) -> G, ask: F) -> Answer<HashMap<K, V>>
where
    K: Eq + Hash,
    G: Eq + Hash,
    F: Fn(G, Vec<K>) -> Fut,
    Fut: Future<Output = Answer<HashMap<K, V>>>,
{
    let mut groups: HashMap<G, Vec<K>> = HashMap::default();
    for key in keys {
        groups.entry(group(&key)).or_default().push(key);
    }
    let answers = futures::future::join_all(groups.into_iter().map(|(group, keys)| ask(group, keys))).await;
    let mut all = HashMap::default();
    for answer in answers {
        all.extend(answer?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Failure;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn counting(asked: Arc<AtomicUsize>) -> Batcher<u32, u32> {
        Batcher::new(1, move |keys: Vec<u32>| {
            asked.fetch_add(1, Ordering::SeqCst);
            async move { Ok(keys.into_iter().filter(|key| *key != 13).map(|key| (key, key * 2)).collect()) }
        })
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_level_is_one_question() {
        let asked = Arc::new(AtomicUsize::new(0));
        let batcher = counting(Arc::clone(&asked));
        let nested = |key: u32| {
            let batcher = batcher.clone();
            async move {
                let first = batcher.load(key % 7).await.ok().flatten();
                batcher.load(first.unwrap_or(0) + 100).await.ok().flatten()
            }
        };
        // More than thirty futures are polled only when woken: the harder case.
        let answers = futures::future::join_all((0..60).map(nested)).await;
        assert!(answers.iter().all(Option::is_some));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    /// The way in which async-graphql walks a list of objects: both the list and every object poll
    /// their parts out of order and let others run in between.
    #[tokio::test(flavor = "current_thread")]
    async fn a_long_list_of_objects_is_one_question_a_level() {
        let asked = Arc::new(AtomicUsize::new(0));
        let batcher = counting(Arc::clone(&asked));
        let field = |key: u32| {
            let batcher = batcher.clone();
            async move { batcher.load(key).await.ok().flatten().unwrap_or_default() }
        };
        let object = |number: u32| async move {
            let first = unordered((0..3).map(|part| field(1_000 + number * 3 + part))).await;
            unordered(first.into_iter().map(|value| field(100_000 + value))).await
        };
        let answers = unordered((0..100).map(object)).await;
        assert_eq!(answers.iter().map(Vec::len).sum::<usize>(), 300);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    async fn unordered<F: Future>(parts: impl Iterator<Item = F>) -> Vec<F::Output> {
        use futures::StreamExt;
        parts.collect::<futures::stream::FuturesUnordered<_>>().collect().await
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_does_not_exist_is_none_and_a_failure_reaches_every_key() {
        let batcher = counting(Arc::default());
        assert_eq!(batcher.load(13).await.ok(), Some(None));
        let failing: Batcher<u32, u32> =
            Batcher::new(1, |_| async { Err(Failure::refused(schema::Code::NotFound, "没有")) });
        let (a, b) = futures::join!(failing.load(1), failing.load(2));
        assert!(a.is_err() && b.is_err());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_dropped_waiter_does_not_stop_the_others() {
        let batcher = counting(Arc::default());
        let dropped = batcher.load(1);
        let kept = batcher.load(2);
        drop(dropped);
        assert_eq!(kept.await.ok(), Some(Some(4)));
    }
}
