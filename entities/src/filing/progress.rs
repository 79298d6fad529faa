//! 填报情况 How far reports are, by what is stored of them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;

use super::{draft, submission, unpublished};
use crate::Database;
use crate::annual_report::report;
use crate::bulk::Row as _;
use crate::credit::abnormal_listing;
use crate::read::Value as _;
use crate::statement::Sql;
use crate::together::{Fields, List, Lists, Together};

/// 填报情况 How far the report of an enterprise is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Version, findings and instant of the stored draft.
    pub draft: Option<(i32, [i32; 3], DateTime<Utc>)>,
    /// Key and day of the report.
    pub report: Option<(i64, NaiveDate)>,
    /// Version, step and receipt of its latest text, if it was filed here.
    pub text: Option<(i32, String, String)>,
    /// 列入异常名录 Listings for reports that were not published, with the day of removal.
    pub listings: Vec<(NaiveDate, Option<NaiveDate>)>,
}

/// How far the reports of `year` of many enterprises are, in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn progress_of(
    db: &Database,
    enterprises: &[i64],
    year: i32,
    today: NaiveDate,
) -> Result<HashMap<i64, Progress>, DbErr> {
    let mut together = Together::new(db);
    let columns = ["enterprise_id", "version", "errors", "warnings", "hints", "saved_at"];
    let drafts = together.rows(&columns, draft::Model::TABLE, |sql| of_year(sql, enterprises, year));
    let asked = Asked::of(&mut together, enterprises, year, today);
    let mut lists = together.read(db).await?;
    let mut found: HashMap<i64, Progress> = enterprises.iter().map(|id| (*id, Progress::default())).collect();
    for row in lists.rows(&drafts) {
        let findings = [i32::value(&row, 2)?, i32::value(&row, 3)?, i32::value(&row, 4)?];
        let draft = (i32::value(&row, 1)?, findings, DateTime::<Utc>::value(&row, 5)?);
        found.entry(i64::value(&row, 0)?).or_default().draft = Some(draft);
    }
    asked.told(&mut lists, &mut found)?;
    Ok(found)
}

/// The draft of an enterprise for a year, and how far its report is, in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn draft_and_progress(
    db: &Database,
    enterprise: i64,
    year: i32,
    today: NaiveDate,
) -> Result<(Option<draft::Model>, Progress), DbErr> {
    let mut together = Together::new(db);
    let draft = together.records::<draft::Model>(|sql| of_year(sql, &[enterprise], year));
    let asked = Asked::of(&mut together, &[enterprise], year, today);
    let mut lists = together.read(db).await?;
    let draft = lists.records(&draft)?.pop();
    let mut found = HashMap::new();
    asked.told(&mut lists, &mut found)?;
    let mut progress: Progress = found.remove(&enterprise).unwrap_or_default();
    let told = |row: &draft::Model| (row.version, [row.errors, row.warnings, row.hints], row.saved_at);
    progress.draft = draft.as_ref().map(told);
    Ok((draft, progress))
}

/// 所问情况 What is asked of reports and listings, among lists that are read together.
struct Asked {
    reports: List<Fields>,
    texts: List<Fields>,
    listings: List<abnormal_listing::Model>,
}

impl Asked {
    fn of(together: &mut Together, enterprises: &[i64], year: i32, today: NaiveDate) -> Self {
        let columns = ["enterprise_id", "id", "submitted_on"];
        let reports = together.rows(&columns, report::Model::TABLE, |sql| of_year(sql, enterprises, year));
        let columns = ["enterprise_id", "version", "step", "receipt_number"];
        let texts = together.rows(&columns, submission::Model::TABLE, |sql| {
            of_year(sql, enterprises, year);
            sql.push(" ORDER BY version");
        });
        let listings = together.records(|sql| unpublished(sql, enterprises, today));
        Self { reports, texts, listings }
    }

    fn told(&self, lists: &mut Lists, found: &mut HashMap<i64, Progress>) -> Result<(), DbErr> {
        for row in lists.rows(&self.reports) {
            let report = (i64::value(&row, 1)?, NaiveDate::value(&row, 2)?);
            found.entry(i64::value(&row, 0)?).or_default().report = Some(report);
        }
        for row in lists.rows(&self.texts) {
            let text = (i32::value(&row, 1)?, String::value(&row, 2)?, String::value(&row, 3)?);
            found.entry(i64::value(&row, 0)?).or_default().text = Some(text);
        }
        for row in lists.records(&self.listings)? {
            found.entry(row.enterprise_id).or_default().listings.push((row.listed_on, row.removed_on));
        }
        Ok(())
    }
}

fn of_year(sql: &mut Sql, enterprises: &[i64], year: i32) {
    sql.push(" WHERE ").any_number("enterprise_id", enterprises).push(" AND year = ").bind(year);
}
