//! 打印 A receipt or a report as a document: printed once for every version, kept, and recorded.

use std::sync::Arc;

use entities::annual_report::report;
use entities::bulk::Session;
use entities::documents::{NewDocument, Same, add, document};
use entities::enterprise::registered;
use entities::filing::submission;
use entities::guarded::DocumentContent;
use entities::{Database, filing, report_parts};
use render::{Edition, Printed, Receipt, Report, Stamp};
use rules::annual_report::{FieldValue, FilerKind, FilingStep, Form, Unpublished, Values, form, reported, window};
use rules::vocabulary::DocumentKind;
use serde_json::json;
use sm3::{Digest, Sm3};

use super::{Printery, knows};
use crate::access::readable;
use crate::audit::{self, Outcome, hex};
use crate::command::{Caller, Done, UserError, event};
use crate::filing::content::Content;
use crate::filing::ground;
use crate::ports::Clock;

/// Signs of a verification code: 79 bits, which nobody guesses.
const SIGNS: usize = 16;
/// Signs of one group, as people read them aloud.
const GROUP: usize = 4;

/// 打印申请 What is asked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// 经营主体
    pub owner: &'a Arc<registered::Model>,
    /// 年度报告
    pub report: &'a report::Model,
    /// 登记机关 Its name.
    pub authority: String,
    /// 文书种类
    pub kind: DocumentKind,
    /// 公示本 Even for those who may have all of it.
    pub is_public: bool,
}

/// 打印 The document that shows the report as it is now. Whoever may not have all of it is given what is published.
///
/// # Errors
/// `NOT_PERMITTED`, `NO_RECEIPT`, `NO_FORM`, `TOO_OFTEN`, `VALUE_DAMAGED`, `KEY_UNAVAILABLE`.
pub async fn print(db: &Database, printery: &Printery, caller: &Caller, asked: Asked<'_>) -> Done<document::Model> {
    let text = filing::texts_of(db, &[asked.report.id]).await?.remove(&asked.report.id);
    let same = asked.same(caller, text.as_ref())?;
    if let Some(issued) = same.issued(db).await?
        && (issued.missing.is_empty() || !printery.has_one_of(issued.missing.clone()).await?)
    {
        return Ok(issued);
    }
    if let Err(seconds) = printery.0.printed.count(caller) {
        let message = format!("打印过于频繁，请 {seconds} 秒后再试。");
        return Err(UserError::at(&["input"], "TOO_OFTEN", message).after(seconds).into());
    }
    let content = text.as_ref().map(|text| Content::of_text(db.vault(), text)).transpose()?;
    let code = code().ok_or_else(|| UserError::at(&[], "KEY_UNAVAILABLE", "系统暂时无法生成验证码，请稍后再试。"))?;
    let stamp = Stamp {
        authority: asked.authority.clone(),
        issued_on: Clock::Fixed(caller.now).today(),
        address: printery.address(&code),
        code: code.clone(),
    };
    let (filer, printed) = match (same.kind, text, content) {
        (DocumentKind::Receipt, Some(text), Some(content)) => {
            let receipt = asked.receipt(stamp, &text, &content);
            (receipt.filer.clone(), printery.set(move |press| press.receipt(&receipt)).await?)
        }
        (DocumentKind::Receipt, ..) => return Err(no_receipt().into()),
        (DocumentKind::Report, text, content) => {
            let book = asked.book(db, stamp, same, text.as_ref(), content).await?;
            (book.filer.clone(), printery.set(move |press| press.report(&book.report())).await?)
        }
    };
    keep(db, caller, &asked, same, (filer, code), printed).await
}

impl Asked<'_> {
    /// What the document will be, as far as the caller may have it.
    fn same(&self, caller: &Caller, text: Option<&submission::Model>) -> Result<Same, UserError> {
        let knows = knows(caller, self.owner);
        match self.kind {
            DocumentKind::Receipt if !knows => {
                let message = "回执只提供给报送人和有管辖权的机关；公众可以打印年度报告书的公示本。";
                return Err(UserError::at(&["input", "document"], "NOT_PERMITTED", message));
            }
            DocumentKind::Receipt if text.is_none() => return Err(no_receipt()),
            DocumentKind::Receipt | DocumentKind::Report => {}
        }
        let is_public = self.kind == DocumentKind::Report && (!knows || self.is_public);
        let version = text.map_or(1, |text| text.version);
        let source_digest = self.report.digest;
        Ok(Same { kind: self.kind, report: self.report.id, version, source_digest, is_public })
    }

    /// The name that was filed, or else the one of the register.
    fn filer(&self, values: &Values) -> String {
        values
            .get("name")
            .filter(|name| !name.is_blank())
            .map_or_else(|| self.owner.name.clone(), FieldValue::to_string)
    }

    fn receipt(&self, stamp: Stamp, text: &submission::Model, content: &Content) -> Receipt {
        let kind = FilerKind::of(self.owner.kind);
        Receipt {
            stamp,
            number: text.receipt_number.clone(),
            filer: self.filer(&content.values()),
            uscc: self.owner.uscc.clone(),
            kind,
            year: text.year,
            version: text.version,
            step: FilingStep::from_code(&text.step).unwrap_or(FilingStep::Submit),
            submitted_at: text.submitted_at,
            is_late: text.is_late != 0,
            window: window(kind, text.year),
            digest: content.digest(),
        }
    }

    async fn book(
        &self,
        db: &Database,
        stamp: Stamp,
        same: Same,
        text: Option<&submission::Model>,
        content: Option<Content>,
    ) -> Done<Book> {
        let kind = FilerKind::of(self.owner.kind);
        let form = form(kind, self.report.year).ok_or_else(|| {
            let message = format!("{}年度没有适用的年度报告表单，不能打印，请选择较近的年度。", self.report.year);
            UserError::at(&["input", "reportId"], "NO_FORM", message)
        })?;
        let (values, unpublished) = match content {
            Some(content) => (content.values(), content.unpublished),
            None => (self.published(db, form).await?, Unpublished::new()),
        };
        let window = window(kind, self.report.year);
        Ok(Book {
            stamp,
            filer: self.filer(&values),
            owner: Arc::clone(self.owner),
            report: self.report.clone(),
            is_late: window.is_some_and(|window| window.is_late(self.report.submitted_on)),
            text: text.map(|text| (text.version, text.submitted_at)),
            form,
            values,
            unpublished,
            edition: if same.is_public { Edition::Public } else { Edition::Full },
        })
    }

    /// What is known of a report that was filed elsewhere.
    async fn published(&self, db: &Database, form: &Form) -> Done<Values> {
        let mut parts = report_parts::of_reports(db, &[self.report.id]).await?;
        let known = ground::reported(self.report, &parts.remove(&self.report.id).unwrap_or_default());
        let mut values = reported(form, &known);
        for (path, text) in [("uscc", &self.owner.uscc), ("name", &self.owner.name)] {
            if form.scalar(path).is_some() {
                values.entry(path.to_owned()).or_insert_with(|| FieldValue::from(text.clone()));
            }
        }
        Ok(values)
    }
}

/// 年度报告书 What is printed of a report, on its way to another thread.
struct Book {
    stamp: Stamp,
    filer: String,
    owner: Arc<registered::Model>,
    report: report::Model,
    is_late: bool,
    text: Option<(i32, chrono::DateTime<chrono::Utc>)>,
    form: &'static Form,
    values: Values,
    unpublished: Unpublished,
    edition: Edition,
}

impl Book {
    fn report(&self) -> Report<'_> {
        Report {
            stamp: self.stamp.clone(),
            filer: self.filer.clone(),
            uscc: self.owner.uscc.clone(),
            year: self.report.year,
            version: self.text.map_or(1, |(version, _)| version),
            submitted_at: self.text.map(|(_, at)| at),
            submitted_on: self.report.submitted_on,
            is_late: self.is_late,
            form: self.form,
            values: &self.values,
            unpublished: &self.unpublished,
            edition: self.edition,
        }
    }
}

fn no_receipt() -> UserError {
    let message = "该年度报告不是在本系统报送的，没有回执；可以打印年度报告书。";
    UserError::at(&["input", "document"], "NO_RECEIPT", message)
}

/// Keeps it with its trace, unless somebody was faster.
async fn keep(
    db: &Database,
    caller: &Caller,
    asked: &Asked<'_>,
    same: Same,
    (filer_name, code): (String, String),
    printed: Printed,
) -> Done<document::Model> {
    let missing: String = printed.missing.iter().map(|one| one.0).collect();
    let mut session = Session::begin(db).await?;
    if let Some(issued) = same.issued_in(&mut session).await?.filter(|issued| issued.missing == missing) {
        session.rollback().await?;
        return Ok(issued);
    }
    let digest = hex(&Sm3::digest(&printed.pdf));
    let new = NewDocument {
        same,
        enterprise: asked.owner.id,
        year: asked.report.year,
        filer_name,
        content: DocumentContent::sealed_bytes(db.vault(), &code, &printed.pdf)?,
        code,
        digest: digest.clone(),
        pages: i32::try_from(printed.pages).unwrap_or(i32::MAX),
        bytes: i32::try_from(printed.pdf.len()).unwrap_or(i32::MAX),
        missing,
        at: caller.now,
        by: caller.user(),
    };
    let kept = add(&mut session, new).await?;
    let detail = json!({
        "kind": same.kind.code(), "year": asked.report.year, "version": same.version, "public": same.is_public,
        "document": kept.id, "sm3": digest,
    });
    let printed = event(caller, "PRINT_DOCUMENT", asked.owner.uscc.clone(), Outcome::Done, detail);
    audit::append(&mut session, &[printed]).await?;
    session.commit().await?;
    Ok(kept)
}

/// `7KPD-Q2MX-9RTW-HC4V`; `None` if the operating system has no chance to give.
fn code() -> Option<String> {
    readable(SIGNS).map(|signs| grouped(&signs.to_ascii_uppercase()))
}

/// In groups.
pub(super) fn grouped(signs: &str) -> String {
    let signs: Vec<char> = signs.chars().collect();
    signs.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_and_in_groups() {
        let codes: std::collections::BTreeSet<String> = (0..100).filter_map(|_| code()).collect();
        assert_eq!(codes.len(), 100);
        for code in codes {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 4], "{code}");
            assert!(!code.contains(['0', '1', 'I', 'L', 'O']), "{code}");
        }
    }
}
