//! 查看未脱敏信息 Shows personal data in clear, with a purpose, and records that it did.
//!
//! REVEAL-1: nothing is shown before the trace of it is committed.
//! REVEAL-2: a number that cannot be opened leaves a trace of its own: somebody may have changed it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::Database;
use entities::bulk::Session;
use entities::enterprise::registered;
use entities::guarded::Warrant;
use entities::vault::VaultError;
use rules::access::{FieldClass, Identity};
use serde_json::json;

use super::purpose::Purpose;
use crate::audit::{self, Outcome};
use crate::command::power::RevealFields;
use crate::command::{Caller, Done, Permit, UserError, event};

/// Fields that an account may have revealed within [`WINDOW`].
const MOST: usize = 60;
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// 频次 How often accounts have had fields revealed of late; a clone is the same.
#[derive(Clone, Default)]
pub struct Frequency(Arc<Mutex<HashMap<Identity, Vec<DateTime<Utc>>>>>);

impl Frequency {
    /// Counts one more for somebody.
    ///
    /// # Errors
    /// `TOO_OFTEN`.
    pub(super) fn check(&self, caller: &Caller) -> Result<(), UserError> {
        if self.count(caller.viewer.identity(), caller.now) {
            return Ok(());
        }
        let message = format!("一小时内最多查看 {MOST} 项，请稍后再试；批量使用请走数据共享审批。");
        Err(UserError::at(&["input"], "TOO_OFTEN", message))
    }

    /// Counts one more, unless it is one too many.
    fn count(&self, who: Identity, now: DateTime<Utc>) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = all.entry(who).or_default();
        times.retain(|time| now - *time < WINDOW);
        let is_allowed = times.len() < MOST;
        if is_allowed {
            times.push(now);
        }
        is_allowed
    }
}

/// 联系电话 The telephone number of an enterprise.
///
/// # Errors
/// `INVALID_PURPOSE`, `NOT_FOUND` where the viewer may not look, `TOO_OFTEN`, `VALUE_DAMAGED` for a number that
/// was changed or moved here, `KEY_UNAVAILABLE`.
pub async fn enterprise_phone(
    db: &Database,
    frequency: &Frequency,
    permit: &Permit<'_, RevealFields>,
    row: Option<&registered::Model>,
    purpose: &str,
) -> Done<Option<String>> {
    let Some(purpose) = Purpose::stated(purpose) else {
        let message = "请用 4 到 200 个字说明查看用途，例如“核实住所是否可以联系”。";
        return Err(UserError::at(&["input", "purpose"], Purpose::CODE, message).into());
    };
    let caller = permit.caller();
    let visible =
        row.filter(|row| row.place().is_some_and(|place| caller.viewer.may_reveal(FieldClass::Personal, place)));
    let Some(row) = visible else {
        return Err(UserError::at(&["input", "id"], "NOT_FOUND", "没有找到可以查看的记录，请核对编号。").into());
    };
    frequency.check(caller)?;
    let opened = row.phone_revealed(db.vault(), Warrant::because("the trace is committed before it is returned"));
    let fault = opened.as_ref().err().map(VaultError::code);
    let outcome = if fault.is_none() { Outcome::Done } else { Outcome::Refused };
    let detail = json!({ "field": "Enterprise.phone", "purpose": purpose.text(), "fault": fault });
    let mut session = Session::begin(db).await?;
    let event = event(caller, "REVEAL_FIELD", row.uscc.clone(), outcome, detail);
    audit::append(&mut session, &[event]).await?;
    session.commit().await?;
    Ok(opened?)
}
