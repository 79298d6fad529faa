//! 用工需求办理 Posts published beside a report, and taken off the list again.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use schema::scalars::{Date, RegionCode, Uscc};
use schema::{Answer, Code, Failure, global_id};
use services::command::power::FileReports;
use services::filing::employment::{NewNeed, Published, publish, withdraw};

use super::draft::ReportFinding;
use super::employment::{EducationRequirement, EmploymentNeed, FAMILY};
use super::file::own;
use crate::access::{caller, payload, permit, settle};
use crate::owner::{Owner, loaders, scope};

/// 公示用工需求
#[derive(InputObject)]
pub struct PublishEmploymentNeedInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 幂等键 8 to 64 letters, digits, - or _; the same key with the same input publishes once.
    pub idempotency_key: String,
    /// 岗位
    pub post: String,
    /// 月薪下限（元）
    pub pay_low_yuan: i32,
    /// 月薪上限（元）
    pub pay_high_yuan: i32,
    /// 招聘人数
    pub head_count: i32,
    /// 其中应届毕业生
    #[graphql(default)]
    pub graduates: i32,
    /// 工作年限要求（年）
    pub experience_years: Option<i32>,
    /// 学历要求
    #[graphql(default_with = "EducationRequirement::Any")]
    pub education: EducationRequirement,
    /// 工作地点
    pub region_code: RegionCode,
    /// 福利待遇
    pub benefits: Option<String>,
    /// 发布日期 Today or later; today if it is not given.
    pub publish_on: Option<Date>,
    /// 截止日期 The last day on which it is shown, at most a year later.
    pub until: Date,
    /// 已核对 Says that what the rules warn about is right all the same.
    #[graphql(default)]
    pub confirmed: bool,
}

impl From<PublishEmploymentNeedInput> for NewNeed {
    fn from(input: PublishEmploymentNeedInput) -> Self {
        Self {
            key: input.idempotency_key,
            post: input.post,
            pay_low_yuan: input.pay_low_yuan,
            pay_high_yuan: input.pay_high_yuan,
            head_count: input.head_count,
            graduates: input.graduates,
            experience_years: input.experience_years,
            education: input.education.code(),
            region: input.region_code.0,
            benefits: input.benefits,
            publish_on: input.publish_on.map(|day| day.0),
            until: input.until.0,
            confirmed: input.confirmed,
        }
    }
}

/// 撤下用工需求
#[derive(InputObject)]
pub struct WithdrawEmploymentNeedInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 用工需求编号
    pub id: ID,
}

payload! {
    /// 公示用工需求结果
    PublishEmploymentNeedPayload {
        /// 用工需求
        need: EmploymentNeed,
        /// 核查结果
        findings: Vec<ReportFinding>,
    }
}

payload! {
    /// 撤下用工需求结果
    WithdrawEmploymentNeedPayload {
        /// 用工需求
        need: EmploymentNeed,
    }
}

/// Mutations of employment needs.
#[derive(Default)]
pub struct EmploymentMutation;

#[Object]
impl EmploymentMutation {
    /// 公示用工需求 At any time of the year, beside the annual report; judged by the same rules.
    #[graphql(complexity = "200 + child_complexity")]
    async fn publish_employment_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "幂等键与岗位")] input: PublishEmploymentNeedInput,
    ) -> Answer<PublishEmploymentNeedPayload> {
        let (row, permit) = own!(ctx, input.uscc, PublishEmploymentNeedPayload);
        let done = publish(&loaders(ctx)?.db, &permit, &row, input.into()).await;
        let owner = Owner::known(&row, scope(ctx)?);
        Ok(match settle(done)? {
            Ok(Published { need, findings, errors }) => PublishEmploymentNeedPayload {
                need: need.map(|need| EmploymentNeed::new(Arc::new(need), owner)),
                findings: Some(findings.into_iter().map(ReportFinding::from).collect()),
                user_errors: errors.into_iter().map(Into::into).collect(),
            },
            Err(errors) => PublishEmploymentNeedPayload::refused(errors),
        })
    }

    /// 撤下用工需求 A post that is filled is not shown any more from today on; again changes nothing.
    #[graphql(complexity = "200 + child_complexity")]
    async fn withdraw_employment_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "用工需求")] input: WithdrawEmploymentNeedInput,
    ) -> Answer<WithdrawEmploymentNeedPayload> {
        let (row, permit) = own!(ctx, input.uscc, WithdrawEmploymentNeedPayload);
        let key = global_id::decode(&input.id).filter(|(family, _)| family == FAMILY).map_or(0, |(_, key)| key);
        let done = withdraw(&loaders(ctx)?.db, &permit, &row, key).await;
        let owner = Owner::known(&row, scope(ctx)?);
        WithdrawEmploymentNeedPayload::settled(done, |need| WithdrawEmploymentNeedPayload {
            need: Some(EmploymentNeed::new(Arc::new(need), owner)),
            ..Default::default()
        })
    }
}
