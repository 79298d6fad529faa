//! 提交 Hands one message over, or asks after one whose fate is not known.

use chrono::TimeDelta;
use entities::bulk::Session;
use entities::guarded::Warrant;
use entities::liaison::{self, Logged};
use entities::messages::{self as stored, Fate, message};
use entities::vault::VaultError;
use entities::{Database, DatabaseError};
use exchange::sms::{Message, Receipt, Sent};
use rules::liaison::{LiaisonPurpose, LiaisonStep, code_policy};
use rules::message::{MessagePolicy, MessageState, SkipReason};

use super::Means;

/// How soon a receipt is asked for.
const FIRST_RECEIPT: TimeDelta = TimeDelta::seconds(5);

/// Sends a message with a code, unless it is of no use any more, and logs what became of it.
pub(super) async fn code(means: &Means<'_>, row: &message::Model) -> Result<(), DatabaseError> {
    let now = means.clock.now();
    let policy = means.policy()?;
    let is_over = code_policy(means.clock.today()).is_none_or(|policy| row.created_at + policy.valid_for() <= now);
    let fate = match known(means, policy, row).await {
        Some(fate) => fate,
        None if is_over => Fate::Skipped(SkipReason::Expired),
        None => handed_over(means, policy, row).await,
    };
    let now = means.clock.now();
    let mut session = Session::begin(means.db).await?;
    let is_heard = stored::settle(&mut session, row, &fate, now).await?;
    let outcome = match &fate {
        Fate::Sent(_) => Some("DONE"),
        Fate::Skipped(_) => Some("CODE_EXPIRED"),
        Fate::Failed(_) => Some("SEND_FAILED"),
        Fate::Later(..) | Fate::Unknown(_) => None,
    };
    let purpose = row.purpose.as_deref().and_then(LiaisonPurpose::from_code);
    if let (true, Some(outcome), Some(purpose)) = (is_heard, outcome, purpose)
        && let Some(uscc) = liaison::uscc_of(&mut session, row.enterprise_id).await?
    {
        let step = LiaisonStep::Send;
        let logged = Logged { uscc: &uscc, purpose, step, outcome, login: None, source: None };
        liaison::add_log(&mut session, &logged, now).await?;
    }
    session.commit().await
}

/// What the gateway knows of a message of which it is not known whether it was handed over; `None` if it may be.
pub(super) async fn known(means: &Means<'_>, policy: &MessagePolicy, row: &message::Model) -> Option<Fate> {
    if row.state() != MessageState::Unknown {
        return None;
    }
    let now = means.clock.now();
    let ids = [row.message_id.clone()];
    match means.gateway.receipts(&ids, now).await.ok().and_then(|receipts| receipts.into_iter().next()) {
        Some(Receipt::NeverTaken) => None,
        Some(Receipt::Waiting | Receipt::Delivered) => Some(Fate::Sent(now)),
        Some(Receipt::Failed(word)) => Some(Fate::Failed(word)),
        // Nobody knows: it is given up only after twice as many attempts as a message that surely was not taken.
        None if row.attempts >= policy.attempts * 2 => Some(Fate::Failed("UNKNOWN".to_owned())),
        None => Some(Fate::Unknown(now + policy.pause(row.attempts))),
    }
}

/// Hands a message over, outside any transaction.
pub(super) async fn handed_over(means: &Means<'_>, policy: &MessagePolicy, row: &message::Model) -> Fate {
    let now = means.clock.now();
    let message = match opened(means.db, row) {
        Ok(message) => message,
        Err(error @ VaultError::Damaged) => return Fate::Failed(error.code().to_owned()),
        // The operator puts the key back.
        Err(error) => {
            tracing::error!(code = error.code(), message = row.message_id, "a message cannot be opened");
            return Fate::Later(now + policy.pause(row.attempts), false);
        }
    };
    let sent = means.gateway.send(&message, now).await;
    let now = means.clock.now();
    let next = now + policy.pause(row.attempts);
    match sent {
        Sent::Accepted => Fate::Sent(now + FIRST_RECEIPT),
        Sent::Refused(word) => Fate::Failed(word),
        Sent::NotTaken(cause) if row.attempts + 1 >= policy.attempts => {
            tracing::warn!(message = row.message_id, cause, "a message was given up");
            Fate::Failed("NOT_TAKEN".to_owned())
        }
        Sent::NotTaken(cause) => {
            tracing::warn!(message = row.message_id, cause, "the gateway did not take a message");
            Fate::Later(next, true)
        }
        Sent::Unknown(cause) => {
            tracing::warn!(message = row.message_id, cause, "it is not known whether the gateway took a message");
            Fate::Unknown(next)
        }
    }
}

/// The message in clear, on its way out.
fn opened(db: &Database, row: &message::Model) -> Result<Message, VaultError> {
    let warrant = || Warrant::because("it goes to the gateway and nowhere else");
    let phone = row.phone.revealed(db.vault(), &row.message_id, warrant())?;
    let secret = row.secret.as_ref().map(|secret| secret.revealed(db.vault(), &row.message_id, warrant()));
    let text = match secret.transpose()? {
        Some(code) => row.text.replacen("{code}", &code, 1),
        None => row.text.clone(),
    };
    let template = if row.campaign_id.is_some() { "REMINDER" } else { "LIAISON_CODE" };
    Ok(Message { id: row.message_id.clone(), template, phone, text })
}
