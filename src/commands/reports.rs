//! 年报统计 `qinxin reports rebuild | recount`.

use anyhow::{Context, Result, bail};
use entities::Database;
use services::bureau::{follow, rebuild};
use services::setup;

use super::{open, print};
use crate::cli::ReportsAct;
use crate::config::Config;
use crate::progress::Bar;

pub async fn run(config: &Config, act: ReportsAct) -> Result<()> {
    let (db, _lock) = open(config, "reports").await?;
    setup::prepare(&db).await.context("数据库迁移失败")?;
    match act {
        ReportsAct::Rebuild => anew(&db).await,
        ReportsAct::Recount => recount(&db).await,
    }
}

/// Counts everything anew.
pub async fn anew(db: &Database) -> Result<()> {
    let bar = Bar::new();
    let counted = rebuild::rebuild(db, &bar).await;
    bar.finish();
    let counted = counted.context("年报统计未能重算，原统计不变")?;
    print(&format!("年报统计已重算：经营主体 {}，年报 {}\n", counted.filers, counted.reports))
}

/// Counts everything if it was never counted, or by other definitions.
pub async fn ensure(db: &Database) -> Result<()> {
    let bar = Bar::new();
    let counted = rebuild::ensure(db, &bar).await;
    bar.finish();
    counted.context("年报统计未能计算")
}

async fn recount(db: &Database) -> Result<()> {
    follow::catch_up(db).await.context("年报统计未能跟上最新记录")?;
    let bar = Bar::new();
    let found = rebuild::recount(db, &bar).await;
    bar.finish();
    let (counted, different) = found.context("无法复核年报统计")?;
    print(&format!("已复核：经营主体 {}，年报 {}\n", counted.filers, counted.reports))?;
    if different.is_empty() {
        return print("一致\n");
    }
    for (table, cells) in &different {
        print(&format!("不一致：{table} {cells} 个单元\n"))?;
    }
    bail!("统计与记录不一致，请执行 qinxin reports rebuild")
}
