//! 逐字复核 An approximate search finds what shares words and pairs of characters; which of that is
//! meant is told by how many characters would have to be changed.

use std::borrow::Cow;

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use crate::analysis::letters;
use crate::schema::{Fields, Passage};
use crate::sound::readings;

/// Hits of an approximate search that are looked at again.
pub const REVIEWED: usize = 100;

/// More than any weight of words.
const NEAR: u64 = 1 << 24;
/// What a tenth of a change costs; more than any difference of lengths.
const CHANGE: u64 = 1 << 8;
/// 改字代价 In tenths of a change. The fewer mistakes of a kind there are to choose from, the likelier is each of them:
/// a letter is doubled, swapped with its neighbour or left out in one way, it has some ten homophones, and any other
/// letter may stand for it.
const WRONG: usize = 10;
/// A letter that sounds like the one that was typed.
const HOMOPHONE: usize = 8;
const MISSING: usize = 7;
const SWAPPED: usize = 6;
const DOUBLED: usize = 6;
/// Letters for which one change is allowed.
const LETTERS_OF_CHANGE: usize = 4;
/// Longest question that is compared letter by letter.
const MAX_LETTERS: usize = 64;

/// A letter, and the syllables that it is read as.
type Heard = (char, Cow<'static, [&'static str]>);

/// Compares titles with what was typed.
pub struct Review {
    typed: Vec<Heard>,
}

impl Review {
    /// A review for these letters.
    pub fn new(typed: &[char]) -> Self {
        Self { typed: heard(typed) }
    }

    /// The weight of a hit: the fewer changes the more, then the closer in length.
    pub fn weight(&self, weight: u64, document: &TantivyDocument, fields: &Fields) -> u64 {
        let near = titles(document, fields).filter_map(|title| self.changes(&letters(title)));
        near.map(|(changes, more)| NEAR - changes as u64 * CHANGE - (more as u64).min(CHANGE - 1))
            .max()
            .unwrap_or(weight)
    }

    /// 您是不是要找 The title of a hit that is nearly what was typed.
    pub fn meant(&self, document: &TantivyDocument, fields: &Fields) -> Option<String> {
        let near = titles(document, fields).filter_map(|title| Some((self.changes(&letters(title))?, title)));
        near.min_by_key(|(changes, _)| *changes).map(|(_, title)| title.to_owned())
    }

    /// How many characters must be changed, added, left out or swapped in what was typed to make it a
    /// part of a title, and how many letters the title has more; `None` if they are too many.
    fn changes(&self, title: &[char]) -> Option<(usize, usize)> {
        if self.typed.len() > MAX_LETTERS || self.typed.len() < 3 {
            return None;
        }
        let changes = distance(&self.typed, &heard(title));
        (changes <= WRONG * self.typed.len().div_ceil(LETTERS_OF_CHANGE))
            .then(|| (changes, title.len().abs_diff(self.typed.len())))
    }
}

/// What a record is called by.
fn titles<'d>(document: &'d TantivyDocument, fields: &Fields) -> impl Iterator<Item = &'d str> {
    let called = [Passage::Name, Passage::DocumentNumber, Passage::FormerName, Passage::Uscc];
    let fields: Vec<_> = fields.passages().filter(|(passage, _)| called.contains(passage)).collect();
    fields.into_iter().filter_map(|(_, field)| document.get_first(field)?.as_str())
}

/// Cheapest changes that make `typed` some part of `title`, in tenths (optimal string alignment; the part may
/// begin and end anywhere).
fn distance(typed: &[Heard], title: &[Heard]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last = vec![0; title.len() + 1];
    for (row, letter) in typed.iter().enumerate() {
        let mut next = vec![(row + 1) * WRONG; title.len() + 1];
        let is_doubled = row > 0 && typed[row - 1].0 == letter.0;
        let added = if is_doubled { DOUBLED } else { WRONG };
        for column in 1..=title.len() {
            let mut least = (last[column - 1] + other(letter, &title[column - 1]))
                .min(last[column] + added)
                .min(next[column - 1] + MISSING);
            let is_swapped =
                row > 0 && column > 1 && letter.0 == title[column - 2].0 && typed[row - 1].0 == title[column - 1].0;
            if is_swapped {
                least = least.min(before[column - 2] + SWAPPED);
            }
            next[column] = least;
        }
        before = std::mem::replace(&mut last, next);
    }
    last.into_iter().min().unwrap_or(typed.len() * WRONG)
}

/// What it costs that one letter was typed for another.
fn other((typed, typed_sounds): &Heard, (meant, sounds): &Heard) -> usize {
    match typed == meant {
        true => 0,
        false if typed_sounds.iter().any(|sound| sounds.contains(sound)) => HOMOPHONE,
        false => WRONG,
    }
}

fn heard(letters: &[char]) -> Vec<Heard> {
    letters.iter().map(|letter| (*letter, readings(*letter))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_title_needs_no_change_and_a_mistake_one() {
        let measure = |typed: &str, title: &str| distance(&heard(&letters(typed)), &heard(&letters(title)));
        let title = "西安诚邦商贸有限公司";
        for (typed, expected) in [
            ("诚邦商贸", 0),
            ("诚北商贸", WRONG),
            ("诚帮商贸", HOMOPHONE),
            ("诚邦贸商", SWAPPED),
            ("诚商贸", MISSING),
            ("诚邦邦商贸", DOUBLED),
            ("诚邦北商贸", WRONG),
            ("诚帮商业", HOMOPHONE + WRONG),
            ("", 0),
        ] {
            assert_eq!(measure(typed, title), expected, "{typed}");
        }
    }
}
