//! What a search answers: hits with their records, why they are some, and totals.

use async_graphql::{Description, Enum, Object, SimpleObject, Union};
use entities::Scope;
use futures::future::try_join_all;
use schema::{Answer, cursor, global_id};
use services::index::{Family, SearchHit, SearchPage, Suggestion, Table};

use super::facets::SearchFacets;
use super::query::LIST;
use crate::connection::PageInfo;
use crate::credit::cross_region::CrossRegionRecord;
use crate::credit::inspection::Inspection;
use crate::credit::licence::Licence;
use crate::credit::listing::{AbnormalListing, SeriousViolation};
use crate::credit::notice::Notice;
use crate::credit::penalty::Penalty;
use crate::credit::repair::CreditRepair;
use crate::enterprise::object::{self, Enterprise};
use crate::loaders::Loaders;
use crate::node::{Node, node_of};

/// 命中记录 A record that was found.
#[derive(Union, Clone)]
#[graphql(name = "SearchResult")]
pub enum Found {
    /// 经营主体
    Enterprise(Enterprise),
    /// 行政处罚
    Penalty(Penalty),
    /// 行政许可
    Licence(Licence),
    /// 监督检查
    Inspection(Inspection),
    /// 经营异常名录
    AbnormalListing(AbnormalListing),
    /// 严重违法失信名单
    SeriousViolation(SeriousViolation),
    /// 信用修复
    CreditRepair(CreditRepair),
    /// 跨地域记录
    CrossRegionRecord(CrossRegionRecord),
    /// 公告
    Notice(Notice),
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
    /// Whether only codes were searched, in the database.
    pub is_degraded: bool,
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
        SearchFacets::from(&self.page.facets)
    }

    /// 您是不是要找 The name or code that was probably meant, if nothing was found as typed.
    async fn did_you_mean(&self) -> Option<&str> {
        self.page.suggestion.as_deref()
    }

    /// 降级 The index is being built: only codes were searched, in the database.
    async fn is_degraded(&self) -> bool {
        self.is_degraded
    }

    /// 近似结果 Nothing holds all that was asked as it was typed; the hits come near it.
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
    /// 公示中 Whether the public sees the record today; offices also see what was repaired or has expired.
    pub is_public: bool,
    /// 命中理由 Which part of the query found it, and how.
    pub reasons: Vec<SearchReason>,
    /// 命中片段
    pub highlights: Vec<Highlight>,
}

/// 命中理由 A way in which a record fits the query.
#[derive(SimpleObject)]
pub struct SearchReason {
    /// 方式
    pub kind: SearchReasonKind,
    /// 查询内容 What of the query it is about.
    pub text: String,
    /// 说明
    pub explanation: String,
}

/// 命中方式
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "services::index::Reason")]
pub enum SearchReasonKind {
    /// 代码一致
    WholeCode,
    /// 代码片段
    PartOfCode,
    /// 代码纠错
    CorrectedCode,
    /// 原注册号
    RegistrationNumber,
    /// 联系电话
    Telephone,
    /// 名称或文号一致
    WholeTitle,
    /// 曾用名
    FormerName,
    /// 名称或文号包含
    PartOfTitle,
    /// 地名加姓名
    PersonInPlace,
    /// 主要人员
    KeyPerson,
    /// 全部词语
    AllWords,
    /// 日期
    Dated,
    /// 拼音首字母
    Initials,
    /// 拼音
    Syllables,
    /// 同音字
    Homophones,
    /// 近似
    Similar,
}

/// 联想 An enterprise that may be meant.
#[derive(SimpleObject)]
pub struct SearchSuggestion {
    /// 全局编号 Of the enterprise.
    pub id: async_graphql::ID,
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
}

impl From<Suggestion> for SearchSuggestion {
    fn from(found: Suggestion) -> Self {
        let id = global_id::encode(object::FAMILY, found.enterprise_id);
        Self { id, name: found.name, uscc: found.uscc }
    }
}

impl From<&SearchRow> for SearchEdge {
    fn from(row: &SearchRow) -> Self {
        let highlights = row.hit.highlights.iter().map(Highlight::from).collect();
        let reasons = row.hit.reasons.iter().map(|(reason, text)| SearchReason {
            kind: (*reason).into(),
            text: text.clone(),
            explanation: reason.sentence(text),
        });
        let reasons = reasons.collect();
        Self {
            cursor: row.cursor(),
            score: row.hit.score,
            node: row.node.clone(),
            is_public: row.hit.is_public,
            reasons,
            highlights,
        }
    }
}

/// 命中段落 Which text of the record a fragment is from.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "services::index::Passage")]
pub enum SearchPassage {
    /// 名称
    Name,
    /// 曾用名
    FormerName,
    /// 统一社会信用代码
    Uscc,
    /// 原注册号
    RegistrationNumber,
    /// 法定代表人
    LegalRepresentative,
    /// 主要人员
    KeyPerson,
    /// 住所
    Address,
    /// 经营范围
    BusinessScope,
    /// 文号
    DocumentNumber,
    /// 事项
    Title,
    /// 违法领域
    Category,
    /// 事由
    Ground,
    /// 违法事实
    Violation,
    /// 处罚依据
    LegalBasis,
    /// 处罚内容
    Decision,
    /// 作出机关
    Authority,
    /// 正文
    Body,
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

/// The records of the hits, in their order: one statement a table. A record that is gone, or that the
/// reader may not see, is left out.
///
/// # Errors
/// A fault of the database.
pub async fn rows(loaders: &Loaders, scope: Scope, hits: Vec<SearchHit>) -> Answer<Vec<SearchRow>> {
    let nodes = try_join_all(hits.iter().map(|hit| node_of(loaders, scope, type_name(hit.family), hit.id))).await?;
    let rows = hits.into_iter().zip(nodes).filter_map(|(hit, node)| Some(SearchRow { hit, node: Found::of(node?)? }));
    Ok(rows.collect())
}

/// The type of a family's records in the graph.
fn type_name(family: Family) -> &'static str {
    match Table::of_family(family) {
        Table::Enterprises => object::FAMILY,
        Table::Penalties => crate::credit::penalty::FAMILY,
        Table::Licences => crate::credit::licence::FAMILY,
        Table::Inspections => crate::credit::inspection::FAMILY,
        Table::AbnormalListings => crate::credit::listing::ABNORMAL,
        Table::SeriousViolations => crate::credit::listing::SERIOUS,
        Table::CreditRepairs => crate::credit::repair::FAMILY,
        Table::CrossRegionRecords => crate::credit::cross_region::FAMILY,
        Table::Notices => crate::credit::notice::FAMILY,
    }
}

impl Found {
    fn of(node: Node) -> Option<Self> {
        Some(match node {
            Node::Enterprise(one) => Self::Enterprise(one),
            Node::Penalty(one) => Self::Penalty(one),
            Node::Licence(one) => Self::Licence(one),
            Node::Inspection(one) => Self::Inspection(one),
            Node::AbnormalListing(one) => Self::AbnormalListing(one),
            Node::SeriousViolation(one) => Self::SeriousViolation(one),
            Node::CreditRepair(one) => Self::CreditRepair(one),
            Node::CrossRegionRecord(one) => Self::CrossRegionRecord(one),
            Node::Notice(one) => Self::Notice(one),
            Node::AnnualReport(_) | Node::EmploymentNeed(_) => return None,
        })
    }
}
