//! 登记语句 Documents that a partner client registers before it is limited to them, and those it has registered.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::{Context, Description, InputObject, Object, SimpleObject};
use chrono::DateTime as Instant;
use entities::access::{self as stored, Registered};
use entities::page::{Key, KeyKind, Page, Position};
use rules::access::Identity;
use schema::paging::Arguments;
use schema::scalars::DateTime;
use schema::upload::Upload;
use schema::{Answer, Code, Failure, cursor};
use services::access::clients;
use services::access::manifest::{self, Listed};
use services::command::UserError;
use services::command::power::UseInterface;

use super::clients::own;
use super::{payload, permitted};
use crate::connection::PageInfo;
use crate::owner::loaders;
use crate::window::window;

/// The name of the list in its cursors.
const LIST: &str = "trustedDocuments";
/// Faults of one document that its sentence tells; the others stand in the list of faults.
const TOLD: usize = 3;

payload! {
    /// 登记语句结果
    RegisterDocumentsPayload {
        /// 语句标识 SM3 of each document, in the order in which they were given.
        hashes: Vec<String>,
        /// 语句错误 What is wrong with documents; while there is one, none is registered.
        faults: Vec<DocumentFault>,
    }
}

/// 登记语句 Documents, or the manifest in which a tool lists them.
#[derive(InputObject)]
pub struct RegisterDocumentsInput {
    /// 语句 Each is checked against the schema.
    #[graphql(default)]
    pub documents: Vec<String>,
    /// 语句清单 A file of Apollo's, Relay's or graphql-codegen's tools, as an upload.
    pub manifest: Option<Upload>,
}

/// 语句错误 One thing that is wrong with a document.
#[derive(SimpleObject, Clone)]
pub struct DocumentFault {
    /// 序号 Which document, from 0: first those of `documents`, then those of the manifest.
    pub index: usize,
    /// 标识 As its manifest calls it.
    pub id: Option<String>,
    /// 操作名
    pub operation: Option<String>,
    /// 错误码 As a request would be told, `GRAPHQL_VALIDATION_FAILED` for one.
    pub code: String,
    /// 说明 What is wrong and how to mend it.
    pub message: String,
    /// 行 From 1; null where the whole document is meant.
    pub line: Option<usize>,
    /// 列 From 1.
    pub column: Option<usize>,
}

/// 登记的语句 A document that the calling client registered.
#[derive(Clone, Description)]
pub struct TrustedDocument(Registered);

#[Object(use_type_description)]
impl TrustedDocument {
    /// 语句标识 Its SM3, by which it is called.
    async fn hash(&self) -> &str {
        &self.0.hash
    }

    /// 语句标识 Its SHA-256, by which it may be called as well; null for those of earlier releases.
    async fn sha256(&self) -> Option<&str> {
        Some(self.0.sha256.as_str()).filter(|hash| !hash.is_empty())
    }

    /// 操作名 Of its operations that have one.
    async fn operations(&self) -> Vec<String> {
        operations(&self.0.document)
    }

    /// 语句
    async fn document(&self) -> &str {
        &self.0.document
    }

    /// 登记时间 When it was registered first.
    async fn registered_at(&self) -> DateTime {
        DateTime(self.0.registered_at)
    }
}

fn operations(document: &str) -> Vec<String> {
    let Ok(document) = parse_query(document) else { return Vec::new() };
    document.operations.iter().filter_map(|(name, _)| name.map(ToString::to_string)).collect()
}

/// 登记的语句列表
#[derive(SimpleObject)]
pub struct TrustedDocumentConnection {
    /// 条目及其游标
    pub edges: Vec<TrustedDocumentEdge>,
    /// 条目
    pub nodes: Vec<TrustedDocument>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct TrustedDocumentEdge {
    /// 游标
    pub cursor: String,
    /// 登记的语句
    pub node: TrustedDocument,
}

/// Root field of registered documents.
#[derive(Default)]
pub struct TrustedQuery;

#[Object]
impl TrustedQuery {
    /// 登记的语句 Those of the calling client, the last registered first.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn trusted_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<TrustedDocumentConnection> {
        let permit = permitted::<UseInterface>(ctx)?;
        let Identity::Client(client) = permit.caller().viewer.identity() else {
            return Err(Failure::refused(Code::NotPermitted, Code::NotPermitted.explanation()));
        };
        let window = window(LIST, &Arguments { first, after, last: None, before: None }, false, KeyKind::Text)?;
        let after = window.after.as_ref().and_then(|position| match &position.key {
            Key::Text(hash) => Some((Instant::from_timestamp_nanos(position.id), hash.as_str())),
            _ => None,
        });
        let rows = stored::trusted_documents(&loaders(ctx)?.db, client, after, i64::from(window.limit) + 1).await?;
        let page = Page::of(rows, &window, None);
        let edge = |row: &Registered| TrustedDocumentEdge { cursor: place(row), node: TrustedDocument(row.clone()) };
        Ok(TrustedDocumentConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(TrustedDocument).collect(),
        })
    }
}

/// Documents of one manifest are registered at the same instant: their hashes keep them apart.
fn place(row: &Registered) -> String {
    let id = row.registered_at.timestamp_nanos_opt().unwrap_or_default();
    cursor::encode(LIST, &Position { key: Key::Text(row.hash.clone()), id })
}

/// 语句核对 Says what is wrong with a document; the door brings one, because it knows the limits and the sentences.
#[derive(Clone)]
pub struct DocumentCheck(pub Arc<Check>);

type Check = dyn Fn(&str) -> Vec<WrongAt> + Send + Sync;

/// 错处 One thing that is wrong with a document, and where.
#[derive(Clone, Debug)]
pub struct WrongAt {
    /// Stable code.
    pub code: String,
    /// In Chinese, with how to mend it.
    pub message: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
}

/// Mutation of registered documents.
#[derive(Default)]
pub struct TrustedMutation;

#[Object]
impl TrustedMutation {
    /// 登记语句 Registers documents of the calling client, all or none; they are then called by `documentId`, their
    /// SM3 or SHA-256.
    async fn register_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "语句")] input: RegisterDocumentsInput,
    ) -> Answer<RegisterDocumentsPayload> {
        let refused = |error: UserError| Ok(RegisterDocumentsPayload::refused(vec![error.into()]));
        let (permit, client) = match own(ctx)? {
            Ok(found) => found,
            Err(error) => return refused(error),
        };
        let mut documents: Vec<Listed> = input.documents.into_iter().map(Listed::from).collect();
        let given = documents.len();
        if let Some(manifest) = input.manifest {
            match manifest::documents(&manifest.file(ctx)?.content) {
                Ok(listed) => documents.extend(listed),
                Err(message) => return refused(UserError::at(&["input", "manifest"], "INVALID_MANIFEST", message)),
            }
        }
        if let Err(error) = clients::countable(documents.len()) {
            return refused(error);
        }
        let wrong = checked(ctx, &documents, given).await;
        if !wrong.user_errors.is_empty() {
            return Ok(wrong);
        }
        let texts = documents.into_iter().map(|listed| listed.document).collect();
        RegisterDocumentsPayload::settled(
            clients::register(&loaders(ctx)?.db, &permit, client, texts).await,
            |hashes| RegisterDocumentsPayload { hashes: Some(hashes), ..Default::default() },
        )
    }
}

/// What is wrong with documents, each with its sentence; the first `given` stand in the input, the others in the
/// manifest. Others who ask at the same time are answered in between.
async fn checked(ctx: &Context<'_>, documents: &[Listed], given: usize) -> RegisterDocumentsPayload {
    let (mut all, mut told) = (Vec::new(), Vec::new());
    let Some(check) = ctx.data_opt::<DocumentCheck>() else { return RegisterDocumentsPayload::default() };
    for (index, listed) in documents.iter().enumerate() {
        let wrong = check.0(&listed.document);
        tokio::task::yield_now().await;
        if wrong.is_empty() {
            continue;
        }
        let operation = listed.name.clone().or_else(|| operations(&listed.document).into_iter().next());
        let input = if index < given { "documents" } else { "manifest" };
        told.push(UserError::at(
            &["input", input],
            "INVALID_DOCUMENT",
            sentence(index, listed, operation.as_deref(), &wrong),
        ));
        all.extend(wrong.into_iter().map(|WrongAt { code, message, place }| {
            let ((line, column), id) = (place.unzip(), listed.id.clone());
            DocumentFault { index, id, operation: operation.clone(), code, message, line, column }
        }));
    }
    RegisterDocumentsPayload {
        faults: (!all.is_empty()).then_some(all),
        user_errors: told.into_iter().map(super::UserError::from).collect(),
        ..Default::default()
    }
}

/// `第 3 条语句 CreditOf（标识 ab12）有误，全部未登记：第 1 行第 9 列，…`
fn sentence(index: usize, listed: &Listed, operation: Option<&str>, wrong: &[WrongAt]) -> String {
    let short = |text: &str| text.chars().take(80).collect::<String>();
    let name = operation.map_or_else(String::new, |name| format!(" {}", short(name)));
    let id = listed.id.as_deref().map_or_else(String::new, |id| format!("（标识 {}）", short(id)));
    let one = |wrong: &WrongAt| match wrong.place {
        Some((line, column)) => format!("第 {line} 行第 {column} 列，{}", wrong.message),
        None => wrong.message.clone(),
    };
    let faults: Vec<String> = wrong.iter().take(TOLD).map(one).collect();
    let more = if wrong.len() > TOLD { format!("等 {} 处", wrong.len()) } else { String::new() };
    format!("第 {} 条语句{name}{id}有误，全部未登记：{}{more}", index + 1, faults.join("；"))
}
