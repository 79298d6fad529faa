//! 财务报表取数 Figures read from a statement that a filer uploads. Nothing goes into a draft until the filer says which
//! of them to take over (R-ARP, art. 9 of 企业信息公示暂行条例: the filer answers for what is reported).
//!
//! STATEMENT-1: reading writes no draft; `applyStatement` alone does, with the place of each figure.
//! STATEMENT-2: the file is not kept: what was read of it lies sealed, for [`KEPT`].

use chrono::{Datelike, TimeDelta};
use entities::Database;
use entities::bulk::Session;
use entities::filing::uploads::{self, NewUpload, upload, upload_row};
use entities::guarded::{UploadContent, Warrant};
use rules::annual_report::{self, FilerKind, Form, Source};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::content::Taken;
use super::drafts::{self, Saved};
use super::{Filer, Outcome, scope_of};
use crate::assistant::Assistant;
use crate::command::power::FileReports;
use crate::command::{Done, Permit, Refused, UserError};
use crate::statement::{self, Bounds, Reading, Unread, map, sheet};

/// How long figures that were read can be taken over.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// As stored.
const KIND: &str = "STATEMENT";
/// Fields that are taken over at once.
const MOST: usize = 100;
/// Files that are read at a time; more wait.
static READING: Semaphore = Semaphore::const_new(2);

/// 报表读数 What was read, and what it is called until it is taken over.
#[derive(Clone, Debug)]
pub struct Statement {
    /// As stored.
    pub row: upload::Model,
    /// 文件格式
    pub kind: sheet::Kind,
    /// 读数
    pub reading: Reading,
    /// 表单
    pub form: &'static Form,
}

/// A figure as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    path: String,
    value: String,
    place: String,
}

/// 读取报表
///
/// # Errors
/// `NO_FORM`, and why the file is not read.
pub async fn read(
    db: &Database,
    assistant: &Assistant,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    bytes: Vec<u8>,
) -> Done<Statement> {
    let (caller, Filer { row, year }) = (permit.caller(), filer);
    let form = annual_report::form(FilerKind::of(row.kind), year).filter(|_| year < scope_of(caller).today.year());
    let message = format!("{year}年度没有可以填报的年度报告，请填写上一年度或较近的年度。");
    let form = form.ok_or_else(|| UserError::at(&["input", "year"], "NO_FORM", message))?;
    let digest = crate::audit::hex(&Sha256::digest(&bytes));
    let book = book(bytes).await?;
    let kind = book.kind;
    let encoded =
        assistant.in_turn(move |shared| Ok(map::reading(&book, form, year, &|texts| shared.points(texts)))).await;
    let reading = encoded.map_err(|error| {
        tracing::error!(%error, "a statement cannot be read");
        UserError::at(&["input", "file"], "TRY_AGAIN", "报表暂时不能识别，请稍后重试。")
    })?;
    let key = format!("statement-{}-{:x}", &digest[..16], caller.now.timestamp_micros());
    let kept: Vec<Kept> = reading
        .figures
        .iter()
        .map(|figure| Kept { path: figure.path.clone(), value: figure.value.to_string(), place: figure.place.clone() })
        .collect();
    let new = NewUpload {
        enterprise: row.id,
        year,
        kind: KIND,
        content: UploadContent::sealed(db.vault(), &upload_row(row.id, &key), &json!(kept).to_string())?,
        once: (key, digest.clone()),
        by: caller.user(),
        at: caller.now,
        until: caller.now + KEPT,
    };
    let detail = json!({ "year": year, "file": digest, "format": kind.code(), "figures": kept.len() });
    let mut session = Session::begin(db).await?;
    let Some(stored) = uploads::add(&mut session, new).await? else {
        session.rollback().await?;
        return Err(UserError::at(&["input"], "TRY_AGAIN", "同一文件正在处理，请稍后重试。").into());
    };
    permit.record(&mut session, "READ_STATEMENT", row.uscc.clone(), detail).await?;
    session.commit().await?;
    Ok(Statement { row: stored, kind, reading, form })
}

/// The cells of a file, read off the serving threads.
async fn book(bytes: Vec<u8>) -> Done<statement::Book> {
    let unread = |unread: Unread| Refused::from(UserError::at(&["input", "file"], unread.code, unread.message));
    let damaged = || Unread::because("FILE_DAMAGED", "文件不能读取，请检查后重新上传。");
    let turn = READING.acquire().await.map_err(|_| unread(damaged()))?;
    let read = tokio::task::spawn_blocking(move || statement::read(&bytes, Bounds::STATEMENT)).await;
    drop(turn);
    read.unwrap_or_else(|_| Err(damaged())).map_err(unread)
}

/// 采用报表数 Takes figures over into the draft, over the version that was read. `*` means all of them.
///
/// # Errors
/// `READING_EXPIRED`, `NOT_IN_STATEMENT`, and as `saveReportDraft`.
pub async fn apply(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    (id, over): (i64, i32),
    fields: &[String],
) -> Done<Outcome<Saved>> {
    let caller = permit.caller();
    let stored = uploads::by_id(db, id, caller.now).await?.filter(|row| {
        let is_own = row.uploaded_by.is_some() && row.uploaded_by == caller.user();
        row.kind == KIND && is_own && (row.enterprise_id, row.year) == (filer.row.id, filer.year)
    });
    let message = "没有这次报表读数，或已超过 24 小时被清除，请重新上传报表。";
    let stored = stored.ok_or_else(|| UserError::at(&["input", "readingId"], "READING_EXPIRED", message))?;
    let warrant = Warrant::because("it goes into the draft of its filer");
    let place = upload_row(stored.enterprise_id, &stored.idempotency_key);
    let text = stored.content.revealed(db.vault(), &place, warrant)?;
    let kept: Vec<Kept> = serde_json::from_str(&text).map_err(|_| entities::vault::VaultError::Damaged)?;
    let is_known = |field: &&String| kept.iter().any(|figure| figure.path == **field);
    if let Some(field) = fields.iter().take(MOST).find(|field| !is_known(field) && *field != "*") {
        let shown: String = field.chars().take(60).collect();
        let message = format!("“{shown}”不在这次从报表中识别到的项目中，请从识别结果中选取。");
        return Err(UserError::at(&["input", "fields"], "NOT_IN_STATEMENT", message).into());
    }
    let is_meant = |figure: &Kept| fields.iter().any(|field| field == "*" || *field == figure.path);
    let taken: Vec<(String, String, Taken)> = kept
        .into_iter()
        .filter(is_meant)
        .map(|figure| (figure.path, figure.value, Taken { kind: Source::Statement, reference: figure.place }))
        .collect();
    if taken.is_empty() {
        let message = "没有选择要采用的项目，请从识别结果中选取，或者选择全部采用。";
        return Err(UserError::at(&["input", "fields"], "NOT_IN_STATEMENT", message).into());
    }
    let detail = json!({ "year": filer.year, "reading": stored.input_hash, "fields": taken.iter().map(|one| &one.0).collect::<Vec<_>>() });
    let done = drafts::adopt(db, permit, filer, over, taken).await?;
    if matches!(done, Outcome::Done(_)) {
        let mut session = Session::begin(db).await?;
        permit.record(&mut session, "APPLY_STATEMENT", filer.row.uscc.clone(), detail).await?;
        session.commit().await?;
    }
    Ok(done)
}
