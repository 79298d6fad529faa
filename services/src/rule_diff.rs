//! 规则比对 Two states of the rules on the stored reports of a year, before one takes the place of the other. A page of
//! reports is in memory at a time, and the counts.

use std::collections::HashMap;
use std::sync::Arc;

use entities::annual_report::report;
use entities::enterprise::{find, registered};
use entities::holders::{self, Holder};
use entities::report_parts::{self, Parts};
use entities::{Database, Scope, reports};
use rules::annual_report::{Archive, Comparison, FilerKind, Rulebook, Witness, form, reported_values};
use rules::money::Wan;
use rules::region::RegionCode;
use rules::uscc::Uscc;
use sea_orm::DbErr;

use crate::filing::ground::{registered_holder, reported};
use crate::ports::Progress;

/// Reports judged at a time.
const PAGE: i64 = 400;

/// 比对 Judges every stored report of `year` by both. A report is judged as of the day on which it was filed, with what
/// the register says today.
///
/// # Errors
/// Any failure of the database.
pub async fn compare(
    db: &Database,
    old: &Rulebook,
    new: &Rulebook,
    year: i32,
    scope: &Scope,
    progress: &dyn Progress,
) -> Result<Comparison, DbErr> {
    let total = u64::try_from(reports::count_of_year(db, year).await?).unwrap_or_default();
    let (mut comparison, mut after) = (Comparison::default(), 0);
    loop {
        let page = reports::next_of_year(db, year, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(comparison) };
        after = last.id;
        let known = Known::of(db, &page, year, scope).await?;
        for report in &page {
            judge(report, &known, old, new, &mut comparison);
        }
        progress.report("比对规则", comparison.reports, Some(total));
    }
}

/// What is known about a page of reports.
struct Known {
    enterprises: HashMap<i64, Arc<registered::Model>>,
    holders: HashMap<i64, Arc<Vec<Holder>>>,
    before: HashMap<i64, report::Model>,
    parts: HashMap<i64, Arc<Parts>>,
}

impl Known {
    async fn of(db: &Database, page: &[report::Model], year: i32, scope: &Scope) -> Result<Self, DbErr> {
        let owners: Vec<i64> = page.iter().map(|report| report.enterprise_id).collect();
        let before = match year.checked_sub(1) {
            Some(before) => reports::of_enterprises_in(db, &owners, before).await?,
            None => Vec::new(),
        };
        let ids: Vec<i64> = page.iter().chain(&before).map(|report| report.id).collect();
        let (enterprises, holders, parts) = futures::try_join!(
            find::by_ids(db, &owners, scope),
            holders::of_enterprises(db, &owners, scope),
            report_parts::of_reports(db, &ids),
        )?;
        Ok(Self {
            enterprises,
            holders,
            before: before.into_iter().map(|report| (report.enterprise_id, report)).collect(),
            parts,
        })
    }

    fn parts(&self, report: &report::Model) -> Arc<Parts> {
        self.parts.get(&report.id).cloned().unwrap_or_default()
    }

    fn archive(&self, row: &registered::Model) -> Option<Archive> {
        Some(Archive {
            region: u32::try_from(row.region_code).ok().and_then(RegionCode::new),
            address: Some(row.address.clone()),
            legal_representative: Some(row.legal_representative.clone()),
            registered_capital: row.registered_capital_fen.map(Wan::from_fen),
            established_on: Some(row.established_on),
            closed_on: row.closed_on,
            operating_until: row.operating_until,
            employees: row.employees.map(i64::from),
            as_of: row.approved_on,
            holders: self
                .holders
                .get(&row.id)
                .into_iter()
                .flat_map(|rows| rows.iter())
                .flat_map(registered_holder)
                .collect(),
            witness: Witness { industry_section: Some(row.industry_section.clone()), ..Witness::default() },
            ..Archive::bare(Uscc::parse(&row.uscc).ok()?, row.name.clone(), row.kind, row.status)
        })
    }
}

fn judge(report: &report::Model, known: &Known, old: &Rulebook, new: &Rulebook, comparison: &mut Comparison) {
    let Some(row) = known.enterprises.get(&report.enterprise_id) else { return };
    let (Some(form), Some(archive)) = (form(FilerKind::of(row.kind), report.year), known.archive(row)) else { return };
    let values = reported_values(&reported(report, &known.parts(report)));
    let values = values.into_iter().filter(|(path, _)| form.field(path).is_some()).collect();
    let last = known.before.get(&report.enterprise_id).map(|before| reported(before, &known.parts(before)));
    let before = old.judge(form, report.year, &values, &archive, last.as_ref(), report.submitted_on);
    let after = new.judge(form, report.year, &values, &archive, last.as_ref(), report.submitted_on);
    comparison.add(&row.uscc, &before, &after);
}
