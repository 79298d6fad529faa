//! 接口用量 What a partner client asked for, for itself and for those who look after clients.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime as Instant, TimeDelta, Utc};
use entities::access as stored;
use entities::usage::{self, Used};
use rules::access::Identity;
use schema::scalars::DateTime;
use schema::{Answer, Code, Failure};
use services::command::Permit;
use services::command::power::UseInterface;

use super::permitted;
use crate::owner::loaders;

/// Days that are told at most.
const DAYS: i32 = 92;

/// 接口用量 What a client asked for, and what it may ask for.
#[derive(SimpleObject)]
pub struct ApiUsage {
    /// 单位名称
    pub name: String,
    /// 每分钟请求数上限
    pub requests_per_minute: i32,
    /// 每分钟估算规模上限
    pub cost_per_minute: i64,
    /// 请求数
    pub requests: i64,
    /// 拒绝数 Over the quota.
    pub refused: i64,
    /// 估算规模 Fields that the answers held.
    pub cost: i64,
    /// 分时用量 Oldest first; hours without a request are absent.
    pub hours: Vec<ApiUsageHour>,
}

/// 分时用量 One hour.
#[derive(SimpleObject)]
pub struct ApiUsageHour {
    /// 时段 By its beginning.
    pub hour: DateTime,
    /// 请求数
    pub requests: i64,
    /// 拒绝数
    pub refused: i64,
    /// 估算规模
    pub cost: i64,
}

/// The hours of the last `days`.
///
/// # Errors
/// `INVALID_INPUT` for days out of bounds, or a fault of the database.
pub(super) async fn hours(ctx: &Context<'_>, client: i64, days: i32, now: Instant<Utc>) -> Answer<Vec<ApiUsageHour>> {
    if !(1..=DAYS).contains(&days) {
        return Err(Failure::refused(Code::InvalidInput, format!("days 的值 {days} 超出范围，应为 1 到 {DAYS}。")));
    }
    let hour = |used: Used| ApiUsageHour {
        hour: DateTime(used.hour),
        requests: used.requests,
        refused: used.refused,
        cost: used.cost,
    };
    let since = now - TimeDelta::days(days.into());
    Ok(usage::since(&loaders(ctx)?.db, client, since).await?.into_iter().map(hour).collect())
}

/// Root field of usage.
#[derive(Default)]
pub struct UsageQuery;

#[Object]
impl UsageQuery {
    /// 接口用量 Of the calling client, in the last `days` days.
    #[graphql(complexity = "1 + 24 * usize::try_from(days).unwrap_or_default() + child_complexity")]
    async fn api_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "最近若干天（1–92）", default = 7)] days: i32,
    ) -> Answer<ApiUsage> {
        let permit: Permit<'_, UseInterface> = permitted(ctx)?;
        let caller = permit.caller();
        let Identity::Client(id) = caller.viewer.identity() else {
            return Err(Failure::refused(Code::NotPermitted, Code::NotPermitted.explanation()));
        };
        let client = stored::client_by_id(&loaders(ctx)?.db, id).await?;
        let client = client.ok_or_else(|| Failure::refused(Code::NotFound, Code::NotFound.explanation()))?;
        let hours = hours(ctx, id, days, caller.now).await?;
        let sum = |of: fn(&ApiUsageHour) -> i64| hours.iter().map(of).fold(0, i64::saturating_add);
        Ok(ApiUsage {
            name: client.name,
            requests_per_minute: client.requests_per_minute,
            cost_per_minute: client.cost_per_minute,
            requests: sum(|hour| hour.requests),
            refused: sum(|hour| hour.refused),
            cost: sum(|hour| hour.cost),
            hours,
        })
    }
}
