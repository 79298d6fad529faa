//! 文书文件 `GET /documents/{id}`: a document that was issued, as PDF, for those who may have it.
//!
//! For everybody else, signed in or not, there is nothing here.

use async_graphql::Variables;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use resolvers::documents::FAMILY;
use schema::{Code, global_id};
use services::command::{Caller, Refused};
use services::documents::download::{File, find};

use super::caller::{Source, identify};
use super::exports::{attachment, fault};
use super::graphql::overloaded;
use super::media::Answer;
use super::partner;
use super::reply::{Reply, refusal};
use super::request::Unreadable;
use crate::serve::Worker;

/// What a document is.
pub const MEDIA_TYPE: &str = "application/pdf";
/// SM3 of the bytes, for those who compare it with what the verification tells.
const SM3: HeaderName = HeaderName::from_static("x-content-sm3");

/// 下载
pub async fn serve(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Reply {
    served(&worker, &source, &headers, &id).await.unwrap_or_else(|unreadable| refusal(Answer::Json, unreadable))
}

async fn served(worker: &Worker, source: &Source, headers: &HeaderMap, id: &str) -> Result<Reply, Unreadable> {
    let _seat = worker.seats.take().ok_or_else(overloaded)?;
    let who = identify(worker, headers, source).await?;
    let visit = partner::enter(worker, &who)?;
    who.note(Some("documents"), id, &Variables::default());
    let file = found(worker, &who.caller, id).await;
    let status = file.as_ref().map_or_else(|unreadable| unreadable.status, |_| StatusCode::OK);
    if let Some(visit) = visit {
        drop(visit.settle(worker, &who, 0, status).await?);
    }
    let file = file?;
    // What everybody may have needs no trace of who had it.
    if !file.is_public() && !worker.audit.record(file.event(&who.caller)).await {
        return Err(overloaded());
    }
    Ok(reply(file))
}

async fn found(worker: &Worker, caller: &Caller, id: &str) -> Result<File, Unreadable> {
    let nothing = || {
        let message = "没有这份文书，或者您无权下载；请核对地址，或先登录后再试。";
        Unreadable::told(StatusCode::NOT_FOUND, Code::NotFound, message.to_owned())
    };
    let key = global_id::key_of(FAMILY, id).ok_or_else(nothing)?;
    match find(&worker.db, caller, key).await {
        Ok(file) => file.ok_or_else(nothing),
        Err(Refused::Database(error)) => Err(fault(&error)),
        Err(Refused::Inputs(errors)) => {
            let message = errors.into_iter().next().map_or_else(String::new, |error| error.message);
            Err(Unreadable::told(StatusCode::SERVICE_UNAVAILABLE, Code::KeyUnavailable, message))
        }
    }
}

fn reply(file: File) -> Reply {
    let mut put = Vec::with_capacity(5);
    // All of them are made of visible ASCII.
    let mut header = |name, value: &str| put.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    header(CONTENT_TYPE, MEDIA_TYPE);
    header(CONTENT_LENGTH, &file.bytes.len().to_string());
    header(CONTENT_DISPOSITION, &attachment(&file.name(), &file.chinese_name()));
    header(CACHE_CONTROL, "no-store");
    header(SM3, file.digest());
    let mut reply = Reply::new(Body::from(file.bytes));
    reply.headers_mut().extend(put);
    reply
}
