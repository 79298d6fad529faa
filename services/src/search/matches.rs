//! 命中 Which of the records that were written fit a search: hold everything that it asks for. Those that come
//! near it (近似结果) are shown to who searches and finds nothing else, but nobody is called for them.

use std::collections::HashSet;

use super::Question;
use crate::index::{Family, Index, SearchError, SearchFilter, SearchHit, Sight, Table};

/// Records about which the index is asked at a time, which is also the largest page.
const LOT: usize = 1_000;

/// The families of the index that hold the rows of a table.
pub fn families_of(table: &str) -> &'static [Family] {
    Table::of(table).map_or(&[], Table::families)
}

/// The hits of a search that are among `keys`.
///
/// # Errors
/// A query that says nothing or too much; no index.
pub async fn matches(
    index: &Index,
    question: &Question,
    keys: &HashSet<(Family, i64)>,
    sight: Sight,
) -> Result<Vec<SearchHit>, SearchError> {
    let keys: Vec<(Family, i64)> = keys.iter().copied().collect();
    let mut found = Vec::new();
    for lot in keys.chunks(LOT) {
        let filter = SearchFilter { records: Some(lot.to_vec()), ..question.filter.clone() };
        let narrowed = Question { filter, ..question.clone() };
        let page = narrowed.page(index, sight, LOT, None).await?;
        if !page.is_approximate {
            found.extend(page.hits);
        }
    }
    Ok(found)
}
