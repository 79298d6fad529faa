//! 接口用量 What partner clients asked for, hour by hour.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::Value;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 用量 What a client asked for in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// 接口用户
    pub client: i64,
    /// 时段 The hour, by its beginning.
    pub hour: DateTime<Utc>,
    /// 请求数 Those that were refused among them.
    pub requests: i64,
    /// 拒绝数 Over the quota.
    pub refused: i64,
    /// 估算规模
    pub cost: i64,
}

/// Adds to what was used, in a transaction.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, used: &Used) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO api_usage (client_id, hour, requests, refused, cost) VALUES (");
    sql.bind(used.client).push(", ").bind(used.hour).push(", ").bind(used.requests).push(", ");
    sql.bind(used.refused).push(", ").bind(used.cost);
    sql.push(") ON CONFLICT (client_id, hour) DO UPDATE SET requests = api_usage.requests + excluded.requests");
    sql.push(", refused = api_usage.refused + excluded.refused, cost = api_usage.cost + excluded.cost");
    session.run(sql).await.map(drop)
}

/// What a client used since an instant, hour by hour, oldest first; hours without a request are absent.
///
/// # Errors
/// Any failure of the database.
pub async fn since(db: &Database, client: i64, since: DateTime<Utc>) -> Result<Vec<Used>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT hour, requests, refused, cost FROM api_usage WHERE client_id = ");
    sql.bind(client).push(" AND hour >= ").bind(since).push(" ORDER BY hour");
    let rows = db.query_all(sql.finish()).await?;
    let read = |row: &sea_orm::QueryResult| {
        Ok(Used {
            client,
            hour: Value::value(row, 0)?,
            requests: Value::value(row, 1)?,
            refused: Value::value(row, 2)?,
            cost: Value::value(row, 3)?,
        })
    };
    rows.iter().map(read).collect()
}
