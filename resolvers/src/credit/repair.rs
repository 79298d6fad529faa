//! 信用修复 Credit repairs in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::credit::repair::Model;
use rules::vocabulary::{RepairKind, RepairStatus};
use schema::scalars::Date;
use schema::{Answer, global_id};

use super::listing::{AbnormalListing, SeriousViolation};
use super::penalty::Penalty;
use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};
use crate::value::date;

/// Type name in global ids.
pub const FAMILY: &str = "CreditRepair";

/// 信用修复 An application to have a record lifted.
#[derive(Clone, Description)]
pub struct CreditRepair {
    row: Arc<Model>,
    owner: Owner,
}

impl CreditRepair {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl CreditRepair {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 修复类型
    async fn kind(&self) -> RepairKind {
        self.row.kind
    }

    /// 办理状态
    async fn status(&self) -> RepairStatus {
        self.row.status
    }

    /// 申请日期
    async fn applied_on(&self) -> Date {
        Date(self.row.applied_on)
    }

    /// 决定日期
    async fn decided_on(&self) -> Option<Date> {
        date(self.row.decided_on)
    }

    /// 受理机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 所涉行政处罚
    async fn penalty(&self, ctx: &Context<'_>) -> Answer<Option<Penalty>> {
        let Some(id) = self.row.penalty_id else { return Ok(None) };
        let row = loaders(ctx)?.penalty.load((id, self.owner.scope())).await?;
        Ok(row.map(|row| Penalty::new(row, self.owner.clone())))
    }

    /// 所涉经营异常名录记录
    async fn abnormal_listing(&self, ctx: &Context<'_>) -> Answer<Option<AbnormalListing>> {
        let Some(id) = self.row.abnormal_listing_id else { return Ok(None) };
        let row = loaders(ctx)?.abnormal_listing.load((id, self.owner.scope())).await?;
        Ok(row.map(|row| AbnormalListing::new(row, self.owner.clone())))
    }

    /// 所涉严重违法失信名单记录
    async fn serious_violation(&self, ctx: &Context<'_>) -> Answer<Option<SeriousViolation>> {
        let Some(id) = self.row.serious_violation_id else { return Ok(None) };
        let row = loaders(ctx)?.serious_violation.load((id, self.owner.scope())).await?;
        Ok(row.map(|row| SeriousViolation::new(row, self.owner.clone())))
    }

    /// 申请人
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(CreditRepairConnection, CreditRepairEdge, CreditRepair, Model, "repairs");
