//! 观测 What operations take: a histogram for each name, and the slowest of late.
//!
//! A name is a label of a metric, and every label is kept for good: strangers choose none. Theirs are those of the
//! console, which anybody may use.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use rules::access::Identity;
use services::access::sm3_hex;
use services::command::Caller;
use services::slow::{SlowOperation, SlowOperations};
use tokio_util::sync::CancellationToken;

use crate::http::assets::console_operations;

/// Names of callers who are known that get a histogram of their own.
const NAMES: usize = 200;
/// Characters of a name at most.
const LONGEST: usize = 64;
/// Under what is counted what has no name, and what comes after too many others.
const UNNAMED: &str = "unnamed";
const OTHER: &str = "other";
/// Under what is counted what strangers call as they like: they can make as many names as they want.
const STRANGER: &str = "anonymous";

/// How often what was measured is added up.
const ADDED_UP: Duration = Duration::from_secs(5);

/// 汇总 Adds up what was measured until it is told to stop. Without it the samples pile up until somebody reads the
/// metrics, and of those only the latest are in the quantiles.
pub async fn add_up(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(ADDED_UP);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        metrics.run_upkeep();
    }
}

/// 观测 A clone is the same.
#[derive(Clone, Default)]
pub struct Telemetry {
    names: Arc<Mutex<HashSet<String>>>,
    /// The slowest operations of late.
    pub slow: SlowOperations,
}

impl Telemetry {
    /// Takes note of an operation that ran.
    pub fn note(&self, caller: &Caller, operation: Option<&str>, document: &str, took: Duration) {
        let is_stranger = caller.viewer.identity() == Identity::Anonymous;
        let (name, seconds, now) = (self.label(operation, is_stranger), took.as_secs_f64(), caller.now);
        if SlowOperations::is_slow(seconds) {
            let operation = if name == UNNAMED || name == STRANGER { String::new() } else { name.to_string() };
            self.slow.note(SlowOperation { operation, document: sm3_hex(document), seconds, at: now });
        }
        metrics::histogram!("qinxin_operation_seconds", "operation" => name).record(seconds);
    }

    /// The name under which an operation is counted: its own if the console asks it or its caller is known, and as
    /// long as there are not too many.
    fn label(&self, operation: Option<&str>, is_stranger: bool) -> Cow<'static, str> {
        let Some(name) = operation else { return UNNAMED.into() };
        if let Some(name) = console_operations().get(name) {
            return name.as_str().into();
        }
        if is_stranger {
            return STRANGER.into();
        }
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if name.len() <= LONGEST && (names.len() < NAMES || names.contains(name)) {
            names.insert(name.to_owned());
            return name.to_owned().into();
        }
        OTHER.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_strangers_have_none() {
        let telemetry = Telemetry::default();
        let labels: HashSet<_> = (0..1_000).map(|n| telemetry.label(Some(&format!("Qx{n}")), true)).collect();
        assert_eq!(labels, HashSet::from([STRANGER.into()]));
        let labels: HashSet<_> = (0..1_000).map(|n| telemetry.label(Some(&format!("Qx{n}")), false)).collect();
        assert_eq!(labels.len(), NAMES + 1);
        assert_eq!(telemetry.label(Some("Qx1"), false), "Qx1");
        assert_eq!(telemetry.label(Some("Qx1"), true), STRANGER);
        assert_eq!(telemetry.label(Some("Real"), false), OTHER);
        assert_eq!(telemetry.label(None, false), UNNAMED);
    }
}
