//! 入表 The published part of a report as the rows that the graph reads.

use chrono::NaiveDate;
use entities::annual_report::{
    contribution, employment_need, equity_transfer, guarantee, investment, report, social_insurance, website,
};
use entities::report_parts::Parts;
use rules::annual_report::{
    EmploymentNeed, EquityTransfer, Guarantee, Holder, Investment, LastReport, SocialInsurance, Website,
};
use rules::money::Wan;
use rules::region;

use crate::command::UserError;

/// Keys are given where the rows are written.
const UNSETTLED: i64 = 0;

/// The rows of what is published of the report of an enterprise.
///
/// # Errors
/// `VALUE_OUT_OF_RANGE` for numbers that no column holds.
pub(super) fn rows(
    enterprise_id: i64,
    submitted_on: NaiveDate,
    shown: LastReport,
) -> Result<(report::Model, Parts), UserError> {
    let fen = |amount: Option<Wan>| amount.map(Wan::fen);
    let row = report::Model {
        id: UNSETTLED,
        enterprise_id,
        year: shown.year,
        submitted_on,
        postal_address: shown.postal_address,
        postal_code: shown.postal_code,
        phone: shown.phone,
        email: shown.email,
        operating_status: shown.operating_status,
        main_activity: shown.main_activity,
        controlling_kind: shown.controlling_kind,
        employees: number(shown.employees, "从业人数")?,
        female_employees: number(shown.female_employees, "其中女性从业人数")?,
        total_assets_fen: fen(shown.total_assets),
        total_liabilities_fen: fen(shown.total_liabilities),
        owners_equity_fen: fen(shown.owners_equity),
        total_revenue_fen: fen(shown.total_revenue),
        main_revenue_fen: fen(shown.main_revenue),
        total_profit_fen: fen(shown.total_profit),
        net_profit_fen: fen(shown.net_profit),
        total_tax_fen: fen(shown.total_tax),
        insured_persons: number(shown.insured_persons, "参保人数")?,
        source_id: None,
        digest: 0,
    };
    let parts = Parts {
        contributions: shown.contributions.into_iter().filter_map(contribution).collect(),
        investments: shown.investments.into_iter().map(investment).collect(),
        websites: shown.websites.into_iter().map(website).collect(),
        equity_transfers: every(shown.equity_transfers, equity_transfer)?,
        guarantees: shown.guarantees.into_iter().filter_map(guarantee).collect(),
        social_insurance: every(shown.social_insurance, insurance)?,
        employment_needs: every(shown.employment_needs, |one| need(enterprise_id, one))?,
    };
    Ok((row, parts))
}

fn every<T, R>(list: Vec<T>, row: impl Fn(T) -> Result<Option<R>, UserError>) -> Result<Vec<R>, UserError> {
    list.into_iter().filter_map(|one| row(one).transpose()).collect()
}

fn number(value: Option<i64>, label: &str) -> Result<Option<i32>, UserError> {
    let outside = |_| {
        let message = format!("“{label}”的数值过大，请核对。");
        UserError::at(&["input", "values"], "VALUE_OUT_OF_RANGE", message)
    };
    value.map(i32::try_from).transpose().map_err(outside)
}

fn contribution(holder: Holder) -> Option<contribution::Model> {
    Some(contribution::Model {
        id: UNSETTLED,
        report_id: UNSETTLED,
        holder: holder.name,
        subscribed_fen: holder.subscribed?.fen(),
        subscribed_due_on: holder.subscribed_due,
        subscribed_form: holder.subscribed_form?,
        paid_fen: holder.paid.map_or(0, Wan::fen),
        paid_on: holder.paid_on,
        paid_form: holder.paid_form,
    })
}

fn investment(one: Investment) -> investment::Model {
    investment::Model { id: UNSETTLED, report_id: UNSETTLED, name: one.name, uscc: one.uscc }
}

fn website(one: Website) -> website::Model {
    website::Model { id: UNSETTLED, report_id: UNSETTLED, name: one.name, kind: one.kind, url: one.url }
}

fn equity_transfer(one: EquityTransfer) -> Result<Option<equity_transfer::Model>, UserError> {
    let before = number(Some(one.before_basis_points), "变更前股权比例")?;
    let after = number(Some(one.after_basis_points), "变更后股权比例")?;
    Ok(one.transferred_on.map(|transferred_on| equity_transfer::Model {
        id: UNSETTLED,
        report_id: UNSETTLED,
        holder: one.holder,
        before_basis_points: before.unwrap_or_default(),
        after_basis_points: after.unwrap_or_default(),
        transferred_on,
    }))
}

fn guarantee(one: Guarantee) -> Option<guarantee::Model> {
    Some(guarantee::Model {
        id: UNSETTLED,
        report_id: UNSETTLED,
        creditor: one.creditor,
        debtor: one.debtor,
        amount_fen: one.amount?.fen(),
        period_from: one.period_from,
        period_to: one.period_to,
        manner: one.manner?,
    })
}

fn insurance(one: SocialInsurance) -> Result<Option<social_insurance::Model>, UserError> {
    Ok(Some(social_insurance::Model {
        id: UNSETTLED,
        report_id: UNSETTLED,
        kind: one.kind,
        persons: number(one.persons, "参保人数")?.unwrap_or_default(),
        base_fen: one.base.map(Wan::fen),
        paid_fen: one.paid.map(Wan::fen),
        arrears_fen: one.arrears.map(Wan::fen),
    }))
}

fn need(enterprise_id: i64, one: EmploymentNeed) -> Result<Option<employment_need::Model>, UserError> {
    // Only a region of the standard can be referred to.
    let region = one.region.filter(|code| region::find(*code).is_some());
    Ok(Some(employment_need::Model {
        id: UNSETTLED,
        enterprise_id,
        report_id: Some(UNSETTLED),
        post: one.post,
        pay_low_yuan: number(one.pay_low_yuan, "月薪下限")?,
        pay_high_yuan: number(one.pay_high_yuan, "月薪上限")?,
        head_count: number(one.head_count, "招聘人数")?.unwrap_or_default(),
        graduates: number(one.graduates, "招聘高校毕业生人数")?,
        experience_years: number(one.experience_years, "工作年限要求")?,
        education: one.education,
        region_code: region.map(|code| code.get().cast_signed()),
        benefits: one.benefits,
        publish_on: one.publish_on,
        until_on: one.until,
        withdrawn_on: None,
    }))
}
