//! 订阅 Subscriptions over WebSocket (`graphql-transport-ws`) and as server-sent events.
//!
//! A stream ends when the server stops, when its session or key does not hold any more (looked at every
//! half minute), or when the client goes.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_graphql::http::{WebSocket, WebSocketProtocols, WsMessage};
use async_graphql::{Data, Executor, Request, Response, ServerError, Value};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket as Socket, WebSocketUpgrade};
use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response as HttpResponse};
use futures::stream::{self, BoxStream};
use futures::{SinkExt, StreamExt};
use rules::access::Viewer;
use schema::{Code, limits};
use tokio_util::sync::CancellationToken;

use super::caller::{self, Source, Who, identify};
use super::graphql::{Prepared, answered, overloaded, prepare};
use super::plan::coded;
use super::reply::{Outcome, complete, failed};
use super::request::Unreadable;
use super::{cost, headers, partner};
use crate::seats::Seats;
use crate::serve::Worker;

/// How often a stream's rights are looked at again.
const CHECKED: Duration = Duration::from_secs(30);
/// Within this time a connection has to introduce itself.
const INTRODUCED: Duration = Duration::from_secs(10);
/// The only protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

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
    let spoken = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|header| header.to_str().ok());
    if !spoken.flat_map(|header| header.split(',')).any(|protocol| protocol.trim() == PROTOCOL) {
        return (StatusCode::BAD_REQUEST, format!("Sec-WebSocket-Protocol 应为 {PROTOCOL}。")).into_response();
    }
    let Some(seat) = worker.streams.take(&caller::source(&worker, &headers, &source)) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limits().body_bytes);
    upgrade.on_upgrade(move |socket| async move {
        converse(worker, headers, source, socket).await;
        drop(seat);
    })
}

async fn converse(worker: Worker, headers: HeaderMap, source: Source, socket: Socket) {
    let (mut sink, stream) = socket.split();
    let stop = worker.stop.clone();
    let messages = stream.take_while(|message| std::future::ready(message.is_ok())).filter_map(|message| async {
        match message {
            Ok(Message::Text(text)) => Some(text.as_bytes().to_vec()),
            Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
            _ => None,
        }
    });
    let (introduced, crowded) = (CancellationToken::new(), CancellationToken::new());
    let subscriber = Subscriber {
        worker: worker.clone(),
        headers: headers.clone(),
        source: source.clone(),
        seats: Seats::new(limits().socket_operations),
        crowded: crowded.clone(),
    };
    let told = introduced.clone();
    let begin = move |payload: serde_json::Value| async move {
        let data = introduce(worker, headers, source, payload).await;
        if data.is_ok() {
            told.cancel();
        }
        data
    };
    let spoken = WebSocket::new(subscriber, Box::pin(messages), WebSocketProtocols::GraphQLWS);
    let mut spoken = Box::pin(spoken.on_connection_init(begin).take_until(stop.cancelled_owned()));
    let mut patience = std::pin::pin!(tokio::time::sleep(INTRODUCED));
    let last = loop {
        let message = tokio::select! {
            biased;
            () = crowded.cancelled() => Some(WsMessage::Close(4429, "Too many operations".to_owned())),
            message = spoken.next() => message,
            () = &mut patience, if !introduced.is_cancelled() => {
                Some(WsMessage::Close(4408, "Connection initialisation timeout".to_owned()))
            }
        };
        match message {
            Some(WsMessage::Text(text)) => {
                if sink.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            Some(WsMessage::Close(code, reason)) => break close(code, reason, introduced.is_cancelled()),
            None => break CloseFrame { code: 1001, reason: "going away".into() },
        }
    };
    // The client may have gone first.
    let _ = sink.send(Message::Close(Some(last))).await;
}

const FORBIDDEN: &str = "Forbidden";
const TRY_AGAIN: &str = "Try again later";

/// The closing codes of the protocol, where the library tells others.
fn close(code: u16, reason: String, is_introduced: bool) -> CloseFrame {
    match (code, is_introduced) {
        (1011, false) => CloseFrame { code: 4401, reason: "Unauthorized".into() },
        // Clients take 1013 for a reason to come back.
        (1002, false) if reason == TRY_AGAIN => CloseFrame { code: 1013, reason: reason.into() },
        (1002, false) if reason == FORBIDDEN => CloseFrame { code: 4403, reason: reason.into() },
        (1002, false) => CloseFrame { code: 4400, reason: "Invalid message".into() },
        (1002, true) => CloseFrame { code: 4400, reason: "Invalid message".into() },
        _ => CloseFrame { code, reason: reason.into() },
    }
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
        let code = if unreadable.code == Code::CredentialInvalid { FORBIDDEN } else { TRY_AGAIN };
        return Err(async_graphql::Error::new(code));
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
    /// Operations of the connection that are under way.
    seats: Seats,
    /// Told when there are too many of them.
    crowded: CancellationToken,
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
        let Some(seat) = self.seats.take() else {
            self.crowded.cancel();
            return stream::empty().boxed();
        };
        let answers = stream::once(answers(worker, headers, source, request)).flatten();
        answers.inspect(move |_| _ = &seat).boxed()
    }
}

/// `POST /graphql` with `Accept: text/event-stream`: `next` for each answer, then `complete`
/// (GraphQL over server-sent events, distinct connections).
///
/// # Errors
/// There are as many streams as the server takes on.
pub async fn events(
    worker: &Worker,
    headers: &HeaderMap,
    source: &Source,
    request: Request,
) -> Result<HttpResponse, Unreadable> {
    let seat = worker.streams.take(&caller::source(worker, headers, source)).ok_or_else(overloaded)?;
    let answers = answers(worker.clone(), headers.clone(), source.clone(), request).await;
    let next = answers.map(move |response| {
        let _ = &seat;
        let text = serde_json::to_string(&Outcome(&response)).unwrap_or_default();
        Ok::<_, Infallible>(Event::default().event("next").data(text))
    });
    let complete = stream::once(std::future::ready(Ok(Event::default().event("complete").data(""))));
    let events = next.chain(complete).take_until(worker.stop.clone().cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The answers to a request; one that may not run is answered once.
async fn answers(worker: Worker, headers: HeaderMap, source: Source, request: Request) -> BoxStream<'static, Response> {
    begun(worker, headers, source, request).await.unwrap_or_else(|Unreadable { message, code, .. }| {
        once(failed(vec![coded(ServerError::new(message, None), code)], false))
    })
}

fn once(response: Response) -> BoxStream<'static, Response> {
    stream::once(std::future::ready(response)).boxed()
}

/// Begins what a request asks for, under the same bounds and quotas as over plain HTTP: a stream is a way to
/// be answered, not a way around them.
async fn begun(
    worker: Worker,
    headers: HeaderMap,
    source: Source,
    request: Request,
) -> Result<BoxStream<'static, Response>, Unreadable> {
    let _seat = worker.seats.take().ok_or_else(overloaded)?;
    let who = identify(&worker, &headers, &source).await?;
    let visit = partner::enter(&worker, &who)?;
    let prepared = match prepare(&worker, &who, request).await {
        Ok(prepared) if prepared.is_subscription() => prepared,
        prepared => {
            let (status, response) = answered(&worker, &who, prepared).await;
            if let Some(visit) = visit {
                visit.settle(&worker, &who, cost::of(&response.data), status).await?;
            }
            return Ok(once(response));
        }
    };
    let open = match visit {
        Some(visit) => Some(visit.settle(&worker, &who, 0, StatusCode::OK).await?),
        None => None,
    };
    let charge = move |response: &Response| {
        if let Some(open) = &open {
            open.charge(cost::of(&response.data));
        }
    };
    let answers = run(worker, who, prepared, headers, source);
    Ok(answers.inspect(charge).boxed())
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
    let viewer = Arc::clone(&who.caller.viewer);
    let mut request = request.data(who.scope(worker.clock.today())).data(who.caller.clone());
    request.set_parsed_query(plan.document.clone());
    if !is_open {
        request = request.disable_introspection();
    }
    let answers = worker.graph.execute_stream(request).map(move |mut response| {
        plan.finish(operation.as_deref(), &viewer, &mut response);
        complete(&mut response, is_open);
        response
    });
    if who.is_anonymous() {
        return answers.boxed();
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_over);
    let end = async move {
        until_it_ends(worker, headers, source, &who.caller.viewer).await;
        told.store(true, Ordering::Relaxed);
    };
    let last = stream::once(async move { is_over.load(Ordering::Relaxed).then(ended) });
    answers.take_until(end).chain(last.filter_map(std::future::ready)).boxed()
}

/// Waits until the session or key does not hold any more, or not with the rights that it began with.
async fn until_it_ends(worker: Worker, headers: HeaderMap, source: Source, began: &Viewer) {
    let is_same = |now: &Viewer| {
        now.identity() == began.identity() && now.grants() == began.grants() && now.acts() == began.acts()
    };
    loop {
        tokio::time::sleep(CHECKED).await;
        let holds = match identify(&worker, &headers, &source).await {
            Ok(who) => is_same(&who.caller.viewer),
            // A database that does not answer takes nobody's rights away.
            Err(unreadable) => unreadable.code != Code::CredentialInvalid,
        };
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
