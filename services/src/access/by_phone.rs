//! 按电话查找 Which enterprises have a telephone number, for those who may have numbers shown to them: with a
//! purpose, and within what they may have shown in an hour.
//!
//! REVEAL-1: nothing is shown before the trace of it is committed; it holds the number as it may be shown.
//! REVEAL-3: what the viewer may not have shown is neither found nor counted.

use entities::enterprise::registered;
use entities::guarded::Phone;
use entities::{Database, DatabaseError};
use rules::access::{FieldClass, masked_phone};
use rules::telephone;
use serde_json::json;

use super::purpose::{Purpose, Reading};
use super::reveal::Frequency;
use crate::command::power::RevealFields;
use crate::command::{Done, Permit, UserError};
use crate::index::Bearers;

/// 电话 A whole number that was typed by somebody who may look for it.
pub struct Sought {
    number: String,
    purpose: Purpose,
    /// 检索码 What the index may have in its place.
    pub hashes: Vec<u64>,
}

impl Sought {
    /// Whether what was typed is a whole number.
    pub fn is_number(typed: &str) -> bool {
        telephone::number(typed).is_some()
    }

    /// What was typed, if it is a whole number.
    ///
    /// # Errors
    /// `INVALID_PURPOSE`, `TOO_OFTEN`, `KEY_UNAVAILABLE`.
    pub fn typed(
        db: &Database,
        frequency: &Frequency,
        permit: &Permit<'_, RevealFields>,
        typed: &str,
        purpose: &str,
    ) -> Done<Option<Self>> {
        let Some(number) = telephone::number(typed) else { return Ok(None) };
        let Some(purpose) = Purpose::stated(purpose) else {
            let message = "请用 purpose 参数以 4 到 200 个字说明按电话查找的用途，例如“核实住所是否可以联系”。";
            return Err(UserError::at(&["purpose"], Purpose::CODE, message).into());
        };
        frequency.check(permit.caller())?;
        let hashes = Phone::sought(db.vault(), &number)?;
        Ok(Some(Self { number, purpose, hashes }))
    }

    /// Those of the enterprises found whose number the viewer may have shown, once the trace is kept.
    ///
    /// # Errors
    /// Any failure of the database; then nothing may be shown.
    pub async fn kept<'r>(
        &self,
        db: &Database,
        permit: &Permit<'_, RevealFields>,
        found: impl Iterator<Item = &'r registered::Model>,
    ) -> Result<Bearers, DatabaseError> {
        let caller = permit.caller();
        let may = |row: &&registered::Model| {
            row.place().is_some_and(|place| caller.viewer.may_reveal(FieldClass::Personal, place))
        };
        let enterprises: Vec<i64> = found.filter(may).map(|row| row.id).collect();
        let number = masked_phone(&self.number);
        let reading = Reading {
            act: "SEARCH_BY_PHONE",
            subject: "search",
            filter: &json!({ "number": number }),
            fields: vec!["Enterprise.phone".to_owned()],
            rows: enterprises.len(),
        };
        self.purpose.record(db, caller, reading).await?;
        Ok(Bearers { number, enterprises })
    }
}
