//! 慢操作 The slowest operations of late, for the operator on duty.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Operations that are kept at most.
const KEPT: usize = 50;
/// 秒 Faster ones are not worth a look.
const SLOW: f64 = 0.2;
/// How long one is kept.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// 慢操作 One operation that took long.
#[derive(Clone, Debug, PartialEq)]
pub struct SlowOperation {
    /// Name, empty where the document gives none, or one that a stranger chose.
    pub operation: String,
    /// SM3 of the document, by which it is found in a manifest or the audit log.
    pub document: String,
    /// Seconds.
    pub seconds: f64,
    /// When it ended.
    pub at: DateTime<Utc>,
}

/// 慢操作表 A clone is the same.
#[derive(Clone, Default)]
pub struct SlowOperations(Arc<Mutex<Vec<SlowOperation>>>);

impl SlowOperations {
    /// Whether an operation is slow enough to be told of.
    pub fn is_slow(seconds: f64) -> bool {
        seconds >= SLOW
    }

    /// Keeps one, and forgets the old and the fastest.
    pub fn note(&self, slow: SlowOperation) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = slow.at;
        kept.push(slow);
        kept.retain(|one| now - one.at < WINDOW);
        kept.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
        kept.truncate(KEPT);
    }

    /// The slowest first, those of the last hour.
    pub fn all(&self, now: DateTime<Utc>) -> Vec<SlowOperation> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|one| now - one.at < WINDOW).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_of_the_last_hour_are_kept() {
        let (table, start) =
            (SlowOperations::default(), DateTime::from_timestamp(1_800_000_000, 0).expect("an instant"));
        for n in 0..80 {
            let seconds = f64::from(n) / 10.0;
            table.note(SlowOperation { operation: String::new(), document: String::new(), seconds, at: start });
        }
        let all = table.all(start + TimeDelta::minutes(59));
        assert_eq!((all.len(), all[0].seconds, all[49].seconds), (50, 7.9, 3.0));
        assert!(table.all(start + WINDOW).is_empty());
    }
}
