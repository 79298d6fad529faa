//! 催报操作 Campaigns are begun and stopped by offices, and refused by those whom they reach.

use async_graphql::{Context, ID, InputObject, Object};
use rules::annual_report::FilerKind;
use schema::Answer;
use schema::scalars::{DateTime, RegionCode, Uscc};
use services::command::power::{FileReports, UrgeReports};
use services::command::{UserError, not_yours};
use services::reminders::{self, Planned};

use super::campaign::{FAMILY, ReminderCampaign, here};
use super::subscription::ReminderSubscription;
use crate::access::users::key;
use crate::access::{caller, payload, permit};
use crate::bureau::known;
use crate::owner::{loaders, scope};

payload! {
    /// 发起催报结果
    CreateReminderCampaignPayload {
        /// 催报任务
        campaign: ReminderCampaign,
    }
}

payload! {
    /// 停止催报结果
    StopReminderCampaignPayload {
        /// 催报任务
        campaign: ReminderCampaign,
    }
}

payload! {
    /// 退订结果
    OptOutOfRemindersPayload {
        /// 是否已退订
        opted_out: bool,
    }
}

/// 发起催报
#[derive(InputObject)]
pub struct CreateReminderCampaignInput {
    /// 报告年度
    pub year: i32,
    /// 行政区划 With everything below.
    pub region_code: RegionCode,
    /// 申报主体类型 All of them if it is empty.
    #[graphql(default)]
    pub kinds: Vec<FilerKind>,
    /// 短信内容 10 to 200 characters, without links; `{name}`, `{year}` and `{due}` are filled in. How to refuse more is
    /// added to it.
    pub text: String,
    /// 开始时间 At once if it is not given; never in quiet hours.
    pub start_at: Option<DateTime>,
    /// 每日上限 Messages of a day at most.
    pub daily_cap: i32,
    /// 幂等键 The same key gives the same campaign.
    pub idempotency_key: String,
}

payload! {
    /// 恢复接收结果
    OptInToRemindersPayload {
        /// 接收催报
        subscription: ReminderSubscription,
    }
}

/// 停止催报
#[derive(InputObject)]
pub struct StopReminderCampaignInput {
    /// 催报任务编号
    pub id: ID,
}

/// 退订催报 One of the two.
#[derive(InputObject)]
pub struct OptOutOfRemindersInput {
    /// 退订码 At the end of each reminder; needs no account.
    pub token: Option<String>,
    /// 统一社会信用代码 Of one's own enterprise, for its liaison.
    pub uscc: Option<Uscc>,
}

/// 恢复接收催报
#[derive(InputObject)]
pub struct OptInToRemindersInput {
    /// 统一社会信用代码 Of one's own enterprise.
    pub uscc: Uscc,
}

/// Mutations of reminders.
#[derive(Default)]
pub struct ReminderMutation;

#[Object]
impl ReminderMutation {
    /// 发起催报 Reminds by short message those who owe the report of a year and have not filed it: that is looked up once
    /// more before each message. Not from 20:00 to 8:00 in Beijing, a number once a day and three times a week at most.
    #[graphql(complexity = "200 + child_complexity")]
    async fn create_reminder_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "范围、内容与上限")] input: CreateReminderCampaignInput,
    ) -> Answer<CreateReminderCampaignPayload> {
        let region = known(input.region_code.0)?;
        let permit = permit!(caller(ctx)?.may_in::<UrgeReports>(region), CreateReminderCampaignPayload);
        let asked = Planned {
            year: input.year,
            region,
            kinds: input.kinds,
            text: input.text,
            start_at: input.start_at.map(|instant| instant.0),
            daily_cap: input.daily_cap,
            key: input.idempotency_key,
        };
        let done = reminders::create(&loaders(ctx)?.db, &permit, asked).await;
        CreateReminderCampaignPayload::settled(done, |row| CreateReminderCampaignPayload {
            campaign: Some(row.into()),
            ..Default::default()
        })
    }

    /// 停止催报 What was not sent yet is not sent any more.
    #[graphql(complexity = "100 + child_complexity")]
    async fn stop_reminder_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "催报任务")] input: StopReminderCampaignInput,
    ) -> Answer<StopReminderCampaignPayload> {
        let permit = permit!(caller(ctx)?.may::<UrgeReports>(), StopReminderCampaignPayload);
        let id = key(FAMILY, &input.id)?;
        if here(ctx, id).await?.is_none() {
            let message = "没有这项催报任务，或不在您的辖区之内，请核对编号。";
            let error = UserError::at(&["input", "id"], "NOT_FOUND", message);
            return Ok(StopReminderCampaignPayload::refused(vec![error.into()]));
        }
        let done = reminders::stop(&loaders(ctx)?.db, &permit, id).await;
        StopReminderCampaignPayload::settled(done, |row| StopReminderCampaignPayload {
            campaign: Some(row.into()),
            ..Default::default()
        })
    }

    /// 退订催报 By the word at the end of a reminder, or by the liaison of an enterprise; codes for registrations are sent
    /// all the same.
    #[graphql(complexity = "100 + child_complexity")]
    async fn opt_out_of_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "退订码，或本企业")] input: OptOutOfRemindersInput,
    ) -> Answer<OptOutOfRemindersPayload> {
        let (all, caller) = (loaders(ctx)?, caller(ctx)?);
        let done = match (input.token, input.uscc) {
            (Some(token), None) => reminders::opt_out_by_token(&all.db, caller, &token).await,
            (None, Some(uscc)) => {
                let row = all.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
                let place = row.as_ref().and_then(|row| row.place());
                let permit = permit!(caller.may_for::<FileReports>(place), OptOutOfRemindersPayload);
                match row {
                    Some(row) => reminders::opt_out(&all.db, &permit, &row).await,
                    None => Err(not_yours().into()),
                }
            }
            _ => {
                let message = "请填写短信末尾的退订码，或登录后指明本企业，二者填一。";
                Err(UserError::at(&["input"], "ONE_OF_TWO", message).into())
            }
        };
        OptOutOfRemindersPayload::settled(done, |()| OptOutOfRemindersPayload {
            opted_out: Some(true),
            ..Default::default()
        })
    }

    /// 恢复接收催报 For the liaison of an enterprise that refused reminders, by whatever way. A number that refused goes on
    /// to be left alone by every other enterprise.
    #[graphql(complexity = "100 + child_complexity")]
    async fn opt_in_to_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "本企业")] input: OptInToRemindersInput,
    ) -> Answer<OptInToRemindersPayload> {
        let (all, caller, uscc) = (loaders(ctx)?, caller(ctx)?, input.uscc);
        let row = all.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
        let place = row.as_ref().and_then(|row| row.place());
        let permit = permit!(caller.may_for::<FileReports>(place), OptInToRemindersPayload);
        let Some(row) = row else { return Ok(OptInToRemindersPayload::refused(vec![not_yours().into()])) };
        match crate::access::settle(reminders::opt_in(&all.db, &permit, &row).await)? {
            Ok(()) => Ok(OptInToRemindersPayload {
                subscription: Some(ReminderSubscription::now(ctx, uscc, row.id).await?),
                ..Default::default()
            }),
            Err(errors) => Ok(OptInToRemindersPayload::refused(errors)),
        }
    }
}
