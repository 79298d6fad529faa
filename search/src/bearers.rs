//! 号码所属 Whose telephone number was typed. Only keyed hashes are compared: the index knows neither numbers nor
//! keys, and no search finds a number by itself. Who may know whose it is is for the caller to decide.

use tantivy::Searcher;
use tantivy::collector::DocSetCollector;

use crate::query::clause::Clauses;
use crate::schema::{Fields, column};

/// Enterprises at most: agents register their own number for many others.
const MOST: usize = 1_000;

/// What of a hash is kept: among ten million numbers one in some thirty million is taken for another.
pub const fn shortened(hash: u64) -> u64 {
    hash >> 16
}

/// The enterprises in which any of these hashes stands, in the order of their ids.
///
/// # Errors
/// The index cannot be read.
pub fn bearers(searcher: &Searcher, fields: &Fields, hashes: &[u64]) -> tantivy::Result<Vec<i64>> {
    let found = searcher.search(&Clauses(fields).telephones(hashes), &DocSetCollector)?;
    let mut ids = Vec::with_capacity(found.len());
    for at in found {
        let columns = searcher.segment_reader(at.segment_ord).fast_fields();
        ids.push(columns.column_first_or_default::<i64>(column::ENTERPRISE)?.get_val(at.doc_id));
    }
    ids.sort_unstable();
    ids.truncate(MOST);
    Ok(ids)
}
