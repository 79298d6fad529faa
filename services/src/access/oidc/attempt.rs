//! 登录过程 Sign-ins that were sent to a provider: kept here until they come back, ten minutes at most, and
//! taken once. The table serves all processes.

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::{Row as _, Session};
use entities::identity::sign_in_attempt;
use entities::read::Value as _;
use entities::{Database, DatabaseError};

use super::gate::Stopped;
use super::reason::Reason;
use crate::access::secrets::sm3_hex;

/// How long somebody may take at the provider.
const LONGEST: TimeDelta = TimeDelta::minutes(10);
/// Sign-ins under way at most, of one address and of all: an office may sit behind one address.
const OF_SOURCE: i64 = 300;
const OF_ALL: i64 = 20_000;

/// What is kept of a sign-in; the browser carries `state` and `browser`.
pub struct Attempt<'a> {
    /// The state of the request.
    pub state: &'a str,
    /// The cookie.
    pub browser: &'a str,
    /// The provider's id.
    pub provider: &'a str,
    /// The nonce of the request.
    pub nonce: &'a str,
    /// The verifier of RFC 7636.
    pub verifier: &'a str,
    /// Where the browser goes in the end.
    pub target: &'a str,
    /// The session whose account is to be linked.
    pub session: Option<i64>,
    /// The address.
    pub source: &'a str,
}

/// Keeps a sign-in; those that have expired go.
pub async fn keep(db: &Database, attempt: &Attempt<'_>, now: DateTime<Utc>) -> Result<(), Stopped> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM sign_in_attempts WHERE started_at < ");
    sql.bind(now - LONGEST);
    session.run(sql).await?;
    if is_full(&mut session, attempt.source).await? {
        session.commit().await?;
        return Err(Reason::TooManyAttempts.into());
    }
    let mut sql = session.sql("INSERT INTO sign_in_attempts (state_hash, browser_hash, provider, nonce, verifier, ");
    sql.push("target, session_id, source, started_at) VALUES (").bind(sm3_hex(attempt.state)).push(", ");
    sql.bind(sm3_hex(attempt.browser)).push(", ").bind(attempt.provider).push(", ").bind(attempt.nonce).push(", ");
    sql.bind(attempt.verifier).push(", ").bind(attempt.target).push(", ").bind(attempt.session).push(", ");
    sql.bind(attempt.source).push(", ").bind(now).push(")");
    session.run(sql).await?;
    Ok(session.commit().await?)
}

async fn is_full(session: &mut Session, source: &str) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("SELECT COUNT(*), COUNT(CASE WHEN source = ");
    sql.bind(source).push(" THEN 1 END) FROM sign_in_attempts");
    let rows = session.run(sql).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    Ok(i64::value(row, 0)? >= OF_ALL || i64::value(row, 1)? >= OF_SOURCE)
}

/// Takes the sign-in with this state, which is gone then, whatever becomes of it.
pub async fn take(
    db: &Database,
    state: &str,
    now: DateTime<Utc>,
) -> Result<Option<sign_in_attempt::Model>, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM ");
    sql.push(sign_in_attempt::Model::TABLE).push(" WHERE state_hash = ").bind(sm3_hex(state)).push(" RETURNING ");
    sql.columns::<sign_in_attempt::Model>("");
    let taken: Option<sign_in_attempt::Model> = session.records(sql).await?.pop();
    session.commit().await?;
    Ok(taken.filter(|attempt| now - attempt.started_at < LONGEST))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::gate::Stopped;
    use super::*;
    use crate::setup;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
    }

    fn attempt<'a>(state: &'a str, source: &'a str) -> Attempt<'a> {
        let (provider, nonce, verifier) = ("staff", "nonce", "verifier");
        Attempt { state, browser: "browser", provider, nonce, verifier, target: "/", session: None, source }
    }

    fn is_full(kept: &Result<(), Stopped>) -> bool {
        matches!(kept, Err(Stopped::Refused(refusal)) if refusal.reason == Reason::TooManyAttempts)
    }

    #[tokio::test]
    async fn an_attempt_is_taken_once_and_within_ten_minutes() {
        let folder = TempDir::new().expect("a temporary folder");
        let db = Database::connect(&Database::sqlite_url(folder.path()), 2).await.expect("a new file");
        setup::prepare(&db).await.expect("a new schema");
        for state in ["one", "two", "three"] {
            keep(&db, &attempt(state, "192.0.2.1"), start()).await.expect("an attempt");
        }
        let at = |seconds| start() + TimeDelta::seconds(seconds);
        let taken = take(&db, "one", at(1)).await.expect("an answer").expect("the attempt");
        assert_eq!((taken.nonce.as_str(), taken.state_hash), ("nonce", sm3_hex("one")));
        assert_eq!(take(&db, "one", at(2)).await.expect("an answer"), None, "a second time");
        assert!(take(&db, "two", at(599)).await.expect("an answer").is_some());
        assert_eq!(take(&db, "three", at(600)).await.expect("an answer"), None, "too late");
    }

    #[tokio::test]
    async fn an_address_has_so_many_attempts_under_way_and_those_that_expired_go() {
        let folder = TempDir::new().expect("a temporary folder");
        let db = Database::connect(&Database::sqlite_url(folder.path()), 2).await.expect("a new file");
        setup::prepare(&db).await.expect("a new schema");
        for number in 0..OF_SOURCE {
            keep(&db, &attempt(&format!("state {number}"), "192.0.2.1"), start()).await.expect("an attempt");
        }
        assert!(is_full(&keep(&db, &attempt("more", "192.0.2.1"), start()).await));
        assert!(keep(&db, &attempt("elsewhere", "192.0.2.2"), start()).await.is_ok());
        let later = start() + LONGEST + TimeDelta::seconds(1);
        assert!(keep(&db, &attempt("later", "192.0.2.1"), later).await.is_ok());
        assert_eq!(take(&db, "state 0", start()).await.expect("an answer"), None, "it is gone");
    }
}
