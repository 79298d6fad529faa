//! 填报内容 What filers send with their mutations.

use std::collections::BTreeMap;

use async_graphql::InputObject;
use rules::annual_report::ReportChangePhase;
use schema::Answer;
use schema::scalars::Uscc;
use services::filing::Edit;
use services::filing::amend::Amendment;

use super::draft::{ReportFieldInput, bounded};

/// 警告说明
#[derive(InputObject)]
pub struct WarningReasonInput {
    /// 规则编号
    pub rule_id: String,
    /// 理由 4 to 200 characters.
    pub reason: String,
}

/// 保存草稿
#[derive(InputObject)]
pub struct SaveReportDraftInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 版本 The one that was read, 0 for none.
    pub version: i32,
    /// 填写内容 What was typed since; a blank value says that the field is left empty.
    pub values: Vec<ReportFieldInput>,
    /// 恢复预填 Paths that go back to what is prefilled; the name of a table takes back the whole table.
    pub reset: Option<Vec<String>>,
    /// 不公示 Names of all optional fields and tables that are kept back; what is not given stays.
    pub unpublished: Option<Vec<String>>,
    /// 警告说明 They join those that are there.
    pub reasons: Option<Vec<WarningReasonInput>>,
}

/// 确认未变
#[derive(InputObject)]
pub struct ConfirmUnchangedInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 版本 The one that was read, 0 for none.
    pub version: i32,
    /// 字段 Paths, or names of sections and tables for everything confirmable in them; `*` for all.
    pub fields: Vec<String>,
}

/// 报送
#[derive(InputObject)]
pub struct SubmitAnnualReportInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 幂等键 8 to 64 letters, digits, - or _; the same key with the same input gets the same receipt.
    pub idempotency_key: String,
    /// 草稿版本 If given, the stored draft must be of it.
    pub version: Option<i32>,
    /// 填写内容 Beside the draft.
    pub values: Option<Vec<ReportFieldInput>>,
    /// 不公示 Names of all optional fields and tables that are kept back; what is not given stays as in the draft.
    pub unpublished: Option<Vec<String>>,
    /// 警告说明 Every warning needs one.
    pub reasons: Option<Vec<WarningReasonInput>>,
}

macro_rules! amendment {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(InputObject)]
        pub struct $name {
            /// 统一社会信用代码
            pub uscc: Uscc,
            /// 报告年度
            pub year: i32,
            /// 报告版本 The text that was read.
            pub report_version: i32,
            /// 幂等键 As for `submitAnnualReport`.
            pub idempotency_key: String,
            /// 变更内容 Only what changes.
            pub values: Vec<ReportFieldInput>,
            /// 不公示 Names of all optional fields and tables that are kept back; what is not given stays.
            pub unpublished: Option<Vec<String>>,
            /// 警告说明 They join those that were given.
            pub reasons: Option<Vec<WarningReasonInput>>,
            /// 说明 4 to 200 characters, published with the change.
            pub reason: String,
        }

        impl $name {
            pub(super) fn read(self, phase: ReportChangePhase) -> Answer<(Uscc, i32, Amendment)> {
                let edit = edit(self.values, None, self.unpublished, self.reasons)?;
                let (key, report_version, reason) = (self.idempotency_key, self.report_version, self.reason);
                Ok((self.uscc, self.year, Amendment { key, report_version, phase, edit, reason }))
            }
        }
    };
}

amendment! {
    /// 更正
    CorrectAnnualReportInput
}

amendment! {
    /// 修改
    ModifyAnnualReportInput
}

/// 分支机构集中年报
#[derive(InputObject)]
pub struct FileBranchReportsInput {
    /// 隶属企业的统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 幂等键 As for `submitAnnualReport`; each branch is filed under it.
    pub idempotency_key: String,
    /// 分支机构 Up to 200.
    pub branches: Vec<BranchReportInput>,
}

/// 分支机构报告
#[derive(InputObject)]
pub struct BranchReportInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 填写内容 Over the stored draft, or what is prefilled.
    pub values: Option<Vec<ReportFieldInput>>,
    /// 不公示
    pub unpublished: Option<Vec<String>>,
    /// 警告说明
    pub reasons: Option<Vec<WarningReasonInput>>,
}

pub(super) fn edit(
    values: Vec<ReportFieldInput>,
    reset: Option<Vec<String>>,
    unpublished: Option<Vec<String>>,
    reasons: Option<Vec<WarningReasonInput>>,
) -> Answer<Edit> {
    let values = bounded(values)?.into_iter().map(|field| (field.path, field.value)).collect();
    let reasons = reasons.unwrap_or_default().into_iter().map(|one| (one.rule_id, one.reason));
    Ok(Edit {
        values,
        reset: reset.unwrap_or_default(),
        unpublished: unpublished.map(|names| names.into_iter().collect()),
        reasons: reasons.collect::<BTreeMap<_, _>>(),
    })
}
