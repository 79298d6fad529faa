//! 模拟部门 Plays an authority where none is connected: for the demo, for the example server and for tests. What it
//! tells follows from the code, the year and what was reported before, so that it is the same each time: of ten
//! enterprises it knows one not at all, of one it says something else than the report before, and the figures of the
//! others have grown a little.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;
use rules::annual_report::{FieldValue, FigureSource, Told, ToldFigure};
use rules::money::Yuan;
use sm3::{Digest, Sm3};

use super::{Answer, Asked, Authority};

/// 分 in 100 元, the finest that a report takes.
const STEP_FEN: i64 = 10_000;
/// 缴费基数 Of each person and month, in 元, and the shares of employers in 1/1000.
const BASE_YUAN: i64 = 6_500;
const SHARES: [(&str, i64); 5] =
    [("PENSION", 160), ("UNEMPLOYMENT", 5), ("MEDICAL", 70), ("INJURY", 5), ("MATERNITY", 5)];

/// 上年数 What was reported before; amounts in 分.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
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

/// 上年数 Finds what was reported before the year; `None` if nothing was.
pub type Lookup = Arc<dyn Fn(String, i32) -> BoxFuture<'static, Option<Before>> + Send + Sync>;

/// 模拟部门
#[derive(Clone)]
pub struct StandIn {
    source: FigureSource,
    before: Lookup,
}

impl StandIn {
    /// Plays an authority for enterprises of which `before` knows what they reported.
    pub fn new(source: FigureSource, before: Lookup) -> Self {
        Self { source, before }
    }
}

impl Authority for StandIn {
    fn ask<'a>(&'a self, asked: Asked<'a>, now: DateTime<Utc>) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let before = (self.before)(asked.uscc.to_owned(), asked.year).await;
            Ok(told(self.source, asked.uscc, asked.year, before, now.date_naive()))
        })
    }

    fn is_stand_in(&self) -> bool {
        true
    }
}

/// What chance has for an enterprise and year.
fn chance(uscc: &str, year: i32, of: &str) -> u64 {
    let digest = Sm3::digest(format!("{uscc}|{year}|{of}"));
    digest.iter().take(7).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn between(chance: u64, from: i64, to: i64) -> i64 {
    from + i64::try_from(chance % (to - from + 1).unsigned_abs()).unwrap_or_default()
}

/// What an enterprise has that never reported before.
fn small(uscc: &str, year: i32) -> Before {
    let of = |what: &str, from, to| between(chance(uscc, year, what), from, to);
    let revenue = of("revenue", 2_000, 90_000) * STEP_FEN;
    let (assets, profit) = (revenue / 100 * of("assets", 60, 160), revenue / 1_000 * of("profit", -30, 120));
    let employees = of("employees", 2, 40);
    Before {
        employees,
        insured: employees * of("insured", 50, 100) / 100,
        assets_fen: assets,
        liabilities_fen: assets / 100 * of("debt", 15, 75),
        revenue_fen: revenue,
        main_revenue_fen: revenue / 100 * of("main", 88, 100),
        profit_fen: profit,
        net_profit_fen: if profit > 0 { profit / 100 * 95 } else { profit },
        tax_fen: revenue / 1_000 * of("tax", 12, 40),
    }
}

/// What the authority tells on a day; `None` if it knows nothing of the enterprise.
pub fn told(source: FigureSource, uscc: &str, year: i32, before: Option<Before>, today: NaiveDate) -> Option<Told> {
    let mood = chance(uscc, year, source.code()) % 10;
    if mood == 0 {
        return None;
    }
    let (before, growth) = match before {
        // Figures that are those of the year before look copied.
        Some(before) => (before, 100 + between(chance(uscc, year, "growth"), 1, 8)),
        None => (small(uscc, year), 100),
    };
    match source {
        FigureSource::Tax => Some(taxes(before, if mood == 1 { growth + 35 } else { growth }, year, today)),
        FigureSource::SocialInsurance => {
            Some(insurance(before, if mood == 1 { before.insured / 4 + 2 } else { 0 }, year))
        }
    }
}

fn figure(field: &str, kind: Option<&str>, value: FieldValue) -> ToldFigure {
    ToldFigure { field: field.to_owned(), kind: kind.map(str::to_owned), value, since: None }
}

fn amount(fen: i64) -> FieldValue {
    ToldFigure::amount(Yuan::from_fen(fen))
}

/// The figures of the year: those of the year before, all changed alike, so that they still fit together.
fn taxes(before: Before, percent: i64, year: i32, today: NaiveDate) -> Told {
    // 汇算清缴 The year is settled by 31 May (企业所得税法 art. 54).
    let settled = NaiveDate::from_ymd_opt(year.saturating_add(1), 5, 31).unwrap_or(today);
    let grown = |fen: i64| fen / STEP_FEN * percent / 100 * STEP_FEN;
    let (assets, liabilities, revenue) =
        (grown(before.assets_fen), grown(before.liabilities_fen), grown(before.revenue_fen));
    let amounts = [
        ("total_assets", assets),
        ("total_liabilities", liabilities),
        ("owners_equity", assets - liabilities),
        ("total_revenue", revenue),
        ("main_revenue", grown(before.main_revenue_fen).min(revenue)),
        ("total_profit", grown(before.profit_fen)),
        ("net_profit", grown(before.net_profit_fen)),
        ("total_tax", grown(before.tax_fen)),
    ];
    let figures = amounts.iter().map(|(field, fen)| figure(field, None, amount(*fen))).collect();
    Told { source: FigureSource::Tax, as_of: settled.min(today), is_final: today >= settled, is_played: true, figures }
}

/// Persons and contributions at the end of the year.
fn insurance(before: Before, more: i64, year: i32) -> Told {
    let insured = before.insured + more;
    let mut figures = vec![
        figure("employees", None, before.employees.max(insured).into()),
        figure("insured_persons", None, insured.into()),
    ];
    for (kind, share) in SHARES {
        let base = insured * BASE_YUAN * 12;
        let yuan = |yuan: i64| amount(yuan * 100);
        figures.push(figure("persons", Some(kind), insured.into()));
        figures.push(figure("base", Some(kind), yuan(base)));
        figures.push(figure("paid", Some(kind), yuan(base * share / 1_000)));
        figures.push(figure("arrears", Some(kind), yuan(0)));
    }
    let as_of = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
    Told { source: FigureSource::SocialInsurance, as_of, is_final: true, is_played: true, figures }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn it_tells_the_same_each_time_and_not_of_everybody() {
        let codes: Vec<String> = (0..200).map(|number| format!("91610000TEXT{number:05}X")).collect();
        for source in FigureSource::ALL {
            let ask = || codes.iter().map(|code| told(source, code, 2025, None, day("2026-06-30"))).collect::<Vec<_>>();
            let answers = ask();
            assert_eq!(ask(), answers);
            let none = answers.iter().filter(|answer| answer.is_none()).count();
            assert!((5..45).contains(&none), "{none}");
        }
    }

    #[test]
    fn before_the_year_is_settled_it_says_so() {
        let of = |today| taxes(Before::default(), 100, 2025, day(today));
        assert_eq!((of("2026-03-10").is_final, of("2026-03-10").as_of), (false, day("2026-03-10")));
        assert_eq!((of("2026-11-27").is_final, of("2026-11-27").as_of), (true, day("2026-05-31")));
    }

    proptest! {
        #[test]
        fn figures_fit_together(number in 0_u32..100_000, assets in 0_i64..1_000_000, debt in 0_i64..1_000_000) {
            let before = Before {
                assets_fen: assets * STEP_FEN, liabilities_fen: debt * STEP_FEN, employees: 5, insured: 3, ..Before::default()
            };
            let code = format!("91610000TEXT{number:05}X");
            for source in FigureSource::ALL {
                let Some(told) = told(source, &code, 2025, Some(before), day("2026-06-30")) else { continue };
                let at = |name: &str| {
                    let found = told.figures.iter().find(|figure| figure.field == name && figure.kind.is_none());
                    match found.map(|figure| figure.value.clone()) {
                        Some(FieldValue::Wan(amount)) => amount.fen(),
                        Some(FieldValue::Integer(count)) => count,
                        _ => 0,
                    }
                };
                prop_assert_eq!(at("total_assets"), at("total_liabilities") + at("owners_equity"));
                prop_assert!(at("insured_persons") <= at("employees"));
            }
        }
    }
}
