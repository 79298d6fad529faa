//! 监督检查 Inspections in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::credit::inspection::Model;
use rules::vocabulary::{InspectionKind, InspectionResult};
use schema::scalars::Date;
use schema::{Answer, global_id};

use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};

/// Type name in global ids.
pub const FAMILY: &str = "Inspection";

/// 监督检查 An inspection of an enterprise and its result.
#[derive(Clone, Description)]
pub struct Inspection {
    row: Arc<Model>,
    owner: Owner,
}

impl Inspection {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl Inspection {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 检查类型
    async fn kind(&self) -> InspectionKind {
        self.row.kind
    }

    /// 检查结果
    async fn result(&self) -> InspectionResult {
        self.row.result
    }

    /// 检查机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 检查日期
    async fn inspected_on(&self) -> Date {
        Date(self.row.inspected_on)
    }

    /// 检查对象
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(InspectionConnection, InspectionEdge, Inspection, Model, "inspections");
