//! 全文检索 Full-text search in the graph.

mod cross_region;
mod facets;
pub mod filter;
pub mod query;
pub mod result;
mod statistics;
