//! 年报草稿 The prefilled and checked draft of an annual report.
//!
//! Gathers what the register and earlier reports know, and what the filer has typed so far;
//! `rules::annual_report` fills the form and judges it. Nothing is stored here.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entities::enterprise::registered;
use entities::filing::{self, draft};
use entities::vault::VaultError;
use entities::{Database, Scope};
use rules::access::{Act, Viewer, masked_phone};
use rules::annual_report::{
    self, Archive, Draft, FieldValue, FilingStage, Finding, Form, MAX_ROWS, Source, Values, Window,
};
use sea_orm::DbErr;

use crate::filing::content::Content;
use crate::filing::ground::Ground;
use crate::filing::state;

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// No form or window for that year.
    #[error("{0}")]
    Year(String),
    /// Fields that the form does not have.
    #[error("{0}")]
    Field(String),
    /// The stored code is not a code; such a row cannot file.
    #[error("the register holds a malformed code")]
    Code,
    /// What is stored cannot be opened.
    #[error(transparent)]
    Sealed(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// 草稿 A draft, its filing window and what the rules say about it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The prefilled values, under what the filer has typed.
    pub draft: Draft,
    /// The filing window.
    pub window: Window,
    /// 报送日期 Day on which the report of this year was filed.
    pub filed_on: Option<NaiveDate>,
    /// Every rule that the draft breaks.
    pub findings: Vec<Finding>,
    /// 填报阶段 Whoever may not know of the draft sees none.
    pub stage: FilingStage,
    /// 已存内容 What is stored, for its filer alone.
    pub stored: Stored,
}

/// 已存草稿 What the filer has stored.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// 版本 0 while there is none.
    pub version: i32,
    /// 保存时间
    pub saved_at: Option<DateTime<Utc>>,
    /// What was typed, confirmed, withheld and explained.
    pub content: Content,
    /// 已报 The content is that of the filed report.
    is_filed: bool,
}

/// Prefills the report of `year` and checks it, with `typed` in place of prefilled values.
///
/// # Errors
/// A year that cannot be reported yet or has no form, or a failure of the database.
pub async fn prepare(
    db: &Database,
    row: &registered::Model,
    year: i32,
    typed: &Values,
    scope: &Scope,
    viewer: &Viewer,
) -> Result<Checked, DraftError> {
    let is_own = row.place().is_some_and(|place| viewer.is_own(place));
    let mut ground = Ground::read(db, row, year, scope, is_own).await?;
    let (draft, progress) = filing::draft_and_progress(db, row.id, year, scope.today).await?;
    let stage = state::stage(&filing::Progress { draft: progress.draft.filter(|_| is_own), ..progress });
    let stored = if is_own { stored(db, row, year, draft).await? } else { Stored::default() };
    told_of_the_filer(&mut ground, &stored, row, viewer);
    let (mut draft, values) = merged(&ground, &stored, typed)?;
    let mut findings = ground.findings(db, &values, scope.today).await?;
    // Others reveal it with a purpose and a trace, offices too.
    if !is_own {
        mask(&mut draft);
        hide_phone(&mut findings, &ground.archive);
    }
    Ok(Checked { draft, window: ground.window, filed_on: ground.archive.filed_on, findings, stage, stored })
}

/// 局部核查 What the rules that concern `fields` say about the draft with `typed` over it.
///
/// # Errors
/// As [`prepare`].
pub async fn check_fields(
    db: &Database,
    row: &registered::Model,
    year: i32,
    (typed, fields): (&Values, &BTreeSet<String>),
    scope: &Scope,
    viewer: &Viewer,
) -> Result<Vec<Finding>, DraftError> {
    let is_own = row.place().is_some_and(|place| viewer.is_own(place));
    let mut ground = Ground::read(db, row, year, scope, is_own).await?;
    if let Some(path) = fields.iter().find(|path| ground.form.field(path).is_none()) {
        return Err(DraftError::Field(no_field(ground.form, path)));
    }
    let stored = match is_own {
        true => stored(db, row, year, filing::draft_of(db, row.id, year).await?).await?,
        false => Stored::default(),
    };
    told_of_the_filer(&mut ground, &stored, row, viewer);
    let (_, values) = merged(&ground, &stored, typed)?;
    let (form, archive, last) = (ground.form, ground.witnessed(db, &values).await?, ground.reports.first());
    let mut findings = annual_report::validate_fields(form, year, &values, &archive, last, scope.today, fields);
    if !is_own {
        hide_phone(&mut findings, &archive);
    }
    Ok(findings)
}

/// Whether who looks may change what was filed; and what is published is compared with what was filed only, not with
/// what would be prefilled.
fn told_of_the_filer(ground: &mut Ground, stored: &Stored, row: &registered::Model, viewer: &Viewer) {
    let witness = &mut ground.archive.witness;
    let may = row.place().is_some_and(|place| viewer.acts_for(Act::FileReports, place));
    witness.modified_by_liaison = witness.modified_by_liaison.map(|_| may);
    if !stored.is_filed {
        witness.published.clear();
    }
}

/// The draft with what is stored, and the values to be judged, with what was typed beside.
fn merged(ground: &Ground, stored: &Stored, typed: &Values) -> Result<(Draft, Values), DraftError> {
    if let Some(path) = ground.form.unknown_paths(typed).first() {
        return Err(DraftError::Field(no_field(ground.form, path)));
    }
    let draft = match stored.is_filed {
        true => Draft::filed(ground.form, ground.year, &stored.content.values()),
        false => ground.prefilled().overlaid(ground.form, &stored.content.values()),
    };
    let taken = |path: &str| stored.content.sources.get(path).map(|taken| (taken.kind, taken.reference.as_str()));
    let draft = draft.noted(taken);
    let mut values = draft.values();
    let typed = typed.iter().filter(|(path, value)| !stands_for_what_is_hidden(path, value, &ground.archive));
    values.extend(typed.map(|(path, value)| (path.clone(), value.clone())));
    Ok((draft, values))
}

/// What is stored of one's own report: the draft, or what was filed.
async fn stored(
    db: &Database,
    row: &registered::Model,
    year: i32,
    draft: Option<draft::Model>,
) -> Result<Stored, DraftError> {
    if let Some(draft) = draft {
        let content = Content::of_draft(db.vault(), &draft)?;
        return Ok(Stored { version: draft.version, saved_at: Some(draft.saved_at), content, is_filed: false });
    }
    let Some(text) = filing::latest(db, row.id, year).await? else { return Ok(Stored::default()) };
    Ok(Stored { content: Content::of_text(db.vault(), &text)?, is_filed: true, ..Stored::default() })
}

/// A masked number that comes back as it was shown means the number itself.
fn stands_for_what_is_hidden(path: &str, value: &FieldValue, archive: &Archive) -> bool {
    let masked = archive.phone.as_deref().map(masked_phone);
    path == "phone" && matches!(value, FieldValue::Text(text) if text.contains('*') && Some(text) == masked.as_ref())
}

/// 脱敏 Hides what only the register knows of persons from those who are not its filer.
fn mask(draft: &mut Draft) {
    let personal = draft.values.iter_mut().filter(|value| value.path == "phone" && value.source == Source::Archive);
    for value in personal {
        if let Some(FieldValue::Text(phone)) = &mut value.value {
            *phone = masked_phone(phone);
        }
    }
}

fn hide_phone(findings: &mut [Finding], archive: &Archive) {
    if let Some(phone) = archive.phone.as_deref().filter(|phone| !phone.is_empty()) {
        findings.iter_mut().for_each(|finding| hide(finding, phone));
    }
}

/// 脱敏 What a finding says of the registered number is no more than the draft shows of it.
fn hide(finding: &mut Finding, phone: &str) {
    let masked = masked_phone(phone);
    let hidden = |text: &mut String| *text = text.replace(phone, &masked);
    hidden(&mut finding.message);
    hidden(&mut finding.mend);
    finding.values.iter_mut().for_each(|(_, value)| hidden(value));
    // A slip of the registered number corrected is the number.
    finding.proposals.retain(|proposal| proposal.path != "phone");
}

/// 项目名称 What a filer reads in the place of a path: the label of the field or of the table, else what was asked.
pub(crate) fn named(form: &Form, path: &str) -> String {
    let label = form.field(path).map(|field| &field.label).or_else(|| form.table(path).map(|table| &table.label));
    label.cloned().unwrap_or_else(|| path.chars().take(60).collect())
}

/// Why a typed path is refused; one that names a table is told how a cell is written.
pub(crate) fn no_field(form: &Form, path: &str) -> String {
    let shown: String = path.chars().take(60).collect();
    let section = path.split(['[', '.']).next().and_then(|name| form.table(name));
    let Some((section, table)) = section.and_then(|section| Some((section, section.table.as_ref()?))) else {
        return format!("表单中没有字段“{shown}”，请按草稿中列出的项目填写。");
    };
    let cell = annual_report::cell(&section.name, 0, &table.key);
    let columns: Vec<&str> = section.fields.iter().map(|field| field.name.as_str()).collect();
    format!(
        "“{shown}”不是可以填写的字段：{}是表格，请写明行和列，例如“{cell}”；行号从0开始，最多{MAX_ROWS}行，列为{}。",
        section.label,
        columns.join("、")
    )
}

#[cfg(test)]
mod tests {
    use rules::annual_report::FilerKind;

    use super::*;

    #[test]
    fn a_path_of_a_table_is_told_how_a_cell_is_written() {
        let form = annual_report::form(FilerKind::Enterprise, 2025).expect("a form");
        for path in
            ["equity_transfers", "equity_transfers[0]", "equity_transfers[0].sold", "equity_transfers[200].holder"]
        {
            let message = no_field(form, path);
            assert!(message.contains(path) && message.contains("“equity_transfers[0].holder”"), "{message}");
            assert!(message.contains("最多200行") && message.contains("holder、before"), "{message}");
        }
        for path in ["fone", "", "[", "phone[0]"] {
            assert!(no_field(form, path).starts_with("表单中没有字段"), "{path}");
        }
        assert!(no_field(form, &"长".repeat(4_000)).chars().count() < 100);
    }
}
