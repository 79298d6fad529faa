//! 申请验证码 Asks for a code. What is answered, and how long it takes, says nothing about the register.

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::Session;
use entities::enterprise::find;
use entities::guarded::{MessagePhone, MessageSecret, Warrant};
use entities::liaison::{self as stored, NewCode, legal_phone_row};
use entities::messages::{self, NewCodeMessage};
use entities::{Database, Scope};
use rules::liaison::{Barred, CodePolicy, DAY, LiaisonPurpose, LiaisonStep};
use rules::message::mobile;
use rules::uscc::Uscc;

use super::super::household::household;
use super::super::secrets::{digits, hashed, readable, sm3_hex, token};
use super::super::sessions::absent;
use super::{Step, policy};
use crate::command::{Caller, Done, UserError};
use crate::ports::Clock;

/// 申请 Who asks for a code, and what for.
#[derive(Clone, Debug)]
pub struct Request {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 业务
    pub purpose: LiaisonPurpose,
    /// 法定代表人手机号 Where it is given, it has to be the registered one.
    pub phone: Option<String>,
}

/// 已受理 What is answered to everybody.
#[derive(Clone, Debug)]
pub struct Requested {
    /// 凭据 Told once: the code is taken from who shows it.
    pub ticket: String,
    /// 验证码失效时间
    pub expires_at: DateTime<Utc>,
    /// 可重新申请时间
    pub resend_at: DateTime<Utc>,
}

/// Whom a code is sent.
struct Addressee {
    enterprise: i64,
    name: String,
    phone: String,
}

/// 申请验证码
///
/// # Errors
/// `TOO_SOON`, `TOO_MANY`, both with the seconds to wait; `KEY_UNAVAILABLE`.
pub async fn request(db: &Database, caller: &Caller, asked: Request) -> Done<Requested> {
    let (policy, source) = (policy(caller.now)?, household(&caller.source));
    let uscc = asked.uscc.to_string();
    let step = Step { caller, uscc: &uscc, purpose: asked.purpose, step: LiaisonStep::Request, login: None };
    // Whoever asks too often is not worth a hash.
    let mut session = Session::begin(db).await?;
    let before = stored::asked(&mut session, &uscc, &source, caller.now).await?;
    if let Err(barred) = policy.may_ask(&before, caller.now) {
        step.note(&mut session, refusal(policy, barred, caller.now).code).await?;
        session.commit().await?;
        return Err(refusal(policy, barred, caller.now).into());
    }
    session.commit().await?;
    let chance = || absent("chance");
    let (code, ticket) = (digits(policy.digits).ok_or_else(chance)?, token().ok_or_else(chance)?);
    let code_hash = hashed(code.clone()).await.ok_or_else(|| absent("code"))?;
    let addressee = addressee(db, caller, &asked).await?;
    let message_id = readable(20).ok_or_else(chance)?;
    // Everything is sealed for those, too, to whom nothing is sent.
    let number = addressee.as_ref().map_or("13000000000", |to| to.phone.as_str());
    let phone = (MessagePhone::sealed(db.vault(), &message_id, number)?, MessagePhone::mark(db.vault(), number)?);
    let secret = MessageSecret::sealed(db.vault(), &message_id, &code)?;
    let mut session = Session::begin(db).await?;
    // Of two requests at once the second sees the first.
    entities::audit::locked_head(&mut session).await?;
    let now = stored::asked(&mut session, &uscc, &source, caller.now).await?;
    if let Err(barred) = policy.may_ask(&now, caller.now) {
        step.note(&mut session, refusal(policy, barred, caller.now).code).await?;
        session.commit().await?;
        return Err(refusal(policy, barred, caller.now).into());
    }
    let ticket_hash = sm3_hex(&ticket);
    let new = NewCode { ticket_hash, purpose: asked.purpose, uscc: uscc.clone(), source, code_hash };
    stored::add_code(&mut session, new, caller.now).await?;
    let has_many = messages::codes_to(&mut session, phone.1, caller.now - DAY).await? >= policy.of_number;
    if let Some(Addressee { enterprise, name, .. }) = addressee.filter(|_| !has_many) {
        let (term, minutes) = (asked.purpose.term(), policy.valid_seconds / 60);
        let text = format!(
            "【信用监管】验证码{{code}}，用于为{name}办理{term}，{minutes}分钟内有效。请确认由您授权办理；非本人授权请勿提供给他人。"
        );
        let purpose = asked.purpose.code();
        let new = NewCodeMessage { message_id, template: "LIAISON_CODE", enterprise, phone, text, secret, purpose };
        messages::add_code(&mut session, new, caller.now).await?;
    }
    step.note(&mut session, "DONE").await?;
    session.commit().await?;
    Ok(Requested {
        ticket,
        expires_at: caller.now + policy.valid_for(),
        resend_at: caller.now + TimeDelta::seconds(policy.resend_seconds),
    })
}

/// Whom the code is sent: nobody, if there is no such enterprise, it has left the register, the register has no
/// telephone of its legal representative, or another one was given.
async fn addressee(db: &Database, caller: &Caller, asked: &Request) -> Done<Option<Addressee>> {
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    let uscc = asked.uscc.to_string();
    let row = find::by_usccs(db, std::slice::from_ref(&uscc), &scope).await?.remove(&uscc);
    let id = row.as_ref().map_or(0, |row| row.id);
    let stored = stored::legal_phones_of(db, &[id]).await?.remove(&id);
    let Some((row, stored)) = row.filter(|row| row.status.is_open()).zip(stored) else { return Ok(None) };
    let warrant = Warrant::because("a code is sent there");
    let number = stored.phone.revealed(db.vault(), &legal_phone_row(id), warrant)?;
    let Some(number) = mobile(&number) else { return Ok(None) };
    let is_other = asked.phone.as_deref().is_some_and(|given| mobile(given).as_ref() != Some(&number));
    Ok((!is_other).then(|| Addressee { enterprise: id, name: row.name.clone(), phone: number }))
}

fn refusal(policy: &CodePolicy, barred: Barred, now: DateTime<Utc>) -> UserError {
    let seconds = |until: DateTime<Utc>| ((until - now).num_milliseconds() + 999) / 1_000;
    match barred {
        Barred::TooSoon(until) => {
            let wait = seconds(until);
            let message = format!("验证码已申请，{wait} 秒后可重新申请。");
            UserError::at(&["input", "uscc"], "TOO_SOON", message).after(wait)
        }
        Barred::TooMany(until) => {
            let message = format!(
                "今日申请验证码过多（每主体 {} 次、每来源 {} 次），请次日再试，或到登记机关现场办理。",
                policy.of_enterprise, policy.of_source
            );
            UserError::at(&["input", "uscc"], "TOO_MANY", message).after(seconds(until))
        }
    }
}
