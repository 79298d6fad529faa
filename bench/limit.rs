//! 上限 An axum handler that answers every POST with the same bytes, ready-made: what HTTP itself
//! costs on this machine. `bench/graph` puts it under the load of the four queries.
//!
//!     limit ADDRESS FILE
//!
//! It serves as the product does, one single-threaded runtime a core, so that the difference to the
//! product is what the product does for its answers.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, file] = arguments.as_slice() else { anyhow::bail!("limit ADDRESS FILE") };
    let address: SocketAddr = address.parse()?;
    let bytes = Bytes::from(std::fs::read(file)?);
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let cores = thread::available_parallelism()?.get();
    let servers: Vec<_> = (0..cores)
        .map(|_| {
            let (listener, bytes) = (listener.try_clone(), bytes.clone());
            thread::spawn(move || serve(listener?, bytes))
        })
        .collect();
    servers.into_iter().try_for_each(|server| server.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
}

fn serve(listener: TcpListener, bytes: Bytes) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // The body is read, as every server must read it.
        let answer = move |_: Bytes| async move { ([(CONTENT_TYPE, "application/json; charset=utf-8")], bytes) };
        let listener = tokio::net::TcpListener::from_std(listener)?;
        Ok(axum::serve(listener, Router::new().route("/graphql", post(answer))).await?)
    })
}
