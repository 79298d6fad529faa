//! What a search is asked, in the words of the graph.

use async_graphql::{Enum, InputObject};
use rules::industry::IndustryCode;
use rules::money::Wan;
use rules::region::RegionLevel;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use schema::scalars::{Decimal, RegionCode, Uscc};
use schema::{Answer, Code, Failure};
use services::index::{Dimension, Family, Order};

use crate::enterprise::list::DateRange;

/// Values of one list of a filter at most.
const MAX_VALUES: usize = 200;
/// 分 of a 元.
const FEN: i64 = 100;

/// 记录类别 What a hit may be.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Family")]
pub enum SearchFamily {
    /// 经营主体
    Enterprise,
    /// 行政处罚
    Penalty,
    /// 行政许可
    Licence,
    /// 监督检查
    Inspection,
    /// 经营异常名录
    AbnormalListing,
    /// 严重违法失信名单
    SeriousViolation,
    /// 信用修复
    CreditRepair,
    /// 外省行政许可
    CrossRegionLicence,
    /// 外省行政处罚
    CrossRegionPenalty,
    /// 外省严重违法失信
    CrossRegionViolation,
    /// 异地案件协同
    OffsiteCase,
    /// 公告
    Notice,
}

/// 排序 Equal ones in a fixed order; what has no date or amount comes last.
#[derive(Enum, Clone, Copy, Default, PartialEq, Eq)]
#[graphql(remote = "Order")]
pub enum SearchOrder {
    /// 相关度 The best first.
    #[default]
    Relevance,
    /// 日期，由近及远
    Latest,
    /// 日期，由远及近
    Earliest,
    /// 金额，由大到小
    Largest,
    /// 金额，由小到大
    Smallest,
}

/// 统计维度 What records are grouped by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Dimension")]
pub enum SearchDimension {
    /// 记录类别
    Family,
    /// 省级区划
    Province,
    /// 地级区划
    Prefecture,
    /// 县级区划
    County,
    /// 来源省份
    Origin,
    /// 登记状态
    Status,
    /// 经营主体类型
    Kind,
    /// 年份
    Year,
    /// 行业门类
    Industry,
    /// 事由
    Ground,
    /// 作出机关
    Authority,
}

/// 金额范围（元） Both ends included.
#[derive(InputObject, Clone, Default)]
pub struct YuanRange {
    /// 不小于
    pub gte: Option<Decimal>,
    /// 不大于
    pub lte: Option<Decimal>,
}

/// 检索筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct SearchFilter {
    /// 记录类别 Any of these.
    pub families: Option<Vec<SearchFamily>>,
    /// 行政区划 The whole subtree of this region.
    pub region_code: Option<RegionCode>,
    /// 行政区划 The whole subtree of any of these regions.
    pub region_codes: Option<Vec<RegionCode>>,
    /// 来源省份 Sent by any of these provinces, or kept by them.
    pub provinces: Option<Vec<RegionCode>>,
    /// 登记状态 Any of these, of the enterprise concerned.
    pub statuses: Option<Vec<EnterpriseStatus>>,
    /// 经营主体类型 Any of these, of the enterprise concerned.
    pub kinds: Option<Vec<EnterpriseKind>>,
    /// 行业代码 A section letter or up to four digits each (GB/T 4754-2017), with everything below; of the
    /// enterprise concerned.
    pub industry_codes: Option<Vec<String>>,
    /// 统一社会信用代码 About any of these enterprises.
    pub usccs: Option<Vec<Uscc>>,
    /// 事由 Any of these, as `facets.grounds` tells them.
    pub grounds: Option<Vec<String>>,
    /// 作出机关 Any of these, as `facets.authorities` tells them.
    pub authorities: Option<Vec<String>>,
    /// 日期 Of the decision, listing, inspection, application or notice; 成立日期 of an enterprise. What has none is in no range.
    pub date_range: Option<DateRange>,
    /// 金额（元） Of a penalty; 注册资本 of an enterprise. What has none is in no range.
    pub amount_range: Option<YuanRange>,
}

impl SearchFilter {
    /// The filter in the words of the index.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an industry that the standard does not know, a province that is none, an amount
    /// out of range, or a list that is too long.
    pub fn checked(self) -> Answer<services::index::SearchFilter> {
        let amounts = self.amount_range.unwrap_or_default();
        let days = self.date_range.unwrap_or_default();
        let regions = self.region_code.into_iter().chain(bounded("regionCodes", self.region_codes)?);
        let industries = bounded("industryCodes", self.industry_codes)?;
        let provinces = bounded("provinces", self.provinces)?;
        Ok(services::index::SearchFilter {
            families: bounded("families", self.families)?.into_iter().map(Family::from).collect(),
            regions: regions.map(|code| code.0).collect(),
            provinces: provinces.into_iter().map(province).collect::<Answer<_>>()?,
            statuses: bounded("statuses", self.statuses)?,
            kinds: bounded("kinds", self.kinds)?,
            industries: industries.iter().map(|code| industry(code)).collect::<Answer<_>>()?,
            grounds: bounded("grounds", self.grounds)?,
            authorities: bounded("authorities", self.authorities)?,
            amount_fen: (fen("gte", amounts.gte)?, fen("lte", amounts.lte)?),
            day: (days.gte.map(|day| day.0), days.lte.map(|day| day.0)),
            usccs: bounded("usccs", self.usccs)?.into_iter().map(|code| code.0.to_string()).collect(),
            records: None,
        })
    }
}

fn bounded<T>(name: &str, values: Option<Vec<T>>) -> Answer<Vec<T>> {
    let values = values.unwrap_or_default();
    if values.len() > MAX_VALUES {
        let message = format!("{name} 有 {} 个值，最多 {MAX_VALUES} 个。", values.len());
        return Err(Failure::refused(Code::InvalidInput, message));
    }
    Ok(values)
}

fn province(code: RegionCode) -> Answer<rules::region::RegionCode> {
    if code.0.level() == RegionLevel::Province {
        return Ok(code.0);
    }
    let message = format!("provinces 的值“{}”不是省级行政区划代码，应以 0000 结尾，例如“410000”。", code.0);
    Err(Failure::refused(Code::InvalidInput, message))
}

fn industry(code: &str) -> Answer<String> {
    IndustryCode::parse(code).map(|code| code.as_str().to_owned()).map_err(|error| {
        let shown: String = code.chars().take(20).collect();
        let message = format!("industryCodes 的值“{shown}”不正确：{}", error.message());
        Failure::refused(Code::InvalidInput, message)
    })
}

/// 元 as 分. The limit of an amount is that of 万元 in the register.
fn fen(end: &str, amount: Option<Decimal>) -> Answer<Option<i64>> {
    let Some(amount) = amount else { return Ok(None) };
    let wan = amount.0 / rust_decimal::Decimal::from(10_000);
    let whole = amount.0 * rust_decimal::Decimal::from(FEN);
    match (Wan::from_decimal(wan.trunc()), i64::try_from(whole)) {
        (Ok(_), Ok(fen)) if whole.is_integer() => Ok(Some(fen)),
        _ => {
            let message = format!("amountRange.{end} 的值 {} 不正确：应为以元为单位、最多两位小数的金额。", amount.0);
            Err(Failure::refused(Code::InvalidInput, message))
        }
    }
}

/// The order in the words of the index.
pub fn order(order: Option<SearchOrder>) -> Order {
    order.unwrap_or_default().into()
}

/// The dimensions in the words of the index.
pub fn dimensions(by: Vec<SearchDimension>) -> Vec<Dimension> {
    by.into_iter().map(Dimension::from).collect()
}
