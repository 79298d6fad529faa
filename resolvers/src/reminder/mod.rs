//! 年报催报 Reminder campaigns in the graph.

pub mod campaign;
pub mod mutation;
pub mod subscription;
