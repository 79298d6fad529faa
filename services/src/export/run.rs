//! 执行导出 Gathers the rows page by page, makes the file of them, and puts it into the database in parts, so
//! that every process can serve it. Nothing grows with the number of rows but files on disk.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use chrono::SecondsFormat;
use entities::jobs::job;
use entities::{DatabaseError, exports};
use sea_orm::DbErr;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::layout::Layout;
use super::mark::Mark;
use super::rows::{LAYOUT, rows};
use super::spool::Spool;
use super::workbook::{BookError, SHEET_ROWS};
use super::{Format, Input, KEPT, table, workbook};
use crate::audit::hex;
use crate::failure;
use crate::index::{SearchError, Sight};
use crate::jobs::Means;
use crate::ports::{Clock, Progress};
use crate::search::Question;

/// Hits that are asked for at a time.
const PAGE: usize = 1_000;
/// Bytes of a part.
pub const PART: u64 = 1 << 20;

/// Why a file was not made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The job does not say what to export, or says it in a form that is not known any more.
    #[error("the job does not say what to export")]
    Input,
    /// The index failed.
    #[error("{}", .0.message())]
    Index(#[from] SearchError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A temporary file failed.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The workbook failed.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The work was cut off.
    #[error("the work on a file was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

impl From<DbErr> for ExportError {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl ExportError {
    /// What is wrong and how to mend it; the cause goes to the log.
    pub fn message(&self) -> String {
        tracing::error!(export.error = ?self, "an export failed");
        match self {
            Self::Input => "导出任务的内容由其他版本写入，无法读取，请重新发起导出。".to_owned(),
            Self::Index(error) => error.message(),
            Self::Database(error) => failure::message(error, "导出"),
            Self::File(_) | Self::Book(_) | Self::CutOff(_) => {
                "导出文件不能写入临时目录，请联系运维人员检查磁盘空间后重新导出。".to_owned()
            }
        }
    }
}

/// Does a job from the beginning; what it tells is the result of the job.
///
/// # Errors
/// The index, the database or a disk fails; then nothing of the file is kept.
pub async fn run(means: &Means, job: &job::Model, clock: Clock, progress: &dyn Progress) -> Result<Value, ExportError> {
    attempted(means, job, attempt(means, job, clock, progress)).await
}

/// 尝试 One attempt at the file of a job: of an earlier one, and of one that fails, nothing is kept.
pub(crate) async fn attempted(
    means: &Means,
    job: &job::Model,
    attempt: impl Future<Output = Result<Value, ExportError>>,
) -> Result<Value, ExportError> {
    exports::discard_before(&means.db, job.id, job.attempt).await?;
    let done = attempt.await;
    if done.is_err()
        && let Err(error) = exports::discard_before(&means.db, job.id, job.attempt + 1).await
    {
        tracing::warn!(error = ?error, job = job.id, "parts of an export stay until they are looked for");
    }
    done
}

async fn attempt(means: &Means, job: &job::Model, clock: Clock, progress: &dyn Progress) -> Result<Value, ExportError> {
    let input: Input =
        job.input.clone().and_then(|input| serde_json::from_value(input).ok()).ok_or(ExportError::Input)?;
    let filter = (means.read_filter)(&input.filter).ok_or(ExportError::Input)?;
    let question = Question { query: input.query.clone(), filter, stored: input.filter.clone() };
    let sight = super::sight(input.is_office, clock.today());
    let spool = gather(means, &question, input.most, sight, progress).await?;
    let rows = spool.rows();
    let mark =
        Mark { by: input.by, at: clock.now(), purpose: input.purpose, query: input.query, filter: input.filter, rows };
    kept(means, job, (spool, mark, &LAYOUT), input.format, clock, progress).await
}

/// 成文 Makes the file of the rows and keeps it; tells the result of the job.
pub(crate) async fn kept(
    means: &Means,
    job: &job::Model,
    (spool, mark, layout): (Spool, Mark, &'static Layout),
    format: Format,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Value, ExportError> {
    let rows = spool.rows();
    progress.report("生成文件", rows, Some(rows));
    let file = tokio::task::spawn_blocking(move || made(spool, &mark, layout, format)).await??;
    progress.report("保存文件", rows, Some(rows));
    let (bytes, sha256) = store(means, job, file).await?;
    let expires_at = (clock.now() + KEPT).to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(json!({ "rows": rows, "bytes": bytes, "sha256": sha256, "format": format, "expiresAt": expires_at }))
}

/// The rows of every page of the search, no more than were allowed: the register may have grown since.
async fn gather(
    means: &Means,
    question: &Question,
    most: u64,
    sight: Sight,
    progress: &dyn Progress,
) -> Result<Spool, ExportError> {
    let (mut spool, mut last) = (Spool::open()?, None);
    while spool.rows() < most {
        let limit = usize::try_from(most - spool.rows()).unwrap_or(PAGE).min(PAGE);
        let mut page = question.page(&means.index, sight, limit, last.as_ref()).await?;
        for row in rows(&means.db, &page.hits).await? {
            spool.add(row.cells())?;
        }
        progress.report("读取检索结果", spool.rows(), Some(page.total));
        last = page.hits.pop();
        if !page.has_next || last.is_none() {
            break;
        }
    }
    Ok(spool)
}

/// The file of the rows, to be read from its beginning.
fn made(spool: Spool, mark: &Mark, layout: &Layout, format: Format) -> Result<File, ExportError> {
    let (mut rows, file) = (spool.read()?, tempfile::tempfile()?);
    let mut file = match format {
        Format::Csv => table::write(&mut rows, mark, layout, file)?,
        Format::Xlsx => workbook::write(&mut rows, mark, layout, SHEET_ROWS, file)?,
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Puts the file into the database, each part in a transaction of its own: nobody waits long for the writer, and
/// nobody is shown a part before the job is done. Tells its bytes and their SHA-256.
async fn store(means: &Means, job: &job::Model, mut file: File) -> Result<(u64, String), ExportError> {
    let (mut bytes, mut hash) = (0, Sha256::new());
    for part in 0.. {
        let mut content = Vec::new();
        file.by_ref().take(PART).read_to_end(&mut content)?;
        if content.is_empty() {
            break;
        }
        bytes += content.len() as u64;
        hash.update(&content);
        exports::add_part(&means.db, (job.id, job.attempt, part), content).await?;
    }
    Ok((bytes, hex(&hash.finalize())))
}
