//! 行政区划与行业 Regions (GB/T 2260) and industries (GB/T 4754-2017), answered from the standards.

use async_graphql::{Description, Object, SimpleObject};
use rules::region::{self, RegionLevel};
use schema::Answer;
use schema::scalars::RegionCode;

/// 行政区划 A province, prefecture or county of GB/T 2260.
#[derive(Clone, Copy, Description)]
pub struct Region(&'static region::Region);

impl Region {
    /// The region with this code, if the standard has it.
    pub fn of(code: i32) -> Option<Self> {
        let code = region::RegionCode::new(u32::try_from(code).ok()?)?;
        region::find(code).map(Self)
    }
}

#[Object(use_type_description, shareable)]
impl Region {
    /// 代码 Six digits.
    async fn code(&self) -> RegionCode {
        RegionCode(self.0.code)
    }

    /// 名称 Own name, such as 雁塔区.
    async fn name(&self) -> &'static str {
        self.0.name
    }

    /// 全称 Names of the whole path, such as 陕西省西安市雁塔区.
    async fn full_name(&self) -> &'static str {
        &self.0.full_name
    }

    /// 层级
    async fn level(&self) -> Level {
        match self.0.code.level() {
            RegionLevel::Province => Level::Province,
            RegionLevel::Prefecture => Level::Prefecture,
            RegionLevel::County => Level::County,
        }
    }

    /// 上级区划
    async fn parent(&self) -> Option<Region> {
        self.0.code.parent().and_then(region::find).map(Self)
    }
}

/// 区划层级 Level of a region.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "RegionLevel")]
pub enum Level {
    /// 省级
    Province,
    /// 地级
    Prefecture,
    /// 县级
    County,
}

/// 行业 An industry of GB/T 4754-2017.
#[derive(SimpleObject, Clone)]
pub struct Industry {
    /// 代码 Section letter or up to four digits.
    pub code: String,
    /// 名称
    pub name: &'static str,
}

impl Industry {
    /// The industry of a stored code.
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), name: rules::industry::find(code).map_or("", |industry| industry.name) }
    }
}

/// Root fields of regions.
#[derive(Default)]
pub struct RegionQuery;

#[Object]
impl RegionQuery {
    /// 行政区划 The regions directly below `parent`; the provinces without it.
    async fn regions(&self, #[graphql(desc = "上级区划代码")] parent: Option<RegionCode>) -> Answer<Vec<Region>> {
        Ok(region::children(parent.map(|code| code.0)).into_iter().map(Region).collect())
    }
}
