//! 硬规则 The first layer: identities, signs and heads, from the rule table of annual reports.

use std::sync::LazyLock;

use chrono::NaiveDate;
use rules::annual_report::{Archive, FieldValue, FilerKind, LastReport, Rulebook, Values, form, year_end};
use rules::money::Wan;
use rules::uscc::Uscc;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::sheet::{Field, Sample, Sheet};

/// Rules on what one report says of itself and of last year.
const RULES: [&str; 12] = [
    "AR-022", "AR-023", "AR-040", "AR-041", "AR-042", "AR-043", "AR-045", "AR-046", "AR-051", "AR-054", "AR-055",
    "AR-061",
];
/// Year whose form is judged; the rules above are the same for every year.
const YEAR: i32 = 2024;

static BOOK: LazyLock<Option<Rulebook>> = LazyLock::new(|| Rulebook::in_force().ok().map(|book| book.only(&RULES)));

/// Whether a rule of the first layer speaks.
pub(super) fn speaks(sample: &Sample) -> bool {
    let judged = || {
        let form = form(FilerKind::Enterprise, YEAR)?;
        let (archive, today) = (archive(sample)?, year_end(YEAR)?);
        let last = last(&sample.last);
        Some(BOOK.as_ref()?.judge(form, YEAR, &values(&sample.this), &archive, Some(&last), today))
    };
    judged().is_some_and(|judgements| !judgements.is_empty())
}

fn amount(sheet: &Sheet, field: Field) -> Option<Wan> {
    Wan::from_decimal(Decimal::from_f64(sheet.get(field)?)?.round_dp(2)).ok()
}

fn values(sheet: &Sheet) -> Values {
    let written = Field::ALL.iter().filter_map(|field| {
        let value = match field {
            Field::Employees | Field::Insured => FieldValue::Integer(sheet.get(*field)? as i64),
            field => FieldValue::Wan(amount(sheet, *field)?),
        };
        Some((field.path().to_owned(), value))
    });
    written.collect()
}

fn last(sheet: &Sheet) -> LastReport {
    let amount = |field| amount(sheet, field);
    LastReport {
        year: YEAR - 1,
        employees: sheet.get(Field::Employees).map(|persons| persons as i64),
        total_assets: amount(Field::Assets),
        total_liabilities: amount(Field::Liabilities),
        owners_equity: amount(Field::Equity),
        total_revenue: amount(Field::Revenue),
        main_revenue: amount(Field::MainRevenue),
        total_profit: amount(Field::Profit),
        net_profit: amount(Field::NetProfit),
        total_tax: amount(Field::Tax),
        ..LastReport::default()
    }
}

/// An enterprise of which nothing is known but its capital.
fn archive(sample: &Sample) -> Option<Archive> {
    Some(Archive {
        registered_capital: amount(&sample.this, Field::Capital),
        established_on: NaiveDate::from_ymd_opt(YEAR - 10, 1, 1),
        ..Archive::bare(
            Uscc::from_prefix("91610113MA6TXB2N3").ok()?,
            String::new(),
            EnterpriseKind::LimitedCompany,
            EnterpriseStatus::Active,
        )
    })
}
