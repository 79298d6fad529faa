//! 登录 Password, second factor, change of password, sign-out.

use chrono::{DateTime, TimeDelta, Utc};
use entities::access::{self as stored, user};
use entities::bulk::Session;
use entities::read::Value as _;
use entities::{Database, DatabaseError};
use rules::access::weaknesses;
use serde_json::json;

use super::secrets::{hashed, is_password, totp_secret, totp_step, totp_url};
use super::sessions::{self, LONGEST, Sessions, absent};
use crate::audit::{self, Outcome};
use crate::command::power::{ManageAccount, ManageSession};
use crate::command::{Caller, Done, Permit, Refused, UserError, event};

/// Failed tries that lock a login at an address.
const TRIES: i32 = 5;
/// How long it is locked, and after how long earlier tries are forgotten.
const LOCKED: TimeDelta = TimeDelta::minutes(15);

/// 已登录 A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Told once.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// What is still to be shown before offices count.
    pub second_factor: SecondFactor,
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
/// `SIGN_IN_FAILED` for an unknown login, a wrong password and a disabled account alike, `LOCKED`.
pub async fn sign_in(
    db: &Database,
    sessions: &Sessions,
    caller: &Caller,
    login: &str,
    password: String,
) -> Done<SignedIn> {
    if let Some(until) = locked_until(db, login, caller).await? {
        record(db, caller, login, Outcome::Refused, "LOCKED").await?;
        return Err(locked(until, caller.now).into());
    }
    let user = stored::user_by_login(db, login).await?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = is_password(password, hash).await;
    match user.filter(|user| is_right && user.disabled_at.is_none()) {
        Some(user) => begin(db, sessions, caller, &user).await,
        None => Err(failed(db, caller, login, "password").await?.into()),
    }
}

async fn begin(db: &Database, sessions: &Sessions, caller: &Caller, user: &user::Model) -> Done<SignedIn> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("DELETE FROM sign_in_failures WHERE login = ");
    sql.bind(user.login.as_str()).push(" AND source = ").bind(&*caller.source);
    session.run(sql).await?;
    let (id, token) = sessions::begin(&mut session, user.id, &caller.source, caller.now, false).await?;
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
    Ok(SignedIn { token, expires_at: caller.now + LONGEST, second_factor, caller: known })
}

/// 绑定 Makes a new secret for the authenticator app; it counts once a code of it was shown.
///
/// # Errors
/// `ALREADY_BOUND`: a lost phone is a matter for the system administrator.
pub async fn bind_second_factor(db: &Database, permit: &Permit<'_, ManageSession>) -> Done<(String, String)> {
    let user = own_account(db, permit).await?;
    if user.totp_confirmed_at.is_some() {
        let message = "该账号已绑定验证器；更换手机请联系系统管理员重置后再绑定。";
        return Err(UserError::at(&[], "ALREADY_BOUND", message).into());
    }
    let secret = totp_secret().ok_or_else(|| absent("chance"))?;
    let url = totp_url(&secret, &user.login).ok_or_else(|| absent("users"))?;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET totp_secret = ");
    sql.bind(secret.as_str()).push(" WHERE totp_confirmed_at IS NULL AND id = ").bind(user.id);
    session.run(sql).await?;
    permit.record(&mut session, "BIND_SECOND_FACTOR", user.login, json!({})).await?;
    session.commit().await?;
    Ok((secret, url))
}

/// 二次验证 Takes a code of the authenticator app; the session gets a new token with its new rights.
///
/// # Errors
/// `NOT_BOUND`, `WRONG_CODE`, `LOCKED`.
pub async fn show_second_factor(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageSession>,
    code: &str,
) -> Done<SignedIn> {
    let (caller, user) = (permit.caller(), own_account(db, permit).await?);
    if let Some(until) = locked_until(db, &user.login, caller).await? {
        return Err(locked(until, caller.now).into());
    }
    let Some(secret) = &user.totp_secret else {
        let message = "该账号尚未绑定验证器，请先用 bindSecondFactor 绑定。";
        return Err(UserError::at(&["input", "code"], "NOT_BOUND", message).into());
    };
    let Some(step) = totp_step(secret, code, caller.now.timestamp(), user.totp_step) else {
        let mut error = failed(db, caller, &user.login, "second factor").await?;
        if error.code == "SIGN_IN_FAILED" {
            let message = "验证码不正确、已过期或已使用过，请输入验证器当前显示的 6 位数字。";
            error = UserError::at(&["input", "code"], "WRONG_CODE", message);
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
    sessions::end(&mut session, user.id, caller.session, caller.now).await?;
    let (id, token) = sessions::begin(&mut session, user.id, &caller.source, caller.now, true).await?;
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

/// 修改口令 Ends all other sessions of the account.
///
/// # Errors
/// `WRONG_PASSWORD`, `WEAK_PASSWORD` (each weakness), `LOCKED`.
pub async fn change_password(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageAccount>,
    old: String,
    new: String,
) -> Done<()> {
    let (caller, user) = (permit.caller(), own_account(db, permit).await?);
    if let Some(until) = locked_until(db, &user.login, caller).await? {
        return Err(locked(until, caller.now).into());
    }
    if !is_password(old.clone(), user.password_hash.clone()).await {
        failed(db, caller, &user.login, "old password").await?;
        return Err(UserError::at(&["input", "oldPassword"], "WRONG_PASSWORD", "原口令不正确，请重新输入。").into());
    }
    let mut errors = weak(&new, &user.login, "newPassword");
    if new == old {
        errors.push(UserError::at(&["input", "newPassword"], "WEAK_PASSWORD", "新口令不能与原口令相同。"));
    }
    if !errors.is_empty() {
        return Err(Refused::Inputs(errors));
    }
    let hash = hashed(new).await.ok_or_else(|| absent("password"))?;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET password_hash = ");
    sql.bind(hash).push(", password_changed_at = ").bind(caller.now).push(" WHERE id = ").bind(user.id);
    session.run(sql).await?;
    let mut sql = session.sql("UPDATE sessions SET ended_at = ");
    sql.bind(caller.now).push(" WHERE ended_at IS NULL AND user_id = ").bind(user.id);
    sql.push(" AND id <> ").bind(caller.session.unwrap_or_default());
    session.run(sql).await?;
    permit.record(&mut session, "CHANGE_PASSWORD", user.login, json!({})).await?;
    session.commit().await?;
    sessions.forget();
    Ok(())
}

/// Every weakness of a password as an error of the input `field`.
pub(super) fn weak(password: &str, login: &str, field: &'static str) -> Vec<UserError> {
    let error =
        |weakness: rules::access::Weakness| UserError::at(&["input", field], "WEAK_PASSWORD", weakness.message());
    weaknesses(password, login).into_iter().map(error).collect()
}

async fn own_account<P>(db: &Database, permit: &Permit<'_, P>) -> Done<user::Model> {
    let id = permit.caller().user().ok_or_else(|| absent("users"))?;
    Ok(stored::user_by_id(db, id).await?.ok_or_else(|| absent("users"))?)
}

async fn locked_until(db: &Database, login: &str, caller: &Caller) -> Done<Option<DateTime<Utc>>> {
    let until = stored::locked_until(db, login, &caller.source).await?;
    Ok(until.filter(|until| *until > caller.now))
}

fn locked(until: DateTime<Utc>, now: DateTime<Utc>) -> UserError {
    let minutes = ((until - now).num_seconds() + 59) / 60;
    let message = format!("连续 {TRIES} 次验证失败，该账号在此地址已锁定，请约 {minutes} 分钟后再试。");
    UserError::at(&["input"], "LOCKED", message)
}

/// Counts a failed try, and what the person is told.
async fn failed(db: &Database, caller: &Caller, login: &str, factor: &str) -> Result<UserError, DatabaseError> {
    let now = caller.now;
    let mut session = Session::begin(db).await?;
    // Earlier tries count for a quarter of an hour.
    let mut sql = session.sql("INSERT INTO sign_in_failures (login, source, failed, last_at) VALUES (");
    sql.bind(login).push(", ").bind(&*caller.source).push(", 1, ").bind(now);
    sql.push(") ON CONFLICT (login, source) DO UPDATE SET failed = CASE WHEN sign_in_failures.last_at < ");
    sql.bind(now - LOCKED).push(" THEN 1 ELSE sign_in_failures.failed + 1 END, last_at = ").bind(now);
    sql.push(", locked_until = NULL RETURNING failed");
    let rows = session.run(sql).await?;
    let tries = rows.first().map(|row| i32::value(row, 0)).transpose()?.unwrap_or(1);
    if tries >= TRIES {
        let mut sql = session.sql("UPDATE sign_in_failures SET failed = 0, locked_until = ");
        sql.bind(now + LOCKED).push(" WHERE login = ").bind(login).push(" AND source = ").bind(&*caller.source);
        session.run(sql).await?;
    }
    let detail = json!({ "factor": factor, "tries": tries });
    let subject = login.chars().take(64).collect();
    audit::append(&mut session, &[event(caller, "SIGN_IN", subject, Outcome::Refused, detail)]).await?;
    session.commit().await?;
    if tries >= TRIES {
        return Ok(locked(now + LOCKED, now));
    }
    let message = "账号或口令不正确，请核对后重试；连续失败 5 次将锁定 15 分钟。";
    Ok(UserError::at(&["input"], "SIGN_IN_FAILED", message))
}

async fn record(
    db: &Database,
    caller: &Caller,
    login: &str,
    outcome: Outcome,
    reason: &str,
) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let subject = login.chars().take(64).collect();
    audit::append(&mut session, &[event(caller, "SIGN_IN", subject, outcome, json!({ "reason": reason }))]).await?;
    session.commit().await
}
