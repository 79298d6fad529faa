//! 合批 What many fields ask for at the same moment is one question.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use resolvers::batch::Batcher;
use schema::Failure;

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
