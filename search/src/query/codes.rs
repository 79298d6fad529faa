//! 按号码 Queries on unified codes and on the registration numbers before them.

use rules::uscc::registration_number;
use tantivy::Term;
use tantivy::query::TermSetQuery;
use tantivy::schema::Field;

use super::clause::{CORRECTED_CODE, Clauses, PART_OF_CODE, WHOLE_CODE, is_number};
use super::combine::{Any, beginning, every, flat, word};
use super::near_code;
use super::way::{Reason, Way};
use crate::tokenizer::{CODE_PREFIXES, MAX_CODE_PREFIX};

impl Clauses<'_> {
    /// 代码 A whole code, all codes that begin like this, and those that are one mistake away.
    pub fn code(&self, letters: &[char]) -> Vec<Way> {
        let text: String = letters.iter().collect();
        let may_be_old = is_number(letters) && letters.len() <= registration_number::LENGTH + 1;
        let mut ways = if may_be_old { self.registered(letters, &text) } else { Vec::new() };
        let part = flat(PART_OF_CODE, code_beginning(self.0.code, letters));
        if letters.len() <= MAX_CODE_PREFIX {
            ways.push(Way::new(Reason::PartOfCode, text, part));
            return ways;
        }
        let whole = word(self.0.code, &text);
        let near = near_code::candidates(letters);
        ways.push(Way::new(Reason::WholeCode, &text, flat(WHOLE_CODE, whole)));
        ways.push(Way::new(Reason::PartOfCode, &text, part));
        if !near.is_empty() {
            ways.push(Way::new(Reason::CorrectedCode, text, corrected(self.0.code, &near)));
        }
        ways
    }

    /// 注册号 Numbers of before the unified code that are these digits, begin like them, or are one mistake away.
    fn registered(&self, digits: &[char], text: &str) -> Vec<Way> {
        let field = self.0.registration;
        let score = if digits.len() == registration_number::LENGTH { WHOLE_CODE } else { PART_OF_CODE };
        let begun = flat(score, code_beginning(field, digits));
        let mut ways = vec![Way::new(Reason::RegistrationNumber, text, begun)];
        let near = near_code::numbers(digits);
        if !near.is_empty() {
            ways.push(Way::new(Reason::CorrectedCode, text, corrected(field, &near)));
        }
        ways
    }
}

/// Codes that begin with these letters. Of the short beginnings every second one is a term: the others are followed by
/// any one letter.
pub fn code_beginning(field: Field, letters: &[char]) -> Any {
    let text: String = letters.iter().collect();
    if letters.len() > MAX_CODE_PREFIX {
        return beginning(field, &text);
    }
    if CODE_PREFIXES.contains(&letters.len()) {
        return word(field, &text);
    }
    let next = ('0'..='9').chain('a'..='z');
    // Not as a set of terms, of which all documents would be read before the first is seen.
    every(next.map(|next| word(field, &format!("{text}{next}"))).collect())
}

/// Any of these codes, for one that has a mistake.
fn corrected(field: Field, codes: &[String]) -> Any {
    let terms = codes.iter().map(|code| Term::from_field_text(field, code));
    flat(CORRECTED_CODE, Box::new(TermSetQuery::new(terms)))
}
