//! 索引取数 Rows for the search index: by ranges of keys, of enterprises that changed, and by key.

use std::collections::HashMap;

use rules::uscc::registration_number;
use rules::vocabulary::{ChangeItem, EnterpriseKind, EnterpriseStatus};
use sea_orm::{DbErr, QueryResult};

use crate::Database;
use crate::bulk::Row;
use crate::credit::{abnormal_listing, inspection, licence, penalty, repair, serious_violation};
use crate::cross_region::received;
use crate::enterprise::registered;
use crate::notices::notice;
use crate::read::{self, Record, Value};
use crate::statement::Sql;

/// 当事人 The facts of an enterprise that stand beside its record in the index.
#[derive(Clone, Debug)]
pub struct Party {
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 行政区划
    pub region_code: i32,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 经营主体类型
    pub kind: EnterpriseKind,
    /// 行业门类 Section letter.
    pub industry_section: String,
    /// 行业代码
    pub industry_code: String,
    /// 作出机关 Of the record.
    pub authority: String,
}

/// What stands beside a record: its party, or none where the party is not in our register.
pub trait Beside: Sized {
    /// Reads it; its first column is at `from`.
    ///
    /// # Errors
    /// A column of another type, or an absent value that must be there.
    fn beside(row: &QueryResult, from: usize) -> Result<Self, DbErr>;
}

impl Beside for Party {
    fn beside(row: &QueryResult, from: usize) -> Result<Self, DbErr> {
        Ok(Self {
            name: Value::value(row, from)?,
            uscc: Value::value(row, from + 1)?,
            region_code: Value::value(row, from + 2)?,
            status: Value::value(row, from + 3)?,
            kind: Value::value(row, from + 4)?,
            industry_section: Value::value(row, from + 5)?,
            industry_code: Value::value(row, from + 6)?,
            authority: Value::value(row, from + 7)?,
        })
    }
}

impl Beside for Option<Party> {
    fn beside(row: &QueryResult, from: usize) -> Result<Self, DbErr> {
        let name = Option::<String>::value(row, from)?;
        name.map(|_| Party::beside(row, from)).transpose()
    }
}

/// 入索引的记录 A record that is searched with the facts of its party.
pub trait Indexed: Record {
    /// What stands beside it.
    type Beside: Beside;
    /// Where the party (`e`) and the authority are found from the record (`r`).
    const JOINS: &'static str =
        " JOIN enterprises e ON e.id = r.enterprise_id JOIN authorities a ON a.id = r.authority_id";
    /// The column with the name of the authority.
    const AUTHORITY: &'static str = "a.name";
}

macro_rules! indexed {
    ($($module:ident),+) => {$(
        impl Indexed for $module::Model {
            type Beside = Party;
        }
    )+};
}

indexed!(licence, inspection, penalty, abnormal_listing, serious_violation, repair, notice);

/// A record about an enterprise of another province has no party here: it names it itself.
impl Indexed for received::Model {
    type Beside = Option<Party>;
    const JOINS: &'static str = " LEFT JOIN enterprises e ON e.id = r.enterprise_id";
    const AUTHORITY: &'static str = "r.authority";
}

/// Records with what stands beside each.
pub type Records<R> = Vec<(R, <R as Indexed>::Beside)>;

/// Enterprises with `after < id <= upto`, at most `limit`, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn enterprises(db: &Database, after: i64, upto: i64, limit: i64) -> Result<Vec<registered::Model>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE id > ").bind(after).push(" AND id <= ").bind(upto).push(" ORDER BY id LIMIT ").bind(limit);
    read::all(db, sql).await
}

/// Records with `after < id <= upto`, at most `limit`, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn records<R: Indexed>(db: &Database, after: i64, upto: i64, limit: i64) -> Result<Records<R>, DbErr> {
    let mut sql = select::<R>(db);
    sql.push("r.id > ").bind(after).push(" AND r.id <= ").bind(upto);
    sql.push(" ORDER BY r.id LIMIT ").bind(limit);
    found(db, sql).await
}

/// Records of the enterprises `first..=last`, because they show facts of those.
///
/// # Errors
/// Any failure of the database.
pub async fn records_of<R: Indexed>(db: &Database, first: i64, last: i64) -> Result<Records<R>, DbErr> {
    let mut sql = select::<R>(db);
    sql.push("r.enterprise_id BETWEEN ").bind(first).push(" AND ").bind(last);
    found(db, sql).await
}

/// Records of these enterprises, because they show facts of those.
///
/// # Errors
/// Any failure of the database.
pub async fn records_of_each<R: Indexed>(db: &Database, enterprises: &[i64]) -> Result<Records<R>, DbErr> {
    let mut sql = select::<R>(db);
    sql.any_number("r.enterprise_id", enterprises);
    found(db, sql).await
}

/// Records by key, to be compared with what the index holds of them.
///
/// # Errors
/// Any failure of the database.
pub async fn records_by_ids<R: Indexed>(db: &Database, ids: &[i64]) -> Result<Records<R>, DbErr> {
    let mut sql = select::<R>(db);
    sql.any_number("r.id", ids);
    found(db, sql).await
}

/// The columns of a record, then those of [`Party`].
fn select<R: Indexed>(db: &Database) -> Sql {
    let mut sql = Sql::new(db.backend(), "SELECT ");
    sql.columns::<R>("r.").push(", e.name, e.uscc, e.region_code, e.status, e.kind");
    sql.push(", e.industry_section, e.industry_code, ").push(R::AUTHORITY);
    sql.push(" FROM ").push(R::TABLE).push(" r").push(R::JOINS).push(" WHERE ");
    sql
}

async fn found<R: Indexed>(db: &Database, sql: Sql) -> Result<Records<R>, DbErr> {
    let rows = db.query_all(sql.finish()).await?;
    rows.iter().map(|row| Ok((R::read(row, 0)?, R::Beside::beside(row, <R as Row>::COLUMNS.len())?))).collect()
}

/// Number of rows and largest key of a table.
///
/// # Errors
/// Any failure of the database.
pub async fn extent(db: &Database, table: &'static str) -> Result<(u64, i64), DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT count(*) AS rows_found, COALESCE(MAX(id), 0) AS last_id FROM ");
    sql.push(table);
    let Some(row) = db.query_one(sql.finish()).await? else { return Ok((0, 0)) };
    Ok((row.try_get::<i64>("", "rows_found")?.unsigned_abs(), row.try_get("", "last_id")?))
}

/// 检索线索 What else an enterprise is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clues {
    /// 曾用名 Names before, the oldest first.
    pub former_names: Vec<String>,
    /// 主要人员
    pub key_persons: Vec<String>,
}

/// Clues of the enterprises `first..=last`, by enterprise.
///
/// # Errors
/// Any failure of the database.
pub async fn clues(db: &Database, first: i64, last: i64) -> Result<HashMap<i64, Clues>, DbErr> {
    let mut clues: HashMap<i64, Clues> = HashMap::new();
    let mut sql = Sql::new(db.backend(), "SELECT enterprise_id, name FROM key_persons WHERE enterprise_id BETWEEN ");
    sql.bind(first).push(" AND ").bind(last).push(" ORDER BY enterprise_id, id");
    for row in db.query_all(sql.finish()).await? {
        clues.entry(Value::value(&row, 0)?).or_default().key_persons.push(Value::value(&row, 1)?);
    }
    let mut sql = Sql::new(db.backend(), "SELECT enterprise_id, before_text FROM change_records WHERE item = ");
    sql.bind(ChangeItem::Name.code()).push(" AND enterprise_id BETWEEN ").bind(first).push(" AND ").bind(last);
    sql.push(" ORDER BY enterprise_id, changed_on, id");
    for row in db.query_all(sql.finish()).await? {
        clues.entry(Value::value(&row, 0)?).or_default().former_names.push(Value::value(&row, 1)?);
    }
    Ok(clues)
}

/// Enterprises by key.
///
/// # Errors
/// Any failure of the database.
pub async fn enterprises_by_ids(db: &Database, ids: &[i64]) -> Result<Vec<registered::Model>, DbErr> {
    let mut sql = Sql::select::<registered::Model>(db.backend());
    sql.push(" WHERE ").any_number("id", ids).push(" ORDER BY id");
    read::all(db, sql).await
}

/// 代码命中 An enterprise that was found by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHit {
    /// Key of the enterprise.
    pub id: i64,
    /// 注册号 Whether it is the number that the enterprise had before the unified code.
    pub is_former: bool,
}

/// Enterprises whose code is `code` or begins with it, in the order of the codes, then those whose old registration
/// number does, at most `limit`, and how many there are: what can be answered without an index.
///
/// # Errors
/// Any failure of the database.
pub async fn by_code(db: &Database, code: &str, limit: i64) -> Result<(Vec<CodeHit>, u64), DbErr> {
    // Each side stops after `limit`, in the order of its index.
    let mut sql =
        Sql::new(db.backend(), "SELECT * FROM (SELECT id, 0 AS is_former, uscc AS code FROM enterprises WHERE ");
    has_code(&mut sql, code);
    sql.push(" ORDER BY uscc LIMIT ").bind(limit).push(") AS present");
    if may_be_former(code) {
        sql.push(" UNION ALL SELECT * FROM (SELECT id, 1, registration_number FROM enterprises WHERE ");
        has_former_only(&mut sql, code);
        sql.push(" ORDER BY registration_number LIMIT ").bind(limit).push(") AS former");
    }
    sql.push(" ORDER BY is_former, code LIMIT ").bind(limit);
    let rows = db.query_all(sql.finish()).await?;
    let hit = |row| Ok(CodeHit { id: Value::value(row, 0)?, is_former: i32::value(row, 1)? == 1 });
    let found = rows.iter().map(hit).collect::<Result<_, DbErr>>()?;
    Ok((found, count_by_code(db, code).await?))
}

async fn count_by_code(db: &Database, code: &str) -> Result<u64, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT (SELECT count(*) FROM enterprises WHERE ");
    has_code(&mut sql, code);
    if may_be_former(code) {
        sql.push(") + (SELECT count(*) FROM enterprises WHERE ");
        has_former_only(&mut sql, code);
    }
    sql.push(")");
    let row = db.query_one(sql.finish()).await?;
    row.map_or(Ok(0), |row| Ok(i64::value(&row, 0)?.unsigned_abs()))
}

fn has_code(sql: &mut Sql, code: &str) {
    sql.push("uscc >= ").bind(code).push(" AND uscc < ").bind(format!("{code}\u{7F}"));
}

/// 注册号 Old numbers are digits, and no longer than this.
fn may_be_former(code: &str) -> bool {
    code.len() <= registration_number::LENGTH && code.bytes().all(|letter| letter.is_ascii_digit())
}

/// An enterprise is one hit, whichever of its codes begins like this.
fn has_former_only(sql: &mut Sql, code: &str) {
    let last = format!("{code:9<width$}", width = registration_number::LENGTH);
    sql.push("registration_number >= ").bind(code).push(" AND registration_number <= ").bind(last);
    sql.push(" AND NOT (");
    has_code(sql, code);
    sql.push(")");
}
