//! 查询理解 What was typed, taken apart: pieces between spaces and marks, each of words. There is
//! no syntax: every character is either a letter or a gap, so no query is malformed.

pub mod clause;
mod combine;

use std::ops::Range;

use crate::analysis::{fold, is_code, letters};
use crate::error::SearchError;
use crate::words;

/// 查询长度上限 Most characters of a query.
pub const MAX_QUERY_CHARACTERS: usize = 256;

/// Most words of a query that are looked up; what follows only repeats a long sentence.
const MAX_UNITS: usize = 32;

/// What a word says about the record that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 词 A word of the language.
    Word,
    /// 字号、姓名 Characters that form no word: mostly a brand or a person.
    Name,
    /// 地名 A region.
    Region,
    /// 组织形式 An organisation form; asked for, but not insisted on.
    Form,
    /// Latin letters and digits.
    Latin,
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub letters: Vec<char>,
    pub class: Class,
}

impl Unit {
    fn new(word: &str) -> Self {
        let class = match word {
            latin if latin.is_ascii() => Class::Latin,
            form if words::is_form(form) => Class::Form,
            region if words::is_region(region) => Class::Region,
            _ => Class::Word,
        };
        Self { letters: word.chars().collect(), class }
    }

    /// The word as text.
    pub fn text(&self) -> String {
        self.letters.iter().collect()
    }
}

/// Letters between two gaps, and the words in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub letters: Vec<char>,
    pub units: Vec<Unit>,
}

impl Piece {
    fn new(text: &str) -> Self {
        let mut piece = Self { letters: text.chars().collect(), units: Vec::new() };
        let mut name = 0..0;
        for word in words::cut(text) {
            let length = word.chars().count();
            if length == 1 && !word.is_ascii() {
                name.end += 1;
            } else {
                piece.push_name(name.clone());
                piece.units.push(Unit::new(word));
                name = name.end + length..name.end + length;
            }
        }
        piece.push_name(name);
        piece
    }

    /// Single characters in a row are a name that the dictionary does not know. One alone was cut
    /// off its neighbour by the edge of the query or by the dictionary and is asked for as a pair
    /// with it; particles say nothing.
    fn push_name(&mut self, places: Range<usize>) {
        if self.letters[places.clone()].iter().all(|letter| words::is_particle(*letter)) {
            return;
        }
        let places = if places.len() > 1 {
            places
        } else if places.start > 0 {
            places.start - 1..places.end
        } else {
            places.start..places.end + 1
        };
        if let Some(letters) = self.letters.get(places) {
            self.units.push(Unit { letters: letters.to_vec(), class: Class::Name });
        }
    }
}

/// A query, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The text without the spaces around it.
    pub text: String,
    /// All its letters, as if there were no gaps.
    pub letters: Vec<char>,
    pub pieces: Vec<Piece>,
}

impl Question {
    /// Takes a query apart.
    ///
    /// # Errors
    /// The query is empty or too long.
    pub fn parse(query: &str) -> Result<Self, SearchError> {
        let characters = query.chars().count();
        if characters > MAX_QUERY_CHARACTERS {
            return Err(SearchError::QueryTooLong { characters, limit: MAX_QUERY_CHARACTERS });
        }
        let folded = fold(query);
        let texts = folded.split(|character: char| !character.is_alphanumeric()).filter(|text| !text.is_empty());
        let mut pieces: Vec<Piece> = texts.map(Piece::new).collect();
        if pieces.is_empty() {
            return Err(SearchError::EmptyQuery);
        }
        let mut units = MAX_UNITS;
        for piece in &mut pieces {
            piece.units.truncate(units);
            units -= piece.units.len();
        }
        Ok(Self { text: query.trim().to_owned(), letters: letters(query), pieces })
    }

    /// Every word of the query.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.pieces.iter().flat_map(|piece| &piece.units)
    }

    /// Whether organisation forms are all that was asked for.
    pub fn is_all_forms(&self) -> bool {
        let mut pieces = self.pieces.iter();
        pieces.all(|piece| !piece.units.is_empty() && piece.units.iter().all(|unit| unit.class == Class::Form))
    }

    /// What is marked in the texts of a hit: pieces and words, and for an approximate search the
    /// pairs of characters that it settles for.
    pub fn needles(&self, is_approximate: bool) -> Vec<Vec<char>> {
        let mut needles: Vec<Vec<char>> = self.pieces.iter().map(|piece| piece.letters.clone()).collect();
        needles.extend(self.units().map(|unit| unit.letters.clone()));
        needles.push(self.letters.clone());
        if is_approximate {
            needles.extend(self.pieces.iter().flat_map(|piece| piece.letters.windows(2)).map(<[char]>::to_vec));
        }
        needles.sort_unstable();
        needles.dedup();
        needles
    }

    /// The letters of the pieces that may be a code or the beginning of one.
    pub fn codes(&self) -> impl Iterator<Item = &[char]> {
        let whole = (self.pieces.len() > 1).then_some(self.letters.as_slice());
        let parts = self.pieces.iter().map(|piece| piece.letters.as_slice());
        parts.chain(whole).filter(|letters| is_code(letters))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(query: &str) -> Vec<(String, Class)> {
        let question = Question::parse(query).expect("a query");
        question.units().map(|unit| (unit.text(), unit.class)).collect()
    }

    #[test]
    fn words_have_classes() {
        let name = |text: &str, class| (text.to_owned(), class);
        assert_eq!(
            units("西安诚邦商贸有限公司"),
            [
                name("西安", Class::Region),
                name("诚邦", Class::Name),
                name("商贸", Class::Word),
                name("有限公司", Class::Form)
            ]
        );
        assert_eq!(units("王娜 ＡＢＣ"), [name("王娜", Class::Name), name("abc", Class::Latin)]);
        assert_eq!(units("销售的食品"), [name("销售", Class::Word), name("食品", Class::Word)]);
        assert_eq!(units("餐饮管"), [name("餐饮", Class::Word), name("饮管", Class::Name)]);
    }

    #[test]
    fn empty_and_long_queries_are_refused() {
        for query in ["", "  ", "〔〕（）!?", "😀", "\u{2}\u{3}"] {
            assert!(matches!(Question::parse(query), Err(SearchError::EmptyQuery)), "{query:?}");
        }
        let long = "西".repeat(MAX_QUERY_CHARACTERS + 1);
        assert!(matches!(Question::parse(&long), Err(SearchError::QueryTooLong { .. })));
        assert!(Question::parse(&long[3..]).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(query in "\\PC{0,64}") {
            if let Ok(question) = Question::parse(&query) {
                prop_assert!(question.units().count() <= MAX_UNITS);
                prop_assert!(question.pieces.iter().all(|piece| !piece.letters.is_empty()));
            }
        }
    }
}
