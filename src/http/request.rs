//! 请求 From bytes to requests: what is no request of GraphQL is told apart here, before any document
//! is looked at.

use std::time::Duration;

use async_graphql::{Request, Variables};
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;
use schema::{Code, limits};
use serde_json::Value;

use super::{media, upload};
use crate::cli::Mode;

/// 登记语句 Where a request names a registered document.
pub const DOCUMENT_ID: &str = "documentId";
/// 缓存语句 Where a request names a document by its SHA-256.
pub const PERSISTED: &str = "persistedQuery";

/// What a body asks for.
pub enum Asked {
    /// One request.
    One(Box<Request>),
    /// Several, answered side by side.
    Batch(Vec<Request>),
}

/// Why a message is no request.
pub struct Unreadable {
    /// Status, whatever media type the client wishes.
    pub status: StatusCode,
    /// Stable code.
    pub code: Code,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Seconds after which it may be tried again.
    pub retry_seconds: Option<u64>,
}

impl Unreadable {
    /// With the code's own explanation.
    pub fn new(status: StatusCode, code: Code) -> Self {
        Self::told(status, code, code.explanation().to_owned())
    }

    /// With a message of its own.
    pub fn told(status: StatusCode, code: Code, message: String) -> Self {
        Self { status, code, message, retry_seconds: None }
    }

    /// The same, to be tried again after `seconds`.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_seconds = Some(seconds);
        self
    }
}

/// A message that is no request of GraphQL.
pub(super) fn bad(message: impl Into<String>) -> Unreadable {
    Unreadable::told(StatusCode::BAD_REQUEST, Code::BadRequest, message.into())
}

/// The request of a POST.
///
/// # Errors
/// Another content type, a form without its header, a body that is too large or does not arrive, or no request of GraphQL.
pub async fn posted(headers: &HeaderMap, body: Body) -> Result<Asked, Unreadable> {
    if let Some(boundary) = upload::boundary(headers) {
        return upload::uploaded(headers, boundary, body).await;
    }
    if !media::is_json(headers) {
        return Err(Unreadable::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType));
    }
    asked_by(&bytes(headers, body).await?)
}

/// The whole of a body that is no form.
///
/// # Errors
/// As [`bytes_at_most`].
pub async fn bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Unreadable> {
    bytes_at_most(headers, body, limits().body_bytes).await
}

/// The whole of a body. One that comes in drops holds its connection no longer than this.
///
/// # Errors
/// A body that is too large or does not arrive.
pub async fn bytes_at_most(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Unreadable> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // A client that sends a little too much should hear why, and it listens only when it has sent all.
    if announced.is_some_and(|length| length > most * 16) {
        return Err(too_long(most));
    }
    let limit = Duration::from_secs(limits().body_seconds as u64);
    match tokio::time::timeout(limit, axum::body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_long(&error) => Err(too_long(most)),
        Ok(Err(_)) => Err(bad("请求体没有完整到达，请检查 Content-Length 与分块编码。")),
        Err(_) => {
            let message = format!("请求体在 {} 秒内没有到齐，请重试。", limits().body_seconds);
            Err(Unreadable::told(StatusCode::REQUEST_TIMEOUT, Code::Timeout, message))
        }
    }
}

fn too_long(most: usize) -> Unreadable {
    let message = format!("请求体超过 {most} 字节的上限，请拆分请求。");
    Unreadable::told(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, message)
}

fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<LengthLimitError>())
}

/// What the bytes of a JSON body ask for.
///
/// # Errors
/// No request of GraphQL.
pub fn asked_by(bytes: &[u8]) -> Result<Asked, Unreadable> {
    let value = serde_json::from_slice(bytes);
    asked(value.map_err(|error| bad(format!("请求体不是有效的 JSON：{error}。请检查引号、逗号与括号。")))?)
}

/// What a JSON value asks for.
pub(super) fn asked(value: Value) -> Result<Asked, Unreadable> {
    match value {
        Value::Array(_) if limits().batch == 0 => Err(bad("本服务不接受批量请求，请逐个提交。")),
        Value::Array(requests) if requests.is_empty() || requests.len() > limits().batch => {
            Err(bad(format!("批量请求应包含 1 到 {} 个请求，实际 {} 个。", limits().batch, requests.len())))
        }
        Value::Array(requests) => requests.into_iter().map(request).collect::<Result<_, _>>().map(Asked::Batch),
        one => Ok(Asked::One(Box::new(request(one)?))),
    }
}

fn request(value: Value) -> Result<Request, Unreadable> {
    let Some(fields) = value.as_object() else {
        return Err(bad("请求体应为 JSON 对象，例如 {\"query\": \"…\"}。"));
    };
    let is = |name: &str, right: fn(&Value) -> bool| fields.get(name).is_none_or(right);
    let has_name =
        fields.get(DOCUMENT_ID).is_some() || fields.get("extensions").is_some_and(|e| e.get(PERSISTED).is_some());
    match fields.get("query") {
        Some(Value::String(_)) => {}
        None | Some(Value::Null) if has_name => {}
        _ => return Err(bad("缺少字符串形式的 query 字段。")),
    }
    if !is(DOCUMENT_ID, |value| value.is_null() || value.is_string()) {
        return Err(bad("documentId 应为字符串。"));
    }
    if !is("operationName", |value| value.is_null() || value.is_string()) {
        return Err(bad("operationName 应为字符串。"));
    }
    for name in ["variables", "extensions"] {
        if !is(name, |value| value.is_null() || value.is_object()) {
            return Err(bad(format!("{name} 应为 JSON 对象。")));
        }
    }
    let id = fields.get(DOCUMENT_ID).and_then(Value::as_str).map(str::to_owned);
    let mut value = value;
    if value["query"].is_null() {
        value["query"] = Value::String(String::new());
    }
    let request = serde_json::from_value(value);
    let request: Request = request.map_err(|error| bad(format!("请求体不是有效的 GraphQL 请求：{error}。")))?;
    Ok(named(request, id))
}

/// The registered document that a request means, among its extensions.
fn named(mut request: Request, id: Option<String>) -> Request {
    if let Some(id) = id {
        request.extensions.insert(DOCUMENT_ID.to_owned(), async_graphql::Value::String(id));
    }
    request
}

/// The request of a GET, from the part of the address after `?`.
///
/// # Errors
/// No document, or variables that are no object; in production also a document that the address itself
/// brings (pages of other sites may send those, and proxies keep them in their logs).
pub fn got(query: &str, mode: Mode) -> Result<Request, Unreadable> {
    let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let id = parameter(DOCUMENT_ID).map(str::to_owned);
    let extensions = match parameter("extensions").filter(|text| !text.is_empty()).map(serde_json::from_str) {
        None => Value::Null,
        Some(Ok(value @ (Value::Object(_) | Value::Null))) => value,
        Some(_) => return Err(bad("extensions 参数应为 JSON 对象。")),
    };
    let has_name = id.is_some() || extensions.get(PERSISTED).is_some();
    let document = match parameter("query") {
        Some(_) if mode == Mode::Production && !has_name => {
            let message =
                "GET 只能调用已登记或已缓存的语句（documentId 或 extensions.persistedQuery），其他查询请用 POST。";
            return Err(Unreadable::told(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, message.to_owned()));
        }
        Some(document) => document,
        None if has_name => "",
        None => return Err(bad("缺少 query 参数。")),
    };
    let mut request = named(Request::new(document), id);
    for (name, value) in extensions.as_object().into_iter().flatten() {
        let value = async_graphql::Value::from_json(value.clone()).unwrap_or_default();
        request.extensions.insert(name.clone(), value);
    }
    if let Some(name) = parameter("operationName").filter(|name| !name.is_empty()) {
        request = request.operation_name(name);
    }
    match parameter("variables").filter(|text| !text.is_empty()).map(serde_json::from_str::<Value>) {
        None => Ok(request),
        Some(Ok(value)) if value.is_object() || value.is_null() => Ok(request.variables(Variables::from_json(value))),
        Some(_) => Err(bad("variables 参数应为 JSON 对象。")),
    }
}
