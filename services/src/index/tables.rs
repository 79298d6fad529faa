//! 入索引的表 The tables whose rows are documents, and how their rows are read.

use std::collections::HashMap;

use entities::credit::{abnormal_listing, inspection, licence, penalty, repair, serious_violation};
use entities::cross_region::received;
use entities::notices::notice;
use entities::reference::Authorities;
use entities::{Database, indexing};
use sea_orm::DbErr;
use search::{Document, Family};
use serde::{Deserialize, Serialize};

use super::documents::{self, Recorded};

/// 表 A table of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// 经营主体
    Enterprises,
    /// 行政处罚
    Penalties,
    /// 行政许可
    Licences,
    /// 监督检查
    Inspections,
    /// 经营异常名录
    AbnormalListings,
    /// 严重违法失信名单
    SeriousViolations,
    /// 信用修复
    CreditRepairs,
    /// 跨地域记录
    CrossRegionRecords,
    /// 公告
    Notices,
}

/// Which rows are read.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// `after < id <= upto`, at most `limit`.
    Range {
        /// The last key that was read.
        after: i64,
        /// The last key to be read.
        upto: i64,
        /// Most rows.
        limit: i64,
    },
    /// Those of the enterprises `first..=last`.
    OfEnterprises {
        /// First enterprise.
        first: i64,
        /// Last enterprise.
        last: i64,
    },
    /// Those of these enterprises.
    OfEach(&'a [i64]),
    /// With these keys.
    Ids(&'a [i64]),
}

/// Rows as documents.
#[derive(Default)]
pub struct Read {
    /// The documents.
    pub documents: Vec<Document>,
    /// Rows that were read, also those that are no document.
    pub rows: u64,
    /// The largest key that was read.
    pub last: Option<i64>,
}

impl Table {
    /// Every table, the enterprises first.
    pub const ALL: &'static [Self] = &[
        Self::Enterprises,
        Self::Penalties,
        Self::Licences,
        Self::Inspections,
        Self::AbnormalListings,
        Self::SeriousViolations,
        Self::CreditRepairs,
        Self::CrossRegionRecords,
        Self::Notices,
    ];

    /// Name in the database and in the outbox.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enterprises => "enterprises",
            Self::Penalties => "penalties",
            Self::Licences => "licences",
            Self::Inspections => "inspections",
            Self::AbnormalListings => "abnormal_listings",
            Self::SeriousViolations => "serious_violations",
            Self::CreditRepairs => "credit_repairs",
            Self::CrossRegionRecords => "cross_region_records",
            Self::Notices => "notices",
        }
    }

    /// 中文 What its rows are called.
    pub const fn term(self) -> &'static str {
        match self {
            Self::Enterprises => "经营主体",
            Self::Penalties => "行政处罚",
            Self::Licences => "行政许可",
            Self::Inspections => "监督检查",
            Self::AbnormalListings => "经营异常名录",
            Self::SeriousViolations => "严重违法失信名单",
            Self::CreditRepairs => "信用修复",
            Self::CrossRegionRecords => "跨地域记录",
            Self::Notices => "公告",
        }
    }

    /// The table of a family of the outbox, if it is indexed.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|table| table.name() == name)
    }

    /// The families that its rows are documents of; a row is of one of them.
    pub const fn families(self) -> &'static [Family] {
        match self {
            Self::Enterprises => &[Family::Enterprise],
            Self::Penalties => &[Family::Penalty],
            Self::Licences => &[Family::Licence],
            Self::Inspections => &[Family::Inspection],
            Self::AbnormalListings => &[Family::AbnormalListing],
            Self::SeriousViolations => &[Family::SeriousViolation],
            Self::CreditRepairs => &[Family::CreditRepair],
            Self::CrossRegionRecords => Family::CROSS_REGION,
            Self::Notices => &[Family::Notice],
        }
    }

    /// The table of a family of the index.
    pub fn of_family(family: Family) -> Self {
        Self::ALL.iter().copied().find(|table| table.families().contains(&family)).unwrap_or(Self::Enterprises)
    }

    /// Reads rows as documents.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn read(self, db: &Database, rows: Rows<'_>) -> Result<Read, DbErr> {
        match self {
            Self::Enterprises => enterprises(db, rows).await,
            Self::Penalties => records::<penalty::Model>(db, rows, |row| row.id).await,
            Self::Licences => records::<licence::Model>(db, rows, |row| row.id).await,
            Self::Inspections => records::<inspection::Model>(db, rows, |row| row.id).await,
            Self::AbnormalListings => records::<abnormal_listing::Model>(db, rows, |row| row.id).await,
            Self::SeriousViolations => records::<serious_violation::Model>(db, rows, |row| row.id).await,
            Self::CreditRepairs => records::<repair::Model>(db, rows, |row| row.id).await,
            Self::CrossRegionRecords => records::<received::Model>(db, rows, |row| row.id).await,
            Self::Notices => records::<notice::Model>(db, rows, |row| row.id).await,
        }
    }
}

async fn enterprises(db: &Database, rows: Rows<'_>) -> Result<Read, DbErr> {
    let found = match rows {
        Rows::Range { after, upto, limit } => indexing::enterprises(db, after, upto, limit).await?,
        Rows::OfEnterprises { first, last } => indexing::enterprises(db, first - 1, last, i64::MAX).await?,
        Rows::OfEach(ids) | Rows::Ids(ids) => indexing::enterprises_by_ids(db, ids).await?,
    };
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(Read::default()) };
    let (first, last, rows) = (first.id, last.id, found.len() as u64);
    let (mut clues, authorities) = futures::try_join!(indexing::clues(db, first, last), Authorities::load(db))?;
    let documents = found.into_iter().filter_map(|row| {
        let clues = clues.remove(&row.id).unwrap_or_default();
        documents::enterprise(row, clues, &authorities, db.vault()).map(Document::from)
    });
    Ok(Read { documents: documents.collect(), rows, last: Some(last) })
}

async fn records<R: Recorded>(db: &Database, rows: Rows<'_>, id: impl Fn(&R) -> i64) -> Result<Read, DbErr> {
    let found = match rows {
        Rows::Range { after, upto, limit } => indexing::records::<R>(db, after, upto, limit).await?,
        Rows::OfEnterprises { first, last } => indexing::records_of::<R>(db, first, last).await?,
        Rows::OfEach(ids) => indexing::records_of_each::<R>(db, ids).await?,
        Rows::Ids(ids) => indexing::records_by_ids::<R>(db, ids).await?,
    };
    let last = found.iter().map(|(row, _)| id(row)).max();
    let rows = found.len() as u64;
    let documents = found.into_iter().filter_map(|(row, beside)| row.document(beside).map(Document::from));
    Ok(Read { documents: documents.collect(), rows, last })
}

/// Keys of records by their table.
pub fn by_table(keys: &[(Family, i64)]) -> HashMap<Table, Vec<i64>> {
    let mut tables: HashMap<Table, Vec<i64>> = HashMap::new();
    for (family, id) in keys {
        tables.entry(Table::of_family(*family)).or_default().push(*id);
    }
    tables
}
