//! 联邦 References from other subgraphs to our records, by their `id`.
//!
//! What does not exist, or not for this viewer, is null: an error in one reference would empty the whole
//! answer of `_entities`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use schema::{Answer, global_id};

use crate::annual_report::object::{self as annual_report, AnnualReport};
use crate::credit::cross_region::{self, CrossRegionRecord};
use crate::credit::inspection::{self, Inspection};
use crate::credit::licence::{self, Licence};
use crate::credit::listing::{self, AbnormalListing, SeriousViolation};
use crate::credit::notice::{self, Notice};
use crate::credit::penalty::{self, Penalty};
use crate::credit::repair::{self, CreditRepair};
use crate::loaders::{ByKey, Loaders};
use crate::owner::{Owner, loaders, scope};

/// Resolvers of references.
#[derive(Default)]
pub struct FederationQuery;

#[Object]
impl FederationQuery {
    /// 按全局编号解析行政处罚
    #[graphql(entity)]
    async fn find_penalty_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<Penalty>> {
        let row = found(penalty::FAMILY, ctx, &id, |all| &all.penalty).await?;
        Ok(row.map(|(row, owner)| Penalty::new(row, owner)))
    }

    /// 按全局编号解析行政许可
    #[graphql(entity)]
    async fn find_licence_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<Licence>> {
        let row = found(licence::FAMILY, ctx, &id, |all| &all.licence).await?;
        Ok(row.map(|(row, owner)| Licence::new(row, owner)))
    }

    /// 按全局编号解析监督检查
    #[graphql(entity)]
    async fn find_inspection_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<Inspection>> {
        let row = found(inspection::FAMILY, ctx, &id, |all| &all.inspection).await?;
        Ok(row.map(|(row, owner)| Inspection::new(row, owner)))
    }

    /// 按全局编号解析经营异常名录
    #[graphql(entity)]
    async fn find_abnormal_listing_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<AbnormalListing>> {
        let row = found(listing::ABNORMAL, ctx, &id, |all| &all.abnormal_listing).await?;
        Ok(row.map(|(row, owner)| AbnormalListing::new(row, owner)))
    }

    /// 按全局编号解析严重违法失信名单
    #[graphql(entity)]
    async fn find_serious_violation_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<SeriousViolation>> {
        let row = found(listing::SERIOUS, ctx, &id, |all| &all.serious_violation).await?;
        Ok(row.map(|(row, owner)| SeriousViolation::new(row, owner)))
    }

    /// 按全局编号解析信用修复
    #[graphql(entity)]
    async fn find_credit_repair_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<CreditRepair>> {
        let row = found(repair::FAMILY, ctx, &id, |all| &all.repair).await?;
        Ok(row.map(|(row, owner)| CreditRepair::new(row, owner)))
    }

    /// 按全局编号解析公告
    #[graphql(entity)]
    async fn find_notice_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<Notice>> {
        let row = found(notice::FAMILY, ctx, &id, |all| &all.notice).await?;
        Ok(row.map(|(row, owner)| Notice::new(row, owner)))
    }

    /// 按全局编号解析跨地域记录
    #[graphql(entity)]
    async fn find_cross_region_record_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<CrossRegionRecord>> {
        let row = found(cross_region::FAMILY, ctx, &id, |all| &all.cross_region_record).await?;
        Ok(row.map(|(row, owner)| CrossRegionRecord::new(row, owner)))
    }

    /// 按全局编号解析年度报告
    #[graphql(entity)]
    async fn find_annual_report_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<AnnualReport>> {
        let row = found(annual_report::FAMILY, ctx, &id, |all| &all.report).await?;
        Ok(row.map(|(row, owner)| AnnualReport::new(row, owner)))
    }
}

/// The row that an id of this family means, and its owner.
async fn found<M: Send + Sync + 'static>(
    family: &str,
    ctx: &Context<'_>,
    id: &ID,
    loader: impl FnOnce(&Loaders) -> &ByKey<i64, M>,
) -> Answer<Option<(Arc<M>, Owner)>> {
    let Some(key) = global_id::key_of(family, id) else { return Ok(None) };
    let scope = scope(ctx)?;
    let row = loader(loaders(ctx)?).load((key, scope)).await?;
    Ok(row.map(|row| (row, Owner::unknown(scope))))
}
