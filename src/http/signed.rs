//! 请求签名 Requests of partner clients that are signed instead of showing their key: HMAC-SM3 over method, path, time,
//! nonce and the digest of the body (`exchange::signature`), with a key that is derived from the client's own.
//!
//! SIGN-1: a signed request counts once, whichever process it reaches, within five minutes of its time; what was
//! changed on the way is not taken. `X-Client` is the part of the key that is no secret.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use exchange::signature::{self, Unsigned};
use schema::{Code, limits};
use services::access::nonces;
use services::command::Refused;

use super::caller::{self, Source};
use super::media::Answer;
use super::reply::{Reply, refusal};
use super::request::{Unreadable, bytes_at_most};
use super::upload;
use crate::serve::Worker;

/// Holds a request that names its client against its signature; from here on it comes from that client.
pub async fn verify(State(worker): State<Worker>, request: Request, next: Next) -> Reply {
    if !request.headers().contains_key(signature::CLIENT) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let (client, body) = match signer(&worker, &parts, body).await {
        Ok(found) => found,
        Err(unreadable) => return refusal(Answer::Json, unreadable),
    };
    // Every connection has its source; a request without one would be nobody's.
    match parts.extensions.get_mut::<Source>() {
        Some(source) => source.signed = Some(client),
        None => return refusal(Answer::Json, invalid(None)),
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// By which key a request is signed, and its body.
async fn signer(worker: &Worker, parts: &Parts, body: Body) -> Result<(Arc<str>, Bytes), Unreadable> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let client: Arc<str> = header(signature::CLIENT).ok_or_else(|| invalid(None))?.into();
    let now = worker.clock.now();
    let key = worker.desk.clients.signing_key(&worker.db, &client, now).await;
    let key = key.map_err(unavailable)?.ok_or_else(|| invalid(None))?;
    let is_form = upload::boundary(&parts.headers).is_some();
    let most = if is_form { limits().upload_bytes } else { limits().body_bytes };
    let body = bytes_at_most(&parts.headers, body, most).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = signature::Request { method: parts.method.as_str(), path, body: &body };
    let nonce = signature::signed_nonce(&key, request, header, now).map_err(unsigned)?;
    match nonces::spend(&worker.db, &client, nonce, now).await {
        Ok(true) => Ok((client, body)),
        Ok(false) => Err(unsigned(Unsigned::Replayed)),
        Err(error) => Err(caller::fault(error)),
    }
}

fn unsigned(why: Unsigned) -> Unreadable {
    match why {
        Unsigned::Invalid => invalid(None),
        Unsigned::Skewed => invalid(Some("X-Timestamp 与服务器时间相差超过 5 分钟，请校准时钟后重新签名。")),
        Unsigned::Replayed => Unreadable::new(StatusCode::UNAUTHORIZED, Code::Replayed),
    }
}

fn invalid(message: Option<&str>) -> Unreadable {
    let message = message.unwrap_or(Code::SignatureInvalid.explanation());
    Unreadable::told(StatusCode::UNAUTHORIZED, Code::SignatureInvalid, message.to_owned())
}

/// The key that signs cannot be read at the moment.
fn unavailable(refused: Refused) -> Unreadable {
    match refused {
        Refused::Database(error) => caller::fault(error),
        Refused::Inputs(_) => Unreadable::new(StatusCode::SERVICE_UNAVAILABLE, Code::KeyUnavailable).after(5),
    }
}
