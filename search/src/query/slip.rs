//! 一字之差 Titles that differ from what was typed by one slip: a character that is wrong, missing, one too
//! many, or swapped with the next. The pairs on both sides of the slip are found at their distances.

use tantivy::Term;
use tantivy::query::{PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::clause::{Clauses, SLIP};
use super::combine::{Any, flat};
use super::resident::place_ends;
use crate::words;

/// Letters between place and organisation form for which slips are looked up: with fewer everything is one
/// slip away, with more enough pairs are right.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=12;

/// Letters that stand somewhere in a row, and where.
type Run<'a> = (usize, &'a [char]);

impl Clauses<'_> {
    /// A query for each slip that leaves two pairs, or one pair of two.
    pub fn slips(&self, letters: &[char]) -> Vec<Any> {
        let core = core(letters);
        if !LETTERS.contains(&core.len()) {
            return Vec::new();
        }
        let mut slips = Vec::new();
        for place in 0..core.len() {
            let (before, after) = core.split_at(place);
            slips.push(self.runs(&[(0, before), (place + 1, &after[1..])]));
            slips.push(self.runs(&[(0, before), (place + 1, after)]));
            slips.push(self.runs(&[(0, before), (place, &after[1..])]));
            if place > 0 {
                let mut swapped = core.to_vec();
                swapped.swap(place - 1, place);
                slips.push(self.runs(&[(0, &swapped)]));
            }
        }
        slips.into_iter().flatten().collect()
    }

    fn runs(&self, runs: &[Run<'_>]) -> Option<Any> {
        let field = self.0.title_pairs;
        let pairs = runs.iter().flat_map(|(from, letters)| {
            letters.windows(2).enumerate().map(move |(place, pair)| (from + place, pair.iter().collect::<String>()))
        });
        let mut terms: Vec<(usize, Term)> =
            pairs.map(|(place, pair)| (place, Term::from_field_text(field, &pair))).collect();
        let query: Any = match terms.len() {
            0 => return None,
            1 => Box::new(TermQuery::new(terms.remove(0).1, IndexRecordOption::Basic)),
            _ => Box::new(PhraseQuery::new_with_offset(terms)),
        };
        Some(flat(SLIP, query))
    }
}

/// What distinguishes a name: without the places at its beginning and the forms at its end.
fn core(letters: &[char]) -> &[char] {
    let begin = place_ends(letters).filter(|end| letters.len() - end >= *LETTERS.start()).max().unwrap_or(0);
    let rest = &letters[begin..];
    let is_form = |from: &usize| words::is_form(&rest[*from..].iter().collect::<String>());
    let end = (*LETTERS.start()..rest.len()).find(is_form).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_forms_are_no_part_of_what_distinguishes() {
        let core = |text: &str| core(&text.chars().collect::<Vec<_>>()).iter().collect::<String>();
        for (text, expected) in [
            ("西安诚邦商贸有限公司", "诚邦商贸"),
            ("陕西联家越居", "联家越居"),
            ("诚邦商贸", "诚邦商贸"),
            ("西安市", "西安市"),
            ("", ""),
        ] {
            assert_eq!(core(text), expected, "{text}");
        }
    }
}
