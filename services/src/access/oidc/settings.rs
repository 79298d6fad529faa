//! 身份提供方 What is configured of a provider of unified identity, and what is wrong with it.

use std::collections::HashSet;

use openidconnect::url::{Host, Url};
use serde::{Deserialize, Serialize};

/// 客户端密钥 Its `Debug` does not show it.
pub use openidconnect::ClientSecret as Secret;

/// The word of `amr` for more than one factor (RFC 8176, section 2).
const MULTIPLE_FACTORS: &str = "mfa";
/// Characters of an id and of an issuer at most: columns hold no more.
const ID: usize = 32;
const ISSUER: usize = 255;

/// 适用对象 For whom a provider is; that of the public is less sure of who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Audience {
    /// 工作人员
    Staff,
    /// 企业与异议人
    Public,
}

impl Audience {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Staff => "STAFF",
            Self::Public => "PUBLIC",
        }
    }
}

/// 身份提供方 One provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// 标识 Part of the addresses: `/oidc/{id}/callback`.
    pub id: String,
    /// 名称 What people read.
    pub name: String,
    /// 签发方 Exactly as the provider writes it.
    pub issuer: String,
    /// 客户端标识
    pub client_id: String,
    /// 客户端密钥 Empty for a public client; PKCE protects the code in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// 适用对象
    pub audience: Audience,
    /// 双因素认证级别 Values of `acr` that count as two factors shown, and `mfa` if that word in `amr` does.
    #[serde(default)]
    pub second_factor_acr: Vec<String>,
    /// 自动建账号 Whether somebody unknown gets an account without any right.
    #[serde(default)]
    pub creates_accounts: bool,
}

impl Settings {
    /// Whether what a provider for staff tells of the sign-in counts as two factors shown.
    pub(super) fn is_two_factors<'a>(&self, acr: Option<&str>, mut amr: impl Iterator<Item = &'a str>) -> bool {
        let counts = |value: &str| self.second_factor_acr.iter().any(|known| known == value);
        let by_method = counts(MULTIPLE_FACTORS) && amr.any(|method| method == MULTIPLE_FACTORS);
        self.audience == Audience::Staff && (by_method || acr.is_some_and(|acr| acr != MULTIPLE_FACTORS && counts(acr)))
    }

    /// The levels that a provider is asked for.
    pub(super) fn levels(&self) -> impl Iterator<Item = &str> {
        self.second_factor_acr.iter().map(String::as_str).filter(|level| *level != MULTIPLE_FACTORS)
    }

    fn faults(&self, is_development: bool) -> Vec<String> {
        let mut faults = Vec::new();
        let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > ID || !self.id.chars().all(is_sign) {
            faults.push(format!("身份提供方的 id“{}”应为 1 到 {ID} 个小写字母、数字或 -。", self.id));
        }
        if self.name.trim().is_empty() || self.client_id.is_empty() {
            faults.push(format!("身份提供方“{}”缺少 name 或 client_id。", self.id));
        }
        if self.issuer.len() > ISSUER || !is_plain(&self.issuer, is_development, true) {
            faults.push(format!(
                "身份提供方“{}”的 issuer“{}”应为 https 地址，不带参数；http 只用于本机或开发模式。",
                self.id, self.issuer
            ));
        }
        if self.audience == Audience::Public && !self.second_factor_acr.is_empty() {
            faults.push(format!("身份提供方“{}”面向公众，不能设置 second_factor_acr。", self.id));
        }
        if self.audience == Audience::Staff && self.creates_accounts {
            faults.push(format!("身份提供方“{}”面向工作人员，不能设置 creates_accounts。", self.id));
        }
        faults
    }
}

/// Whether it is an address of HTTPS without anything that does not belong there.
fn is_plain(address: &str, is_development: bool, may_have_path: bool) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && (is_loopback || is_development));
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    is_safe && is_bare && url.password().is_none() && (may_have_path || url.path() == "/")
}

/// Everything that is wrong with the providers and the address at which browsers reach this server.
pub fn faults(providers: &[Settings], public_url: Option<&str>, is_development: bool) -> Vec<String> {
    let mut faults: Vec<String> = providers.iter().flat_map(|provider| provider.faults(is_development)).collect();
    match public_url {
        None if !providers.is_empty() => {
            faults.push("设置了 identity_providers，还应设置 public_url，例如 https://xy.example.gov.cn。".to_owned());
        }
        Some(url) if !is_plain(url, is_development, false) => {
            faults.push(format!("public_url“{url}”应为 https 地址，不带路径与参数；http 只用于本机或开发模式。"));
        }
        _ => {}
    }
    let (mut ids, mut issuers) = (HashSet::new(), HashSet::new());
    for provider in providers {
        if !ids.insert(provider.id.as_str()) {
            faults.push(format!("身份提供方的 id“{}”重复。", provider.id));
        }
        // An identity is issuer and subject: one issuer cannot be sure and less sure at once.
        if !issuers.insert(provider.issuer.trim_end_matches('/')) {
            faults.push(format!("issuer“{}”属于两个身份提供方，只能保留一个。", provider.issuer));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(id: &str, issuer: &str) -> Settings {
        Settings {
            id: id.to_owned(),
            name: "统一身份认证".to_owned(),
            issuer: issuer.to_owned(),
            client_id: "qinxin".to_owned(),
            client_secret: Some(Secret::new("secret".to_owned())),
            audience: Audience::Staff,
            second_factor_acr: vec!["loa3".to_owned()],
            creates_accounts: false,
        }
    }

    #[test]
    fn addresses_are_https_except_at_home() {
        let faulty = |issuer, url, is_development| faults(&[provider("staff", issuer)], url, is_development).len();
        let own = Some("https://xy.example.gov.cn");
        assert_eq!(faulty("https://id.example.gov.cn/realms/a", own, false), 0);
        assert_eq!(faulty("http://id.example.gov.cn", own, false), 1);
        assert_eq!(faulty("http://id.example.gov.cn", own, true), 0);
        assert_eq!(faulty("http://127.0.0.1:9000", Some("http://localhost:8080"), false), 0);
        assert_eq!(faulty("https://id.example.gov.cn?x=1", own, false), 1);
        assert_eq!(faulty("https://u:p@id.example.gov.cn", own, false), 1);
        assert_eq!(faulty("https://id.example.gov.cn", None, false), 1);
        assert_eq!(faulty("https://id.example.gov.cn", Some("https://xy.example.gov.cn/app"), false), 1);
        assert_eq!(faulty("https://id.example.gov.cn", Some("http://xy.example.gov.cn"), false), 1);
        assert_eq!(faults(&[], None, false), [] as [&str; 0]);
    }

    #[test]
    fn two_providers_are_two() {
        let own = Some("https://xy.example.gov.cn");
        let (one, other) = (provider("a", "https://id.example/"), provider("a", "https://id.example"));
        assert_eq!(faults(&[one, other], own, false).len(), 2);
        let open =
            Settings { audience: Audience::Public, creates_accounts: true, ..provider("b", "https://b.example") };
        assert_eq!(faults(&[open], own, false).len(), 1, "nobody shows two factors there");
        let making = Settings { creates_accounts: true, ..provider("c", "https://c.example") };
        assert_eq!(faults(&[making], own, false).len(), 1);
    }

    #[test]
    fn two_factors_are_those_that_are_configured() {
        let staff = provider("a", "https://id.example");
        assert!(staff.is_two_factors(Some("loa3"), [].into_iter()));
        assert!(!staff.is_two_factors(Some("loa2"), ["mfa"].into_iter()));
        let by_method = Settings { second_factor_acr: vec!["mfa".to_owned()], ..staff.clone() };
        assert!(by_method.is_two_factors(None, ["pwd", "mfa"].into_iter()));
        assert!(!by_method.is_two_factors(Some("mfa"), ["pwd"].into_iter()));
        let public = Settings { audience: Audience::Public, ..staff };
        assert!(!public.is_two_factors(Some("loa3"), [].into_iter()));
    }

    #[test]
    fn a_secret_is_in_no_log() {
        assert!(!format!("{:?}", provider("a", "https://id.example")).contains("\"secret\""));
    }
}
