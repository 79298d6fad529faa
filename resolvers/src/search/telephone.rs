//! 按电话查找 A whole telephone number in the query box: found by those who may have it shown, and who say what for.

use async_graphql::Context;
use futures::future::try_join_all;
use schema::{Answer, Code, Failure};
use services::access::by_phone::Sought;
use services::command::power::RevealFields;
use services::command::{Refused, UserError};
use services::index::{Bearers, Index, SearchError};

use super::query::refusal;
use crate::access::{caller, desk};
use crate::owner::{found, loaders, scope};

/// The enterprises that have the number which was typed; `None` for whoever may not know, without a purpose, and
/// for what is no number.
///
/// # Errors
/// `INVALID_PURPOSE`, `QUOTA_EXCEEDED`, `STEP_UP_REQUIRED`, `KEY_UNAVAILABLE`, or a fault of the database.
pub async fn bearers(ctx: &Context<'_>, query: Option<&str>, purpose: Option<&str>) -> Answer<Option<Bearers>> {
    let (Some(query), Some(purpose)) = (query, purpose) else { return Ok(None) };
    let permit = match caller(ctx)?.may::<RevealFields>() {
        Ok(permit) => permit,
        // Who may look for it is not told that nobody has it.
        Err(error) if error.code == Code::StepUpRequired.as_str() && Sought::is_number(query) => {
            return Err(Failure::refused(Code::StepUpRequired, error.message));
        }
        Err(_) => return Ok(None),
    };
    let loaders = loaders(ctx)?;
    let sought = Sought::typed(&loaders.db, &desk(ctx)?.frequency, &permit, query, purpose).map_err(told)?;
    let Some(sought) = sought else { return Ok(None) };
    let ids = match found::<Index>(ctx, "search index")?.bearers(sought.hashes.clone()).await {
        Ok(ids) => ids,
        // Codes alone are searched meanwhile.
        Err(SearchError::Missing { .. } | SearchError::Damaged { .. } | SearchError::Outdated { .. }) => Vec::new(),
        Err(error) => return Err(refusal(error)),
    };
    let scope = scope(ctx)?;
    let rows = try_join_all(ids.into_iter().map(|id| loaders.enterprise.load((id, scope)))).await?;
    let rows = rows.iter().flatten().map(|row| &**row);
    Ok(Some(sought.kept(&loaders.db, &permit, rows).await.map_err(|error| Failure::fault(&error))?))
}

fn told(refused: Refused) -> Failure {
    let errors = match refused {
        Refused::Inputs(errors) => errors,
        Refused::Database(error) => return Failure::fault(&error),
    };
    let Some(UserError { code, message, .. }) = errors.into_iter().next() else {
        return Failure::refused(Code::InvalidInput, Code::InvalidInput.explanation());
    };
    let code = match code {
        "INVALID_PURPOSE" => Code::InvalidPurpose,
        "TOO_OFTEN" => Code::QuotaExceeded,
        _ => Code::KeyUnavailable,
    };
    Failure::refused(code, message)
}
