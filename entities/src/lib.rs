//! 记录 The rows of the graph: one file a table, read in batches.
//!
//! A reader takes all keys of a level at once and answers with one statement; it never runs once
//! a row. Absent on purpose: GraphQL, rules of law, and any way to write outside [`bulk`] and the
//! transactions that `services` opens.

pub mod access;
pub mod annual_report;
pub mod audit;
pub mod bulk;
pub mod bureau;
pub mod change;
pub mod changes;
mod copy_text;
pub mod credit;
pub mod cross_region;
pub mod database;
pub mod documents;
pub mod employment;
pub mod enterprise;
pub mod exports;
mod few_rows;
pub mod filing;
pub mod guarded;
pub mod holders;
pub mod identity;
pub mod indexing;
pub mod jobs;
pub mod liaison;
pub mod messages;
pub mod notices;
pub mod operations;
mod outage;
pub mod page;
pub mod questions;
pub mod read;
pub mod record;
pub mod reference;
pub mod report_figures;
pub mod report_parts;
pub mod reports;
pub mod saved_searches;
pub mod scope;
pub mod statement;
pub mod summary;
mod together;
mod unkeyed;
pub mod usage;
pub mod vault;

pub use database::{Database, DatabaseError};
pub use scope::Scope;
