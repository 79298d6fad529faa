//! 总数 Exact lengths of filtered lists without counting rows.
//!
//! The index counts when it has applied every recorded change; until then the database counts.
//! Either way the number is exact. Counts are kept as long as nothing was recorded after them.

use std::sync::Arc;

use entities::enterprise::list::{self, Filter};
use entities::{Database, operations};
use quick_cache::sync::Cache;
use sea_orm::DbErr;

use crate::index::Index;

/// Counts kept at most.
const KEPT: usize = 10_000;

/// 总数 Counts filtered lists of enterprises.
#[derive(Clone)]
pub struct Totals {
    index: Index,
    kept: Arc<Cache<(i64, Filter), u64>>,
}

impl Totals {
    /// Counts with `index`.
    pub fn new(index: Index) -> Self {
        Self { index, kept: Arc::new(Cache::new(KEPT)) }
    }

    /// The exact length of the list.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn count(&self, db: &Database, filter: &Filter) -> Result<u64, DbErr> {
        let sequence = operations::last_sequence(db).await?;
        let key = (sequence, filter.clone());
        if let Some(count) = self.kept.get(&key) {
            return Ok(count);
        }
        match self.index.count(filter, sequence).await {
            Some(count) => {
                self.kept.insert(key, count);
                Ok(count)
            }
            None => list::count(db, filter).await,
        }
    }
}
