//! 接口 An authority over HTTP: `GET {url}/v1/figures/{uscc}/{year}?consent={number}`, signed
//! ([`crate::signature`]). 200 brings figures, 404 says that there are none; redirects are not followed, and answers
//! are bounded in time and length. Connections are not kept, because each serving thread has a runtime of its own.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use reqwest::{StatusCode, Url};
use rules::annual_report::FigureSource;

use super::{Answer, Asked, Authority, Fault, Settings, answer};
use crate::breaker::{Breaker, Rule};
use crate::signature::{self, Request};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);
/// Bytes of an answer at most.
const BYTES: usize = 64 * 1024;
/// Before it is tried once more; each time twice as long.
const PAUSE: Duration = Duration::from_millis(100);

/// 接口 One authority.
pub struct Gateway {
    source: FigureSource,
    settings: Settings,
    base: Url,
    client: reqwest::Client,
    breaker: Breaker,
}

/// Why an authority cannot be reached at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The machine lacks what HTTPS needs, such as the certificates of authorities.
    #[error("无法建立到数据部门的连接：请检查本机的根证书（ca-certificates）")]
    Http(#[from] reqwest::Error),
    /// An address that is none.
    #[error("数据部门的地址有误：{0}")]
    Address(String),
}

impl Gateway {
    /// The authority that is configured.
    ///
    /// # Errors
    /// What the machine lacks.
    pub fn new(source: FigureSource, settings: &Settings) -> Result<Self, Unusable> {
        // The same cryptography as towards the database; if a part of the process has chosen already, so be it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base = Url::parse(&settings.url).map_err(|_| Unusable::Address(settings.url.clone()))?;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(Duration::from_secs(settings.timeout_seconds))
            .pool_max_idle_per_host(0)
            .https_only(base.scheme() == "https")
            .build()?;
        let rest = TimeDelta::seconds(i64::from(settings.rest_seconds));
        let breaker = Breaker::new(Rule { failures: settings.failures, rest });
        Ok(Self { source, settings: settings.clone(), base, client, breaker })
    }

    fn address(&self, asked: Asked<'_>) -> Option<Url> {
        let mut url = self.base.clone();
        let year = asked.year.to_string();
        url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "figures", asked.uscc, &year]);
        url.query_pairs_mut().append_pair("consent", asked.consent);
        Some(url)
    }

    /// Asks as often as it is worth it.
    async fn tries(&self, asked: Asked<'_>, now: DateTime<Utc>) -> Answer {
        let url = self.address(asked).ok_or(Fault::Garbled("address"))?;
        let mut pause = PAUSE;
        for _ in 1..self.settings.tries {
            match self.once(&url, asked, now).await {
                Err(fault) if fault.is_passing() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        self.once(&url, asked, now).await
    }

    async fn once(&self, url: &Url, asked: Asked<'_>, now: DateTime<Utc>) -> Answer {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let request = Request { method: "GET", path: &path, body: b"" };
        let nonce = signature::nonce().map_err(|_| Fault::Unanswered { is_late: false })?;
        let mut sent = self.client.get(url.clone()).header("accept", "application/json");
        for (name, value) in signature::sign(&self.settings.key, &self.settings.client, request, now, &nonce) {
            sent = sent.header(name, value);
        }
        let late = |error: reqwest::Error| Fault::Unanswered { is_late: error.is_timeout() };
        let mut answer = sent.send().await.map_err(late)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(Fault::Unanswered { is_late: false });
            }
            status => return Err(Fault::Refused(status.as_u16())),
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(late)? {
            if body.len() + chunk.len() > BYTES {
                return Err(Fault::Garbled("too long"));
            }
            body.extend_from_slice(&chunk);
        }
        answer::read(self.source, asked, &body, now).map(Some)
    }
}

impl Authority for Gateway {
    fn ask<'a>(&'a self, asked: Asked<'a>, now: DateTime<Utc>) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            if let Err(resting) = self.breaker.ask(now) {
                return Err(Fault::Resting(resting.0.num_seconds() + 1));
            }
            let began = Instant::now();
            let answer = self.tries(asked, now).await;
            let is_fine = !matches!(&answer, Err(fault) if fault.is_outage());
            let took = TimeDelta::from_std(began.elapsed()).unwrap_or_default();
            self.breaker.tell(is_fine, now + took);
            if let Err(fault) = &answer {
                tracing::warn!(authority = self.source.code(), fault = %fault, "an authority gave no figures");
            }
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::signature::{Key, Unsigned, Verifier};

    const KEY: &str = "a-key-for-tests-only";
    const ASKED: Asked<'static> = Asked { uscc: "91610000TEXT00025C", year: 2025, consent: "7" };

    fn now() -> DateTime<Utc> {
        "2026-04-01T00:00:00Z".parse().expect("an instant")
    }

    /// Answers with these texts in turn and the last one from then on; what it was asked, and whether that was signed.
    async fn peer(answers: &'static [&'static str]) -> (Gateway, Arc<Mutex<Vec<(String, Result<(), Unsigned>)>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked: Arc<Mutex<Vec<_>>> = Arc::default();
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut verifier = Verifier::new(Key::new(KEY));
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.expect("a byte"));
                }
                let head = String::from_utf8(head).expect("text");
                let path = head.split(' ').nth(1).expect("a path").to_owned();
                let find = |name: &str| {
                    let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}: ")));
                    line.and_then(|line| line.split_once(": ")).map(|(_, value)| value)
                };
                let request = Request { method: "GET", path: &path, body: b"" };
                let signed = verifier.verify(request, find, now());
                heard.lock().expect("a list").push((path.clone(), signed));
                let answer = answers.get(number).or(answers.last()).expect("an answer");
                let _ = stream.write_all(answer.as_bytes()).await;
                // The client reads to the end, then the connection goes.
            }
        });
        let settings = Settings { rest_seconds: 60, ..Settings::at(format!("http://{address}/x/"), Key::new(KEY)) };
        (Gateway::new(FigureSource::Tax, &settings).expect("a gateway"), asked)
    }

    const FINE: &str = "HTTP/1.0 200 OK\r\n\r\n{\"uscc\":\"91610000TEXT00025C\",\"year\":2025,\"asOf\":\"2026-03-31\",\
        \"final\":true,\"figures\":[{\"field\":\"total_tax\",\"amountYuan\":\"400000\"}]}";
    const BUSY: &str = "HTTP/1.0 503 Service Unavailable\r\n\r\n";

    #[tokio::test]
    async fn a_signed_request_brings_figures_and_is_tried_again_where_that_may_help() {
        let (gateway, asked) = peer(&[BUSY, FINE]).await;
        let told = gateway.ask(ASKED, now()).await.expect("an answer").expect("figures");
        assert_eq!(told.figures[0].value.to_string(), "40");
        let asked = asked.lock().expect("a list").clone();
        let path = "/x/v1/figures/91610000TEXT00025C/2025?consent=7".to_owned();
        // The same question, each time with a nonce of its own.
        assert_eq!(asked, [(path.clone(), Ok(())), (path, Ok(()))]);
    }

    #[tokio::test]
    async fn what_is_no_answer_is_none() {
        const NONE: &str = "HTTP/1.0 404 Not Found\r\n\r\n";
        const MOVED: &str = "HTTP/1.0 302 Found\r\nlocation: /elsewhere\r\n\r\n";
        let (gateway, asked) =
            peer(&[NONE, MOVED, "HTTP/1.0 401 Unauthorized\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nno"]).await;
        assert_eq!(gateway.ask(ASKED, now()).await, Ok(None));
        assert_eq!(gateway.ask(ASKED, now()).await, Err(Fault::Refused(302)));
        assert_eq!(gateway.ask(ASKED, now()).await, Err(Fault::Refused(401)));
        assert_eq!(gateway.ask(ASKED, now()).await, Err(Fault::Garbled("form")));
        assert_eq!(asked.lock().expect("a list").len(), 4, "none of them is tried again");
    }

    #[tokio::test]
    async fn whoever_does_not_answer_is_left_alone() {
        let (gateway, asked) = peer(&[BUSY]).await;
        for _ in 0..3 {
            assert_eq!(gateway.ask(ASKED, now()).await, Err(Fault::Unanswered { is_late: false }));
        }
        let before = asked.lock().expect("a list").len();
        assert_eq!(before, 6, "two tries each");
        assert!(matches!(gateway.ask(ASKED, now()).await, Err(Fault::Resting(1..=61))));
        assert_eq!(asked.lock().expect("a list").len(), before, "nobody asks");
        let later = now() + TimeDelta::seconds(120);
        assert_eq!(gateway.ask(ASKED, later).await, Err(Fault::Unanswered { is_late: false }));
    }

    #[tokio::test]
    async fn an_endless_answer_is_given_up() {
        static LONG: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| format!("HTTP/1.0 200 OK\r\n\r\n{}", " ".repeat(BYTES + 1)));
        static ANSWERS: std::sync::LazyLock<[&str; 1]> = std::sync::LazyLock::new(|| [LONG.as_str()]);
        let (gateway, _) = peer(&*ANSWERS).await;
        assert_eq!(gateway.ask(ASKED, now()).await, Err(Fault::Garbled("too long")));
    }
}
