//! 命中理由 The ways in which a record can fit a question. Each is a query of its own, so that a hit
//! can be asked which of them found it.

use rules::uscc::registration_number::LENGTH;
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED};

use super::combine::{Any, every};

/// 理由 How a record fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// 代码一致 The whole code.
    WholeCode,
    /// 代码片段 The beginning of the code.
    PartOfCode,
    /// 代码纠错 A code that is one mistake away from what was typed.
    CorrectedCode,
    /// 注册号 The registration number before the unified code, or its beginning.
    RegistrationNumber,
    /// 联系电话 A telephone number, typed by who may look for one.
    Telephone,
    /// 名称一致 The whole name or number.
    WholeTitle,
    /// 曾用名 A name that it had before.
    FormerName,
    /// 名称包含 All that was typed, in a row, within the name or number.
    PartOfTitle,
    /// 地名加姓名 A person in a place.
    PersonInPlace,
    /// 主要人员 Whole name of a director, supervisor or manager.
    KeyPerson,
    /// 全部词语 Every word, somewhere in the record.
    AllWords,
    /// 日期 The other words, in a record of the days that were asked for.
    Dated,
    /// 拼音首字母 Initials of the name.
    Initials,
    /// 拼音 The name as it sounds.
    Syllables,
    /// 同音 The words, some of them written with other characters of the same sound.
    Homophones,
    /// 近似 About as many characters as not: nothing holds all that was asked.
    Similar,
}

impl Reason {
    /// 说明 A sentence for whoever asks why a record is there.
    pub fn sentence(self, text: &str) -> String {
        match self {
            Self::WholeCode => format!("统一社会信用代码与“{text}”一致"),
            Self::PartOfCode => format!("统一社会信用代码以“{text}”开头"),
            Self::CorrectedCode => format!("“{text}”不是有效的代码，此代码与它只差一处"),
            Self::RegistrationNumber if text.len() == LENGTH => format!("原注册号与“{text}”一致"),
            Self::RegistrationNumber => format!("原注册号以“{text}”开头"),
            Self::Telephone => format!("登记的联系电话为“{text}”"),
            Self::WholeTitle => format!("名称或文号与“{text}”一致"),
            Self::FormerName => format!("曾用名包含“{text}”"),
            Self::PartOfTitle => format!("名称或文号包含“{text}”"),
            Self::PersonInPlace => format!("法定代表人和所在地同时符合“{text}”"),
            Self::KeyPerson => format!("主要人员中有“{text}”"),
            Self::AllWords => format!("记录中有“{text}”的全部词语"),
            Self::Dated => format!("日期在“{text}”之内，其余词语也都符合"),
            Self::Initials => format!("名称的拼音首字母为“{text}”"),
            Self::Syllables => format!("名称的拼音为“{text}”"),
            Self::Homophones => format!("与“{text}”同音"),
            Self::Similar => format!("与“{text}”相近，并非全部符合"),
        }
    }
}

impl Reason {
    /// Whether a record that fits like this may not be what was typed, and is looked at again letter by letter.
    pub const fn is_approximate(self) -> bool {
        matches!(self, Self::Homophones | Self::Similar)
    }
}

/// One way to fit.
pub struct Way {
    pub reason: Reason,
    /// What of the question it is about.
    pub text: String,
    pub query: Any,
}

impl Way {
    pub fn new(reason: Reason, text: impl Into<String>, query: Any) -> Self {
        Self { reason, text: text.into(), query }
    }

    /// The way, ready to be held against one record after another.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn test(&self, searcher: &Searcher) -> tantivy::Result<Test> {
        let weight = self.query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        Ok(Test { reason: (self.reason, self.text.clone()), weight })
    }
}

/// A way that is held against records.
pub struct Test {
    /// The reason, and what of the question it is about.
    pub reason: (Reason, String),
    weight: Box<dyn Weight>,
}

impl Test {
    /// Whether the record at this place fits.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn fits(&self, searcher: &Searcher, at: DocAddress) -> tantivy::Result<bool> {
        let mut scorer = self.weight.scorer(searcher.segment_reader(at.segment_ord), 1.0)?;
        let found = if scorer.doc() < at.doc_id { scorer.seek(at.doc_id) } else { scorer.doc() };
        Ok(found != TERMINATED && found == at.doc_id)
    }
}

/// Records that fit in any of the ways.
pub fn any_of(ways: &[Way]) -> Any {
    every(ways.iter().map(|way| way.query.box_clone()).collect())
}
