//! 用工需求 The posts that enterprises want to fill: the public list of those that are open, and what is published
//! beside a report.
//!
//! A need is open from its first day to its last, unless it was withdrawn, as long as its enterprise is there. That
//! follows from the day of asking: nothing is to be done at midnight.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use rules::region::{RegionCode, RegionLevel};
use sea_orm::DbErr;

use crate::annual_report::employment_need::Model;
use crate::bulk::{Row, Session};
use crate::enterprise::list::compare;
use crate::page::{self, Child, Key, KeyKind, Order, Page, Position, Window};
use crate::read::{self, Value};
use crate::statement::Sql;
use crate::{Database, DatabaseError, Scope};

impl Child for Model {
    const ORDER: &'static str = "publish_on";
    const KEY: KeyKind = KeyKind::Day;
    const KNOWN: &'static str = "publish_on";

    fn position(&self) -> Position {
        Position { key: Key::Day(self.publish_on.unwrap_or_default()), id: self.id }
    }

    /// A withdrawal that came later is not known yet.
    fn seen_in(mut self, scope: &Scope) -> Self {
        self.withdrawn_on = self.withdrawn_on.filter(|day| *day <= scope.day());
        self
    }

    fn for_audience(sql: &mut Sql, scope: &Scope) {
        let day = scope.day();
        sql.push(" AND until_on >= ").bind(day).push(" AND (withdrawn_on IS NULL OR withdrawn_on > ").bind(day);
        sql.push(") AND EXISTS (SELECT 1 FROM enterprises e WHERE e.id = enterprise_id AND (e.closed_on IS NULL OR ");
        sql.push("e.closed_on > ").bind(day).push("))");
    }
}

impl Model {
    /// 是否公示中 Whether it is shown on a day, as far as the need itself says.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.publish_on.is_some_and(|first| first <= day)
            && self.until_on.is_some_and(|last| day <= last)
            && self.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
    }
}

/// 筛选条件 What the list is narrowed to; all given conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// 关键词 Each stands in the post or in what is offered beside pay.
    pub words: Vec<String>,
    /// 工作地点 The whole subtree of any of these; empty does not narrow.
    pub regions: Vec<RegionCode>,
    /// 学历要求 Any of these; empty does not narrow.
    pub educations: Vec<&'static str>,
    /// 工作年限要求 At most so many years.
    pub experience_most: Option<i32>,
    /// 月薪不低于 What is offered at best is at least this.
    pub pay_least: Option<i32>,
    /// 招聘人数不少于
    pub head_count_least: Option<i32>,
    /// 招聘高校毕业生
    pub for_graduates: bool,
    /// 发布日期不早于
    pub published_from: Option<NaiveDate>,
    /// 用人单位
    pub enterprise: Option<i64>,
}

/// 排序 What the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// 发布日期
    PublishOn,
    /// 截止日期
    Until,
    /// 月薪上限 What is not stated is lowest.
    Pay,
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
            SortKey::PublishOn => "publish_on",
            SortKey::Until => "until_on",
            SortKey::Pay => "COALESCE(pay_high_yuan, -1)",
        };
        Order { key, descending: self.descending }
    }

    /// Where a row stands in a list of this order.
    pub fn position(self, row: &Model) -> Position {
        let key = match self.key {
            SortKey::PublishOn => Key::Day(row.publish_on.unwrap_or_default()),
            SortKey::Until => Key::Day(row.until_on.unwrap_or_default()),
            SortKey::Pay => Key::Number(row.pay_high_yuan.map_or(-1, i64::from)),
        };
        Position { key, id: row.id }
    }

    /// What the keys of this order are.
    pub const fn key_kind(self) -> KeyKind {
        match self.key {
            SortKey::PublishOn | SortKey::Until => KeyKind::Day,
            SortKey::Pay => KeyKind::Number,
        }
    }
}

/// A page of the needs that are open on the day of the scope.
///
/// # Errors
/// Any failure of the database.
pub async fn page(
    db: &Database,
    filter: &Filter,
    sort: Sort,
    window: &Window,
    scope: &Scope,
) -> Result<Page<Arc<Model>>, DbErr> {
    let mut sql = Sql::select::<Model>(db.backend());
    conditions(&mut sql, filter, scope, sort.key == SortKey::PublishOn);
    page::push_window(&mut sql, sort.order(), window);
    let rows = read::all::<Model>(db, sql).await?.into_iter().map(|row| Arc::new(row.seen_in(scope)));
    Ok(Page::of(rows.collect(), window, None))
}

/// How many there are.
///
/// # Errors
/// Any failure of the database.
pub async fn count(db: &Database, filter: &Filter, scope: &Scope) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM employment_needs");
    conditions(&mut sql, filter, scope, !filter.regions.is_empty());
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or(0).unsigned_abs())
}

/// A page of all that an enterprise has published, open or not, the last published first.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprise(db: &Database, enterprise: i64, window: &Window) -> Result<Page<Arc<Model>>, DbErr> {
    let mut sql = Sql::select::<Model>(db.backend());
    sql.push(" WHERE publish_on IS NOT NULL AND enterprise_id = ").bind(enterprise);
    page::push_window(&mut sql, Order { key: Model::ORDER, descending: true }, window);
    let rows = read::all::<Model>(db, sql).await?.into_iter().map(Arc::new).collect();
    let total = match window.total {
        true => {
            let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM employment_needs WHERE publish_on IS NOT NULL");
            sql.push(" AND enterprise_id = ").bind(enterprise);
            let row = db.query_one(sql.finish()).await?;
            Some(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or(0).unsigned_abs())
        }
        false => None,
    };
    Ok(Page::of(rows, window, total))
}

/// Days for which a need is shown at most (rule AR-102: a year).
const LONGEST: Days = Days::new(366);

/// `by_day` where an index is walked in the order of the first days: it need not be walked back to what ended long ago.
/// Told to others, it would lead the planner away from theirs.
fn conditions(sql: &mut Sql, filter: &Filter, scope: &Scope, by_day: bool) {
    sql.push(" WHERE ");
    page::seen_in::<Model>(sql, scope);
    compare(sql, " AND publish_on >= ", scope.day().checked_sub_days(LONGEST).filter(|_| by_day));
    match filter.regions.as_slice() {
        [] => {}
        // An equality keeps the order of an index that begins with it.
        [one] => {
            sql.push(" AND ");
            in_region(sql, *one);
        }
        several => {
            for (number, region) in several.iter().enumerate() {
                sql.push(if number == 0 { " AND (" } else { " OR " });
                in_region(sql, *region);
            }
            sql.push(")");
        }
    }
    for word in &filter.words {
        sql.push(" AND (").contains("post", word).push(" OR ").contains("COALESCE(benefits, '')", word).push(")");
    }
    if !filter.educations.is_empty() {
        let codes: Vec<String> = filter.educations.iter().map(|code| (*code).to_owned()).collect();
        sql.any_text(" AND education", &codes);
    }
    compare(sql, " AND COALESCE(experience_years, 0) <= ", filter.experience_most);
    compare(sql, " AND COALESCE(pay_high_yuan, -1) >= ", filter.pay_least);
    compare(sql, " AND head_count >= ", filter.head_count_least);
    compare(sql, " AND publish_on >= ", filter.published_from);
    compare(sql, " AND enterprise_id = ", filter.enterprise);
    if filter.for_graduates {
        sql.push(" AND graduates > 0");
    }
}

/// The first four digits of a code are the prefecture's, the first two the province's.
fn in_region(sql: &mut Sql, region: RegionCode) {
    let code = i64::from(region.get());
    match region.level() {
        RegionLevel::County => sql.push("region_code = ").bind(code),
        RegionLevel::Prefecture => sql.push("region_code / 100 = ").bind(code / 100),
        RegionLevel::Province => sql.push("region_code / 10000 = ").bind(code / 10_000),
    };
}

/// 一次 The key of a request to publish, and the hash of what it asks.
#[derive(Clone, Debug)]
pub struct Once {
    /// 幂等键
    pub key: String,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

/// What an enterprise published with a key, and the hash of what it asked.
///
/// # Errors
/// Any failure of the database.
pub async fn by_key(
    session: &mut Session,
    enterprise: i64,
    key: &str,
) -> Result<Option<(Model, String)>, DatabaseError> {
    let mut sql = session.sql("SELECT ");
    sql.columns::<Model>("").push(", input_hash FROM employment_needs WHERE enterprise_id = ").bind(enterprise);
    sql.push(" AND idempotency_key = ").bind(key);
    let rows = session.run(sql).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<_, DbErr> {
        let hash = Option::<String>::value(row, Model::COLUMNS.len())?;
        Ok((read::Record::read(row, 0)?, hash.unwrap_or_default()))
    };
    Ok(rows.first().map(read).transpose()?)
}

/// How many needs of an enterprise are open on a day, or will be.
///
/// # Errors
/// Any failure of the database.
pub async fn not_ended(session: &mut Session, enterprise: i64, day: NaiveDate) -> Result<i64, DatabaseError> {
    let mut sql = session.sql("SELECT count(*) FROM employment_needs WHERE enterprise_id = ");
    sql.bind(enterprise).push(" AND until_on >= ").bind(day).push(" AND withdrawn_on IS NULL");
    Ok(session.run(sql).await?.first().map(|row| i64::value(row, 0)).transpose()?.unwrap_or_default())
}

/// Publishes a need beside the reports of its enterprise. Whoever calls it is alone in choosing keys, as with
/// [`put_report`](crate::filing::put_report).
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, mut row: Model, once: &Once) -> Result<Model, DatabaseError> {
    row.id = session.largest_id(Model::TABLE).await? + 1;
    session.insert(std::slice::from_ref(&row)).await?;
    let mut sql = session.sql("UPDATE employment_needs SET idempotency_key = ");
    sql.bind(once.key.clone()).push(", input_hash = ").bind(once.hash.clone()).push(" WHERE id = ").bind(row.id);
    session.run(sql).await?;
    Ok(row)
}

/// A need by its key, as the transaction sees it.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(session: &mut Session, id: i64) -> Result<Option<Model>, DatabaseError> {
    let mut sql = session.select::<Model>();
    sql.push(" WHERE id = ").bind(id);
    Ok(session.records(sql).await?.pop())
}

/// Takes a need off the list from a day on.
///
/// # Errors
/// Any failure of the database.
pub async fn withdraw(session: &mut Session, id: i64, day: NaiveDate) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE employment_needs SET withdrawn_on = ");
    sql.bind(day).push(" WHERE id = ").bind(id).push(" AND withdrawn_on IS NULL");
    session.run(sql).await.map(drop)
}
