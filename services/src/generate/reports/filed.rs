//! 报送内容 The text of the report of the year before the last one, of those whose forms ask for more than is published:
//! branches, foreign-invested enterprises, representative offices, households without registered funds. From it the
//! next draft begins.

use chrono::{NaiveDate, NaiveTime};
use entities::annual_report::report;
use entities::bulk::Unkeyed;
use entities::filing::submission;
use entities::report_parts::Parts;
use entities::vault::VaultError;
use rules::annual_report::{
    self, FieldType, FieldValue, FilerKind, FilingStep, Form, Publish, Values, cell, normalized, window, year_end,
};
use rules::money::Wan;
use rust_decimal::Decimal;

use super::super::block::Block;
use super::super::holders::Holder;
use super::super::registry::Subject;
use crate::filing::content::Content;
use crate::filing::ground::reported;

/// 资金数额 Of a household for each who works there: 2 万元 in 分.
const FUNDS_FEN: i64 = 2_000_000;

/// 经费 Of a representative office for each who works there: 12 万元 in 分.
const BUDGET_FEN: i64 = 12_000_000;

/// Countries and regions in the names of foreign companies, with their codes (ISO 3166-1).
const COUNTRIES: [(&str, &str); 11] = [
    ("日本", "JP"),
    ("韩国", "KR"),
    ("美国", "US"),
    ("德国", "DE"),
    ("新加坡", "SG"),
    ("英国", "GB"),
    ("法国", "FR"),
    ("澳大利亚", "AU"),
    ("（香港）", "HK"),
    ("（澳门）", "MO"),
    ("（台湾）", "TW"),
];

/// Writes the text of a report that stands in the block, given with what of it was kept back.
///
/// # Errors
/// It cannot be sealed.
pub fn write(
    subject: &Subject<'_>,
    block: &mut Block,
    whole: &report::Model,
    withholds: bool,
) -> Result<(), VaultError> {
    let (kind, year) = (FilerKind::of(subject.kind()), whole.year);
    let asks_more = match kind {
        FilerKind::Branch | FilerKind::ForeignInvested | FilerKind::RepresentativeOffice => true,
        FilerKind::Individual => subject.capital_fen.is_none(),
        FilerKind::Enterprise | FilerKind::Cooperative => false,
    };
    let Some(form) = annual_report::form(kind, year).filter(|_| asks_more) else { return Ok(()) };
    let mut values = annual_report::reported(form, &reported(whole, &parts(block, whole.id)));
    let mut put = |path: String, value: FieldValue| drop(values.insert(path, value));
    match kind {
        FilerKind::Branch => put("accounts_kept_by_parent".to_owned(), false.into()),
        FilerKind::Individual => {
            let funds = i64::from(whole.employees.unwrap_or(1)) * FUNDS_FEN;
            put("funds".to_owned(), Wan::from_fen(funds).into());
        }
        FilerKind::RepresentativeOffice => {
            put("foreign_enterprise_exists".to_owned(), true.into());
            put("main_activity".to_owned(), subject.identity.scope().into());
            let budget = Wan::from_fen(i64::from(whole.employees.unwrap_or(1)) * BUDGET_FEN);
            put("office_income".to_owned(), budget.into());
            put("office_expense".to_owned(), budget.into());
            put("audit_firm".to_owned(), "陕西示例会计师事务所有限责任公司".into());
        }
        _ => investors(subject, year, &mut put),
    }
    let content = Content {
        unpublished: if withholds { figures(form, &values) } else { annual_report::Unpublished::new() },
        values: values
            .iter()
            .filter_map(|(path, value)| Some((path.clone(), normalized(form.field(path)?, value)?)))
            .collect(),
        ..Content::default()
    };
    let receipt = format!("NB{year}-{}-01", subject.identity.uscc);
    let is_late = window(kind, year).is_some_and(|window| window.is_late(whole.submitted_on));
    block.submissions.push(Unkeyed(submission::Model {
        id: 0,
        report_id: whole.id,
        enterprise_id: subject.id,
        year,
        version: 1,
        step: FilingStep::Submit.code().to_owned(),
        content: content.sealed_text(&subject.world.vault, &receipt)?,
        idempotency_key: format!("generated-{year}"),
        input_hash: content.digest(),
        receipt_number: receipt,
        is_late: i32::from(is_late),
        submitted_by: None,
        submitted_at: instant(whole.submitted_on),
    }));
    Ok(())
}

/// In the morning of the day.
fn instant(day: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    day.and_time(NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default()).and_utc()
}

/// Names of the amounts that a filer may keep back.
fn figures(form: &Form, values: &Values) -> annual_report::Unpublished {
    let fields = form.sections.iter().filter(|section| section.table.is_none()).flat_map(|section| &section.fields);
    let is_kept = |name: &str, kind: FieldType, publish: Publish| {
        kind == FieldType::MoneyWan && publish == Publish::Optional && values.contains_key(name)
    };
    let kept = fields.filter(|field| is_kept(&field.name, field.field_type, field.publish));
    kept.map(|field| field.name.clone()).collect()
}

/// 投资者信息 Of a foreign-invested enterprise, from its holders.
fn investors(subject: &Subject<'_>, year: i32, put: &mut impl FnMut(String, FieldValue)) {
    let Some(capital) = subject.capital_fen.filter(|capital| *capital > 0) else { return };
    let end = year_end(year);
    let paid = |holder: &Holder| {
        let is_paid = holder.paid_on.zip(end).is_some_and(|(day, end)| day <= end);
        if is_paid { holder.paid_fen } else { 0 }
    };
    let mut foreign = Decimal::ZERO;
    for (number, holder) in subject.holders.iter().enumerate() {
        let country = COUNTRIES.iter().find(|(word, _)| holder.name.contains(word)).map(|(_, code)| *code);
        let is_foreign = country.is_some() && holder.uscc.is_none();
        let share = (Decimal::from(holder.subscribed_fen) * Decimal::ONE_HUNDRED / Decimal::from(capital)).round_dp(2);
        if is_foreign {
            foreign += share;
        }
        let mut column = |name: &str, value: FieldValue| put(cell("investors", number, name), value);
        column("name", holder.name.as_str().into());
        column("country", country.filter(|_| is_foreign).unwrap_or("CN").into());
        column("share", FieldValue::Decimal(share.normalize()));
        column("subscribed", Wan::from_fen(holder.subscribed_fen).into());
        column("paid", Wan::from_fen(paid(holder)).into());
        column("controller", holder.name.as_str().into());
    }
    put("foreign_share".to_owned(), FieldValue::Decimal(foreign.normalize()));
    put("currency".to_owned(), "CNY".into());
}

/// The rows of the sub-tables of a report; reports are numbered in order.
fn parts(block: &Block, report: i64) -> Parts {
    macro_rules! last {
        ($family:ident, $report:expr) => {{
            let rows = block.$family.iter().rev().skip_while(|row| row.report_id > $report);
            let mut rows: Vec<_> = rows.take_while(|row| row.report_id == $report).cloned().collect();
            rows.reverse();
            rows
        }};
    }
    Parts {
        contributions: last!(report_contributions, report),
        investments: last!(investments, report),
        websites: last!(websites, report),
        equity_transfers: last!(equity_transfers, report),
        guarantees: last!(guarantees, report),
        social_insurance: last!(social_insurance, report),
        employment_needs: last!(employment_needs, Some(report)),
    }
}

#[cfg(test)]
mod tests {
    use rules::annual_report::{Archive, LastReport, form, prefill, validate};
    use rules::uscc::Uscc;
    use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

    use super::super::super::forms;
    use super::super::super::identity::{Identity, Life, World};
    use super::*;

    const YEAR: i32 = 2025;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// Holders as they stood at the end of a year; as they are registered if none is given.
    fn holders(subject: &Subject<'_>, year: Option<i32>) -> Vec<annual_report::Holder> {
        let end = year.and_then(year_end);
        let holder = |holder: &Holder| {
            let is_paid = holder.paid_on.is_some_and(|day| end.is_none_or(|end| day <= end));
            annual_report::Holder {
                name: holder.name.clone(),
                subscribed: Some(Wan::from_fen(holder.subscribed_fen)),
                subscribed_due: Some(holder.due_on),
                subscribed_form: Some(holder.form.to_owned()),
                paid: Some(Wan::from_fen(if is_paid { holder.paid_fen } else { 0 })),
                paid_on: holder.paid_on.filter(|_| is_paid),
                paid_form: holder.paid_on.filter(|_| is_paid).map(|_| holder.form.to_owned()),
            }
        };
        subject.holders.iter().map(holder).collect()
    }

    /// What was filed the year before: investors, and holders where that report was the latest one.
    fn last(subject: &Subject<'_>, form: &'static Form, is_latest: bool) -> LastReport {
        let contributions = if is_latest { holders(subject, Some(YEAR - 1)) } else { Vec::new() };
        let told = LastReport { year: YEAR - 1, contributions, ..LastReport::default() };
        let mut filed = annual_report::reported(form, &told);
        investors(subject, YEAR - 1, &mut |path, value| drop(filed.insert(path, value)));
        LastReport { filed, ..told }
    }

    fn sum(values: &Values, table: &str) -> i64 {
        let is_paid = |path: &str| path.starts_with(table) && path.ends_with("].paid");
        let amount = |(path, value): (&String, &FieldValue)| match value {
            FieldValue::Wan(amount) if is_paid(path) => Some(amount.fen()),
            _ => None,
        };
        values.iter().filter_map(amount).sum()
    }

    /// An enterprise of the run as if it were an open foreign-invested one.
    fn foreign(world: &World, index: u64) -> Subject<'_> {
        let all = forms::Form::weighted().map(|(form, _)| form);
        let foreign: Vec<_> = all.filter(|form| form.kind == EnterpriseKind::ForeignInvested).collect();
        let form = foreign[usize::try_from(index).unwrap_or_default() % foreign.len()];
        let identity = world.identity(index);
        let life = Life { form, status: EnterpriseStatus::Active, closed_on: None, ..identity.life };
        Subject::draw(world, Identity { life, parent: None, ..identity }, &mut world.records(index))
    }

    /// AR-124: what investors have paid in stands in two places of the form, which are prefilled from two sources.
    #[test]
    fn what_is_prefilled_of_investors_agrees_with_what_is_prefilled_of_holders() {
        let (form, today) = (form(FilerKind::ForeignInvested, YEAR).expect("a form"), day("2026-03-20"));
        let worlds = [1, 7, 2026].map(|seed| World::new(seed, today));
        let owing = worlds.iter().flat_map(|world| (0..1_000).map(move |index| foreign(world, index)));
        let (mut judged, mut paid_in_the_year) = (0, 0);
        for subject in owing.filter(|subject| subject.established_on() < day("2025-01-01")) {
            let archive = Archive {
                registered_capital: subject.capital_fen.map(Wan::from_fen),
                established_on: Some(subject.established_on()),
                holders: holders(&subject, None),
                ..Archive::bare(
                    Uscc::parse(&subject.identity.uscc).expect("a code"),
                    subject.identity.name.clone(),
                    EnterpriseKind::ForeignInvested,
                    EnterpriseStatus::Active,
                )
            };
            let last = last(&subject, form, subject.id % 2 == 0);
            let values = prefill(form, &archive, Some(&last), YEAR).values();
            let case = format!("{} {:?}", subject.identity.uscc, archive.holders);
            assert_eq!(sum(&values, "investors["), sum(&values, "contributions["), "{case}");
            judged += 1;
            let is_of_year = |holder: &Holder| {
                holder.paid_on.is_some_and(|on| (day("2025-01-01")..=day("2025-12-31")).contains(&on))
            };
            if subject.holders.iter().any(is_of_year) {
                paid_in_the_year += 1;
                let findings = validate(form, YEAR, &values, &archive, Some(&last), today);
                let refused = findings.iter().find(|finding| ["AR-124", "AR-127"].contains(&finding.rule_id));
                assert!(refused.is_none(), "{case}: {refused:?}");
            }
        }
        assert!(judged > 2_000 && paid_in_the_year > 30, "{paid_in_the_year} of {judged} have paid in the year");
    }
}
