//! 切分器 The tokenizers that the index runs while it writes: words, pairs of characters, codes, sounds.

use tantivy::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::analysis::{END, MIN_CODE, START, fold, is_text_pair, letters, titled};
use crate::query::resident::place_ends;
use crate::{sound, words};

/// Name of the tokenizer of words.
pub const WORDS: &str = "words";
/// Name of the tokenizer of codes.
pub const CODE: &str = "code";
/// Name of the tokenizer of syllables.
pub const SYLLABLES: &str = "syllables";
/// Name of the tokenizer of initials.
pub const INITIALS: &str = "initials";

/// Stands before the first initial after a place that a name begins with, as in 西安|诚邦.
pub const AFTER_PLACE: char = '\u{4}';
/// Initials that are one term: of so few letters there are some thousand terms, and a name that is
/// asked for by four letters is found by two of them.
pub const INITIALS_OF_TERM: usize = 3;
/// Most spellings of one term, where several characters have several readings.
const MAX_SPELLINGS: usize = 8;

/// Longest prefix of a code that is a term of its own; longer ones have few codes below them.
pub const MAX_CODE_PREFIX: usize = 10;

/// Registers every tokenizer that the schema names.
pub fn register(index: &Index) {
    let manager = index.tokenizers();
    manager.register(WORDS, TextAnalyzer::from(Words));
    manager.register(CODE, TextAnalyzer::from(Code));
    manager.register(SYLLABLES, TextAnalyzer::from(Syllables));
    manager.register(INITIALS, TextAnalyzer::from(Initials));
    for pairs in [Pairs::Title, Pairs::Registered, Pairs::Person, Pairs::Text] {
        manager.register(pairs.name(), TextAnalyzer::from(pairs));
    }
}

/// Tokens that were made beforehand.
pub struct Listed {
    rest: std::vec::IntoIter<String>,
    token: Token,
}

impl Listed {
    fn new(texts: Vec<String>) -> Self {
        Self { rest: texts.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Listed {
    fn advance(&mut self) -> bool {
        let Some(text) = self.rest.next() else { return false };
        self.token.text = text;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// 词 Words and the words inside them.
#[derive(Clone)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = Listed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listed {
        Listed::new(words::cut_finely(&fold(text)).into_iter().map(str::to_owned).collect())
    }
}

/// 代码 A code and its shorter prefixes.
#[derive(Clone)]
struct Code;

impl Tokenizer for Code {
    type TokenStream<'a> = Listed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listed {
        let letters = letters(text);
        let longest = MAX_CODE_PREFIX.min(letters.len().saturating_sub(1));
        let lengths = (MIN_CODE..=longest).chain([letters.len()]);
        Listed::new(lengths.map(|length| letters[..length].iter().collect()).collect())
    }
}

/// 拼音 The syllables of a name, all readings of a character at its place.
#[derive(Clone)]
struct Syllables;

impl Tokenizer for Syllables {
    type TokenStream<'a> = Placed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Placed {
        let letters = letters(text).into_iter().enumerate();
        Placed::new(
            letters
                .flat_map(|(place, letter)| sound::readings(letter).into_iter().map(move |one| (place, one.to_owned())))
                .collect(),
        )
    }
}

/// 拼音首字母 The initials of a name between sentinels, in overlapping threes.
#[derive(Clone)]
struct Initials;

impl Tokenizer for Initials {
    type TokenStream<'a> = Placed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Placed {
        let mut terms = initials_of(&letters(text), 0);
        if let Some(shorter) = without_place_in_brackets(text) {
            let from = terms.last().map_or(0, |(place, _)| place + INITIALS_OF_TERM);
            terms.extend(initials_of(&letters(&shorter), from));
        }
        Placed::new(terms)
    }
}

/// 博源（陕西）文化 is called 博源文化, too.
fn without_place_in_brackets(text: &str) -> Option<String> {
    let folded = fold(text);
    let (before, rest) = folded.split_once('(')?;
    let (place, after) = rest.split_once(')')?;
    words::is_region(place).then(|| format!("{before}{after}"))
}

/// The initials of letters in overlapping threes, the first at a place of its own.
fn initials_of(letters: &[char], from: usize) -> Vec<(usize, String)> {
    let initials = letters.iter().map(|letter| sound::initials(*letter));
    let row: Vec<Vec<char>> = [vec![START]].into_iter().chain(initials).chain([vec![END]]).collect();
    let mut terms = Vec::new();
    for (place, three) in row.windows(INITIALS_OF_TERM).enumerate() {
        terms.extend(spellings(three).into_iter().map(|term| (from + place, term)));
    }
    // Where a place ends the sentinel stands for its last letter, which keeps the distances.
    for end in place_ends(letters) {
        let Some(two) = row.get(end + 1..end + INITIALS_OF_TERM) else { continue };
        let three: Vec<Vec<char>> = [vec![AFTER_PLACE]].into_iter().chain(two.iter().cloned()).collect();
        terms.extend(spellings(&three).into_iter().map(|term| (from + end, term)));
    }
    terms.sort_by_key(|(place, _)| *place);
    terms
}

/// Every way to take one of the letters at each place, at most [`MAX_SPELLINGS`].
fn spellings(places: &[Vec<char>]) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for letters in places {
        let longer = spellings.iter().flat_map(|begun| letters.iter().map(move |letter| format!("{begun}{letter}")));
        spellings = longer.take(MAX_SPELLINGS).collect();
    }
    spellings
}

/// Tokens with their places, made beforehand.
pub struct Placed {
    rest: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

impl Placed {
    fn new(terms: Vec<(usize, String)>) -> Self {
        Self { rest: terms.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Placed {
    fn advance(&mut self) -> bool {
        let Some((place, text)) = self.rest.next() else { return false };
        self.token.position = place;
        self.token.text = text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// 二字 Overlapping pairs of characters.
#[derive(Clone, Copy)]
pub enum Pairs {
    /// Letters of a title between sentinels.
    Title,
    /// A name exactly as registered, begun by a pair that marks the field as present.
    Registered,
    /// Letters of a person's name and the sentinel after them.
    Person,
    /// Letters of running text: a phrase is the same with and without the marks in it.
    Text,
}

impl Pairs {
    /// Name under which the schema asks for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title_pairs",
            Self::Registered => "registered_pairs",
            Self::Person => "person_pairs",
            Self::Text => "text_pairs",
        }
    }

    fn characters(self, text: &str) -> Vec<char> {
        match self {
            Self::Title => titled(&letters(text)),
            Self::Registered => [START, START].into_iter().chain(text.chars()).chain([END]).collect(),
            Self::Person => [letters(text).as_slice(), &[END]].concat(),
            Self::Text => letters(text),
        }
    }
}

impl Tokenizer for Pairs {
    type TokenStream<'a> = PairStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PairStream {
        PairStream { pairs: *self, characters: self.characters(text), next: 0, token: Token::default() }
    }
}

/// The pairs of one text, made one by one into the same token.
pub struct PairStream {
    pairs: Pairs,
    characters: Vec<char>,
    next: usize,
    token: Token,
}

impl TokenStream for PairStream {
    fn advance(&mut self) -> bool {
        while let Some(pair) = self.characters.get(self.next..self.next + 2) {
            self.token.position = self.next;
            self.next += 1;
            if !matches!(self.pairs, Pairs::Text) || is_text_pair(pair) {
                self.token.text.clear();
                self.token.text.extend(pair);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(mut tokenizer: impl Tokenizer, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        tokenizer.token_stream(text).process(&mut |token| found.push(token.text.clone()));
        found
    }

    #[test]
    fn pairs_of_running_text_skip_marks_and_numbers() {
        assert_eq!(tokens(Pairs::Text, "销售；食品296号"), ["销售", "售食", "食品", "品2", "6号"]);
        assert_eq!(tokens(Pairs::Text, "酒"), [""; 0]);
    }

    #[test]
    fn pairs_of_titles_skip_marks_and_know_their_ends() {
        assert_eq!(tokens(Pairs::Title, "西（安）"), ["\u{2}西", "西安", "安\u{3}"]);
        assert_eq!(tokens(Pairs::Registered, "A（"), ["\u{2}\u{2}", "\u{2}A", "A（", "（\u{3}"]);
        assert_eq!(tokens(Pairs::Person, "王国刚"), ["王国", "国刚", "刚\u{3}"]);
    }

    #[test]
    fn sounds_of_a_name_know_its_places_and_its_other_readings() {
        assert_eq!(tokens(Syllables, "西安（A）"), ["xi", "an"]);
        let initials = tokens(Initials, "西安诚邦");
        for term in ["\u{2}xa", "xac", "acb", "cb\u{3}", "\u{4}cb"] {
            assert!(initials.contains(&term.to_owned()), "{term:?} in {initials:?}");
        }
        let spelt = tokens(Initials, "重庆");
        assert!(spelt.contains(&"\u{2}cq".to_owned()) && spelt.contains(&"\u{2}zq".to_owned()));
    }

    #[test]
    fn codes_have_their_prefixes() {
        assert_eq!(tokens(Code, "9161A"), ["9161", "9161a"]);
        assert_eq!(tokens(Code, "916"), ["916"]);
        assert_eq!(tokens(Code, "91610112MA6TXYZA12").len(), 8);
    }
}
