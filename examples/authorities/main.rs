//! 示例 A tax authority and a social-insurance agency to try the extraction of figures against.
//!
//!   cargo run --example authorities -- 127.0.0.1:4010 a-key-of-sixteen-characters
//!
//! It checks the signature of each request and answers from the code and the year, the same each time: of ten enterprises
//! it knows one not at all. `curl -X PUT 127.0.0.1:4010/tax/mood/slow` makes one of them `slow`, `down`, `garbled`,
//! `strict` (it refuses everybody) or `fine` again.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use exchange::authority::{Asked, body, stand_in};
use exchange::signature::{Key, Request, Verifier};
use rules::annual_report::FigureSource;
use services::ports::Clock;

/// Longer than anybody waits.
const SLOW: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Fine,
    Slow,
    Down,
    Garbled,
    Strict,
}

impl Mood {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "fine" => Self::Fine,
            "slow" => Self::Slow,
            "down" => Self::Down,
            "garbled" => Self::Garbled,
            "strict" => Self::Strict,
            _ => return None,
        })
    }
}

struct Office {
    verifier: Mutex<Verifier>,
    moods: Mutex<HashMap<String, Mood>>,
}

/// Who is asked, by the first part of the path.
fn source(name: &str) -> Option<FigureSource> {
    match name {
        "tax" => Some(FigureSource::Tax),
        "social_insurance" => Some(FigureSource::SocialInsurance),
        _ => None,
    }
}

async fn figures(
    State(office): State<Arc<Office>>,
    Path((name, uscc, year)): Path<(String, String, i32)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(source) = source(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let path = uri.path_and_query().map_or_else(|| uri.path(), |path| path.as_str());
    let request = Request { method: "GET", path, body: b"" };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = Clock::System.now();
    let signed = office.verifier.lock().unwrap_or_else(PoisonError::into_inner).verify(request, header, now);
    let mood = office.moods.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied().unwrap_or_default();
    println!("{name} {uscc} {year}: {mood:?} {signed:?}");
    if let Err(unsigned) = signed {
        return (StatusCode::UNAUTHORIZED, unsigned.to_string()).into_response();
    }
    match mood {
        Mood::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Garbled => return "<html>维护中</html>".into_response(),
        Mood::Strict => return StatusCode::FORBIDDEN.into_response(),
        Mood::Slow => tokio::time::sleep(SLOW).await,
        Mood::Fine => {}
    }
    match stand_in::told(source, &uscc, year, None, now.date_naive()) {
        Some(told) => axum::Json(body(Asked { uscc: &uscc, year, consent: "" }, &told)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn change(State(office): State<Arc<Office>>, Path((name, mood)): Path<(String, String)>) -> StatusCode {
    let (Some(_), Some(mood)) = (source(&name), Mood::parse(&mood)) else { return StatusCode::NOT_FOUND };
    office.moods.lock().unwrap_or_else(PoisonError::into_inner).insert(name, mood);
    StatusCode::NO_CONTENT
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:4010".to_owned());
    let listen: SocketAddr = listen.parse().context("the address to listen on, such as 127.0.0.1:4010")?;
    let key = arguments.next().context("the key that is shared with the server, sixteen characters or more")?;
    let office = Office { verifier: Mutex::new(Verifier::new(Key::new(key))), moods: Mutex::default() };
    let router = Router::new()
        .route("/{name}/v1/figures/{uscc}/{year}", get(figures))
        .route("/{name}/mood/{mood}", put(change))
        .with_state(Arc::new(office));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("http://{}/tax  http://{}/social_insurance", listener.local_addr()?, listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
