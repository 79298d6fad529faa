//! 合批比较 Three ways to gather the keys of a level, on the same nested load and the same store:
//! async-graphql's dataloader (waits a millisecond), the `dataloader` crate (yields) and
//! `resolvers::batch`. Prints a table in Markdown.
//!
//! A request is a tree of three levels: `width` keys, each of which asks for `width` keys more, each
//! of which asks for one. The store takes 200 µs a question, as a database on the same machine does,
//! so three questions and 0.6 ms are the least that a request can cost.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_graphql::dataloader::{DataLoader, Loader};
use dataloader::BatchFn;
use dataloader::non_cached::Loader as Yielding;
use futures::future::{BoxFuture, FutureExt, join_all};

// The product's own file: its crate brings the whole graph with it.
#[allow(dead_code)]
#[path = "../../../resolvers/src/batch.rs"]
mod batch;
use batch::Batcher;

const QUESTION: Duration = Duration::from_micros(200);
const REQUESTS: usize = 300;

/// Answers every key with itself and counts the questions.
#[derive(Clone, Default)]
struct Store(Arc<AtomicU64>);

impl Store {
    async fn ask(&self, keys: Vec<u64>) -> HashMap<u64, u64> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let slept = tokio::task::spawn_blocking(|| std::thread::sleep(QUESTION)).await;
        slept.expect("the question is asked");
        keys.into_iter().map(|key| (key, key)).collect()
    }
}

impl Loader<u64> for Store {
    type Value = u64;
    type Error = ();

    async fn load(&self, keys: &[u64]) -> Result<HashMap<u64, u64>, ()> {
        Ok(self.ask(keys.to_vec()).await)
    }
}

impl BatchFn<u64, u64> for Store {
    async fn load(&mut self, keys: &[u64]) -> HashMap<u64, u64> {
        self.ask(keys.to_vec()).await
    }
}

/// One level's way to its values.
type Level = Arc<dyn Fn(u64) -> BoxFuture<'static, u64> + Send + Sync>;

fn level<F, Fut>(load: F) -> Level
where
    F: Fn(u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = u64> + Send + 'static,
{
    Arc::new(move |key| load(key).boxed())
}

fn waiting(store: Store) -> Level {
    let loader = Arc::new(DataLoader::new(store, tokio::spawn));
    level(move |key| {
        let loader = Arc::clone(&loader);
        async move { loader.load_one(key).await.ok().flatten().expect("a value") }
    })
}

fn yielding(store: Store) -> Level {
    let loader = Yielding::new(store).with_max_batch_size(usize::MAX);
    level(move |key| {
        let loader = loader.clone();
        async move { loader.load(key).await }
    })
}

fn ours(store: Store) -> Level {
    let loader = Batcher::new(2, move |keys| {
        let store = store.clone();
        async move { Ok(store.ask(keys).await) }
    });
    level(move |key| {
        let loader = loader.clone();
        async move { loader.load(key).await.ok().flatten().expect("a value") }
    })
}

async fn request(levels: &[Level; 3], number: u64, width: u64) {
    let [first, second, third] = levels;
    join_all((0..width).map(|parent| async move {
        let key = first(number * width + parent).await;
        join_all((0..width).map(|child| async move {
            let key = second(key * width + child).await;
            third(key).await
        }))
        .await
    }))
    .await;
}

/// Milliseconds of the middle request, and questions a request.
async fn measure(make: fn(Store) -> Level, width: u64, in_flight: usize) -> (f64, f64) {
    let store = Store::default();
    let levels = [make(store.clone()), make(store.clone()), make(store.clone())];
    let mut times = Vec::with_capacity(REQUESTS);
    for round in 0..REQUESTS / in_flight {
        let side_by_side = (0..in_flight).map(|lane| {
            let levels = &levels;
            async move {
                let started = Instant::now();
                request(levels, (round * in_flight + lane) as u64, width).await;
                started.elapsed().as_secs_f64() * 1e3
            }
        });
        times.extend(join_all(side_by_side).await);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], store.0.load(Ordering::Relaxed) as f64 / times.len() as f64)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    println!("| keys a level | requests in flight | loader | ms, middle request | questions a request |");
    println!("|---:|---:|---|---:|---:|");
    for (width, in_flight) in [(5, 1), (20, 1), (20, 16)] {
        let loaders: [(&str, fn(Store) -> Level); 3] = [
            ("async-graphql's, 1 ms", waiting),
            ("`dataloader` crate, 10 yields", yielding),
            ("`resolvers::batch`", ours),
        ];
        for (name, make) in loaders {
            let (milliseconds, questions) = runtime.block_on(measure(make, width, in_flight));
            println!("| {} | {in_flight} | {name} | {milliseconds:.2} | {questions:.2} |", width * width);
        }
    }
}
