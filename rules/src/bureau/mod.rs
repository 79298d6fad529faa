//! 年报监管 What the bureau makes of annual reports: the zero-value list, who owes a report, sizes, cells of
//! statistics, the comparison with the archive and what follows from it (企业信息公示暂行条例 art. 12, 14).
//!
//! Definitions, limits and detectors are tables in `data/bureau`; code holds only how they are read.
//! Absent on purpose: the clock, storage, and any way to change a report.

mod case;
mod comparison;
mod correction;
mod ladder;
mod measure;
mod owing;
mod quantile;
mod size;
mod suppress;
mod trend;
mod zero_value;

pub use crate::vocabulary::{CorrectionStep, FindingStage};
pub use comparison::{Compared, Detector, Difference, Fact, Facts, HolderFacts, compare, detectors};
pub use correction::{Letter, Refusal, StepFacts, Term, decide, letter, term};
pub use ladder::{COUNTRY, Rung, rungs, stands};
pub use measure::{Figures, ReportMeasure};
pub use owing::{FOREVER, Filer, owed_years};
pub use quantile::{bucket, quantile};
pub use size::{ReportSize, size};
pub use suppress::{SMALLEST, suppress};
pub use trend::{Forecast, LEAST_YEARS, forecast};
pub use zero_value::{ZeroValueDefinition, definition, definitions, is_zero_value};

/// 版本 Of the tables on which stored facts and cells depend: whoever has stored them under another version
/// counts anew.
pub fn version() -> u64 {
    // FNV-1a, because the value is stored and must be the same with every compiler.
    let tables = [include_str!("../../data/bureau/zero_value.toml"), include_str!("../../data/bureau/sizes.toml")];
    let bytes = tables.iter().flat_map(|table| table.bytes()).chain([LAYOUT]);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Changes with the form of what is stored.
const LAYOUT: u8 = 2;
