//! 注册与变更 The code is shown, and somebody becomes liaison in the place of whoever was.

use chrono::{DateTime, Utc};
use entities::access::{self as accounts, user};
use entities::bulk::Session;
use entities::guarded::{LiaisonIdNumber, LiaisonPhone};
use entities::liaison::{self as stored, NewLiaison, liaison, liaison_row};
use entities::{Database, DatabaseError};
use rules::access::{Role, conflict, masked_phone, weaknesses};
use rules::identity_number;
use rules::liaison::{CodeFacts, CodePolicy, CodeState, LiaisonPurpose, LiaisonStep};
use rules::message::mobile;
use rules::uscc::Uscc;

use super::super::passwords;
use super::super::secrets::{hashed, is_password, sm3_hex};
use super::super::sessions::{self, Sessions, absent};
use super::super::users::{self, NewUser};
use super::{Step, policy};
use crate::command::{Caller, Done, Refused, UserError};

/// 注册或变更 Who is to be liaison.
#[derive(Clone)]
pub struct Registration {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 业务
    pub purpose: LiaisonPurpose,
    /// 凭据 Of the request.
    pub ticket: String,
    /// 验证码
    pub code: String,
    /// 姓名
    pub name: String,
    /// 手机号
    pub phone: String,
    /// 身份证号码
    pub id_number: Option<String>,
    /// 账号名 A new one, or one's own.
    pub login: String,
    /// 口令 For a new account, or that of one's own.
    pub password: String,
}

/// 已保存 Who is liaison now.
#[derive(Clone, Debug)]
pub struct Registered {
    /// 联络员
    pub row: liaison::Model,
    /// 账号名
    pub login: String,
    /// 手机号 Masked.
    pub phone: String,
    /// 是否替换了原联络员
    pub has_replaced: bool,
}

/// 注册联络员，或变更联络员
///
/// # Errors
/// What is wrong with the inputs, all at once; `WRONG_CODE` with the tries that are left, `CODE_EXPIRED`, `CODE_LOCKED`,
/// `CODE_USED`, `TOO_MANY`; once the code is right `LIAISON_EXISTS`, `NO_LIAISON`, `LOGIN_TAKEN`, `KEY_UNAVAILABLE`.
pub async fn register(db: &Database, sessions: &Sessions, caller: &Caller, asked: Registration) -> Done<Registered> {
    let errors = wrong(&asked, caller.now)?;
    if !errors.is_empty() {
        return Err(Refused::Inputs(errors));
    }
    let policy = policy(caller.now)?;
    let code = checked(db, caller, policy, &asked).await?;
    let uscc = asked.uscc.to_string();
    let step = Step {
        caller,
        uscc: &uscc,
        purpose: asked.purpose,
        step: LiaisonStep::Save,
        login: Some(asked.login.as_str()),
    };
    match save(db, caller, &step, code, &asked).await {
        Ok(registered) => {
            sessions.forget();
            Ok(registered)
        }
        Err(Refused::Inputs(mut errors)) => {
            let first = errors.remove(0);
            Err(step.refuse(db, first).await?.into())
        }
        Err(error) => Err(error),
    }
}

/// Everything that is wrong with what was typed.
fn wrong(asked: &Registration, now: DateTime<Utc>) -> Result<Vec<UserError>, DatabaseError> {
    let mut errors = users::wrong(&NewUser { login: asked.login.clone(), name: asked.name.clone() });
    if mobile(&asked.phone).is_none() {
        let message = "联络员手机号应为 11 位手机号码，请核对。";
        errors.push(UserError::at(&["input", "phone"], "INVALID_PHONE", message));
    }
    if let Some(fault) = asked.id_number.as_deref().and_then(identity_number::fault) {
        errors.push(UserError::at(&["input", "idNumber"], "INVALID_ID_NUMBER", format!("{fault}。")));
    }
    let policy = passwords::policy(now)?;
    errors.extend(
        weaknesses(policy, &asked.password, &asked.login)
            .into_iter()
            .map(|weakness| UserError::at(&["input", "password"], "WEAK_PASSWORD", weakness.message(policy))),
    );
    Ok(errors)
}

/// The key of the code, once it was shown to be the right one; each try counts before it is looked at.
async fn checked(db: &Database, caller: &Caller, policy: &CodePolicy, asked: &Registration) -> Done<i64> {
    let uscc = asked.uscc.to_string();
    let step = Step {
        caller,
        uscc: &uscc,
        purpose: asked.purpose,
        step: LiaisonStep::Verify,
        login: Some(asked.login.as_str()),
    };
    let mut session = Session::begin(db).await?;
    if stored::shown_by(&mut session, &caller.source, caller.now).await? >= policy.shown_by_source {
        session.rollback().await?;
        let message = "此地址今日核对验证码过多，请次日再试。";
        return Err(step.refuse(db, UserError::at(&["input", "code"], "TOO_MANY", message)).await?.into());
    }
    let row = stored::try_code(&mut session, &sm3_hex(&asked.ticket)).await?;
    session.commit().await?;
    // A ticket that nobody was given is like one whose time has passed.
    let Some(row) = row else { return Err(step.refuse(db, refusal(policy, CodeState::Expired, 0)).await?.into()) };
    let facts = CodeFacts { requested_at: row.requested_at, tries: row.tries - 1, is_used: row.used_at.is_some() };
    let state = policy.judge(&facts, caller.now);
    if state != CodeState::Open {
        return Err(step.refuse(db, refusal(policy, state, row.tries)).await?.into());
    }
    let is_meant = row.uscc == uscc && row.purpose == asked.purpose.code();
    if !is_password(asked.code.trim().to_owned(), Some(row.code_hash)).await || !is_meant {
        return Err(step.refuse(db, refusal(policy, CodeState::Open, row.tries)).await?.into());
    }
    let mut session = Session::begin(db).await?;
    step.note(&mut session, "DONE").await?;
    session.commit().await?;
    Ok(row.id)
}

fn refusal(policy: &CodePolicy, state: CodeState, tries: i32) -> UserError {
    let (code, message) = match (state, policy.left(tries)) {
        (CodeState::Expired, _) => ("CODE_EXPIRED", "验证码已失效，请重新申请。".to_owned()),
        (CodeState::Used, _) => ("CODE_USED", "验证码已使用过，请重新申请。".to_owned()),
        (CodeState::Locked, _) | (CodeState::Open, 0) => {
            let tries = policy.tries;
            ("CODE_LOCKED", format!("验证码连续 {tries} 次不正确，已作废，请重新申请。"))
        }
        (CodeState::Open, left) => ("WRONG_CODE", format!("验证码不正确，还可再试 {left} 次，请核对短信后重填。")),
    };
    UserError::at(&["input", "code"], code, message)
}

/// Writes who is liaison now, or nothing.
async fn save(db: &Database, caller: &Caller, step: &Step<'_>, code: i64, asked: &Registration) -> Done<Registered> {
    let owner = owner(db, asked).await?;
    let hash = match &owner {
        Some(_) => None,
        None => Some(hashed(asked.password.clone()).await.ok_or_else(|| absent("password"))?),
    };
    let mut session = Session::begin(db).await?;
    entities::audit::locked_head(&mut session).await?;
    if !stored::use_code(&mut session, code, caller.now).await? {
        let message = "验证码已使用过，请重新申请。";
        return Err(UserError::at(&["input", "code"], "CODE_USED", message).into());
    }
    let Some((enterprise, region)) = stored::locked_enterprise(&mut session, step.uscc).await? else {
        let message = "验证码已失效，请重新申请。";
        return Err(UserError::at(&["input", "code"], "CODE_EXPIRED", message).into());
    };
    let former = stored::in_office(&mut session, enterprise).await?;
    if let Some(error) = unfit(asked.purpose, !former.is_empty()) {
        return Err(error.into());
    }
    let user = match (owner, hash) {
        (Some(user), _) => user.id,
        (None, Some(hash)) => created(&mut session, asked, hash, caller.now).await?,
        (None, None) => return Err(taken().into()),
    };
    stored::end_all(&mut session, enterprise, caller.now).await?;
    for former in &former {
        sessions::end(&mut session, *former, None, caller.now).await?;
    }
    users::ensure_role(&mut session, Role::Liaison).await?;
    let mut sql = session.sql("INSERT INTO grants (user_id, role_code, region_code, enterprise_id, granted_at)");
    sql.push(" VALUES (").bind(user).push(", ").bind(Role::Liaison.code()).push(", ").bind(region).push(", ");
    sql.bind(enterprise).push(", ").bind(caller.now).push(")");
    session.run(sql).await?;
    let (bound, number) = (liaison_row(enterprise, user), mobile(&asked.phone).unwrap_or_default());
    let id_number = asked.id_number.as_deref().map(|text| LiaisonIdNumber::sealed(db.vault(), &bound, text));
    let new = NewLiaison {
        enterprise,
        user,
        name: asked.name.trim().to_owned(),
        phone: LiaisonPhone::sealed(db.vault(), &bound, &number)?,
        id_number: id_number.transpose()?,
    };
    let row = stored::add(&mut session, new, caller.now).await?;
    step.note(&mut session, "DONE").await?;
    session.commit().await?;
    let has_replaced = !former.is_empty();
    Ok(Registered { row, login: asked.login.clone(), phone: masked_phone(&number), has_replaced })
}

fn unfit(purpose: LiaisonPurpose, has_liaison: bool) -> Option<UserError> {
    let (code, message) = match (purpose, has_liaison) {
        (LiaisonPurpose::Register, true) => ("LIAISON_EXISTS", "该主体已有联络员，请办理联络员变更。"),
        (LiaisonPurpose::Change, false) => ("NO_LIAISON", "该主体尚无联络员，请办理联络员注册。"),
        _ => return None,
    };
    Some(UserError::at(&["input", "uscc"], code, message))
}

/// The account that the login names, if it is its owner who asks; `None` if nobody has it.
async fn owner(db: &Database, asked: &Registration) -> Done<Option<user::Model>> {
    let Some(user) = accounts::user_by_login(db, &asked.login).await? else { return Ok(None) };
    let is_right = is_password(asked.password.clone(), user.password_hash.clone()).await;
    let grants = accounts::grants_of(db, &[user.id]).await?.remove(&user.id).unwrap_or_default();
    let roles: Vec<Role> = grants.iter().filter_map(|grant| Role::from_code(&grant.role_code)).collect();
    let is_fit = !roles.iter().any(|role| role.is_office()) && conflict(&roles, Role::Liaison).is_none();
    if is_right && is_fit && user.disabled_at.is_none() { Ok(Some(user)) } else { Err(taken().into()) }
}

fn taken() -> UserError {
    let message = "账号名已被使用：如为您本人的账号，请填写其口令（工作人员账号除外）；否则请另取一个。";
    UserError::at(&["input", "login"], "LOGIN_TAKEN", message)
}

/// A new account whose owner has chosen the password.
async fn created(session: &mut Session, asked: &Registration, hash: String, now: DateTime<Utc>) -> Done<i64> {
    let mut sql =
        session.sql("INSERT INTO users (login, name, password_hash, password_changed_at, created_at) VALUES (");
    sql.bind(asked.login.as_str()).push(", ").bind(asked.name.trim()).push(", ").bind(hash).push(", ");
    sql.bind(now).push(", ").bind(now).push(") ON CONFLICT (login) DO NOTHING RETURNING id");
    let rows = session.run(sql).await?;
    if rows.is_empty() {
        return Err(taken().into());
    }
    Ok(users::returned_id(&rows)?)
}
