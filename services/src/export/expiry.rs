//! 到期清理 Files that nobody is given any more are removed. Nothing depends on when: a file that has expired is
//! refused whether it still lies there or not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::filing::uploads;
use entities::{Database, DatabaseError, exports};
use tokio_util::sync::CancellationToken;

use super::KEPT;
use crate::ports::Clock;

/// How often it is looked for them.
const EVERY: Duration = Duration::from_secs(3_600);
/// Jobs that are looked at once.
const BATCH: i64 = 100;

/// Removes every file that has expired, one at a time; how many.
///
/// # Errors
/// Any failure of the database.
pub async fn remove_expired(db: &Database, now: DateTime<Utc>) -> Result<u64, DatabaseError> {
    let mut removed = 0;
    loop {
        let jobs = exports::expired(db, now - KEPT, BATCH).await?;
        if jobs.is_empty() {
            return Ok(removed);
        }
        for job in jobs {
            exports::discard(db, job).await?;
            removed += 1;
        }
    }
}

/// Looks for such files again and again, until told to stop.
pub async fn watch(db: Database, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match remove_expired(&db, clock.now()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "exports that have expired were removed"),
            Err(error) => {
                tracing::error!(error = ?error, "expired exports cannot be looked for; it will be tried again")
            }
        }
        if let Err(error) = uploads::remove_expired(&db, clock.now()).await {
            tracing::error!(error = ?error, "expired uploads cannot be removed; it will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}
