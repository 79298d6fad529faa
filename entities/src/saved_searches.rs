//! 保存的检索 Searches that an account keeps; none is read but for its owner.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::read::{self, Value as _};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 保存的检索
    saved_search "saved_searches" {
        user_id: i64,
        name: String,
        query: String,
        /// 筛选条件 As its owner gave it to the graph.
        filter: Json,
        /// 是否提醒 1 or 0.
        notify: i32,
        /// 已看到的位置 The last event of the outbox whose matches its owner was told.
        seen_sequence: i64,
        created_at: DateTimeUtc,
    }
}

/// The search with this id, if it is this account's.
///
/// # Errors
/// Any failure of the database.
pub async fn by_id(db: &Database, user: i64, id: i64) -> Result<Option<saved_search::Model>, DbErr> {
    let mut sql = Sql::select::<saved_search::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id).push(" AND user_id = ").bind(user);
    read::one(db, sql).await
}

/// Searches of an account after `id`, at most `limit`, in the order in which they were saved.
///
/// # Errors
/// Any failure of the database.
pub async fn of_user_after(db: &Database, user: i64, id: i64, limit: i64) -> Result<Vec<saved_search::Model>, DbErr> {
    let mut sql = Sql::select::<saved_search::Model>(db.backend());
    sql.push(" WHERE user_id = ").bind(user).push(" AND id > ").bind(id).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// How many searches an account keeps, in a transaction in which no other adds one.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_count(session: &mut Session, user: i64) -> Result<i64, DatabaseError> {
    if session.is_postgres() {
        let mut sql = session.sql("SELECT id FROM users WHERE id = ");
        sql.bind(user).push(" FOR UPDATE");
        session.run(sql).await?;
    }
    let mut sql = session.sql("SELECT count(*) FROM saved_searches WHERE user_id = ");
    sql.bind(user);
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| i64::value(row, 0)).transpose()?.unwrap_or_default())
}

/// What to keep.
#[derive(Clone, Debug)]
pub struct Kept {
    /// 名称
    pub name: String,
    /// 查询内容
    pub query: String,
    /// 筛选条件
    pub filter: serde_json::Value,
    /// 是否提醒
    pub notify: bool,
    /// 已看到的位置
    pub seen_sequence: i64,
}

/// Adds a search; `None` if the account keeps another of this name.
///
/// # Errors
/// Any failure of the database.
pub async fn add(
    session: &mut Session,
    user: i64,
    kept: Kept,
    now: DateTime<Utc>,
) -> Result<Option<saved_search::Model>, DatabaseError> {
    let Kept { name, query, filter, notify, seen_sequence } = kept;
    let mut sql =
        session.sql("INSERT INTO saved_searches (user_id, name, query, filter, notify, seen_sequence, created_at)");
    sql.push(" VALUES (").bind(user).push(", ").bind(name).push(", ").bind(query).push(", ").bind(filter).push(", ");
    sql.bind(i32::from(notify)).push(", ").bind(seen_sequence).push(", ").bind(now);
    sql.push(") ON CONFLICT (user_id, name) DO NOTHING RETURNING ").columns::<saved_search::Model>("");
    Ok(session.records(sql).await?.pop())
}

/// Puts something else in the place of a search of an account; `None` if it is not there, or another has the
/// name.
///
/// # Errors
/// Any failure of the database.
pub async fn change(
    session: &mut Session,
    (user, id): (i64, i64),
    kept: Kept,
) -> Result<Option<saved_search::Model>, DatabaseError> {
    let Kept { name, query, filter, notify, seen_sequence } = kept;
    let mut sql = session.sql("UPDATE saved_searches SET name = ");
    sql.bind(name.clone()).push(", query = ").bind(query).push(", filter = ").bind(filter).push(", notify = ");
    sql.bind(i32::from(notify)).push(", seen_sequence = ").bind(seen_sequence);
    sql.push(" WHERE id = ").bind(id).push(" AND user_id = ").bind(user);
    // The account may keep one search of a name.
    sql.push(" AND NOT EXISTS (SELECT 1 FROM saved_searches other WHERE other.user_id = ").bind(user);
    sql.push(" AND other.name = ").bind(name).push(" AND other.id <> ").bind(id);
    sql.push(") RETURNING ").columns::<saved_search::Model>("");
    Ok(session.records(sql).await?.pop())
}

/// Removes a search of an account; `false` if it is not there.
///
/// # Errors
/// Any failure of the database.
pub async fn remove(session: &mut Session, user: i64, id: i64) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("DELETE FROM saved_searches WHERE id = ");
    sql.bind(id).push(" AND user_id = ").bind(user).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// Notes up to where the owner of a search was told of matches; it never goes back.
///
/// # Errors
/// Any failure of the database.
pub async fn see(db: &Database, id: i64, sequence: i64) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE saved_searches SET seen_sequence = ");
    sql.bind(sequence).push(" WHERE id = ").bind(id).push(" AND seen_sequence < ").bind(sequence);
    session.run(sql).await?;
    session.commit().await
}
