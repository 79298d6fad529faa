//! 命中 Which of the records that were written fit a search: hold everything that it asks for. Those that hold
//! half of it (近似结果) are shown to who searches and finds nothing else, but nobody is called for them.

use std::collections::HashSet;

use crate::index::{Family, Index, SearchError, SearchFilter, SearchHit, SearchRequest};

/// Hits of a page.
const PAGE: usize = 1_000;
/// Pages that are walked through at most.
const PAGES: usize = 200;

/// The family of the index that holds the rows of a table.
///
/// A family that is added to the index gets its line here.
pub fn family_of(table: &str) -> Option<Family> {
    match table {
        "enterprises" => Some(Family::Enterprise),
        "penalties" => Some(Family::Penalty),
        _ => None,
    }
}

/// The hits of a search that are among `keys`, the best first.
///
/// TO BE REPLACED once the index can be asked about a few records: the search narrowed to `keys` then takes
/// the place of this walk through its pages, in this function alone.
///
/// # Errors
/// A query that says nothing or too much; no index.
pub async fn matches(
    index: &Index,
    query: &str,
    filter: &SearchFilter,
    keys: &HashSet<(Family, i64)>,
) -> Result<Vec<SearchHit>, SearchError> {
    let mut found = Vec::new();
    let (mut after, filter) = (None, narrowed(filter, keys));
    for _ in 0..PAGES {
        let request = SearchRequest { query: query.to_owned(), filter: filter.clone(), limit: PAGE, after };
        let page = index.search(request).await?;
        if page.is_approximate {
            return Ok(Vec::new());
        }
        after = page.hits.last().map(|hit| hit.cursor);
        found.extend(page.hits.into_iter().filter(|hit| keys.contains(&(hit.family, hit.id))));
        if !page.has_next || found.len() == keys.len() {
            return Ok(found);
        }
    }
    tracing::warn!(search.pages = PAGES, "a saved search finds more than can be walked through for new matches");
    Ok(found)
}

/// The filter for the families of the keys alone.
fn narrowed(filter: &SearchFilter, keys: &HashSet<(Family, i64)>) -> SearchFilter {
    let written: HashSet<Family> = keys.iter().map(|(family, _)| *family).collect();
    SearchFilter { families: written.into_iter().collect(), ..filter.clone() }
}
