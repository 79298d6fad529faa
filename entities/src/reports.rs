//! 预填事实 What a draft of an annual report needs beside the rows of the graph.

use chrono::NaiveDate;
use sea_orm::DbErr;

use crate::annual_report::report;
use crate::credit::licence;
use crate::read;
use crate::statement::Sql;
use crate::{Database, Scope};

/// The reports of an enterprise for years before `year`, at most `limit`, the newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn before(
    db: &Database,
    enterprise: i64,
    year: i32,
    scope: &Scope,
    limit: i64,
) -> Result<Vec<report::Model>, DbErr> {
    let mut sql = Sql::select::<report::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ")
        .bind(enterprise)
        .push(" AND year < ")
        .bind(year)
        .push(" AND ")
        .until("submitted_on", scope.day());
    sql.push(" ORDER BY year DESC LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// The report of an enterprise for `year`.
///
/// # Errors
/// Any failure of the database.
pub async fn of_year(db: &Database, enterprise: i64, year: i32) -> Result<Option<report::Model>, DbErr> {
    let mut sql = Sql::select::<report::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND year = ").bind(year);
    read::one(db, sql).await
}

/// The reports of `year` of other branches of a parent, at most `limit`.
///
/// # Errors
/// Any failure of the database.
pub async fn of_siblings(
    db: &Database,
    parent: i64,
    branch: i64,
    year: i32,
    limit: i64,
) -> Result<Vec<report::Model>, DbErr> {
    let mut sql = Sql::select::<report::Model>(db.backend());
    sql.push(" WHERE year = ").bind(year).push(" AND enterprise_id IN (SELECT id FROM enterprises WHERE parent_id = ");
    sql.bind(parent).push(" AND id <> ").bind(branch).push(" ORDER BY id LIMIT ").bind(limit).push(")");
    read::all(db, sql).await
}

/// 报送日期 The day on which the report of `year` was filed, `None` while it is not.
///
/// # Errors
/// Any failure of the database.
pub async fn filed_on(db: &Database, enterprise: i64, year: i32, scope: &Scope) -> Result<Option<NaiveDate>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT submitted_on FROM annual_reports WHERE enterprise_id = ");
    sql.bind(enterprise).push(" AND year = ").bind(year).push(" AND ").until("submitted_on", scope.day());
    let row = db.query_one(sql.finish()).await?;
    row.map(|row| row.try_get("", "submitted_on")).transpose()
}

/// Licences of an enterprise that are in force on the day of the scope.
///
/// # Errors
/// Any failure of the database.
pub async fn licences_in_force(db: &Database, enterprise: i64, scope: &Scope) -> Result<Vec<licence::Model>, DbErr> {
    let mut sql = Sql::select::<licence::Model>(db.backend());
    sql.push(" WHERE enterprise_id = ").bind(enterprise).push(" AND ").until("valid_from", scope.day());
    sql.push(" AND (valid_to IS NULL OR valid_to >= ").bind(scope.day()).push(") ORDER BY valid_from, id LIMIT 200");
    read::all(db, sql).await
}

/// Name and code of the enterprises in which the enterprise with this code is a holder.
///
/// # Errors
/// Any failure of the database.
pub async fn holdings_of(db: &Database, uscc: &str) -> Result<Vec<(String, String)>, DbErr> {
    let mut sql = Sql::new(
        db.backend(),
        "SELECT e.name, e.uscc FROM shareholders s JOIN enterprises e ON e.id = s.enterprise_id WHERE s.uscc = ",
    );
    sql.bind(uscc).push(" ORDER BY e.id LIMIT 200");
    let rows = db.query_all(sql.finish()).await?;
    rows.into_iter().map(|row| Ok((row.try_get("", "name")?, row.try_get("", "uscc")?))).collect()
}

/// The next reports of `year` after `after`, in the order of their ids.
///
/// # Errors
/// Any failure of the database.
pub async fn next_of_year(db: &Database, year: i32, after: i64, limit: i64) -> Result<Vec<report::Model>, DbErr> {
    let mut sql = Sql::select::<report::Model>(db.backend());
    sql.push(" WHERE id > ").bind(after).push(" AND year = ").bind(year).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// How many reports of `year` there are.
///
/// # Errors
/// Any failure of the database.
pub async fn count_of_year(db: &Database, year: i32) -> Result<i64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT COUNT(*) FROM annual_reports WHERE year = ");
    sql.bind(year);
    let row = db.query_one(sql.finish()).await?;
    row.map_or(Ok(0), |row| read::Value::value(&row, 0))
}

/// The reports of these enterprises for `year`.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprises_in(db: &Database, enterprises: &[i64], year: i32) -> Result<Vec<report::Model>, DbErr> {
    let mut sql = Sql::select::<report::Model>(db.backend());
    sql.push(" WHERE year = ").bind(year).push(" AND ").any_number("enterprise_id", enterprises);
    read::all(db, sql).await
}
