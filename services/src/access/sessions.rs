//! 会话 Who a token stands for, and for how long.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use entities::access::{self as stored, grant, session, user};
use entities::bulk::Session;
use entities::read::Value as _;
use entities::{Database, DatabaseError};
use quick_cache::sync::Cache;
use rules::access::{Assurance, PasswordState, Viewer};
use sea_orm::DbErr;
use serde_json::json;

use super::secrets::{sm3_hex, token};
use crate::command::power::{ManageSession, ManageUsers};
use crate::command::{Caller, Done, Permit, UserError};

/// 空闲 A session that nobody uses ends after this time.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// 最长 A session ends after this time in any case.
pub const LONGEST: TimeDelta = TimeDelta::hours(8);
/// What was read from the database is believed for this time; longer would break SIGN-3.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// For how long a second factor counts as just shown, where nothing else is set.
const FRESH: TimeDelta = TimeDelta::minutes(30);
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
pub struct Sessions {
    known: Arc<Cache<String, Arc<Known>>>,
    /// For how long a second factor counts as just shown.
    fresh: TimeDelta,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::new(FRESH)
    }
}

impl Sessions {
    /// A table in which a second factor counts as just shown for so long.
    pub fn new(fresh: TimeDelta) -> Self {
        Self { known: Arc::new(Cache::new(KEPT)), fresh }
    }

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
        let known = match self.known.get(&hash).filter(|known| now - known.read_at < BELIEVED) {
            Some(known) => known,
            None => {
                let Some(known) = read(db, &hash, self.fresh, now).await? else {
                    self.known.remove(&hash);
                    return Ok(None);
                };
                let known = Arc::new(known);
                self.known.insert(hash, Arc::clone(&known));
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
        self.known.clear();
    }
}

async fn read(db: &Database, hash: &str, fresh: TimeDelta, now: DateTime<Utc>) -> Result<Option<Known>, DatabaseError> {
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
    known(&row, &user, &grants, fresh, now).map(Some)
}

fn known(
    row: &session::Model,
    user: &user::Model,
    grants: &[grant::Model],
    fresh: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Known, DatabaseError> {
    // A password that expires meanwhile does not take the work out of somebody's hands.
    let password = match row.issuer {
        // Whoever came through a provider of identity has shown no password of ours.
        Some(_) => PasswordState::InForce,
        None => super::passwords::state(user, grants, row.started_at)?,
    };
    let grants = grants.iter().filter_map(grant::Model::read).collect();
    let viewer = Viewer::user(user.id, grants, Assurance { two_factors: row.two_factors_at.is_some(), password });
    Ok(Known {
        caller: Caller {
            viewer: Arc::new(viewer),
            name: Arc::from(user.login.as_str()),
            session: Some(row.id),
            source: Arc::from(""),
            now,
            fresh_until: row.two_factors_at.map(|shown| shown + fresh),
        },
        started_at: row.started_at,
        read_at: now,
        seen: AtomicI64::new(now.timestamp()),
    })
}

async fn touch(db: &Database, id: i64, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE sessions SET seen_at = ");
    sql.bind(now).push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    session.commit().await
}

/// 来历 By which identity at a provider of unified identity a session was begun.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The provider.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// The provider's own session (`sid`).
    pub provider_session: Option<String>,
    /// For whom the provider is.
    pub audience: String,
}

/// How a session begins.
#[derive(Clone, Copy, Default)]
pub(super) struct New<'a> {
    /// Whether two factors were shown.
    pub two_factors: bool,
    /// Nothing for a password.
    pub origin: Option<&'a Origin>,
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
    new: New<'_>,
) -> Result<(i64, String), DatabaseError> {
    let token = token().ok_or_else(|| absent("chance"))?;
    let mut sql =
        session.sql("INSERT INTO sessions (token_hash, user_id, source, started_at, seen_at, two_factors_at, ");
    sql.push("issuer, subject, provider_session, audience) VALUES (").bind(sm3_hex(&token)).push(", ").bind(user);
    sql.push(", ").bind(source).push(", ").bind(now).push(", ").bind(now).push(", ");
    sql.bind(new.two_factors.then_some(now));
    let origin = |part: fn(&Origin) -> Option<&str>| new.origin.and_then(part).map(str::to_owned);
    sql.push(", ").bind(origin(|origin| Some(&origin.issuer)));
    sql.push(", ").bind(origin(|origin| Some(&origin.subject)));
    sql.push(", ").bind(origin(|origin| origin.provider_session.as_deref()));
    sql.push(", ").bind(origin(|origin| Some(&origin.audience))).push(") RETURNING id");
    let id = super::users::returned_id(&session.run(sql).await?)?;
    Ok((id, token))
}

/// Ends sessions of an account within a transaction, one or all; tells how many.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn end(
    session: &mut Session,
    user: i64,
    only: Option<i64>,
    now: DateTime<Utc>,
) -> Result<usize, DatabaseError> {
    let mut sql = session.sql("UPDATE sessions SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND user_id = ").bind(user);
    if let Some(id) = only {
        sql.push(" AND id = ").bind(id);
    }
    sql.push(" RETURNING id");
    Ok(session.run(sql).await?.len())
}

/// 在用会话 Sessions of accounts that hold at `now`, latest first.
///
/// # Errors
/// Any failure of the database.
pub async fn alive(
    db: &Database,
    users: &[i64],
    now: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<session::Model>>, DatabaseError> {
    Ok(stored::sessions_of(db, users, now - LONGEST, now - IDLE).await?)
}

/// 结束会话 One of the caller's own, at another place perhaps; whoever uses it is signed out.
///
/// # Errors
/// `NOT_FOUND` for a session that is over already or somebody else's.
pub async fn end_own(db: &Database, sessions: &Sessions, permit: &Permit<'_, ManageSession>, id: i64) -> Done<()> {
    let user = permit.caller().user().ok_or_else(|| absent("users"))?;
    let mut session = Session::begin(db).await?;
    end_one(&mut session, user, Some(id), permit.caller().now).await?;
    permit.record(&mut session, "END_SESSION", permit.caller().name.to_string(), json!({ "session": id })).await?;
    session.commit().await?;
    sessions.forget();
    Ok(())
}

/// 强制下线 A session of an account, or all of them, by an administrator.
///
/// # Errors
/// `NOT_FOUND` if the account has no such session.
pub async fn end_of_user(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageUsers>,
    user: i64,
    only: Option<i64>,
) -> Done<user::Model> {
    let account = super::users::found(db, user).await?;
    let mut session = Session::begin(db).await?;
    end_one(&mut session, user, only, permit.caller().now).await?;
    let detail = json!({ "user": user, "session": only });
    permit.record(&mut session, "END_SESSIONS_OF_USER", account.login.clone(), detail).await?;
    session.commit().await?;
    sessions.forget();
    Ok(account)
}

async fn end_one(session: &mut Session, user: i64, only: Option<i64>, now: DateTime<Utc>) -> Done<()> {
    if end(session, user, only, now).await? == 0 {
        let message = "该会话已经结束或不存在，请刷新列表。";
        return Err(UserError::at(&["input", "sessionId"], "NOT_FOUND", message).into());
    }
    Ok(())
}

/// The origin of a session, for the one that takes its place.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn origin(session: &mut Session, id: Option<i64>) -> Result<Option<Origin>, DatabaseError> {
    let Some(id) = id else { return Ok(None) };
    let mut sql = session.select::<session::Model>();
    sql.push(" WHERE id = ").bind(id);
    let row: Option<session::Model> = session.records(sql).await?.pop();
    Ok(row.and_then(|row| {
        let (issuer, subject, audience) = (row.issuer?, row.subject?, row.audience?);
        Some(Origin { issuer, subject, provider_session: row.provider_session, audience })
    }))
}

/// Which sessions a provider means: those of a subject, of one of its own sessions, or of both.
pub(super) struct Begun<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Who it is there.
    pub subject: Option<&'a str>,
    /// The provider's own session.
    pub provider_session: Option<&'a str>,
}

/// Ends sessions that were begun at a provider; gives their ids. Without a subject and a session there
/// are none.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn end_begun(
    session: &mut Session,
    begun: &Begun<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, DatabaseError> {
    if begun.subject.is_none() && begun.provider_session.is_none() {
        return Ok(Vec::new());
    }
    let mut sql = session.sql("UPDATE sessions SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND issuer = ").bind(begun.issuer);
    for (column, value) in [("subject", begun.subject), ("provider_session", begun.provider_session)] {
        if let Some(value) = value {
            sql.push(" AND ").push(column).push(" = ").bind(value);
        }
    }
    sql.push(" RETURNING id");
    Ok(session.run(sql).await?.iter().map(|row| i64::value(row, 0)).collect::<Result<_, _>>()?)
}

/// Ends sessions of an account that were begun at providers for `audience`.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn end_of_audience(
    session: &mut Session,
    user: i64,
    audience: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE sessions SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND user_id = ").bind(user).push(" AND audience = ").bind(audience);
    session.run(sql).await.map(drop)
}

/// What is no row is a failure.
pub(super) fn absent(table: &str) -> DatabaseError {
    DatabaseError::Statement(DbErr::RecordNotFound(table.to_owned()))
}
