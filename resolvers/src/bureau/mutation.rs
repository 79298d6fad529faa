//! 年报监管操作 Exports of the zero-value list, comparisons, letters, answers and settlements.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use schema::scalars::RegionCode;
use schema::{Answer, limits};
use services::bureau::compare;
use services::bureau::correct::{self, Settlement};
use services::bureau::export::{self, Asked};
use services::command::power::{AnswerCorrection, CompareReports, ExportReports, OrderCorrection};
use services::command::{Permit, Power, UserError};

use super::comparison::{ComparisonFinding, FAMILY as FINDING};
use super::letters::{CorrectionLetter, FAMILY as LETTER};
use super::zero_value::ZeroValueFilter;
use super::{known, own};
use crate::access::users::key;
use crate::access::{caller, payload, permit};
use crate::jobs::Job;
use crate::owner::{loaders, scope};
use crate::search::export::ExportFormat;

payload! {
    /// 导出结果
    ExportZeroValueReportsPayload {
        /// 任务 Follow it by `jobProgress`; its result tells where the file is.
        job: Job,
    }
}

payload! {
    /// 比对任务结果
    CompareReportsPayload {
        /// 任务 Follow it by `jobProgress`; its result tells how many reports were compared, and what was found.
        job: Job,
    }
}

payload! {
    /// 责令改正结果
    IssueCorrectionLetterPayload {
        /// 责令改正通知书
        letter: CorrectionLetter,
    }
}

payload! {
    /// 答复结果
    AnswerCorrectionLetterPayload {
        /// 责令改正通知书
        letter: CorrectionLetter,
    }
}

payload! {
    /// 办结结果
    SettleFindingPayload {
        /// 比对结果
        finding: ComparisonFinding,
    }
}

/// 导出零值年报名单
#[derive(InputObject)]
pub struct ExportZeroValueReportsInput {
    /// 报告年度
    pub year: i32,
    /// 行政区划 With everything below; one's own region unless it is named.
    pub region_code: Option<RegionCode>,
    /// 筛选条件 As for `zeroValueReports`.
    pub filter: Option<ZeroValueFilter>,
    /// 格式
    pub format: ExportFormat,
    /// 用途 4 to 200 characters, kept in the audit log and told in the file.
    pub purpose: String,
}

/// 比对年报
#[derive(InputObject)]
pub struct CompareReportsInput {
    /// 报告年度
    pub year: i32,
    /// 行政区划 With everything below; one's own region unless it is named.
    pub region_code: Option<RegionCode>,
}

/// 发出责令改正通知书
#[derive(InputObject)]
pub struct IssueCorrectionLetterInput {
    /// 比对结果编号 Open ones of one enterprise and year, at most 50.
    pub finding_ids: Vec<ID>,
}

/// 答复责令改正通知书
#[derive(InputObject)]
pub struct AnswerCorrectionLetterInput {
    /// 通知书编号
    pub letter_id: ID,
    /// 答复 4 to 2,000 characters.
    pub answer: String,
}

/// 办结方式 How a finding is settled.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Settlement")]
pub enum FindingSettlement {
    /// 核查通过 The answer is accepted.
    Accept,
    /// 核查不通过，继续责令 The answer is rejected, with a new term.
    Reject,
    /// 核查无误，不予责令 There is nothing to be corrected.
    Dismiss,
}

/// 办结比对结果
#[derive(InputObject)]
pub struct SettleFindingInput {
    /// 比对结果编号
    pub finding_id: ID,
    /// 办结方式
    pub settlement: FindingSettlement,
    /// 理由 Needed for `REJECT` and `DISMISS`, 4 to 2,000 characters.
    pub reason: Option<String>,
}

/// Mutations of the bureau.
#[derive(Default)]
pub struct BureauMutation;

/// The permit for a region, or for the largest of one's own.
fn within<'c, P: Power>(
    ctx: &Context<'c>,
    region: Option<RegionCode>,
) -> Answer<Result<(Permit<'c, P>, rules::region::RegionCode), UserError>> {
    let caller = caller(ctx)?;
    let region = match region {
        Some(region) => known(region.0)?,
        None => own::<P>(&caller.viewer),
    };
    Ok(caller.may_in::<P>(region).map(|permit| (permit, region)))
}

#[Object]
impl BureauMutation {
    /// 导出零值年报名单 Up to the limit of the role (`serviceLimits`). The file is for who asks alone and is kept for
    /// seven days; each download is recorded. The second factor was shown a short time ago (`STEP_UP_REQUIRED`).
    #[graphql(complexity = "500 + child_complexity")]
    async fn export_zero_value_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "名单、格式与用途")] input: ExportZeroValueReportsInput,
    ) -> Answer<ExportZeroValueReportsPayload> {
        let within = within::<ExportReports>(ctx, input.region_code)?;
        let (permit, region) = permit!(within, ExportZeroValueReportsPayload);
        let roles = permit.caller().viewer.grants().iter().map(|grant| grant.role);
        let asked = Asked {
            filter: input.filter.unwrap_or_default().checked(input.year, region)?,
            format: input.format.into(),
            purpose: input.purpose,
            most: limits().export_rows_of(roles),
            daily: limits().daily_exports,
        };
        ExportZeroValueReportsPayload::settled(export::start(&loaders(ctx)?.db, &permit, asked).await, |job| {
            ExportZeroValueReportsPayload { job: Some(job.into()), ..Default::default() }
        })
    }

    /// 比对年报 The reports of a year and region with the archive, by a job; doing it again finds what is new and what
    /// is gone.
    #[graphql(complexity = "500 + child_complexity")]
    async fn compare_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "年度与区划")] input: CompareReportsInput,
    ) -> Answer<CompareReportsPayload> {
        let within = within::<CompareReports>(ctx, input.region_code)?;
        let (permit, region) = permit!(within, CompareReportsPayload);
        let started = compare::start(&loaders(ctx)?.db, &permit, input.year, Some(region)).await;
        CompareReportsPayload::settled(started, |job| CompareReportsPayload {
            job: Some(job.into()),
            ..Default::default()
        })
    }

    /// 发出责令改正通知书
    #[graphql(complexity = "100 + child_complexity")]
    async fn issue_correction_letter(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "比对结果")] input: IssueCorrectionLetterInput,
    ) -> Answer<IssueCorrectionLetterPayload> {
        let permit = permit!(caller(ctx)?.may::<OrderCorrection>(), IssueCorrectionLetterPayload);
        let ids = input.finding_ids.iter().map(|id| key(FINDING, id)).collect::<Answer<Vec<i64>>>()?;
        let scope = scope(ctx)?;
        IssueCorrectionLetterPayload::settled(correct::issue(&loaders(ctx)?.db, &permit, &ids).await, |row| {
            let letter = Some(CorrectionLetter::new(&Arc::new(row), scope));
            IssueCorrectionLetterPayload { letter, ..Default::default() }
        })
    }

    /// 答复责令改正通知书 By the liaison of the enterprise.
    #[graphql(complexity = "100 + child_complexity")]
    async fn answer_correction_letter(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "答复")] input: AnswerCorrectionLetterInput,
    ) -> Answer<AnswerCorrectionLetterPayload> {
        let permit = permit!(caller(ctx)?.may::<AnswerCorrection>(), AnswerCorrectionLetterPayload);
        let (db, scope, id) = (&loaders(ctx)?.db, scope(ctx)?, key(LETTER, &input.letter_id)?);
        AnswerCorrectionLetterPayload::settled(correct::answer(db, &permit, id, &input.answer).await, |row| {
            let letter = Some(CorrectionLetter::new(&Arc::new(row), scope));
            AnswerCorrectionLetterPayload { letter, ..Default::default() }
        })
    }

    /// 办结比对结果 Accepts or rejects the answer, or dismisses the finding.
    #[graphql(complexity = "100 + child_complexity")]
    async fn settle_finding(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办结")] input: SettleFindingInput,
    ) -> Answer<SettleFindingPayload> {
        let permit = permit!(caller(ctx)?.may::<OrderCorrection>(), SettleFindingPayload);
        let (db, scope, id) = (&loaders(ctx)?.db, scope(ctx)?, key(FINDING, &input.finding_id)?);
        let reason = input.reason.unwrap_or_default();
        let settled = correct::settle(db, &permit, id, input.settlement.into(), &reason).await;
        SettleFindingPayload::settled(settled, |row| {
            let finding = Some(ComparisonFinding::new(&Arc::new(row), scope));
            SettleFindingPayload { finding, ..Default::default() }
        })
    }
}
