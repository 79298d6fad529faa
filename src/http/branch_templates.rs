//! 分支机构表模板 `GET /branch-templates/{uscc}/{year}.{xlsx|csv}`: the table of the branches of one's own enterprise, as
//! they are now.
//!
//! For everybody else, signed in or not, there is nothing here.

use std::sync::Arc;

use async_graphql::Variables;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use entities::Scope;
use entities::enterprise::{find, registered};
use schema::Code;
use serde_json::json;
use services::audit::Outcome;
use services::command::power::FileReports;
use services::command::{Caller, Refused, event};
use services::export::Format;
use services::filing::Filer;
use services::filing::branch_file::template::{self, Template};
use services::ports::Clock;

use super::caller::{Source, identify};
use super::exports::{attachment, fault};
use super::graphql::overloaded;
use super::media::Answer;
use super::reply::{Reply, refusal};
use super::request::Unreadable;
use crate::serve::Worker;

/// 下载模板
pub async fn serve(
    State(worker): State<Worker>,
    Extension(source): Extension<Source>,
    Path((uscc, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Reply {
    served(&worker, &source, &headers, (&uscc, &file))
        .await
        .unwrap_or_else(|unreadable| refusal(Answer::Json, unreadable))
}

async fn served(
    worker: &Worker,
    source: &Source,
    headers: &HeaderMap,
    (uscc, file): (&str, &str),
) -> Result<Reply, Unreadable> {
    let _seat = worker.seats.take().ok_or_else(overloaded)?;
    let who = identify(worker, headers, source).await?;
    who.note(Some("branch-templates"), uscc, &Variables::default());
    let (year, format) = asked(file).ok_or_else(nothing)?;
    let made = made(worker, &who.caller, uscc, (year, format)).await?;
    let name = format!("{}.{}", made.name(), format.extension());
    let detail = json!({ "year": year, "format": format, "branches": made.rows.len() });
    let bytes = tokio::task::spawn_blocking(move || made.file(format)).await;
    let bytes = bytes.map_err(|error| error.to_string()).and_then(|bytes| bytes.map_err(|error| error.to_string()));
    let bytes = bytes.map_err(|error| {
        tracing::error!(error, "a template cannot be written");
        Unreadable::told(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, Code::Internal.explanation().to_owned())
    })?;
    let entry = event(&who.caller, "DOWNLOAD_BRANCH_TEMPLATE", uscc.to_owned(), Outcome::Done, detail);
    if !worker.audit.record(entry).await {
        return Err(overloaded());
    }
    let mut reply = Reply::new(Body::empty());
    let plain = format!("branches-{year}.{}", format.extension());
    for (header, value) in [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_LENGTH, bytes.len().to_string()),
        (CONTENT_DISPOSITION, attachment(&plain, &name)),
        (CACHE_CONTROL, "no-store".to_owned()),
    ] {
        // All of them are made of visible ASCII.
        if let Ok(value) = HeaderValue::from_str(&value) {
            reply.headers_mut().insert(header, value);
        }
    }
    *reply.body_mut() = Body::from(bytes);
    Ok(reply)
}

/// Year and format of a name of a file: `2025.xlsx`.
fn asked(file: &str) -> Option<(i32, Format)> {
    let (year, ending) = file.split_once('.')?;
    let format = [Format::Csv, Format::Xlsx].into_iter().find(|format| format.extension() == ending)?;
    let year = year.parse().ok().filter(|year| (1_000..=9_999).contains(year))?;
    Some((year, format))
}

async fn made(
    worker: &Worker,
    caller: &Caller,
    uscc: &str,
    (year, format): (i32, Format),
) -> Result<Template, Unreadable> {
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    let rows = find::by_usccs(&worker.db, &[uscc.to_owned()], &scope).await;
    let row: Option<Arc<registered::Model>> = rows.map_err(|error| fault(&error.into()))?.remove(uscc);
    let permit = caller.may_for::<FileReports>(row.as_ref().and_then(|row| row.place()));
    let (Some(row), Ok(permit)) = (row, permit) else { return Err(nothing()) };
    template::prepare(&worker.db, &permit, Filer { row: &row, year }, format).await.map_err(|refused| match refused {
        Refused::Database(error) => fault(&error),
        Refused::Inputs(errors) => {
            let message: String = errors.into_iter().map(|error| error.message).collect();
            Unreadable::told(StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidInput, message)
        }
    })
}

fn nothing() -> Unreadable {
    let message = "没有可由您下载的分支机构表模板，请核对地址，或登录后重试。";
    Unreadable::told(StatusCode::NOT_FOUND, Code::NotFound, message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_year_and_format() {
        assert_eq!(asked("2025.xlsx"), Some((2025, Format::Xlsx)));
        assert_eq!(asked("2025.csv"), Some((2025, Format::Csv)));
        for file in ["2025", "2025.xls", "x.csv", "99999.csv", ".csv", "-025.csv"] {
            assert_eq!(asked(file), None, "{file}");
        }
    }
}
