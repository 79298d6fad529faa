//! 信用概况 What the records of an enterprise add up to, on the day of the scope.

use std::collections::HashMap;

use sea_orm::DbErr;

use crate::credit::penalty;
use crate::page;
use crate::statement::Sql;
use crate::{Database, Scope};

/// 信用概况 Counts and present states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// 行政处罚 Number of penalties.
    pub penalties: u64,
    /// 当前列入经营异常名录
    pub abnormal: bool,
    /// 当前列入严重违法失信名单
    pub serious: bool,
    /// 最近年报年度
    pub last_report_year: Option<i32>,
}

/// Summaries of many enterprises in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprises(db: &Database, ids: &[i64], scope: &Scope) -> Result<HashMap<i64, Summary>, DbErr> {
    let day = scope.day();
    let mut sql = Sql::new(db.backend(), "SELECT parent");
    sql.push(", (SELECT count(*) FROM penalties WHERE enterprise_id = parent AND ");
    page::seen_in::<penalty::Model>(&mut sql, scope);
    sql.push(") AS penalties");
    for (table, name) in [("abnormal_listings", "abnormal"), ("serious_violations", "serious")] {
        sql.push(", (SELECT count(*) FROM ").push(table).push(" WHERE enterprise_id = parent AND ");
        sql.until("listed_on", day).push(" AND (removed_on IS NULL OR removed_on > ").bind(day);
        sql.push(")) AS ").push(name);
    }
    sql.push(", (SELECT max(year) FROM annual_reports WHERE enterprise_id = parent AND ").until("submitted_on", day);
    sql.push(") AS last_year FROM ").parents(ids).push(" p");
    let rows = db.query_all(sql.finish()).await?;
    rows.into_iter()
        .map(|row| {
            let summary = Summary {
                penalties: row.try_get::<i64>("", "penalties")?.unsigned_abs(),
                abnormal: row.try_get::<i64>("", "abnormal")? > 0,
                serious: row.try_get::<i64>("", "serious")? > 0,
                last_report_year: row.try_get("", "last_year")?,
            };
            Ok((row.try_get("", "parent")?, summary))
        })
        .collect()
}
