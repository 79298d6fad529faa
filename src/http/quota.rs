//! 配额 What each partner client may still ask for, so that one does not starve the others.
//!
//! Two buckets a client, requests and measured cost, each full after a minute. A request is charged
//! when it is answered, so that a bucket may be overdrawn once; then the client waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use schema::limits;
use services::access::clients::Quota;

/// 桶 What is left, refilled evenly over a minute.
struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

impl Bucket {
    fn refill(&mut self, most: f64, now: DateTime<Utc>) {
        let seconds = (now - self.at).num_milliseconds().max(0) as f64 / 1_000.0;
        self.left = (self.left + most * seconds / 60.0).min(most);
        self.at = now;
    }

    /// Seconds until something is left.
    fn wait(&self, most: f64) -> u64 {
        if self.left >= 1.0 { 0 } else { ((1.0 - self.left) * 60.0 / most).ceil().max(1.0) as u64 }
    }
}

struct Account {
    requests: Bucket,
    cost: Bucket,
    open: usize,
}

/// 配额余量 What a client is told with every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests that it may still send at once.
    pub requests: u64,
    /// Seconds until all of them are there again.
    pub reset_seconds: u64,
}

/// 超额 Why a request is refused, and when to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Seconds to wait.
    pub wait_seconds: u64,
}

/// 配额表 The accounts of all clients; a clone is the same.
#[derive(Clone, Default)]
pub struct Quotas(Arc<Mutex<HashMap<i64, Account>>>);

impl Quotas {
    /// Takes one request of a client's quota.
    ///
    /// # Errors
    /// The quota is used up, or too many requests of this client are open.
    pub fn take(&self, client: i64, quota: Quota, now: DateTime<Utc>) -> Result<(Left, Open), Exceeded> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (most_requests, most_cost) = (f64::from(quota.requests), quota.cost as f64);
        let account = accounts.entry(client).or_insert_with(|| Account {
            requests: Bucket { left: most_requests, at: now },
            cost: Bucket { left: most_cost, at: now },
            open: 0,
        });
        account.requests.refill(most_requests, now);
        account.cost.refill(most_cost, now);
        let wait = account.requests.wait(most_requests).max(account.cost.wait(most_cost));
        if wait > 0 || account.open >= limits().concurrent_requests {
            return Err(Exceeded { wait_seconds: wait.max(1) });
        }
        account.requests.left -= 1.0;
        account.open += 1;
        let left = account.requests.left;
        let reset = ((most_requests - left) * 60.0 / most_requests).ceil() as u64;
        Ok((Left { requests: left as u64, reset_seconds: reset }, Open { quotas: self.clone(), client }))
    }

    fn with(&self, client: i64, act: impl FnOnce(&mut Account)) {
        if let Some(account) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&client) {
            act(account);
        }
    }
}

/// 在途请求 A request of a client that is being answered.
pub struct Open {
    quotas: Quotas,
    client: i64,
}

impl Open {
    /// Charges what the answer cost.
    pub fn charge(&self, cost: u64) {
        self.quotas.with(self.client, |account| account.cost.left -= cost as f64);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.quotas.with(self.client, |account| account.open -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn instant() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
    }

    #[test]
    fn a_used_up_quota_names_the_wait_and_leaves_others_alone() {
        let (quotas, quota, now) = (Quotas::default(), Quota { requests: 3, cost: 100 }, instant());
        for left in [2, 1, 0] {
            assert_eq!(quotas.take(1, quota, now).map(|(told, _)| told.requests), Ok(left));
        }
        assert_eq!(quotas.take(1, quota, now).err(), Some(Exceeded { wait_seconds: 20 }));
        assert!(quotas.take(2, quota, now).is_ok());
        assert!(quotas.take(1, quota, now + TimeDelta::seconds(20)).is_ok());
    }

    #[test]
    fn an_answer_that_cost_more_than_was_left_has_to_be_waited_for() {
        let (quotas, quota, now) = (Quotas::default(), Quota { requests: 60, cost: 100 }, instant());
        let (_, open) = quotas.take(1, quota, now).expect("a request");
        open.charge(150);
        assert_eq!(quotas.take(1, quota, now).err(), Some(Exceeded { wait_seconds: 31 }));
        assert!(quotas.take(1, quota, now + TimeDelta::seconds(31)).is_ok());
    }

    #[test]
    fn requests_that_are_open_are_bounded() {
        let (quotas, quota, now) = (Quotas::default(), Quota { requests: 10_000, cost: 1_000_000 }, instant());
        let open: Vec<_> = (0..limits().concurrent_requests).map(|_| quotas.take(1, quota, now)).collect();
        assert!(open.iter().all(Result::is_ok) && quotas.take(1, quota, now).is_err());
        drop(open);
        assert!(quotas.take(1, quota, now).is_ok());
    }
}
