//! 通路 The way to a provider and nowhere else: redirects are not followed, answers are bounded in time and
//! length. Connections are not kept, because each serving thread has a runtime of its own.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// How long a provider may take to take a connection, and to answer.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(6);
/// Bytes of an answer at most.
const BYTES: usize = 256 * 1024;

/// Why there is no answer of a provider.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// No connection, no answer in time, or a broken one.
    #[error("no answer")]
    Http(#[from] reqwest::Error),
    /// The provider says that it cannot answer.
    #[error("status {0}")]
    Status(http::StatusCode),
    /// More bytes than any honest answer has.
    #[error("the answer is too long")]
    TooLong,
}

/// 通路 The client of one provider.
pub struct Way(reqwest::Client);

impl Way {
    /// What begins at an address of HTTPS goes on there, whatever the metadata say.
    ///
    /// # Errors
    /// A machine without certificates of authorities.
    pub fn new(https_only: bool) -> Result<Self, reqwest::Error> {
        // The same cryptography as towards the database; if a part of the process has chosen already, so be it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_max_idle_per_host(0)
            .https_only(https_only);
        client.build().map(Self)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from))?;
        let mut answer = self.0.execute(request).await?;
        if answer.status().is_server_error() {
            return Err(Unanswered::Status(answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > BYTES {
                return Err(Unanswered::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Way {
    type Error = Unanswered;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unanswered>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
