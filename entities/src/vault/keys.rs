//! 密钥登记 Which keys a database was sealed with, and how to know one again; the keys themselves are not
//! in the database.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, QueryResult};

use super::{Ring, Spot, VaultError};
use crate::bulk::Session;
use crate::read::Value as _;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// What is sealed to prove a key.
const PROOF: &str = "qinxin";

/// 登记的密钥 A key that values of the database may be sealed with.
#[derive(Clone, Debug)]
pub struct RegisteredKey {
    /// Its id.
    pub id: String,
    /// A text sealed with it, by which it is known again.
    proof: String,
    /// 启用时间
    pub created_at: DateTime<Utc>,
    /// 全部重新加密的时间 When every value was first seen to be sealed with it; empty until then.
    pub swept_at: Option<DateTime<Utc>>,
}

const fn spot(id: &str) -> Spot<'_> {
    Spot { table: "vault_keys", column: "proof", row: id }
}

/// The proof of the key that seals.
///
/// # Errors
/// No key, no chance.
pub fn proof_of(ring: &Ring) -> Result<String, VaultError> {
    ring.seal(spot(ring.current().unwrap_or_default()), PROOF)
}

impl RegisteredKey {
    /// Whether the ring's key of this id is the one that was registered.
    pub fn is_proved_by(&self, ring: &Ring) -> bool {
        ring.open(spot(&self.id), &self.proof).is_ok_and(|text| text == PROOF)
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            id: String::value(row, 0)?,
            proof: String::value(row, 1)?,
            created_at: DateTime::value(row, 2)?,
            swept_at: Option::value(row, 3)?,
        })
    }
}

/// The registered keys, oldest first.
///
/// # Errors
/// Any failure of the database.
pub async fn registered(db: &Database) -> Result<Vec<RegisteredKey>, DbErr> {
    let sql = "SELECT id, proof, created_at, swept_at FROM vault_keys ORDER BY created_at, id";
    let rows = db.query_all(Sql::new(db.backend(), sql).finish()).await?;
    rows.iter().map(RegisteredKey::read).collect()
}

/// Registers a key. The table is held until the transaction ends, so that two processes do not both register
/// the first one; whether it was new.
///
/// # Errors
/// Any failure of the database.
pub async fn register(
    session: &mut Session,
    id: &str,
    proof: &str,
    now: DateTime<Utc>,
    only_first: bool,
) -> Result<bool, DatabaseError> {
    if session.is_postgres() {
        session.execute("LOCK TABLE vault_keys IN EXCLUSIVE MODE").await?;
    }
    if only_first && session.scalar("SELECT count(*) FROM vault_keys").await? > 0 {
        return Ok(false);
    }
    let mut sql = session.sql("INSERT INTO vault_keys (id, proof, created_at) VALUES (");
    sql.bind(id).push(", ").bind(proof).push(", ").bind(now).push(") ON CONFLICT (id) DO NOTHING RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// Notes that every value is sealed with this key.
///
/// # Errors
/// Any failure of the database.
pub async fn sweep_finished(session: &mut Session, id: &str, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE vault_keys SET swept_at = ");
    sql.bind(now).push(" WHERE swept_at IS NULL AND id = ").bind(id);
    session.run(sql).await.map(drop)
}
