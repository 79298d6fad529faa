//! 连接 The connections of one serving thread: HTTP/1.1, bounded in number and in patience.
//!
//! TLS and HTTP/2 are the business of the proxy in front.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use schema::limits;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::caller::Source;

/// How long open requests may take to end once the server is told to stop.
fn farewell() -> Duration {
    Duration::from_secs(limits().execution_seconds as u64 + 5)
}

/// Serves what is dealt until told to stop; open requests are finished first.
pub async fn serve(router: Router, mut dealt: UnboundedReceiver<TcpStream>, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    // Also ends a connection on which nothing comes after the last answer.
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(limits().head_seconds as u64));
    let service = TowerToHyperService::new(router);
    let open = TaskTracker::new();
    loop {
        let stream = tokio::select! {
            stream = dealt.recv() => stream,
            () = stop.cancelled() => None,
        };
        let Some(stream) = stream else { break };
        // The stream was opened on the listener's runtime; from here on it belongs to this one.
        let Ok(stream) = stream.into_std().and_then(TcpStream::from_std) else { continue };
        if open.len() >= limits().connections {
            metrics::counter!("qinxin_connections_refused_total").increment(1);
            continue;
        }
        let address = stream.peer_addr().map_or_else(|_| Arc::from(""), |peer| peer.ip().to_string().into());
        let source = Source::of(address);
        let service = service.clone();
        let serve = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(source.clone());
            service.call(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), serve).with_upgrades();
        let told = stop.clone();
        open.spawn(async move {
            let mut connection = std::pin::pin!(connection);
            // A client that breaks off is no error of ours.
            tokio::select! {
                _ = connection.as_mut() => return,
                () = told.cancelled() => {}
            }
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        });
    }
    open.close();
    if tokio::time::timeout(farewell(), open.wait()).await.is_err() {
        tracing::warn!(connections.open = open.len(), "connections did not end in time");
    }
}
