//! 查询语句 A request in Quickwit's query language: conditions joined by AND, each word quoted, so that nothing that
//! was typed is read as syntax.

use std::fmt::Display;
use std::ops::Bound;

use chrono::{Datelike, NaiveDate};
use search::terms::{Sought, Terms};
use search::{Family, SearchError, SearchFilter, SearchRequest, Sight};

/// The query of a request.
///
/// # Errors
/// An id of the filter is out of range.
pub fn query(asked: Option<&Terms>, request: &SearchRequest) -> Result<String, SearchError> {
    let bearers = request.bearers.iter().flat_map(|bearers| &bearers.enterprises);
    let bearers = bearers.map(|id| Family::Enterprise.number(*id)).collect::<Result<Vec<_>, _>>()?;
    let mut all: Vec<String> = asked.map(|asked| wanted(asked, &bearers)).into_iter().collect();
    all.extend(asked.iter().flat_map(|asked| &asked.excluded).map(|term| format!("NOT {}", somewhere(term))));
    all.extend(seen(request.sight));
    all.extend(filtered(&request.filter)?);
    Ok(if all.is_empty() { "*".to_owned() } else { all.join(" AND ") })
}

/// A condition that a field holds one of these numbers.
pub fn among<T: Display>(field: &str, values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    format!("{field}:IN [{}]", values.join(" "))
}

/// Every word somewhere; or the whole as a title, a person or a code.
fn wanted(asked: &Terms, bearers: &[u64]) -> String {
    let whole = quoted(&asked.whole);
    let mut ways = vec![format!("title:{whole}"), format!("persons:{whole}")];
    if !bearers.is_empty() {
        ways.push(among("key", bearers));
    }
    for code in &asked.codes {
        // Letters and digits: nothing of it is syntax. What begins like this is also what is like this.
        ways.extend(["code", "registration"].map(|field| format!("{field}:{code}*")));
    }
    let words: Vec<String> = asked.needed.iter().map(somewhere).collect();
    if !words.is_empty() {
        ways.push(format!("({})", words.join(" AND ")));
    }
    format!("({})", ways.join(" OR "))
}

/// A word in a title, a text or a name, or its pairs where it was cut differently.
fn somewhere(term: &Sought) -> String {
    let word = quoted(&term.word);
    let mut ways: Vec<String> = ["title_words", "words", "persons"].map(|field| format!("{field}:{word}")).into();
    if !term.pairs.is_empty() {
        let pairs = |field: &str| {
            let pairs: Vec<String> = term.pairs.iter().map(|pair| format!("{field}:{}", quoted(pair))).collect();
            format!("({})", pairs.join(" AND "))
        };
        ways.extend(["title_pairs", "pairs"].map(pairs));
    }
    format!("({})", ways.join(" OR "))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// 可见范围 What the viewer may see.
fn seen(sight: Sight) -> Option<String> {
    let public = |today: NaiveDate| format!("public_until:>={}", today.num_days_from_ce());
    match sight {
        Sight::Public { today } => Some(public(today)),
        Sight::Office { today } => {
            // A negation within an alternative would hold for all of it.
            Some(format!("({} OR sent:0)", public(today)))
        }
        Sight::Everything { .. } => None,
    }
}

fn filtered(filter: &SearchFilter) -> Result<Vec<String>, SearchError> {
    let mut all = Vec::new();
    let mut words = |field: &str, values: Vec<&str>| {
        if !values.is_empty() {
            let values: Vec<String> = values.into_iter().map(quoted).collect();
            all.push(format!("{field}:IN [{}]", values.join(" ")));
        }
    };
    words("family", filter.families.iter().map(|family| family.code()).collect());
    words("status", filter.statuses.iter().map(|status| status.code()).collect());
    words("kind", filter.kinds.iter().map(|kind| kind.code()).collect());
    words("ground", filter.grounds.iter().map(String::as_str).collect());
    words("authority", filter.authorities.iter().map(String::as_str).collect());
    let codes: Vec<String> = filter.usccs.iter().map(|code| code.to_ascii_lowercase()).collect();
    words("code", codes.iter().map(String::as_str).collect());
    all.extend(either(filter.regions.iter().map(|region| {
        let subtree = region.subtree();
        format!("region:[{} TO {}]", subtree.start(), subtree.end())
    })));
    all.extend(either(filter.provinces.iter().map(|province| format!("province:{}", province.get() / 10_000))));
    all.extend(either(filter.industries.iter().map(|code| match code.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => format!("section:{code}"),
        _ => format!("industry:{code}*"),
    })));
    let day = |day: NaiveDate| i64::from(day.num_days_from_ce());
    all.extend(range("amount_fen", filter.amount_fen.0, filter.amount_fen.1));
    all.extend(range("day", filter.day.0.map(day), filter.day.1.map(day)));
    if let Some(records) = &filter.records {
        let numbers = records.iter().map(|(family, id)| family.number(*id)).collect::<Result<Vec<_>, _>>()?;
        // No record has the number 0.
        all.push(if numbers.is_empty() { "key:0".to_owned() } else { among("key", &numbers) });
    }
    Ok(all)
}

fn either(ways: impl Iterator<Item = String>) -> Option<String> {
    let ways: Vec<String> = ways.collect();
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}

fn range(field: &str, least: Option<i64>, most: Option<i64>) -> Option<String> {
    let end = |bound: Bound<i64>| match bound {
        Bound::Included(value) => value.to_string(),
        _ => "*".to_owned(),
    };
    let bound = |value: Option<i64>| value.map_or(Bound::Unbounded, Bound::Included);
    (least.is_some() || most.is_some()).then(|| format!("{field}:[{} TO {}]", end(bound(least)), end(bound(most))))
}
