//! 资产状况 The figures of an enterprise year by year: of a size that fits trade and staff, drifting
//! from one year to the next, with the identities of a balance sheet holding to the 分.
//!
//! Figures are counted in hundreds of 元, 0.01 万元, the finest that reports take.

use rules::vocabulary::EnterpriseKind;

use super::super::dice::Dice;
use super::super::holders::FEN_STEP;
use super::super::registry::Subject;

/// Hundreds of 元 in 1 万元.
const STEPS_OF_WAN: i64 = 100;

/// 小型微利企业 Profits up to 300 万元 are taxed at 5 %, larger ones at 25 %.
const SMALL_PROFIT: i64 = 300 * STEPS_OF_WAN;

/// 一年的数据 The figures of one year; amounts in 分.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// 从业人数
    pub employees: i64,
    /// 参保人数
    pub insured: i64,
    /// 资产总额
    pub assets_fen: i64,
    /// 负债总额
    pub liabilities_fen: i64,
    /// 营业总收入
    pub revenue_fen: i64,
    /// 其中主营业务收入
    pub main_revenue_fen: i64,
    /// 利润总额
    pub profit_fen: i64,
    /// 净利润
    pub net_profit_fen: i64,
    /// 纳税总额
    pub tax_fen: i64,
}

impl Figures {
    /// 所有者权益合计
    pub const fn equity_fen(&self) -> i64 {
        self.assets_fen - self.liabilities_fen
    }
}

/// 经营状况 What the figures of a year are drawn around.
pub struct Course {
    employees: i64,
    insured_percent: i64,
    revenue: i64,
    assets: i64,
    debt_percent: i64,
    margin_per_mille: i64,
    /// 零值 Nothing was done in any of the years.
    dormant: bool,
}

impl Course {
    /// The present state.
    pub fn draw(subject: &Subject<'_>, dice: &mut Dice) -> Self {
        let section = subject.world.trades.section(subject.identity.trade);
        let is_household = subject.kind() == EnterpriseKind::IndividualHousehold;
        let pace = if is_household { dice.between(8, 60) } else { dice.between(25, 190) };
        let revenue = subject.employees * section.per_head_wan * STEPS_OF_WAN * pace / 100;
        let assets = revenue * section.assets_percent / 100 * dice.between(50, 180) / 100;
        let is_overindebted = dice.per_mille(35);
        Self {
            employees: subject.employees,
            insured_percent: if dice.per_mille(350) { 0 } else { dice.between(20, 115) },
            revenue,
            assets: assets.max(dice.between(50, 5000)),
            debt_percent: if is_overindebted { dice.between(101, 150) } else { dice.between(12, 85) },
            margin_per_mille: section.margin_per_mille + dice.between(-110, 110),
            dormant: dice.per_mille(110),
        }
    }

    /// Goes back one year.
    pub fn step_back(&mut self, dice: &mut Dice) {
        self.employees = (self.employees * 100 / dice.between(90, 116)).max(1);
        self.revenue = self.revenue * 100 / dice.between(82, 128);
        self.assets = (self.assets * 100 / dice.between(92, 118)).max(50);
        self.debt_percent = (self.debt_percent + dice.between(-5, 5)).clamp(5, 150);
        self.margin_per_mille += dice.between(-25, 25);
    }

    /// 一年的数据 The figures of the year that the course stands at.
    pub fn figures(&self, dice: &mut Dice) -> Figures {
        if self.dormant {
            return Figures { employees: self.employees.min(2), ..Figures::default() };
        }
        let profit = self.revenue * self.margin_per_mille / 1000;
        let income_tax = if profit <= 0 { 0 } else { profit * if profit > SMALL_PROFIT { 25 } else { 5 } / 100 };
        let turnover_tax = self.revenue * dice.between(10, 38) / 1000;
        Figures {
            employees: self.employees,
            insured: self.employees * self.insured_percent / 100,
            assets_fen: self.assets * FEN_STEP,
            liabilities_fen: self.assets * self.debt_percent / 100 * FEN_STEP,
            revenue_fen: self.revenue * FEN_STEP,
            main_revenue_fen: self.revenue * dice.between(86, 100) / 100 * FEN_STEP,
            profit_fen: profit * FEN_STEP,
            net_profit_fen: (profit - income_tax) * FEN_STEP,
            tax_fen: (turnover_tax + income_tax) * FEN_STEP,
        }
    }
}
