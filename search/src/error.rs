//! 检索错误 What can go wrong: with the question, with the index, with the disk.

use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::directory::error::LockError;

/// Why a search, a count or a write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// 查询为空 Nothing was asked, or only punctuation.
    #[error("the query holds no letter and no digit")]
    EmptyQuery,
    /// 查询过长 The query is longer than anyone types.
    #[error("the query has {characters} characters, at most {limit} are allowed")]
    QueryTooLong {
        /// Characters of the query.
        characters: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// 每页条数 The page size is zero or too large.
    #[error("the page size {limit} is not in 1..={most}")]
    PageSize {
        /// Page size asked for.
        limit: usize,
        /// Largest page size.
        most: usize,
    },
    /// 游标无效 The cursor was not made by a search.
    #[error("the cursor is not one of this index")]
    Cursor,
    /// An id outside the range that a key can hold.
    #[error("the id {id} cannot be indexed")]
    Identifier {
        /// The id.
        id: i64,
    },
    /// 索引不存在 No index was built yet.
    #[error("there is no search index in {}", .root.display())]
    Missing {
        /// Folder of the index.
        root: PathBuf,
    },
    /// 索引损坏 The files of the index cannot be read.
    #[error("the search index in {} is damaged: {reason}", .path.display())]
    Damaged {
        /// Folder of the damaged generation.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// 索引过期 The index was built by another version of the program.
    #[error("the search index in {} has another format", .path.display())]
    Outdated {
        /// Folder of the generation.
        path: PathBuf,
    },
    /// 索引被占用 Another process writes or rebuilds the index.
    #[error("the search index in {} is being written by another process", .path.display())]
    Locked {
        /// Folder that is locked.
        path: PathBuf,
    },
    /// 索引已更换 A rebuild replaced the generation that this writer wrote to.
    #[error("the search index was replaced while it was written")]
    Superseded,
    /// 检索服务不可用 The engine that stands in the place of the index does not answer, or refuses.
    #[error("the search engine cannot be used: {reason}")]
    Remote {
        /// What it said.
        reason: String,
    },
    /// 写入失败 The index could not be written, for example on a full disk.
    #[error("the search index cannot be written")]
    Storage(#[source] TantivyError),
    /// 读写失败 A file or folder of the index could not be read or written.
    #[error("the files of the search index cannot be used")]
    Io(#[from] std::io::Error),
}

impl SearchError {
    /// Stable code of the fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmptyQuery => "SEARCH_QUERY_EMPTY",
            Self::QueryTooLong { .. } => "SEARCH_QUERY_TOO_LONG",
            Self::PageSize { .. } => "SEARCH_PAGE_SIZE",
            Self::Cursor => "SEARCH_CURSOR",
            Self::Identifier { .. } => "SEARCH_IDENTIFIER",
            Self::Missing { .. } => "SEARCH_INDEX_MISSING",
            Self::Damaged { .. } => "SEARCH_INDEX_DAMAGED",
            Self::Outdated { .. } => "SEARCH_INDEX_OUTDATED",
            Self::Locked { .. } => "SEARCH_INDEX_LOCKED",
            Self::Superseded => "SEARCH_INDEX_SUPERSEDED",
            Self::Remote { .. } => "SEARCH_ENGINE",
            Self::Storage(_) | Self::Io(_) => "SEARCH_INDEX_STORAGE",
        }
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        match self {
            Self::EmptyQuery => "请输入要查询的名称、代码、姓名或者处罚内容，不能只有空格或标点。".to_owned(),
            Self::QueryTooLong { characters, limit } => {
                format!("查询内容有{characters}个字，最多{limit}个字，请缩短后再查。")
            }
            Self::PageSize { limit, most } => format!("每页条数为{limit}，应在1到{most}之间。"),
            Self::Cursor => "翻页位置无效，请从第一页重新查询。".to_owned(),
            Self::Identifier { id } => format!("编号{id}超出检索索引的范围，该记录不能被检索。"),
            Self::Missing { root } => {
                format!("“{}”中还没有检索索引，请先运行“qinxin index rebuild”。", root.display())
            }
            Self::Damaged { path, .. } => {
                format!("检索索引“{}”已损坏，请运行“qinxin index rebuild”重建。", path.display())
            }
            Self::Outdated { path } => {
                format!("检索索引“{}”由其他版本建立，请运行“qinxin index rebuild”重建。", path.display())
            }
            Self::Locked { path } => {
                format!("检索索引“{}”正被另一个进程写入，请等它结束或者停止它后再试。", path.display())
            }
            Self::Remote { reason } => format!("检索服务不可用（{reason}），请检查 quickwit.url 与该服务的状态。"),
            Self::Superseded => "检索索引在写入期间已被重建，请重新打开后继续。".to_owned(),
            Self::Storage(_) | Self::Io(_) => "检索索引无法读写，请检查磁盘空间和目录权限。".to_owned(),
        }
    }

    /// An error of Tantivy while writing.
    pub(crate) fn writing(error: TantivyError, path: &std::path::Path) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Locked { path: path.to_owned() },
            other => Self::Storage(other),
        }
    }

    /// An error of Tantivy while reading: files that cannot be read are damaged for a reader,
    /// whatever the reason.
    pub(crate) fn reading(error: &TantivyError, path: &std::path::Path) -> Self {
        Self::Damaged { path: path.to_owned(), reason: error.to_string() }
    }
}
