//! 查询条件 From a question to the query that Tantivy runs. A record is found if each piece of the
//! question is found somewhere in it: as a phrase of its title, as a person, or word by word over
//! title, person and text. If no record has everything, half of what distinguishes is enough.

use super::combine::{
    Any, all, all_and, all_pairs, any, at_least, beginning, boost, flat, one_pair, phrase, within, without, word,
};
use super::resident::{MAX_NAME, Resident, residents};
use super::{Class, Piece, Question, Unit};
use crate::analysis::{END, START, is_code, is_text_pair, letters, titled};
use crate::schema::Fields;
use crate::tokenizer::MAX_CODE_PREFIX;
use crate::words;

/// Scores that no sum of word scores reaches: a whole code, then a whole title, then part of a code,
/// then a person in the place that was asked for, then a title that holds all parts in a row.
const WHOLE_CODE: f32 = 4_000.0;
const WHOLE_TITLE: f32 = 2_000.0;
const PART_OF_CODE: f32 = 1_000.0;
const RESIDENT: f32 = 500.0;
const PART_OF_TITLE: f32 = 400.0;

/// Longest text that is also looked up pair by pair.
const MAX_PAIRED: usize = 32;
/// Longest name of a person that is looked up as a whole.
const MAX_PERSON: usize = 20;

/// Makes queries on the fields of one index.
pub struct Clauses<'a>(pub &'a Fields);

impl Clauses<'_> {
    /// Records that hold everything that was asked for.
    pub fn strict(&self, question: &Question) -> Any {
        let is_all_forms = question.is_all_forms();
        let (mut needed, mut welcome) = (Vec::new(), Vec::new());
        for piece in &question.pieces {
            let is_form = !piece.units.is_empty() && piece.units.iter().all(|unit| unit.class == Class::Form);
            let is_welcome = piece.is_torn || (is_form && !is_all_forms);
            let side = if is_welcome { &mut welcome } else { &mut needed };
            side.push(self.piece(piece, is_all_forms));
        }
        let mut ways = vec![all_and(needed, welcome)];
        ways.push(flat(WHOLE_TITLE, phrase(self.0.title_pairs, &titled(&question.letters))));
        if question.pieces.len() > 1 {
            ways.push(flat(PART_OF_TITLE, phrase(self.0.title_pairs, &question.letters)));
            ways.push(boost(8.0, word(self.0.person, &question.text)));
        }
        ways.extend(question.codes().map(|code| self.code(code)));
        ways.extend(residents(&question.letters).iter().map(|resident| self.resident(resident)));
        any(ways)
    }

    /// Records that hold at least half of the distinguishing words and pairs.
    pub fn loose(&self, question: &Question) -> Any {
        let mut ways: Vec<Any> = Vec::new();
        for unit in question.units().filter(|unit| is_distinguishing(unit)) {
            ways.push(self.unit(unit));
        }
        ways.extend(self.joints(question));
        if ways.is_empty() {
            return any(question.units().map(|unit| self.unit(unit)).collect());
        }
        let enough = ways.len().div_ceil(2);
        let common = question.units().filter(|unit| !is_distinguishing(unit));
        all_and(vec![at_least(enough, ways)], common.map(|unit| self.unit(unit)).collect())
    }

    /// 名称包含 Enterprises whose registered name holds these characters, character for character.
    /// Names that folding changes have their pairs in a field of their own; all others are
    /// answered by the pairs of their title.
    pub fn name_contains(&self, part: &str) -> Any {
        let characters: Vec<char> = part.chars().collect();
        if characters.iter().any(|character| [START, END].contains(character)) {
            return any(Vec::new());
        }
        let registered = within(self.0.registered_pairs, &characters);
        if letters(part) != characters {
            return registered;
        }
        let has_own_field = one_pair(self.0.registered_pairs, &[START, START]);
        any(vec![without(within(self.0.title_pairs, &characters), has_own_field), registered])
    }

    /// 法定代表人 Enterprises with this legal representative, character for character.
    pub fn legal_representative(&self, name: &str) -> Any {
        word(self.0.person, name)
    }

    /// Pairs that are no word themselves: within names and long words, and where words meet.
    /// They bridge a mistyped character.
    fn joints(&self, question: &Question) -> Vec<Any> {
        let is_common = |pair: &[char]| {
            let mut units = question.units();
            let is_whole = |unit: &Unit| is_distinguishing(unit) && unit.class != Class::Lone;
            units.any(|unit| unit.letters == pair || (!is_whole(unit) && holds(&unit.letters, pair)))
        };
        let pairs = question.pieces.iter().flat_map(|piece| piece.letters.windows(2).take(MAX_PAIRED));
        let joints = pairs.filter(|pair| is_text_pair(pair) && !is_common(pair));
        joints.map(|pair| any(vec![one_pair(self.0.title_pairs, pair), one_pair(self.0.text_pairs, pair)])).collect()
    }

    /// A piece of the question, word by word or character by character: the pairs find what the
    /// dictionary cuts differently in the question and in the record.
    fn piece(&self, piece: &Piece, is_all_forms: bool) -> Any {
        let letters = &piece.letters;
        let text: String = letters.iter().collect();
        if letters.len() == 1 {
            return self.character(&text);
        }
        let mut ways = vec![self.words(piece, is_all_forms)];
        if letters.len() <= MAX_PERSON {
            ways.push(boost(20.0, word(self.0.person, &text)));
        }
        if !is_number(letters) {
            ways.push(boost(10.0, phrase(self.0.title_pairs, letters)));
            ways.push(flat(3.0, self.text_pairs(letters)));
        }
        if is_code(letters) && letters.len() <= MAX_CODE_PREFIX {
            ways.push(flat(3.0, word(self.0.code, &text)));
        }
        any(ways)
    }

    /// One character: the beginning of a pair, or a word of its own. A digit is never found as a
    /// part of a number.
    fn character(&self, text: &str) -> Any {
        let in_text = if text.is_ascii() { any(Vec::new()) } else { beginning(self.0.text_pairs, text) };
        any(vec![
            in_text,
            boost(3.0, word(self.0.title_words, text)),
            word(self.0.text_words, text),
            beginning(self.0.title_pairs, text),
            beginning(self.0.person_pairs, text),
        ])
    }

    fn words(&self, piece: &Piece, is_all_forms: bool) -> Any {
        let (forms, others): (Vec<_>, Vec<_>) = piece.units.iter().partition(|unit| unit.class == Class::Form);
        let queries = |units: Vec<&Unit>| units.into_iter().map(|unit| self.unit(unit)).collect();
        if is_all_forms || others.is_empty() {
            return all(queries(forms));
        }
        all_and(queries(others), queries(forms))
    }

    /// A word wherever it may stand. A name is no word of the dictionary and is found by its pairs.
    fn unit(&self, unit: &Unit) -> Any {
        match unit.class {
            Class::Form => self.word(unit, 0.2),
            Class::Region => self.region(unit),
            Class::Latin => any(vec![self.word(unit, 1.0), self.foreigner(&unit.letters)]),
            Class::Word => any(vec![self.word(unit, 1.0), self.person(&unit.letters)]),
            Class::Name => self.name(&unit.letters),
            Class::Lone if unit.letters.len() == 1 => self.character(&unit.text()),
            Class::Lone => any(unit.letters.windows(2).map(|pair| self.name(pair)).collect()),
        }
    }

    fn name(&self, letters: &[char]) -> Any {
        let title = boost(4.0, phrase(self.0.title_pairs, letters));
        any(vec![title, self.text_pairs(letters), self.person(letters)])
    }

    /// Some given names are regions too, as 建平 is; that finds the person, but says too little
    /// to rank it before what lies in the region.
    fn region(&self, unit: &Unit) -> Any {
        if unit.letters.len() > MAX_NAME {
            return self.word(unit, 0.4);
        }
        any(vec![self.word(unit, 0.4), flat(0.1, self.person_pairs(&unit.letters))])
    }

    /// 地名加姓名 The person in the places, or someone in them whose name holds this one.
    fn resident(&self, resident: &Resident) -> Any {
        let name: String = resident.name.iter().collect();
        let mut persons = vec![flat(RESIDENT, word(self.0.person, &name))];
        if !words::is_region(&name) {
            persons.push(boost(3.0, self.person_pairs(resident.name)));
        }
        let places = resident.places.iter().map(|place| self.place(place));
        all([any(persons)].into_iter().chain(places).collect())
    }

    /// A place by its word, or by its pairs where the dictionary cut the record differently.
    fn place(&self, letters: &[char]) -> Any {
        let text: String = letters.iter().collect();
        any(vec![self.word(&Unit::new(&text), 0.4), flat(0.1, self.text_pairs(letters))])
    }

    fn word(&self, unit: &Unit, weight: f32) -> Any {
        let text = unit.text();
        let title = boost(3.0 * weight, word(self.0.title_words, &text));
        any(vec![title, boost(weight, word(self.0.text_words, &text))])
    }

    fn person(&self, letters: &[char]) -> Any {
        if letters.len() > MAX_NAME {
            return any(Vec::new());
        }
        let whole: String = letters.iter().collect();
        any(vec![boost(6.0, word(self.0.person, &whole)), boost(3.0, self.person_pairs(letters))])
    }

    /// 外文姓名 Part of a person's name in Latin letters, whose case the whole field keeps.
    fn foreigner(&self, letters: &[char]) -> Any {
        if letters.len() > MAX_PERSON || !letters.iter().all(char::is_ascii_alphabetic) {
            return any(Vec::new());
        }
        self.person_pairs(letters)
    }

    fn person_pairs(&self, letters: &[char]) -> Any {
        all_pairs(self.0.person_pairs, letters.windows(2))
    }

    /// Text that holds the characters pair by pair, which is as good as one after the other.
    fn text_pairs(&self, letters: &[char]) -> Any {
        let letters = if letters.len() <= MAX_PAIRED { letters } else { &[] };
        all_pairs(self.0.text_pairs, letters.windows(2).filter(|pair| is_text_pair(pair)))
    }

    /// 代码 A whole code, or all codes that begin like this.
    fn code(&self, letters: &[char]) -> Any {
        let text: String = letters.iter().collect();
        let whole = word(self.0.code, &text);
        if letters.len() <= MAX_CODE_PREFIX {
            return flat(PART_OF_CODE, whole);
        }
        any(vec![flat(WHOLE_CODE, whole), flat(PART_OF_CODE, beginning(self.0.code, &text))])
    }
}

/// Whether a word tells one record from another.
fn is_distinguishing(unit: &Unit) -> bool {
    !matches!(unit.class, Class::Region | Class::Form)
}

/// Whether these are digits only: a number is never found as a part of another number.
fn is_number(letters: &[char]) -> bool {
    letters.iter().all(char::is_ascii_digit)
}

fn holds(letters: &[char], pair: &[char]) -> bool {
    letters.windows(2).any(|window| window == pair)
}
