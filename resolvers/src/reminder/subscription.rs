//! 接收催报 Whether an enterprise is reminded, for its liaison.

use async_graphql::{Context, Enum, Object, SimpleObject};
use entities::messages::{self as stored, OptOut};
use rules::message::OptOutWay;
use schema::scalars::{DateTime, Uscc};
use schema::{Answer, Code, Failure};
use services::command::power::FileReports;

use crate::access::{caller, permitted};
use crate::owner::{loaders, scope};

/// 接收状态
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ReminderSubscriptionState {
    /// 接收
    Subscribed,
    /// 已退订
    OptedOut,
}

/// 接收催报 Whether an enterprise is reminded of its annual report by short message.
#[derive(SimpleObject, Clone)]
pub struct ReminderSubscription {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 接收状态
    pub state: ReminderSubscriptionState,
    /// 退订时间 Null where reminders are wanted.
    pub opted_out_at: Option<DateTime>,
    /// 退订方式 Null where reminders are wanted.
    pub way: Option<OptOutWay>,
}

impl ReminderSubscription {
    fn of(uscc: Uscc, refusal: Option<OptOut>) -> Self {
        let state = match refusal {
            Some(_) => ReminderSubscriptionState::OptedOut,
            None => ReminderSubscriptionState::Subscribed,
        };
        let (opted_out_at, way) = (refusal.map(|refusal| DateTime(refusal.at)), refusal.map(|refusal| refusal.way));
        Self { uscc, state, opted_out_at, way }
    }

    /// As it stands now.
    pub(super) async fn now(ctx: &Context<'_>, uscc: Uscc, enterprise: i64) -> Answer<Self> {
        Ok(Self::of(uscc, stored::opt_out_of(&loaders(ctx)?.db, enterprise).await?))
    }
}

/// Root fields of subscriptions.
#[derive(Default)]
pub struct SubscriptionQuery;

#[Object]
impl SubscriptionQuery {
    /// 接收催报 Whether an enterprise is reminded, for its liaison.
    async fn reminder_subscription(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
    ) -> Answer<ReminderSubscription> {
        permitted::<FileReports>(ctx)?;
        let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
        let own = caller(ctx)?.may_for::<FileReports>(row.as_ref().and_then(|row| row.place()));
        own.map_err(|error| Failure::refused(Code::NotFound, error.message))?;
        let absent = || Failure::refused(Code::NotFound, services::command::not_yours().message);
        ReminderSubscription::now(ctx, uscc, row.ok_or_else(absent)?.id).await
    }
}
