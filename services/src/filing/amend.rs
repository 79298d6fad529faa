//! 更正与修改 A published report is corrected until its window ends, and modified later where the law lets it;
//! each changed value gets a code of its own, and stands beside the old one (企业信息公示暂行条例 art. 12).

use std::sync::Arc;

use entities::Database;
use entities::filing::{self as stored, NewModification, modification, submission};
use entities::guarded::{ReportedChange, Warrant};
use entities::vault::{Vault, VaultError};
use entities::{report_parts, reports};
use rules::annual_report::{
    FieldValue, FilingStep, Path, ReportChangePhase, Source, Unpublished, Values, decide, normalized, published,
    reported,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::content::Content;
use super::edit::stated;
use super::ground::{self, Ground};
use super::rows::rows;
use super::state::State;
use super::submit::{Once, Receipt, Text, keep, locked, spelt, told};
use super::{Edit, Filer, Outcome, blocking, no_such_version, scope_of, state, unready};
use crate::command::power::FileReports;
use crate::command::{Done, Permit, Refused, UserError};

/// The rule that asks why a published figure changes by more than half.
const LARGE_CHANGE: &str = "AR-151";

/// 更正或修改 What is to be changed of a published report.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// 幂等键
    pub key: String,
    /// 报告版本 The text that was read.
    pub report_version: i32,
    /// 阶段 Whether it is a correction or a modification.
    pub phase: ReportChangePhase,
    /// What changes.
    pub edit: Edit,
    /// 说明 Published with the change.
    pub reason: String,
}

/// 已更正 The receipt, and what was changed.
#[derive(Clone, Debug)]
pub struct Amended {
    /// 回执
    pub receipt: Receipt,
    /// 修改记录
    pub modifications: Vec<modification::Model>,
}

/// 旧值与新值 Empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 旧值
    pub old: Option<String>,
    /// 新值
    pub new: Option<String>,
}

impl Change {
    /// Opens what was changed.
    ///
    /// # Errors
    /// No key; a change that was changed or moved.
    pub fn of(vault: &Vault, row: &modification::Model) -> Result<Self, VaultError> {
        let warrant = Warrant::because("it is published, or shown to who may know it");
        let text = row.change.revealed(vault, &row.code, warrant)?;
        serde_json::from_str(&text).map_err(|_| VaultError::Damaged)
    }
}

/// What is changed before it has a code.
struct Changed {
    path: String,
    label: String,
    change: Change,
    is_public: bool,
}

/// 更正、修改
///
/// # Errors
/// `INVALID_KEY`, `KEY_REUSED`, `INVALID_REASON`, `NOTHING_CHANGED`, `REPORT_CHANGED`, and those of the edit; held
/// back with `NOT_FILED`, `WINDOW_CLOSED`, `NOT_LISTED`, `LISTING_OPEN`, `STILL_CORRECTABLE`, `REPORT_HAS_ERRORS`,
/// `WARNING_NEEDS_REASON`.
pub async fn amend(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    asked: Amendment,
) -> Done<Outcome<Amended>> {
    let Filer { row, year } = filer;
    let step = match asked.phase {
        ReportChangePhase::Corrected => FilingStep::Correct,
        ReportChangePhase::Modified => FilingStep::Modify,
    };
    let input = json!({
        "step": step.code(), "year": year, "version": asked.report_version, "edit": told(&asked.edit),
        "reason": asked.reason,
    });
    let once = Once::of(&asked.key, &input)?;
    let reason = stated(&asked.reason).ok_or_else(|| {
        let message = "请用 4 到 200 个字写明更正或修改的理由，理由与修改内容一并公示。";
        UserError::at(&["input", "reason"], "INVALID_REASON", message)
    })?;
    if let Some(done) = once.done(db, row.id).await? {
        return Ok(Outcome::Done(again(db, &done).await?));
    }
    let outcome = amended(db, permit, filer, (step, &reason, asked), &once).await;
    if matches!(outcome, Ok(Outcome::Done(_))) {
        return outcome;
    }
    // The same sent twice at once: the other one may have been stored while this one was judged.
    match once.done(db, row.id).await? {
        Some(done) => Ok(Outcome::Done(again(db, &done).await?)),
        None => outcome,
    }
}

async fn amended(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    (step, reason, asked): (FilingStep, &str, Amendment),
    once: &Once,
) -> Done<Outcome<Amended>> {
    let Filer { row, year } = filer;
    let scope = scope_of(permit.caller());
    let ground = Ground::read(db, row, year, &scope, true).await.map_err(unready)?;
    let faults = asked.edit.faults(ground.form);
    if !faults.is_empty() {
        return Err(Refused::Inputs(faults));
    }
    let states = state::of(db, vec![Arc::new(row.clone())], year, &scope).await?;
    let state = states.into_iter().next().ok_or_else(no_such_version)?;
    // First whether it may be at all: nobody fills in what will be refused.
    if let Err(refusal) = decide(state.stage, step, &state.facts(0, 0), scope.today) {
        return Ok(Outcome::refused(refusal, Vec::new()));
    }
    if state.report_version() != asked.report_version {
        return Err(report_changed(&state).into());
    }
    let base = base(db, filer, &ground).await?;
    let (mut content, changes) = changed(&ground, &base, &asked.edit);
    if changes.is_empty() && content.unpublished == base.unpublished {
        let message = "填写的内容与已公示的相同，没有需要更正的，请核对填写的内容。";
        return Err(UserError::at(&["input", "values"], "NOTHING_CHANGED", message).into());
    }
    let findings = ground.findings(db, &content.values(), scope.today).await?;
    // The reason of the change is published with it, and says why a figure changes so much.
    if findings.iter().any(|finding| finding.rule_id == LARGE_CHANGE) {
        content.reasons.entry(LARGE_CHANGE.to_owned()).or_insert_with(|| reason.to_owned());
    }
    let (errors, unexplained) = blocking(&findings, &content);
    if let Err(refusal) = decide(state.stage, step, &state.facts(errors, unexplained), scope.today) {
        return Ok(Outcome::refused(refusal, findings));
    }
    let shown = published(ground.form, year, &content.values(), &content.unpublished);
    let (mut report, parts) = rows(row.id, scope.today, shown)?;

    let mut session = locked(db).await?;
    if let Some(done) = once.before(&mut session, row.id).await? {
        session.rollback().await?;
        return Ok(Outcome::Done(again(db, &done).await?));
    }
    let (id, submitted_on) = match stored::filed(&mut session, row.id, year).await? {
        Some((id, day, version)) if version.max(1) == asked.report_version => (id, day),
        _ => {
            session.rollback().await?;
            return Err(report_changed(&state).into());
        }
    };
    report.id = id;
    stored::put_report(&mut session, &report, parts).await?;
    let version = asked.report_version + 1;
    let is_late = ground.window.is_late(submitted_on);
    let text = Text { report: id, version, step, content: &content, once: once.clone(), is_late };
    let kept = text.kept(db.vault(), permit, filer)?;
    keep(&mut session, std::slice::from_ref(&kept)).await?;
    let kept = kept.text;
    let changes = changes.into_iter().enumerate().map(|(number, change)| {
        let code = format!("{}{:03}", prefix(&kept), number + 1);
        sealed(db.vault(), code, asked.phase, change)
    });
    let changes = changes.collect::<Result<Vec<_>, VaultError>>()?;
    let modifications = stored::add_modifications(&mut session, id, changes, reason, permit.caller().now).await?;
    session.commit().await?;
    Ok(Outcome::Done(Amended { receipt: Receipt::from(&kept), modifications }))
}

/// 修改记录编码 What the codes of one text's changes begin with.
fn prefix(text: &submission::Model) -> String {
    format!("{}-", text.receipt_number.replacen("NB", "XG", 1))
}

fn sealed(
    vault: &Vault,
    code: String,
    phase: ReportChangePhase,
    changed: Changed,
) -> Result<NewModification, VaultError> {
    let change = ReportedChange::sealed(vault, &code, &json!(changed.change).to_string())?;
    let Changed { path, label, is_public, .. } = changed;
    Ok(NewModification { code, path, label, phase: phase.code(), change, is_public })
}

/// What was done with the key before.
async fn again(db: &Database, done: &submission::Model) -> Done<Amended> {
    let modifications = stored::modifications_with(db, done.report_id, &prefix(done)).await?;
    Ok(Amended { receipt: Receipt::from(done), modifications })
}

fn report_changed(state: &State) -> UserError {
    let message = format!("该报告现为第 {} 版，请重新读取后再更正。", state.report_version());
    UserError::at(&["input", "reportVersion"], "REPORT_CHANGED", message)
}

/// What the report says now: all that was filed, or what is known of a report that was filed elsewhere, with what
/// the register says of who files.
async fn base(db: &Database, Filer { row, year }: Filer<'_>, ground: &Ground) -> Done<Content> {
    if let Some(text) = stored::latest(db, row.id, year).await? {
        return Ok(Content::of_text(db.vault(), &text)?);
    }
    let Some(report) = reports::of_year(db, row.id, year).await? else { return Ok(Content::default()) };
    let mut parts = report_parts::of_reports(db, &[report.id]).await?;
    let known = ground::reported(&report, &parts.remove(&report.id).unwrap_or_default());
    let mut values: Values = reported(ground.form, &known);
    let registered = ground.prefilled().values.into_iter().filter(|value| value.source == Source::Archive);
    for value in registered.filter(|value| value.required && matches!(Path::parse(&value.path), Some(Path::Field(_)))) {
        if let Some(known) = value.value {
            values.entry(value.path).or_insert(known);
        }
    }
    Ok(Content { values: spelt(ground.form, &values), ..Content::default() })
}

/// The report with the edit over it, and what is different.
fn changed(ground: &Ground, base: &Content, edit: &Edit) -> (Content, Vec<Changed>) {
    let mut content = base.clone();
    if let Some(unpublished) = &edit.unpublished {
        content.unpublished.clone_from(unpublished);
    }
    let reasons = edit.reasons.iter().filter_map(|(rule, reason)| Some((rule.clone(), stated(reason)?)));
    content.reasons.extend(reasons);
    let mut changes = Vec::new();
    for (path, text) in &edit.values {
        let Some(field) = ground.form.field(path) else { continue };
        let new = normalized(field, &FieldValue::from(text.as_str()));
        let old = base.values.get(path).cloned();
        if old == new {
            continue;
        }
        match &new {
            Some(new) => content.values.insert(path.clone(), new.clone()),
            None => content.values.remove(path),
        };
        let is_shown = |unpublished: &Unpublished| ground.form.is_published(path, unpublished);
        changes.push(Changed {
            label: label(ground, path, &field.label),
            path: path.clone(),
            is_public: is_shown(&base.unpublished) && is_shown(&content.unpublished),
            change: Change { old, new },
        });
    }
    (content, changes)
}

fn label(ground: &Ground, path: &str, field: &str) -> String {
    match Path::parse(path) {
        Some(Path::Cell { table, row, .. }) => {
            let table = ground.form.table(table).map_or(table, |section| section.label.as_str());
            format!("{table}第{}行：{field}", row + 1)
        }
        _ => field.to_owned(),
    }
}
