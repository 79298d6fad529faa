//! 请求签名 How a request to a peer shows who sends it, and that nobody changed it on the way: HMAC-SM3
//! (GB/T 15852.2 with GB/T 32905) over method, path, time, nonce and the digest of the body.
//!
//! SIGN-1: a request is taken within five minutes of its time, and its nonce once in ten.
//! SIGN-2: what does not hold is compared in constant time and refused without saying which part was wrong.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// What a derived key is made of, with the secret.
pub const DERIVED: &str = "qinxin-request-signature";
/// Header of the name under which the peer knows us.
pub const CLIENT: &str = "x-client";
/// Header of the time, in seconds since 1970.
pub const TIMESTAMP: &str = "x-timestamp";
/// Header of what makes each request another one.
pub const NONCE: &str = "x-nonce";
/// Header of the digest of the body (RFC 9530), `sm3=:…:`.
pub const DIGEST: &str = "content-digest";
/// Header of the signature.
pub const SIGNATURE: &str = "x-signature";

/// How far the clocks of two peers may be apart.
const APART: TimeDelta = TimeDelta::minutes(5);
/// How long a nonce is remembered: whoever repeats it later is too far from its time, also where the clock of its sender
/// is five minutes ahead.
pub const REMEMBERED: TimeDelta = TimeDelta::minutes(10);
/// Bytes of chance in a nonce.
const CHANCE: usize = 16;
/// Characters of a nonce at most.
const LONGEST_NONCE: usize = 64;
/// Characters of a key that is worth its name.
const SHORTEST_KEY: usize = 16;

/// 签名密钥 Shared with one peer; neither logs nor the printed configuration show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// The key that this text is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 派生 The key with which the holder of another secret signs: nobody gets back from it to the secret. In
    /// hexadecimal, HMAC-SM3 of [`DERIVED`] under the secret.
    pub fn derived(secret: &str) -> Self {
        let bytes = Self(secret.to_owned()).mac(DERIVED).finalize().into_bytes();
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The text, for those who keep it sealed.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What stands in its place where it is printed.
    pub fn masked() -> Self {
        Self("***".to_owned())
    }

    /// Whether it can be guessed by trying.
    pub fn is_weak(&self) -> bool {
        self.0.chars().count() < SHORTEST_KEY
    }

    fn mac(&self, text: &str) -> Hmac<Sm3> {
        let mut mac = Hmac::<Sm3>::new_from_slice(self.0.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(***)")
    }
}

/// 请求 What is signed of a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// Path with its query, as it goes over the wire.
    pub path: &'a str,
    /// Empty where there is none.
    pub body: &'a [u8],
}

impl Request<'_> {
    fn text(&self, time: &str, nonce: &str, digest: &str) -> String {
        [self.method, self.path, time, nonce, digest].join("\n")
    }
}

/// The machine gives no chance for a nonce.
#[derive(Debug, thiserror::Error)]
#[error("no chance for a nonce")]
pub struct NoChance;

/// A nonce of chance.
///
/// # Errors
/// The operating system gives none.
pub fn nonce() -> Result<String, NoChance> {
    let mut bytes = [0; CHANCE];
    getrandom::fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The headers that a request carries.
pub fn sign(
    key: &Key,
    client: &str,
    request: Request<'_>,
    now: DateTime<Utc>,
    nonce: &str,
) -> [(&'static str, String); 5] {
    let (time, digest) = (now.timestamp().to_string(), digest(request.body));
    let signature = STANDARD.encode(key.mac(&request.text(&time, nonce, &digest)).finalize().into_bytes());
    [
        (CLIENT, client.to_owned()),
        (TIMESTAMP, time),
        (NONCE, nonce.to_owned()),
        (DIGEST, digest),
        (SIGNATURE, signature),
    ]
}

fn digest(body: &[u8]) -> String {
    format!("sm3=:{}:", STANDARD.encode(Sm3::digest(body)))
}

/// 验签失败 Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// A header is absent, or the signature is not that of this request.
    #[error("SIGNATURE_INVALID")]
    Invalid,
    /// The clocks are too far apart.
    #[error("CLOCK_SKEW")]
    Skewed,
    /// The nonce was used before.
    #[error("REPLAYED")]
    Replayed,
}

/// 验签 The other side in one process; several keep the nonces of [`signed_nonce`] where all of them look.
#[derive(Debug)]
pub struct Verifier {
    key: Key,
    nonces: HashMap<String, DateTime<Utc>>,
}

impl Verifier {
    /// Takes what is signed with this key.
    pub fn new(key: Key) -> Self {
        Self { key, nonces: HashMap::new() }
    }

    /// Holds a request against its headers, which `header` finds by their names in small letters.
    ///
    /// # Errors
    /// A signature that does not hold, a time too far away, or a request that came before.
    pub fn verify<'h>(
        &mut self,
        request: Request<'_>,
        header: impl Fn(&str) -> Option<&'h str>,
        now: DateTime<Utc>,
    ) -> Result<(), Unsigned> {
        let nonce = signed_nonce(&self.key, request, header, now)?;
        self.nonces.retain(|_, seen| now - *seen <= REMEMBERED);
        match self.nonces.insert(nonce.to_owned(), now) {
            Some(_) => Err(Unsigned::Replayed),
            None => Ok(()),
        }
    }
}

/// The nonce of a request that is signed with this key; whoever takes the request remembers it for ten minutes.
/// `header` finds headers by their names in small letters.
///
/// # Errors
/// A signature that does not hold, or a time too far away.
pub fn signed_nonce<'h>(
    key: &Key,
    request: Request<'_>,
    header: impl Fn(&str) -> Option<&'h str>,
    now: DateTime<Utc>,
) -> Result<&'h str, Unsigned> {
    let get = |name| header(name).ok_or(Unsigned::Invalid);
    let (time, nonce) = (get(TIMESTAMP)?, get(NONCE)?);
    let signature = STANDARD.decode(get(SIGNATURE)?).map_err(|_| Unsigned::Invalid)?;
    let digest = digest(request.body);
    if get(DIGEST)? != digest || nonce.is_empty() || nonce.len() > LONGEST_NONCE {
        return Err(Unsigned::Invalid);
    }
    let mac = key.mac(&request.text(time, nonce, &digest));
    mac.verify_slice(&signature).map_err(|_| Unsigned::Invalid)?;
    let sent = time.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    if (now - sent.ok_or(Unsigned::Invalid)?).abs() > APART {
        return Err(Unsigned::Skewed);
    }
    Ok(nonce)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("an instant")
    }

    fn key() -> Key {
        Key::new("a-key-for-tests-only")
    }

    fn taken(
        verifier: &mut Verifier,
        request: Request<'_>,
        headers: &[(&'static str, String)],
        now: DateTime<Utc>,
    ) -> Result<(), Unsigned> {
        let find = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        verifier.verify(request, find, now)
    }

    const ASKED: Request<'static> = Request { method: "GET", path: "/v1/figures/91610000TEXT00025C/2025", body: b"" };

    /// The vector of the design papers, made there with another implementation.
    #[test]
    fn it_is_hmac_sm3() {
        let secret = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10];
        let mut mac = Hmac::<Sm3>::new_from_slice(&secret).expect("a key");
        mac.update(b"phone|13900000001");
        let text: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text, "59a3742fe2b72fe632e7fe2d0886ad5f90eb419a6fd3862c0aa6d2ae4c466666");
    }

    #[test]
    fn a_request_is_taken_once_and_in_time() {
        let headers = sign(&key(), "qinxin", ASKED, at(0), "n1");
        let mut verifier = Verifier::new(key());
        assert_eq!(taken(&mut verifier, ASKED, &headers, at(301)), Err(Unsigned::Skewed));
        assert_eq!(taken(&mut verifier, ASKED, &headers, at(-301)), Err(Unsigned::Skewed));
        assert_eq!(taken(&mut verifier, ASKED, &headers, at(300)), Ok(()));
        assert_eq!(taken(&mut verifier, ASKED, &headers, at(300)), Err(Unsigned::Replayed));
        // It is forgotten only when it is too old by its time.
        assert_eq!(taken(&mut verifier, ASKED, &headers, at(901)), Err(Unsigned::Skewed));
    }

    #[test]
    fn another_key_signs_another_request() {
        let headers = sign(&Key::new("another-key-for-tests"), "qinxin", ASKED, at(0), "n1");
        assert_eq!(taken(&mut Verifier::new(key()), ASKED, &headers, at(0)), Err(Unsigned::Invalid));
        assert!(!format!("{:?}", key()).contains("tests"));
        assert!(Key::new("short").is_weak() && !key().is_weak());
    }

    #[test]
    fn a_derived_key_signs_and_does_not_tell_its_secret() {
        let (key, other) = (Key::derived("sx_live_abcdefgh_secret"), Key::derived("sx_live_abcdefgh_another"));
        assert_eq!(key.text().len(), 64);
        assert!(key != other && !key.text().contains("secret"));
        let headers = sign(&key, "abcdefgh", ASKED, at(0), "n1");
        assert_eq!(taken(&mut Verifier::new(key), ASKED, &headers, at(0)), Ok(()));
        assert_eq!(taken(&mut Verifier::new(other), ASKED, &headers, at(0)), Err(Unsigned::Invalid));
    }

    proptest! {
        /// Whatever is changed of a request, and whichever header, it is not taken.
        #[test]
        fn nothing_can_be_changed_on_the_way(
            path in "/[a-z0-9/]{1,20}", body in prop::collection::vec(any::<u8>(), 0..40), at_byte in 0_usize..1000,
            part in 0_usize..6,
        ) {
            let request = Request { method: "POST", path: &path, body: &body };
            let nonce = nonce().expect("chance");
            let mut headers = sign(&key(), "qinxin", request, at(0), &nonce);
            prop_assert_eq!(taken(&mut Verifier::new(key()), request, &headers, at(0)), Ok(()));
            let (mut other_path, mut other_body) = (path.clone(), body.clone());
            match part {
                0 => other_path.push('x'),
                1 => other_body.push(7),
                header => {
                    // All but the name of the client, which is no part of what is signed: it chooses the key.
                    let value = &mut headers[header - 1].1;
                    let at = at_byte % value.len();
                    let other = if value.as_bytes()[at] == b'1' { "2" } else { "1" };
                    value.replace_range(at..=at, other);
                }
            }
            let changed = Request { method: "POST", path: &other_path, body: &other_body };
            prop_assert!(taken(&mut Verifier::new(key()), changed, &headers, at(0)).is_err());
        }
    }
}
