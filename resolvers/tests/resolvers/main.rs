//! What the graph does without a database. Beside the crate and not in it: compiling its resolvers once is
//! enough.

mod batch;
mod catalogue;
mod words;
