//! 分面 Counts of the hits by value, over all pages.

use async_graphql::SimpleObject;
use rules::industry;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use schema::scalars::RegionCode;
use services::index::Facets;

use super::filter::SearchFamily;

/// 分面 Counts of the hits by value, over all pages; values without a hit are left out.
#[derive(SimpleObject)]
pub struct SearchFacets {
    /// 记录类别
    pub families: Vec<FamilyCount>,
    /// 行政区划 Provinces, then prefectures, then counties.
    pub regions: Vec<RegionCount>,
    /// 来源省份 Where the records come from.
    pub origins: Vec<RegionCount>,
    /// 登记状态
    pub statuses: Vec<StatusCount>,
    /// 经营主体类型
    pub kinds: Vec<KindCount>,
    /// 年份
    pub years: Vec<YearCount>,
    /// 行业门类
    pub industries: Vec<TextCount>,
    /// 事由 The most frequent first, at most 100.
    pub grounds: Vec<TextCount>,
    /// 作出机关 The most frequent first, at most 100.
    pub authorities: Vec<TextCount>,
}

/// Values of a facet of words at most.
const MAX_WORDS: usize = 100;

impl From<&Facets> for SearchFacets {
    fn from(facets: &Facets) -> Self {
        let regions = &facets.regions;
        let levels = regions.provinces.iter().chain(&regions.prefectures).chain(&regions.counties);
        Self {
            families: facets
                .families
                .iter()
                .map(|(value, count)| FamilyCount { value: (*value).into(), count: *count })
                .collect(),
            regions: levels.map(|(code, count)| RegionCount::of(*code, *count)).collect(),
            origins: facets.origins.iter().map(|(code, count)| RegionCount::of(*code, *count)).collect(),
            statuses: facets
                .statuses
                .iter()
                .map(|(value, count)| StatusCount { value: *value, count: *count })
                .collect(),
            kinds: facets.kinds.iter().map(|(value, count)| KindCount { value: *value, count: *count }).collect(),
            years: facets.years.iter().map(|(value, count)| YearCount { value: *value, count: *count }).collect(),
            industries: facets.industries.iter().map(|(letter, count)| section(*letter, *count)).collect(),
            grounds: words(&facets.grounds),
            authorities: words(&facets.authorities),
        }
    }
}

fn words(counts: &[(String, u64)]) -> Vec<TextCount> {
    let counts = counts.iter().take(MAX_WORDS);
    counts.map(|(value, count)| TextCount { value: value.clone(), name: value.clone(), count: *count }).collect()
}

fn section(letter: char, count: u64) -> TextCount {
    let value = letter.to_string();
    let name = industry::find(&value).map_or("", |industry| industry.name).to_owned();
    TextCount { value, name, count }
}

/// 年份计数
#[derive(SimpleObject)]
pub struct YearCount {
    /// 年份
    pub value: i32,
    /// 数量
    pub count: u64,
}

/// 文字计数
#[derive(SimpleObject)]
pub struct TextCount {
    /// 取值 As a filter takes it.
    pub value: String,
    /// 名称
    pub name: String,
    /// 数量
    pub count: u64,
}

/// 类别计数
#[derive(SimpleObject)]
pub struct FamilyCount {
    /// 类别
    pub value: SearchFamily,
    /// 数量
    pub count: u64,
}

/// 区划计数
#[derive(SimpleObject)]
pub struct RegionCount {
    /// 代码
    pub code: RegionCode,
    /// 名称
    pub name: &'static str,
    /// 数量
    pub count: u64,
}

impl RegionCount {
    fn of(code: rules::region::RegionCode, count: u64) -> Self {
        Self { code: RegionCode(code), name: rules::region::find(code).map_or("", |region| region.name), count }
    }
}

/// 状态计数
#[derive(SimpleObject)]
pub struct StatusCount {
    /// 状态
    pub value: EnterpriseStatus,
    /// 数量
    pub count: u64,
}

/// 类型计数
#[derive(SimpleObject)]
pub struct KindCount {
    /// 类型
    pub value: EnterpriseKind,
    /// 数量
    pub count: u64,
}
