//! 签名 Tokens in the compact form of JWS (RFC 7515), whose claims the library has no reader for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Algorithms that count (OIDC-4).
pub const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] =
    [CoreJwsSigningAlgorithm::EcdsaP256Sha256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256];

/// What the signer says of the signature.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No token at all.
    Form,
    /// A type or an extension that is none of ours.
    Type,
    /// An algorithm that does not count.
    Algorithm,
    /// A key that is not known.
    Key,
    /// Signed by somebody else, or changed.
    Signature,
}

impl Fault {
    /// The word for the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Type => "typ",
            Self::Algorithm => "alg",
            Self::Key => "kid",
            Self::Signature => "signature",
        }
    }
}

/// The claims of a token that one of `keys` signed, if its type is one of `types` or not told.
pub fn verified<C: DeserializeOwned>(token: &str, keys: &[CoreJsonWebKey], types: &[&str]) -> Result<C, Fault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Form)?;
    let (head, _) = signed.split_once('.').ok_or(Fault::Form)?;
    let header: Header = read(head).ok_or(Fault::Form)?;
    let is_known = header.typ.is_none_or(|typ| types.iter().any(|known| typ.eq_ignore_ascii_case(known)));
    if !is_known || header.crit.is_some() {
        return Err(Fault::Type);
    }
    let algorithm = serde_json::from_value(header.alg.into()).map_err(|_| Fault::Algorithm)?;
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Fault::Algorithm);
    }
    let fits = |key: &&CoreJsonWebKey| {
        let is_named = header.kid.is_none() || header.kid.as_deref() == key.key_id().map(|id| id.as_str());
        is_named && can_sign(key, &algorithm)
    };
    let mut keys = keys.iter().filter(fits).peekable();
    keys.peek().ok_or(Fault::Key)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Fault::Form)?;
    if !keys.any(|key| key.verify_signature(&algorithm, signed.as_bytes(), &signature).is_ok()) {
        return Err(Fault::Signature);
    }
    claims(token).ok_or(Fault::Form)
}

/// Whether a key is one for signatures of this algorithm (RFC 7517, sections 4.1, 4.2 and 4.4).
fn can_sign(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm) -> bool {
    let is_for_it = match key.signing_alg() {
        JsonWebKeyAlgorithm::Algorithm(own) => own == algorithm,
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    is_for_it
        && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
        && algorithm.key_type().as_ref() == Some(key.key_type())
}

/// The claims of a token that was verified before.
pub fn claims<C: DeserializeOwned>(token: &str) -> Option<C> {
    token.split('.').nth(1).and_then(read)
}

fn read<C: DeserializeOwned>(part: &str) -> Option<C> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use openidconnect::core::CoreJsonWebKeySet;
    use serde_json::{Value, json};

    use super::*;

    /// The key of RFC 7515, appendix A.3, and the token that is signed there with ES256.
    const KEY: &str = r#"{ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "a3",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] }"#;
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn keys() -> CoreJsonWebKeySet {
        serde_json::from_str(KEY).expect("a key")
    }

    fn with_header(header: &Value) -> String {
        let (_, rest) = TOKEN.split_once('.').expect("a token");
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    fn fault(token: &str) -> Option<Fault> {
        verified::<Value>(token, keys().keys(), &["JWT"]).err()
    }

    #[test]
    fn the_example_of_the_standard_counts() {
        let claims: Value = verified(TOKEN, keys().keys(), &["JWT"]).expect("claims");
        assert_eq!(claims["iss"], "joe");
    }

    #[test]
    fn whatever_was_changed_does_not() {
        let (signed, _) = TOKEN.rsplit_once('.').expect("a token");
        let cases = [
            (with_header(&json!({ "alg": "none" })), Fault::Algorithm),
            (
                format!("{}.", with_header(&json!({ "alg": "none" })).rsplit_once('.').expect("parts").0),
                Fault::Algorithm,
            ),
            (with_header(&json!({ "alg": "HS256" })), Fault::Algorithm),
            (with_header(&json!({ "alg": "ES256", "kid": "other" })), Fault::Key),
            (with_header(&json!({ "alg": "RS256" })), Fault::Key),
            (with_header(&json!({ "alg": "ES256", "kid": "a3" })), Fault::Signature),
            (with_header(&json!({ "alg": "ES256", "typ": "at+jwt" })), Fault::Type),
            (with_header(&json!({ "alg": "ES256", "crit": ["b64"] })), Fault::Type),
            (format!("{signed}.AAAA"), Fault::Signature),
            ("a.b".to_owned(), Fault::Form),
            (String::new(), Fault::Form),
        ];
        for (token, expected) in cases {
            assert_eq!(fault(&token), Some(expected), "{token}");
        }
    }
}
