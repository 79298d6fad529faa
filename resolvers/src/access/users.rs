//! 账号管理 Mutations of accounts and roles.

use async_graphql::{Context, ID, InputObject, Object};
use rules::access::Role;
use schema::scalars::RegionCode;
use schema::{Answer, Code, Failure, global_id};
use services::access::users::{self, NewGrant, NewUser};
use services::command::power::{AssignRoles, ManageUsers};

use super::object::{USER, User};
use super::{caller, desk, payload, permit};
use crate::enterprise::object::FAMILY as ENTERPRISE;
use crate::owner::loaders;

payload! {
    /// 账号结果
    CreateUserPayload {
        /// 账号
        user: User,
        /// 初始口令 Told once; its owner is to change it.
        first_password: String,
    }
}

payload! {
    /// 账号结果
    ResetUserPayload {
        /// 账号
        user: User,
        /// 初始口令 Told once; its owner is to change it.
        first_password: String,
    }
}

payload! {
    /// 账号结果
    DisableUserPayload {
        /// 账号
        user: User,
    }
}

payload! {
    /// 启用结果
    EnableUserPayload {
        /// 账号
        user: User,
    }
}

payload! {
    /// 授权结果
    AssignRolePayload {
        /// 账号
        user: User,
    }
}

payload! {
    /// 收回角色结果
    RevokeRolePayload {
        /// 账号
        user: User,
    }
}

/// 新账号
#[derive(InputObject)]
pub struct CreateUserInput {
    /// 账号名 3 to 64 letters, digits or . - _ @.
    pub login: String,
    /// 姓名
    pub name: String,
}

/// 停用账号
#[derive(InputObject)]
pub struct DisableUserInput {
    /// 账号编号
    pub user_id: ID,
}

/// 启用账号
#[derive(InputObject)]
pub struct EnableUserInput {
    /// 账号编号
    pub user_id: ID,
}

/// 重置账号
#[derive(InputObject)]
pub struct ResetUserInput {
    /// 账号编号
    pub user_id: ID,
}

/// 授予角色
#[derive(InputObject)]
pub struct AssignRoleInput {
    /// 账号编号
    pub user_id: ID,
    /// 角色
    pub role: Role,
    /// 辖区代码
    pub region_code: RegionCode,
    /// 所属主体编号 For a liaison, and only for one.
    pub enterprise_id: Option<ID>,
}

/// 收回角色
#[derive(InputObject)]
pub struct RevokeRoleInput {
    /// 账号编号
    pub user_id: ID,
    /// 角色
    pub role: Role,
    /// 辖区代码
    pub region_code: RegionCode,
}

/// Mutations of accounts and roles.
#[derive(Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// 建立账号
    #[graphql(complexity = "100 + child_complexity", tag = "administration")]
    async fn create_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号")] input: CreateUserInput,
    ) -> Answer<CreateUserPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), CreateUserPayload);
        let new = NewUser { login: input.login, name: input.name };
        CreateUserPayload::settled(users::create(&loaders(ctx)?.db, &permit, new).await, |(user, password)| {
            CreateUserPayload { user: Some(User(user)), first_password: Some(password), ..Default::default() }
        })
    }

    /// 停用账号 Its sessions end at once.
    #[graphql(tag = "administration")]
    async fn disable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号")] input: DisableUserInput,
    ) -> Answer<DisableUserPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), DisableUserPayload);
        let id = key(USER, &input.user_id)?;
        DisableUserPayload::settled(
            users::disable(&loaders(ctx)?.db, &desk(ctx)?.sessions, &permit, id).await,
            |user| DisableUserPayload { user: Some(User(user)), ..Default::default() },
        )
    }

    /// 启用账号 For one that was disabled, by an administrator or because nobody used it for 90 days.
    async fn enable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要启用的账号")] input: EnableUserInput,
    ) -> Answer<EnableUserPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), EnableUserPayload);
        let id = key(USER, &input.user_id)?;
        EnableUserPayload::settled(users::enable(&loaders(ctx)?.db, &permit, id).await, |user| EnableUserPayload {
            user: Some(User(user)),
            ..Default::default()
        })
    }

    /// 重置账号 A new first password, and the authenticator app to be bound again.
    #[graphql(complexity = "100 + child_complexity", tag = "administration")]
    async fn reset_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号")] input: ResetUserInput,
    ) -> Answer<ResetUserPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageUsers>(), ResetUserPayload);
        let id = key(USER, &input.user_id)?;
        ResetUserPayload::settled(
            users::reset(&loaders(ctx)?.db, &desk(ctx)?.sessions, &permit, id).await,
            |(user, password)| ResetUserPayload {
                user: Some(User(user)),
                first_password: Some(password),
                ..Default::default()
            },
        )
    }

    /// 授予角色 In a region that lies within one's own.
    #[graphql(tag = "administration")]
    async fn assign_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与角色")] input: AssignRoleInput,
    ) -> Answer<AssignRolePayload> {
        let permit = permit!(caller(ctx)?.may_in::<AssignRoles>(input.region_code.0), AssignRolePayload);
        let enterprise = input.enterprise_id.map(|id| key(ENTERPRISE, &id)).transpose()?;
        let user = key(USER, &input.user_id)?;
        let new = NewGrant { user, role: input.role, region: input.region_code.0, enterprise };
        AssignRolePayload::settled(users::grant(&loaders(ctx)?.db, &desk(ctx)?.sessions, &permit, new).await, |user| {
            AssignRolePayload { user: Some(User(user)), ..Default::default() }
        })
    }

    /// 收回角色 In force everywhere within a minute.
    #[graphql(tag = "administration")]
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与角色")] input: RevokeRoleInput,
    ) -> Answer<RevokeRolePayload> {
        let permit = permit!(caller(ctx)?.may_in::<AssignRoles>(input.region_code.0), RevokeRolePayload);
        let (db, sessions, user) = (&loaders(ctx)?.db, &desk(ctx)?.sessions, key(USER, &input.user_id)?);
        RevokeRolePayload::settled(
            users::revoke(db, sessions, &permit, user, input.role, input.region_code.0).await,
            |user| RevokeRolePayload { user: Some(User(user)), ..Default::default() },
        )
    }
}

/// The key in an id of this type.
pub(crate) fn key(family: &str, id: &ID) -> Answer<i64> {
    global_id::key_of(family, id).ok_or_else(|| {
        let shown: String = id.chars().take(60).collect();
        Failure::refused(Code::InvalidId, format!("编号“{shown}”不是 {family} 的编号，请使用本接口返回的 id。"))
    })
}
