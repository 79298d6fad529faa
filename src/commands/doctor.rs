//! 体检 `qinxin doctor`: one line a check, and a failure if one is not in order.

use anyhow::{Result, bail};
use entities::operations;
use services::index::Index;
use services::ports::Clock;
use services::setup;
use services::vault;

use super::{connect, explain, print};
use crate::config::{Config, masked};

pub async fn run(config: &Config, clock: Clock) -> Result<()> {
    let (mut healthy, mut report) = (true, String::new());
    let mut check = |name: &str, outcome: Result<String>| {
        healthy &= outcome.is_ok();
        report += &match outcome {
            Ok(found) => format!("正常  {name}：{found}\n"),
            Err(error) => format!("异常  {name}：{}\n", explain(&error)),
        };
    };
    check("数据目录", writable(config));
    check("系统时间", Ok(format!("北京时间 {}", clock.today())));
    if !config.is_embedded() || config.data_dir.join("qinxin.db").exists() || config.database_url.is_some() {
        check("数据库", database(config).await);
        check("加密密钥", keys(config).await);
        check("检索索引", index(config).await);
    } else {
        check("数据库", Ok("尚未建立，首次启动时自动建立".to_owned()));
    }
    check("智能助手", assistant());
    print(&report)?;
    if healthy { Ok(()) } else { bail!("有检查项异常，请按提示处理") }
}

fn writable(config: &Config) -> Result<String> {
    std::fs::create_dir_all(&config.data_dir)?;
    let probe = config.data_dir.join(".probe");
    std::fs::write(&probe, b"probe")?;
    std::fs::remove_file(&probe)?;
    Ok(format!("{} 可写", config.data_dir.display()))
}

async fn database(config: &Config) -> Result<String> {
    let db = connect(config).await?;
    let pending = setup::pending(&db).await?;
    anyhow::ensure!(pending == 0, "有 {pending} 步迁移未执行，请运行 qinxin migrate");
    Ok(format!("{} 可用，结构最新", masked(&config.url())))
}

async fn keys(config: &Config) -> Result<String> {
    let (db, path) = (connect(config).await?, config.key_path());
    let registered = vault::check(&db, &path).await.map_err(super::keys::told)?;
    let Some(last) = registered.last() else { return Ok("尚未建立，首次启动时自动建立".to_owned()) };
    anyhow::ensure!(!vault::is_open_to_others(&path), "{} 对其他用户可读，请执行 chmod 600", path.display());
    Ok(format!("{} 可用，当前密钥 {}", path.display(), last.id))
}

async fn index(config: &Config) -> Result<String> {
    let recorded = operations::last_sequence(&connect(config).await?).await?;
    match Index::open(&config.index_dir(), config.index_shards).applied_sequence() {
        Some(applied) => Ok(format!("已应用到 {applied}，数据库最新 {recorded}")),
        None => bail!("尚未建立，请运行 qinxin index rebuild"),
    }
}

fn assistant() -> Result<String> {
    let assistant = services::assistant::Assistant::default();
    let loaded = assistant.loaded()?;
    Ok(match loaded.degraded() {
        None => "语义模型可用".to_owned(),
        Some(cause) => format!("语义模型不可用（{cause}），以关键词作答"),
    })
}
