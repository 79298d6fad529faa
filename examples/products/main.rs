//! 示例 Apollo's subgraph compatibility schema (`products`) behind the door of this house.
//!
//!   cargo run --example products -- 127.0.0.1:4001
//!
//! It shows that the HTTP layer serves any graph of Federation 2, and lets the compatibility cases be run
//! against it. The data is that which the cases expect.

mod graph;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use anyhow::Context;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, SDLExportOptions, Schema};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use qinxin::alone::{Served, serve};
use qinxin::serve::Graph;
use schema::access::Table;

static POLICIES: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("access.toml")));

#[derive(Clone)]
struct Products(Schema<graph::Query, EmptyMutation, EmptySubscription>);

impl Graph for Products {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(self.0.execute(request))
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.0.execute_stream(request).boxed()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4001".to_owned());
    let listen: SocketAddr = listen.parse().context("the address to listen on, such as 127.0.0.1:4001")?;
    let products = Schema::build(graph::Query, EmptyMutation, EmptySubscription).enable_federation().finish();
    let served = Served {
        sdl: products.sdl(),
        federation: products.sdl_with_options(SDLExportOptions::new().federation().compose_directive()),
        graph: Arc::new(Products(products)),
        policies: &POLICIES,
    };
    let folder = tempfile::tempdir()?;
    serve(listen, folder.path(), served).await
}
