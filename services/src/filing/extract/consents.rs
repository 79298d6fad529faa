//! 同意与撤回 Who agreed to what and when, and took it back.

use std::collections::BTreeSet;

use entities::audit as log;
use entities::bulk::Session;
use entities::filing::extracted::{self as stored, NewConsent, consent};
use entities::{Database, DatabaseError};
use rules::annual_report::{FigureSource, Wording};
use sea_orm::DbErr;
use serde_json::json;

use super::{redrafted, without};
use crate::command::power::FileReports;
use crate::command::{Done, Permit, UserError};
use crate::filing::ground::Ground;
use crate::filing::{Filer, scope_of, unready};

/// Consents that are shown at most.
const MOST: i64 = 100;

/// The consents that stand for these authorities; those that there are not yet are recorded.
pub(super) async fn given(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    Filer { row, year }: Filer<'_>,
    sources: &BTreeSet<FigureSource>,
    wording: &Wording,
) -> Result<Vec<(FigureSource, consent::Model)>, DatabaseError> {
    let caller = permit.caller();
    let mut session = Session::begin(db).await?;
    // Two who agree at once agree once.
    log::locked_head(&mut session).await?;
    let (mut consents, mut new) = (Vec::with_capacity(sources.len()), Vec::new());
    for source in sources {
        let standing = stored::standing(&mut session, row.id, year, source.code()).await?;
        let consent = match standing {
            Some(consent) if consent.wording == wording.version => consent,
            other => {
                // A consent to an older wording gives way to the new one.
                if let Some(older) = other {
                    stored::withdraw(&mut session, older.id, caller.user(), caller.now).await?;
                }
                let by = (caller.user(), caller.name.to_string());
                let (enterprise, source, wording) = (row.id, source.code(), wording.version.clone());
                let consent = NewConsent { enterprise, year, source, wording, by, at: caller.now };
                let consent = stored::give(&mut session, consent).await?;
                new.push(json!({ "id": consent.id, "source": source }));
                consent
            }
        };
        consents.push((*source, consent));
    }
    if !new.is_empty() {
        let detail = json!({ "year": year, "wording": wording.version, "consents": new });
        permit.record(&mut session, "GIVE_DATA_CONSENT", row.uscc.clone(), detail).await?;
    }
    session.commit().await?;
    Ok(consents)
}

/// 撤回同意 The authority is asked no longer, and what it told is forgotten, except what was confirmed.
///
/// # Errors
/// `NO_CONSENT`, `NO_FORM`.
pub async fn withdraw(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    source: FigureSource,
) -> Done<consent::Model> {
    let (caller, Filer { row, year }) = (permit.caller(), filer);
    let mut ground = Ground::read(db, row, year, &scope_of(caller), true).await.map_err(unready)?;
    ground.hear(without(&stored::told_of(db, row.id, year).await?, source, db));
    let redrafted = redrafted(db, permit, filer, &ground).await?;
    let mut session = Session::begin(db).await?;
    log::locked_head(&mut session).await?;
    let standing = stored::standing(&mut session, row.id, year, source.code()).await?;
    let ended = match standing {
        Some(consent) => stored::withdraw(&mut session, consent.id, caller.user(), caller.now).await?,
        None => None,
    };
    let Some(ended) = ended else {
        session.rollback().await?;
        let message = format!("{year}年度没有对{}的有效同意，可能已经撤回，请重新读取。", source.term());
        return Err(UserError::at(&["input", "source"], "NO_CONSENT", message).into());
    };
    stored::drop_told(&mut session, row.id, year, source.code()).await?;
    if let Some(redrafted) = redrafted {
        redrafted.keep(db, &mut session, permit, filer).await?;
    }
    let detail = json!({ "year": year, "source": source.code(), "consent": ended.id });
    permit.record(&mut session, "WITHDRAW_DATA_CONSENT", row.uscc.clone(), detail).await?;
    session.commit().await?;
    Ok(ended)
}

/// 同意记录 Of an enterprise, the newest first.
///
/// # Errors
/// Any failure of the database.
pub async fn of(db: &Database, enterprise: i64, year: Option<i32>) -> Result<Vec<consent::Model>, DbErr> {
    stored::consents_of(db, enterprise, year, MOST).await
}
