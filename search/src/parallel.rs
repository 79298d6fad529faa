//! 并行 A question that is alone is answered by all cores, each in segments of its own; beside others it keeps to the
//! thread that it came on, so that a short one does not wait behind the parts of a long one.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::collector::Collector;
use tantivy::query::{EnableScoring, Query};
use tantivy::{Executor, Searcher};

use crate::statistics::SteadyStatistics;

/// Most threads of a question, and segments that a rebuild leaves in a shard: every word is looked up in each.
const MAX_PARTS: usize = 4;

static POOL: LazyLock<Executor> = LazyLock::new(|| {
    Executor::multi_thread(parts(), "search-").unwrap_or_else(|error| {
        tracing::warn!(%error, "questions are answered by one core each");
        Executor::single_thread()
    })
});

static ALONE: Executor = Executor::SingleThread;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Into how many parts the work on an index is divided.
pub fn parts() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MAX_PARTS)
}

/// Counts a question until it is dropped.
struct Running {
    is_alone: bool,
}

impl Running {
    fn begin() -> Self {
        Self { is_alone: RUNNING.fetch_add(1, Ordering::Relaxed) == 0 }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Collects what a query finds.
///
/// # Errors
/// The index cannot be read.
pub fn collect<C: Collector>(searcher: &Searcher, query: &dyn Query, collector: &C) -> tantivy::Result<C::Fruit> {
    let running = Running::begin();
    let is_divided = running.is_alone && searcher.segment_readers().len() > 1;
    let executor = if is_divided { &*POOL } else { &ALONE };
    let statistics = SteadyStatistics(searcher);
    let scoring = if collector.requires_scoring() {
        EnableScoring::enabled_from_statistics_provider(&statistics, searcher)
    } else {
        EnableScoring::disabled_from_searcher(searcher)
    };
    searcher.search_with_executor(query, collector, executor, scoring)
}
