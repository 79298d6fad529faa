//! 导出零值年报名单 The zero-value list as a file: by a job, for a purpose, with a mark, as every export.

use std::collections::HashMap;

use entities::bulk::Session;
use entities::bureau::zero_value::{self, Filter, Sort, SortKey, years_running};
use entities::enterprise::find;
use entities::jobs::{self, job};
use entities::page::Window;
use entities::scope::Audience;
use entities::{Database, Scope};
use rules::annual_report::FilerKind;
use rules::bureau::ReportSize;
use rules::region;
use rules::vocabulary::EnterpriseStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::purpose::Purpose;
use crate::command::power::ExportReports;
use crate::command::{Done, Permit, UserError};
use crate::export::{ExportError, Format, Layout, Mark, Spool, WINDOW, attempted, kept, named, subject};
use crate::jobs::{Kind, Means};
use crate::ports::{Clock, Progress};

/// Rows that are read at once.
const PAGE: u32 = 1_000;

const LAYOUT: Layout = Layout {
    title: "秦信零值年报名单",
    sheet: "零值年报名单",
    headings: &[
        "统一社会信用代码",
        "经营主体名称",
        "主体类型",
        "行政区划",
        "行业门类",
        "规模",
        "登记状态",
        "报告年度",
        "报送日期",
        "是否逾期",
        "从业人数",
        "参保人数",
        "连续零值年数",
    ],
    widths: &[22.0, 36.0, 14.0, 28.0, 26.0, 14.0, 18.0, 10.0, 12.0, 10.0, 10.0, 10.0, 14.0],
    days: &[8],
    numbers: &[7, 10, 11, 12],
};

/// 导出 What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// 名单
    pub filter: Filter,
    /// 格式
    pub format: Format,
    /// 用途
    pub purpose: String,
    /// Rows at most.
    pub most: usize,
    /// Exports of the caller within a day at most.
    pub daily: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    filter: Filter,
    format: Format,
    purpose: String,
    by: String,
    most: u64,
}

/// 发起导出 The permit is for the region of the list.
///
/// # Errors
/// `INVALID_PURPOSE`, `TOO_MANY_ROWS`, `TOO_OFTEN`.
pub async fn start(db: &Database, permit: &Permit<'_, ExportReports>, asked: Asked) -> Done<job::Model> {
    let Some(purpose) = Purpose::stated(&asked.purpose) else {
        let message = "请用 4 到 200 个字说明导出用途，例如“双随机抽查选取对象”。";
        return Err(UserError::at(&["input", "purpose"], Purpose::CODE, message).into());
    };
    let total = zero_value::count(db, &asked.filter).await?;
    if total > asked.most as u64 {
        let message =
            format!("名单共 {total} 户，超过一次最多导出的 {} 条，请按区划、类型等缩小范围后分次导出。", asked.most);
        return Err(UserError::at(&["input"], "TOO_MANY_ROWS", message).into());
    }
    let caller = permit.caller();
    let (who, kind) = (caller.viewer.identity(), Kind::ExportZeroValueReports);
    let mut session = Session::begin(db).await?;
    let started = jobs::started_since(&mut session, kind.code(), who, caller.now - WINDOW).await?;
    if usize::try_from(started).unwrap_or(usize::MAX) >= asked.daily {
        session.rollback().await?;
        let message = format!("24 小时内已导出 {started} 次，最多 {} 次，请稍后再试。", asked.daily);
        return Err(UserError::at(&["input"], "TOO_OFTEN", message).into());
    }
    let (by, most) = (named(caller), asked.most as u64);
    let input = Input { filter: asked.filter, format: asked.format, purpose: purpose.text().to_owned(), by, most };
    let detail = json!({ "filter": input.filter, "format": input.format, "purpose": input.purpose, "rows": total });
    let stored = serde_json::to_value(input).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    let job = jobs::add(&mut session, kind.code(), who, Some(stored), caller.now).await?;
    permit.record(&mut session, "EXPORT_ZERO_VALUE_REPORTS", subject(kind, job.id), detail).await?;
    session.commit().await?;
    Ok(job)
}

/// Does a job from the beginning; what it tells is the result of the job.
///
/// # Errors
/// The database or a disk fails; then nothing of the file is kept.
pub async fn run(means: &Means, job: &job::Model, clock: Clock, progress: &dyn Progress) -> Result<Value, ExportError> {
    attempted(means, job, attempt(means, job, clock, progress)).await
}

async fn attempt(means: &Means, job: &job::Model, clock: Clock, progress: &dyn Progress) -> Result<Value, ExportError> {
    let input: Input =
        job.input.clone().and_then(|input| serde_json::from_value(input).ok()).ok_or(ExportError::Input)?;
    let spool = gather(&means.db, &input.filter, input.most, clock, progress).await?;
    let mark = Mark {
        by: input.by,
        at: clock.now(),
        purpose: input.purpose,
        query: format!("{}年度零值年报", input.filter.year),
        filter: json!(input.filter),
        rows: spool.rows(),
    };
    kept(means, job, (spool, mark, &LAYOUT), input.format, clock, progress).await
}

async fn gather(
    db: &Database,
    filter: &Filter,
    most: u64,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Spool, ExportError> {
    let sort = Sort { key: SortKey::SubmittedOn, descending: false };
    let scope = Scope::now(clock.today()).seen_by(Audience::Office);
    let (mut spool, mut after) = (Spool::open()?, None);
    while spool.rows() < most {
        let limit = u32::try_from(most - spool.rows()).unwrap_or(PAGE).min(PAGE);
        let window = Window { limit, from_end: false, after, before: None, total: false };
        let page = zero_value::page(db, filter, sort, &window).await?;
        let enterprises: Vec<i64> = page.rows.iter().map(|row| row.enterprise_id).collect();
        let parties = find::by_ids(db, &enterprises, &scope).await?;
        let running = years_running(db, &enterprises, filter.year).await?;
        for row in &page.rows {
            if let Some(party) = parties.get(&row.enterprise_id) {
                spool.add(cells(row, party, &running))?;
            }
        }
        progress.report("读取零值名单", spool.rows(), None);
        after = page.rows.last().map(|row| sort.position(row));
        if !page.has_next {
            break;
        }
    }
    Ok(spool)
}

fn cells(
    row: &entities::bureau::report_fact::Model,
    party: &entities::enterprise::registered::Model,
    running: &HashMap<i64, i32>,
) -> Vec<String> {
    let region = u32::try_from(row.region_code).ok().and_then(region::RegionCode::new).and_then(region::find);
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    vec![
        party.uscc.clone(),
        party.name.clone(),
        FilerKind::from_code(&row.kind).map_or("", FilerKind::term).to_owned(),
        region.map(|region| region.full_name.clone()).unwrap_or_default(),
        rules::industry::find(&row.section).map_or("", |industry| industry.name).to_owned(),
        ReportSize::from_code(&row.size).map_or("", ReportSize::term).to_owned(),
        EnterpriseStatus::term(party.status).to_owned(),
        row.year.to_string(),
        row.submitted_on.to_string(),
        if row.is_late == 1 { "逾期" } else { "按期" }.to_owned(),
        number(row.employees),
        number(row.insured_persons),
        running.get(&row.enterprise_id).copied().unwrap_or(1).to_string(),
    ]
}
