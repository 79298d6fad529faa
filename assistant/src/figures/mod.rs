//! 数字异常 Whether the figures of an annual report are plausible beside each other, beside last year's and beside
//! those of the same industry and size.
//!
//! Three layers: hard rules ([`hard`], from the rule table), a ratio screen without a network ([`screen`]) and a
//! network that guesses each figure from the others ([`network`]). What they find is a warning to confirm, never a
//! block: with it come the range in which the figure was expected and the usual repair that would make the report
//! plausible. Lost minus signs are hardly found: a small loss and a small profit look alike to all three.
//!
//! The weights were trained on generated reports (`figures/evaluation.json`); real ones differ, so an operator runs
//! `qinxin assistant train` and `qinxin assistant evaluate` on reports of its own.

mod dice;
pub mod errors;
pub mod evaluation;
mod hard;
mod model;
mod network;
mod repair;
mod screen;
mod sheet;
mod tails;
mod train;
mod words;

pub use errors::ErrorKind;
pub use model::{Finding, Layer, MODEL_FILE, Model, Repair, Surprise};
pub use sheet::{FIELDS, Field, Sample, Sheet};
pub use train::{Progress, Settings, Split, train};
