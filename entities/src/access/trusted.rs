//! 登记语句 Documents that partner clients registered, by their SM3 and their SHA-256.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::Value as _;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 登记语句 One document as a client registered it.
#[derive(Clone, Debug)]
pub struct Registered {
    /// SM3.
    pub hash: String,
    /// SHA-256; empty for those of releases that did not keep it.
    pub sha256: String,
    /// The text.
    pub document: String,
    /// When it was registered first.
    pub registered_at: DateTime<Utc>,
}

/// Keeps a document of a client; nothing happens if it is registered already.
///
/// # Errors
/// Any failure of the database.
pub async fn register_document(
    session: &mut Session,
    client: i64,
    Registered { hash, sha256, document, registered_at }: Registered,
) -> Result<(), DatabaseError> {
    let mut sql =
        session.sql("INSERT INTO trusted_documents (client_id, hash, sha256, document, registered_at) VALUES (");
    sql.bind(client).push(", ").bind(hash).push(", ").bind(sha256).push(", ").bind(document).push(", ");
    sql.bind(registered_at).push(") ON CONFLICT (client_id, hash) DO NOTHING");
    session.run(sql).await?;
    Ok(())
}

/// The document that a client registered under this hash, SM3 or SHA-256.
///
/// # Errors
/// Any failure of the database.
pub async fn trusted_document(db: &Database, client: i64, hash: &str) -> Result<Option<String>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT document FROM trusted_documents WHERE client_id = ");
    sql.bind(client).push(" AND (hash = ").bind(hash).push(" OR sha256 = ").bind(hash).push(")");
    let row = db.query_one(sql.finish()).await?;
    row.map(|row| row.try_get("", "document")).transpose()
}

/// The documents of a client after a place in the list, at most `limit`, those registered last first.
///
/// # Errors
/// Any failure of the database.
pub async fn trusted_documents(
    db: &Database,
    client: i64,
    after: Option<(DateTime<Utc>, &str)>,
    limit: i64,
) -> Result<Vec<Registered>, DbErr> {
    let columns = "SELECT hash, sha256, document, registered_at FROM trusted_documents WHERE client_id = ";
    let mut sql = Sql::new(db.backend(), columns);
    sql.bind(client);
    if let Some((instant, hash)) = after {
        sql.push(" AND (registered_at, hash) < (").bind(instant).push(", ").bind(hash).push(")");
    }
    sql.push(" ORDER BY registered_at DESC, hash DESC LIMIT ").bind(limit);
    let rows = db.query_all(sql.finish()).await?;
    let one = |row| {
        Ok(Registered {
            hash: String::value(row, 0)?,
            sha256: String::value(row, 1)?,
            document: String::value(row, 2)?,
            registered_at: DateTime::value(row, 3)?,
        })
    };
    rows.iter().map(one).collect()
}
