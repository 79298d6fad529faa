//! 年报数字 The figures of stored reports with those of the year before and the industry, page by page: what a model of
//! sound reports is made of.

use sea_orm::{DbErr, QueryResult};

use crate::Database;
use crate::read::Value;
use crate::statement::Sql;

/// Figures of each of the two reports.
pub const FIGURES: usize = 10;
const COLUMNS: [&str; FIGURES] = [
    "total_assets_fen",
    "total_liabilities_fen",
    "owners_equity_fen",
    "total_revenue_fen",
    "main_revenue_fen",
    "total_profit_fen",
    "net_profit_fen",
    "total_tax_fen",
    "employees",
    "insured_persons",
];

/// 年报数字 Amounts in 分 and persons, in the order of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Id of the report.
    pub id: i64,
    /// 行业门类
    pub industry_section: String,
    /// 注册资本
    pub registered_capital_fen: Option<i64>,
    /// Of the report.
    pub this: [Option<i64>; FIGURES],
    /// Of the report of the year before, if there is one.
    pub last: [Option<i64>; FIGURES],
}

/// The next reports with figures after `after`, of `year` or of every year, in the order of their ids.
///
/// # Errors
/// Any failure of the database.
pub async fn page(db: &Database, year: Option<i32>, after: i64, limit: u32) -> Result<Vec<Figures>, DbErr> {
    let mut sql = Sql::new(db.backend(), "SELECT r.id, e.industry_section, e.registered_capital_fen");
    for prefix in [", r.", ", p."] {
        for column in COLUMNS {
            sql.push(prefix).push(column);
        }
    }
    sql.push(
        " FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id \
         LEFT JOIN annual_reports p ON p.enterprise_id = r.enterprise_id AND p.year = r.year - 1 \
         WHERE r.total_assets_fen IS NOT NULL AND r.id > ",
    );
    sql.bind(after);
    if let Some(year) = year {
        sql.push(" AND r.year = ").bind(year);
    }
    sql.push(" ORDER BY r.id LIMIT ").bind(i64::from(limit));
    db.query_all(sql.finish()).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Figures, DbErr> {
    const THIS: usize = 3;
    Ok(Figures {
        id: Value::value(row, 0)?,
        industry_section: Value::value(row, 1)?,
        registered_capital_fen: Value::value(row, 2)?,
        this: figures(row, THIS)?,
        last: figures(row, THIS + FIGURES)?,
    })
}

/// Counts of persons are narrower columns than amounts.
fn figures(row: &QueryResult, from: usize) -> Result<[Option<i64>; FIGURES], DbErr> {
    let mut figures = [None; FIGURES];
    for (place, figure) in figures.iter_mut().enumerate() {
        *figure = if COLUMNS[place].ends_with("_fen") {
            Value::value(row, from + place)?
        } else {
            let count: Option<i32> = Value::value(row, from + place)?;
            count.map(i64::from)
        };
    }
    Ok(figures)
}
