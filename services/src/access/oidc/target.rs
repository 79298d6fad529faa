//! 去向 Where a browser goes after it has signed in: a path of this server and nothing else, because an
//! address that leads away under our name is a gift to whoever collects passwords (CWE-601).

use std::fmt::Write;

/// Bytes of a path at most.
const LONGEST: usize = 1024;
/// What would begin a sign-in again.
const OWN: &str = "/oidc/";

/// The path as a header can carry it; `None` for whatever might lead away. Browsers take `\` for `/` and
/// leave out control characters, so that neither may stand in it.
pub fn own_path(asked: &str) -> Option<String> {
    let mut signs = asked.chars();
    let is_path = signs.next() == Some('/') && signs.next() != Some('/');
    let is_sign = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
    if !is_path || asked.len() > LONGEST || asked.starts_with(OWN) || !asked.chars().all(is_sign) {
        return None;
    }
    Some(asked.bytes().fold(String::with_capacity(asked.len()), |mut path, byte| {
        // Writing to a string does not fail.
        let _ = if byte.is_ascii() { write!(path, "{}", char::from(byte)) } else { write!(path, "%{byte:02X}") };
        path
    }))
}

#[cfg(test)]
mod tests {
    use openidconnect::url::Url;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_leads_away_is_refused() {
        let away = [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a b",
            "evil.example",
            "/a\\b",
            "/\u{85}",
            "/oidc/staff/start",
            "/\u{3000}/evil.example",
            "/a\r\nSet-Cookie: x=y",
        ];
        for path in away {
            assert_eq!(own_path(path), None, "{path:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn own_paths_are_kept() {
        for path in ["/", "/enterprises?q=1#top", "/a//b", "/..//evil.example", "/@evil.example", "/%5Cevil"] {
            assert_eq!(own_path(path).as_deref(), Some(path));
        }
        assert_eq!(own_path("/主体").as_deref(), Some("/%E4%B8%BB%E4%BD%93"));
    }

    proptest! {
        /// A browser reads addresses as the URL standard says (WHATWG); so does this library.
        #[test]
        fn no_path_leaves_the_server(path in "[/\\\\a.:@%\t\n #?主]{0,12}|/.{0,12}") {
            let home = Url::parse("https://home.example/oidc/staff/callback").expect("an address");
            if let Some(kept) = own_path(&path) {
                prop_assert!(kept.bytes().all(|byte| byte.is_ascii_graphic()), "{kept:?}");
                let reached = home.join(&kept).expect("an address");
                prop_assert_eq!(reached.origin(), home.origin());
            }
        }
    }
}
