//! 数字异常与解释 What is strange about the figures of a report, and why a rule speaks. Proposes and explains; changes
//! nothing.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};
use entities::enterprise::registered;
use rules::annual_report::Severity;
use schema::scalars::{Decimal, Uscc};
use schema::{Answer, Code, Failure};
use services::assistant::Assistant;
use services::explain::{self, Explanation, Shown};
use services::figures::{self, Field, FiguresError, Finding, Layer, Repair};

use super::draft::{FieldProposal, ReportFieldInput, refusal, typed};
use crate::access::caller;
use crate::owner::{found, loaders, scope};

/// 核查方法 What found something strange.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum FigureLayer {
    /// 硬规则 Identities and signs; these are findings of the draft.
    Hard,
    /// 比率筛查 Ratios and changes against industry and size.
    Screen,
    /// 遮盖网络 A figure guessed from the others.
    Network,
}

/// 数字核查 What is strange about the figures of a report, and what may be meant.
#[derive(SimpleObject)]
pub struct FigureCheck {
    /// 异常提示 Each a warning to confirm, none a block; empty if the figures are as usual.
    pub findings: Vec<FigureFinding>,
    /// 修正建议 Usual mistakes whose undoing makes the report plausible, best first.
    pub repairs: Vec<FigureRepair>,
}

/// 异常提示 A figure or ratio that is rare.
#[derive(SimpleObject)]
pub struct FigureFinding {
    /// 核查方法
    pub layer: FigureLayer,
    /// 严重程度
    pub severity: Severity,
    /// 涉及字段 The most suspicious first.
    pub paths: Vec<&'static str>,
    /// 问题
    pub message: String,
    /// 处理办法
    pub mend: String,
    /// 通常下限 In the unit of the first field.
    pub expected_low: Option<Decimal>,
    /// 通常上限
    pub expected_high: Option<Decimal>,
    /// 概率 Of a sound report being as strange.
    pub probability: f64,
}

/// 修正建议 A usual mistake undone.
#[derive(SimpleObject)]
pub struct FigureRepair {
    /// 可能的差错
    pub label: String,
    /// 建议填写 All of them together.
    pub values: Vec<FieldProposal>,
}

/// 解释 Why a rule speaks about a report, in plain Chinese with the values in the form.
#[derive(SimpleObject)]
pub struct FindingExplanation {
    /// 规则编号
    pub rule_id: String,
    /// 严重程度
    pub severity: Severity,
    /// 仍有问题 Whether the rule speaks about the report as it is now.
    pub is_at_fault: bool,
    /// 说明
    pub text: String,
    /// 涉及字段 With what stands in them.
    pub fields: Vec<ExplainedField>,
    /// 更正建议
    pub proposals: Vec<FieldProposal>,
    /// 依据
    pub source: String,
}

/// 填写内容 A field that a finding is about.
#[derive(SimpleObject)]
pub struct ExplainedField {
    /// 字段路径
    pub path: String,
    /// 字段名称
    pub label: String,
    /// 填写内容
    pub value: Option<String>,
    /// 单位
    pub unit: Option<String>,
}

impl From<Finding> for FigureFinding {
    fn from(finding: Finding) -> Self {
        let layer = match finding.layer {
            Layer::Hard => FigureLayer::Hard,
            Layer::Screen => FigureLayer::Screen,
            Layer::Network => FigureLayer::Network,
        };
        Self {
            layer,
            severity: Severity::Warning,
            paths: finding.fields.into_iter().map(Field::path).collect(),
            message: finding.message,
            mend: finding.mend,
            expected_low: finding.expected.and_then(|(low, _)| decimal(low)),
            expected_high: finding.expected.and_then(|(_, high)| decimal(high)),
            probability: finding.probability,
        }
    }
}

impl From<Repair> for FigureRepair {
    fn from(repair: Repair) -> Self {
        let proposal =
            |(field, value): (Field, f64)| FieldProposal { path: field.path().to_owned(), value: value.to_string() };
        Self { label: repair.label, values: repair.values.into_iter().map(proposal).collect() }
    }
}

impl From<Shown> for ExplainedField {
    fn from(shown: Shown) -> Self {
        Self { path: shown.path, label: shown.label, value: shown.value, unit: shown.unit }
    }
}

impl From<Explanation> for FindingExplanation {
    fn from(explanation: Explanation) -> Self {
        Self {
            rule_id: explanation.rule_id,
            severity: explanation.severity,
            is_at_fault: explanation.is_at_fault,
            text: explanation.text,
            fields: explanation.fields.into_iter().map(ExplainedField::from).collect(),
            proposals: explanation.proposals.into_iter().map(FieldProposal::from).collect(),
            source: explanation.source,
        }
    }
}

/// An end of a range; none beyond what can be written.
fn decimal(value: f64) -> Option<Decimal> {
    rust_decimal::Decimal::try_from(value).ok().map(|value| Decimal(value.round_dp(2).normalize()))
}

async fn filer(ctx: &Context<'_>, uscc: Uscc) -> Answer<Arc<registered::Model>> {
    let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
    let absent = || Failure::refused(Code::NotFound, format!("没有统一社会信用代码为 {} 的经营主体。", uscc.0));
    row.ok_or_else(absent)
}

/// Root fields of figures and explanations.
#[derive(Default)]
pub struct FigureQuery;

#[Object]
impl FigureQuery {
    /// 数字异常 What is strange about the figures of a report beside each other, last year's and those of the same
    /// industry and size; typed values take the place of those that were filed.
    #[graphql(complexity = "500 + child_complexity")]
    async fn figure_findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "已填写的内容")] values: Option<Vec<ReportFieldInput>>,
    ) -> Answer<FigureCheck> {
        let (row, typed) = (filer(ctx, uscc).await?, typed(values)?);
        let assistant = found::<Assistant>(ctx, "assistant")?;
        let checked = figures::check(&loaders(ctx)?.db, assistant, &row, year, &typed, &scope(ctx)?).await;
        match checked {
            Ok((findings, repairs)) => Ok(FigureCheck {
                findings: findings.into_iter().map(FigureFinding::from).collect(),
                repairs: repairs.into_iter().map(FigureRepair::from).collect(),
            }),
            Err(error @ FiguresError::Model(_)) => {
                tracing::error!(assistant.failure = %error, "the model of figures is not available");
                Err(Failure::refused(Code::AssistantUnavailable, Code::AssistantUnavailable.explanation()))
            }
            Err(error) => Err(Failure::fault(&error)),
        }
    }

    /// 解释核查结果 Why a rule speaks about the report of `year`, with the values in the form and how to mend it; null
    /// if there is no such rule for this kind of filer and year.
    #[graphql(complexity = "500 + child_complexity")]
    async fn explain_finding(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "规则编号，例如 AR-040")] rule_id: String,
        #[graphql(desc = "已填写的内容")] values: Option<Vec<ReportFieldInput>>,
    ) -> Answer<Option<FindingExplanation>> {
        let (row, typed, scope) = (filer(ctx, uscc).await?, typed(values)?, scope(ctx)?);
        let viewer = &caller(ctx)?.viewer;
        let explained = explain::explain(&loaders(ctx)?.db, &row, year, &rule_id, &typed, &scope, viewer).await;
        Ok(explained.map_err(refusal)?.map(FindingExplanation::from))
    }
}
