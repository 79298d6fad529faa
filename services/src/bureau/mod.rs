//! 年报监管 What the bureau makes of annual reports: statistics that follow the outbox, the zero-value list and its
//! file, the comparison with the archive, letters that order corrections.
//!
//! BUREAU-1: cells of statistics are what a recount of the records gives, as far as the outbox is applied.
//! BUREAU-2: facts, cells and position change in one transaction, so that neither repetition nor a kill matters.
//! BUREAU-3: statistics that are made anew come in small transactions beside those in force, which answer until the
//! switch.

pub mod analysis;
pub mod compare;
pub mod correct;
pub mod export;
mod facts;
pub mod follow;
pub mod rebuild;
mod tally;

use entities::{Database, operations};
use sea_orm::DbErr;

/// 版本 Of what is counted, as it is stored.
fn version() -> i64 {
    rules::bureau::version().cast_signed()
}

/// Whether everything that is recorded is counted.
///
/// # Errors
/// Any failure of the database.
pub async fn is_current(db: &Database) -> Result<bool, DbErr> {
    let last = operations::last_sequence(db).await?;
    let state = entities::bureau::cells::state(db).await?;
    Ok(state.is_some_and(|(sequence, counted)| sequence >= last && counted == version()))
}
