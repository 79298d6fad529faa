//! 查询条件 From a question to the query that Tantivy runs. A record is found if each piece of the
//! question is found somewhere in it: as a phrase of its title, as a person, or word by word over
//! title, person and text. If no record has everything, a third of what distinguishes is enough.

use tantivy::Term;
use tantivy::query::{FuzzyTermQuery, RangeQuery, TermSetQuery};

use super::codes::code_beginning;
use super::combine::{
    Any, all, all_and, all_pairs, any, at_least, beginning, boost, flat, one_pair, phrase, within, without, word,
};
use super::on_days::OnDays;
use super::pairs::in_text;
use super::resident::{MAX_NAME, Resident, residents};
use super::way::{Reason, Way};
use super::{Class, Piece, Question, Unit, day};
use crate::analysis::{END, START, is_code, is_text_pair, letters, titled};
use crate::bearers;
use crate::document::Key;
use crate::keys::Keys;
use crate::schema::Fields;
use crate::suggest::begun;
use crate::tokenizer::MAX_CODE_PREFIX;
use crate::words;

/// Scores that no sum of word scores reaches: a whole code, then part of a code, then a whole title, then a code with
/// one mistake, then a person in the place that was asked for, then a title that holds all parts in a row. An
/// enterprise comes before its own permits, whose numbers begin with its code.
pub const WHOLE_CODE: f32 = 4_000.0;
pub const PART_OF_CODE: f32 = 2_500.0;
const WHOLE_TITLE: f32 = 2_000.0;
pub const CORRECTED_CODE: f32 = 1_500.0;
const FORMER_NAME: f32 = 1_200.0;
/// A whole name with one slip, where a name was asked for.
const MISSPELT: f32 = 600.0;
const RESIDENT: f32 = 500.0;
const PART_OF_TITLE: f32 = 400.0;
const PART_OF_FORMER_NAME: f32 = 8.0;
/// What bears a name comes before those who are called so.
const NAMED_SO: f32 = 25.0;
const KEY_PERSON: f32 = 15.0;
/// A piece in the title, as it was typed.
const AS_TITLE: f32 = 10.0;

/// Codes of so many characters may be whole ones with some missing.
const NEARLY_WHOLE: std::ops::RangeInclusive<usize> = 15..=20;

/// Less than a name in a row: many persons are called like a brand.
const HOLDER: f32 = 5.0;
const PHRASE: f32 = 23.0;
pub const SLIP: f32 = 30.0;

/// Longest name and person without a gap.
const MAX_HOLDER: usize = 12;
/// Longest text that is also looked up pair by pair.
const MAX_PAIRED: usize = 32;
/// Shortest word that is also looked up pair by pair.
const LONG_WORD: usize = 4;
/// Longest name of a person that is looked up as a whole.
const MAX_PERSON: usize = 20;

/// Whether a piece is also looked up letter by letter, or a way of its own does that: a question of one piece would
/// walk the same places twice.
#[derive(Clone, Copy)]
pub enum AsWhole {
    Too,
    Elsewhere,
}

/// Makes queries on the fields of one index.
pub struct Clauses<'a>(pub &'a Fields);

impl Clauses<'_> {
    /// The ways to hold everything that was asked for.
    pub fn strict(&self, question: &Question) -> Vec<Way> {
        let text = &question.text;
        let is_single = question.pieces.len() == 1;
        let as_whole = if is_single { AsWhole::Elsewhere } else { AsWhole::Too };
        let pieces = self.pieces(&question.pieces, question.is_all_forms(), as_whole);
        let mut ways = vec![Way::new(Reason::AllWords, text, pieces)];
        if let Some(pieces) = &question.renumbered {
            ways.push(Way::new(Reason::AllWords, text, self.pieces(pieces, false, AsWhole::Too)));
        }
        ways.extend(self.dated(question));
        let letters = &question.letters;
        let whole = flat(WHOLE_TITLE, phrase(self.0.title, &titled(letters)));
        ways.push(Way::new(Reason::WholeTitle, text, whole));
        let part = phrase(self.0.title, letters);
        let part = if is_single { boost(NAMED_SO, part) } else { flat(PART_OF_TITLE, part) };
        ways.push(Way::new(Reason::PartOfTitle, text, part));
        ways.push(Way::new(Reason::FormerName, text, self.former_name(letters)));
        ways.push(Way::new(Reason::KeyPerson, text, flat(KEY_PERSON, word(self.0.key_person, text))));
        if !is_single {
            ways.push(Way::new(Reason::AllWords, text, boost(8.0, word(self.0.person, text))));
        }
        ways.extend(question.codes().flat_map(|code| self.code(code)));
        let residents = residents(letters);
        ways.extend(residents.iter().map(|resident| Way::new(Reason::PersonInPlace, text, self.resident(resident))));
        ways.extend(self.holders(letters).map(|holder| Way::new(Reason::AllWords, text, holder)));
        // Marks within a phrase are not typed as they stand.
        ways.push(Way::new(Reason::AllWords, text, flat(PHRASE, self.text_pairs(letters))));
        ways.extend(self.sounds(question));
        ways
    }

    /// 名称加姓名 A part of a name and a person without a gap, in either order: `金晨邓雪英`.
    fn holders<'q>(&'q self, letters: &'q [char]) -> impl Iterator<Item = Any> + 'q {
        let longest = if letters.len() <= MAX_HOLDER { MAX_NAME } else { 0 };
        let lengths = 2..=longest;
        let parts = lengths.flat_map(|length| {
            let (name, rest) = letters.split_at(length.min(letters.len()));
            let (before, last) = letters.split_at(letters.len() - length.min(letters.len()));
            [(name, rest), (last, before)]
        });
        let parts = parts.filter(|(name, part)| name.len() > 1 && part.len() > 1);
        parts.map(|(name, part)| {
            let person: String = name.iter().collect();
            all(vec![flat(HOLDER, word(self.0.person, &person)), flat(1.0, phrase(self.0.title, part))])
        })
    }

    /// 近似名称 Names that differ from a whole name by one slip; other words that a record holds say less.
    pub fn misspelt(&self, question: &Question) -> Way {
        let slips = self.telling_slips(&question.letters, MISSPELT).into_iter();
        Way::new(Reason::Similar, &question.text, self.best_of(any(slips.collect()), question))
    }

    /// The same records, those that share place, trade and form with the question first: more names than are looked at
    /// letter by letter may be one slip away.
    fn best_of(&self, names: Any, question: &Question) -> Any {
        let shared = question.units().filter(|unit| matches!(unit.class, Class::Region | Class::Word | Class::Form));
        all_and(vec![names], shared.map(|unit| self.word(unit, 1.0)).collect())
    }

    /// Records that are called like this, or were.
    pub fn called(&self, letters: &[char]) -> Any {
        any([self.0.title, self.0.former_pairs].map(|field| phrase(field, letters)).into())
    }

    /// The ways for when nothing holds everything: other characters of the same sound, one slip in a name, codes
    /// from which some characters are missing.
    pub fn lenient(&self, question: &Question) -> Vec<Way> {
        let codes = question.codes().filter(|code| NEARLY_WHOLE.contains(&code.len()));
        let codes = codes.map(|code| {
            let text: String = code.iter().collect();
            let near = FuzzyTermQuery::new(Term::from_field_text(self.0.code, &text), 2, true);
            Way::new(Reason::CorrectedCode, text, flat(CORRECTED_CODE, Box::new(near)))
        });
        let slips = self.telling_slips(&question.letters, SLIP);
        let slips = slips.map(|slips| Way::new(Reason::Similar, &question.text, self.best_of(slips, question)));
        codes.chain(self.homophones(question)).chain(slips).collect()
    }

    /// Only those that hold nothing of what is excluded, and that are among `keys` if they are given.
    pub fn narrowed(&self, question: Option<&Question>, keys: Option<&[Key]>, query: Any) -> Any {
        let query = match keys {
            Some(keys) => all(vec![query, flat(0.0, self.keys(keys))]),
            None => query,
        };
        let excluded = question.map_or(&[][..], |question| &question.excluded);
        if excluded.is_empty() {
            return query;
        }
        without(query, any(excluded.iter().map(|piece| self.as_typed(&piece.letters)).collect()))
    }

    /// 联想 Enterprises whose name, name after a place, or initials begin like this, each a query of its own, the likelier
    /// first.
    pub fn beginnings(&self, letters: &[char]) -> Vec<Any> {
        let mut ways = vec![phrase(self.0.title, &begun(letters))];
        ways.extend(self.first_initials(letters));
        if letters.len() > 1 {
            ways.push(phrase(self.0.title, letters));
        }
        ways
    }

    /// Only those about the enterprises with these codes, if any are given.
    pub fn about(&self, usccs: &[String], query: Any) -> Any {
        if usccs.is_empty() {
            return query;
        }
        let codes = usccs.iter().map(|code| Term::from_field_text(self.0.code, &code.to_ascii_lowercase()));
        all(vec![query, flat(0.0, Box::new(TermSetQuery::new(codes)))])
    }

    /// 号码所属 The enterprises that have the number which was typed.
    pub fn bearers(&self, number: &str, keys: &[Key]) -> Way {
        Way::new(Reason::Telephone, number, flat(WHOLE_CODE, self.keys(keys)))
    }

    /// 联系电话 The records that these hashes stand in.
    pub fn telephones(&self, hashes: &[u64]) -> Any {
        let kept = hashes.iter().map(|hash| bearers::shortened(*hash));
        Box::new(TermSetQuery::new(kept.map(|hash| Term::from_field_u64(self.0.telephone, hash))))
    }

    /// The records with these keys.
    fn keys(&self, keys: &[Key]) -> Any {
        Box::new(Keys::new(self.0, keys.iter().copied()))
    }

    /// Records that hold every piece.
    fn pieces(&self, pieces: &[Piece], is_all_forms: bool, as_whole: AsWhole) -> Any {
        let (mut needed, mut welcome) = (Vec::new(), Vec::new());
        for piece in pieces {
            let is_form = !piece.units.is_empty() && piece.units.iter().all(|unit| unit.class == Class::Form);
            let is_welcome = !piece.is_phrase && (piece.is_torn || (is_form && !is_all_forms));
            let side = if is_welcome { &mut welcome } else { &mut needed };
            side.push(if piece.is_phrase {
                self.as_typed(&piece.letters)
            } else {
                self.piece(piece, is_all_forms, as_whole)
            });
        }
        if needed.is_empty() { any(welcome) } else { all_and(needed, welcome) }
    }

    /// 短语 Records that hold these letters in a row: in their title, or pair by pair in their text.
    fn as_typed(&self, letters: &[char]) -> Any {
        let text: String = letters.iter().collect();
        if letters.len() == 1 {
            return self.character(&text);
        }
        any(vec![
            boost(10.0, phrase(self.0.title, letters)),
            boost(20.0, word(self.0.person, &text)),
            flat(6.0, in_text(self.0.text, letters)),
            boost(3.0, word(self.0.text, &text)),
            if letters.len() <= MAX_CODE_PREFIX {
                code_beginning(self.0.code, letters)
            } else {
                word(self.0.code, &text)
            },
        ])
    }

    /// Records of the days that were asked for which hold everything else.
    fn dated(&self, question: &Question) -> Option<Way> {
        let (dated, pieces) = question.dated.as_ref()?;
        let days = day::numbers(&dated.days);
        let bound = |day: i64| std::ops::Bound::Included(Term::from_field_i64(self.0.day, day));
        let query: Any = if pieces.is_empty() {
            flat(1.0, Box::new(RangeQuery::new(bound(*days.start()), bound(*days.end()))))
        } else {
            Box::new(OnDays { query: self.pieces(pieces, false, AsWhole::Too), days })
        };
        Some(Way::new(Reason::Dated, &dated.typed, query))
    }

    fn former_name(&self, letters: &[char]) -> Any {
        any(vec![
            flat(FORMER_NAME, phrase(self.0.former_pairs, &titled(letters))),
            flat(PART_OF_FORMER_NAME, phrase(self.0.former_pairs, letters)),
        ])
    }

    /// Records that hold at least a third of the distinguishing words and pairs: a mistake in the middle of
    /// a short name costs more than half of them, and what is meant is told by `crate::review`.
    pub fn loose(&self, question: &Question) -> Any {
        let mut ways: Vec<Any> = Vec::new();
        for unit in question.units().filter(|unit| is_distinguishing(unit)) {
            ways.push(self.unit(unit));
        }
        ways.extend(self.joints(question));
        if ways.is_empty() {
            return any(question.units().map(|unit| self.unit(unit)).collect());
        }
        let enough = ways.len().div_ceil(3);
        let slips = self.slips(&question.letters);
        let common = question.units().filter(|unit| !is_distinguishing(unit));
        let shared = all_and(vec![at_least(enough, ways)], common.map(|unit| self.unit(unit)).collect());
        any([shared].into_iter().chain(slips).collect())
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
        any(vec![without(within(self.0.title, &characters), has_own_field), registered])
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
        joints
            .map(|pair| {
                let fields = [self.0.title, self.0.text, self.0.person_pairs];
                any(fields.map(|field| one_pair(field, pair)).into())
            })
            .collect()
    }

    /// A piece of the question, word by word or character by character: the pairs find what the
    /// dictionary cuts differently in the question and in the record.
    pub fn piece(&self, piece: &Piece, is_all_forms: bool, as_whole: AsWhole) -> Any {
        let letters = &piece.letters;
        let text: String = letters.iter().collect();
        if letters.len() == 1 {
            return self.character(&text);
        }
        if let ([_, _], [unit]) = (letters.as_slice(), piece.units.as_slice())
            && let Some(pair) = self.pair(unit)
        {
            return pair;
        }
        let mut ways = vec![self.words(piece, is_all_forms)];
        if letters.len() <= MAX_PERSON {
            ways.push(boost(20.0, word(self.0.person, &text)));
        }
        if !is_number(letters) && matches!(as_whole, AsWhole::Too) {
            ways.push(boost(AS_TITLE, phrase(self.0.title, letters)));
            ways.push(flat(3.0, self.text_pairs(letters)));
        }
        if is_code(letters) && letters.len() <= MAX_CODE_PREFIX {
            ways.push(flat(3.0, code_beginning(self.0.code, letters)));
        }
        any(ways)
    }

    /// 二字词 A word of two characters is one term of title and text: what it says as a word and as a pair is said at once.
    fn pair(&self, unit: &Unit) -> Option<Any> {
        let (in_title, in_text) = match unit.class {
            Class::Word if words::is_part_of_form(&unit.text()) => (0.6, 1.0),
            Class::Word => (AS_TITLE + 3.0, 1.0),
            Class::Name => (AS_TITLE + 4.0, 1.0),
            Class::Region => (AS_TITLE + 1.2, 0.4),
            Class::Form => (AS_TITLE + 0.6, 0.2),
            Class::Lone | Class::Latin => return None,
        };
        let text = unit.text();
        let title = boost(in_title, word(self.0.title, &text));
        let person = boost(20.0, word(self.0.person, &text));
        let mut ways = vec![title, boost(in_text, word(self.0.text, &text)), person];
        match unit.class {
            Class::Word | Class::Name => ways.push(self.person(&unit.letters)),
            Class::Region => ways.push(flat(0.1, self.person_pairs(&unit.letters))),
            _ => {}
        }
        Some(any(ways))
    }

    /// One character: the beginning of a pair, or a word of its own. A digit is never found as a
    /// part of a number.
    fn character(&self, text: &str) -> Any {
        let in_text = if text.is_ascii() { any(Vec::new()) } else { beginning(self.0.text, text) };
        any(vec![
            in_text,
            boost(3.0, word(self.0.title, text)),
            word(self.0.text, text),
            beginning(self.0.title, text),
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
            Class::Latin => {
                any(vec![self.word(unit, 1.0), self.foreigner(&unit.letters), self.latin_sound(&unit.letters)])
            }
            Class::Word => {
                let word = [self.word(unit, 1.0), self.person(&unit.letters), self.long_word(&unit.letters)];
                any(word.into_iter().chain(self.others(unit)).collect())
            }
            Class::Name => self.name(&unit.letters),
            Class::Lone if unit.letters.len() == 1 => self.character(&unit.text()),
            Class::Lone => any(unit.letters.windows(2).map(|pair| self.name(pair)).collect()),
        }
    }

    /// 又作 A term in other words, which say less.
    fn others(&self, unit: &Unit) -> impl Iterator<Item = Any> {
        let ways = words::others(&unit.text()).iter();
        ways.map(|words| {
            let parts = words.iter().map(|word| {
                let part = Unit { letters: word.chars().collect(), class: Class::Word };
                any(vec![self.word(&part, 0.3), self.long_word(&part.letters)])
            });
            all(parts.collect())
        })
    }

    /// A long word of the dictionary may have been cut differently in the record.
    fn long_word(&self, letters: &[char]) -> Any {
        if letters.len() < LONG_WORD { any(Vec::new()) } else { flat(1.0, self.text_pairs(letters)) }
    }

    fn name(&self, letters: &[char]) -> Any {
        let title = boost(4.0, phrase(self.0.title, letters));
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
        let title = boost(3.0 * weight, word(self.0.title, &text));
        any(vec![title, boost(weight, word(self.0.text, &text))])
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

    /// Not too long a text by its pairs.
    fn text_pairs(&self, letters: &[char]) -> Any {
        in_text(self.0.text, if letters.len() <= MAX_PAIRED { letters } else { &[] })
    }
}

/// Whether a word tells one record from another.
fn is_distinguishing(unit: &Unit) -> bool {
    !matches!(unit.class, Class::Region | Class::Form)
}

/// Whether these are digits only: a number is never found as a part of another number.
pub fn is_number(letters: &[char]) -> bool {
    letters.iter().all(char::is_ascii_digit)
}

fn holds(letters: &[char], pair: &[char]) -> bool {
    letters.windows(2).any(|window| window == pair)
}
