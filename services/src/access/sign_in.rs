//! 登录 Password, second factor, sign-out.

use chrono::{DateTime, Utc};
use entities::Database;
use entities::access::{self as stored, user};
use entities::bulk::Session;
use entities::guarded::{TotpSecret, Warrant};
use serde_json::json;

use super::secrets::{is_password, totp_secret, totp_step, totp_url};
use super::sessions::{self, LONGEST, New, Sessions, absent};
use super::tries::{self, Attempt};
use super::unused;
use crate::audit::{self, Outcome};
use crate::command::power::ManageSession;
use crate::command::{Caller, Done, Permit, UserError, event};

/// 已登录 A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Told once.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// What is still to be shown before offices count.
    pub second_factor: SecondFactor,
    /// 应修改口令 Whether the password is to be changed before any other right counts.
    pub must_change_password: bool,
    /// Who asks from now on.
    pub caller: Caller,
}

/// 二次验证 What an account still has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// 无需 The account holds no office.
    NotNeeded,
    /// 待绑定 An authenticator app is to be bound first.
    ToBeBound,
    /// 待验证 A code is to be shown.
    ToBeShown,
    /// 已验证
    Shown,
}

/// 登录 Begins a session for whoever knows the password.
///
/// # Errors
/// `SIGN_IN_FAILED` for an unknown login, a wrong password and a disabled account alike, `TOO_SOON`, `LOCKED`.
pub async fn sign_in(
    db: &Database,
    sessions: &Sessions,
    caller: &Caller,
    login: &str,
    password: String,
) -> Done<SignedIn> {
    let attempt = tries::begin(db, caller, login, "password").await?;
    let user = stored::user_by_login(db, login).await?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = is_password(password, hash).await;
    match user.filter(|user| is_right && user.disabled_at.is_none()) {
        Some(user) if unused::is_unused(&user, caller.now)? => {
            unused::disable_unused(db, caller.now).await?;
            Err(attempt.failed(db).await?.into())
        }
        Some(user) => begin(db, sessions, attempt, caller, &user).await,
        None => Err(attempt.failed(db).await?.into()),
    }
}

async fn begin(
    db: &Database,
    sessions: &Sessions,
    attempt: Attempt<'_>,
    caller: &Caller,
    user: &user::Model,
) -> Done<SignedIn> {
    let mut session = Session::begin(db).await?;
    attempt.succeeded(&mut session).await?;
    stored::note_use(&mut session, user.id, caller.now).await?;
    let (id, token) = sessions::begin(&mut session, user.id, &caller.source, caller.now, New::default()).await?;
    let actor = Caller { name: user.login.as_str().into(), ..caller.clone() };
    let detail = json!({ "user": user.id, "session": id });
    audit::append(&mut session, &[event(&actor, "SIGN_IN", user.login.clone(), Outcome::Done, detail)]).await?;
    session.commit().await?;
    signed_in(db, sessions, caller, user, token, false).await
}

async fn signed_in(
    db: &Database,
    sessions: &Sessions,
    caller: &Caller,
    user: &user::Model,
    token: String,
    two_factors: bool,
) -> Done<SignedIn> {
    let known = sessions.caller(db, &token, &caller.source, caller.now).await?;
    let known = known.ok_or_else(|| absent("sessions"))?;
    let grants = stored::grants_of(db, &[user.id]).await?.remove(&user.id).unwrap_or_default();
    let is_office = grants.iter().filter_map(|grant| grant.read()).any(|grant| grant.role.is_office());
    let second_factor = match (two_factors, user.totp_confirmed_at, is_office) {
        (true, ..) => SecondFactor::Shown,
        (false, Some(_), _) => SecondFactor::ToBeShown,
        (false, None, true) => SecondFactor::ToBeBound,
        (false, None, false) => SecondFactor::NotNeeded,
    };
    let must_change_password = known.viewer.must_change_password();
    Ok(SignedIn { token, expires_at: caller.now + LONGEST, second_factor, must_change_password, caller: known })
}

/// 绑定 Makes a new secret for the authenticator app; it counts once a code of it was shown.
///
/// # Errors
/// `KEY_UNAVAILABLE`; `ALREADY_BOUND`: a lost phone is a matter for the system administrator.
pub async fn bind_second_factor(db: &Database, permit: &Permit<'_, ManageSession>) -> Done<(String, String)> {
    let user = own_account(db, permit).await?;
    if user.totp_confirmed_at.is_some() {
        let message = "该账号已绑定验证器；更换手机请联系系统管理员重置后再绑定。";
        return Err(UserError::at(&[], "ALREADY_BOUND", message).into());
    }
    let secret = totp_secret().ok_or_else(|| absent("chance"))?;
    let url = totp_url(&secret, &user.login).ok_or_else(|| absent("users"))?;
    let sealed = TotpSecret::sealed(db.vault(), &user.id.to_string(), &secret)?;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET totp_secret = ");
    sql.bind(sealed).push(" WHERE totp_confirmed_at IS NULL AND id = ").bind(user.id);
    session.run(sql).await?;
    permit.record(&mut session, "BIND_SECOND_FACTOR", user.login, json!({})).await?;
    session.commit().await?;
    Ok((secret, url))
}

/// 二次验证 Takes a code of the authenticator app; the session gets a new token with its new rights.
///
/// # Errors
/// `NOT_BOUND`, `WRONG_CODE`, `TOO_SOON`, `LOCKED`, `VALUE_DAMAGED`, `KEY_UNAVAILABLE`.
pub async fn show_second_factor(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageSession>,
    code: &str,
) -> Done<SignedIn> {
    let (caller, user) = (permit.caller(), own_account(db, permit).await?);
    let Some(secret) = &user.totp_secret else {
        let message = "该账号尚未绑定验证器，请先用 bindSecondFactor 绑定。";
        return Err(UserError::at(&["input", "code"], "NOT_BOUND", message).into());
    };
    let secret = secret.revealed(db.vault(), &user.id.to_string(), Warrant::because("a code of it is compared"))?;
    let attempt = tries::begin(db, caller, &user.login, tries::SECOND_FACTOR).await?;
    let Some(step) = totp_step(&secret, code, caller.now.timestamp(), user.totp_step) else {
        let mut error = attempt.failed(db).await?;
        if error.code == "SIGN_IN_FAILED" {
            let message = "验证码不正确、已过期或已使用过，请输入验证器当前显示的 6 位数字。";
            error = UserError {
                retry_after: error.retry_after,
                ..UserError::at(&["input", "code"], "WRONG_CODE", message)
            };
        }
        return Err(error.into());
    };
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET totp_step = ");
    sql.bind(step).push(", totp_confirmed_at = COALESCE(totp_confirmed_at, ").bind(caller.now).push(") WHERE id = ");
    sql.bind(user.id).push(" AND (totp_step IS NULL OR totp_step < ").bind(step).push(") RETURNING id");
    if session.run(sql).await?.is_empty() {
        let message = "该验证码刚被使用过，请等待验证器显示下一组数字。";
        return Err(UserError::at(&["input", "code"], "WRONG_CODE", message).into());
    }
    attempt.succeeded(&mut session).await?;
    // The session goes on under a new token: where it was begun, it can still be ended.
    let origin = sessions::origin(&mut session, caller.session).await?;
    sessions::end(&mut session, user.id, caller.session, caller.now).await?;
    let new = New { two_factors: true, origin: origin.as_ref() };
    let (id, token) = sessions::begin(&mut session, user.id, &caller.source, caller.now, new).await?;
    permit.record(&mut session, "SHOW_SECOND_FACTOR", user.login.clone(), json!({ "session": id })).await?;
    session.commit().await?;
    sessions.forget();
    signed_in(db, sessions, caller, &user, token, true).await
}

/// 退出 Ends this session, or all sessions of the account.
///
/// # Errors
/// A failure of the database.
pub async fn sign_out(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageSession>,
    everywhere: bool,
) -> Done<()> {
    let caller = permit.caller();
    let user = caller.user().ok_or_else(|| absent("users"))?;
    let only = if everywhere { None } else { caller.session };
    let mut session = Session::begin(db).await?;
    sessions::end(&mut session, user, only, caller.now).await?;
    let detail = json!({ "everywhere": everywhere, "session": caller.session });
    permit.record(&mut session, "SIGN_OUT", caller.name.to_string(), detail).await?;
    session.commit().await?;
    sessions.forget();
    Ok(())
}

/// The account of the caller.
pub(super) async fn own_account<P>(db: &Database, permit: &Permit<'_, P>) -> Done<user::Model> {
    let id = permit.caller().user().ok_or_else(|| absent("users"))?;
    Ok(stored::user_by_id(db, id).await?.ok_or_else(|| absent("users"))?)
}
