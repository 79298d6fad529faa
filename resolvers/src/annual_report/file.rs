//! 填报 Mutations of drafts and reports.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entities::annual_report::report;
use entities::enterprise::registered;
use rules::annual_report::ReportChangePhase;
use schema::scalars::{DateTime, Uscc};
use schema::{Answer, Code, Failure};
use services::command::Done;
use services::command::power::FileReports;
use services::filing::amend::{Amended, amend};
use services::filing::branches::{self, BranchReport};
use services::filing::drafts::{self, Saved};
use services::filing::submit::{Receipt, Submission, submit};
use services::filing::{Conflict, Filer, FilingDesk, Outcome};

use super::draft::ReportFinding;
use super::filing::{FilingState, state_of};
use super::inputs::{
    BranchReportInput, ConfirmUnchangedInput, CorrectAnnualReportInput, FileBranchReportsInput,
    ModifyAnnualReportInput, SaveReportDraftInput, SubmitAnnualReportInput, edit,
};
use super::object::{AnnualReport, ReportModification};
use crate::access::{caller, payload, permit, settle};
use crate::jobs::Job;
use crate::owner::{Owner, found, loaders, scope};

payload! {
    /// 保存草稿结果
    SaveReportDraftPayload {
        /// 填报状态
        filing: FilingState,
        /// 核查结果
        findings: Vec<ReportFinding>,
        /// 版本冲突 What another device has saved meanwhile; nothing was overwritten.
        conflict: DraftConflict,
    }
}

payload! {
    /// 确认未变结果
    ConfirmUnchangedPayload {
        /// 填报状态
        filing: FilingState,
        /// 核查结果
        findings: Vec<ReportFinding>,
        /// 版本冲突
        conflict: DraftConflict,
    }
}

payload! {
    /// 报送结果
    SubmitAnnualReportPayload {
        /// 回执
        receipt: FilingReceipt,
        /// 年度报告 As published.
        report: AnnualReport,
        /// 核查结果 Of a report that was refused.
        findings: Vec<ReportFinding>,
        /// 版本冲突
        conflict: DraftConflict,
    }
}

payload! {
    /// 更正结果
    CorrectAnnualReportPayload {
        /// 回执
        receipt: FilingReceipt,
        /// 年度报告 As published.
        report: AnnualReport,
        /// 修改记录 Of this correction.
        modifications: Vec<ReportModification>,
        /// 核查结果 Of a correction that was refused.
        findings: Vec<ReportFinding>,
    }
}

payload! {
    /// 修改结果
    ModifyAnnualReportPayload {
        /// 回执
        receipt: FilingReceipt,
        /// 年度报告 As published.
        report: AnnualReport,
        /// 修改记录 Of this modification.
        modifications: Vec<ReportModification>,
        /// 核查结果 Of a modification that was refused.
        findings: Vec<ReportFinding>,
    }
}

payload! {
    /// 分支机构集中年报结果
    FileBranchReportsPayload {
        /// 任务 Follow it by `jobProgress`; its result tells of each branch.
        job: Job,
    }
}

/// 版本冲突 What is stored of a draft that another device has saved.
#[derive(SimpleObject)]
pub struct DraftConflict {
    /// 版本 Give it to save over it.
    pub version: i32,
    /// 保存时间
    pub saved_at: DateTime,
    /// 已存的填报值
    pub values: Vec<ReportFieldValue>,
    /// 与所提交不同的字段路径
    pub differing: Vec<String>,
}

/// 填报值
#[derive(SimpleObject)]
pub struct ReportFieldValue {
    /// 字段路径
    pub path: String,
    /// 填报内容
    pub value: String,
}

/// 回执 Says that a text of a report was taken.
#[derive(SimpleObject)]
pub struct FilingReceipt {
    /// 回执编号
    pub number: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 报告年度
    pub year: i32,
    /// 版本 1 as submitted, one more with each correction or modification.
    pub version: i32,
    /// 报送时间
    pub submitted_at: DateTime,
    /// 是否逾期
    pub is_late: bool,
}

impl From<Conflict> for DraftConflict {
    fn from(conflict: Conflict) -> Self {
        let value = |(path, value)| ReportFieldValue { path, value };
        Self {
            version: conflict.version,
            saved_at: DateTime(conflict.saved_at),
            values: conflict.values.into_iter().map(value).collect(),
            differing: conflict.differing,
        }
    }
}

fn receipt(receipt: &Receipt, row: &registered::Model) -> FilingReceipt {
    FilingReceipt {
        number: receipt.number.clone(),
        uscc: row.uscc.clone(),
        year: receipt.year,
        version: receipt.version,
        submitted_at: DateTime(receipt.submitted_at),
        is_late: receipt.is_late,
    }
}

fn findings(list: Vec<rules::annual_report::Finding>) -> Vec<ReportFinding> {
    list.into_iter().map(ReportFinding::from).collect()
}

/// The enterprise with this code, as the register has it today.
pub(super) async fn filer(ctx: &Context<'_>, uscc: Uscc) -> Answer<Option<Arc<registered::Model>>> {
    loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await
}

async fn published(ctx: &Context<'_>, id: i64, row: &Arc<registered::Model>) -> Answer<Option<AnnualReport>> {
    let scope = scope(ctx)?;
    let found: Option<Arc<report::Model>> = loaders(ctx)?.report.load((id, scope)).await?;
    Ok(found.map(|report| AnnualReport::new(report, Owner::known(row, scope))))
}

/// Asks for the enterprise and the permit to file for it; what is not one's own does not exist.
macro_rules! own {
    ($ctx:ident, $uscc:expr, $payload:ident) => {{
        let row = $crate::annual_report::file::filer($ctx, $uscc).await?;
        let place = row.as_ref().and_then(|row| row.place());
        let permit = permit!(caller($ctx)?.may_for::<FileReports>(place), $payload);
        let Some(row) = row else { return Err(Failure::refused(Code::NotFound, Code::NotFound.explanation())) };
        (row, permit)
    }};
}
pub(super) use own;

/// Mutations of drafts and reports.
#[derive(Default)]
pub struct FilingMutation;

#[Object]
impl FilingMutation {
    /// 保存草稿 Over the version that was read; of two devices the second is told what the first has saved.
    #[graphql(complexity = "500 + child_complexity")]
    async fn save_report_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "版本与填写内容")] input: SaveReportDraftInput,
    ) -> Answer<SaveReportDraftPayload> {
        let (row, permit) = own!(ctx, input.uscc, SaveReportDraftPayload);
        let edit = edit(input.values, input.reset, input.unpublished, input.reasons)?;
        let filer = Filer { row: &row, year: input.year };
        let done = drafts::save(&loaders(ctx)?.db, &permit, filer, input.version, edit).await;
        let Told { state, findings, conflict, user_errors } = saved(ctx, &row, input.year, done).await?;
        Ok(SaveReportDraftPayload { filing: state, findings, conflict, user_errors })
    }

    /// 确认未变 Takes over what is prefilled.
    #[graphql(complexity = "500 + child_complexity")]
    async fn confirm_unchanged(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "版本与字段")] input: ConfirmUnchangedInput,
    ) -> Answer<ConfirmUnchangedPayload> {
        let (row, permit) = own!(ctx, input.uscc, ConfirmUnchangedPayload);
        let filer = Filer { row: &row, year: input.year };
        let done = drafts::confirm(&loaders(ctx)?.db, &permit, filer, input.version, input.fields).await;
        let Told { state, findings, conflict, user_errors } = saved(ctx, &row, input.year, done).await?;
        Ok(ConfirmUnchangedPayload { filing: state, findings, conflict, user_errors })
    }

    /// 报送公示 The draft is judged once more and published: errors block, warnings need a reason. Late reports are
    /// taken and marked.
    #[graphql(complexity = "500 + child_complexity")]
    async fn submit_annual_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "幂等键，以及草稿之外的填写内容")] input: SubmitAnnualReportInput,
    ) -> Answer<SubmitAnnualReportPayload> {
        let (row, permit) = own!(ctx, input.uscc, SubmitAnnualReportPayload);
        let edit = edit(input.values.unwrap_or_default(), None, input.unpublished, input.reasons)?;
        let asked = Submission { key: input.idempotency_key, version: input.version, edit };
        let desk = found::<FilingDesk>(ctx, "filing desk")?;
        let done = submit(desk, &permit, Filer { row: &row, year: input.year }, asked).await;
        Ok(match settle(done)? {
            Ok(Outcome::Done(done)) => SubmitAnnualReportPayload {
                receipt: Some(receipt(&done, &row)),
                report: published(ctx, done.report, &row).await?,
                ..Default::default()
            },
            Ok(Outcome::Held(held)) => SubmitAnnualReportPayload {
                findings: Some(findings(held.findings)),
                conflict: held.conflict.map(DraftConflict::from),
                user_errors: held.errors.into_iter().map(Into::into).collect(),
                ..Default::default()
            },
            Err(errors) => SubmitAnnualReportPayload::refused(errors),
        })
    }

    /// 更正 Until the last day of the window; each changed value is published beside the old one.
    #[graphql(complexity = "500 + child_complexity")]
    async fn correct_annual_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告版本与变更内容")] input: CorrectAnnualReportInput,
    ) -> Answer<CorrectAnnualReportPayload> {
        let (uscc, year, asked) = input.read(ReportChangePhase::Corrected)?;
        let (row, permit) = own!(ctx, uscc, CorrectAnnualReportPayload);
        let done = amend(&loaders(ctx)?.db, &permit, Filer { row: &row, year }, asked).await;
        let Amends { receipt, report, modifications, findings, user_errors } = amended(ctx, &row, done).await?;
        Ok(CorrectAnnualReportPayload { receipt, report, modifications, findings, user_errors })
    }

    /// 修改 After the window, of a year that was listed as unpublished, once that listing was lifted.
    #[graphql(complexity = "500 + child_complexity")]
    async fn modify_annual_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告版本与变更内容")] input: ModifyAnnualReportInput,
    ) -> Answer<ModifyAnnualReportPayload> {
        let (uscc, year, asked) = input.read(ReportChangePhase::Modified)?;
        let (row, permit) = own!(ctx, uscc, ModifyAnnualReportPayload);
        let done = amend(&loaders(ctx)?.db, &permit, Filer { row: &row, year }, asked).await;
        let Amends { receipt, report, modifications, findings, user_errors } = amended(ctx, &row, done).await?;
        Ok(ModifyAnnualReportPayload { receipt, report, modifications, findings, user_errors })
    }

    /// 分支机构集中年报 Files for up to 200 branches in one job, with a result for each.
    #[graphql(complexity = "5000 + child_complexity")]
    async fn file_branch_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隶属企业与各分支机构的填写内容")] input: FileBranchReportsInput,
    ) -> Answer<FileBranchReportsPayload> {
        let (row, permit) = own!(ctx, input.uscc, FileBranchReportsPayload);
        let branch = |one: BranchReportInput| {
            let edit = edit(one.values.unwrap_or_default(), None, one.unpublished, one.reasons)?;
            Ok(BranchReport { uscc: one.uscc.0.to_string(), edit })
        };
        let list = input.branches.into_iter().map(branch).collect::<Answer<Vec<_>>>()?;
        let head = Filer { row: &row, year: input.year };
        let done = branches::start(&loaders(ctx)?.db, &permit, head, &input.idempotency_key, list).await;
        FileBranchReportsPayload::settled(done, |job| FileBranchReportsPayload {
            job: Some(job.into()),
            ..Default::default()
        })
    }
}

/// What is told of a draft that was to be saved.
#[derive(Default)]
pub(super) struct Told {
    pub(super) state: Option<FilingState>,
    pub(super) findings: Option<Vec<ReportFinding>>,
    pub(super) conflict: Option<DraftConflict>,
    pub(super) user_errors: Vec<crate::access::UserError>,
}

pub(super) async fn saved(
    ctx: &Context<'_>,
    row: &Arc<registered::Model>,
    year: i32,
    done: Done<Outcome<Saved>>,
) -> Answer<Told> {
    Ok(match settle(done)? {
        Ok(Outcome::Done(saved)) => Told {
            state: Some(state_of(ctx, row, year).await?),
            findings: Some(findings(saved.findings)),
            ..Told::default()
        },
        Ok(Outcome::Held(held)) => Told {
            findings: Some(findings(held.findings)),
            conflict: held.conflict.map(DraftConflict::from),
            user_errors: held.errors.into_iter().map(Into::into).collect(),
            state: None,
        },
        Err(user_errors) => Told { user_errors, ..Told::default() },
    })
}

/// What is told of a report that was to be changed.
#[derive(Default)]
struct Amends {
    receipt: Option<FilingReceipt>,
    report: Option<AnnualReport>,
    modifications: Option<Vec<ReportModification>>,
    findings: Option<Vec<ReportFinding>>,
    user_errors: Vec<crate::access::UserError>,
}

async fn amended(ctx: &Context<'_>, row: &Arc<registered::Model>, done: Done<Outcome<Amended>>) -> Answer<Amends> {
    Ok(match settle(done)? {
        Ok(Outcome::Done(done)) => {
            let vault = loaders(ctx)?.db.vault();
            let told = done.modifications.iter().map(|change| ReportModification::of(vault, change, true));
            Amends {
                receipt: Some(receipt(&done.receipt, row)),
                report: published(ctx, done.receipt.report, row).await?,
                modifications: Some(told.collect::<Answer<_>>()?),
                ..Amends::default()
            }
        }
        Ok(Outcome::Held(held)) => Amends {
            findings: Some(findings(held.findings)),
            user_errors: held.errors.into_iter().map(Into::into).collect(),
            ..Amends::default()
        },
        Err(user_errors) => Amends { user_errors, ..Amends::default() },
    })
}
