//! 回执 Asks the gateway what became of messages that it took; less and less often, and not for ever.

use entities::DatabaseError;
use entities::bulk::Session;
use entities::messages::{self as stored, Told};
use exchange::sms::Receipt;

use super::{Means, RECEIPTS};

/// Asks for the receipts that are due.
pub(super) async fn all_due(means: &Means<'_>) -> Result<(), DatabaseError> {
    let (policy, now) = (means.policy()?, means.clock.now());
    loop {
        let waiting = stored::unreceipted(means.db, now, RECEIPTS).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = waiting.iter().map(|row| row.message_id.clone()).collect();
        let receipts = match means.gateway.receipts(&ids, now).await {
            Ok(receipts) => receipts,
            Err(error) => {
                tracing::warn!(error = %error, "receipts cannot be asked for");
                Vec::new()
            }
        };
        let mut session = Session::begin(means.db).await?;
        for (place, row) in waiting.iter().enumerate() {
            let waited = now - row.sent_at.unwrap_or(row.created_at);
            let told = match receipts.get(place) {
                Some(Receipt::Delivered) => Told::Delivered,
                Some(Receipt::Failed(word)) => Told::Failed(word.clone()),
                _ if policy.is_receipt_given_up(waited) => Told::Again(None),
                _ => Told::Again(Some(now + policy.receipt_pause(waited))),
            };
            stored::receive(&mut session, row.id, &told, now).await?;
        }
        session.commit().await?;
    }
}
