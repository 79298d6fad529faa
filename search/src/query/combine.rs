//! 组合 Short names for the ways in which Tantivy's queries are put together.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::either::{Either, FEW};

/// A query of any kind.
pub type Any = Box<dyn Query>;

/// Documents with this word in this field.
pub fn word(field: Field, text: &str) -> Any {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// The same documents, counting so many times as much.
pub fn boost(factor: f32, query: Any) -> Any {
    Box::new(BoostQuery::new(query, factor))
}

/// The same documents with one fixed score.
pub fn flat(score: f32, query: Any) -> Any {
    Box::new(ConstScoreQuery::new(query, score))
}

/// Documents that any of the queries finds.
pub fn any(mut queries: Vec<Any>) -> Any {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        2..=FEW => Box::new(Either { least: 1, queries }),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

/// The same, walked from the first document to the last.
pub fn every(queries: Vec<Any>) -> Any {
    Box::new(BooleanQuery::union(queries))
}

/// Documents that at least so many of the queries find.
pub fn at_least(count: usize, queries: Vec<Any>) -> Any {
    if count <= 1 { any(queries) } else { Box::new(Either { least: count, queries }) }
}

/// Documents that all of the queries find.
pub fn all(mut queries: Vec<Any>) -> Any {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::intersection(queries)),
    }
}

/// Documents that all of `needed` find, better if some of `welcome` do too.
pub fn all_and(needed: Vec<Any>, welcome: Vec<Any>) -> Any {
    if welcome.is_empty() {
        return all(needed);
    }
    let needed = needed.into_iter().map(|query| (Occur::Must, query));
    Box::new(BooleanQuery::new(needed.chain([(Occur::Should, any(welcome))]).collect()))
}

/// Documents that one query finds and the other does not.
pub fn without(wanted: Any, unwanted: Any) -> Any {
    Box::new(BooleanQuery::new(vec![(Occur::Must, wanted), (Occur::MustNot, unwanted)]))
}

/// Documents with a word that begins like this.
pub fn beginning(field: Field, prefix: &str) -> Any {
    let first = Bound::Included(Term::from_field_text(field, prefix));
    let last = Bound::Excluded(Term::from_field_text(field, &format!("{prefix}\u{10FFFF}")));
    Box::new(InvertedIndexRangeQuery::new(first, last))
}

/// Documents whose pairs hold these characters one after the other. Every second pair is enough,
/// the last one closes an odd count.
pub fn phrase(field: Field, characters: &[char]) -> Any {
    let last = characters.len().saturating_sub(2);
    let places = (0..=last).filter(|place| place % 2 == 0 || *place == last);
    let mut terms: Vec<(usize, Term)> =
        places.filter_map(|place| Some((place, pair(field, characters.get(place..place + 2)?)))).collect();
    match terms.len() {
        0 => Box::new(EmptyQuery),
        1 => Box::new(TermQuery::new(terms.remove(0).1, IndexRecordOption::WithFreqs)),
        _ => Box::new(PhraseQuery::new_with_offset(terms)),
    }
}

/// Documents whose pairs hold these characters, even a single one: it begins some pair, the last
/// one of a text that with the closing sentinel.
pub fn within(field: Field, characters: &[char]) -> Any {
    match characters {
        [one] => beginning(field, &one.to_string()),
        _ => phrase(field, characters),
    }
}

/// Documents that have all these pairs somewhere.
pub fn all_pairs<'a>(field: Field, pairs: impl Iterator<Item = &'a [char]>) -> Any {
    all(pairs.map(|characters| one_pair(field, characters)).collect())
}

/// Documents with this pair.
pub fn one_pair(field: Field, characters: &[char]) -> Any {
    Box::new(TermQuery::new(pair(field, characters), IndexRecordOption::Basic))
}

fn pair(field: Field, characters: &[char]) -> Term {
    Term::from_field_text(field, &characters.iter().collect::<String>())
}
