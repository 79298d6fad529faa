//! 页面 The console's files, built by npm and kept in the binary.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "console/dist"]
#[allow_missing = true]
struct Console;

/// 静态文件 A file of the console; hashed names are kept by browsers for ever, pages are not.
pub async fn serve(uri: Uri) -> Response {
    match uri.path().trim_start_matches('/') {
        "" => page("index.html"),
        path if path.starts_with("assets/") => file(path, "public, max-age=31536000, immutable"),
        path if path.ends_with(".html") => StatusCode::NOT_FOUND.into_response(),
        path => file(path, "no-cache"),
    }
}

/// 查询台 GraphiQL, served without any foreign host.
pub async fn graphiql() -> Response {
    page("graphiql.html")
}

fn page(name: &str) -> Response {
    if Console::get(name).is_some() {
        return file(name, "no-cache");
    }
    let text = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>秦信</title>\
        <p>控制台尚未构建：请安装 Node.js 后重新执行 make run。GraphQL 接口 /graphql 可正常使用。</p></html>";
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

fn file(path: &str, cache: &'static str) -> Response {
    match Console::get(path) {
        Some(found) => {
            let media = found.metadata.mimetype().to_owned();
            ([(CONTENT_TYPE, media), (CACHE_CONTROL, cache.to_owned())], found.data).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
