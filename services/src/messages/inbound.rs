//! 上行短信 Answers of people to reminders, as the gateway tells them: whoever refuses is left alone.
//!
//! INBOUND-1: an answer counts once, however often it is told; the gateway's id says which it is.
//! INBOUND-2: neither text nor number is kept or logged.

use entities::bulk::Session;
use entities::enterprise::find;
use entities::guarded::MessagePhone;
use entities::messages::{self as stored, Inbound};
use entities::{Database, Scope};
use rules::message::{OptOutWay, mobile, refuses};
use serde::Deserialize;
use serde_json::json;

use crate::audit::{self, Outcome};
use crate::command::{Caller, Refused, event};
use crate::ports::Clock;

/// Answers that are told at once, and characters of an id and of a text at most.
const MOST: usize = 200;
const ID: std::ops::RangeInclusive<usize> = 1..=64;
const TEXT: usize = 1_000;
/// As it is kept.
const OPT_OUT: &str = "OPT_OUT";

/// 上行短信 One answer.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 平台编号
    pub id: String,
    /// 手机号码
    pub phone: String,
    /// 内容
    pub text: String,
}

/// 接收结果
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// 新接收
    pub taken: usize,
    /// 已接收过
    pub known: usize,
    /// 不是手机号码
    pub ignored: usize,
}

/// Whether they can be taken at all.
pub fn are_sound(answers: &[Answer]) -> bool {
    let is_sound = |answer: &Answer| ID.contains(&answer.id.chars().count()) && answer.text.chars().count() <= TEXT;
    answers.len() <= MOST && answers.iter().all(is_sound)
}

/// 接收 Keeps what is new of the answers, each in a transaction of its own with the refusal that it is.
///
/// # Errors
/// No key, or any failure of the database; what was taken before stays taken.
pub async fn take(db: &Database, caller: &Caller, answers: &[Answer]) -> Result<Taken, Refused> {
    let mut told = Taken::default();
    for answer in answers {
        match mobile(&answer.phone) {
            None => told.ignored += 1,
            Some(number) if one(db, caller, answer, &number).await? => told.taken += 1,
            Some(_) => told.known += 1,
        }
    }
    Ok(told)
}

/// Whether it was new.
async fn one(db: &Database, caller: &Caller, answer: &Answer, number: &str) -> Result<bool, Refused> {
    let (mark, marks) = (MessagePhone::mark(db.vault(), number)?, MessagePhone::marks(db.vault(), number)?);
    let refused = refuses(&answer.text);
    // Somebody whom we never wrote has nothing to refuse.
    let reminder = stored::last_reminder_to(db, &marks).await?;
    let mut session = Session::begin(db).await?;
    let inbound = Inbound {
        gateway_id: answer.id.clone(),
        phone_mark: mark,
        wish: refused.then_some(OPT_OUT),
        message: reminder.as_ref().map(|reminder| reminder.id),
    };
    if !stored::add_inbound(&mut session, inbound, caller.now).await? {
        session.rollback().await?;
        return Ok(false);
    }
    if let Some(reminder) = reminder.filter(|_| refused) {
        let enterprise = reminder.enterprise_id;
        // The mark of the message: that of a number under the key of then.
        let mark = Some(reminder.phone_mark);
        if stored::opt_out(&mut session, enterprise, mark, OptOutWay::Reply, caller.now).await? {
            let scope = Scope::now(Clock::Fixed(caller.now).today());
            let party = find::by_ids(db, &[enterprise], &scope).await?.remove(&enterprise);
            let subject = party.map(|party| party.uscc.clone()).unwrap_or_default();
            let detail = json!({ "way": OptOutWay::Reply.code(), "campaign": reminder.campaign_id });
            let refused = event(caller, "OPT_OUT_OF_REMINDERS", subject, Outcome::Done, detail);
            audit::append(&mut session, &[refused]).await?;
        }
    }
    session.commit().await?;
    Ok(true)
}
