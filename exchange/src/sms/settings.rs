//! 短信配置 What is configured of a gateway, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::signature::Key;

/// 短信网关配置 Without `url` messages go into a file of the data folder (on embedded databases and in development), or
/// wait (in production on PostgreSQL).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsSettings {
    /// 网关地址 `https://sms.example.gov.cn/v1`; messages go to `/messages` below it, receipts come from `/receipts`.
    pub url: Option<String>,
    /// 接入标识 The name under which the gateway knows us.
    pub client: String,
    /// 签名密钥 Shared with the gateway: HMAC-SM3.
    pub secret: Option<Key>,
    /// 超时 Seconds that the gateway may take to answer.
    pub timeout_seconds: u64,
}

impl Default for SmsSettings {
    fn default() -> Self {
        Self { url: None, client: "qinxin".to_owned(), secret: None, timeout_seconds: 8 }
    }
}

impl SmsSettings {
    /// The same with the secret replaced by `***`.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self { secret: self.secret.as_ref().map(|_| Key::masked()), ..self.clone() }
    }
}

/// Everything that is wrong with the settings.
pub fn faults(settings: &SmsSettings, is_development: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let Some(url) = &settings.url else { return faults };
    let parsed = reqwest::Url::parse(url).ok().filter(|url| {
        let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && (is_loopback || is_development));
        is_safe && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    });
    if parsed.is_none() {
        faults.push(format!("sms.url“{url}”应为 https 地址，不带参数；http 只用于本机或开发模式。"));
    }
    if settings.secret.as_ref().is_none_or(Key::is_weak) {
        faults.push("sms.secret 应为与短信平台约定的密钥，至少 16 个字符。".to_owned());
    }
    if settings.client.trim().is_empty() {
        faults.push("sms.client 应为短信平台分配的接入标识。".to_owned());
    }
    if !(1..=60).contains(&settings.timeout_seconds) {
        faults.push("sms.timeout_seconds 应为 1 到 60 秒。".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_reached_safely_or_not_at_all() {
        let with = |url: &str, secret: Option<&str>| SmsSettings {
            url: Some(url.to_owned()),
            secret: secret.map(Key::new),
            ..SmsSettings::default()
        };
        let key = Some("a-key-for-tests-only");
        assert_eq!(faults(&SmsSettings::default(), false), [""; 0]);
        assert_eq!(faults(&with("https://sms.example.gov.cn/v1", key), false), [""; 0]);
        assert_eq!(faults(&with("http://127.0.0.1:9000", key), false), [""; 0]);
        assert_eq!(faults(&with("http://sms.example.gov.cn", key), true), [""; 0]);
        assert_eq!(faults(&with("http://sms.example.gov.cn", key), false).len(), 1);
        assert_eq!(faults(&with("https://sms.example.gov.cn?key=1", None), false).len(), 2);
        let masked = with("https://sms.example.gov.cn", key).masked();
        assert!(!format!("{masked:?}").contains("tests"));
    }
}
