//! Root fields of search.

use async_graphql::{Context, Object};
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure, cursor, paging};
use services::index::SearchFilter as Narrowed;
use services::index::{self, Bearers, FacetNeeds, Index, SearchError, SearchRequest, Sight};

use super::cross_region;
use super::filter::{SearchDimension, SearchFamily, SearchFilter, SearchOrder, dimensions, order};
use super::result::{SearchConnection, SearchSuggestion, rows};
use super::statistics::{self, SearchStatistics};
use super::telephone;
use crate::owner::{found, loaders, scope};

/// The name of the list in its cursors.
pub const LIST: &str = "search";
/// Suggestions at most, and if none is said.
const SUGGESTIONS: (i32, i32) = (20, 10);

/// Root fields of search.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// 全文检索 Enterprises and every kind of record about them, by name, former name, code, number, person,
    /// address or words, the best first. Names are found by pinyin and initials, with a wrong or missing
    /// character, in traditional forms; codes with one mistake. `“短语”` is found as it stands, `-词` is left
    /// out, days and spans of days narrow. A whole telephone number finds its enterprise for offices that may have it
    /// shown and state a `purpose`. What is found is read from the database; what is no longer there
    /// is left out. Without `query` the filter alone selects.
    #[graphql(complexity = "20 + paging::rows(first, None) * child_complexity")]
    #[allow(clippy::too_many_arguments)]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查询内容：名称、代码、文号、人名、地址、拼音或处罚用语；不填则仅按筛选条件")] query: Option<
            String,
        >,
        #[graphql(desc = "筛选条件")] filter: Option<SearchFilter>,
        #[graphql(desc = "排序，默认按相关度")] order_by: Option<SearchOrder>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "用途，4 到 200 个字；仅供有权查看联系电话的机关用户按完整电话号码查找，留痕备查")]
        purpose: Option<String>,
    ) -> Answer<SearchConnection> {
        let sight = index::sight(&scope(ctx)?);
        let filter = filter.unwrap_or_default().checked()?;
        let bearers = telephone::bearers(ctx, query.as_deref(), purpose.as_deref()).await?;
        Asked { query, filter, order_by, first, after, sight, bearers }.answer(ctx).await
    }

    /// 跨地域检索 What other provinces sent: licences, penalties, serious violations and cases, in one search with
    /// facets. An office states its purpose, which is kept in the audit log with what was read.
    #[graphql(complexity = "20 + paging::rows(first, None) * child_complexity")]
    #[allow(clippy::too_many_arguments)]
    async fn cross_region_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查询内容；不填则仅按筛选条件")] query: Option<String>,
        #[graphql(desc = "筛选条件，families 只能是跨地域的类别")] filter: Option<SearchFilter>,
        #[graphql(desc = "排序，默认按相关度")] order_by: Option<SearchOrder>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "查询用途，4 到 200 个字；机关用户必填")] purpose: Option<String>,
    ) -> Answer<SearchConnection> {
        let stated = cross_region::stated(ctx, purpose.as_deref())?;
        let filter = cross_region::narrowed(filter.unwrap_or_default().checked()?)?;
        let trace = cross_region::Trace::new(query.as_deref(), &filter);
        let asked = Asked { query, filter, order_by, first, after, sight: stated.sight, bearers: None };
        let connection = asked.answer(ctx).await?;
        stated.record(ctx, &trace, connection.rows.len()).await?;
        Ok(connection)
    }

    /// 失信信息 Inspections, penalties and listings of an enterprise in one list, the latest first. The public is
    /// not shown what was repaired, removed or has expired; offices are, with `isPublic` false.
    #[graphql(complexity = "20 + paging::rows(first, None) * child_complexity")]
    async fn dishonesty_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<SearchConnection> {
        let families = [
            SearchFamily::Inspection,
            SearchFamily::Penalty,
            SearchFamily::AbnormalListing,
            SearchFamily::SeriousViolation,
        ];
        let filter =
            SearchFilter { families: Some(families.into()), usccs: Some(vec![uscc]), ..SearchFilter::default() };
        let (filter, sight) = (filter.checked()?, index::sight(&scope(ctx)?));
        Asked { query: None, filter, order_by: Some(SearchOrder::Latest), first, after, sight, bearers: None }
            .answer(ctx)
            .await
    }

    /// 联想 Enterprises that the beginning of a name, code, or abbreviation by initials may lead to, for
    /// boxes that are typed in.
    #[graphql(complexity = "5 + child_complexity")]
    async fn suggest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "已输入的内容")] prefix: String,
        #[graphql(desc = "最多条数，默认 10，上限 20")] first: Option<i32>,
    ) -> Answer<Vec<SearchSuggestion>> {
        let (most, usual) = SUGGESTIONS;
        let first = first.unwrap_or(usual);
        if !(0..=most).contains(&first) {
            let message = format!("first 的值为 {first}，应在 0 到 {most} 之间。");
            return Err(Failure::refused(Code::InvalidPage, message));
        }
        let index = found::<Index>(ctx, "search index")?;
        let found = index.suggest(prefix, first as usize).await;
        // While there is no index there is nothing to suggest; that is no error for whoever types.
        match found {
            Ok(found) => Ok(found.into_iter().map(SearchSuggestion::from).collect()),
            Err(SearchError::Missing { .. } | SearchError::Damaged { .. } | SearchError::Outdated { .. }) => {
                Ok(Vec::new())
            }
            Err(error) => Err(refusal(error)),
        }
    }

    /// 检索统计 Counts and sums of what a search finds, by one or two properties. Groups of fewer than three
    /// records are not told to the public.
    #[graphql(complexity = "50 + child_complexity")]
    async fn search_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查询内容；不填则仅按筛选条件")] query: Option<String>,
        #[graphql(desc = "筛选条件")] filter: Option<SearchFilter>,
        #[graphql(desc = "统计维度，一个或两个")] by: Vec<SearchDimension>,
        #[graphql(desc = "最多组数，默认 100，上限 10000")] first: Option<i32>,
    ) -> Answer<SearchStatistics> {
        let scope = scope(ctx)?;
        let filter = filter.unwrap_or_default().checked()?;
        let search = request(query, filter, index::sight(&scope), 1);
        statistics::read(found::<Index>(ctx, "search index")?, search, dimensions(by), first, scope.audience).await
    }
}

/// A request without a page, for the first so many hits.
pub fn request(query: Option<String>, filter: Narrowed, sight: Sight, limit: usize) -> SearchRequest {
    SearchRequest { query, filter, ..SearchRequest::new("", sight, limit) }
}

/// One page of a search.
struct Asked {
    query: Option<String>,
    filter: Narrowed,
    order_by: Option<SearchOrder>,
    first: Option<i32>,
    after: Option<String>,
    sight: Sight,
    bearers: Option<Bearers>,
}

impl Asked {
    async fn answer(self, ctx: &Context<'_>) -> Answer<SearchConnection> {
        let limit = paging::bounded("first", self.first)? as usize;
        let after = self.after.as_deref().map(position).transpose()?;
        let has_previous = after.is_some();
        let edges = ctx.look_ahead().field("edges");
        // The index gives no empty page; a client that wants none gets the totals only.
        let request = SearchRequest {
            order: order(self.order_by),
            after,
            facets: needs(ctx),
            explain: edges.field("reasons").exists(),
            highlight: edges.field("highlights").exists(),
            bearers: self.bearers,
            ..request(self.query, self.filter, self.sight, limit.max(1))
        };
        let (index, loaders) = (found::<Index>(ctx, "search index")?, loaders(ctx)?);
        let (mut page, is_degraded) = index::searched(index, &loaders.db, request).await.map_err(refusal)?;
        if limit == 0 {
            page.has_next = page.total > 0;
            page.hits.clear();
        }
        let rows = rows(loaders, scope(ctx)?, std::mem::take(&mut page.hits)).await?;
        Ok(SearchConnection { rows, page, has_previous, is_degraded })
    }
}

/// The facets that are asked for.
fn needs(ctx: &Context<'_>) -> FacetNeeds {
    let facets = ctx.look_ahead().field("facets");
    let is_asked = |name: &str| facets.field(name).exists();
    FacetNeeds {
        facts: facets.exists(),
        years: is_asked("years"),
        industries: is_asked("industries"),
        grounds: is_asked("grounds"),
        authorities: is_asked("authorities"),
    }
}

fn position<T: std::str::FromStr>(given: &str) -> Answer<T> {
    let text: String = cursor::decode(LIST, given)?;
    text.parse().map_err(|_| cursor::foreign(given))
}

/// What the client is told of an error of the index.
pub fn refusal(error: SearchError) -> Failure {
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
