//! 运行 What the operator on duty looks at.

use async_graphql::{Context, Object, SimpleObject};
use schema::Answer;
use schema::scalars::DateTime;
use services::command::Permit;
use services::command::power::ReadOperations;
use services::slow;

use crate::access::permitted;
use crate::owner::found;

/// 慢操作 An operation that took long.
#[derive(SimpleObject)]
pub struct SlowOperation {
    /// 操作名 Empty where the document gives none, or one that a stranger chose.
    pub operation: String,
    /// 语句标识 SM3 of the document.
    pub document: String,
    /// 耗时（秒）
    pub seconds: f64,
    /// 结束时间
    pub at: DateTime,
}

/// Root fields of operations.
#[derive(Default)]
pub struct OperationsQuery;

#[Object]
impl OperationsQuery {
    /// 慢操作 The slowest of the last hour at this process, slowest first, at most 50.
    #[graphql(complexity = "1 + 50 * child_complexity", tag = "administration")]
    async fn slow_operations(&self, ctx: &Context<'_>) -> Answer<Vec<SlowOperation>> {
        let permit: Permit<'_, ReadOperations> = permitted(ctx)?;
        let slow: &slow::SlowOperations = found(ctx, "slow operations")?;
        let one = |one: slow::SlowOperation| SlowOperation {
            operation: one.operation,
            document: one.document,
            seconds: one.seconds,
            at: DateTime(one.at),
        };
        Ok(slow.all(permit.caller().now).into_iter().map(one).collect())
    }
}
