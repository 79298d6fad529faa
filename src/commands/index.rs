//! 索引 `qinxin index rebuild | status | verify | seed`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use entities::{Database, operations};
use services::index::{self, Compared, Index};
use services::ports::Clock;
use services::vault;

use super::{connect, keys, prepared, print};
use crate::cli::IndexAct;
use crate::config::Config;
use crate::folder;
use crate::progress::Bar;

/// Regions whose difference is shown.
const SHOWN: usize = 20;

pub async fn run(config: &Config, act: IndexAct, clock: Clock) -> Result<()> {
    match act {
        IndexAct::Rebuild => {
            let _lock = folder::take(&config.data_dir, "index rebuild")?;
            // Telephone numbers go into the index as hashes under the keys.
            let db = prepared(config, connect(config).await?, clock).await?;
            rebuild(config, &db).await
        }
        IndexAct::Status => status(config, &connect(config).await?).await,
        IndexAct::Verify { report_only } => {
            let db = vault::read_only(connect(config).await?, &config.key_path()).await.map_err(keys::told)?;
            verify(config, &db, report_only, clock).await
        }
        IndexAct::Seed { from } => seed(config, &from),
    }
}

/// Builds the index anew beside the live one and switches.
pub async fn rebuild(config: &Config, db: &Database) -> Result<()> {
    let bar = Bar::new();
    let built = index::rebuild(db, &config.index_dir(), config.index_shards, &bar).await;
    bar.finish();
    let built = built.context("索引重建失败，原索引仍可使用；再次执行将从断点继续")?;
    let counts: Vec<String> = built.iter().map(|(table, count)| format!("{} {count}", table.term())).collect();
    print(&format!("索引已重建：{}\n", counts.join("，")))
}

async fn status(config: &Config, db: &Database) -> Result<()> {
    let index = Index::open(&config.index_dir(), config.index_shards);
    let recorded = operations::last_sequence(db).await?;
    match index.applied_sequence() {
        Some(applied) => {
            print(&format!("索引：已应用到 {applied}，数据库最新 {recorded}，相差 {}\n", recorded - applied))
        }
        None => print("索引尚未建立，请执行 qinxin index rebuild\n"),
    }
}

async fn verify(config: &Config, db: &Database, report_only: bool, clock: Clock) -> Result<()> {
    let index = Index::open(&config.index_dir(), config.index_shards);
    let found = compare(db, &index).await?;
    report(&found)?;
    if found.is_same() {
        return print("一致\n");
    }
    if !found.damaged.is_empty() {
        bail!("索引文件已损坏：{}。请执行 qinxin index rebuild", found.damaged.join("、"));
    }
    if report_only {
        bail!("索引与数据库不一致，请执行 qinxin index verify 修复");
    }
    index::repair(db, &index, &found, clock).await.context("无法修复索引")?;
    let left = compare(db, &index).await?;
    report(&left)?;
    if !left.is_same() {
        bail!("修复后仍不一致，请执行 qinxin index rebuild");
    }
    let mended = found.different.len() + found.unknown.len();
    print(&format!("已修复 {mended} 条，一致\n"))
}

async fn compare(db: &Database, index: &Index) -> Result<Compared> {
    let bar = Bar::new();
    let found = index::verify(db, index, &bar).await;
    bar.finish();
    found.context("无法核对索引")
}

fn report(found: &Compared) -> Result<()> {
    for (family, (database, index)) in found.totals() {
        print(&format!("{}：数据库 {database}，索引 {index}\n", family.term()))?;
    }
    if found.is_same() {
        return Ok(());
    }
    for ((family, region), database, index) in found.regions().into_iter().take(SHOWN) {
        print(&format!(
            "不一致：{} {region}，数据库 {} 条（摘要 {:016x}），索引 {} 条（摘要 {:016x}）\n",
            family.term(),
            database.count,
            database.digests,
            index.count,
            index.digests
        ))?;
    }
    print(&format!("缺少或不同 {} 条，多余 {} 条\n", found.different.len(), found.unknown.len()))
}

fn seed(config: &Config, from: &Path) -> Result<()> {
    let _lock = folder::take(&config.data_dir, "index seed")?;
    Index::seed(&config.index_dir(), from).map_err(|error| anyhow::anyhow!(error.message())).context("无法复制索引")?;
    print("索引已复制，启动后从其位置继续跟随\n")
}
