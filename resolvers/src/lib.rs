//! 图 The graph: objects, fields and loaders, one to ten lines a field.
//!
//! Absent on purpose: SQL, transactions, and rules of law.
#![recursion_limit = "512"]

pub mod annual_report;
pub mod assistant;
pub mod batch;
pub mod connection;
pub mod credit;
pub mod enterprise;
pub mod loaders;
pub mod node;
pub mod owner;
pub mod region;
pub mod search;
pub mod value;
pub mod window;

use async_graphql::{
    EmptyMutation, EmptySubscription, MergedObject, Request, Response, SDLExportOptions, Schema, SchemaBuilder,
    ValidationMode,
};
use futures::future::BoxFuture;
use schema::limits;
use services::assistant::Assistant;
use services::index::Index;

/// Root of all queries, area by area.
#[derive(MergedObject, Default)]
pub struct Query(Records, Services);

/// 记录 What the register holds.
#[derive(MergedObject, Default)]
pub struct Records(
    enterprise::query::EnterpriseQuery,
    credit::query::CreditQuery,
    node::NodeQuery,
    region::RegionQuery,
);

/// 服务 What is worked out on request.
#[derive(MergedObject, Default)]
pub struct Services(search::query::SearchQuery, annual_report::draft::DraftQuery, assistant::AssistantQuery);

/// 图 The schema with its loaders. Whoever uses it compiles none of its resolvers: they are
/// instantiated here, once.
#[derive(Clone)]
pub struct Graph(Schema<Query, EmptyMutation, EmptySubscription>);

impl Graph {
    /// The graph of one serving thread.
    pub fn new(mode: ValidationMode, loaders: loaders::Loaders, index: Index, assistant: Assistant) -> Self {
        Self(builder(mode).data(loaders).data(index).data(assistant).finish())
    }

    /// Answers one request.
    pub fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(self.0.execute(request))
    }
}

/// The schema with its limits, still without loaders.
fn builder(mode: ValidationMode) -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .enable_federation()
        .limit_depth(limits::DEPTH)
        .limit_complexity(limits::COMPLEXITY)
        .limit_directives(limits::DIRECTIVES)
        .validation_mode(mode)
}

/// 模式文本 The schema definition, with the directives of Federation 2 if asked for.
pub fn sdl(federation: bool) -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let graph = builder(ValidationMode::Strict).finish();
    graph.sdl_with_options(if federation { options.federation() } else { options })
}
