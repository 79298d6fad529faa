//! 比对结果 Findings of the comparison with the archive, and the detectors that make them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::Scope;
use entities::bureau::finding::Model;
use entities::bureau::finding_step;
use entities::bureau::findings::{self, Filter};
use entities::page::{KeyKind, Page};
use rules::annual_report::{FilerKind, Severity};
use rules::bureau::{CorrectionStep, Detector, FindingStage, detectors};
use schema::paging::Arguments;
use schema::scalars::{Date, DateTime, RegionCode, Uscc};
use schema::{Answer, cursor, global_id};
use services::bureau::correct::possible;
use services::command::power::SuperviseReports;

use super::letters::CorrectionLetter;
use super::{permitted_in, reported};
use crate::access::caller;
use crate::annual_report::object::AnnualReport;
use crate::connection::PageInfo;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders, scope};
use crate::value::date;
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "ComparisonFinding";
/// The name of the list in its cursors.
const LIST: &str = "comparisonFindings";

/// 比对规则 What in a report does not agree with the archive, or with common sense.
#[derive(SimpleObject)]
pub struct ComparisonDetector {
    /// 编号
    pub id: String,
    /// 名称
    pub title: String,
    /// 严重程度
    pub severity: Severity,
    /// 适用主体
    pub kinds: Vec<FilerKind>,
    /// 条件 In CEL, true when the two disagree.
    pub condition: String,
    /// 处理办法
    pub mend: String,
    /// 依据
    pub source: String,
}

impl From<&Detector> for ComparisonDetector {
    fn from(detector: &Detector) -> Self {
        Self {
            id: detector.id.clone(),
            title: detector.title.clone(),
            severity: detector.severity,
            kinds: detector.kinds.clone(),
            condition: detector.condition.trim().to_owned(),
            mend: detector.mend.clone(),
            source: detector.source.clone(),
        }
    }
}

/// 比对结果筛选条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct ComparisonFindingFilter {
    /// 状态 Any of these, today.
    pub stages: Option<Vec<FindingStage>>,
    /// 比对规则编号 Any of these.
    pub detectors: Option<Vec<String>>,
    /// 严重程度 Of the detector, any of these.
    pub severities: Option<Vec<Severity>>,
    /// 统一社会信用代码
    pub uscc: Option<Uscc>,
}

impl ComparisonFindingFilter {
    /// Numbers of the detectors that are meant; those of no severity that is asked for are none.
    fn numbers(&self, year: i32) -> Vec<String> {
        let (named, severities) =
            (self.detectors.clone().unwrap_or_default(), self.severities.clone().unwrap_or_default());
        if severities.is_empty() {
            return named;
        }
        let is_meant = |detector: &&Detector| {
            severities.contains(&detector.severity) && (named.is_empty() || named.contains(&detector.id))
        };
        let mut numbers: Vec<String> = detectors(year).filter(is_meant).map(|detector| detector.id.clone()).collect();
        if numbers.is_empty() {
            numbers.push(String::new());
        }
        numbers
    }
}

/// 状态计数
#[derive(SimpleObject)]
pub struct FindingStageCount {
    /// 状态
    pub stage: FindingStage,
    /// 数量
    pub count: u64,
}

/// 比对结果列表
pub struct ComparisonFindingConnection {
    page: Page<Arc<Model>>,
    stages: BTreeMap<FindingStage, u64>,
    scope: Scope,
}

fn place(row: &Arc<Model>) -> String {
    cursor::encode(LIST, &findings::position(row))
}

/// 比对结果列表 A page of findings, newest first.
#[Object]
impl ComparisonFindingConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<ComparisonFindingEdge> {
        let edge = |row| ComparisonFindingEdge { cursor: place(row), node: ComparisonFinding::new(row, self.scope) };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<ComparisonFinding> {
        self.page.rows.iter().map(|row| ComparisonFinding::new(row, self.scope)).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page, place)
    }

    /// 总数 Length of the whole list, exact.
    async fn total_count(&self) -> u64 {
        self.stages.values().sum()
    }

    /// 各状态数量 Of the whole list, today.
    async fn stages(&self) -> Vec<FindingStageCount> {
        self.stages.iter().map(|(stage, count)| FindingStageCount { stage: *stage, count: *count }).collect()
    }
}

/// 条目 A finding and its cursor.
#[derive(SimpleObject)]
pub struct ComparisonFindingEdge {
    /// 游标
    pub cursor: String,
    /// 比对结果
    pub node: ComparisonFinding,
}

/// 比对结果
pub struct ComparisonFinding {
    row: Arc<Model>,
    scope: Scope,
}

impl ComparisonFinding {
    /// The object of a row.
    pub fn new(row: &Arc<Model>, scope: Scope) -> Self {
        Self { row: Arc::clone(row), scope }
    }
}

/// 比对结果 A difference between a report and the archive, and how far it is settled.
#[Object]
impl ComparisonFinding {
    /// 编号
    async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 报告年度
    async fn year(&self) -> i32 {
        self.row.year
    }

    /// 报告主体
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        Owner::unknown(self.scope).load(ctx, self.row.enterprise_id).await
    }

    /// 年度报告
    async fn report(&self, ctx: &Context<'_>) -> Answer<Option<AnnualReport>> {
        let row = loaders(ctx)?.report.load((self.row.report_id, self.scope)).await?;
        Ok(row.map(|row| AnnualReport::new(row, Owner::unknown(self.scope))))
    }

    /// 比对规则 Null if it is not in the table any more.
    async fn detector(&self) -> Option<ComparisonDetector> {
        detectors(self.row.year).find(|detector| detector.id == self.row.detector).map(ComparisonDetector::from)
    }

    /// 涉及项 Such as the holder.
    async fn item(&self) -> Option<&str> {
        Some(self.row.item.as_str()).filter(|item| !item.is_empty())
    }

    /// 年报内容
    async fn report_value(&self) -> &str {
        &self.row.told
    }

    /// 登记档案内容
    async fn archive_value(&self) -> &str {
        &self.row.filed
    }

    /// 说明
    async fn message(&self) -> &str {
        &self.row.message
    }

    /// 状态 Today.
    async fn stage(&self) -> FindingStage {
        self.row.stage.on(self.row.due_on, self.scope.today)
    }

    /// 答复期限
    async fn due_on(&self) -> Option<Date> {
        date(self.row.due_on)
    }

    /// 责令改正通知书
    async fn letter(&self, ctx: &Context<'_>) -> Answer<Option<CorrectionLetter>> {
        let Some(letter) = self.row.letter_id else { return Ok(None) };
        let row = loaders(ctx)?.letter.load(letter).await?;
        Ok(row.map(|row| CorrectionLetter::new(&row, self.scope)))
    }

    /// 发现日期
    async fn found_on(&self) -> Date {
        Date(self.row.found_on)
    }

    /// 办理记录 Oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn steps(&self, ctx: &Context<'_>) -> Answer<Vec<FindingStep>> {
        let steps = loaders(ctx)?.finding_steps.load(self.row.id).await?.unwrap_or_default();
        Ok(steps.iter().map(FindingStep::from).collect())
    }

    /// 可办理的步骤 What the viewer could do now.
    async fn possible_steps(&self, ctx: &Context<'_>) -> Answer<Vec<CorrectionStep>> {
        let caller = caller(ctx)?;
        let party = loaders(ctx)?.enterprise.load((self.row.enterprise_id, self.scope)).await?;
        let is_own = party.and_then(|party| party.place()).is_some_and(|place| caller.viewer.is_own(place));
        Ok(possible(caller, &self.row, is_own, self.scope.today))
    }
}

/// 办理记录 A step that was taken.
#[derive(SimpleObject)]
pub struct FindingStep {
    /// 步骤
    pub step: CorrectionStep,
    /// 办理后状态
    pub stage: FindingStage,
    /// 说明
    pub note: Option<String>,
    /// 办理人
    pub taken_by: String,
    /// 办理时间
    pub taken_at: DateTime,
}

impl From<&finding_step::Model> for FindingStep {
    fn from(row: &finding_step::Model) -> Self {
        Self {
            step: row.step,
            stage: row.stage,
            note: row.note.clone(),
            taken_by: row.taken_by.clone(),
            taken_at: DateTime(row.taken_at),
        }
    }
}

/// Root fields of the comparison.
#[derive(Default)]
pub struct ComparisonQuery;

#[Object]
impl ComparisonQuery {
    /// 比对规则 Those for the reports of a year.
    async fn comparison_detectors(
        &self,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
    ) -> Answer<Vec<ComparisonDetector>> {
        Ok(detectors(reported(year)?).map(ComparisonDetector::from).collect())
    }

    /// 比对结果 Of a year, within the jurisdiction of the office, newest first.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn comparison_findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "行政区划及其下级；不填为本辖区")] region_code: Option<RegionCode>,
        #[graphql(desc = "筛选条件")] filter: Option<ComparisonFindingFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<ComparisonFindingConnection> {
        let (_, region) = permitted_in::<SuperviseReports>(ctx, region_code)?;
        let (all, scope, filter) = (loaders(ctx)?, scope(ctx)?, filter.unwrap_or_default());
        let window = window(LIST, &Arguments { first, after, last, before }, false, KeyKind::Number)?;
        let filter = Filter {
            year: reported(year)?,
            region: Some(region),
            detectors: filter.numbers(year),
            stages: filter.stages.unwrap_or_default(),
            enterprise: super::enterprise(all, filter.uscc, scope).await?,
            today: scope.today,
        };
        let page = findings::page(&all.db, &filter, &window).await?;
        let looked = ctx.look_ahead();
        let stages = if looked.field("totalCount").exists() || looked.field("stages").exists() {
            findings::stages(&all.db, &filter).await?
        } else {
            BTreeMap::new()
        };
        Ok(ComparisonFindingConnection { page, stages, scope })
    }
}
