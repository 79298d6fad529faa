//! 指标 The figures of annual reports that the bureau adds up.

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// 年报指标 A figure of annual reports.
    ReportMeasure {
        TotalAssets = "TOTAL_ASSETS" "资产总额",
        TotalLiabilities = "TOTAL_LIABILITIES" "负债总额",
        OwnersEquity = "OWNERS_EQUITY" "所有者权益合计",
        TotalRevenue = "TOTAL_REVENUE" "营业总收入",
        MainRevenue = "MAIN_REVENUE" "主营业务收入",
        TotalProfit = "TOTAL_PROFIT" "利润总额",
        NetProfit = "NET_PROFIT" "净利润",
        TotalTax = "TOTAL_TAX" "纳税总额",
        Employees = "EMPLOYEES" "从业人数",
        InsuredPersons = "INSURED_PERSONS" "参保人数",
    }
}

impl ReportMeasure {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();
    /// Of these distributions are kept: none of them is below nothing.
    pub const DISTRIBUTED: [Self; 4] = [Self::TotalAssets, Self::TotalRevenue, Self::TotalTax, Self::Employees];

    /// Whether it is an amount of money, counted in 分; else it counts persons.
    pub const fn is_amount(self) -> bool {
        !matches!(self, Self::Employees | Self::InsuredPersons)
    }

    /// 单位
    pub const fn unit(self) -> &'static str {
        if self.is_amount() { "万元" } else { "人" }
    }
}

/// 指标值 What a report states; amounts in 分, `None` where it was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures(pub [Option<i64>; ReportMeasure::COUNT]);

impl Figures {
    /// One of them.
    pub const fn get(&self, measure: ReportMeasure) -> Option<i64> {
        self.0[measure as usize]
    }

    /// The same with another value.
    #[must_use]
    pub const fn with(mut self, measure: ReportMeasure, value: Option<i64>) -> Self {
        self.0[measure as usize] = value;
        self
    }
}
