//! 催报任务 A campaign, how far it is, and what became of its messages.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entities::messages::{self as stored, Counted, KEY, campaign};
use entities::page::Page;
use rules::annual_report::FilerKind;
use rules::message::{MessageState, SkipReason};
use schema::paging::Arguments;
use schema::scalars::{DateTime, RegionCode};
use schema::{Answer, cursor, global_id};
use services::command::power::UrgeReports;

use crate::access::{caller, permitted};
use crate::bureau::permitted_in;
use crate::connection::PageInfo;
use crate::owner::loaders;
use crate::region::Region;
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "ReminderCampaign";
/// The name of the list in its cursors.
const LIST: &str = "reminderCampaigns";

/// 催报任务状态
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ReminderCampaignState {
    /// 编制名单中
    Planning,
    /// 发送中
    Running,
    /// 已停止
    Stopped,
    /// 已完成
    Done,
}

/// 短信计数 Messages in one state, for one reason.
#[derive(SimpleObject, Clone)]
pub struct ReminderCount {
    /// 状态
    pub state: MessageState,
    /// 未发送原因 Of those that were not sent.
    pub skip_reason: Option<SkipReason>,
    /// 失败代码 Of those that failed, in the words of the gateway.
    pub failure: Option<String>,
    /// 数量
    pub count: i64,
}

impl From<&Counted> for ReminderCount {
    fn from(counted: &Counted) -> Self {
        let skip_reason = counted.reason.as_deref().and_then(SkipReason::from_code);
        let failure = counted.reason.clone().filter(|_| counted.state == MessageState::Failed);
        Self { state: counted.state, skip_reason, failure, count: counted.count }
    }
}

/// 催报任务
pub struct ReminderCampaign(Arc<campaign::Model>);

impl From<campaign::Model> for ReminderCampaign {
    fn from(row: campaign::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// 催报任务 Who is reminded of the report of a year, by which text, and how far it is.
#[Object]
impl ReminderCampaign {
    /// 全局编号
    async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.0.id)
    }

    /// 报告年度
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// 行政区划 With everything below.
    async fn region(&self) -> Option<Region> {
        Region::of(self.0.region_code)
    }

    /// 申报主体类型 All of them if it is empty.
    async fn kinds(&self) -> Vec<FilerKind> {
        serde_json::from_value(self.0.kinds.clone()).unwrap_or_default()
    }

    /// 短信内容 With its placeholders.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// 开始时间
    async fn start_at(&self) -> DateTime {
        DateTime(self.0.start_at)
    }

    /// 每日上限
    async fn daily_cap(&self) -> i32 {
        self.0.daily_cap
    }

    /// 状态
    async fn state(&self) -> ReminderCampaignState {
        match (self.0.state.as_str(), self.0.planned_at) {
            ("STOPPED", _) => ReminderCampaignState::Stopped,
            ("DONE", _) => ReminderCampaignState::Done,
            (_, None) => ReminderCampaignState::Planning,
            _ => ReminderCampaignState::Running,
        }
    }

    /// 下次发送时间 Quiet hours and the cap of the day put it off.
    async fn next_at(&self) -> Option<DateTime> {
        (self.0.state == "RUNNING").then_some(DateTime(self.0.next_at))
    }

    /// 短信计数 By state and reason; null members of the list are none.
    async fn counts(&self, ctx: &Context<'_>) -> Answer<Vec<ReminderCount>> {
        let counts = loaders(ctx)?.reminder_counts.load(self.0.id).await?;
        Ok(counts.iter().flat_map(|counts| counts.iter()).map(ReminderCount::from).collect())
    }

    /// 无手机号的主体数 Those who owe the report and cannot be reached.
    async fn unreachable_count(&self) -> i64 {
        self.0.unreachable
    }

    /// 发起时间
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// 结束时间
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// 催报任务列表 Newest first.
pub struct ReminderCampaignConnection {
    page: Page<Arc<campaign::Model>>,
}

fn place(row: &Arc<campaign::Model>) -> String {
    cursor::encode(LIST, &stored::position(row))
}

/// 催报任务列表 Newest first.
#[Object]
impl ReminderCampaignConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<ReminderCampaignEdge> {
        let edge = |row| ReminderCampaignEdge { cursor: place(row), node: ReminderCampaign(Arc::clone(row)) };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<ReminderCampaign> {
        self.page.rows.iter().map(|row| ReminderCampaign(Arc::clone(row))).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page, place)
    }
}

/// 条目
#[derive(SimpleObject)]
pub struct ReminderCampaignEdge {
    /// 游标
    pub cursor: String,
    /// 催报任务
    pub node: ReminderCampaign,
}

/// Root fields of campaigns.
#[derive(Default)]
pub struct ReminderQuery;

#[Object]
impl ReminderQuery {
    /// 催报任务 Of a region and below it, newest first.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn reminder_campaigns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度；不填为全部")] year: Option<i32>,
        #[graphql(desc = "行政区划及其下级；不填为本辖区")] region_code: Option<RegionCode>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<ReminderCampaignConnection> {
        let (_, region) = permitted_in::<UrgeReports>(ctx, region_code)?;
        let window = window(LIST, &Arguments { first, after, last, before }, false, KEY)?;
        let page = stored::campaigns(&loaders(ctx)?.db, region, year, &window).await?;
        let Page { rows, has_previous, has_next, total } = page;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(ReminderCampaignConnection { page: Page { rows, has_previous, has_next, total } })
    }

    /// 催报任务 One of the viewer's region, null otherwise.
    async fn reminder_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "催报任务编号")] id: ID,
    ) -> Answer<Option<ReminderCampaign>> {
        permitted::<UrgeReports>(ctx)?;
        let Some(id) = global_id::key_of(FAMILY, &id) else { return Ok(None) };
        Ok(here(ctx, id).await?.map(ReminderCampaign::from))
    }
}

/// A campaign whose region the viewer may urge in.
pub(super) async fn here(ctx: &Context<'_>, id: i64) -> Answer<Option<campaign::Model>> {
    let row = stored::campaign_by_id(&loaders(ctx)?.db, id).await?;
    let viewer = &caller(ctx)?.viewer;
    Ok(row.filter(|row| {
        let region = u32::try_from(row.region_code).ok().and_then(rules::region::RegionCode::new);
        region.is_some_and(|region| viewer.holds_in(rules::access::Act::UrgeReports, region))
    }))
}
