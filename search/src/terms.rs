//! 检索词 A question and a text as plain words and pairs of characters, for an engine that knows no Chinese and
//! stands in the place of this one: what has to be understood is understood here.

use chrono::NaiveDate;

use crate::analysis::{fold, is_text_pair, letters};
use crate::error::SearchError;
use crate::query::{Class, Piece, Question, Unit};
use crate::words;

/// 词与字对 What a text is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// 词 Its words and the words inside them.
    pub words: Vec<String>,
    /// 字对 Its pairs of characters.
    pub pairs: Vec<String>,
}

/// What a text is found by.
pub fn tokens(text: &str) -> Tokens {
    let folded = fold(text);
    let words = words::cut_finely(&folded).into_iter().map(str::to_owned).collect();
    let characters: Vec<char> = folded.chars().collect();
    let pairs = characters.windows(2).filter(|pair| is_text_pair(pair)).map(|pair| pair.iter().collect()).collect();
    Tokens { words, pairs }
}

/// 归一 A title or code without width, case, brackets and spaces.
pub fn plain(text: &str) -> String {
    letters(text).into_iter().collect()
}

/// 一词 A word as it stands, or its pairs of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The word.
    pub word: String,
    /// Its pairs; a single character has none.
    pub pairs: Vec<String>,
}

/// 检索词 What a question asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// 整体 All its letters: a name, a number or a code as a whole.
    pub whole: String,
    /// Each stands somewhere in the record.
    pub needed: Vec<Sought>,
    /// 排除 None stands in it.
    pub excluded: Vec<Sought>,
    /// 代码 Those that may be codes or their beginnings.
    pub codes: Vec<String>,
}

/// Takes a question apart.
///
/// # Errors
/// The query is empty or too long.
pub fn terms(query: &str, today: NaiveDate) -> Result<Terms, SearchError> {
    let question = Question::parse(query, today)?;
    let is_all_forms = question.is_all_forms();
    let needed = question.pieces.iter().flat_map(|piece| of_piece(piece, is_all_forms));
    Ok(Terms {
        whole: question.letters.iter().collect(),
        needed: needed.collect(),
        excluded: question.excluded.iter().map(|piece| sought(&piece.letters)).collect(),
        codes: question.codes().map(|code| code.iter().collect()).collect(),
    })
}

/// A phrase is one word; organisation forms are not insisted on.
fn of_piece(piece: &Piece, is_all_forms: bool) -> Vec<Sought> {
    if piece.is_phrase || piece.units.is_empty() {
        return vec![sought(&piece.letters)];
    }
    let is_needed = |unit: &&Unit| is_all_forms || unit.class != Class::Form;
    piece.units.iter().filter(is_needed).map(|unit| sought(&unit.letters)).collect()
}

fn sought(letters: &[char]) -> Sought {
    let pairs = letters.windows(2).filter(|pair| is_text_pair(pair)).map(|pair| pair.iter().collect());
    Sought { word: letters.iter().collect(), pairs: pairs.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_becomes_words_and_pairs() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");
        let found = terms("西安诚邦有限公司 -红枣 9161", today).expect("a question");
        let words: Vec<&str> = found.needed.iter().map(|term| term.word.as_str()).collect();
        assert_eq!(words, ["西安", "诚邦", "9161"]);
        assert_eq!(found.needed[1].pairs, ["诚邦"]);
        assert_eq!((found.excluded[0].word.as_str(), found.whole.as_str()), ("红枣", "西安诚邦有限公司9161"));
        assert_eq!(tokens("销售食品").pairs, ["销售", "售食", "食品"]);
        assert!(matches!(terms("（）", today), Err(SearchError::EmptyQuery)));
    }
}
