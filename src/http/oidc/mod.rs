//! 统一身份认证 The addresses to which browsers and providers come; what is decided is in
//! `services::access::oidc`.

mod page;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::{get, post};
use serde_json::json;
use services::access::oidc::{Arrived, Begun, Gate, Purpose, Reason, Stopped};
use services::command::Caller;

use super::caller::{Source, browser, cookies, source as address};
use super::reply::Reply;
use super::request;
use crate::serve::Worker;

const FORM: &str = "application/x-www-form-urlencoded";
/// What a browser says of the page from which a request comes (Fetch Metadata, section 2.1).
const FETCH_SITE: &str = "sec-fetch-site";

/// The routes of sign-in at providers.
pub fn routes() -> Router<Worker> {
    Router::new()
        .route("/oidc/{provider}/start", get(start))
        .route("/oidc/{provider}/callback", get(callback))
        .route("/oidc/{provider}/backchannel-logout", post(log_out))
}

/// 发起 Sends the browser to the provider: `?to=/path` for afterwards, `?link=1` to link its account.
async fn start(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Reply {
    let Some(_seat) = worker.seats.take() else { return page::overloaded(&headers) };
    match begun(&worker, &source, &provider, &headers, query.as_deref().unwrap_or_default()).await {
        Ok(Begun { location, browser }) => redirect(&location, &[worker.cookie.bind(&browser)]),
        Err(stopped) => page::stopped(&headers, &stopped),
    }
}

async fn begun(
    worker: &Worker,
    source: &Source,
    provider: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Begun, Stopped> {
    let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let purpose = match parameter("link") {
        Some("1") => Purpose::Link { on_own_page: is_own_page(headers) },
        _ => Purpose::SignIn,
    };
    let caller = browser(worker, headers, source).await?;
    gate(worker, provider, &caller)?.start(parameter("to").unwrap_or("/"), purpose).await
}

/// Whether the address was followed on a page of ours, or typed; browsers that do not say are not believed.
fn is_own_page(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|site| site == "same-origin" || site == "none")
}

/// 返回 Takes the browser back from the provider.
async fn callback(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Reply {
    let Some(_seat) = worker.seats.take() else { return page::overloaded(&headers) };
    match arrived(&worker, &source, &provider, &headers, query.as_deref().unwrap_or_default()).await {
        Ok(Arrived { target, token }) => {
            let session = token.map(|token| worker.cookie.set(&token));
            let cookies: Vec<String> = session.into_iter().chain([worker.cookie.unbind()]).collect();
            redirect(&target, &cookies)
        }
        Err(stopped) => page::stopped(&headers, &stopped),
    }
}

async fn arrived(
    worker: &Worker,
    source: &Source,
    provider: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Arrived, Stopped> {
    let caller = browser(worker, headers, source).await?;
    let bound = cookies(headers).find_map(|header| worker.cookie.bound(header));
    gate(worker, provider, &caller)?.callback(query, bound).await
}

/// 统一退出 A provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0,
/// sections 2.5 and 2.8).
async fn log_out(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let Some(_seat) = worker.seats.take() else { return page::overloaded(&headers) };
    let told = match told(&worker, &source, &provider, &headers, body).await {
        Ok(()) => None,
        Err(Stopped::Refused(refusal)) => Some(refusal.reason.code()),
        Err(Stopped::Database(error)) => {
            tracing::error!(error = ?error, "sessions could not be ended");
            Some("INTERNAL")
        }
    };
    let body = told.map_or(Body::empty(), |code| {
        Body::from(json!({ "error": "invalid_request", "error_description": code }).to_string())
    });
    let mut reply = Reply::new(body);
    if told.is_some() {
        *reply.status_mut() = StatusCode::BAD_REQUEST;
        reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

async fn told(
    worker: &Worker,
    source: &Source,
    provider: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<(), Stopped> {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(FORM));
    let bytes = request::bytes(headers, body).await.unwrap_or_default();
    let parameters: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let token = parameters.iter().find(|(name, _)| name == "logout_token").filter(|_| is_form);
    // Whoever comes here is a program: a cookie that it carries is nobody's.
    let caller = Caller::anonymous(address(worker, headers, source), worker.clock.now());
    gate(worker, provider, &caller)?.log_out(token.map_or("", |(_, token)| token)).await
}

fn gate<'a>(worker: &'a Worker, provider: &str, caller: &'a Caller) -> Result<Gate<'a>, Stopped> {
    let provider = worker.desk.providers.find(provider).ok_or(Reason::UnknownProvider)?;
    Ok(Gate { db: &worker.db, sessions: &worker.desk.sessions, audit: &worker.audit, provider, caller })
}

/// Sends a browser on with a GET (RFC 9110, section 15.4.4).
fn redirect(location: &str, cookies: &[String]) -> Reply {
    let mut reply = Reply::new(Body::empty());
    *reply.status_mut() = StatusCode::SEE_OTHER;
    let headers = reply.headers_mut();
    // Both are made of visible ASCII.
    if let Ok(location) = HeaderValue::from_str(location) {
        headers.insert(LOCATION, location);
    }
    for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(SET_COOKIE, cookie);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
