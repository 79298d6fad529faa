//! 数据部门 Who is asked for figures of the year: the authorities of the configuration; in the demo somebody who plays
//! those that are not connected (模拟税务、模拟社保), from what was reported before.

use std::sync::Arc;

use anyhow::Result;
use chrono::NaiveDate;
use entities::enterprise::find;
use entities::{Database, Scope, reports};
use exchange::authority::DataAuthorities;
use exchange::authority::stand_in::{Before, Lookup, StandIn};
use services::ports::Clock;

use crate::cli::Mode;
use crate::config::Config;

/// The authorities that are configured.
///
/// # Errors
/// What the machine lacks.
pub fn connected(config: &Config) -> Result<DataAuthorities> {
    Ok(DataAuthorities::new(&config.authorities)?)
}

/// The same, with somebody who plays those that are not; in production nobody does.
///
/// # Errors
/// What the machine lacks.
pub fn of_demo(config: &Config, db: &Database, clock: Clock) -> Result<DataAuthorities> {
    let connected = connected(config)?;
    if config.mode == Mode::Production {
        return Ok(connected);
    }
    let db = db.clone();
    let before: Lookup = Arc::new(move |uscc, year| {
        let (db, today) = (db.clone(), clock.today());
        Box::pin(async move { before(&db, uscc, year, today).await })
    });
    Ok(connected.or_else(|source| Arc::new(StandIn::new(source, Arc::clone(&before)))))
}

/// What an enterprise published of the year before; nothing if it kept its figures back.
async fn before(db: &Database, uscc: String, year: i32, today: NaiveDate) -> Option<Before> {
    let scope = Scope::now(today);
    let row = find::by_usccs(db, std::slice::from_ref(&uscc), &scope).await.ok()?.remove(&uscc)?;
    let report = reports::before(db, row.id, year, &scope, 1).await.ok()?.pop()?;
    let employees = i64::from(report.employees.or(row.employees)?);
    Some(Before {
        employees,
        insured: report.insured_persons.map_or(employees, i64::from).min(employees),
        assets_fen: report.total_assets_fen?,
        liabilities_fen: report.total_liabilities_fen?,
        revenue_fen: report.total_revenue_fen?,
        main_revenue_fen: report.main_revenue_fen.or(report.total_revenue_fen)?,
        profit_fen: report.total_profit_fen?,
        net_profit_fen: report.net_profit_fen.or(report.total_profit_fen)?,
        tax_fen: report.total_tax_fen?,
    })
}
