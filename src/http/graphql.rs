//! 门 GraphQL over HTTP: bytes in, one answer out, never a panic and never a secret.
//!
//! The layer is our own because the stock extractors answer validation errors with 200 to clients
//! that ask for `application/graphql-response+json` and take queries in any content type.

use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError, Value, Variables};
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use entities::Scope;
use schema::{Code, limits};
use serde::ser::SerializeMap;

use super::chinese;
use super::media::{self, Answer};
use super::plan::{Plan, coded};
use crate::serve::Worker;

type Reply = axum::http::Response<Body>;

/// 入口 `POST` with a JSON body, or `GET` with a query.
pub async fn handle(
    State(worker): State<Worker>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Body,
) -> Reply {
    let started = Instant::now();
    let reply = match Answer::wanted(&headers) {
        None => refusal(StatusCode::NOT_ACCEPTABLE, Answer::Json, Code::UnsupportedMediaType, ACCEPTED),
        Some(answer) => match method {
            Method::POST => post(&worker, &headers, answer, body).await,
            Method::GET => get(&worker, answer, query.as_deref().unwrap_or_default()).await,
            _ => method_not_allowed(answer),
        },
    };
    metrics::histogram!("qinxin_graphql_seconds").record(started.elapsed().as_secs_f64());
    metrics::counter!("qinxin_graphql_requests_total", "status" => status_class(reply.status())).increment(1);
    reply
}

const ACCEPTED: &str = "Accept 请求头应允许 application/graphql-response+json 或 application/json。";

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "2xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

fn method_not_allowed(answer: Answer) -> Reply {
    let code = Code::MethodNotAllowed;
    let mut reply = refusal(StatusCode::METHOD_NOT_ALLOWED, answer, code, code.explanation());
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
    reply
}

async fn post(worker: &Worker, headers: &HeaderMap, answer: Answer, body: Body) -> Reply {
    if !media::is_json(headers) {
        let code = Code::UnsupportedMediaType;
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, answer, code, code.explanation());
    }
    let Ok(bytes) = axum::body::to_bytes(body, limits::BODY_BYTES).await else {
        let message = format!("请求体超过 {} 字节的上限，请拆分请求。", limits::BODY_BYTES);
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, answer, Code::BodyTooLarge, &message);
    };
    match read(&bytes) {
        Ok(Asked::One(request)) => {
            let (status, response) = run(worker, *request, false).await;
            reply(status, answer, &Outcome(&response))
        }
        Ok(Asked::Batch(requests)) => batch(worker, requests, answer).await,
        Err(message) => refusal(StatusCode::BAD_REQUEST, answer, Code::BadRequest, &message),
    }
}

/// What a body asks for.
enum Asked {
    One(Box<Request>),
    Batch(Vec<Request>),
}

/// Reads the body; says what is wrong with it.
fn read(bytes: &Bytes) -> Result<Asked, String> {
    let value: serde_json::Value = serde_json::from_slice(bytes)
        .map_err(|error| format!("请求体不是有效的 JSON：{error}。请检查引号、逗号与括号。"))?;
    match value {
        serde_json::Value::Array(requests) if requests.is_empty() || requests.len() > limits::BATCH => {
            Err(format!("批量请求应包含 1 到 {} 个请求，实际 {} 个。", limits::BATCH, requests.len()))
        }
        serde_json::Value::Array(requests) => {
            requests.into_iter().map(request).collect::<Result<_, _>>().map(Asked::Batch)
        }
        one => Ok(Asked::One(Box::new(request(one)?))),
    }
}

fn request(value: serde_json::Value) -> Result<Request, String> {
    well_formed(&value)?;
    serde_json::from_value(value).map_err(|error| format!("请求体不是有效的 GraphQL 请求：{error}。"))
}

fn well_formed(request: &serde_json::Value) -> Result<(), String> {
    let Some(fields) = request.as_object() else {
        return Err("请求体应为 JSON 对象，例如 {\"query\": \"…\"}。".to_owned());
    };
    let is = |name: &str, right: fn(&serde_json::Value) -> bool| fields.get(name).is_none_or(right);
    if !fields.get("query").is_some_and(serde_json::Value::is_string) {
        return Err("缺少字符串形式的 query 字段。".to_owned());
    }
    if !is("operationName", |value| value.is_null() || value.is_string()) {
        return Err("operationName 应为字符串。".to_owned());
    }
    for name in ["variables", "extensions"] {
        if !is(name, |value| value.is_null() || value.is_object()) {
            return Err(format!("{name} 应为 JSON 对象。"));
        }
    }
    Ok(())
}

async fn batch(worker: &Worker, requests: Vec<Request>, answer: Answer) -> Reply {
    let responses = futures::future::join_all(requests.into_iter().map(|request| run(worker, request, false))).await;
    let outcomes: Vec<Outcome<'_>> = responses.iter().map(|(_, response)| Outcome(response)).collect();
    reply(StatusCode::OK, answer, &outcomes)
}

async fn get(worker: &Worker, answer: Answer, query: &str) -> Reply {
    let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let Some(text) = parameter("query") else {
        return refusal(StatusCode::BAD_REQUEST, answer, Code::BadRequest, "缺少 query 参数。");
    };
    let mut request = Request::new(text);
    if let Some(name) = parameter("operationName").filter(|name| !name.is_empty()) {
        request = request.operation_name(name);
    }
    match parameter("variables").filter(|text| !text.is_empty()).map(serde_json::from_str::<serde_json::Value>) {
        None => {}
        Some(Ok(value)) if value.is_object() || value.is_null() => {
            request = request.variables(Variables::from_json(value))
        }
        Some(_) => return refusal(StatusCode::BAD_REQUEST, answer, Code::BadRequest, "variables 参数应为 JSON 对象。"),
    }
    let (status, response) = run(worker, request, true).await;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        return method_not_allowed(answer);
    }
    reply(status, answer, &Outcome(&response))
}

/// Runs one request. The status is that of `application/graphql-response+json`.
async fn run(worker: &Worker, request: Request, only_queries: bool) -> (StatusCode, Response) {
    let plan = match worker.plans.of(&request.query) {
        Ok(plan) => plan,
        Err(errors) => return (StatusCode::BAD_REQUEST, failed(worker, errors)),
    };
    if only_queries
        && plan.operation_type(request.operation_name.as_deref()).is_some_and(|ty| ty != OperationType::Query)
    {
        return (StatusCode::METHOD_NOT_ALLOWED, Response::default());
    }
    let operation = request.operation_name.as_deref();
    if let Err(errors) = worker.plans.inputs.check_variables(&plan.document, operation, &request.variables) {
        return (StatusCode::BAD_REQUEST, failed(worker, errors));
    }
    let limit = Duration::from_secs(limits::SECONDS);
    match tokio::time::timeout(limit, execute(worker, &plan, request)).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let message = format!("处理超过 {} 秒，已中止。请缩小查询范围后重试。", limits::SECONDS);
            (StatusCode::OK, failed(worker, vec![coded(ServerError::new(message, None), Code::Timeout)]))
        }
    }
}

async fn execute(worker: &Worker, plan: &Plan, request: Request) -> (StatusCode, Response) {
    let validated = plan.is_validated();
    let graph = if validated { &worker.validated } else { &worker.graph };
    let operation = request.operation_name.clone();
    let mut request = request.data(Scope::now(worker.clock.today()));
    request.set_parsed_query(plan.document.clone());
    if !worker.introspection {
        request = request.disable_introspection();
    }
    let mut response = graph.execute(request).await;
    let ran = ran(&response);
    if ran && !validated {
        plan.set_validated();
    }
    plan.arrange(operation.as_deref(), &mut response.data);
    response.errors.iter_mut().for_each(|error| complete(error, worker.introspection));
    (if ran { StatusCode::OK } else { StatusCode::BAD_REQUEST }, response)
}

/// Gives every error a code and an explanation, and a message in Chinese. An error without one of
/// our codes is the library's, which has found a fault in the document.
fn complete(error: &mut ServerError, suggests: bool) {
    let extensions = error.extensions.get_or_insert_default();
    let known = extensions.get("code").and_then(|code| match code {
        Value::String(code) => Code::ALL.iter().find(|known| known.as_str() == code).copied(),
        _ => None,
    });
    let code = known.unwrap_or_else(|| limit_or_fault(&error.message));
    extensions.set("code", code.as_str());
    extensions.set("explanation", code.explanation());
    if known.is_none() {
        error.message = chinese::sentence(&error.message, suggests);
    }
}

/// The library tells its own limits only by their text.
fn limit_or_fault(message: &str) -> Code {
    match message {
        "Query is too complex." | "Query is nested too deep." => Code::QueryTooLarge,
        _ => Code::ValidationFailed,
    }
}

fn failed(worker: &Worker, mut errors: Vec<ServerError>) -> Response {
    errors.iter_mut().for_each(|error| complete(error, worker.introspection));
    Response::from_errors(errors)
}

fn refusal(status: StatusCode, answer: Answer, code: Code, message: &str) -> Reply {
    let mut error = coded(ServerError::new(message, None), code);
    complete(&mut error, false);
    reply_with(status, answer, &Outcome(&Response::from_errors(vec![error])))
}

/// What a client reads: `data` only if the operation ran (GraphQL specification, section 7.1).
struct Outcome<'a>(&'a Response);

impl serde::Serialize for Outcome<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if ran(self.0) {
            return self.0.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("errors", &self.0.errors)?;
        map.end()
    }
}

/// Whether the operation ran: an error without a path came before, from the document or its variables.
fn ran(response: &Response) -> bool {
    response.errors.iter().all(|error| !error.path.is_empty())
}

/// A response, with the status that its media type calls for.
fn reply<T: serde::Serialize>(status: StatusCode, answer: Answer, response: &T) -> Reply {
    let status = if answer == Answer::Json { StatusCode::OK } else { status };
    reply_with(status, answer, response)
}

fn reply_with<T: serde::Serialize>(status: StatusCode, answer: Answer, response: &T) -> Reply {
    // Values of the graph always serialise.
    let mut reply = Reply::new(Body::from(serde_json::to_vec(response).unwrap_or_default()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type()));
    reply
}
