//! 访问者、账号、接口用户 The viewer, accounts and partner clients.

use async_graphql::{Context, Description, ID, Object, SimpleObject};
use entities::access::{api_client, api_key, grant, user};
use rules::access::{Act, ApiScope, Grant, Identity, PasswordState, Role};
use schema::scalars::{DateTime, RegionCode};
use schema::{Answer, global_id};
use services::access::passwords;
use services::command::Caller;

use super::identities::UserIdentity;
use super::usage::ApiUsageHour;
use super::{caller, desk};
use crate::owner::loaders;
use crate::region::Region;

/// Type names in global ids.
pub const USER: &str = "User";
/// See [`USER`].
pub const CLIENT: &str = "ApiClient";

/// 身份类型 What kind of viewer it is.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq)]
pub enum ViewerKind {
    /// 社会公众
    Anonymous,
    /// 账号
    User,
    /// 接口用户
    ApiClient,
}

/// 访问者 Who asks, and what that allows.
#[derive(SimpleObject)]
pub struct Viewer {
    /// 身份类型
    pub kind: ViewerKind,
    /// 账号名或单位名称
    pub name: Option<String>,
    /// 角色 Those that hold now; offices only once two factors were shown.
    pub roles: Vec<RoleGrant>,
    /// 权限 What may be done beyond reading what is public.
    pub acts: Vec<Act>,
}

impl Viewer {
    /// The viewer behind a caller.
    pub fn of(caller: &Caller) -> Self {
        let viewer = &caller.viewer;
        let kind = match viewer.identity() {
            Identity::Anonymous => ViewerKind::Anonymous,
            Identity::User(_) => ViewerKind::User,
            Identity::Client(_) => ViewerKind::ApiClient,
        };
        Self {
            kind,
            name: (kind != ViewerKind::Anonymous).then(|| caller.name.to_string()),
            roles: viewer.grants().iter().map(RoleGrant::of).collect(),
            acts: Act::ALL.iter().copied().filter(|act| viewer.acts().contains(*act)).collect(),
        }
    }
}

/// 授权 A role and where it holds.
#[derive(SimpleObject)]
pub struct RoleGrant {
    /// 角色
    pub role: Role,
    /// 角色名称
    pub term: &'static str,
    /// 辖区 With everything below.
    pub region: Option<Region>,
    /// 辖区代码
    pub region_code: RegionCode,
    /// 所属主体编号 For a liaison.
    pub enterprise_id: Option<ID>,
}

impl RoleGrant {
    fn of(grant: &Grant) -> Self {
        Self {
            role: grant.role,
            term: grant.role.term(),
            region: Region::of(grant.region.get().cast_signed()),
            region_code: RegionCode(grant.region),
            enterprise_id: grant.enterprise.map(|id| global_id::encode(crate::enterprise::object::FAMILY, id)),
        }
    }
}

/// 账号 A person who signs in.
#[derive(Clone, Description)]
pub struct User(pub user::Model);

#[Object(use_type_description)]
impl User {
    /// 全局编号
    async fn id(&self) -> ID {
        global_id::encode(USER, self.0.id)
    }

    /// 账号名
    async fn login(&self) -> &str {
        &self.0.login
    }

    /// 姓名
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// 是否已绑定验证器
    async fn has_second_factor(&self) -> bool {
        self.0.totp_confirmed_at.is_some()
    }

    /// 是否应修改口令 A first password, or one of staff that is older than 90 days.
    async fn must_change_password(&self, ctx: &Context<'_>) -> Answer<bool> {
        let grants = loaders(ctx)?.grants.load(self.0.id).await?;
        let grants = grants.as_deref().map(Vec::as_slice).unwrap_or_default();
        Ok(passwords::state(&self.0, grants, caller(ctx)?.now)? != PasswordState::InForce)
    }

    /// 最近使用时间 When it was last signed in to, or enabled again; after 90 days without use it is disabled.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }

    /// 建立时间
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// 停用时间
    async fn disabled_at(&self) -> Option<DateTime> {
        self.0.disabled_at.map(DateTime)
    }

    /// 统一身份 At the providers that are configured.
    #[graphql(complexity = "2 * child_complexity")]
    async fn identities(&self, ctx: &Context<'_>) -> Answer<Vec<UserIdentity>> {
        let identities = loaders(ctx)?.identities.load(self.0.id).await?;
        let providers = &desk(ctx)?.providers;
        Ok(identities.iter().flat_map(|rows| rows.iter()).map(|row| UserIdentity::of(row, providers)).collect())
    }

    /// 角色
    #[graphql(complexity = "5 * child_complexity")]
    async fn roles(&self, ctx: &Context<'_>) -> Answer<Vec<RoleGrant>> {
        let grants = loaders(ctx)?.grants.load(self.0.id).await?;
        Ok(grants
            .iter()
            .flat_map(|grants| grants.iter())
            .filter_map(grant::Model::read)
            .map(|g| RoleGrant::of(&g))
            .collect())
    }
}

/// 接口用户 A partner agency's client.
#[derive(Clone, Description)]
pub struct ApiClient(pub api_client::Model);

#[Object(use_type_description)]
impl ApiClient {
    /// 全局编号
    async fn id(&self) -> ID {
        global_id::encode(CLIENT, self.0.id)
    }

    /// 单位名称
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// 辖区
    async fn region(&self) -> Option<Region> {
        Region::of(self.0.region_code)
    }

    /// 每分钟请求数上限
    async fn requests_per_minute(&self) -> i32 {
        self.0.requests_per_minute
    }

    /// 每分钟估算规模上限 Fields that the answers may hold.
    async fn cost_per_minute(&self) -> i64 {
        self.0.cost_per_minute
    }

    /// 是否仅限登记语句
    async fn only_trusted_documents(&self) -> bool {
        self.0.only_trusted_at.is_some()
    }

    /// 是否仅限签名请求
    async fn only_signed_requests(&self) -> bool {
        self.0.signed_at.is_some()
    }

    /// 授权范围
    async fn scopes(&self) -> Vec<ApiScope> {
        ApiScope::read(&self.0.scopes)
    }

    /// 建立时间
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// 停用时间
    async fn disabled_at(&self) -> Option<DateTime> {
        self.0.disabled_at.map(DateTime)
    }

    /// 密钥 Newest first; the keys themselves are kept nowhere.
    #[graphql(complexity = "3 * child_complexity")]
    async fn keys(&self, ctx: &Context<'_>) -> Answer<Vec<ApiKey>> {
        let keys = loaders(ctx)?.api_keys.load(self.0.id).await?;
        Ok(keys.iter().flat_map(|keys| keys.iter()).map(ApiKey::of).collect())
    }

    /// 分时用量 Of the last `days` days, oldest first; hours without a request are absent.
    #[graphql(complexity = "1 + 24 * usize::try_from(days).unwrap_or_default() * child_complexity")]
    async fn usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "最近若干天（1–92）", default = 7)] days: i32,
    ) -> Answer<Vec<ApiUsageHour>> {
        super::usage::hours(ctx, self.0.id, days, caller(ctx)?.now).await
    }
}

/// 接口密钥 A key of a client, by the part that is no secret.
#[derive(SimpleObject)]
pub struct ApiKey {
    /// 标识 The part by which it is found.
    pub prefix: String,
    /// 签发时间
    pub created_at: DateTime,
    /// 失效时间 The earlier of its end and its expiry.
    pub holds_until: DateTime,
}

impl ApiKey {
    fn of(key: &api_key::Model) -> Self {
        let holds_until = key.ended_at.map_or(key.expires_at, |end| end.min(key.expires_at));
        Self { prefix: key.prefix.clone(), created_at: DateTime(key.created_at), holds_until: DateTime(holds_until) }
    }
}
