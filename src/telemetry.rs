//! 观测 What operations take: a histogram for each name, and the slowest of late.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use services::access::sm3_hex;
use services::slow::{SlowOperation, SlowOperations};

/// Names that get a histogram of their own; strangers can make as many names as they like.
const NAMES: usize = 200;
/// Characters of a name at most.
const LONGEST: usize = 64;

/// 观测 A clone is the same.
#[derive(Clone, Default)]
pub struct Telemetry {
    names: Arc<Mutex<HashSet<String>>>,
    /// The slowest operations of late.
    pub slow: SlowOperations,
}

impl Telemetry {
    /// Takes note of an operation that ran.
    pub fn note(&self, operation: Option<&str>, document: &str, took: Duration, now: DateTime<Utc>) {
        let (name, seconds) = (self.label(operation), took.as_secs_f64());
        metrics::histogram!("qinxin_operation_seconds", "operation" => name).record(seconds);
        if SlowOperations::is_slow(seconds) {
            let operation = operation.unwrap_or_default().chars().take(LONGEST).collect();
            self.slow.note(SlowOperation { operation, document: sm3_hex(document), seconds, at: now });
        }
    }

    fn label(&self, operation: Option<&str>) -> String {
        let Some(name) = operation.filter(|name| name.len() <= LONGEST) else { return "unnamed".to_owned() };
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.contains(name) || names.len() < NAMES {
            names.insert(name.to_owned());
            return name.to_owned();
        }
        "other".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded() {
        let telemetry = Telemetry::default();
        let labels: HashSet<String> = (0..1_000).map(|n| telemetry.label(Some(&format!("Q{n}")))).collect();
        assert_eq!(labels.len(), NAMES + 1);
        assert_eq!(telemetry.label(Some("Q1")), "Q1");
        assert_eq!(telemetry.label(None), "unnamed");
    }
}
