//! 上行短信 `POST /sms/inbound`: the gateway tells what people answered, under the signature of the key that is shared
//! with it (`exchange::signature`). Whoever signs with another key, or not at all, learns nothing.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use exchange::signature::{Request, Unsigned, Verifier};
use serde::Deserialize;
use serde_json::{Value, json};
use services::command::{Caller, Refused};
use services::messages::inbound::{self, Answer};

use super::caller::{Source, source as address};
use super::reply::Reply;
use super::request;
use crate::serve::Worker;

/// Path of the door: a part of what is signed.
pub const PATH: &str = "/sms/inbound";
/// In the audit log: who told it.
const NAME: &str = "sms-gateway";

/// 网关验签 Shared by all serving threads, so that a nonce counts once in a process.
pub type Gatekeeper = Arc<Mutex<Verifier>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    messages: Vec<Answer>,
}

/// 接收上行短信
pub async fn serve(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let Some(_seat) = worker.seats.take() else { return answer(StatusCode::SERVICE_UNAVAILABLE, &coded("OVERLOADED")) };
    let Ok(body) = request::bytes(&headers, body).await else {
        return answer(StatusCode::BAD_REQUEST, &coded("BAD_REQUEST"));
    };
    if let Err(unsigned) = verified(&worker, &headers, &body) {
        return answer(StatusCode::UNAUTHORIZED, &coded(&unsigned.to_string()));
    }
    let told = serde_json::from_slice::<Told>(&body).ok().filter(|told| inbound::are_sound(&told.messages));
    let Some(Told { messages }) = told else { return answer(StatusCode::BAD_REQUEST, &coded("BAD_REQUEST")) };
    let caller =
        Caller { name: Arc::from(NAME), ..Caller::anonymous(address(&worker, &headers, &source), worker.clock.now()) };
    match inbound::take(&worker.db, &caller, &messages).await {
        Ok(done) => {
            let told = json!({ "taken": done.taken, "known": done.known, "ignored": done.ignored });
            answer(StatusCode::OK, &told)
        }
        // The gateway tells it again; what was taken is known then.
        Err(error) => {
            if let Refused::Database(error) = &error {
                tracing::error!(error = ?error, "answers to short messages could not be kept");
            }
            answer(StatusCode::SERVICE_UNAVAILABLE, &coded("INTERNAL"))
        }
    }
}

/// Without a gateway nobody has a key.
fn verified(worker: &Worker, headers: &HeaderMap, body: &Bytes) -> Result<(), Unsigned> {
    let gatekeeper = worker.gatekeeper.as_ref().ok_or(Unsigned::Invalid)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let request = Request { method: "POST", path: PATH, body };
    gatekeeper.lock().unwrap_or_else(PoisonError::into_inner).verify(request, header, worker.clock.now())
}

fn coded(code: &str) -> Value {
    json!({ "code": code })
}

fn answer(status: StatusCode, told: &Value) -> Reply {
    let mut reply = Reply::new(Body::from(told.to_string()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
