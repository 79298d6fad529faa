//! 另一个图 Another graph behind the same door: what speaks GraphQL over HTTP here does not know what the
//! graph is about.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use entities::Database;
use metrics_exporter_prometheus::PrometheusBuilder;
use schema::access::Table;
use schema::cookie::Cookie;
use schema::limits;
use services::audit_desk::AuditDesk;
use services::crowd::Crowd;
use services::index::Index;
use services::ports::Clock;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::Mode;
use crate::connections;
use crate::http;
use crate::http::inputs::Inputs;
use crate::http::plan::Plans;
use crate::http::types::Types;
use crate::seats::{Seats, Streams};
use crate::serve::{Graph, Worker};

/// 图 A graph with the texts of its schema.
pub struct Served {
    /// Answers with every rule of validation.
    pub graph: Arc<dyn Graph>,
    /// The schema.
    pub sdl: String,
    /// The same with the directives of federation.
    pub federation: String,
    /// Who may see which field.
    pub policies: &'static Table,
}

/// Serves a graph at an address until the process ends; an empty database in `folder` stands behind it.
///
/// # Errors
/// The address is taken, the schema cannot be read, or the folder cannot be written.
pub async fn serve(listen: SocketAddr, folder: &Path, served: Served) -> Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("无法监听 {listen}"))?;
    let db = Database::connect(&Database::sqlite_url(folder), 1).await?;
    services::setup::prepare(&db).await?;
    let (audit, recording) = AuditDesk::open(db.clone());
    tokio::spawn(recording);
    let types = Types::of(&served.sdl, &served.federation, served.policies).context("模式文本无法解析")?;
    let worker = Worker {
        validated: Arc::clone(&served.graph),
        graph: served.graph,
        plans: Arc::new(Plans::new(Inputs::new(types, true))),
        clock: Clock::System,
        mode: Mode::Development,
        db,
        index: Index::open(&folder.join("index"), 1),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        desk: resolvers::access::Desk::default(),
        cookie: Cookie { is_secure: false },
        quotas: http::quota::Quotas::default(),
        persisted: Arc::default(),
        audit,
        telemetry: crate::telemetry::Telemetry::default(),
        stop: CancellationToken::new(),
        seats: Seats::new(limits().thread_requests),
        streams: Streams::new(limits().streams, limits().source_streams),
        downloads: Crowd::default(),
        gatekeeper: None,
        trusted_proxies: Arc::from([]),
        metrics_from: Arc::from([]),
        cors_origins: Arc::from([]),
    };
    let (sender, receiver) = mpsc::unbounded_channel();
    let stop = worker.stop.clone();
    println!("http://{}/graphql", listener.local_addr()?);
    let accept = async {
        while let Ok((stream, _)) = listener.accept().await {
            if sender.send(stream).is_err() {
                return;
            }
        }
    };
    tokio::join!(accept, connections::serve(http::router(worker), receiver, stop));
    Ok(())
}
