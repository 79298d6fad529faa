//! 预填 The draft of a report: every field of the form with what last year's report and the
//! register know, and where each value comes from. Figures of the year are never copied: last
//! year's stands beside the empty field as a hint.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{FieldValue, FilerKind};

/// 数据来源 Where a prefilled value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "PrefillSource"))]
pub enum Source {
    /// 上一份年度报告 The last report.
    LastReport,
    /// 登记档案 The register.
    Archive,
    /// 待填 Nobody knows it: the filer fills it in.
    None,
}

impl Source {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastReport => "LAST_REPORT",
            Self::Archive => "ARCHIVE",
            Self::None => "NONE",
        }
    }
}

/// 草稿项 A field of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftValue {
    /// 路径 `phone`, `contributions[0].paid`; the bare name of a table of which no row is known.
    pub path: String,
    /// 字段名称 Chinese label, with that of the table before it.
    pub label: String,
    /// 单位 `万元`, `人`.
    pub unit: Option<&'static str>,
    /// Prefilled value.
    pub value: Option<FieldValue>,
    /// 来源 Where the value comes from.
    pub source: Source,
    /// 截至日期 Day as of which the source knew the value.
    pub as_of: Option<NaiveDate>,
    /// 出处 `2024年度报告`, `登记档案`; empty where there is no source.
    pub reference: String,
    /// 上年数 Last year's value of a figure that is not copied.
    pub last_value: Option<FieldValue>,
    /// 可一键确认 Whether the filer may take the value over with one confirmation.
    pub unchanged_confirmable: bool,
    /// 必填 Whether the form demands it, given the other values of the draft.
    pub required: bool,
}

/// 草稿 A prefilled report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// In the order of the form.
    pub values: Vec<DraftValue>,
}
