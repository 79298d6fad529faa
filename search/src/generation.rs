//! 索引代次 The folder of the index holds generations, each a complete index in a folder of its
//! own, split into shards, and the pointer file `CURRENT` that names the live one. A rebuild writes a new generation
//! and then replaces the pointer by renaming; until that moment nothing of the live one changes.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use tantivy::directory::INDEX_WRITER_LOCK;
use tantivy::{IndexReader, ReloadPolicy, Searcher};

use crate::error::SearchError;
use crate::schema::{self, Fields};
use crate::segments::{Columns, PerSegment};
use crate::shards::{self, Union};
use crate::table::Table;
use crate::tokenizer;

const POINTER: &str = "CURRENT";
const NEXT_POINTER: &str = "CURRENT.next";
const REBUILD_LOCK: &str = "rebuild.lock";
const PREFIX: &str = "generation-";

/// What a commit says about itself.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Payload {
    /// Format of the documents, see [`schema::format`].
    pub format: String,
    /// The last change of the outbox that the index holds.
    pub sequence: i64,
    /// 断点 How far an unfinished rebuild is, in the words of whoever builds.
    #[serde(default)]
    pub mark: Option<String>,
}

impl Payload {
    /// The payload of a commit up to a change of the outbox.
    pub fn text(sequence: i64) -> String {
        serde_json::json!({ "format": schema::format(), "sequence": sequence }).to_string()
    }

    /// The payload of a commit in the middle of a rebuild.
    pub fn unfinished(sequence: i64, mark: &str) -> String {
        serde_json::json!({ "format": schema::format(), "sequence": sequence, "mark": mark }).to_string()
    }
}

/// An open generation.
pub struct Generation {
    pub name: String,
    pub path: PathBuf,
    pub fields: Fields,
    pub index: tantivy::Index,
    tables: PerSegment<Table>,
    columns: PerSegment<Columns>,
    reader: IndexReader,
}

impl Generation {
    /// Opens the live generation. A rebuild may replace it meanwhile, so a failure counts only
    /// if the pointer still names what could not be opened.
    ///
    /// # Errors
    /// There is no index, or it is damaged or of another format.
    pub fn open_live(root: &Path) -> Result<Self, SearchError> {
        let mut name = live_name(root)?;
        loop {
            let error = match Self::open(root, &name) {
                Ok(generation) => return Ok(generation),
                Err(error) => error,
            };
            let now = live_name(root)?;
            if now == name {
                return Err(error);
            }
            name = now;
        }
    }

    pub(crate) fn open(root: &Path, name: &str) -> Result<Self, SearchError> {
        let path = root.join(name);
        let opened = guarded(&path, || {
            let index = read(&path)?;
            let (schema, fields) = schema::build();
            if index.schema() != schema || payload(&index, &path)?.format != schema::format() {
                return Err(SearchError::Outdated { path: path.clone() });
            }
            tokenizer::register(&index);
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
            let reader = reader.map_err(|error| SearchError::reading(&error, &path))?;
            Ok((index, fields, reader))
        });
        let (index, fields, reader) = opened?;
        let (tables, columns) = (PerSegment::default(), PerSegment::default());
        Ok(Self { name: name.to_owned(), path, fields, index, tables, columns, reader })
    }

    /// The state after the last reload.
    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Takes over what was committed since.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn reload(&self) -> Result<(), SearchError> {
        guarded(&self.path, || self.reader.reload().map_err(|error| SearchError::reading(&error, &self.path)))?;
        self.warm()
    }

    /// Reads the tables of new segments now, so that no count waits for them.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn warm(&self) -> Result<(), SearchError> {
        let searcher = self.searcher();
        self.columns(&searcher)?;
        self.read(|| self.tables(&searcher).map(drop))
    }

    /// The open columns of a searcher's segments, in their order.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn columns(&self, searcher: &Searcher) -> Result<Vec<Arc<Columns>>, SearchError> {
        self.read(|| self.columns.of(searcher, Columns::open))
    }

    /// The tables of a searcher's segments, in their order.
    ///
    /// # Errors
    /// The columns cannot be read.
    pub fn tables(&self, searcher: &Searcher) -> tantivy::Result<Vec<Arc<Table>>> {
        self.tables.of(searcher, Table::read)
    }

    /// Runs what reads the index.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn read<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, SearchError> {
        guarded(&self.path, || work().map_err(|error| SearchError::reading(&error, &self.path)))
    }

    /// The last change of the outbox that is committed.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn applied_sequence(&self) -> Result<i64, SearchError> {
        payload(&self.index, &self.path).map(|payload| payload.sequence)
    }
}

/// All shards of a generation as one index that is only read.
///
/// # Errors
/// There is none, or it is damaged.
pub fn read(path: &Path) -> Result<tantivy::Index, SearchError> {
    let damaged = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => SearchError::Damaged { path: path.to_owned(), reason: error.to_string() },
        _ => error.into(),
    };
    let union = Union::open(path).map_err(damaged)?;
    tantivy::Index::open(union).map_err(|error| SearchError::reading(&error, path))
}

/// 断点 The rebuild that was begun last and not finished, with its payload, if this program can go on
/// with it. Needs the [`lock`].
///
/// # Errors
/// The folder cannot be listed.
pub fn unfinished(root: &Path, _held: &File) -> Result<Option<(String, Payload)>, SearchError> {
    let live = live_name(root).ok();
    let mut names: Vec<String> = names(root)?.into_iter().filter(|name| Some(name) != live.as_ref()).collect();
    names.sort_unstable();
    for name in names.into_iter().rev() {
        if let Ok(payload) = begun(&root.join(&name))
            && payload.mark.is_some()
            && payload.format == schema::format()
        {
            return Ok(Some((name, payload)));
        }
    }
    Ok(None)
}

/// What all shards of an unfinished generation say of themselves. Where they say different things, a rebuild was broken
/// off between two of them, and nobody knows which records are in which.
fn begun(path: &Path) -> Result<Payload, SearchError> {
    guarded(path, || {
        let mut payloads = Vec::new();
        for folder in shards::folders(path)? {
            let index = tantivy::Index::open_in_dir(&folder).map_err(|error| SearchError::reading(&error, path))?;
            if index.schema() != schema::build().0 {
                return Err(SearchError::Outdated { path: path.to_owned() });
            }
            payloads.push(payload(&index, path)?);
        }
        let differs = || SearchError::Damaged { path: path.to_owned(), reason: "its shards differ".to_owned() };
        let first = payloads.pop().ok_or_else(differs)?;
        if payloads.iter().all(|other| *other == first) { Ok(first) } else { Err(differs()) }
    })
}

fn payload(index: &tantivy::Index, path: &Path) -> Result<Payload, SearchError> {
    let meta = index.load_metas().map_err(|error| SearchError::reading(&error, path))?;
    let text = meta.payload.unwrap_or_default();
    serde_json::from_str(&text)
        .map_err(|error| SearchError::Damaged { path: path.to_owned(), reason: format!("payload: {error}") })
}

/// Tantivy panics on some damage; whoever asks gets an error instead.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "a file of a segment does not hold what it should".to_owned();
        Err(SearchError::Damaged { path: path.to_owned(), reason })
    })
}

/// The name of the live generation.
///
/// # Errors
/// There is none, or the pointer cannot be read.
pub fn live_name(root: &Path) -> Result<String, SearchError> {
    let text = match fs::read_to_string(root.join(POINTER)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(SearchError::Missing { root: root.to_owned() });
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(error.into()),
    };
    match number(text.trim()) {
        Some(_) => Ok(text.trim().to_owned()),
        None => Err(SearchError::Damaged { path: root.join(POINTER), reason: "it names no generation".to_owned() }),
    }
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

/// Makes an empty folder for the next generation.
///
/// # Errors
/// The folder cannot be made.
pub fn create(root: &Path) -> Result<String, SearchError> {
    let last = names(root)?.iter().filter_map(|name| number(name)).max();
    let name = format!("{PREFIX}{:06}", last.map_or(1, |last| last + 1));
    fs::create_dir(root.join(&name))?;
    Ok(name)
}

fn names(root: &Path) -> Result<Vec<String>, SearchError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| number(name).is_some()));
    }
    Ok(names)
}

/// Makes a generation the live one: the pointer is written beside the old one, made durable and
/// renamed over it.
///
/// # Errors
/// The pointer cannot be written; the old one stands.
pub fn switch(root: &Path, name: &str) -> Result<(), SearchError> {
    // Each shard makes its files durable; that there are shards is told by their folder.
    File::open(root.join(name))?.sync_all()?;
    let next = root.join(NEXT_POINTER);
    let mut file = File::create(&next)?;
    file.write_all(name.as_bytes())?;
    file.sync_all()?;
    fs::rename(&next, root.join(POINTER))?;
    File::open(root)?.sync_all()?;
    Ok(())
}

/// The right to make and remove generations, held by one process until it ends or drops it.
///
/// # Errors
/// Another process holds it.
pub fn lock(root: &Path) -> Result<File, SearchError> {
    let path = root.join(REBUILD_LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SearchError::Locked { path }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Removes generations that are neither live nor `kept` and that nobody writes: replaced ones and the
/// remains of broken rebuilds. Needs the [`lock`]. What cannot be removed waits for the next time.
///
/// # Errors
/// The folder cannot be listed.
pub fn remove_stale(root: &Path, _held: &File, kept: Option<&str>) -> Result<(), SearchError> {
    let live = live_name(root).ok();
    let is_needed = |name: &String| Some(name) == live.as_ref() || Some(name.as_str()) == kept;
    for name in names(root)?.into_iter().filter(|name| !is_needed(name)) {
        let path = root.join(&name);
        if !is_written(&path)
            && let Err(error) = fs::remove_dir_all(&path)
        {
            tracing::warn!(generation = name, %error, "a replaced search index was not removed");
        }
    }
    Ok(())
}

/// Whether some writer has this generation in hand.
pub fn is_written(path: &Path) -> bool {
    let mut folders = shards::folders(path).unwrap_or_default().into_iter();
    folders.any(|folder| {
        let lock = File::options().write(true).open(folder.join(&INDEX_WRITER_LOCK.filepath));
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    })
}
