//! 语境 What the person who asks has before them: the kind of report, the fields of the finding.

use rules::annual_report::FilerKind;

use crate::Topic;

/// 语境 Empty if nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// 申报主体类型 Of the open report.
    pub kind: Option<FilerKind>,
    /// 报告年度 Of the open report.
    pub year: Option<i32>,
    /// 字段 Names of the fields that are looked at, tables without rows and columns.
    pub fields: Vec<String>,
}

/// What a topic about the fields before one's eyes is worth: less than a good question's lead.
const ABOUT_THESE_FIELDS: f32 = 0.12;
/// What a topic of another kind of filer loses.
const OF_OTHERS: f32 = -0.15;

impl Focus {
    /// How much more or less likely the focus makes a topic, in units of the score.
    pub(crate) fn favour(&self, topic: &Topic) -> f32 {
        let is_of_others = self.kind.is_some_and(|kind| !topic.kinds.is_empty() && !topic.kinds.contains(&kind));
        let is_about_these = topic.fields.iter().any(|field| self.fields.contains(field));
        let about = if is_about_these { ABOUT_THESE_FIELDS } else { 0.0 };
        if is_of_others { about + OF_OTHERS } else { about }
    }
}
