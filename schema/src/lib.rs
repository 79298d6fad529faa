//! 契约 What every field of the graph is made of: scalars, failures, cursors, limits.
//!
//! `schema.graphql` and `schema.federation.graphql` beside this crate are the golden copies of the
//! contract. Absent on purpose: storage, rules of law, and any object of an area.

pub mod access;
pub mod cookie;
pub mod cursor;
pub mod failure;
pub mod global_id;
pub mod limits;
pub mod paging;
pub mod releases;
pub mod scalars;
pub mod upload;

pub use failure::{Answer, Code, Failure};
pub use limits::limits;
