//! 年报分析 Groups of reports by industry, region, size, kind and year.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use entities::bureau::progress::Reports;
use entities::scope::Audience;
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, ReportSize};
use rust_decimal::Decimal as Number;
use schema::scalars::{Decimal, RegionCode};
use schema::{Answer, Code, Failure};
use services::bureau::analysis::{
    Analysis, Counts, Dimension, Distribution, Group, Question, analyse, growth, percent,
};
use services::bureau::is_current;

use super::zero_value::section;
use super::{known, reported};
use crate::owner::{loaders, scope};
use crate::value::wan;

/// Years that may be asked about at once.
const MOST_YEARS: usize = 10;
/// Dimensions at once.
const MOST_DIMENSIONS: usize = 3;
/// Groups that are told at most.
const MOST_GROUPS: usize = 5_000;

/// 年报分析维度
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Dimension")]
pub enum ReportDimension {
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

/// 年报分析筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct ReportAnalysisFilter {
    /// 行业门类 Any of these section letters (GB/T 4754-2017).
    pub industry_sections: Option<Vec<String>>,
    /// 规模 Any of these.
    pub sizes: Option<Vec<ReportSize>>,
    /// 申报主体类型 Any of these.
    pub kinds: Option<Vec<FilerKind>>,
}

/// 年报分析结果
pub struct ReportAnalysis {
    analysis: Analysis,
    dimensions: Vec<Dimension>,
    audience: Audience,
}

/// 年报分析 Groups of reports. The public is shown no group of fewer than three reports, nor one from which such a
/// group could be computed.
#[Object]
impl ReportAnalysis {
    /// 组 In the order of their values.
    async fn groups(&self) -> Vec<ReportGroup> {
        let group = |group: &Group| ReportGroup {
            group: group.clone(),
            dimensions: self.dimensions.clone(),
            audience: self.audience,
        };
        self.analysis.groups.iter().take(MOST_GROUPS).map(group).collect()
    }

    /// 年报数 In all groups, hidden ones included.
    async fn report_count(&self) -> u64 {
        self.analysis.reports()
    }

    /// 组数
    async fn group_count(&self) -> usize {
        self.analysis.groups.len()
    }

    /// 隐去组数 Groups whose figures are hidden.
    async fn hidden_count(&self) -> usize {
        self.analysis.groups.iter().filter(|group| group.is_hidden).count()
    }

    /// 预测 The straight line through the years asked about, one year further, for each group; at least three years
    /// that follow one another are needed, and none of a group may be hidden.
    #[graphql(complexity = "20 + child_complexity")]
    async fn forecasts(
        &self,
        #[graphql(desc = "指标；不填为营业总收入、纳税总额、从业人数")] measures: Option<Vec<ReportMeasure>>,
    ) -> Vec<ReportForecast> {
        let usual = [ReportMeasure::TotalRevenue, ReportMeasure::TotalTax, ReportMeasure::Employees];
        let measures = measures.filter(|measures| !measures.is_empty()).unwrap_or_else(|| usual.to_vec());
        let dimensions = self.analysis.dimensions_without_year();
        let told = self.analysis.forecasts(&measures).into_iter().take(MOST_GROUPS);
        told.map(|told| ReportForecast {
            labels: labels(&dimensions, &told.values),
            values: told.values,
            measure: told.measure,
            unit: told.measure.unit(),
            year: told.forecast.year,
            value: Decimal(told.forecast.value),
            error_percent: told.forecast.error_percent.map(Decimal),
            tested_years: told.forecast.tried,
        })
        .collect()
    }

    /// 是否最新 Whether everything that is recorded is counted.
    async fn is_current(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(is_current(&loaders(ctx)?.db).await?)
    }
}

/// 预测 With the mean error of the same way in the years that are known.
#[derive(SimpleObject)]
pub struct ReportForecast {
    /// 取值 In the order of the dimensions, without the year.
    pub values: Vec<String>,
    /// 名称
    pub labels: Vec<String>,
    /// 指标
    pub measure: ReportMeasure,
    /// 单位
    pub unit: &'static str,
    /// 预测年度
    pub year: i32,
    /// 预测值
    pub value: Decimal,
    /// 平均误差（%） Null while too few years are known to try it.
    pub error_percent: Option<Decimal>,
    /// 检验年数
    pub tested_years: usize,
}

/// The words for values.
fn labels(dimensions: &[Dimension], values: &[String]) -> Vec<String> {
    let label = |(dimension, value): (&Dimension, &String)| match dimension {
        Dimension::Industry => rules::industry::find(value).map(|industry| industry.name.to_owned()),
        Dimension::Region => region_name(value),
        Dimension::Size => ReportSize::from_code(value).map(|size| size.term().to_owned()),
        Dimension::Kind => FilerKind::from_code(value).map(|kind| kind.term().to_owned()),
        Dimension::Year => Some(format!("{value}年度")),
    };
    dimensions.iter().zip(values).map(|pair| label(pair).unwrap_or_else(|| pair.1.clone())).collect()
}

fn region_name(code: &str) -> Option<String> {
    let code: rules::region::RegionCode = code.parse().ok()?;
    rules::region::find(code).map(|region| region.full_name.clone())
}

/// 年报分析组
pub struct ReportGroup {
    group: Group,
    dimensions: Vec<Dimension>,
    audience: Audience,
}

impl ReportGroup {
    fn counts(&self) -> Option<&Counts> {
        Some(&self.group.counts).filter(|_| !self.group.is_hidden)
    }

    fn figure(&self, measure: ReportMeasure) -> ReportFigure {
        let group = &self.group;
        let is_told = !group.is_hidden && !group.hidden.contains(&measure);
        let sum = group.counts.sum(measure);
        let before = group.before.filter(|_| !group.hidden_before.contains(&measure)).map(|before| before.sum(measure));
        ReportFigure {
            measure,
            unit: measure.unit(),
            stated_count: is_told.then(|| group.counts.stated(measure)),
            sum: is_told.then_some(Decimal(sum)),
            mean: group.counts.mean(measure).filter(|_| is_told).map(Decimal),
            share_percent: percent(sum, group.whole.sum(measure)).filter(|_| is_told).map(Decimal),
            growth_percent: before.filter(|_| is_told).and_then(|before| growth(sum, before)).map(Decimal),
        }
    }
}

/// 年报分析组 The reports with the same values.
#[Object]
impl ReportGroup {
    /// 取值 In the order of the dimensions: a section letter, a region's code, a size, a kind, a year.
    async fn values(&self) -> &[String] {
        &self.group.values
    }

    /// 名称 Of each value, as people write it.
    async fn labels(&self) -> Vec<String> {
        labels(&self.dimensions, &self.group.values)
    }

    /// 是否隐去
    async fn is_hidden(&self) -> bool {
        self.group.is_hidden
    }

    /// 年报数 Null if it is hidden.
    async fn report_count(&self) -> Option<u64> {
        self.counts().map(Counts::reports)
    }

    /// 占比（%） Of all groups; with a year among the dimensions, of those of the same year.
    async fn share_percent(&self) -> Option<Decimal> {
        let counts = self.counts()?;
        percent(Number::from(counts.reports()), Number::from(self.group.whole.reports())).map(Decimal)
    }

    /// 较上年增长（%） Only with a year among the dimensions.
    async fn growth_percent(&self) -> Option<Decimal> {
        let (counts, before) = (self.counts()?, self.group.before?);
        growth(Number::from(counts.reports()), Number::from(before.reports())).map(Decimal)
    }

    /// 逾期数 For offices.
    async fn late_count(&self) -> Option<u64> {
        self.counts().filter(|_| self.audience == Audience::Office).map(Counts::late)
    }

    /// 零值数 For offices.
    async fn zero_value_count(&self) -> Option<u64> {
        self.counts().filter(|_| self.audience == Audience::Office).map(Counts::zero)
    }

    /// 指标 All of them unless some are named.
    #[graphql(complexity = "5 * child_complexity")]
    async fn figures(
        &self,
        #[graphql(desc = "指标；不填为全部")] measures: Option<Vec<ReportMeasure>>,
    ) -> Vec<ReportFigure> {
        let measures = measures.filter(|measures| !measures.is_empty());
        measures.unwrap_or_else(|| ReportMeasure::ALL.to_vec()).into_iter().map(|one| self.figure(one)).collect()
    }

    /// 分布 Of `distributionOf`; null if it is hidden, if too few state it, and where industries are told apart together
    /// with sizes or kinds.
    async fn distribution(&self) -> Option<ReportDistribution> {
        self.group.distribution.as_ref().map(ReportDistribution::from)
    }
}

/// 指标值 Each null if it is hidden.
#[derive(SimpleObject)]
pub struct ReportFigure {
    /// 指标
    pub measure: ReportMeasure,
    /// 单位
    pub unit: &'static str,
    /// 填报数 How many reports state it.
    pub stated_count: Option<u64>,
    /// 合计
    pub sum: Option<Decimal>,
    /// 平均
    pub mean: Option<Decimal>,
    /// 占比（%） Of all groups; with a year among the dimensions, of those of the same year.
    pub share_percent: Option<Decimal>,
    /// 较上年增长（%） Only with a year among the dimensions.
    pub growth_percent: Option<Decimal>,
}

/// 分布 Values below which so many of a hundred lie. They are read from a scale of eight steps to a tenfold, so that
/// each is off by less than a third.
#[derive(SimpleObject)]
pub struct ReportDistribution {
    /// 指标
    pub measure: ReportMeasure,
    /// 单位
    pub unit: &'static str,
    /// 填报数
    pub stated_count: u64,
    /// 第 10 百分位
    pub p10: Decimal,
    /// 第 25 百分位
    pub p25: Decimal,
    /// 中位数
    pub median: Decimal,
    /// 第 75 百分位
    pub p75: Decimal,
    /// 第 90 百分位
    pub p90: Decimal,
}

impl From<&Distribution> for ReportDistribution {
    fn from(distribution: &Distribution) -> Self {
        let measure = distribution.measure;
        let told = |value: i64| if measure.is_amount() { wan(value) } else { Decimal(Number::from(value)) };
        let [p10, p25, median, p75, p90] = distribution.quantiles.map(told);
        Self { measure, unit: measure.unit(), stated_count: distribution.stated, p10, p25, median, p75, p90 }
    }
}

/// Root field of the analysis.
#[derive(Default)]
pub struct AnalysisQuery;

#[Object]
impl AnalysisQuery {
    /// 年报分析 Counts, sums in 万元, means, shares, growth, distribution and forecasts by up to three dimensions.
    #[graphql(complexity = "500 + child_complexity")]
    async fn report_analysis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度，至多十个")] years: Vec<i32>,
        #[graphql(desc = "行政区划及其下级；不填为全部")] region_code: Option<RegionCode>,
        #[graphql(desc = "维度，一至三个")] by: Vec<ReportDimension>,
        #[graphql(desc = "筛选条件")] filter: Option<ReportAnalysisFilter>,
        #[graphql(desc = "给出其分布的指标：资产总额、营业总收入、纳税总额、从业人数")] distribution_of: Option<
            ReportMeasure,
        >,
    ) -> Answer<ReportAnalysis> {
        let audience = scope(ctx)?.audience;
        let by: Vec<Dimension> = by.into_iter().map(Dimension::from).collect();
        let question = Question {
            reports: reports(years, region_code, filter.unwrap_or_default())?,
            distribution_of: distribution_of.map(distributed).transpose()?,
            audience,
            by: dimensions(by)?,
        };
        if audience == Audience::Public && question.reports.years.len() > 1 && !question.by.contains(&Dimension::Year) {
            let message = "选择多个年度时应同时按年度分组：跨年度的合计会使隐去的小单元可以推算。";
            return Err(Failure::refused(Code::InvalidInput, message));
        }
        let analysis = analyse(&loaders(ctx)?.db, &question).await?;
        Ok(ReportAnalysis { analysis, dimensions: question.by, audience })
    }
}

fn reports(years: Vec<i32>, region: Option<RegionCode>, filter: ReportAnalysisFilter) -> Answer<Reports> {
    if years.is_empty() || years.len() > MOST_YEARS {
        return Err(Failure::refused(Code::InvalidInput, format!("请选择 1 到 {MOST_YEARS} 个年度。")));
    }
    let mut years: Vec<i64> = years.into_iter().map(|year| reported(year).map(i64::from)).collect::<Answer<_>>()?;
    years.sort_unstable();
    years.dedup();
    let sections = filter.industry_sections.unwrap_or_default();
    Ok(Reports {
        years,
        region: region.map(|region| known(region.0)).transpose()?,
        sections: sections.into_iter().map(section).collect::<Answer<_>>()?,
        sizes: filter.sizes.unwrap_or_default(),
        kinds: filter.kinds.unwrap_or_default(),
    })
}

fn dimensions(by: Vec<Dimension>) -> Answer<Vec<Dimension>> {
    let is_twice = (1..by.len()).any(|at| by[..at].contains(&by[at]));
    if by.is_empty() || by.len() > MOST_DIMENSIONS || is_twice {
        let message = format!("请选择 1 到 {MOST_DIMENSIONS} 个不同的维度。");
        return Err(Failure::refused(Code::InvalidInput, message));
    }
    Ok(by)
}

fn distributed(measure: ReportMeasure) -> Answer<ReportMeasure> {
    let is_kept = ReportMeasure::DISTRIBUTED.contains(&measure);
    let message = || format!("“{}”没有分布，请选择资产总额、营业总收入、纳税总额或从业人数。", measure.term());
    is_kept.then_some(measure).ok_or_else(|| Failure::refused(Code::InvalidInput, message()))
}
