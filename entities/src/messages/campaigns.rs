//! 催报任务 Campaigns, their lists, caps and counts.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use rules::annual_report::FilerKind;
use rules::message::MessageState;
use rules::region::RegionCode;
use sea_orm::{DbErr, QueryResult};
use serde_json::json;

use super::campaign;
use crate::bulk::Session;
use crate::enterprise::registered;
use crate::guarded::MessagePhone;
use crate::page::{self, Key, KeyKind, Order, Page, Position, Window};
use crate::read::{self, Value as _};
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// What is kept of a campaign.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// 报告年度
    pub year: i32,
    /// 行政区划
    pub region: RegionCode,
    /// 申报主体类型
    pub kinds: Vec<FilerKind>,
    /// 短信内容
    pub text: String,
    /// 开始时间
    pub start_at: DateTime<Utc>,
    /// 每日上限
    pub daily_cap: i32,
    /// 幂等键
    pub key: String,
    /// The account.
    pub by: i64,
    /// The job that makes the list.
    pub job: i64,
}

/// The campaign that an account began under a key.
///
/// # Errors
/// Any failure of the database.
pub async fn campaign_by_key(
    session: &mut Session,
    by: i64,
    key: &str,
) -> Result<Option<campaign::Model>, DatabaseError> {
    let mut sql = session.select::<campaign::Model>();
    sql.push(" WHERE created_by = ").bind(by).push(" AND idempotency_key = ").bind(key);
    Ok(session.records(sql).await?.pop())
}

/// Adds a campaign.
///
/// # Errors
/// Any failure of the database.
pub async fn add_campaign(
    session: &mut Session,
    new: NewCampaign,
    now: DateTime<Utc>,
) -> Result<campaign::Model, DatabaseError> {
    let kinds: Vec<&str> = new.kinds.iter().map(|kind| kind.code()).collect();
    let mut sql = session.sql("INSERT INTO reminder_campaigns (year, region_code, kinds, text, start_at, daily_cap,");
    sql.push(" idempotency_key, state, job_id, next_at, sent_that_day, planned_after, unreachable, created_by,");
    sql.push(" created_at) VALUES (").bind(new.year).push(", ").bind(new.region.get().cast_signed()).push(", ");
    sql.bind(json!(kinds)).push(", ").bind(new.text).push(", ").bind(new.start_at).push(", ").bind(new.daily_cap);
    sql.push(", ").bind(new.key).push(", 'RUNNING', ").bind(new.job).push(", ").bind(new.start_at);
    sql.push(", 0, 0, 0, ").bind(new.by).push(", ").bind(now);
    sql.push(") RETURNING ").columns::<campaign::Model>("");
    let row = session.records(sql).await?.pop();
    Ok(row.ok_or_else(|| DbErr::RecordNotFound("reminder_campaigns".to_owned()))?)
}

/// The campaign with this id.
///
/// # Errors
/// Any failure of the database.
pub async fn campaign_by_id(db: &Database, id: i64) -> Result<Option<campaign::Model>, DbErr> {
    let mut sql = Sql::select::<campaign::Model>(db.backend());
    sql.push(" WHERE id = ").bind(id);
    read::one(db, sql).await
}

/// The newest first.
const ORDER: Order = Order { key: "id", descending: true };
/// What the keys of the list are.
pub const KEY: KeyKind = KeyKind::Number;

/// Where a campaign stands in the list.
pub fn position(row: &campaign::Model) -> Position {
    Position { key: Key::Number(row.id), id: row.id }
}

/// A page of the campaigns within a region, of a year or of all.
///
/// # Errors
/// Any failure of the database.
pub async fn campaigns(
    db: &Database,
    region: RegionCode,
    year: Option<i32>,
    window: &Window,
) -> Result<Page<campaign::Model>, DbErr> {
    let range = region.subtree();
    let mut sql = Sql::select::<campaign::Model>(db.backend());
    sql.push(" WHERE region_code >= ").bind(range.start().cast_signed()).push(" AND region_code <= ");
    sql.bind(range.end().cast_signed());
    if let Some(year) = year {
        sql.push(" AND year = ").bind(year);
    }
    page::push_window(&mut sql, ORDER, window);
    Ok(Page::of(read::all(db, sql).await?, window, None))
}

/// Campaigns of which something is to be done now.
///
/// # Errors
/// Any failure of the database.
pub async fn due_campaigns(db: &Database, now: DateTime<Utc>) -> Result<Vec<campaign::Model>, DbErr> {
    let mut sql = Sql::select::<campaign::Model>(db.backend());
    sql.push(" WHERE state IN ('RUNNING', 'STOPPED') AND ((state = 'RUNNING' AND next_at <= ").bind(now);
    sql.push(") OR (state = 'STOPPED' AND EXISTS (SELECT 1 FROM messages m WHERE m.campaign_id =");
    sql.push(" reminder_campaigns.id AND m.state IN ('SENDING', 'UNKNOWN')))) ORDER BY id LIMIT 50");
    read::all(db, sql).await
}

/// The campaign whose list a job makes.
///
/// # Errors
/// Any failure of the database.
pub async fn campaign_of_job(db: &Database, job: i64) -> Result<Option<campaign::Model>, DbErr> {
    let mut sql = Sql::select::<campaign::Model>(db.backend());
    sql.push(" WHERE job_id = ").bind(job);
    read::one(db, sql).await
}

/// 未报主体 Enterprises of a region after one that have not filed the report of a year, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn candidates_after(
    db: &Database,
    (region, year): (i32, i32),
    after: i64,
    limit: i64,
) -> Result<Vec<registered::Model>, DbErr> {
    let range = u32::try_from(region).ok().and_then(RegionCode::new).map(RegionCode::subtree);
    let Some(range) = range else { return Ok(Vec::new()) };
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE id > ").bind(after).push(" AND region_code >= ").bind(range.start().cast_signed());
    sql.push(" AND region_code <= ").bind(range.end().cast_signed());
    sql.push(" AND NOT EXISTS (SELECT 1 FROM annual_reports r WHERE r.enterprise_id = enterprises.id AND r.year = ");
    sql.bind(year).push(") ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// Whether an enterprise has filed the report of a year.
///
/// # Errors
/// Any failure of the database.
pub async fn has_filed(db: &Database, enterprise: i64, year: i32) -> Result<bool, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT id FROM annual_reports WHERE enterprise_id = ");
    sql.bind(enterprise).push(" AND year = ").bind(year);
    Ok(db.query_one(sql.finish()).await?.is_some())
}

/// What is kept of a reminder.
#[derive(Clone, Debug)]
pub struct NewReminder {
    /// 编号
    pub message_id: String,
    /// 经营主体
    pub enterprise: i64,
    /// Sealed, and what it is counted by.
    pub phone: (MessagePhone, i64),
    /// 内容
    pub text: String,
    /// Hash of the word by which more is refused.
    pub opt_out_hash: String,
}

/// Puts reminders into the queue: of each enterprise and each number one, however often it is tried.
///
/// # Errors
/// Any failure of the database.
pub async fn add_reminders(
    session: &mut Session,
    campaign: &campaign::Model,
    reminders: Vec<NewReminder>,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let mut added = 0;
    for new in reminders {
        let mut sql = session.sql("INSERT INTO messages (message_id, template, campaign_id, enterprise_id, phone,");
        sql.push(" phone_mark, text, opt_out_hash, state, attempts, leases, next_try_at, created_at) VALUES (");
        sql.bind(new.message_id).push(", 'REMINDER', ").bind(campaign.id).push(", ").bind(new.enterprise);
        sql.push(", ").bind(new.phone.0).push(", ").bind(new.phone.1).push(", ").bind(new.text).push(", ");
        sql.bind(new.opt_out_hash).push(", 'QUEUED', 0, 0, ").bind(campaign.start_at).push(", ").bind(now);
        sql.push(") ON CONFLICT DO NOTHING RETURNING id");
        added += session.run(sql).await?.len() as u64;
    }
    Ok(added)
}

/// Notes how far the list of a campaign is, and whether it is whole; `false` if it was stopped.
///
/// # Errors
/// Any failure of the database.
pub async fn planned(
    session: &mut Session,
    id: i64,
    (after, unreachable): (i64, i64),
    whole_at: Option<DateTime<Utc>>,
) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("UPDATE reminder_campaigns SET planned_after = ");
    sql.bind(after).push(", unreachable = unreachable + ").bind(unreachable).push(", planned_at = ").bind(whole_at);
    sql.push(" WHERE state = 'RUNNING' AND planned_at IS NULL AND id = ").bind(id).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// 占用名额 Takes a place of the day's cap; `false` if none is left or the campaign was stopped. No two processes get
/// the last one.
///
/// # Errors
/// Any failure of the database.
pub async fn reserve(db: &Database, id: i64, day: NaiveDate) -> Result<bool, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE reminder_campaigns SET sent_that_day = CASE WHEN sent_on = ");
    sql.bind(day).push(" THEN sent_that_day + 1 ELSE 1 END, sent_on = ").bind(day);
    sql.push(" WHERE state = 'RUNNING' AND id = ").bind(id).push(" AND (sent_on IS NULL OR sent_on <> ").bind(day);
    sql.push(" OR sent_that_day < daily_cap) RETURNING id");
    let is_free = !session.run(sql).await?.is_empty();
    session.commit().await?;
    Ok(is_free)
}

/// Gives a place of the day's cap back.
///
/// # Errors
/// Any failure of the database.
pub async fn release(session: &mut Session, id: i64, day: NaiveDate) -> Result<(), DatabaseError> {
    let mut sql =
        session.sql("UPDATE reminder_campaigns SET sent_that_day = sent_that_day - 1 WHERE sent_that_day > 0");
    sql.push(" AND sent_on = ").bind(day).push(" AND id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// Lets a campaign rest until an instant.
///
/// # Errors
/// Any failure of the database.
pub async fn hold(db: &Database, id: i64, until: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE reminder_campaigns SET next_at = ");
    sql.bind(until).push(" WHERE state = 'RUNNING' AND id = ").bind(id).push(" AND next_at < ").bind(until);
    session.run(sql).await?;
    session.commit().await
}

/// Ends a campaign whose list is whole and of which nothing is left to be sent.
///
/// # Errors
/// Any failure of the database.
pub async fn end_if_done(db: &Database, id: i64, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE reminder_campaigns SET state = 'DONE', ended_at = ");
    sql.bind(now).push(" WHERE state = 'RUNNING' AND planned_at IS NOT NULL AND id = ").bind(id);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM messages WHERE campaign_id = ").bind(id);
    sql.push(" AND state IN ('QUEUED', 'SENDING', 'UNKNOWN'))");
    session.run(sql).await?;
    session.commit().await
}

/// Stops a campaign: what waits is not sent; `None` if it does not run.
///
/// # Errors
/// Any failure of the database.
pub async fn stop(
    session: &mut Session,
    id: i64,
    now: DateTime<Utc>,
) -> Result<Option<campaign::Model>, DatabaseError> {
    let mut sql = session.sql("UPDATE reminder_campaigns SET state = 'STOPPED', ended_at = ");
    sql.bind(now).push(" WHERE state = 'RUNNING' AND id = ").bind(id);
    sql.push(" RETURNING ").columns::<campaign::Model>("");
    let stopped = session.records(sql).await?.pop();
    if stopped.is_some() {
        let mut sql = session.sql("UPDATE messages SET state = 'SKIPPED', reason = 'STOPPED', next_try_at = NULL");
        sql.push(" WHERE state = 'QUEUED' AND campaign_id = ").bind(id);
        session.run(sql).await?;
    }
    Ok(stopped)
}

/// 计数 Messages of a campaign in one state, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// 状态
    pub state: MessageState,
    /// 原因
    pub reason: Option<String>,
    /// 数量
    pub count: i64,
}

/// Messages of campaigns by state and reason: one statement, whatever their number.
///
/// # Errors
/// Any failure of the database.
pub async fn counts_of(db: &Database, campaigns: &[i64]) -> Result<HashMap<i64, Vec<Counted>>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT campaign_id, state, reason, count(*) FROM messages WHERE ");
    sql.any_number("campaign_id", campaigns).push(" GROUP BY campaign_id, state, reason ORDER BY 1, 2, 3");
    let mut found: HashMap<i64, Vec<Counted>> = HashMap::new();
    let counted = |row: &QueryResult| -> Result<Option<Counted>, DbErr> {
        let state = MessageState::from_code(&String::value(row, 1)?);
        let (reason, count) = (Option::value(row, 2)?, i64::value(row, 3)?);
        Ok(state.map(|state| Counted { state, reason, count }))
    };
    for row in db.query_all(sql.finish()).await? {
        if let Some(counted) = counted(&row)? {
            found.entry(i64::value(&row, 0)?).or_default().push(counted);
        }
    }
    Ok(found)
}
