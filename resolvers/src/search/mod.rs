//! 全文检索 Full-text search in the graph.

mod cross_region;
pub mod export;
mod facets;
pub mod filter;
pub mod matched;
pub mod query;
pub mod result;
pub mod saved;
mod statistics;
pub mod stored;
mod telephone;
