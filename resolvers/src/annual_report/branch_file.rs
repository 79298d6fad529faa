//! 分支机构表 The table of the branches of a head office: where it is to be had, and what came of one that was uploaded.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use entities::jobs;
use entities::page::{Key, KeyKind, Page, Position};
use schema::paging::Arguments;
use schema::scalars::{DateTime, Uscc};
use schema::upload::Upload;
use schema::{Answer, Code, Failure, cursor, global_id};
use services::command::power::FileReports;
use services::export::Format;
use services::filing::Filer;
use services::filing::branch_file::import::{self, Asked, Import, RowResult, RowState};
use services::filing::branch_file::read::Fault;
use services::filing::branch_file::template::{self, Template};
use services::filing::branch_file::{Column, MOST, What};

use super::file::{filer, own};
use crate::access::{caller, payload, permit, permitted, settle};
use crate::connection::PageInfo;
use crate::jobs::Job;
use crate::owner::loaders;
use crate::search::export::ExportFormat;
use crate::window::window;

/// Type name in global ids.
const FAMILY: &str = "BranchImport";
/// The name of the list in its cursors.
const LIST: &str = "branchImportRows";

/// 分支机构表模板 Where it is to be had, and what stands in it.
#[derive(SimpleObject)]
pub struct BranchTemplate {
    /// 下载地址 For the same viewer.
    pub url: String,
    /// 文件名
    pub file_name: String,
    /// 分支机构数 Rows that are given.
    pub branches: i32,
    /// 未列入的分支机构数 Those that are filed already, or that may not be filled in.
    pub left_out: i32,
    /// 是否齐全 Whether no branch is beyond the rows that a table holds.
    pub is_whole: bool,
    /// 最多行数
    pub max_rows: i32,
    /// 列 In their order.
    pub columns: Vec<BranchTemplateColumn>,
    /// 附表 Tables to which rows are added, such as websites: a sheet each of a workbook; a CSV file has numbered columns.
    pub tables: Vec<BranchTemplateTable>,
}

/// 附表 Its rows name their branch by its code; a branch may have several.
#[derive(SimpleObject)]
pub struct BranchTemplateTable {
    /// 表名 Of the sheet.
    pub sheet: &'static str,
    /// 表格标识 As in paths of the form.
    pub name: &'static str,
    /// 已有行数
    pub rows: i32,
    /// 列 In their order; a path is the name of the column in its table.
    pub columns: Vec<BranchTemplateColumn>,
}

impl From<&Column> for BranchTemplateColumn {
    fn from(column: &Column) -> Self {
        Self {
            heading: column.heading.clone(),
            role: column.what.into(),
            path: column.field.map(|_| column.path.clone()),
            unit: column.field.and_then(|field| field.unit.as_deref()),
            required: column.what == What::Code
                || (column.what == What::Value && column.field.is_some_and(|field| field.required)),
        }
    }
}

/// 列
#[derive(SimpleObject)]
pub struct BranchTemplateColumn {
    /// 列名 By which it is found when the table comes back.
    pub heading: String,
    /// 用途
    pub role: BranchColumnRole,
    /// 字段路径 Null unless it holds values of the report.
    pub path: Option<String>,
    /// 单位
    pub unit: Option<&'static str>,
    /// 是否必填
    pub required: bool,
}

/// 列的用途
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum BranchColumnRole {
    /// 识别分支机构 The code by which the branch is found.
    Code,
    /// 核对名称 Must agree with the register where it is written.
    Name,
    /// 填报状态 Not read.
    Stage,
    /// 填报值
    Value,
    /// 上年数 Not read.
    Hint,
    /// 警告说明
    Reason,
}

impl From<What> for BranchColumnRole {
    fn from(what: What) -> Self {
        match what {
            What::Code => Self::Code,
            What::Name => Self::Name,
            What::Stage => Self::Stage,
            What::Value | What::Row => Self::Value,
            What::Hint => Self::Hint,
            What::Reason => Self::Reason,
        }
    }
}

/// 行的结果
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "RowState")]
pub enum BranchRowState {
    /// 已保存 As a draft.
    Saved,
    /// 没有变化 The draft says the same already.
    Unchanged,
    /// 未保存 Nothing of the row was.
    Refused,
    /// 已报送
    Filed,
}

/// 批量填报 A table of branches that was uploaded.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct BranchImport {
    /// 编号
    pub id: ID,
    /// 报告年度
    pub year: i32,
    /// 是否已完成 While it is not, `job` tells how far it is.
    pub is_done: bool,
    /// 行数
    pub total: i32,
    /// 已保存的行数
    pub saved: i32,
    /// 没有变化的行数
    pub unchanged: i32,
    /// 未保存的行数
    pub refused: i32,
    /// 已报送的行数
    pub filed: i32,
    /// 未读取的列 Headings that the form does not have.
    pub ignored_columns: Vec<String>,
    /// 上传时间
    pub uploaded_at: DateTime,
    /// 保存期限 Until when the results can be seen.
    pub expires_at: DateTime,
    #[graphql(skip)]
    job_id: Option<i64>,
    #[graphql(skip)]
    results: Vec<RowResult>,
}

#[ComplexObject]
impl BranchImport {
    /// 任务 Null if the rows were worked off at once.
    async fn job(&self, ctx: &Context<'_>) -> Answer<Option<Job>> {
        let Some(id) = self.job_id else { return Ok(None) };
        let who = caller(ctx)?.viewer.identity();
        let row = jobs::by_id(&loaders(ctx)?.db, id).await?;
        Ok(row.filter(|row| row.is_of(who)).map(Job::from))
    }

    /// 逐行结果 In the order of the file.
    #[graphql(complexity = "schema::paging::rows(first, None) * child_complexity")]
    async fn rows(
        &self,
        #[graphql(desc = "只列出这些结果的行；不填为全部")] states: Option<Vec<BranchRowState>>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<BranchImportRowConnection> {
        let arguments = Arguments { first, after, last: None, before: None };
        let window = window(LIST, &arguments, false, KeyKind::Number)?;
        let after = window.after.as_ref().map_or(0, |position| position.id);
        let is_asked =
            |row: &&RowResult| states.as_ref().is_none_or(|states| states.contains(&BranchRowState::from(row.state)));
        let rows = self.results.iter().filter(|row| i64::from(row.number) > after).filter(is_asked);
        let most = usize::try_from(window.limit).unwrap_or_default() + 1;
        let page = Page::of(rows.take(most).cloned().collect(), &window, None);
        let place = |row: &RowResult| {
            let id = i64::from(row.number);
            cursor::encode(LIST, &Position { key: Key::Number(id), id })
        };
        let page_info = PageInfo::of(&page, place);
        let edge = |row: RowResult| BranchImportRowEdge { cursor: place(&row), node: row.into() };
        let edges: Vec<BranchImportRowEdge> = page.rows.into_iter().map(edge).collect();
        let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
        Ok(BranchImportRowConnection { edges, nodes, page_info })
    }
}

/// 逐行结果
#[derive(SimpleObject)]
pub struct BranchImportRowConnection {
    /// 条目及其游标
    pub edges: Vec<BranchImportRowEdge>,
    /// 条目
    pub nodes: Vec<BranchImportRow>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct BranchImportRowEdge {
    /// 游标
    pub cursor: String,
    /// 行的结果
    pub node: BranchImportRow,
}

/// 行的结果 What came of a row.
#[derive(SimpleObject, Clone)]
pub struct BranchImportRow {
    /// 行号 As in the file.
    pub number: i32,
    /// 统一社会信用代码 As in the file.
    pub uscc: String,
    /// 名称 As registered; null if it is no branch of the enterprise.
    pub name: Option<String>,
    /// 结果
    pub state: BranchRowState,
    /// 回执编号
    pub receipt_number: Option<String>,
    /// 差错 Why it was not saved, or not filed; of an unchanged row what is still wrong with its draft.
    pub errors: Vec<BranchImportFault>,
    /// 警告 What the rules doubt of a row.
    pub warnings: Vec<BranchImportFault>,
}

/// 差错 What is wrong in a row.
#[derive(SimpleObject, Clone)]
pub struct BranchImportFault {
    /// 列名 As in the file, several with 、 between; empty for the row as a whole.
    pub column: String,
    /// 字段路径
    pub path: Option<String>,
    /// 错误码 `RULE` for a finding.
    pub code: String,
    /// 规则编号
    pub rule_id: Option<String>,
    /// 说明
    pub message: String,
    /// 处理办法
    pub mend: String,
}

impl From<Fault> for BranchImportFault {
    fn from(fault: Fault) -> Self {
        let Fault { column, path, code, rule_id, message, mend } = fault;
        Self { column, path, code, rule_id, message, mend }
    }
}

impl From<RowResult> for BranchImportRow {
    fn from(row: RowResult) -> Self {
        Self {
            number: i32::try_from(row.number).unwrap_or(i32::MAX),
            uscc: row.uscc,
            name: row.name,
            state: row.state.into(),
            receipt_number: row.receipt_number,
            errors: row.errors.into_iter().map(BranchImportFault::from).collect(),
            warnings: row.warnings.into_iter().map(BranchImportFault::from).collect(),
        }
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl From<Import> for BranchImport {
    fn from(import: Import) -> Self {
        let of = |state| number(import.count(state));
        Self {
            id: global_id::encode(FAMILY, import.row.id),
            year: import.row.year,
            is_done: import.results.is_some(),
            total: number(import.total),
            saved: of(RowState::Saved),
            unchanged: of(RowState::Unchanged),
            refused: of(RowState::Refused),
            filed: of(RowState::Filed),
            uploaded_at: DateTime(import.row.uploaded_at),
            expires_at: DateTime(import.row.expires_at),
            job_id: import.row.job_id,
            ignored_columns: import.ignored,
            results: import.results.unwrap_or_default(),
        }
    }
}

/// 批量填报
#[derive(InputObject)]
pub struct ImportBranchReportsInput {
    /// 隶属企业的统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 文件 XLSX or CSV, up to 1,000 rows and 4 MiB; its columns are those of the template, in any order.
    pub file: Upload,
    /// 幂等键 As for `submitAnnualReport`; the same key with the same file gets the same answer.
    pub idempotency_key: String,
    /// 同时报送 Files what was saved or is unchanged; without it rows become drafts.
    #[graphql(default)]
    pub submit: bool,
}

payload! {
    /// 批量填报结果
    ImportBranchReportsPayload {
        /// 批量填报 With a result for each row, at once for few rows, else once its job is done.
        import: BranchImport,
    }
}

/// Root fields of tables of branches.
#[derive(Default)]
pub struct BranchFileQuery;

#[Object]
impl BranchFileQuery {
    /// 分支机构表模板 Of one's own enterprise: a row for each branch that may be filled in, with what is known of it, and
    /// last year's figures beside.
    #[graphql(complexity = "500 + child_complexity")]
    async fn branch_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隶属企业的统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "文件格式")] format: ExportFormat,
    ) -> Answer<BranchTemplate> {
        permitted::<FileReports>(ctx)?;
        let row = filer(ctx, uscc).await?;
        let place = row.as_ref().and_then(|row| row.place());
        let refused = |message: String| Failure::refused(Code::NotFound, message);
        let permit = caller(ctx)?.may_for::<FileReports>(place).map_err(|error| refused(error.message))?;
        let row = row.ok_or_else(|| refused(Code::NotFound.explanation().to_owned()))?;
        let format = Format::from(format);
        let made = template::prepare(&loaders(ctx)?.db, &permit, Filer { row: &row, year }, format).await;
        let told = |errors: Vec<crate::access::UserError>| {
            let message: String = errors.into_iter().map(|error| error.message).collect();
            Failure::refused(Code::InvalidInput, message)
        };
        let made: Template = settle(made)?.map_err(told)?;
        let tables = made.tables.iter().map(|free| BranchTemplateTable {
            sheet: &free.section.label,
            name: &free.section.name,
            rows: number(free.rows.len()),
            columns: free.columns.iter().map(BranchTemplateColumn::from).collect(),
        });
        Ok(BranchTemplate {
            url: format!("/branch-templates/{}/{year}.{}", row.uscc, format.extension()),
            file_name: format!("{}.{}", made.name(), format.extension()),
            branches: number(made.rows.len()),
            left_out: number(made.left_out),
            is_whole: made.is_whole,
            max_rows: number(MOST),
            columns: made.columns.iter().map(BranchTemplateColumn::from).collect(),
            tables: tables.collect(),
        })
    }

    /// 批量填报 A table that the viewer has uploaded, null otherwise or once it is not kept any more.
    #[graphql(complexity = "200 + child_complexity")]
    async fn branch_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "批量填报编号")] id: ID,
    ) -> Answer<Option<BranchImport>> {
        permitted::<FileReports>(ctx)?;
        let Some(key) = global_id::key_of(FAMILY, &id) else { return Ok(None) };
        let found = import::find(&loaders(ctx)?.db, caller(ctx)?, key).await;
        let told = |errors: Vec<crate::access::UserError>| {
            let message: String = errors.into_iter().map(|error| error.message).collect();
            Failure::refused(Code::ValueDamaged, message)
        };
        Ok(settle(found)?.map_err(told)?.map(BranchImport::from))
    }
}

/// Mutations of tables of branches.
#[derive(Default)]
pub struct BranchFileMutation;

#[Object]
impl BranchFileMutation {
    /// 批量填报 Saves each good row of a table as the draft of its branch, once; of a bad one nothing is saved, and it is
    /// told row by row and column by column why.
    #[graphql(complexity = "2000 + child_complexity")]
    async fn import_branch_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "隶属企业、年度与文件")] input: ImportBranchReportsInput,
    ) -> Answer<ImportBranchReportsPayload> {
        let (row, permit) = own!(ctx, input.uscc, ImportBranchReportsPayload);
        let bytes = input.file.file(ctx)?.content.clone();
        let asked = Asked { bytes, key: input.idempotency_key, submit: input.submit };
        let done = import::start(&loaders(ctx)?.db, &permit, Filer { row: &row, year: input.year }, asked).await;
        ImportBranchReportsPayload::settled(done, |import| ImportBranchReportsPayload {
            import: Some(import.into()),
            ..Default::default()
        })
    }
}
