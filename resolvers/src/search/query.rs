//! Root field of search.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use entities::Scope;
use entities::credit::penalty;
use entities::enterprise::registered;
use futures::future::try_join_all;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use schema::scalars::RegionCode;
use schema::{Answer, Code, Failure, cursor, paging};
use services::index::{Family, Index, SearchError, SearchHit, SearchRequest};

use super::result::{Found, SearchConnection, SearchRow};
use crate::credit::penalty::Penalty;
use crate::enterprise::object::Enterprise;
use crate::loaders::Loaders;
use crate::owner::{Owner, found, loaders, scope};

/// The name of the list in its cursors.
pub const LIST: &str = "search";

/// 记录类别 What a hit may be.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum SearchFamily {
    /// 经营主体
    Enterprise,
    /// 行政处罚
    Penalty,
}

impl From<SearchFamily> for Family {
    fn from(family: SearchFamily) -> Self {
        match family {
            SearchFamily::Enterprise => Self::Enterprise,
            SearchFamily::Penalty => Self::Penalty,
        }
    }
}

impl From<Family> for SearchFamily {
    fn from(family: Family) -> Self {
        match family {
            Family::Enterprise => Self::Enterprise,
            Family::Penalty => Self::Penalty,
        }
    }
}

/// 检索筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct SearchFilter {
    /// 记录类别 Any of these.
    pub families: Option<Vec<SearchFamily>>,
    /// 行政区划 The whole subtree of this region.
    pub region_code: Option<RegionCode>,
    /// 登记状态 Any of these, of the enterprise concerned.
    pub statuses: Option<Vec<EnterpriseStatus>>,
    /// 经营主体类型 Any of these, of the enterprise concerned.
    pub kinds: Option<Vec<EnterpriseKind>>,
}

impl From<SearchFilter> for services::index::SearchFilter {
    fn from(filter: SearchFilter) -> Self {
        Self {
            families: filter.families.unwrap_or_default().into_iter().map(Family::from).collect(),
            regions: filter.region_code.map(|code| code.0).into_iter().collect(),
            statuses: filter.statuses.unwrap_or_default(),
            kinds: filter.kinds.unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Root field of search.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// 全文检索 Enterprises and penalties by name, code, person, address or words of a penalty, the
    /// best first. What is found is read from the database; what is no longer there is left out.
    #[graphql(complexity = "20 + paging::rows(first, None) * child_complexity")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查询内容：名称、代码、文号、人名、地址或处罚用语")] query: String,
        #[graphql(desc = "筛选条件")] filter: Option<SearchFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<SearchConnection> {
        let limit = paging::bounded("first", first)? as usize;
        let after_hit = after.as_deref().map(position).transpose()?;
        let index = found::<Index>(ctx, "search index")?;
        let filter = filter.unwrap_or_default().into();
        // The index gives no empty page; a client that wants none gets the totals only.
        let request = SearchRequest { query, filter, limit: limit.max(1), after: after_hit };
        let mut page = index.search(request).await.map_err(refusal)?;
        if limit == 0 {
            page.has_next = page.total > 0;
            page.hits.clear();
        }
        let rows = rows(loaders(ctx)?, scope(ctx)?, std::mem::take(&mut page.hits)).await?;
        Ok(SearchConnection { rows, page, has_previous: after.is_some() })
    }
}

fn position<T: std::str::FromStr>(given: &str) -> Answer<T> {
    let text: String = cursor::decode(LIST, given)?;
    text.parse().map_err(|_| cursor::foreign(given))
}

fn refusal(error: SearchError) -> Failure {
    match error {
        SearchError::EmptyQuery | SearchError::QueryTooLong { .. } => {
            Failure::refused(Code::InvalidInput, error.message())
        }
        SearchError::PageSize { .. } => Failure::refused(Code::InvalidPage, error.message()),
        SearchError::Cursor => Failure::refused(Code::InvalidCursor, error.message()),
        SearchError::Missing { .. } | SearchError::Damaged { .. } | SearchError::Outdated { .. } => {
            tracing::warn!(search.error = %error, "search is not available");
            Failure::refused(Code::SearchUnavailable, Code::SearchUnavailable.explanation())
        }
        other => Failure::fault(&other),
    }
}

/// The records of the hits: one statement a family.
async fn rows(loaders: &Loaders, scope: Scope, hits: Vec<SearchHit>) -> Answer<Vec<SearchRow>> {
    let ids = |family| hits.iter().filter(move |hit| hit.family == family).map(|hit| hit.id);
    let enterprises = try_join_all(ids(Family::Enterprise).map(|id| loaders.enterprise.load((id, scope))));
    let penalties = try_join_all(ids(Family::Penalty).map(|id| loaders.penalty.load((id, scope))));
    let (enterprises, penalties) = futures::try_join!(enterprises, penalties)?;
    let enterprises: HashMap<i64, Arc<registered::Model>> =
        enterprises.into_iter().flatten().map(|row| (row.id, row)).collect();
    let penalties: HashMap<i64, Arc<penalty::Model>> =
        penalties.into_iter().flatten().map(|row| (row.id, row)).collect();
    let found = |hit: SearchHit| {
        let node = match hit.family {
            Family::Enterprise => Found::Enterprise(Enterprise::new(enterprises.get(&hit.id).cloned()?, scope)),
            Family::Penalty => Found::Penalty(Penalty::new(penalties.get(&hit.id).cloned()?, Owner::unknown(scope))),
        };
        Some(SearchRow { hit, node })
    };
    Ok(hits.into_iter().filter_map(found).collect())
}
