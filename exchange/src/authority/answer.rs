//! 答复 The wire form of figures. Keys that are not known are left alone, so that an authority may tell more than is
//! asked; what is known has its type and its bounds, or nothing of the answer is taken.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use rules::annual_report::{FieldValue, FigureSource, Told, ToldFigure};
use rules::money::Yuan;
use serde::{Deserialize, Serialize};

use super::{Asked, Fault};

/// Figures of one answer at most.
const FIGURES: usize = 200;
/// Characters of a name at most.
const NAME: usize = 40;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    uscc: String,
    year: i32,
    as_of: NaiveDate,
    #[serde(rename = "final")]
    is_final: bool,
    figures: Vec<Figure>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Figure {
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount_yuan: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
}

/// Reads an answer.
///
/// # Errors
/// [`Fault::Garbled`]: not JSON, a wrong type, another enterprise or year, a day to come, more than anybody has.
pub fn read(source: FigureSource, asked: Asked<'_>, bytes: &[u8], now: DateTime<Utc>) -> Result<Told, Fault> {
    let body: Body = serde_json::from_slice(bytes).map_err(|_| Fault::Garbled("form"))?;
    if (body.uscc.as_str(), body.year) != (asked.uscc, asked.year) {
        return Err(Fault::Garbled("another enterprise or year"));
    }
    // Days are those of Beijing, which is ahead of the clock.
    let is_past = now.date_naive().checked_add_days(Days::new(1)).is_some_and(|tomorrow| body.as_of <= tomorrow);
    if !is_past || body.figures.len() > FIGURES {
        return Err(Fault::Garbled("a day to come, or too many figures"));
    }
    let mut seen = BTreeSet::new();
    let mut figures = Vec::with_capacity(body.figures.len());
    for figure in body.figures {
        let is_name = |name: &String| (1..=NAME).contains(&name.chars().count());
        let is_named = is_name(&figure.field) && figure.kind.as_ref().is_none_or(is_name);
        if !is_named || !seen.insert((figure.field.clone(), figure.kind.clone())) {
            return Err(Fault::Garbled("a figure without a name of its own"));
        }
        let value = match (&figure.amount_yuan, figure.count) {
            (Some(amount), None) => {
                Yuan::parse(amount).map(ToldFigure::amount).map_err(|_| Fault::Garbled("an amount"))?
            }
            (None, Some(count)) => FieldValue::Integer(i64::from(count)),
            _ => return Err(Fault::Garbled("a figure is either an amount or a count")),
        };
        figures.push(ToldFigure { field: figure.field, kind: figure.kind, value, since: None });
    }
    Ok(Told { source, as_of: body.as_of, is_final: body.is_final, is_played: false, figures })
}

/// Writes an answer, as an authority does.
pub fn body(asked: Asked<'_>, told: &Told) -> serde_json::Value {
    let figure = |figure: &ToldFigure| Figure {
        field: figure.field.clone(),
        kind: figure.kind.clone(),
        amount_yuan: match &figure.value {
            FieldValue::Wan(amount) => Some(Yuan::from(*amount).to_string()),
            _ => None,
        },
        count: match &figure.value {
            FieldValue::Integer(count) => u32::try_from(*count).ok(),
            _ => None,
        },
    };
    let body = Body {
        uscc: asked.uscc.to_owned(),
        year: asked.year,
        as_of: told.as_of,
        is_final: told.is_final,
        figures: told.figures.iter().map(figure).collect(),
    };
    serde_json::json!(body)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ASKED: Asked<'static> = Asked { uscc: "91610000TEXT00025C", year: 2025, consent: "1" };

    fn now() -> DateTime<Utc> {
        "2026-04-01T00:00:00Z".parse().expect("an instant")
    }

    fn read_text(text: &str) -> Result<Told, Fault> {
        read(FigureSource::Tax, ASKED, text.as_bytes(), now())
    }

    fn with(figures: &str) -> String {
        format!(
            r#"{{"uscc":"91610000TEXT00025C","year":2025,"asOf":"2026-03-31","final":false,"note":"x","figures":[{figures}]}}"#
        )
    }

    #[test]
    fn what_is_more_than_asked_is_left_alone() {
        let told = read_text(&with(r#"{"field":"total_tax","amountYuan":"400049.99","currency":"CNY"}"#));
        let told = told.expect("figures");
        assert_eq!(told.figures[0].value.to_string(), "40");
        assert_eq!((told.is_final, told.as_of.to_string().as_str()), (false, "2026-03-31"));
    }

    #[test]
    fn what_is_of_the_wrong_form_is_no_figure() {
        for figures in [
            r#"{"field":"total_tax","amountYuan":400000}"#,
            r#"{"field":"total_tax","amountYuan":"40万"}"#,
            r#"{"field":"total_tax"}"#,
            r#"{"field":"persons","count":-1}"#,
            r#"{"field":"persons","count":1.5}"#,
            r#"{"field":"persons","count":1,"amountYuan":"1"}"#,
            r#"{"field":"","count":1}"#,
            r#"{"field":"a","count":1},{"field":"a","count":2}"#,
            r#"{"field":7,"count":1}"#,
        ] {
            assert!(matches!(read_text(&with(figures)), Err(Fault::Garbled(_))), "{figures}");
        }
        let fine = with("");
        for text in [
            "",
            "<html>",
            "[]",
            &fine.replace("2025,", "2024,"),
            &fine.replace("TEXT", "TEXU"),
            &fine.replace("2026-03-31", "2026-04-03"),
            &fine.replace("false", "\"no\""),
        ] {
            assert!(matches!(read_text(text), Err(Fault::Garbled(_))), "{text}");
        }
        assert!(read_text(&fine).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            amounts in prop::collection::vec(-900_000_000_i64..900_000_000, 0..8), count in any::<u32>(),
            is_final in any::<bool>(),
        ) {
            let amount = |(number, steps): (usize, i64)| ToldFigure {
                field: format!("f{number}"),
                kind: None,
                value: ToldFigure::amount(Yuan::from_fen(steps * 10_000)),
                since: None,
            };
            let mut figures: Vec<_> = amounts.into_iter().enumerate().map(amount).collect();
            let (field, kind) = ("persons".to_owned(), Some("MEDICAL".to_owned()));
            figures.push(ToldFigure { field, kind, value: i64::from(count).into(), since: None });
            let told = Told { source: FigureSource::Tax, as_of: "2026-03-31".parse().expect("a day"), is_final, is_played: false, figures };
            prop_assert_eq!(read(FigureSource::Tax, ASKED, body(ASKED, &told).to_string().as_bytes(), now()), Ok(told));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(FigureSource::Tax, ASKED, &bytes, now()).is_err());
        }
    }
}
