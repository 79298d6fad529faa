//! 填报依据 What a report is filled and judged from: the form, the register, and earlier reports.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use entities::enterprise::registered;
use entities::filing::ground::{self as stored, Filed, Known};
use entities::guarded::Warrant;
use entities::holders::Holder as RegisteredHolder;
use entities::report_parts::Parts;
use entities::{Database, Scope, annual_report::report, credit::licence};
use rules::annual_report::{
    self, Archive, Draft, EmploymentNeed, EquityTransfer, FilerKind, Finding, Form, Guarantee, Holder, Investment,
    LastReport, Licence, Parent, SocialInsurance, Told, Values, Website, Window, Witness,
};
use rules::money::Wan;
use rules::region::RegionCode;
use rules::uscc::Uscc;
use sea_orm::DbErr;

use super::content::Content;
use super::extract;
use super::witness::{self, Family};
use crate::draft::DraftError;

/// Earlier reports that are looked at, to tell since when a value has stood.
const EARLIER: i64 = 5;

/// 依据 Form, window, and what is known.
#[derive(Clone, Debug)]
pub struct Ground {
    /// 表单
    pub form: &'static Form,
    /// 报告年度
    pub year: i32,
    /// 报送期限
    pub window: Window,
    /// 登记档案
    pub archive: Archive,
    /// 以前年度报告 The newest first.
    pub reports: Vec<LastReport>,
    /// 部门数据 What other authorities told of the year, for the enterprise itself alone.
    pub told: Vec<Told>,
    family: Family,
}

impl Ground {
    /// Reads it. What was filed and not published is taken in only for the enterprise itself (`is_own`).
    ///
    /// # Errors
    /// A year that cannot be reported yet or has no form, or a failure of the database.
    pub async fn read(
        db: &Database,
        row: &registered::Model,
        year: i32,
        scope: &Scope,
        is_own: bool,
    ) -> Result<Self, DraftError> {
        let kind = FilerKind::of(row.kind);
        if year >= scope.today.year() {
            return Err(DraftError::Year(format!("{year}年度尚未结束，次年1月1日起方可填报该年度报告。")));
        }
        let window = annual_report::window(kind, year)
            .ok_or_else(|| DraftError::Year(format!("{year}年度没有年度报告制度，请填写较近的年度。")))?;
        let form = annual_report::form(kind, year)
            .ok_or_else(|| DraftError::Year(format!("{year}年度没有适用的年度报告表单。")))?;
        let (known, filed) = futures::try_join!(
            stored::known(db, row, year, scope, is_own),
            stored::filed(db, row.id, year.saturating_add(1), scope, (EARLIER + 1, is_own)),
        )?;
        let told = extract::told(db.vault(), &known.told);
        let family = Family::of(row, &known);
        let (mut archive, mut reports) = (archive(db, row, known)?, filed_before(db, &filed));
        // The report of the year itself tells when it was filed, and what is published.
        if reports.first().is_some_and(|report| report.year == year) {
            let own = LastReport { filed: Values::new(), ..reports.remove(0) };
            archive.filed_on = own.submitted_on;
            let published = annual_report::reported(form, &own).into_iter();
            archive.witness.published = published.map(|(path, value)| (path, value.to_string())).collect();
            archive.witness.may_be_modified = witness::may_be_modified(db, row, year, window, scope.today).await?;
            archive.witness.modified_by_liaison = is_own.then_some(true);
        }
        archive.witness.parent_filed = family.parent_filed;
        let mut ground = Self { form, year, window, archive, reports, told: Vec::new(), family };
        ground.hear(told);
        Ok(ground)
    }

    /// Takes what authorities told in the place of what they told before.
    pub fn hear(&mut self, told: Vec<Told>) {
        let witness = &mut self.archive.witness;
        (witness.tax_turnover, witness.tax_paid, witness.insured_persons) = (None, None, None);
        witness.hears(&told);
        self.told = told;
    }

    /// 预填 The draft with what is known, and since when it has stood.
    pub fn prefilled(&self) -> Draft {
        let last = self.reports.first();
        let draft = annual_report::prefill_with(self.form, &self.archive, last, &self.told, self.year);
        draft.since(self.form, &self.reports)
    }

    /// 核查 What the rules say about values.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn findings(&self, db: &Database, values: &Values, today: NaiveDate) -> Result<Vec<Finding>, DbErr> {
        let archive = self.witnessed(db, values).await?;
        Ok(annual_report::validate(self.form, self.year, values, &archive, self.reports.first(), today))
    }

    /// The archive with what others say of these values.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn witnessed(&self, db: &Database, values: &Values) -> Result<Cow<'_, Archive>, DbErr> {
        witness::witnessed(db, &self.archive, &self.family, (self.form, self.year), values).await
    }
}

fn archive(db: &Database, row: &registered::Model, known: Known) -> Result<Archive, DraftError> {
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
        parent: known.parent.as_ref().and_then(parent),
        holders: known.holders.iter().flat_map(registered_holder).collect(),
        licences: known.licences.into_iter().map(licence).collect(),
        investments: known.holdings.into_iter().map(|(name, uscc)| Investment { name, uscc: Some(uscc) }).collect(),
        holders_changed_on: known.holders_changed_on,
        penalty_count: known.penalties,
        phone_shared_by: None,
        filed_on: None,
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

fn parent(row: &registered::Model) -> Option<Parent> {
    Some(Parent { uscc: Uscc::parse(&row.uscc).ok()?, name: row.name.clone(), status: row.status })
}

/// Reports of the year and of earlier ones, the newest first.
fn filed_before(db: &Database, filed: &Filed) -> Vec<LastReport> {
    let report = |row: &report::Model| {
        let mut report = reported(row, filed.parts.get(&row.id).map_or(&Parts::default(), |parts| parts.as_ref()));
        let opened = filed.texts.get(&row.id).map(|text| Content::of_text(db.vault(), text));
        match opened.transpose() {
            Ok(content) => report.filed = content.map(|content| content.values()).unwrap_or_default(),
            // What was published of it is known all the same.
            Err(error) => tracing::error!(code = error.code(), report = row.id, "a filed report cannot be opened"),
        }
        report
    };
    filed.reports.iter().map(report).collect()
}

/// What is published of a report.
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
        filed: Values::new(),
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
        experience_years: row.experience_years.map(i64::from),
        education: row.education.clone(),
        region: row.region_code.and_then(|code| u32::try_from(code).ok()).and_then(RegionCode::new),
        benefits: row.benefits.clone(),
        publish_on: row.publish_on,
        until: row.until_on,
    }
}
