//! 零值年报 The zero-value list of offices, and by which definition a report is one.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use entities::Scope;
use entities::bureau::report_fact::Model;
use entities::bureau::zero_value::{self, Filter, Sort, SortKey};
use entities::page::Page;
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, ReportSize, ZeroValueDefinition as Definition, definitions};
use rules::region::RegionCode as Region;
use schema::paging::Arguments;
use schema::scalars::{Date, RegionCode};
use schema::{Answer, Code, Failure, cursor};
use services::command::power::SuperviseReports;

use super::{permitted_in, reported};
use crate::annual_report::object::AnnualReport;
use crate::connection::PageInfo;
use crate::enterprise::list::OrderDirection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders, scope};
use crate::window::window;

/// 零值名单筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct ZeroValueFilter {
    /// 申报主体类型 Any of these.
    pub kinds: Option<Vec<FilerKind>>,
    /// 行业门类 A section letter (GB/T 4754-2017).
    pub industry_section: Option<String>,
    /// 规模 Any of these.
    pub sizes: Option<Vec<ReportSize>>,
    /// 从业人数不少于
    pub employees_at_least: Option<i32>,
    /// 参保人数不少于
    pub insured_persons_at_least: Option<i32>,
    /// 是否逾期报送
    pub is_late: Option<bool>,
}

impl ZeroValueFilter {
    /// The filter in storage's words.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a section that the standard does not know.
    pub fn checked(self, year: i32, region: Region) -> Answer<Filter> {
        Ok(Filter {
            year: reported(year)?,
            region: Some(region),
            kinds: self.kinds.unwrap_or_default(),
            section: self.industry_section.map(section).transpose()?,
            sizes: self.sizes.unwrap_or_default(),
            employees_least: self.employees_at_least,
            insured_least: self.insured_persons_at_least,
            is_late: self.is_late,
        })
    }
}

/// A letter of the standard.
///
/// # Errors
/// `INVALID_INPUT`.
pub(super) fn section(letter: String) -> Answer<String> {
    let is_section = letter.chars().count() == 1 && rules::industry::find(&letter).is_some();
    let shown: String = letter.chars().take(20).collect();
    let unknown = || Failure::refused(Code::InvalidInput, format!("“{shown}”不是行业门类字母，应为 A 到 T。"));
    is_section.then_some(letter).ok_or_else(unknown)
}

/// 零值名单排序字段 What was not stated is lowest.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ZeroValueOrderField {
    /// 报送日期
    SubmittedOn,
    /// 从业人数
    Employees,
    /// 参保人数
    InsuredPersons,
}

/// 零值名单排序
#[derive(InputObject, Clone, Copy)]
pub struct ZeroValueOrder {
    /// 字段
    pub field: ZeroValueOrderField,
    /// 方向
    #[graphql(default_with = "OrderDirection::Desc")]
    pub direction: OrderDirection,
}

impl ZeroValueOrder {
    /// 默认排序 The last filed first.
    const LATEST: Self = Self { field: ZeroValueOrderField::SubmittedOn, direction: OrderDirection::Desc };

    const fn sort(self) -> Sort {
        let key = match self.field {
            ZeroValueOrderField::SubmittedOn => SortKey::SubmittedOn,
            ZeroValueOrderField::Employees => SortKey::Employees,
            ZeroValueOrderField::InsuredPersons => SortKey::InsuredPersons,
        };
        Sort { key, descending: matches!(self.direction, OrderDirection::Desc) }
    }

    /// The name of the list in its cursors.
    const fn list(self) -> &'static str {
        match (self.field, self.direction) {
            (ZeroValueOrderField::SubmittedOn, OrderDirection::Asc) => "zeroValueReports/day",
            (ZeroValueOrderField::SubmittedOn, OrderDirection::Desc) => "zeroValueReports/-day",
            (ZeroValueOrderField::Employees, OrderDirection::Asc) => "zeroValueReports/employees",
            (ZeroValueOrderField::Employees, OrderDirection::Desc) => "zeroValueReports/-employees",
            (ZeroValueOrderField::InsuredPersons, OrderDirection::Asc) => "zeroValueReports/insured",
            (ZeroValueOrderField::InsuredPersons, OrderDirection::Desc) => "zeroValueReports/-insured",
        }
    }
}

/// 零值年报名单 A page of it.
pub struct ZeroValueReportConnection {
    page: Page<Arc<Model>>,
    running: HashMap<i64, i32>,
    order: ZeroValueOrder,
    scope: Scope,
}

impl ZeroValueReportConnection {
    fn node(&self, row: &Arc<Model>) -> ZeroValueReport {
        let years_running = self.running.get(&row.enterprise_id).copied().unwrap_or(1);
        ZeroValueReport { row: Arc::clone(row), years_running, scope: self.scope }
    }

    fn cursor(&self, row: &Arc<Model>) -> String {
        cursor::encode(self.order.list(), &self.order.sort().position(row))
    }
}

/// 零值年报名单 A page of the list.
#[Object]
impl ZeroValueReportConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<ZeroValueReportEdge> {
        let edge = |row| ZeroValueReportEdge { cursor: self.cursor(row), node: self.node(row) };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<ZeroValueReport> {
        self.page.rows.iter().map(|row| self.node(row)).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page, |row| self.cursor(row))
    }

    /// 总数 Length of the whole list, exact.
    async fn total_count(&self) -> u64 {
        self.page.total.unwrap_or_default()
    }
}

/// 条目 A report of zero value and its cursor.
#[derive(SimpleObject)]
pub struct ZeroValueReportEdge {
    /// 游标
    pub cursor: String,
    /// 零值年报
    pub node: ZeroValueReport,
}

/// 零值年报 A report in which nothing was done all year.
pub struct ZeroValueReport {
    row: Arc<Model>,
    years_running: i32,
    scope: Scope,
}

/// 零值年报 A report of zero value, and who filed it.
#[Object]
impl ZeroValueReport {
    /// 报告年度
    async fn year(&self) -> i32 {
        self.row.year
    }

    /// 报告主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        Owner::unknown(self.scope).load(ctx, self.row.enterprise_id).await
    }

    /// 年度报告
    async fn report(&self, ctx: &Context<'_>) -> Answer<Option<AnnualReport>> {
        let row = loaders(ctx)?.report.load((self.row.id, self.scope)).await?;
        Ok(row.map(|row| AnnualReport::new(row, Owner::unknown(self.scope))))
    }

    /// 申报主体类型
    async fn filer_kind(&self) -> Option<FilerKind> {
        FilerKind::from_code(&self.row.kind)
    }

    /// 规模
    async fn size(&self) -> Option<ReportSize> {
        ReportSize::from_code(&self.row.size)
    }

    /// 报送日期
    async fn submitted_on(&self) -> Date {
        Date(self.row.submitted_on)
    }

    /// 是否逾期报送
    async fn is_late(&self) -> bool {
        self.row.is_late == 1
    }

    /// 从业人数
    async fn employees(&self) -> Option<i64> {
        self.row.employees
    }

    /// 参保人数
    async fn insured_persons(&self) -> Option<i64> {
        self.row.insured_persons
    }

    /// 连续零值年数 This year included.
    async fn years_running(&self) -> i32 {
        self.years_running
    }
}

/// 零值口径 What makes a report one of zero value.
#[derive(SimpleObject)]
pub struct ZeroValueDefinition {
    /// 编号
    pub id: &'static str,
    /// 适用主体
    pub kinds: Vec<FilerKind>,
    /// 适用年度起
    pub from_year: i32,
    /// 所列指标 All of them are 0 or were left out.
    pub measures: Vec<ReportMeasure>,
    /// 至少填报项数
    pub least_stated: usize,
    /// 全年存续 Whether the filer was there the whole year.
    pub whole_year: bool,
    /// 口径说明
    pub text: String,
    /// 依据
    pub source: &'static str,
}

impl From<&'static Definition> for ZeroValueDefinition {
    fn from(definition: &'static Definition) -> Self {
        Self {
            id: &definition.id,
            kinds: definition.kinds.clone(),
            from_year: definition.from_year,
            measures: definition.figures.clone(),
            least_stated: definition.least_stated,
            whole_year: definition.whole_year,
            text: definition.text(),
            source: &definition.source,
        }
    }
}

/// Root fields of the zero-value list.
#[derive(Default)]
pub struct ZeroValueQuery;

#[Object]
impl ZeroValueQuery {
    /// 零值年报名单 Of a year, within the jurisdiction of the office; the last filed first unless said otherwise.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn zero_value_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "行政区划及其下级；不填为本辖区")] region_code: Option<RegionCode>,
        #[graphql(desc = "筛选条件")] filter: Option<ZeroValueFilter>,
        #[graphql(desc = "排序，默认按报送日期从近到远")] order_by: Option<ZeroValueOrder>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<ZeroValueReportConnection> {
        let (_, region) = permitted_in::<SuperviseReports>(ctx, region_code)?;
        let filter = filter.unwrap_or_default().checked(year, region)?;
        let order = order_by.unwrap_or(ZeroValueOrder::LATEST);
        let arguments = Arguments { first, after, last, before };
        let window = window(order.list(), &arguments, false, order.sort().key_kind())?;
        let db = &loaders(ctx)?.db;
        let mut page = zero_value::page(db, &filter, order.sort(), &window).await?;
        if ctx.look_ahead().field("totalCount").exists() {
            page.total = Some(zero_value::count(db, &filter).await?);
        }
        let enterprises: Vec<i64> = page.rows.iter().map(|row| row.enterprise_id).collect();
        let running = zero_value::years_running(db, &enterprises, year).await?;
        Ok(ZeroValueReportConnection { page, running, order, scope: scope(ctx)? })
    }

    /// 零值口径 The definitions for the reports of a year, by kind of filer.
    async fn zero_value_definitions(
        &self,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
    ) -> Answer<Vec<ZeroValueDefinition>> {
        Ok(definitions(reported(year)?).into_iter().map(ZeroValueDefinition::from).collect())
    }
}
