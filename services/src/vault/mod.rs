//! 加密密钥 The keys of the encrypted columns: where they lie, how a database and its keys are held together,
//! and how values are taken to a new key (GB/T 22239-2019 8.1.4.8 b).
//!
//! VAULT-4: keys are made only for a database that was never sealed; one that was is not given others.
//! VAULT-5: a key is in its file before anything is sealed with it, and stays there: backups need it.
//! VAULT-6: values in clear are sealed only once, when a database of an earlier release is opened. Later on
//! a value in clear was put there past the product, and is refused.

mod file;
mod sweep;

use std::path::Path;

use chrono::{DateTime, Utc};
use entities::bulk::Session;
use entities::vault::{self as stored, COLUMNS, LOOKED_AT_EVERY, RegisteredKey, Ring, Vault, VaultError};
use entities::{Database, DatabaseError};
use serde_json::json;

use crate::audit::{self, Outcome};
use crate::failure;
use crate::ports::Progress;
use file::{KeyFile, Watched, fitting};

pub use file::is_open_to_others;
pub use sweep::Swept;

/// Name of the key file in the data folder.
pub const FILE: &str = "keys.toml";

/// Why keys cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file, or a key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sea_orm::DbErr> for KeyError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl KeyError {
    /// Stable code of the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Database(error) => failure::code(error),
        }
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        match self {
            Self::Vault(error) => error.message(),
            Self::Database(error) => failure::message(error, "处理密钥"),
        }
    }
}

/// 打开 The database with its keys. A database that was never sealed is given its first key, and what lies in
/// clear in it is sealed: here and not in a step of the schema, which has no keys; in short transactions, so
/// that it can be interrupted and goes on at the next start.
///
/// Keys that are missing or wrong are no error: the server does without, and refuses what needs them.
///
/// # Errors
/// The first key cannot be written; any failure of the database.
pub async fn open(
    db: Database,
    path: &Path,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Database, KeyError> {
    if stored::registered(&db).await?.is_empty() {
        begin(&db, path, now).await?;
    }
    let registered = stored::registered(&db).await?;
    let ring = fitting(path, &registered);
    match &ring {
        Err(error) => tracing::error!(code = error.code(), "{}", error.message()),
        Ok(_) if is_open_to_others(path) => {
            tracing::warn!(file = %path.display(), "密钥文件对其他用户可读，请执行 chmod 600");
        }
        Ok(_) => {}
    }
    let is_to_be_sealed = registered.iter().all(|key| key.swept_at.is_none());
    if let (Ok(ring), true) = (&ring, is_to_be_sealed) {
        let swept = sweep::all(&db, ring, true, progress).await?;
        finish(&db, ring, now).await?;
        if swept.sealed > 0 {
            sweep::forget_plain(&db).await;
        }
    }
    let source = Watched::new(path, registered);
    Ok(db.with_vault(Vault::new(ring, Some(Box::new(source)))))
}

/// 只读打开 The database with its keys, where nothing is to be written: values in clear stay as they are.
///
/// # Errors
/// Any failure of the database.
pub async fn read_only(db: Database, path: &Path) -> Result<Database, KeyError> {
    let registered = stored::registered(&db).await?;
    let ring = fitting(path, &registered);
    if let Err(error) = &ring {
        tracing::error!(code = error.code(), "{}", error.message());
    }
    Ok(db.with_vault(Vault::new(ring, Some(Box::new(Watched::new(path, registered))))))
}

/// Gives a database its first key: that of the file, or one that is made now.
async fn begin(db: &Database, path: &Path, now: DateTime<Utc>) -> Result<(), KeyError> {
    // An unreadable file is not replaced: it may be all that opens another database.
    let found = KeyFile::load(path)?;
    let is_new = found.is_none();
    let mut file = found.unwrap_or_default();
    if is_new {
        file.add(now)?;
    }
    let ring = file.ring(path)?;
    let mut session = Session::begin(db).await?;
    let (id, proof) = (current(&ring)?, stored::proof_of(&ring)?);
    // Another process may have been first; then its key is the one, and ours was never there.
    if !stored::register(&mut session, &id, &proof, now, true).await? {
        session.rollback().await?;
        return Ok(());
    }
    if is_new {
        file.save(path)?;
    }
    session.commit().await?;
    Ok(())
}

fn current(ring: &Ring) -> Result<String, VaultError> {
    ring.current().map(str::to_owned).ok_or_else(|| VaultError::KeyMissing { id: String::new() })
}

fn event(now: DateTime<Utc>, act: &'static str, id: &str, detail: serde_json::Value) -> audit::Event {
    audit::Event {
        at: now,
        actor: "system".to_owned(),
        act,
        subject: id.to_owned(),
        source: Some("local".to_owned()),
        outcome: Outcome::Done,
        detail,
    }
}

async fn finish(db: &Database, ring: &Ring, now: DateTime<Utc>) -> Result<(), KeyError> {
    let id = current(ring)?;
    let mut session = Session::begin(db).await?;
    stored::sweep_finished(&mut session, &id, now).await?;
    session.commit().await?;
    Ok(())
}

/// 轮换结果 What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub id: String,
    /// Whether it was begun before and only brought to its end.
    pub is_resumed: bool,
    /// Values.
    pub swept: Swept,
}

/// 轮换 Adds a key and takes every value to it while servers run. A rotation that was interrupted is brought to
/// its end instead.
///
/// # Errors
/// Keys that do not fit the database; a file that cannot be written; any failure of the database.
pub async fn rotate(
    db: &Database,
    path: &Path,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Rotated, KeyError> {
    let registered = stored::registered(db).await?;
    fitting(path, &registered)?;
    let mut file = KeyFile::load(path)?.ok_or_else(|| VaultError::KeyMissing { id: String::new() })?;
    let last = file.keys.last().map(|key| key.id.clone()).unwrap_or_default();
    let is_resumed = registered.iter().find(|key| key.id == last).is_none_or(|key| key.swept_at.is_none());
    if !is_resumed {
        file.add(now)?;
        file.save(path)?;
    }
    let ring = file.ring(path)?;
    let id = current(&ring)?;
    let mut session = Session::begin(db).await?;
    if stored::register(&mut session, &id, &stored::proof_of(&ring)?, now, false).await? {
        audit::append(&mut session, &[event(now, "ADD_KEY", &id, json!({ "before": registered.len() }))]).await?;
    }
    session.commit().await?;
    let begun = std::time::Instant::now();
    let mut swept = sweep::all(db, &ring, false, progress).await?;
    // Running processes go on with the old key until they look at the file again.
    tokio::time::sleep((LOOKED_AT_EVERY * 2).saturating_sub(begun.elapsed())).await;
    swept.sealed += sweep::all(db, &ring, false, progress).await?.sealed;
    finish(db, &ring, now).await?;
    let mut session = Session::begin(db).await?;
    let detail = json!({ "sealed": swept.sealed, "refused": swept.refused });
    audit::append(&mut session, &[event(now, "ROTATE_KEYS", &id, detail)]).await?;
    session.commit().await?;
    Ok(Rotated { id, is_resumed, swept })
}

/// 密钥概况 A key, and what is sealed with it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// 启用时间
    pub created_at: Option<DateTime<Utc>>,
    /// Whether it seals.
    pub is_current: bool,
    /// Whether the file holds it.
    pub is_held: bool,
    /// Values that are sealed with it, by table.
    pub values: Vec<(&'static str, i64)>,
}

/// 列出密钥 Every key of the file and of the database.
///
/// # Errors
/// A file that cannot be read; any failure of the database.
pub async fn list(db: &Database, path: &Path) -> Result<Vec<Listed>, KeyError> {
    let registered = stored::registered(db).await?;
    let file = KeyFile::load(path)?.unwrap_or_default();
    let held = |id: &str| file.keys.iter().any(|key| key.id == id);
    let last = file.keys.last().map(|key| key.id.as_str());
    let listed = |id: &str, created_at| Listed {
        id: id.to_owned(),
        created_at: Some(created_at),
        is_current: Some(id) == last,
        is_held: held(id),
        values: Vec::new(),
    };
    let mut keys: Vec<Listed> = registered.iter().map(|key| listed(&key.id, key.created_at)).collect();
    let known = |keys: &[Listed], id: &str| keys.iter().position(|key| key.id == id);
    for key in &file.keys {
        if known(&keys, &key.id).is_none() {
            keys.push(listed(&key.id, key.created_at));
        }
    }
    for column in COLUMNS {
        for (id, count) in column.counts(db).await? {
            let at = known(&keys, &id).unwrap_or_else(|| {
                let (is_current, is_held) = (false, held(&id));
                keys.push(Listed { id, created_at: None, is_current, is_held, values: Vec::new() });
                keys.len() - 1
            });
            keys[at].values.push((column.table, count));
        }
    }
    Ok(keys)
}

/// Whether a database's keys are in order, for the operator.
///
/// # Errors
/// Why not.
pub async fn check(db: &Database, path: &Path) -> Result<Vec<RegisteredKey>, KeyError> {
    let registered = stored::registered(db).await?;
    if !registered.is_empty() {
        fitting(path, &registered)?;
    }
    Ok(registered)
}
