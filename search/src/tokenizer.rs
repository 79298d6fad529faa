//! 切分器 The tokenizers that the index runs while it writes: words, pairs of characters, codes.

use tantivy::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::analysis::{END, MIN_CODE, START, fold, fold_char, is_text_pair, letters, titled};
use crate::words;

/// Name of the tokenizer of words.
pub const WORDS: &str = "words";
/// Name of the tokenizer of codes.
pub const CODE: &str = "code";

/// Longest prefix of a code that is a term of its own; longer ones have few codes below them.
pub const MAX_CODE_PREFIX: usize = 10;

/// Registers every tokenizer that the schema names.
pub fn register(index: &Index) {
    let manager = index.tokenizers();
    manager.register(WORDS, TextAnalyzer::from(Words));
    manager.register(CODE, TextAnalyzer::from(Code));
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

/// 二字 Overlapping pairs of characters.
#[derive(Clone, Copy)]
pub enum Pairs {
    /// Letters of a title between sentinels.
    Title,
    /// A name exactly as registered, begun by a pair that marks the field as present.
    Registered,
    /// Letters of a person's name and the sentinel after them.
    Person,
    /// Running text; no pair reaches over a mark.
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
            Self::Text => text.chars().map(fold_char).collect(),
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
    fn pairs_of_running_text_stop_at_marks() {
        assert_eq!(tokens(Pairs::Text, "销售；食品296号"), ["销售", "食品", "品2", "6号"]);
        assert_eq!(tokens(Pairs::Text, "酒"), [""; 0]);
    }

    #[test]
    fn pairs_of_titles_skip_marks_and_know_their_ends() {
        assert_eq!(tokens(Pairs::Title, "西（安）"), ["\u{2}西", "西安", "安\u{3}"]);
        assert_eq!(tokens(Pairs::Registered, "A（"), ["\u{2}\u{2}", "\u{2}A", "A（", "（\u{3}"]);
        assert_eq!(tokens(Pairs::Person, "王国刚"), ["王国", "国刚", "刚\u{3}"]);
    }

    #[test]
    fn codes_have_their_prefixes() {
        assert_eq!(tokens(Code, "9161A"), ["9161", "9161a"]);
        assert_eq!(tokens(Code, "916"), ["916"]);
        assert_eq!(tokens(Code, "91610112MA6TXYZA12").len(), 8);
    }
}
