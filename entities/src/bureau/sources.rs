//! 取数 The rows of which facts are made: enterprises with what decides on their reports, and their reports.

use std::collections::HashMap;

use chrono::NaiveDate;
use rules::bureau::{Figures, Filer, ReportMeasure};
use sea_orm::{DbErr, QueryResult};

use super::{filer_fact, report_fact, staged};
use crate::bulk::Session;
use crate::credit::licence;
use crate::holders::{children, group};
use crate::read::Value;
use crate::statement::Sql;
use crate::{Database, DatabaseError};

/// 申报主体 An enterprise, as far as its reports are concerned.
#[derive(Clone, Debug)]
pub struct FilerRow {
    /// Its key.
    pub id: i64,
    /// What decides which reports it owes.
    pub filer: Filer,
    /// 行政区划
    pub region_code: i32,
    /// 地级区划
    pub city_code: i32,
    /// 行业门类
    pub section: String,
    /// 行业代码
    pub industry: String,
}

/// 年报 A report, as far as it is counted.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// Its key.
    pub id: i64,
    /// 报告主体
    pub enterprise_id: i64,
    /// 报告年度
    pub year: i32,
    /// 报送日期
    pub submitted_on: NaiveDate,
    /// 指标值
    pub figures: Figures,
}

const FILER: &str = "SELECT id, kind, status, established_on, closed_on, region_code, city_code, industry_section, \
                     industry_code FROM enterprises WHERE ";

const REPORT: &str = "SELECT id, enterprise_id, year, submitted_on, total_assets_fen, total_liabilities_fen, \
                      owners_equity_fen, total_revenue_fen, main_revenue_fen, total_profit_fen, net_profit_fen, \
                      total_tax_fen, employees, insured_persons FROM annual_reports WHERE ";

fn filer(row: &QueryResult) -> Result<FilerRow, DbErr> {
    Ok(FilerRow {
        id: Value::value(row, 0)?,
        filer: Filer {
            kind: Value::value(row, 1)?,
            status: Value::value(row, 2)?,
            established_on: Value::value(row, 3)?,
            closed_on: Value::value(row, 4)?,
        },
        region_code: Value::value(row, 5)?,
        city_code: Value::value(row, 6)?,
        section: Value::value(row, 7)?,
        industry: Value::value(row, 8)?,
    })
}

fn report(row: &QueryResult) -> Result<ReportRow, DbErr> {
    let mut figures = Figures::default();
    for (place, measure) in (4..).zip(ReportMeasure::ALL) {
        let value = if measure.is_amount() {
            Option::<i64>::value(row, place)?
        } else {
            Option::<i32>::value(row, place)?.map(i64::from)
        };
        figures = figures.with(*measure, value);
    }
    Ok(ReportRow {
        id: Value::value(row, 0)?,
        enterprise_id: Value::value(row, 1)?,
        year: Value::value(row, 2)?,
        submitted_on: Value::value(row, 3)?,
        figures,
    })
}

/// The enterprises with keys after one, in the order of their keys.
///
/// # Errors
/// Any failure of the database.
pub async fn filers_after(session: &mut Session, after: i64, limit: i64) -> Result<Vec<FilerRow>, DatabaseError> {
    let mut sql = session.sql(FILER);
    sql.push("id > ").bind(after).push(" ORDER BY id LIMIT ").bind(limit);
    Ok(session.run(sql).await?.iter().map(filer).collect::<Result<_, _>>()?)
}

/// The enterprises with these keys, those that are there.
///
/// # Errors
/// Any failure of the database.
pub async fn filers(session: &mut Session, ids: &[i64]) -> Result<Vec<FilerRow>, DatabaseError> {
    let mut sql = session.sql(FILER);
    sql.any_number("id", ids);
    Ok(session.run(sql).await?.iter().map(filer).collect::<Result<_, _>>()?)
}

/// The reports with these keys, those that are there.
///
/// # Errors
/// Any failure of the database.
pub async fn reports(session: &mut Session, ids: &[i64]) -> Result<Vec<ReportRow>, DatabaseError> {
    reports_by(session, "id", ids).await
}

/// The reports of these enterprises.
///
/// # Errors
/// Any failure of the database.
pub async fn reports_of(session: &mut Session, enterprises: &[i64]) -> Result<Vec<ReportRow>, DatabaseError> {
    reports_by(session, "enterprise_id", enterprises).await
}

async fn reports_by(session: &mut Session, column: &str, ids: &[i64]) -> Result<Vec<ReportRow>, DatabaseError> {
    let mut sql: Sql = session.sql(REPORT);
    sql.any_number(column, ids);
    Ok(session.run(sql).await?.iter().map(report).collect::<Result<_, _>>()?)
}

/// 事实表 Facts in force, or those that are being made anew beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facts {
    /// 现行
    InForce,
    /// 重算中
    Next,
}

impl Facts {
    const fn filers(self) -> &'static str {
        match self {
            Self::InForce => "filer_facts",
            Self::Next => "filer_facts_next",
        }
    }

    const fn reports(self) -> &'static str {
        match self {
            Self::InForce => "report_facts",
            Self::Next => "report_facts_next",
        }
    }

    pub(super) fn select_filers(self, session: &Session) -> Sql {
        let mut sql = session.sql("SELECT ");
        sql.columns::<filer_fact::Model>("").push(" FROM ").push(self.filers());
        sql
    }

    pub(super) fn select_reports(self, session: &Session) -> Sql {
        let mut sql = session.sql("SELECT ");
        sql.columns::<report_fact::Model>("").push(" FROM ").push(self.reports());
        sql
    }
}

/// The facts that are kept of these enterprises.
///
/// # Errors
/// Any failure of the database.
pub async fn filer_facts(
    session: &mut Session,
    facts: Facts,
    ids: &[i64],
) -> Result<Vec<filer_fact::Model>, DatabaseError> {
    let mut sql = facts.select_filers(session);
    sql.push(" WHERE ").any_number("id", ids);
    session.records(sql).await
}

/// The facts that are kept of these reports, or of the reports of these enterprises.
///
/// # Errors
/// Any failure of the database.
pub async fn report_facts(
    session: &mut Session,
    facts: Facts,
    ids: &[i64],
    enterprises: &[i64],
) -> Result<Vec<report_fact::Model>, DatabaseError> {
    let mut sql = facts.select_reports(session);
    sql.push(" WHERE ").any_number("id", ids).push(" OR ").any_number("enterprise_id", enterprises);
    session.records(sql).await
}

/// Puts facts in the place of those with the same keys; keys without facts are gone.
///
/// # Errors
/// Any failure of the database.
pub async fn replace_filers(
    session: &mut Session,
    facts: Facts,
    ids: &[i64],
    come: Vec<filer_fact::Model>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM ");
    sql.push(facts.filers()).push(" WHERE ").any_number("id", ids);
    session.run(sql).await?;
    match facts {
        Facts::InForce => session.insert(&come).await,
        Facts::Next => staged::put(session, come, Vec::new()).await,
    }
}

/// The same of reports.
///
/// # Errors
/// Any failure of the database.
pub async fn replace_reports(
    session: &mut Session,
    facts: Facts,
    ids: &[i64],
    come: Vec<report_fact::Model>,
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM ");
    sql.push(facts.reports()).push(" WHERE ").any_number("id", ids);
    session.run(sql).await?;
    match facts {
        Facts::InForce => session.insert(&come).await,
        Facts::Next => staged::put(session, Vec::new(), come).await,
    }
}

/// 行政许可 Of many enterprises, in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn licences_of(db: &Database, enterprises: &[i64]) -> Result<HashMap<i64, Vec<licence::Model>>, DbErr> {
    let rows: Vec<licence::Model> = children(db, "enterprise_id", enterprises).await?;
    Ok(group(rows, |row| row.enterprise_id))
}
