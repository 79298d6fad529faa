//! 报送公示 The report is judged once more and published, once for every key.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use entities::bulk::Session;
use entities::filing::{self as stored, submission};
use entities::operations::Event;
use entities::vault::{Vault, VaultError};
use entities::{Database, DatabaseError};
use rules::annual_report::{FieldValue, FilingStage, FilingStep, Form, Values, decide, normalized, published};
use serde_json::json;

use super::content::Content;
use super::desk::{FilingDesk, Ready, Stored};
use super::ground::Ground;
use super::rows::rows;
use super::{Edit, Filer, Held, Outcome, blocking, no_such_version, scope_of, state, unready};
use crate::audit as log;
use crate::command::power::FileReports;
use crate::command::{Done, Permit, Refused, UserError};

/// 回执 Says that a text of a report was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// 回执编号
    pub number: String,
    /// The row in `annual_reports`.
    pub report: i64,
    /// 报告年度
    pub year: i32,
    /// 版本
    pub version: i32,
    /// 报送时间
    pub submitted_at: DateTime<Utc>,
    /// 是否逾期
    pub is_late: bool,
}

impl From<&submission::Model> for Receipt {
    fn from(row: &submission::Model) -> Self {
        Self {
            number: row.receipt_number.clone(),
            report: row.report_id,
            year: row.year,
            version: row.version,
            submitted_at: row.submitted_at,
            is_late: row.is_late != 0,
        }
    }
}

/// 报送 What is to be filed: the draft, with what was typed beside it.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// 幂等键
    pub key: String,
    /// 草稿版本 If given, the stored draft must be of it.
    pub version: Option<i32>,
    /// What was typed beside the draft.
    pub edit: Edit,
}

/// 一次 The key of a request, and the hash of what it asks.
#[derive(Clone, Debug)]
pub(super) struct Once {
    pub(super) key: String,
    pub(super) hash: String,
}

impl Once {
    /// # Errors
    /// `INVALID_KEY`.
    pub(super) fn of(key: &str, input: &serde_json::Value) -> Result<Self, UserError> {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(8..=64).contains(&key.len()) || !key.bytes().all(is_sign) {
            let message = "幂等键应为 8 到 64 个字母、数字、连字符或下划线，每次报送自取一个，重试时不变。";
            return Err(UserError::at(&["input", "idempotencyKey"], "INVALID_KEY", message));
        }
        Ok(Self { key: key.to_owned(), hash: crate::access::sha256_hex(&input.to_string()) })
    }

    /// What was done with this key before.
    pub(super) async fn before(&self, session: &mut Session, enterprise: i64) -> Done<Option<submission::Model>> {
        match stored::by_key(session, enterprise, &self.key).await? {
            Some(row) => self.same(row).map(Some),
            None => Ok(None),
        }
    }

    /// The same outside a transaction.
    pub(super) async fn done(&self, db: &Database, enterprise: i64) -> Done<Option<submission::Model>> {
        stored::done_with(db, enterprise, &self.key).await?.map(|row| self.same(row)).transpose()
    }

    /// What was done with this key, if it was this.
    fn same(&self, row: submission::Model) -> Done<submission::Model> {
        if row.input_hash == self.hash {
            return Ok(row);
        }
        let message = format!("幂等键已用于另一次报送（回执 {}），内容不同；新的报送请换一个键。", row.receipt_number);
        Err(UserError::at(&["input", "idempotencyKey"], "KEY_REUSED", message).into())
    }
}

/// What an edit says, for the hash of an input; maps are sorted.
pub(super) fn told(edit: &Edit) -> serde_json::Value {
    json!({ "values": edit.values, "unpublished": edit.unpublished, "reasons": edit.reasons })
}

/// 报送公示
///
/// # Errors
/// `INVALID_KEY`, `KEY_REUSED`, `NO_FORM`, `UNKNOWN_FIELD`, `TEXT_TOO_LONG`, `MUST_BE_PUBLISHED`, `INVALID_REASON`,
/// `VALUE_OUT_OF_RANGE`; held back with `VERSION_CONFLICT`, `REPORT_HAS_ERRORS`, `WARNING_NEEDS_REASON`,
/// `ALREADY_FILED`, `NOT_YET`, `NO_DUTY`.
pub async fn submit(
    desk: &FilingDesk,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    asked: Submission,
) -> Done<Outcome<Receipt>> {
    let (db, Filer { row, year }) = (desk.db(), filer);
    let input = json!({ "step": "SUBMIT", "year": year, "version": asked.version, "edit": told(&asked.edit) });
    let once = Once::of(&asked.key, &input)?;
    if let Some(done) = once.done(db, row.id).await? {
        return Ok(Outcome::Done(Receipt::from(&done)));
    }
    let outcome = filed(desk, permit, filer, asked, &once).await;
    if matches!(outcome, Ok(Outcome::Done(_))) {
        return outcome;
    }
    // The same sent twice at once: the other one may have been stored while this one was judged.
    match once.done(db, row.id).await? {
        Some(done) => Ok(Outcome::Done(Receipt::from(&done))),
        None => outcome,
    }
}

async fn filed(
    desk: &FilingDesk,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    asked: Submission,
    once: &Once,
) -> Done<Outcome<Receipt>> {
    let (db, Filer { row, year }) = (desk.db(), filer);
    let scope = scope_of(permit.caller());
    let ground = Ground::read(db, row, year, &scope, true).await.map_err(unready)?;
    let faults = asked.edit.faults(ground.form);
    if !faults.is_empty() {
        return Err(Refused::Inputs(faults));
    }
    let (draft, state) = state::with_draft(db, row, year, &scope).await?;
    let version = draft.as_ref().map_or(0, |draft| draft.version);
    let state = state.ok_or_else(no_such_version)?;
    if asked.version.is_some_and(|asked| asked != version) && state.stage < FilingStage::Published {
        return match &draft {
            Some(stored) => Outcome::conflicting(db.vault(), stored, &asked.edit),
            None => Ok(Outcome::held(Held { errors: vec![no_such_version()], ..Held::default() })),
        };
    }
    let mut content = draft.as_ref().map(|draft| Content::of_draft(db.vault(), draft)).transpose()?.unwrap_or_default();
    let prefilled = ground.prefilled();
    asked.edit.put_over(&mut content, &prefilled)?;
    let values = prefilled.overlaid(ground.form, &content.values()).values();
    let findings = ground.findings(db, &values, scope.today).await?;
    let (errors, unexplained) = blocking(&findings, &content);
    let facts = state.facts(errors, unexplained);
    if let Err(refusal) = decide(state.stage, FilingStep::Submit, &facts, scope.today) {
        return Ok(Outcome::refused(refusal, findings));
    }
    content.values = spelt(ground.form, &values);
    let shown = published(ground.form, year, &content.values(), &content.unpublished);
    let (report, parts) = rows(row.id, scope.today, shown)?;

    let is_late = ground.window.is_late(scope.today);
    let text = Text { report: 0, version: 1, step: FilingStep::Submit, content: &content, once: once.clone(), is_late };
    let ready = Ready { draft: version, report, parts, kept: text.kept(db.vault(), permit, filer)? };
    match desk.store(ready).await? {
        Stored::New(kept) => Ok(Outcome::Done(Receipt::from(&kept))),
        Stored::Before(done) => Ok(Outcome::Done(Receipt::from(&once.same(done)?))),
        // Two who file at once: the second finds the report of the first.
        Stored::Filed => match decide(FilingStage::Published, FilingStep::Submit, &facts, scope.today) {
            Err(refusal) => Ok(Outcome::refused(refusal, Vec::new())),
            Ok(_) => Ok(Outcome::held(Held { errors: vec![no_such_version()], ..Held::default() })),
        },
        Stored::Redrafted => match stored::draft_of(db, row.id, year).await? {
            Some(stored) => Outcome::conflicting(db.vault(), &stored, &asked.edit),
            None => Ok(Outcome::held(Held { errors: vec![no_such_version()], ..Held::default() })),
        },
    }
}

/// Opens the transaction of who files: keys of reports are chosen by one at a time, as entries of the audit log are.
pub(super) async fn locked(db: &Database) -> Result<Session, DatabaseError> {
    let mut session = Session::begin(db).await?;
    stored::lock_reports(&mut session).await?;
    entities::audit::locked_head(&mut session).await?;
    Ok(session)
}

/// Values in their one spelling; what is blank is left out.
pub(super) fn spelt(form: &Form, values: &Values) -> BTreeMap<String, String> {
    let spelt = |(path, value): (&String, &FieldValue)| Some((path.clone(), normalized(form.field(path)?, value)?));
    values.iter().filter_map(spelt).collect()
}

/// 文本 A text of a report that is to be kept under a receipt.
pub(super) struct Text<'a> {
    /// 0 until it has a key.
    pub(super) report: i64,
    pub(super) version: i32,
    pub(super) step: FilingStep,
    pub(super) content: &'a Content,
    pub(super) once: Once,
    pub(super) is_late: bool,
}

/// 留存 A text with its audit entry.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) text: submission::Model,
    pub(super) entry: log::Event,
}

impl Text<'_> {
    /// As it is kept, by whom.
    pub(super) fn kept(
        self,
        vault: &Vault,
        permit: &Permit<'_, FileReports>,
        Filer { row, year }: Filer<'_>,
    ) -> Result<Kept, VaultError> {
        let caller = permit.caller();
        let receipt_number = format!("NB{year}-{}-{:02}", row.uscc, self.version);
        let act = match self.step {
            FilingStep::Correct => "CORRECT_REPORT",
            FilingStep::Modify => "MODIFY_REPORT",
            FilingStep::Save | FilingStep::Submit => "SUBMIT_REPORT",
        };
        let detail = json!({
            "year": year, "version": self.version, "receipt": receipt_number, "late": self.is_late,
            "content": self.content.digest(),
        });
        let text = submission::Model {
            id: 0,
            report_id: self.report,
            enterprise_id: row.id,
            year,
            version: self.version,
            step: self.step.code().to_owned(),
            idempotency_key: self.once.key,
            input_hash: self.once.hash,
            content: self.content.sealed_text(vault, &receipt_number)?,
            receipt_number,
            is_late: i32::from(self.is_late),
            submitted_by: caller.user(),
            submitted_at: caller.now,
        };
        Ok(Kept { text, entry: permit.event(act, row.uscc.clone(), detail) })
    }
}

/// Keeps texts whose reports have keys, with their audit entries, and tells those who follow.
pub(super) async fn keep(session: &mut Session, kept: &[Kept]) -> Result<(), DatabaseError> {
    stored::add_submissions(session, kept.iter().map(|kept| kept.text.clone()).collect()).await?;
    let entries: Vec<log::Event> = kept.iter().map(|kept| kept.entry.clone()).collect();
    log::append(session, &entries).await?;
    let event = |kept: &Kept| Event {
        recorded_at: kept.text.submitted_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        family: "annual_reports",
        act: "UPSERT",
        first_id: kept.text.report_id,
        last_id: kept.text.report_id,
    };
    session.insert(&kept.iter().map(event).collect::<Vec<_>>()).await
}
