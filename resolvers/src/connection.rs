//! 连接 Relay connections: one declaration gives the connection and the edge of a type.

use async_graphql::SimpleObject;
use entities::page::Page;

/// 分页信息 Where a page lies in its list.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(shareable)]
pub struct PageInfo {
    /// 是否有下一页
    pub has_next_page: bool,
    /// 是否有上一页
    pub has_previous_page: bool,
    /// 首条游标
    pub start_cursor: Option<String>,
    /// 末条游标
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// The information of a page whose first and last rows have these cursors.
    pub fn of<T>(page: &Page<T>, cursor: impl Fn(&T) -> String) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.rows.first().map(&cursor),
            end_cursor: page.rows.last().map(&cursor),
        }
    }
}

/// Declares `<Name>Connection` and `<Name>Edge` of the records of an enterprise.
macro_rules! child_connection {
    ($connection:ident, $edge:ident, $object:ty, $model:ty, $list:literal) => {
        /// 分页列表 A page of the records of an enterprise, newest first.
        #[derive(async_graphql::Description)]
        pub struct $connection {
            page: $crate::loaders::ChildPage<$model>,
            owner: $crate::owner::Owner,
        }

        impl $connection {
            /// The name of the list in its cursors.
            pub const LIST: &'static str = $list;

            /// A page of `owner`'s records.
            pub fn new(page: $crate::loaders::ChildPage<$model>, owner: $crate::owner::Owner) -> Self {
                Self { page, owner }
            }

            fn cursor(row: &std::sync::Arc<$model>) -> String {
                schema::cursor::encode(Self::LIST, &entities::page::Child::position(row.as_ref()))
            }
        }

        #[async_graphql::Object(use_type_description)]
        impl $connection {
            /// 条目及其游标
            async fn edges(&self) -> Vec<$edge> {
                let edge = |row: &std::sync::Arc<$model>| $edge {
                    cursor: Self::cursor(row),
                    node: <$object>::new(std::sync::Arc::clone(row), self.owner.clone()),
                };
                self.page.rows.iter().map(edge).collect()
            }

            /// 条目
            async fn nodes(&self) -> Vec<$object> {
                let node =
                    |row: &std::sync::Arc<$model>| <$object>::new(std::sync::Arc::clone(row), self.owner.clone());
                self.page.rows.iter().map(node).collect()
            }

            /// 分页信息
            async fn page_info(&self) -> $crate::connection::PageInfo {
                $crate::connection::PageInfo::of(&self.page, Self::cursor)
            }

            /// 总数 Length of the whole list, exact.
            async fn total_count(&self) -> u64 {
                self.page.total.unwrap_or_default()
            }
        }

        /// 条目 A record and its cursor.
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// 游标
            pub cursor: String,
            /// 记录
            pub node: $object,
        }
    };
}
pub(crate) use child_connection;
