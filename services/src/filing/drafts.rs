//! 保存草稿 Autosaved drafts, and what was prefilled and is confirmed unchanged.

use chrono::TimeDelta;
use entities::Database;
use entities::bulk::Session;
use entities::filing::{self as stored, KeptDraft, draft};
use rules::annual_report::{Draft, FilingStep, Finding, Form, Path, decide};
use serde_json::json;

use super::content::{Content, Taken};
use super::ground::Ground;
use super::{Edit, Filer, Held, Outcome, counted, no_such_version, scope_of, state, unready};
use crate::audit;
use crate::command::power::FileReports;
use crate::command::{Caller, Done, Permit, Refused, UserError};
use crate::draft::named;

/// 一次填报 A save that follows another by the same person within this time belongs to the same sitting: the audit
/// log tells of the sitting, the draft itself of each save.
const SITTING: TimeDelta = TimeDelta::minutes(30);

/// Stands for everything that can be confirmed.
const EVERYTHING: &str = "*";

/// 已保存 What the rules say about what was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// 版本
    pub version: i32,
    /// 核查结果
    pub findings: Vec<Finding>,
}

/// 保存草稿 Over the version that was read, 0 for none.
///
/// # Errors
/// `NO_FORM`, `UNKNOWN_FIELD`, `TEXT_TOO_LONG`, `MUST_BE_PUBLISHED`, `INVALID_REASON`, `TOO_MANY_VALUES`; held back
/// with `VERSION_CONFLICT`, or where the law lets no draft be made.
pub async fn save(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    over: i32,
    edit: Edit,
) -> Done<Outcome<Saved>> {
    keep(db, permit, filer, over, |_, _| Ok(edit)).await
}

/// 确认未变 Takes over what is prefilled in these fields, in everything confirmable of these sections, or in all (`*`).
///
/// # Errors
/// `NOT_CONFIRMABLE`, and as [`save`].
pub async fn confirm(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    over: i32,
    fields: Vec<String>,
) -> Done<Outcome<Saved>> {
    keep(db, permit, filer, over, |prefilled, content| taken_over(prefilled, content, &fields)).await
}

/// 采用 Takes values over from elsewhere, each with where it stands there.
///
/// # Errors
/// As [`save`].
pub(super) async fn adopt(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    over: i32,
    taken: Vec<(String, String, Taken)>,
) -> Done<Outcome<Saved>> {
    keep(db, permit, filer, over, |_, content| {
        let mut edit = Edit::default();
        for (path, text, taken) in taken {
            content.confirmed.remove(&path);
            // They are there before the edit, which therefore does not take their sources away.
            content.values.insert(path.clone(), text.clone());
            content.sources.insert(path.clone(), taken);
            edit.values.insert(path, text);
        }
        Ok(edit)
    })
    .await
}

/// The edit that takes values over, which are marked as confirmed.
fn taken_over(prefilled: &Prefilled<'_>, content: &mut Content, fields: &[String]) -> Result<Edit, UserError> {
    let mut edit = Edit::default();
    for name in fields {
        let is_meant =
            |path: &str| name == EVERYTHING || path == name || section_of(prefilled.form, path) == Some(name.as_str());
        let mut found = 0;
        for value in prefilled.draft.values.iter().filter(|value| value.unchanged_confirmable && is_meant(&value.path))
        {
            let Some(known) = &value.value else { continue };
            found += 1;
            // What the filer typed is said already.
            if content.values.get(&value.path).is_none_or(|typed| *typed == known.to_string()) {
                edit.values.insert(value.path.clone(), known.to_string());
            }
        }
        if found == 0 {
            let shown = named(prefilled.form, name);
            let message = format!("“{shown}”没有可以确认的预填内容，请直接填写。");
            return Err(UserError::at(&["input", "fields"], "NOT_CONFIRMABLE", message));
        }
    }
    content.confirmed.extend(edit.values.keys().cloned());
    // They are there before the edit, which therefore does not take their marks away.
    content.values.extend(edit.values.clone());
    Ok(edit)
}

/// Name of the section in which a field stands, or of its table.
fn section_of<'a>(form: &'a Form, path: &'a str) -> Option<&'a str> {
    match Path::parse(path)? {
        Path::Cell { table, .. } => Some(table),
        Path::Field(name) => form
            .sections
            .iter()
            .find(|section| section.table.is_none() && section.field(name).is_some())
            .map(|section| section.name.as_str()),
    }
}

/// What is known before anything is typed.
struct Prefilled<'a> {
    form: &'static Form,
    draft: &'a Draft,
}

async fn keep(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    over: i32,
    change: impl FnOnce(&Prefilled<'_>, &mut Content) -> Result<Edit, UserError>,
) -> Done<Outcome<Saved>> {
    let (caller, Filer { row, year }) = (permit.caller(), filer);
    let scope = scope_of(caller);
    let ground = Ground::read(db, row, year, &scope, true).await.map_err(unready)?;
    let (before, state) = state::with_draft(db, row, year, &scope).await?;
    let mut content =
        before.as_ref().map(|draft| Content::of_draft(db.vault(), draft)).transpose()?.unwrap_or_default();
    let draft = ground.prefilled();
    let edit = change(&Prefilled { form: ground.form, draft: &draft }, &mut content)?;
    let faults = edit.faults(ground.form);
    if !faults.is_empty() {
        return Err(Refused::Inputs(faults));
    }
    match &before {
        Some(stored) if stored.version != over => return Outcome::conflicting(db.vault(), stored, &edit),
        None if over != 0 => return Ok(Outcome::held(Held { errors: vec![no_such_version()], ..Held::default() })),
        _ => {}
    }
    edit.put_over(&mut content, &draft)?;
    let values = draft.overlaid(ground.form, &content.values()).values();
    let findings = ground.findings(db, &values, scope.today).await?;
    let counts = counted(&findings);
    if let Some(state) = state {
        let errors = usize::try_from(counts[0]).unwrap_or_default();
        if let Err(refusal) = decide(state.stage, FilingStep::Save, &state.facts(errors, 0), scope.today) {
            return Ok(Outcome::refused(refusal, findings));
        }
    }
    let kept = KeptDraft {
        enterprise: row.id,
        year,
        content: content.sealed_draft(db.vault(), row.id, year)?,
        findings: counts,
        saved_by: caller.user(),
        saved_at: caller.now,
    };
    let mut session = Session::begin(db).await?;
    let Some(version) = stored::put_draft(&mut session, kept, over).await? else {
        session.rollback().await?;
        return match stored::draft_of(db, row.id, year).await? {
            Some(stored) => Outcome::conflicting(db.vault(), &stored, &edit),
            None => Ok(Outcome::held(Held { errors: vec![no_such_version()], ..Held::default() })),
        };
    };
    if !before.as_ref().is_some_and(|draft| is_same_sitting(draft, caller)) {
        let entry = permit.event("SAVE_DRAFT", row.uscc.clone(), json!({ "year": year, "version": version }));
        audit::append(&mut session, &[entry]).await?;
    }
    session.commit().await?;
    Ok(Outcome::Done(Saved { version, findings }))
}

fn is_same_sitting(draft: &draft::Model, caller: &Caller) -> bool {
    draft.saved_by == caller.user() && caller.now - draft.saved_at < SITTING
}
