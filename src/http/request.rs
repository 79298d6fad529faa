//! 请求 From bytes to requests: what is no request of GraphQL is told apart here, before any document
//! is looked at.

use std::time::Duration;

use async_graphql::{Request, Variables};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;
use schema::{Code, limits};
use serde_json::Value;

use super::media;

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
}

fn bad(message: impl Into<String>) -> Unreadable {
    Unreadable { status: StatusCode::BAD_REQUEST, code: Code::BadRequest, message: message.into() }
}

/// The request of a POST.
///
/// # Errors
/// Another content type, a body that is too large or does not arrive, or no request of GraphQL.
pub async fn posted(headers: &HeaderMap, body: Body) -> Result<Asked, Unreadable> {
    if !media::is_json(headers) {
        let (status, code) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType);
        return Err(Unreadable { status, code, message: code.explanation().to_owned() });
    }
    asked(&bytes(body).await?)
}

/// A body that comes in drops holds its connection no longer than this.
async fn bytes(body: Body) -> Result<Bytes, Unreadable> {
    let limit = Duration::from_secs(limits::BODY_SECONDS);
    match tokio::time::timeout(limit, axum::body::to_bytes(body, limits::BODY_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_long(&error) => Err(Unreadable {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: Code::BodyTooLarge,
            message: format!("请求体超过 {} 字节的上限，请拆分请求。", limits::BODY_BYTES),
        }),
        Ok(Err(_)) => Err(bad("请求体没有完整到达，请检查 Content-Length 与分块编码。")),
        Err(_) => Err(Unreadable {
            status: StatusCode::REQUEST_TIMEOUT,
            code: Code::Timeout,
            message: format!("请求体在 {} 秒内没有到齐，请重试。", limits::BODY_SECONDS),
        }),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<LengthLimitError>())
}

fn asked(bytes: &Bytes) -> Result<Asked, Unreadable> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| bad(format!("请求体不是有效的 JSON：{error}。请检查引号、逗号与括号。")))?;
    match value {
        Value::Array(requests) if requests.is_empty() || requests.len() > limits::BATCH => {
            Err(bad(format!("批量请求应包含 1 到 {} 个请求，实际 {} 个。", limits::BATCH, requests.len())))
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
    if !fields.get("query").is_some_and(Value::is_string) {
        return Err(bad("缺少字符串形式的 query 字段。"));
    }
    if !is("operationName", |value| value.is_null() || value.is_string()) {
        return Err(bad("operationName 应为字符串。"));
    }
    for name in ["variables", "extensions"] {
        if !is(name, |value| value.is_null() || value.is_object()) {
            return Err(bad(format!("{name} 应为 JSON 对象。")));
        }
    }
    serde_json::from_value(value).map_err(|error| bad(format!("请求体不是有效的 GraphQL 请求：{error}。")))
}

/// The request of a GET, from the part of the address after `?`.
///
/// # Errors
/// No document, or variables that are no object.
pub fn got(query: &str) -> Result<Request, Unreadable> {
    let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut request = Request::new(parameter("query").ok_or_else(|| bad("缺少 query 参数。"))?);
    if let Some(name) = parameter("operationName").filter(|name| !name.is_empty()) {
        request = request.operation_name(name);
    }
    match parameter("variables").filter(|text| !text.is_empty()).map(serde_json::from_str::<Value>) {
        None => Ok(request),
        Some(Ok(value)) if value.is_object() || value.is_null() => Ok(request.variables(Variables::from_json(value))),
        Some(_) => Err(bad("variables 参数应为 JSON 对象。")),
    }
}
