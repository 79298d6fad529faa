//! 年报草稿 The prefilled and checked draft of an annual report.
//!
//! Gathers what the register and the last report know; `rules::annual_report` fills the form and
//! judges it. Nothing is stored.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use entities::enterprise::registered;
use entities::guarded::Warrant;
use entities::holders::{self, Holder as RegisteredHolder};
use entities::report_parts::{self, Parts};
use entities::{Database, Scope, annual_report::report, credit::licence, enterprise::find, reports, summary};
use rules::access::{Viewer, masked_phone};
use rules::annual_report::{
    self, Archive, Draft, EmploymentNeed, EquityTransfer, FieldValue, FilerKind, Finding, Form, Guarantee, Holder,
    Investment, LastReport, Licence, MAX_ROWS, Parent, SocialInsurance, Source, Values, Website, Window, Witness,
};
use rules::money::Wan;
use rules::region::RegionCode;
use rules::uscc::Uscc;
use rules::vocabulary::ChangeItem;
use sea_orm::DbErr;

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// No form or window for that year.
    #[error("{0}")]
    Year(String),
    /// Fields that the form does not have.
    #[error("{0}")]
    Field(String),
    /// The stored code is not a code; such a row cannot file.
    #[error("the register holds a malformed code")]
    Code,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// 草稿 A draft, its filing window and what the rules say about it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The prefilled values.
    pub draft: Draft,
    /// The filing window.
    pub window: Window,
    /// 报送日期 Day on which the report of this year was filed.
    pub filed_on: Option<NaiveDate>,
    /// Every rule that the draft breaks.
    pub findings: Vec<Finding>,
}

/// Prefills the report of `year` and checks it, with `typed` in place of prefilled values.
///
/// # Errors
/// A year that cannot be reported yet or has no form, or a failure of the database.
pub async fn prepare(
    db: &Database,
    row: &registered::Model,
    year: i32,
    typed: &Values,
    scope: &Scope,
    viewer: &Viewer,
) -> Result<Checked, DraftError> {
    let kind = FilerKind::of(row.kind);
    if year >= scope.today.year() {
        return Err(DraftError::Year(format!("{year}年度尚未结束，次年1月1日起方可填报该年度报告。")));
    }
    let window = annual_report::window(kind, year)
        .ok_or_else(|| DraftError::Year(format!("{year}年度没有年度报告制度，请填写较近的年度。")))?;
    let form = annual_report::form(kind, year)
        .ok_or_else(|| DraftError::Year(format!("{year}年度没有适用的年度报告表单。")))?;
    if let Some(path) = form.unknown_paths(typed).first() {
        return Err(DraftError::Field(no_field(form, path)));
    }
    let (archive, last) = futures::try_join!(archive(db, row, year, scope), last_report(db, row.id, year, scope))?;
    let mut draft = annual_report::prefill(form, &archive, last.as_ref(), year);
    let mut values = draft.values();
    let typed = typed.iter().filter(|(path, value)| !stands_for_what_is_hidden(path, value, &archive));
    values.extend(typed.map(|(path, value)| (path.clone(), value.clone())));
    let mut findings = annual_report::validate(form, year, &values, &archive, last.as_ref(), scope.today);
    // Others reveal it with a purpose and a trace, offices too.
    if !row.place().is_some_and(|place| viewer.is_own(place)) {
        mask(&mut draft);
        if let Some(phone) = archive.phone.as_deref().filter(|phone| !phone.is_empty()) {
            findings.iter_mut().for_each(|finding| hide(finding, phone));
        }
    }
    Ok(Checked { draft, window, filed_on: archive.filed_on, findings })
}

/// A masked number that comes back as it was shown means the number itself.
fn stands_for_what_is_hidden(path: &str, value: &FieldValue, archive: &Archive) -> bool {
    let masked = archive.phone.as_deref().map(masked_phone);
    path == "phone" && matches!(value, FieldValue::Text(text) if text.contains('*') && Some(text) == masked.as_ref())
}

/// 脱敏 Hides what only the register knows of persons from those who are not its filer.
fn mask(draft: &mut Draft) {
    let personal = draft.values.iter_mut().filter(|value| value.path == "phone" && value.source == Source::Archive);
    for value in personal {
        if let Some(FieldValue::Text(phone)) = &mut value.value {
            *phone = masked_phone(phone);
        }
    }
}

/// 脱敏 What a finding says of the registered number is no more than the draft shows of it.
fn hide(finding: &mut Finding, phone: &str) {
    let masked = masked_phone(phone);
    let hidden = |text: &mut String| *text = text.replace(phone, &masked);
    hidden(&mut finding.message);
    hidden(&mut finding.mend);
    finding.values.iter_mut().for_each(|(_, value)| hidden(value));
    // A slip of the registered number corrected is the number.
    finding.proposals.retain(|proposal| proposal.path != "phone");
}

/// Why a typed path is refused; one that names a table is told how a cell is written.
fn no_field(form: &Form, path: &str) -> String {
    let shown: String = path.chars().take(60).collect();
    let section = path.split(['[', '.']).next().and_then(|name| form.table(name));
    let Some((section, table)) = section.and_then(|section| Some((section, section.table.as_ref()?))) else {
        return format!("表单中没有字段“{shown}”，请使用草稿 fields 中的 path。");
    };
    let cell = annual_report::cell(&section.name, 0, &table.key);
    let columns: Vec<&str> = section.fields.iter().map(|field| field.name.as_str()).collect();
    format!(
        "“{shown}”不是可以填写的字段：{}是表格，请写明行和列，例如“{cell}”；行号从0开始，最多{MAX_ROWS}行，列为{}。",
        section.label,
        columns.join("、")
    )
}

async fn archive(db: &Database, row: &registered::Model, year: i32, scope: &Scope) -> Result<Archive, DraftError> {
    let id = row.id;
    let ids = [id];
    let (mut holders, mut summaries, licences, investments, mut changes, parent, filed_on) = futures::try_join!(
        holders::of_enterprises(db, &ids, scope),
        summary::of_enterprises(db, &ids, scope),
        reports::licences_in_force(db, id, scope),
        reports::holdings_of(db, &row.uscc),
        entities::change::of_enterprises(db, &ids, scope),
        parent(db, row.parent_id, scope),
        reports::filed_on(db, id, year, scope),
    )?;
    let changed = changes.remove(&id).unwrap_or_default();
    let shares = changed.iter().filter(|change| change.item == ChangeItem::Shareholders);
    Ok(Archive {
        uscc: Uscc::parse(&row.uscc).map_err(|_| DraftError::Code)?,
        name: row.name.clone(),
        kind: row.kind,
        status: row.status,
        region: u32::try_from(row.region_code).ok().and_then(RegionCode::new),
        address: Some(row.address.clone()),
        legal_representative: Some(row.legal_representative.clone()),
        registered_capital: row.registered_capital_fen.map(Wan::from_fen),
        established_on: Some(row.established_on),
        closed_on: row.closed_on,
        operating_until: row.operating_until,
        phone: registered_phone(db, row),
        employees: row.employees.map(i64::from),
        as_of: row.approved_on.or(Some(row.valid_from)),
        parent,
        holders: holders.remove(&id).iter().flat_map(|rows| rows.iter()).flat_map(registered_holder).collect(),
        licences: licences.into_iter().map(licence).collect(),
        investments: investments.into_iter().map(|(name, uscc)| Investment { name, uscc: Some(uscc) }).collect(),
        holders_changed_on: shares.map(|change| change.changed_on).collect(),
        penalty_count: summaries.remove(&id).map_or(0, |found| i64::try_from(found.penalties).unwrap_or(i64::MAX)),
        phone_shared_by: None,
        filed_on,
        witness: Witness { industry_section: Some(row.industry_section.clone()), ..Witness::default() },
    })
}

/// Without its number the rest of the form is prefilled all the same.
fn registered_phone(db: &Database, row: &registered::Model) -> Option<String> {
    let opened = row.phone_revealed(db.vault(), Warrant::because("rules judge it"));
    opened
        .inspect_err(|error| tracing::error!(code = error.code(), enterprise = row.id, "a draft lacks the number"))
        .unwrap_or_default()
}

fn licence(row: licence::Model) -> Licence {
    Licence { name: row.name, valid_to: row.valid_to }
}

pub(crate) fn registered_holder(row: &RegisteredHolder) -> Vec<Holder> {
    row.contributions
        .iter()
        .map(|paid| Holder {
            name: row.holder.name.clone(),
            subscribed: Some(Wan::from_fen(paid.subscribed_fen)),
            subscribed_due: paid.subscribed_due_on,
            subscribed_form: Some(paid.subscribed_form.clone()),
            paid: Some(Wan::from_fen(paid.paid_fen)),
            paid_on: paid.paid_on,
            paid_form: paid.paid_form.clone(),
        })
        .collect()
}

async fn parent(db: &Database, id: Option<i64>, scope: &Scope) -> Result<Option<Parent>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    let mut rows: HashMap<i64, Arc<registered::Model>> = find::by_ids(db, &[id], scope).await?;
    Ok(rows.remove(&id).and_then(|row| {
        Some(Parent { uscc: Uscc::parse(&row.uscc).ok()?, name: row.name.clone(), status: row.status })
    }))
}

async fn last_report(db: &Database, id: i64, year: i32, scope: &Scope) -> Result<Option<LastReport>, DraftError> {
    let Some(row) = reports::last_before(db, id, year, scope).await? else { return Ok(None) };
    let mut parts = report_parts::of_reports(db, &[row.id]).await?;
    Ok(Some(reported(&row, &parts.remove(&row.id).unwrap_or_default())))
}

pub(crate) fn reported(row: &report::Model, parts: &Parts) -> LastReport {
    let wan = |fen: Option<i64>| fen.map(Wan::from_fen);
    LastReport {
        year: row.year,
        submitted_on: Some(row.submitted_on),
        postal_address: row.postal_address.clone(),
        postal_code: row.postal_code.clone(),
        phone: row.phone.clone(),
        email: row.email.clone(),
        operating_status: row.operating_status.clone(),
        main_activity: row.main_activity.clone(),
        controlling_kind: row.controlling_kind.clone(),
        employees: row.employees.map(i64::from),
        female_employees: row.female_employees.map(i64::from),
        insured_persons: row.insured_persons.map(i64::from),
        total_assets: wan(row.total_assets_fen),
        total_liabilities: wan(row.total_liabilities_fen),
        owners_equity: wan(row.owners_equity_fen),
        total_revenue: wan(row.total_revenue_fen),
        main_revenue: wan(row.main_revenue_fen),
        total_profit: wan(row.total_profit_fen),
        net_profit: wan(row.net_profit_fen),
        total_tax: wan(row.total_tax_fen),
        undistributed_profit: None,
        contributions: parts.contributions.iter().map(reported_holder).collect(),
        investments: parts
            .investments
            .iter()
            .map(|row| Investment { name: row.name.clone(), uscc: row.uscc.clone() })
            .collect(),
        websites: parts
            .websites
            .iter()
            .map(|row| Website { name: row.name.clone(), kind: row.kind.clone(), url: row.url.clone() })
            .collect(),
        equity_transfers: parts.equity_transfers.iter().map(transfer).collect(),
        guarantees: parts.guarantees.iter().map(guarantee).collect(),
        social_insurance: parts.social_insurance.iter().map(insurance).collect(),
        employment_needs: parts.employment_needs.iter().map(need).collect(),
    }
}

fn reported_holder(row: &entities::annual_report::contribution::Model) -> Holder {
    Holder {
        name: row.holder.clone(),
        subscribed: Some(Wan::from_fen(row.subscribed_fen)),
        subscribed_due: row.subscribed_due_on,
        subscribed_form: Some(row.subscribed_form.clone()),
        paid: Some(Wan::from_fen(row.paid_fen)),
        paid_on: row.paid_on,
        paid_form: row.paid_form.clone(),
    }
}

fn transfer(row: &entities::annual_report::equity_transfer::Model) -> EquityTransfer {
    EquityTransfer {
        holder: row.holder.clone(),
        before_basis_points: i64::from(row.before_basis_points),
        after_basis_points: i64::from(row.after_basis_points),
        transferred_on: Some(row.transferred_on),
    }
}

fn guarantee(row: &entities::annual_report::guarantee::Model) -> Guarantee {
    Guarantee {
        creditor: row.creditor.clone(),
        debtor: row.debtor.clone(),
        amount: Some(Wan::from_fen(row.amount_fen)),
        period_from: row.period_from,
        period_to: row.period_to,
        manner: Some(row.manner.clone()),
    }
}

fn insurance(row: &entities::annual_report::social_insurance::Model) -> SocialInsurance {
    SocialInsurance {
        kind: row.kind.clone(),
        persons: Some(i64::from(row.persons)),
        base: row.base_fen.map(Wan::from_fen),
        paid: row.paid_fen.map(Wan::from_fen),
        arrears: row.arrears_fen.map(Wan::from_fen),
    }
}

fn need(row: &entities::annual_report::employment_need::Model) -> EmploymentNeed {
    EmploymentNeed {
        post: row.post.clone(),
        pay_low_yuan: row.pay_low_yuan.map(i64::from),
        pay_high_yuan: row.pay_high_yuan.map(i64::from),
        head_count: Some(i64::from(row.head_count)),
        graduates: row.graduates.map(i64::from),
        education: row.education.clone(),
        region: row.region_code.and_then(|code| u32::try_from(code).ok()).and_then(RegionCode::new),
        publish_on: row.publish_on,
        until: row.until_on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_table_is_told_how_a_cell_is_written() {
        let form = annual_report::form(FilerKind::Enterprise, 2025).expect("a form");
        for path in
            ["equity_transfers", "equity_transfers[0]", "equity_transfers[0].sold", "equity_transfers[200].holder"]
        {
            let message = no_field(form, path);
            assert!(message.contains(path) && message.contains("“equity_transfers[0].holder”"), "{message}");
            assert!(message.contains("最多200行") && message.contains("holder、before"), "{message}");
        }
        for path in ["fone", "", "[", "phone[0]"] {
            assert!(no_field(form, path).starts_with("表单中没有字段"), "{path}");
        }
        assert!(no_field(form, &"长".repeat(4_000)).chars().count() < 100);
    }
}
