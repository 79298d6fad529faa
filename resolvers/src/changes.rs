//! 变更推送 Subscription to what is recorded of an enterprise.

use async_graphql::{Context, Enum, Error, ID, SimpleObject, Subscription};
use entities::Scope;
use entities::changes::Change;
use futures::{Stream, StreamExt};
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure, global_id};
use services::changes::Changes;

use crate::annual_report::object as annual_report;
use crate::credit::{cross_region, inspection, licence, listing, notice, penalty, repair};
use crate::enterprise::object as enterprise;
use crate::loaders::Loaders;
use crate::node::{Node, node_of};
use crate::owner::{found, loaders, scope};

/// 变更方式
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ChangeAct {
    /// 新增或更新
    Upsert,
    /// 删除
    Delete,
}

/// 记录变更 A record that was written.
#[derive(SimpleObject)]
pub struct RecordChange {
    /// 位置 Give it as `after` to go on from here after a break: nothing is missed, and what was recorded at
    /// once with this record may be told again.
    pub sequence: i64,
    /// 变更方式
    pub act: ChangeAct,
    /// 记录编号
    pub id: ID,
    /// 记录 As it is now; null if it is gone.
    pub record: Option<Node>,
}

/// Subscriptions to records.
#[derive(Default)]
pub struct ChangeSubscription;

#[Subscription]
impl ChangeSubscription {
    /// 记录变更 Everything that is recorded of an enterprise from now on, or after a position.
    async fn record_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "从此位置之后继续；不填为从现在开始")] after: Option<i64>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<RecordChange>>> {
        Ok(changes_of(ctx, uscc, after).await?.map(|change| change.map_err(Error::from)))
    }
}

async fn changes_of(
    ctx: &Context<'_>,
    uscc: Uscc,
    after: Option<i64>,
) -> Answer<impl Stream<Item = Answer<RecordChange>> + use<>> {
    let changes = found::<Changes>(ctx, "changes")?.clone();
    let (loaders, scope) = (loaders(ctx)?.clone(), scope(ctx)?);
    let row = loaders.enterprise_by_uscc.load((uscc.0.to_string(), scope)).await?;
    let missing = || Failure::refused(Code::NotFound, format!("没有统一社会信用代码为 {} 的经营主体。", uscc.0));
    let enterprise = row.ok_or_else(missing)?.id;
    let told = changes.of(enterprise, after).filter_map(move |change| {
        let loaders = loaders.clone();
        async move {
            match change {
                Ok(change) => told(&loaders, scope, change).await.transpose(),
                Err(failure) => Some(Err(failure.into())),
            }
        }
    });
    // What could not be told has no position: the stream ends with it, and whoever comes back gets it.
    Ok(told.scan(false, |is_over, told| {
        let before = std::mem::replace(is_over, told.is_err());
        std::future::ready((!before).then_some(told))
    }))
}

/// What a change tells; nothing of a record that is not published to whoever asks.
pub(crate) async fn told(loaders: &Loaders, scope: Scope, change: Change) -> Answer<Option<RecordChange>> {
    let family = family(change.family);
    let record = node_of(loaders, scope, family, change.id).await?;
    if record.is_none() && [cross_region::FAMILY, penalty::FAMILY, notice::FAMILY].contains(&family) {
        return Ok(None);
    }
    let act = if change.act == "DELETE" { ChangeAct::Delete } else { ChangeAct::Upsert };
    let id = global_id::encode(family, change.id);
    Ok(Some(RecordChange { sequence: change.sequence, act, id, record }))
}

/// The type of a record by its table.
pub(crate) fn family(table: &str) -> &'static str {
    match table {
        "licences" => licence::FAMILY,
        "inspections" => inspection::FAMILY,
        "penalties" => penalty::FAMILY,
        "abnormal_listings" => listing::ABNORMAL,
        "serious_violations" => listing::SERIOUS,
        "credit_repairs" => repair::FAMILY,
        "cross_region_records" => cross_region::FAMILY,
        "notices" => notice::FAMILY,
        "annual_reports" => annual_report::FAMILY,
        _ => enterprise::FAMILY,
    }
}
