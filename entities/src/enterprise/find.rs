//! Enterprises by key, in batches, at any day.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rules::vocabulary::EnterpriseStatus;
use sea_orm::DbErr;

use super::{registered, version};
use crate::read;
use crate::statement::Sql;
use crate::{Database, Scope};

/// Enterprises by internal id; those that did not exist on the day are absent.
///
/// # Errors
/// Any failure of the database.
pub async fn by_ids(db: &Database, ids: &[i64], scope: &Scope) -> Result<HashMap<i64, Arc<registered::Model>>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE ").any_number("id", ids);
    Ok(seen(db, sql, scope).await?.into_iter().map(|row| (row.id, Arc::new(row))).collect())
}

/// Enterprises by unified social credit code.
///
/// # Errors
/// Any failure of the database.
pub async fn by_usccs(
    db: &Database,
    codes: &[String],
    scope: &Scope,
) -> Result<HashMap<String, Arc<registered::Model>>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE ").any_text("uscc", codes);
    Ok(seen(db, sql, scope).await?.into_iter().map(|row| (row.uscc.clone(), Arc::new(row))).collect())
}

/// 登记在册的代码 Those of these codes that the register knows, of enterprises that are gone too.
///
/// # Errors
/// Any failure of the database.
pub async fn codes_known(db: &Database, codes: &[String]) -> Result<HashSet<String>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT uscc FROM enterprises WHERE ");
    sql.any_text("uscc", codes);
    db.query_all(sql.finish()).await?.iter().map(|row| row.try_get("", "uscc")).collect()
}

/// Runs the statement and shows each row as it stood on the day of the scope.
async fn seen(db: &Database, sql: Sql, scope: &Scope) -> Result<Vec<registered::Model>, DbErr> {
    let rows = read::all(db, sql).await?;
    shown(db, rows, scope).await
}

/// The rows as they stood on the day of the scope.
pub(crate) async fn shown(
    db: &Database,
    rows: Vec<registered::Model>,
    scope: &Scope,
) -> Result<Vec<registered::Model>, DbErr> {
    match scope.as_of {
        None => Ok(rows),
        Some(day) => at(db, rows, day).await,
    }
}

/// 历史时点 The rows as the register showed them at the end of `day`.
pub(super) async fn at(
    db: &Database,
    rows: Vec<registered::Model>,
    day: NaiveDate,
) -> Result<Vec<registered::Model>, DbErr> {
    let rows: Vec<_> = rows.into_iter().filter(|row| row.established_on <= day).collect();
    let ids: Vec<i64> = rows.iter().filter(|row| row.valid_from > day).map(|row| row.id).collect();
    let versions = if ids.is_empty() { HashMap::new() } else { versions_at(db, &ids, day).await? };
    Ok(rows.into_iter().map(|row| at_day(row, &versions, day)).collect())
}

async fn versions_at(db: &Database, ids: &[i64], day: NaiveDate) -> Result<HashMap<i64, version::Model>, DbErr> {
    let mut sql = Sql::select::<version::Model>(db.backend());
    sql.push(" WHERE ")
        .any_number("enterprise_id", ids)
        .push(" AND ")
        .until("valid_from", day)
        .push(" AND valid_to > ")
        .bind(day);
    let versions = read::all::<version::Model>(db, sql).await?;
    Ok(versions.into_iter().map(|version| (version.enterprise_id, version)).collect())
}

/// Puts the former version over the present row. Where no version was recorded, what is certain is
/// only that an entity whose end came later was open.
fn at_day(mut row: registered::Model, versions: &HashMap<i64, version::Model>, day: NaiveDate) -> registered::Model {
    if row.closed_on.is_some_and(|closed| closed > day) {
        row.closed_on = None;
        row.status = EnterpriseStatus::Active;
    }
    row.approved_on = row.approved_on.filter(|approved| *approved <= day);
    if let Some(version) = versions.get(&row.id) {
        row.name.clone_from(&version.name);
        row.status = version.status;
        row.legal_representative.clone_from(&version.legal_representative);
        row.registered_capital_fen = version.registered_capital_fen;
        row.region_code = version.region_code;
        row.address.clone_from(&version.address);
        row.business_scope.clone_from(&version.business_scope);
        row.valid_from = version.valid_from;
    }
    row
}
