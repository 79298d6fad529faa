//! 新命中提醒 Subscription to new matches of a saved search.

use async_graphql::{Context, Error, ID, SimpleObject, Subscription};
use entities::Scope;
use entities::saved_searches as stored;
use futures::{Stream, StreamExt};
use schema::{Answer, Code, Failure, global_id};
use services::command::power::SaveSearches;
use services::search::told::Matched;
use services::search::watch::Matches;

use super::saved::FAMILY;
use crate::access::permitted;
use crate::changes::family;
use crate::loaders::Loaders;
use crate::node::{Node, node_of};
use crate::owner::{found, loaders, scope};

/// 新命中 A record that was written and fits the search.
#[derive(SimpleObject)]
pub struct SavedSearchMatch {
    /// 位置 Give it as `after` to go on from here after a break: nothing is missed, and what was recorded at
    /// once with this record may be told again.
    pub sequence: i64,
    /// 批量入库 Whether many records were written at once, among which there may be matches: search again.
    pub many: bool,
    /// 记录编号 Null for many.
    pub id: Option<ID>,
    /// 记录 As it is now; null if it is gone, and for many.
    pub record: Option<Node>,
}

/// Subscriptions to saved searches.
#[derive(Default)]
pub struct MatchSubscription;

#[Subscription]
impl MatchSubscription {
    /// 新命中 Records that were written and fit a saved search of the viewer, once the index has them: from where
    /// the search was told last, or after a position. Ends when the search is deleted.
    async fn saved_search_matched(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "保存的检索的编号")] id: ID,
        #[graphql(desc = "从此位置之后继续；不填为从上次提醒之后继续")] after: Option<i64>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<SavedSearchMatch>>> {
        Ok(matches_of(ctx, &id, after).await?.map(|matched| matched.map_err(Error::from)))
    }
}

async fn matches_of(
    ctx: &Context<'_>,
    id: &ID,
    after: Option<i64>,
) -> Answer<impl Stream<Item = Answer<SavedSearchMatch>> + use<>> {
    let permit = permitted::<SaveSearches>(ctx)?;
    let matches = found::<Matches>(ctx, "matches")?.clone();
    let (loaders, scope) = (loaders(ctx)?.clone(), scope(ctx)?);
    let search = match global_id::key_of(FAMILY, id).zip(permit.caller().user()) {
        Some((key, user)) => stored::by_id(&loaders.db, user, key).await?,
        None => None,
    };
    let missing = || Failure::refused(Code::NotFound, "没有这个保存的检索，或不是您保存的，请核对编号。");
    let told = matches.of(&search.ok_or_else(missing)?, after, scope.audience).then(move |matched| {
        let loaders = loaders.clone();
        async move { told(&loaders, scope, matched?).await }
    });
    // What could not be told has no position: the stream ends with it, and whoever comes back gets it.
    Ok(told.scan(false, |is_over, told| {
        let before = std::mem::replace(is_over, told.is_err());
        std::future::ready((!before).then_some(told))
    }))
}

async fn told(loaders: &Loaders, scope: Scope, matched: Matched) -> Answer<SavedSearchMatch> {
    let Matched { sequence, record } = matched;
    let Some((table, key)) = record else {
        return Ok(SavedSearchMatch { sequence, many: true, id: None, record: None });
    };
    let family = family(table);
    let record = node_of(loaders, scope, family, key).await?;
    Ok(SavedSearchMatch { sequence, many: false, id: Some(global_id::encode(family, key)), record })
}
