//! 命令 What every change of the register has in common: who asks, what is allowed, how it is refused.
//!
//! `may` is the only maker of a [`Permit`], and every writer asks for one: a forgotten check does not
//! compile.

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::DatabaseError;
use entities::bulk::Session;
use entities::vault::VaultError;
use rules::access::{Act, Identity, Place, Role, Viewer, rights};
use rules::region::RegionCode;
use sea_orm::DbErr;
use serde_json::Value;

use crate::audit::{self, Outcome};

/// 用户错误 Why an input is refused: data for the person at the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong and how to mend it, in Chinese.
    pub message: String,
    /// 字段路径 The way to the input, `["input", "password"]`.
    pub path: Vec<&'static str>,
    /// 等待秒数 After how many seconds it may be tried again, where that is all there is to do.
    pub retry_after: Option<i64>,
}

impl UserError {
    /// An error of one input.
    pub fn at(path: &[&'static str], code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: path.to_vec(), retry_after: None }
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn after(self, seconds: i64) -> Self {
        Self { retry_after: (seconds > 0).then_some(seconds), ..self }
    }
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The inputs, all at once.
    #[error("refused")]
    Inputs(Vec<UserError>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl From<UserError> for Refused {
    fn from(error: UserError) -> Self {
        Self::Inputs(vec![error])
    }
}

impl From<VaultError> for Refused {
    /// The person at the form is told what it means, the log why.
    fn from(error: VaultError) -> Self {
        tracing::error!(code = error.code(), "{error}");
        let code = if error == VaultError::Damaged { "VALUE_DAMAGED" } else { "KEY_UNAVAILABLE" };
        UserError::at(&[], code, error.public_message()).into()
    }
}

/// What a command answers.
pub type Done<T> = Result<T, Refused>;

/// 调用者 Who asks, from where and when.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The rights.
    pub viewer: Arc<Viewer>,
    /// 账号名 Login or name of the client; for the public empty, unless a program of ours asks.
    pub name: Arc<str>,
    /// 会话 The session, for accounts.
    pub session: Option<i64>,
    /// 来源 The address.
    pub source: Arc<str>,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Until when the second factor counts as just shown; nothing for callers who have none to show.
    pub fresh_until: Option<DateTime<Utc>>,
}

impl Caller {
    /// Somebody who has not signed in.
    pub fn anonymous(source: Arc<str>, now: DateTime<Utc>) -> Self {
        let viewer = Arc::new(Viewer::anonymous());
        Self { viewer, name: Arc::from(""), session: None, source, now, fresh_until: None }
    }

    /// The caller in the audit log.
    pub fn actor(&self) -> String {
        match self.viewer.identity() {
            Identity::Anonymous if self.name.is_empty() => "anonymous".to_owned(),
            Identity::Anonymous => format!("system {}", self.name),
            Identity::User(id) => format!("user:{id} {}", self.name),
            Identity::Client(id) => format!("client:{id} {}", self.name),
        }
    }

    /// The id of the account that asks.
    pub fn user(&self) -> Option<i64> {
        match self.viewer.identity() {
            Identity::User(id) => Some(id),
            _ => None,
        }
    }

    /// The permit for an act that is not bound to a place.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN` or `NOT_PERMITTED`.
    pub fn may<P: Power>(&self) -> Result<Permit<'_, P>, UserError> {
        self.permit(self.viewer.acts().contains(P::ACT))
    }

    /// The permit for an act in the whole of a region.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN` or `NOT_PERMITTED`.
    pub fn may_in<P: Power>(&self, region: RegionCode) -> Result<Permit<'_, P>, UserError> {
        self.permit(self.viewer.holds_in(P::ACT, region))
    }

    /// The permit for an act for one's own enterprise, or a branch of it; what is not one's own does not exist.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `NOT_PERMITTED`, or `NOT_FOUND`.
    pub fn may_for<P: Power>(&self, place: Option<Place>) -> Result<Permit<'_, P>, UserError> {
        let permit = self.may::<P>()?;
        match place {
            Some(place) if self.viewer.acts_for(P::ACT, place) => Ok(permit),
            _ => Err(not_yours()),
        }
    }

    fn permit<P: Power>(&self, is_allowed: bool) -> Result<Permit<'_, P>, UserError> {
        if !is_allowed {
            return Err(not_permitted(&self.viewer, P::ACT));
        }
        // ACCESS-6.
        if P::ACT.needs_fresh_factor() && self.fresh_until.is_some_and(|until| self.now > until) {
            return Err(step_up(P::ACT));
        }
        Ok(Permit { caller: self, power: PhantomData })
    }
}

/// 权能 An act as a type, so that the permit for one is no permit for another.
pub trait Power {
    /// The act.
    const ACT: Act;
}

/// A type for each act.
pub mod power {
    use rules::access::Act;

    macro_rules! powers {
        ($($act:ident),+ $(,)?) => {$(
            /// See the act of this name.
            #[derive(Debug)]
            pub struct $act;

            impl super::Power for $act {
                const ACT: Act = Act::$act;
            }
        )+};
    }

    powers!(
        ManageSession,
        ManageAccount,
        RevealFields,
        ReadUsers,
        ManageUsers,
        AssignRoles,
        ReadClients,
        ManageClients,
        ReadAudit,
        ReadOperations,
        UseInterface,
        CheckCredit,
        FollowChanges,
        FollowJobs,
        SaveSearches,
        ExportSearch,
        ExportReports,
        SuperviseReports,
        CompareReports,
        OrderCorrection,
        AnswerCorrection,
        FileReports,
        ReadFilings,
        UrgeReports,
        RecordLegalPhones,
        PublishNotices,
    );
}

/// Why an act is refused to a viewer.
pub fn not_permitted(viewer: &Viewer, act: Act) -> UserError {
    let term = act.term();
    if viewer.identity() == Identity::Anonymous {
        return UserError::at(&[], "NOT_SIGNED_IN", format!("“{term}”需要先登录，请登录后重试。"));
    }
    if viewer.must_change_password() {
        let message = "口令是初始口令或已过期，请先用 changePassword 修改口令，其他权限随后生效。";
        return UserError::at(&[], "NOT_PERMITTED", message);
    }
    if matches!(viewer.identity(), Identity::Client(_)) && rights(Role::Partner).acts.contains(&act) {
        let message = format!("该接口用户的授权范围不含“{term}”，如业务需要请向安全管理员申请增加授权范围。");
        return UserError::at(&[], "SCOPE_DENIED", message);
    }
    let message = format!("当前账号没有“{term}”的权限，或不在其辖区之内；如工作需要，请联系安全管理员授权。");
    UserError::at(&[], "NOT_PERMITTED", message)
}

/// Why an act waits until the second factor is shown again.
fn step_up(act: Act) -> UserError {
    let message = format!(
        "“{}”属敏感操作，距上次二次验证已久：请输入验证器当前的验证码（verifySecondFactor）后重试；经统一身份登录的，请重新登录。",
        act.term()
    );
    UserError::at(&[], "STEP_UP_REQUIRED", message)
}

/// Why nothing is done for an enterprise that is not the caller's own.
pub fn not_yours() -> UserError {
    let message = "没有可由您办理的经营主体，请核对统一社会信用代码，或确认联络员授权。";
    UserError::at(&["input", "uscc"], "NOT_FOUND", message)
}

/// 许可 Proof that an act is allowed.
pub struct Permit<'c, P> {
    caller: &'c Caller,
    power: PhantomData<P>,
}

impl<P> Permit<'_, P> {
    /// Who was allowed.
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    /// Records in the transaction what was done with the permit.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn record(
        &self,
        session: &mut Session,
        act: &'static str,
        subject: String,
        detail: Value,
    ) -> Result<(), DatabaseError> {
        audit::append(session, &[self.event(act, subject, detail)]).await
    }

    /// What [`Self::record`] records.
    pub fn event(&self, act: &'static str, subject: String, detail: Value) -> audit::Event {
        event(self.caller, act, subject, Outcome::Done, detail)
    }
}

/// An event of a caller.
pub fn event(caller: &Caller, act: &'static str, subject: String, outcome: Outcome, detail: Value) -> audit::Event {
    let source = Some(caller.source.to_string());
    audit::Event { at: caller.now, actor: caller.actor(), act, subject, source, outcome, detail }
}
