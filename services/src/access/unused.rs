//! 闲置账号 Accounts that nobody has used for long are disabled (GB/T 22239-2019 8.1.4.2 c).
//!
//! Signing in finds out by itself; the watch sees to those who do not come back at all.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::access::{self as stored, user};
use entities::bulk::Session;
use entities::{Database, DatabaseError};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::passwords::policy;
use crate::audit::{self, Event, Outcome};
use crate::ports::Clock;

/// How often it is looked for such accounts; nothing depends on the hour.
const EVERY: Duration = Duration::from_secs(3_600);
/// Accounts of one transaction.
const BATCH: i64 = 200;

/// Whether the account has been left alone for too long.
///
/// # Errors
/// A clock that stands before any policy.
pub(super) fn is_unused(user: &user::Model, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    Ok(policy(now)?.is_unused(user.used_at.unwrap_or(user.created_at), now))
}

/// Disables every account that is unused, a bounded number at a time; how many.
///
/// # Errors
/// Any failure of the database.
pub async fn disable_unused(db: &Database, now: DateTime<Utc>) -> Result<u64, DatabaseError> {
    let since = policy(now)?.unused_since(now);
    let mut disabled = 0;
    loop {
        let ids = stored::unused_users(db, since, BATCH).await?;
        if ids.is_empty() {
            return Ok(disabled);
        }
        let mut session = Session::begin(db).await?;
        let users = stored::disable_users(&mut session, &ids, since, now).await?;
        let events: Vec<Event> = users.iter().map(|(id, login)| event(*id, login, now)).collect();
        audit::append(&mut session, &events).await?;
        session.commit().await?;
        disabled += users.len() as u64;
    }
}

fn event(id: i64, login: &str, now: DateTime<Utc>) -> Event {
    Event {
        at: now,
        actor: "system".to_owned(),
        act: "DISABLE_USER",
        subject: login.to_owned(),
        source: None,
        outcome: Outcome::Done,
        detail: json!({ "user": id, "reason": "UNUSED" }),
    }
}

/// Looks for such accounts again and again, until told to stop.
pub async fn watch(db: Database, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match disable_unused(&db, clock.now()).await {
            Ok(0) => {}
            Ok(disabled) => tracing::info!(disabled, "accounts that nobody used were disabled"),
            Err(error) => {
                tracing::error!(error = ?error, "unused accounts cannot be looked for; it will be tried again")
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}
