//! 加密存储 Values that lie encrypted in their columns: SM4 (GB/T 32907-2016) in the mode GCM
//! (GB/T 36624-2018), as GB/T 22239-2019 8.1.4.8 b asks for personal data and what people sign in with.
//!
//! VAULT-1: the columns of [`COLUMNS`] are written and read through a [`Vault`] and by no other way: their
//! types (`guarded`) have no maker from a plain text.
//! VAULT-2: a value opens only where it was sealed: table, column and row are part of what is authenticated.
//! VAULT-3: a value names its key, so that keys are changed while values of both lie side by side.
//!
//! VAULT-4: what the index has in the place of a value is a hash under a key (HMAC with SM3, GM/T 0042-2015) that is
//! derived from the key that seals and stands nowhere: without the key file no guess can be tried.
//!
//! A stored value reads `v1.<key id>.<base64 of nonce, ciphertext and tag>`. Nonces are chance: a key is
//! changed long before it has sealed 2³² values (NIST SP 800-38D, 8.3).

mod columns;
mod keys;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aes_gcm::aead::{Aead, Payload};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac};
use sm3::Sm3;
use zeroize::Zeroizing;

pub use columns::{COLUMNS, SealedColumn, Stale};
pub use keys::{RegisteredKey, proof_of, register, registered, sweep_finished};

/// 密钥 Bytes of a key.
pub const KEY_BYTES: usize = 16;
/// Bytes of a nonce.
const NONCE_BYTES: usize = 12;
/// What every sealed value begins with.
pub(crate) const FORM: &str = "v1";
/// How often the source of the keys is looked at: so soon every process knows a new key.
pub const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

type Cipher = aes_gcm::AesGcm<sm4::Sm4, aes_gcm::aead::consts::U12>;

/// 加密故障 Why a value cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// 密钥缺失 The database was sealed with a key that the key file does not hold.
    #[error("the key {id} is not in the key file")]
    KeyMissing {
        /// Its id, empty where no file is there.
        id: String,
    },
    /// 密钥不符 The key file holds another key under this id.
    #[error("the key {id} of the key file is not the one of the database")]
    KeyWrong {
        /// Its id.
        id: String,
    },
    /// 密钥文件不可用 The key file cannot be read or written.
    #[error("the key file cannot be used: {cause}")]
    KeyFile {
        /// Which file, and what is wrong with it.
        cause: String,
    },
    /// 密文损坏 The value is not what was sealed here: changed, moved, or never sealed.
    #[error("a sealed value was changed or moved")]
    Damaged,
    /// The operating system gives no chance.
    #[error("no chance for a nonce")]
    NoChance,
}

impl VaultError {
    /// 错误码 Stable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyMissing { .. } => "KEY_MISSING",
            Self::KeyWrong { .. } => "KEY_WRONG",
            Self::KeyFile { .. } => "KEY_FILE",
            Self::Damaged => "VALUE_DAMAGED",
            Self::NoChance => "NO_CHANCE",
        }
    }

    /// What is wrong and how to mend it, for the operator.
    pub fn message(&self) -> String {
        match self {
            Self::KeyMissing { id } if id.is_empty() => "没有找到密钥文件，而数据库中的联系电话与验证器密钥已加密。\
                 请把原来的 keys.toml 放回数据目录，或用 key_file 指明它的位置；多个进程共用一个数据库时应共用同一密钥文件。"
                .to_owned(),
            Self::KeyMissing { id } => {
                format!("密钥文件中缺少数据库所用的密钥 {id}。请恢复含有该密钥的 keys.toml，或用 key_file 指明它的位置。")
            }
            Self::KeyWrong { id } => {
                format!("密钥文件中的密钥 {id} 与数据库所用的不符，可能放错了文件。请恢复原来的 keys.toml。")
            }
            Self::KeyFile { cause } => format!("密钥文件无法使用：{cause}。"),
            Self::Damaged => "该值的密文被改动或被移到了别处，不能显示；请核对审计记录，并从备份恢复该值。".to_owned(),
            Self::NoChance => "操作系统没有可用的随机数，无法加密，请稍后重试。".to_owned(),
        }
    }

    /// What users are told: what is wrong with the machine is none of their business.
    pub const fn public_message(&self) -> &'static str {
        match self {
            Self::Damaged => "该信息的密文校验不通过（可能被改动），已拒绝显示，请联系运维人员核查。",
            _ => "加密密钥暂不可用，受保护的信息不能查看或写入，请联系运维人员恢复密钥文件。",
        }
    }
}

/// 位置 Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// What names the row for as long as it is there.
    pub row: &'a str,
}

impl Spot<'_> {
    fn bound(&self, key: &str) -> String {
        [FORM, key, self.table, self.column, self.row].join("|")
    }
}

/// A key, ready for use; its schedule is wiped from memory when it goes.
struct Key {
    id: String,
    cipher: Cipher,
    /// What values are hashed with, so that they are found.
    finding: Zeroizing<[u8; 32]>,
}

/// What the keys of hashes are derived with.
const FINDING: &str = "qinxin/find/1";

/// HMAC-SM3 of a text.
fn hashed(key: &[u8], text: &str) -> [u8; 32] {
    let mut hash = match Hmac::<Sm3>::new_from_slice(key) {
        Ok(hash) => hash,
        // HMAC takes keys of any length.
        Err(_) => return [0; 32],
    };
    hash.update(text.as_bytes());
    hash.finalize().into_bytes().into()
}

impl Key {
    /// 检索码 The first 64 bits of the hash of a value of a column.
    fn finder(&self, spot: Spot<'_>, text: &str) -> u64 {
        let hash = hashed(&*self.finding, &[spot.table, spot.column, text].join("|"));
        hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// 密钥环 The keys that can open, and the one that seals.
#[derive(Default)]
pub struct Ring {
    keys: Vec<Key>,
}

impl Ring {
    /// Adds a key; the last one seals.
    pub fn add(&mut self, id: &str, secret: &[u8; KEY_BYTES]) {
        use aes_gcm::KeyInit;
        let finding = Zeroizing::new(hashed(secret, FINDING));
        self.keys.push(Key { id: id.to_owned(), cipher: Cipher::new(secret.into()), finding });
    }

    /// How many keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether it holds the key.
    pub fn holds(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// The id of the key that seals, if there is one.
    pub fn current(&self) -> Option<&str> {
        self.keys.last().map(|key| key.id.as_str())
    }

    /// 检索码 What a value is found by, under each key, the one that seals first: what was hashed before a change of
    /// the key is found until it is hashed anew.
    pub fn finders(&self, spot: Spot<'_>, text: &str) -> Vec<u64> {
        self.keys.iter().rev().map(|key| key.finder(spot, text)).collect()
    }

    /// Seals a text with the key that seals.
    ///
    /// # Errors
    /// No key, no chance.
    pub fn seal(&self, spot: Spot<'_>, text: &str) -> Result<String, VaultError> {
        self.seal_bytes(spot, text.as_bytes())
    }

    /// Seals bytes with the key that seals.
    ///
    /// # Errors
    /// No key, no chance.
    pub fn seal_bytes(&self, spot: Spot<'_>, bytes: &[u8]) -> Result<String, VaultError> {
        let key = self.keys.last().ok_or_else(|| VaultError::KeyMissing { id: String::new() })?;
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoChance)?;
        sealed(key, nonce, spot, bytes)
    }

    /// Opens what was sealed at this spot.
    ///
    /// # Errors
    /// A key that is not in the ring; a value that was not sealed here.
    pub fn open(&self, spot: Spot<'_>, value: &str) -> Result<String, VaultError> {
        String::from_utf8(self.open_bytes(spot, value)?).map_err(|_| VaultError::Damaged)
    }

    /// Opens bytes that were sealed at this spot.
    ///
    /// # Errors
    /// A key that is not in the ring; a value that was not sealed here.
    pub fn open_bytes(&self, spot: Spot<'_>, value: &str) -> Result<Vec<u8>, VaultError> {
        let (id, body) = parts(value).ok_or(VaultError::Damaged)?;
        let missing = || VaultError::KeyMissing { id: id.chars().take(16).collect() };
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(missing)?;
        let bytes = STANDARD_NO_PAD.decode(body).map_err(|_| VaultError::Damaged)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Damaged)?;
        let bound = spot.bound(id);
        let opened = key.cipher.decrypt(nonce.into(), Payload { msg, aad: bound.as_bytes() });
        opened.map_err(|_| VaultError::Damaged)
    }
}

fn sealed(key: &Key, nonce: [u8; NONCE_BYTES], spot: Spot<'_>, msg: &[u8]) -> Result<String, VaultError> {
    let bound = spot.bound(&key.id);
    let payload = Payload { msg, aad: bound.as_bytes() };
    // Only 64 GiB are refused.
    let cipher = key.cipher.encrypt((&nonce).into(), payload).map_err(|_| VaultError::Damaged)?;
    let mut value = String::with_capacity(FORM.len() + key.id.len() + 2 + (nonce.len() + cipher.len()) * 4 / 3 + 3);
    for part in [FORM, ".", &key.id, "."] {
        value.push_str(part);
    }
    STANDARD_NO_PAD.encode_string([&nonce[..], &cipher].concat(), &mut value);
    Ok(value)
}

/// Key id and body of a sealed value; `None` for what is none.
pub(crate) fn parts(value: &str) -> Option<(&str, &str)> {
    value.strip_prefix(FORM)?.strip_prefix('.')?.split_once('.')
}

/// 密钥来源 Where keys come from; looked at now and then, because another process may change them.
pub trait Source: Send + Sync {
    /// The keys, if they are others than when they were last told.
    fn changed(&self) -> Option<Result<Ring, VaultError>>;
}

/// 保险库 The keys of a database's encrypted columns; a clone is the same.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    ring: RwLock<Result<Arc<Ring>, VaultError>>,
    source: Option<Box<dyn Source>>,
    looked_at: Mutex<Instant>,
}

impl Default for Vault {
    /// Without keys: nothing is sealed or opened.
    fn default() -> Self {
        Self::new(Err(VaultError::KeyMissing { id: String::new() }), None)
    }
}

impl Vault {
    /// A vault with these keys, or with the reason why it has none.
    pub fn new(ring: Result<Ring, VaultError>, source: Option<Box<dyn Source>>) -> Self {
        let ring = RwLock::new(ring.map(Arc::new));
        Self(Arc::new(Inner { ring, source, looked_at: Mutex::new(Instant::now()) }))
    }

    /// The keys in force.
    ///
    /// # Errors
    /// Why there are none.
    pub fn ring(&self) -> Result<Arc<Ring>, VaultError> {
        let is_due = {
            let mut looked_at = self.0.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = looked_at.elapsed() >= LOOKED_AT_EVERY;
            if is_due {
                *looked_at = Instant::now();
            }
            is_due
        };
        if is_due {
            self.look();
        }
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self) {
        if let Some(changed) = self.0.source.as_ref().and_then(|source| source.changed()) {
            *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = changed.map(Arc::new);
        }
    }

    /// Seals a text.
    ///
    /// # Errors
    /// No key, no chance.
    pub fn seal(&self, spot: Spot<'_>, text: &str) -> Result<String, VaultError> {
        self.ring()?.seal(spot, text)
    }

    /// Seals bytes.
    ///
    /// # Errors
    /// No key, no chance.
    pub fn seal_bytes(&self, spot: Spot<'_>, bytes: &[u8]) -> Result<String, VaultError> {
        self.ring()?.seal_bytes(spot, bytes)
    }

    /// 检索码 What a value of this column is found by; the row does not matter.
    ///
    /// # Errors
    /// No key.
    pub fn finder(&self, spot: Spot<'_>, text: &str) -> Result<u64, VaultError> {
        let ring = self.ring()?;
        let key = ring.keys.last().ok_or_else(|| VaultError::KeyMissing { id: String::new() })?;
        Ok(key.finder(spot, text))
    }

    /// Opens what was sealed at this spot.
    ///
    /// # Errors
    /// No key; a value that was not sealed here.
    pub fn open(&self, spot: Spot<'_>, value: &str) -> Result<String, VaultError> {
        String::from_utf8(self.open_bytes(spot, value)?).map_err(|_| VaultError::Damaged)
    }

    /// Opens bytes that were sealed at this spot.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_bytes(&self, spot: Spot<'_>, value: &str) -> Result<Vec<u8>, VaultError> {
        match self.ring().and_then(|ring| ring.open_bytes(spot, value)) {
            // Another process may have added the key a moment ago, or the operator put the file back.
            Err(VaultError::KeyMissing { .. } | VaultError::KeyWrong { .. } | VaultError::KeyFile { .. }) => {
                self.look();
                self.ring()?.open_bytes(spot, value)
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: Spot<'_> = Spot { table: "enterprises", column: "phone", row: "91610000MA6TEXT000" };

    fn ring(ids: &[&str]) -> Ring {
        let mut ring = Ring::default();
        for (number, id) in (1..).zip(ids) {
            ring.add(id, &[number; KEY_BYTES]);
        }
        ring
    }

    /// RFC 8998, appendix A.1.
    #[test]
    fn it_is_the_sm4_gcm_of_the_standard() {
        use aes_gcm::KeyInit;
        let bytes = |hex: &str| -> Vec<u8> {
            hex.as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal"))
                .collect()
        };
        let key: [u8; KEY_BYTES] = bytes("0123456789ABCDEFFEDCBA9876543210").try_into().expect("a key");
        let nonce: [u8; NONCE_BYTES] = bytes("00001234567800000000ABCD").try_into().expect("a nonce");
        let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain: Vec<u8> =
            [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].iter().flat_map(|byte| [*byte; 8]).collect();
        let cipher = Cipher::new((&key).into());
        let found = cipher.encrypt((&nonce).into(), Payload { msg: &plain, aad: &aad }).expect("a ciphertext");
        let expected = "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
                        D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
                        83DE3541E4C2B58177E065A9BF7B62EC";
        assert_eq!(found, bytes(expected));
    }

    #[test]
    fn a_value_opens_where_it_was_sealed_and_nowhere_else() {
        let ring = ring(&["a"]);
        let value = ring.seal(SPOT, "13900000001").expect("a value");
        assert!(value.starts_with("v1.a.") && !value.contains("139"));
        assert_eq!(ring.open(SPOT, &value).as_deref(), Ok("13900000001"));
        assert_ne!(ring.seal(SPOT, "13900000001").as_ref(), Ok(&value), "a nonce comes twice");
        for other in [
            Spot { row: "91610000MA6TEXT001", ..SPOT },
            Spot { column: "name", ..SPOT },
            Spot { table: "users", ..SPOT },
        ] {
            assert_eq!(ring.open(other, &value), Err(VaultError::Damaged), "{other:?}");
        }
    }

    #[test]
    fn what_was_changed_is_refused() {
        let ring = ring(&["a"]);
        let value = ring.seal(SPOT, "029-88881234").expect("a value");
        for at in "v1.a.".len()..value.len() {
            let swapped = if value.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = value.clone();
            changed.replace_range(at..=at, swapped);
            assert_eq!(ring.open(SPOT, &changed), Err(VaultError::Damaged), "{at}");
        }
        for text in ["13900000001", "", "v1", "v1.a", "v1.a.", "v1.a.AAAA", "v2.a.AAAA"] {
            assert_eq!(ring.open(SPOT, text), Err(VaultError::Damaged), "{text}");
        }
        assert_eq!(ring.open(SPOT, "v1.b.AAAA"), Err(VaultError::KeyMissing { id: "b".to_owned() }));
    }

    #[test]
    fn the_last_key_seals_and_all_open() {
        let (old, both) = (ring(&["a"]), ring(&["a", "b"]));
        let value = old.seal(SPOT, "110").expect("a value");
        assert_eq!(both.open(SPOT, &value).as_deref(), Ok("110"));
        assert!(both.seal(SPOT, "110").is_ok_and(|value| value.starts_with("v1.b.")));
    }

    /// HMAC over SM3 as RFC 2104 builds it, by hand.
    #[test]
    fn hashes_are_hmac_sm3() {
        use sm3::Digest;
        let padded = |by: u8| -> Vec<u8> { (0..64).map(|at| if at < KEY_BYTES { 7 ^ by } else { by }).collect() };
        let inner = Sm3::digest([padded(0x36), b"13900000001".to_vec()].concat());
        let outer = Sm3::digest([padded(0x5c), inner.to_vec()].concat());
        assert_eq!(hashed(&[7; KEY_BYTES], "13900000001"), *outer);
    }

    #[test]
    fn a_value_is_found_under_every_key_and_tells_nothing_without_one() {
        let (old, both, other) = (ring(&["a"]), ring(&["a", "b"]), ring(&["b"]));
        let found = old.finders(SPOT, "13900000001");
        assert_eq!(old.finders(Spot { row: "another row", ..SPOT }, "13900000001"), found);
        assert!(both.finders(SPOT, "13900000001").contains(&found[0]));
        // The first key of another ring is the same secret under another id.
        assert_eq!(other.finders(SPOT, "13900000001"), found);
        assert_ne!(both.finders(SPOT, "13900000001")[0], found[0]);
        assert_ne!(old.finders(SPOT, "13900000002"), found);
        assert_ne!(old.finders(Spot { column: "name", ..SPOT }, "13900000001"), found);
    }

    #[test]
    fn without_keys_nothing_is_done() {
        let vault = Vault::default();
        assert!(matches!(vault.seal(SPOT, "110"), Err(VaultError::KeyMissing { .. })));
        assert!(matches!(vault.open(SPOT, "v1.a.AAAA"), Err(VaultError::KeyMissing { .. })));
    }
}
