//! 事实 What an enterprise and a report put into the cells of statistics.

use entities::bureau::sources::{FilerRow, ReportRow};
use entities::bureau::{filer_fact, report_fact};
use rules::annual_report::{FilerKind, window};
use rules::bureau::{ReportMeasure, is_zero_value, owed_years, size};

/// Of an enterprise.
pub fn of_filer(row: &FilerRow) -> filer_fact::Model {
    let (from_year, to_year) = owed_years(&row.filer);
    filer_fact::Model {
        id: row.id,
        region_code: row.region_code,
        kind: FilerKind::of(row.filer.kind).code().to_owned(),
        from_year,
        to_year,
    }
}

/// Of a report and who filed it.
pub fn of_report(report: &ReportRow, of: &FilerRow) -> report_fact::Model {
    let kind = FilerKind::of(of.filer.kind);
    let is_late = window(kind, report.year).is_some_and(|window| window.is_late(report.submitted_on));
    let figure = |measure| report.figures.get(measure);
    report_fact::Model {
        id: report.id,
        enterprise_id: report.enterprise_id,
        year: report.year,
        region_code: of.region_code,
        city_code: of.city_code,
        section: of.section.clone(),
        size: size(&of.section, &of.industry, &report.figures).code().to_owned(),
        kind: kind.code().to_owned(),
        submitted_on: report.submitted_on,
        is_late: is_late.into(),
        is_owed: of.filer.owes(report.year).into(),
        is_zero: is_zero_value(&of.filer, report.year, &report.figures).into(),
        total_assets: figure(ReportMeasure::TotalAssets),
        total_liabilities: figure(ReportMeasure::TotalLiabilities),
        owners_equity: figure(ReportMeasure::OwnersEquity),
        total_revenue: figure(ReportMeasure::TotalRevenue),
        main_revenue: figure(ReportMeasure::MainRevenue),
        total_profit: figure(ReportMeasure::TotalProfit),
        net_profit: figure(ReportMeasure::NetProfit),
        total_tax: figure(ReportMeasure::TotalTax),
        employees: figure(ReportMeasure::Employees),
        insured_persons: figure(ReportMeasure::InsuredPersons),
    }
}

/// The figure of a fact.
pub fn figure(fact: &report_fact::Model, measure: ReportMeasure) -> Option<i64> {
    match measure {
        ReportMeasure::TotalAssets => fact.total_assets,
        ReportMeasure::TotalLiabilities => fact.total_liabilities,
        ReportMeasure::OwnersEquity => fact.owners_equity,
        ReportMeasure::TotalRevenue => fact.total_revenue,
        ReportMeasure::MainRevenue => fact.main_revenue,
        ReportMeasure::TotalProfit => fact.total_profit,
        ReportMeasure::NetProfit => fact.net_profit,
        ReportMeasure::TotalTax => fact.total_tax,
        ReportMeasure::Employees => fact.employees,
        ReportMeasure::InsuredPersons => fact.insured_persons,
    }
}
