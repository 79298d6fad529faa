//! 全局编号 The id of an object in the whole graph: its type and its key, as one opaque word.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The id of the object of type `family` with this key.
pub fn encode(family: &str, key: i64) -> ID {
    ID(URL_SAFE_NO_PAD.encode(format!("{family}:{key}")))
}

/// Type and key of an id, `None` if this graph did not give it.
pub fn decode(id: &str) -> Option<(String, i64)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (family, key) = text.split_once(':')?;
    let key = key.parse().ok()?;
    // One object has one id: `Penalty:07` is none.
    (encode(family, key).as_str() == id).then(|| (family.to_owned(), key))
}

/// The key of an id of type `family`, `None` if it is of another.
pub fn key_of(family: &str, id: &str) -> Option<i64> {
    decode(id).filter(|(found, _)| found == family).map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_forged_ones_are_nothing() {
        assert_eq!(decode(&encode("Penalty", 42)), Some(("Penalty".to_owned(), 42)));
        assert_eq!(key_of("Licence", &encode("Penalty", 42)), None);
        assert_eq!(decode("%%%"), None);
        assert_eq!(decode(&URL_SAFE_NO_PAD.encode("Penalty:+42")), None);
    }
}
