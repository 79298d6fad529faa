//! 接口用户 Clients of partner agencies, their keys, quotas and trusted documents.
//!
//! CLIENT-1: a key is told once; only its hash is kept, and sealed what its requests are signed with.
//! CLIENT-2: while a new key takes the old one's place both hold, for a day.
//! CLIENT-3: a client does what its scopes grant; one that has to sign does nothing by showing its key.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::access::{self as stored, api_client, api_key};
use entities::bulk::Session;
use entities::guarded::{SigningSecret, Warrant};
use entities::{Database, DatabaseError};
use exchange::signature::Key;
use quick_cache::sync::Cache;
use rules::access::{ApiScope, Viewer};
use rules::region::{self, RegionCode};
use serde_json::json;

use super::secrets::{readable, sha256_hex, sm3_hex, token};
use super::sessions::absent;
use super::users::returned_id;
use crate::command::power::{ManageClients, UseInterface};
use crate::command::{Caller, Done, Permit, UserError};

/// What every key begins with.
pub const KEY_PREFIX: &str = "sx_live_";
/// Characters of the part of a key by which it is found.
const PREFIX: usize = 8;
/// 有效期 A key holds for a year at most.
const VALID: TimeDelta = TimeDelta::days(365);
/// 交替期 How long an old key holds beside the new one.
const OVERLAP: TimeDelta = TimeDelta::days(1);
/// What was read from the database is believed for this time.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// Keys kept in memory at most.
const KEPT: usize = 10_000;
/// Documents that one client registers at most.
const DOCUMENTS: usize = 500;

/// 配额 What a client may ask for in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests.
    pub requests: u32,
    /// 估算规模 Fields that the answers may hold.
    pub cost: u64,
}

impl Quota {
    /// When nothing else is agreed on.
    pub const USUAL: Self = Self { requests: 600, cost: 1_000_000 };
}

/// 接口调用者 A client as a request meets it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The caller.
    pub caller: Caller,
    /// Its id.
    pub id: i64,
    /// Its quota.
    pub quota: Quota,
    /// Whether it may only run documents of its manifest.
    pub only_trusted: bool,
    /// Whether it has to sign its requests.
    pub only_signed: bool,
}

impl Client {
    fn at(&self, source: &Arc<str>, now: DateTime<Utc>) -> Self {
        Self { caller: Caller { source: Arc::clone(source), now, ..self.caller.clone() }, ..self.clone() }
    }
}

struct Known {
    client: Client,
    key_hash: String,
    signing_secret: Option<SigningSecret>,
    expires_at: DateTime<Utc>,
    read_at: DateTime<Utc>,
}

/// 密钥表 The keys that this process has met; a clone is the same.
#[derive(Clone)]
pub struct Clients {
    keys: Arc<Cache<String, Arc<Known>>>,
    documents: Arc<Cache<(i64, String), Arc<str>>>,
}

impl Default for Clients {
    fn default() -> Self {
        Self { keys: Arc::new(Cache::new(KEPT)), documents: Arc::new(Cache::new(KEPT)) }
    }
}

impl Clients {
    /// The client whose key this is; `None` if it does not hold.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn client(
        &self,
        db: &Database,
        key: &str,
        source: &Arc<str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Client>, DatabaseError> {
        let Some(prefix) = key.strip_prefix(KEY_PREFIX).and_then(|rest| rest.get(..PREFIX)) else { return Ok(None) };
        let known = self.known(db, prefix, now).await?;
        // A hash of chance: comparing it tells nothing of the key, however long it takes.
        Ok(known.filter(|known| sm3_hex(key) == known.key_hash).map(|known| known.client.at(source, now)))
    }

    /// The client by the part of its key that is no secret, for requests whose signature holds.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn signer(
        &self,
        db: &Database,
        prefix: &str,
        source: &Arc<str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Client>, DatabaseError> {
        Ok(self.known(db, prefix, now).await?.map(|known| known.client.at(source, now)))
    }

    /// 签名密钥 With what the requests of a key are signed; `None` for a key that does not hold, or cannot sign.
    ///
    /// # Errors
    /// `KEY_UNAVAILABLE`, `VALUE_DAMAGED`.
    pub async fn signing_key(&self, db: &Database, prefix: &str, now: DateTime<Utc>) -> Done<Option<Key>> {
        let known = self.known(db, prefix, now).await?;
        let Some(sealed) = known.as_ref().and_then(|known| known.signing_secret.as_ref()) else { return Ok(None) };
        let warrant = Warrant::because("a signature of it is compared");
        Ok(Some(Key::new(sealed.revealed(db.vault(), prefix, warrant)?)))
    }

    /// What is known of a key that holds.
    async fn known(
        &self,
        db: &Database,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Known>>, DatabaseError> {
        let known = match self.keys.get(prefix).filter(|known| now - known.read_at < BELIEVED) {
            Some(known) => known,
            None => {
                let Some(known) = read(db, prefix, now).await? else {
                    self.keys.remove(prefix);
                    return Ok(None);
                };
                let known = Arc::new(known);
                self.keys.insert(prefix.to_owned(), Arc::clone(&known));
                known
            }
        };
        Ok(Some(known).filter(|known| known.expires_at > now))
    }

    /// The document that a client registered under this hash, SM3 or SHA-256.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn document(&self, db: &Database, client: i64, hash: &str) -> Result<Option<Arc<str>>, DatabaseError> {
        let key = (client, hash.to_owned());
        if let Some(document) = self.documents.get(&key) {
            return Ok(Some(document));
        }
        let document: Option<Arc<str>> = stored::trusted_document(db, client, hash).await?.map(Arc::from);
        if let Some(document) = &document {
            self.documents.insert(key, Arc::clone(document));
        }
        Ok(document)
    }

    /// Forgets what was read, so that a change is in force here at once.
    pub fn forget(&self) {
        self.keys.clear();
    }
}

async fn read(db: &Database, prefix: &str, now: DateTime<Utc>) -> Result<Option<Known>, DatabaseError> {
    let Some((key, row)) = stored::key_by_prefix(db, prefix).await? else { return Ok(None) };
    if row.disabled_at.is_some() || key.ended_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    let Some(region) = u32::try_from(row.region_code).ok().and_then(RegionCode::new) else { return Ok(None) };
    let caller = Caller {
        viewer: Arc::new(Viewer::client(row.id, region, &ApiScope::read(&row.scopes))),
        name: Arc::from(row.name.as_str()),
        session: None,
        source: Arc::from(""),
        now,
        fresh_until: None,
    };
    let quota = Quota { requests: row.requests_per_minute.unsigned_abs(), cost: row.cost_per_minute.unsigned_abs() };
    let (only_trusted, only_signed) = (row.only_trusted_at.is_some(), row.signed_at.is_some());
    let client = Client { caller, id: row.id, quota, only_trusted, only_signed };
    let expires_at = key.ended_at.map_or(key.expires_at, |end| end.min(key.expires_at));
    Ok(Some(Known { client, key_hash: key.key_hash, signing_secret: key.signing_secret, expires_at, read_at: now }))
}

/// 新接口用户 What to write into a client.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// 单位名称
    pub name: String,
    /// 辖区
    pub region: RegionCode,
    /// 配额
    pub quota: Quota,
    /// 仅限登记语句
    pub only_trusted: bool,
    /// 仅限签名请求
    pub only_signed: bool,
    /// 授权范围
    pub scopes: Vec<ApiScope>,
}

/// 建立接口用户 The key is told once (CLIENT-1).
///
/// # Errors
/// `INVALID_NAME`, `UNKNOWN_REGION`, `INVALID_QUOTA`, `NAME_TAKEN`.
pub async fn create(
    db: &Database,
    permit: &Permit<'_, ManageClients>,
    new: NewClient,
) -> Done<(api_client::Model, String)> {
    let at = |field, code, message: &str| Err(UserError::at(&["input", field], code, message).into());
    if new.name.trim().is_empty() || new.name.chars().count() > 128 {
        return at("name", "INVALID_NAME", "单位名称应为 1 到 128 个字符。");
    }
    if region::find(new.region).is_none() {
        return at("regionCode", "UNKNOWN_REGION", "没有这个行政区划，请核对代码。");
    }
    if new.quota.requests == 0 || new.quota.cost == 0 {
        return at("requestsPerMinute", "INVALID_QUOTA", "每分钟请求数与规模应大于 0。");
    }
    let now = permit.caller().now;
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql(
        "INSERT INTO api_clients (name, region_code, requests_per_minute, cost_per_minute, only_trusted_at, signed_at, \
         scopes, created_at)",
    );
    sql.push(" VALUES (").bind(new.name.as_str()).push(", ").bind(new.region.get().cast_signed()).push(", ");
    sql.bind(i32::try_from(new.quota.requests).unwrap_or(i32::MAX)).push(", ");
    sql.bind(i64::try_from(new.quota.cost).unwrap_or(i64::MAX)).push(", ");
    sql.bind(new.only_trusted.then_some(now)).push(", ").bind(new.only_signed.then_some(now)).push(", ");
    sql.bind(ApiScope::stored(&new.scopes)).push(", ").bind(now);
    sql.push(") ON CONFLICT (name) DO NOTHING RETURNING id");
    let rows = session.run(sql).await?;
    if rows.is_empty() {
        return at("name", "NAME_TAKEN", "该单位已有接口用户，请改用其现有用户或另取名称。");
    }
    let id = returned_id(&rows)?;
    let key = add_key(db, &mut session, id, now).await?;
    let detail = json!({
        "client": id,
        "region": new.region.to_string(),
        "requests": new.quota.requests,
        "scopes": ApiScope::stored(&new.scopes),
        "onlySigned": new.only_signed,
    });
    permit.record(&mut session, "CREATE_API_CLIENT", new.name, detail).await?;
    session.commit().await?;
    Ok((stored::client_by_id(db, id).await?.ok_or_else(|| absent("api_clients"))?, key))
}

/// 更换密钥 The new key is told once, the old ones hold for another day (CLIENT-2).
///
/// # Errors
/// `NOT_FOUND`.
pub async fn rotate(
    db: &Database,
    clients: &Clients,
    permit: &Permit<'_, ManageClients>,
    id: i64,
) -> Done<(api_client::Model, String)> {
    replace_key(db, clients, permit, id).await
}

/// 更换本单位密钥 As [`rotate`], by the client itself.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn rotate_own(
    db: &Database,
    clients: &Clients,
    permit: &Permit<'_, UseInterface>,
    client: i64,
) -> Done<(api_client::Model, String)> {
    replace_key(db, clients, permit, client).await
}

async fn replace_key<P>(
    db: &Database,
    clients: &Clients,
    permit: &Permit<'_, P>,
    id: i64,
) -> Done<(api_client::Model, String)> {
    let (now, client) = (permit.caller().now, found(db, id).await?);
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE api_keys SET ended_at = ");
    sql.bind(now + OVERLAP).push(" WHERE ended_at IS NULL AND client_id = ").bind(id);
    session.run(sql).await?;
    let key = add_key(db, &mut session, id, now).await?;
    permit.record(&mut session, "ROTATE_API_KEY", client.name.clone(), json!({ "client": id })).await?;
    session.commit().await?;
    clients.forget();
    Ok((client, key))
}

/// 变更 What to change of a client; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Requests a minute.
    pub requests: Option<u32>,
    /// Cost a minute.
    pub cost: Option<u64>,
    /// 仅限登记语句 A client registers its manifest first and is limited to it then.
    pub only_trusted: Option<bool>,
    /// 仅限签名请求
    pub only_signed: Option<bool>,
    /// 授权范围
    pub scopes: Option<Vec<ApiScope>>,
}

/// 变更接口用户 In force everywhere within a minute.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_QUOTA`, `KEY_CANNOT_SIGN`.
pub async fn update(
    db: &Database,
    clients: &Clients,
    permit: &Permit<'_, ManageClients>,
    id: i64,
    change: Change,
) -> Done<api_client::Model> {
    let (now, client) = (permit.caller().now, found(db, id).await?);
    if change.requests == Some(0) || change.cost == Some(0) {
        let message = "每分钟请求数与规模应大于 0；停用请用 disableApiClient。";
        return Err(UserError::at(&["input", "requestsPerMinute"], "INVALID_QUOTA", message).into());
    }
    let requests = change.requests.map_or(client.requests_per_minute, |n| i32::try_from(n).unwrap_or(i32::MAX));
    let cost = change.cost.map_or(client.cost_per_minute, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let since = |asked: Option<bool>, before: Option<DateTime<Utc>>| match asked {
        None => before,
        Some(true) => before.or(Some(now)),
        Some(false) => None,
    };
    let only_trusted_at = since(change.only_trusted, client.only_trusted_at);
    let signed_at = since(change.only_signed, client.signed_at);
    let scopes = change.scopes.as_deref().map_or(client.scopes, ApiScope::stored);
    if change.only_signed == Some(true) {
        can_sign(db, id, now).await?;
    }
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE api_clients SET requests_per_minute = ");
    sql.bind(requests).push(", cost_per_minute = ").bind(cost).push(", only_trusted_at = ").bind(only_trusted_at);
    sql.push(", signed_at = ").bind(signed_at).push(", scopes = ").bind(scopes.as_str());
    sql.push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    let (trusted, signed) = (only_trusted_at.is_some(), signed_at.is_some());
    let detail = json!({
        "client": id, "requests": requests, "cost": cost, "onlyTrusted": trusted, "onlySigned": signed, "scopes": scopes,
    });
    permit.record(&mut session, "UPDATE_API_CLIENT", client.name, detail).await?;
    session.commit().await?;
    clients.forget();
    Ok(stored::client_by_id(db, id).await?.ok_or_else(|| absent("api_clients"))?)
}

/// 停用接口用户 No key of it holds any more.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn disable(
    db: &Database,
    clients: &Clients,
    permit: &Permit<'_, ManageClients>,
    id: i64,
) -> Done<api_client::Model> {
    let (now, client) = (permit.caller().now, found(db, id).await?);
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE api_clients SET disabled_at = ");
    sql.bind(now).push(" WHERE disabled_at IS NULL AND id = ").bind(id);
    session.run(sql).await?;
    permit.record(&mut session, "DISABLE_API_CLIENT", client.name, json!({ "client": id })).await?;
    session.commit().await?;
    clients.forget();
    Ok(stored::client_by_id(db, id).await?.ok_or_else(|| absent("api_clients"))?)
}

/// Whether so many documents can be registered at once.
///
/// # Errors
/// `TOO_MANY_DOCUMENTS`.
pub fn countable(documents: usize) -> Result<(), UserError> {
    if (1..=DOCUMENTS).contains(&documents) {
        return Ok(());
    }
    let message = format!("一次应登记 1 到 {DOCUMENTS} 条语句，实际 {documents} 条，请分批登记。");
    Err(UserError::at(&["input", "documents"], "TOO_MANY_DOCUMENTS", message))
}

/// 登记语句 Registers documents, which the door has found to be in order, under their SM3: all of them or none.
///
/// # Errors
/// `TOO_MANY_DOCUMENTS`.
pub async fn register(
    db: &Database,
    permit: &Permit<'_, UseInterface>,
    client: i64,
    documents: Vec<String>,
) -> Done<Vec<String>> {
    countable(documents.len())?;
    let registered_at = permit.caller().now;
    let mut session = Session::begin(db).await?;
    let mut hashes = Vec::with_capacity(documents.len());
    for document in documents {
        let (hash, sha256) = (sm3_hex(&document), sha256_hex(&document));
        hashes.push(hash.clone());
        let one = stored::Registered { hash, sha256, document, registered_at };
        stored::register_document(&mut session, client, one).await?;
    }
    let detail = json!({ "hashes": hashes });
    permit.record(&mut session, "REGISTER_DOCUMENTS", permit.caller().name.to_string(), detail).await?;
    session.commit().await?;
    Ok(hashes)
}

/// Whether each key that holds can sign: those of earlier releases cannot, and would be shut out.
async fn can_sign(db: &Database, client: i64, now: DateTime<Utc>) -> Done<()> {
    let keys = stored::keys_of(db, &[client]).await?.remove(&client).unwrap_or_default();
    let holds = |key: &&api_key::Model| key.expires_at > now && key.ended_at.is_none_or(|end| end > now);
    if keys.iter().filter(holds).all(|key| key.signing_secret.is_some()) {
        return Ok(());
    }
    let message = "现有密钥签发较早，不能用于签名：请先更换密钥，旧密钥失效后再启用签名。";
    Err(UserError::at(&["input", "onlySignedRequests"], "KEY_CANNOT_SIGN", message).into())
}

async fn add_key(db: &Database, session: &mut Session, client: i64, now: DateTime<Utc>) -> Done<String> {
    let (prefix, token) = readable(PREFIX).zip(token()).ok_or_else(|| absent("chance"))?;
    let key = format!("{KEY_PREFIX}{prefix}_{token}");
    let secret = SigningSecret::sealed(db.vault(), &prefix, Key::derived(&key).text())?;
    let mut sql = session
        .sql("INSERT INTO api_keys (client_id, prefix, key_hash, signing_secret, created_at, expires_at) VALUES (");
    sql.bind(client).push(", ").bind(prefix).push(", ").bind(sm3_hex(&key)).push(", ").bind(secret).push(", ");
    sql.bind(now).push(", ").bind(now + VALID).push(")");
    session.run(sql).await?;
    Ok(key)
}

async fn found(db: &Database, id: i64) -> Done<api_client::Model> {
    let missing = || UserError::at(&["input", "clientId"], "NOT_FOUND", "没有这个接口用户，请核对编号。");
    Ok(stored::client_by_id(db, id).await?.ok_or_else(missing)?)
}
