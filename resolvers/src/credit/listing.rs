//! 名录 Abnormal listings and serious-violation listings in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::credit::{abnormal_listing, serious_violation};
use rules::vocabulary::{AbnormalGround, RemovalGround, SeriousGround};
use schema::scalars::Date;
use schema::{Answer, global_id};

use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};
use crate::value::date;

/// Type name of abnormal listings in global ids.
pub const ABNORMAL: &str = "AbnormalListing";
/// Type name of serious violations in global ids.
pub const SERIOUS: &str = "SeriousViolation";

/// 经营异常名录 A listing of an enterprise on the abnormal list.
#[derive(Clone, Description)]
pub struct AbnormalListing {
    row: Arc<abnormal_listing::Model>,
    owner: Owner,
}

impl AbnormalListing {
    /// The object of a row.
    pub fn new(row: Arc<abnormal_listing::Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl AbnormalListing {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(ABNORMAL, self.row.id)
    }

    /// 列入原因
    async fn ground(&self) -> AbnormalGround {
        self.row.ground
    }

    /// 列入日期
    async fn listed_on(&self) -> Date {
        Date(self.row.listed_on)
    }

    /// 移出原因
    async fn removal_ground(&self) -> Option<RemovalGround> {
        self.row.removal_ground
    }

    /// 移出日期 Empty while listed.
    async fn removed_on(&self) -> Option<Date> {
        date(self.row.removed_on)
    }

    /// 作出决定机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 列入主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(
    AbnormalListingConnection,
    AbnormalListingEdge,
    AbnormalListing,
    abnormal_listing::Model,
    "abnormalListings"
);

/// 严重违法失信名单 A listing of an enterprise for a serious violation.
#[derive(Clone, Description)]
pub struct SeriousViolation {
    row: Arc<serious_violation::Model>,
    owner: Owner,
}

impl SeriousViolation {
    /// The object of a row.
    pub fn new(row: Arc<serious_violation::Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl SeriousViolation {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(SERIOUS, self.row.id)
    }

    /// 列入原因
    async fn ground(&self) -> SeriousGround {
        self.row.ground
    }

    /// 列入决定书文号
    async fn document_number(&self) -> &str {
        &self.row.document_number
    }

    /// 事实
    async fn facts(&self) -> &str {
        &self.row.facts
    }

    /// 列入日期
    async fn listed_on(&self) -> Date {
        Date(self.row.listed_on)
    }

    /// 移出日期 Empty while listed.
    async fn removed_on(&self) -> Option<Date> {
        date(self.row.removed_on)
    }

    /// 作出决定机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 列入主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(
    SeriousViolationConnection,
    SeriousViolationEdge,
    SeriousViolation,
    serious_violation::Model,
    "seriousViolations"
);
