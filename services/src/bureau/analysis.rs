//! 年报分析 Groups of reports out of the cells: counts, sums, means, shares, growth, distribution, forecasts; and what
//! of it the public is shown.
//!
//! CELL-1: the public is shown no group of fewer than three reports, no figure that fewer than three state, and
//! nothing from which a single such one could be computed.

use std::collections::{BTreeMap, BTreeSet};

use entities::Database;
use entities::bureau::cells::{PLAIN, REPORT_COUNTS};
use entities::bureau::progress::{self, Place, Reports, Side};
use entities::scope::Audience;
use rules::bureau::{Forecast, ReportMeasure, forecast, quantile, suppress};
use rust_decimal::Decimal;
use sea_orm::DbErr;

/// 维度
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// 行业门类
    Industry,
    /// 下级区划
    Region,
    /// 规模
    Size,
    /// 申报主体类型
    Kind,
    /// 年度
    Year,
}

impl Dimension {
    const fn side(self) -> Option<Side> {
        match self {
            Self::Industry => Some(Side::Industry),
            Self::Region => Some(Side::Region),
            Self::Size => Some(Side::Size),
            Self::Kind => Some(Side::Kind),
            Self::Year => None,
        }
    }
}

/// Reports that state a figure below which the public is told no distribution of it.
const LEAST_OF_DISTRIBUTION: u64 = 10;

/// 问题 What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// 统计范围
    pub reports: Reports,
    /// 维度 In the order in which values are told.
    pub by: Vec<Dimension>,
    /// 分布指标
    pub distribution_of: Option<ReportMeasure>,
    /// 受众
    pub audience: Audience,
}

/// 计数 Counts of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts([i64; REPORT_COUNTS]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; REPORT_COUNTS])
    }
}

impl Counts {
    /// 年报数
    pub const fn reports(&self) -> u64 {
        self.0[0].unsigned_abs()
    }

    /// 逾期数
    pub const fn late(&self) -> u64 {
        self.0[1].unsigned_abs()
    }

    /// 零值数
    pub const fn zero(&self) -> u64 {
        self.0[2].unsigned_abs()
    }

    /// 填报数 How many reports state a figure.
    pub const fn stated(&self, measure: ReportMeasure) -> u64 {
        self.0[PLAIN + 2 * measure as usize].unsigned_abs()
    }

    /// 合计 In 万元, or persons.
    pub fn sum(&self, measure: ReportMeasure) -> Decimal {
        let sum = self.0[PLAIN + 2 * measure as usize + 1];
        Decimal::new(sum, if measure.is_amount() { FEN_DECIMALS } else { 0 }).normalize()
    }

    /// 平均
    pub fn mean(&self, measure: ReportMeasure) -> Option<Decimal> {
        self.sum(measure).checked_div(Decimal::from(self.stated(measure))).map(|mean| mean.round_dp(2))
    }

    fn add(&mut self, other: &[i64; REPORT_COUNTS]) {
        self.0.iter_mut().zip(other).for_each(|(count, more)| *count = count.saturating_add(*more));
    }
}

/// 1 万元 is 1,000,000 分.
const FEN_DECIMALS: u32 = 6;

/// 组 Reports with the same values.
#[derive(Clone, Debug)]
pub struct Group {
    /// 取值 In the order of the dimensions.
    pub values: Vec<String>,
    /// 计数
    pub counts: Counts,
    /// 上年同组 With a year among the dimensions; `None` if there is none, or if it is hidden.
    pub before: Option<Counts>,
    /// 合计 Of all groups, or of those of the same year.
    pub whole: Counts,
    /// 是否隐去
    pub is_hidden: bool,
    /// Measures that are hidden.
    pub hidden: BTreeSet<ReportMeasure>,
    /// Measures that were hidden the year before.
    pub hidden_before: BTreeSet<ReportMeasure>,
    /// 分布 Of the measure that was asked for.
    pub distribution: Option<Distribution>,
}

/// 分布 In 分, or persons.
#[derive(Clone, Copy, Debug)]
pub struct Distribution {
    /// 指标
    pub measure: ReportMeasure,
    /// 填报数
    pub stated: u64,
    /// The values below which 10, 25, 50, 75 and 90 of a hundred lie.
    pub quantiles: [i64; 5],
}

/// 分析结果
#[derive(Clone, Debug)]
pub struct Analysis {
    /// 组 In the order of their values.
    pub groups: Vec<Group>,
    by: Vec<Dimension>,
    cells: BTreeMap<Place, Cell>,
    sides: Vec<Dimension>,
    years: Vec<i32>,
}

/// A cell of the finest table that is read.
#[derive(Clone, Debug, Default)]
struct Cell {
    counts: Counts,
    is_hidden: bool,
    hidden: BTreeSet<ReportMeasure>,
}

/// Answers a question: one statement, another one for a distribution.
///
/// # Errors
/// Any failure of the database.
pub async fn analyse(db: &Database, question: &Question) -> Result<Analysis, DbErr> {
    let sides: Vec<Dimension> = question.by.iter().copied().filter(|dimension| dimension.side().is_some()).collect();
    let years: Vec<i32> = question.reports.years.iter().filter_map(|year| i32::try_from(*year).ok()).collect();
    let cells = cells(db, question, &sides).await?;
    let mut groups = grouped(question, &sides, &years, &cells);
    if let Some(measure) = question.distribution_of {
        distribute(db, question, &sides, measure, &mut groups).await?;
    }
    Ok(Analysis { groups, by: question.by.clone(), cells, sides, years })
}

/// The cells by year and sides, with what of them is hidden. Conditions are sides of their own while it is decided
/// what to hide: a list that is narrowed to one industry hides what the list of all industries hides.
async fn cells(db: &Database, question: &Question, sides: &[Dimension]) -> Result<BTreeMap<Place, Cell>, DbErr> {
    let mut reports = question.reports.clone();
    let mut asked = sides.to_vec();
    if question.by.contains(&Dimension::Year) {
        let before: Vec<i64> =
            reports.years.iter().map(|year| year - 1).filter(|year| !reports.years.contains(year)).collect();
        reports.years.extend(before);
    }
    let narrowed = [
        (Dimension::Industry, !reports.sections.is_empty()),
        (Dimension::Size, !reports.sizes.is_empty()),
        (Dimension::Kind, !reports.kinds.is_empty()),
    ];
    let is_public = question.audience == Audience::Public;
    if is_public {
        asked.extend(narrowed.iter().filter(|(side, is)| *is && !sides.contains(side)).map(|(side, _)| *side));
        (reports.sections, reports.sizes, reports.kinds) = (Vec::new(), Vec::new(), Vec::new());
    }
    // In one order, so that the same table hides the same cells however it is asked for.
    asked.sort_unstable();
    let asked_sides: Vec<Side> = asked.iter().filter_map(|dimension| dimension.side()).collect();
    let counted = progress::groups(db, &reports, &asked_sides).await?;
    let mut fine: BTreeMap<Place, Cell> = counted
        .into_iter()
        .map(|(place, counts)| (place, Cell { counts: Counts(counts), ..Cell::default() }))
        .collect();
    if is_public {
        hide(&mut fine);
    }
    let mut cells: BTreeMap<Place, Cell> = BTreeMap::new();
    for ((year, values), cell) in fine {
        if is_public && !is_meant(&question.reports, &asked, &values) {
            continue;
        }
        let place = |side: &Dimension| asked.iter().position(|asked| asked == side);
        let kept = sides.iter().filter_map(place).map(|at| values[at].clone()).collect();
        let merged = cells.entry((year, kept)).or_default();
        merged.counts.add(&cell.counts.0);
        merged.is_hidden |= cell.is_hidden;
        merged.hidden.extend(cell.hidden);
    }
    Ok(cells)
}

fn is_meant(reports: &Reports, asked: &[Dimension], values: &[String]) -> bool {
    asked.iter().zip(values).all(|(dimension, value)| match dimension {
        Dimension::Industry => reports.sections.is_empty() || reports.sections.contains(value),
        Dimension::Size => reports.sizes.is_empty() || reports.sizes.iter().any(|size| size.code() == value),
        Dimension::Kind => reports.kinds.is_empty() || reports.kinds.iter().any(|kind| kind.code() == value),
        Dimension::Region | Dimension::Year => true,
    })
}

/// Hides small cells and figures, year by year: sums over years are told to nobody for whom cells are hidden.
fn hide(cells: &mut BTreeMap<Place, Cell>) {
    let years: BTreeSet<i32> = cells.keys().map(|(year, _)| *year).collect();
    for year in years {
        let places: Vec<Place> = cells.keys().filter(|(of, _)| *of == year).cloned().collect();
        let count = |cell: &Counts, measure: Option<ReportMeasure>| {
            measure.map_or(cell.reports(), |measure| cell.stated(measure))
        };
        let measures = std::iter::once(None).chain(ReportMeasure::ALL.iter().copied().map(Some));
        for measure in measures {
            let stated: Vec<(Vec<String>, u64)> = places
                .iter()
                .filter_map(|place| cells.get(place).map(|cell| (place.1.clone(), count(&cell.counts, measure))))
                .filter(|(_, count)| *count > 0)
                .collect();
            let hidden = suppress(&stated);
            for ((values, _), _) in stated.into_iter().zip(hidden).filter(|(_, hidden)| *hidden) {
                let Some(cell) = cells.get_mut(&(year, values)) else { continue };
                match measure {
                    Some(measure) => {
                        cell.hidden.insert(measure);
                    }
                    None => cell.is_hidden = true,
                }
            }
        }
    }
}

fn grouped(question: &Question, sides: &[Dimension], years: &[i32], cells: &BTreeMap<Place, Cell>) -> Vec<Group> {
    let has_year = question.by.contains(&Dimension::Year);
    let mut merged: BTreeMap<Place, Cell> = BTreeMap::new();
    for ((year, values), cell) in cells.iter().filter(|((year, _), _)| years.contains(year)) {
        let at = (if has_year { *year } else { 0 }, values.clone());
        let group = merged.entry(at).or_default();
        group.counts.add(&cell.counts.0);
        group.is_hidden |= cell.is_hidden;
        group.hidden.extend(&cell.hidden);
    }
    let mut wholes: BTreeMap<i32, Counts> = BTreeMap::new();
    merged.iter().for_each(|((year, _), cell)| wholes.entry(*year).or_default().add(&cell.counts.0));
    let group = |((year, values), cell): (Place, Cell)| {
        let before = cells.get(&(year - 1, values.clone())).filter(|before| has_year && !before.is_hidden);
        Group {
            values: told(question, sides, year, &values),
            before: before.map(|before| before.counts),
            hidden_before: before.map(|before| before.hidden.clone()).unwrap_or_default(),
            whole: wholes.get(&year).copied().unwrap_or_default(),
            counts: cell.counts,
            is_hidden: cell.is_hidden,
            hidden: cell.hidden,
            distribution: None,
        }
    };
    let mut groups: Vec<Group> = merged.into_iter().map(group).collect();
    groups.sort_by(|a, b| a.values.cmp(&b.values));
    groups
}

/// Values in the order in which they were asked for.
fn told(question: &Question, sides: &[Dimension], year: i32, values: &[String]) -> Vec<String> {
    let value = |dimension: &Dimension| match sides.iter().position(|side| side == dimension) {
        Some(place) => values[place].clone(),
        None => year.to_string(),
    };
    question.by.iter().map(value).collect()
}

async fn distribute(
    db: &Database,
    question: &Question,
    sides: &[Dimension],
    measure: ReportMeasure,
    groups: &mut [Group],
) -> Result<(), DbErr> {
    let asked: Vec<Side> = sides.iter().filter_map(|side| side.side()).collect();
    let mut steps: BTreeMap<Vec<String>, BTreeMap<i32, u64>> = BTreeMap::new();
    let Some(found) = progress::steps(db, &question.reports, measure, &asked).await? else { return Ok(()) };
    for ((year, values), of) in found {
        let merged = steps.entry(told(question, sides, year, &values)).or_default();
        of.into_iter().for_each(|(step, count)| *merged.entry(step).or_insert(0) += count);
    }
    let least = if question.audience == Audience::Public { LEAST_OF_DISTRIBUTION } else { 1 };
    for group in groups.iter_mut().filter(|group| !group.is_hidden && !group.hidden.contains(&measure)) {
        let Some(steps) = steps.get(&group.values) else { continue };
        let stated: u64 = steps.values().sum();
        let quantiles = [100, 250, 500, 750, 900].map(|per_mille| quantile(steps, per_mille));
        if stated >= least && quantiles.iter().all(Option::is_some) {
            let quantiles = quantiles.map(Option::unwrap_or_default);
            group.distribution = Some(Distribution { measure, stated, quantiles });
        }
    }
    Ok(())
}

/// 预测 Of a group over the years.
#[derive(Clone, Debug)]
pub struct Foretold {
    /// 取值 Without the year, in the order of the dimensions.
    pub values: Vec<String>,
    /// 指标
    pub measure: ReportMeasure,
    /// 预测
    pub forecast: Forecast,
}

impl Analysis {
    /// 年报总数 In all groups.
    pub fn reports(&self) -> u64 {
        self.groups.iter().map(|group| group.counts.reports()).sum()
    }

    /// Each measure of each group one year further; nothing for groups of which something is hidden.
    pub fn forecasts(&self, measures: &[ReportMeasure]) -> Vec<Foretold> {
        let mut series: BTreeMap<&[String], Vec<(i32, &Cell)>> = BTreeMap::new();
        for ((year, values), cell) in self.cells.iter().filter(|((year, _), _)| self.years.contains(year)) {
            series.entry(values).or_default().push((*year, cell));
        }
        let mut foretold = Vec::new();
        for (values, years) in series {
            for measure in measures {
                let is_told = years.iter().all(|(_, cell)| !cell.is_hidden && !cell.hidden.contains(measure));
                let known: Vec<(i32, Decimal)> =
                    years.iter().map(|(year, cell)| (*year, cell.counts.sum(*measure))).collect();
                if let Some(forecast) = forecast(&known).filter(|_| is_told) {
                    foretold.push(Foretold { values: self.ordered(values), measure: *measure, forecast });
                }
            }
        }
        foretold
    }

    /// 维度 Without the year.
    pub fn dimensions_without_year(&self) -> Vec<Dimension> {
        self.by.iter().copied().filter(|dimension| *dimension != Dimension::Year).collect()
    }

    fn ordered(&self, values: &[String]) -> Vec<String> {
        let place = |dimension: &Dimension| self.sides.iter().position(|side| side == dimension);
        self.dimensions_without_year().iter().filter_map(place).map(|place| values[place].clone()).collect()
    }
}

/// 比例（%） With two decimals; `None` of nothing.
pub fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole).map(|percent| percent.round_dp(2))
}

/// 增长（%） Against the amount before; `None` if that was nothing.
pub fn growth(now: Decimal, before: Decimal) -> Option<Decimal> {
    percent(now - before, before.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_growth_are_those_of_a_computation_by_hand() {
        let two = |text: &str| text.parse::<Decimal>().expect("a number");
        assert_eq!(percent(two("1"), two("3")), Some(two("33.33")));
        assert_eq!(growth(two("150"), two("120")), Some(two("25.00")));
        assert_eq!(growth(two("-50"), two("-100")), Some(two("50.00")));
        assert_eq!(growth(two("1"), Decimal::ZERO), None);
    }

    #[test]
    fn small_cells_are_hidden_in_their_year() {
        let cell = |reports: i64| {
            let mut counts = [0; REPORT_COUNTS];
            counts[0] = reports;
            Cell { counts: Counts(counts), ..Cell::default() }
        };
        let at = |year, value: &str| (year, vec![value.to_owned()]);
        let mut cells = BTreeMap::from([
            (at(2023, "A"), cell(2)),
            (at(2023, "B"), cell(9)),
            (at(2023, "C"), cell(30)),
            (at(2024, "A"), cell(5)),
            (at(2024, "B"), cell(9)),
        ]);
        hide(&mut cells);
        let hidden: Vec<&Place> = cells.iter().filter(|(_, cell)| cell.is_hidden).map(|(place, _)| place).collect();
        assert_eq!(hidden, [&at(2023, "A"), &at(2023, "B")]);
    }
}
