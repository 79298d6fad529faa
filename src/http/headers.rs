//! 安全响应头 What every answer tells browsers, and which foreign pages may call.

use axum::body::Body;
use axum::http::header::{
    AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::cli::Mode;
use crate::serve::Worker;

const RESOURCES: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Two years, as browsers' preload lists ask for at least one.
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
/// The console comes from here alone; the styles of its components are set by scripts.
const CONTENT: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// Adds the usual headers; those that would be in the way of a desk only in production.
pub fn safe(mode: Mode) -> impl Fn(Response<Body>) -> std::future::Ready<Response<Body>> + Clone {
    move |mut response| {
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(RESOURCES, HeaderValue::from_static("same-origin"));
        if mode == Mode::Production {
            headers.insert(STRICT_TRANSPORT_SECURITY, TRANSPORT);
            headers.insert(CONTENT_SECURITY_POLICY, CONTENT);
        }
        std::future::ready(response)
    }
}

/// Whether a browser's page comes from here or from an origin that may call; programs tell no origin.
pub fn is_own_page(worker: &Worker, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(ORIGIN) else { return true };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let own = host.is_some() && host == text(HOST);
    own || worker.cors_origins.iter().any(|allowed| allowed == origin)
}

/// 跨域 Pages of these origins may call, without the cookies of their visitors.
pub fn cors(worker: &Worker) -> CorsLayer {
    let origins = worker.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            CONTENT_TYPE,
            AUTHORIZATION,
            HeaderName::from_static("x-api-key"),
            HeaderName::from_static("graphql-require-preflight"),
        ])
        .max_age(std::time::Duration::from_secs(600))
}

/// An id that a client gives its request comes back with the answer and stands in logs: only a short plain
/// one is taken.
pub async fn sober_request_id(mut request: Request<Body>) -> Request<Body> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let given = request.headers().get(REQUEST_ID).map(HeaderValue::as_bytes);
    if given.is_some_and(|id| id.is_empty() || id.len() > 64 || !id.iter().all(is_plain)) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

const REQUEST_ID: &str = "x-request-id";
