//! 导出检索结果 A search as a file, made by a job.

use async_graphql::{Context, Enum, InputObject, Object};
use schema::{Answer, limits};
use services::command::power::ExportSearch;
use services::export::{self, Asked, Format};
use services::index::Index;

use super::filter::SearchFilter;
use super::stored::question;
use crate::access::{caller, payload, permit};
use crate::jobs::Job;
use crate::owner::{found, loaders, scope};

payload! {
    /// 导出结果
    ExportSearchPayload {
        /// 任务 Follow it by `jobProgress`; its result tells where the file is.
        job: Job,
    }
}

/// 导出格式
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Format")]
pub enum ExportFormat {
    /// CSV（UTF-8，RFC 4180）
    Csv,
    /// Excel 工作簿
    Xlsx,
}

/// 导出检索结果
#[derive(InputObject)]
pub struct ExportSearchInput {
    /// 查询内容 As for `search`.
    pub query: String,
    /// 筛选条件 As for `search`.
    pub filter: Option<SearchFilter>,
    /// 格式
    pub format: ExportFormat,
    /// 用途 4 to 200 characters, kept in the audit log and told in the file.
    pub purpose: String,
}

/// Mutations that export.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// 导出检索结果 Every record that the search finds, up to the limit of the role (`serviceLimits`). The file is
    /// for who asks alone and is kept for seven days; each download is recorded. Accounts have shown the second factor a
    /// short time ago (`STEP_UP_REQUIRED`).
    #[graphql(complexity = "500 + child_complexity")]
    async fn export_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "检索、格式与用途")] input: ExportSearchInput,
    ) -> Answer<ExportSearchPayload> {
        let permit = permit!(caller(ctx)?.may::<ExportSearch>(), ExportSearchPayload);
        let roles = permit.caller().viewer.grants().iter().map(|grant| grant.role);
        let asked = Asked {
            question: question(input.query, input.filter)?,
            audience: scope(ctx)?.audience,
            format: input.format.into(),
            purpose: input.purpose,
            most: limits().export_rows_of(roles),
            daily: limits().daily_exports,
        };
        let index = found::<Index>(ctx, "search index")?;
        ExportSearchPayload::settled(export::start(&loaders(ctx)?.db, index, &permit, asked).await, |job| {
            ExportSearchPayload { job: Some(job.into()), ..Default::default() }
        })
    }
}
