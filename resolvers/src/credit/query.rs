//! Root fields of credit records.

use async_graphql::{Context, Object};
use schema::Answer;

use super::penalty::Penalty;
use crate::owner::{Owner, loaders, scope};

/// Root fields of credit records.
#[derive(Default)]
pub struct CreditQuery;

#[Object]
impl CreditQuery {
    /// 行政处罚 The penalty with this document number; of several parties to one decision the first
    /// recorded.
    async fn penalty(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "处罚决定书文号")] document_number: String,
    ) -> Answer<Option<Penalty>> {
        let scope = scope(ctx)?;
        let row = loaders(ctx)?.penalty_by_document.load((document_number, scope)).await?;
        Ok(row.map(|row| Penalty::new(row, Owner::unknown(scope))))
    }
}
