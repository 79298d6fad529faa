//! 观测 What operations take: a histogram for each name, and the slowest of late.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rules::access::Identity;
use services::access::sm3_hex;
use services::command::Caller;
use services::slow::{SlowOperation, SlowOperations};

/// Names that get a histogram of their own. Strangers can make as many names as they like, so that theirs
/// are counted apart from those of callers who are known.
const NAMES: usize = 200;
/// Characters of a name at most.
const LONGEST: usize = 64;

/// 观测 A clone is the same.
#[derive(Clone, Default)]
pub struct Telemetry {
    names: Arc<Mutex<[HashSet<String>; 2]>>,
    /// The slowest operations of late.
    pub slow: SlowOperations,
}

impl Telemetry {
    /// Takes note of an operation that ran.
    pub fn note(&self, caller: &Caller, operation: Option<&str>, document: &str, took: Duration) {
        let is_stranger = caller.viewer.identity() == Identity::Anonymous;
        let (name, seconds, now) = (self.label(operation, is_stranger), took.as_secs_f64(), caller.now);
        metrics::histogram!("qinxin_operation_seconds", "operation" => name).record(seconds);
        if SlowOperations::is_slow(seconds) {
            let operation = operation.unwrap_or_default().chars().take(LONGEST).collect();
            self.slow.note(SlowOperation { operation, document: sm3_hex(document), seconds, at: now });
        }
    }

    fn label(&self, operation: Option<&str>, is_stranger: bool) -> String {
        let Some(name) = operation.filter(|name| name.len() <= LONGEST) else { return "unnamed".to_owned() };
        let mut all = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let names = &mut all[usize::from(is_stranger)];
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
        let labels: HashSet<String> = (0..1_000).map(|n| telemetry.label(Some(&format!("Q{n}")), true)).collect();
        assert_eq!(labels.len(), NAMES + 1);
        assert_eq!(telemetry.label(Some("Q1"), true), "Q1");
        assert_eq!(telemetry.label(Some("Real"), true), "other");
        assert_eq!(telemetry.label(Some("Real"), false), "Real");
        assert_eq!(telemetry.label(None, false), "unnamed");
    }
}
