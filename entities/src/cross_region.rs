//! 跨地域记录 What other provinces sent: licences, penalties, listings for serious violations, and the cases on
//! which offices of two provinces work together.
//!
//! XREGION-1: the public is shown what is published by law, while it is: no case, no listing that was removed, no
//! record whose last public day is past. That is judged by today, whatever day is asked about.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{CrossRegionKind, OffsiteCaseState};
use sea_orm::DbErr;
use serde::Serialize;

use crate::bulk::Row;
use crate::enterprise::list::{any_code, compare};
use crate::page::{self, Child, Key, KeyKind, Order, Page, Position, Window};
use crate::read::{self, Value};
use crate::record::record;
use crate::scope::Audience;
use crate::statement::Sql;
use crate::{Database, Scope};

record! {
    /// 跨地域记录 One record of another province.
    received "cross_region_records" {
        kind: CrossRegionKind,
        /// 来源省份 GB/T 2260.
        province_code: i32,
        uscc: String,
        enterprise_name: String,
        /// The party, if it stands in our register.
        enterprise_id: Option<i64>,
        /// 文号 Of the decision, the licence or the letter.
        document_number: String,
        /// 事由 Name of the licence, field of the violation, ground of the listing, kind of the case.
        title: String,
        facts: String,
        legal_basis: String,
        decision: String,
        /// 作出机关 Of the other province, by its name: it is none of our authorities.
        authority: String,
        amount_fen: Option<i64>,
        decided_on: NaiveDate,
        /// 有效期至 Of a licence.
        valid_to: Option<NaiveDate>,
        /// 公示截止日 Last day on which the public may see it.
        public_until: Option<NaiveDate>,
        /// 移出日期 Of a listing; tells of a removal that arrived later.
        removed_on: Option<NaiveDate>,
        /// 协同状态 Of a case.
        state: Option<OffsiteCaseState>,
        /// 来源时间 When the sender made it.
        source_time: DateTimeUtc,
        received_at: DateTimeUtc,
    }
}

impl Child for received::Model {
    const ORDER: &'static str = "decided_on";
    const KEY: KeyKind = KeyKind::Day;
    const KNOWN: &'static str = "decided_on";

    fn position(&self) -> Position {
        Position { key: Key::Day(self.decided_on), id: self.id }
    }

    fn seen_in(mut self, scope: &Scope) -> Self {
        self.removed_on = self.removed_on.filter(|day| *day <= scope.day());
        self
    }

    fn for_audience(sql: &mut Sql, scope: &Scope) {
        if scope.audience == Audience::Public {
            let published = CrossRegionKind::ALL.iter().filter(|kind| kind.is_published());
            any_code(sql, " AND kind", published.map(|kind| kind.code()));
            sql.push(" AND (removed_on IS NULL OR removed_on > ").bind(scope.today);
            sql.push(") AND (public_until IS NULL OR public_until >= ").bind(scope.today).push(")");
        }
    }
}

/// 筛选条件 What a list of records of one kind is narrowed to; all given conditions hold together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    /// 类别
    pub kind: CrossRegionKind,
    /// 统一社会信用代码 The whole code.
    pub uscc: Option<String>,
    /// 名称包含 A part of the name of the party.
    pub name_contains: Option<String>,
    /// 机关包含 A part of the name of the authority.
    pub authority_contains: Option<String>,
    /// 来源省份
    pub province: Option<RegionCode>,
    /// 决定日期 from and to, both included.
    pub decided_on: (Option<NaiveDate>, Option<NaiveDate>),
    /// 协同状态 Any of these; empty does not narrow.
    pub states: Vec<OffsiteCaseState>,
}

/// A page of the records that a filter accepts, newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn page(
    db: &Database,
    filter: &Filter,
    window: &Window,
    scope: &Scope,
) -> Result<Page<Arc<received::Model>>, DbErr> {
    let mut sql = Sql::select::<received::Model>(db.backend());
    conditions(&mut sql, filter, scope);
    page::push_window(&mut sql, Order { key: received::Model::ORDER, descending: true }, window);
    let rows = read::all::<received::Model>(db, sql).await?;
    let rows = rows.into_iter().map(|row| Arc::new(row.seen_in(scope))).collect();
    Ok(Page::of(rows, window, None))
}

/// How many records a filter accepts.
///
/// # Errors
/// Any failure of the database.
pub async fn count(db: &Database, filter: &Filter, scope: &Scope) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) FROM ");
    sql.push(received::Model::TABLE);
    conditions(&mut sql, filter, scope);
    let row = db.query_one(sql.finish()).await?;
    Ok(row.map(|row| i64::value(&row, 0)).transpose()?.unwrap_or(0).unsigned_abs())
}

fn conditions(sql: &mut Sql, filter: &Filter, scope: &Scope) {
    sql.push(" WHERE kind = ").bind(filter.kind.code()).push(" AND ");
    page::seen_in::<received::Model>(sql, scope);
    compare(sql, " AND uscc = ", filter.uscc.clone());
    compare(sql, " AND province_code = ", filter.province.map(|province| i64::from(province.get())));
    let (first, last) = filter.decided_on;
    compare(sql, " AND decided_on >= ", first);
    compare(sql, " AND decided_on <= ", last);
    for (column, part) in [("enterprise_name", &filter.name_contains), ("authority", &filter.authority_contains)] {
        if let Some(part) = part {
            sql.push(" AND ").contains(column, part);
        }
    }
    any_code(sql, " AND state", filter.states.iter().map(|state| state.code()));
}

/// Pages of the records about many enterprises, of these kinds or of all: one statement, whatever the number of
/// parents.
///
/// # Errors
/// Any failure of the database.
pub async fn pages_of(
    db: &Database,
    parents: &[i64],
    kinds: &[CrossRegionKind],
    window: &Window,
    scope: &Scope,
) -> Result<HashMap<i64, Page<Arc<received::Model>>>, DbErr> {
    let of_kinds = |sql: &mut Sql| any_code(sql, " AND kind", kinds.iter().map(|kind| kind.code()));
    page::pages_where::<received::Model>(db, parents, window, scope, &of_kinds).await
}
