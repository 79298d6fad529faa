//! 数据部门接入 What is configured of an authority, and what is wrong with it.

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::signature::Key;

/// Bounds of what may be configured.
const SECONDS: std::ops::RangeInclusive<u64> = 1..=10;
const TRIES: std::ops::RangeInclusive<u32> = 1..=3;
const FAILURES: std::ops::RangeInclusive<u32> = 1..=100;
const REST: std::ops::RangeInclusive<u32> = 1..=3600;

/// 一个数据部门 How it is reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// 地址 Before `/v1/figures/…`, such as `https://sw.example.gov.cn/exchange`.
    pub url: String,
    /// 本方标识 The name under which the authority knows this server.
    #[serde(default = "client")]
    pub client: String,
    /// 签名密钥 Shared with the authority.
    pub key: Key,
    /// 应答期限 Seconds that one request waits.
    #[serde(default = "timeout_seconds")]
    pub timeout_seconds: u64,
    /// 尝试次数 How often at most it is asked at once where it cannot be reached.
    #[serde(default = "tries")]
    pub tries: u32,
    /// 熔断次数 Failures in a row after which it is left alone.
    #[serde(default = "failures")]
    pub failures: u32,
    /// 熔断时长 Seconds for which it is left alone at first.
    #[serde(default = "rest_seconds")]
    pub rest_seconds: u32,
}

fn client() -> String {
    "qinxin".to_owned()
}

const fn timeout_seconds() -> u64 {
    3
}

const fn tries() -> u32 {
    2
}

const fn failures() -> u32 {
    3
}

const fn rest_seconds() -> u32 {
    30
}

impl Settings {
    /// An authority at this address, with everything else as it is by itself.
    pub fn at(url: impl Into<String>, key: Key) -> Self {
        Self {
            url: url.into(),
            client: client(),
            key,
            timeout_seconds: timeout_seconds(),
            tries: tries(),
            failures: failures(),
            rest_seconds: rest_seconds(),
        }
    }

    fn faults(&self, name: &str, is_development: bool) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |is_faulty: bool, what: &str| {
            if is_faulty {
                faults.push(format!("authorities.{name} 的 {what}"));
            }
        };
        fault(!is_plain(&self.url, is_development), "url 应为 https 地址，不带参数；http 只用于本机或开发模式。");
        fault(self.key.is_weak(), "key 应至少16个字符。");
        let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        fault(
            self.client.is_empty() || !self.client.chars().all(is_sign),
            "client 应为字母、数字、连字符、下划线或点。",
        );
        fault(!SECONDS.contains(&self.timeout_seconds), "timeout_seconds 应为 1 到 10。");
        fault(!TRIES.contains(&self.tries), "tries 应为 1 到 3。");
        fault(!FAILURES.contains(&self.failures), "failures 应为 1 到 100。");
        fault(!REST.contains(&self.rest_seconds), "rest_seconds 应为 1 到 3600。");
        faults
    }
}

/// Whether it is an address of HTTPS without anything that does not belong there.
fn is_plain(address: &str, is_development: bool) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && (is_loopback || is_development));
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    is_safe && is_bare && url.password().is_none() && !host.is_empty()
}

/// 数据部门 All of them; one that is absent is not connected.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsOfAll {
    /// 税务机关
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Settings>,
    /// 社会保险经办机构
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_insurance: Option<Settings>,
}

impl SettingsOfAll {
    /// Everything that is wrong.
    pub fn faults(&self, is_development: bool) -> Vec<String> {
        let named = [("tax", &self.tax), ("social_insurance", &self.social_insurance)];
        let of = |(name, settings): (&str, &Option<Settings>)| {
            settings.as_ref().map(|settings| settings.faults(name, is_development)).unwrap_or_default()
        };
        named.into_iter().flat_map(of).collect()
    }

    /// Puts `***` in the place of the keys.
    pub fn mask(&mut self) {
        for settings in [&mut self.tax, &mut self.social_insurance].into_iter().flatten() {
            settings.key = Key::masked();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_is_checked() {
        let faults = |url: &str, key: &str, is_development| {
            let tax = Some(Settings::at(url, Key::new(key)));
            SettingsOfAll { tax, social_insurance: None }.faults(is_development).len()
        };
        let key = "a-key-for-tests-only";
        assert_eq!(faults("https://sw.example.gov.cn/exchange", key, false), 0);
        assert_eq!(faults("http://127.0.0.1:9000", key, false), 0);
        assert_eq!(faults("http://[::1]:9000", key, false), 0);
        assert_eq!(faults("http://sw.example.gov.cn", key, true), 0);
        assert_eq!(faults("http://sw.example.gov.cn", key, false), 1);
        assert_eq!(faults("https://sw.example.gov.cn/?key=1", key, false), 1);
        assert_eq!(faults("https://a:b@sw.example.gov.cn", "short", false), 2);
        assert_eq!(SettingsOfAll::default().faults(false), [] as [&str; 0]);
    }

    #[test]
    fn a_key_is_not_printed() {
        let mut all = SettingsOfAll {
            tax: Some(Settings::at("https://a.example", Key::new("a-key-for-tests-only"))),
            social_insurance: None,
        };
        assert!(!format!("{all:?}").contains("for-tests"));
        all.mask();
        assert!(!serde_json::to_string(&all).expect("JSON").contains("for-tests"));
    }
}
