//! 文书 Documents as PDF: what is printed of an annual report. Plain data goes in, bytes come out, the same for the
//! same input.
//!
//! Absent on purpose: the database, the clock, the network. A crate of its own, so that an edit elsewhere never
//! compiles the typesetter again.
