//! 中断 What happens while PostgreSQL cannot be reached.
//!
//! A pool serves those who wait in the order in which they came. Under load the first in the line has only
//! moments left, spends them on beginning a connection, and goes; so does the next, and nobody ever has the
//! time to finish one, long after the server is back. Hence nobody waits during an outage: all are refused at
//! once, and one task alone waits for a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};

/// Pause between two tries to reach the server.
const PAUSE: Duration = Duration::from_millis(200);

/// 中断 Whether the server is out of reach.
#[derive(Debug, Default)]
pub(crate) struct Outage(AtomicBool);

impl Outage {
    /// Refuses during an outage.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub(crate) fn check(&self) -> Result<(), DbErr> {
        if self.0.load(Ordering::Relaxed) {
            return Err(DbErr::Conn(RuntimeErr::Internal("the database is out of reach".to_owned())));
        }
        Ok(())
    }

    /// Begins an outage, unless there is one; it ends with the first connection that is had.
    pub(crate) fn begin(self: &Arc<Self>, connection: &DatabaseConnection) {
        if !matches!(connection.get_database_backend(), sea_orm::DbBackend::Postgres)
            || self.0.swap(true, Ordering::Relaxed)
        {
            return;
        }
        tracing::warn!("the database is out of reach: requests are refused until a connection is had");
        let (outage, pool) = (Arc::clone(self), connection.get_postgres_connection_pool().clone());
        tokio::spawn(async move {
            while let Err(error) = pool.acquire().await {
                if matches!(error, sqlx::Error::PoolClosed) {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
            outage.0.store(false, Ordering::Relaxed);
            tracing::info!("the database is within reach again");
        });
    }
}

/// Whether no connection could be had.
pub(crate) fn is_unreachable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_))
}
