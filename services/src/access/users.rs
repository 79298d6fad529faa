//! 账号管理 Accounts and what they are granted: the system administrator makes accounts, the security
//! administrator grants roles, so that neither can do it alone.

use entities::access::{self as stored, user};
use entities::bulk::Session;
use entities::read::Value as _;
use entities::{Database, DatabaseError};
use rules::access::{Role, conflict};
use rules::region::{self, RegionCode};
use sea_orm::QueryResult;
use serde_json::json;

use super::oidc::Audience;
use super::passwords;
use super::secrets::{hashed, readable};
use super::sessions::{self, Sessions, absent};
use crate::audit::{self, Outcome};
use crate::command::power::{AssignRoles, ManageUsers};
use crate::command::{Caller, Done, Permit, Refused, UserError, event};

/// Characters of a first password: readable aloud, and strong by their number and kinds.
const FIRST_PASSWORD: usize = 16;
/// Characters of a login and of a name at most.
const LOGIN: usize = 64;
const NAME: usize = 128;

/// 新账号 What to write into an account.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// 账号名
    pub login: String,
    /// 姓名
    pub name: String,
}

/// 建立账号 The first password is told once; it is to be changed by its owner.
///
/// # Errors
/// `INVALID_LOGIN`, `INVALID_NAME`, `LOGIN_TAKEN`.
pub async fn create(db: &Database, permit: &Permit<'_, ManageUsers>, new: NewUser) -> Done<(user::Model, String)> {
    create_as(db, permit.caller(), new).await
}

/// The same for the operator at the machine, who makes the first administrators.
///
/// # Errors
/// As [`create`].
pub async fn create_as(db: &Database, caller: &Caller, new: NewUser) -> Done<(user::Model, String)> {
    let errors = wrong(&new);
    if !errors.is_empty() {
        return Err(Refused::Inputs(errors));
    }
    let password = first_password()?;
    let hash = hashed(password.clone()).await.ok_or_else(|| absent("password"))?;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("INSERT INTO users (login, name, password_hash, created_at) VALUES (");
    sql.bind(new.login.as_str()).push(", ").bind(new.name.as_str()).push(", ").bind(hash).push(", ");
    sql.bind(caller.now).push(") ON CONFLICT (login) DO NOTHING RETURNING id");
    let rows = session.run(sql).await?;
    if rows.is_empty() {
        let message = format!("账号名“{}”已被使用，请另取一个。", new.login);
        return Err(UserError::at(&["input", "login"], "LOGIN_TAKEN", message).into());
    }
    let id = returned_id(&rows)?;
    let detail = json!({ "user": id, "name": new.name });
    audit::append(&mut session, &[event(caller, "CREATE_USER", new.login, Outcome::Done, detail)]).await?;
    session.commit().await?;
    Ok((account(db, id).await?, password))
}

/// What is wrong with login and name.
pub(super) fn wrong(new: &NewUser) -> Vec<UserError> {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let mut errors = Vec::new();
    if new.login.len() < 3 || new.login.len() > LOGIN || !new.login.chars().all(is_sign) {
        let message = "账号名应为 3 到 64 个字母、数字或 . - _ @。";
        errors.push(UserError::at(&["input", "login"], "INVALID_LOGIN", message));
    }
    if new.name.trim().is_empty() || new.name.chars().count() > NAME {
        errors.push(UserError::at(&["input", "name"], "INVALID_NAME", "姓名应为 1 到 128 个字符。"));
    }
    errors
}

/// 停用账号 Its sessions end at once.
///
/// # Errors
/// `NOT_FOUND`, `OWN_ACCOUNT`.
pub async fn disable(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageUsers>,
    id: i64,
) -> Done<user::Model> {
    let caller = permit.caller();
    if caller.user() == Some(id) {
        let message = "不能停用自己的账号，请由另一名系统管理员办理。";
        return Err(UserError::at(&["input", "userId"], "OWN_ACCOUNT", message).into());
    }
    let user = found(db, id).await?;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET disabled_at = ");
    sql.bind(caller.now).push(" WHERE disabled_at IS NULL AND id = ").bind(id);
    session.run(sql).await?;
    sessions::end(&mut session, id, None, caller.now).await?;
    permit.record(&mut session, "DISABLE_USER", user.login, json!({ "user": id })).await?;
    session.commit().await?;
    sessions.forget();
    account(db, id).await
}

/// 启用账号 An account that was disabled holds what it held before; its time without use begins anew.
///
/// # Errors
/// `NOT_FOUND`, `NOT_DISABLED`.
pub async fn enable(db: &Database, permit: &Permit<'_, ManageUsers>, id: i64) -> Done<user::Model> {
    let (caller, user) = (permit.caller(), found(db, id).await?);
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE users SET disabled_at = NULL, used_at = ");
    sql.bind(caller.now).push(" WHERE disabled_at IS NOT NULL AND id = ").bind(id).push(" RETURNING id");
    if session.run(sql).await?.is_empty() {
        return Err(UserError::at(&["input", "userId"], "NOT_DISABLED", "该账号未停用，无需启用。").into());
    }
    permit.record(&mut session, "ENABLE_USER", user.login, json!({ "user": id })).await?;
    session.commit().await?;
    account(db, id).await
}

/// 重置 A new first password, and the authenticator app to be bound again.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn reset(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, ManageUsers>,
    id: i64,
) -> Done<(user::Model, String)> {
    let (caller, user) = (permit.caller(), found(db, id).await?);
    let password = first_password()?;
    let hash = hashed(password.clone()).await.ok_or_else(|| absent("password"))?;
    let mut session = Session::begin(db).await?;
    passwords::remember(&mut session, passwords::policy(caller.now)?, &user, caller.now).await?;
    let mut sql = session.sql("UPDATE users SET password_hash = ");
    sql.bind(hash).push(", password_changed_at = NULL, totp_secret = NULL, totp_confirmed_at = NULL");
    sql.push(", totp_step = NULL WHERE id = ").bind(id);
    session.run(sql).await?;
    sessions::end(&mut session, id, None, caller.now).await?;
    permit.record(&mut session, "RESET_USER", user.login, json!({ "user": id })).await?;
    session.commit().await?;
    sessions.forget();
    Ok((account(db, id).await?, password))
}

/// 授权 What is to be granted.
#[derive(Clone, Copy, Debug)]
pub struct NewGrant {
    /// The account.
    pub user: i64,
    /// 角色
    pub role: Role,
    /// 辖区
    pub region: RegionCode,
    /// 所属主体 For a liaison, and only for one.
    pub enterprise: Option<i64>,
}

/// 授予角色 Grants a role in a region that lies within the grantor's own.
///
/// # Errors
/// `NOT_FOUND`, `UNKNOWN_REGION`, `ROLE_NOT_GRANTED`, `ROLE_CONFLICT`, `ENTERPRISE_NEEDED`,
/// `ENTERPRISE_NOT_NEEDED`, `OWN_ACCOUNT`, `ALREADY_GRANTED`.
pub async fn grant(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, AssignRoles>,
    new: NewGrant,
) -> Done<user::Model> {
    if permit.caller().user() == Some(new.user) {
        let message = "不能给自己授权，请由另一名安全管理员办理。";
        return Err(UserError::at(&["input", "userId"], "OWN_ACCOUNT", message).into());
    }
    grant_as(db, sessions, permit.caller(), new).await
}

/// The same for the operator at the machine, who makes the first administrators.
///
/// # Errors
/// As [`grant`].
pub async fn grant_as(db: &Database, sessions: &Sessions, caller: &Caller, new: NewGrant) -> Done<user::Model> {
    let user = found(db, new.user).await?;
    let mut session = Session::begin(db).await?;
    // The account's row is locked, so that two grants cannot pass each other's check.
    let mut sql = session.sql("UPDATE users SET name = name WHERE id = ");
    sql.bind(new.user);
    session.run(sql).await?;
    let mut sql = session.select::<stored::grant::Model>();
    sql.push(" WHERE ended_at IS NULL AND user_id = ").bind(new.user);
    let held: Vec<stored::grant::Model> = session.records(sql).await?;
    if let Some(error) = unfit(&new, &held) {
        return Err(error.into());
    }
    ensure_role(&mut session, new.role).await?;
    let mut sql =
        session.sql("INSERT INTO grants (user_id, role_code, region_code, enterprise_id, granted_at, granted_by)");
    sql.push(" VALUES (").bind(new.user).push(", ").bind(new.role.code()).push(", ");
    sql.bind(new.region.get().cast_signed()).push(", ").bind(new.enterprise).push(", ").bind(caller.now);
    sql.push(", ").bind(caller.user()).push(")");
    session.run(sql).await?;
    if new.role.is_office() {
        // OIDC-2: offices are not entered through a provider for the public, nor taken up in such a session.
        sessions::end_of_audience(&mut session, new.user, Audience::Public.code(), caller.now).await?;
    }
    let detail = json!({
        "user": new.user, "role": new.role.code(), "region": new.region.to_string(), "enterprise": new.enterprise
    });
    audit::append(&mut session, &[event(caller, "GRANT_ROLE", user.login, Outcome::Done, detail)]).await?;
    session.commit().await?;
    sessions.forget();
    account(db, new.user).await
}

fn unfit(new: &NewGrant, held: &[stored::grant::Model]) -> Option<UserError> {
    let at = |field, code, message: String| Some(UserError::at(&["input", field], code, message));
    let roles: Vec<Role> = held.iter().filter_map(|grant| Role::from_code(&grant.role_code)).collect();
    let is_same = |grant: &stored::grant::Model| {
        grant
            .read()
            .is_some_and(|held| (held.role, held.region, held.enterprise) == (new.role, new.region, new.enterprise))
    };
    if region::find(new.region).is_none() {
        return at("regionCode", "UNKNOWN_REGION", format!("没有行政区划 {}，请核对代码。", new.region));
    }
    if !new.role.is_granted() {
        return at("role", "ROLE_NOT_GRANTED", format!("{}不通过授权取得。", new.role.term()));
    }
    if let Some(conflict) = conflict(&roles, new.role) {
        return at("role", "ROLE_CONFLICT", conflict.message());
    }
    match (new.role == Role::Liaison, new.enterprise) {
        (true, None) => return at("enterpriseId", "ENTERPRISE_NEEDED", "联络员应指明所属经营主体。".to_owned()),
        (false, Some(_)) => {
            return at("enterpriseId", "ENTERPRISE_NOT_NEEDED", "只有联络员才指明所属经营主体。".to_owned());
        }
        _ => {}
    }
    if held.iter().any(is_same) {
        return at("role", "ALREADY_GRANTED", "该账号已有此角色。".to_owned());
    }
    None
}

/// The table of roles follows the vocabulary.
pub(super) async fn ensure_role(session: &mut Session, role: Role) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO roles (code, term) VALUES (");
    sql.bind(role.code()).push(", ").bind(role.term()).push(") ON CONFLICT (code) DO NOTHING");
    session.run(sql).await.map(drop)
}

/// 收回角色 Ends a grant.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn revoke(
    db: &Database,
    sessions: &Sessions,
    permit: &Permit<'_, AssignRoles>,
    user: i64,
    role: Role,
    region: RegionCode,
) -> Done<user::Model> {
    let (caller, account_row) = (permit.caller(), found(db, user).await?);
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE grants SET ended_at = ");
    sql.bind(caller.now).push(" WHERE ended_at IS NULL AND user_id = ").bind(user).push(" AND role_code = ");
    sql.bind(role.code()).push(" AND region_code = ").bind(region.get().cast_signed()).push(" RETURNING id");
    if session.run(sql).await?.is_empty() {
        let message = format!("该账号在 {region} 没有{}角色，无需收回。", role.term());
        return Err(UserError::at(&["input", "role"], "NOT_FOUND", message).into());
    }
    let detail = json!({ "user": user, "role": role.code(), "region": region.to_string() });
    permit.record(&mut session, "REVOKE_ROLE", account_row.login, detail).await?;
    session.commit().await?;
    sessions.forget();
    account(db, user).await
}

fn first_password() -> Result<String, DatabaseError> {
    readable(FIRST_PASSWORD).map(|part| format!("Qx-{part}")).ok_or_else(|| absent("chance"))
}

pub(super) async fn found(db: &Database, id: i64) -> Done<user::Model> {
    let missing = || UserError::at(&["input", "userId"], "NOT_FOUND", "没有这个账号，请核对编号。");
    Ok(stored::user_by_id(db, id).await?.ok_or_else(missing)?)
}

async fn account(db: &Database, id: i64) -> Done<user::Model> {
    Ok(stored::user_by_id(db, id).await?.ok_or_else(|| absent("users"))?)
}

/// The key that `RETURNING id` gave.
pub(super) fn returned_id(rows: &[QueryResult]) -> Result<i64, DatabaseError> {
    let row = rows.first().ok_or_else(|| absent("returning"))?;
    Ok(i64::value(row, 0)?)
}
