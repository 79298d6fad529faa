//! 接口用户 A partner's request: its quota before, its cost and its trace after.

use axum::http::{HeaderValue, StatusCode};
use schema::Code;
use serde_json::json;
use services::access::clients::Client;
use services::audit::Outcome;
use services::command::event;

use super::caller::Who;
use super::cost;
use super::quota::{Left, Open};
use super::reply::Reply;
use super::request::Unreadable;
use crate::serve::Worker;

/// 一次调用 A call of a client that is being answered.
pub struct Visit {
    open: Open,
    left: Left,
    limit: u32,
}

/// Takes a call of the client's quota; callers without a key have none.
///
/// # Errors
/// `QUOTA_EXCEEDED` with the seconds to wait.
pub fn enter(worker: &Worker, who: &Who) -> Result<Option<Visit>, Unreadable> {
    let Some(Client { id, quota, .. }) = &who.client else { return Ok(None) };
    match worker.quotas.take(*id, *quota, who.caller.now) {
        Ok((left, open)) => Ok(Some(Visit { open, left, limit: quota.requests })),
        Err(exceeded) => {
            let seconds = exceeded.wait_seconds;
            let message = format!("调用超过配额，请等待 {seconds} 秒后重试；长期不足请申请提高配额。");
            let refused = Unreadable::told(StatusCode::TOO_MANY_REQUESTS, Code::QuotaExceeded, message);
            Err(refused.after(seconds))
        }
    }
}

impl Visit {
    /// Charges the cost and records the call; nothing goes out whose trace could not be kept.
    ///
    /// # Errors
    /// The trace could not be kept.
    pub async fn leave(self, worker: &Worker, who: &Who, reply: &mut Reply) -> Result<(), Unreadable> {
        let cost = cost::marked(reply);
        self.open.charge(cost);
        let headers = reply.headers_mut();
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.left.requests));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.left.reset_seconds));
        let detail = json!({ "calls": who.calls(), "cost": cost, "status": reply.status().as_u16() });
        let call = event(&who.caller, "CALL_INTERFACE", who.caller.name.to_string(), Outcome::Done, detail);
        if worker.audit.record(call).await {
            return Ok(());
        }
        Err(Unreadable::new(StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded).after(5))
    }
}
