//! 统一身份 Providers of unified identity, and which identity is which account.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::identity::user_identity;
use schema::Answer;
use schema::scalars::DateTime;
use services::access::oidc::identities::{self, Link};
use services::access::oidc::{Audience, Provider, Providers};
use services::command::power::ManageUsers;

use super::object::{USER, User};
use super::users::key;
use super::{caller, desk, payload, permit};
use crate::owner::loaders;

/// 适用对象 For whom a provider is.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq)]
pub enum ProviderAudience {
    /// 工作人员
    Staff,
    /// 企业与异议人 Without any office.
    Public,
}

impl From<Audience> for ProviderAudience {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Staff => Self::Staff,
            Audience::Public => Self::Public,
        }
    }
}

/// 身份提供方 A provider of unified identity.
#[derive(SimpleObject)]
pub struct SignInProvider {
    /// 标识 Part of its addresses.
    pub id: ID,
    /// 名称
    pub name: String,
    /// 适用对象
    pub audience: ProviderAudience,
    /// 登录地址 A browser goes there, with `?to=/path` for where it wishes to be afterwards.
    pub start_url: String,
}

impl SignInProvider {
    /// What people are told of a provider.
    pub fn of(provider: &Provider) -> Self {
        let settings = provider.settings();
        Self {
            id: settings.id.as_str().into(),
            name: settings.name.clone(),
            audience: settings.audience.into(),
            start_url: provider.start_url().to_owned(),
        }
    }
}

/// 统一身份 Who an account is at a provider.
#[derive(SimpleObject)]
pub struct UserIdentity {
    /// 身份提供方 Null if it is not configured any more.
    pub provider: Option<SignInProvider>,
    /// 签发方
    pub issuer: String,
    /// 主体标识
    pub subject: String,
    /// 关联时间
    pub linked_at: DateTime,
}

impl UserIdentity {
    /// The identity of a row.
    pub fn of(row: &user_identity::Model, providers: &Providers) -> Self {
        Self {
            provider: providers.by_issuer(&row.issuer).map(SignInProvider::of),
            issuer: row.issuer.clone(),
            subject: row.subject.clone(),
            linked_at: DateTime(row.linked_at),
        }
    }
}

payload! {
    /// 关联结果
    LinkIdentityPayload {
        /// 账号
        user: User,
    }
}

payload! {
    /// 解除关联结果
    UnlinkIdentityPayload {
        /// 账号
        user: User,
    }
}

/// 关联身份
#[derive(InputObject)]
pub struct LinkIdentityInput {
    /// 账号编号
    pub user_id: ID,
    /// 身份提供方标识
    pub provider: String,
    /// 主体标识 The `sub` at the provider.
    pub subject: String,
}

/// 解除关联
#[derive(InputObject)]
pub struct UnlinkIdentityInput {
    /// 账号编号
    pub user_id: ID,
    /// 身份提供方标识
    pub provider: String,
    /// 主体标识 The `sub` at the provider.
    pub subject: String,
}

/// Mutations of identities.
#[derive(Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// 关联身份 Whoever proves to be the subject at the provider signs in to the account.
    async fn link_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与身份")] input: LinkIdentityInput,
    ) -> Answer<LinkIdentityPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), LinkIdentityPayload);
        let link = Link { user: key(USER, &input.user_id)?, provider: input.provider, subject: input.subject };
        let done = identities::link(&loaders(ctx)?.db, &desk(ctx)?.providers, &permit, &link).await;
        LinkIdentityPayload::settled(done, |user| LinkIdentityPayload { user: Some(User(user)), ..Default::default() })
    }

    /// 解除关联 Sessions that were begun with the identity end.
    async fn unlink_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与身份")] input: UnlinkIdentityInput,
    ) -> Answer<UnlinkIdentityPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), UnlinkIdentityPayload);
        let link = Link { user: key(USER, &input.user_id)?, provider: input.provider, subject: input.subject };
        let (db, desk) = (&loaders(ctx)?.db, desk(ctx)?);
        let done = identities::unlink(db, &desk.sessions, &desk.providers, &permit, &link).await;
        UnlinkIdentityPayload::settled(done, |user| UnlinkIdentityPayload {
            user: Some(User(user)),
            ..Default::default()
        })
    }
}
