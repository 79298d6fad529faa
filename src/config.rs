//! 配置 What is in force: flags over `QINXIN_*` variables over `qinxin.toml` over defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use entities::Database;
use exchange::authority::SettingsOfAll;
use exchange::signature::Verifier;
use exchange::sms::{self, FileGateway, Gateway, HttpGateway, SmsSettings};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use schema::limits::Limits;
use serde::{Deserialize, Serialize};
use services::access::oidc::{self, Secret, Settings as IdentityProvider};
use services::index::MAX_SHARDS;
use services::index::quickwit::Settings as Quickwit;
use services::vault;

use crate::cli::{Common, Mode, Serving};
use crate::http::inbound_messages::Gatekeeper;

/// 配置 Every setting; a key that is not here is refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// 数据目录
    pub data_dir: PathBuf,
    /// 数据库地址 SQLite in the data folder when empty.
    pub database_url: Option<String>,
    /// 密钥文件 Keys of the encrypted columns; `keys.toml` in the data folder when empty. Processes on one
    /// database share it.
    pub key_file: Option<PathBuf>,
    /// 监听地址
    pub listen: SocketAddr,
    /// 运行模式
    pub mode: Mode,
    /// 服务线程数 Serving threads; one a core when empty.
    pub threads: Option<usize>,
    /// 连接数 Database connections of each serving thread.
    pub connections: u32,
    /// 可信代理 Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// 跨域来源 Origins whose pages may call the graph, such as `https://portal.example.cn`.
    pub cors_origins: Vec<String>,
    /// 指标来源 Addresses that may read `/metrics` in production.
    pub metrics_from: Vec<String>,
    /// 启动等待 Seconds that a start waits for another process to let go of the data folder.
    pub start_wait_seconds: u64,
    /// 日志级别 Filter of the log, such as `info` or `qinxin=debug`.
    pub log: String,
    /// 对外地址 Where browsers reach this server, such as `https://xy.example.gov.cn`; needed by providers of
    /// identity, which send browsers back there.
    pub public_url: Option<String>,
    /// 身份提供方 Providers of unified identity (统一身份认证).
    pub identity_providers: Vec<IdentityProvider>,
    /// 数据部门 The tax authority and the social-insurance agency, asked for figures of annual reports.
    pub authorities: SettingsOfAll,
    /// 短信网关 Where short messages go; see [`SmsSettings`].
    pub sms: SmsSettings,
    /// 链路追踪地址 Where spans are sent (OTLP over HTTP), such as `http://127.0.0.1:4318/v1/traces`; off when empty.
    pub otlp_endpoint: Option<String>,
    /// 采样比例 Share of requests that are traced, 0 to 1, where the caller does not decide.
    pub trace_ratio: f64,
    /// 索引分片 Folders into which the search index is split by region when it is built the next time: each is written
    /// and merged on its own, and a question is asked of all. 1 is best up to some million enterprises.
    pub index_shards: usize,
    /// 第二检索引擎 Quickwit, where one index is shared by many processes or split by province.
    pub quickwit: Quickwit,
    /// 限额 What one request may cost.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            database_url: None,
            key_file: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            mode: Mode::Development,
            threads: None,
            connections: 6,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            metrics_from: vec!["127.0.0.1".to_owned(), "::1".to_owned()],
            start_wait_seconds: 30,
            log: "info,sqlx=error,tantivy=warn,sea_orm_migration=warn".to_owned(),
            public_url: None,
            identity_providers: Vec::new(),
            authorities: SettingsOfAll::default(),
            sms: SmsSettings::default(),
            otlp_endpoint: None,
            trace_ratio: 1.0,
            index_shards: 1,
            quickwit: Quickwit::default(),
            limits: Limits::default(),
        }
    }
}

/// The file that is read when it lies in the working folder.
const FILE: &str = "qinxin.toml";
/// Variables of the project's own tests begin with this and are no settings.
const TEST_VARIABLES: &str = "test_";

#[derive(Serialize)]
struct Flags<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
}

impl Config {
    /// Reads every source.
    ///
    /// # Errors
    /// A file that is named but absent, an unknown key, a value of the wrong form, or providers of identity that
    /// cannot be used safely.
    pub fn load(common: &Common, serving: &Serving) -> Result<Self> {
        if let Some(file) = common.config.as_deref().filter(|file| !file.is_file()) {
            bail!("配置文件不存在：{}", file.display());
        }
        let flags = Flags {
            data_dir: common.data_dir.as_deref(),
            database_url: common.database_url.as_deref(),
            listen: serving.listen.as_deref(),
            mode: serving.mode,
        };
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(common.config.as_deref().unwrap_or(Path::new(FILE))))
            .merge(Env::prefixed("QINXIN_").filter(|key| !key.starts_with(TEST_VARIABLES)).split("__"))
            .merge(Serialized::defaults(flags))
            .extract()
            .context("配置有误，请检查命令行参数、QINXIN_* 环境变量与 qinxin.toml")?;
        let mut faults = config.limits.faults();
        let is_development = config.mode == Mode::Development;
        faults.extend(oidc::faults(&config.identity_providers, config.public_url.as_deref(), is_development));
        faults.extend(config.authorities.faults(is_development));
        faults.extend(sms::faults(&config.sms, is_development));
        faults.extend(config.quickwit.faults());
        if !(1..=MAX_SHARDS).contains(&config.index_shards) {
            faults.push(format!("index_shards 的值 {} 应在 1 到 {MAX_SHARDS} 之间", config.index_shards));
        }
        if !faults.is_empty() {
            bail!("配置有误：\n  {}", faults.join("\n  "));
        }
        Ok(config)
    }

    /// The database's URL in force.
    pub fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| Database::sqlite_url(&self.data_dir))
    }

    /// Whether the database is a file in the data folder or elsewhere.
    pub fn is_embedded(&self) -> bool {
        self.url().starts_with("sqlite:")
    }

    /// 密钥文件 The key file in force.
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data_dir.join(vault::FILE))
    }

    /// 短信网关 The gateway that is configured; a file in its place on embedded databases and in development, and
    /// nothing in production.
    ///
    /// # Errors
    /// A machine without certificates of authorities.
    pub fn sms_gateway(&self) -> Result<Option<Arc<dyn Gateway>>> {
        if self.sms.url.is_some() {
            return Ok(Some(Arc::new(HttpGateway::new(&self.sms).context("短信网关无法使用")?)));
        }
        let stands_in = self.is_embedded() || self.mode == Mode::Development;
        Ok(stands_in.then(|| Arc::new(FileGateway::new(&self.data_dir)) as Arc<dyn Gateway>))
    }

    /// 短信平台验签 Knows the gateway again when it tells what people answered, by the key that is shared with it.
    pub fn sms_gatekeeper(&self) -> Option<Gatekeeper> {
        let key = self.sms.secret.clone().filter(|key| !key.is_weak())?;
        Some(Gatekeeper::new(Mutex::new(Verifier::new(key))))
    }

    /// 数字模型目录 Folder of the operator's own weights for figures.
    pub fn model_dir(&self) -> PathBuf {
        self.data_dir.join("assistant")
    }

    /// 字体目录 Folder of the operator's own fonts, for characters that the one of the binary lacks.
    pub fn font_dir(&self) -> PathBuf {
        self.data_dir.join("fonts")
    }

    /// 检索索引目录 Folder of the search index.
    pub fn index_dir(&self) -> PathBuf {
        self.data_dir.join("index")
    }

    /// The same with passwords and secrets replaced by `***`.
    pub fn masked(&self) -> Self {
        let mut config = Self { database_url: self.database_url.as_deref().map(masked), ..self.clone() };
        for secret in config.identity_providers.iter_mut().filter_map(|provider| provider.client_secret.as_mut()) {
            *secret = Secret::new("***".to_owned());
        }
        config.authorities.mask();
        config.sms = config.sms.masked();
        config
    }
}

/// A URL whose password is replaced by `***`; also one given as a parameter.
pub fn masked(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
            format!("{user}@{host}")
        }
        None => authority.to_owned(),
    };
    let path = match path.split_once('?') {
        Some((path, query)) => {
            let mask = |pair: &str| match pair.split_once('=') {
                Some((key, _)) if key.contains("password") => format!("{key}=***"),
                _ => pair.to_owned(),
            };
            format!("{path}?{}", query.split('&').map(mask).collect::<Vec<_>>().join("&"))
        }
        None => path.to_owned(),
    };
    if scheme.is_empty() { format!("{authority}{path}") } else { format!("{scheme}://{authority}{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        assert_eq!(masked("postgres://u:secret@h:5432/db"), "postgres://u:***@h:5432/db");
        assert_eq!(masked("postgres://u:p@ss@h/db"), "postgres://u:***@h/db");
        assert_eq!(masked("postgres://h/db?user=u&password=secret"), "postgres://h/db?user=u&password=***");
        assert_eq!(masked("sqlite:data/qinxin.db"), "sqlite:data/qinxin.db");
    }
}
