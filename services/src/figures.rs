//! 数字异常 Whether the figures of a report are plausible: gathers them, last year's and the industry; the assistant
//! judges. Nothing is stored, and what it finds blocks nothing.

use assistant::figures::{FIELDS, Sample, Sheet};
pub use assistant::figures::{Field, Finding, Layer, Repair};
use entities::annual_report::report;
use entities::enterprise::registered;
use entities::report_figures::{self, FIGURES, Figures};
use entities::{Database, Scope, reports};
use rules::annual_report::{FieldValue, Values};
use sea_orm::DbErr;

use crate::assistant::{AskError, Assistant};
use crate::ports::Progress;

/// 分 in 1 万元.
const FEN_OF_WAN: f64 = 1_000_000.0;
/// Reports read at a time.
const PAGE: u32 = 2_000;

/// Why nothing is said.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] AskError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// 核查 What is strange about the figures of a report and how it may be mended: `typed` in place of what is stored.
///
/// # Errors
/// A model that cannot be used, a failure of the database.
pub async fn check(
    db: &Database,
    assistant: &Assistant,
    row: &registered::Model,
    year: i32,
    typed: &Values,
    scope: &Scope,
) -> Result<(Vec<Finding>, Vec<Repair>), FiguresError> {
    let reports = reports::before(db, row.id, year.saturating_add(1), scope, 2).await?;
    let stored = reports.iter().find(|report| report.year == year);
    let last = reports.iter().find(|report| report.year < year);
    let mut this = stored.map(of_report).unwrap_or_default();
    for field in Field::ALL {
        if let Some(value) = typed.get(field.path()).and_then(number) {
            this.set(field, Some(value));
        }
    }
    this.set(Field::Capital, row.registered_capital_fen.map(wan));
    let section = row.industry_section.chars().next().unwrap_or(' ');
    let sample = Sample { this, last: last.map(of_report).unwrap_or_default(), section };
    Ok(assistant.check_figures(sample).await?)
}

/// The number that a filer typed.
fn number(value: &FieldValue) -> Option<f64> {
    match value {
        FieldValue::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        FieldValue::Integer(count) => Some(*count as f64),
        FieldValue::Wan(amount) => Some(wan(amount.fen())),
        _ => None,
    }
}

fn wan(fen: i64) -> f64 {
    fen as f64 / FEN_OF_WAN
}

fn of_report(row: &report::Model) -> Sheet {
    sheet(&[
        row.total_assets_fen,
        row.total_liabilities_fen,
        row.owners_equity_fen,
        row.total_revenue_fen,
        row.main_revenue_fen,
        row.total_profit_fen,
        row.net_profit_fen,
        row.total_tax_fen,
        row.employees.map(i64::from),
        row.insured_persons.map(i64::from),
    ])
}

/// Figures in the order of the form.
fn sheet(figures: &[Option<i64>; FIGURES]) -> Sheet {
    let mut values = [None; FIELDS];
    for (field, figure) in Field::ALL.iter().zip(figures) {
        values[*field as usize] = figure.map(|figure| if field.is_count() { figure as f64 } else { wan(figure) });
    }
    Sheet(values)
}

fn sample(row: &Figures) -> Sample {
    let mut this = sheet(&row.this);
    this.set(Field::Capital, row.registered_capital_fen.map(wan));
    Sample { this, last: sheet(&row.last), section: row.industry_section.chars().next().unwrap_or(' ') }
}

/// 样本 Stored reports with figures, of `year` or of every year, `most` at most, evenly from the whole of them: once
/// there are twice as many as wanted every second one is left out, and from then on only every second is taken.
///
/// # Errors
/// Any failure of the database.
pub async fn samples(
    db: &Database,
    year: Option<i32>,
    most: usize,
    progress: &dyn Progress,
) -> Result<Vec<Sample>, DbErr> {
    let (mut kept, mut after, mut seen, mut stride) = (Vec::new(), 0, 0_u64, 1_u64);
    loop {
        let page = report_figures::page(db, year, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in &page {
            if seen.is_multiple_of(stride) {
                kept.push(sample(row));
            }
            seen += 1;
            if kept.len() >= most.saturating_mul(2).max(2) {
                kept = kept.into_iter().step_by(2).collect();
                stride *= 2;
            }
        }
        progress.report("读取年报", seen, None);
    }
    kept.truncate(most);
    Ok(kept)
}

impl Assistant {
    /// Judges the figures off the serving threads.
    ///
    /// # Errors
    /// A model that cannot be used.
    pub async fn check_figures(&self, sample: Sample) -> Result<(Vec<Finding>, Vec<Repair>), AskError> {
        self.in_turn(move |shared| {
            let model = shared.figures()?;
            model.check(&sample).map_err(|error| AskError::Unavailable(error.to_string()))
        })
        .await
    }
}
