//! 会话管理 Who is signed in where, and how to end it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::access::session;
use schema::scalars::DateTime;
use schema::{Answer, global_id};
use services::access::sessions;
use services::command::Permit;
use services::command::power::{ManageSession, ManageUsers, ReadUsers};

use super::object::{USER, User};
use super::users::key;
use super::{caller, desk, payload, permit, permitted};
use crate::owner::loaders;

/// Type name in global ids.
const SESSION: &str = "UserSession";
/// Sessions that a list tells at most.
const MOST: usize = 100;

/// 会话 A browser or program in which somebody is signed in.
#[derive(SimpleObject)]
pub struct UserSession {
    /// 全局编号
    pub id: ID,
    /// 来源地址
    pub source: String,
    /// 登录时间
    pub started_at: DateTime,
    /// 最近使用时间 Told once a minute.
    pub seen_at: DateTime,
    /// 是否经二次验证
    pub has_second_factor: bool,
    /// 统一身份签发方 Null for login and password.
    pub issuer: Option<String>,
    /// 是否当前会话 Whether it is the one in which this is asked.
    pub is_current: bool,
}

impl UserSession {
    fn of(row: session::Model, current: Option<i64>) -> Self {
        Self {
            id: global_id::encode(SESSION, row.id),
            source: row.source,
            started_at: DateTime(row.started_at),
            seen_at: DateTime(row.seen_at),
            has_second_factor: row.two_factors_at.is_some(),
            issuer: row.issuer,
            is_current: current == Some(row.id),
        }
    }
}

payload! {
    /// 结束会话结果
    EndSessionPayload {
        /// 剩余会话
        sessions: Vec<UserSession>,
    }
}

payload! {
    /// 强制下线结果
    EndUserSessionsPayload {
        /// 账号
        user: User,
        /// 剩余会话
        sessions: Vec<UserSession>,
    }
}

/// 结束会话
#[derive(InputObject)]
pub struct EndSessionInput {
    /// 会话编号 One of one's own.
    pub session_id: ID,
}

/// 强制下线
#[derive(InputObject)]
pub struct EndUserSessionsInput {
    /// 账号编号
    pub user_id: ID,
    /// 会话编号 Nothing for all of the account.
    pub session_id: Option<ID>,
}

/// Root fields of sessions.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// 我的会话 Where one is signed in, latest first, at most a hundred.
    #[graphql(complexity = "10 * child_complexity")]
    async fn my_sessions(&self, ctx: &Context<'_>) -> Answer<Vec<UserSession>> {
        let permit: Permit<'_, ManageSession> = permitted(ctx)?;
        match permit.caller().user() {
            Some(user) => alive(ctx, user).await,
            None => Ok(Vec::new()),
        }
    }

    /// 账号会话 Where an account is signed in, latest first, at most a hundred.
    #[graphql(complexity = "10 * child_complexity", tag = "administration")]
    async fn user_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号编号")] user_id: ID,
    ) -> Answer<Vec<UserSession>> {
        let _permit: Permit<'_, ReadUsers> = permitted(ctx)?;
        alive(ctx, key(USER, &user_id)?).await
    }
}

/// Mutations of sessions.
#[derive(Default)]
pub struct SessionsMutation;

#[Object]
impl SessionsMutation {
    /// 结束会话 One of one's own, at another place perhaps.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "会话")] input: EndSessionInput,
    ) -> Answer<EndSessionPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageSession>(), EndSessionPayload);
        let (db, desk, id) = (&loaders(ctx)?.db, desk(ctx)?, key(SESSION, &input.session_id)?);
        let payload = EndSessionPayload::settled(sessions::end_own(db, &desk.sessions, &permit, id).await, |()| {
            EndSessionPayload::default()
        })?;
        let user = permit.caller().user().filter(|_| payload.user_errors.is_empty());
        let Some(user) = user else { return Ok(payload) };
        Ok(EndSessionPayload { sessions: Some(alive(ctx, user).await?), ..payload })
    }

    /// 强制下线 Ends the sessions of an account, in force everywhere within a minute.
    #[graphql(tag = "administration")]
    async fn end_user_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与会话")] input: EndUserSessionsInput,
    ) -> Answer<EndUserSessionsPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), EndUserSessionsPayload);
        let (db, desk, user) = (&loaders(ctx)?.db, desk(ctx)?, key(USER, &input.user_id)?);
        let only = input.session_id.map(|id| key(SESSION, &id)).transpose()?;
        let ended = sessions::end_of_user(db, &desk.sessions, &permit, user, only).await;
        let payload = EndUserSessionsPayload::settled(ended, |account| EndUserSessionsPayload {
            user: Some(User(account)),
            ..Default::default()
        })?;
        if payload.user.is_none() {
            return Ok(payload);
        }
        Ok(EndUserSessionsPayload { sessions: Some(alive(ctx, user).await?), ..payload })
    }
}

async fn alive(ctx: &Context<'_>, user: i64) -> Answer<Vec<UserSession>> {
    let caller = caller(ctx)?;
    let rows = sessions::alive(&loaders(ctx)?.db, &[user], caller.now).await?.remove(&user).unwrap_or_default();
    Ok(rows.into_iter().take(MOST).map(|row| UserSession::of(row, caller.session)).collect())
}
