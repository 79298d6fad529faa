//! 催报名单 The job that makes the list of a campaign: page by page, each in one transaction with how far it is, so that
//! a job that is begun anew goes on where it was, and of each enterprise and each number there is one message.

use std::collections::HashMap;
use std::sync::Arc;

use entities::bulk::Session;
use entities::enterprise::registered;
use entities::guarded::{MessagePhone, Warrant};
use entities::jobs::job;
use entities::liaison::{self, liaison_row};
use entities::messages::{self as stored, NewReminder, campaign};
use entities::vault::VaultError;
use entities::{Database, DatabaseError};
use rules::annual_report::{FilerKind, window};
use rules::message::{ReminderText, Words, mobile};
use serde_json::{Value, json};

use super::OPT_OUT;
use crate::access::{readable, sm3_hex};
use crate::failure;
use crate::messages::owes;
use crate::ports::{Clock, Progress};

/// Enterprises that are looked at at once.
const PAGE: i64 = 500;

/// Does a job; what it tells is the result of the job.
///
/// # Errors
/// Why the list cannot be made; what was planned before stays.
pub(crate) async fn run(
    db: &Database,
    job: &job::Model,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Value, String> {
    let told = |error: DatabaseError| failure::message(&error, "编制催报名单");
    let Some(campaign) = stored::campaign_of_job(db, job.id).await.map_err(|error| told(error.into()))? else {
        return Err("没有找到该任务的催报任务，请重新发起。".to_owned());
    };
    let text = ReminderText::parse(&campaign.text).map_err(|fault| fault.message())?;
    let (mut after, mut seen, mut planned) = (campaign.planned_after, 0, 0);
    loop {
        let page = stored::candidates_after(db, (campaign.region_code, campaign.year), after, PAGE).await;
        let page: Vec<Arc<registered::Model>> =
            page.map_err(|error| told(error.into()))?.into_iter().map(Arc::new).collect();
        let last = page.last().map(|row| row.id);
        let listed = listed(db, &campaign, &text, &page).await?;
        let mut session = Session::begin(db).await.map_err(told)?;
        let whole_at = last.is_none().then(|| clock.now());
        let (unreachable, reminders) = listed;
        after = last.unwrap_or(after);
        // The row of the campaign is held first: a campaign that was stopped gets no messages any more.
        let is_running =
            stored::planned(&mut session, campaign.id, (after, unreachable), whole_at).await.map_err(told)?;
        if !is_running {
            return Ok(json!({ "campaign": campaign.id, "planned": planned, "stopped": true }));
        }
        let now = clock.now();
        planned += stored::add_reminders(&mut session, &campaign, reminders, now).await.map_err(told)?;
        session.commit().await.map_err(told)?;
        seen += page.len() as u64;
        progress.report("编制催报名单", seen, None);
        if last.is_none() {
            return Ok(json!({ "campaign": campaign.id, "planned": planned, "stopped": false }));
        }
    }
}

/// The messages of a page, and how many cannot be reached.
async fn listed(
    db: &Database,
    campaign: &campaign::Model,
    text: &ReminderText,
    page: &[Arc<registered::Model>],
) -> Result<(i64, Vec<NewReminder>), String> {
    let kinds: Vec<FilerKind> = serde_json::from_value(campaign.kinds.clone()).unwrap_or_default();
    let is_meant = |row: &&Arc<registered::Model>| {
        owes(row, campaign.year) && (kinds.is_empty() || kinds.contains(&FilerKind::of(row.kind)))
    };
    let meant: Vec<&Arc<registered::Model>> = page.iter().filter(is_meant).collect();
    let ids: Vec<i64> = meant.iter().map(|row| row.id).collect();
    let liaisons = liaison::current_of(db, &ids).await;
    let liaisons = liaisons.map_err(|error| failure::message(&error.into(), "编制催报名单"))?;
    let mut unreachable = 0;
    let mut reminders = Vec::with_capacity(meant.len());
    for row in meant {
        let number = number(db, row, &liaisons).map_err(|error| error.message())?;
        let due = window(FilerKind::of(row.kind), campaign.year).map(|window| window.to);
        let (Some(number), Some(due)) = (number, due) else {
            unreachable += 1;
            continue;
        };
        let none = || "操作系统没有可用的随机数，请稍后重试。".to_owned();
        let (message_id, opt_out) = (readable(20).ok_or_else(none)?, readable(OPT_OUT).ok_or_else(none)?);
        let sealed = MessagePhone::sealed(db.vault(), &message_id, &number);
        let mark = MessagePhone::mark(db.vault(), &number);
        let phone = (sealed.map_err(|error| error.message())?, mark.map_err(|error| error.message())?);
        let words = Words { name: &row.name, year: campaign.year, due };
        let text = text.filled(&words, &opt_out);
        let opt_out_hash = sm3_hex(&opt_out);
        reminders.push(NewReminder { message_id, enterprise: row.id, phone, text, opt_out_hash });
    }
    Ok((unreachable, reminders))
}

/// The mobile number of the liaison, or else the registered one.
fn number(
    db: &Database,
    row: &registered::Model,
    liaisons: &HashMap<i64, liaison::liaison::Model>,
) -> Result<Option<String>, VaultError> {
    let warrant = || Warrant::because("a reminder is sent there");
    if let Some(liaison) = liaisons.get(&row.id) {
        let bound = liaison_row(row.id, liaison.user_id);
        return Ok(mobile(&liaison.phone.revealed(db.vault(), &bound, warrant())?));
    }
    Ok(row.phone_revealed(db.vault(), warrant())?.as_deref().and_then(mobile))
}
