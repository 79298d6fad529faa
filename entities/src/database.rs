//! 数据库 The connection pools, and what every connection is told at its start.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, SqlxPostgresConnector, SqlxSqliteConnector,
    Statement,
};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::outage::{Outage, is_unreachable};
use crate::vault::Vault;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is neither `sqlite:` nor `postgres:`.
    #[error("database URL must begin with sqlite: or postgres:")]
    UnknownEngine,
    /// The URL cannot be read.
    #[error("database URL cannot be read: {0}")]
    Url(String),
    /// No connection.
    #[error("cannot connect to the database: {0}")]
    Connect(#[source] sqlx::Error),
    /// A statement failed.
    #[error(transparent)]
    Statement(#[from] DbErr),
    /// A bulk statement failed.
    #[error(transparent)]
    Bulk(#[from] sqlx::Error),
}

/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_secs(5);
/// Connections that were idle for longer are tried before they are used.
const IDLE: Duration = Duration::from_secs(1);

/// 数据库 One SQLite file or one PostgreSQL database.
#[derive(Clone)]
pub struct Database {
    connection: DatabaseConnection,
    backend: DbBackend,
    statements: Arc<AtomicU64>,
    outage: Arc<Outage>,
    vault: Vault,
}

impl Database {
    /// Opens `sqlite:<file>` (created if absent) or `postgres://…` with at most `pool` connections.
    ///
    /// # Errors
    /// A URL that cannot be read, or no connection.
    pub async fn connect(url: &str, pool: u32) -> Result<Self, DatabaseError> {
        Self::counted(url, pool, Arc::default()).await
    }

    /// The same, counting its statements together with others of the process.
    ///
    /// # Errors
    /// A URL that cannot be read, or no connection.
    pub async fn counted(url: &str, pool: u32, statements: Arc<AtomicU64>) -> Result<Self, DatabaseError> {
        let mut connection = if url.starts_with("sqlite:") {
            sqlite(url, pool).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            postgres(url, pool).await?
        } else {
            return Err(DatabaseError::UnknownEngine);
        };
        let counter = Arc::clone(&statements);
        connection.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        Ok(Self {
            backend: connection.get_database_backend(),
            connection,
            statements,
            outage: Arc::default(),
            vault: Vault::default(),
        })
    }

    /// The URL of a SQLite file in a folder.
    pub fn sqlite_url(folder: &Path) -> String {
        format!("sqlite:{}", folder.join("qinxin.db").display())
    }

    /// The same database with the keys of its encrypted columns.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Self { vault, ..self }
    }

    /// The keys of its encrypted columns; none until they were given.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The connection that readers use.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The rows that a statement finds.
    ///
    /// # Errors
    /// Any failure of the database; at once while it cannot be reached.
    pub async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.outage.check()?;
        self.noted(self.connection.query_all_raw(statement).await)
    }

    /// The first row that a statement finds.
    ///
    /// # Errors
    /// Those of [`Self::query_all`].
    pub async fn query_one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.outage.check()?;
        self.noted(self.connection.query_one_raw(statement).await)
    }

    /// A connection of its own for a transaction.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub(crate) async fn acquired<T>(
        &self,
        acquire: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, DatabaseError> {
        self.outage.check()?;
        let acquired = acquire.await;
        if acquired.as_ref().is_err_and(is_unreachable) {
            self.outage.begin(&self.connection);
        }
        acquired.map_err(DatabaseError::Connect)
    }

    /// Takes note of a failure that tells of an outage.
    fn noted<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) = &outcome {
            self.outage.begin(&self.connection);
        }
        outcome
    }

    /// Which engine it is.
    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Statements run so far, for metrics and for tests that pin the number of a query.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

/// WAL lets readers go on while one writes; a busy writer is waited for, not refused at once.
async fn sqlite(url: &str, pool: u32) -> Result<DatabaseConnection, DatabaseError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| DatabaseError::Url(error.to_string()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-65536")
        .pragma("mmap_size", "1073741824")
        .pragma("temp_store", "MEMORY");
    let pool =
        SqlitePoolOptions::new().max_connections(pool).connect_with(options).await.map_err(DatabaseError::Connect)?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn postgres(url: &str, pool: u32) -> Result<DatabaseConnection, DatabaseError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| DatabaseError::Url(error.to_string()))?
        .application_name("qinxin")
        // A page reads a few hundred rows: compiling its plan to machine code never pays, nor does
        // planning a prepared statement anew for every set of keys. Each list has an index that begins
        // with its equalities, so that the plan does not depend on the values.
        .options([("jit", "off"), ("plan_cache_mode", "force_generic_plan")]);
    let pool = PgPoolOptions::new()
        .max_connections(pool)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        // What nobody used for a while may have been closed from the other side meanwhile.
        .before_acquire(|connection, told| {
            Box::pin(async move {
                if told.idle_for < IDLE {
                    return Ok(true);
                }
                connection.ping().await.map(|()| true)
            })
        })
        .connect_with(options)
        .await
        .map_err(DatabaseError::Connect)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}
