//! 行政处罚 Penalty decisions in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::credit::penalty::Model;
use schema::scalars::{Date, Decimal};
use schema::{Answer, global_id};

use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};
use crate::value::{date, yuan};

/// Type name in global ids.
pub const FAMILY: &str = "Penalty";

/// 行政处罚 A penalty decided against an enterprise.
#[derive(Clone, Description)]
pub struct Penalty {
    row: Arc<Model>,
    owner: Owner,
}

impl Penalty {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl Penalty {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 处罚决定书文号 One decision may concern several parties, so it is not unique.
    async fn document_number(&self) -> &str {
        &self.row.document_number
    }

    /// 违法领域 Field of the violation.
    async fn category(&self) -> &str {
        &self.row.category
    }

    /// 违法事实
    async fn violation(&self) -> &str {
        &self.row.violation
    }

    /// 处罚依据
    async fn legal_basis(&self) -> &str {
        &self.row.legal_basis
    }

    /// 处罚内容
    async fn decision(&self) -> &str {
        &self.row.decision
    }

    /// 罚没金额（元） 0 when none.
    async fn amount_yuan(&self) -> Decimal {
        yuan(self.row.amount_fen)
    }

    /// 处罚机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 处罚决定日期
    async fn decided_on(&self) -> Date {
        Date(self.row.decided_on)
    }

    /// 公示日期
    async fn published_on(&self) -> Option<Date> {
        date(self.row.published_on)
    }

    /// 公示截止日 Last day of its publicity, set by a repair that was granted; empty while no end is recorded.
    async fn public_until(&self) -> Option<Date> {
        date(self.row.public_until)
    }

    /// 当事人
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(PenaltyConnection, PenaltyEdge, Penalty, Model, "penalties");
