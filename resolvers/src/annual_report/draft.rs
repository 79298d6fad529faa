//! 年报草稿 The prefilled and checked draft of an annual report.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, InputObject, Object, SimpleObject};
use entities::enterprise::registered;
use rules::annual_report::{
    Confidence, DraftValue, FieldType, FieldValue, FilerKind, FilingStage, Finding, Proposal, Severity, Source, Values,
};
use schema::scalars::{Date, DateTime, Uscc};
use schema::{Answer, Code, Failure};
use services::draft::{self, DraftError};

use super::form::AnnualReportForm;
use crate::access::{caller, sealed};
use crate::owner::{loaders, scope};
use crate::value::date;

/// 年报草稿 What a filer starts from: every field of the form with what is known, and what the rules say.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct AnnualReportDraft {
    /// 统一社会信用代码
    pub uscc: String,
    /// 报告年度
    pub year: i32,
    /// 申报主体类型
    pub form_kind: FilerKind,
    /// 报送起始日期
    pub window_from: Date,
    /// 报送截止日期
    pub window_to: Date,
    /// 报送期限依据
    pub window_source: &'static str,
    /// 报送日期 Day on which the report of this very year was submitted, null if it was not yet.
    pub filed_on: Option<Date>,
    /// 填报阶段
    pub stage: FilingStage,
    /// 草稿版本 Of the stored draft, 0 while there is none; a draft is shown to its filer alone.
    pub version: i32,
    /// 草稿保存时间
    pub saved_at: Option<DateTime>,
    /// 不公示 Names of optional fields and tables that the filer keeps back.
    pub unpublished: Vec<String>,
    /// 警告说明 Those given so far.
    pub reasons: Vec<WarningReason>,
    /// 表单字段 In the order of the form: what the filer has stored, over what is prefilled.
    pub fields: Vec<DraftField>,
    /// 核查结果 Every rule that the draft breaks.
    pub findings: Vec<ReportFinding>,
}

#[ComplexObject]
impl AnnualReportDraft {
    /// 年报表单 The definition that this draft is drawn from, so that both come with one request; null where no report is
    /// filed for that year.
    #[graphql(complexity = "60 + 15 * child_complexity")]
    async fn form(&self) -> Option<AnnualReportForm> {
        AnnualReportForm::for_year(self.form_kind, self.year)
    }
}

/// 草稿字段 A field of the form, with its source.
#[derive(SimpleObject)]
pub struct DraftField {
    /// 字段路径 `phone`, `contributions[0].paid`.
    pub path: String,
    /// 字段名称
    pub label: String,
    /// 字段类型 How it is filled in.
    #[graphql(name = "type")]
    pub field_type: FieldType,
    /// 选项 In the order of the form, empty unless the type is `CHOICE`.
    pub choices: Vec<ReportChoice>,
    /// 单位
    pub unit: Option<&'static str>,
    /// 预填值 As a filer would type it.
    pub value: Option<String>,
    /// 数据来源
    pub source: DraftSource,
    /// 上年数 The last report's figure, shown as a hint and never taken over.
    pub last_value: Option<String>,
    /// 可一键确认 May be taken over unchanged.
    pub unchanged_confirmable: bool,
    /// 是否必填
    pub required: bool,
    /// 已确认未变 Whether its filer took the prefilled value over.
    pub confirmed: bool,
}

/// 警告说明 Why the filer holds a value to be right.
#[derive(SimpleObject)]
pub struct WarningReason {
    /// 规则编号
    pub rule_id: String,
    /// 理由
    pub reason: String,
}

/// 选项 A value that a field of type `CHOICE` takes.
#[derive(SimpleObject)]
pub struct ReportChoice {
    /// 代码 What is typed and stored; the words are taken too.
    pub code: &'static str,
    /// 名称
    pub label: &'static str,
}

/// 数据来源 Where a prefilled value comes from.
#[derive(SimpleObject)]
pub struct DraftSource {
    /// 来源类型
    pub kind: Source,
    /// 截至日期
    pub as_of: Option<Date>,
    /// 出处
    pub reference: String,
    /// 可信度
    pub confidence: Confidence,
    /// 未变起始日 Since when the value has been the same, as far as is known.
    pub unchanged_since: Option<Date>,
}

/// 核查结果 A rule that the draft breaks, with the way to mend it.
#[derive(SimpleObject)]
pub struct ReportFinding {
    /// 规则编号
    pub rule_id: &'static str,
    /// 严重程度
    pub severity: Severity,
    /// 涉及字段
    pub paths: Vec<String>,
    /// 问题
    pub message: String,
    /// 处理办法
    pub mend: String,
    /// 依据
    pub source: &'static str,
    /// 相关数值
    pub values: Vec<FindingValue>,
    /// 更正建议 What may be written instead, to be taken over with one act of the filer; several belong together.
    pub proposals: Vec<FieldProposal>,
}

/// 更正建议 What to write in a field.
#[derive(SimpleObject)]
pub struct FieldProposal {
    /// 字段路径
    pub path: String,
    /// 建议填写 As a filer would type it.
    pub value: String,
}

impl From<Proposal> for FieldProposal {
    fn from(proposal: Proposal) -> Self {
        Self { path: proposal.path, value: proposal.value }
    }
}

/// 相关数值 A value named in a finding.
#[derive(SimpleObject, Clone)]
pub struct FindingValue {
    /// 名称
    pub name: &'static str,
    /// 数值
    pub value: String,
}

/// 填报值 What the filer typed in a field; it takes the place of the prefilled value.
#[derive(InputObject)]
pub struct ReportFieldInput {
    /// 字段路径
    pub path: String,
    /// 填报内容
    pub value: String,
}

impl DraftSource {
    pub(super) fn of(field: &DraftValue) -> Self {
        Self {
            kind: field.source,
            as_of: date(field.as_of),
            reference: field.reference.clone(),
            confidence: field.confidence,
            unchanged_since: date(field.unchanged_since),
        }
    }
}

impl DraftField {
    fn of(field: DraftValue, confirmed: &BTreeSet<String>) -> Self {
        let source = DraftSource::of(&field);
        Self {
            confirmed: confirmed.contains(&field.path),
            path: field.path,
            label: field.label,
            field_type: field.field_type,
            choices: field.choices.iter().map(|(code, label)| ReportChoice { code, label }).collect(),
            unit: field.unit,
            value: field.value.map(|value| value.to_string()),
            source,
            last_value: field.last_value.map(|value| value.to_string()),
            unchanged_confirmable: field.unchanged_confirmable,
            required: field.required,
        }
    }
}

impl From<Finding> for ReportFinding {
    fn from(finding: Finding) -> Self {
        let values = finding.values.into_iter().map(|(name, value)| FindingValue { name, value }).collect();
        Self {
            rule_id: finding.rule_id,
            severity: finding.severity,
            paths: finding.paths,
            message: finding.message,
            mend: finding.mend,
            source: finding.source,
            values,
            proposals: finding.proposals.into_iter().map(FieldProposal::from).collect(),
        }
    }
}

/// Typed values of a draft at most.
const TYPED: usize = 2_000;
/// Characters of a typed value at most.
const TYPED_LENGTH: usize = 4_000;

/// What was typed, if it is not more than a form holds.
///
/// # Errors
/// `INVALID_INPUT`.
pub(super) fn bounded(values: Vec<ReportFieldInput>) -> Answer<Vec<ReportFieldInput>> {
    if values.len() > TYPED {
        return Err(Failure::refused(Code::InvalidInput, format!("values 最多 {TYPED} 项。")));
    }
    if let Some(field) = values.iter().find(|field| field.value.chars().count() > TYPED_LENGTH) {
        let shown: String = field.path.chars().take(60).collect();
        let message = format!("字段 {shown} 的内容过长，最多 {TYPED_LENGTH} 个字。");
        return Err(Failure::refused(Code::InvalidInput, message));
    }
    Ok(values)
}

pub(super) fn typed(values: Option<Vec<ReportFieldInput>>) -> Answer<Values> {
    let values = bounded(values.unwrap_or_default())?;
    Ok(values.into_iter().map(|field| (field.path, FieldValue::Text(field.value))).collect())
}

/// Root fields of drafts.
#[derive(Default)]
pub struct DraftQuery;

#[Object]
impl DraftQuery {
    /// 年报草稿 The report of `year`, filled with what last year's report and the register know, and
    /// checked together with what the filer typed.
    #[graphql(complexity = "500 + child_complexity")]
    async fn annual_report_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "已填写的内容，按字段路径覆盖预填值")] values: Option<Vec<ReportFieldInput>>,
    ) -> Answer<Option<AnnualReportDraft>> {
        let (scope, typed, row) = (scope(ctx)?, typed(values)?, registered(ctx, uscc).await?);
        let checked = draft::prepare(&loaders(ctx)?.db, &row, year, &typed, &scope, &caller(ctx)?.viewer)
            .await
            .map_err(refusal)?;
        let (content, fields) = (checked.stored.content, checked.draft.values.into_iter());
        Ok(Some(AnnualReportDraft {
            uscc: row.uscc.clone(),
            year,
            form_kind: checked.draft.kind,
            window_from: Date(checked.window.from),
            window_to: Date(checked.window.to),
            window_source: checked.window.source,
            filed_on: date(checked.filed_on),
            stage: checked.stage,
            version: checked.stored.version,
            saved_at: checked.stored.saved_at.map(DateTime),
            unpublished: content.unpublished.into_iter().collect(),
            reasons: content.reasons.into_iter().map(|(rule_id, reason)| WarningReason { rule_id, reason }).collect(),
            fields: fields.map(|field| DraftField::of(field, &content.confirmed)).collect(),
            findings: checked.findings.into_iter().map(ReportFinding::from).collect(),
        }))
    }

    /// 局部核查 What the rules that concern these fields say: the same as they would say of the whole draft, sooner.
    #[graphql(complexity = "200 + child_complexity")]
    async fn validate_fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "已填写的内容，按字段路径覆盖草稿")] values: Vec<ReportFieldInput>,
        #[graphql(desc = "刚编辑的字段路径")] fields: Vec<String>,
    ) -> Answer<Vec<ReportFinding>> {
        let (scope, typed, row) = (scope(ctx)?, typed(Some(values))?, registered(ctx, uscc).await?);
        let fields: BTreeSet<String> = fields.into_iter().collect();
        let (db, viewer) = (&loaders(ctx)?.db, &caller(ctx)?.viewer);
        let found = draft::check_fields(db, &row, year, (&typed, &fields), &scope, viewer).await.map_err(refusal)?;
        Ok(found.into_iter().map(ReportFinding::from).collect())
    }
}

async fn registered(ctx: &Context<'_>, uscc: Uscc) -> Answer<Arc<registered::Model>> {
    let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
    let missing = || format!("没有统一社会信用代码为 {} 的经营主体。", uscc.0);
    row.ok_or_else(|| Failure::refused(Code::NotFound, missing()))
}

/// Why there is no draft.
pub(super) fn refusal(error: DraftError) -> Failure {
    match error {
        DraftError::Year(message) | DraftError::Field(message) => Failure::refused(Code::InvalidInput, message),
        DraftError::Sealed(error) => sealed(error),
        other => Failure::fault(&other),
    }
}
