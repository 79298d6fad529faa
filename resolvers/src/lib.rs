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
    EmptyMutation, EmptySubscription, MergedObject, SDLExportOptions, Schema, SchemaBuilder, ValidationMode,
};
use schema::limits;

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

/// The schema of the graph.
pub type Graph = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema with its limits, still without loaders.
pub fn builder(mode: ValidationMode) -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
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
