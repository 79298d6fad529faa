//! The filtered, ordered list of enterprises, and its length.

use std::sync::Arc;

use chrono::NaiveDate;
use rules::region::{RegionCode, RegionLevel};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use sea_orm::DbErr;

use super::registered;
use crate::Database;
use crate::page::{self, Key, KeyKind, Order, Page, Position, Window};
use crate::read;
use crate::statement::Sql;

/// 筛选条件 What a list of enterprises is narrowed to; all given conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// 行政区划 The whole subtree of this region.
    pub region: Option<RegionCode>,
    /// Any of these states; empty does not narrow.
    pub statuses: Vec<EnterpriseStatus>,
    /// Any of these kinds; empty does not narrow.
    pub kinds: Vec<EnterpriseKind>,
    /// 行业 A section letter or a numeric prefix (GB/T 4754-2017).
    pub industry: Option<String>,
    /// 注册资本 in 分, at least and at most.
    pub capital_fen: (Option<i64>, Option<i64>),
    /// 成立日期 from and to, both included.
    pub established_on: (Option<NaiveDate>, Option<NaiveDate>),
    /// 名称包含 A part of the name.
    pub name_contains: Option<String>,
    /// 法定代表人 The whole name.
    pub legal_representative: Option<String>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// 成立日期
    EstablishedOn,
    /// 注册资本, entities without capital lowest.
    RegisteredCapital,
    /// 名称 by code point, the same on both engines.
    Name,
    /// 统一社会信用代码
    Uscc,
}

/// Sort key and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// Key.
    pub key: SortKey,
    /// Highest first.
    pub descending: bool,
}

impl Sort {
    fn order(self) -> Order {
        let key = match self.key {
            SortKey::EstablishedOn => "established_on",
            SortKey::RegisteredCapital => "COALESCE(registered_capital_fen, -1)",
            SortKey::Name => "name",
            SortKey::Uscc => "uscc",
        };
        Order { key, descending: self.descending }
    }

    /// Where `row` stands in a list of this order.
    pub fn position(self, row: &registered::Model) -> Position {
        let key = match self.key {
            SortKey::EstablishedOn => Key::Day(row.established_on),
            SortKey::RegisteredCapital => Key::Number(row.registered_capital_fen.unwrap_or(-1)),
            SortKey::Name => Key::Text(row.name.clone()),
            SortKey::Uscc => Key::Text(row.uscc.clone()),
        };
        Position { key, id: row.id }
    }

    /// What the keys of this order are.
    pub const fn key_kind(self) -> KeyKind {
        match self.key {
            SortKey::EstablishedOn => KeyKind::Day,
            SortKey::RegisteredCapital => KeyKind::Number,
            SortKey::Name | SortKey::Uscc => KeyKind::Text,
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
) -> Result<Page<Arc<registered::Model>>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE ");
    conditions(&mut sql, filter);
    page::push_window(&mut sql, sort.order(), window);
    let rows = read::all(db, sql).await?.into_iter().map(Arc::new).collect();
    Ok(Page::of(rows, window, None))
}

/// The exact length of the list, counted in the database.
///
/// # Errors
/// Any failure of the database.
pub async fn count(db: &Database, filter: &Filter) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) AS total FROM enterprises WHERE ");
    conditions(&mut sql, filter);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| row.try_get::<i64>("", "total")).transpose()?.unwrap_or(0).unsigned_abs())
}

fn conditions(sql: &mut Sql, filter: &Filter) {
    match filter.region {
        Some(region) => in_region(sql, region),
        None => {
            sql.push("TRUE");
        }
    }
    any_code(sql, " AND status", filter.statuses.iter().map(|status| status.code()));
    any_code(sql, " AND kind", filter.kinds.iter().map(|kind| kind.code()));
    if let Some(industry) = &filter.industry {
        if industry.starts_with(|c: char| c.is_ascii_alphabetic()) {
            sql.push(" AND industry_section = ").bind(industry.clone());
        } else {
            sql.push(" AND industry_code >= ").bind(industry.clone());
            sql.push(" AND industry_code < ").bind(format!("{industry}:"));
        }
    }
    let (least, most) = filter.capital_fen;
    if (least, most) != (None, None) {
        // By the indexed expression; entities without capital are in no range.
        compare(sql, " AND COALESCE(registered_capital_fen, -1) >= ", Some(least.unwrap_or(0).max(0)));
        compare(sql, " AND COALESCE(registered_capital_fen, -1) <= ", most);
    }
    let (first, last) = filter.established_on;
    compare(sql, " AND established_on >= ", first);
    compare(sql, " AND established_on <= ", last);
    if let Some(part) = &filter.name_contains {
        sql.push(" AND ").contains("name", part);
    }
    compare(sql, " AND legal_representative = ", filter.legal_representative.clone());
}

/// One equality at each level, so that the list is one range of an index in the order of its keys. The
/// first two digits of a code are the province's.
fn in_region(sql: &mut Sql, region: RegionCode) {
    let code = i64::from(region.get());
    match region.level() {
        RegionLevel::County => sql.push("region_code = ").bind(code),
        RegionLevel::Prefecture => sql.push("city_code = ").bind(code),
        RegionLevel::Province => sql.push("region_code / 10000 = ").bind(code / 10_000),
    };
}

/// ` AND column = one of codes`; none does not narrow.
pub(crate) fn any_code(sql: &mut Sql, column: &str, codes: impl Iterator<Item = &'static str>) {
    let codes: Vec<String> = codes.map(str::to_owned).collect();
    match codes.as_slice() {
        [] => {}
        // An equality keeps the order of an index that begins with it.
        [one] => {
            sql.push(column).push(" = ").bind(one.clone());
        }
        several => {
            sql.any_text(column, several);
        }
    }
}

/// `condition value`, if there is a value.
pub(crate) fn compare<T: Into<sea_orm::Value>>(sql: &mut Sql, condition: &str, value: Option<T>) {
    if let Some(value) = value {
        sql.push(condition).bind(value);
    }
}
