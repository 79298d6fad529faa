//! 文书 Documents as PDF: what is printed of an annual report. Plain data goes in, bytes come out, the same for the
//! same input.
//!
//! RENDER-1: no character becomes a silent box: what no font at hand has is printed as `〔U+20BB7〕`, said at the foot
//! of every page and told to the caller by name.
//! RENDER-2: a document needs nothing of the machine: templates and the font are in the binary.
//!
//! Absent on purpose: the database, the clock, the network. A crate of its own, so that an edit elsewhere never
//! compiles the typesetter again.

mod characters;
mod layout;
mod press;
mod receipt;
mod report;
#[cfg(test)]
mod tests;
mod words;

pub use characters::Missing;
pub use press::{Press, Printed, RenderError};
pub use receipt::Receipt;
pub use report::{Edition, Report};
pub use words::Stamp;
