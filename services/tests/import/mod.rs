//! 导入 `qinxin import legacy`: what goes in, what is rejected, and what a broken run leaves.

mod clean;
mod conflict;
mod dirty;
mod dump;
mod encoding;
mod interrupted;
mod refused;

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use entities::Database;
use services::import::{self, ImportError, Options, Summary};
use services::ports::{Clock, Progress, Silent};

use dump::Dump;

/// The moment at which all tests run.
fn clock() -> Clock {
    Clock::Fixed(DateTime::<Utc>::from_timestamp(1_790_000_000, 0).expect("a moment"))
}

fn options(dump: &Dump) -> Options {
    Options { rejects: rejects_path(dump), partial: false }
}

fn rejects_path(dump: &Dump) -> PathBuf {
    dump.folder().join("out").join("rejects.csv")
}

async fn run(db: &Database, dump: &Dump) -> Result<Summary, ImportError> {
    run_with(db, dump, &options(dump), &Silent).await
}

async fn run_with(
    db: &Database,
    dump: &Dump,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Summary, ImportError> {
    import::legacy(db, &dump.folder(), options, clock(), progress).await
}

/// The list of rejected rows, each as `file:line column CODE`.
fn rejects(dump: &Dump) -> Vec<String> {
    let mut reader = csv::Reader::from_path(rejects_path(dump)).expect("a list");
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| format!("{}:{} {} {}", &row[0], &row[1], &row[2], &row[3])).collect()
}

/// Whether anything of a list of rejected rows is there.
fn has_rejects(dump: &Dump) -> bool {
    fs::read_dir(dump.folder().join("out")).is_ok_and(|mut files| files.next().is_some())
}
