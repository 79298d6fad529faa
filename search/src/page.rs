//! 检索请求与结果 What is asked of a search and what comes back.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use crate::collect::Rank;
use crate::document::{Family, Key};
use crate::error::SearchError;
use crate::facet::Facets;
use crate::highlight::Highlight;

/// Most hits of one page.
pub const MAX_LIMIT: usize = 1_000;

/// 检索请求 A search: what was typed, what it is narrowed to, which page.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// 查询内容 As typed.
    pub query: String,
    /// 筛选条件
    pub filter: SearchFilter,
    /// Hits of the page, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// The page begins after this hit.
    pub after: Option<Cursor>,
}

/// 筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// 记录类别 Any of these.
    pub families: Vec<Family>,
    /// 行政区划 In the subtree of any of these.
    pub regions: Vec<RegionCode>,
    /// 登记状态 Any of these.
    pub statuses: Vec<EnterpriseStatus>,
    /// 类型 Any of these.
    pub kinds: Vec<EnterpriseKind>,
    /// 注册资本 of an enterprise, 罚款金额 of a penalty: least and most in 分. A record
    /// without an amount is in no range.
    pub amount_fen: (Option<i64>, Option<i64>),
    /// 成立日期 of an enterprise, 决定日期 of a penalty: first and last. A record without a
    /// date is in no range.
    pub day: (Option<NaiveDate>, Option<NaiveDate>),
}

/// 检索结果 One page of hits, with the total and the facets of all of them.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// 命中记录 The best first.
    pub hits: Vec<SearchHit>,
    /// 总数 Exact number of hits on all pages.
    pub total: u64,
    /// 分面 Exact counts over all pages.
    pub facets: Facets,
    /// Whether there is a page after this one.
    pub has_next: bool,
    /// 近似结果 Nothing holds all that was asked; the hits hold at least half of it.
    pub is_approximate: bool,
}

/// 命中记录 A record that was found. What it says today is for the database to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    /// 记录类别
    pub family: Family,
    /// Id of the record within its family.
    pub id: i64,
    /// Id of the enterprise that the record is about.
    pub enterprise_id: i64,
    /// 相关度 Comparable within one search only.
    pub score: f32,
    /// 命中片段 Where the query was found.
    pub highlights: Vec<Highlight>,
    /// The next page begins after this cursor.
    pub cursor: Cursor,
}

/// 翻页位置 A place in the order of the hits, written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) rank: Rank,
    pub(crate) is_approximate: bool,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.is_approximate { 'a' } else { 's' };
        write!(f, "{way}.{:x}.{:x}", self.rank.score, self.rank.key.0)
    }
}

impl FromStr for Cursor {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        parse(text).filter(|cursor| cursor.to_string() == text).ok_or(SearchError::Cursor)
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let (way, place) = text.split_once('.')?;
    let (score, key) = place.split_once('.')?;
    let rank = Rank { score: u32::from_str_radix(score, 16).ok()?, key: Key(u64::from_str_radix(key, 16).ok()?) };
    Some(Cursor { rank, is_approximate: way == "a" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_back(score: u32, key: u64, is_approximate: bool) {
            let cursor = Cursor { rank: Rank { score, key: Key(key) }, is_approximate };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
        }

        #[test]
        fn other_text_is_refused(text in "[as0-9a-f.+ ]{0,12}") {
            match text.parse::<Cursor>() {
                Ok(cursor) => prop_assert_eq!(cursor.to_string(), text),
                Err(error) => prop_assert_eq!(error.code(), "SEARCH_CURSOR"),
            }
        }
    }
}
