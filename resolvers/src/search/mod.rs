//! 全文检索 Full-text search in the graph.

pub mod query;
pub mod result;
