//! 复制索引 A copy of the index is taken from another one: its files never change once written, so they
//! are copied while it is in use.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::SearchError;
use crate::generation::{self, Generation};
use crate::shards::{self, MANAGED, META};

/// How often a copy is begun anew because the other index merged files away meanwhile.
const ATTEMPTS: usize = 5;

/// Copies the live generation of the index in `from` and makes it the live one of `root`.
///
/// # Errors
/// There is no usable index in `from`, another process rebuilds the one in `root`, or the disk is full.
pub fn seed(root: &Path, from: &Path) -> Result<(), SearchError> {
    fs::create_dir_all(root)?;
    let lock = generation::lock(root)?;
    generation::remove_stale(root, &lock, None)?;
    let name = generation::create(root)?;
    let path = root.join(&name);
    let copied = (0..ATTEMPTS).find_map(|attempt| match copy(from, &path) {
        Err(SearchError::Io(error)) if is_moved(&error) && attempt + 1 < ATTEMPTS => None,
        other => Some(other),
    });
    let opened = copied.unwrap_or(Ok(())).and_then(|()| Generation::open(root, &name)?.warm());
    if let Err(error) = opened {
        fs::remove_dir_all(&path)?;
        return Err(error);
    }
    generation::switch(root, &name)?;
    generation::remove_stale(root, &lock, None)
}

/// Whether the other index was merged or committed while it was copied.
fn is_moved(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ResourceBusy)
}

/// The first shard comes first: what it says of itself is true of all that are copied after it.
fn copy(from: &Path, path: &Path) -> Result<(), SearchError> {
    let source = from.join(generation::live_name(from)?);
    for (shard, folder) in shards::folders(&source)?.into_iter().enumerate() {
        copy_shard(&folder, &shards::folder(path, shard))?;
    }
    Ok(())
}

fn copy_shard(source: &Path, path: &Path) -> Result<(), SearchError> {
    fs::create_dir_all(path)?;
    let meta = fs::read(source.join(META))?;
    let index = tantivy::Index::open_in_dir(source).map_err(|error| SearchError::reading(&error, source))?;
    let metas = index.load_metas().map_err(|error| SearchError::reading(&error, source))?;
    let mut managed = vec![META.into()];
    for file in metas.list_segment_files() {
        let is_there = source.join(&file).exists();
        // Some kinds of file are only written when a segment needs them.
        if is_there && !path.join(&file).exists() {
            fs::copy(source.join(&file), path.join(&file))?;
        }
        if is_there {
            managed.push(file);
        }
    }
    let managed = serde_json::to_vec(&managed).map_err(std::io::Error::from)?;
    if fs::read(source.join(META))? != meta {
        return Err(std::io::Error::from(ErrorKind::ResourceBusy).into());
    }
    fs::write(path.join(MANAGED), managed)?;
    fs::write(path.join(META), meta)?;
    Ok(())
}
