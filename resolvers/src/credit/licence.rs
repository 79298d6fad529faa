//! 行政许可 Licences in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::credit::licence::Model;
use schema::scalars::Date;
use schema::{Answer, global_id};

use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders};
use crate::value::date;

/// Type name in global ids.
pub const FAMILY: &str = "Licence";

/// 行政许可 A licence granted to an enterprise.
#[derive(Clone, Description)]
pub struct Licence {
    row: Arc<Model>,
    owner: Owner,
}

impl Licence {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl Licence {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 许可证编号
    async fn licence_number(&self) -> &str {
        &self.row.licence_number
    }

    /// 许可证名称
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// 许可机关
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 有效期自
    async fn valid_from(&self) -> Date {
        Date(self.row.valid_from)
    }

    /// 有效期至 Empty when unlimited.
    async fn valid_to(&self) -> Option<Date> {
        date(self.row.valid_to)
    }

    /// 是否有效 Whether the licence is in force on the day asked about.
    async fn in_force(&self) -> bool {
        let day = self.owner.scope().day();
        self.row.valid_from <= day && self.row.valid_to.is_none_or(|end| day <= end)
    }

    /// 持证主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(LicenceConnection, LicenceEdge, Licence, Model, "licences");
