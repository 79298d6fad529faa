//! 查询理解 What was typed, taken apart: parts between marks, pieces between spaces, each of words.
//! There is little syntax, see [`typed`], and no query is malformed.

pub mod clause;
mod codes;
pub mod combine;
pub mod day;
mod either;
mod near_code;
mod numeral;
mod on_days;
mod pairs;
pub mod resident;
mod slip;
mod sounds;
mod typed;
pub mod way;

use std::ops::Range;

use chrono::NaiveDate;

use self::day::{Dated, dated};
use self::resident::{Resident, place_ends, residents};
use self::typed::{Part, parts};
use crate::analysis::{fold, is_code, letters};
use crate::error::SearchError;
use crate::tokenizer::MAX_CODE_PREFIX;
use crate::words;

/// 查询长度上限 Most characters of a query.
pub const MAX_QUERY_CHARACTERS: usize = 256;

/// Most words of a query that are looked up; what follows only repeats a long sentence.
const MAX_UNITS: usize = 32;

/// Letters behind a place with which a question may be a name: brand and trade.
const SHORTEST_REST: usize = 4;

/// What a word says about the record that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 词 A word of the language.
    Word,
    /// 字号、姓名 Characters that form no word: mostly a brand or a person.
    Name,
    /// 单字 One character that no word holds, with the neighbours that it may belong to.
    Lone,
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

    /// Whether a character beside the word may have been cut off it. The edges of regions and
    /// organisation forms are certain.
    const fn is_open(&self) -> bool {
        !matches!(self.class, Class::Region | Class::Form)
    }

    /// What is marked of the word: of a lone character the pair that it turns out to stand in.
    fn needles(&self) -> impl Iterator<Item = Vec<char>> {
        let length = if self.class == Class::Lone { self.letters.len().min(2) } else { self.letters.len() };
        self.letters.windows(length).map(<[char]>::to_vec)
    }
}

/// Letters between two gaps, and the words in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub letters: Vec<char>,
    pub units: Vec<Unit>,
    /// 残字 The end of a word whose beginning was left out: no pair begins with it.
    pub is_torn: bool,
    /// 短语 Asked for between quotation marks.
    pub is_phrase: bool,
}

impl Piece {
    fn new(text: &str) -> Self {
        let mut piece = Self { letters: text.chars().collect(), units: Vec::new(), is_torn: false, is_phrase: false };
        let mut name = 0..0;
        for word in words::cut(text) {
            let length = word.chars().count();
            if length == 1 && !word.is_ascii() {
                name.end += 1;
            } else {
                let unit = Unit::new(word);
                piece.push_name(name.clone(), Some(&unit));
                piece.units.push(unit);
                name = name.end + length..name.end + length;
            }
        }
        piece.push_name(name, None);
        piece
    }

    /// Single characters in a row are a name that the dictionary does not know. One alone was cut
    /// off a neighbour by the edge of the query or by the dictionary, and either neighbour may be
    /// the one; particles say nothing.
    fn push_name(&mut self, mut places: Range<usize>, next: Option<&Unit>) {
        let is_empty = self.letters[places.clone()].iter().all(|letter| words::is_particle(*letter));
        if is_empty || self.letters.len() == 1 {
            return;
        }
        let is_alone = places.len() == 1;
        if is_alone {
            let is_joined = self.units.last().is_some_and(Unit::is_open);
            // A region that follows may be the given name of a person, as in 杨|建平.
            let follows = |next: &Unit| next.is_open() || (is_joined && next.class == Class::Region);
            places.start -= usize::from(is_joined);
            places.end += usize::from(next.is_some_and(follows));
        }
        let class = if is_alone && places.len() != 2 { Class::Lone } else { Class::Name };
        self.units.push(Unit { letters: self.letters[places].to_vec(), class });
    }
}

/// A query, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The text without the spaces around it and without what is excluded.
    pub text: String,
    /// All its letters, as if there were no gaps.
    pub letters: Vec<char>,
    pub pieces: Vec<Piece>,
    /// 排除 What a hit must not hold.
    pub excluded: Vec<Piece>,
    /// 期间 Days that were asked for, and the pieces beside them.
    pub dated: Option<(Dated, Vec<Piece>)>,
    /// 数字写法 The pieces with their numbers written the other way, 三 for 3 and 3 for 三.
    pub renumbered: Option<Vec<Piece>>,
}

impl Question {
    /// Takes a query apart. `today` is what `近三年` ends with.
    ///
    /// # Errors
    /// The query is empty or too long.
    pub fn parse(query: &str, today: NaiveDate) -> Result<Self, SearchError> {
        let characters = query.chars().count();
        if characters > MAX_QUERY_CHARACTERS {
            return Err(SearchError::QueryTooLong { characters, limit: MAX_QUERY_CHARACTERS });
        }
        let parts = parts(query);
        let (excluded, wanted): (Vec<Part>, Vec<Part>) =
            parts.into_iter().partition(|part| matches!(part, Part::Excluded(_)));
        let pieces = pieces_of(&wanted, |text| text.to_owned());
        if pieces.is_empty() {
            return Err(SearchError::EmptyQuery);
        }
        let text = wanted.iter().map(Part::text).collect::<Vec<_>>().join(" ");
        let dated = dated(&fold(&text), today).map(|dated| {
            let pieces = pieces_of(&[Part::Plain(dated.rest.clone())], |text| text.to_owned());
            (dated, pieces)
        });
        let renumbered = numeral::rewritten(&fold(&text))
            .is_some()
            .then(|| pieces_of(&wanted, |text| numeral::rewritten(text).unwrap_or_else(|| text.to_owned())));
        Ok(Self {
            letters: letters(&text),
            text: text.trim().to_owned(),
            pieces,
            excluded: pieces_of(&excluded, |text| text.to_owned()),
            dated,
            renumbered,
        })
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

    /// 完整名称 Whether this is a name from its place, or brand, to its organisation form.
    pub fn is_whole_name(&self) -> bool {
        let [piece] = self.pieces.as_slice() else { return false };
        let is_ended = piece.units.last().is_some_and(|unit| unit.class == Class::Form);
        is_ended && !piece.is_phrase && !self.is_all_forms()
    }

    /// 地名开头的名称 Whether this may be a name from its place to its trade, without its organisation form, and is no
    /// person in a place.
    pub fn is_placed_name(&self) -> bool {
        let [piece] = self.pieces.as_slice() else { return false };
        let has_rest = |end: usize| self.letters.len() >= end + SHORTEST_REST;
        let has_trade = piece.units.iter().any(|unit| unit.class == Class::Word);
        let is_resident = || residents(&self.letters).iter().any(Resident::is_person);
        !piece.is_phrase && has_trade && place_ends(&self.letters).any(has_rest) && !is_resident()
    }

    /// What is marked in the texts of a hit: pieces and words, and for an approximate search the
    /// pairs of characters that it settles for.
    pub fn needles(&self, is_approximate: bool) -> Vec<Vec<char>> {
        let mut needles: Vec<Vec<char>> = self.pieces.iter().map(|piece| piece.letters.clone()).collect();
        needles.extend(self.units().flat_map(Unit::needles));
        needles.push(self.letters.clone());
        if is_approximate {
            needles.extend(self.pieces.iter().flat_map(|piece| piece.letters.windows(2)).map(<[char]>::to_vec));
        }
        needles.sort_unstable();
        needles.dedup();
        needles
    }

    /// What may be a code or the beginning of one and is answered on its own. A short number
    /// beside other words is mostly no code, but that of a document or a house.
    pub fn codes(&self) -> impl Iterator<Item = &[char]> {
        let is_single = self.pieces.len() == 1;
        let parts = self.pieces.iter().map(|piece| piece.letters.as_slice());
        let parts = parts.filter(move |letters| is_single || letters.len() > MAX_CODE_PREFIX);
        let whole = (!is_single).then_some(self.letters.as_slice());
        parts.chain(whole).filter(|letters| is_code(letters))
    }
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Phrase(text) | Self::Excluded(text) => text,
        }
    }
}

/// The pieces of some parts, their folded text rewritten; a phrase is one piece.
fn pieces_of(parts: &[Part], rewrite: impl Fn(&str) -> String) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let folded = rewrite(&fold(part.text()));
        if matches!(part, Part::Phrase(_)) {
            let letters: String = letters(&folded).into_iter().collect();
            pieces.push(Piece { is_phrase: true, ..Piece::new(&letters) });
            continue;
        }
        let texts = folded.split(|character: char| !character.is_alphanumeric()).filter(|text| !text.is_empty());
        let first = pieces.len();
        pieces.extend(texts.map(Piece::new));
        if place == 0 && pieces.len() > first && (pieces.len() > first + 1 || parts.len() > 1) {
            // A quotation mark is a mark, too.
            let ended = if parts.len() > 1 { format!("{folded}\"") } else { folded };
            pieces[first].is_torn = is_torn(ended.trim_start());
        }
    }
    let mut units = MAX_UNITS;
    for piece in &mut pieces {
        piece.units.truncate(units);
        units -= piece.units.len();
    }
    pieces
}

/// Whether a text begins with one letter and a mark, as in `品（红枣）`; a space would be a gap that
/// was meant.
fn is_torn(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(char::is_alphanumeric)
        && characters.next().is_some_and(|mark| !mark.is_alphanumeric() && !mark.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");

    fn units(query: &str) -> Vec<(String, Class)> {
        let question = Question::parse(query, TODAY).expect("a query");
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
    fn a_lone_character_goes_with_its_neighbours_but_not_with_the_region_before_it() {
        let first =
            |query: &str| units(query).into_iter().find(|(_, class)| matches!(class, Class::Lone | Class::Name));
        assert_eq!(first("西安马红梅"), Some(("马红".to_owned(), Class::Name)));
        assert_eq!(first("食品马红梅"), Some(("品马红".to_owned(), Class::Lone)));
        assert_eq!(first("有限公司马红梅"), Some(("马红".to_owned(), Class::Name)));
        assert_eq!(first("西安马"), Some(("马".to_owned(), Class::Lone)));
        assert_eq!(first("解放路杨建平"), Some(("路杨建".to_owned(), Class::Lone)));
    }

    #[test]
    fn short_numbers_beside_words_are_no_codes() {
        let codes = |query: &str| Question::parse(query, TODAY).expect("a query").codes().count();
        assert_eq!(["9161", "9161 0112", "西安 9161", "西安 91610112MA6"].map(codes), [1, 1, 0, 1]);
    }

    #[test]
    fn the_end_of_a_word_before_a_mark_is_torn() {
        let is_torn = |query: &str| Question::parse(query, TODAY).expect("a query").pieces[0].is_torn;
        assert_eq!(
            ["品（红枣", " 品（红枣", "品 红枣", "（品）红枣", "品）"].map(is_torn),
            [true, true, false, false, false]
        );
    }

    #[test]
    fn empty_and_long_queries_are_refused() {
        for query in ["", "  ", "〔〕（）!?", "😀", "\u{2}\u{3}"] {
            assert!(matches!(Question::parse(query, TODAY), Err(SearchError::EmptyQuery)), "{query:?}");
        }
        let long = "西".repeat(MAX_QUERY_CHARACTERS + 1);
        assert!(matches!(Question::parse(&long, TODAY), Err(SearchError::QueryTooLong { .. })));
        assert!(Question::parse(&long[3..], TODAY).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(query in "\\PC{0,64}") {
            if let Ok(question) = Question::parse(&query, TODAY) {
                prop_assert!(question.units().count() <= MAX_UNITS);
                prop_assert!(question.pieces.iter().all(|piece| !piece.letters.is_empty()));
            }
        }
    }
}
