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
use tracing::Instrument;

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
            // Under the span of the operation that asked first.
            tokio::spawn(self.clone().dispatch().in_current_span());
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
            let of = std::any::type_name::<V>();
            let span = tracing::trace_span!(target: "qinxin::trace", "batch", batch.of = of, batch.keys = keys.len());
            let outcome = (self.0.ask)(keys).instrument(span).await;
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
