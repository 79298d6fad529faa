//! 联络员办理记录 Each step of registrations and changes, for auditors and for those whom they concern.

use async_graphql::{Context, Object, SimpleObject};
use entities::liaison::{self as stored, KEY, log};
use entities::page::Page;
use rules::liaison::{LiaisonPurpose, LiaisonStep};
use schema::paging::Arguments;
use schema::scalars::{DateTime, Uscc};
use schema::{Answer, Code, Failure, cursor};
use services::command::power::{FileReports, ReadAudit};

use crate::access::{caller, permitted};
use crate::connection::PageInfo;
use crate::owner::{loaders, scope};
use crate::window::window;

/// The name of the list in its cursors.
const LIST: &str = "liaisonLogs";

/// 联络员办理记录 A step of a registration or a change.
#[derive(SimpleObject, Clone)]
pub struct LiaisonLog {
    /// 统一社会信用代码 As it was typed; there may be no such enterprise.
    pub uscc: String,
    /// 业务
    pub purpose: Option<LiaisonPurpose>,
    /// 环节
    pub step: Option<LiaisonStep>,
    /// 结果 `DONE`, or the code of the refusal.
    pub outcome: String,
    /// 账号名 Where one was given.
    pub login: Option<String>,
    /// 来源地址 Null for what the server did by itself.
    pub source: Option<String>,
    /// 时间
    pub logged_at: DateTime,
}

impl From<&log::Model> for LiaisonLog {
    fn from(row: &log::Model) -> Self {
        Self {
            uscc: row.uscc.clone(),
            purpose: LiaisonPurpose::from_code(&row.purpose),
            step: LiaisonStep::from_code(&row.step),
            outcome: row.outcome.clone(),
            login: row.login.clone(),
            source: row.source.clone(),
            logged_at: DateTime(row.logged_at),
        }
    }
}

/// 联络员办理记录列表 Newest first.
#[derive(SimpleObject)]
pub struct LiaisonLogConnection {
    /// 条目及其游标
    pub edges: Vec<LiaisonLogEdge>,
    /// 条目
    pub nodes: Vec<LiaisonLog>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct LiaisonLogEdge {
    /// 游标
    pub cursor: String,
    /// 办理记录
    pub node: LiaisonLog,
}

fn place(row: &log::Model) -> String {
    cursor::encode(LIST, &stored::position(row))
}

impl From<Page<log::Model>> for LiaisonLogConnection {
    fn from(page: Page<log::Model>) -> Self {
        let edge = |row: &log::Model| LiaisonLogEdge { cursor: place(row), node: row.into() };
        Self {
            edges: page.rows.iter().map(edge).collect(),
            nodes: page.rows.iter().map(LiaisonLog::from).collect(),
            page_info: PageInfo::of(&page, place),
        }
    }
}

/// Root fields of the log.
#[derive(Default)]
pub struct LiaisonQuery;

#[Object]
impl LiaisonQuery {
    /// 联络员办理记录 Of one enterprise or of all, newest first, for audit administrators.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity", tag = "administration")]
    async fn liaison_logs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码；不填为全部")] uscc: Option<Uscc>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<LiaisonLogConnection> {
        permitted::<ReadAudit>(ctx)?;
        let uscc = uscc.map(|uscc| uscc.0.to_string());
        page(ctx, uscc.as_deref(), Arguments { first, after, last, before }).await
    }

    /// 本企业联络员办理记录 Newest first, for the liaison of the enterprise.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    async fn own_liaison_logs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<LiaisonLogConnection> {
        let uscc = uscc.0.to_string();
        permitted::<FileReports>(ctx)?;
        let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.clone(), scope(ctx)?)).await?;
        let own = caller(ctx)?.may_for::<FileReports>(row.and_then(|row| row.place()));
        own.map_err(|error| Failure::refused(Code::NotFound, error.message))?;
        page(ctx, Some(&uscc), Arguments { first, after, last, before }).await
    }
}

async fn page(ctx: &Context<'_>, uscc: Option<&str>, arguments: Arguments) -> Answer<LiaisonLogConnection> {
    let window = window(LIST, &arguments, false, KEY)?;
    Ok(stored::logs(&loaders(ctx)?.db, uscc, &window).await?.into())
}
