//! 下载 A file on its way to whoever asked for it (EXPORT-2).

use chrono::{DateTime, Utc};
use entities::jobs::{self, job};
use entities::{Database, DatabaseError, exports};
use futures::stream::{self, Stream};
use sea_orm::DbErr;
use serde_json::json;

use super::run::PART;
use super::{Format, KEPT, subject};
use crate::audit::{Event, Outcome};
use crate::command::{Caller, event};
use crate::jobs::Kind;

/// 导出文件 What is known of a file that may be given away.
#[derive(Clone, Debug)]
pub struct Export {
    job: i64,
    kind: Kind,
    attempt: i32,
    /// 完成时间
    pub finished_at: DateTime<Utc>,
    /// 格式
    pub format: Format,
    /// 字节数
    pub bytes: u64,
    /// 行数
    pub rows: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// What becomes of the wish for a file.
#[derive(Clone, Debug)]
pub enum Asked {
    /// It may be given.
    Given(Export),
    /// 尚未完成 It is not there yet, or its job failed.
    NotThere,
    /// 已过期
    Expired,
}

/// The file of a job for whoever started it and may still export; `None` for anybody else, and for what is none.
///
/// # Errors
/// Any failure of the database.
pub async fn find(db: &Database, caller: &Caller, job: i64) -> Result<Option<Asked>, DatabaseError> {
    let found = jobs::by_id(db, job).await?.filter(|job| job.is_of(caller.viewer.identity()));
    let export = found.and_then(|job| Some((may_have(caller, Kind::of(&job)?)?, job)));
    Ok(export.map(|(kind, job)| match Export::of(&job, kind) {
        None => Asked::NotThere,
        Some(export) if caller.now - export.finished_at >= KEPT => Asked::Expired,
        Some(export) => Asked::Given(export),
    }))
}

/// The kind of a job, if it makes files and the caller may still take them.
fn may_have(caller: &Caller, kind: Kind) -> Option<Kind> {
    kind.export().filter(|act| caller.viewer.acts().contains(*act)).map(|_| kind)
}

impl Export {
    fn of(job: &job::Model, kind: Kind) -> Option<Self> {
        let result = job.result.as_ref().filter(|_| job.status == "DONE")?;
        Some(Self {
            job: job.id,
            kind,
            attempt: job.attempt,
            finished_at: job.finished_at?,
            format: serde_json::from_value(result["format"].clone()).ok()?,
            bytes: result["bytes"].as_u64()?,
            rows: result["rows"].as_u64()?,
            sha256: result["sha256"].as_str()?.to_owned(),
        })
    }

    /// 文件名 In ASCII.
    pub fn name(&self) -> String {
        let what = if self.kind == Kind::ExportSearch { "search" } else { "zero-value" };
        format!("qinxin-{what}-{}.{}", self.job, self.format.extension())
    }

    /// 文件名 With the Chinese words, for those who can take them.
    pub fn chinese_name(&self) -> String {
        let what = if self.kind == Kind::ExportSearch { "检索结果" } else { "零值年报名单" };
        format!("秦信{what}-{}.{}", self.job, self.format.extension())
    }

    /// 留痕 What is to be kept before a byte goes out.
    pub fn event(&self, caller: &Caller) -> Event {
        let detail = json!({ "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256 });
        event(caller, "DOWNLOAD_EXPORT", subject(self.kind, self.job), Outcome::Done, detail)
    }

    /// Its parts in order. One that is gone is an error: no file ends early as if it were whole.
    pub fn parts(&self, db: Database) -> impl Stream<Item = Result<Vec<u8>, DatabaseError>> + Send + use<> {
        let (job, attempt) = (self.job, self.attempt);
        let count = i32::try_from(self.bytes.div_ceil(PART)).unwrap_or(i32::MAX);
        stream::unfold(Some(0), move |next| {
            let db = db.clone();
            async move {
                let part = next.filter(|part| *part < count)?;
                let content = exports::part(&db, (job, attempt, part)).await;
                let gone = || DbErr::RecordNotFound("export_files".to_owned());
                match content.and_then(|content| content.ok_or_else(gone)) {
                    Ok(content) => Some((Ok(content), Some(part + 1))),
                    Err(error) => Some((Err(DatabaseError::from(error)), None)),
                }
            }
        })
    }
}
