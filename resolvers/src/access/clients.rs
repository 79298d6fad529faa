//! 接口用户 Mutations of partner clients, and what clients do for themselves.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use rules::access::{Act, Identity};
use schema::Answer;
use schema::scalars::RegionCode;
use schema::upload::Upload;
use services::access::clients::{self, Change, NewClient, Quota};
use services::access::manifest;
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
    pub requests_per_minute: Option<i32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<i32>,
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
    pub requests_per_minute: Option<i32>,
    /// 每分钟估算规模上限
    pub cost_per_minute: Option<i32>,
    /// 是否仅限登记语句 A client registers its manifest first and is limited to it then.
    pub only_trusted_documents: Option<bool>,
}

/// 登记语句 Documents, or the manifest in which a tool lists them.
#[derive(InputObject)]
pub struct RegisterDocumentsInput {
    /// 语句 Each is checked against the schema.
    #[graphql(default)]
    pub documents: Vec<String>,
    /// 语句清单 A file of Apollo's, Relay's or graphql-codegen's tools, as an upload.
    pub manifest: Option<Upload>,
}

/// 语句核对 Says what is wrong with a document; the door brings one, because it knows the limits.
#[derive(Clone)]
pub struct DocumentCheck(pub Arc<Check>);

type Check = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// The permit of a client for itself, and its id.
fn own<'c>(ctx: &Context<'c>) -> Answer<Result<(Permit<'c, UseInterface>, i64), UserError>> {
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
        let only_trusted = input.only_trusted_documents;
        let new = NewClient { name: input.name, region: input.region_code.0, quota, only_trusted };
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

    /// 登记语句 Registers documents of the calling client; they are then called by `documentId`, their SM3 or
    /// SHA-256.
    async fn register_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "语句")] input: RegisterDocumentsInput,
    ) -> Answer<RegisterDocumentsPayload> {
        let (permit, client) = match own(ctx)? {
            Ok(found) => found,
            Err(error) => return Ok(RegisterDocumentsPayload::refused(vec![error.into()])),
        };
        let mut documents = input.documents;
        if let Some(manifest) = input.manifest {
            match manifest::documents(&manifest.file(ctx)?.content) {
                Ok(listed) => documents.extend(listed),
                Err(message) => {
                    let error = UserError::at(&["input", "manifest"], "INVALID_MANIFEST", message);
                    return Ok(RegisterDocumentsPayload::refused(vec![error.into()]));
                }
            }
        }
        let wrong: Vec<_> = match ctx.data_opt::<DocumentCheck>() {
            Some(check) => documents.iter().filter_map(|document| check.0(document).err()).collect(),
            None => Vec::new(),
        };
        if !wrong.is_empty() {
            let path = vec!["input", "documents"];
            let error = |message| super::UserError {
                code: "INVALID_DOCUMENT",
                message,
                path: path.clone(),
                retry_after_seconds: None,
            };
            return Ok(RegisterDocumentsPayload::refused(wrong.into_iter().map(error).collect()));
        }
        RegisterDocumentsPayload::settled(
            clients::register(&loaders(ctx)?.db, &permit, client, documents).await,
            |hashes| RegisterDocumentsPayload { hashes: Some(hashes), ..Default::default() },
        )
    }
}
