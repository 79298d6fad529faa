//! 接口用户 A partner's request: its quota before, its cost and its trace after.

use std::time::Instant;

use axum::http::{HeaderValue, StatusCode};
use schema::Code;
use serde_json::json;
use services::access::clients::Client;
use services::audit::Outcome;
use services::audit_desk::Call;
use services::command::event;

use super::caller::Who;
use super::cost;
use super::quota::{Left, Open};
use super::reply::Reply;
use super::request::Unreadable;
use crate::serve::Worker;

/// 一次调用 A call of a client that is being answered.
pub struct Visit {
    client: i64,
    started: Instant,
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
        Ok((left, open)) => Ok(Some(Visit { client: *id, started: Instant::now(), open, left, limit: quota.requests })),
        Err(exceeded) => {
            let seconds = exceeded.wait_seconds;
            worker.audit.count(Call { client: *id, at: who.caller.now, cost: 0, is_refused: true });
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
        let (cost, status) = (cost::marked(reply), reply.status());
        let headers = reply.headers_mut();
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.left.requests));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.left.reset_seconds));
        self.settle(worker, who, cost, status).await.map(drop)
    }

    /// The same without a reply to tell it in; what is open stays open until it is dropped.
    ///
    /// # Errors
    /// The trace could not be kept.
    pub async fn settle(self, worker: &Worker, who: &Who, cost: u64, status: StatusCode) -> Result<Open, Unreadable> {
        self.open.charge(cost);
        let took = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let detail = json!({ "calls": who.calls(), "cost": cost, "status": status.as_u16(), "ms": took });
        let call = event(&who.caller, "CALL_INTERFACE", who.caller.name.to_string(), Outcome::Done, detail);
        let counted = Call { client: self.client, at: who.caller.now, cost, is_refused: false };
        if worker.audit.record_call(call, counted).await {
            return Ok(self.open);
        }
        Err(Unreadable::new(StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded).after(5))
    }
}
