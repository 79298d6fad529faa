//! 填报状态 How far reports are, and what may be done with them: of one's own enterprise, its branches, or those of
//! an office's jurisdiction.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use chrono::Datelike;
use entities::enterprise::registered;
use entities::page::{Key, KeyKind, Page, Position};
use rules::access::FieldClass;
use rules::annual_report::{FilerKind, FilingStage, FilingStep, LifeRefusal};
use schema::paging::Arguments;
use schema::scalars::{Date, DateTime, Uscc};
use schema::{Answer, Code, Failure, cursor};
use services::command::power::ReadFilings;
use services::filing::state::{self, State};

use super::draft::FindingValue;
use super::extract::FilingSource;
use crate::access::{caller, permitted};
use crate::connection::PageInfo;
use crate::enterprise::object::Enterprise;
use crate::owner::{loaders, scope};
use crate::value::date;
use crate::window::window;

/// The name of the list in its cursors.
const LIST: &str = "branchFilings";

/// 填报状态 How far the report of an enterprise for a year is.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct FilingState {
    /// 统一社会信用代码
    pub uscc: String,
    /// 名称
    pub name: String,
    /// 报告年度
    pub year: i32,
    /// 申报主体类型
    pub form_kind: FilerKind,
    /// 阶段
    pub stage: FilingStage,
    /// 草稿版本 0 while there is none: give it to `saveReportDraft`.
    pub version: i32,
    /// 报告版本 0 while there is none: give it to `correctAnnualReport` and `modifyAnnualReport`.
    pub report_version: i32,
    /// 报送起始日期
    pub window_from: Date,
    /// 报送截止日期
    pub due_on: Date,
    /// 剩余天数 Below 0 once it is over.
    pub days_left: i64,
    /// 是否逾期 Whether it was filed late, or would be today.
    pub is_late: bool,
    /// 草稿保存时间
    pub saved_at: Option<DateTime>,
    /// 报送日期
    pub filed_on: Option<Date>,
    /// 回执编号 Of the latest text; null if the report was filed elsewhere.
    pub receipt_number: Option<String>,
    /// 错误数 Of the draft when it was saved.
    pub errors: Option<i32>,
    /// 警告数 Of the draft when it was saved.
    pub warnings: Option<i32>,
    /// 提示数 Of the draft when it was saved.
    pub hints: Option<i32>,
    /// 可办理的步骤 What may be done today, and why not.
    pub steps: Vec<FilingStepState>,
    #[graphql(skip)]
    row: Arc<registered::Model>,
}

#[ComplexObject]
impl FilingState {
    /// 经营主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        Ok(Enterprise::new(Arc::clone(&self.row), scope(ctx)?))
    }

    /// 数据来源 What other authorities told of the year, for the enterprise itself; empty until `extractFigures`.
    async fn sources(&self, ctx: &Context<'_>) -> Answer<Vec<FilingSource>> {
        FilingSource::of(ctx, &self.row, self.year).await
    }
}

/// 步骤 Whether it may be taken today.
#[derive(SimpleObject, Clone)]
pub struct FilingStepState {
    /// 步骤
    pub step: FilingStep,
    /// 是否可以办理
    pub allowed: bool,
    /// 不能办理的原因 Null if it may be taken.
    pub refusal: Option<FilingRefusal>,
}

/// 不能办理的原因 Rule, article, facts, and the day from which it will be possible.
#[derive(SimpleObject, Clone)]
pub struct FilingRefusal {
    /// 规则
    pub rule: &'static str,
    /// 错误码 As a mutation would give it.
    pub code: &'static str,
    /// 依据
    pub source: &'static str,
    /// 说明
    pub message: String,
    /// 事实
    pub facts: Vec<FindingValue>,
    /// 何日起可以办理 Null where that is not certain.
    pub possible_from: Option<Date>,
}

impl From<LifeRefusal> for FilingRefusal {
    fn from(refusal: LifeRefusal) -> Self {
        Self {
            rule: refusal.rule,
            code: refusal.code,
            source: refusal.source,
            message: refusal.message,
            facts: refusal.facts.into_iter().map(|(name, value)| FindingValue { name, value }).collect(),
            possible_from: date(refusal.possible_from),
        }
    }
}

impl From<State> for FilingState {
    fn from(state: State) -> Self {
        let step = |step: &FilingStep| {
            let refusal = state.may(*step).err().map(FilingRefusal::from);
            FilingStepState { step: *step, allowed: refusal.is_none(), refusal }
        };
        let count = |at: usize| state.findings().map(|counts| counts[at]);
        Self {
            uscc: state.row.uscc.clone(),
            name: state.row.name.clone(),
            year: state.year,
            form_kind: state.kind,
            stage: state.stage,
            version: state.version(),
            report_version: state.report_version(),
            window_from: Date(state.window.from),
            due_on: Date(state.window.to),
            days_left: state.days_left(),
            is_late: state.is_late(),
            saved_at: state.saved_at().map(DateTime),
            filed_on: date(state.filed_on()),
            receipt_number: state.receipt_number().map(str::to_owned),
            errors: count(0),
            warnings: count(1),
            hints: count(2),
            steps: FilingStep::ALL.iter().map(step).collect(),
            row: Arc::clone(&state.row),
        }
    }
}

/// 分支机构填报情况
#[derive(SimpleObject)]
pub struct FilingStateConnection {
    /// 条目及其游标
    pub edges: Vec<FilingStateEdge>,
    /// 条目
    pub nodes: Vec<FilingState>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct FilingStateEdge {
    /// 游标
    pub cursor: String,
    /// 填报状态
    pub node: FilingState,
}

/// The enterprise with this code, if the viewer may know how far its reports are.
///
/// # Errors
/// `NOT_FOUND`, or a fault of the database.
async fn visible(ctx: &Context<'_>, uscc: Uscc) -> Answer<Arc<registered::Model>> {
    let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
    let viewer = &caller(ctx)?.viewer;
    row.filter(|row| row.place().is_some_and(|place| viewer.sees(FieldClass::Internal, place))).ok_or_else(|| {
        Failure::refused(Code::NotFound, format!("没有可由您查看填报情况的经营主体 {}，请核对代码。", uscc.0))
    })
}

/// The state of the report of one enterprise.
///
/// # Errors
/// A year without reports, or a fault of the database.
pub(super) async fn state_of(ctx: &Context<'_>, row: &Arc<registered::Model>, year: i32) -> Answer<FilingState> {
    let states = state::of(&loaders(ctx)?.db, vec![Arc::clone(row)], year, &scope(ctx)?).await?;
    let none = || Failure::refused(Code::InvalidInput, format!("{year}年度没有年度报告制度，请填写较近的年度。"));
    states.into_iter().next().map(FilingState::from).ok_or_else(none)
}

/// Root fields of filings.
#[derive(Default)]
pub struct FilingQuery;

#[Object]
impl FilingQuery {
    /// 填报状态 Of one's own enterprise or a branch of it, or in the jurisdiction of an office.
    #[graphql(complexity = "20 + child_complexity")]
    async fn filing_state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
    ) -> Answer<FilingState> {
        permitted::<ReadFilings>(ctx)?;
        let row = visible(ctx, uscc).await?;
        state_of(ctx, &row, year).await
    }

    /// 我的年报 The viewer's own enterprises, those of its grants as a liaison; their branches are in `branchFilings`.
    #[graphql(complexity = "20 + 10 * child_complexity")]
    async fn my_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度；不填为上一年度")] year: Option<i32>,
    ) -> Answer<Vec<FilingState>> {
        let permit = permitted::<ReadFilings>(ctx)?;
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        let keys = permit.caller().viewer.own_enterprises().into_iter().map(|id| (id, scope));
        let rows = futures::future::try_join_all(keys.map(|key| all.enterprise.load(key))).await?;
        let year = year.unwrap_or_else(|| scope.today.year() - 1);
        let states = state::of(&all.db, rows.into_iter().flatten().collect(), year, &scope).await?;
        Ok(states.into_iter().map(FilingState::from).collect())
    }

    /// 分支机构填报情况 The branches of an enterprise, in the order in which the register has them.
    #[graphql(complexity = "20 + schema::paging::rows(first, None) * child_complexity")]
    async fn branch_filings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隶属企业的统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<FilingStateConnection> {
        permitted::<ReadFilings>(ctx)?;
        let head = visible(ctx, uscc).await?;
        let arguments = Arguments { first, after, last: None, before: None };
        let window = window(LIST, &arguments, false, KeyKind::Number)?;
        let after = window.after.as_ref().map_or(0, |position| position.id);
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        let most = i64::from(window.limit) + 1;
        let ids = entities::filing::branches_after(&all.db, head.id, after, most).await?;
        let page = Page::of(ids, &window, None);
        let place = |id: &i64| cursor::encode(LIST, &Position { key: Key::Number(*id), id: *id });
        let page_info = PageInfo::of(&page, place);
        let rows = futures::future::try_join_all(page.rows.iter().map(|id| all.enterprise.load((*id, scope)))).await?;
        let viewer = &caller(ctx)?.viewer;
        let is_seen =
            |row: &Arc<registered::Model>| row.place().is_some_and(|place| viewer.sees(FieldClass::Internal, place));
        let rows = rows.into_iter().flatten().filter(is_seen).collect();
        let states = state::of(&all.db, rows, year, &scope).await?;
        let edge = |state: State| FilingStateEdge { cursor: place(&state.row.id), node: state.into() };
        let edges: Vec<FilingStateEdge> = states.into_iter().map(edge).collect();
        let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
        Ok(FilingStateConnection { edges, nodes, page_info })
    }
}
