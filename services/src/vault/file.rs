//! 密钥文件 `keys.toml`: the keys, oldest first; the last one seals. Only its owner may read it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entities::vault::{KEY_BYTES, RegisteredKey, Ring, Source, VaultError};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::audit::hex;

/// Bytes of a key's id.
const ID_BYTES: usize = 4;

const HEADER: &str = "\
# 秦信密钥文件：联系电话与验证器密钥以此加密（SM4-GCM）。请离线备份，且不要与数据库备份放在一起；
# 遗失后已加密的数据无法恢复。最后一把密钥用于加密，其余用于解密旧数据与旧备份，请勿删除。
# 更换密钥：qinxin keys rotate

";

/// 密钥 A key as the file has it; wiped from memory when it goes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredKey {
    pub(super) id: String,
    pub(super) created_at: DateTime<Utc>,
    /// Base64 of 16 bytes.
    secret: String,
}

impl Drop for StoredKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// 密钥文件 What the file holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    pub(super) keys: Vec<StoredKey>,
}

impl KeyFile {
    /// Reads the file; `None` if there is none.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, VaultError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(path, &format!("不能读取（{error}）"))),
        };
        // What the parser says may quote the file, and with it a key.
        toml::from_str(&text).map(Some).map_err(|_| unusable(path, "不是有效的密钥文件"))
    }

    /// Adds a key of the operating system's chance.
    pub(super) fn add(&mut self, now: DateTime<Utc>) -> Result<(), VaultError> {
        let mut secret = Zeroizing::new([0; KEY_BYTES]);
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut *secret).and_then(|()| getrandom::fill(&mut id)).map_err(|_| VaultError::NoChance)?;
        self.keys.push(StoredKey { id: hex(&id), created_at: now, secret: STANDARD.encode(secret.as_slice()) });
        Ok(())
    }

    /// The keys, ready for use.
    pub(super) fn ring(&self, path: &Path) -> Result<Ring, VaultError> {
        let mut ring = Ring::default();
        for key in &self.keys {
            let is_id = !key.id.is_empty() && key.id.len() <= 16 && key.id.chars().all(|c| c.is_ascii_alphanumeric());
            let bytes = STANDARD.decode(&key.secret).map(Zeroizing::new).ok();
            let secret = bytes.as_ref().and_then(|bytes| <&[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok());
            match secret {
                Some(secret) if is_id && !ring.holds(&key.id) => ring.add(&key.id, secret),
                _ => return Err(unusable(path, &format!("第 {} 把密钥格式不正确", ring.len() + 1))),
            }
        }
        if ring.is_empty() { Err(unusable(path, "其中没有密钥")) } else { Ok(ring) }
    }

    /// Puts the file in place as a whole: whoever reads meanwhile finds the old one or the new one.
    pub(super) fn save(&self, path: &Path) -> Result<(), VaultError> {
        let text = toml::to_string(self).map_err(|_| unusable(path, "不能生成"))?;
        let text = Zeroizing::new(format!("{HEADER}{}", &*Zeroizing::new(text)));
        write(path, &text).map_err(|error| unusable(path, &format!("不能写入（{error}）")))
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // With a database elsewhere nobody has made the folder of the data yet.
    std::fs::create_dir_all(folder)?;
    let fresh = path.with_extension("toml.new");
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    // The name is kept, too, before anything is sealed with what it names.
    std::fs::File::open(folder)?.sync_all()
}

fn unusable(path: &Path, what: &str) -> VaultError {
    VaultError::KeyFile { cause: format!("{} {what}", path.display()) }
}

/// Whether others than the owner may read the file; `false` where nobody can tell.
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o007 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The ring of a key file, once it is known to fit the database.
///
/// # Errors
/// No file, or one that cannot be used; without the key that the database is sealed with, or with another
/// one in its place.
pub(super) fn fitting(path: &Path, registered: &[RegisteredKey]) -> Result<Ring, VaultError> {
    let file = KeyFile::load(path)?.ok_or_else(|| VaultError::KeyMissing { id: String::new() })?;
    let ring = file.ring(path)?;
    // A former key may be gone: only old values need it.
    if let Some(last) = registered.last().filter(|last| !ring.holds(&last.id)) {
        return Err(VaultError::KeyMissing { id: last.id.clone() });
    }
    let wrong = registered.iter().filter(|key| ring.holds(&key.id)).find(|key| !key.is_proved_by(&ring));
    match wrong {
        Some(key) => Err(VaultError::KeyWrong { id: key.id.clone() }),
        None => Ok(ring),
    }
}

/// The file as a source: read again when it was changed.
pub(super) struct Watched {
    path: PathBuf,
    registered: Vec<RegisteredKey>,
    seen: Mutex<Option<Stamp>>,
}

type Stamp = (SystemTime, u64);

impl Watched {
    /// Watches the file from its present state on.
    pub(super) fn new(path: &Path, registered: Vec<RegisteredKey>) -> Self {
        Self { path: path.to_owned(), registered, seen: Mutex::new(stamp(path)) }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.modified().ok()?, file.len()))
}

impl Source for Watched {
    fn changed(&self) -> Option<Result<Ring, VaultError>> {
        let now = stamp(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that vanished takes no key away that is in use.
        if now.is_none() || *seen == now {
            return None;
        }
        *seen = now;
        let ring = fitting(&self.path, &self.registered);
        match &ring {
            Ok(_) => tracing::info!(file = %self.path.display(), "the key file was read again"),
            Err(error) => tracing::error!(code = error.code(), "the changed key file is of no use: {error}"),
        }
        // Half a file, or a wrong one, does not stop a server that has its keys.
        ring.ok().map(Ok)
    }
}
