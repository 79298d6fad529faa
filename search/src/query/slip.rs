//! 一字之差 Titles that differ from what was typed by one slip: a character that is wrong, missing, one too
//! many, or swapped with the next. The pairs on both sides of the slip are found at their distances.

use std::ops::{Range, RangeInclusive};

use tantivy::Term;
use tantivy::query::{PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::clause::{Clauses, SLIP};
use super::combine::{Any, any, flat};
use super::resident::place_ends;
use crate::words;

/// Letters between place and organisation form for which slips are looked up: with fewer everything is one
/// slip away, with more enough pairs are right.
const LETTERS: Range<usize> = 3..13;
/// Pairs with which few titles are found.
const TELLING_PAIRS: usize = 2;
/// Letters on either side of what distinguishes a name that its slips are looked up with: many names are like it
/// anywhere, few between the same letters.
const AROUND: usize = 3;

/// Letters of a form that ends what distinguishes wherever it stands, as in 有限公司平利分公司; shorter ones are parts of
/// trades, too: 企业管理.
const FORM: RangeInclusive<usize> = 4..=6;

/// What a title may have been, letter by letter, where one is not known.
type Guess = Vec<Option<char>>;

impl Clauses<'_> {
    /// A query for each slip that leaves a pair.
    pub fn slips(&self, letters: &[char]) -> Vec<Any> {
        let core = &letters[core(letters)];
        guesses(core, 0..core.len()).iter().filter_map(|guess| self.guessed(guess)).collect()
    }

    /// A query for each slip that leaves enough to tell: two pairs of what distinguishes, or two with the
    /// letter before it and the one after it. What has the letters around it, too, comes first.
    pub fn telling_slips(&self, letters: &[char], score: f32) -> Option<Any> {
        let core = core(letters);
        let around = core.start.saturating_sub(AROUND)..letters.len().min(core.end + AROUND);
        let (before, after) = (core.start - around.start, around.end - core.end);
        let guesses = guesses(&letters[around], before..before + core.len());
        let least = [0, 1].map(|more| before.saturating_sub(more)..after.saturating_sub(more));
        let telling = guesses.iter().filter_map(|guess| {
            let parts = least.iter().map(|cut| &guess[cut.start..guess.len() - cut.end]);
            parts.into_iter().find(|guess| pairs(guess).count() >= TELLING_PAIRS)
        });
        let telling: Vec<Any> = telling.filter_map(|guess| self.guessed(guess)).collect();
        let placed = guesses.iter().filter(|guess| pairs(guess).count() >= TELLING_PAIRS);
        let placed = placed.filter_map(|guess| self.guessed(guess)).collect();
        (!telling.is_empty()).then(|| any(vec![flat(score, any(telling)), flat(SLIP, any(placed))]))
    }

    /// Titles that hold the known pairs of a guess at their distances.
    fn guessed(&self, guess: &[Option<char>]) -> Option<Any> {
        let field = self.0.title;
        let mut terms: Vec<(usize, Term)> =
            pairs(guess).map(|(place, pair)| (place, Term::from_field_text(field, &pair))).collect();
        let query: Any = match terms.len() {
            0 => return None,
            1 => Box::new(TermQuery::new(terms.remove(0).1, IndexRecordOption::Basic)),
            _ => Box::new(PhraseQuery::new_with_offset(terms)),
        };
        Some(flat(SLIP, query))
    }
}

/// What was meant if one letter at these places is wrong, missing before it, one too many, or swapped with the
/// one before it; none if there are too few or too many places.
fn guesses(letters: &[char], places: Range<usize>) -> Vec<Guess> {
    if !LETTERS.contains(&places.len()) {
        return Vec::new();
    }
    let typed: Guess = letters.iter().copied().map(Some).collect();
    let changed = |change: &dyn Fn(&mut Guess)| {
        let mut guess = typed.clone();
        change(&mut guess);
        guess
    };
    let first = places.start;
    let guesses = places.flat_map(|place| {
        let swapped = (place > first).then(|| changed(&|guess| guess.swap(place - 1, place)));
        let others = [
            changed(&|guess| guess[place] = None),
            changed(&|guess| guess.insert(place, None)),
            changed(&|guess| {
                guess.remove(place);
            }),
        ];
        others.into_iter().chain(swapped)
    });
    guesses.collect()
}

/// The known pairs of a guess, and where they stand.
fn pairs(guess: &[Option<char>]) -> impl Iterator<Item = (usize, String)> {
    guess.windows(2).enumerate().filter_map(|(place, pair)| Some((place, String::from_iter([pair[0]?, pair[1]?]))))
}

/// Where in a name that stands which distinguishes it: without the places at its beginning and the forms at its end.
fn core(letters: &[char]) -> Range<usize> {
    let begin = place_ends(letters).filter(|end| letters.len() - end >= LETTERS.start).max().unwrap_or(0);
    let is_form = |letters: &[char]| words::is_form(&letters.iter().collect::<String>());
    let begins_form = |letters: &[char]| FORM.filter_map(|length| letters.get(..length)).any(is_form);
    let ends = |from: &usize| is_form(&letters[*from..]) || begins_form(&letters[*from..]);
    let end = (begin + LETTERS.start..letters.len()).find(ends).unwrap_or(letters.len());
    begin..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn places_and_forms_are_no_part_of_what_distinguishes() {
        let core = |text: &str| letters(text)[core(&letters(text))].iter().collect::<String>();
        for (text, expected) in [
            ("西安诚邦商贸有限公司", "诚邦商贸"),
            ("陕西联家越居", "联家越居"),
            ("诚邦商贸", "诚邦商贸"),
            ("西安诚邦物业服务有限公司平利分公司", "诚邦物业服务"),
            ("西安诚邦企业管理有限公司", "诚邦企业管理"),
            ("西安市", "西安市"),
            ("", ""),
        ] {
            assert_eq!(core(text), expected, "{text}");
        }
    }

    #[test]
    fn a_guess_keeps_the_pairs_beside_the_slip() {
        let kept: Vec<Vec<(usize, String)>> =
            guesses(&letters("西友制造"), 1..4).iter().map(|guess| pairs(guess).collect()).collect();
        let pair = |place: usize, text: &str| (place, text.to_owned());
        assert_eq!(kept.len(), 3 * 3 + 2);
        assert_eq!(kept[0], [pair(2, "制造")], "友 is wrong");
        assert_eq!(kept[1], [pair(2, "友制"), pair(3, "制造")], "a letter before 友 is missing");
        assert_eq!(kept[4], [pair(0, "西友"), pair(3, "制造")], "a letter after 友 is missing");
    }
}
