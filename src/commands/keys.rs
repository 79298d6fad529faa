//! 密钥 `qinxin keys rotate | list`: the keys of the encrypted columns (GB/T 22239-2019 8.1.4.8 b). Both run
//! beside a server.

use anyhow::{Context, Result, anyhow, bail};
use services::ports::Clock;
use services::setup;
use services::vault::{self, KeyError, Listed};

use super::{connect, print};
use crate::cli::KeysAct;
use crate::config::Config;
use crate::progress::Bar;

pub async fn run(config: &Config, act: KeysAct, clock: Clock) -> Result<()> {
    let db = connect(config).await?;
    if setup::pending(&db).await.context("无法读取数据库结构")? > 0 {
        bail!("数据库结构不是最新，请先运行 qinxin migrate");
    }
    match act {
        KeysAct::Rotate => rotate(config, db, clock).await,
        KeysAct::List => {
            let listed = vault::list(&db, &config.key_path()).await.map_err(told)?;
            let lines: String = listed.iter().map(line).collect();
            print(if lines.is_empty() { "尚无密钥，首次启动时自动建立。\n" } else { &lines })
        }
    }
}

/// A failure of the keys as a sentence for the operator.
pub fn told(error: KeyError) -> anyhow::Error {
    anyhow!("{}（{}）", super::masked_text(&error.message()), error.code())
}

async fn rotate(config: &Config, db: entities::Database, clock: Clock) -> Result<()> {
    let bar = Bar::new();
    let rotated = vault::rotate(&db, &config.key_path(), clock.now(), &bar).await;
    bar.finish();
    let rotated = rotated.map_err(told)?;
    let begun = if rotated.is_resumed { "已完成上次中断的轮换" } else { "已启用新密钥" };
    print(&format!("{begun} {}：{} 个值已重新加密。\n", rotated.id, rotated.swept.sealed))?;
    print("旧密钥留在密钥文件中，用于旧备份。请备份新的密钥文件。\n")?;
    match rotated.swept.refused {
        0 => Ok(()),
        refused => bail!("有 {refused} 个值的密文校验不通过，保持原样，详见日志（VALUE_DAMAGED）"),
    }
}

fn line(key: &Listed) -> String {
    let id = if key.id.is_empty() { "（明文）" } else { &key.id };
    let state = match (key.is_current, key.is_held) {
        (true, _) => "当前",
        (false, true) => "旧",
        (false, false) => "缺失",
    };
    let day = key.created_at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
    let values: Vec<String> = key.values.iter().map(|(table, count)| format!("{table} {count}")).collect();
    format!("{id}  {state}  {day}  {}\n", values.join("，"))
}
