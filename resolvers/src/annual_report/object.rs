//! 年度报告 A submitted annual report.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};
use entities::annual_report::report::Model;
use entities::enterprise::registered;
use entities::filing::modification;
use entities::report_parts::Parts;
use entities::vault::Vault;
use rules::access::FieldClass;
use rules::annual_report::{FilerKind, ReportChangePhase, window};
use rules::bureau::{Filer, is_zero_value};
use schema::scalars::{Date, DateTime, Decimal};
use schema::{Answer, global_id};
use services::filing::amend::Change;
use services::filing::withheld;
use services::ports::Clock;

use super::draft::refusal;
use super::employment::EmploymentNeed;
use super::file::ReportFieldValue;
use crate::access::{caller, sealed};
use crate::connection::child_connection;
use crate::enterprise::holders::Contribution;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};
use crate::value::{date, wan};

/// Type name in global ids.
pub const FAMILY: &str = "AnnualReport";

/// 年度报告 The annual report of an enterprise; a figure is empty when the filer left it out.
#[derive(Clone, Description)]
pub struct AnnualReport {
    row: Arc<Model>,
    owner: Owner,
}

impl AnnualReport {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }

    async fn parts(&self, ctx: &Context<'_>) -> Answer<Arc<Parts>> {
        Ok(loaders(ctx)?.report_parts.load(self.row.id).await?.unwrap_or_default())
    }
}

#[Object(use_type_description)]
impl AnnualReport {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 报告年度
    async fn year(&self) -> i32 {
        self.row.year
    }

    /// 报送日期
    async fn submitted_on(&self) -> Date {
        Date(self.row.submitted_on)
    }

    /// 通信地址
    async fn postal_address(&self) -> Option<&str> {
        self.row.postal_address.as_deref()
    }

    /// 邮政编码
    async fn postal_code(&self) -> Option<&str> {
        self.row.postal_code.as_deref()
    }

    /// 联系电话
    async fn phone(&self) -> Option<&str> {
        self.row.phone.as_deref()
    }

    /// 电子邮箱
    async fn email(&self) -> Option<&str> {
        self.row.email.as_deref()
    }

    /// 经营状态
    async fn operating_status(&self) -> Option<&str> {
        self.row.operating_status.as_deref()
    }

    /// 主营业务活动
    async fn main_activity(&self) -> Option<&str> {
        self.row.main_activity.as_deref()
    }

    /// 从业人数
    async fn employees(&self) -> Option<i32> {
        self.row.employees
    }

    /// 其中女性从业人数
    async fn female_employees(&self) -> Option<i32> {
        self.row.female_employees
    }

    /// 资产总额（万元）
    async fn total_assets_wan(&self) -> Option<Decimal> {
        self.row.total_assets_fen.map(wan)
    }

    /// 负债总额（万元）
    async fn total_liabilities_wan(&self) -> Option<Decimal> {
        self.row.total_liabilities_fen.map(wan)
    }

    /// 所有者权益合计（万元）
    async fn owners_equity_wan(&self) -> Option<Decimal> {
        self.row.owners_equity_fen.map(wan)
    }

    /// 营业总收入（万元）
    async fn total_revenue_wan(&self) -> Option<Decimal> {
        self.row.total_revenue_fen.map(wan)
    }

    /// 主营业务收入（万元）
    async fn main_revenue_wan(&self) -> Option<Decimal> {
        self.row.main_revenue_fen.map(wan)
    }

    /// 利润总额（万元）
    async fn total_profit_wan(&self) -> Option<Decimal> {
        self.row.total_profit_fen.map(wan)
    }

    /// 净利润（万元）
    async fn net_profit_wan(&self) -> Option<Decimal> {
        self.row.net_profit_fen.map(wan)
    }

    /// 纳税总额（万元）
    async fn total_tax_wan(&self) -> Option<Decimal> {
        self.row.total_tax_fen.map(wan)
    }

    /// 参保人数
    async fn insured_persons(&self) -> Option<i32> {
        self.row.insured_persons
    }

    /// 股东及出资信息
    #[graphql(complexity = "10 * child_complexity")]
    async fn contributions(&self, ctx: &Context<'_>) -> Answer<Vec<ReportedContribution>> {
        Ok(self.parts(ctx).await?.contributions.iter().map(ReportedContribution::from).collect())
    }

    /// 对外投资信息
    #[graphql(complexity = "10 * child_complexity")]
    async fn investments(&self, ctx: &Context<'_>) -> Answer<Vec<Investment>> {
        let parts = self.parts(ctx).await?;
        Ok(parts.investments.iter().map(|row| Investment { name: row.name.clone(), uscc: row.uscc.clone() }).collect())
    }

    /// 网站或网店信息
    #[graphql(complexity = "10 * child_complexity")]
    async fn websites(&self, ctx: &Context<'_>) -> Answer<Vec<Website>> {
        let parts = self.parts(ctx).await?;
        let website = |row: &entities::annual_report::website::Model| Website {
            name: row.name.clone(),
            kind: row.kind.clone(),
            url: row.url.clone(),
        };
        Ok(parts.websites.iter().map(website).collect())
    }

    /// 股权变更信息
    #[graphql(complexity = "10 * child_complexity")]
    async fn equity_transfers(&self, ctx: &Context<'_>) -> Answer<Vec<EquityTransfer>> {
        Ok(self.parts(ctx).await?.equity_transfers.iter().map(EquityTransfer::from).collect())
    }

    /// 对外提供保证担保信息
    #[graphql(complexity = "10 * child_complexity")]
    async fn guarantees(&self, ctx: &Context<'_>) -> Answer<Vec<Guarantee>> {
        Ok(self.parts(ctx).await?.guarantees.iter().map(Guarantee::from).collect())
    }

    /// 社保信息
    #[graphql(complexity = "5 * child_complexity")]
    async fn social_insurance(&self, ctx: &Context<'_>) -> Answer<Vec<SocialInsurance>> {
        Ok(self.parts(ctx).await?.social_insurance.iter().map(SocialInsurance::from).collect())
    }

    /// 用工需求 As reported, open or not.
    #[graphql(complexity = "10 * child_complexity")]
    async fn employment_needs(&self, ctx: &Context<'_>) -> Answer<Vec<EmploymentNeed>> {
        let parts = self.parts(ctx).await?;
        let need = |row: &entities::annual_report::employment_need::Model| {
            EmploymentNeed::new(Arc::new(row.clone()), self.owner.clone())
        };
        Ok(parts.employment_needs.iter().map(need).collect())
    }

    /// 是否零值年报 Whether nothing was done all year, by the definition for its kind and year
    /// (`zeroValueDefinitions`). For those who know internal facts of the enterprise; null for others.
    async fn is_zero_value(&self, ctx: &Context<'_>) -> Answer<Option<bool>> {
        let party = self.owner.row(ctx, self.row.enterprise_id).await?;
        if !knows(ctx, &party)? {
            return Ok(None);
        }
        let filer = Filer {
            kind: party.kind,
            status: party.status,
            established_on: party.established_on,
            closed_on: party.closed_on,
        };
        Ok(Some(is_zero_value(&filer, self.row.year, &self.row.figures())))
    }

    /// 是否逾期 Whether it was filed after the last day of its window.
    async fn is_late(&self, ctx: &Context<'_>) -> Answer<bool> {
        let kind = FilerKind::of(self.owner.row(ctx, self.row.enterprise_id).await?.kind);
        Ok(window(kind, self.row.year).is_some_and(|window| window.is_late(self.row.submitted_on)))
    }

    /// 不公示的填报值 What was filed and is not published; null unless the viewer may know it, or is asked about a day
    /// gone by.
    #[graphql(complexity = "20 + 20 * child_complexity")]
    async fn unpublished_values(&self, ctx: &Context<'_>) -> Answer<Option<Vec<ReportFieldValue>>> {
        let owner = self.owner.row(ctx, self.row.enterprise_id).await?;
        if self.owner.scope().as_of.is_some() || !knows(ctx, &owner)? {
            return Ok(None);
        }
        let values = withheld::of(&loaders(ctx)?.db, &owner, &self.row).await.map_err(refusal)?;
        Ok(Some(values.into_iter().map(|(path, value)| ReportFieldValue { path, value }).collect()))
    }

    /// 修改记录 Every value that was changed after publication, old and new, newest first.
    #[graphql(complexity = "10 * child_complexity")]
    async fn modifications(&self, ctx: &Context<'_>) -> Answer<Vec<ReportModification>> {
        let all = loaders(ctx)?;
        let Some(rows) = all.report_modifications.load(self.row.id).await? else { return Ok(Vec::new()) };
        let day = self.owner.scope().day();
        let owner = self.owner.row(ctx, self.row.enterprise_id).await?;
        let knows = knows(ctx, &owner)?;
        let rows = rows.iter().filter(|row| beijing(row.modified_at) <= day);
        rows.map(|row| ReportModification::of(all.db.vault(), row, knows)).collect()
    }

    /// 报告主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

/// 修改记录 A value of a report that was changed after publication.
#[derive(SimpleObject)]
pub struct ReportModification {
    /// 修改记录编码 Unique.
    pub code: String,
    /// 字段路径
    pub path: String,
    /// 字段名称
    pub label: String,
    /// 旧值 Null if there was none, and for a field that is not published, unless the viewer may know it.
    pub old_value: Option<String>,
    /// 新值 Null if there is none, and for a field that is not published, unless the viewer may know it.
    pub new_value: Option<String>,
    /// 修改阶段
    pub phase: ReportChangePhase,
    /// 说明
    pub reason: String,
    /// 修改时间
    pub modified_at: DateTime,
}

impl ReportModification {
    /// What a viewer sees of it, who may or may not know what is not published.
    ///
    /// # Errors
    /// `VALUE_DAMAGED` or `KEY_UNAVAILABLE`.
    pub fn of(vault: &Vault, row: &modification::Model, knows: bool) -> Answer<Self> {
        let is_shown = knows || row.is_public != 0;
        let change = if is_shown { Change::of(vault, row).map_err(sealed)? } else { Change::default() };
        Ok(Self {
            code: row.code.clone(),
            path: row.path.clone(),
            label: row.label.clone(),
            old_value: change.old,
            new_value: change.new,
            phase: ReportChangePhase::from_code(&row.phase).unwrap_or(ReportChangePhase::Corrected),
            reason: row.reason.clone(),
            modified_at: DateTime(row.modified_at),
        })
    }
}

/// Whether the viewer may know what an enterprise filed and did not publish.
fn knows(ctx: &Context<'_>, owner: &registered::Model) -> Answer<bool> {
    let viewer = &caller(ctx)?.viewer;
    Ok(owner.place().is_some_and(|place| viewer.sees(FieldClass::Internal, place)))
}

/// The Beijing day of an instant.
fn beijing(at: chrono::DateTime<chrono::Utc>) -> chrono::NaiveDate {
    Clock::Fixed(at).today()
}

child_connection!(AnnualReportConnection, AnnualReportEdge, AnnualReport, Model, "annualReports");

/// 股东出资信息 A holder's contribution as reported.
#[derive(SimpleObject)]
pub struct ReportedContribution {
    /// 股东
    pub holder: String,
    /// 出资
    pub contribution: Contribution,
}

impl From<&entities::annual_report::contribution::Model> for ReportedContribution {
    fn from(row: &entities::annual_report::contribution::Model) -> Self {
        let contribution = Contribution {
            subscribed_wan: wan(row.subscribed_fen),
            subscribed_due_on: date(row.subscribed_due_on),
            subscribed_form: row.subscribed_form.clone(),
            paid_wan: wan(row.paid_fen),
            paid_on: date(row.paid_on),
            paid_form: row.paid_form.clone(),
        };
        Self { holder: row.holder.clone(), contribution }
    }
}

/// 对外投资 An enterprise invested in.
#[derive(SimpleObject)]
pub struct Investment {
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: Option<String>,
}

/// 网站或网店 A website or shop.
#[derive(SimpleObject)]
pub struct Website {
    /// 名称
    pub name: String,
    /// 类型 `WEBSITE` or `SHOP`.
    pub kind: String,
    /// 网址
    pub url: String,
}

/// 股权变更 A change of a holder's share.
#[derive(SimpleObject)]
pub struct EquityTransfer {
    /// 股东
    pub holder: String,
    /// 变更前比例（%）
    pub before_percent: Decimal,
    /// 变更后比例（%）
    pub after_percent: Decimal,
    /// 变更日期
    pub transferred_on: Date,
}

impl From<&entities::annual_report::equity_transfer::Model> for EquityTransfer {
    fn from(row: &entities::annual_report::equity_transfer::Model) -> Self {
        let percent = |points: i32| Decimal(rust_decimal::Decimal::new(i64::from(points), 2));
        Self {
            holder: row.holder.clone(),
            before_percent: percent(row.before_basis_points),
            after_percent: percent(row.after_basis_points),
            transferred_on: Date(row.transferred_on),
        }
    }
}

/// 对外担保 A guarantee given.
#[derive(SimpleObject)]
pub struct Guarantee {
    /// 债权人
    pub creditor: String,
    /// 债务人
    pub debtor: String,
    /// 主债权数额（万元）
    pub amount_wan: Decimal,
    /// 履行债务期限自
    pub period_from: Option<Date>,
    /// 履行债务期限至
    pub period_to: Option<Date>,
    /// 保证方式
    pub manner: String,
}

impl From<&entities::annual_report::guarantee::Model> for Guarantee {
    fn from(row: &entities::annual_report::guarantee::Model) -> Self {
        Self {
            creditor: row.creditor.clone(),
            debtor: row.debtor.clone(),
            amount_wan: wan(row.amount_fen),
            period_from: date(row.period_from),
            period_to: date(row.period_to),
            manner: row.manner.clone(),
        }
    }
}

/// 社保信息 One kind of social insurance.
#[derive(SimpleObject)]
pub struct SocialInsurance {
    /// 险种 `PENSION`, `UNEMPLOYMENT`, `MEDICAL`, `INJURY` or `MATERNITY`.
    pub kind: String,
    /// 参保人数
    pub persons: i32,
    /// 单位缴费基数（万元）
    pub base_wan: Option<Decimal>,
    /// 本期实际缴费金额（万元）
    pub paid_wan: Option<Decimal>,
    /// 单位累计欠缴金额（万元）
    pub arrears_wan: Option<Decimal>,
}

impl From<&entities::annual_report::social_insurance::Model> for SocialInsurance {
    fn from(row: &entities::annual_report::social_insurance::Model) -> Self {
        Self {
            kind: row.kind.clone(),
            persons: row.persons,
            base_wan: row.base_fen.map(wan),
            paid_wan: row.paid_fen.map(wan),
            arrears_wan: row.arrears_fen.map(wan),
        }
    }
}
