//! 已提取数据 What authorities told, as it is kept: one sealed text for each authority and year.

use chrono::NaiveDate;
use entities::filing::extracted::{told, told_row};
use entities::guarded::{ToldContent, Warrant};
use entities::vault::{Vault, VaultError};
use rules::annual_report::{FieldValue, FigureSource, Told, ToldFigure};
use rules::money::Wan;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Kept {
    is_played: bool,
    figures: Vec<Figure>,
}

#[derive(Serialize, Deserialize)]
struct Figure {
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_fen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    since: Option<NaiveDate>,
}

/// Seals what was told; nothing is an empty list.
pub(super) fn sealed(
    vault: &Vault,
    (enterprise, year, source): (i64, i32, FigureSource),
    told: Option<&Told>,
) -> Result<ToldContent, VaultError> {
    let figure = |figure: &ToldFigure| Figure {
        field: figure.field.clone(),
        kind: figure.kind.clone(),
        amount_fen: match figure.value {
            FieldValue::Wan(amount) => Some(amount.fen()),
            _ => None,
        },
        count: match figure.value {
            FieldValue::Integer(count) => Some(count),
            _ => None,
        },
        since: figure.since,
    };
    let figures: Vec<Figure> = told.iter().flat_map(|told| &told.figures).map(figure).collect();
    let kept = Kept { is_played: told.is_some_and(|told| told.is_played), figures };
    ToldContent::sealed(vault, &told_row(enterprise, year, source.code()), &serde_json::json!(kept).to_string())
}

/// Opens what was told; `None` if the authority knew nothing.
fn opened(vault: &Vault, row: &told::Model) -> Result<Option<Told>, VaultError> {
    let warrant = Warrant::because("it is shown to the filer who agreed that it is asked, and judged");
    let (Some(source), Some(as_of)) = (FigureSource::from_code(&row.source), row.as_of) else { return Ok(None) };
    let text = row.content.revealed(vault, &told_row(row.enterprise_id, row.year, &row.source), warrant)?;
    let kept: Kept = serde_json::from_str(&text).map_err(|_| VaultError::Damaged)?;
    let figure = |figure: Figure| {
        let value = match (figure.amount_fen, figure.count) {
            (Some(fen), _) => FieldValue::Wan(Wan::from_fen(fen)),
            (None, Some(count)) => FieldValue::Integer(count),
            (None, None) => return None,
        };
        Some(ToldFigure { field: figure.field, kind: figure.kind, value, since: figure.since })
    };
    let figures = kept.figures.into_iter().filter_map(figure).collect();
    Ok(Some(Told { source, as_of, is_final: row.is_final != 0, is_played: kept.is_played, figures }))
}

/// What rows hold. Without what cannot be opened the rest of the form is prefilled all the same.
pub(in crate::filing) fn all(vault: &Vault, rows: &[told::Model]) -> Vec<Told> {
    let one = |row: &told::Model| {
        let told = opened(vault, row).inspect_err(|error| {
            tracing::error!(
                code = error.code(),
                enterprise = row.enterprise_id,
                "figures of an authority cannot be opened"
            );
        });
        told.unwrap_or_default()
    };
    rows.iter().filter_map(one).collect()
}
