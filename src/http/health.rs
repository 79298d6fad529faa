//! 健康 Liveness, readiness and metrics.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use entities::operations;
use serde_json::json;

use super::caller::Source;
use crate::cli::Mode;
use crate::serve::Worker;

/// 存活 The process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// 就绪 The database answers; tells how far the index has followed.
pub async fn ready(State(worker): State<Worker>) -> Response {
    let Ok(sequence) = operations::last_sequence(&worker.db).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "database": "unreachable" })))
            .into_response();
    };
    let index = worker.index.applied_sequence();
    Json(json!({ "ready": true, "database": "ok", "sequence": sequence, "indexSequence": index })).into_response()
}

/// 指标 In the text format of Prometheus; in production for those addresses alone that are named in the
/// configuration, and never for what a proxy passes on.
pub async fn metrics(State(worker): State<Worker>, Extension(peer): Extension<Source>, headers: HeaderMap) -> Response {
    let is_passed_on = ["x-forwarded-for", "forwarded", "via"].iter().any(|name| headers.contains_key(*name));
    let is_known = worker.metrics_from.iter().any(|address| address.as_str() == &*peer.address);
    if worker.mode == Mode::Production && (is_passed_on || !is_known) {
        return StatusCode::NOT_FOUND.into_response();
    }
    metrics::counter!("qinxin_sql_statements_total").absolute(worker.db.statements());
    if let Some(sequence) = worker.index.applied_sequence() {
        metrics::gauge!("qinxin_index_sequence").set(sequence as f64);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], worker.metrics.render()).into_response()
}
