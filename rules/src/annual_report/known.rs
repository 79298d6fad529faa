//! 已知值 Writes what the register and last year's report know as values of a report: the one
//! place that ties facts to the names of the form.

use chrono::Datelike;
use rust_decimal::Decimal;

use super::{Archive, FieldValue, Holder, Investment, LastReport, Values, cell, year_end};
use crate::money::Wan;
use crate::vocabulary::EnterpriseStatus;

/// Collects what is known; unknown values leave no trace.
#[derive(Default)]
struct Writer(Values);

impl Writer {
    fn put(&mut self, path: &str, value: Option<impl Into<FieldValue>>) {
        if let Some(value) = value {
            self.0.insert(path.to_owned(), value.into());
        }
    }

    fn row<'a>(&'a mut self, table: &'a str, number: usize) -> RowWriter<'a> {
        RowWriter { writer: self, table, number }
    }

    fn holders(&mut self, holders: &[Holder]) {
        for (number, holder) in holders.iter().enumerate() {
            self.row("contributions", number)
                .put("holder", Some(holder.name.clone()))
                .put("subscribed", holder.subscribed)
                .put("subscribed_due", holder.subscribed_due)
                .put("subscribed_form", holder.subscribed_form.clone())
                .put("paid", holder.paid)
                .put("paid_on", holder.paid_on)
                .put("paid_form", holder.paid_form.clone());
        }
    }

    fn investments(&mut self, investments: &[Investment]) {
        for (number, investment) in investments.iter().enumerate() {
            self.row("investments", number)
                .put("name", Some(investment.name.clone()))
                .put("uscc", investment.uscc.clone());
        }
    }
}

struct RowWriter<'a> {
    writer: &'a mut Writer,
    table: &'a str,
    number: usize,
}

impl RowWriter<'_> {
    fn put(self, column: &str, value: Option<impl Into<FieldValue>>) -> Self {
        self.writer.put(&cell(self.table, self.number, column), value);
        self
    }
}

/// 登记档案 as values of the report of `year`.
pub(super) fn of_archive(archive: &Archive, year: i32) -> Values {
    let mut writer = Writer::default();
    writer.put("uscc", Some(archive.uscc));
    writer.put("name", Some(archive.name.clone()));
    writer.put("legal_representative", archive.legal_representative.clone());
    writer.put("registered_capital", archive.registered_capital);
    writer.put("funds", archive.registered_capital);
    writer.put("postal_address", archive.address.clone());
    writer.put("phone", archive.phone.clone());
    writer.put("employees", archive.employees);
    writer.put("operating_status", operating_status(archive.status));
    writer.put("parent_uscc", archive.parent.as_ref().map(|parent| parent.uscc));
    writer.put("parent_name", archive.parent.as_ref().map(|parent| parent.name.clone()));
    let changed = archive.holders_changed_on.iter().any(|day| day.year() == year);
    writer.put("has_equity_transfer", changed.then_some(true));
    writer.put("has_investment", (!archive.investments.is_empty()).then_some(true));
    let holders: Vec<Holder> = archive.holders.iter().map(|holder| at_year_end(holder, year)).collect();
    writer.holders(&holders);
    writer.investments(&archive.investments);
    for (number, licence) in archive.licences.iter().enumerate() {
        writer.row("licences", number).put("name", Some(licence.name.clone())).put("valid_to", licence.valid_to);
    }
    writer.0
}

/// 年末出资 The contribution as it stood at the end of the year: a report tells what was paid until then, and a payment
/// that was made later had not been made (企业信息公示暂行条例 art. 9).
fn at_year_end(holder: &Holder, year: i32) -> Holder {
    let is_later = holder.paid_on.zip(year_end(year)).is_some_and(|(paid_on, end)| paid_on > end);
    if !is_later {
        return holder.clone();
    }
    Holder { paid: holder.paid.map(|_| Wan::default()), paid_on: None, paid_form: None, ..holder.clone() }
}

/// 经营状态 What an open entity reports; a closed one has none.
fn operating_status(status: EnterpriseStatus) -> Option<&'static str> {
    match status {
        EnterpriseStatus::Active | EnterpriseStatus::Operating => Some("OPEN"),
        EnterpriseStatus::Suspended => Some("SUSPENDED"),
        EnterpriseStatus::Liquidating => Some("LIQUIDATING"),
        EnterpriseStatus::MovedOut
        | EnterpriseStatus::Revoked
        | EnterpriseStatus::RevokedDeregistered
        | EnterpriseStatus::Deregistered => None,
    }
}

/// 填报内容 A report that was filed, as values by path: `sales` beside `total_revenue`, because kinds of filers name it
/// differently.
pub fn of_report(report: &LastReport) -> Values {
    if !report.filed.is_empty() {
        return report.filed.clone();
    }
    let mut writer = Writer::default();
    for (path, text) in [
        ("postal_address", &report.postal_address),
        ("postal_code", &report.postal_code),
        ("phone", &report.phone),
        ("email", &report.email),
        ("operating_status", &report.operating_status),
        ("main_activity", &report.main_activity),
        ("controlling_kind", &report.controlling_kind),
    ] {
        writer.put(path, text.clone());
    }
    for (path, number) in [
        ("employees", report.employees),
        ("female_employees", report.female_employees),
        ("insured_persons", report.insured_persons),
    ] {
        writer.put(path, number);
    }
    for (path, amount) in [
        ("total_assets", report.total_assets),
        ("total_liabilities", report.total_liabilities),
        ("owners_equity", report.owners_equity),
        ("total_revenue", report.total_revenue),
        ("sales", report.total_revenue),
        ("main_revenue", report.main_revenue),
        ("total_profit", report.total_profit),
        ("net_profit", report.net_profit),
        ("total_tax", report.total_tax),
        ("undistributed_profit", report.undistributed_profit),
    ] {
        writer.put(path, amount);
    }
    tables(&mut writer, report);
    writer.0
}

/// Tables of last year's report, and the yes-or-no fields that follow from them.
fn tables(writer: &mut Writer, report: &LastReport) {
    writer.put("has_website", Some(!report.websites.is_empty()));
    writer.put("has_investment", Some(!report.investments.is_empty()));
    writer.put("has_guarantee", Some(!report.guarantees.is_empty()));
    writer.put("has_equity_transfer", Some(!report.equity_transfers.is_empty()));
    writer.put("has_employment_need", Some(!report.employment_needs.is_empty()));
    writer.holders(&report.contributions);
    writer.investments(&report.investments);
    for (number, website) in report.websites.iter().enumerate() {
        writer
            .row("websites", number)
            .put("kind", Some(website.kind.clone()))
            .put("name", Some(website.name.clone()))
            .put("url", Some(website.url.clone()));
    }
    for (number, transfer) in report.equity_transfers.iter().enumerate() {
        writer
            .row("equity_transfers", number)
            .put("holder", Some(transfer.holder.clone()))
            .put("before", Some(percent(transfer.before_basis_points)))
            .put("after", Some(percent(transfer.after_basis_points)))
            .put("transferred_on", transfer.transferred_on);
    }
    for (number, guarantee) in report.guarantees.iter().enumerate() {
        writer
            .row("guarantees", number)
            .put("creditor", Some(guarantee.creditor.clone()))
            .put("debtor", Some(guarantee.debtor.clone()))
            .put("amount", guarantee.amount)
            .put("period_from", guarantee.period_from)
            .put("period_to", guarantee.period_to)
            .put("manner", guarantee.manner.clone());
    }
    for (number, insurance) in report.social_insurance.iter().enumerate() {
        writer
            .row("social_insurance", number)
            .put("kind", Some(insurance.kind.clone()))
            .put("persons", insurance.persons)
            .put("base", insurance.base)
            .put("paid", insurance.paid)
            .put("arrears", insurance.arrears);
    }
    for (number, need) in report.employment_needs.iter().enumerate() {
        writer
            .row("employment_needs", number)
            .put("post", Some(need.post.clone()))
            .put("pay_low", need.pay_low_yuan)
            .put("pay_high", need.pay_high_yuan)
            .put("head_count", need.head_count)
            .put("graduates", need.graduates)
            .put("experience_years", need.experience_years)
            .put("education", need.education.clone())
            .put("region", need.region)
            .put("benefits", need.benefits.clone())
            .put("publish_on", need.publish_on)
            .put("until", need.until);
    }
}

fn percent(basis_points: i64) -> FieldValue {
    FieldValue::Decimal(Decimal::new(basis_points, 2))
}
