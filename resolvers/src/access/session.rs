//! 登录 Mutations of one's own session and account.

use async_graphql::{Context, InputObject, Object};
use schema::Answer;
use schema::cookie::Cookie;
use schema::scalars::DateTime;
use services::access::passwords;
use services::access::sign_in::{self, SecondFactor, SignedIn};
use services::command::Done;
use services::command::power::{ManageAccount, ManageSession};

use super::object::Viewer;
use super::{caller, desk, payload, permit};
use crate::owner::loaders;

/// 二次验证状态 What is still to be shown before offices count.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorState {
    /// 无需 The account holds no office.
    NotNeeded,
    /// 待绑定 An authenticator app is to be bound first (`bindSecondFactor`).
    ToBeBound,
    /// 待验证 A code is to be shown (`verifySecondFactor`).
    ToBeShown,
    /// 已验证
    Shown,
}

impl From<SecondFactor> for SecondFactorState {
    fn from(state: SecondFactor) -> Self {
        match state {
            SecondFactor::NotNeeded => Self::NotNeeded,
            SecondFactor::ToBeBound => Self::ToBeBound,
            SecondFactor::ToBeShown => Self::ToBeShown,
            SecondFactor::Shown => Self::Shown,
        }
    }
}

payload! {
    /// 登录结果 A new session; browsers get it as a cookie.
    SignInPayload {
        /// 会话令牌 Only if asked for, for programs: `Authorization: Bearer …`.
        token: String,
        /// 最迟失效时间
        expires_at: DateTime,
        /// 二次验证状态
        second_factor: SecondFactorState,
        /// 是否应先修改口令 A first or expired password: no other right counts until `changePassword`.
        must_change_password: bool,
        /// 访问者
        viewer: Viewer,
    }
}

payload! {
    /// 绑定结果 What an authenticator app has to be told.
    BindSecondFactorPayload {
        /// 密钥 In base 32, to be typed in.
        secret: String,
        /// 密钥链接 `otpauth://…`, to be shown as a QR code.
        url: String,
    }
}

payload! {
    /// 退出结果
    SignOutPayload {
        /// 是否已退出
        signed_out: bool,
    }
}

payload! {
    /// 修改口令结果
    ChangePasswordPayload {
        /// 是否已修改
        changed: bool,
    }
}

/// 登录 Login and password.
#[derive(InputObject)]
pub struct SignInInput {
    /// 账号名
    pub login: String,
    /// 口令
    pub password: String,
    /// 是否返回令牌 For programs; browsers use the cookie.
    #[graphql(default)]
    pub wants_token: bool,
}

/// 二次验证
#[derive(InputObject)]
pub struct VerifySecondFactorInput {
    /// 验证码 The 6 digits that the authenticator app shows.
    pub code: String,
    /// 是否返回令牌 For programs; browsers use the cookie.
    #[graphql(default)]
    pub wants_token: bool,
}

/// 退出
#[derive(InputObject)]
pub struct SignOutInput {
    /// 是否退出全部会话
    #[graphql(default)]
    pub everywhere: bool,
}

/// 修改口令
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// 原口令
    pub old_password: String,
    /// 新口令
    pub new_password: String,
}

/// Mutations of one's own session and account.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// 登录 Begins a session; failed tries have to wait longer each time (`retryAfterSeconds`), and five of them
    /// lock the login at that address for 15 minutes.
    #[graphql(complexity = "100 + child_complexity")]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "账号与口令")] input: SignInInput,
    ) -> Answer<SignInPayload> {
        let (db, desk, caller) = (&loaders(ctx)?.db, desk(ctx)?, caller(ctx)?);
        let done = sign_in::sign_in(db, &desk.sessions, caller, &input.login, input.password).await;
        signed_in(ctx, done, input.wants_token)
    }

    /// 绑定验证器 Makes the secret of the second factor; it counts once `verifySecondFactor` took a code.
    async fn bind_second_factor(&self, ctx: &Context<'_>) -> Answer<BindSecondFactorPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageSession>(), BindSecondFactorPayload);
        BindSecondFactorPayload::settled(
            sign_in::bind_second_factor(&loaders(ctx)?.db, &permit).await,
            |(secret, url)| BindSecondFactorPayload { secret: Some(secret), url: Some(url), ..Default::default() },
        )
    }

    /// 二次验证 The session goes on under a new token and with all rights of the account.
    #[graphql(complexity = "100 + child_complexity")]
    async fn verify_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "验证码")] input: VerifySecondFactorInput,
    ) -> Answer<SignInPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageSession>(), SignInPayload);
        let (db, desk) = (&loaders(ctx)?.db, desk(ctx)?);
        let done = sign_in::show_second_factor(db, &desk.sessions, &permit, &input.code).await;
        signed_in(ctx, done, input.wants_token)
    }

    /// 退出
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "退出范围")] input: Option<SignOutInput>,
    ) -> Answer<SignOutPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageSession>(), SignOutPayload);
        let everywhere = input.is_some_and(|input| input.everywhere);
        let done = sign_in::sign_out(&loaders(ctx)?.db, &desk(ctx)?.sessions, &permit, everywhere).await;
        SignOutPayload::settled(done, |()| {
            set_cookie(ctx, Cookie::clear);
            SignOutPayload { signed_out: Some(true), ..Default::default() }
        })
    }

    /// 修改口令 Ends all other sessions of the account; none of the last five passwords is taken again.
    #[graphql(complexity = "100 + child_complexity")]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "新旧口令")] input: ChangePasswordInput,
    ) -> Answer<ChangePasswordPayload> {
        let permit = permit!(caller(ctx)?.may::<ManageAccount>(), ChangePasswordPayload);
        let (db, sessions) = (&loaders(ctx)?.db, &desk(ctx)?.sessions);
        let done = passwords::change_password(db, sessions, &permit, input.old_password, input.new_password).await;
        ChangePasswordPayload::settled(done, |()| ChangePasswordPayload { changed: Some(true), ..Default::default() })
    }
}

fn signed_in(ctx: &Context<'_>, done: Done<SignedIn>, wants_token: bool) -> Answer<SignInPayload> {
    SignInPayload::settled(done, |signed_in| {
        if !wants_token {
            set_cookie(ctx, |cookie| cookie.set(&signed_in.token));
        }
        SignInPayload {
            expires_at: Some(DateTime(signed_in.expires_at)),
            second_factor: Some(signed_in.second_factor.into()),
            must_change_password: Some(signed_in.must_change_password),
            viewer: Some(Viewer::of(&signed_in.caller)),
            token: wants_token.then_some(signed_in.token),
            user_errors: Vec::new(),
        }
    })
}

fn set_cookie(ctx: &Context<'_>, value: impl FnOnce(Cookie) -> String) {
    if let Some(cookie) = ctx.data_opt::<Cookie>() {
        ctx.insert_http_header("set-cookie", value(*cookie));
    }
}
