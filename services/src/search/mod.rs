//! 检索 What is done with searches beyond asking them once: they are kept by their owners, who are told of new
//! matches; their results are exported (`crate::export`).

mod matches;
pub mod saved;
pub mod told;
pub mod watch;

use serde_json::Value;

use crate::command::UserError;
use crate::index::{FacetNeeds, Index, SearchError, SearchFilter, SearchHit, SearchPage, SearchRequest, Sight};

/// 筛选条件的读法 Reads a filter in the form that the graph takes and that is stored; `None` for what is none.
/// The graph knows the form and the index what it means: whoever wires the two brings it.
pub type ReadFilter = fn(&Value) -> Option<SearchFilter>;

/// 检索 A query and what it is narrowed to.
#[derive(Clone, Debug)]
pub struct Question {
    /// 查询内容
    pub query: String,
    /// 筛选条件
    pub filter: SearchFilter,
    /// The filter as it is stored, in the form of the graph.
    pub stored: Value,
}

impl Question {
    /// 一页 The hits after one of an earlier page, or the first. Everything that is asked of the index for exports
    /// and saved searches is asked here.
    ///
    /// # Errors
    /// A query that says nothing or too much; no index.
    pub async fn page(
        &self,
        index: &Index,
        sight: Sight,
        limit: usize,
        after: Option<&SearchHit>,
    ) -> Result<SearchPage, SearchError> {
        let after = after.map(|hit| hit.cursor);
        let (filter, facets) = (self.filter.clone(), FacetNeeds::default());
        let request = SearchRequest::new(&self.query, sight, limit);
        index.search(SearchRequest { filter, after, facets, highlight: false, ..request }).await
    }

    /// 总数 How many records it finds.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn count(&self, index: &Index, sight: Sight) -> Result<u64, SearchError> {
        Ok(self.page(index, sight, 1, None).await?.total)
    }
}

/// Whether a search is refused for what is asked, not for the state of the index.
pub(crate) fn is_of_the_query(error: &SearchError) -> bool {
    matches!(error, SearchError::EmptyQuery | SearchError::QueryTooLong { .. })
}

/// Why a search is refused to the person at the form.
pub(crate) fn refusal(error: &SearchError) -> UserError {
    if is_of_the_query(error) {
        return UserError::at(&["input", "query"], error.code(), error.message());
    }
    tracing::warn!(search.error = %error, "search is not available");
    UserError::at(&[], "SEARCH_UNAVAILABLE", "检索暂不可用，索引正在建立，请稍后再试。")
}
