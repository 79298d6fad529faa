//! The filtered list of enterprises as a connection.

use std::sync::Arc;

use async_graphql::{Context, Description, Enum, InputObject, Object, SimpleObject};
use entities::Scope;
use entities::enterprise::list::{Filter, Sort, SortKey};
use entities::enterprise::registered;
use entities::page::Page;
use rules::industry::IndustryCode;
use rules::money::Wan;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use schema::scalars::{Date, Decimal, RegionCode};
use schema::{Answer, Code, Failure, cursor};

use super::object::Enterprise;
use crate::connection::PageInfo;
use crate::owner::loaders;

/// 金额范围 An amount range in 万元, both ends included.
#[derive(InputObject, Clone, Default)]
pub struct DecimalRange {
    /// 不小于
    pub gte: Option<Decimal>,
    /// 不大于
    pub lte: Option<Decimal>,
}

/// 日期范围 A range of days, both ends included.
#[derive(InputObject, Clone, Default)]
pub struct DateRange {
    /// 不早于
    pub gte: Option<Date>,
    /// 不晚于
    pub lte: Option<Date>,
}

/// 经营主体筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct EnterpriseFilter {
    /// 行政区划 The whole subtree of this region.
    pub region_code: Option<RegionCode>,
    /// 登记状态 Any of these.
    pub statuses: Option<Vec<EnterpriseStatus>>,
    /// 经营主体类型 Any of these.
    pub kinds: Option<Vec<EnterpriseKind>>,
    /// 行业代码 A section letter or up to four digits (GB/T 4754-2017), with everything below.
    pub industry_code: Option<String>,
    /// 注册资本（万元）
    pub registered_capital_wan: Option<DecimalRange>,
    /// 成立日期
    pub established_on: Option<DateRange>,
    /// 名称包含 A part of the name.
    pub name_contains: Option<String>,
    /// 法定代表人 The whole name.
    pub legal_representative: Option<String>,
}

/// Characters of a part of a name at most.
const NAME_PART: usize = 64;

impl EnterpriseFilter {
    /// The filter in storage's words.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an industry that the standard does not know, an amount out of range or a
    /// text that is too long.
    pub fn checked(self) -> Answer<Filter> {
        let capital = self.registered_capital_wan.unwrap_or_default();
        let established = self.established_on.unwrap_or_default();
        Ok(Filter {
            region: self.region_code.map(|code| code.0),
            statuses: sorted(self.statuses.unwrap_or_default()),
            kinds: sorted(self.kinds.unwrap_or_default()),
            industry: self.industry_code.map(|code| industry(&code)).transpose()?,
            capital_fen: (fen(capital.gte)?, fen(capital.lte)?),
            established_on: (established.gte.map(|day| day.0), established.lte.map(|day| day.0)),
            name_contains: text("nameContains", self.name_contains)?,
            legal_representative: text("legalRepresentative", self.legal_representative)?,
        })
    }
}

/// Equal sets give equal filters, so that their counts are found again.
fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values.dedup();
    values
}

fn industry(code: &str) -> Answer<String> {
    IndustryCode::parse(code).map(|code| code.as_str().to_owned()).map_err(|error| {
        let shown: String = code.chars().take(20).collect();
        Failure::refused(Code::InvalidInput, format!("industryCode 的值“{shown}”不正确：{}", error.message()))
    })
}

fn fen(amount: Option<Decimal>) -> Answer<Option<i64>> {
    amount
        .map(|amount| {
            Wan::from_decimal(amount.0).map(Wan::fen).map_err(|error| {
                let message = format!("registeredCapitalWan 的值 {} 不正确：{}", amount.0, error.message());
                Failure::refused(Code::InvalidInput, message)
            })
        })
        .transpose()
}

/// A text without blanks around it; an empty one does not narrow.
pub(crate) fn text(name: &str, value: Option<String>) -> Answer<Option<String>> {
    let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    match value {
        Some(value) if value.chars().count() > NAME_PART => {
            Err(Failure::refused(Code::InvalidInput, format!("{name} 过长，最多 {NAME_PART} 个字。")))
        }
        other => Ok(other),
    }
}

/// 排序字段 What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum EnterpriseOrderField {
    /// 成立日期
    EstablishedOn,
    /// 注册资本 Entities without capital are lowest.
    RegisteredCapital,
    /// 名称 By code point.
    Name,
    /// 统一社会信用代码
    Uscc,
}

/// 排序方向 Direction of an order.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum OrderDirection {
    /// 升序
    Asc,
    /// 降序
    Desc,
}

/// 排序 Order of the list.
#[derive(InputObject, Clone, Copy)]
pub struct EnterpriseOrder {
    /// 字段
    pub field: EnterpriseOrderField,
    /// 方向
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

impl EnterpriseOrder {
    /// 默认排序 Newest first.
    pub const NEWEST: Self = Self { field: EnterpriseOrderField::EstablishedOn, direction: OrderDirection::Desc };

    /// The order in storage's words.
    pub fn sort(self) -> Sort {
        let key = match self.field {
            EnterpriseOrderField::EstablishedOn => SortKey::EstablishedOn,
            EnterpriseOrderField::RegisteredCapital => SortKey::RegisteredCapital,
            EnterpriseOrderField::Name => SortKey::Name,
            EnterpriseOrderField::Uscc => SortKey::Uscc,
        };
        Sort { key, descending: self.direction == OrderDirection::Desc }
    }

    /// The name of the list in its cursors.
    pub const fn list(self) -> &'static str {
        match (self.field, self.direction) {
            (EnterpriseOrderField::EstablishedOn, OrderDirection::Asc) => "enterprises/day",
            (EnterpriseOrderField::EstablishedOn, OrderDirection::Desc) => "enterprises/-day",
            (EnterpriseOrderField::RegisteredCapital, OrderDirection::Asc) => "enterprises/capital",
            (EnterpriseOrderField::RegisteredCapital, OrderDirection::Desc) => "enterprises/-capital",
            (EnterpriseOrderField::Name, OrderDirection::Asc) => "enterprises/name",
            (EnterpriseOrderField::Name, OrderDirection::Desc) => "enterprises/-name",
            (EnterpriseOrderField::Uscc, OrderDirection::Asc) => "enterprises/uscc",
            (EnterpriseOrderField::Uscc, OrderDirection::Desc) => "enterprises/-uscc",
        }
    }
}

/// 经营主体列表 A page of enterprises.
#[derive(Description)]
pub struct EnterpriseConnection {
    /// The rows.
    pub page: Arc<Page<Arc<registered::Model>>>,
    /// The filter, for the length of the whole list.
    pub filter: Filter,
    /// The order, for cursors.
    pub order: EnterpriseOrder,
    /// The scope in which the rows were read.
    pub scope: Scope,
}

impl EnterpriseConnection {
    fn cursor(&self, row: &registered::Model) -> String {
        cursor::encode(self.order.list(), &self.order.sort().position(row))
    }
}

#[Object(use_type_description)]
impl EnterpriseConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<EnterpriseEdge> {
        let edge = |row: &Arc<registered::Model>| EnterpriseEdge {
            cursor: self.cursor(row),
            node: Enterprise::new(Arc::clone(row), self.scope),
        };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<Enterprise> {
        self.page.rows.iter().map(|row| Enterprise::new(Arc::clone(row), self.scope)).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page, |row| self.cursor(row))
    }

    /// 总数 Length of the whole list. Always exact: counted by the index when it has applied every
    /// recorded change, by the database until then. Costs nothing unless asked for.
    #[graphql(complexity = 10)]
    async fn total_count(&self, ctx: &Context<'_>) -> Answer<u64> {
        Ok(loaders(ctx)?.enterprise_count.load(self.filter.clone()).await?.unwrap_or_default())
    }
}

/// 条目 An enterprise and its cursor.
#[derive(SimpleObject)]
pub struct EnterpriseEdge {
    /// 游标
    pub cursor: String,
    /// 经营主体
    pub node: Enterprise,
}
