//! 短信平台接口 The adapter that speaks HTTP: JSON under a signature (`signature`), bounded in time and length.
//!
//! `POST {url}/messages` hands one message over: 2xx and 409 (known already) mean taken, 429 and 503 not taken, other
//! 4xx refused for good. After anything else, and after a time-out, it is not known. Only what surely never reached the
//! gateway, because there was no connection, is tried once more, under the same id.
//!
//! `POST {url}/receipts` asks with `{"ids": […]}` and is answered `{"receipts": [{"id", "state", "code"}]}`, where the
//! state is `WAITING`, `DELIVERED` or `FAILED`; an id that is not in the answer was never taken.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{Gateway, Message, Receipt, Sent, SmsSettings, Unanswered};
use crate::signature::{self, Key};

/// How long the gateway may take to take a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// Bytes of an answer at most.
const BYTES: usize = 256 * 1024;
/// Characters of a gateway's own word that are kept.
const WORD: usize = 64;

/// 短信平台 One gateway.
pub struct HttpGateway {
    client: reqwest::Client,
    url: reqwest::Url,
    name: String,
    key: Key,
}

/// Why a gateway cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No address, or none that can be read.
    #[error("the address of the gateway cannot be read")]
    Address,
    /// No key to sign with.
    #[error("there is no key to sign with")]
    Key,
    /// A machine without certificates of authorities.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

#[derive(Deserialize)]
struct Receipts {
    receipts: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    state: String,
    #[serde(default)]
    code: Option<String>,
}

/// What an answer to a request was.
enum Answer {
    /// Status and body.
    Given(StatusCode, Vec<u8>),
    /// It never got there.
    NotReached,
    /// It may have got there.
    Lost(&'static str),
}

impl HttpGateway {
    /// The gateway of these settings.
    ///
    /// # Errors
    /// Settings that do not name one.
    pub fn new(settings: &SmsSettings) -> Result<Self, Unusable> {
        // The same cryptography as towards the database; if a part of the process has chosen already, so be it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = settings.url.as_deref().ok_or(Unusable::Address)?;
        let url = reqwest::Url::parse(&format!("{}/", address.trim_end_matches('/'))).map_err(|_| Unusable::Address)?;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(Duration::from_secs(settings.timeout_seconds))
            .https_only(url.scheme() == "https")
            .build()?;
        let key = settings.secret.clone().ok_or(Unusable::Key)?;
        Ok(Self { client, url, name: settings.client.clone(), key })
    }

    async fn post(&self, path: &str, body: &serde_json::Value, now: DateTime<Utc>) -> Answer {
        let Ok(url) = self.url.join(path) else { return Answer::Lost("address") };
        let Ok(nonce) = signature::nonce() else { return Answer::NotReached };
        let body = body.to_string().into_bytes();
        let signed = signature::Request { method: "POST", path: url.path(), body: &body };
        let headers = signature::sign(&self.key, &self.name, signed, now, &nonce);
        let mut request = self.client.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        match request.body(body).send().await {
            Ok(answer) => read(answer).await,
            Err(error) if error.is_connect() => Answer::NotReached,
            Err(error) if error.is_timeout() => Answer::Lost("timeout"),
            Err(_) => Answer::Lost("broken"),
        }
    }

    async fn send_once(&self, message: &Message, now: DateTime<Utc>) -> Sent {
        let body = json!({
            "id": message.id, "template": message.template, "phone": message.phone, "text": message.text
        });
        let answer = match self.post("messages", &body, now).await {
            // Nothing has reached it: the same message may be handed over again.
            Answer::NotReached => self.post("messages", &body, now).await,
            other => other,
        };
        match answer {
            Answer::NotReached => Sent::NotTaken("connection".to_owned()),
            Answer::Lost(cause) => Sent::Unknown(cause.to_owned()),
            Answer::Given(status, _) if status.is_success() || status == StatusCode::CONFLICT => Sent::Accepted,
            Answer::Given(status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE), _) => {
                Sent::NotTaken(status.as_u16().to_string())
            }
            Answer::Given(status, body) if status.is_client_error() => Sent::Refused(word(status, &body)),
            Answer::Given(status, _) => Sent::Unknown(status.as_u16().to_string()),
        }
    }

    async fn ask(&self, ids: &[String], now: DateTime<Utc>) -> Result<Vec<Receipt>, Unanswered> {
        let unanswered = |cause: &str| Unanswered(cause.to_owned());
        let body = match self.post("receipts", &json!({ "ids": ids }), now).await {
            Answer::Given(status, body) if status.is_success() => body,
            Answer::Given(status, _) => return Err(unanswered(status.as_str())),
            Answer::NotReached => return Err(unanswered("connection")),
            Answer::Lost(cause) => return Err(unanswered(cause)),
        };
        let told: Receipts = serde_json::from_slice(&body).map_err(|_| unanswered("form"))?;
        let known: HashMap<String, Told> = told.receipts.into_iter().map(|told| (told.id.clone(), told)).collect();
        Ok(ids.iter().map(|id| receipt(known.get(id))).collect())
    }
}

/// The body of an answer, as long as it is not too long.
async fn read(mut answer: reqwest::Response) -> Answer {
    let status = answer.status();
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= BYTES => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Answer::Lost("length"),
            Ok(None) => return Answer::Given(status, body),
            // The status came: what is missing of the body changes nothing about a message that was taken.
            Err(_) if status.is_success() && body.is_empty() => return Answer::Given(status, body),
            Err(_) => return Answer::Lost("broken"),
        }
    }
}

fn receipt(told: Option<&Told>) -> Receipt {
    match told {
        None => Receipt::NeverTaken,
        Some(told) => match told.state.as_str() {
            "DELIVERED" => Receipt::Delivered,
            "FAILED" => Receipt::Failed(kept(told.code.as_deref().unwrap_or("FAILED"))),
            _ => Receipt::Waiting,
        },
    }
}

/// The code that a refusal names, or else its status. Nothing else of the body is kept: it may repeat the message.
fn word(status: StatusCode, body: &[u8]) -> String {
    let told: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let code = told.as_ref().and_then(|told| told.get("code")).and_then(serde_json::Value::as_str);
    kept(code.unwrap_or(status.as_str()))
}

fn kept(word: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | '.');
    let has_letters = word.chars().any(|c| c.is_ascii_alphabetic());
    // A word with many digits may be a number of somebody.
    let digits = if has_letters { 4 } else { 3 };
    let mut seen = 0;
    let fits = |c: &char| {
        seen += usize::from(c.is_ascii_digit());
        is_plain(c) || (c.is_ascii_digit() && seen <= digits)
    };
    word.chars().filter(fits).take(WORD).collect()
}

impl Gateway for HttpGateway {
    fn send<'a>(&'a self, message: &'a Message, now: DateTime<Utc>) -> BoxFuture<'a, Sent> {
        Box::pin(self.send_once(message, now))
    }

    fn receipts<'a>(
        &'a self,
        ids: &'a [String],
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vec<Receipt>, Unanswered>> {
        Box::pin(self.ask(ids, now))
    }
}

#[cfg(test)]
mod tests;
