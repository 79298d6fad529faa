//! 上传 Requests that bring files: the GraphQL multipart request specification
//! (github.com/jaydenseric/graphql-multipart-request-spec, version 2).
//!
//! A page of another site may send multipart forms without asking, so that a header is required which it
//! may not send unasked.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use multer::{Constraints, Field, Multipart, SizeLimit};
use schema::upload::{File, Files, Upload};
use schema::{Code, limits};
use serde_json::Value;

use super::request::{Asked, Unreadable, asked, bad};

/// Headers of which one has to be there; what it says does not matter.
const PREFLIGHT: [&str; 2] = ["graphql-require-preflight", "apollo-require-preflight"];
/// Where the requests and the places of the files are.
const OPERATIONS: &str = "operations";
/// See [`OPERATIONS`].
const MAP: &str = "map";

/// The boundary of a multipart form; `None` for every other content.
pub fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// The requests of a form, with their files.
///
/// # Errors
/// No preflight header, a form that is too large or does not arrive, or one that does not fit the
/// specification.
pub async fn uploaded(headers: &HeaderMap, boundary: String, body: Body) -> Result<Asked, Unreadable> {
    if !PREFLIGHT.iter().any(|name| headers.get(*name).is_some_and(|value| !value.is_empty())) {
        let message = format!("上传文件的请求应带有 {} 请求头（值任意），以防跨站伪造。", PREFLIGHT[0]);
        return Err(Unreadable::told(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, message));
    }
    let seconds = limits().body_seconds;
    let read = tokio::time::timeout(Duration::from_secs(seconds as u64), read(boundary, body)).await;
    read.unwrap_or_else(|_| {
        let message = format!("请求体在 {seconds} 秒内没有到齐，请重试。");
        Err(Unreadable::told(StatusCode::REQUEST_TIMEOUT, Code::Timeout, message))
    })
}

async fn read(boundary: String, body: Body) -> Result<Asked, Unreadable> {
    let (bytes, form) = (limits().body_bytes as u64, limits().upload_bytes as u64);
    let sizes = SizeLimit::new().whole_stream(form).for_field(OPERATIONS, bytes).for_field(MAP, bytes);
    let constraints = Constraints::new().size_limit(sizes);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut operations: Value = json(&mut parts, OPERATIONS).await?;
    let map: BTreeMap<String, Vec<String>> = json(&mut parts, MAP).await?;
    if map.len() > limits().uploads {
        let message = format!("一次最多上传 {} 个文件，实际 {} 个，请分次上传。", limits().uploads, map.len());
        return Err(Unreadable::told(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, message));
    }
    let mut coming = BTreeMap::new();
    while let Some(part) = parts.next_field().await.map_err(unread)? {
        let name = part.name().unwrap_or_default().to_owned();
        if !map.contains_key(&name) || coming.contains_key(&name) {
            return Err(bad(format!("表单项“{name}”不在 map 之中，或重复出现。")));
        }
        coming.insert(name, file(part).await?);
    }
    let requests = operations.as_array().map_or(1, Vec::len);
    let mut files: Vec<Files> = std::iter::repeat_with(Files::default).take(requests).collect();
    for (name, places) in map {
        let file = coming.remove(&name).ok_or_else(|| bad(format!("map 中的文件“{name}”没有上传。")))?;
        for place in places {
            put(&mut operations, &mut files, &place, &file)?;
        }
    }
    with_files(asked(operations)?, files)
}

/// The next part of the form, which has to have this name.
async fn json<T: serde::de::DeserializeOwned>(parts: &mut Multipart<'_>, name: &str) -> Result<T, Unreadable> {
    let part = parts.next_field().await.map_err(unread)?;
    let part = part.filter(|part| part.name() == Some(name));
    let Some(part) = part else {
        return Err(bad(format!("表单应依次为 operations、map 与文件，此处缺少 {name}。")));
    };
    let bytes = part.bytes().await.map_err(unread)?;
    serde_json::from_slice(&bytes).map_err(|error| bad(format!("{name} 的内容不符合要求：{error}。")))
}

async fn file(part: Field<'_>) -> Result<File, Unreadable> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let content_type = part.content_type().map(ToString::to_string);
    Ok(File { name, content_type, content: part.bytes().await.map_err(unread)?.to_vec() })
}

/// Puts what stands for a file into its place, `variables.input.manifest` or `0.variables.file` in a batch.
fn put(operations: &mut Value, files: &mut [Files], place: &str, file: &File) -> Result<(), Unreadable> {
    let wrong = || bad(format!("map 中的位置“{place}”不是变量中值为 null 的一处。"));
    let (index, path) = match operations {
        Value::Array(_) => {
            let (index, path) = place.split_once('.').ok_or_else(wrong)?;
            (index.parse::<usize>().map_err(|_| wrong())?, path)
        }
        _ => (0, place),
    };
    if !path.starts_with("variables.") {
        return Err(wrong());
    }
    let request = if operations.is_array() { operations.get_mut(index) } else { Some(operations) };
    let pointer = format!("/{}", path.replace('~', "~0").replace('/', "~1").replace('.', "/"));
    let value = request.and_then(|request| request.pointer_mut(&pointer)).filter(|value| value.is_null());
    let (Some(value), Some(files)) = (value, files.get_mut(index)) else { return Err(wrong()) };
    *value = Value::String(Upload::token(files.0.len()));
    files.0.push(file.clone());
    Ok(())
}

fn with_files(asked: Asked, mut files: Vec<Files>) -> Result<Asked, Unreadable> {
    Ok(match asked {
        Asked::One(request) => Asked::One(Box::new(request.data(files.pop().unwrap_or_default()))),
        Asked::Batch(requests) => {
            Asked::Batch(requests.into_iter().zip(files).map(|(request, files)| request.data(files)).collect())
        }
    })
}

fn unread(error: multer::Error) -> Unreadable {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            let (form, part) = (limits().upload_bytes, limits().body_bytes);
            let message = format!("上传的内容超过上限：整个请求 {form} 字节，operations 与 map 各 {part} 字节。");
            Unreadable::told(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, message)
        }
        _ => bad("multipart/form-data 的内容不完整或格式不正确，请检查分界符与各表单项。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file() -> File {
        File { name: "a.json".to_owned(), content_type: None, content: Vec::new() }
    }

    #[test]
    fn a_file_goes_to_its_place_and_nowhere_else() {
        let mut one = json!({ "query": "…", "variables": { "input": { "manifest": null, "n": 1 }, "all": [null] } });
        let mut files = [Files::default()];
        assert!(put(&mut one, &mut files, "variables.input.manifest", &file()).is_ok());
        assert!(put(&mut one, &mut files, "variables.all.0", &file()).is_ok());
        assert_eq!(one["variables"], json!({ "input": { "manifest": "file:0", "n": 1 }, "all": ["file:1"] }));
        for place in ["variables.input.manifest", "variables.input.n", "variables.x", "query", "0.variables.all.0", ""]
        {
            assert!(put(&mut one, &mut files, place, &file()).is_err(), "{place}");
        }
        let mut batch = json!([{ "variables": {} }, { "variables": { "f": null } }]);
        let mut files = [Files::default(), Files::default()];
        assert!(put(&mut batch, &mut files, "1.variables.f", &file()).is_ok());
        assert!(put(&mut batch, &mut files, "7.variables.f", &file()).is_err());
        assert_eq!((files[0].0.len(), files[1].0.len()), (0, 1));
    }
}
