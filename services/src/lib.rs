//! 用例 The use cases: the only room that opens a transaction and writes.
//!
//! Absent on purpose: GraphQL, HTTP, and any rule of law (those are in `rules`).

pub mod access;
pub mod assistant;
pub mod audit;
pub mod audit_desk;
pub mod bureau;
pub mod change_feed;
pub mod changes;
pub mod command;
pub mod crowd;
pub mod documents;
pub mod draft;
pub mod explain;
pub mod export;
mod failure;
pub mod figures;
pub mod filing;
pub mod generate;
pub mod import;
pub mod index;
pub mod jobs;
mod load;
pub mod messages;
pub mod notices;
pub mod ports;
pub mod questions;
pub mod reminders;
pub mod rule_diff;
pub mod search;
pub mod setup;
pub mod slow;
pub mod statement;
pub mod totals;
pub mod vault;
