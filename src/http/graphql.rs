//! 门 GraphQL over HTTP: bytes in, one answer out, never a panic and never a secret.
//!
//! The layer is our own because the stock extractors answer validation errors with 200 to clients
//! that ask for `application/graphql-response+json` and take queries in any content type.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::{ALLOW, CACHE_CONTROL};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use schema::{Code, limits};
use tracing::Instrument;

use super::caller::{Source, Who, identify};
use super::documents;
use super::media::{Answer, wants_events};
use super::partner;
use super::plan::{Plan, coded};
use super::reply::{Outcome, Reply, complete, failed, ran, refusal, reply};
use super::request::{self, Asked, Unreadable};
use super::{cost, refusals, subscribe};
use crate::serve::Worker;
use crate::traces;

/// 入口 `POST` with a JSON body, or `GET` with a query.
pub async fn handle(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Body,
) -> Reply {
    let started = Instant::now();
    if method == Method::POST && wants_events(&headers) {
        let events = match request::posted(&headers, body).await {
            Ok(Asked::One(request)) => subscribe::events(&worker, &headers, &source, *request).await,
            Ok(Asked::Batch(_)) => Err(Unreadable::new(StatusCode::BAD_REQUEST, Code::BadRequest)),
            Err(unreadable) => Err(unreadable),
        };
        return kept_by_no_cache(events.unwrap_or_else(|unreadable| refusal(Answer::Json, unreadable)));
    }
    let reply = match Answer::wanted(&headers) {
        None => refusal(Answer::Json, not_acceptable()),
        Some(answer) => {
            let desk = Counter { worker: &worker, answer, headers: &headers };
            let span = traces::request(&headers);
            let asked = desk.serve(&source, &method, query.as_deref().unwrap_or_default(), body);
            let asked = asked.instrument(span.clone()).await;
            let reply = asked.unwrap_or_else(|unreadable| refusal(answer, unreadable));
            span.record("http.response.status_code", reply.status().as_u16());
            reply
        }
    };
    metrics::histogram!("qinxin_graphql_seconds").record(started.elapsed().as_secs_f64());
    metrics::counter!("qinxin_graphql_requests_total", "status" => status_class(reply.status())).increment(1);
    if method == Method::POST { kept_by_no_cache(reply) } else { reply }
}

/// What is answered to a POST may hold a token, and is of no use to the next who asks.
fn kept_by_no_cache(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
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
    Unreadable::told(StatusCode::NOT_ACCEPTABLE, Code::UnsupportedMediaType, message)
}

fn method_not_allowed(answer: Answer) -> Reply {
    let mut reply = refusal(answer, Unreadable::new(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed));
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
    reply
}

/// 柜台 Serves one HTTP request.
struct Counter<'w> {
    worker: &'w Worker,
    answer: Answer,
    headers: &'w HeaderMap,
}

impl Counter<'_> {
    async fn serve(&self, source: &Source, method: &Method, query: &str, body: Body) -> Result<Reply, Unreadable> {
        let _seat = self.worker.seats.take().ok_or_else(overloaded)?;
        let who = identify(self.worker, self.headers, source).await?;
        let visit = partner::enter(self.worker, &who)?;
        let mut reply = match *method {
            Method::POST => match request::posted(self.headers, body).await? {
                Asked::One(request) => self.one(&who, *request).await,
                Asked::Batch(requests) => self.batch(&who, requests).await?,
            },
            Method::GET => self.get(&who, request::got(query, self.worker.mode)?).await,
            _ => return Ok(method_not_allowed(self.answer)),
        };
        if !who.is_anonymous() {
            reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if let Some(visit) = visit {
            visit.leave(self.worker, &who, &mut reply).await?;
        }
        Ok(reply)
    }

    async fn one(&self, who: &Who, request: Request) -> Reply {
        let prepared = prepare(self.worker, who, request).await;
        let (status, response) = answered(self.worker, who, prepared).await;
        self.reply(who, status, &response)
    }

    fn reply(&self, who: &Who, status: StatusCode, response: &Response) -> Reply {
        let mut reply = reply(status, self.answer, &Outcome(response));
        reply.headers_mut().extend(response.http_headers.clone());
        if who.client.is_some() {
            cost::mark(&mut reply, cost::of(&response.data));
        }
        reply
    }

    async fn get(&self, who: &Who, request: Request) -> Reply {
        let prepared = prepare(self.worker, who, request).await;
        if prepared.as_ref().is_ok_and(|prepared| !prepared.is_query()) {
            return method_not_allowed(self.answer);
        }
        let (status, response) = answered(self.worker, who, prepared).await;
        self.reply(who, status, &response)
    }

    /// Requests of a batch are answered side by side; together they may ask for as many root fields as
    /// one document.
    async fn batch(&self, who: &Who, requests: Vec<Request>) -> Result<Reply, Unreadable> {
        let prepared = requests.into_iter().map(|request| prepare(self.worker, who, request));
        let prepared: Vec<_> = futures::future::join_all(prepared).await;
        let roots: usize = prepared.iter().flatten().map(Prepared::root_fields).sum();
        if roots > limits().root_fields {
            let message = format!("批量请求的根字段共 {roots} 个，最多 {} 个，请分批请求。", limits().root_fields);
            return Err(Unreadable::told(StatusCode::BAD_REQUEST, Code::QueryTooLarge, message));
        }
        let answers = prepared.into_iter().map(|prepared| answered(self.worker, who, prepared));
        let responses = futures::future::join_all(answers).await;
        let outcomes: Vec<Outcome<'_>> = responses.iter().map(|(_, response)| Outcome(response)).collect();
        let mut reply = reply(StatusCode::OK, self.answer, &outcomes);
        for (_, response) in &responses {
            reply.headers_mut().extend(response.http_headers.clone());
        }
        if who.client.is_some() {
            cost::mark(&mut reply, responses.iter().map(|(_, response)| cost::of(&response.data)).sum());
        }
        Ok(reply)
    }
}

/// There is no seat.
pub fn overloaded() -> Unreadable {
    Unreadable::new(StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded).after(1)
}

/// A request whose document, operation and inputs are in order as far as the door can tell, and whose
/// acts are allowed.
pub struct Prepared {
    /// What is known of the document.
    pub plan: Arc<Plan>,
    /// The request.
    pub request: Request,
}

impl Prepared {
    fn operation(&self) -> Option<&str> {
        self.request.operation_name.as_deref()
    }

    fn is_query(&self) -> bool {
        self.plan.operation(self.operation()).is_ok_and(|operation| operation.ty == OperationType::Query)
    }

    /// Whether it is answered more than once.
    pub fn is_subscription(&self) -> bool {
        self.plan.operation(self.operation()).is_ok_and(|operation| operation.ty == OperationType::Subscription)
    }

    fn root_fields(&self) -> usize {
        let operation = self.plan.operation(self.operation());
        operation.map_or(0, |operation| operation.selection_set.node.items.len())
    }
}

/// Finds the document of a request, checks its inputs and what it needs.
///
/// # Errors
/// Everything that is wrong with it.
pub async fn prepare(worker: &Worker, who: &Who, request: Request) -> Result<Prepared, Vec<ServerError>> {
    let mut request = documents::found(worker, who, request).await?;
    let plan = worker.plans.of(&request.query)?;
    let operation = plan.operation(request.operation_name.as_deref())?;
    who.note(request.operation_name.as_deref(), &request.query, &request.variables);
    // Rights first: what an input would have to look like is nothing for those who may not give it.
    if let Some(needs) = plan.needs(request.operation_name.as_deref()) {
        refusals::check(worker, who, needs).await?;
    }
    worker.plans.inputs.check_variables(operation, &request.variables)?;
    plan.complete(&mut request.variables);
    worker.persisted.keep(&request);
    Ok(Prepared { plan, request })
}

/// Runs what is prepared. The status is that of `application/graphql-response+json`.
pub async fn answered(
    worker: &Worker,
    who: &Who,
    prepared: Result<Prepared, Vec<ServerError>>,
) -> (StatusCode, Response) {
    let is_open = worker.shows_schema(who);
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(errors) => return (refusals::status(&errors), failed(errors, is_open)),
    };
    let seconds = limits().execution_seconds;
    let limit = Duration::from_secs(seconds as u64);
    match tokio::time::timeout(limit, execute(worker, who, prepared)).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let message = format!("处理超过 {seconds} 秒，已中止。请缩小查询范围后重试。");
            let error = coded(ServerError::new(message, None), Code::Timeout);
            (StatusCode::OK, failed(vec![error], is_open))
        }
    }
}

async fn execute(worker: &Worker, who: &Who, Prepared { plan, request }: Prepared) -> (StatusCode, Response) {
    let validated = plan.is_validated();
    let graph = if validated { &worker.validated } else { &worker.graph };
    let (operation, started) = (request.operation_name.clone(), Instant::now());
    let wants_cost = cost::is_wanted(&request);
    let mut request = request.data(who.scope(worker.clock.today())).data(who.caller.clone());
    request.set_parsed_query(plan.document.clone());
    let is_open = worker.shows_schema(who);
    if !is_open {
        request = request.disable_introspection();
    }
    let mut response = graph.execute(request).instrument(traces::operation(operation.as_deref())).await;
    worker.telemetry.note(&who.caller, operation.as_deref(), plan.text(), started.elapsed());
    let ran = ran(&response);
    if ran {
        plan.finish(operation.as_deref(), &who.caller.viewer, &mut response);
        if !validated {
            worker.plans.keep(&plan);
        }
    }
    if wants_cost {
        cost::tell(&mut response);
    }
    complete(&mut response, is_open);
    (if ran { StatusCode::OK } else { StatusCode::BAD_REQUEST }, response)
}
