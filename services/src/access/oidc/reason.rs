//! 拒绝原因 Why a sign-in at a provider was not carried out: a stable code, a status, and what to do.

/// Declares the reasons with their status, code and sentence.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $code:literal $message:literal,)+) => {
        /// 原因 A stable code each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $variant,)+ }

        impl Reason {
            /// The stable word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The status of HTTP.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// 说明 What is wrong and what to do, in Chinese.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }
        }
    };
}

reasons! {
    /// No such provider is configured.
    UnknownProvider = 404 "UNKNOWN_PROVIDER" "没有这个身份提供方，请从登录页面重新选择登录方式。",
    /// `to` is no path of this server.
    InvalidTarget = 400 "INVALID_TARGET" "登录后的去向不是本系统的页面，请从登录页面重新进入。",
    /// More sign-ins are under way than are kept.
    TooManyAttempts = 429 "TOO_MANY_ATTEMPTS" "同时进行的登录过多，请十分钟后重试。",
    /// The answer of the provider has not the form of one.
    CallbackMalformed = 400 "CALLBACK_MALFORMED" "统一身份认证返回的内容不完整，请重新登录。",
    /// The state is unknown, used or older than ten minutes.
    AttemptUnknown = 400 "ATTEMPT_UNKNOWN" "本次登录已失效或已完成，请回到登录页面重新登录。",
    /// The sign-in was begun in another browser.
    OtherBrowser = 400 "OTHER_BROWSER" "本次登录不是在这个浏览器中发起的。请勿打开他人发来的登录链接，回到登录页面重新登录。",
    /// The answer comes from another provider than the one that was asked (RFC 9207).
    ProviderMismatch = 400 "PROVIDER_MISMATCH" "返回结果与所选的身份提供方不一致，已拒绝。请回到登录页面重新登录。",
    /// The person or the provider said no.
    AccessDenied = 403 "ACCESS_DENIED" "统一身份认证未同意本次登录。如是误操作，请重新登录；否则请联系身份提供方。",
    /// The provider does not take the code.
    CodeRefused = 400 "CODE_REFUSED" "登录凭据已使用过或已过期，请重新登录。",
    /// The provider does not answer.
    ProviderUnreachable = 503 "PROVIDER_UNREACHABLE" "统一身份认证暂时没有响应，已登录的会话不受影响。请稍后重试，或使用账号口令登录。",
    /// The provider answers something that makes no sense.
    ProviderFault = 502 "PROVIDER_FAULT" "统一身份认证返回了异常结果，请稍后重试；如再次出现，请联系系统管理员。",
    /// The ID token does not pass the checks.
    TokenInvalid = 502 "ID_TOKEN_INVALID" "统一身份认证返回的身份凭证未通过校验，已拒绝登录。请联系系统管理员。",
    /// Nobody is linked to this identity.
    IdentityNotLinked = 403 "IDENTITY_NOT_LINKED" "该身份尚未关联本系统账号。请联系系统管理员关联，或先用账号口令登录后自行关联。",
    /// No such account.
    AccountUnknown = 404 "NOT_FOUND" "没有这个账号，请核对编号。",
    /// The account is disabled.
    AccountDisabled = 403 "ACCOUNT_DISABLED" "该账号已停用，如需恢复请联系系统管理员。",
    /// An account with an office came through a provider for the public.
    StaffProviderNeeded = 403 "STAFF_PROVIDER_NEEDED" "担任机关岗位的账号不能通过面向公众的身份提供方登录，请使用工作人员的登录方式。",
    /// Linking needs a session with all its factors.
    LinkNeedsSession = 403 "NOT_SIGNED_IN" "关联身份需要先登录并完成二次验证，请登录后重试。",
    /// Another session came back than the one in which linking was begun.
    SessionChanged = 400 "SESSION_CHANGED" "关联过程中登录状态发生了变化，已放弃关联。请重新登录后再试。",
    /// Linking was begun by a page that is not ours.
    ForeignPage = 403 "FOREIGN_PAGE" "关联身份只能从本系统的页面发起，已拒绝。",
    /// The identity is another account's.
    IdentityTaken = 409 "IDENTITY_TAKEN" "该身份已关联其他账号，请先由系统管理员解除原有关联。",
    /// The account holds this identity already.
    AlreadyLinked = 409 "ALREADY_LINKED" "该身份已关联本账号，无需重复办理。",
    /// The same identity came twice at the same time.
    TryAgain = 503 "TRY_AGAIN" "同一身份正在另一处登录，请重新登录。",
    /// The logout token does not pass the checks.
    LogoutTokenInvalid = 400 "LOGOUT_TOKEN_INVALID" "退出令牌未通过校验。",
    /// The logout token was used before.
    LogoutTokenReplayed = 400 "LOGOUT_TOKEN_REPLAYED" "退出令牌已使用过。",
}

/// 拒绝 A reason, and what the audit log is told of it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// 细节 Which check failed.
    pub fault: Option<String>,
    /// 主体标识 Who it is at the provider, once that is proved.
    pub subject: Option<String>,
    /// 账号名 Whose account it is, if one is linked.
    pub login: Option<String>,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, fault: None, subject: None, login: None }
    }
}

impl Refusal {
    /// With the check that failed.
    pub(super) fn because(reason: Reason, fault: impl Into<String>) -> Self {
        Self { fault: Some(fault.into()), ..reason.into() }
    }
}
