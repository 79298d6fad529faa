//! 页面 The console's files, built by npm and kept in the binary; texts lie there compressed beside themselves, so that
//! nothing is compressed while somebody waits.

use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "console/dist"]
#[allow_missing = true]
struct Console;

/// 静态文件 A file of the console; hashed names are kept by browsers for ever, pages are not.
pub async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    match uri.path().trim_start_matches('/') {
        "" => page("index.html", &headers),
        path if path.ends_with(".html") || path.ends_with(COMPRESSED) => StatusCode::NOT_FOUND.into_response(),
        path if path.starts_with("assets/") => file(path, "public, max-age=31536000, immutable", &headers),
        path => file(path, "no-cache", &headers),
    }
}

/// 查询台 GraphiQL, served without any foreign host.
pub async fn graphiql(headers: HeaderMap) -> Response {
    page("graphiql.html", &headers)
}

fn page(name: &str, headers: &HeaderMap) -> Response {
    if Console::get(name).is_some() {
        return file(name, "no-cache", headers);
    }
    let text = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>秦信</title>\
        <p>控制台尚未构建：请安装 Node.js 后重新执行 make run。GraphQL 接口 /graphql 可正常使用。</p></html>";
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

/// What the name of a compressed file ends with (Brotli, as the build of the console writes it).
const COMPRESSED: &str = ".br";

fn file(path: &str, cache: &'static str, headers: &HeaderMap) -> Response {
    let Some(found) = Console::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let media = found.metadata.mimetype().to_owned();
    let told = [(CONTENT_TYPE, media), (CACHE_CONTROL, cache.to_owned()), (VARY, "accept-encoding".to_owned())];
    match Console::get(&format!("{path}{COMPRESSED}")).filter(|_| takes_brotli(headers)) {
        Some(compressed) => (told, [(CONTENT_ENCODING, "br")], compressed.data).into_response(),
        None => (told, found.data).into_response(),
    }
}

/// Whether the client takes Brotli; one that gives it the weight 0 does not.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"))
            && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        for (told, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("gzip", false),
            ("br;q=0, gzip", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, told.parse().expect("a header"));
            assert_eq!(takes_brotli(&headers), takes, "{told}");
        }
    }
}
