//! 订阅 Subscriptions over WebSocket (`graphql-transport-ws`) and as server-sent events.
//!
//! A stream ends when the server stops, when its session or key does not hold any more (looked at every
//! half minute), or when the client goes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::http::{WebSocket, WebSocketProtocols, WsMessage};
use async_graphql::{Data, Executor, Request, Response, ServerError, Value};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response as HttpResponse};
use entities::Scope;
use futures::stream::{self, BoxStream};
use futures::{SinkExt, StreamExt};
use schema::{Code, limits};

use super::caller::{Source, Who, identify};
use super::graphql::{Prepared, prepare};
use super::headers;
use super::plan::coded;
use super::reply::{Outcome, complete, failed};
use crate::serve::Worker;

/// How often a stream's rights are looked at again.
const CHECKED: Duration = Duration::from_secs(30);
/// The only protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// Bytes of a message from a client at most.
const MESSAGE_BYTES: usize = limits::BODY_BYTES;

/// `GET /graphql/ws`: an upgrade to WebSocket. A token or key comes with the upgrade, or in the payload of
/// `connection_init` as `{"authorization": "Bearer …"}`. Browsers ask nobody before they open one, so that
/// pages of other sites are refused here.
pub async fn upgrade(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> HttpResponse {
    if !headers::is_own_page(&worker, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MESSAGE_BYTES);
    upgrade.on_upgrade(move |socket| async move {
        let (mut sink, stream) = socket.split();
        let stop = worker.stop.clone();
        let messages = stream.take_while(|message| std::future::ready(message.is_ok())).filter_map(|message| async {
            match message {
                Ok(Message::Text(text)) => Some(text.as_bytes().to_vec()),
                Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
                _ => None,
            }
        });
        let subscriber = Subscriber { worker: worker.clone(), headers: headers.clone(), source: source.clone() };
        let begin = move |payload: serde_json::Value| introduce(worker, headers, source, payload);
        let spoken = WebSocket::new(subscriber, Box::pin(messages), WebSocketProtocols::GraphQLWS);
        let mut spoken = Box::pin(spoken.on_connection_init(begin).take_until(stop.cancelled_owned()));
        while let Some(message) = spoken.next().await {
            let message = match message {
                WsMessage::Text(text) => Message::Text(text.into()),
                WsMessage::Close(code, reason) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
            };
            if sink.send(message).await.is_err() {
                return;
            }
        }
        // The client may have gone first.
        let _ = sink.send(Message::Close(Some(CloseFrame { code: 1001, reason: "going away".into() }))).await;
    })
}

/// Who a connection belongs to.
#[derive(Clone)]
struct Introduced(HeaderMap);

async fn introduce(
    worker: Worker,
    mut headers: HeaderMap,
    source: Source,
    payload: serde_json::Value,
) -> async_graphql::Result<Data> {
    if let Some(shown) = payload.get("authorization").and_then(serde_json::Value::as_str)
        && let Ok(value) = HeaderValue::from_str(shown)
    {
        headers.insert(AUTHORIZATION, value);
    }
    if let Err(unreadable) = identify(&worker, &headers, &source).await {
        return Err(async_graphql::Error::new(unreadable.message));
    }
    let mut data = Data::default();
    data.insert(Introduced(headers));
    Ok(data)
}

/// Runs what comes over a connection.
#[derive(Clone)]
struct Subscriber {
    worker: Worker,
    headers: HeaderMap,
    source: Source,
}

impl Executor for Subscriber {
    async fn execute(&self, request: Request) -> Response {
        let mut answers = self.execute_stream(request, None);
        answers.next().await.unwrap_or_default()
    }

    fn execute_stream(&self, request: Request, session_data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let introduced = session_data.as_ref().and_then(|data| data.get(&std::any::TypeId::of::<Introduced>()));
        let introduced = introduced.and_then(|data| data.downcast_ref::<Introduced>());
        let headers = introduced.map_or_else(|| self.headers.clone(), |introduced| introduced.0.clone());
        let (worker, source) = (self.worker.clone(), self.source.clone());
        stream::once(answers(worker, headers, source, request)).flatten().boxed()
    }
}

/// `POST /graphql` with `Accept: text/event-stream`: `next` for each answer, then `complete`
/// (GraphQL over server-sent events, distinct connections).
pub async fn events(worker: &Worker, headers: &HeaderMap, source: &Source, request: Request) -> HttpResponse {
    let answers = answers(worker.clone(), headers.clone(), source.clone(), request).await;
    let next = answers.map(|response| {
        let text = serde_json::to_string(&Outcome(&response)).unwrap_or_default();
        Ok::<_, Infallible>(Event::default().event("next").data(text))
    });
    let complete = stream::once(std::future::ready(Ok(Event::default().event("complete").data(""))));
    let events = next.chain(complete).take_until(worker.stop.clone().cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// The answers to a request; one that may not run is answered once.
async fn answers(worker: Worker, headers: HeaderMap, source: Source, request: Request) -> BoxStream<'static, Response> {
    let who = match identify(&worker, &headers, &source).await {
        Ok(who) => who,
        Err(unreadable) => {
            let error = coded(ServerError::new(unreadable.message, None), unreadable.code);
            return stream::once(std::future::ready(failed(vec![error], false))).boxed();
        }
    };
    let is_open = worker.shows_schema(&who);
    match prepare(&worker, &who, request).await {
        Ok(prepared) => run(worker, who, prepared, headers, source),
        Err(errors) => stream::once(std::future::ready(failed(errors, is_open))).boxed(),
    }
}

fn run(
    worker: Worker,
    who: Who,
    Prepared { plan, request }: Prepared,
    headers: HeaderMap,
    source: Source,
) -> BoxStream<'static, Response> {
    let is_open = worker.shows_schema(&who);
    let operation = request.operation_name.clone();
    let mut request = request.data(Scope::now(worker.clock.today())).data(who.caller.clone());
    request.set_parsed_query(plan.document.clone());
    if !is_open {
        request = request.disable_introspection();
    }
    let answers = worker.graph.execute_stream(request).map(move |mut response| {
        plan.finish(operation.as_deref(), &mut response);
        complete(&mut response, is_open);
        response
    });
    if who.is_anonymous() {
        return answers.boxed();
    }
    let answers = answers.map(Step::Answer).chain(stream::once(std::future::ready(Step::Done)));
    let end = stream::once(async move {
        until_it_ends(worker, headers, source).await;
        Step::Ended
    });
    let told = stream::select(answers, end).scan(false, |is_over, step| {
        let told = match step {
            _ if *is_over => None,
            Step::Answer(response) => Some(response),
            Step::Done => None,
            Step::Ended => {
                *is_over = true;
                Some(ended())
            }
        };
        std::future::ready(told)
    });
    told.boxed()
}

/// What a stream goes through.
enum Step {
    Answer(Response),
    /// There is nothing more to tell.
    Done,
    /// The session has ended.
    Ended,
}

/// Waits until the session or key does not hold any more.
async fn until_it_ends(worker: Worker, headers: HeaderMap, source: Source) {
    loop {
        tokio::time::sleep(CHECKED).await;
        let holds = identify(&worker, &headers, &source).await.is_ok_and(|who| !who.is_anonymous());
        if !holds {
            return;
        }
    }
}

/// What a stream says whose session has ended.
fn ended() -> Response {
    let code = Code::CredentialInvalid;
    let mut error = coded(ServerError::new(code.explanation(), None), code);
    error.extensions.get_or_insert_default().set("explanation", Value::from(code.explanation()));
    Response::from_errors(vec![error])
}
