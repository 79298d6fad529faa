//! 门 The HTTP routes of one serving thread.

mod assets;
mod graphql;
mod health;
mod media;
pub mod plan;
mod variables;

use axum::Router;
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::cli::Mode;
use crate::serve::Worker;

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
    routes.layer(CatchPanicLayer::new()).layer(CompressionLayer::new()).with_state(worker)
}
