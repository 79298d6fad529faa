//! 统计单元 Cells of statistics by key, and how they are written, added to and read.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::NaiveDate;
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, ReportSize};
use sea_orm::{DbErr, QueryResult};

use crate::bulk::{Put, Row, Session};
use crate::read::Value;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 单元键 Where a cell stands, and what it counts.
pub trait CellKey: Copy + Eq + Hash + Send + Sync {
    /// Table.
    const TABLE: &'static str;
    /// Columns of the key, then those of the counts.
    const COLUMNS: &'static [&'static str];
    /// How many of them are the key's.
    const KEYS: usize;
    /// Hands the key over.
    fn put(&self, out: &mut dyn Put);
    /// Reads the key at the beginning of a row.
    ///
    /// # Errors
    /// A column of another type, or a word that is not known.
    fn read(row: &QueryResult) -> Result<Self, DbErr>;
}

/// 应报 Filers that owe the reports of these years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DueKey {
    /// Region that is looked at.
    pub scope: i32,
    /// Region below it.
    pub child: i32,
    /// 申报主体类型
    pub kind: FilerKind,
    /// First year.
    pub from_year: i32,
    /// Last year.
    pub to_year: i32,
}

/// 已报 Reports of a year that were filed on a day: `filed`, `late`, and `owed` by who still owed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilingKey {
    /// 报告年度
    pub year: i32,
    /// Region that is looked at.
    pub scope: i32,
    /// Region below it.
    pub child: i32,
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报送日期
    pub day: NaiveDate,
}

/// 分析 Reports of a year by region, industry, size and kind: how many, how many late and of zero value, and of each
/// measure how many state it and their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportKey {
    /// 报告年度
    pub year: i32,
    /// Region that is looked at.
    pub scope: i32,
    /// Region below it.
    pub child: i32,
    /// 行业门类
    pub section: char,
    /// 规模
    pub size: ReportSize,
    /// 申报主体类型
    pub kind: FilerKind,
}

/// 分布 Reports whose figure stands on a step of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepKey {
    /// 报告年度
    pub year: i32,
    /// Region that is looked at.
    pub scope: i32,
    /// 指标
    pub measure: ReportMeasure,
    /// Region below it.
    pub child: i32,
    /// 行业门类
    pub section: char,
    /// Step of the scale.
    pub step: i32,
}

/// 分类分布 The same by size and kind, whatever the industry: industries, sizes and kinds together would be as many cells
/// as there are reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassStepKey {
    /// 报告年度
    pub year: i32,
    /// Region that is looked at.
    pub scope: i32,
    /// 指标
    pub measure: ReportMeasure,
    /// Region below it.
    pub child: i32,
    /// 规模
    pub size: ReportSize,
    /// 申报主体类型
    pub kind: FilerKind,
    /// Step of the scale.
    pub step: i32,
}

fn number(out: &mut dyn Put, value: i32) {
    out.number(i64::from(value));
}

fn letter(out: &mut dyn Put, section: char) {
    out.text(section.encode_utf8(&mut [0; 4]));
}

fn word<T>(row: &QueryResult, index: usize, known: impl Fn(&str) -> Option<T>) -> Result<T, DbErr> {
    let code = String::value(row, index)?;
    known(&code).ok_or_else(|| DbErr::Type(format!("{code} is not in the vocabulary")))
}

fn section(row: &QueryResult, index: usize) -> Result<char, DbErr> {
    word(row, index, |code| code.chars().next())
}

impl CellKey for DueKey {
    const TABLE: &'static str = "due_cube";
    const COLUMNS: &'static [&'static str] = &["scope_code", "child_code", "kind", "from_year", "to_year", "filers"];
    const KEYS: usize = 5;

    fn put(&self, out: &mut dyn Put) {
        number(out, self.scope);
        number(out, self.child);
        out.text(self.kind.code());
        number(out, self.from_year);
        number(out, self.to_year);
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            scope: Value::value(row, 0)?,
            child: Value::value(row, 1)?,
            kind: word(row, 2, FilerKind::from_code)?,
            from_year: Value::value(row, 3)?,
            to_year: Value::value(row, 4)?,
        })
    }
}

impl CellKey for FilingKey {
    const TABLE: &'static str = "filing_cube";
    const COLUMNS: &'static [&'static str] =
        &["year", "scope_code", "child_code", "kind", "submitted_on", "filed", "late", "owed"];
    const KEYS: usize = 5;

    fn put(&self, out: &mut dyn Put) {
        number(out, self.year);
        number(out, self.scope);
        number(out, self.child);
        out.text(self.kind.code());
        out.day(self.day);
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            year: Value::value(row, 0)?,
            scope: Value::value(row, 1)?,
            child: Value::value(row, 2)?,
            kind: word(row, 3, FilerKind::from_code)?,
            day: Value::value(row, 4)?,
        })
    }
}

impl CellKey for ReportKey {
    const TABLE: &'static str = "report_cube";
    const COLUMNS: &'static [&'static str] = &[
        "year",
        "scope_code",
        "child_code",
        "section",
        "size",
        "kind",
        "reports",
        "late",
        "zero",
        "total_assets_stated",
        "total_assets_sum",
        "total_liabilities_stated",
        "total_liabilities_sum",
        "owners_equity_stated",
        "owners_equity_sum",
        "total_revenue_stated",
        "total_revenue_sum",
        "main_revenue_stated",
        "main_revenue_sum",
        "total_profit_stated",
        "total_profit_sum",
        "net_profit_stated",
        "net_profit_sum",
        "total_tax_stated",
        "total_tax_sum",
        "employees_stated",
        "employees_sum",
        "insured_persons_stated",
        "insured_persons_sum",
    ];
    const KEYS: usize = 6;

    fn put(&self, out: &mut dyn Put) {
        number(out, self.year);
        number(out, self.scope);
        number(out, self.child);
        letter(out, self.section);
        out.text(self.size.code());
        out.text(self.kind.code());
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            year: Value::value(row, 0)?,
            scope: Value::value(row, 1)?,
            child: Value::value(row, 2)?,
            section: section(row, 3)?,
            size: word(row, 4, ReportSize::from_code)?,
            kind: word(row, 5, FilerKind::from_code)?,
        })
    }
}

impl CellKey for StepKey {
    const TABLE: &'static str = "report_steps";
    const COLUMNS: &'static [&'static str] =
        &["year", "scope_code", "measure", "child_code", "section", "step", "reports"];
    const KEYS: usize = 6;

    fn put(&self, out: &mut dyn Put) {
        number(out, self.year);
        number(out, self.scope);
        out.text(self.measure.code());
        number(out, self.child);
        letter(out, self.section);
        number(out, self.step);
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            year: Value::value(row, 0)?,
            scope: Value::value(row, 1)?,
            measure: word(row, 2, ReportMeasure::from_code)?,
            child: Value::value(row, 3)?,
            section: section(row, 4)?,
            step: Value::value(row, 5)?,
        })
    }
}

impl CellKey for ClassStepKey {
    const TABLE: &'static str = "report_class_steps";
    const COLUMNS: &'static [&'static str] =
        &["year", "scope_code", "measure", "child_code", "size", "kind", "step", "reports"];
    const KEYS: usize = 7;

    fn put(&self, out: &mut dyn Put) {
        number(out, self.year);
        number(out, self.scope);
        out.text(self.measure.code());
        number(out, self.child);
        out.text(self.size.code());
        out.text(self.kind.code());
        number(out, self.step);
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            year: Value::value(row, 0)?,
            scope: Value::value(row, 1)?,
            measure: word(row, 2, ReportMeasure::from_code)?,
            child: Value::value(row, 3)?,
            size: word(row, 4, ReportSize::from_code)?,
            kind: word(row, 5, FilerKind::from_code)?,
            step: Value::value(row, 6)?,
        })
    }
}

/// Counts of a report cell before those of its measures.
pub const PLAIN: usize = 3;
/// Counts of a report cell.
pub const REPORT_COUNTS: usize = PLAIN + 2 * ReportMeasure::COUNT;

/// 单元 Counts by key.
#[derive(Clone, Debug)]
pub struct Cells<K, const N: usize>(HashMap<K, [i64; N]>);

impl<K, const N: usize> Default for Cells<K, N> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: CellKey, const N: usize> Cells<K, N> {
    /// Adds to a cell; takes away what is below nothing.
    pub fn add(&mut self, key: K, counts: &[i64; N]) {
        let cell = self.0.entry(key).or_insert([0; N]);
        cell.iter_mut().zip(counts).for_each(|(count, more)| *count = count.saturating_add(*more));
    }

    /// The cells in which something is counted.
    pub fn counted(self) -> HashMap<K, [i64; N]> {
        self.0.into_iter().filter(|(_, counts)| counts.iter().any(|count| *count != 0)).collect()
    }

    /// Writes all cells into the empty table.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn write(self, session: &mut Session) -> Result<(), DatabaseError> {
        let mut writer = session.writer::<Cell<K, N>>("").await?;
        let mut lot = Vec::with_capacity(LOT);
        for (key, counts) in self.counted() {
            lot.push(Cell { key, counts });
            if lot.len() == LOT {
                writer.write(&lot).await?;
                lot.clear();
            }
        }
        writer.write(&lot).await?;
        writer.finish().await
    }

    /// Adds all cells to what the table holds. In the order of the keys, so that nobody waits for another who waits
    /// for them.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn merge(self, session: &mut Session) -> Result<(), DatabaseError>
    where
        K: Ord,
    {
        let mut cells: Vec<(K, [i64; N])> = self.counted().into_iter().collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        for lot in cells.chunks(MERGED) {
            let sql = merged(session, lot);
            session.run(sql).await?;
        }
        Ok(())
    }
}

/// Rows that are written at once, and added with one statement.
const LOT: usize = 4_096;
const MERGED: usize = 200;

fn merged<K: CellKey, const N: usize>(session: &Session, lot: &[(K, [i64; N])]) -> Sql {
    let mut sql = session.sql("INSERT INTO ");
    sql.push(K::TABLE).push(" (").push(&K::COLUMNS.join(", ")).push(") VALUES ");
    for (at, (key, counts)) in lot.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" });
        let mut bound = Bound { sql: &mut sql, is_first: true };
        key.put(&mut bound);
        counts.iter().for_each(|count| bound.number(*count));
        sql.push(")");
    }
    sql.push(" ON CONFLICT (").push(&K::COLUMNS[..K::KEYS].join(", ")).push(") DO UPDATE SET ");
    let more = |column: &&str| format!("{column} = {}.{column} + excluded.{column}", K::TABLE);
    sql.push(&K::COLUMNS[K::KEYS..].iter().map(more).collect::<Vec<_>>().join(", "));
    sql
}

/// Values of a row as placeholders.
struct Bound<'s> {
    sql: &'s mut Sql,
    is_first: bool,
}

impl Bound<'_> {
    fn value(&mut self, value: impl Into<sea_orm::Value>) {
        if !std::mem::take(&mut self.is_first) {
            self.sql.push(", ");
        }
        self.sql.bind(value);
    }
}

impl Put for Bound<'_> {
    fn null(&mut self) {
        self.value(None::<i64>);
    }

    fn number(&mut self, value: i64) {
        self.value(value);
    }

    fn text(&mut self, value: &str) {
        self.value(value);
    }

    fn day(&mut self, value: NaiveDate) {
        self.value(value);
    }
}

/// A cell as a row.
struct Cell<K, const N: usize> {
    key: K,
    counts: [i64; N],
}

impl<K: CellKey, const N: usize> Row for Cell<K, N> {
    const TABLE: &'static str = K::TABLE;
    const COLUMNS: &'static [&'static str] = K::COLUMNS;

    fn put(&self, out: &mut dyn Put) {
        self.key.put(out);
        self.counts.iter().for_each(|count| out.number(*count));
    }
}

/// Every cell of a table in which something is counted.
///
/// # Errors
/// Any failure of the database.
pub async fn stored<K: CellKey, const N: usize>(db: &Database) -> Result<HashMap<K, [i64; N]>, DbErr> {
    let sql = Sql::new(db.backend(), &format!("SELECT {} FROM {}", K::COLUMNS.join(", "), K::TABLE));
    let mut cells = Cells::<K, N>::default();
    for row in db.query_all(sql.finish()).await? {
        let mut counts = [0; N];
        for (place, count) in (K::KEYS..).zip(&mut counts) {
            *count = Value::value(&row, place)?;
        }
        cells.add(K::read(&row)?, &counts);
    }
    Ok(cells.counted())
}

/// 位置 How far the cells follow the outbox, and the version of the tables under which they were counted. The row is
/// locked until the transaction ends, so that one process at a time adds to the cells.
///
/// # Errors
/// Any failure of the database.
pub async fn locked_state(session: &mut Session) -> Result<Option<(i64, i64)>, DatabaseError> {
    let mut sql = session.sql("SELECT sequence, version FROM report_cube_state WHERE id = 1");
    if session.is_postgres() {
        sql.push(" FOR UPDATE");
    }
    let rows = session.run(sql).await?;
    let state = rows.first().map(|row| Ok::<_, DbErr>((Value::value(row, 0)?, Value::value(row, 1)?)));
    Ok(state.transpose()?)
}

/// The same without a lock.
///
/// # Errors
/// Any failure of the database.
pub async fn state(db: &Database) -> Result<Option<(i64, i64)>, DbErr> {
    let sql = Sql::new(db.backend(), "SELECT sequence, version FROM report_cube_state WHERE id = 1");
    let row = db.query_one(sql.finish()).await?;
    row.map(|row| Ok((Value::value(&row, 0)?, Value::value(&row, 1)?))).transpose()
}

/// Keeps how far the cells follow the outbox.
///
/// # Errors
/// Any failure of the database.
pub async fn keep_state(session: &mut Session, sequence: i64, version: i64) -> Result<(), DatabaseError> {
    let mut sql = session.sql("INSERT INTO report_cube_state (id, sequence, version) VALUES (1, ");
    sql.bind(sequence).push(", ").bind(version);
    sql.push(") ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, version = excluded.version");
    session.run(sql).await.map(drop)
}

/// Empties the cells.
///
/// # Errors
/// Any failure of the database.
pub async fn clear(session: &mut Session) -> Result<(), DatabaseError> {
    for table in [DueKey::TABLE, FilingKey::TABLE, ReportKey::TABLE, StepKey::TABLE, ClassStepKey::TABLE] {
        session.execute(&format!("DELETE FROM {table}")).await?;
    }
    Ok(())
}
