//! 比对结果 Findings of the comparison: page by page, of letters, with the steps that were taken.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rules::bureau::{CorrectionStep, FindingStage};
use rules::region::RegionCode;
use sea_orm::DbErr;

use super::{finding, finding_step, in_region};
use crate::bulk::Session;
use crate::page::{self, Key, Order, Page, Position, Window};
use crate::read::{self, Value};
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 筛选条件 All given conditions hold together.
#[derive(Clone, Debug)]
pub struct Filter {
    /// 报告年度
    pub year: i32,
    /// 行政区划 The whole subtree.
    pub region: Option<RegionCode>,
    /// 状态 Any of these on the day; empty does not narrow.
    pub stages: Vec<FindingStage>,
    /// 比对规则 Any of these; empty does not narrow.
    pub detectors: Vec<String>,
    /// 经营主体
    pub enterprise: Option<i64>,
    /// 今日 A letter whose term has passed is overdue.
    pub today: NaiveDate,
}

/// The newest first.
const ORDER: Order = Order { key: "id", descending: true };

/// Where a finding stands in the list.
pub fn position(row: &finding::Model) -> Position {
    Position { key: Key::Number(row.id), id: row.id }
}

/// A page of the list.
///
/// # Errors
/// Any failure of the database.
pub async fn page(db: &Database, filter: &Filter, window: &Window) -> Result<Page<Arc<finding::Model>>, DbErr> {
    let mut sql = Sql::select::<finding::Model>(db.backend());
    conditions(&mut sql, filter);
    page::push_window(&mut sql, ORDER, window);
    let rows = read::all(db, sql).await?.into_iter().map(Arc::new).collect();
    Ok(Page::of(rows, window, None))
}

/// The length of the list, by stage on the day.
///
/// # Errors
/// Any failure of the database.
pub async fn stages(db: &Database, filter: &Filter) -> Result<BTreeMap<FindingStage, u64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT stage, CASE WHEN due_on < ");
    sql.bind(filter.today).push(" THEN 1 ELSE 0 END AS past, count(*) FROM comparison_findings");
    conditions(&mut sql, filter);
    sql.push(" GROUP BY stage, past");
    let mut counts = BTreeMap::new();
    for row in db.query_all(sql.finish()).await? {
        let stage = FindingStage::value(&row, 0)?;
        // PostgreSQL tells a small number, SQLite a large one.
        let is_past = i32::value(&row, 1).map(i64::from).or_else(|_| i64::value(&row, 1))? == 1;
        let stage = if stage == FindingStage::LetterIssued && is_past { FindingStage::Overdue } else { stage };
        *counts.entry(stage).or_insert(0) += i64::value(&row, 2)?.unsigned_abs();
    }
    Ok(counts)
}

fn conditions(sql: &mut Sql, filter: &Filter) {
    sql.push(" WHERE year = ").bind(filter.year);
    in_region(sql, filter.region);
    if let Some(enterprise) = filter.enterprise {
        sql.push(" AND enterprise_id = ").bind(enterprise);
    }
    if !filter.detectors.is_empty() {
        sql.push(" AND ").any_text("detector", &filter.detectors);
    }
    if filter.stages.is_empty() {
        return;
    }
    sql.push(" AND (");
    for (at, stage) in filter.stages.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " OR " });
        match stage {
            FindingStage::Overdue => sql.push("(stage = 'LETTER_ISSUED' AND due_on < ").bind(filter.today).push(")"),
            FindingStage::LetterIssued => {
                sql.push("(stage = 'LETTER_ISSUED' AND due_on >= ").bind(filter.today).push(")")
            }
            FindingStage::Open | FindingStage::Answered | FindingStage::Corrected | FindingStage::Dismissed => {
                sql.push("stage = ").bind(stage.code())
            }
        };
    }
    sql.push(")");
}

/// Findings with these keys.
///
/// # Errors
/// Any failure of the database.
pub async fn by_ids(db: &Database, ids: &[i64]) -> Result<HashMap<i64, Arc<finding::Model>>, DbErr> {
    let mut sql = Sql::select::<finding::Model>(db.backend());
    sql.push(" WHERE ").any_number("id", ids);
    Ok(read::all::<finding::Model>(db, sql).await?.into_iter().map(|row| (row.id, Arc::new(row))).collect())
}

/// Findings that letters tell of.
///
/// # Errors
/// Any failure of the database.
pub async fn of_letters(db: &Database, letters: &[i64]) -> Result<HashMap<i64, Arc<Vec<Arc<finding::Model>>>>, DbErr> {
    let mut sql = Sql::select::<finding::Model>(db.backend());
    sql.push(" WHERE ").any_number("letter_id", letters).push(" ORDER BY id");
    let mut found: HashMap<i64, Vec<Arc<finding::Model>>> = letters.iter().map(|id| (*id, Vec::new())).collect();
    for row in read::all::<finding::Model>(db, sql).await? {
        found.entry(row.letter_id.unwrap_or_default()).or_default().push(Arc::new(row));
    }
    Ok(found.into_iter().map(|(letter, rows)| (letter, Arc::new(rows))).collect())
}

/// The steps that were taken about findings, oldest first.
///
/// # Errors
/// Any failure of the database.
pub async fn steps_of(db: &Database, findings: &[i64]) -> Result<HashMap<i64, Arc<Vec<finding_step::Model>>>, DbErr> {
    let mut sql = Sql::select::<finding_step::Model>(db.backend());
    sql.push(" WHERE ").any_number("finding_id", findings).push(" ORDER BY id");
    let mut found: HashMap<i64, Vec<finding_step::Model>> = findings.iter().map(|id| (*id, Vec::new())).collect();
    for row in read::all::<finding_step::Model>(db, sql).await? {
        found.entry(row.finding_id).or_default().push(row);
    }
    Ok(found.into_iter().map(|(finding, steps)| (finding, Arc::new(steps))).collect())
}

/// Findings with these keys, locked until the transaction ends, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn locked(session: &mut Session, ids: &[i64]) -> Result<Vec<finding::Model>, DatabaseError> {
    let mut sql = session.select::<finding::Model>();
    sql.push(" WHERE ").any_number("id", ids).push(" ORDER BY id");
    lock(session, &mut sql);
    session.records(sql).await
}

/// Findings of a letter, locked until the transaction ends.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_of_letter(session: &mut Session, letter: i64) -> Result<Vec<finding::Model>, DatabaseError> {
    let mut sql = session.select::<finding::Model>();
    sql.push(" WHERE letter_id = ").bind(letter).push(" ORDER BY id");
    lock(session, &mut sql);
    session.records(sql).await
}

/// Findings of reports, locked until the transaction ends.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_of_reports(session: &mut Session, reports: &[i64]) -> Result<Vec<finding::Model>, DatabaseError> {
    let mut sql = session.select::<finding::Model>();
    sql.push(" WHERE ").any_number("report_id", reports).push(" ORDER BY id");
    lock(session, &mut sql);
    session.records(sql).await
}

fn lock(session: &Session, sql: &mut Sql) {
    if session.is_postgres() {
        sql.push(" FOR UPDATE");
    }
}

/// Writes a finding; its key is given by the database.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, new: &finding::Model) -> Result<i64, DatabaseError> {
    let mut sql = session.sql(
        "INSERT INTO comparison_findings (enterprise_id, report_id, year, region_code, city_code, detector, item, \
         told, filed, message, stage, found_on, changed_at) VALUES (",
    );
    sql.bind(new.enterprise_id).push(", ").bind(new.report_id).push(", ").bind(new.year).push(", ");
    sql.bind(new.region_code).push(", ").bind(new.city_code).push(", ").bind(new.detector.as_str()).push(", ");
    sql.bind(new.item.as_str()).push(", ").bind(new.told.as_str()).push(", ").bind(new.filed.as_str()).push(", ");
    sql.bind(new.message.as_str()).push(", ").bind(new.stage.code()).push(", ").bind(new.found_on).push(", ");
    sql.bind(new.changed_at).push(") RETURNING id");
    let rows = session.run(sql).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("comparison_findings".to_owned()))?;
    Ok(i64::value(row, 0)?)
}

/// 办理 What a step changes.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'t> {
    /// 步骤
    pub step: CorrectionStep,
    /// 状态 Where it led.
    pub stage: FindingStage,
    /// 通知书 A new one.
    pub letter: Option<i64>,
    /// 答复期限 A new one.
    pub due_on: Option<NaiveDate>,
    /// 理由
    pub note: Option<&'t str>,
    /// 办理人
    pub by: &'t str,
    /// 时间
    pub at: DateTime<Utc>,
}

/// Takes a step about a finding and keeps that it was taken.
///
/// # Errors
/// Any failure of the database.
pub async fn take(session: &mut Session, finding: i64, taken: &Taken<'_>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE comparison_findings SET stage = ");
    sql.bind(taken.stage.code()).push(", changed_at = ").bind(taken.at);
    if let Some(letter) = taken.letter {
        sql.push(", letter_id = ").bind(letter);
    }
    if let Some(due_on) = taken.due_on {
        sql.push(", due_on = ").bind(due_on);
    }
    sql.push(" WHERE id = ").bind(finding);
    session.run(sql).await?;
    let mut sql = session.sql("INSERT INTO finding_steps (finding_id, step, stage, note, taken_by, taken_at) VALUES (");
    sql.bind(finding).push(", ").bind(taken.step.code()).push(", ").bind(taken.stage.code()).push(", ");
    sql.bind(taken.note.map(str::to_owned)).push(", ").bind(taken.by).push(", ").bind(taken.at).push(")");
    session.run(sql).await.map(drop)
}

/// Tells a finding anew: what the report and the archive say has changed, but not that they disagree.
///
/// # Errors
/// Any failure of the database.
pub async fn retell(
    session: &mut Session,
    id: i64,
    told: &str,
    filed: &str,
    message: &str,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE comparison_findings SET told = ");
    sql.bind(told).push(", filed = ").bind(filed).push(", message = ").bind(message).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// Keys of the reports of a year and region that follow a key, and of those who filed them, in the order of keys.
///
/// # Errors
/// Any failure of the database.
pub async fn reports_after(
    db: &Database,
    year: i32,
    region: Option<RegionCode>,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT id, enterprise_id FROM report_facts WHERE year = ");
    sql.bind(year);
    in_region(&mut sql, region);
    sql.push(" AND id > ").bind(after).push(" ORDER BY id LIMIT ").bind(limit);
    let rows = db.query_all(sql.finish()).await?;
    rows.iter().map(|row| Ok((Value::value(row, 0)?, Value::value(row, 1)?))).collect()
}

/// How many reports of a year there are in a region.
///
/// # Errors
/// Any failure of the database.
pub async fn count_reports(db: &Database, year: i32, region: Option<RegionCode>) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM report_facts WHERE year = ");
    sql.bind(year);
    in_region(&mut sql, region);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or_default().unsigned_abs())
}
