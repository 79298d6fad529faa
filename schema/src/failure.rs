//! 失败 Why a field has no answer: a refusal that the client can mend, or a fault that it cannot.
//!
//! [`Failure`] has no `Display` on purpose: async-graphql shows every `Display` error to the
//! client, and a database error tells table names.

use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Error, ErrorExtensions};

/// Declares the codes and their general explanation.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $explanation:literal,)+) => {
        /// 错误码 Stable codes, found in `extensions.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every code, in the order of the golden list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// 错误码表 Every code with its explanation, as a text for those who write clients.
            pub fn table() -> String {
                let lines = Self::ALL.iter().map(|code| format!("{:<28}{}\n", code.as_str(), code.explanation()));
                format!("# extensions.code, and what it means\n{}", lines.collect::<String>())
            }

            /// The code with this word.
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == word)
            }

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// 说明 What it means and what to do, in Chinese.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON or not a GraphQL request.
    BadRequest = "BAD_REQUEST" "请求体不是有效的 JSON 或缺少 query 字段，请按 {\"query\": \"…\", \"variables\": {…}} 的形式提交。",
    /// The content type or the accepted types are not served.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" "内容类型不受支持：Content-Type 应为 application/json，Accept 应允许 application/json 或 application/graphql-response+json。",
    /// The HTTP method is not served.
    MethodNotAllowed = "METHOD_NOT_ALLOWED" "请用 POST 提交；GET 只能用于查询。",
    /// The body is too large.
    BodyTooLarge = "BODY_TOO_LARGE" "请求体超过上限，请拆分请求或减少变量内容。",
    /// The document cannot be parsed.
    ParseFailed = "GRAPHQL_PARSE_FAILED" "查询语句有语法错误，请检查括号、引号与字段写法。",
    /// The document does not fit the schema.
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED" "查询语句与模式不符，请核对字段名、参数名与变量类型。",
    /// The document is too deep, too wide or would answer too much.
    QueryTooLarge = "QUERY_TOO_LARGE" "查询过深、过宽或预计结果过多，请减少嵌套层级、别名或分页大小。",
    /// A scalar or an input value cannot be read.
    InvalidInput = "INVALID_INPUT" "输入值不符合要求的格式，请按提示改正。",
    /// `first` or `last` is out of bounds, or both are given.
    InvalidPage = "INVALID_PAGE" "分页参数不正确，first 或 last 应在 0 到每页上限（serviceLimits.pageSize）之间且不能同时使用。",
    /// A cursor that this list did not give.
    InvalidCursor = "INVALID_CURSOR" "游标无效，请使用同一列表（同样的排序）返回的游标。",
    /// An id that this graph did not give.
    InvalidId = "INVALID_ID" "编号无效，请使用本接口返回的 id。",
    /// What is not everybody's to know was asked for without saying what for.
    InvalidPurpose = "INVALID_PURPOSE" "请用 purpose 参数以 4 到 200 个字说明查询用途，用途将留痕备查。",
    /// Nobody has signed in.
    NotSignedIn = "NOT_SIGNED_IN" "该操作需要先登录，请登录或提供接口密钥后重试。",
    /// The viewer has no right to it.
    NotPermitted = "NOT_PERMITTED" "当前账号没有该操作的权限，如工作需要请联系安全管理员授权。",
    /// A client whose scopes do not hold the act.
    ScopeDenied = "SCOPE_DENIED" "接口用户的授权范围不含该操作，如业务需要请向安全管理员申请增加授权范围。",
    /// The second factor was shown too long ago for what is most sensitive.
    StepUpRequired = "STEP_UP_REQUIRED" "该操作属敏感操作，请用 verifySecondFactor 再次验证后重试。",
    /// A token or key that does not hold, or no longer.
    CredentialInvalid = "CREDENTIAL_INVALID" "登录已失效或接口密钥无效，请重新登录或更换密钥。",
    /// A request that is not signed as it should be.
    SignatureInvalid = "SIGNATURE_INVALID" "请求签名缺失或不正确，请按接口文档用密钥对方法、路径、时间、随机数与请求体摘要签名。",
    /// A signed request that came before.
    Replayed = "REPLAYED" "该请求此前已经收到（X-Nonce 重复），请换用新的随机数重新签名。",
    /// More than the quota of the client.
    QuotaExceeded = "QUOTA_EXCEEDED" "调用超过配额，请按 Retry-After 提示的秒数等待后重试。",
    /// The server has as much to do as it can.
    Overloaded = "OVERLOADED" "服务繁忙，请按 Retry-After 提示的秒数等待后重试。",
    /// A persisted query that is not known here.
    OperationUnknown = "OPERATION_UNKNOWN" "该语句未登记，请先用 registerDocuments 登记后再调用。",
    /// A persisted query that is not kept (any more).
    PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND" "没有缓存该语句，请连同 query 一起重新提交。",
    /// The thing does not exist, or not for this viewer.
    NotFound = "NOT_FOUND" "没有找到对应的记录，请核对代码或编号。",
    /// The keys of encrypted values are not there.
    KeyUnavailable = "KEY_UNAVAILABLE" "加密密钥暂不可用，受保护的信息不能查看或写入，请联系运维人员恢复密钥文件。",
    /// An encrypted value is not what was written.
    ValueDamaged = "VALUE_DAMAGED" "该信息的密文校验不通过（可能被改动），已拒绝显示，请联系运维人员核查。",
    /// The search index is not there yet.
    SearchUnavailable = "SEARCH_UNAVAILABLE" "检索暂不可用，索引正在建立，请稍后再试或按统一社会信用代码查询。",
    /// The assistant cannot answer at all.
    AssistantUnavailable = "ASSISTANT_UNAVAILABLE" "智能助手暂不可用，请稍后再试。",
    /// The request took too long.
    Timeout = "TIMEOUT" "处理超时，请缩小查询范围后重试。",
    /// Something is wrong on our side.
    Internal = "INTERNAL" "系统内部错误，请稍后再试；如再次出现，请把编号告知运维人员。",
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// 拒绝 The client can mend it: shown as it is.
    Refused {
        /// Stable code.
        code: Code,
        /// What is wrong and how to mend it, in Chinese.
        message: String,
    },
    /// 故障 The client cannot mend it: logged once, shown as a reference.
    Fault {
        /// Found in the log and in the answer.
        reference: String,
    },
}

/// The answer of a field.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A refusal.
    pub fn refused(code: Code, message: impl Into<String>) -> Self {
        Self::Refused { code, message: message.into() }
    }

    /// Logs the cause and keeps a reference to it.
    pub fn fault(cause: &(dyn std::error::Error + 'static)) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let reference = format!("{:08x}-{:06}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        tracing::error!(failure.reference = %reference, failure.cause = ?cause, "a field failed");
        Self::Fault { reference }
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(cause: E) -> Self {
        Self::fault(&cause)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { code, message } => Self::new(message).extend_with(|_, e| e.set("code", code.as_str())),
            Failure::Fault { reference } => Self::new(Code::Internal.explanation()).extend_with(|_, e| {
                e.set("code", Code::Internal.as_str());
                e.set("reference", reference.as_str());
            }),
        }
    }
}
