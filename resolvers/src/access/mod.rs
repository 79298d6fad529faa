//! 登录与账号 Signing in, accounts, roles, partner clients and the audit log in the graph.

pub mod audit;
pub mod clients;
pub mod identities;
pub mod object;
pub mod query;
pub mod reveal;
pub mod rights;
pub mod session;
pub mod sessions;
pub mod trusted;
pub mod usage;
pub mod users;

use async_graphql::{Context, SimpleObject};
use entities::vault::VaultError;
use schema::{Answer, Code, Failure};
use services::access::clients::Clients;
use services::access::oidc::Providers;
use services::access::reveal::Frequency;
use services::access::sessions::Sessions;
use services::command::{Caller, Done, Permit, Power, Refused};

use crate::owner::found;

/// 登录台 What the process remembers of sessions, keys and revealed fields; a clone is the same.
#[derive(Clone, Default)]
pub struct Desk {
    /// Sessions met of late.
    pub sessions: Sessions,
    /// Keys met of late.
    pub clients: Clients,
    /// How often fields were revealed.
    pub frequency: Frequency,
    /// Providers of unified identity.
    pub providers: Providers,
}

/// Who asks.
///
/// # Errors
/// A fault if the request came without one.
pub fn caller<'a>(ctx: &Context<'a>) -> Answer<&'a Caller> {
    found(ctx, "caller")
}

pub fn desk<'a>(ctx: &Context<'a>) -> Answer<&'a Desk> {
    found(ctx, "desk")
}

/// Why a sealed value is not shown; the cause goes to the log.
pub(crate) fn sealed(error: VaultError) -> Failure {
    tracing::error!(code = error.code(), "a sealed value cannot be opened: {error}");
    let code = if error == VaultError::Damaged { Code::ValueDamaged } else { Code::KeyUnavailable };
    Failure::refused(code, error.public_message())
}

/// The permit for a query; without one there is no answer.
///
/// # Errors
/// `NOT_SIGNED_IN` or `NOT_PERMITTED`.
pub(crate) fn permitted<'c, P: Power>(ctx: &Context<'c>) -> Answer<Permit<'c, P>> {
    caller(ctx)?
        .may()
        .map_err(|error| Failure::refused(Code::named(error.code).unwrap_or(Code::NotPermitted), error.message))
}

/// 用户错误 Why an input was refused.
#[derive(SimpleObject, Clone)]
pub struct UserError {
    /// 错误码 Stable.
    pub code: &'static str,
    /// 说明 What is wrong and how to mend it.
    pub message: String,
    /// 字段路径 The way to the input, empty where it is none.
    pub path: Vec<&'static str>,
    /// 等待秒数 After how many seconds it may be tried again; null unless waiting helps.
    pub retry_after_seconds: Option<i64>,
}

impl From<services::command::UserError> for UserError {
    fn from(error: services::command::UserError) -> Self {
        Self { code: error.code, message: error.message, path: error.path, retry_after_seconds: error.retry_after }
    }
}

/// What was done, or the errors of the inputs; a failure of the database is a fault.
pub(crate) fn settle<T>(done: Done<T>) -> Answer<Result<T, Vec<UserError>>> {
    match done {
        Ok(value) => Ok(Ok(value)),
        Err(Refused::Inputs(errors)) => Ok(Err(errors.into_iter().map(UserError::from).collect())),
        Err(Refused::Database(error)) => Err(Failure::fault(&error)),
    }
}

/// Declares the payload of a mutation: what it gives, each null unless it was done, and the errors.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(async_graphql::SimpleObject, Default)]
        pub struct $name {
            $($(#[$doc])* pub $field: Option<$type>,)*
            /// 用户错误 Empty if it was done.
            pub user_errors: Vec<$crate::access::UserError>,
        }

        impl $name {
            /// The payload of what was not done.
            pub(crate) fn refused(user_errors: Vec<$crate::access::UserError>) -> Self {
                Self { user_errors, ..Self::default() }
            }

            /// The payload of what was done, or of why it was not.
            #[allow(dead_code, reason = "a payload that takes more to make is not made by it")]
            fn settled<T>(done: services::command::Done<T>, make: impl FnOnce(T) -> Self) -> schema::Answer<Self> {
                Ok(match $crate::access::settle(done)? {
                    Ok(value) => make(value),
                    Err(errors) => Self::refused(errors),
                })
            }
        }
    };
}
pub(crate) use payload;

/// The permit, or else the answer of the mutation is the payload that refuses it.
macro_rules! permit {
    ($asked:expr, $payload:ident) => {
        match $asked {
            Ok(permit) => permit,
            Err(error) => return Ok($payload::refused(vec![error.into()])),
        }
    };
}
pub(crate) use permit;
