//! 全文检索 Full-text search in the graph.

pub mod export;
pub mod filter;
pub mod matched;
pub mod query;
pub mod result;
pub mod saved;
