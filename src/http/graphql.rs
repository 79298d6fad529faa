//! 门 GraphQL over HTTP: bytes in, one answer out, never a panic and never a secret.
//!
//! The layer is our own because the stock extractors answer validation errors with 200 to clients
//! that ask for `application/graphql-response+json` and take queries in any content type.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use entities::Scope;
use schema::{Code, limits};

use super::media::Answer;
use super::plan::{Plan, coded};
use super::reply::{Outcome, Reply, complete, failed, ran, refusal, reply};
use super::request::{self, Asked, Unreadable};
use crate::serve::Worker;

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
        None => refusal(Answer::Json, not_acceptable()),
        Some(answer) => match method {
            Method::POST => match request::posted(&headers, body).await {
                Ok(asked) => post(&worker, answer, asked).await,
                Err(unreadable) => refusal(answer, unreadable),
            },
            Method::GET => match request::got(query.as_deref().unwrap_or_default()) {
                Ok(request) => get(&worker, answer, request).await,
                Err(unreadable) => refusal(answer, unreadable),
            },
            _ => method_not_allowed(answer),
        },
    };
    metrics::histogram!("qinxin_graphql_seconds").record(started.elapsed().as_secs_f64());
    metrics::counter!("qinxin_graphql_requests_total", "status" => status_class(reply.status())).increment(1);
    reply
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "2xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

fn not_acceptable() -> Unreadable {
    let message = "Accept 请求头应允许 application/graphql-response+json 或 application/json。".to_owned();
    Unreadable { status: StatusCode::NOT_ACCEPTABLE, code: Code::UnsupportedMediaType, message }
}

fn method_not_allowed(answer: Answer) -> Reply {
    let (status, code) = (StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed);
    let mut reply = refusal(answer, Unreadable { status, code, message: code.explanation().to_owned() });
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
    reply
}

async fn post(worker: &Worker, answer: Answer, asked: Asked) -> Reply {
    match asked {
        Asked::One(request) => {
            let (status, response) = answered(worker, prepare(worker, *request)).await;
            reply(status, answer, &Outcome(&response))
        }
        Asked::Batch(requests) => batch(worker, answer, requests).await,
    }
}

/// Requests of a batch are answered side by side; together they may ask for as many root fields as
/// one document.
async fn batch(worker: &Worker, answer: Answer, requests: Vec<Request>) -> Reply {
    let prepared: Vec<_> = requests.into_iter().map(|request| prepare(worker, request)).collect();
    let roots: usize = prepared.iter().flatten().map(Prepared::root_fields).sum();
    if roots > limits::ROOT_FIELDS {
        let message = format!("批量请求的根字段共 {roots} 个，最多 {} 个，请分批请求。", limits::ROOT_FIELDS);
        return refusal(answer, Unreadable { status: StatusCode::BAD_REQUEST, code: Code::QueryTooLarge, message });
    }
    let responses = futures::future::join_all(prepared.into_iter().map(|prepared| answered(worker, prepared))).await;
    let outcomes: Vec<Outcome<'_>> = responses.iter().map(|(_, response)| Outcome(response)).collect();
    reply(StatusCode::OK, answer, &outcomes)
}

async fn get(worker: &Worker, answer: Answer, request: Request) -> Reply {
    let prepared = prepare(worker, request);
    if prepared.as_ref().is_ok_and(|prepared| !prepared.is_query()) {
        return method_not_allowed(answer);
    }
    let (status, response) = answered(worker, prepared).await;
    reply(status, answer, &Outcome(&response))
}

/// A request whose document, operation and inputs are in order as far as the door can tell.
struct Prepared {
    plan: Arc<Plan>,
    request: Request,
}

impl Prepared {
    fn operation(&self) -> Option<&str> {
        self.request.operation_name.as_deref()
    }

    fn is_query(&self) -> bool {
        self.plan.operation(self.operation()).is_ok_and(|operation| operation.ty == OperationType::Query)
    }

    fn root_fields(&self) -> usize {
        let operation = self.plan.operation(self.operation());
        operation.map_or(0, |operation| operation.selection_set.node.items.len())
    }
}

fn prepare(worker: &Worker, request: Request) -> Result<Prepared, Vec<ServerError>> {
    let plan = worker.plans.of(&request.query)?;
    let operation = plan.operation(request.operation_name.as_deref())?;
    worker.plans.inputs.check_variables(operation, &request.variables)?;
    Ok(Prepared { plan, request })
}

/// Runs what is prepared. The status is that of `application/graphql-response+json`.
async fn answered(worker: &Worker, prepared: Result<Prepared, Vec<ServerError>>) -> (StatusCode, Response) {
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(errors) => return (StatusCode::BAD_REQUEST, failed(errors, worker.introspection)),
    };
    let limit = Duration::from_secs(limits::SECONDS);
    match tokio::time::timeout(limit, execute(worker, prepared)).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let message = format!("处理超过 {} 秒，已中止。请缩小查询范围后重试。", limits::SECONDS);
            let error = coded(ServerError::new(message, None), Code::Timeout);
            (StatusCode::OK, failed(vec![error], worker.introspection))
        }
    }
}

async fn execute(worker: &Worker, Prepared { plan, request }: Prepared) -> (StatusCode, Response) {
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
    if ran {
        plan.finish(operation.as_deref(), &mut response);
        if !validated {
            worker.plans.keep(&plan);
        }
    }
    complete(&mut response, worker.introspection);
    (if ran { StatusCode::OK } else { StatusCode::BAD_REQUEST }, response)
}
