//! 导入旧系统数据 `qinxin import legacy DIR`: six CSV files of the old systems go into the register.
//!
//! IMPORT-1: a run is one transaction; whenever it ends early, nothing of it is there.
//! IMPORT-2: keys are given in the order of the files, so the same dump makes the same database.
//! IMPORT-3: a row is either in the register or in the list of rejected rows, never in neither.

mod authority;
mod digest;
mod dump;
mod error;
mod family;
mod fault;
mod fields;
mod ledger;
mod record;
mod records;
mod rejects;
mod run;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use entities::{Database, DatabaseError};
use serde::Serialize;

pub use error::ImportError;

use crate::ports::{Clock, Progress};
use crate::setup;
use dump::Input;
use family::{AbnormalListings, AnnualReports, Enterprises, Family, Inspections, Licences, Penalties};
use rejects::{Guarded, Rejects};
use run::Run;

/// The tables that a dump fills.
const TABLES: &[&str] = &["enterprises", "licences", "inspections", "penalties", "abnormal_listings", "annual_reports"];

/// What `source` says of enterprises that came from a dump.
const SOURCE: &str = "legacy";

/// 导入选项 What the caller decides about a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// 拒收清单 Where the list of rejected rows will stand; an older one is replaced, nothing else.
    pub rejects: PathBuf,
    /// 部分导入 Files of the dump may be absent.
    pub partial: bool,
}

/// Rows of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows that the file has.
    pub read: u64,
    /// Rows written.
    pub inserted: u64,
    /// Rows that the register had already.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
}

/// 导入结果 What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Rows by file.
    pub files: BTreeMap<&'static str, Counts>,
    /// Rejected rows by the code of their first fault.
    pub rejects_by_code: BTreeMap<&'static str, u64>,
    /// The list of rejected rows.
    pub rejects_path: PathBuf,
    /// How long it took.
    pub seconds: f64,
    /// Whether the register is another one than before.
    pub changed: bool,
}

/// Takes the dump in `folder` into the register.
///
/// # Errors
/// A dump that lacks files or columns, a file or database that cannot be used. Nothing of the run
/// is kept then, and no list of rejected rows is left.
pub async fn legacy(
    db: &Database,
    folder: &Path,
    options: &Options,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Summary, ImportError> {
    let started = clock.now();
    if setup::pending(db).await? > 0 {
        return Err(ImportError::NotPrepared);
    }
    db.vault().ring()?;
    let dump = Dump::open(folder, options.partial)?;
    let rejects = Rejects::create(&options.rejects, &guarded(db, folder).await?)?;
    let mut run = Run::begin(db, rejects, options, progress, dump.estimate()).await?;
    run.file::<Enterprises>(dump.enterprises).await?;
    run.file::<Licences>(dump.licences).await?;
    run.file::<Inspections>(dump.inspections).await?;
    run.file::<Penalties>(dump.penalties).await?;
    run.file::<AbnormalListings>(dump.abnormal_listings).await?;
    run.file::<AnnualReports>(dump.annual_reports).await?;
    let mut summary = run.finish(folder, clock).await?;
    if summary.changed {
        setup::shrink_log(db).await;
    }
    summary.seconds = (clock.now() - started).as_seconds_f64();
    Ok(summary)
}

/// What the list of rejected rows must not replace.
async fn guarded<'a>(db: &Database, folder: &'a Path) -> Result<Guarded<'a>, ImportError> {
    let names = [
        Enterprises::FILE,
        Licences::FILE,
        Inspections::FILE,
        Penalties::FILE,
        AbnormalListings::FILE,
        AnnualReports::FILE,
    ];
    Ok(Guarded { dump: folder, names, database: database_files(db).await? })
}

/// SQLite's file and those that it keeps beside it; PostgreSQL's are its own concern.
async fn database_files(db: &Database) -> Result<Vec<PathBuf>, ImportError> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    if db.backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let row = db.reader().query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    let file: String = row.map(|row| row.try_get("", "file")).transpose()?.unwrap_or_default();
    Ok(["", "-wal", "-shm", "-journal"].map(|end| PathBuf::from(format!("{file}{end}"))).to_vec())
}

/// The opened files.
struct Dump {
    enterprises: Option<Input>,
    licences: Option<Input>,
    inspections: Option<Input>,
    penalties: Option<Input>,
    abnormal_listings: Option<Input>,
    annual_reports: Option<Input>,
}

impl Dump {
    /// Opens all files before anything is written.
    fn open(folder: &Path, is_partial: bool) -> Result<Self, ImportError> {
        let dump = Self {
            enterprises: dump::open::<Enterprises>(folder)?,
            licences: dump::open::<Licences>(folder)?,
            inspections: dump::open::<Inspections>(folder)?,
            penalties: dump::open::<Penalties>(folder)?,
            abnormal_listings: dump::open::<AbnormalListings>(folder)?,
            annual_reports: dump::open::<AnnualReports>(folder)?,
        };
        let files = dump.missing();
        if files.is_empty() || is_partial && files.len() < dump.inputs().len() {
            Ok(dump)
        } else {
            Err(ImportError::MissingFile { folder: folder.to_owned(), files })
        }
    }

    fn inputs(&self) -> [(&'static str, &Option<Input>); 6] {
        [
            (Enterprises::FILE, &self.enterprises),
            (Licences::FILE, &self.licences),
            (Inspections::FILE, &self.inspections),
            (Penalties::FILE, &self.penalties),
            (AbnormalListings::FILE, &self.abnormal_listings),
            (AnnualReports::FILE, &self.annual_reports),
        ]
    }

    fn missing(&self) -> Vec<&'static str> {
        self.inputs().into_iter().filter(|(_, input)| input.is_none()).map(|(file, _)| file).collect()
    }

    /// Rows that the files probably have together.
    fn estimate(&self) -> u64 {
        self.inputs().into_iter().filter_map(|(_, input)| input.as_ref()).map(|input| input.estimate).sum()
    }
}

impl From<sea_orm::DbErr> for ImportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(DatabaseError::Statement(error))
    }
}
