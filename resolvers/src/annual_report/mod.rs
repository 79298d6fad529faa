//! 年度报告 Annual reports in the graph, submitted ones and drafts.

pub mod branch_file;
pub mod draft;
pub mod employment;
pub mod employment_file;
pub mod extract;
pub mod figures;
pub mod file;
pub mod filing;
pub mod form;
pub mod inputs;
pub mod object;
pub mod statement;
