//! 接口用户 Mutations of partner clients, and what clients do for themselves.

use async_graphql::{Context, ID, InputObject, Object};
use rules::access::{Act, ApiScope, Identity};
use schema::Answer;
use schema::scalars::RegionCode;
use services::access::clients::{self, Change, NewClient, Quota};
use services::command::power::{ManageClients, UseInterface};
use services::command::{Permit, UserError, not_permitted};

use super::object::{ApiClient, CLIENT};
use super::users::key;
use super::{caller, desk, payload, permit};
use crate::owner::loaders;

payload! {
    /// 接口用户结果
    CreateApiClientPayload {
        /// 接口用户
        client: ApiClient,
        /// 密钥 Told once.
        key: String,
    }
}

payload! {
    /// 更换密钥结果
    RotateApiKeyPayload {
        /// 接口用户
        client: ApiClient,
        /// 密钥 Told once; the old ones hold for another day.
        key: String,
    }
}

payload! {
    /// 更换本单位密钥结果
    RotateOwnApiKeyPayload {
        /// 密钥 Told once; the old ones hold for another day.
        key: String,
    }
}

payload! {
    /// 变更接口用户结果
    UpdateApiClientPayload {
        /// 接口用户
        client: ApiClient,
    }
}

payload! {
    /// 停用接口用户结果
    DisableApiClientPayload {
        /// 接口用户
        client: ApiClient,
    }
}

/// 新接口用户
#[derive(InputObject)]
pub struct CreateApiClientInput {
    /// 单位名称
    pub name: String,
    /// 辖区代码
    pub region_code: RegionCode,
    /// 每分钟请求数上限
    pub requests_per_minute: Option<i32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<i32>,
    /// 是否仅限登记语句
    #[graphql(default)]
    pub only_trusted_documents: bool,
    /// 是否仅限签名请求 Its requests are signed with its key, which is not sent then.
    #[graphql(default)]
    pub only_signed_requests: bool,
    /// 授权范围 All of them unless it is given; an empty list grants what comes with every key.
    pub scopes: Option<Vec<ApiScope>>,
}

/// 更换密钥
#[derive(InputObject)]
pub struct RotateApiKeyInput {
    /// 接口用户编号
    pub client_id: ID,
}

/// 停用接口用户
#[derive(InputObject)]
pub struct DisableApiClientInput {
    /// 接口用户编号
    pub client_id: ID,
}

/// 变更接口用户 What is not given stays.
#[derive(InputObject)]
pub struct UpdateApiClientInput {
    /// 接口用户编号
    pub client_id: ID,
    /// 每分钟请求数上限
    pub requests_per_minute: Option<i32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<i32>,
    /// 是否仅限登记语句 A client registers its manifest first and is limited to it then.
    pub only_trusted_documents: Option<bool>,
    /// 是否仅限签名请求
    pub only_signed_requests: Option<bool>,
    /// 授权范围 The whole of it.
    pub scopes: Option<Vec<ApiScope>>,
}

/// The permit of a client for itself, and its id.
pub(super) fn own<'c>(ctx: &Context<'c>) -> Answer<Result<(Permit<'c, UseInterface>, i64), UserError>> {
    let caller = caller(ctx)?;
    Ok(match (caller.may::<UseInterface>(), caller.viewer.identity()) {
        (Ok(permit), Identity::Client(client)) => Ok((permit, client)),
        (Ok(_), _) => Err(not_permitted(&caller.viewer, Act::UseInterface)),
        (Err(error), _) => Err(error),
    })
}

/// Mutations of partner clients.
#[derive(Default)]
pub struct ClientMutation;

#[Object]
impl ClientMutation {
    /// 建立接口用户
    #[graphql(tag = "administration")]
    async fn create_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "接口用户")] input: CreateApiClientInput,
    ) -> Answer<CreateApiClientPayload> {
        let permit = permit!(caller(ctx)?.may_in::<ManageClients>(input.region_code.0), CreateApiClientPayload);
        let quota = Quota {
            requests: input.requests_per_minute.map_or(Quota::USUAL.requests, |n| n.max(0).unsigned_abs()),
            cost: input.cost_per_minute.map_or(Quota::USUAL.cost, |n| n.max(0).unsigned_abs().into()),
        };
        let new = NewClient {
            name: input.name,
            region: input.region_code.0,
            quota,
            only_trusted: input.only_trusted_documents,
            only_signed: input.only_signed_requests,
            scopes: input.scopes.unwrap_or_else(|| ApiScope::ALL.to_vec()),
        };
        CreateApiClientPayload::settled(clients::create(&loaders(ctx)?.db, &permit, new).await, |(client, key)| {
            CreateApiClientPayload { client: Some(ApiClient(client)), key: Some(key), ..Default::default() }
        })
    }

    /// 更换密钥 The old keys hold for another day.
    #[graphql(tag = "administration")]
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "接口用户")] input: RotateApiKeyInput,
    ) -> Answer<RotateApiKeyPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageClients>(), RotateApiKeyPayload);
        let id = key(CLIENT, &input.client_id)?;
        RotateApiKeyPayload::settled(
            clients::rotate(&loaders(ctx)?.db, &desk(ctx)?.clients, &permit, id).await,
            |(client, key)| RotateApiKeyPayload {
                client: Some(ApiClient(client)),
                key: Some(key),
                ..Default::default()
            },
        )
    }

    /// 更换本单位密钥 By the calling client; the old keys hold for another day.
    async fn rotate_own_api_key(&self, ctx: &Context<'_>) -> Answer<RotateOwnApiKeyPayload> {
        let (permit, client) = match own(ctx)? {
            Ok(found) => found,
            Err(error) => return Ok(RotateOwnApiKeyPayload::refused(vec![error.into()])),
        };
        RotateOwnApiKeyPayload::settled(
            clients::rotate_own(&loaders(ctx)?.db, &desk(ctx)?.clients, &permit, client).await,
            |(_, key)| RotateOwnApiKeyPayload { key: Some(key), ..Default::default() },
        )
    }

    /// 变更接口用户 In force everywhere within a minute.
    #[graphql(tag = "administration")]
    async fn update_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要变更的内容")] input: UpdateApiClientInput,
    ) -> Answer<UpdateApiClientPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageClients>(), UpdateApiClientPayload);
        let id = key(CLIENT, &input.client_id)?;
        let change = Change {
            requests: input.requests_per_minute.map(|n| n.max(0).unsigned_abs()),
            cost: input.cost_per_minute.map(|n| n.max(0).unsigned_abs().into()),
            only_trusted: input.only_trusted_documents,
            only_signed: input.only_signed_requests,
            scopes: input.scopes,
        };
        UpdateApiClientPayload::settled(
            clients::update(&loaders(ctx)?.db, &desk(ctx)?.clients, &permit, id, change).await,
            |client| UpdateApiClientPayload { client: Some(ApiClient(client)), ..Default::default() },
        )
    }

    /// 停用接口用户 No key of it holds any more.
    #[graphql(tag = "administration")]
    async fn disable_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "接口用户")] input: DisableApiClientInput,
    ) -> Answer<DisableApiClientPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageClients>(), DisableApiClientPayload);
        let id = key(CLIENT, &input.client_id)?;
        DisableApiClientPayload::settled(
            clients::disable(&loaders(ctx)?.db, &desk(ctx)?.clients, &permit, id).await,
            |client| DisableApiClientPayload { client: Some(ApiClient(client)), ..Default::default() },
        )
    }
}
