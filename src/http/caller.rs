//! 调用者 Who sent a request: an API key, a session, or nobody.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Variables;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, COOKIE};
use chrono::{DateTime, NaiveDate, Utc};
use entities::scope::Audience;
use entities::{DatabaseError, Scope};
use schema::{Code, Failure};
use serde_json::{Value, json};
use services::access::clients::{Client, KEY_PREFIX};
use services::access::sm3_hex;
use services::command::Caller;

use super::request::Unreadable;
use crate::serve::Worker;

/// 来源 From where a request came.
#[derive(Clone, Debug)]
pub struct Source {
    /// The address of the connection.
    pub address: Arc<str>,
    /// 签名方 The client that signed it, by the part of its key that is no secret.
    pub signed: Option<Arc<str>>,
}

impl Source {
    /// What comes over a connection, as long as no signature says more.
    pub fn of(address: Arc<str>) -> Self {
        Self { address, signed: None }
    }
}

/// 调用者 Who asks, with the client's quota if it is one.
pub struct Who {
    /// The rights.
    pub caller: Caller,
    /// The client, for API keys.
    pub client: Option<Client>,
    /// What a client asked for, for the audit log.
    calls: Mutex<Vec<Value>>,
}

const API_KEY: &str = "x-api-key";
const FORWARDED: &str = "x-forwarded-for";

impl Who {
    fn new(caller: Caller, client: Option<Client>) -> Self {
        Self { caller, client, calls: Mutex::default() }
    }

    /// Notes an operation that a client asks for; of its variables the digest alone.
    pub fn note(&self, operation: Option<&str>, document: &str, variables: &Variables) {
        if self.client.is_some() {
            // Variables are JSON.
            let given = serde_json::to_string(variables).unwrap_or_default();
            let call = json!({
                "operation": operation, "document": sm3_hex(document), "variables": sm3_hex(&given),
            });
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        }
    }

    /// The operations that were noted.
    pub fn calls(&self) -> Vec<Value> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What of the register is shown to whoever asks, on this day.
    pub fn scope(&self, today: NaiveDate) -> Scope {
        Scope::now(today).seen_by(Audience::of(&self.caller.viewer))
    }

    /// Whether nobody has signed in.
    pub fn is_anonymous(&self) -> bool {
        self.caller.viewer.identity() == rules::access::Identity::Anonymous
    }
}

/// Finds out who sent a request. A cookie that does not hold any more is nobody's: the public pages go on
/// working; a program that shows a token or key is told.
///
/// # Errors
/// `CREDENTIAL_INVALID`, `SIGNATURE_INVALID` from a client that has to sign, or a failure of the database.
pub async fn identify(worker: &Worker, headers: &HeaderMap, peer: &Source) -> Result<Who, Unreadable> {
    let (source, now) = (source(worker, headers, peer), worker.clock.now());
    let desk = &worker.desk;
    if let Some(signed) = &peer.signed {
        let client = desk.clients.signer(&worker.db, signed, &source, now).await.map_err(fault)?;
        let client = client.ok_or_else(invalid)?;
        return Ok(Who::new(client.caller.clone(), Some(client)));
    }
    if let Some(token) = shown(headers)? {
        if token.starts_with(KEY_PREFIX) {
            let client = desk.clients.client(&worker.db, token, &source, now).await.map_err(fault)?;
            let client = client.ok_or_else(invalid)?;
            // CLIENT-3.
            if client.only_signed {
                return Err(Unreadable::new(StatusCode::UNAUTHORIZED, Code::SignatureInvalid));
            }
            return Ok(Who::new(client.caller.clone(), Some(client)));
        }
        let caller = desk.sessions.caller(&worker.db, token, &source, now).await.map_err(fault)?;
        return caller.map(|caller| Who::new(caller, None)).ok_or_else(invalid);
    }
    let caller = of_cookie(worker, headers, source, now).await.map_err(fault)?;
    Ok(Who::new(caller, None))
}

/// Who a browser is: the session of its cookie, or nobody.
///
/// # Errors
/// A failure of the database.
pub async fn browser(worker: &Worker, headers: &HeaderMap, peer: &Source) -> Result<Caller, DatabaseError> {
    of_cookie(worker, headers, source(worker, headers, peer), worker.clock.now()).await
}

async fn of_cookie(
    worker: &Worker,
    headers: &HeaderMap,
    source: Arc<str>,
    now: DateTime<Utc>,
) -> Result<Caller, DatabaseError> {
    let known = match cookies(headers).find_map(|header| worker.cookie.token(header)) {
        Some(token) => worker.desk.sessions.caller(&worker.db, token, &source, now).await?,
        None => None,
    };
    Ok(known.unwrap_or_else(|| Caller::anonymous(source, now)))
}

/// The cookies of a browser, header by header.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok())
}

/// The token or key that a program shows; one that cannot even be read does not hold.
fn shown(headers: &HeaderMap) -> Result<Option<&str>, Unreadable> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().map_err(|_| invalid())).transpose();
    if let Some(key) = text(API_KEY)? {
        return Ok(Some(key.trim()));
    }
    let bearer = text(AUTHORIZATION.as_str())?.and_then(|value| value.split_once(' '));
    Ok(bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim()))
}

/// The peer's address; behind a proxy that is trusted, the one that it took the request from: the last one
/// of the last line, since what stands before may have come from anybody.
pub fn source(worker: &Worker, headers: &HeaderMap, peer: &Source) -> Arc<str> {
    let is_trusted = worker.trusted_proxies.iter().any(|proxy| proxy.as_str() == &*peer.address);
    let forwarded = is_trusted.then(|| headers.get_all(FORWARDED).iter().next_back()).flatten();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()).map(str::trim);
    let address = last.and_then(|address| address.parse().ok()).or_else(|| peer.address.parse().ok());
    address.map_or_else(|| Arc::clone(&peer.address), |address: IpAddr| Arc::from(address.to_canonical().to_string()))
}

fn invalid() -> Unreadable {
    let code = Code::CredentialInvalid;
    Unreadable::new(StatusCode::UNAUTHORIZED, code)
}

/// A failure of the database, with its reference.
pub(super) fn fault(error: DatabaseError) -> Unreadable {
    let reference = match Failure::fault(&error) {
        Failure::Fault { reference } => reference,
        Failure::Refused { .. } => String::new(),
    };
    let message = format!("{}（{reference}）", Code::Internal.explanation());
    Unreadable::told(StatusCode::SERVICE_UNAVAILABLE, Code::Internal, message).after(5)
}
