//! 法定代表人手机号 Kept by the office of the region: codes go there.

use entities::Database;
use entities::bulk::Session;
use entities::enterprise::registered;
use entities::guarded::{LegalPhone, Warrant};
use entities::liaison::{self as stored, legal_phone, legal_phone_row};
use entities::vault::{Vault, VaultError};
use rules::access::masked_phone;
use rules::message::mobile;
use serde_json::json;

use super::super::purpose::Purpose;
use crate::command::power::RecordLegalPhones;
use crate::command::{Done, Permit, UserError};

/// Why nothing is kept for an enterprise that there is not.
pub fn unknown() -> UserError {
    UserError::at(&["input", "uscc"], "NOT_FOUND", "没有这个经营主体，请核对统一社会信用代码。")
}

/// 登记手机号 The permit is for the region of the enterprise.
///
/// # Errors
/// `INVALID_PHONE`, `INVALID_PURPOSE` for a reason that says nothing, `KEY_UNAVAILABLE`.
pub async fn record(
    db: &Database,
    permit: &Permit<'_, RecordLegalPhones>,
    row: &registered::Model,
    phone: &str,
    reason: &str,
) -> Done<String> {
    let Some(number) = mobile(phone) else {
        let message = "法定代表人手机号应为 11 位手机号码，请核对。";
        return Err(UserError::at(&["input", "phone"], "INVALID_PHONE", message).into());
    };
    let Some(reason) = Purpose::stated(reason) else {
        let message = "请用 4 到 200 个字说明登记依据，例如“法定代表人到场核验身份证件”。";
        return Err(UserError::at(&["input", "reason"], Purpose::CODE, message).into());
    };
    let sealed = LegalPhone::sealed(db.vault(), &legal_phone_row(row.id), &number)?;
    let mut session = Session::begin(db).await?;
    permit.record(&mut session, "RECORD_LEGAL_PHONE", row.uscc.clone(), json!({ "reason": reason.text() })).await?;
    stored::put_legal_phone(&mut session, row.id, sealed).await?;
    session.commit().await?;
    Ok(masked_phone(&number))
}

/// 脱敏手机号 What anybody is shown of a number.
///
/// # Errors
/// No key; a number that was changed, or moved here from another enterprise.
pub fn masked(vault: &Vault, row: &legal_phone::Model) -> Result<String, VaultError> {
    let warrant = Warrant::because("only the masked form leaves this function");
    row.phone.revealed(vault, &legal_phone_row(row.enterprise_id), warrant).map(|number| masked_phone(&number))
}
