//! 防重放 Nonces of signed requests that were taken: kept in the database, so that a request counts once whichever
//! process it reaches.

use chrono::{DateTime, Utc};
use entities::bulk::Session;
use entities::{Database, DatabaseError};
use exchange::signature::REMEMBERED;

/// Takes a nonce of a client; `false` if it was taken before. Those that have expired go.
///
/// # Errors
/// Any failure of the database: a request that may have come before is not taken.
pub async fn spend(db: &Database, client: &str, nonce: &str, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM spent_nonces WHERE spent_at < ");
    sql.bind(now - REMEMBERED);
    session.run(sql).await?;
    let mut sql = session.sql("INSERT INTO spent_nonces (client, nonce, spent_at) VALUES (");
    sql.bind(client).push(", ").bind(nonce).push(", ").bind(now);
    sql.push(") ON CONFLICT (client, nonce) DO NOTHING RETURNING 1");
    let is_new = !session.run(sql).await?.is_empty();
    session.commit().await?;
    Ok(is_new)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use tempfile::TempDir;

    use super::*;
    use crate::setup;

    #[tokio::test]
    async fn a_nonce_is_taken_once_by_each_client_until_it_is_forgotten() {
        let folder = TempDir::new().expect("a temporary folder");
        let db = Database::connect(&Database::sqlite_url(folder.path()), 2).await.expect("a new file");
        setup::prepare(&db).await.expect("a new schema");
        let start = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        let spent = async |client, nonce, minutes| {
            spend(&db, client, nonce, start + TimeDelta::minutes(minutes)).await.expect("a database")
        };
        assert!(spent("tax", "one", 0).await);
        assert!(!spent("tax", "one", 10).await);
        assert!(spent("customs", "one", 0).await && spent("tax", "two", 0).await);
        assert!(spent("tax", "one", 11).await, "whoever sends it now is refused for its time");
    }
}
