//! 导入 `qinxin import legacy`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};
use entities::Database;
use services::import::{self, ImportError, Options, Summary};
use services::ports::Clock;
use services::setup;
use services::vault;

use super::{CONNECTIONS, explain, masked_text, print};
use crate::config::Config;
use crate::folder;
use crate::progress::Bar;

/// Code of what went wrong before the database was asked.
const DATA_FOLDER: &str = "DATA_FOLDER";

pub async fn legacy(
    config: &Config,
    dir: &Path,
    rejects: Option<PathBuf>,
    partial: bool,
    json: bool,
    clock: Clock,
) -> Result<()> {
    match taken(config, dir, rejects, partial, clock).await {
        Ok(summary) => {
            let told = if json { format!("{}\n", serde_json::to_string(&summary)?) } else { tell(&summary) };
            print(&told).context("导入已经完成，但结果无法写到标准输出")
        }
        Err(error) => {
            let (code, message) = described(&error);
            if json {
                print(&format!("{}\n", serde_json::json!({ "error": { "code": code, "message": message } })))?;
            }
            Err(anyhow!("{message}（{code}）"))
        }
    }
}

/// Runs the import; each failure is an [`ImportError`] or concerns the data folder.
async fn taken(
    config: &Config,
    dir: &Path,
    rejects: Option<PathBuf>,
    partial: bool,
    clock: Clock,
) -> Result<Summary, Error> {
    let _lock = config.is_embedded().then(|| folder::take(&config.data_dir, "import")).transpose()?;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("无法建立数据目录 {}", config.data_dir.display()))?;
    let db = Database::connect(&config.url(), CONNECTIONS).await.map_err(ImportError::Open)?;
    setup::prepare(&db).await.map_err(ImportError::Prepare)?;
    let bar = Bar::new();
    let db = vault::open(db, &config.key_path(), clock.now(), &bar).await.map_err(ImportError::Keys)?;
    let rejects = rejects.unwrap_or_else(|| config.data_dir.join("rejects.csv"));
    let summary = import::legacy(&db, dir, &Options { rejects, partial }, clock, &bar).await;
    bar.finish();
    let summary = summary?;
    if summary.changed
        && let Err(error) = services::bureau::rebuild::rebuild(&db, &services::ports::Silent).await
    {
        tracing::warn!(error = ?error, "statistics of reports are not counted anew; the server will follow them");
    }
    Ok(summary)
}

/// Code and sentence of a failure.
fn described(error: &Error) -> (&'static str, String) {
    match error.downcast_ref::<ImportError>() {
        Some(error) => (error.code(), masked_text(&error.message())),
        None => (DATA_FOLDER, explain(error)),
    }
}

fn tell(summary: &Summary) -> String {
    let mut told = String::new();
    for (file, rows) in &summary.files {
        let (read, inserted, unchanged, rejected) = (rows.read, rows.inserted, rows.unchanged, rows.rejected);
        told += &format!("{file}：读取 {read}，新增 {inserted}，未变 {unchanged}，拒收 {rejected}\n");
    }
    for (code, count) in &summary.rejects_by_code {
        told += &format!("  拒收 {code}：{count}\n");
    }
    if !summary.rejects_by_code.is_empty() {
        told += &format!("拒收明细：{}\n", summary.rejects_path.display());
    }
    let end = if summary.changed { "导入完成" } else { "数据没有变化" };
    told + &format!("{end}，用时 {:.1} 秒\n", summary.seconds)
}
