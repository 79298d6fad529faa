//! 按读音 Queries on how the names of enterprises sound.

use tantivy::Term;
use tantivy::query::{EmptyQuery, PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::clause::{AsWhole, Clauses};
use super::combine::{Any, all, any, beginning, flat};
use super::way::{Reason, Way};
use super::{Class, Piece, Question};
use crate::analysis::{END, START};
use crate::sound;
use crate::tokenizer::{AFTER_PLACE, INITIALS_OF_TERM};

/// More than any sum of word scores of an approximate search, less than a title says.
const WHOLE_INITIALS: f32 = 300.0;
const FIRST_INITIALS: f32 = 200.0;
const INITIALS: f32 = 60.0;
const SYLLABLES: f32 = 250.0;
/// Fewest letters that are taken for initials.
const MIN_INITIALS: usize = 2;
/// Most ways to read a row of characters.
const MAX_READINGS: usize = 4;

impl Clauses<'_> {
    /// Names whose initials or syllables are the Latin letters of the question.
    pub fn sounds(&self, question: &Question) -> Vec<Way> {
        let letters = &question.letters;
        if !letters.iter().all(char::is_ascii_lowercase) || letters.len() < MIN_INITIALS {
            return Vec::new();
        }
        let initials = [
            (WHOLE_INITIALS, vec![START], vec![END]),
            (WHOLE_INITIALS, vec![AFTER_PLACE], vec![END]),
            (FIRST_INITIALS, vec![START], vec![]),
            (FIRST_INITIALS, vec![AFTER_PLACE], vec![]),
            (INITIALS, vec![], vec![]),
        ];
        let initials = initials
            .map(|(score, before, after)| flat(score, self.initials(&[before.as_slice(), letters, &after].concat())));
        vec![
            Way::new(Reason::Initials, &question.text, any(initials.into())),
            Way::new(Reason::Syllables, &question.text, flat(SYLLABLES, self.spelt(letters))),
        ]
    }

    /// Names that begin with these initials, with or without the place that they begin with.
    pub fn first_initials(&self, letters: &[char]) -> Option<Any> {
        let is_typed = letters.len() >= MIN_INITIALS && letters.iter().all(char::is_ascii_lowercase);
        let starts = [START, AFTER_PLACE].map(|start| self.initials(&[&[start], letters].concat()));
        is_typed.then(|| any(starts.into()))
    }

    /// Names with these Latin letters as initials or syllables, beside other words.
    pub fn latin_sound(&self, letters: &[char]) -> Any {
        if !letters.iter().all(char::is_ascii_lowercase) || letters.len() < MIN_INITIALS {
            return any(Vec::new());
        }
        any(vec![flat(2.0, self.initials(letters)), flat(3.0, self.spelt(letters))])
    }

    /// Terms of three that follow each other; two letters are the beginning of some.
    fn initials(&self, letters: &[char]) -> Any {
        let field = self.0.initials;
        if letters.len() < INITIALS_OF_TERM {
            return beginning(field, &letters.iter().collect::<String>());
        }
        let last = letters.len() - INITIALS_OF_TERM;
        let places = (0..=last).filter(|place| place % INITIALS_OF_TERM == 0 || *place == last);
        let term = |place: usize| letters[place..place + INITIALS_OF_TERM].iter().collect::<String>();
        in_a_row(places.map(|place| (place, Term::from_field_text(field, &term(place)))).collect())
    }

    /// One syllable alone is in too many names to say anything.
    fn spelt(&self, letters: &[char]) -> Any {
        let splits = sound::splits(letters).into_iter().filter(|split| split.len() > 1);
        any(splits.map(|split| self.syllables(split.iter().map(String::as_str))).collect())
    }

    fn syllables<'a>(&self, syllables: impl Iterator<Item = &'a str>) -> Any {
        let terms = syllables.map(|syllable| Term::from_field_text(self.0.syllables, syllable));
        in_a_row(terms.enumerate().collect())
    }

    /// 同音字 Records that hold everything, if some characters are written as others of their sound.
    pub fn homophones(&self, question: &Question) -> Vec<Way> {
        let is_heard = |piece: &Piece| {
            let tells = |class| matches!(class, Class::Word | Class::Name | Class::Lone);
            piece.letters.len() > 1 && piece.units.iter().any(|unit| tells(unit.class))
        };
        if !question.pieces.iter().any(is_heard) {
            return Vec::new();
        }
        let pieces = question.pieces.iter().map(|piece| {
            let heard = if is_heard(piece) { flat(SYLLABLES, self.heard(&piece.letters)) } else { any(Vec::new()) };
            any(vec![self.piece(piece, false, AsWhole::Too), heard])
        });
        vec![Way::new(Reason::Homophones, &question.text, all(pieces.collect()))]
    }

    fn heard(&self, letters: &[char]) -> Any {
        let mut readings: Vec<Vec<&str>> = vec![Vec::new()];
        for letter in letters {
            let sounds = sound::readings(*letter);
            if sounds.is_empty() {
                return any(Vec::new());
            }
            let longer =
                sounds.iter().flat_map(|sound| readings.iter().map(move |read| [read.as_slice(), &[*sound]].concat()));
            readings = longer.take(MAX_READINGS).collect();
        }
        any(readings.into_iter().map(|read| self.syllables(read.into_iter())).collect())
    }
}

fn in_a_row(mut terms: Vec<(usize, Term)>) -> Any {
    match terms.len() {
        0 => Box::new(EmptyQuery),
        1 => Box::new(TermQuery::new(terms.remove(0).1, IndexRecordOption::Basic)),
        _ => Box::new(PhraseQuery::new_with_offset(terms)),
    }
}
