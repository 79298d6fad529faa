//! 信用记录 Licences, inspections, penalties, the two lists and credit repairs in the graph.

pub mod inspection;
pub mod licence;
pub mod listing;
pub mod penalty;
pub mod query;
pub mod repair;
