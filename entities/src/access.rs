//! 用户与权限 Accounts, what they are granted, sessions, partner clients and their keys.

mod accounts;
mod failures;
mod trusted;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rules::access::{Grant, Role};
use rules::region::RegionCode;
use sea_orm::DbErr;

pub use accounts::{add_former_password, disable_users, former_passwords, note_use, unused_users};
pub use failures::{count_failure, forget_failures, held_failures, lock_login};
pub use trusted::{Registered, register_document, trusted_document, trusted_documents};

use crate::Database;
use crate::guarded::{SigningSecret, TotpSecret};
use crate::read;
use crate::record::record;
use crate::statement::Sql;

record! {
    /// 账号 A person who signs in.
    user "users" {
        login: String,
        name: String,
        /// Argon2id in the PHC format.
        password_hash: Option<String>,
        password_changed_at: Option<DateTimeUtc>,
        /// 二次验证 The secret of RFC 6238 in base 32, sealed.
        totp_secret: Option<TotpSecret>,
        totp_confirmed_at: Option<DateTimeUtc>,
        /// The last time step whose code was taken: none is taken twice.
        totp_step: Option<i64>,
        disabled_at: Option<DateTimeUtc>,
        created_at: DateTimeUtc,
        /// 最近使用 When it was last signed in to, or enabled again.
        used_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 曾用口令 The hash of a password that an account had before.
    former_password "former_passwords" {
        user_id: i64,
        hash: String,
        replaced_at: DateTimeUtc,
    }
}

record! {
    /// 授权 A role that an account holds in a region.
    grant "grants" {
        user_id: i64,
        role_code: String,
        region_code: i32,
        enterprise_id: Option<i64>,
        granted_at: DateTimeUtc,
        granted_by: Option<i64>,
        ended_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 会话 A signed-in browser or program; the token itself is kept nowhere.
    session "sessions" {
        token_hash: String,
        user_id: i64,
        source: String,
        started_at: DateTimeUtc,
        seen_at: DateTimeUtc,
        two_factors_at: Option<DateTimeUtc>,
        ended_at: Option<DateTimeUtc>,
        /// 签发方 The provider's issuer, if it was begun there; with the subject that signed in.
        issuer: Option<String>,
        subject: Option<String>,
        /// The provider's own session (`sid`), if it told one.
        provider_session: Option<String>,
        /// For whom the provider is.
        audience: Option<String>,
    }
}

record! {
    /// 接口用户 A partner agency's client and its quota.
    api_client "api_clients" {
        name: String,
        region_code: i32,
        requests_per_minute: i32,
        cost_per_minute: i64,
        /// 仅限登记语句 Since when it may only run documents of its manifest.
        only_trusted_at: Option<DateTimeUtc>,
        /// 授权范围 As `ApiScope` writes it.
        scopes: String,
        /// 仅限签名请求 Since when it has to sign its requests.
        signed_at: Option<DateTimeUtc>,
        disabled_at: Option<DateTimeUtc>,
        created_at: DateTimeUtc,
    }
}

record! {
    /// 接口密钥 A key of a client; two hold at once while one takes the other's place.
    api_key "api_keys" {
        client_id: i64,
        prefix: String,
        key_hash: String,
        /// 签名密钥 Sealed; none for keys of releases in which nothing was signed.
        signing_secret: Option<SigningSecret>,
        created_at: DateTimeUtc,
        expires_at: DateTimeUtc,
        ended_at: Option<DateTimeUtc>,
    }
}

impl grant::Model {
    /// The grant as the rules know it; `None` for a role or region that is not known any more.
    pub fn read(&self) -> Option<Grant> {
        let region = u32::try_from(self.region_code).ok().and_then(RegionCode::new)?;
        Some(Grant { role: Role::from_code(&self.role_code)?, region, enterprise: self.enterprise_id })
    }
}

/// The account with this login.
///
/// # Errors
/// Any failure of the database.
pub async fn user_by_login(db: &Database, login: &str) -> Result<Option<user::Model>, DbErr> {
    let mut sql = Sql::select::<user::Model>(db.backend());
    sql.push(" WHERE login = ").bind(login);
    read::one(db, sql).await
}

/// The account with this id.
///
/// # Errors
/// Any failure of the database.
pub async fn user_by_id(db: &Database, id: i64) -> Result<Option<user::Model>, DbErr> {
    let mut sql = Sql::select::<user::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id);
    read::one(db, sql).await
}

/// Accounts after `id`, at most `limit`, in the order of their ids.
///
/// # Errors
/// Any failure of the database.
pub async fn users_after(db: &Database, id: i64, limit: i64) -> Result<Vec<user::Model>, DbErr> {
    let mut sql = Sql::select::<user::Model>(db.backend());
    sql.push(" WHERE id > ").bind(id).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// What accounts are granted now, by account.
///
/// # Errors
/// Any failure of the database.
pub async fn grants_of(db: &Database, users: &[i64]) -> Result<HashMap<i64, Vec<grant::Model>>, DbErr> {
    let mut sql = Sql::select::<grant::Model>(db.backend());
    sql.push(" WHERE ").any_number("user_id", users).push(" AND ended_at IS NULL ORDER BY id");
    let grants: Vec<grant::Model> = read::all(db, sql).await?;
    Ok(crate::holders::group(grants, |grant| grant.user_id))
}

/// Sessions of accounts that had not ended and were used after `seen`, begun after `started`, latest first.
///
/// # Errors
/// Any failure of the database.
pub async fn sessions_of(
    db: &Database,
    users: &[i64],
    started: DateTime<Utc>,
    seen: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<session::Model>>, DbErr> {
    let mut sql = Sql::select::<session::Model>(db.backend());
    sql.push(" WHERE ").any_number("user_id", users).push(" AND ended_at IS NULL AND started_at > ").bind(started);
    sql.push(" AND seen_at > ").bind(seen).push(" ORDER BY id DESC");
    let sessions: Vec<session::Model> = read::all(db, sql).await?;
    Ok(crate::holders::group(sessions, |session| session.user_id))
}

/// The session with this token's hash, ended or not.
///
/// # Errors
/// Any failure of the database.
pub async fn session_by_hash(db: &Database, hash: &str) -> Result<Option<session::Model>, DbErr> {
    let mut sql = Sql::select::<session::Model>(db.backend());
    sql.push(" WHERE token_hash = ").bind(hash);
    read::one(db, sql).await
}

/// The key with this prefix, and its client.
///
/// # Errors
/// Any failure of the database.
pub async fn key_by_prefix(db: &Database, prefix: &str) -> Result<Option<(api_key::Model, api_client::Model)>, DbErr> {
    let mut sql = Sql::select::<api_key::Model>(db.backend());
    sql.push(" WHERE prefix = ").bind(prefix);
    let Some(key) = read::one::<api_key::Model>(db, sql).await? else { return Ok(None) };
    Ok(client_by_id(db, key.client_id).await?.map(|client| (key, client)))
}

/// The client with this id.
///
/// # Errors
/// Any failure of the database.
pub async fn client_by_id(db: &Database, id: i64) -> Result<Option<api_client::Model>, DbErr> {
    let mut sql = Sql::select::<api_client::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id);
    read::one(db, sql).await
}

/// Clients after `id`, at most `limit`, in the order of their ids.
///
/// # Errors
/// Any failure of the database.
pub async fn clients_after(db: &Database, id: i64, limit: i64) -> Result<Vec<api_client::Model>, DbErr> {
    let mut sql = Sql::select::<api_client::Model>(db.backend());
    sql.push(" WHERE id > ").bind(id).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// Keys of clients, by client, newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn keys_of(db: &Database, clients: &[i64]) -> Result<HashMap<i64, Vec<api_key::Model>>, DbErr> {
    let mut sql = Sql::select::<api_key::Model>(db.backend());
    sql.push(" WHERE ").any_number("client_id", clients).push(" ORDER BY id DESC");
    Ok(crate::holders::group(read::all::<api_key::Model>(db, sql).await?, |key| key.client_id))
}
