//! 财务报表取数 Figures of an uploaded balance sheet, income statement or tax return, and their taking over.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use schema::scalars::{DateTime, Uscc};
use schema::upload::Upload;
use schema::{Answer, Code, Failure, global_id};
use services::assistant::Assistant;
use services::command::power::FileReports;
use services::filing::Filer;
use services::filing::statements::{self, Statement};
use services::statement::lines::How;
use services::statement::sheet::Kind;
use services::statement::{Figure, Found, Remark};

use super::draft::ReportFinding;
use super::file::{DraftConflict, Told, own, saved};
use super::filing::FilingState;
use crate::access::{caller, payload, permit};
use crate::owner::{found, loaders};

/// Type name in global ids.
const FAMILY: &str = "StatementReading";

/// 文件格式
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Kind")]
pub enum StatementFormat {
    /// 工作簿 Office Open XML.
    Xlsx,
    /// 文本 With separators.
    Csv,
    /// PDF 带文字的 PDF
    Pdf,
}

/// 识别方式 How a line was recognised.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "How")]
pub enum StatementMatch {
    /// 标准名称
    Name,
    /// 同义名称
    Synonym,
    /// 名称相近 By the encoder: to be looked at.
    Encoder,
}

/// 报表读数 What a statement says about the report; nothing of it is in the draft.
#[derive(SimpleObject)]
pub struct StatementReading {
    /// 读数编号 For `applyStatement`, by the same account.
    pub id: ID,
    /// 文件格式
    pub format: StatementFormat,
    /// 识别到的数 In the order of the form.
    pub figures: Vec<StatementFigure>,
    /// 未识别的项目 Lines with a number whose names are not known; a hundred at most.
    pub unrecognised: Vec<StatementLine>,
    /// 其余未识别的项目数
    pub more_unrecognised: i32,
    /// 提示 What to look at before figures are taken over.
    pub remarks: Vec<StatementRemark>,
    /// 保存期限 Until when figures can be taken over; the file itself is not kept.
    pub expires_at: DateTime,
}

/// 识别到的数 A figure for a field of the report.
#[derive(SimpleObject)]
pub struct StatementFigure {
    /// 字段路径
    pub path: String,
    /// 字段名称
    pub label: &'static str,
    /// 数值 As it would be written, in the unit of the form.
    pub value: String,
    /// 单位 Of the form.
    pub unit: Option<&'static str>,
    /// 位置 `资产负债表!C38`; of a PDF page and line.
    pub source: String,
    /// 项目名称 As printed.
    pub matched_text: String,
    /// 列名 As printed, empty if the column has no heading.
    pub column: String,
    /// 原数 As printed.
    pub written: String,
    /// 原单位
    pub written_unit: &'static str,
    /// 是否四舍五入 Whether the statement is more exact than the form.
    pub is_rounded: bool,
    /// 识别方式
    pub matched_by: StatementMatch,
    /// 可信度 0 to 1.
    pub confidence: f64,
}

/// 未识别的项目
#[derive(SimpleObject)]
pub struct StatementLine {
    /// 位置
    pub source: String,
    /// 项目名称
    pub text: String,
    /// 数 As printed.
    pub written: String,
}

/// 提示
#[derive(SimpleObject)]
pub struct StatementRemark {
    /// 提示码 Stable.
    pub code: &'static str,
    /// 说明
    pub message: String,
    /// 涉及字段
    pub paths: Vec<String>,
}

impl From<Found> for StatementLine {
    fn from(line: Found) -> Self {
        Self { source: line.place, text: line.text, written: line.written }
    }
}

impl From<Remark> for StatementRemark {
    fn from(remark: Remark) -> Self {
        Self { code: remark.code, message: remark.message, paths: remark.paths }
    }
}

impl From<Statement> for StatementReading {
    fn from(read: Statement) -> Self {
        let figure = |figure: Figure| {
            let field = read.form.scalar(&figure.path);
            StatementFigure {
                label: field.map_or("", |field| field.label.as_str()),
                unit: field.and_then(|field| field.unit.as_deref()),
                path: figure.path,
                value: figure.value.to_string(),
                source: figure.place,
                matched_text: figure.matched,
                column: figure.column,
                written: figure.written,
                written_unit: figure.unit.word(),
                is_rounded: figure.is_rounded,
                matched_by: figure.how.into(),
                confidence: (f64::from(figure.confidence) * 100.0).round() / 100.0,
            }
        };
        Self {
            id: global_id::encode(FAMILY, read.row.id),
            format: read.kind.into(),
            figures: read.reading.figures.into_iter().map(figure).collect(),
            unrecognised: read.reading.unrecognised.into_iter().map(StatementLine::from).collect(),
            more_unrecognised: i32::try_from(read.reading.more).unwrap_or(i32::MAX),
            remarks: read.reading.remarks.into_iter().map(StatementRemark::from).collect(),
            expires_at: DateTime(read.row.expires_at),
        }
    }
}

/// 读取财务报表
#[derive(InputObject)]
pub struct ReadFinancialStatementInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 文件 XLSX, CSV or a PDF with text, up to 4 MiB.
    pub file: Upload,
}

/// 采用报表数
#[derive(InputObject)]
pub struct ApplyStatementInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 草稿版本 The one that was read, 0 for none.
    pub version: i32,
    /// 读数编号
    pub reading_id: ID,
    /// 采用的字段 Paths of `figures`; `*` for all of them.
    pub fields: Vec<String>,
}

payload! {
    /// 读取财务报表结果
    ReadFinancialStatementPayload {
        /// 报表读数
        reading: StatementReading,
    }
}

payload! {
    /// 采用报表数结果
    ApplyStatementPayload {
        /// 填报状态
        filing: FilingState,
        /// 核查结果
        findings: Vec<ReportFinding>,
        /// 版本冲突 What another device has saved meanwhile; nothing was overwritten.
        conflict: DraftConflict,
    }
}

/// Mutations of statements.
#[derive(Default)]
pub struct StatementMutation;

#[Object]
impl StatementMutation {
    /// 读取财务报表 Which figures an uploaded balance sheet, income statement or tax return holds, each with its cell.
    /// Changes nothing in the draft.
    #[graphql(complexity = "2000 + child_complexity")]
    async fn read_financial_statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、年度与文件")] input: ReadFinancialStatementInput,
    ) -> Answer<ReadFinancialStatementPayload> {
        let (row, permit) = own!(ctx, input.uscc, ReadFinancialStatementPayload);
        let bytes = input.file.file(ctx)?.content.clone();
        let assistant = found::<Assistant>(ctx, "assistant")?;
        let filer = Filer { row: &row, year: input.year };
        let done = statements::read(&loaders(ctx)?.db, assistant, &permit, filer, bytes).await;
        ReadFinancialStatementPayload::settled(done, |read| ReadFinancialStatementPayload {
            reading: Some(read.into()),
            ..Default::default()
        })
    }

    /// 采用报表数 Takes figures that were read over into the draft, each with the cell that it stands in.
    #[graphql(complexity = "500 + child_complexity")]
    async fn apply_statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "版本、读数与采用的字段")] input: ApplyStatementInput,
    ) -> Answer<ApplyStatementPayload> {
        let (row, permit) = own!(ctx, input.uscc, ApplyStatementPayload);
        let filer = Filer { row: &row, year: input.year };
        let key = global_id::key_of(FAMILY, &input.reading_id).unwrap_or_default();
        let db = &loaders(ctx)?.db;
        let done = statements::apply(db, &permit, filer, (key, input.version), &input.fields).await;
        let Told { state, findings, conflict, user_errors } = saved(ctx, &row, input.year, done).await?;
        Ok(ApplyStatementPayload { filing: state, findings, conflict, user_errors })
    }
}
