//! 下载 The bytes of a document for those who may have it (DOCUMENT-3).

use entities::documents::{self, document};
use entities::enterprise::find;
use entities::guarded::Warrant;
use entities::{Database, Scope};
use rules::vocabulary::DocumentKind;
use sea_orm::DbErr;
use serde_json::json;

use super::knows;
use crate::audit::{Event, Outcome};
use crate::command::{Caller, Done, event};
use crate::ports::Clock;

/// 文书文件 A document with its bytes.
#[derive(Clone, Debug)]
pub struct File {
    document: document::Model,
    uscc: String,
    /// The PDF.
    pub bytes: Vec<u8>,
}

/// The file of a document: the public edition for everybody, others for those who may know all of the report; `None`
/// for anybody else, and for what is none.
///
/// # Errors
/// A content that cannot be opened, or any failure of the database.
pub async fn find(db: &Database, caller: &Caller, id: i64) -> Done<Option<File>> {
    let Some(document) = documents::by_id(db, id).await? else { return Ok(None) };
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    let owner = find::by_ids(db, &[document.enterprise_id], &scope).await?.remove(&document.enterprise_id);
    let Some(owner) = owner.filter(|owner| document.is_public != 0 || knows(caller, owner)) else { return Ok(None) };
    let gone = || DbErr::RecordNotFound("documents".to_owned());
    let content = documents::content(db, id).await?.ok_or_else(gone)?;
    let warrant = Warrant::because("it is given to those who may know the report, with a trace");
    let bytes = content.revealed_bytes(db.vault(), &document.verification_code, warrant)?;
    Ok(Some(File { document, uscc: owner.uscc.clone(), bytes }))
}

impl File {
    /// SM3 of the bytes in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.document.digest
    }

    /// 是否公示本
    pub fn is_public(&self) -> bool {
        self.document.is_public != 0
    }

    /// 文件名 In ASCII.
    pub fn name(&self) -> String {
        let what = match self.document.kind {
            DocumentKind::Receipt => "receipt",
            DocumentKind::Report => "report",
        };
        format!("qinxin-{what}-{}-{}.pdf", self.uscc, self.document.year.unwrap_or_default())
    }

    /// 文件名 In Chinese, for those who can take it.
    pub fn chinese_name(&self) -> String {
        let edition = if self.is_public() { "（公示本）" } else { "" };
        let document = &self.document;
        let year = document.year.map(|year| format!("{year}年度-")).unwrap_or_default();
        // What no file system takes in a name.
        let filer = document.filer_name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "_");
        format!("{filer}-{year}{}{edition}.pdf", document.kind.term())
    }

    /// 留痕 What is to be kept before a byte goes out.
    pub fn event(&self, caller: &Caller) -> Event {
        let detail = json!({
            "document": self.document.id, "kind": self.document.kind.code(), "sm3": self.document.digest,
        });
        event(caller, "DOWNLOAD_DOCUMENT", self.uscc.clone(), Outcome::Done, detail)
    }
}
