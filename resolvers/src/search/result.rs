//! What a search answers: hits with highlights, facets, totals.

use async_graphql::{Description, Enum, Object, SimpleObject, Union};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use schema::cursor;
use schema::scalars::RegionCode;
use services::index::{SearchHit, SearchPage};

use super::query::{LIST, SearchFamily};
use crate::connection::PageInfo;
use crate::credit::penalty::Penalty;
use crate::enterprise::object::Enterprise;

/// 命中记录 A record that was found.
#[derive(Union, Clone)]
#[graphql(name = "SearchResult")]
pub enum Found {
    /// 经营主体
    Enterprise(Enterprise),
    /// 行政处罚
    Penalty(Penalty),
}

/// A hit and its record.
pub struct SearchRow {
    /// Where and how well it was found.
    pub hit: SearchHit,
    /// The record.
    pub node: Found,
}

impl SearchRow {
    fn cursor(&self) -> String {
        cursor::encode(LIST, &self.hit.cursor.to_string())
    }
}

/// 检索结果 A page of hits, the best first.
#[derive(Description)]
pub struct SearchConnection {
    /// The hits of the page.
    pub rows: Vec<SearchRow>,
    /// Totals and facets.
    pub page: SearchPage,
    /// Whether the page began after a cursor.
    pub has_previous: bool,
}

#[Object(use_type_description)]
impl SearchConnection {
    /// 条目及其游标、命中片段
    async fn edges(&self) -> Vec<SearchEdge> {
        self.rows.iter().map(SearchEdge::from).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<Found> {
        self.rows.iter().map(|row| row.node.clone()).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.page.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.rows.first().map(SearchRow::cursor),
            end_cursor: self.rows.last().map(SearchRow::cursor),
        }
    }

    /// 总数 Hits on all pages, exact as of the index.
    #[graphql(complexity = 1)]
    async fn total_count(&self) -> u64 {
        self.page.total
    }

    /// 分面 Counts over all pages.
    async fn facets(&self) -> SearchFacets {
        let facets = &self.page.facets;
        let regions = &facets.regions;
        let levels = regions.provinces.iter().chain(&regions.prefectures).chain(&regions.counties);
        SearchFacets {
            families: facets
                .families
                .iter()
                .map(|(value, count)| FamilyCount { value: (*value).into(), count: *count })
                .collect(),
            regions: levels.map(|(code, count)| RegionCount::of(*code, *count)).collect(),
            statuses: facets
                .statuses
                .iter()
                .map(|(value, count)| StatusCount { value: *value, count: *count })
                .collect(),
            kinds: facets.kinds.iter().map(|(value, count)| KindCount { value: *value, count: *count }).collect(),
        }
    }

    /// 近似结果 Nothing holds all that was asked; the hits hold at least half of it.
    async fn is_approximate(&self) -> bool {
        self.page.is_approximate
    }
}

/// 条目 A hit with its record.
#[derive(SimpleObject)]
pub struct SearchEdge {
    /// 游标
    pub cursor: String,
    /// 相关度 Comparable within one search only.
    pub score: f32,
    /// 记录
    pub node: Found,
    /// 命中片段
    pub highlights: Vec<Highlight>,
}

impl From<&SearchRow> for SearchEdge {
    fn from(row: &SearchRow) -> Self {
        let highlights = row.hit.highlights.iter().map(Highlight::from).collect();
        Self { cursor: row.cursor(), score: row.hit.score, node: row.node.clone(), highlights }
    }
}

/// 命中段落 Which text of the record a fragment is from.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "services::index::Passage")]
pub enum SearchPassage {
    /// 名称
    Name,
    /// 统一社会信用代码
    Uscc,
    /// 法定代表人
    LegalRepresentative,
    /// 住所
    Address,
    /// 经营范围
    BusinessScope,
    /// 处罚决定书文号
    DocumentNumber,
    /// 违法领域
    Category,
    /// 违法事实
    Violation,
    /// 处罚依据
    LegalBasis,
    /// 处罚内容
    Decision,
    /// 处罚机关
    Authority,
}

/// 命中片段 Parts of one text of the record.
#[derive(SimpleObject)]
pub struct Highlight {
    /// 所在段落
    pub field: SearchPassage,
    /// 片段
    pub fragments: Vec<Fragment>,
}

/// 片段 A part of a text, exactly as stored.
#[derive(SimpleObject)]
pub struct Fragment {
    /// 文本
    pub text: String,
    /// 命中位置
    pub marks: Vec<Mark>,
}

/// 命中位置 In characters from the beginning of the fragment.
#[derive(SimpleObject)]
pub struct Mark {
    /// 起
    pub start: usize,
    /// 止 The character after the match.
    pub end: usize,
}

impl From<&services::index::Highlight> for Highlight {
    fn from(found: &services::index::Highlight) -> Self {
        let mark = |mark: &services::index::Mark| Mark { start: mark.start, end: mark.end };
        let fragment = |part: &services::index::Fragment| Fragment {
            text: part.text.clone(),
            marks: part.marks.iter().map(mark).collect(),
        };
        Self { field: found.passage.into(), fragments: found.fragments.iter().map(fragment).collect() }
    }
}

/// 分面 Counts of the hits by value, over all pages; values without a hit are left out.
#[derive(SimpleObject)]
pub struct SearchFacets {
    /// 记录类别
    pub families: Vec<FamilyCount>,
    /// 行政区划 Provinces, then prefectures, then counties.
    pub regions: Vec<RegionCount>,
    /// 登记状态
    pub statuses: Vec<StatusCount>,
    /// 经营主体类型
    pub kinds: Vec<KindCount>,
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
