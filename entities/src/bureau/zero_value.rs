//! 零值名单 The reports of zero value of a year, in a region, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use rules::annual_report::FilerKind;
use rules::bureau::ReportSize;
use rules::region::RegionCode;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::{in_region, report_fact};
use crate::Database;
use crate::enterprise::list::{any_code, compare};
use crate::page::{self, Key, KeyKind, Order, Page, Position, Window};
use crate::read::{self, Value};
use crate::statement::Sql;

/// 筛选条件 All given conditions hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// 报告年度
    pub year: i32,
    /// 行政区划 The whole subtree.
    pub region: Option<RegionCode>,
    /// 申报主体类型 Any of these; empty does not narrow.
    pub kinds: Vec<FilerKind>,
    /// 行业门类 A letter.
    pub section: Option<String>,
    /// 规模 Any of these; empty does not narrow.
    pub sizes: Vec<ReportSize>,
    /// 从业人数不少于
    pub employees_least: Option<i32>,
    /// 参保人数不少于
    pub insured_least: Option<i32>,
    /// 是否逾期报送
    pub is_late: Option<bool>,
}

/// 排序 What the list is sorted by; what was not stated is lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// 报送日期
    SubmittedOn,
    /// 从业人数
    Employees,
    /// 参保人数
    InsuredPersons,
}

/// Sort key and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Key.
    pub key: SortKey,
    /// Highest first.
    pub descending: bool,
}

impl Sort {
    const fn order(self) -> Order {
        let key = match self.key {
            SortKey::SubmittedOn => "submitted_on",
            SortKey::Employees => "COALESCE(employees, -1)",
            SortKey::InsuredPersons => "COALESCE(insured_persons, -1)",
        };
        Order { key, descending: self.descending }
    }

    /// Where a row stands in a list of this order.
    pub fn position(self, row: &report_fact::Model) -> Position {
        let key = match self.key {
            SortKey::SubmittedOn => Key::Day(row.submitted_on),
            SortKey::Employees => Key::Number(row.employees.unwrap_or(-1)),
            SortKey::InsuredPersons => Key::Number(row.insured_persons.unwrap_or(-1)),
        };
        Position { key, id: row.id }
    }

    /// What the keys of this order are.
    pub const fn key_kind(self) -> KeyKind {
        match self.key {
            SortKey::SubmittedOn => KeyKind::Day,
            SortKey::Employees | SortKey::InsuredPersons => KeyKind::Number,
        }
    }
}

/// A page of the list.
///
/// # Errors
/// Any failure of the database.
pub async fn page(
    db: &Database,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Result<Page<Arc<report_fact::Model>>, DbErr> {
    let mut sql = Sql::select::<report_fact::Model>(db.backend());
    conditions(&mut sql, filter);
    page::push_window(&mut sql, sort.order(), window);
    let rows = read::all(db, sql).await?.into_iter().map(Arc::new).collect();
    Ok(Page::of(rows, window, None))
}

/// The length of the list.
///
/// # Errors
/// Any failure of the database.
pub async fn count(db: &Database, filter: &Filter) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM report_facts");
    conditions(&mut sql, filter);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or(0).unsigned_abs())
}

/// 连续零值年数 For how many years in a row, up to the year of each fact, its enterprise has reported nothing.
///
/// # Errors
/// Any failure of the database.
pub async fn years_running(db: &Database, enterprises: &[i64], year: i32) -> Result<HashMap<i64, i32>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT enterprise_id, year FROM report_facts WHERE is_zero = 1 AND year <= ");
    sql.bind(year).push(" AND ").any_number("enterprise_id", enterprises);
    sql.push(" ORDER BY enterprise_id, year DESC");
    let mut running: HashMap<i64, i32> = HashMap::new();
    for row in db.query_all(sql.finish()).await? {
        let (enterprise, of): (i64, i32) = (Value::value(&row, 0)?, Value::value(&row, 1)?);
        let years = running.entry(enterprise).or_insert(0);
        if of == year - *years {
            *years += 1;
        }
    }
    Ok(running)
}

fn conditions(sql: &mut Sql, filter: &Filter) {
    sql.push(" WHERE is_zero = 1 AND year = ").bind(filter.year);
    in_region(sql, filter.region);
    any_code(sql, " AND kind", filter.kinds.iter().map(|kind| kind.code()));
    any_code(sql, " AND size", filter.sizes.iter().map(|size| size.code()));
    compare(sql, " AND section = ", filter.section.clone());
    compare(sql, " AND employees >= ", filter.employees_least);
    compare(sql, " AND insured_persons >= ", filter.insured_least);
    compare(sql, " AND is_late = ", filter.is_late.map(i32::from));
}
