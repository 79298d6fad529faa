//! 经营主体 Enterprises in the graph.

pub mod holders;
pub mod list;
pub mod object;
pub mod query;
