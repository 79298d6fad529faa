//! 生成数据 `qinxin generate`: a register that nobody lives in, for demonstrations and measurements.
//!
//! GENERATE-1: the same number, seed and day make the same rows, however many threads make them.
//! GENERATE-2: a run is one transaction; whenever it ends early, nothing of it is there.
//! GENERATE-3: nothing happens before an enterprise is established, after it ended, or after today.
//!
//! Names of persons and enterprises, numbers and addresses are put together by chance; whoever they
//! fit is not meant.

mod block;
mod code;
mod credit;
mod cross_region;
mod dice;
mod error;
mod forms;
mod history;
mod holders;
mod identity;
mod licence_types;
mod makers;
mod names;
mod notices;
mod places;
mod registry;
mod reports;
mod trades;
mod violations;
mod words;
mod writer;

#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::time::Instant;

use chrono::NaiveDate;
use entities::Database;
use serde::Serialize;

pub use error::GenerateError;
pub use violations::PENALISED_PER_MILLE;

use crate::ports::Progress;

/// 生成结果 What a run wrote.
#[derive(Clone, Debug, Serialize)]
pub struct Generated {
    /// Enterprises.
    pub enterprises: u64,
    /// Rows by table, in the order in which they refer to each other.
    pub rows: Vec<TableRows>,
    /// Seconds until every row was written.
    pub writing_seconds: f64,
    /// Seconds for everything, indexes included.
    pub seconds: f64,
}

/// Rows of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableRows {
    /// Table.
    pub table: &'static str,
    /// Rows written.
    pub rows: u64,
}

/// What is to be made.
#[derive(Clone, Copy, Debug)]
struct Plan {
    enterprises: u64,
    seed: u64,
    today: NaiveDate,
    threads: usize,
    penalised_per_mille: u32,
}

/// 生成 Adds enterprises with all their records, as they could stand in the register on `today`.
///
/// # Errors
/// A database that is not prepared, a code that another enterprise has (mostly because this seed was
/// used before), more enterprises than there are codes, any failure of the database. Nothing is
/// changed then.
pub async fn generate(
    db: &Database,
    enterprises: u64,
    seed: u64,
    today: NaiveDate,
    progress: &dyn Progress,
) -> Result<Generated, GenerateError> {
    generate_penalised(db, enterprises, seed, today, PENALISED_PER_MILLE, progress).await
}

/// 生成 The same, with so many of a thousand enterprises penalised at all.
///
/// # Errors
/// As for [`generate`].
pub async fn generate_penalised(
    db: &Database,
    enterprises: u64,
    seed: u64,
    today: NaiveDate,
    penalised_per_mille: u32,
    progress: &dyn Progress,
) -> Result<Generated, GenerateError> {
    // One core is left to the thread that writes.
    let threads = std::thread::available_parallelism().map_or(1, |cores: NonZero<usize>| cores.get() - 1).clamp(1, 4);
    run(db, Plan { enterprises, seed, today, threads, penalised_per_mille }, progress).await
}

async fn run(db: &Database, plan: Plan, progress: &dyn Progress) -> Result<Generated, GenerateError> {
    if plan.enterprises > code::CAPACITY {
        return Err(GenerateError::TooMany { most: code::CAPACITY });
    }
    let begun = Instant::now();
    let written = writer::write(db, plan, progress).await?;
    let rows = written.tables.iter().map(|written| TableRows { table: written.table, rows: written.rows() }).collect();
    Ok(Generated {
        enterprises: plan.enterprises,
        rows,
        writing_seconds: (written.at - begun).as_secs_f64(),
        seconds: begun.elapsed().as_secs_f64(),
    })
}
