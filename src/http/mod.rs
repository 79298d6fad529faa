//! 门 The HTTP routes of one serving thread.

mod assets;
mod chinese;
mod graphql;
mod health;
pub mod inputs;
mod media;
pub mod plan;
mod reply;
mod request;
mod shape;
pub mod types;

use axum::Router;
use axum::routing::{any, get};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::cli::Mode;
use crate::serve::Worker;

/// Answers of more bytes are compressed for clients that accept it; smaller ones travel faster as
/// they are.
const COMPRESSED: u64 = 32 * 1024;

/// Every route. A panic costs one answer, never the process.
pub fn router(worker: Worker) -> Router {
    let mut routes = Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(get(assets::serve));
    if worker.mode == Mode::Development {
        routes = routes.route("/graphiql", get(assets::graphiql));
    }
    let compression =
        CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(COMPRESSED));
    routes.layer(CatchPanicLayer::new()).layer(compression).with_state(worker)
}
