//! 筛选条件的存储 The filter of a search as it is stored: in the form in which the graph takes it, so that what
//! was stored can be given again, and a condition that the graph gains is stored without a line here.

use async_graphql::InputType;
use schema::Answer;
use serde_json::Value;
use services::search::Question;

use super::filter::SearchFilter;

/// As it is stored: conditions that are not given are left out.
pub fn stored(filter: &SearchFilter) -> Value {
    let mut given = filter.to_value().into_json().unwrap_or_default();
    if let Some(conditions) = given.as_object_mut() {
        conditions.retain(|_, condition| !condition.is_null());
    }
    given
}

/// What a stored filter means to the index; `None` for what is none of this release.
pub fn read(stored: &Value) -> Option<services::index::SearchFilter> {
    let given = async_graphql::Value::from_json(stored.clone()).ok()?;
    SearchFilter::parse(Some(given)).ok()?.checked().ok()
}

/// A query and its filter, as the index and as the database take them.
///
/// # Errors
/// As [`SearchFilter::checked`].
pub fn question(query: String, filter: Option<SearchFilter>) -> Answer<Question> {
    let filter = filter.unwrap_or_default();
    Ok(Question { query, stored: stored(&filter), filter: filter.checked()? })
}
