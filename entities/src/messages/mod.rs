//! 短信 Messages on their way, each leased by one process at a time; campaigns of reminders; who has refused them.

mod campaigns;
mod inbound;
mod opt_outs;

use chrono::{DateTime, Utc};
use rules::message::{MessageState, SkipReason};
use sea_orm::DbErr;

pub use campaigns::{
    Counted, KEY, NewCampaign, NewReminder, add_campaign, add_reminders, campaign_by_id, campaign_by_key,
    campaign_of_job, campaigns, candidates_after, counts_of, due_campaigns, end_if_done, has_filed, hold, planned,
    position, release, reserve, stop,
};
pub use inbound::{Inbound, add_inbound, last_reminder_to};
pub use opt_outs::{OptOut, is_opted_out, opt_in, opt_out, opt_out_of};

use crate::bulk::Session;
use crate::guarded::{MessagePhone, MessageSecret};
use crate::read::{self, Value as _};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 短信 One message to one number.
    message "messages" {
        /// 编号 By which the gateway knows it.
        message_id: String,
        template: String,
        /// 催报任务 Of a reminder.
        campaign_id: Option<i64>,
        enterprise_id: i64,
        phone: MessagePhone,
        /// 号码标记 A hash under a key of the vault.
        phone_mark: i64,
        /// 内容 With `{code}` in the place of a code.
        text: String,
        /// 验证码 Sealed, and gone once it was sent.
        secret: Option<MessageSecret>,
        /// What a code is for.
        purpose: Option<String>,
        opt_out_hash: Option<String>,
        state: String,
        /// Why it failed or was not sent.
        reason: Option<String>,
        attempts: i32,
        /// 租用次数 How often a process has taken it: what an earlier one still says of it is not heard.
        leases: i32,
        leased_until: Option<DateTimeUtc>,
        next_try_at: Option<DateTimeUtc>,
        created_at: DateTimeUtc,
        sent_at: Option<DateTimeUtc>,
        /// When its receipt came.
        told_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 催报任务 Who is reminded of which year, by which text, from when and how many a day.
    campaign "reminder_campaigns" {
        year: i32,
        region_code: i32,
        /// 申报主体类型 Codes; all of them if it is empty.
        kinds: Json,
        text: String,
        start_at: DateTimeUtc,
        daily_cap: i32,
        idempotency_key: String,
        /// `RUNNING`, `STOPPED` or `DONE`.
        state: String,
        job_id: Option<i64>,
        /// Before then none of its messages is sent.
        next_at: DateTimeUtc,
        /// The last day on which messages were sent, and how many on it.
        sent_on: Option<Date>,
        sent_that_day: i32,
        /// 名单进度 The last enterprise that was looked at.
        planned_after: i64,
        planned_at: Option<DateTimeUtc>,
        /// 无手机号 Who owes the report and cannot be reached.
        unreachable: i64,
        created_by: i64,
        created_at: DateTimeUtc,
        ended_at: Option<DateTimeUtc>,
    }
}

impl message::Model {
    /// How far it is.
    pub fn state(&self) -> MessageState {
        MessageState::from_code(&self.state).unwrap_or(MessageState::Failed)
    }
}

/// What is kept of a message with a code.
#[derive(Clone, Debug)]
pub struct NewCodeMessage {
    /// 编号
    pub message_id: String,
    /// 模板
    pub template: &'static str,
    /// 经营主体
    pub enterprise: i64,
    /// Sealed, and what it is counted by.
    pub phone: (MessagePhone, i64),
    /// With `{code}` in the place of the code.
    pub text: String,
    /// Sealed.
    pub secret: MessageSecret,
    /// What the code is for.
    pub purpose: &'static str,
}

/// Puts a message with a code into the queue.
///
/// # Errors
/// Any failure of the database.
pub async fn add_code(session: &mut Session, new: NewCodeMessage, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO messages (message_id, template, enterprise_id, phone, phone_mark, text,");
    sql.push(" secret, purpose, state, attempts, leases, next_try_at, created_at) VALUES (").bind(new.message_id);
    sql.push(", ").bind(new.template).push(", ").bind(new.enterprise).push(", ").bind(new.phone.0).push(", ");
    sql.bind(new.phone.1).push(", ").bind(new.text).push(", ").bind(new.secret).push(", ").bind(new.purpose);
    sql.push(", 'QUEUED', 0, 0, ").bind(now).push(", ").bind(now).push(")");
    session.run(sql).await.map(drop)
}

/// How many codes a number was sent since an instant, as the transaction sees it.
///
/// # Errors
/// Any failure of the database.
pub async fn codes_to(session: &mut Session, mark: i64, since: DateTime<Utc>) -> Result<i64, DatabaseError> {
    let mut sql = session.sql("SELECT count(*) FROM messages WHERE phone_mark = ");
    sql.bind(mark).push(" AND campaign_id IS NULL AND created_at > ").bind(since);
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| i64::value(row, 0)).transpose()?.unwrap_or_default())
}

/// Takes messages that are due, of a campaign or with codes, until `until`: no other process gets them before. What
/// somebody else took and never settled is not known to have been sent or not.
///
/// # Errors
/// Any failure of the database.
pub async fn lease(
    db: &Database,
    campaign: Option<&campaign::Model>,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<message::Model>, DatabaseError> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("UPDATE messages SET leases = leases + 1, state = CASE WHEN state = 'QUEUED' THEN");
    sql.push(" 'SENDING' ELSE 'UNKNOWN' END, leased_until = ").bind(until);
    sql.push(" WHERE id IN (SELECT id FROM messages WHERE ");
    match campaign {
        Some(campaign) => sql.push("campaign_id = ").bind(campaign.id),
        None => sql.push("campaign_id IS NULL"),
    };
    sql.push(" AND state IN ('QUEUED', 'SENDING', 'UNKNOWN')");
    if campaign.is_some_and(|campaign| campaign.state != "RUNNING") {
        sql.push(" AND state <> 'QUEUED'");
    }
    sql.push(" AND next_try_at <= ").bind(now).push(" AND (leased_until IS NULL OR leased_until <= ").bind(now);
    sql.push(") ORDER BY next_try_at, id LIMIT ").bind(limit);
    if session.is_postgres() {
        sql.push(" FOR UPDATE SKIP LOCKED");
    }
    sql.push(") RETURNING ").columns::<message::Model>("");
    let mut taken: Vec<message::Model> = session.records(sql).await?;
    session.commit().await?;
    taken.sort_by_key(|row| row.id);
    Ok(taken)
}

/// Whether anything is due, without writing.
///
/// # Errors
/// Any failure of the database.
pub async fn is_code_due(db: &Database, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let mut sql = Sql::select::<message::Model>(db.backend());
    sql.push(" WHERE campaign_id IS NULL AND state IN ('QUEUED', 'SENDING', 'UNKNOWN') AND next_try_at <= ");
    sql.bind(now).push(" LIMIT 1");
    Ok(read::one::<message::Model>(db, sql).await?.is_some())
}

/// 处理结果 What became of a message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The gateway has it; its receipt is asked for then.
    Sent(DateTime<Utc>),
    /// It is not sent now, but then; whether it counts as an attempt.
    Later(DateTime<Utc>, bool),
    /// Whether the gateway has it is asked then.
    Unknown(DateTime<Utc>),
    /// 未发送
    Skipped(SkipReason),
    /// 失败
    Failed(String),
}

/// Settles a message that was taken, unless another process has taken it since; whether it was heard.
///
/// # Errors
/// Any failure of the database.
pub async fn settle(
    session: &mut Session,
    row: &message::Model,
    fate: &Fate,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("UPDATE messages SET leased_until = NULL, ");
    match fate {
        Fate::Sent(next) => {
            sql.push("state = 'SENT', secret = NULL, attempts = attempts + 1, sent_at = ").bind(now);
            sql.push(", next_try_at = ").bind(*next);
        }
        Fate::Later(next, counts) => {
            sql.push("state = 'QUEUED', next_try_at = ").bind(*next);
            sql.push(", attempts = attempts + ").bind(i32::from(*counts));
        }
        Fate::Unknown(next) => {
            sql.push("state = 'UNKNOWN', attempts = attempts + 1, next_try_at = ").bind(*next);
        }
        Fate::Skipped(reason) => {
            sql.push("state = 'SKIPPED', secret = NULL, next_try_at = NULL, reason = ").bind(reason.code());
        }
        Fate::Failed(reason) => {
            sql.push("state = 'FAILED', secret = NULL, next_try_at = NULL, attempts = attempts + 1, reason = ");
            sql.bind(reason.as_str());
        }
    }
    sql.push(" WHERE id = ").bind(row.id).push(" AND leases = ").bind(row.leases);
    sql.push(" AND state IN ('SENDING', 'UNKNOWN') RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// Messages whose receipts are to be asked for.
///
/// # Errors
/// Any failure of the database.
pub async fn unreceipted(db: &Database, now: DateTime<Utc>, limit: i64) -> Result<Vec<message::Model>, DbErr> {
    let mut sql = Sql::select::<message::Model>(db.backend());
    sql.push(" WHERE state = 'SENT' AND next_try_at <= ").bind(now).push(" ORDER BY next_try_at LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// 回执 What is known of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// 已送达
    Delivered,
    /// 未送达
    Failed(String),
    /// It is asked again then, or not any more.
    Again(Option<DateTime<Utc>>),
}

/// Keeps a receipt; one that comes twice changes nothing.
///
/// # Errors
/// Any failure of the database.
pub async fn receive(session: &mut Session, id: i64, told: &Told, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE messages SET ");
    match told {
        Told::Delivered => {
            sql.push("state = 'DELIVERED', next_try_at = NULL, told_at = ").bind(now);
        }
        Told::Failed(reason) => {
            sql.push("state = 'FAILED', next_try_at = NULL, told_at = ").bind(now).push(", reason = ");
            sql.bind(reason.as_str());
        }
        Told::Again(next) => {
            sql.push("next_try_at = ").bind(*next);
        }
    }
    sql.push(" WHERE state = 'SENT' AND id = ").bind(id);
    session.run(sql).await.map(drop)
}

/// When a number was reminded since an instant, but for one message; what another process is about to send counts, if
/// it was planned earlier.
///
/// # Errors
/// Any failure of the database.
pub async fn reminded(
    db: &Database,
    row: &message::Model,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT COALESCE(sent_at, ");
    sql.bind(now).push(") FROM messages WHERE phone_mark = ").bind(row.phone_mark).push(" AND id <> ").bind(row.id);
    sql.push(" AND campaign_id IS NOT NULL AND (sent_at > ").bind(since);
    sql.push(" OR (sent_at IS NULL AND state IN ('SENDING', 'UNKNOWN') AND id < ").bind(row.id).push("))");
    db.query_all(sql.finish()).await?.iter().map(|row| DateTime::value(row, 0)).collect()
}

/// The message with this word to refuse more.
///
/// # Errors
/// Any failure of the database.
pub async fn by_opt_out(db: &Database, hash: &str) -> Result<Option<message::Model>, DbErr> {
    let mut sql = Sql::select::<message::Model>(db.backend());
    sql.push(" WHERE opt_out_hash = ").bind(hash).push(" LIMIT 1");
    read::one(db, sql).await
}
