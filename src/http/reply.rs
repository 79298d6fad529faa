//! 应答 From results to bytes: every error has a stable code, an explanation and a message in Chinese.

use async_graphql::{Response, ServerError, Value};
use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use schema::Code;
use serde::ser::SerializeMap;

use super::chinese;
use super::media::Answer;
use super::plan::coded;
use super::request::Unreadable;

/// What goes back to the client.
pub type Reply = axum::http::Response<Body>;

/// Errors of one answer at most; more say nothing new and only make it large.
const TOLD: usize = 20;

/// Gives the errors of a response their codes and their Chinese, each once and in the order of the
/// document. `suggests` allows names of the schema that the document does not hold.
pub fn complete(response: &mut Response, suggests: bool) {
    let errors = &mut response.errors;
    errors.sort_by(|one, other| one.locations.first().cmp(&other.locations.first()));
    errors.dedup_by(|one, other| {
        (&one.message, &one.locations, &one.path) == (&other.message, &other.locations, &other.path)
    });
    errors.truncate(TOLD);
    errors.iter_mut().for_each(|error| complete_error(error, suggests));
}

/// An error without one of our codes is the library's, which has found a fault in the document.
fn complete_error(error: &mut ServerError, suggests: bool) {
    let extensions = error.extensions.get_or_insert_default();
    let known = extensions.get("code").and_then(|code| match code {
        Value::String(code) => Code::ALL.iter().find(|known| known.as_str() == code).copied(),
        _ => None,
    });
    let code = known.unwrap_or_else(|| limit_or_fault(&error.message));
    extensions.set("code", code.as_str());
    extensions.set("explanation", code.explanation());
    error.message = match known {
        Some(_) => chinese::without_preface(&error.message).to_owned(),
        None => chinese::sentence(&error.message, suggests),
    };
}

/// The library tells its own limits only by their text.
fn limit_or_fault(message: &str) -> Code {
    match message {
        "Query is too complex." | "Query is nested too deep." => Code::QueryTooLarge,
        _ if message.starts_with("The recursion depth of the query") => Code::QueryTooLarge,
        _ if message.starts_with(chinese::WRONG_INPUT) => Code::InvalidInput,
        _ => Code::ValidationFailed,
    }
}

/// The response of a request that did not run.
pub fn failed(errors: Vec<ServerError>, suggests: bool) -> Response {
    let mut response = Response::from_errors(errors);
    complete(&mut response, suggests);
    response
}

/// What a client reads: `data` only if the operation ran (GraphQL specification, section 7.1).
pub struct Outcome<'a>(pub &'a Response);

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
pub fn ran(response: &Response) -> bool {
    response.errors.iter().all(|error| !error.path.is_empty())
}

/// A response, with the status that its media type calls for.
pub fn reply<T: serde::Serialize>(status: StatusCode, answer: Answer, response: &T) -> Reply {
    let status = if answer == Answer::Json { StatusCode::OK } else { status };
    reply_with(status, answer, response)
}

/// The answer to what is no request; its status does not depend on the media type. Its body may not have
/// been read, so that the client is told not to go on over this connection.
pub fn refusal(answer: Answer, unreadable: Unreadable) -> Reply {
    let error = coded(ServerError::new(unreadable.message, None), unreadable.code);
    let mut reply = reply_with(unreadable.status, answer, &Outcome(&failed(vec![error], false)));
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(seconds) = unreadable.retry_seconds {
        reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

fn reply_with<T: serde::Serialize>(status: StatusCode, answer: Answer, response: &T) -> Reply {
    // Values of the graph always serialise.
    let mut reply = Reply::new(Body::from(serde_json::to_vec(response).unwrap_or_default()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type()));
    reply
}
