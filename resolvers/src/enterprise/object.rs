//! 经营主体 The enterprise and its connections.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};
use entities::Scope;
use entities::enterprise::registered;
use rules::access::FieldClass;
use rules::vocabulary::{CrossRegionKind, EnterpriseKind, EnterpriseStatus};
use schema::paging::Arguments;
use schema::scalars::{Date, Decimal, Uscc};
use schema::{Answer, global_id};
use services::access::liaison::phone::masked;

use super::holders::{ChangeRecord, KeyPerson, Shareholder};
use crate::access::{caller, sealed};
use crate::annual_report::employment::EmploymentNeedConnection;
use crate::annual_report::object::AnnualReportConnection;
use crate::credit::cross_region::CrossRegionRecordConnection;
use crate::credit::inspection::InspectionConnection;
use crate::credit::licence::LicenceConnection;
use crate::credit::listing::{AbnormalListingConnection, SeriousViolationConnection};
use crate::credit::notice::NoticeConnection;
use crate::credit::penalty::PenaltyConnection;
use crate::credit::repair::CreditRepairConnection;
use crate::owner::{Owner, loaders};
use crate::region::{Industry, Region};
use crate::value::{date, wan};
use crate::window::{children, received};

/// Type name in global ids.
pub const FAMILY: &str = "Enterprise";

/// 经营主体 A business entity on the register.
#[derive(Clone, Description)]
pub struct Enterprise {
    row: Arc<registered::Model>,
    scope: Scope,
}

impl Enterprise {
    /// The object of a row as seen in `scope`.
    pub fn new(row: Arc<registered::Model>, scope: Scope) -> Self {
        Self { row, scope }
    }

    fn owner(&self) -> Owner {
        Owner::known(&self.row, self.scope)
    }
}

/// Fields that a page of ten rows costs at least, with the connection's own.
const ROW: usize = 1;

#[Object(use_type_description)]
impl Enterprise {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 统一社会信用代码
    async fn uscc(&self) -> Answer<Uscc> {
        Ok(Uscc(rules::uscc::Uscc::parse(&self.row.uscc)?))
    }

    /// 原注册号 The registration number that the enterprise had before the unified code took its place in 2015: 15
    /// digits. Null for those that never had one, and where it is not known.
    async fn former_registration_number(&self) -> Option<&str> {
        self.row.registration_number.as_deref()
    }

    /// 名称
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// 登记状态
    async fn status(&self) -> EnterpriseStatus {
        self.row.status
    }

    /// 经营主体类型
    async fn kind(&self) -> EnterpriseKind {
        self.row.kind
    }

    /// 登记类型 The type in the words of the registration authority.
    async fn type_name(&self) -> &str {
        &self.row.type_name
    }

    /// 法定代表人（负责人、经营者）
    async fn legal_representative(&self) -> &str {
        &self.row.legal_representative
    }

    /// 注册资本（万元） Empty for branches and offices.
    async fn registered_capital_wan(&self) -> Option<Decimal> {
        self.row.registered_capital_fen.map(wan)
    }

    /// 成立日期
    async fn established_on(&self) -> Date {
        Date(self.row.established_on)
    }

    /// 核准日期
    async fn approved_on(&self) -> Option<Date> {
        date(self.row.approved_on)
    }

    /// 注销或吊销日期
    async fn closed_on(&self) -> Option<Date> {
        date(self.row.closed_on)
    }

    /// 营业期限至
    async fn operating_until(&self) -> Option<Date> {
        date(self.row.operating_until)
    }

    /// 登记机关所在区划
    async fn region(&self) -> Option<Region> {
        Region::of(self.row.region_code)
    }

    /// 住所（经营场所）
    async fn address(&self) -> &str {
        &self.row.address
    }

    /// 行业
    async fn industry(&self) -> Industry {
        Industry::of(&self.row.industry_code)
    }

    /// 经营范围
    async fn business_scope(&self) -> &str {
        &self.row.business_scope
    }

    /// 登记机关
    async fn registration_authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 从业人数
    async fn employees(&self) -> Option<i32> {
        self.row.employees
    }

    /// 法定代表人手机号 Masked, for those who know internal facts of the enterprise: whether there is one is nobody else's
    /// to know. Null where the register has none, and for others.
    async fn legal_rep_phone_masked(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        let viewer = &caller(ctx)?.viewer;
        if !self.row.place().is_some_and(|place| viewer.sees(FieldClass::Internal, place)) {
            return Ok(None);
        }
        let all = loaders(ctx)?;
        let row = all.legal_phone.load(self.row.id).await?;
        row.map(|row| masked(all.db.vault(), &row)).transpose().map_err(sealed)
    }

    /// 联系电话 As registered; masked, `revealField` shows it to those who may see it. Null with the code
    /// `VALUE_DAMAGED` or `KEY_UNAVAILABLE` if it cannot be decrypted.
    async fn phone(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        let (viewer, db) = (&caller(ctx)?.viewer, &loaders(ctx)?.db);
        self.row.phone_shown_to(db.vault(), viewer).map_err(sealed)
    }

    /// 隶属企业 The enterprise of which this is a branch.
    async fn parent(&self, ctx: &Context<'_>) -> Answer<Option<Enterprise>> {
        let Some(id) = self.row.parent_id else { return Ok(None) };
        let row = loaders(ctx)?.enterprise.load((id, self.scope)).await?;
        Ok(row.map(|row| Self::new(row, self.scope)))
    }

    /// 股东及出资
    #[graphql(complexity = "10 * child_complexity")]
    async fn shareholders(&self, ctx: &Context<'_>) -> Answer<Vec<Shareholder>> {
        let rows = loaders(ctx)?.shareholders.load((self.row.id, self.scope)).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).map(Shareholder::from).collect())
    }

    /// 主要人员
    #[graphql(complexity = "10 * child_complexity")]
    async fn key_persons(&self, ctx: &Context<'_>) -> Answer<Vec<KeyPerson>> {
        let rows = loaders(ctx)?.key_persons.load((self.row.id, self.scope)).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).map(KeyPerson::from).collect())
    }

    /// 变更记录 Newest first.
    #[graphql(complexity = "10 * child_complexity")]
    async fn changes(&self, ctx: &Context<'_>) -> Answer<Vec<ChangeRecord>> {
        let rows = loaders(ctx)?.changes.load((self.row.id, self.scope)).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).map(ChangeRecord::from).collect())
    }

    /// 行政处罚 Newest decision first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn penalties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<PenaltyConnection> {
        let arguments = Arguments { first, after, last, before };
        let page = children(ctx, &loaders(ctx)?.penalties, self.row.id, self.scope, PenaltyConnection::LIST, arguments);
        Ok(PenaltyConnection::new(page.await?, self.owner()))
    }

    /// 行政许可 Newest first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn licences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<LicenceConnection> {
        let arguments = Arguments { first, after, last, before };
        let page = children(ctx, &loaders(ctx)?.licences, self.row.id, self.scope, LicenceConnection::LIST, arguments);
        Ok(LicenceConnection::new(page.await?, self.owner()))
    }

    /// 监督检查 Newest first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn inspections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<InspectionConnection> {
        let arguments = Arguments { first, after, last, before };
        let page =
            children(ctx, &loaders(ctx)?.inspections, self.row.id, self.scope, InspectionConnection::LIST, arguments);
        Ok(InspectionConnection::new(page.await?, self.owner()))
    }

    /// 列入经营异常名录 Newest first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn abnormal_listings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<AbnormalListingConnection> {
        let arguments = Arguments { first, after, last, before };
        let loader = &loaders(ctx)?.abnormal_listings;
        let page = children(ctx, loader, self.row.id, self.scope, AbnormalListingConnection::LIST, arguments);
        Ok(AbnormalListingConnection::new(page.await?, self.owner()))
    }

    /// 列入严重违法失信名单 Newest first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn serious_violations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<SeriousViolationConnection> {
        let arguments = Arguments { first, after, last, before };
        let loader = &loaders(ctx)?.serious_violations;
        let page = children(ctx, loader, self.row.id, self.scope, SeriousViolationConnection::LIST, arguments);
        Ok(SeriousViolationConnection::new(page.await?, self.owner()))
    }

    /// 信用修复 Newest application first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn repairs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<CreditRepairConnection> {
        let arguments = Arguments { first, after, last, before };
        let page =
            children(ctx, &loaders(ctx)?.repairs, self.row.id, self.scope, CreditRepairConnection::LIST, arguments);
        Ok(CreditRepairConnection::new(page.await?, self.owner()))
    }

    /// 公告 Last published first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<NoticeConnection> {
        let arguments = Arguments { first, after, last, before };
        let page = children(ctx, &loaders(ctx)?.notices, self.row.id, self.scope, NoticeConnection::LIST, arguments);
        Ok(NoticeConnection::new(page.await?, self.owner()))
    }

    /// 跨地域记录 What other provinces sent about it, of these kinds or of all, newest first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn cross_region_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "类别，可多选；不填为全部")] kinds: Option<Vec<CrossRegionKind>>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<CrossRegionRecordConnection> {
        let arguments = Arguments { first, after, last, before };
        let page = received(ctx, self.row.id, self.scope, kinds.unwrap_or_default(), arguments);
        Ok(CrossRegionRecordConnection::new(page.await?, self.owner()))
    }

    /// 年度报告 Newest year first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn annual_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<AnnualReportConnection> {
        let arguments = Arguments { first, after, last, before };
        let page =
            children(ctx, &loaders(ctx)?.reports, self.row.id, self.scope, AnnualReportConnection::LIST, arguments);
        Ok(AnnualReportConnection::new(page.await?, self.owner()))
    }

    /// 用工需求 The posts that are open on the day asked about, the last published first.
    #[graphql(complexity = "ROW + schema::paging::rows(first, last) * child_complexity")]
    async fn employment_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<EmploymentNeedConnection> {
        let arguments = Arguments { first, after, last, before };
        let loader = &loaders(ctx)?.employment_needs;
        let page = children(ctx, loader, self.row.id, self.scope, EmploymentNeedConnection::LIST, arguments);
        Ok(EmploymentNeedConnection::of(page.await?, self.owner()))
    }

    /// 信用概况
    async fn credit_summary(&self, ctx: &Context<'_>) -> Answer<CreditSummary> {
        let summary = loaders(ctx)?.summary.load((self.row.id, self.scope)).await?.unwrap_or_default();
        Ok(CreditSummary {
            penalty_count: summary.penalties,
            active_abnormal_listing: summary.abnormal,
            active_serious_violation: summary.serious,
            last_report_year: summary.last_report_year,
        })
    }
}

/// 信用概况 What the records of an enterprise add up to on the day asked about.
#[derive(SimpleObject)]
pub struct CreditSummary {
    /// 行政处罚数量
    pub penalty_count: u64,
    /// 当前是否列入经营异常名录
    pub active_abnormal_listing: bool,
    /// 当前是否列入严重违法失信名单
    pub active_serious_violation: bool,
    /// 最近一次年报的年度
    pub last_report_year: Option<i32>,
}
