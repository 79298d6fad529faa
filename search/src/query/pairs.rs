//! 字对 Running text by its pairs of characters: the index keeps no places in it, but what holds all pairs of a few
//! words nearly always holds them one after the other.

use tantivy::schema::Field;

use super::combine::{Any, all, any, one_pair, word};
use crate::analysis::is_text_pair;

/// Letters and digits that are asked for as a word; fewer at an edge may be what was left of one.
const WORD: usize = 3;

/// Text that holds the characters pair by pair, and numbers and Latin words among them as words. Nothing without a
/// pair.
pub fn in_text(field: Field, letters: &[char]) -> Any {
    let mut parts: Vec<Any> =
        letters.windows(2).filter(|pair| is_text_pair(pair)).map(|pair| one_pair(field, pair)).collect();
    if parts.is_empty() {
        return any(parts);
    }
    let runs = letters.chunk_by(|one, other| one.is_ascii() == other.is_ascii());
    let words = runs.filter(|run| run[0].is_ascii() && run.len() >= WORD);
    parts.extend(words.map(|run| word(field, &run.iter().collect::<String>())));
    all(parts)
}
