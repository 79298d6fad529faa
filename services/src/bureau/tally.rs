//! 计数 Facts put into cells, and taken out of them.

use std::collections::HashMap;
use std::hash::Hash;

use entities::bulk::Session;
use entities::bureau::cells::{
    self, CellKey, Cells, ClassStepKey, DueKey, FilingKey, PLAIN, REPORT_COUNTS, ReportKey, StepKey,
};
use entities::bureau::{filer_fact, report_fact};
use entities::{Database, DatabaseError};
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, ReportSize, Rung, bucket, rungs};
use rules::region::RegionCode;
use sea_orm::DbErr;

use super::facts::figure;

/// 计数台 Cells of all tables.
#[derive(Default)]
pub struct Tally {
    due: Cells<DueKey, 1>,
    filings: Cells<FilingKey, 3>,
    reports: Cells<ReportKey, REPORT_COUNTS>,
    steps: Cells<StepKey, 1>,
    classes: Cells<ClassStepKey, 1>,
}

/// Where an enterprise of a region counts. Codes of regions refer to the table of regions, so that each has a form.
fn rungs_of(region_code: i32) -> Vec<Rung> {
    u32::try_from(region_code).ok().and_then(RegionCode::new).map(rungs).unwrap_or_default()
}

impl Tally {
    /// Puts an enterprise in (`sign` 1) or takes it out (-1).
    pub fn filer(&mut self, fact: &filer_fact::Model, sign: i64) {
        let Some(kind) = FilerKind::from_code(&fact.kind).filter(|_| fact.from_year <= fact.to_year) else { return };
        for Rung { scope, child } in rungs_of(fact.region_code) {
            let key = DueKey {
                scope: scope.cast_signed(),
                child: child.cast_signed(),
                kind,
                from_year: fact.from_year,
                to_year: fact.to_year,
            };
            self.due.add(key, &[sign]);
        }
    }

    /// Puts a report in (`sign` 1) or takes it out (-1).
    pub fn report(&mut self, fact: &report_fact::Model, sign: i64) {
        let words = (FilerKind::from_code(&fact.kind), ReportSize::from_code(&fact.size), fact.section.chars().next());
        let (Some(kind), Some(size), Some(section)) = words else { return };
        let counts = counts(fact, sign);
        let [is_late, is_owed] = [fact.is_late, fact.is_owed].map(|flag| i64::from(flag) * sign);
        for Rung { scope, child } in rungs_of(fact.region_code) {
            let (year, scope, child) = (fact.year, scope.cast_signed(), child.cast_signed());
            let filing = FilingKey { year, scope, child, kind, day: fact.submitted_on };
            self.filings.add(filing, &[sign, is_late, is_owed]);
            self.reports.add(ReportKey { year, scope, child, section, size, kind }, &counts);
            for measure in ReportMeasure::DISTRIBUTED {
                if let Some(value) = figure(fact, measure) {
                    let step = bucket(value);
                    self.steps.add(StepKey { year, scope, measure, child, section, step }, &[sign]);
                    self.classes.add(ClassStepKey { year, scope, measure, child, size, kind, step }, &[sign]);
                }
            }
        }
    }

    /// Writes everything into the empty tables.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn write(self, session: &mut Session) -> Result<(), DatabaseError> {
        self.due.write(session).await?;
        self.filings.write(session).await?;
        self.reports.write(session).await?;
        self.steps.write(session).await?;
        self.classes.write(session).await
    }

    /// Adds everything to what the tables hold.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn merge(self, session: &mut Session) -> Result<(), DatabaseError> {
        self.due.merge(session).await?;
        self.filings.merge(session).await?;
        self.reports.merge(session).await?;
        self.steps.merge(session).await?;
        self.classes.merge(session).await
    }

    /// The tables whose cells are not these, each with how many.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn differences(self, db: &Database) -> Result<Vec<(&'static str, usize)>, DbErr> {
        let found = [
            different(self.due.counted(), cells::stored(db).await?),
            different(self.filings.counted(), cells::stored(db).await?),
            different(self.reports.counted(), cells::stored(db).await?),
            different(self.steps.counted(), cells::stored(db).await?),
            different(self.classes.counted(), cells::stored(db).await?),
        ];
        Ok(found.into_iter().filter(|(_, count)| *count > 0).collect())
    }
}

/// How many keys have other counts in one than in the other.
fn different<K: CellKey + Hash, const N: usize>(
    counted: HashMap<K, [i64; N]>,
    stored: HashMap<K, [i64; N]>,
) -> (&'static str, usize) {
    let changed = counted.iter().filter(|(key, counts)| stored.get(key) != Some(counts)).count();
    let more = stored.keys().filter(|key| !counted.contains_key(key)).count();
    (K::TABLE, changed + more)
}

fn counts(fact: &report_fact::Model, sign: i64) -> [i64; REPORT_COUNTS] {
    let mut counts = [0; REPORT_COUNTS];
    counts[..PLAIN].copy_from_slice(&[sign, i64::from(fact.is_late) * sign, i64::from(fact.is_zero) * sign]);
    for (measure, pair) in ReportMeasure::ALL.iter().zip(counts[PLAIN..].chunks_exact_mut(2)) {
        if let Some(value) = figure(fact, *measure) {
            pair.copy_from_slice(&[sign, value.saturating_mul(sign)]);
        }
    }
    counts
}
