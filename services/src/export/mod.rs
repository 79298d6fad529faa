//! 导出检索结果 The records that a search finds as a file: asked for with a purpose, marked with who asked and
//! why, kept for a week.
//!
//! EXPORT-1: nothing is gathered before purpose, limit and trace are settled.
//! EXPORT-2: a file is given to whoever asked for it and to nobody else, and no byte of it goes out before the
//! trace of that is kept.
//! EXPORT-3: of attempts that were broken off nothing is in any file.
//!
//! A file holds what the search finds for whoever asks: an office finds, for its purpose, also what was never public
//! or is not any more. Limits bound how much is taken at once, and the mark tells where it came from.

pub mod download;
pub mod expiry;
mod layout;
mod mark;
mod rows;
mod run;
mod spool;
mod table;
mod workbook;

use chrono::{NaiveDate, TimeDelta};
use entities::Database;
use entities::bulk::Session;
use entities::jobs::{self, job};
use entities::scope::Audience;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::purpose::Purpose;
use crate::command::power::ExportSearch;
use crate::command::{Caller, Done, Permit, UserError};
use crate::index::{Index, Sight};
use crate::jobs::Kind;
use crate::ports::Clock;
use crate::search::{Question, refusal};

pub(crate) use layout::Layout;
pub(crate) use mark::Mark;
pub use run::{ExportError, run};
pub(crate) use run::{attempted, kept};
pub(crate) use spool::Spool;
pub(crate) use table::harmless;

/// 保存期 How long a file is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// Within this time exports are counted.
pub(crate) const WINDOW: TimeDelta = TimeDelta::hours(24);

/// 格式 What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    /// UTF-8 with a byte order mark, RFC 4180.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Format {
    /// 扩展名
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// 媒体类型
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// 导出 What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// 检索
    pub question: Question,
    /// 格式
    pub format: Format,
    /// 用途
    pub purpose: String,
    /// 受众 For whom the search is made. An office has stated its purpose, so that it finds all it may know.
    pub audience: Audience,
    /// Rows at most.
    pub most: usize,
    /// Exports of the caller within a day at most.
    pub daily: usize,
}

/// What a job is asked, as it is stored with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    query: String,
    filter: Value,
    format: Format,
    purpose: String,
    /// 导出人
    by: String,
    /// 是否机关导出
    #[serde(default)]
    is_office: bool,
    /// Rows at most.
    most: u64,
}

/// 可见范围 What an export finds.
const fn sight(is_office: bool, today: NaiveDate) -> Sight {
    if is_office { Sight::Everything { today } } else { Sight::Public { today } }
}

/// 发起导出 Counts first: what is too large is refused before any work begins.
///
/// # Errors
/// `INVALID_PURPOSE`, `SEARCH_QUERY_EMPTY`, `SEARCH_QUERY_TOO_LONG`, `SEARCH_UNAVAILABLE`, `TOO_MANY_ROWS`,
/// `TOO_OFTEN`.
pub async fn start(db: &Database, index: &Index, permit: &Permit<'_, ExportSearch>, asked: Asked) -> Done<job::Model> {
    let Some(purpose) = Purpose::stated(&asked.purpose) else {
        let message = "请用 4 到 200 个字说明导出用途，例如“食品安全专项检查选取对象”。";
        return Err(UserError::at(&["input", "purpose"], Purpose::CODE, message).into());
    };
    let sight = sight(asked.audience == Audience::Office, Clock::Fixed(permit.caller().now).today());
    let total = asked.question.count(index, sight).await.map_err(|error| refusal(&error))?;
    if total > asked.most as u64 {
        let message = format!(
            "检索结果共 {total} 条，超过一次最多导出的 {} 条，请增加筛选条件（例如区划、日期）后分次导出。",
            asked.most
        );
        return Err(UserError::at(&["input"], "TOO_MANY_ROWS", message).into());
    }
    let caller = permit.caller();
    let (who, kind) = (caller.viewer.identity(), Kind::ExportSearch.code());
    let mut session = Session::begin(db).await?;
    let started = jobs::started_since(&mut session, kind, who, caller.now - WINDOW).await?;
    if usize::try_from(started).unwrap_or(usize::MAX) >= asked.daily {
        session.rollback().await?;
        let message = format!("24 小时内已导出 {started} 次，最多 {} 次，请稍后再试。", asked.daily);
        return Err(UserError::at(&["input"], "TOO_OFTEN", message).into());
    }
    let input = Input {
        query: asked.question.query.trim().to_owned(),
        filter: asked.question.stored,
        format: asked.format,
        purpose: purpose.text().to_owned(),
        is_office: asked.audience == Audience::Office,
        by: named(caller),
        most: asked.most as u64,
    };
    let detail = json!({
        "query": input.query, "filter": input.filter, "format": input.format, "purpose": input.purpose, "rows": total,
    });
    let stored = serde_json::to_value(input).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    let job = jobs::add(&mut session, kind, who, Some(stored), caller.now).await?;
    permit.record(&mut session, "EXPORT_SEARCH", subject(Kind::ExportSearch, job.id), detail).await?;
    session.commit().await?;
    Ok(job)
}

/// A job in the audit log.
pub(crate) fn subject(kind: Kind, job: i64) -> String {
    format!("{} {job}", kind.code())
}

/// Who asks, as a file tells it to its readers.
pub(crate) fn named(caller: &Caller) -> String {
    match caller.user() {
        Some(id) => format!("{}（账号 {id}）", caller.name),
        None => format!("{}（接口单位）", caller.name),
    }
}
