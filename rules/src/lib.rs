//! 规则 The law and its vocabulary: value types, enums, reference tables, dated figures, rule tables.
//!
//! Pure functions of (facts, day). Absent on purpose: async, I/O, clock, randomness.
//! The SeaORM and GraphQL derives of the vocabulary stand behind the features `orm` and
//! `graphql`, so that the law compiles and tests in seconds on its own.

pub mod access;
pub mod annual_report;
pub mod bureau;
pub mod calendar;
pub mod identity_number;
pub mod industry;
pub mod legacy;
pub mod liaison;
pub mod message;
pub mod money;
pub mod notice;
pub mod region;
pub mod telephone;
pub mod uscc;
pub mod violation;
pub mod vocabulary;
