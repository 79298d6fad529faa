//! 图 The graph: objects, fields and loaders, one to ten lines a field.
//!
//! Absent on purpose: SQL, transactions, and rules of law.
#![recursion_limit = "512"]

pub mod annual_report;
pub mod batch;
pub mod connection;
pub mod credit;
pub mod enterprise;
pub mod loaders;
pub mod node;
pub mod owner;
pub mod region;
pub mod value;
pub mod window;

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, Schema, SchemaBuilder, ValidationMode};
use schema::limits;

/// Root of all queries, area by area.
#[derive(MergedObject, Default)]
pub struct Query(enterprise::query::EnterpriseQuery, credit::query::CreditQuery, node::NodeQuery, region::RegionQuery);

/// The schema of the graph.
pub type Graph = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema with its limits, still without loaders.
pub fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .enable_federation()
        .limit_depth(limits::DEPTH)
        .limit_complexity(limits::COMPLEXITY)
        .limit_directives(limits::DIRECTIVES)
        .validation_mode(ValidationMode::Strict)
}
