//! 提示页 What a person reads when a sign-in at a provider was not carried out: what is wrong, what to do, and
//! what to tell whoever is asked for help.

use std::fmt::Write;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use schema::{Code, Failure};
use services::access::oidc::{Reason, Stopped};

use crate::http::reply::Reply;

/// Seconds after which it may be tried again.
const RETRY: u64 = 30;

/// The page for a step that was not carried out.
pub fn stopped(request: &HeaderMap, stopped: &Stopped) -> Reply {
    match stopped {
        Stopped::Refused(refusal) => {
            let reason = refusal.reason;
            let subject = refusal.subject.as_deref().filter(|_| reason == Reason::IdentityNotLinked);
            page(request, reason.status(), reason.code(), reason.message(), subject)
        }
        Stopped::Database(error) => {
            let message = match Failure::fault(error) {
                Failure::Fault { reference } => format!("{}（{reference}）", Code::Internal.explanation()),
                Failure::Refused { message, .. } => message,
            };
            page(request, 503, Code::Internal.as_str(), &message, None)
        }
    }
}

/// The page for what is too much at once.
pub fn overloaded(request: &HeaderMap) -> Reply {
    page(request, 503, Code::Overloaded.as_str(), Code::Overloaded.explanation(), None)
}

fn page(request: &HeaderMap, status: u16, code: &str, message: &str, subject: Option<&str>) -> Reply {
    let id = request.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::new(Body::from(html(code, message, subject, id)));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        headers.insert(RETRY_AFTER, HeaderValue::from(RETRY));
    }
    reply
}

const STYLE: &str = "body{font-family:sans-serif;line-height:1.7;margin:0;color:#1f2329;background:#f5f6f8}\
    main{max-width:36rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:8px}\
    h1{font-size:1.4rem;margin-top:0}dt{color:#5a6169}dd{margin:0 0 .5rem;word-break:break-all}a{color:#0b57b7}";

fn html(code: &str, message: &str, subject: Option<&str>, id: &str) -> String {
    let mut facts = format!("<dt>代码</dt><dd>{}</dd>", escaped(code));
    if let Some(subject) = subject {
        facts += &format!("<dt>身份标识（关联账号时提供给系统管理员）</dt><dd>{}</dd>", escaped(subject));
    }
    facts += &format!("<dt>请求编号</dt><dd>{}</dd>", escaped(id));
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>登录未完成 - 秦信</title>\
         <style>{STYLE}</style></head><body><main><h1>登录未完成</h1><p>{}</p><p><a href=\"/\">返回首页</a></p>\
         <dl>{facts}</dl></main></body></html>",
        escaped(message)
    )
}

/// Text as HTML shows it; a request's id and a subject come from outside.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, sign| {
        match sign {
            // Writing to a string does not fail.
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(html, "&#{};", u32::from(sign));
            }
            plain => html.push(plain),
        }
        html
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_text() {
        let html = html("CODE", "消息", Some("<script>alert('a')</script>"), "\"><img src=x>");
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
        assert!(html.contains("&#60;script&#62;alert(&#39;a&#39;)"), "{html}");
    }
}
