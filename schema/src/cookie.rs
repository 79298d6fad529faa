//! 会话凭证 The cookie in which a browser carries its session.
//!
//! No other site can use it: `SameSite=Lax` keeps it out of their posts, and the door takes posts only
//! as `application/json`, which other sites may not send unasked.

/// 会话凭证 Where the token of a session travels.
#[derive(Clone, Copy, Debug)]
pub struct Cookie {
    /// Only over HTTPS, and bound to this host (`__Host-`).
    pub is_secure: bool,
}

impl Cookie {
    /// Its name.
    pub const fn name(self) -> &'static str {
        if self.is_secure { "__Host-qinxin" } else { "qinxin" }
    }

    /// `Set-Cookie` for a new token.
    pub fn set(self, token: &str) -> String {
        format!("{}={token}{}", self.name(), self.attributes())
    }

    /// `Set-Cookie` for the end of the session.
    pub fn clear(self) -> String {
        format!("{}={}; Max-Age=0", self.name(), self.attributes())
    }

    const fn attributes(self) -> &'static str {
        if self.is_secure { "; Path=/; HttpOnly; SameSite=Lax; Secure" } else { "; Path=/; HttpOnly; SameSite=Lax" }
    }

    /// The token in the header `Cookie`.
    pub fn token(self, header: &str) -> Option<&str> {
        let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name()).map(|(_, token)| token).filter(|token| !token.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let cookie = Cookie { is_secure: false };
        assert_eq!(cookie.token("a=b; qinxin=token ; c=d"), Some("token"));
        assert_eq!(cookie.token("a=b; notqinxin=token; qinxin="), None);
        assert!(cookie.clear().starts_with("qinxin=; Path=/"));
        assert!(Cookie { is_secure: true }.set("t").contains("; Secure"));
    }
}
