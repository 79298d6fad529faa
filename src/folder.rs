//! 数据目录 The data folder belongs to one process at a time.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use fs4::FileExt;

/// Held as long as this process works in the folder; the operating system lets go of it when the
/// process ends, however it ends.
pub struct FolderLock {
    _file: File,
}

/// How often a folder that is taken is looked at again.
const LOOK: Duration = Duration::from_millis(200);

/// The same as [`take`], but waits for a server that is ending: its successor may be started at once.
///
/// # Errors
/// Those of [`take`], once the time is over.
pub async fn wait(folder: &Path, purpose: &str, seconds: u64) -> Result<FolderLock> {
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds);
    let mut is_told = false;
    loop {
        match take(folder, purpose) {
            Err(error) if error.is::<Taken>() && tokio::time::Instant::now() < until => {
                if !is_told {
                    tracing::info!(folder = %folder.display(), "another process has the data folder: waiting for it to end");
                }
                is_told = true;
                tokio::time::sleep(LOOK).await;
            }
            taken => return taken,
        }
    }
}

/// Another process works in the folder.
#[derive(Debug)]
struct Taken(String);

impl std::fmt::Display for Taken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Taken {}

/// Makes the folder if it is absent and takes it.
///
/// # Errors
/// The folder cannot be made or written, or another process has it.
pub fn take(folder: &Path, purpose: &str) -> Result<FolderLock> {
    std::fs::create_dir_all(folder).with_context(|| format!("无法建立数据目录 {}", folder.display()))?;
    let path = folder.join("qinxin.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("无法写入数据目录 {}，请检查权限与磁盘空间", folder.display()))?;
    if FileExt::try_lock(&file).is_err() {
        let mut holder = String::new();
        // Only to tell who holds it; the refusal stands without it.
        let _ = file.read_to_string(&mut holder);
        return Err(Taken(format!(
            "数据目录 {} 正被另一个 qinxin 进程使用（{}）。请先停止该进程，或用 --data-dir 指定其他目录。",
            folder.display(),
            holder.trim()
        ))
        .into());
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "进程 {}，{purpose}", std::process::id())
        .with_context(|| format!("无法写入数据目录 {}，请检查磁盘空间", folder.display()))?;
    Ok(FolderLock { _file: file })
}
