//! 降级检索 Without an index codes are still found, in the database: unified codes and the registration numbers before
//! them.

use entities::Database;
use entities::indexing::{self, CodeHit};
use search::{Cursor, Facets, Family, Reason, SearchError, SearchHit, SearchPage, SearchRequest};

use super::Index;

/// Shortest beginning of a code that is looked up.
const MIN_CODE: usize = 4;
/// Characters of a whole code.
const WHOLE_CODE: usize = 18;

/// 检索 What the index finds; while there is none, the enterprises whose code, or old registration number, begins with
/// the query. The second value tells whether the search was degraded to that.
///
/// # Errors
/// A query that says nothing or too much; without an index a query that is no code.
pub async fn searched(index: &Index, db: &Database, request: SearchRequest) -> Result<(SearchPage, bool), SearchError> {
    let fallback = request.clone();
    match answered(index, request).await {
        Ok(page) => Ok((page, false)),
        Err(error @ (SearchError::Missing { .. } | SearchError::Damaged { .. } | SearchError::Outdated { .. })) => {
            match code(&fallback) {
                Some(code) => Ok((by_code(db, &code, &fallback).await?, true)),
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// What the other engine finds, if there is one that answers. Its places are not those of the index, so that only a
/// first page is answered by the index instead.
async fn answered(index: &Index, request: SearchRequest) -> Result<SearchPage, SearchError> {
    if let Some(engine) = index.engine() {
        match engine.search(request.clone()).await {
            Err(SearchError::Remote { reason }) if request.after.is_none() => {
                tracing::warn!(search.reason = reason, "the second engine does not answer; the index does");
            }
            answer => return answer,
        }
    }
    index.search(request).await
}

/// The beginning of a code, if that is all that was asked for.
fn code(request: &SearchRequest) -> Option<String> {
    let query = request.query.as_deref()?.trim().to_ascii_uppercase();
    let is_code = (MIN_CODE..=WHOLE_CODE).contains(&query.len())
        && query.chars().all(|letter| letter.is_ascii_alphanumeric())
        && query.chars().any(|letter| letter.is_ascii_digit());
    let is_narrowed = request.filter != search::SearchFilter::default();
    (is_code && !is_narrowed && request.after.is_none()).then_some(query)
}

async fn by_code(db: &Database, code: &str, request: &SearchRequest) -> Result<SearchPage, SearchError> {
    let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
    let found =
        indexing::by_code(db, code, limit).await.map_err(|error| SearchError::Io(std::io::Error::other(error)))?;
    let (rows, total) = found;
    let reason = |is_former| match is_former {
        true => Reason::RegistrationNumber,
        false if code.len() == WHOLE_CODE => Reason::WholeCode,
        false => Reason::PartOfCode,
    };
    let hits = rows.into_iter().map(|CodeHit { id, is_former }| SearchHit {
        family: Family::Enterprise,
        id,
        enterprise_id: id,
        score: 0.0,
        is_public: true,
        reasons: vec![(reason(is_former), code.to_owned())],
        highlights: Vec::new(),
        cursor: Cursor::of_code(id),
    });
    let hits: Vec<SearchHit> = hits.collect();
    Ok(SearchPage {
        has_next: (hits.len() as u64) < total,
        hits,
        total,
        facets: Facets::default(),
        is_approximate: false,
        suggestion: None,
    })
}
