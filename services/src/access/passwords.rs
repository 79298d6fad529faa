//! 口令 What a password is worth, and how it is changed (GB/T 22239-2019 8.1.4.1 a).
//!
//! SIGN-7: none of the last passwords of an account is taken again.

use chrono::{DateTime, Utc};
use entities::access::{self as stored, grant, user};
use entities::bulk::Session;
use entities::{Database, DatabaseError};
use rules::access::{PasswordPolicy, PasswordState, password_policy, weaknesses};
use serde_json::json;

use super::secrets::{hashed, is_password};
use super::sessions::{Sessions, absent};
use super::sign_in::own_account;
use super::tries;
use crate::command::power::ManageAccount;
use crate::command::{Done, Permit, Refused, UserError};
use crate::ports::Clock;

/// The policy that holds at an instant.
///
/// # Errors
/// A clock that stands before any policy.
pub(super) fn policy(now: DateTime<Utc>) -> Result<&'static PasswordPolicy, DatabaseError> {
    password_policy(Clock::Fixed(now).today()).ok_or_else(|| absent("password policy"))
}

/// 口令状态 What the password of an account is worth.
///
/// # Errors
/// As [`policy`].
pub fn state(user: &user::Model, grants: &[grant::Model], now: DateTime<Utc>) -> Result<PasswordState, DatabaseError> {
    // An account that is entered through a provider of identity has none.
    if user.password_hash.is_none() {
        return Ok(PasswordState::InForce);
    }
    let is_staff = grants.iter().filter_map(grant::Model::read).any(|grant| grant.role.is_office());
    Ok(policy(now)?.state(user.password_changed_at, is_staff, now))
}

/// 修改口令 Ends all other sessions of the account.
///
/// # Errors
/// `WRONG_PASSWORD`, `WEAK_PASSWORD` (each weakness), `PASSWORD_REUSED`, `TOO_SOON`, `LOCKED`.
pub async fn change_password(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageAccount>,
    old: String,
    new: String,
) -> Done<()> {
    let (caller, user) = (permit.caller(), own_account(db, permit).await?);
    let attempt = tries::begin(db, caller, &user.login, "old password").await?;
    if !is_password(old, user.password_hash.clone()).await {
        let error = attempt.failed(db).await?;
        let wrong = UserError::at(&["input", "oldPassword"], "WRONG_PASSWORD", "原口令不正确，请重新输入。");
        return Err(if error.code == "LOCKED" { error } else { wrong }.into());
    }
    let mut session = Session::begin(db).await?;
    attempt.succeeded(&mut session).await?;
    session.commit().await?;
    let policy = policy(caller.now)?;
    let mut errors = weak(policy, &new, &user.login);
    if errors.is_empty() && was_used(db, policy, &user, &new).await? {
        let message = format!("新口令不能与最近 {} 次用过的口令相同。", policy.remembered);
        errors.push(UserError::at(&["input", "newPassword"], "PASSWORD_REUSED", message));
    }
    if !errors.is_empty() {
        return Err(Refused::Inputs(errors));
    }
    let hash = hashed(new).await.ok_or_else(|| absent("password"))?;
    let mut session = Session::begin(db).await?;
    remember(&mut session, policy, &user, caller.now).await?;
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

/// Every weakness of a password as an error of its input.
fn weak(policy: &PasswordPolicy, password: &str, login: &str) -> Vec<UserError> {
    let error = |weakness: rules::access::Weakness| {
        UserError::at(&["input", "newPassword"], "WEAK_PASSWORD", weakness.message(policy))
    };
    weaknesses(policy, password, login).into_iter().map(error).collect()
}

/// Whether it is the present password or one of those before it.
async fn was_used(db: &Database, policy: &PasswordPolicy, user: &user::Model, new: &str) -> Done<bool> {
    let former = stored::former_passwords(db, user.id, before(policy)).await?;
    let hashes = user.password_hash.clone().into_iter().chain(former.into_iter().map(|former| former.hash));
    for hash in hashes {
        if is_password(new.to_owned(), Some(hash)).await {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many passwords are remembered besides the present one.
fn before(policy: &PasswordPolicy) -> i64 {
    i64::try_from(policy.remembered.saturating_sub(1)).unwrap_or(i64::MAX)
}

/// Keeps the hash of the password that is about to be replaced, and no more than are asked for.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn remember(
    session: &mut Session,
    policy: &PasswordPolicy,
    user: &user::Model,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let Some(hash) = &user.password_hash else { return Ok(()) };
    stored::add_former_password(session, user.id, hash, now, before(policy)).await
}
