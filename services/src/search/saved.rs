//! 保存的检索 Searches that their owners keep by a name.
//!
//! SAVED-1: an account reaches its own searches alone; those of others do not exist for it.
//! SAVED-2: an account keeps no two searches of one name, and no more than the limit.

use entities::bulk::Session;
use entities::saved_searches::{self as table, Kept, saved_search};
use entities::{Database, operations};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::{Question, ReadFilter, is_of_the_query, refusal};
use crate::command::power::SaveSearches;
use crate::command::{Done, Permit, Refused, UserError};
use crate::index::{Index, Sight};
use crate::ports::Clock;

/// Characters of a name.
const NAME: std::ops::RangeInclusive<usize> = 1..=64;

/// 新的检索 What to keep.
#[derive(Clone, Debug)]
pub struct NewSearch {
    /// 名称
    pub name: String,
    /// 检索
    pub question: Question,
    /// 是否提醒
    pub notify: bool,
    /// Searches that an account keeps at most.
    pub most: usize,
}

/// 变更 What to change of a search; what is `None` stays.
#[derive(Clone, Debug)]
pub struct Change {
    /// 名称
    pub name: Option<String>,
    /// 查询内容
    pub query: Option<String>,
    /// 筛选条件 In the form of the graph.
    pub filter: Option<Value>,
    /// 是否提醒
    pub notify: Option<bool>,
}

/// 保存检索 New matches are those from now on.
///
/// # Errors
/// `INVALID_NAME`, `SEARCH_QUERY_EMPTY`, `SEARCH_QUERY_TOO_LONG`, `TOO_MANY_SEARCHES`, `NAME_TAKEN`.
pub async fn save(
    db: &Database,
    index: &Index,
    permit: &Permit<'_, SaveSearches>,
    new: NewSearch,
) -> Done<saved_search::Model> {
    let user = owner(permit)?;
    let name = named(&new.name)?;
    check(index, &new.question, permit).await?;
    let seen_sequence = operations::last_sequence(db).await?;
    let mut session = Session::begin(db).await?;
    let kept = table::locked_count(&mut session, user).await?;
    if usize::try_from(kept).unwrap_or(usize::MAX) >= new.most {
        session.rollback().await?;
        let message = format!("已保存 {kept} 个检索，每个账号最多 {} 个，请先删除不再需要的。", new.most);
        return Err(UserError::at(&["input"], "TOO_MANY_SEARCHES", message).into());
    }
    let Question { query, stored: filter, .. } = new.question;
    let kept = Kept { name: name.clone(), query, filter, notify: new.notify, seen_sequence };
    let Some(row) = table::add(&mut session, user, kept, permit.caller().now).await? else {
        session.rollback().await?;
        return Err(taken(&name).into());
    };
    record(&mut session, permit, "SAVE_SEARCH", &row).await?;
    session.commit().await?;
    Ok(row)
}

/// 变更检索 If something else is asked for, new matches are those from now on.
///
/// # Errors
/// As [`save`], `NOT_FOUND`, and `INVALID_FILTER` for one that another release has stored.
pub async fn update(
    db: &Database,
    index: &Index,
    read_filter: ReadFilter,
    permit: &Permit<'_, SaveSearches>,
    id: i64,
    change: Change,
) -> Done<saved_search::Model> {
    let user = owner(permit)?;
    let before = table::by_id(db, user, id).await?.ok_or_else(absent)?;
    let name = change.name.as_deref().map_or_else(|| Ok(before.name.clone()), named)?;
    let query = change.query.unwrap_or_else(|| before.query.clone());
    let stored = change.filter.unwrap_or_else(|| before.filter.clone());
    let question = Question { query, filter: read_filter(&stored).ok_or_else(unreadable)?, stored };
    check(index, &question, permit).await?;
    let Question { query, stored: filter, .. } = question;
    let is_another = query != before.query || filter != before.filter;
    let seen_sequence = if is_another { operations::last_sequence(db).await? } else { before.seen_sequence };
    let notify = change.notify.unwrap_or(before.notify != 0);
    let mut session = Session::begin(db).await?;
    let kept = Kept { name: name.clone(), query, filter, notify, seen_sequence };
    let Some(row) = table::change(&mut session, (user, id), kept).await? else {
        session.rollback().await?;
        let is_there = table::by_id(db, user, id).await?.is_some();
        return Err(if is_there { taken(&name) } else { absent() }.into());
    };
    record(&mut session, permit, "UPDATE_SAVED_SEARCH", &row).await?;
    session.commit().await?;
    Ok(row)
}

/// 删除检索
///
/// # Errors
/// `NOT_FOUND`.
pub async fn delete(db: &Database, permit: &Permit<'_, SaveSearches>, id: i64) -> Done<i64> {
    let user = owner(permit)?;
    let row = table::by_id(db, user, id).await?.ok_or_else(absent)?;
    let mut session = Session::begin(db).await?;
    if !table::remove(&mut session, user, id).await? {
        session.rollback().await?;
        return Err(absent().into());
    }
    record(&mut session, permit, "DELETE_SAVED_SEARCH", &row).await?;
    session.commit().await?;
    Ok(id)
}

async fn record(
    session: &mut Session,
    permit: &Permit<'_, SaveSearches>,
    act: &'static str,
    row: &saved_search::Model,
) -> Done<()> {
    let detail = json!({ "savedSearch": row.id, "query": row.query, "filter": row.filter });
    Ok(permit.record(session, act, row.name.clone(), detail).await?)
}

/// Only accounts hold the right.
fn owner(permit: &Permit<'_, SaveSearches>) -> Done<i64> {
    permit.caller().user().ok_or_else(|| Refused::from(DbErr::RecordNotFound("users".to_owned())))
}

fn named(name: &str) -> Result<String, UserError> {
    let name = name.trim();
    if NAME.contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    Err(UserError::at(&["input", "name"], "INVALID_NAME", "名称应为 1 到 64 个字，例如“辖区食品处罚”。"))
}

/// A query that can never be answered is refused at once; an index that is not there yet is no reason.
async fn check(index: &Index, question: &Question, permit: &Permit<'_, SaveSearches>) -> Done<()> {
    let today = Clock::Fixed(permit.caller().now).today();
    match question.count(index, Sight::Public { today }).await {
        Err(error) if is_of_the_query(&error) => Err(refusal(&error).into()),
        _ => Ok(()),
    }
}

fn taken(name: &str) -> UserError {
    UserError::at(&["input", "name"], "NAME_TAKEN", format!("已有名为“{name}”的检索，请另取名称或修改原有的检索。"))
}

fn unreadable() -> UserError {
    let message = "原有的筛选条件由其他版本写入，无法读取，请重新给出 filter。";
    UserError::at(&["input", "filter"], "INVALID_FILTER", message)
}

fn absent() -> UserError {
    UserError::at(&["input", "id"], "NOT_FOUND", "没有这个保存的检索，请核对编号。")
}
