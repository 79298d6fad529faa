//! 公告 How offices publish notices for the enterprises of their region, and withdraw them: rights, facts, decision, row,
//! audit and outbox in one transaction. What may be published is law (`rules::notice`).

use chrono::{NaiveDate, SecondsFormat};
use entities::bulk::Session;
use entities::enterprise::registered;
use entities::notices::{self as stored, Once, notice};
use entities::read::Value as _;
use entities::{Database, DatabaseError};
use rules::notice::{Fault, Party, Proposal, Standing, conflict, faults, reason_fault, subject};
use rules::vocabulary::NoticeKind;
use serde_json::json;

use crate::access::sha256_hex;
use crate::command::power::PublishNotices;
use crate::command::{Done, Permit, Refused, UserError};
use crate::ports::Clock;

/// 拟发布的公告 What an office asks to publish.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// 幂等键
    pub key: String,
    /// 公告类型
    pub kind: NoticeKind,
    /// 标题
    pub title: String,
    /// 正文
    pub body: String,
    /// 文号
    pub document_number: Option<String>,
    /// 发布主体 Who announces such things, unless it is said.
    pub publisher: Option<String>,
    /// 发布日期 `None` for today.
    pub published_on: Option<NaiveDate>,
}

/// Why nothing is published for an enterprise that there is not.
pub fn unknown_enterprise() -> UserError {
    UserError::at(&["input", "uscc"], "NOT_FOUND", "没有这个经营主体，请核对统一社会信用代码。")
}

/// Why a notice that there is not is not withdrawn; what lies outside the region of an office does not exist for it.
pub fn unknown_notice() -> UserError {
    UserError::at(&["input", "id"], "NOT_FOUND", "没有这则公告，或不在您的辖区之内，请从该主体的公告列表中选取。")
}

fn refused(fault: Fault) -> UserError {
    UserError::at(&["input", fault.field], fault.code, fault.message)
}

/// 发布公告 The permit is for the region of the enterprise. The same key gives the same notice.
///
/// # Errors
/// `INVALID_KEY`; `INVALID_TITLE`, `INVALID_BODY`, `INVALID_PUBLISHER`, `INVALID_NUMBER`, `NUMBER_NEEDED`,
/// `PUBLISHED_IN_THE_FUTURE`, `BEFORE_ESTABLISHMENT`, `NOT_IN_FORCE`, `NOT_FOR_THIS_KIND`, `DEREGISTERED`, `NOT_SIMPLE`,
/// all at once; `KEY_REUSED`, `NOTICE_OPEN`.
pub async fn publish(
    db: &Database,
    permit: &Permit<'_, PublishNotices>,
    party: &registered::Model,
    new: NewNotice,
) -> Done<notice::Model> {
    let once = once(&new)?;
    let today = Clock::Fixed(permit.caller().now).today();
    let mut session = locked(db).await?;
    let done = published(&mut session, permit, party, new, once, today).await;
    match done {
        Ok((row, true)) => {
            session.commit().await?;
            Ok(row)
        }
        Ok((row, false)) => {
            session.rollback().await?;
            Ok(row)
        }
        Err(error) => {
            session.rollback().await?;
            Err(error)
        }
    }
}

/// The key of a request and the hash of what it asks; on another day it asks the same.
fn once(new: &NewNotice) -> Result<Once, UserError> {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !(8..=64).contains(&new.key.len()) || !new.key.bytes().all(is_sign) {
        let message = "幂等键应为 8 到 64 个字母、数字、连字符或下划线，每次发布自取一个，重试时不变。";
        return Err(UserError::at(&["input", "idempotencyKey"], "INVALID_KEY", message));
    }
    let asked = json!({
        "kind": new.kind.code(), "title": new.title, "body": new.body, "number": new.document_number,
        "publisher": new.publisher, "on": new.published_on,
    });
    Ok(Once { key: new.key.clone(), hash: sha256_hex(&asked.to_string()) })
}

/// A transaction that is alone in choosing keys.
async fn locked(db: &Database) -> Result<Session, DatabaseError> {
    let mut session = Session::begin(db).await?;
    stored::lock(&mut session).await?;
    entities::audit::locked_head(&mut session).await?;
    Ok(session)
}

/// Publishes in the open transaction; what was published with the same key before, and `false`, if something was.
async fn published(
    session: &mut Session,
    permit: &Permit<'_, PublishNotices>,
    party: &registered::Model,
    new: NewNotice,
    once: Once,
    today: NaiveDate,
) -> Done<(notice::Model, bool)> {
    if let Some((before, hash)) = stored::by_key(session, party.id, &once.key).await? {
        if hash == once.hash {
            return Ok((before, false));
        }
        let message = "幂等键已用于另一则公告，内容不同；新的公告请换一个键。";
        return Err(UserError::at(&["input", "idempotencyKey"], "KEY_REUSED", message).into());
    }
    let row = worded(session, party, new, today).await?;
    let known = stored::standing(session, party.id, row.kind).await?;
    let known: Vec<Standing<'_>> = known.iter().map(standing).collect();
    if let Some(fault) = conflict(row.kind, &known, &standing(&row)) {
        return Err(refused(fault).into());
    }
    let row = stored::add(session, row, &once).await?;
    let detail = json!({
        "notice": row.id, "kind": row.kind.code(), "title": row.title, "number": row.document_number,
        "publishedOn": row.published_on, "endsOn": row.ends_on,
    });
    permit.record(session, "PUBLISH_NOTICE", party.uscc.clone(), detail).await?;
    tell(session, permit, row.id).await?;
    Ok((row, true))
}

fn standing(row: &notice::Model) -> Standing<'_> {
    let document_number = row.document_number.as_deref();
    Standing { document_number, published_on: row.published_on, ends_on: row.ends_on }
}

/// The notice with the end of its term, or everything that is wrong with it.
async fn worded(
    session: &mut Session,
    party: &registered::Model,
    new: NewNotice,
    today: NaiveDate,
) -> Done<notice::Model> {
    let blank_is_none = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let document_number = blank_is_none(new.document_number);
    let publisher = match blank_is_none(new.publisher) {
        Some(publisher) => publisher,
        None => usual_publisher(session, new.kind, party).await?,
    };
    let facts = Party {
        kind: party.kind,
        status: party.status,
        established_on: party.established_on,
        closed_on: party.closed_on,
    };
    let published_on = new.published_on.unwrap_or(today);
    let proposal = Proposal {
        kind: new.kind,
        title: &new.title,
        body: &new.body,
        document_number: document_number.as_deref(),
        publisher: &publisher,
        published_on,
    };
    let wrong: Vec<UserError> = faults(&proposal, &facts, today).into_iter().map(refused).collect();
    if !wrong.is_empty() {
        return Err(Refused::Inputs(wrong));
    }
    let rule = subject(&proposal, &facts).map_err(refused)?;
    Ok(notice::Model {
        id: 0,
        enterprise_id: party.id,
        kind: new.kind,
        title: new.title.trim().to_owned(),
        body: new.body.trim().to_owned(),
        document_number: document_number.map(|number| number.trim().to_owned()),
        publisher: publisher.trim().to_owned(),
        authority_id: party.authority_id,
        published_on,
        ends_on: rule.last_day(published_on),
        withdrawn_on: None,
        withdrawal_reason: None,
    })
}

/// 发布主体 Who announces such things, if nobody is named.
async fn usual_publisher(
    session: &mut Session,
    kind: NoticeKind,
    party: &registered::Model,
) -> Result<String, DatabaseError> {
    if kind != NoticeKind::Service {
        return Ok(announcer(kind, &party.name));
    }
    let mut sql = session.sql("SELECT name FROM authorities WHERE id = ");
    sql.bind(party.authority_id);
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| String::value(row, 0)).transpose()?.unwrap_or_default())
}

/// 发布主体 Of what enterprises announce themselves: their liquidators, or they.
pub(crate) fn announcer(kind: NoticeKind, name: &str) -> String {
    match kind {
        NoticeKind::LiquidationGroup | NoticeKind::Creditor => format!("{name}清算组"),
        NoticeKind::SimpleDeregistration
        | NoticeKind::CapitalReduction
        | NoticeKind::Merger
        | NoticeKind::Division
        | NoticeKind::LicenceInvalidation
        | NoticeKind::Service => name.to_owned(),
    }
}

/// 撤回公告 From today on nobody but the offices sees it. The permit is for the region of the enterprise. Doing it again
/// for the same reason changes nothing.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_REASON`, `ALREADY_WITHDRAWN`.
pub async fn withdraw(
    db: &Database,
    permit: &Permit<'_, PublishNotices>,
    party: &registered::Model,
    id: i64,
    reason: &str,
) -> Done<notice::Model> {
    if let Some(fault) = reason_fault(reason) {
        return Err(refused(fault).into());
    }
    let (reason, today) = (reason.trim(), Clock::Fixed(permit.caller().now).today());
    let mut session = locked(db).await?;
    let found = stored::by_id(&mut session, id).await?.filter(|row| row.enterprise_id == party.id);
    let Some(mut row) = found else {
        session.rollback().await?;
        return Err(unknown_notice().into());
    };
    if row.withdrawn_on.is_some() {
        session.rollback().await?;
        if row.withdrawal_reason.as_deref() == Some(reason) {
            return Ok(row);
        }
        let message = "该公告已经撤回，撤回理由不再更改。";
        return Err(UserError::at(&["input", "id"], "ALREADY_WITHDRAWN", message).into());
    }
    stored::withdraw(&mut session, id, today, reason).await?;
    let detail = json!({ "notice": id, "kind": row.kind.code(), "title": row.title, "reason": reason });
    permit.record(&mut session, "WITHDRAW_NOTICE", party.uscc.clone(), detail).await?;
    tell(&mut session, permit, id).await?;
    session.commit().await?;
    row.withdrawn_on = Some(today);
    row.withdrawal_reason = Some(reason.to_owned());
    Ok(row)
}

async fn tell(session: &mut Session, permit: &Permit<'_, PublishNotices>, id: i64) -> Result<(), DatabaseError> {
    stored::tell(session, id, permit.caller().now.to_rfc3339_opts(SecondsFormat::Micros, true)).await
}
