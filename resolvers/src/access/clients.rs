//! 接口用户 Mutations of partner clients, and what clients do for themselves.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use rules::access::Identity;
use schema::Answer;
use schema::scalars::RegionCode;
use services::access::clients::{self, Change, NewClient, Quota};
use services::command::power::{ManageClients, UseInterface};

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

payload! {
    /// 登记语句结果
    RegisterDocumentsPayload {
        /// 语句标识 SM3 of each document, in the order in which they were given.
        hashes: Vec<String>,
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
    pub requests_per_minute: Option<u32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<u32>,
    /// 是否仅限登记语句
    #[graphql(default)]
    pub only_trusted_documents: bool,
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
    pub requests_per_minute: Option<u32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<u32>,
    /// 是否仅限登记语句 A client registers its manifest first and is limited to it then.
    pub only_trusted_documents: Option<bool>,
}

/// 登记语句
#[derive(InputObject)]
pub struct RegisterDocumentsInput {
    /// 语句 Each is checked against the schema.
    pub documents: Vec<String>,
}

/// 语句核对 Says what is wrong with a document; the door brings one, because it knows the limits.
#[derive(Clone)]
pub struct DocumentCheck(pub Arc<Check>);

type Check = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// Mutations of partner clients.
#[derive(Default)]
pub struct ClientMutation;

#[Object]
impl ClientMutation {
    /// 建立接口用户
    async fn create_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "接口用户")] input: CreateApiClientInput,
    ) -> Answer<CreateApiClientPayload> {
        let permit = permit!(caller(ctx)?.may_in::<ManageClients>(input.region_code.0), CreateApiClientPayload);
        let quota = Quota {
            requests: input.requests_per_minute.unwrap_or(Quota::USUAL.requests),
            cost: input.cost_per_minute.map_or(Quota::USUAL.cost, u64::from),
        };
        let only_trusted = input.only_trusted_documents;
        let new = NewClient { name: input.name, region: input.region_code.0, quota, only_trusted };
        CreateApiClientPayload::settled(clients::create(&loaders(ctx)?.db, &permit, new).await, |(client, key)| {
            CreateApiClientPayload { client: Some(ApiClient(client)), key: Some(key), ..Default::default() }
        })
    }

    /// 更换密钥 The old keys hold for another day.
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

    /// 变更接口用户 In force everywhere within a minute.
    async fn update_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要变更的内容")] input: UpdateApiClientInput,
    ) -> Answer<UpdateApiClientPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageClients>(), UpdateApiClientPayload);
        let id = key(CLIENT, &input.client_id)?;
        let change = Change {
            requests: input.requests_per_minute,
            cost: input.cost_per_minute.map(u64::from),
            only_trusted: input.only_trusted_documents,
        };
        UpdateApiClientPayload::settled(
            clients::update(&loaders(ctx)?.db, &desk(ctx)?.clients, &permit, id, change).await,
            |client| UpdateApiClientPayload { client: Some(ApiClient(client)), ..Default::default() },
        )
    }

    /// 停用接口用户 No key of it holds any more.
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

    /// 登记语句 Registers documents of the calling client; they are then called by `documentId`.
    async fn register_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "语句")] input: RegisterDocumentsInput,
    ) -> Answer<RegisterDocumentsPayload> {
        let caller = caller(ctx)?;
        let (permit, client) = match (caller.may::<UseInterface>(), caller.viewer.identity()) {
            (Ok(permit), Identity::Client(client)) => (permit, client),
            (Err(error), _) => return Ok(RegisterDocumentsPayload::refused(vec![error.into()])),
            (Ok(_), _) => return Ok(RegisterDocumentsPayload::default()),
        };
        let wrong: Vec<_> = match ctx.data_opt::<DocumentCheck>() {
            Some(check) => input.documents.iter().filter_map(|document| check.0(document).err()).collect(),
            None => Vec::new(),
        };
        if !wrong.is_empty() {
            let path = vec!["input", "documents"];
            let error = |message| super::UserError { code: "INVALID_DOCUMENT", message, path: path.clone() };
            return Ok(RegisterDocumentsPayload::refused(wrong.into_iter().map(error).collect()));
        }
        RegisterDocumentsPayload::settled(
            clients::register(&loaders(ctx)?.db, &permit, client, input.documents).await,
            |hashes| RegisterDocumentsPayload { hashes: Some(hashes), ..Default::default() },
        )
    }
}
