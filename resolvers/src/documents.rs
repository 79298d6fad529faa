//! 文书 Documents that are printed, and whether one is genuine.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use entities::annual_report::report;
use entities::documents::document;
use rules::vocabulary::DocumentKind;
use schema::scalars::DateTime;
use schema::{Answer, Code, Failure, global_id};
use services::command::UserError;
use services::documents::print::{Asked, print};
use services::documents::verify::{Verified, verify};
use services::documents::{Printery, warnings};

use crate::access::{caller, payload, settle};
use crate::annual_report::object::FAMILY as REPORT;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, found, loaders, scope};

/// Type name in global ids.
pub const FAMILY: &str = "PrintedDocument";

/// 打印年报文书
#[derive(InputObject)]
pub struct PrintAnnualReportInput {
    /// 年度报告 Its id.
    pub report_id: ID,
    /// 文书种类 The receipt is for the filer and for offices in their jurisdiction; the report is for everybody, as far
    /// as it is published.
    pub document: DocumentKind,
    /// 只要公示本 For those who may have all of it: the edition without what is not published.
    pub public_only: Option<bool>,
}

payload! {
    /// 打印年报文书结果
    PrintAnnualReportPayload {
        /// 文书 The same one for the same version of the report, however often it is asked for.
        document: PrintedDocument,
    }
}

/// 文书 A document that was issued as PDF.
#[derive(SimpleObject)]
pub struct PrintedDocument {
    /// 全局编号
    pub id: ID,
    /// 文书种类
    pub kind: DocumentKind,
    /// 报告年度
    pub year: Option<i32>,
    /// 报告版本 The version that it shows.
    pub version: i32,
    /// 是否公示本 Whether everybody may have it.
    pub is_public_edition: bool,
    /// 验证码 Give it to `verifyDocument`.
    pub verification_code: String,
    /// 文件摘要 SM3 of the bytes, in hexadecimal.
    pub digest: String,
    /// 页数
    pub page_count: i32,
    /// 字节数
    pub byte_count: i32,
    /// 缺字说明 Characters that no font at hand has, and that are printed as their code points.
    pub warnings: Vec<DocumentWarning>,
    /// 出具时间
    pub issued_at: DateTime,
    /// 下载路径 On this server, for those who may have the document: `/documents/…`.
    pub download_path: String,
}

/// 缺字说明 A character that could not be printed.
#[derive(SimpleObject)]
pub struct DocumentWarning {
    /// 字符
    pub character: String,
    /// 码位 `U+20BB7`.
    pub code_point: String,
    /// 代替写法 What stands in its place.
    pub printed_as: String,
    /// 说明
    pub message: String,
}

impl From<document::Model> for PrintedDocument {
    fn from(row: document::Model) -> Self {
        let id = global_id::encode(FAMILY, row.id);
        let warning = |missing: services::documents::Missing| DocumentWarning {
            character: missing.0.to_string(),
            code_point: missing.code_point(),
            printed_as: missing.substitute(),
            message: missing.message(),
        };
        Self {
            download_path: format!("/documents/{}", id.as_str()),
            id,
            kind: row.kind,
            year: row.year,
            version: row.version,
            is_public_edition: row.is_public != 0,
            verification_code: row.verification_code,
            digest: row.digest,
            page_count: row.page_count,
            byte_count: row.byte_count,
            warnings: warnings(&row.missing).into_iter().map(warning).collect(),
            issued_at: DateTime(row.issued_at),
        }
    }
}

/// 文书验证结果 A document that was issued here: what is printed has to be the same.
#[derive(Description)]
pub struct DocumentVerification {
    verified: Verified,
    owner: Owner,
}

#[Object(use_type_description)]
impl DocumentVerification {
    /// 文书种类
    async fn kind(&self) -> DocumentKind {
        self.verified.document.kind
    }

    /// 经营主体名称 As printed.
    async fn filer_name(&self) -> &str {
        &self.verified.document.filer_name
    }

    /// 报告年度
    async fn year(&self) -> Option<i32> {
        self.verified.document.year
    }

    /// 报告版本 The version that it shows.
    async fn version(&self) -> i32 {
        self.verified.document.version
    }

    /// 现版本 The version in which the report is now, where that is a newer one; null while the document shows the last.
    async fn newer_version(&self) -> Option<i32> {
        self.verified.newer_version
    }

    /// 是否公示本
    async fn is_public_edition(&self) -> bool {
        self.verified.document.is_public != 0
    }

    /// 文件摘要 SM3 of the bytes, in hexadecimal: of the file that was handed out and of no other.
    async fn digest(&self) -> &str {
        &self.verified.document.digest
    }

    /// 页数
    async fn page_count(&self) -> i32 {
        self.verified.document.page_count
    }

    /// 出具时间
    async fn issued_at(&self) -> DateTime {
        DateTime(self.verified.document.issued_at)
    }

    /// 经营主体 As the register has it now.
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.verified.document.enterprise_id).await
    }
}

/// Queries of documents.
#[derive(Default)]
pub struct DocumentQuery;

#[Object]
impl DocumentQuery {
    /// 文书验证 Whether a document is genuine, by the code on it, however that is typed; null for a code that was never
    /// given. At most 60 a minute.
    #[graphql(complexity = "20 + child_complexity")]
    async fn verify_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "验证码，例如 7KPD-Q2MX-9RTW-HC4V")] code: String,
    ) -> Answer<Option<DocumentVerification>> {
        let done = verify(&loaders(ctx)?.db, printery(ctx)?, caller(ctx)?, &code).await;
        match settle(done)? {
            Ok(verified) => {
                let scope = scope(ctx)?;
                Ok(verified.map(|verified| DocumentVerification { verified, owner: Owner::unknown(scope) }))
            }
            Err(errors) => {
                let message = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
                Err(Failure::refused(Code::QuotaExceeded, message))
            }
        }
    }
}

/// Mutations of documents.
#[derive(Default)]
pub struct DocumentMutation;

#[Object]
impl DocumentMutation {
    /// 打印年报文书 The receipt or the report as PDF, with a code by which it is verified. Whoever may not know all of the
    /// report is given what is published.
    #[graphql(complexity = "500 + child_complexity")]
    async fn print_annual_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "年度报告与文书种类")] input: PrintAnnualReportInput,
    ) -> Answer<PrintAnnualReportPayload> {
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        let key = global_id::key_of(REPORT, &input.report_id);
        let report: Option<Arc<report::Model>> = match key {
            Some(key) => all.report.load((key, scope)).await?,
            None => None,
        };
        let Some(report) = report else {
            let message = "没有找到这份年度报告，请核对编号。";
            return Ok(PrintAnnualReportPayload::refused(vec![
                UserError::at(&["input", "reportId"], "NOT_FOUND", message).into(),
            ]));
        };
        let owner = Owner::unknown(scope).row(ctx, report.enterprise_id).await?;
        let authority = all.authority(owner.authority_id).await?;
        let is_public = input.public_only.unwrap_or_default();
        let asked = Asked { owner: &owner, report: &report, authority, kind: input.document, is_public };
        let done = print(&all.db, printery(ctx)?, caller(ctx)?, asked).await;
        PrintAnnualReportPayload::settled(done, |document| PrintAnnualReportPayload {
            document: Some(document.into()),
            ..Default::default()
        })
    }
}

fn printery<'a>(ctx: &Context<'a>) -> Answer<&'a Printery> {
    found(ctx, "printery")
}
