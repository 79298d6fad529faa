//! 同源并发 How many are under way of one key, such as the address they come from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Counts = Arc<Mutex<HashMap<String, usize>>>;

/// 同源并发 A clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Crowd(Counts);

impl Crowd {
    /// A place beside at most `most - 1` others of the same key, until it is dropped.
    pub fn join(&self, key: &str, most: usize) -> Option<Member> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let present = counts.get(key).copied().unwrap_or_default();
        if present >= most {
            return None;
        }
        counts.insert(key.to_owned(), present + 1);
        Some(Member { counts: Arc::clone(&self.0), key: key.to_owned() })
    }
}

/// A place.
#[derive(Debug)]
pub struct Member {
    counts: Counts,
    key: String,
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.key) {
            Some(present) if *present > 1 => *present -= 1,
            _ => _ = counts.remove(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_places_and_leaves_nothing_behind() {
        let crowd = Crowd::default();
        let (first, second) = (crowd.join("a", 2), crowd.join("a", 2));
        assert!(first.is_some() && second.is_some() && crowd.join("a", 2).is_none());
        assert!(crowd.join("b", 1).is_some());
        drop(first);
        assert!(crowd.join("a", 2).is_some());
        drop(second);
        assert!(crowd.0.lock().is_ok_and(|left| left.is_empty()));
    }
}
