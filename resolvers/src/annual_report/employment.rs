//! 用工需求 The posts that enterprises want to fill, as everybody finds them until their last day, and how they are
//! published beside a report.

use std::sync::Arc;

use async_graphql::{Context, Description, Enum, ID, InputObject, Object, SimpleObject};
use entities::annual_report::employment_need::Model;
use entities::employment::{self, Filter, Sort, SortKey};
use entities::page::{Child, Page};
use schema::paging::Arguments;
use schema::scalars::{Date, RegionCode, Uscc};
use schema::{Answer, Code, Failure, cursor, global_id};
use services::command::power::FileReports;

use super::file::filer;
use super::object::AnnualReport;
use crate::access::{caller, permitted};
use crate::connection::PageInfo;
use crate::enterprise::list::{OrderDirection, text};
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders, scope};
use crate::region::Region;
use crate::value::date;
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "EmploymentNeed";

/// 用工需求 A post that an enterprise wants to fill.
#[derive(Clone, Description)]
pub struct EmploymentNeed {
    row: Arc<Model>,
    owner: Owner,
}

impl EmploymentNeed {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl EmploymentNeed {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 岗位
    async fn post(&self) -> &str {
        &self.row.post
    }

    /// 月薪下限（元）
    async fn pay_low_yuan(&self) -> Option<i32> {
        self.row.pay_low_yuan
    }

    /// 月薪上限（元）
    async fn pay_high_yuan(&self) -> Option<i32> {
        self.row.pay_high_yuan
    }

    /// 招聘人数
    async fn head_count(&self) -> i32 {
        self.row.head_count
    }

    /// 其中应届毕业生
    async fn graduates(&self) -> Option<i32> {
        self.row.graduates
    }

    /// 工作年限要求（年） 0 or null asks for none.
    async fn experience_years(&self) -> Option<i32> {
        self.row.experience_years
    }

    /// 学历要求
    async fn education(&self) -> Option<&str> {
        self.row.education.as_deref()
    }

    /// 工作地点
    async fn region(&self) -> Option<Region> {
        self.row.region_code.and_then(Region::of)
    }

    /// 福利待遇
    async fn benefits(&self) -> Option<&str> {
        self.row.benefits.as_deref()
    }

    /// 发布日期
    async fn publish_on(&self) -> Option<Date> {
        date(self.row.publish_on)
    }

    /// 截止日期 The last day on which it is shown.
    async fn until(&self) -> Option<Date> {
        date(self.row.until_on)
    }

    /// 撤下日期 The day from which it was not shown any more, though it had not ended.
    async fn withdrawn_on(&self) -> Option<Date> {
        date(self.row.withdrawn_on)
    }

    /// 是否公示中 Whether it is open on the day asked about.
    async fn is_open(&self) -> bool {
        self.row.is_open(self.owner.scope().day())
    }

    /// 用人单位
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }

    /// 年度报告 In which it was reported; null for one that was published beside a report.
    async fn report(&self, ctx: &Context<'_>) -> Answer<Option<AnnualReport>> {
        let Some(id) = self.row.report_id else { return Ok(None) };
        let row = loaders(ctx)?.report.load((id, self.owner.scope())).await?;
        Ok(row.map(|row| AnnualReport::new(row, self.owner.clone())))
    }
}

/// 学历要求 The least education that a post asks for.
#[derive(Enum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EducationRequirement {
    /// 不限
    Any,
    /// 初中及以下
    JuniorSecondary,
    /// 高中（中专）
    SeniorSecondary,
    /// 大专
    College,
    /// 本科
    Bachelor,
    /// 硕士研究生
    Master,
    /// 博士研究生
    Doctor,
}

impl EducationRequirement {
    /// Every one, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Any,
        Self::JuniorSecondary,
        Self::SeniorSecondary,
        Self::College,
        Self::Bachelor,
        Self::Master,
        Self::Doctor,
    ];

    /// As it is stored, a choice of the form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::JuniorSecondary => "JUNIOR_SECONDARY",
            Self::SeniorSecondary => "SENIOR_SECONDARY",
            Self::College => "COLLEGE",
            Self::Bachelor => "BACHELOR",
            Self::Master => "MASTER",
            Self::Doctor => "DOCTOR",
        }
    }
}

/// 用工需求筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct EmploymentNeedFilter {
    /// 关键词 Words with blanks between them; each stands in the post or in the benefits.
    pub text: Option<String>,
    /// 工作地点 The whole subtree of any of these regions.
    pub region_codes: Option<Vec<RegionCode>>,
    /// 学历要求 Any of these.
    pub education: Option<Vec<EducationRequirement>>,
    /// 工作年限要求不超过（年）
    pub max_experience_years: Option<i32>,
    /// 月薪不低于（元） What is offered at best is at least this.
    pub min_pay: Option<i32>,
    /// 招聘人数不少于
    pub min_head_count: Option<i32>,
    /// 招聘高校毕业生
    pub for_graduates: Option<bool>,
    /// 发布日期不早于
    pub published_from: Option<Date>,
    /// 用人单位 Its unified social credit code.
    pub uscc: Option<Uscc>,
}

/// Words of a text that are looked at.
const WORDS: usize = 8;
/// Regions of a filter at most.
const REGIONS: usize = 20;

impl EmploymentNeedFilter {
    /// The filter in storage's words; `None` if nothing can fit it.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a text that is too long or too many regions.
    async fn checked(self, ctx: &Context<'_>) -> Answer<Option<Filter>> {
        let words = text("text", self.text)?.unwrap_or_default();
        let mut regions: Vec<_> = self.region_codes.unwrap_or_default().into_iter().map(|code| code.0).collect();
        regions.sort_unstable();
        regions.dedup();
        if regions.len() > REGIONS {
            let message = format!("regionCodes 最多 {REGIONS} 个，可以改用上级区划代码。");
            return Err(Failure::refused(Code::InvalidInput, message));
        }
        let enterprise = match self.uscc {
            None => None,
            Some(uscc) => match loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await? {
                Some(row) => Some(row.id),
                None => return Ok(None),
            },
        };
        Ok(Some(Filter {
            words: words.split_whitespace().take(WORDS).map(str::to_owned).collect(),
            regions,
            educations: self.education.unwrap_or_default().into_iter().map(EducationRequirement::code).collect(),
            experience_most: self.max_experience_years,
            pay_least: self.min_pay,
            head_count_least: self.min_head_count,
            for_graduates: self.for_graduates.unwrap_or_default(),
            published_from: self.published_from.map(|day| day.0),
            enterprise,
        }))
    }
}

/// 用工需求排序字段
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum EmploymentNeedOrderField {
    /// 发布日期
    PublishOn,
    /// 截止日期
    Until,
    /// 月薪上限 What is not stated is lowest.
    Pay,
}

/// 用工需求排序
#[derive(InputObject, Clone, Copy)]
pub struct EmploymentNeedOrder {
    /// 字段
    pub field: EmploymentNeedOrderField,
    /// 方向
    #[graphql(default_with = "OrderDirection::Desc")]
    pub direction: OrderDirection,
}

impl EmploymentNeedOrder {
    /// 默认排序 The last published first.
    const LATEST: Self = Self { field: EmploymentNeedOrderField::PublishOn, direction: OrderDirection::Desc };

    const fn sort(self) -> Sort {
        let key = match self.field {
            EmploymentNeedOrderField::PublishOn => SortKey::PublishOn,
            EmploymentNeedOrderField::Until => SortKey::Until,
            EmploymentNeedOrderField::Pay => SortKey::Pay,
        };
        Sort { key, descending: matches!(self.direction, OrderDirection::Desc) }
    }

    /// The name of the list in its cursors.
    const fn list(self) -> &'static str {
        match (self.field, self.direction) {
            (EmploymentNeedOrderField::PublishOn, OrderDirection::Asc) => "employmentNeeds/day",
            (EmploymentNeedOrderField::PublishOn, OrderDirection::Desc) => "employmentNeeds/-day",
            (EmploymentNeedOrderField::Until, OrderDirection::Asc) => "employmentNeeds/until",
            (EmploymentNeedOrderField::Until, OrderDirection::Desc) => "employmentNeeds/-until",
            (EmploymentNeedOrderField::Pay, OrderDirection::Asc) => "employmentNeeds/pay",
            (EmploymentNeedOrderField::Pay, OrderDirection::Desc) => "employmentNeeds/-pay",
        }
    }
}

/// 用工需求列表 A page of needs.
#[derive(Description)]
pub struct EmploymentNeedConnection {
    page: Arc<Page<Arc<Model>>>,
    list: &'static str,
    sort: Sort,
    owner: Owner,
}

impl EmploymentNeedConnection {
    /// The name of the list of one enterprise in its cursors.
    pub const LIST: &'static str = "employmentNeedsOf";

    /// A page of `owner`'s needs.
    pub fn of(page: Arc<Page<Arc<Model>>>, owner: Owner) -> Self {
        Self { page, list: Self::LIST, sort: EmploymentNeedOrder::LATEST.sort(), owner }
    }

    fn node(&self, row: &Arc<Model>) -> EmploymentNeed {
        EmploymentNeed::new(Arc::clone(row), self.owner.clone())
    }

    fn cursor(&self, row: &Arc<Model>) -> String {
        cursor::encode(self.list, &self.sort.position(row))
    }
}

#[Object(use_type_description)]
impl EmploymentNeedConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<EmploymentNeedEdge> {
        let edge = |row| EmploymentNeedEdge { cursor: self.cursor(row), node: self.node(row) };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<EmploymentNeed> {
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

/// 条目 A need and its cursor.
#[derive(SimpleObject)]
pub struct EmploymentNeedEdge {
    /// 游标
    pub cursor: String,
    /// 用工需求
    pub node: EmploymentNeed,
}

/// Root fields of employment needs.
#[derive(Default)]
pub struct EmploymentQuery;

#[Object]
impl EmploymentQuery {
    /// 用工需求 The posts that are open today, of every enterprise; the last published first unless said otherwise. A
    /// need is gone on the day after its last.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn employment_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<EmploymentNeedFilter>,
        #[graphql(desc = "排序，默认按发布日期从近到远")] order_by: Option<EmploymentNeedOrder>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<EmploymentNeedConnection> {
        let (scope, order) = (scope(ctx)?, order_by.unwrap_or(EmploymentNeedOrder::LATEST));
        let (list, sort) = (order.list(), order.sort());
        let window = window(list, &Arguments { first, after, last, before }, false, sort.key_kind())?;
        let mut page = Page { total: Some(0), ..Page::empty() };
        if let Some(filter) = filter.unwrap_or_default().checked(ctx).await? {
            let db = &loaders(ctx)?.db;
            page = employment::page(db, &filter, sort, &window, &scope).await?;
            if ctx.look_ahead().field("totalCount").exists() {
                page.total = Some(employment::count(db, &filter, &scope).await?);
            }
        }
        Ok(EmploymentNeedConnection { page: Arc::new(page), list, sort, owner: Owner::unknown(scope) })
    }

    /// 本企业的用工需求 All that one's own enterprise, or a branch of it, has published, open or not, the last published
    /// first.
    #[graphql(complexity = "10 + schema::paging::rows(first, None) * child_complexity")]
    async fn own_employment_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<EmploymentNeedConnection> {
        let row = filer(ctx, uscc).await?;
        let place = row.as_ref().and_then(|row| row.place());
        let missing = || Failure::refused(Code::NotFound, Code::NotFound.explanation());
        permitted::<FileReports>(ctx)?;
        caller(ctx)?.may_for::<FileReports>(place).map_err(|_| missing())?;
        let row = row.ok_or_else(missing)?;
        let arguments = Arguments { first, after, last: None, before: None };
        let total = ctx.look_ahead().field("totalCount").exists();
        let window = window(EmploymentNeedConnection::LIST, &arguments, total, Model::KEY)?;
        let page = employment::of_enterprise(&loaders(ctx)?.db, row.id, &window).await?;
        Ok(EmploymentNeedConnection::of(Arc::new(page), Owner::known(&row, scope(ctx)?)))
    }
}
