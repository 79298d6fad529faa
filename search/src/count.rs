//! 计数 Exact counts of enterprises, for lists that the database reads page by page and cannot
//! count as fast.

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use tantivy::query::{BooleanQuery, EnableScoring, Query, Weight};
use tantivy::{BitSet, SegmentReader};

use crate::facts::Places;
use crate::generation::Generation;
use crate::narrow::{day_range, range};
use crate::query::clause::Clauses;
use crate::schema::Fields;
use crate::table::{IndustryFilter, TableFilter};

/// 筛选条件 Which enterprises are counted; all given conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CountFilter {
    /// 行政区划 The whole subtree of this region.
    pub region: Option<RegionCode>,
    /// 登记状态 Any of these; empty does not narrow.
    pub statuses: Vec<EnterpriseStatus>,
    /// 类型 Any of these; empty does not narrow.
    pub kinds: Vec<EnterpriseKind>,
    /// 行业 A section letter or the first digits of a code (GB/T 4754-2017).
    pub industry: Option<String>,
    /// 注册资本 in 分, at least and at most. An enterprise without capital is in no range.
    pub capital_fen: (Option<i64>, Option<i64>),
    /// 成立日期 First and last day. An enterprise without a date is in no range.
    pub established_on: (Option<NaiveDate>, Option<NaiveDate>),
    /// 名称包含 A part of the name, character for character.
    pub name_contains: Option<String>,
    /// 法定代表人 The whole name, character for character.
    pub legal_representative: Option<String>,
}

impl CountFilter {
    fn on_columns(&self) -> TableFilter {
        TableFilter {
            regions: self.region.map(RegionCode::subtree),
            statuses: Places::of(EnterpriseStatus::ALL, &self.statuses),
            kinds: Places::of(EnterpriseKind::ALL, &self.kinds),
            industry: self.industry.as_deref().map(IndustryFilter::new),
            amount_fen: range(self.capital_fen),
            day: day_range(self.established_on),
        }
    }

    /// The conditions on text, `None` if there are none. Every name contains the empty text.
    fn on_text(&self, fields: &Fields) -> Option<Box<dyn Query>> {
        let clauses = Clauses(fields);
        let part = self.name_contains.as_deref().filter(|part| !part.is_empty());
        let name = part.map(|part| clauses.name_contains(part));
        let person = self.legal_representative.as_deref().map(|person| clauses.legal_representative(person));
        match (name, person) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(name), Some(person)) => Some(Box::new(BooleanQuery::intersection(vec![name, person]))),
        }
    }
}

/// Counts the enterprises that a filter accepts.
///
/// # Errors
/// The index cannot be read.
pub fn count(live: &Generation, filter: &CountFilter) -> tantivy::Result<u64> {
    let searcher = &live.searcher();
    let columns = filter.on_columns();
    let text = filter.on_text(&live.fields);
    let weight = text.map(|query| query.weight(EnableScoring::disabled_from_searcher(searcher))).transpose()?;
    let mut total = 0;
    for (segment, table) in searcher.segment_readers().iter().zip(live.tables(searcher)?) {
        let matched = weight.as_deref().map(|weight| matches(weight, segment)).transpose()?;
        total += table.count(&columns, segment, matched.as_ref());
    }
    Ok(total)
}

fn matches(weight: &dyn Weight, segment: &SegmentReader) -> tantivy::Result<BitSet> {
    let mut matched = BitSet::with_max_value(segment.max_doc());
    weight.for_each_no_score(segment, &mut |docs| {
        for doc in docs {
            matched.insert(*doc);
        }
    })?;
    Ok(matched)
}
