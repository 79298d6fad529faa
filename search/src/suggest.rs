//! 联想 What the beginning of a name, a code or an abbreviation may lead to, while it is typed: the
//! first few of what fits, not the best of all, so that one letter costs no more than ten.

use std::sync::Arc;

use tantivy::query::EnableScoring;
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument};

use crate::analysis::{START, is_code, letters};
use crate::document::Family;
use crate::facts::Facts;
use crate::query::clause::Clauses;
use crate::schema::{Fields, Passage};
use crate::segments::Columns;

/// Records that are looked at in each segment.
const LOOKED_AT: usize = 2_000;
/// Longest beginning that is looked up.
const MAX_LETTERS: usize = 40;

/// 联想结果 An enterprise that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Id in the database.
    pub enterprise_id: i64,
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
}

/// The enterprises that a beginning may lead to, those that are open and have short names first.
///
/// # Errors
/// The index cannot be read.
pub fn suggest(
    searcher: &Searcher,
    columns: &[Arc<Columns>],
    fields: &Fields,
    beginning: &str,
    limit: usize,
) -> tantivy::Result<Vec<Suggestion>> {
    let typed = letters(beginning);
    if typed.is_empty() || typed.len() > MAX_LETTERS {
        return Ok(Vec::new());
    }
    let mut found: Vec<(Weight, DocAddress)> = Vec::new();
    for query in Clauses(fields).beginnings(&typed, is_code(&typed)) {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        for ((ordinal, segment), columns) in (0..).zip(searcher.segment_readers()).zip(columns) {
            let mut docs = weight.scorer(segment, 1.0)?;
            let looks = Looks { segment, columns, lengths: segment.fieldnorms_readers().get_field(fields.title)? };
            let mut looked_at = 0;
            while docs.doc() != TERMINATED && looked_at < LOOKED_AT {
                let doc = docs.doc();
                if let Some(weight) = looks.weigh(doc) {
                    found.push((weight, DocAddress::new(ordinal, doc)));
                }
                looked_at += 1;
                docs.advance();
            }
        }
        if found.len() >= limit {
            break;
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(_, address)| *address);
    found.truncate(limit);
    found.into_iter().map(|(_, address)| spelt(searcher, columns, fields, address)).collect()
}

/// Closed ones last, then the shorter name, then the key.
type Weight = (bool, u8, u64);

/// The columns of a segment that weigh a suggestion.
struct Looks<'a> {
    segment: &'a SegmentReader,
    columns: &'a Columns,
    lengths: Option<tantivy::fieldnorm::FieldNormReader>,
}

impl Looks<'_> {
    fn weigh(&self, doc: DocId) -> Option<Weight> {
        let facts = Facts(self.columns.facts.get_val(doc));
        let is_there = !self.segment.is_deleted(doc) && facts.family() == Family::Enterprise as u8;
        let length = self.lengths.as_ref().map_or(0, |lengths| lengths.fieldnorm_id(doc));
        is_there.then(|| (facts.is_closed(), length, self.columns.keys.get_val(doc)))
    }
}

fn spelt(
    searcher: &Searcher,
    columns: &[Arc<Columns>],
    fields: &Fields,
    address: DocAddress,
) -> tantivy::Result<Suggestion> {
    let document: TantivyDocument = searcher.doc(address)?;
    let text = |wanted: Passage| {
        let field = fields.passages().find(|(passage, _)| *passage == wanted).map(|(_, field)| field);
        let value = field.and_then(|field| document.get_first(field)?.as_str());
        value.unwrap_or_default().to_owned()
    };
    let ids = &columns[address.segment_ord as usize].enterprises;
    Ok(Suggestion { enterprise_id: ids.get_val(address.doc_id), name: text(Passage::Name), uscc: text(Passage::Uscc) })
}

/// Letters that a title begins with.
pub fn begun(letters: &[char]) -> Vec<char> {
    [&[START], letters].concat()
}
