//! 页面 The console's files, built by npm and kept in the binary; texts lie there compressed beside themselves, so that
//! nothing is compressed while somebody waits.

use std::collections::HashSet;
use std::sync::LazyLock;

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

/// 控制台的操作 Names of the operations that the pages ask, as they stand in the files that are embedded.
pub fn console_operations() -> &'static HashSet<String> {
    static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let scripts = Console::iter().filter(|path| path.ends_with(".js") && !path.contains("graphiql"));
        let files = scripts.filter_map(|path| Console::get(&path)).map(|file| file.data);
        files.flat_map(|bytes| operations(&String::from_utf8_lossy(&bytes))).collect()
    });
    &NAMES
}

/// The names that follow `query`, `mutation` or `subscription` in a text and stand before variables or fields.
fn operations(text: &str) -> Vec<String> {
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let of_kind = |kind: &'static str| text.match_indices(kind).map(move |(at, kind)| &text[at + kind.len()..]);
    let after = ["query ", "mutation ", "subscription "].into_iter().flat_map(of_kind);
    let named = after.filter_map(|rest| rest.split_once(|sign| !is_name(sign)).map(|(name, _)| (name, rest)));
    let asked = named.filter(|(name, rest)| {
        name.starts_with(|sign: char| sign.is_ascii_uppercase())
            && rest[name.len()..].trim_start().starts_with(['(', '{'])
    });
    asked.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_operations_are_found_in_scripts() {
        let script = "const a=new T(`\n    query Home($first: Int) {\n  a }`),b='mutation SignIn{ b }',c=`subscription Job ( $id: ID! ) { c }`;\
            throw Error('a query failed'); /* query of (x) */ query Broken; query ";
        assert_eq!(operations(script), ["Home", "SignIn", "Job"]);
        assert_eq!(operations("查询 query 甲乙(…)"), Vec::<String>::new());
    }

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
