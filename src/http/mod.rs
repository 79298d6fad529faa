//! 门 The HTTP routes of one serving thread.

pub mod assets;
mod branch_templates;
pub mod caller;
mod chinese;
mod cost;
pub mod documents;
mod exports;
mod graphql;
mod headers;
mod health;
pub mod inbound_messages;
pub mod inputs;
mod media;
mod needs;
mod oidc;
mod partner;
pub mod plan;
mod printed;
pub mod quota;
mod refusals;
pub mod rehearse;
mod reply;
pub mod request;
mod shape;
pub mod signed;
mod subscribe;
pub mod types;
mod upload;

use axum::Router;
use axum::routing::{any, get, post};
use services::export::Format;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use crate::cli::Mode;
use crate::serve::Worker;

/// Answers of more bytes are compressed for clients that accept it; smaller ones travel faster as
/// they are.
const COMPRESSED: u64 = 32 * 1024;

/// Every route. A panic costs one answer, never the process.
pub fn router(worker: Worker) -> Router {
    let mut routes = Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphql/ws", any(subscribe::upgrade))
        .route("/exports/{job}", get(exports::serve))
        .route("/branch-templates/{uscc}/{file}", get(branch_templates::serve))
        .route("/documents/{id}", get(printed::serve))
        .route_layer(axum::middleware::from_fn_with_state(worker.clone(), signed::verify))
        .route(inbound_messages::PATH, post(inbound_messages::serve))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(oidc::routes())
        .fallback(get(assets::serve));
    if worker.mode == Mode::Development {
        routes = routes.route("/graphiql", get(assets::graphiql));
    }
    // Exports and documents tell their length and the digest of their bytes.
    let [csv, xlsx, pdf] =
        [Format::Csv.media_type(), Format::Xlsx.media_type(), printed::MEDIA_TYPE].map(NotForContentType::const_new);
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESSED).and(NotForContentType::SSE).and(csv).and(xlsx).and(pdf));
    let (cors, safe) = (headers::cors(&worker), headers::safe(worker.mode));
    let routes = routes.layer(CatchPanicLayer::new()).layer(compression).layer(cors);
    let routes = routes.layer(axum::middleware::map_response(safe));
    let routes = routes.layer(PropagateRequestIdLayer::x_request_id());
    let routes = routes.layer(SetRequestIdLayer::x_request_id(MakeRequestUuid));
    routes.layer(axum::middleware::map_request(headers::sober_request_id)).with_state(worker)
}
