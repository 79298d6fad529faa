//! 年度报告 Annual reports and their sub-tables.

use crate::credit::child;
use crate::page::{Child, Key, KeyKind, Position};
use crate::record::record;
use chrono::NaiveDate;
use rules::bureau::{Figures, ReportMeasure};

record! {
    /// 年度报告 A submitted report; amounts in 分, empty when the filer left them out.
    report "annual_reports" {
        enterprise_id: i64,
        year: i32,
        submitted_on: NaiveDate,
        postal_address: Option<String>,
        postal_code: Option<String>,
        phone: Option<String>,
        email: Option<String>,
        operating_status: Option<String>,
        main_activity: Option<String>,
        controlling_kind: Option<String>,
        employees: Option<i32>,
        female_employees: Option<i32>,
        total_assets_fen: Option<i64>,
        total_liabilities_fen: Option<i64>,
        owners_equity_fen: Option<i64>,
        total_revenue_fen: Option<i64>,
        main_revenue_fen: Option<i64>,
        total_profit_fen: Option<i64>,
        net_profit_fen: Option<i64>,
        total_tax_fen: Option<i64>,
        insured_persons: Option<i32>,
        source_id: Option<i64>,
        digest: i64,
    }
}

record! {
    /// 股东出资信息 A holder's contribution as reported.
    contribution "report_contributions" {
        report_id: i64,
        holder: String,
        subscribed_fen: i64,
        subscribed_due_on: Option<NaiveDate>,
        subscribed_form: String,
        paid_fen: i64,
        paid_on: Option<NaiveDate>,
        paid_form: Option<String>,
    }
}

record! {
    /// 对外投资 An enterprise invested in.
    investment "report_investments" {
        report_id: i64,
        name: String,
        uscc: Option<String>,
    }
}

record! {
    /// 网站或网店 A website (`WEBSITE`) or shop (`SHOP`).
    website "report_websites" {
        report_id: i64,
        name: String,
        kind: String,
        url: String,
    }
}

record! {
    /// 股权变更 A change of a holder's share, in 1/100 of a per cent.
    equity_transfer "report_equity_transfers" {
        report_id: i64,
        holder: String,
        before_basis_points: i32,
        after_basis_points: i32,
        transferred_on: NaiveDate,
    }
}

record! {
    /// 对外担保 A guarantee given.
    guarantee "report_guarantees" {
        report_id: i64,
        creditor: String,
        debtor: String,
        amount_fen: i64,
        period_from: Option<NaiveDate>,
        period_to: Option<NaiveDate>,
        manner: String,
    }
}

record! {
    /// 社保信息 One kind of social insurance: `PENSION`, `UNEMPLOYMENT`, `MEDICAL`, `INJURY`, `MATERNITY`.
    social_insurance "report_social_insurance" {
        report_id: i64,
        kind: String,
        persons: i32,
        base_fen: Option<i64>,
        paid_fen: Option<i64>,
        arrears_fen: Option<i64>,
    }
}

record! {
    /// 用工需求 A post that the enterprise wants to fill; pay in 元 a month.
    employment_need "employment_needs" {
        enterprise_id: i64,
        /// 年度报告 `None` for what was published beside a report.
        report_id: Option<i64>,
        post: String,
        pay_low_yuan: Option<i32>,
        pay_high_yuan: Option<i32>,
        head_count: i32,
        graduates: Option<i32>,
        /// 工作年限要求 In years.
        experience_years: Option<i32>,
        education: Option<String>,
        region_code: Option<i32>,
        /// 福利待遇
        benefits: Option<String>,
        publish_on: Option<NaiveDate>,
        until_on: Option<NaiveDate>,
        /// 撤下日期 First day on which it was not shown any more.
        withdrawn_on: Option<NaiveDate>,
    }
}

impl report::Model {
    /// 指标值 What it states.
    pub fn figures(&self) -> Figures {
        Figures::default()
            .with(ReportMeasure::TotalAssets, self.total_assets_fen)
            .with(ReportMeasure::TotalLiabilities, self.total_liabilities_fen)
            .with(ReportMeasure::OwnersEquity, self.owners_equity_fen)
            .with(ReportMeasure::TotalRevenue, self.total_revenue_fen)
            .with(ReportMeasure::MainRevenue, self.main_revenue_fen)
            .with(ReportMeasure::TotalProfit, self.total_profit_fen)
            .with(ReportMeasure::NetProfit, self.net_profit_fen)
            .with(ReportMeasure::TotalTax, self.total_tax_fen)
            .with(ReportMeasure::Employees, self.employees.map(i64::from))
            .with(ReportMeasure::InsuredPersons, self.insured_persons.map(i64::from))
    }
}

child!(report by year as Number known from submitted_on);
