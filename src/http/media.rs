//! 内容协商 What the client sent and what it wants back (GraphQL over HTTP, media types).

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

/// 应答类型 The two media types of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `application/json`: every well-formed request is answered with 200.
    Json,
    /// `application/graphql-response+json`: the status tells whether the operation ran.
    GraphqlResponse,
}

impl Answer {
    /// The header's value.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// What the client wants most; `None` if neither. Without the header it is JSON.
    pub fn wanted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        let mut asked = false;
        for header in headers.get_all(ACCEPT) {
            for range in header.to_str().unwrap_or_default().split(',') {
                asked = true;
                let Some((quality, answer)) = understood(range) else { continue };
                if quality > 0 && best.is_none_or(|(found, _)| quality > found) {
                    best = Some((quality, answer));
                }
            }
        }
        if asked { best.map(|(_, answer)| answer) } else { Some(Self::Json) }
    }
}

/// Whether the client wants the answers as server-sent events.
pub fn wants_events(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter().filter_map(|header| header.to_str().ok());
    let mut media = ranges.flat_map(|header| header.split(',')).map(|range| range.split(';').next().unwrap_or(""));
    media.any(|media| media.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// Quality in thousandths, and the answer that a media range stands for.
fn understood(range: &str) -> Option<(u16, Answer)> {
    let mut parts = range.split(';').map(str::trim);
    let answer = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => Answer::GraphqlResponse,
        "application/json" | "application/*" | "*/*" => Answer::Json,
        _ => return None,
    };
    let mut quality = 1000;
    for parameter in parts {
        if let Some(value) = parameter.strip_prefix("q=") {
            // 0 to 1 with up to three decimals; nonsense counts as unwanted.
            quality = value.parse::<f32>().map_or(0, |value| (value.clamp(0.0, 1.0) * 1000.0) as u16);
        } else if let Some(charset) = parameter.strip_prefix("charset=")
            && !charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
        {
            return None;
        }
    }
    Some((quality, answer))
}

/// Whether the body is said to be JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &str) -> Option<Answer> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().ok()?);
        Answer::wanted(&headers)
    }

    #[test]
    fn the_first_of_the_best_is_taken() {
        assert_eq!(Answer::wanted(&HeaderMap::new()), Some(Answer::Json));
        assert_eq!(wanted("*/*"), Some(Answer::Json));
        assert_eq!(wanted("application/graphql-response+json, application/json;q=0.9"), Some(Answer::GraphqlResponse));
        assert_eq!(
            wanted("application/json;q=0.5, application/graphql-response+json;q=0.8"),
            Some(Answer::GraphqlResponse)
        );
        assert_eq!(wanted("text/html"), None);
        assert_eq!(wanted("application/json;charset=gbk"), None);
    }
}
