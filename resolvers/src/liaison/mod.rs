//! 联络员 Registration and change of liaisons in the graph, and the log of its steps.

pub mod log;
pub mod mutation;
