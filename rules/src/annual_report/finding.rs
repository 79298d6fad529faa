//! 核查结果 What the rules say about a report.

use serde::{Deserialize, Serialize};

/// 严重程度 What a finding demands of the filer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "FindingSeverity"))]
pub enum Severity {
    /// 错误 Blocks the submission.
    Error,
    /// 警告 Asks for a reason.
    Warning,
    /// 提示 Informs.
    Hint,
}

impl Severity {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
            Self::Hint => "HINT",
        }
    }
}

/// 核查结果 One rule that a report breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// 规则编号 `AR-040`.
    pub rule_id: &'static str,
    /// 严重程度
    pub severity: Severity,
    /// 涉及字段 Paths of the fields concerned, as on the draft or as typed; empty if it is the report
    /// as a whole.
    pub paths: Vec<String>,
    /// 问题 What is wrong, with the values.
    pub message: String,
    /// 处理办法 How to mend it.
    pub mend: String,
    /// 依据 Regulation and article, or the register's own design.
    pub source: &'static str,
    /// 数值 The values named in the message, as (name, text).
    pub values: Vec<(&'static str, String)>,
    /// 更正建议 What may be written instead; empty where only the filer knows. More than one together make the report
    /// right: two figures to be swapped.
    pub proposals: Vec<Proposal>,
}

/// 更正建议 What to write in a field, for the filer to accept with one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// 字段路径
    pub path: String,
    /// 建议填写 As a filer would type it.
    pub value: String,
}
