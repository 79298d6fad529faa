//! 密钥 Tokens, hashes of passwords, codes of the second factor.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sm3::{Digest, Sm3};
use tokio::sync::Semaphore;
use totp_rs::{Algorithm, Secret, TOTP};

use crate::audit::hex;

/// Bytes of chance in a token.
const TOKEN_BYTES: usize = 32;
/// Letters and digits without those that look alike.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Name of the product in authenticator apps.
const ISSUER: &str = "Qinxin";
/// Seconds of a time step (RFC 6238).
const STEP_SECONDS: u64 = 30;

/// Bytes of the operating system's chance.
///
/// # Errors
/// `None` if it has none to give; then no secret may be made.
fn chance<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// 43 characters that nobody guesses.
pub fn token() -> Option<String> {
    chance::<TOKEN_BYTES>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// `length` characters that can be read aloud.
pub fn readable(length: usize) -> Option<String> {
    // Signs beyond the last whole multiple would make the first ones likelier.
    let fair = u8::MAX - u8::MAX % READABLE.len() as u8;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let signs = chance::<32>()?.into_iter().filter(|byte| *byte < fair);
        let signs = signs.map(|byte| READABLE[usize::from(byte) % READABLE.len()] as char);
        text.extend(signs.take(length - text.len()));
    }
    Some(text)
}

/// `length` digits, each as likely as the other.
pub fn digits(length: usize) -> Option<String> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let signs = chance::<16>()?.into_iter().filter(|byte| *byte < 250).map(|byte| char::from(b'0' + byte % 10));
        text.extend(signs.take(length - text.len()));
    }
    Some(text)
}

/// Passwords that are hashed at the same time: each takes 19 MiB and a core, and strangers may ask for it.
static HASHING: Semaphore = Semaphore::const_new(4);

/// SM3 in hexadecimal.
pub fn sm3_hex(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

/// SHA-256 in hexadecimal, by which clients of other makers name a document.
pub fn sha256_hex(text: &str) -> String {
    hex(&sha2::Sha256::digest(text.as_bytes()))
}

/// Argon2id in the PHC format, on a thread where it holds up no request.
pub async fn hashed(password: String) -> Option<String> {
    let _seat = HASHING.acquire().await.ok()?;
    let hash = move || Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string());
    tokio::task::spawn_blocking(hash).await.ok().flatten()
}

/// Whether the password is the one of the hash. Without a hash the same work is done for nothing, so
/// that an unknown login takes as long (SIGN-2).
pub async fn is_password(password: String, hash: Option<String>) -> bool {
    let Ok(_seat) = HASHING.acquire().await else { return false };
    let verify = move || match hash {
        Some(hash) => PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
        None => {
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    };
    tokio::task::spawn_blocking(verify).await.unwrap_or(false)
}

/// A new secret of the second factor, in base 32.
pub fn totp_secret() -> Option<String> {
    chance::<20>().map(|bytes| Secret::Raw(bytes.to_vec()).to_encoded().to_string())
}

fn totp(secret: &str, login: &str) -> Option<TOTP> {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes().ok()?;
    TOTP::new(Algorithm::SHA1, 6, 1, STEP_SECONDS, bytes, Some(ISSUER.to_owned()), login.to_owned()).ok()
}

/// `otpauth://…`, as authenticator apps read it from a QR code.
pub fn totp_url(secret: &str, login: &str) -> Option<String> {
    totp(secret, login).map(|totp| totp.get_url())
}

/// The time step whose code this is, one step to either side allowed for clocks, and later than the
/// last one that was taken.
pub fn totp_step(secret: &str, code: &str, seconds: i64, last: Option<i64>) -> Option<i64> {
    let totp = totp(secret, "")?;
    let now = seconds / STEP_SECONDS.cast_signed();
    (now - 1..=now + 1)
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| totp.generate(step.unsigned_abs() * STEP_SECONDS) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard_and_taken_once() {
        let secret = Secret::Raw(b"12345678901234567890".to_vec()).to_encoded().to_string();
        assert_eq!(totp_step(&secret, "287082", 59, None), Some(1));
        assert_eq!(totp_step(&secret, "287082", 59, Some(1)), None);
        assert_eq!(totp_step(&secret, "081804", 1_111_111_109, None), Some(37_037_036));
        assert_eq!(totp_step(&secret, "287082", 59 + 90, None), None);
    }

    /// GB/T 32905-2016, example 1.
    #[test]
    fn sm3_is_that_of_the_standard() {
        assert_eq!(sm3_hex("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }
}
