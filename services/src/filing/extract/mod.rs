//! 数据提取 Figures of the year from the tax authority and the social-insurance agency, with one click and a consent.
//!
//! EXTRACT-1: nobody is asked before the consent is committed, with who gave it, when, and to which wording.
//! EXTRACT-2: no authority is asked within a transaction; an answer is kept only while its consent stands.
//! EXTRACT-3: what authorities tell lies under what was typed: it fills what is empty, and differs aloud.
//! EXTRACT-4: a consent that is withdrawn takes with it what it brought, except what its filer confirmed.

mod consents;
mod kept;
mod shown;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::Database;
use entities::audit as log;
use entities::bulk::Session;
use entities::filing::extracted::{self as stored, NewTold, consent, told};
use entities::filing::{self as drafts, KeptDraft};
use exchange::authority::{Answer, Asked, Fault};
use rules::annual_report::{FigureSource, FilingStep, Told, Wording, decide, wording};
use serde_json::json;

pub use consents::{of as consents_of, withdraw};
pub use exchange::authority::DataAuthorities;
pub(super) use kept::all as told;
pub use shown::{FigureDifference, ShownFigure, SourceResult};

use super::content::Content;
use super::ground::Ground;
use super::{Filer, Outcome, counted, scope_of, state, unready};
use crate::command::power::FileReports;
use crate::command::{Done, Permit, UserError};

/// Whoever clicks again within this time gets what is there; nobody is asked.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// 提取 What is agreed to.
#[derive(Clone, Debug)]
pub struct Extraction {
    /// 数据部门
    pub sources: Vec<FigureSource>,
    /// 是否同意
    pub is_agreed: bool,
    /// 同意书版本 The wording that was read.
    pub wording: String,
}

/// 提取结果
#[derive(Clone, Debug)]
pub struct Extracted {
    /// Of each authority that was named, in the order of the schema.
    pub sources: Vec<SourceResult>,
}

/// 一键提取 Records the consent, asks the authorities and keeps what they tell.
///
/// # Errors
/// `NO_SOURCES`, `CONSENT_REQUIRED`, `CONSENT_OUTDATED`, `NO_FORM`; held back where the law lets no draft be made.
pub async fn extract(
    db: &Database,
    authorities: &DataAuthorities,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    asked: Extraction,
) -> Done<Outcome<Extracted>> {
    let (caller, Filer { row, year }) = (permit.caller(), filer);
    let scope = scope_of(caller);
    let agreed = agreed(&asked, wording(scope.today))?;
    let ground = Ground::read(db, row, year, &scope, true).await.map_err(unready)?;
    let states = state::of(db, vec![Arc::new(row.clone())], year, &scope).await?;
    if let Some(state) = states.first()
        && let Err(refusal) = decide(state.stage, FilingStep::Save, &state.facts(0, 0), scope.today)
    {
        return Ok(Outcome::refused(refusal, Vec::new()));
    }
    let sources: BTreeSet<FigureSource> = asked.sources.into_iter().collect();
    let consents = consents::given(db, permit, filer, &sources, agreed).await?;
    let before = stored::told_of(db, row.id, year).await?;
    let ask = |(source, consent): &(FigureSource, consent::Model)| {
        let (source, number) = (*source, consent.id.to_string());
        let is_fresh = before.iter().any(|told| is_fresh(told, source, consent.id, caller.now));
        async move {
            if is_fresh {
                return None;
            }
            let asked = Asked { uscc: &row.uscc, year, consent: &number };
            Some(authorities.ask(source, asked, caller.now).await)
        }
    };
    let answers = futures::future::join_all(consents.iter().map(ask)).await;
    let answers: Vec<Asking> = consents.into_iter().zip(answers).map(Asking::of).collect();
    let (asking, rows) = keep(db, permit, filer, answers, &before, ground.clone()).await?;
    let mut ground = ground;
    ground.hear(kept::all(db.vault(), &rows));
    let draft = drafts::draft_of(db, row.id, year).await?;
    let content = draft.map(|draft| Content::of_draft(db.vault(), &draft)).transpose()?.unwrap_or_default();
    let result = |asking: &Asking| shown::result(asking, &ground, &content, &rows);
    Ok(Outcome::Done(Extracted { sources: asking.iter().map(result).collect() }))
}

/// The wording that was agreed to.
fn agreed(asked: &Extraction, present: Option<&'static Wording>) -> Result<&'static Wording, UserError> {
    if asked.sources.is_empty() {
        let message = "请至少选择一个数据来源：税务机关或社会保险经办机构。";
        return Err(UserError::at(&["input", "sources"], "NO_SOURCES", message));
    }
    let Some(present) = present else {
        let message = "提取数据的同意书尚未启用，请自行填写，不影响报送。";
        return Err(UserError::at(&["input", "consentVersion"], "CONSENT_OUTDATED", message));
    };
    if !asked.is_agreed {
        let message =
            format!("提取数据须经本单位同意：请阅读同意书（{}版）后选择同意，或者自行填写。", present.version);
        return Err(UserError::at(&["input", "consent"], "CONSENT_REQUIRED", message));
    }
    if asked.wording != present.version {
        let message = format!("同意书已更新为 {} 版，请重新阅读同意书后再次同意。", present.version);
        return Err(UserError::at(&["input", "consentVersion"], "CONSENT_OUTDATED", message));
    }
    Ok(present)
}

/// Whether what an authority told is so new that it need not be asked again.
fn is_fresh(told: &told::Model, source: FigureSource, consent: i64, now: DateTime<Utc>) -> bool {
    told.source == source.code() && told.consent_id == consent && (now - told.extracted_at).abs() < FRESH
}

/// 查询 An authority, by whose leave it was asked, and what it answered; `None` if it was not asked again.
struct Asking {
    source: FigureSource,
    consent: consent::Model,
    answer: Option<Answer>,
    /// 已撤回 The consent was withdrawn while it was asked.
    is_withdrawn: bool,
}

impl Asking {
    fn of(((source, consent), answer): ((FigureSource, consent::Model), Option<Answer>)) -> Self {
        Self { source, consent, answer, is_withdrawn: false }
    }

    fn word(&self) -> &'static str {
        match &self.answer {
            None => "KEPT",
            Some(Ok(Some(_))) => "OK",
            Some(Ok(None)) => "NO_DATA",
            Some(Err(Fault::Refused(_))) => "REFUSED",
            Some(Err(_)) => "UNAVAILABLE",
        }
    }
}

/// Keeps the answers, and what follows from them for the stored draft, in one transaction.
async fn keep(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    Filer { row, year }: Filer<'_>,
    mut asking: Vec<Asking>,
    before: &[told::Model],
    mut ground: Ground,
) -> Done<(Vec<Asking>, Vec<told::Model>)> {
    let (caller, vault) = (permit.caller(), db.vault());
    let mut known = kept::all(vault, before);
    for one in &mut asking {
        let Some(Ok(told)) = &mut one.answer else { continue };
        let place = known.iter().position(|known| known.source == one.source);
        let earlier = place.map(|place| known.remove(place));
        *told = told.take().map(|told| told.after(earlier.as_ref()));
        known.extend(told.clone());
    }
    ground.hear(known);
    let redrafted = redrafted(db, permit, Filer { row, year }, &ground).await?;
    let mut session = Session::begin(db).await?;
    log::locked_head(&mut session).await?;
    for one in &mut asking {
        let standing = stored::standing(&mut session, row.id, year, one.source.code()).await?;
        one.is_withdrawn = standing.is_none_or(|standing| standing.id != one.consent.id);
        let Some(Ok(told)) = one.answer.as_ref().filter(|_| !one.is_withdrawn) else { continue };
        let new = NewTold {
            enterprise: row.id,
            year,
            source: one.source.code(),
            consent: one.consent.id,
            as_of: told.as_ref().map(|told| told.as_of),
            is_final: told.as_ref().is_some_and(|told| told.is_final),
            figures: told.as_ref().map_or(0, |told| i32::try_from(told.figures.len()).unwrap_or(i32::MAX)),
            at: caller.now,
            content: kept::sealed(vault, (row.id, year, one.source), told.as_ref())?,
        };
        stored::put_told(&mut session, new).await?;
    }
    if let Some(redrafted) = redrafted.filter(|_| asking.iter().all(|one| !one.is_withdrawn)) {
        redrafted.keep(db, &mut session, permit, Filer { row, year }).await?;
    }
    let mut sql = session.select::<told::Model>();
    sql.push(" WHERE enterprise_id = ").bind(row.id).push(" AND year = ").bind(year).push(" ORDER BY id");
    let rows: Vec<told::Model> = session.records(sql).await?;
    let told: serde_json::Map<_, _> =
        asking.iter().map(|one| (one.source.code().to_owned(), json!(one.word()))).collect();
    let consents: Vec<i64> = asking.iter().map(|one| one.consent.id).collect();
    let detail = json!({ "year": year, "consents": consents, "sources": told });
    permit.record(&mut session, "EXTRACT_FIGURES", row.uscc.clone(), detail).await?;
    session.commit().await?;
    Ok((asking, rows))
}

/// 重新核查的草稿 What another knowledge means for the stored draft: fields that its filer had emptied and that
/// authorities fill are empty no longer, and its findings are counted anew.
struct Redrafted {
    version: i32,
    content: Option<Content>,
    findings: [i32; 3],
}

async fn redrafted(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    Filer { row, year }: Filer<'_>,
    ground: &Ground,
) -> Done<Option<Redrafted>> {
    let Some(draft) = drafts::draft_of(db, row.id, year).await? else { return Ok(None) };
    let mut content = Content::of_draft(db.vault(), &draft)?;
    let prefilled = ground.prefilled();
    let told = prefilled.values.iter().filter(|value| value.source.is_told());
    let filled: BTreeSet<String> = told.map(|value| value.path.clone()).collect();
    let typed = content.values.len();
    content.values.retain(|path, text| !text.trim().is_empty() || !filled.contains(path));
    let is_changed = content.values.len() != typed;
    let today = scope_of(permit.caller()).today;
    let values = prefilled.overlaid(ground.form, &content.values()).values();
    let findings = counted(&ground.findings(db, &values, today).await?);
    Ok(Some(Redrafted { version: draft.version, content: is_changed.then_some(content), findings }))
}

impl Redrafted {
    /// Keeps it, unless another device has saved meanwhile, which counts anew itself.
    async fn keep(
        self,
        db: &Database,
        session: &mut Session,
        permit: &Permit<'_, FileReports>,
        Filer { row, year }: Filer<'_>,
    ) -> Done<()> {
        let Some(content) = self.content else {
            return Ok(stored::recount_draft(session, row.id, year, self.version, self.findings).await?);
        };
        let kept = KeptDraft {
            enterprise: row.id,
            year,
            content: content.sealed_draft(db.vault(), row.id, year)?,
            findings: self.findings,
            saved_by: permit.caller().user(),
            saved_at: permit.caller().now,
        };
        drafts::put_draft(session, kept, self.version).await?;
        Ok(())
    }
}

/// What is known once the answers of one authority are forgotten.
fn without(rows: &[told::Model], source: FigureSource, db: &Database) -> Vec<Told> {
    kept::all(db.vault(), rows).into_iter().filter(|told| told.source != source).collect()
}
