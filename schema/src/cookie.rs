//! 会话凭证 The cookie in which a browser carries its session.
//!
//! No other site can use it: `SameSite=Lax` keeps it out of their posts, and the door takes posts only
//! as `application/json`, which other sites may not send unasked.

/// How long a browser may take at a provider.
const BINDING_SECONDS: u32 = 600;

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

    /// 登录过程凭证 Its name: what binds a sign-in at a provider to the browser in which it was begun.
    const fn binding(self) -> &'static str {
        if self.is_secure { "__Host-qinxin-oidc" } else { "qinxin-oidc" }
    }

    /// `Set-Cookie` for a sign-in that is sent to a provider.
    pub fn bind(self, secret: &str) -> String {
        format!("{}={secret}{}; Max-Age={BINDING_SECONDS}", self.binding(), self.attributes())
    }

    /// `Set-Cookie` once it has come back.
    pub fn unbind(self) -> String {
        format!("{}={}; Max-Age=0", self.binding(), self.attributes())
    }

    /// What the header `Cookie` says of the sign-in that was begun in this browser.
    pub fn bound(self, header: &str) -> Option<&str> {
        value(header, self.binding())
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
        value(header, self.name())
    }
}

fn value<'h>(header: &'h str, cookie: &str) -> Option<&'h str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie).map(|(_, value)| value).filter(|value| !value.is_empty())
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
        let secure = Cookie { is_secure: true };
        assert!(secure.bind("b").starts_with("__Host-qinxin-oidc=b; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age="));
        assert_eq!(secure.bound("qinxin-oidc=a; __Host-qinxin-oidc=b"), Some("b"));
    }
}
