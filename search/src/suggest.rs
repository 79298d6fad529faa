//! 联想 What the beginning of a name, a code or an abbreviation may lead to, while it is typed: the
//! first few of what fits, not the best of all, so that one letter costs no more than ten.

use std::sync::Arc;

use tantivy::query::EnableScoring;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentOrdinal, SegmentReader, TERMINATED, TantivyDocument};

use crate::analysis::{START, is_code, letters};
use crate::document::Family;
use crate::facts::Facts;
use crate::query::clause::{Clauses, is_number};
use crate::schema::{Fields, Passage};
use crate::segments::Columns;
use crate::tokenizer::CODE_PREFIXES;

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
    let looks: Vec<Looks<'_>> = (searcher.segment_readers().iter().zip(columns))
        .map(|(segment, columns)| Looks::new(segment, columns, fields))
        .collect::<tantivy::Result<_>>()?;
    let text: String = typed.iter().collect();
    let mut found: Vec<(Weight, DocAddress)> = Vec::new();
    if is_code(&typed) || is_number(&typed) {
        for (ordinal, looks) in (0..).zip(&looks) {
            looks.with_term(ordinal, fields.code, &text, &mut found)?;
            looks.with_term(ordinal, fields.registration, &text, &mut found)?;
        }
    }
    for query in Clauses(fields).beginnings(&typed) {
        if found.len() >= limit {
            break;
        }
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        for (ordinal, looks) in (0..).zip(&looks) {
            looks.walk(ordinal, weight.scorer(looks.segment, 1.0)?.as_mut(), LOOKED_AT, &mut found);
        }
    }
    if typed.len() == 1 && found.len() < limit {
        for (ordinal, looks) in (0..).zip(&looks) {
            looks.with_term(ordinal, fields.title, &text, &mut found)?;
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
    title: Field,
    lengths: Option<tantivy::fieldnorm::FieldNormReader>,
}

impl<'a> Looks<'a> {
    fn new(segment: &'a SegmentReader, columns: &'a Columns, fields: &Fields) -> tantivy::Result<Self> {
        let title = fields.title;
        Ok(Self { segment, columns, title, lengths: segment.fieldnorms_readers().get_field(title)? })
    }

    /// Weighs what a walk comes by, at most so many documents; tells how many there were.
    fn walk(
        &self,
        ordinal: SegmentOrdinal,
        docs: &mut dyn DocSet,
        most: usize,
        found: &mut Vec<(Weight, DocAddress)>,
    ) -> usize {
        let mut looked_at = 0;
        while docs.doc() != TERMINATED && looked_at < most {
            let doc = docs.doc();
            found.extend(self.weigh(doc).map(|weight| (weight, DocAddress::new(ordinal, doc))));
            looked_at += 1;
            docs.advance();
        }
        looked_at
    }

    /// Documents with a whole code, or a pair, that begins like this, term after term: all of them together may be most
    /// of the register. The beginnings that are terms themselves are passed over: most of what has them are records.
    fn with_term(
        &self,
        ordinal: SegmentOrdinal,
        field: Field,
        beginning: &str,
        found: &mut Vec<(Weight, DocAddress)>,
    ) -> tantivy::Result<()> {
        let index = self.segment.inverted_index(field)?;
        let last = format!("{beginning}\u{10FFFF}");
        let mut terms = index.terms().range().ge(beginning).lt(last).into_stream()?;
        let mut left = LOOKED_AT;
        while let Some((term, at)) = terms.next() {
            if field != self.title && CODE_PREFIXES.contains(&term.len()) {
                continue;
            }
            let mut docs = index.read_postings_from_terminfo(at, IndexRecordOption::Basic)?;
            left -= self.walk(ordinal, &mut docs, left, found);
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

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
