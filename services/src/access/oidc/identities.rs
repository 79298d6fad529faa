//! 身份关联 Which identities at which providers are which account: linked by the system administrator, or by
//! the owner of the account, who signs in at the provider meanwhile.

use entities::access::{self as stored, grant, user};
use entities::bulk::Session;
use entities::{Database, DatabaseError, identity};
use serde_json::json;

use super::account::grants;
use super::gate::Stopped;
use super::provider::{Provider, Providers};
use super::reason::{Reason, Refusal};
use super::settings::Audience;
use super::token::is_subject;
use crate::access::secrets::sm3_hex;
use crate::access::sessions::{self, Sessions};
use crate::command::power::ManageUsers;
use crate::command::{Done, Permit, Refused, UserError};

/// 关联 Which identity of which account.
#[derive(Clone, Debug)]
pub struct Link {
    /// The account.
    pub user: i64,
    /// The provider's id.
    pub provider: String,
    /// 主体标识 Who it is there (`sub`).
    pub subject: String,
}

/// 关联身份
///
/// # Errors
/// `NOT_FOUND`, `UNKNOWN_PROVIDER`, `INVALID_SUBJECT`, `IDENTITY_TAKEN`, `ALREADY_LINKED`, `ACCOUNT_DISABLED`,
/// `STAFF_PROVIDER_NEEDED`.
pub async fn link(
    db: &Database,
    providers: &Providers,
    permit: &Permit<'_, ManageUsers>,
    link: &Link,
) -> Done<user::Model> {
    let provider = named(providers, &link.provider)?;
    if !is_subject(&link.subject) {
        let message = "主体标识（sub）应为 1 到 255 个可见的 ASCII 字符，请从身份提供方抄录。";
        return Err(UserError::at(&["input", "subject"], "INVALID_SUBJECT", message).into());
    }
    link_to(db, permit, provider, link.user, &link.subject).await.map_err(|stopped| match stopped {
        Stopped::Database(error) => Refused::Database(error),
        Stopped::Refused(refusal) => {
            let Refusal { reason, .. } = *refusal;
            let field = if reason == Reason::IdentityTaken { "subject" } else { "userId" };
            UserError::at(&["input", field], reason.code(), reason.message()).into()
        }
    })
}

/// The same, whoever was permitted to.
pub(super) async fn link_to<P>(
    db: &Database,
    permit: &Permit<'_, P>,
    provider: &Provider,
    user: i64,
    subject: &str,
) -> Result<user::Model, Stopped> {
    let mut session = Session::begin(db).await?;
    match written(&mut session, permit, provider, user, subject).await {
        Ok(user) => {
            session.commit().await?;
            Ok(user)
        }
        Err(stopped) => {
            session.rollback().await?;
            Err(stopped)
        }
    }
}

async fn written<P>(
    session: &mut Session,
    permit: &Permit<'_, P>,
    provider: &Provider,
    user: i64,
    subject: &str,
) -> Result<user::Model, Stopped> {
    let (settings, caller) = (provider.settings(), permit.caller());
    let user = locked(session, user).await?.ok_or(Reason::AccountUnknown)?;
    let told = |reason: Reason| Refusal { login: Some(user.login.clone()), ..reason.into() };
    let grants = grants(session, user.id).await?;
    fit(&user, &grants, settings.audience).map_err(told)?;
    let identity = (settings.issuer.as_str(), subject);
    if !identity::add(session, user.id, identity, caller.now, caller.user()).await? {
        let holder = identity::find(session, &settings.issuer, subject).await?;
        let is_own = holder.is_some_and(|holder| holder.user_id == user.id);
        return Err(told(if is_own { Reason::AlreadyLinked } else { Reason::IdentityTaken }).into());
    }
    let detail = detail(provider, user.id, subject);
    permit.record(session, "LINK_IDENTITY", user.login.clone(), detail).await?;
    Ok(user)
}

fn detail(provider: &Provider, user: i64, subject: &str) -> serde_json::Value {
    let settings = provider.settings();
    json!({ "user": user, "provider": settings.id, "issuer": settings.issuer, "subject": sm3_hex(subject) })
}

/// 解除关联 Sessions that were begun with the identity end.
///
/// # Errors
/// `NOT_FOUND`, `UNKNOWN_PROVIDER`.
pub async fn unlink(
    db: &Database,
    sessions: &Sessions,
    providers: &Providers,
    permit: &Permit<'_, ManageUsers>,
    link: &Link,
) -> Done<user::Model> {
    let provider = named(providers, &link.provider)?;
    let missing = || UserError::at(&["input", "userId"], "NOT_FOUND", "没有这个账号，请核对编号。");
    let user = stored::user_by_id(db, link.user).await?.ok_or_else(missing)?;
    let mut session = Session::begin(db).await?;
    let issuer = provider.settings().issuer.as_str();
    if !identity::remove(&mut session, user.id, (issuer, &link.subject)).await? {
        let message = "该账号没有关联这个身份，无需解除。";
        return Err(UserError::at(&["input", "subject"], "NOT_FOUND", message).into());
    }
    let origin = sessions::Begun { issuer, subject: Some(&link.subject), provider_session: None };
    sessions::end_begun(&mut session, &origin, permit.caller().now).await?;
    let detail = detail(provider, user.id, &link.subject);
    permit.record(&mut session, "UNLINK_IDENTITY", user.login.clone(), detail).await?;
    session.commit().await?;
    sessions.forget();
    Ok(user)
}

fn named<'p>(providers: &'p Providers, id: &str) -> Result<&'p Provider, UserError> {
    let unknown = || {
        let known: Vec<&str> = providers.iter().map(|provider| provider.settings().id.as_str()).collect();
        let message = format!("没有身份提供方“{id}”，已配置的有：{}。", known.join("、"));
        UserError::at(&["input", "provider"], "UNKNOWN_PROVIDER", message)
    };
    providers.find(id).ok_or_else(unknown)
}

/// Whether an account may be entered through a provider for `audience` (OIDC-2).
pub(super) fn fit(user: &user::Model, grants: &[grant::Model], audience: Audience) -> Result<(), Reason> {
    let has_office = grants.iter().filter_map(grant::Model::read).any(|grant| grant.role.is_office());
    match () {
        () if user.disabled_at.is_some() => Err(Reason::AccountDisabled),
        () if has_office && audience == Audience::Public => Err(Reason::StaffProviderNeeded),
        () => Ok(()),
    }
}

/// An account, locked so that no grant passes a check of it.
pub(super) async fn locked(session: &mut Session, id: i64) -> Result<Option<user::Model>, DatabaseError> {
    let mut sql = session.sql("UPDATE users SET name = name WHERE id = ");
    sql.bind(id);
    session.run(sql).await?;
    let mut sql = session.select::<user::Model>();
    sql.push(" WHERE id = ").bind(id);
    Ok(session.records(sql).await?.pop())
}
