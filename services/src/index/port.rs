//! 检索端口 What stands behind the query box. The index of this process is one engine; [`super::quickwit`] speaks to
//! another one, which is shared by many processes and split by region.
//!
//! PORT-1: an engine is never the source of a fact: it answers with ids, as the index does.
//! PORT-2: rights are conditions of each question ([`search::Sight`]), whichever engine is asked.
//! PORT-3: changes come in the order of the outbox, each at least once; applying one again changes nothing.

use futures::future::BoxFuture;
use search::{Document, Family, SearchError, SearchPage, SearchRequest};

use super::Index;

/// 变更 What is to be written and removed, up to a position of the outbox.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Records as they are now.
    pub documents: Vec<Document>,
    /// Records that are not there any more.
    pub removed: Vec<(Family, i64)>,
    /// 序号 Everything up to here is applied with it.
    pub sequence: i64,
}

/// 检索端口
pub trait SearchPort: Send + Sync {
    /// 检索 One page of what fits a request.
    fn search(&self, request: SearchRequest) -> BoxFuture<'_, Result<SearchPage, SearchError>>;

    /// 写入 Makes a change visible.
    fn apply(&self, change: Change) -> BoxFuture<'_, Result<(), SearchError>>;
}

impl SearchPort for Index {
    fn search(&self, request: SearchRequest) -> BoxFuture<'_, Result<SearchPage, SearchError>> {
        Box::pin(self.ask(move |live| live.search(&request)))
    }

    fn apply(&self, change: Change) -> BoxFuture<'_, Result<(), SearchError>> {
        Box::pin(self.ask(move |live| {
            let mut writer = live.writer()?;
            change.documents.into_iter().try_for_each(|document| writer.upsert(document))?;
            change.removed.into_iter().try_for_each(|(family, id)| writer.delete(family, id))?;
            writer.commit(change.sequence)
        }))
    }
}
