//! 通路 Requests to Quickwit: answers are bounded in time and length, redirects are not followed. Connections are not
//! kept, because each serving thread has a runtime of its own.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use search::SearchError;
use serde_json::Value;

const CONNECT: Duration = Duration::from_secs(3);
/// A batch waits for the commit of its split.
const ANSWER: Duration = Duration::from_secs(120);
/// Bytes of an answer at most.
const BYTES: usize = 64 << 20;

/// 通路 The client of one server.
pub struct Http {
    client: Client,
    url: String,
}

impl Http {
    /// A client for the server at an address.
    ///
    /// # Errors
    /// A machine without certificates of authorities.
    pub fn new(url: &str) -> Result<Self, SearchError> {
        // The same cryptography as towards the database; if a part of the process has chosen already, so be it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// What is there, `None` if nothing is.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn get(&self, path: &str) -> Result<Option<Value>, SearchError> {
        match answered(self.client.get(self.at(path))).await? {
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, body) => checked(status, &body).map(Some),
        }
    }

    /// Does something that is answered with nothing.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn put(&self, path: &str) -> Result<(), SearchError> {
        match answered(self.client.put(self.at(path))).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, body) => checked(status, &body).map(drop),
        }
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, SearchError> {
        let request = self.client.post(self.at(path)).header(CONTENT_TYPE, "application/json");
        let (status, body) = answered(request.body(body.to_string())).await?;
        checked(status, &body)
    }

    /// Posts a JSON value a line.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn lines(&self, path: &str, lines: String) -> Result<Value, SearchError> {
        let request = self.client.post(self.at(path)).header(CONTENT_TYPE, "application/x-ndjson");
        let (status, body) = answered(request.body(lines)).await?;
        checked(status, &body)
    }

    fn at(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.url)
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), SearchError> {
    let mut answer = request.send().await.map_err(|error| failed(&error))?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > BYTES {
            return Err(SearchError::Remote { reason: "the answer is too long".to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok((answer.status(), body))
}

/// What a refusal says stands in `message`.
fn checked(status: StatusCode, body: &[u8]) -> Result<Value, SearchError> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    if status.is_success() {
        return value.ok_or_else(|| SearchError::Remote { reason: "the answer is no JSON".to_owned() });
    }
    let said = value.as_ref().and_then(|value| value["message"].as_str()).unwrap_or_default();
    Err(SearchError::Remote { reason: format!("{status}: {}", said.chars().take(200).collect::<String>()) })
}

fn failed(error: &reqwest::Error) -> SearchError {
    SearchError::Remote { reason: error.to_string() }
}
