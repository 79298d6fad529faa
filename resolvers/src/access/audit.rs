//! 审计 The audit log in the graph.

use async_graphql::{InputObject, SimpleObject};
use entities::audit::Entry;
use schema::scalars::DateTime;
use services::audit::Verdict;

use crate::connection::PageInfo;

/// 审计记录 An entry of the log.
#[derive(SimpleObject, Clone)]
pub struct AuditEntry {
    /// 顺序号
    pub sequence: i64,
    /// 时间
    pub recorded_at: DateTime,
    /// 主体
    pub actor: String,
    /// 操作
    pub act: String,
    /// 客体
    pub subject: String,
    /// 来源地址
    pub source: Option<String>,
    /// 结果 `DONE` or `REFUSED`.
    pub outcome: Option<String>,
    /// 详情 As JSON.
    pub detail: String,
    /// 链值 SM3; null for entries older than the chain.
    pub hash: Option<String>,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            sequence: entry.sequence,
            recorded_at: DateTime(entry.recorded_at),
            actor: entry.actor,
            act: entry.act,
            subject: entry.subject,
            source: entry.source,
            outcome: entry.outcome,
            detail: entry.detail.to_string(),
            hash: entry.hash,
        }
    }
}

/// 审计记录列表 Newest first.
#[derive(SimpleObject)]
pub struct AuditEntryConnection {
    /// 条目及其游标
    pub edges: Vec<AuditEntryEdge>,
    /// 条目
    pub nodes: Vec<AuditEntry>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct AuditEntryEdge {
    /// 游标
    pub cursor: String,
    /// 审计记录
    pub node: AuditEntry,
}

/// 筛选条件 All given conditions hold together.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// 主体 The whole text.
    pub actor: Option<String>,
    /// 操作 The whole word.
    pub act: Option<String>,
    /// 客体 The whole text.
    pub subject: Option<String>,
}

/// 核验结果 Whether the log is what was written.
#[derive(SimpleObject)]
pub struct AuditVerdict {
    /// 是否完整
    pub whole: bool,
    /// 记录数 Entries of the chain.
    pub entries: i64,
    /// 链头 Hash of the last entry; keep copies of it elsewhere.
    pub head: Option<String>,
    /// 断点 The first entry that is not what was written.
    pub broken_at: Option<i64>,
    /// 说明
    pub message: String,
}

impl From<Verdict> for AuditVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Empty => {
                Self {
                    whole: true, entries: 0, head: None, broken_at: None, message: "尚无审计记录。".to_owned()
                }
            }
            Verdict::Whole(head) => Self {
                whole: true,
                entries: head.last - head.first + 1,
                message: "审计记录完整，与写入时一致。".to_owned(),
                head: Some(head.hash),
                broken_at: None,
            },
            Verdict::Broken { sequence, fault } => Self {
                whole: false,
                entries: 0,
                head: None,
                broken_at: Some(sequence),
                message: format!("第 {sequence} 条：{}。", fault.message()),
            },
        }
    }
}
