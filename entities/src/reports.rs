//! 预填事实 What a draft of an annual report needs beside the rows of the graph.

use sea_orm::DbErr;

use crate::annual_report::report;
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
