//! 年度报告 Annual reports in the graph, submitted ones and drafts.

pub mod draft;
pub mod figures;
pub mod file;
pub mod filing;
pub mod form;
pub mod inputs;
pub mod object;
