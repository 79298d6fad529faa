//! 已有情况 What stands in the way of new reports, as the transaction sees it.

use std::collections::{HashMap, HashSet};

use crate::DatabaseError;
use crate::bulk::Session;
use crate::read::Value;

/// 已有情况 Of the enterprises that were asked about.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    drafts: HashMap<(i64, i32), i32>,
    filed: HashSet<(i64, i32)>,
    keys: HashSet<(i64, String)>,
}

impl Standing {
    /// Whether something was done with an idempotency key before.
    pub fn knows(&self, enterprise: i64, key: &str) -> bool {
        self.keys.contains(&(enterprise, key.to_owned()))
    }

    /// Whether the year is filed.
    pub fn is_filed(&self, enterprise: i64, year: i32) -> bool {
        self.filed.contains(&(enterprise, year))
    }

    /// The version of the draft, 0 if there is none.
    pub fn draft(&self, enterprise: i64, year: i32) -> i32 {
        self.drafts.get(&(enterprise, year)).copied().unwrap_or_default()
    }
}

const DRAFTS: i32 = 0;
const REPORTS: i32 = 1;

/// All of it in one statement, however many ask.
///
/// # Errors
/// Any failure of the database.
pub async fn standing(session: &mut Session, enterprises: &[i64]) -> Result<Standing, DatabaseError> {
    let mut sql = session.sql("SELECT 0, enterprise_id, year, version, '' FROM report_drafts WHERE ");
    sql.any_number("enterprise_id", enterprises);
    sql.push(" UNION ALL SELECT 1, enterprise_id, year, 0, '' FROM annual_reports WHERE ");
    sql.any_number("enterprise_id", enterprises);
    sql.push(" UNION ALL SELECT 2, enterprise_id, year, version, idempotency_key FROM report_submissions WHERE ");
    sql.any_number("enterprise_id", enterprises);
    let mut standing = Standing::default();
    for row in session.run(sql).await? {
        let (enterprise, year) = (i64::value(&row, 1)?, i32::value(&row, 2)?);
        match i32::value(&row, 0)? {
            DRAFTS => drop(standing.drafts.insert((enterprise, year), i32::value(&row, 3)?)),
            REPORTS => drop(standing.filed.insert((enterprise, year))),
            _ => drop(standing.keys.insert((enterprise, String::value(&row, 4)?))),
        }
    }
    Ok(standing)
}
