//! 联络员 Telephones of legal representatives, codes, who was liaison when, and each step on the way.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rules::liaison::{Asked, DAY, LiaisonPurpose, LiaisonStep};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::guarded::{LegalPhone, LiaisonIdNumber, LiaisonPhone};
use crate::page::{self, Key, KeyKind, Order, Page, Position, Window};
use crate::read::{self, Value as _};
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

record! {
    /// 法定代表人手机号 Sealed.
    legal_phone "legal_phones" {
        enterprise_id: i64,
        phone: LegalPhone,
    }
}

record! {
    /// 验证码 One that was asked for, whether or not there is such an enterprise.
    code "liaison_codes" {
        /// 凭据 Hash of what only the one who asked holds.
        ticket_hash: String,
        /// `REGISTER` or `CHANGE`.
        purpose: String,
        uscc: String,
        source: String,
        /// Argon2id in the PHC format.
        code_hash: String,
        tries: i32,
        requested_at: DateTimeUtc,
        used_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 联络员 Who was liaison of an enterprise from when to when.
    liaison "liaisons" {
        enterprise_id: i64,
        user_id: i64,
        name: String,
        phone: LiaisonPhone,
        id_number: Option<LiaisonIdNumber>,
        started_at: DateTimeUtc,
        ended_at: Option<DateTimeUtc>,
    }
}

record! {
    /// 联络员办理记录 A step of a registration or a change.
    log "liaison_logs" {
        uscc: String,
        purpose: String,
        step: String,
        /// `DONE`, or the code of the refusal.
        outcome: String,
        login: Option<String>,
        source: Option<String>,
        logged_at: DateTimeUtc,
    }
}

/// What names the row of a telephone for its seal.
pub fn legal_phone_row(enterprise: i64) -> String {
    enterprise.to_string()
}

/// What names the row of a liaison for its seals.
pub fn liaison_row(enterprise: i64, user: i64) -> String {
    format!("{enterprise}/{user}")
}

/// Telephones of the legal representatives of enterprises.
///
/// # Errors
/// Any failure of the database.
pub async fn legal_phones_of(db: &Database, enterprises: &[i64]) -> Result<HashMap<i64, legal_phone::Model>, DbErr> {
    let mut sql = Sql::select::<legal_phone::Model>(db.backend());
    sql.push(" WHERE ").any_number("enterprise_id", enterprises);
    let rows: Vec<legal_phone::Model> = read::all(db, sql).await?;
    Ok(rows.into_iter().map(|row| (row.enterprise_id, row)).collect())
}

/// Keeps the telephone of a legal representative; whoever calls it holds the head of the audit log, so that keys are
/// chosen by one at a time.
///
/// # Errors
/// Any failure of the database.
pub async fn put_legal_phone(session: &mut Session, enterprise: i64, phone: LegalPhone) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO legal_phones (id, enterprise_id, phone) SELECT COALESCE(MAX(id), 0) + 1, ");
    // Without a condition SQLite takes the clause of the conflict for one of a join.
    sql.bind(enterprise).push(", ").bind(phone).push(" FROM legal_phones WHERE 1 = 1");
    sql.push(" ON CONFLICT (enterprise_id) DO UPDATE SET phone = excluded.phone");
    session.run(sql).await.map(drop)
}

/// 申请情况 What was asked for of late, as the transaction sees it.
///
/// # Errors
/// Any failure of the database.
pub async fn asked(
    session: &mut Session,
    uscc: &str,
    source: &str,
    now: DateTime<Utc>,
) -> Result<Asked, DatabaseError> {
    let mut of = async |column: &'static str, value: &str| -> Result<_, DatabaseError> {
        let mut sql = session.sql("SELECT count(*), MIN(requested_at), MAX(requested_at) FROM liaison_codes WHERE ");
        sql.push(column).push(" = ").bind(value).push(" AND requested_at > ").bind(now - DAY);
        let rows = session.run(sql).await?;
        let Some(row) = rows.first() else { return Ok((0, None, None)) };
        let instant = |place| Option::<DateTime<Utc>>::value(row, place);
        Ok((i64::value(row, 0)?, instant(1)?, instant(2)?))
    };
    let (here, first_here, last_at) = of("uscc", uscc).await?;
    let (from, first_from, _) = of("source", source).await?;
    Ok(Asked { last_at, of_enterprise: (here, first_here), of_source: (from, first_from) })
}

/// What is kept of a code.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// 凭据 Its hash.
    pub ticket_hash: String,
    /// 业务
    pub purpose: LiaisonPurpose,
    /// 统一社会信用代码
    pub uscc: String,
    /// 来源
    pub source: String,
    /// Argon2id.
    pub code_hash: String,
}

/// Keeps a code, and forgets those of the enterprise and of the address that count for nothing any more.
///
/// # Errors
/// Any failure of the database.
pub async fn add_code(session: &mut Session, new: NewCode, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM liaison_codes WHERE (uscc = ");
    sql.bind(new.uscc.as_str()).push(" OR source = ").bind(new.source.as_str()).push(") AND requested_at <= ");
    sql.bind(now - DAY - DAY);
    session.run(sql).await?;
    let mut sql = session.sql("INSERT INTO liaison_codes (ticket_hash, purpose, uscc, source, code_hash, tries,");
    sql.push(" requested_at) VALUES (").bind(new.ticket_hash).push(", ").bind(new.purpose.code()).push(", ");
    sql.bind(new.uscc).push(", ").bind(new.source).push(", ").bind(new.code_hash).push(", 0, ").bind(now).push(")");
    session.run(sql).await.map(drop)
}

/// Counts a try of the code that belongs to a ticket, before it is looked at; `None` if there is none.
///
/// # Errors
/// Any failure of the database.
pub async fn try_code(session: &mut Session, ticket_hash: &str) -> Result<Option<code::Model>, DatabaseError> {
    let mut sql = session.sql("UPDATE liaison_codes SET tries = tries + 1 WHERE ticket_hash = ");
    sql.bind(ticket_hash).push(" RETURNING ").columns::<code::Model>("");
    Ok(session.records(sql).await?.pop())
}

/// Takes a code; `false` if another has taken it meanwhile.
///
/// # Errors
/// Any failure of the database.
pub async fn use_code(session: &mut Session, id: i64, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("UPDATE liaison_codes SET used_at = ");
    sql.bind(now).push(" WHERE used_at IS NULL AND id = ").bind(id).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// The key of the enterprise with this code, locked until the transaction ends, and its region.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_enterprise(session: &mut Session, uscc: &str) -> Result<Option<(i64, i32)>, DatabaseError> {
    let mut sql = session.sql("SELECT id, region_code FROM enterprises WHERE uscc = ");
    sql.bind(uscc);
    if session.is_postgres() {
        sql.push(" FOR UPDATE");
    }
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| Ok::<_, DbErr>((i64::value(row, 0)?, i32::value(row, 1)?))).transpose()?)
}

/// The code of an enterprise.
///
/// # Errors
/// Any failure of the database.
pub async fn uscc_of(session: &mut Session, enterprise: i64) -> Result<Option<String>, DatabaseError> {
    let mut sql = session.sql("SELECT uscc FROM enterprises WHERE id = ");
    sql.bind(enterprise);
    Ok(session.run(sql).await?.first().map(|row| String::value(row, 0)).transpose()?)
}

/// Accounts that are liaison of an enterprise now.
///
/// # Errors
/// Any failure of the database.
pub async fn in_office(session: &mut Session, enterprise: i64) -> Result<Vec<i64>, DatabaseError> {
    let mut sql = session.sql("SELECT DISTINCT user_id FROM grants WHERE ended_at IS NULL AND role_code = 'LIAISON'");
    sql.push(" AND enterprise_id = ").bind(enterprise);
    Ok(session.run(sql).await?.iter().map(|row| i64::value(row, 0)).collect::<Result<_, _>>()?)
}

/// Ends what makes somebody liaison of an enterprise.
///
/// # Errors
/// Any failure of the database.
pub async fn end_all(session: &mut Session, enterprise: i64, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE grants SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND role_code = 'LIAISON' AND enterprise_id = ").bind(enterprise);
    session.run(sql).await?;
    let mut sql = session.sql("UPDATE liaisons SET ended_at = ");
    sql.bind(now).push(" WHERE ended_at IS NULL AND enterprise_id = ").bind(enterprise);
    session.run(sql).await.map(drop)
}

/// What is kept of a liaison.
#[derive(Clone, Debug)]
pub struct NewLiaison {
    /// 经营主体
    pub enterprise: i64,
    /// The account.
    pub user: i64,
    /// 姓名
    pub name: String,
    /// Sealed.
    pub phone: LiaisonPhone,
    /// Sealed.
    pub id_number: Option<LiaisonIdNumber>,
}

/// Keeps who is liaison from now on.
///
/// # Errors
/// Any failure of the database.
pub async fn add(session: &mut Session, new: NewLiaison, now: DateTime<Utc>) -> Result<liaison::Model, DatabaseError> {
    let mut sql = session.sql("INSERT INTO liaisons (enterprise_id, user_id, name, phone, id_number, started_at)");
    sql.push(" VALUES (").bind(new.enterprise).push(", ").bind(new.user).push(", ").bind(new.name).push(", ");
    sql.bind(new.phone).push(", ").bind(new.id_number).push(", ").bind(now);
    sql.push(") RETURNING ").columns::<liaison::Model>("");
    Ok(session.records(sql).await?.pop().ok_or_else(|| DbErr::RecordNotFound("liaisons".to_owned()))?)
}

/// Liaisons of enterprises who are in office now and have told their number.
///
/// # Errors
/// Any failure of the database.
pub async fn current_of(db: &Database, enterprises: &[i64]) -> Result<HashMap<i64, liaison::Model>, DbErr> {
    let mut sql = Sql::select::<liaison::Model>(db.backend());
    sql.push(" WHERE ").any_number("enterprise_id", enterprises).push(" AND ended_at IS NULL ORDER BY id");
    let rows: Vec<liaison::Model> = read::all(db, sql).await?;
    Ok(rows.into_iter().map(|row| (row.enterprise_id, row)).collect())
}

/// 办理记录 A step on its way into the log.
#[derive(Clone, Debug)]
pub struct Logged<'a> {
    /// 统一社会信用代码
    pub uscc: &'a str,
    /// 业务
    pub purpose: LiaisonPurpose,
    /// 环节
    pub step: LiaisonStep,
    /// `DONE`, or the code of the refusal.
    pub outcome: &'a str,
    /// 账号名
    pub login: Option<&'a str>,
    /// 来源 Nobody's where the server does it by itself.
    pub source: Option<&'a str>,
}

/// Logs a step.
///
/// # Errors
/// Any failure of the database.
pub async fn add_log(session: &mut Session, new: &Logged<'_>, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO liaison_logs (uscc, purpose, step, outcome, login, source, logged_at)");
    sql.push(" VALUES (").bind(new.uscc).push(", ").bind(new.purpose.code()).push(", ").bind(new.step.code());
    sql.push(", ").bind(new.outcome).push(", ").bind(new.login.map(str::to_owned)).push(", ");
    sql.bind(new.source.map(str::to_owned)).push(", ").bind(now).push(")");
    session.run(sql).await.map(drop)
}

/// How many codes were shown from an address within a day.
///
/// # Errors
/// Any failure of the database.
pub async fn shown_by(session: &mut Session, source: &str, now: DateTime<Utc>) -> Result<i64, DatabaseError> {
    let mut sql = session.sql("SELECT count(*) FROM liaison_logs WHERE source = ");
    sql.bind(source).push(" AND step = 'VERIFY' AND logged_at > ").bind(now - DAY);
    let rows = session.run(sql).await?;
    Ok(rows.first().map(|row| i64::value(row, 0)).transpose()?.unwrap_or_default())
}

/// The newest first.
const ORDER: Order = Order { key: "id", descending: true };
/// What the keys of the log are.
pub const KEY: KeyKind = KeyKind::Number;

/// Where a step stands in the log.
pub fn position(row: &log::Model) -> Position {
    Position { key: Key::Number(row.id), id: row.id }
}

/// A page of the log, of one enterprise or of all.
///
/// # Errors
/// Any failure of the database.
pub async fn logs(db: &Database, uscc: Option<&str>, window: &Window) -> Result<Page<log::Model>, DbErr> {
    let mut sql = Sql::select::<log::Model>(db.backend());
    sql.push(" WHERE 1 = 1");
    if let Some(uscc) = uscc {
        sql.push(" AND uscc = ").bind(uscc);
    }
    page::push_window(&mut sql, ORDER, window);
    Ok(Page::of(read::all(db, sql).await?, window, None))
}
