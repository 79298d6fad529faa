//! 统计读取 Filing progress and cells of reports as they are asked for: one statement each, whatever the number of
//! enterprises.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, ReportSize, stands};
use rules::region::RegionCode;
use sea_orm::{DbErr, QueryResult};

use super::cells::{CellKey, ClassStepKey, REPORT_COUNTS, ReportKey, StepKey};
use crate::Database;
use crate::read::Value;
use crate::statement::Sql;

/// Where the cells of a region stand.
fn at(sql: &mut Sql, region: Option<RegionCode>) {
    let (scope, child) = stands(region);
    sql.push("scope_code = ").bind(scope.cast_signed());
    if let Some(child) = child {
        sql.push(" AND child_code = ").bind(child.cast_signed());
    }
}

fn kind(row: &QueryResult, index: usize) -> Result<FilerKind, DbErr> {
    let code = String::value(row, index)?;
    FilerKind::from_code(&code).ok_or_else(|| DbErr::Type(format!("{code} is no kind of filer")))
}

/// By region below and kind.
pub type ByChild<T> = HashMap<(i32, FilerKind), T>;

/// 应报 How many enterprises owe the report of a year, filed or not.
///
/// # Errors
/// Any failure of the database.
pub async fn due(db: &Database, year: i32, region: Option<RegionCode>) -> Result<ByChild<i64>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT child_code, kind, CAST(SUM(filers) AS BIGINT) FROM due_cube WHERE ");
    at(&mut sql, region);
    sql.push(" AND from_year <= ").bind(year).push(" AND to_year >= ").bind(year).push(" GROUP BY child_code, kind");
    let rows = db.query_all(sql.finish()).await?;
    rows.iter().map(|row| Ok(((Value::value(row, 0)?, kind(row, 1)?), Value::value(row, 2)?))).collect()
}

/// 已报 What was filed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// All of it.
    pub filed: i64,
    /// 逾期
    pub late: i64,
    /// By those who owed it to the end of its window.
    pub owed: i64,
}

/// How many reports of a year were filed.
///
/// # Errors
/// Any failure of the database.
pub async fn filed(db: &Database, year: i32, region: Option<RegionCode>) -> Result<ByChild<Filed>, DbErr> {
    let mut sql = Sql::new(
        db.backend(),
        "SELECT child_code, kind, CAST(SUM(filed) AS BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(owed) AS BIGINT) \
         FROM filing_cube WHERE year = ",
    );
    sql.bind(year).push(" AND ");
    at(&mut sql, region);
    sql.push(" GROUP BY child_code, kind");
    let filed = |row: &QueryResult| {
        let filed = Filed { filed: Value::value(row, 2)?, late: Value::value(row, 3)?, owed: Value::value(row, 4)? };
        Ok(((Value::value(row, 0)?, kind(row, 1)?), filed))
    };
    db.query_all(sql.finish()).await?.iter().map(filed).collect()
}

/// 逐日 How many reports of a year were filed on each day, and how many of them late, from the first day.
///
/// # Errors
/// Any failure of the database.
pub async fn days(
    db: &Database,
    year: i32,
    region: Option<RegionCode>,
    kinds: &[FilerKind],
) -> Result<Vec<(NaiveDate, i64, i64)>, DbErr> {
    let mut sql = Sql::new(
        db.backend(),
        "SELECT submitted_on, CAST(SUM(filed) AS BIGINT), CAST(SUM(late) AS BIGINT) FROM filing_cube WHERE year = ",
    );
    sql.bind(year).push(" AND ");
    at(&mut sql, region);
    any_word(&mut sql, "kind", kinds.iter().map(|kind| kind.code()));
    sql.push(" GROUP BY submitted_on HAVING SUM(filed) > 0 ORDER BY submitted_on");
    let rows = db.query_all(sql.finish()).await?;
    rows.iter().map(|row| Ok((Value::value(row, 0)?, Value::value(row, 1)?, Value::value(row, 2)?))).collect()
}

fn any_word(sql: &mut Sql, column: &str, codes: impl Iterator<Item = &'static str>) {
    let codes: Vec<String> = codes.map(str::to_owned).collect();
    if !codes.is_empty() {
        sql.push(" AND ").any_text(column, &codes);
    }
}

/// 维度 What cells of reports are grouped by, beside the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// 行业门类
    Industry,
    /// 下级区划
    Region,
    /// 规模
    Size,
    /// 申报主体类型
    Kind,
}

impl Side {
    const fn column(self) -> &'static str {
        match self {
            Self::Industry => "section",
            Self::Region => "child_code",
            Self::Size => "size",
            Self::Kind => "kind",
        }
    }
}

/// 统计范围 Which reports are looked at.
#[derive(Clone, Debug, Default)]
pub struct Reports {
    /// 报告年度 Any of these.
    pub years: Vec<i64>,
    /// 行政区划
    pub region: Option<RegionCode>,
    /// 行业门类 Any of these; empty does not narrow.
    pub sections: Vec<String>,
    /// 规模 Any of these; empty does not narrow.
    pub sizes: Vec<ReportSize>,
    /// 申报主体类型 Any of these; empty does not narrow.
    pub kinds: Vec<FilerKind>,
}

impl Reports {
    fn condition(&self, sql: &mut Sql) {
        sql.any_number("year", &self.years).push(" AND ");
        at(sql, self.region);
        if !self.sections.is_empty() {
            sql.push(" AND ").any_text("section", &self.sections);
        }
    }

    fn classes(&self, sql: &mut Sql) {
        any_word(sql, "size", self.sizes.iter().map(|size| size.code()));
        any_word(sql, "kind", self.kinds.iter().map(|kind| kind.code()));
    }

    const fn by_class(&self) -> bool {
        !self.sizes.is_empty() || !self.kinds.is_empty()
    }
}

/// A group: its year, and its value on each side.
pub type Place = (i32, Vec<String>);

/// 分组 Counts of reports by year and sides.
///
/// # Errors
/// Any failure of the database.
pub async fn groups(
    db: &Database,
    reports: &Reports,
    sides: &[Side],
) -> Result<BTreeMap<Place, [i64; REPORT_COUNTS]>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT year");
    for side in sides {
        sql.push(", CAST(").push(side.column()).push(" AS VARCHAR(16))");
    }
    for column in &ReportKey::COLUMNS[ReportKey::KEYS..] {
        sql.push(", CAST(SUM(").push(column).push(") AS BIGINT)");
    }
    sql.push(" FROM report_cube WHERE ");
    reports.condition(&mut sql);
    reports.classes(&mut sql);
    sql.push(" GROUP BY year");
    sides.iter().for_each(|side| {
        sql.push(", ").push(side.column());
    });
    sql.push(" HAVING SUM(reports) > 0");
    let group = |row: &QueryResult| {
        let mut counts = [0; REPORT_COUNTS];
        for (place, count) in (1 + sides.len()..).zip(&mut counts) {
            *count = Value::value(row, place)?;
        }
        Ok((place(row, sides.len())?, counts))
    };
    db.query_all(sql.finish()).await?.iter().map(group).collect()
}

fn place(row: &QueryResult, sides: usize) -> Result<Place, DbErr> {
    let values = (1..=sides).map(|place| String::value(row, place)).collect::<Result<_, _>>()?;
    Ok((Value::value(row, 0)?, values))
}

/// 分布 On how many steps of the scale the figures of each group stand; `None` where industries are told apart together
/// with sizes or kinds, which is not kept.
///
/// # Errors
/// Any failure of the database.
pub async fn steps(
    db: &Database,
    reports: &Reports,
    measure: ReportMeasure,
    sides: &[Side],
) -> Result<Option<HashMap<Place, BTreeMap<i32, u64>>>, DbErr> {
    let by_class = reports.by_class() || sides.iter().any(|side| matches!(side, Side::Size | Side::Kind));
    let by_industry = !reports.sections.is_empty() || sides.contains(&Side::Industry);
    if by_class && by_industry {
        return Ok(None);
    }
    let table = if by_class { ClassStepKey::TABLE } else { StepKey::TABLE };
    let mut sql = Sql::new(db.backend(), "SELECT year");
    for side in sides {
        sql.push(", CAST(").push(side.column()).push(" AS VARCHAR(16))");
    }
    sql.push(", step, CAST(SUM(reports) AS BIGINT) FROM ").push(table).push(" WHERE measure = ");
    sql.bind(measure.code()).push(" AND ");
    reports.condition(&mut sql);
    reports.classes(&mut sql);
    sql.push(" GROUP BY year");
    sides.iter().for_each(|side| {
        sql.push(", ").push(side.column());
    });
    sql.push(", step HAVING SUM(reports) > 0");
    let mut found: HashMap<Place, BTreeMap<i32, u64>> = HashMap::new();
    for row in db.query_all(sql.finish()).await? {
        let (step, count): (i32, i64) = (Value::value(&row, 1 + sides.len())?, Value::value(&row, 2 + sides.len())?);
        found.entry(place(&row, sides.len())?).or_default().insert(step, count.unsigned_abs());
    }
    Ok(Some(found))
}
