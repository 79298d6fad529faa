//! 分片 The folders that one generation is split into, by the region of the enterprise. Each is written and merged on
//! its own; all are read as one index, so that scores, totals and facets are those of the whole.
//!
//! SHARDS-1: the first shard is committed last. What it tells of itself holds for all: after a crash between two
//! commits the others are ahead, and the same changes applied again lead to the same state.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rules::region::RegionCode;
use serde_json::Value;
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr};

/// Most shards of an index.
pub const MAX_SHARDS: usize = 64;
/// What Tantivy calls the list of the segments of an index.
pub const META: &str = "meta.json";
/// What Tantivy calls the list of the files of an index.
pub const MANAGED: &str = ".managed.json";

const PREFIX: &str = "shard-";

/// Folder of a shard within a generation.
pub fn folder(generation: &Path, shard: usize) -> PathBuf {
    generation.join(format!("{PREFIX}{shard:02}"))
}

/// The folders of a generation's shards, in their order.
///
/// # Errors
/// The folder cannot be listed.
pub fn folders(generation: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(generation)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable();
    Ok(folders)
}

/// The shard of an enterprise and its records: a prefecture is never split.
pub fn place(region: RegionCode, shards: usize) -> usize {
    let prefecture = region.get() / 100;
    prefecture as usize % shards.max(1)
}

/// 合读 The folders of all shards, read as if all their segments lay in one. Nothing is written through it.
#[derive(Clone, Debug)]
pub struct Union {
    shards: Arc<[MmapDirectory]>,
}

impl Union {
    /// Opens the shards of a generation.
    ///
    /// # Errors
    /// There is none, or one cannot be opened.
    pub fn open(generation: &Path) -> io::Result<Self> {
        let shards = folders(generation)?;
        let opened: Result<Arc<[_]>, _> = shards.iter().map(MmapDirectory::open).collect();
        let shards = opened.map_err(io::Error::other)?;
        if shards.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(Self { shards }) }
    }

    /// Names of segments are unique, so that every file but the lists is in one shard.
    fn holder(&self, path: &Path) -> Result<&MmapDirectory, OpenReadError> {
        for shard in self.shards.iter() {
            if shard.exists(path)? {
                return Ok(shard);
            }
        }
        Err(OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn lists(&self, path: &Path) -> Result<Vec<Value>, OpenReadError> {
        let parsed = |bytes: Vec<u8>| {
            serde_json::from_slice(&bytes).map_err(|error| OpenReadError::wrap_io_error(error.into(), path.to_owned()))
        };
        self.shards.iter().map(|shard| shard.atomic_read(path).and_then(parsed)).collect()
    }
}

/// The list of the first shard with what stands in the others.
fn joined(path: &Path, lists: Vec<Value>) -> Option<Value> {
    let mut lists = lists.into_iter();
    let mut first = lists.next()?;
    let at = if path == Path::new(META) { "/segments" } else { "" };
    let all = first.pointer_mut(at)?.as_array_mut()?;
    for mut other in lists {
        all.append(other.pointer_mut(at)?.as_array_mut()?);
    }
    Some(first)
}

impl Directory for Union {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.holder(path)?.get_file_handle(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        match self.holder(path) {
            Ok(_) => Ok(true),
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let list = joined(path, self.lists(path)?);
        let list = list.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData));
        list.and_then(|list| Ok(serde_json::to_vec(&list)?))
            .map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))
    }

    /// Held in every shard, so that none removes a file that is about to be opened.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let held = self.shards.iter().map(|shard| shard.acquire_lock(lock)).collect::<Result<Vec<_>, _>>()?;
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "shards are written one by one")
}
