//! 责令改正通知书 Letters that order a correction, and their answers.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rules::region::RegionCode;
use sea_orm::DbErr;

use super::{in_region, letter};
use crate::bulk::Session;
use crate::page::{self, Key, KeyKind, Order, Page, Position, Window};
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
    /// 逾期 Not answered, and the term has passed on this day.
    pub overdue_on: Option<NaiveDate>,
    /// 未答复
    pub is_unanswered: bool,
    /// 经营主体
    pub enterprise: Option<i64>,
}

/// The newest first.
const ORDER: Order = Order { key: "issued_on", descending: true };
/// What the keys of the list are.
pub const KEY: KeyKind = KeyKind::Day;
/// Letters of one enterprise that are read at most.
const OF_ENTERPRISE: i64 = 200;

/// Where a letter stands in the list.
pub fn position(row: &letter::Model) -> Position {
    Position { key: Key::Day(row.issued_on), id: row.id }
}

/// A page of the list.
///
/// # Errors
/// Any failure of the database.
pub async fn page(db: &Database, filter: &Filter, window: &Window) -> Result<Page<Arc<letter::Model>>, DbErr> {
    let mut sql = Sql::select::<letter::Model>(db.backend());
    conditions(&mut sql, filter);
    page::push_window(&mut sql, ORDER, window);
    let rows = read::all(db, sql).await?.into_iter().map(Arc::new).collect();
    Ok(Page::of(rows, window, None))
}

/// The length of the list.
///
/// # Errors
/// Any failure of the database.
pub async fn count(db: &Database, filter: &Filter) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM correction_letters");
    conditions(&mut sql, filter);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or_default().unsigned_abs())
}

fn conditions(sql: &mut Sql, filter: &Filter) {
    sql.push(" WHERE year = ").bind(filter.year);
    in_region(sql, filter.region);
    if let Some(enterprise) = filter.enterprise {
        sql.push(" AND enterprise_id = ").bind(enterprise);
    }
    // A letter whose findings are all settled asks for no answer any more.
    if filter.is_unanswered || filter.overdue_on.is_some() {
        sql.push(" AND answered_on IS NULL AND settled_on IS NULL");
    }
    if let Some(today) = filter.overdue_on {
        sql.push(" AND due_on < ").bind(today);
    }
}

/// The letters of an enterprise, newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprise(db: &Database, enterprise: i64) -> Result<Vec<Arc<letter::Model>>, DbErr> {
    let mut sql = Sql::select::<letter::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" ORDER BY id DESC LIMIT ").bind(OF_ENTERPRISE);
    Ok(read::all::<letter::Model>(db, sql).await?.into_iter().map(Arc::new).collect())
}

/// Letters with these keys.
///
/// # Errors
/// Any failure of the database.
pub async fn by_ids(db: &Database, ids: &[i64]) -> Result<HashMap<i64, Arc<letter::Model>>, DbErr> {
    let mut sql = Sql::select::<letter::Model>(db.backend());
    sql.push(" WHERE ").any_number("id", ids);
    Ok(read::all::<letter::Model>(db, sql).await?.into_iter().map(|row| (row.id, Arc::new(row))).collect())
}

/// A letter, locked until the transaction ends.
///
/// # Errors
/// Any failure of the database.
pub async fn locked(session: &mut Session, id: i64) -> Result<Option<letter::Model>, DatabaseError> {
    let mut sql = session.select::<letter::Model>();
    sql.push(" WHERE id = ").bind(id);
    if session.is_postgres() {
        sql.push(" FOR UPDATE");
    }
    Ok(session.records(sql).await?.pop())
}

/// Writes a letter that has no number and no text yet: both tell its key, which the database gives.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, new: &letter::Model) -> Result<i64, DatabaseError> {
    let mut sql = session.sql(
        "INSERT INTO correction_letters (enterprise_id, year, region_code, city_code, text, issued_on, due_on, \
         issued_by) VALUES (",
    );
    sql.bind(new.enterprise_id).push(", ").bind(new.year).push(", ").bind(new.region_code).push(", ");
    sql.bind(new.city_code).push(", '', ").bind(new.issued_on).push(", ").bind(new.due_on).push(", ");
    sql.bind(new.issued_by.as_str()).push(") RETURNING id");
    let rows = session.run(sql).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("correction_letters".to_owned()))?;
    Ok(i64::value(row, 0)?)
}

/// Writes number and text of a letter.
///
/// # Errors
/// Any failure of the database.
pub async fn word(session: &mut Session, id: i64, number: &str, text: &str) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE correction_letters SET number = ");
    sql.bind(number).push(", text = ").bind(text).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// Keeps an answer.
///
/// # Errors
/// Any failure of the database.
pub async fn answer(
    session: &mut Session,
    id: i64,
    (answer, by): (&str, &str),
    on: NaiveDate,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE correction_letters SET answer = ");
    sql.bind(answer).push(", answered_by = ").bind(by).push(", answered_on = ").bind(on).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// Asks for another answer until a day; the one that was given is kept in the steps.
///
/// # Errors
/// Any failure of the database.
pub async fn reopen(session: &mut Session, id: i64, due_on: NaiveDate) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE correction_letters SET answered_on = NULL, due_on = ");
    sql.bind(due_on).push(" WHERE id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// Keeps that letters are settled of whose findings none is left.
///
/// # Errors
/// Any failure of the database.
pub async fn settle(session: &mut Session, ids: &[i64], on: NaiveDate) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE correction_letters SET settled_on = ");
    sql.bind(on).push(" WHERE settled_on IS NULL AND ").any_number("id", ids);
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM comparison_findings f WHERE f.letter_id = correction_letters.id \
         AND f.stage NOT IN ('CORRECTED', 'DISMISSED'))",
    );
    session.run(sql).await.map(drop)
}
