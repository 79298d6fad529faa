//! 催报发送 Sends the reminders of a campaign: not in quiet hours, not beyond its cap of the day, and each only after it
//! was looked up once more whether the report was filed, who has refused, and how often the number was reminded.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::Session;
use entities::enterprise::{find, registered};
use entities::guarded::{MessagePhone, Warrant};
use entities::messages::{self as stored, Fate, campaign, message};
use entities::{DatabaseError, Scope};
use rules::bureau::Filer;
use rules::calendar::CalendarMissing;
use rules::message::{MessagePolicy, SkipReason};
use tokio_util::sync::CancellationToken;

use super::{AT_ONCE, Lease, Means, send};

/// How long reminders wait where public holidays are not known.
const UNLOADED: TimeDelta = TimeDelta::hours(24);

/// Sends some messages of a campaign; whether there were any.
pub(super) async fn batch(
    means: &Means<'_>,
    campaign: &campaign::Model,
    stop: &CancellationToken,
) -> Result<bool, DatabaseError> {
    let (now, policy) = (means.clock.now(), means.policy()?);
    let is_running = campaign.state == "RUNNING";
    let quiet = policy.quiet_until(now).unwrap_or_else(|missing| Some(unloaded(missing, now)));
    if let Some(until) = quiet.filter(|_| is_running) {
        stored::hold(means.db, campaign.id, until).await?;
        return Ok(false);
    }
    let lease = Lease::until(now);
    let taken = stored::lease(means.db, Some(campaign), (now, lease.0), AT_ONCE).await?;
    if taken.is_empty() {
        if is_running {
            stored::end_if_done(means.db, campaign.id, now).await?;
        }
        return Ok(false);
    }
    let mut is_full = false;
    for row in &taken {
        if stop.is_cancelled() || !lease.holds(means.clock.now()) {
            break;
        }
        is_full |= one(means, policy, campaign, row, is_full).await?;
    }
    if is_full {
        stored::hold(means.db, campaign.id, next_day(policy, now)).await?;
    }
    Ok(!is_full)
}

/// When reminders go on.
fn next_day(policy: &MessagePolicy, now: DateTime<Utc>) -> DateTime<Utc> {
    policy.next_day(now).unwrap_or_else(|missing| unloaded(missing, now))
}

/// 放假安排未载入 Whether people may be reminded is not known: reminders wait, and the operator is told each day.
fn unloaded(missing: CalendarMissing, now: DateTime<Utc>) -> DateTime<Utc> {
    tracing::error!(
        code = missing.code(),
        year = missing.0,
        "没有该年度的放假安排，催报短信暂停发送；请升级到载有国务院办公厅放假通知的版本"
    );
    now + UNLOADED
}

/// Sends one, if it still is to be sent; whether the cap of the day is reached.
async fn one(
    means: &Means<'_>,
    policy: &MessagePolicy,
    campaign: &campaign::Model,
    row: &message::Model,
    is_full: bool,
) -> Result<bool, DatabaseError> {
    if let Some(fate) = send::known(means, policy, row).await {
        settle(means, row, &fate, false).await?;
        return Ok(is_full);
    }
    if let Some(fate) = hindrance(means, policy, campaign, row).await? {
        settle(means, row, &fate, false).await?;
        return Ok(is_full);
    }
    let day = means.clock.today();
    if is_full || !stored::reserve(means.db, campaign.id, day).await? {
        // Its turn comes when the campaign goes on; it keeps its place in the queue.
        settle(means, row, &Fate::Later(row.next_try_at.unwrap_or(row.created_at), false), false).await?;
        return Ok(true);
    }
    let fate = send::handed_over(means, policy, row).await;
    // What was not sent has taken nobody's place.
    let is_unsent = matches!(fate, Fate::Later(..) | Fate::Failed(_));
    settle(means, row, &fate, is_unsent).await?;
    Ok(false)
}

async fn settle(means: &Means<'_>, row: &message::Model, fate: &Fate, gives_back: bool) -> Result<(), DatabaseError> {
    let mut session = Session::begin(means.db).await?;
    stored::settle(&mut session, row, fate, means.clock.now()).await?;
    if let Some(campaign) = row.campaign_id.filter(|_| gives_back) {
        stored::release(&mut session, campaign, means.clock.today()).await?;
    }
    session.commit().await
}

/// Why it is not sent, or not now.
async fn hindrance(
    means: &Means<'_>,
    policy: &MessagePolicy,
    campaign: &campaign::Model,
    row: &message::Model,
) -> Result<Option<Fate>, DatabaseError> {
    let (db, now) = (means.db, means.clock.now());
    if campaign.state != "RUNNING" {
        return Ok(Some(Fate::Skipped(SkipReason::Stopped)));
    }
    if stored::has_filed(db, row.enterprise_id, campaign.year).await? {
        return Ok(Some(Fate::Skipped(SkipReason::Filed)));
    }
    let scope = Scope::now(means.clock.today());
    let party = find::by_ids(db, &[row.enterprise_id], &scope).await?.remove(&row.enterprise_id);
    if !party.is_some_and(|party| owes(&party, campaign.year)) {
        return Ok(Some(Fate::Skipped(SkipReason::NotOwed)));
    }
    let number = row.phone.revealed(db.vault(), &row.message_id, Warrant::because("whether it has refused is asked"));
    // A number that cannot be opened is not sent to anyway, and told as such there.
    let marks = number.and_then(|number| MessagePhone::marks(db.vault(), &number));
    let marks = marks.unwrap_or_else(|_| vec![row.phone_mark]);
    if stored::is_opted_out(db, row.enterprise_id, &marks).await? {
        return Ok(Some(Fate::Skipped(SkipReason::OptedOut)));
    }
    let counted = TimeDelta::days(policy.counted_days());
    let reminded = stored::reminded(db, row, now - counted, now).await?;
    if !policy.may_remind(&reminded, now) {
        let is_over = campaign.start_at + counted <= now;
        let later = Fate::Later(next_day(policy, now), false);
        return Ok(Some(if is_over { Fate::Skipped(SkipReason::TooOften) } else { later }));
    }
    Ok(None)
}

/// Whether an enterprise owes the report of a year and can still file it.
pub(crate) fn owes(row: &Arc<registered::Model>, year: i32) -> bool {
    let filer =
        Filer { kind: row.kind, status: row.status, established_on: row.established_on, closed_on: row.closed_on };
    row.status.is_open() && filer.owes(year)
}
