//! 统计 Counts and sums over whatever a search finds, by one or two properties of the records.
//!
//! Tantivy's own aggregations group by a column each; here most properties share one packed column,
//! which an index of tens of millions of records is smaller and faster with, so the groups are made
//! on it directly.

use std::collections::HashMap;
use std::sync::Arc;

use rules::industry;
use rules::region::{self, RegionCode};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::ask::Asked;
use crate::document::Family;
use crate::facet::year_of;
use crate::facts::Facts;
use crate::narrow::{Narrow, SegmentNarrow};
use crate::page::SearchRequest;
use crate::parallel;
use crate::schema::column;
use crate::segments::Columns;
use crate::table::Industry;

/// Most groups that are told; of more the smallest are left out.
pub const MAX_GROUPS: usize = 10_000;

/// 统计维度 What records are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
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

impl Dimension {
    /// 名称 How people write a value; `None` for what has no value.
    pub fn label(self, value: &str) -> Option<String> {
        let region = || value.parse().ok().and_then(RegionCode::new).and_then(region::find);
        match self {
            _ if value.is_empty() => None,
            Self::Province | Self::Prefecture | Self::County | Self::Origin => {
                region().map(|region| region.full_name.clone())
            }
            Self::Status => EnterpriseStatus::from_code(value).map(|status| status.term().to_owned()),
            Self::Kind => EnterpriseKind::from_code(value).map(|kind| kind.term().to_owned()),
            Self::Industry => industry::find(value).map(|industry| industry.name.to_owned()),
            Self::Family => {
                Family::ALL.iter().find(|family| family.code() == value).map(|family| family.term().to_owned())
            }
            Self::Year | Self::Ground | Self::Authority => Some(value.to_owned()),
        }
    }
}

/// 统计请求 Which records, and what they are grouped by.
#[derive(Clone, Debug)]
pub struct SumsRequest {
    /// The records; page and order do not matter.
    pub search: SearchRequest,
    /// 统计维度 One or two.
    pub by: Vec<Dimension>,
}

/// 统计组 One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The value in each dimension: a code, a year, a name; empty where a record has none.
    pub values: Vec<String>,
    /// 数量
    pub count: u64,
    /// 金额合计 in 分.
    pub sum_fen: i64,
}

/// 统计结果 The groups, the largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The groups.
    pub groups: Vec<Group>,
    /// 总数
    pub total: u64,
    /// 金额总计 in 分.
    pub sum_fen: i64,
    /// Whether there were more groups than are told.
    pub is_cut: bool,
}

/// Groups what a search finds: the same records, by the same stages.
///
/// # Errors
/// The index cannot be read.
pub fn sums(asked: &Asked<'_>, by: &[Dimension]) -> tantivy::Result<Sums> {
    let collector = Grouping { columns: asked.columns.clone(), narrow: asked.narrow.clone(), by: by.to_vec() };
    let mut counted = Counted::new();
    for query in asked.stages() {
        counted = parallel::collect(&asked.searcher, query?.as_ref(), &collector)?;
        if !counted.is_empty() {
            break;
        }
    }
    let (total, sum_fen) =
        counted.values().fold((0, 0_i64), |(total, sum), (count, fen)| (total + count, sum.saturating_add(*fen)));
    let mut groups: Vec<Group> =
        counted.into_iter().map(|(values, (count, sum_fen))| Group { values, count, sum_fen }).collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.values.cmp(&b.values)));
    let is_cut = groups.len() > MAX_GROUPS;
    groups.truncate(MAX_GROUPS);
    Ok(Sums { groups, total, sum_fen, is_cut })
}

type Counted = HashMap<Vec<String>, (u64, i64)>;

struct Grouping {
    columns: Vec<Arc<Columns>>,
    narrow: Narrow,
    by: Vec<Dimension>,
}

impl Collector for Grouping {
    type Fruit = Counted;
    type Child = SegmentGrouping;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentGrouping> {
        let readers = self.by.iter().map(|dimension| Reader::new(*dimension, segment));
        Ok(SegmentGrouping {
            narrow: self.narrow.of(segment, &self.columns[ordinal as usize])?,
            readers: readers.collect::<tantivy::Result<_>>()?,
            amounts: segment.fast_fields().column_opt(column::AMOUNT)?,
            groups: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Counted>>) -> tantivy::Result<Counted> {
        let mut all = Counted::new();
        for segment in segments {
            for (values, (count, fen)) in segment? {
                let group = all.entry(values).or_default();
                *group = (group.0 + count, group.1.saturating_add(fen));
            }
        }
        Ok(all)
    }
}

struct SegmentGrouping {
    narrow: SegmentNarrow,
    readers: Vec<Reader>,
    amounts: Option<Column<i64>>,
    /// By the numbers of the values, which are spelt out at the end.
    groups: HashMap<[u64; 2], (u64, i64)>,
}

impl SegmentCollector for SegmentGrouping {
    type Fruit = tantivy::Result<Counted>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let Some(facts) = self.narrow.accept(doc) else { return };
        let mut values = [0; 2];
        for (value, reader) in values.iter_mut().zip(&self.readers) {
            *value = reader.number(doc, facts);
        }
        let fen = self.amounts.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
        let group = self.groups.entry(values).or_default();
        *group = (group.0 + 1, group.1.saturating_add(fen));
    }

    fn harvest(self) -> tantivy::Result<Counted> {
        let mut counted = Counted::new();
        for (values, (count, fen)) in self.groups {
            let spelt = self.readers.iter().zip(values).map(|(reader, value)| reader.spelt(value));
            let group = counted.entry(spelt.collect::<tantivy::Result<_>>()?).or_default();
            *group = (group.0 + count, group.1.saturating_add(fen));
        }
        Ok(counted)
    }
}

/// One dimension within a segment: a number for each record, and how it is spelt.
enum Reader {
    Packed(Dimension),
    Years(Option<Column<i64>>),
    Industries(Option<Column<u64>>),
    Words(Option<StrColumn>),
}

/// The number of what has no value.
const NONE: u64 = u64::MAX;

impl Reader {
    fn new(dimension: Dimension, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(match dimension {
            Dimension::Year => Self::Years(columns.column_opt(column::DAY)?),
            Dimension::Industry => Self::Industries(columns.column_opt(column::INDUSTRY)?),
            Dimension::Ground => Self::Words(columns.str(column::GROUND)?),
            Dimension::Authority => Self::Words(columns.str(column::AUTHORITY)?),
            packed => Self::Packed(packed),
        })
    }

    fn number(&self, doc: DocId, facts: Facts) -> u64 {
        match self {
            Self::Packed(dimension) => packed(*dimension, facts),
            Self::Years(days) => {
                let day = days.as_ref().and_then(|days| days.first(doc));
                day.map_or(NONE, |day| u64::try_from(year_of(day)).unwrap_or(NONE))
            }
            Self::Industries(industries) => {
                let industry = industries.as_ref().and_then(|column| column.first(doc));
                industry.map_or(NONE, |industry| u64::from(Industry(industry).section()))
            }
            Self::Words(words) => words.as_ref().and_then(|words| words.ords().first(doc)).unwrap_or(NONE),
        }
    }

    fn spelt(&self, value: u64) -> tantivy::Result<String> {
        if value == NONE {
            return Ok(String::new());
        }
        let place = usize::try_from(value).unwrap_or(usize::MAX);
        Ok(match self {
            Self::Packed(Dimension::Family) => {
                Family::ALL.get(place).map_or_else(String::new, |family| family.code().to_owned())
            }
            Self::Packed(Dimension::Status) => {
                EnterpriseStatus::ALL.get(place).map_or_else(String::new, |status| status.code().to_owned())
            }
            Self::Packed(Dimension::Kind) => {
                EnterpriseKind::ALL.get(place).map_or_else(String::new, |kind| kind.code().to_owned())
            }
            Self::Packed(_) | Self::Years(_) => value.to_string(),
            Self::Industries(_) => {
                u8::try_from(value).map_or_else(|_| String::new(), |letter| char::from(letter).to_string())
            }
            Self::Words(words) => {
                let mut word = String::new();
                if let Some(words) = words {
                    words.ord_to_str(value, &mut word)?;
                }
                word
            }
        })
    }
}

fn packed(dimension: Dimension, facts: Facts) -> u64 {
    let region = RegionCode::new(facts.region());
    let code = |region: Option<RegionCode>| region.map_or(NONE, |region| u64::from(region.get()));
    match dimension {
        Dimension::Family => u64::from(facts.family()),
        Dimension::Status => u64::from(facts.status()),
        Dimension::Kind => u64::from(facts.kind()),
        Dimension::Origin => u64::from(facts.province()) * 10_000,
        Dimension::Province => code(region.map(RegionCode::province)),
        Dimension::Prefecture => code(region.and_then(RegionCode::prefecture)),
        _ => u64::from(facts.region()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Publicity;
    use crate::facts::Parts;

    #[test]
    fn packed_values_are_codes() {
        let region = RegionCode::new(610_113).expect("a region");
        let (status, kind, publicity) = (None, None, Publicity::Open);
        let facts =
            Facts::new(&Parts { family: Family::Penalty, region, status, kind, origin: region.province(), publicity });
        assert_eq!(packed(Dimension::Prefecture, facts), 610_100);
        assert_eq!(packed(Dimension::Origin, facts), 610_000);
        assert_eq!(Reader::Packed(Dimension::Family).spelt(0).expect("spelt"), "ENTERPRISE");
        assert_eq!(Reader::Packed(Dimension::County).spelt(NONE).expect("spelt"), "");
    }
}
