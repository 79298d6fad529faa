//! 导出文件 `GET /exports/{job}`: a file for whoever asked for it, part by part as the client takes it.
//!
//! For everybody else, signed in or not, there is nothing here.

use async_graphql::Variables;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entities::DatabaseError;
use futures::{Stream, TryStreamExt};
use resolvers::jobs::FAMILY;
use schema::{Code, Failure, global_id};
use services::export::download::{Asked, Export, find};

use super::caller::{Source, identify};
use super::graphql::overloaded;
use super::media::Answer;
use super::partner;
use super::reply::{Reply, refusal};
use super::request::Unreadable;
use crate::serve::Worker;

/// Files that one account or client takes at once.
const AT_ONCE: usize = 3;
/// RFC 9530, section 3.
const DIGEST: HeaderName = HeaderName::from_static("repr-digest");
/// The same for those who compare it with what the job tells.
const SHA256: HeaderName = HeaderName::from_static("x-content-sha256");

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
    let seat = worker.seats.take().ok_or_else(overloaded)?;
    let who = identify(worker, headers, source).await?;
    let visit = partner::enter(worker, &who)?;
    who.note(Some("exports"), id, &Variables::default());
    let export = found(worker, &who.caller, id).await;
    let status = export.as_ref().map_or_else(|unreadable| unreadable.status, |_| StatusCode::OK);
    let open = match visit {
        Some(visit) => Some(visit.settle(worker, &who, 0, status).await?),
        None => None,
    };
    let export = export?;
    let member = worker.downloads.join(&who.caller.actor(), AT_ONCE).ok_or_else(crowded)?;
    if !worker.audit.record(export.event(&who.caller)).await {
        return Err(overloaded());
    }
    let parts = export.parts(worker.db.clone());
    Ok(reply(&export, Body::from_stream(held(parts, (seat, member, open)))))
}

async fn found(worker: &Worker, caller: &services::command::Caller, id: &str) -> Result<Export, Unreadable> {
    let told = |status, message: &str| Unreadable::told(status, Code::NotFound, message.to_owned());
    let nothing = || told(StatusCode::NOT_FOUND, "没有这个导出文件，请核对地址。");
    let key = global_id::key_of(FAMILY, id).ok_or_else(nothing)?;
    match find(&worker.db, caller, key).await.map_err(|error| fault(&error))?.ok_or_else(nothing)? {
        Asked::Given(export) => Ok(export),
        Asked::NotThere => Err(told(StatusCode::NOT_FOUND, "导出尚未完成或没有成功，请用 job 查看任务状态。")),
        Asked::Expired => Err(told(StatusCode::GONE, "导出文件已超过保存期限并被清除，请重新导出。")),
    }
}

/// The stream, with what is held as long as it goes on.
fn held<T: Send + 'static>(
    parts: impl Stream<Item = Result<Vec<u8>, DatabaseError>> + Send + 'static,
    held: T,
) -> impl Stream<Item = Result<Vec<u8>, DatabaseError>> + Send + 'static {
    parts.inspect_err(move |error| {
        let _ = &held;
        tracing::error!(error = ?error, "a file is broken off");
    })
}

fn reply(export: &Export, body: Body) -> Reply {
    let mut reply = Reply::new(body);
    let name = attachment(&export.name(), &export.chinese_name());
    let mut put = |header, value: &str| {
        // All of them are made of visible ASCII.
        if let Ok(value) = HeaderValue::from_str(value) {
            reply.headers_mut().insert(header, value);
        }
    };
    put(CONTENT_TYPE, export.format.media_type());
    put(CONTENT_LENGTH, &export.bytes.to_string());
    put(CONTENT_DISPOSITION, &name);
    put(CACHE_CONTROL, "no-store");
    put(SHA256, &export.sha256);
    put(DIGEST, &format!("sha-256=:{}:", STANDARD.encode(bytes_of(&export.sha256))));
    reply
}

/// The bytes that are told in hexadecimal.
fn bytes_of(hex: &str) -> Vec<u8> {
    let pair = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..hex.len()).step_by(2).filter_map(pair).collect()
}

/// A file under two names: for those who take no more than ASCII, and for all others (RFC 6266).
pub fn attachment(name: &str, chinese_name: &str) -> String {
    format!("attachment; filename=\"{name}\"; filename*=UTF-8''{}", percent_encoded(chinese_name))
}

/// A name in a header (RFC 8187, section 3.2).
fn percent_encoded(name: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    name.bytes().map(one).collect()
}

fn crowded() -> Unreadable {
    let message = format!("同时下载的文件不能超过 {AT_ONCE} 个，请等前面的下载完成。");
    Unreadable::told(StatusCode::TOO_MANY_REQUESTS, Code::Overloaded, message).after(5)
}

/// A failure of the database, with the reference under which it is logged.
pub fn fault(error: &DatabaseError) -> Unreadable {
    let reference = match Failure::fault(error) {
        Failure::Fault { reference } => reference,
        Failure::Refused { .. } => String::new(),
    };
    let message = format!("{}（{reference}）", Code::Internal.explanation());
    Unreadable::told(StatusCode::SERVICE_UNAVAILABLE, Code::Internal, message).after(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_digests_are_written_as_the_standards_ask() {
        assert_eq!(percent_encoded("秦-1.csv"), "%E7%A7%A6-1.csv");
        assert_eq!(STANDARD.encode(bytes_of("00ff10")), "AP8Q");
    }
}
