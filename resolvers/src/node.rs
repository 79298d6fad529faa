//! 节点 Anything that can be fetched again by its id.

use async_graphql::{Context, ID, Interface, Object};
use entities::Scope;
use schema::{Answer, Code, Failure, global_id};

use crate::annual_report::employment::{self, EmploymentNeed};
use crate::annual_report::object::{self as annual_report, AnnualReport};
use crate::credit::cross_region::{self, CrossRegionRecord};
use crate::credit::inspection::{self, Inspection};
use crate::credit::licence::{self, Licence};
use crate::credit::listing::{self, AbnormalListing, SeriousViolation};
use crate::credit::notice::{self, Notice};
use crate::credit::penalty::{self, Penalty};
use crate::credit::repair::{self, CreditRepair};
use crate::enterprise::object::{self as enterprise, Enterprise};
use crate::loaders::Loaders;
use crate::owner::{Owner, loaders, scope};

/// 节点 An object with an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "全局编号"))]
pub enum Node {
    /// 经营主体
    Enterprise(Enterprise),
    /// 行政处罚
    Penalty(Penalty),
    /// 行政许可
    Licence(Licence),
    /// 监督检查
    Inspection(Inspection),
    /// 经营异常名录
    AbnormalListing(AbnormalListing),
    /// 严重违法失信名单
    SeriousViolation(SeriousViolation),
    /// 信用修复
    CreditRepair(CreditRepair),
    /// 公告
    Notice(Notice),
    /// 跨地域记录
    CrossRegionRecord(CrossRegionRecord),
    /// 年度报告
    AnnualReport(AnnualReport),
    /// 用工需求
    EmploymentNeed(EmploymentNeed),
}

/// Root field of nodes.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// 节点 The object with this id, null if there is none.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "全局编号")] id: ID) -> Answer<Option<Node>> {
        let Some((family, key)) = global_id::decode(&id) else {
            let shown: String = id.chars().take(60).collect();
            return Err(Failure::refused(Code::InvalidId, format!("编号“{shown}”无效，请使用本接口返回的 id。")));
        };
        node_of(loaders(ctx)?, scope(ctx)?, &family, key).await
    }
}

/// The object of a type with this key, `None` if there is none.
///
/// # Errors
/// A fault of the database.
pub async fn node_of(all: &Loaders, scope: Scope, family: &str, key: i64) -> Answer<Option<Node>> {
    let (at, owner) = ((key, scope), Owner::unknown(scope));
    Ok(match family {
        enterprise::FAMILY => all.enterprise.load(at).await?.map(|row| Enterprise::new(row, scope).into()),
        penalty::FAMILY => all.penalty.load(at).await?.map(|row| Penalty::new(row, owner).into()),
        licence::FAMILY => all.licence.load(at).await?.map(|row| Licence::new(row, owner).into()),
        inspection::FAMILY => all.inspection.load(at).await?.map(|row| Inspection::new(row, owner).into()),
        listing::ABNORMAL => all.abnormal_listing.load(at).await?.map(|row| AbnormalListing::new(row, owner).into()),
        listing::SERIOUS => all.serious_violation.load(at).await?.map(|row| SeriousViolation::new(row, owner).into()),
        repair::FAMILY => all.repair.load(at).await?.map(|row| CreditRepair::new(row, owner).into()),
        notice::FAMILY => all.notice.load(at).await?.map(|row| Notice::new(row, owner).into()),
        cross_region::FAMILY => {
            all.cross_region_record.load(at).await?.map(|row| CrossRegionRecord::new(row, owner).into())
        }
        annual_report::FAMILY => all.report.load(at).await?.map(|row| AnnualReport::new(row, owner).into()),
        employment::FAMILY => all.employment_need.load(at).await?.map(|row| EmploymentNeed::new(row, owner).into()),
        _ => None,
    })
}
