//! 会话 Who a token stands for, and for how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use entities::access::{self as stored, grant, session, user};
use entities::bulk::Session;
use entities::{Database, DatabaseError};
use quick_cache::sync::Cache;
use rules::access::Viewer;
use sea_orm::DbErr;

use super::secrets::{sm3_hex, token};
use crate::command::Caller;

/// 空闲 A session that nobody uses ends after this time.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// 最长 A session ends after this time in any case.
pub const LONGEST: TimeDelta = TimeDelta::hours(8);
/// What was read from the database is believed for this time; longer would break SIGN-3.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// The database is told at most this often that a session is used.
const TOLD: TimeDelta = TimeDelta::seconds(60);
/// Sessions kept in memory at most.
const KEPT: usize = 100_000;

/// A session as it was read a moment ago.
struct Known {
    caller: Caller,
    started_at: DateTime<Utc>,
    read_at: DateTime<Utc>,
    /// Seconds since 1970.
    seen: AtomicI64,
}

impl Known {
    fn is_alive(&self, now: DateTime<Utc>) -> bool {
        let idle = now.timestamp() - self.seen.load(Ordering::Relaxed);
        idle < IDLE.num_seconds() && now - self.started_at < LONGEST
    }
}

/// 会话表 The sessions of this process; a clone is the same.
#[derive(Clone)]
pub struct Sessions(Arc<Cache<String, Arc<Known>>>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Arc::new(Cache::new(KEPT)))
    }
}

impl Sessions {
    /// The caller whose token this is; `None` if the session has ended or never was.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn caller(
        &self,
        db: &Database,
        token: &str,
        source: &Arc<str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Caller>, DatabaseError> {
        let hash = sm3_hex(token);
        let known = match self.0.get(&hash).filter(|known| now - known.read_at < BELIEVED) {
            Some(known) => known,
            None => {
                let Some(known) = read(db, &hash, now).await? else {
                    self.0.remove(&hash);
                    return Ok(None);
                };
                let known = Arc::new(known);
                self.0.insert(hash, Arc::clone(&known));
                known
            }
        };
        if !known.is_alive(now) {
            return Ok(None);
        }
        known.seen.fetch_max(now.timestamp(), Ordering::Relaxed);
        Ok(Some(Caller { source: Arc::clone(source), now, ..known.caller.clone() }))
    }

    /// Forgets what was read, so that a change is in force here at once.
    pub fn forget(&self) {
        self.0.clear();
    }
}

async fn read(db: &Database, hash: &str, now: DateTime<Utc>) -> Result<Option<Known>, DatabaseError> {
    let Some(row) = stored::session_by_hash(db, hash).await? else { return Ok(None) };
    let is_over = row.ended_at.is_some() || now - row.started_at >= LONGEST || now - row.seen_at >= IDLE;
    if is_over {
        return Ok(None);
    }
    let Some(user) = stored::user_by_id(db, row.user_id).await? else { return Ok(None) };
    if user.disabled_at.is_some() {
        return Ok(None);
    }
    let grants = stored::grants_of(db, &[user.id]).await?.remove(&user.id).unwrap_or_default();
    if now - row.seen_at >= TOLD {
        touch(db, row.id, now).await?;
    }
    Ok(Some(known(&row, &user, &grants, now)))
}

fn known(row: &session::Model, user: &user::Model, grants: &[grant::Model], now: DateTime<Utc>) -> Known {
    let grants = grants.iter().filter_map(grant::Model::read).collect();
    let viewer = Viewer::user(user.id, grants, row.two_factors_at.is_some());
    Known {
        caller: Caller {
            viewer: Arc::new(viewer),
            name: Arc::from(user.login.as_str()),
            session: Some(row.id),
            source: Arc::from(""),
            now,
        },
        started_at: row.started_at,
        read_at: now,
        seen: AtomicI64::new(now.timestamp()),
    }
}

async fn touch(db: &Database, id: i64, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE sessions SET seen_at = ");
    sql.bind(now).push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    session.commit().await
}

/// Begins a session within a transaction; the token is told once and kept nowhere.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn begin(
    session: &mut Session,
    user: i64,
    source: &str,
    now: DateTime<Utc>,
    two_factors: bool,
) -> Result<(i64, String), DatabaseError> {
    let token = token().ok_or_else(|| absent("chance"))?;
    let mut sql =
        session.sql("INSERT INTO sessions (token_hash, user_id, source, started_at, seen_at, two_factors_at)");
    sql.push(" VALUES (").bind(sm3_hex(&token)).push(", ").bind(user).push(", ").bind(source).push(", ").bind(now);
    sql.push(", ").bind(now).push(", ").bind(two_factors.then_some(now)).push(") RETURNING id");
    let id = super::users::returned_id(&session.run(sql).await?)?;
    Ok((id, token))
}

/// Ends sessions of an account within a transaction: one, or all.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn end(
    session: &mut Session,
    user: i64,
    only: Option<i64>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE sessions SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND user_id = ").bind(user);
    if let Some(id) = only {
        sql.push(" AND id = ").bind(id);
    }
    session.run(sql).await?;
    Ok(())
}

/// What is no row is a failure.
pub(super) fn absent(table: &str) -> DatabaseError {
    DatabaseError::Statement(DbErr::RecordNotFound(table.to_owned()))
}
