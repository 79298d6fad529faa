//! 索引 `qinxin index rebuild | status | verify`.

use anyhow::{Context, Result, bail};
use entities::{Database, operations};
use services::index::{self, Index};
use services::setup;

use super::{connect, print};
use crate::cli::IndexAct;
use crate::config::Config;
use crate::folder;
use crate::progress::Bar;

pub async fn run(config: &Config, act: IndexAct) -> Result<()> {
    match act {
        IndexAct::Rebuild => {
            let _lock = folder::take(&config.data_dir, "index rebuild")?;
            let db = connect(config).await?;
            setup::prepare(&db).await.context("数据库迁移失败")?;
            rebuild(config, &db).await
        }
        IndexAct::Status => status(config, &connect(config).await?).await,
        IndexAct::Verify => verify(config, &connect(config).await?).await,
    }
}

/// Builds the index anew beside the live one and switches.
pub async fn rebuild(config: &Config, db: &Database) -> Result<()> {
    let bar = Bar::new();
    let built = index::rebuild(db, &config.index_dir(), &bar).await;
    bar.finish();
    let built = built.context("索引重建失败，原索引仍可使用")?;
    print(&format!("索引已重建：{} 户，{} 件处罚\n", built.enterprises, built.penalties))
}

async fn status(config: &Config, db: &Database) -> Result<()> {
    let index = Index::open(&config.index_dir());
    let recorded = operations::last_sequence(db).await?;
    match index.applied_sequence() {
        Some(applied) => {
            print(&format!("索引：已应用到 {applied}，数据库最新 {recorded}，相差 {}\n", recorded - applied))
        }
        None => print("索引尚未建立，请执行 qinxin index rebuild\n"),
    }
}

async fn verify(config: &Config, db: &Database) -> Result<()> {
    let found = index::verify(db, &Index::open(&config.index_dir())).await.context("无法核对索引")?;
    print(&format!(
        "经营主体：数据库 {}，索引 {}\n行政处罚：数据库 {}，索引 {}\n",
        found.database.enterprises, found.index.enterprises, found.database.penalties, found.index.penalties
    ))?;
    if found.database != found.index {
        bail!("索引与数据库不一致，请执行 qinxin index rebuild");
    }
    print("一致\n")
}
