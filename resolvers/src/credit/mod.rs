//! 信用记录 Licences, inspections, penalties, the two lists, credit repairs, notices and what other provinces sent, in
//! the graph.

pub mod cross_region;
pub mod cross_region_list;
pub mod inspection;
pub mod licence;
pub mod listing;
pub mod notice;
pub mod penalty;
pub mod query;
pub mod repair;
