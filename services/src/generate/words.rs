//! 词表 Reads the embedded word lists and tables. They are part of the program, so a fault in one is
//! a fault of the build, not of its user.

use serde::de::DeserializeOwned;

/// Embeds a file of `services/data/generate`.
macro_rules! data {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/generate/", $name))
    };
}
pub(super) use data;

/// The rows of an embedded CSV table.
pub fn table<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().expect("the embedded table is well-formed")
}

/// The words of a cell, separated by `|`.
pub fn words(cell: &str) -> Vec<String> {
    cell.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
