//! Root fields of enterprises, and their federation keys.

use async_graphql::{Context, ID, Object};
use schema::paging::Arguments;
use schema::scalars::{Date, Uscc};
use schema::{Answer, global_id};

use super::list::{EnterpriseConnection, EnterpriseFilter, EnterpriseOrder};
use super::object::{Enterprise, FAMILY};
use crate::owner::{loaders, scope};
use crate::window::window;

/// Root fields of enterprises.
#[derive(Default)]
pub struct EnterpriseQuery;

#[Object]
impl EnterpriseQuery {
    /// 经营主体 The enterprise with this code, as the register shows it today or showed it on a day.
    async fn enterprise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "查询时点；不填为当前")] as_of: Option<Date>,
    ) -> Answer<Option<Enterprise>> {
        let now = scope(ctx)?;
        let scope = as_of.map_or(now, |day| now.at(day.0));
        let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope)).await?;
        Ok(row.map(|row| Enterprise::new(row, scope)))
    }

    /// 经营主体列表 Enterprises by filter and order, newest first unless said otherwise.
    #[graphql(complexity = "1 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn enterprises(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<EnterpriseFilter>,
        #[graphql(desc = "排序，默认按成立日期从新到旧")] order_by: Option<EnterpriseOrder>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<EnterpriseConnection> {
        let filter = filter.unwrap_or_default().checked()?;
        let order = order_by.unwrap_or(EnterpriseOrder::NEWEST);
        let sort = order.sort();
        let arguments = Arguments { first, after, last, before };
        let window = window(order.list(), &arguments, false, sort.key_kind())?;
        let page = loaders(ctx)?.enterprises.load((filter.clone(), sort, window)).await?;
        let page = page.unwrap_or_else(|| std::sync::Arc::new(entities::page::Page::empty()));
        Ok(EnterpriseConnection { page, filter, order, scope: scope(ctx)? })
    }

    /// 按统一社会信用代码解析实体 Resolves a reference from another subgraph; what does not exist is null.
    #[graphql(entity)]
    async fn find_enterprise_by_uscc(&self, ctx: &Context<'_>, uscc: String) -> Answer<Option<Enterprise>> {
        let Ok(code) = rules::uscc::Uscc::parse(&uscc) else { return Ok(None) };
        let scope = scope(ctx)?;
        let row = loaders(ctx)?.enterprise_by_uscc.load((code.to_string(), scope)).await?;
        Ok(row.map(|row| Enterprise::new(row, scope)))
    }

    /// 按全局编号解析实体 Resolves a reference from another subgraph; what does not exist is null.
    #[graphql(entity)]
    async fn find_enterprise_by_id(&self, ctx: &Context<'_>, id: ID) -> Answer<Option<Enterprise>> {
        let Some(key) = global_id::key_of(FAMILY, &id) else { return Ok(None) };
        let scope = scope(ctx)?;
        let row = loaders(ctx)?.enterprise.load((key, scope)).await?;
        Ok(row.map(|row| Enterprise::new(row, scope)))
    }
}
