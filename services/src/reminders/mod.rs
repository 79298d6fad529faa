//! 年报催报 Campaigns that remind those who have not filed, and nobody else; how they are begun and stopped, and how
//! somebody refuses more.

mod plan;

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::Session;
use entities::enterprise::{find, registered};
use entities::messages::{self as stored, NewCampaign, campaign};
use entities::{Database, Scope, jobs};
use rules::annual_report::{FilerKind, window};
use rules::message::{OptOutWay, ReminderText, message_policy};
use rules::region::RegionCode;
use serde_json::json;

pub(crate) use plan::run;

use crate::access::sm3_hex;
use crate::audit::{self, Outcome};
use crate::command::power::{FileReports, UrgeReports};
use crate::command::{Caller, Done, Permit, Refused, UserError, event};
use crate::jobs::Kind;
use crate::ports::Clock;

/// How far ahead a campaign may be planned.
const AHEAD: TimeDelta = TimeDelta::days(366);
/// Characters of a key of the client.
const KEY: std::ops::RangeInclusive<usize> = 1..=64;
/// Characters of a word by which more is refused.
pub(crate) const OPT_OUT: usize = 10;

/// 新任务 What a campaign is to be.
#[derive(Clone, Debug)]
pub struct Planned {
    /// 报告年度
    pub year: i32,
    /// 行政区划
    pub region: RegionCode,
    /// 申报主体类型 All of them if it is empty.
    pub kinds: Vec<FilerKind>,
    /// 短信内容
    pub text: String,
    /// 开始时间 At once if it is not given.
    pub start_at: Option<DateTime<Utc>>,
    /// 每日上限
    pub daily_cap: i32,
    /// 幂等键
    pub key: String,
}

/// 发起催报 The permit is for the region. The same key gives the same campaign.
///
/// # Errors
/// `INVALID_YEAR`, `INVALID_TEXT`, `UNKNOWN_PLACEHOLDER`, `LINK_IN_TEXT`, `INVALID_START`, `INVALID_CAP`, `INVALID_KEY`,
/// all at once; `KEY_REUSED` for another campaign under a key that was used.
pub async fn create(db: &Database, permit: &Permit<'_, UrgeReports>, asked: Planned) -> Done<campaign::Model> {
    let caller = permit.caller();
    let errors = wrong(&asked, caller.now);
    let Some(by) = caller.user().filter(|_| errors.is_empty()) else { return Err(Refused::Inputs(errors)) };
    let Planned { year, region, kinds, text, start_at, daily_cap, key } = asked;
    let text = text.trim().to_owned();
    let mut session = Session::begin(db).await?;
    // Of two clicks at once the second finds the campaign of the first.
    entities::audit::locked_head(&mut session).await?;
    if let Some(row) = stored::campaign_by_key(&mut session, by, &key).await? {
        session.rollback().await?;
        let codes: Vec<&str> = kinds.iter().map(|kind| kind.code()).collect();
        let is_same = (row.year, row.region_code, row.daily_cap) == (year, region.get().cast_signed(), daily_cap)
            && row.text == text
            && row.kinds == json!(codes);
        let message = "该幂等键已用于另一项催报任务，请更换后重试。";
        return if is_same { Ok(row) } else { Err(error("idempotencyKey", "KEY_REUSED", message).into()) };
    }
    let kind = Kind::PlanReminders.code();
    let job = jobs::add(&mut session, kind, caller.viewer.identity(), None, caller.now).await?;
    let start_at = start_at.map_or(caller.now, |start_at| start_at.max(caller.now));
    let new = NewCampaign { year, region, kinds, text, start_at, daily_cap, key, by, job: job.id };
    let row = stored::add_campaign(&mut session, new, caller.now).await?;
    let detail = json!({
        "campaign": row.id, "year": year, "region": region.to_string(), "kinds": row.kinds, "text": row.text,
        "startAt": row.start_at, "dailyCap": daily_cap,
    });
    permit.record(&mut session, "CREATE_REMINDER_CAMPAIGN", row.id.to_string(), detail).await?;
    session.commit().await?;
    Ok(row)
}

fn error(field: &'static str, code: &'static str, message: impl Into<String>) -> UserError {
    UserError::at(&["input", field], code, message)
}

fn wrong(asked: &Planned, now: DateTime<Utc>) -> Vec<UserError> {
    let mut errors = Vec::new();
    let window = window(FilerKind::Enterprise, asked.year);
    if window.is_none_or(|window| window.from > Clock::Fixed(now).today()) {
        let message = format!("{} 年度的年度报告尚未开始报送，或没有年度报告，请核对年度。", asked.year);
        errors.push(error("year", "INVALID_YEAR", message));
    }
    if let Err(fault) = ReminderText::parse(&asked.text) {
        errors.push(error("text", fault.code(), fault.message()));
    }
    if asked.start_at.is_some_and(|start_at| start_at > now + AHEAD) {
        errors.push(error("startAt", "INVALID_START", "开始时间最晚为一年之后，请核对。"));
    }
    let most = message_policy(Clock::Fixed(now).today()).map_or(0, |policy| policy.most_daily);
    if !(1..=most).contains(&asked.daily_cap) {
        errors.push(error("dailyCap", "INVALID_CAP", format!("每日上限应为 1 到 {most} 条。")));
    }
    if !KEY.contains(&asked.key.chars().count()) {
        errors.push(error(
            "idempotencyKey",
            "INVALID_KEY",
            "幂等键应为 1 到 64 个字符，每次发起自取一个，重试时不变。",
        ));
    }
    errors
}

/// 停止催报 What was not sent yet is not sent. The permit is for the region of the campaign.
///
/// # Errors
/// `NOT_RUNNING`.
pub async fn stop(db: &Database, permit: &Permit<'_, UrgeReports>, id: i64) -> Done<campaign::Model> {
    let mut session = Session::begin(db).await?;
    let Some(row) = stored::stop(&mut session, id, permit.caller().now).await? else {
        session.rollback().await?;
        return Err(error("id", "NOT_RUNNING", "该催报任务已结束或已停止。").into());
    };
    permit.record(&mut session, "STOP_REMINDER_CAMPAIGN", id.to_string(), json!({ "campaign": id })).await?;
    session.commit().await?;
    Ok(row)
}

/// 联络员退订 The permit is for the enterprise. Doing it again changes nothing.
///
/// # Errors
/// A failure of the database.
pub async fn opt_out(db: &Database, permit: &Permit<'_, FileReports>, row: &registered::Model) -> Done<()> {
    let mut session = Session::begin(db).await?;
    if stored::opt_out(&mut session, row.id, None, OptOutWay::Liaison, permit.caller().now).await? {
        permit.record(&mut session, "OPT_OUT_OF_REMINDERS", row.uscc.clone(), json!({ "way": "LIAISON" })).await?;
    }
    session.commit().await?;
    Ok(())
}

/// 恢复接收 The permit is for the enterprise. Doing it again changes nothing.
///
/// # Errors
/// A failure of the database.
pub async fn opt_in(db: &Database, permit: &Permit<'_, FileReports>, row: &registered::Model) -> Done<()> {
    let mut session = Session::begin(db).await?;
    if stored::opt_in(&mut session, row.id, permit.caller().now).await? {
        permit.record(&mut session, "OPT_IN_TO_REMINDERS", row.uscc.clone(), json!({})).await?;
    }
    session.commit().await?;
    Ok(())
}

/// 凭退订码退订 For the enterprise and the number that got the message. Doing it again changes nothing.
///
/// # Errors
/// `INVALID_TOKEN`.
pub async fn opt_out_by_token(db: &Database, caller: &Caller, token: &str) -> Done<()> {
    let Some(message) = stored::by_opt_out(db, &sm3_hex(&token.trim().to_lowercase())).await? else {
        return Err(error("token", "INVALID_TOKEN", "没有这个退订码，请核对短信末尾的退订码。").into());
    };
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    let party = find::by_ids(db, &[message.enterprise_id], &scope).await?.remove(&message.enterprise_id);
    let subject = party.map(|party| party.uscc.clone()).unwrap_or_default();
    let mut session = Session::begin(db).await?;
    let (enterprise, mark) = (message.enterprise_id, Some(message.phone_mark));
    if stored::opt_out(&mut session, enterprise, mark, OptOutWay::Token, caller.now).await? {
        let detail = json!({ "way": "TOKEN", "campaign": message.campaign_id });
        audit::append(&mut session, &[event(caller, "OPT_OUT_OF_REMINDERS", subject, Outcome::Done, detail)]).await?;
    }
    session.commit().await?;
    Ok(())
}
