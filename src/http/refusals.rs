//! 拒绝 What the viewer may not do is refused before anything runs, and kept in the audit log for those
//! who have signed in: a stranger could fill the log.

use async_graphql::{ServerError, Value};
use axum::http::StatusCode;
use schema::Code;
use serde_json::json;
use services::audit::Outcome;
use services::command::event;

use super::caller::Who;
use super::needs::Needs;
use super::plan::coded;
use crate::serve::Worker;

/// Compares what an operation needs with what its viewer may do.
///
/// # Errors
/// `NOT_SIGNED_IN`, `NOT_PERMITTED` or `SCOPE_DENIED`, once for each field.
pub async fn check(worker: &Worker, who: &Who, needs: &Needs) -> Result<(), Vec<ServerError>> {
    let mut errors = needs.refused(&who.caller.viewer);
    if needs.tells_schema && !worker.shows_schema(who) {
        let message = "生产模式下，模式文本只提供给登录用户与接口用户，请出示密钥后重试。";
        errors.push(coded(ServerError::new(message, None), Code::NotSignedIn));
    }
    if errors.is_empty() {
        return Ok(());
    }
    if !who.is_anonymous() {
        let acts: Vec<&str> = needs.acts().map(|act| act.code()).collect();
        let subject = who.caller.name.to_string();
        worker.audit.record(event(&who.caller, "USE", subject, Outcome::Refused, json!({ "acts": acts }))).await;
    }
    Err(errors)
}

/// The status of a request that did not run.
pub fn status(errors: &[ServerError]) -> StatusCode {
    let is = |code: Code| {
        errors.iter().any(|error| {
            let found = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
            matches!(found, Some(Value::String(found)) if found == code.as_str())
        })
    };
    match () {
        () if is(Code::NotSignedIn) => StatusCode::UNAUTHORIZED,
        () if is(Code::NotPermitted) || is(Code::ScopeDenied) => StatusCode::FORBIDDEN,
        () => StatusCode::BAD_REQUEST,
    }
}
