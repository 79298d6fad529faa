//! The encrypted columns, and how their values are taken to another key.

use sea_orm::DbErr;

use super::{FORM, Ring, Spot, VaultError, parts};
use crate::Database;
use crate::DatabaseError;
use crate::bulk::Session;
use crate::read::Value as _;
use crate::statement::Sql;

/// 加密列 A column whose values are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// What names the row, as SQL. A telephone number is bound to the code of its enterprise, which a dump
    /// has before the register gives a key; a secret to the key of its account.
    row: &'static str,
}

/// What names the row of a liaison.
const LIAISON: &str = "CAST(enterprise_id AS VARCHAR(20)) || '/' || CAST(user_id AS VARCHAR(20))";

/// Every encrypted column.
pub const COLUMNS: [SealedColumn; 14] = [
    SealedColumn { table: "enterprises", column: "phone", row: "uscc" },
    SealedColumn { table: "users", column: "totp_secret", row: "CAST(id AS VARCHAR(20))" },
    SealedColumn { table: "api_keys", column: "signing_secret", row: "prefix" },
    SealedColumn {
        table: "report_drafts",
        column: "content",
        row: "CAST(enterprise_id AS VARCHAR(20)) || '/' || CAST(year AS VARCHAR(11))",
    },
    SealedColumn { table: "report_submissions", column: "content", row: "receipt_number" },
    SealedColumn { table: "report_modifications", column: "change", row: "code" },
    SealedColumn {
        table: "extracted_figures",
        column: "content",
        row: "CAST(enterprise_id AS VARCHAR(20)) || '/' || CAST(year AS VARCHAR(11)) || '/' || source",
    },
    SealedColumn { table: "documents", column: "content", row: "verification_code" },
    SealedColumn {
        table: "filing_uploads",
        column: "content",
        row: "CAST(enterprise_id AS VARCHAR(20)) || '/' || idempotency_key",
    },
    SealedColumn { table: "legal_phones", column: "phone", row: "CAST(enterprise_id AS VARCHAR(20))" },
    SealedColumn { table: "liaisons", column: "phone", row: LIAISON },
    SealedColumn { table: "liaisons", column: "id_number", row: LIAISON },
    SealedColumn { table: "messages", column: "phone", row: "message_id" },
    SealedColumn { table: "messages", column: "secret", row: "message_id" },
];

/// A value that is not sealed with the key that seals.
#[derive(Clone, Debug)]
pub struct Stale {
    /// Key of the row.
    pub id: i64,
    row: String,
    value: String,
}

impl Stale {
    /// Whether it lies in clear, as before values were encrypted.
    pub fn is_plain(&self) -> bool {
        parts(&self.value).is_none()
    }
}

/// Values that are taken to another key at once: short enough that nobody waits long for the rows.
const AT_ONCE: i64 = 2_000;
/// Documents are files of a hundred kilobytes.
const FILES_AT_ONCE: i64 = 50;

impl SealedColumn {
    /// How many values of this column are taken to another key at once.
    pub fn at_once(&self) -> i64 {
        if self.table == "documents" { FILES_AT_ONCE } else { AT_ONCE }
    }

    /// Values after row `id` that are not sealed with `key`, in the order of the rows.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn stale(&self, db: &Database, key: &str, id: i64, limit: i64) -> Result<Vec<Stale>, DbErr> {
        let Self { table, column, row } = self;
        let mut sql =
            Sql::new(db.backend(), &format!("SELECT id, {row} AS bound_to, {column} FROM {table} WHERE id > "));
        sql.bind(id).push(&format!(" AND {column} IS NOT NULL AND {column} NOT LIKE "));
        sql.bind(format!("{FORM}.{key}.%")).push(" ORDER BY id LIMIT ").bind(limit);
        let rows = db.query_all(sql.finish()).await?;
        let stale = |row: &sea_orm::QueryResult| {
            Ok(Stale { id: i64::value(row, 0)?, row: String::value(row, 1)?, value: String::value(row, 2)? })
        };
        rows.iter().map(stale).collect()
    }

    /// The value under the key that seals.
    ///
    /// # Errors
    /// A value that cannot be opened.
    pub fn sealed_anew(&self, ring: &Ring, stale: &Stale) -> Result<String, VaultError> {
        let spot = Spot { table: self.table, column: self.column, row: &stale.row };
        let plain = stale.is_plain().then(|| stale.value.clone().into_bytes());
        let bytes = plain.map_or_else(|| ring.open_bytes(spot, &stale.value), Ok)?;
        ring.seal_bytes(spot, &bytes)
    }

    /// Puts new values in the place of old ones, unless these were changed meanwhile; how many.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn replace(&self, session: &mut Session, values: &[(Stale, String)]) -> Result<u64, DatabaseError> {
        let Self { table, column, .. } = self;
        let list: Vec<_> = values.iter().map(|(old, new)| serde_json::json!([old.id, old.value, new])).collect();
        let from = if session.is_postgres() {
            "SELECT (item ->> 0)::bigint AS id, item ->> 1 AS old, item ->> 2 AS new FROM jsonb_array_elements("
        } else {
            "SELECT value ->> 0 AS id, value ->> 1 AS old, value ->> 2 AS new FROM json_each("
        };
        let mut sql = session.sql(&format!("UPDATE {table} SET {column} = n.new FROM ({from}"));
        sql.bind(serde_json::json!(list).to_string());
        sql.push(if session.is_postgres() { "::jsonb) AS item) AS n" } else { ")) AS n" });
        sql.push(&format!(" WHERE {table}.id = n.id AND {table}.{column} = n.old RETURNING {table}.id"));
        Ok(session.run(sql).await?.len() as u64)
    }

    /// How many values are sealed with each key, by its id; those in clear under an empty one.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn counts(&self, db: &Database) -> Result<Vec<(String, i64)>, DbErr> {
        let Self { table, column, .. } = self;
        // The form is `v1.`, the id up to the next point.
        let key = if db.backend() == sea_orm::DbBackend::Postgres {
            format!("split_part({column}, '.', 2)")
        } else {
            format!("substr({column}, 4, instr(substr({column}, 4), '.') - 1)")
        };
        let sql = Sql::new(
            db.backend(),
            &format!(
                "SELECT CASE WHEN {column} LIKE '{FORM}.%.%' THEN {key} ELSE '' END AS sealed_with, count(*) \
                 FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
            ),
        );
        let rows = db.query_all(sql.finish()).await?;
        rows.iter().map(|row| Ok((String::value(row, 0)?, i64::value(row, 1)?))).collect()
    }
}
