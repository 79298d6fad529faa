//! 保存的检索 Searches that the viewer keeps.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::page::{Key, KeyKind, Page, Position};
use entities::saved_searches::{self as stored, saved_search};
use schema::paging::Arguments;
use schema::scalars::DateTime;
use schema::{Answer, cursor, global_id, limits};
use services::command::power::SaveSearches;
use services::index::Index;
use services::search::saved::{self, Change, NewSearch};

use super::filter::SearchFilter;
use super::stored::{self as stored_filter, question};
use crate::access::users::key;
use crate::access::{caller, payload, permit, permitted};
use crate::connection::PageInfo;
use crate::owner::{found, loaders};
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "SavedSearch";
/// The name of the list in its cursors.
const LIST: &str = "savedSearches";

/// 保存的检索 A search that its owner keeps, and nobody else sees.
#[derive(SimpleObject, Clone)]
pub struct SavedSearch {
    /// 全局编号
    pub id: ID,
    /// 名称
    pub name: String,
    /// 查询内容
    pub query: String,
    /// 筛选条件 As JSON, in the form of `SearchFilter`.
    pub filter: String,
    /// 是否提醒 Whether its owner wants to be told of new matches, by `savedSearchMatched`.
    pub notify: bool,
    /// 已提醒到的位置 The last position up to which new matches were told.
    pub seen_sequence: i64,
    /// 保存时间
    pub created_at: DateTime,
}

impl From<saved_search::Model> for SavedSearch {
    fn from(row: saved_search::Model) -> Self {
        Self {
            id: global_id::encode(FAMILY, row.id),
            name: row.name,
            query: row.query,
            filter: row.filter.to_string(),
            notify: row.notify != 0,
            seen_sequence: row.seen_sequence,
            created_at: DateTime(row.created_at),
        }
    }
}

/// 保存的检索列表
#[derive(SimpleObject)]
pub struct SavedSearchConnection {
    /// 条目及其游标
    pub edges: Vec<SavedSearchEdge>,
    /// 条目
    pub nodes: Vec<SavedSearch>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct SavedSearchEdge {
    /// 游标
    pub cursor: String,
    /// 保存的检索
    pub node: SavedSearch,
}

payload! {
    /// 保存检索结果
    SaveSearchPayload {
        /// 保存的检索
        saved_search: SavedSearch,
    }
}

payload! {
    /// 变更保存的检索结果
    UpdateSavedSearchPayload {
        /// 保存的检索
        saved_search: SavedSearch,
    }
}

payload! {
    /// 删除保存的检索结果
    DeleteSavedSearchPayload {
        /// 已删除的编号
        deleted_id: ID,
    }
}

/// 保存检索
#[derive(InputObject)]
pub struct SaveSearchInput {
    /// 名称 1 to 64 characters, unlike those of the viewer's other searches.
    pub name: String,
    /// 查询内容 As for `search`.
    pub query: String,
    /// 筛选条件 As for `search`.
    pub filter: Option<SearchFilter>,
    /// 是否提醒 Whether to be told of new matches.
    #[graphql(default)]
    pub notify: bool,
}

/// 变更保存的检索 What is not given stays.
#[derive(InputObject)]
pub struct UpdateSavedSearchInput {
    /// 编号
    pub id: ID,
    /// 名称
    pub name: Option<String>,
    /// 查询内容
    pub query: Option<String>,
    /// 筛选条件 The whole of it; an empty one lifts every condition.
    pub filter: Option<SearchFilter>,
    /// 是否提醒
    pub notify: Option<bool>,
}

/// 删除保存的检索
#[derive(InputObject)]
pub struct DeleteSavedSearchInput {
    /// 编号
    pub id: ID,
}

/// Root field of saved searches.
#[derive(Default)]
pub struct SavedSearchQuery;

#[Object]
impl SavedSearchQuery {
    /// 保存的检索 Those of the viewer, in the order in which they were saved.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn saved_searches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<SavedSearchConnection> {
        let permit = permitted::<SaveSearches>(ctx)?;
        let arguments = Arguments { first, after, last: None, before: None };
        let window = window(LIST, &arguments, false, KeyKind::Number)?;
        let after = window.after.as_ref().map_or(0, |position| position.id);
        let (user, most) = (permit.caller().user().unwrap_or_default(), i64::from(window.limit) + 1);
        let rows = stored::of_user_after(&loaders(ctx)?.db, user, after, most).await?;
        let page = Page::of(rows, &window, None);
        let place =
            |row: &saved_search::Model| cursor::encode(LIST, &Position { key: Key::Number(row.id), id: row.id });
        let edge = |row: &saved_search::Model| SavedSearchEdge { cursor: place(row), node: row.clone().into() };
        Ok(SavedSearchConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(SavedSearch::from).collect(),
        })
    }
}

/// Mutations of saved searches.
#[derive(Default)]
pub struct SavedSearchMutation;

#[Object]
impl SavedSearchMutation {
    /// 保存检索 Up to the limit of an account (`serviceLimits`).
    async fn save_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "检索及其名称")] input: SaveSearchInput,
    ) -> Answer<SaveSearchPayload> {
        let permit = permit!(caller(ctx)?.may::<SaveSearches>(), SaveSearchPayload);
        let new = NewSearch {
            name: input.name,
            question: question(input.query, input.filter)?,
            notify: input.notify,
            most: limits().saved_searches,
        };
        let index = found::<Index>(ctx, "search index")?;
        SaveSearchPayload::settled(saved::save(&loaders(ctx)?.db, index, &permit, new).await, |row| SaveSearchPayload {
            saved_search: Some(row.into()),
            ..Default::default()
        })
    }

    /// 变更保存的检索 If it asks for something else, new matches are those from now on.
    async fn update_saved_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要变更的内容")] input: UpdateSavedSearchInput,
    ) -> Answer<UpdateSavedSearchPayload> {
        let permit = permit!(caller(ctx)?.may::<SaveSearches>(), UpdateSavedSearchPayload);
        let id = key(FAMILY, &input.id)?;
        let filter = input.filter.as_ref().map(stored_filter::stored);
        let change = Change { name: input.name, query: input.query, filter, notify: input.notify };
        let index = found::<Index>(ctx, "search index")?;
        let done = saved::update(&loaders(ctx)?.db, index, stored_filter::read, &permit, id, change).await;
        UpdateSavedSearchPayload::settled(done, |row| UpdateSavedSearchPayload {
            saved_search: Some(row.into()),
            ..Default::default()
        })
    }

    /// 删除保存的检索 Whoever is being told of its matches is told no more.
    async fn delete_saved_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要删除的检索")] input: DeleteSavedSearchInput,
    ) -> Answer<DeleteSavedSearchPayload> {
        let permit = permit!(caller(ctx)?.may::<SaveSearches>(), DeleteSavedSearchPayload);
        let id = key(FAMILY, &input.id)?;
        DeleteSavedSearchPayload::settled(saved::delete(&loaders(ctx)?.db, &permit, id).await, |id| {
            DeleteSavedSearchPayload { deleted_id: Some(global_id::encode(FAMILY, id)), ..Default::default() }
        })
    }
}
