//! 索引取数 Rows for the search index, by ranges of keys.

use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use sea_orm::DbErr;

use crate::Database;
use crate::bulk::Row;
use crate::credit::penalty;
use crate::enterprise::registered;
use crate::read::{self, Record, Value};
use crate::statement::Sql;

/// 当事人 The facts of an enterprise that stand beside its penalty in the index.
#[derive(Clone, Debug)]
pub struct Party {
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 行政区划
    pub region_code: i32,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 经营主体类型
    pub kind: EnterpriseKind,
    /// 处罚机关
    pub authority: String,
}

/// Enterprises with `after < id <= upto`, at most `limit`, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn enterprises(db: &Database, after: i64, upto: i64, limit: i64) -> Result<Vec<registered::Model>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE id > ").bind(after).push(" AND id <= ").bind(upto).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// The columns of a penalty, then those of [`Party`].
fn select_penalties(db: &Database) -> Sql {
    let mut sql = Sql::new(db.backend(), "SELECT ");
    sql.columns::<penalty::Model>("p.").push(", e.name, e.uscc, e.region_code, e.status, e.kind, a.name");
    sql.push(" FROM penalties p JOIN enterprises e ON e.id = p.enterprise_id");
    sql.push(" JOIN authorities a ON a.id = p.authority_id WHERE ");
    sql
}

/// Penalties with `after < id <= upto`, at most `limit`, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn penalties(
    db: &Database,
    after: i64,
    upto: i64,
    limit: i64,
) -> Result<Vec<(penalty::Model, Party)>, DbErr> {
    let mut sql = select_penalties(db);
    sql.push("p.id > ").bind(after).push(" AND p.id <= ").bind(upto);
    sql.push(" ORDER BY p.id LIMIT ").bind(limit);
    with_parties(db, sql).await
}

/// Penalties of the enterprises `first..=last`, because they show facts of those.
///
/// # Errors
/// Any failure of the database.
pub async fn penalties_of(db: &Database, first: i64, last: i64) -> Result<Vec<(penalty::Model, Party)>, DbErr> {
    let mut sql = select_penalties(db);
    sql.push("p.enterprise_id BETWEEN ").bind(first).push(" AND ").bind(last);
    with_parties(db, sql).await
}

async fn with_parties(db: &Database, sql: Sql) -> Result<Vec<(penalty::Model, Party)>, DbErr> {
    let rows = db.query_all(sql.finish()).await?;
    rows.iter()
        .map(|row| {
            let at = penalty::Model::COLUMNS.len();
            let party = Party {
                name: Value::value(row, at)?,
                uscc: Value::value(row, at + 1)?,
                region_code: Value::value(row, at + 2)?,
                status: Value::value(row, at + 3)?,
                kind: Value::value(row, at + 4)?,
                authority: Value::value(row, at + 5)?,
            };
            Ok((penalty::Model::read(row, 0)?, party))
        })
        .collect()
}

/// Number of rows and largest key of a table.
///
/// # Errors
/// Any failure of the database.
pub async fn extent(db: &Database, table: &'static str) -> Result<(u64, i64), DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) AS rows_found, COALESCE(MAX(id), 0) AS last_id FROM ");
    sql.push(table);
    let Some(row) = db.query_one(sql.finish()).await? else { return Ok((0, 0)) };
    Ok((row.try_get::<i64>("", "rows_found")?.unsigned_abs(), row.try_get("", "last_id")?))
}
