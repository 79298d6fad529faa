//! 切分器 The tokenizers that the index runs while it writes: words and pairs of characters, codes, sounds.

use std::borrow::Cow;
use std::sync::Arc;

use quick_cache::unsync::Cache;
use tantivy::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::analysis::{END, START, fold, is_text_pair, letters, titled};
use crate::query::resident::place_ends;
use crate::{sound, words};

/// Name of the tokenizer of titles: their pairs of characters, and the words that are no pairs.
pub const TITLE: &str = "title_terms";
/// Name of the tokenizer of running text, by pairs and words.
pub const TEXT: &str = "text_terms";
/// Name that Tantivy gives to the tokenizer which leaves a text whole.
pub const WHOLE: &str = "raw";
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

/// Lengths of the prefixes of a code that are terms of their own; longer ones have few codes below them.
pub const CODE_PREFIXES: [usize; 4] = [4, 6, 8, 10];
/// The longest of them.
pub const MAX_CODE_PREFIX: usize = 10;

/// Registers every tokenizer that the schema names.
pub fn register(index: &Index) {
    let manager = index.tokenizers();
    manager.register(TITLE, TextAnalyzer::from(Title::default()));
    manager.register(TEXT, TextAnalyzer::from(Text::default()));
    manager.register(CODE, TextAnalyzer::from(Code));
    manager.register(SYLLABLES, TextAnalyzer::from(Syllables));
    manager.register(INITIALS, TextAnalyzer::from(Initials));
    for pairs in [Pairs::Former, Pairs::Registered, Pairs::Person] {
        manager.register(pairs.name(), TextAnalyzer::from(pairs));
    }
}

/// Texts of tokens, one behind the other.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, place: usize) -> Option<&str> {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.ends.get(place).map(|end| &self.text[begin..*end])
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        let mut texts = Self::default();
        for token in tokens {
            texts.text.push_str(token.as_ref());
            texts.ends.push(texts.text.len());
        }
        texts
    }
}

/// Tokens that were made beforehand, list by list. Those of the last list stand in a row; all others stand at the
/// beginning, where a place takes no room.
pub struct Listed {
    lists: Vec<Arc<Texts>>,
    list: usize,
    next: usize,
    token: Token,
}

impl Listed {
    fn new(lists: Vec<Arc<Texts>>) -> Self {
        Self { lists, list: 0, next: 0, token: Token::default() }
    }
}

impl TokenStream for Listed {
    fn advance(&mut self) -> bool {
        while let Some(texts) = self.lists.get(self.list) {
            if let Some(text) = texts.get(self.next) {
                self.token.position = if self.list + 1 == self.lists.len() { self.next } else { 0 };
                self.token.text.clear();
                self.token.text.push_str(text);
                self.next += 1;
                return true;
            }
            self.list += 1;
            self.next = 0;
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

/// Clauses whose tokens are kept: names of authorities, regions and industries, articles of laws, grounds and the
/// parts of business scopes come again with every other record, and cutting is most of what a record costs.
const KNOWN: usize = 16_384;
/// Bytes of a clause that may come again.
const MAX_KNOWN: usize = 192;

/// Tokens of clauses, the letters between two marks.
struct Clauses {
    known: Cache<String, Arc<Texts>>,
    cut: fn(&str) -> Texts,
}

impl Clauses {
    fn new(cut: fn(&str) -> Texts) -> Self {
        Self { known: Cache::new(KNOWN), cut }
    }

    fn tokens(&mut self, clause: &str) -> Arc<Texts> {
        if clause.len() > MAX_KNOWN {
            return Arc::new((self.cut)(clause));
        }
        if let Some(known) = self.known.get(clause) {
            return Arc::clone(known);
        }
        let tokens = Arc::new((self.cut)(clause));
        self.known.insert(clause.to_owned(), Arc::clone(&tokens));
        tokens
    }
}

/// The letters between the marks of a folded text.
fn clauses(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric()).filter(|clause| !clause.is_empty())
}

/// The words that are no pairs, and the words inside them.
fn words(clause: &str, is_pair: impl Fn(&[char]) -> bool) -> impl Iterator<Item = String> {
    words::cut_finely(clause).into_iter().map(str::to_owned).filter(move |word| {
        let letters: Vec<char> = word.chars().take(3).collect();
        letters.len() != 2 || !is_pair(&letters)
    })
}

/// 标题 The words of a title, then its pairs in their places.
struct Title(Clauses);

impl Default for Title {
    fn default() -> Self {
        Self(Clauses::new(|clause| words(clause, |_| true).collect()))
    }
}

/// Another writer knows nothing yet.
impl Clone for Title {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Tokenizer for Title {
    type TokenStream<'a> = Listed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listed {
        let folded = fold(text);
        let letters = titled(&letters(text));
        let pairs = letters.windows(2).map(String::from_iter).collect();
        let words = clauses(&folded).map(|clause| self.0.tokens(clause));
        Listed::new(words.chain([Arc::new(pairs)]).collect())
    }
}

/// 正文 The words and pairs of running text. A phrase is the same with and without the marks in it: the pairs reach
/// over them.
struct Text(Clauses);

impl Default for Text {
    fn default() -> Self {
        Self(Clauses::new(|clause| {
            let letters: Vec<char> = clause.chars().collect();
            let pairs = letters.windows(2).filter(|pair| is_text_pair(pair)).map(String::from_iter);
            words(clause, is_text_pair).chain(pairs).collect()
        }))
    }
}

/// Another writer knows nothing yet.
impl Clone for Text {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Tokenizer for Text {
    type TokenStream<'a> = Listed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listed {
        let folded = fold(text);
        let mut lists = Vec::new();
        let mut joints = Vec::new();
        let mut last = None;
        for clause in clauses(&folded) {
            joints.extend(last.zip(clause.chars().next()).map(|(last, first)| [last, first]));
            last = clause.chars().last();
            lists.push(self.0.tokens(clause));
        }
        joints.retain(|pair| is_text_pair(pair));
        lists.push(Arc::new(joints.iter().map(String::from_iter).collect()));
        Listed::new(lists)
    }
}

/// 代码 A code and its shorter prefixes.
#[derive(Clone)]
struct Code;

impl Tokenizer for Code {
    type TokenStream<'a> = Listed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listed {
        let letters = letters(text);
        let prefixes = CODE_PREFIXES.into_iter().filter(|length| *length < letters.len());
        let lengths = prefixes.chain([letters.len()]);
        let terms = lengths.map(|length| letters[..length].iter().collect::<String>()).collect();
        Listed::new(vec![Arc::new(terms)])
    }
}

/// 拼音 The syllables of a name, all readings of a character at its place.
#[derive(Clone)]
struct Syllables;

impl Tokenizer for Syllables {
    type TokenStream<'a> = Placed;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Placed {
        let mut terms = Vec::new();
        for (place, letter) in letters(text).into_iter().enumerate() {
            terms.extend(sound::readings(letter).iter().map(|one| (place, (*one).to_owned())));
        }
        Placed::new(terms)
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
    let mut row: Vec<Cow<'static, [char]>> = Vec::with_capacity(letters.len() + 2);
    row.push(Cow::Borrowed(&[START]));
    row.extend(letters.iter().map(|letter| sound::initials(*letter)));
    row.push(Cow::Borrowed(&[END]));
    let mut terms = Vec::new();
    for (place, three) in row.windows(INITIALS_OF_TERM).enumerate() {
        terms.extend(spellings(three).into_iter().map(|term| (from + place, term)));
    }
    // Where a place ends the sentinel stands for its last letter, which keeps the distances.
    for end in place_ends(letters) {
        let Some([first, second]) = row.get(end + 1..end + INITIALS_OF_TERM) else { continue };
        let three: [Cow<'static, [char]>; 3] = [Cow::Borrowed(&[AFTER_PLACE]), first.clone(), second.clone()];
        terms.extend(spellings(&three).into_iter().map(|term| (from + end, term)));
    }
    terms.sort_by_key(|(place, _)| *place);
    terms
}

/// Every way to take one of the letters at each place, at most [`MAX_SPELLINGS`].
fn spellings(places: &[Cow<'_, [char]>]) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for letters in places {
        if let [letter] = **letters {
            spellings.iter_mut().for_each(|begun| begun.push(letter));
            continue;
        }
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
    /// Letters of a former name between sentinels.
    Former,
    /// A name exactly as registered, begun by a pair that marks the field as present.
    Registered,
    /// Letters of a person's name and the sentinel after them.
    Person,
}

impl Pairs {
    /// Name under which the schema asks for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Former => "former_pairs",
            Self::Registered => "registered_pairs",
            Self::Person => "person_pairs",
        }
    }

    fn characters(self, text: &str) -> Vec<char> {
        match self {
            Self::Former => titled(&letters(text)),
            Self::Registered => [START, START].into_iter().chain(text.chars()).chain([END]).collect(),
            Self::Person => [letters(text).as_slice(), &[END]].concat(),
        }
    }
}

impl Tokenizer for Pairs {
    type TokenStream<'a> = PairStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PairStream {
        PairStream { characters: self.characters(text), next: 0, token: Token::default() }
    }
}

/// The pairs of one text, made one by one into the same token.
pub struct PairStream {
    characters: Vec<char>,
    next: usize,
    token: Token,
}

impl TokenStream for PairStream {
    fn advance(&mut self) -> bool {
        let Some(pair) = self.characters.get(self.next..self.next + 2) else { return false };
        self.token.position = self.next;
        self.next += 1;
        self.token.text.clear();
        self.token.text.extend(pair);
        true
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
    fn clauses_come_again_as_they_were() {
        let mut tokenizer = Text::default();
        let again = |tokenizer: &mut Text, text: &str| {
            let mut found = Vec::new();
            tokenizer.token_stream(text).process(&mut |token| found.push(token.text.clone()));
            found
        };
        for text in ["西安市雁塔区市场监督管理局", "", "（）", "食品销售；食品销售", &"西安诚邦商贸".repeat(20)]
        {
            let first = again(&mut tokenizer, text);
            assert_eq!(again(&mut tokenizer, text), first, "{text}");
            assert_eq!(tokens(Text::default(), text), first, "{text}");
        }
    }

    #[test]
    fn pairs_of_running_text_reach_over_marks_and_skip_numbers() {
        let found = tokens(Text::default(), "销售；食品296号");
        for term in ["销售", "售食", "食品", "品2", "6号", "296"] {
            assert!(found.contains(&term.to_owned()), "{term} in {found:?}");
        }
        assert!(!found.contains(&"29".to_owned()), "{found:?}");
        assert_eq!(tokens(Text::default(), "酒"), ["酒"]);
    }

    #[test]
    fn a_word_of_two_characters_is_its_pair() {
        let found = tokens(Text::default(), "市场监督管理局");
        assert_eq!(found.iter().filter(|term| *term == "市场").count(), 1, "{found:?}");
        assert!(found.contains(&"管理局".to_owned()), "{found:?}");
    }

    #[test]
    fn pairs_of_titles_skip_marks_and_know_their_ends() {
        assert_eq!(tokens(Title::default(), "西（安）"), ["西", "安", "\u{2}西", "西安", "安\u{3}"]);
        assert_eq!(tokens(Pairs::Former, "西（安）"), ["\u{2}西", "西安", "安\u{3}"]);
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
        assert_eq!(tokens(Code, "91610112MA6TXYZA12").len(), 5);
    }
}
