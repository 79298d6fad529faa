//! 游标 An opaque word that tells where a row stands in one kind of list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Answer, Code, Failure};

/// The cursor of `position` in the list called `list`.
pub fn encode<P: Serialize>(list: &str, position: &P) -> String {
    // A tuple of strings, numbers and days always serialises.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(list, position)).unwrap_or_default())
}

/// The position that a cursor of the list called `list` tells.
///
/// # Errors
/// `INVALID_CURSOR` when it is not one of this list.
pub fn decode<P: DeserializeOwned>(list: &str, cursor: &str) -> Answer<P> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<(String, P)>(&bytes).ok())
        .filter(|(name, _)| name == list)
        .map(|(_, position)| position)
        .ok_or_else(|| foreign(cursor))
}

/// The refusal of a cursor that this list did not give.
pub fn foreign(cursor: &str) -> Failure {
    let shown: String = cursor.chars().take(60).collect();
    Failure::refused(
        Code::InvalidCursor,
        format!("游标“{shown}”不是本列表给出的，请使用同一列表、同样排序返回的 endCursor 或 startCursor。"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let cursor = encode("penalties", &("2024-01-02", 7));
        assert_eq!(decode::<(String, i64)>("penalties", &cursor).ok(), Some(("2024-01-02".to_owned(), 7)));
        assert!(decode::<(String, i64)>("licences", &cursor).is_err());
        assert!(decode::<(String, i64)>("penalties", "not a cursor").is_err());
    }
}
