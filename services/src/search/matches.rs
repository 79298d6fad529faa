//! 命中 Which of the records that were written fit a search: hold everything that it asks for. Those that hold
//! half of it (近似结果) are shown to who searches and finds nothing else, but nobody is called for them.

use std::collections::HashSet;

use super::Question;
use crate::index::{Family, Index, SearchError, SearchFilter, SearchHit};

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
/// the place of this walk through its pages, in this function alone. What is approximate stays left out.
///
/// # Errors
/// A query that says nothing or too much; no index.
pub async fn matches(
    index: &Index,
    question: &Question,
    keys: &HashSet<(Family, i64)>,
) -> Result<Vec<SearchHit>, SearchError> {
    let question = narrowed(question, keys);
    let (mut found, mut last) = (Vec::new(), None);
    for _ in 0..PAGES {
        let mut page = question.page(index, PAGE, last.as_ref()).await?;
        if page.is_approximate {
            return Ok(Vec::new());
        }
        last = page.hits.last().cloned();
        page.hits.retain(|hit| keys.contains(&(hit.family, hit.id)));
        found.append(&mut page.hits);
        if !page.has_next || found.len() == keys.len() {
            return Ok(found);
        }
    }
    tracing::warn!(search.pages = PAGES, "a saved search finds more than can be walked through for new matches");
    Ok(found)
}

/// The same for the families of the keys alone, all of which its filter accepts.
fn narrowed(question: &Question, keys: &HashSet<(Family, i64)>) -> Question {
    let families: HashSet<Family> = keys.iter().map(|(family, _)| *family).collect();
    let filter = SearchFilter { families: families.into_iter().collect(), ..question.filter.clone() };
    Question { filter, ..question.clone() }
}
