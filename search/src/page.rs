//! 检索请求与结果 What is asked of a search and what comes back.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use crate::collect::Rank;
use crate::document::{Family, Key};
use crate::error::SearchError;
use crate::facet::{FacetNeeds, Facets};
use crate::highlight::Highlight;
use crate::query::way::Reason;
use crate::schema::column;

/// Most hits of one page.
pub const MAX_LIMIT: usize = 1_000;

/// 检索请求 A search: what was typed, what it is narrowed to, which page.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// 查询内容 As typed; `None` is every record that the filter accepts.
    pub query: Option<String>,
    /// 筛选条件
    pub filter: SearchFilter,
    /// 可见范围
    pub sight: Sight,
    /// 排序
    pub order: Order,
    /// Hits of the page, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// The page begins after this hit.
    pub after: Option<Cursor>,
    /// 分面
    pub facets: FacetNeeds,
    /// 命中理由 Whether each hit tells why it was found.
    pub explain: bool,
    /// 命中片段 Whether each hit tells where: its texts are read for that.
    pub highlight: bool,
    /// 号码所属 Enterprises that the number which was typed belongs to, as far as the viewer may know.
    pub bearers: Option<Bearers>,
}

/// 号码所属 The number that was typed, as it may be shown, and the enterprises that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearers {
    /// 号码 Masked.
    pub number: String,
    /// Ids of the enterprises.
    pub enterprises: Vec<i64>,
}

impl SearchRequest {
    /// The first page of what was typed, as a viewer sees it.
    pub fn new(query: &str, sight: Sight, limit: usize) -> Self {
        Self {
            query: Some(query.to_owned()),
            filter: SearchFilter::default(),
            sight,
            order: Order::Relevance,
            limit,
            after: None,
            facets: FacetNeeds { facts: true, ..FacetNeeds::default() },
            explain: false,
            highlight: true,
            bearers: None,
        }
    }
}

/// 可见范围 What the viewer may see; there is no search without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// 公众 What is public on this day.
    Public {
        /// Today in Beijing.
        today: NaiveDate,
    },
    /// 机关 Also what was never public or is not any more, but of other provinces' records only what the
    /// public sees.
    Office {
        /// Today in Beijing.
        today: NaiveDate,
    },
    /// 有用途的机关 Everything, for a purpose that was stated and is kept in the audit log.
    Everything {
        /// Today in Beijing.
        today: NaiveDate,
    },
}

impl Sight {
    /// Today in Beijing.
    pub const fn today(self) -> NaiveDate {
        match self {
            Self::Public { today } | Self::Office { today } | Self::Everything { today } => today,
        }
    }
}

/// 排序 Equal ones in the order of their keys; what has no date or amount comes last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// 相关度 The best first.
    #[default]
    Relevance,
    /// 日期 The latest first.
    Latest,
    /// 日期 The earliest first.
    Earliest,
    /// 金额 The largest first.
    Largest,
    /// 金额 The smallest first.
    Smallest,
}

impl Order {
    pub(crate) const fn column(self) -> Option<&'static str> {
        match self {
            Self::Relevance => None,
            Self::Latest | Self::Earliest => Some(column::DAY),
            Self::Largest | Self::Smallest => Some(column::AMOUNT),
        }
    }

    /// Larger for what comes first, 0 for what has no value.
    pub(crate) fn weight(self, value: Option<i64>) -> u64 {
        let Some(value) = value else { return 0 };
        let value = (value ^ i64::MIN).cast_unsigned();
        match self {
            Self::Earliest | Self::Smallest => (u64::MAX - value).max(1),
            _ => value.max(1),
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Relevance => 'r',
            Self::Latest => 'l',
            Self::Earliest => 'e',
            Self::Largest => 'g',
            Self::Smallest => 'm',
        }
    }
}

/// 筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SearchFilter {
    /// 记录类别 Any of these.
    pub families: Vec<Family>,
    /// 行政区划 In the subtree of any of these.
    #[serde(with = "codes")]
    pub regions: Vec<RegionCode>,
    /// 来源省份 From any of these.
    #[serde(with = "codes")]
    pub provinces: Vec<RegionCode>,
    /// 登记状态 Any of these.
    pub statuses: Vec<EnterpriseStatus>,
    /// 类型 Any of these.
    pub kinds: Vec<EnterpriseKind>,
    /// 行业 Of any of these section letters or first digits of codes (GB/T 4754-2017).
    pub industries: Vec<String>,
    /// 事由 Any of these, as the facet tells them.
    pub grounds: Vec<String>,
    /// 作出机关 Any of these, as the facet tells them.
    pub authorities: Vec<String>,
    /// 注册资本 of an enterprise, 罚款金额 of a penalty: least and most in 分. A record
    /// without an amount is in no range.
    pub amount_fen: (Option<i64>, Option<i64>),
    /// 成立日期 of an enterprise, 决定日期 of a penalty: first and last. A record without a
    /// date is in no range.
    pub day: (Option<NaiveDate>, Option<NaiveDate>),
    /// 统一社会信用代码 About any of these enterprises.
    pub usccs: Vec<String>,
    /// 指定记录 Only these, family and id.
    pub records: Option<Vec<(Family, i64)>>,
}

/// Region codes as numbers.
mod codes {
    use rules::region::RegionCode;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(codes: &[RegionCode], serializer: S) -> Result<S::Ok, S::Error> {
        codes.iter().map(|code| code.get()).collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RegionCode>, D::Error> {
        let codes = Vec::<u32>::deserialize(deserializer)?;
        Ok(codes.into_iter().filter_map(RegionCode::new).collect())
    }
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
    /// 近似结果 Nothing holds all that was asked as it was typed; the hits come near it.
    pub is_approximate: bool,
    /// 您是不是要找 The name or code that was probably meant, if nothing was found as typed.
    pub suggestion: Option<String>,
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
    /// 公示中 Whether the public sees it on the day of the search.
    pub is_public: bool,
    /// 命中理由 Why it was found, and by what of the query; empty unless asked for.
    pub reasons: Vec<(Reason, String)>,
    /// 命中片段 Where the query was found.
    pub highlights: Vec<Highlight>,
    /// The next page begins after this cursor.
    pub cursor: Cursor,
}

/// 翻页位置 A place in the order of the hits, written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) rank: Rank,
    pub(crate) order: Order,
    pub(crate) stage: Stage,
}

impl Cursor {
    /// 偏移量 The place after so many hits, where an engine counts them instead of comparing ranks.
    pub const fn at_offset(offset: u64) -> Self {
        Self { rank: Rank { weight: offset, key: Key(0) }, order: Order::Relevance, stage: Stage::Strict }
    }

    /// How many hits come before a place that [`Self::at_offset`] made.
    pub const fn offset(self) -> u64 {
        self.rank.weight
    }

    /// The place of an enterprise in a list that was made without an index: no page begins after it.
    ///
    /// It is written like any other, and leads to what the index finds as soon as there is one.
    pub const fn of_code(id: i64) -> Self {
        Self { rank: Rank { weight: 0, key: Key(id.cast_unsigned()) }, order: Order::Relevance, stage: Stage::Strict }
    }
}

/// 检索阶段 How much of the question the hits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everything.
    Strict,
    /// Everything, but for characters of the same sound or some of a code.
    Lenient,
    /// At least half of what distinguishes.
    Loose,
}

impl Stage {
    const fn letter(self) -> char {
        match self {
            Self::Strict => 's',
            Self::Lenient => 'p',
            Self::Loose => 'a',
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{:x}.{:x}", self.order.letter(), self.stage.letter(), self.rank.weight, self.rank.key.0)
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
    let (weight, key) = place.split_once('.')?;
    let rank = Rank { weight: u64::from_str_radix(weight, 16).ok()?, key: Key(u64::from_str_radix(key, 16).ok()?) };
    let (order, stage) = (way.chars().next()?, way.chars().nth(1)?);
    let orders = [Order::Relevance, Order::Latest, Order::Earliest, Order::Largest, Order::Smallest];
    let stages = [Stage::Strict, Stage::Lenient, Stage::Loose];
    Some(Cursor {
        rank,
        order: orders.into_iter().find(|known| known.letter() == order)?,
        stage: stages.into_iter().find(|known| known.letter() == stage)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_back(weight: u64, key: u64, is_loose: bool) {
            let stage = if is_loose { Stage::Loose } else { Stage::Lenient };
            let cursor = Cursor { rank: Rank { weight, key: Key(key) }, order: Order::Smallest, stage };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
        }

        #[test]
        fn other_text_is_refused(text in "[as0-9a-f.+ ]{0,12}") {
            match text.parse::<Cursor>() {
                Ok(cursor) => prop_assert_eq!(cursor.to_string(), text),
                Err(error) => prop_assert_eq!(error.code(), "SEARCH_CURSOR"),
            }
        }

        #[test]
        fn orders_weigh_what_comes_first_more(one: i64, other: i64) {
            let (less, more) = (one.min(other), one.max(other));
            prop_assert!(Order::Latest.weight(Some(less)) <= Order::Latest.weight(Some(more)));
            prop_assert!(Order::Smallest.weight(Some(less)) >= Order::Smallest.weight(Some(more)));
            prop_assert!(Order::Earliest.weight(None) < Order::Earliest.weight(Some(one)));
        }
    }
}
