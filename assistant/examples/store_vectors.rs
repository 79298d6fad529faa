//! Encodes the example questions again after a change of topics or model:
//! `cargo run -p assistant --example store_vectors [MODEL_FOLDER]`.
//! Without a folder the built-in model is used and the committed file is rewritten.

use std::path::PathBuf;

use assistant::{AssistantError, Encoder, Knowledge, KnowledgeVectors, VECTORS_FILE};

fn main() -> Result<(), AssistantError> {
    let model_folder = std::env::args_os().nth(1).map(PathBuf::from);
    let encoder = match &model_folder {
        Some(folder) => Encoder::load(folder)?,
        None => Encoder::built_in()?,
    };
    let committed = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge"));
    let folder = model_folder.unwrap_or_else(committed);
    KnowledgeVectors::store(&encoder, &Knowledge::built_in()?, &folder)?;
    println!("{}", folder.join(VECTORS_FILE).display());
    Ok(())
}
