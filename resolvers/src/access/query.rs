//! Root fields of the viewer, accounts, clients and the audit log.

use async_graphql::{Context, Object, SimpleObject};
use entities::access as stored;
use entities::page::{Key, KeyKind, Page, Position, Window};
use schema::paging::Arguments;
use schema::{Answer, cursor};
use services::audit as log;
use services::command::Permit;
use services::command::power::{ReadAudit, ReadClients, ReadUsers};
use services::ports::Silent;

use super::audit::{AuditEntry, AuditEntryConnection, AuditEntryEdge, AuditFilter, AuditVerdict};
use super::identities::SignInProvider;
use super::object::{ApiClient, User, Viewer};
use super::{caller, desk, permitted};
use crate::connection::PageInfo;
use crate::owner::loaders;
use crate::window::window;

/// 账号列表
#[derive(SimpleObject)]
pub struct UserConnection {
    /// 条目及其游标
    pub edges: Vec<UserEdge>,
    /// 条目
    pub nodes: Vec<User>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct UserEdge {
    /// 游标
    pub cursor: String,
    /// 账号
    pub node: User,
}

/// 接口用户列表
#[derive(SimpleObject)]
pub struct ApiClientConnection {
    /// 条目及其游标
    pub edges: Vec<ApiClientEdge>,
    /// 条目
    pub nodes: Vec<ApiClient>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct ApiClientEdge {
    /// 游标
    pub cursor: String,
    /// 接口用户
    pub node: ApiClient,
}

const USERS: &str = "users";
const CLIENTS: &str = "apiClients";
const AUDIT: &str = "auditTrail";

/// Root fields of access.
#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// 当前访问者 Who asks, and what that allows.
    async fn viewer(&self, ctx: &Context<'_>) -> Answer<Viewer> {
        Ok(Viewer::of(caller(ctx)?))
    }

    /// 登录方式 Providers of unified identity, beside login and password.
    async fn sign_in_providers(&self, ctx: &Context<'_>) -> Answer<Vec<SignInProvider>> {
        Ok(desk(ctx)?.providers.iter().map(SignInProvider::of).collect())
    }

    /// 账号 In the order in which they were made.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity", tag = "administration")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<UserConnection> {
        let _permit: Permit<'_, ReadUsers> = permitted(ctx)?;
        let window = forward(USERS, first, after)?;
        let rows = stored::users_after(&loaders(ctx)?.db, start(&window, 0), i64::from(window.limit) + 1).await?;
        let page = Page::of(rows, &window, None);
        let place = |row: &stored::user::Model| number_cursor(USERS, row.id);
        let edge = |row: &stored::user::Model| UserEdge { cursor: place(row), node: User(row.clone()) };
        Ok(UserConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(User).collect(),
        })
    }

    /// 接口用户 In the order in which they were made.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity", tag = "administration")]
    async fn api_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<ApiClientConnection> {
        let _permit: Permit<'_, ReadClients> = permitted(ctx)?;
        let window = forward(CLIENTS, first, after)?;
        let rows = stored::clients_after(&loaders(ctx)?.db, start(&window, 0), i64::from(window.limit) + 1).await?;
        let page = Page::of(rows, &window, None);
        let place = |row: &stored::api_client::Model| number_cursor(CLIENTS, row.id);
        let edge = |row: &stored::api_client::Model| ApiClientEdge { cursor: place(row), node: ApiClient(row.clone()) };
        Ok(ApiClientConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(ApiClient).collect(),
        })
    }

    /// 审计记录 Newest first.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity", tag = "administration")]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<AuditFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<AuditEntryConnection> {
        let _permit: Permit<'_, ReadAudit> = permitted(ctx)?;
        let window = forward(AUDIT, first, after)?;
        let AuditFilter { actor, act, subject } = filter.unwrap_or_default();
        let filter = entities::audit::Filter { actor, act, subject };
        let (before, limit) = (start(&window, i64::MAX), i64::from(window.limit) + 1);
        let rows = entities::audit::newest(&loaders(ctx)?.db, &filter, before, limit).await?;
        let page = Page::of(rows, &window, None);
        let place = |row: &entities::audit::Entry| number_cursor(AUDIT, row.sequence);
        let edge =
            |row: &entities::audit::Entry| AuditEntryEdge { cursor: place(row), node: AuditEntry::from(row.clone()) };
        Ok(AuditEntryConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(AuditEntry::from).collect(),
        })
    }

    /// 核验审计链 Walks along the whole chain; for long logs use `qinxin audit verify`.
    #[graphql(complexity = "5000 + child_complexity", tag = "administration")]
    async fn verify_audit_chain(&self, ctx: &Context<'_>) -> Answer<AuditVerdict> {
        let _permit: Permit<'_, ReadAudit> = permitted(ctx)?;
        Ok(log::verify(&loaders(ctx)?.db, &Silent).await?.into())
    }
}

fn forward(list: &str, first: Option<i32>, after: Option<String>) -> Answer<Window> {
    window(list, &Arguments { first, after, last: None, before: None }, false, KeyKind::Number)
}

fn start(window: &Window, otherwise: i64) -> i64 {
    window.after.as_ref().map_or(otherwise, |position| position.id)
}

fn number_cursor(list: &str, id: i64) -> String {
    cursor::encode(list, &Position { key: Key::Number(id), id })
}
