//! 短信发送 Messages leave the queue: never inside a transaction, leased by one process at a time, under one id however
//! often they are tried.
//!
//! MESSAGE-1 to MESSAGE-3 of `rules::message`, and:
//! MESSAGE-4: a process that ends between taking and sending leaves a message behind whose fate is not known; the next
//! one asks the gateway before it sends anything.
//! MESSAGE-5: a process whose lease has run out is not heard any more.

pub mod inbound;
mod receipts;
mod reminder;
mod send;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{Database, DatabaseError, messages as stored};
use exchange::sms::Gateway;
use rules::message::{MessagePolicy, message_policy};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

pub(crate) use reminder::owes;

use crate::ports::Clock;

/// How often messages are looked for.
const PAUSE: Duration = Duration::from_millis(500);
/// Messages that a process takes at once, and for how long: longer than a gateway may take for all of them.
const AT_ONCE: i64 = 10;
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// What is left of a lease when the next message is begun.
const MARGIN: TimeDelta = TimeDelta::minutes(3);
/// Receipts that are asked for at once.
const RECEIPTS: i64 = 100;

/// 发送环境 What sending works with.
struct Means<'a> {
    db: &'a Database,
    gateway: &'a dyn Gateway,
    clock: Clock,
}

impl Means<'_> {
    fn policy(&self) -> Result<&'static MessagePolicy, DatabaseError> {
        let none = || DatabaseError::Statement(DbErr::RecordNotFound("message policy".to_owned()));
        message_policy(self.clock.today()).ok_or_else(none)
    }
}

/// Sends messages until told to stop. Without a gateway they wait.
pub async fn work(db: Database, gateway: Option<Arc<dyn Gateway>>, clock: Clock, stop: CancellationToken) {
    let Some(gateway) = gateway else {
        tracing::warn!("没有配置短信网关（sms.url），短信将排队等待");
        stop.cancelled().await;
        return;
    };
    while !stop.is_cancelled() {
        if let Err(error) = all_due(&db, gateway.as_ref(), clock, &stop).await {
            tracing::error!(error = ?error, "messages cannot be sent; they will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Sends what is due and asks for receipts; ends when nothing is left to do now, or when told to stop.
///
/// # Errors
/// Any failure of the database.
pub async fn all_due(
    db: &Database,
    gateway: &dyn Gateway,
    clock: Clock,
    stop: &CancellationToken,
) -> Result<(), DatabaseError> {
    let means = Means { db, gateway, clock };
    while !stop.is_cancelled() {
        let mut is_busy = codes(&means, stop).await?;
        // A batch of each in turn: no campaign holds up another one, and codes come first.
        for campaign in stored::due_campaigns(db, clock.now()).await? {
            is_busy |= reminder::batch(&means, &campaign, stop).await?;
        }
        if !is_busy {
            break;
        }
    }
    receipts::all_due(&means).await
}

/// Sends codes that wait; whether there were any.
async fn codes(means: &Means<'_>, stop: &CancellationToken) -> Result<bool, DatabaseError> {
    let now = means.clock.now();
    if !stored::is_code_due(means.db, now).await? {
        return Ok(false);
    }
    let lease = Lease::until(now);
    let taken = stored::lease(means.db, None, (now, lease.0), AT_ONCE).await?;
    for row in &taken {
        if stop.is_cancelled() || !lease.holds(means.clock.now()) {
            break;
        }
        send::code(means, row).await?;
    }
    Ok(!taken.is_empty())
}

/// 租期 Until when what was taken is this process's.
#[derive(Clone, Copy)]
struct Lease(DateTime<Utc>);

impl Lease {
    fn until(now: DateTime<Utc>) -> Self {
        Self(now + LEASE)
    }

    /// Whether another message may still be begun.
    fn holds(self, now: DateTime<Utc>) -> bool {
        now + MARGIN < self.0
    }
}
