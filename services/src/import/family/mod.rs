//! 数据类别 The six files of the dump: their columns, and how a row becomes a row of the register.

mod abnormal_listing;
mod annual_report;
mod enterprise;
mod inspection;
mod licence;
mod penalty;

use std::collections::HashMap;
use std::fmt::Debug;
use std::future::{Future, ready};
use std::hash::Hash;

use entities::DatabaseError;
use entities::bulk::{Row, Session};

use super::fields::Fields;

pub use abnormal_listing::AbnormalListings;
pub use annual_report::AnnualReports;
pub use enterprise::Enterprises;
pub use inspection::Inspections;
pub use licence::Licences;
pub use penalty::Penalties;

/// A file of the dump.
pub trait Family: Send + 'static {
    /// Name of the file.
    const FILE: &'static str;
    /// Whether its rows are the enterprises, to which all others belong.
    const IS_ENTERPRISE: bool = false;
    /// The columns that are needed, in the order of [`Family::read`]: the number of the row, then
    /// that of its enterprise.
    const COLUMNS: &'static [&'static str];
    /// How many of the last columns a dump may lack.
    const OPTIONAL: usize = 0;
    /// The row that is written.
    type Row: Row + Send + Sync;
    /// A second key, besides the old system's own number.
    type Unique: Copy + Debug + Eq + Hash + Send + Sync;
    /// Column that completes the second key.
    const UNIQUE_COLUMN: &'static str = "";

    /// Reads the columns; if it reports a fault, the row is not used.
    fn read(fields: &mut Fields<'_>) -> Reading<Self>;

    /// The second key as the register has it, where enterprises have other numbers.
    fn unique_in_register(unique: Self::Unique, _enterprise_id: Option<i64>) -> Self::Unique {
        unique
    }

    /// Keys of the register's rows that hold these second keys.
    fn holders(
        _session: &mut Session,
        _uniques: &[Self::Unique],
    ) -> impl Future<Output = Result<HashMap<Self::Unique, i64>, DatabaseError>> + Send {
        ready(Ok(HashMap::new()))
    }

    /// Puts the register's own keys into a row.
    fn settle(row: &mut Self::Row, keys: Settled);
}

/// What a row says, before the register's keys are known.
pub struct Reading<F: Family + ?Sized> {
    /// The old system's number of the row.
    pub key: Option<i64>,
    /// The old system's number of the enterprise that the row belongs to.
    pub enterprise: Option<i64>,
    /// Second key.
    pub unique: Option<F::Unique>,
    /// 机关 Name of the authority, empty if the file names none.
    pub authority: String,
    /// The row, absent if a column that it needs is at fault.
    pub row: Option<F::Row>,
}

/// The register's keys of a row.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    /// Key of the row.
    pub id: i64,
    /// Key of its enterprise; of an enterprise its own.
    pub enterprise_id: i64,
    /// Key of its authority.
    pub authority_id: i64,
    /// Digest of the row of the dump.
    pub digest: i64,
}

/// Files whose rows have no second key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoUnique {}

/// The register's keys before they are known.
const UNSETTLED: i64 = 0;

/// Longest name of an authority.
const LONGEST_AUTHORITY: usize = 128;

/// Longest free text; the columns have no limit, but no office writes more.
const LONGEST_PROSE: usize = 20_000;

/// Puts the keys of a record of an enterprise into its row.
macro_rules! settle {
    ($row:ident, $keys:ident) => {{
        $row.id = $keys.id;
        $row.enterprise_id = $keys.enterprise_id;
        $row.authority_id = $keys.authority_id;
        $row.digest = $keys.digest;
    }};
}
use settle;
