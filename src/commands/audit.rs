//! 审计 `qinxin audit verify`.

use anyhow::{Result, bail};
use services::audit::{self, Verdict};

use super::{open, print};
use crate::config::Config;
use crate::progress::Bar;

/// Walks along the chain.
///
/// # Errors
/// The first entry that is not what was written.
pub async fn verify(config: &Config) -> Result<()> {
    let (db, _lock) = open(config, "audit verify").await?;
    let bar = Bar::new();
    let verdict = audit::verify(&db, &bar).await;
    bar.finish();
    match verdict? {
        Verdict::Empty => print("尚无审计记录。\n"),
        Verdict::Whole(head) => {
            let entries = head.last - head.first + 1;
            print(&format!("审计记录完整：{entries} 条，第 {} 至 {} 条，链头 {}\n", head.first, head.last, head.hash))
        }
        Verdict::Broken { sequence, fault } => bail!("审计链在第 {sequence} 条断开：{}。", fault.message()),
    }
}
