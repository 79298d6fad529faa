//! 导入 `qinxin import legacy`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use services::import::{self, Options, Summary};
use services::ports::Clock;
use services::setup;

use super::open;
use crate::config::Config;
use crate::progress::Bar;

pub async fn legacy(
    config: &Config,
    dir: &Path,
    rejects: Option<PathBuf>,
    partial: bool,
    json: bool,
    clock: Clock,
) -> Result<()> {
    let (db, _lock) = open(config, "import").await?;
    setup::prepare(&db).await.context("数据库迁移失败")?;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("无法建立数据目录 {}", config.data_dir.display()))?;
    let rejects = rejects.unwrap_or_else(|| config.data_dir.join("rejects.csv"));
    let options = Options { rejects, partial };
    let bar = Bar::new();
    let summary = import::legacy(&db, dir, &options, clock, &bar).await;
    bar.finish();
    match summary {
        Ok(summary) if json => println!("{}", serde_json::to_string(&summary)?),
        Ok(summary) => tell(&summary),
        Err(error) => {
            let (code, message) = (error.code(), error.message());
            if json {
                println!("{}", serde_json::json!({ "error": { "code": code, "message": message } }));
            }
            bail!("{message}（{code}）");
        }
    }
    Ok(())
}

fn tell(summary: &Summary) {
    for (file, rows) in &summary.files {
        println!("{file}：读取 {}，新增 {}，未变 {}，拒收 {}", rows.read, rows.inserted, rows.unchanged, rows.rejected);
    }
    for (code, count) in &summary.rejects_by_code {
        println!("  拒收 {code}：{count}");
    }
    if !summary.rejects_by_code.is_empty() {
        println!("拒收明细：{}", summary.rejects_path.display());
    }
    println!("{}，用时 {:.1} 秒", if summary.changed { "导入完成" } else { "数据没有变化" }, summary.seconds);
}
