//! 索引文档 What is indexed of a record: its own words, and the facts of its enterprise beside
//! them, so that no hit has to be looked up twice. One document a penalty: words asked for
//! together are found within one penalty, never spread over an enterprise's penalties.

use chrono::{Datelike, NaiveDate};
use rules::industry;
use rules::region::{self, RegionCode};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use tantivy::TantivyDocument;

use crate::analysis::letters;
use crate::error::SearchError;
use crate::facts::Facts;
use crate::schema::{Fields, Passage};
use crate::table::Industry;

const ID_BITS: u32 = 56;

/// 记录类别 Kind of record in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Family {
    /// 经营主体
    Enterprise,
    /// 行政处罚
    Penalty,
}

impl Family {
    /// Every family, enterprises first.
    pub const ALL: &'static [Self] = &[Self::Enterprise, Self::Penalty];
}

/// Family and id in one number: what a document is replaced by, and what orders equal scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub u64);

impl Key {
    /// The key of a record.
    ///
    /// # Errors
    /// The id is negative or needs more than 56 bits.
    pub fn new(family: Family, id: i64) -> Result<Self, SearchError> {
        let number = u64::try_from(id).ok().filter(|number| number >> ID_BITS == 0);
        let number = number.ok_or(SearchError::Identifier { id })?;
        Ok(Self((family as u64) << ID_BITS | number))
    }

    /// Family of the record; keys are only made of known families.
    pub fn family(self) -> Family {
        Family::ALL.get((self.0 >> ID_BITS) as usize).copied().unwrap_or(Family::Enterprise)
    }

    /// Id of the record within its family.
    pub const fn id(self) -> i64 {
        (self.0 & ((1 << ID_BITS) - 1)) as i64
    }
}

/// 经营主体 An enterprise as it is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterpriseDoc {
    /// Id in the database.
    pub id: i64,
    /// 统一社会信用代码
    pub uscc: String,
    /// 名称
    pub name: String,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 类型
    pub kind: EnterpriseKind,
    /// 法定代表人
    pub legal_representative: String,
    /// 住所所在行政区划
    pub region: RegionCode,
    /// 行业门类 Section letter of GB/T 4754-2017.
    pub industry_section: char,
    /// 行业代码 Code of GB/T 4754-2017, the section letter if nothing closer is known.
    pub industry_code: String,
    /// 注册资本 in 分.
    pub registered_capital_fen: Option<i64>,
    /// 成立日期
    pub established_on: Option<NaiveDate>,
    /// 住所
    pub address: String,
    /// 经营范围
    pub business_scope: String,
}

/// 行政处罚 A penalty as it is searched, with the facts of its enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PenaltyDoc {
    /// Id in the database.
    pub id: i64,
    /// Id of the enterprise.
    pub enterprise_id: i64,
    /// 处罚决定书文号
    pub document_number: String,
    /// 类别
    pub category: String,
    /// 违法事实
    pub violation: String,
    /// 处罚依据
    pub legal_basis: String,
    /// 处罚内容
    pub decision: String,
    /// 处罚机关
    pub authority: String,
    /// 罚款金额 in 分.
    pub amount_fen: Option<i64>,
    /// 处罚决定日期
    pub decided_on: Option<NaiveDate>,
    /// 名称 of the enterprise.
    pub name: String,
    /// 统一社会信用代码 of the enterprise.
    pub uscc: String,
    /// 行政区划 of the enterprise.
    pub region: RegionCode,
    /// 登记状态 of the enterprise.
    pub status: EnterpriseStatus,
    /// 类型 of the enterprise.
    pub kind: EnterpriseKind,
}

/// A record of any family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// 经营主体
    Enterprise(EnterpriseDoc),
    /// 行政处罚
    Penalty(PenaltyDoc),
}

impl From<EnterpriseDoc> for Document {
    fn from(enterprise: EnterpriseDoc) -> Self {
        Self::Enterprise(enterprise)
    }
}

impl From<PenaltyDoc> for Document {
    fn from(penalty: PenaltyDoc) -> Self {
        Self::Penalty(penalty)
    }
}

impl Document {
    /// The key that this document replaces.
    pub(crate) fn key(&self) -> Result<Key, SearchError> {
        match self {
            Self::Enterprise(enterprise) => Key::new(Family::Enterprise, enterprise.id),
            Self::Penalty(penalty) => Key::new(Family::Penalty, penalty.id),
        }
    }

    /// The document in the terms of the schema.
    pub(crate) fn to_tantivy(&self, fields: &Fields) -> Result<TantivyDocument, SearchError> {
        let mut page = Page { document: TantivyDocument::new(), fields };
        page.document.add_u64(fields.key, self.key()?.0);
        match self {
            Self::Enterprise(enterprise) => page.enterprise(enterprise),
            Self::Penalty(penalty) => page.penalty(penalty),
        }
        Ok(page.document)
    }
}

/// A document while it is filled.
struct Page<'a> {
    document: TantivyDocument,
    fields: &'a Fields,
}

impl Page<'_> {
    fn enterprise(&mut self, of: &EnterpriseDoc) {
        let fields = self.fields;
        self.figures(of.id, of.registered_capital_fen, of.established_on);
        self.document.add_u64(fields.facts, Facts::new(Family::Enterprise, of.region, of.status, of.kind).0);
        self.document.add_u64(fields.industry, Industry::new(of.industry_section, &of.industry_code).0);
        self.title(&of.name);
        self.registered(&of.name);
        self.document.add_text(fields.code, &of.uscc);
        self.document.add_text(fields.person, &of.legal_representative);
        self.document.add_text(fields.person_pairs, &of.legal_representative);
        let industry = industry::find(&of.industry_code).map_or("", |industry| industry.name);
        self.text(&[&of.address, &of.business_scope, industry], of.region);
        self.keep(&[
            (Passage::Name, &of.name),
            (Passage::Uscc, &of.uscc),
            (Passage::LegalRepresentative, &of.legal_representative),
            (Passage::Address, &of.address),
            (Passage::BusinessScope, &of.business_scope),
        ]);
    }

    fn penalty(&mut self, of: &PenaltyDoc) {
        self.figures(of.enterprise_id, of.amount_fen, of.decided_on);
        self.document.add_u64(self.fields.facts, Facts::new(Family::Penalty, of.region, of.status, of.kind).0);
        self.title(&of.document_number);
        self.document.add_text(self.fields.code, &of.uscc);
        let texts = [&of.name, &of.category, &of.violation, &of.legal_basis, &of.decision, &of.authority];
        self.text(&texts.map(String::as_str), of.region);
        self.keep(&[
            (Passage::DocumentNumber, &of.document_number),
            (Passage::Name, &of.name),
            (Passage::Uscc, &of.uscc),
            (Passage::Category, &of.category),
            (Passage::Violation, &of.violation),
            (Passage::LegalBasis, &of.legal_basis),
            (Passage::Decision, &of.decision),
            (Passage::Authority, &of.authority),
        ]);
    }

    fn figures(&mut self, enterprise_id: i64, amount_fen: Option<i64>, day: Option<NaiveDate>) {
        self.document.add_i64(self.fields.enterprise_id, enterprise_id);
        if let Some(fen) = amount_fen {
            self.document.add_i64(self.fields.amount_fen, fen);
        }
        if let Some(day) = day {
            self.document.add_i64(self.fields.day, i64::from(day.num_days_from_ce()));
        }
    }

    fn title(&mut self, title: &str) {
        self.document.add_text(self.fields.title_words, title);
        self.document.add_text(self.fields.title_pairs, title);
    }

    /// Most names are nothing but letters that folding leaves alone: their title pairs already
    /// answer for the name exactly as registered.
    fn registered(&mut self, name: &str) {
        if !letters(name).iter().copied().eq(name.chars()) {
            self.document.add_text(self.fields.registered_pairs, name);
        }
    }

    fn text(&mut self, texts: &[&str], region: RegionCode) {
        let place = region::find(region).map_or("", |region| region.full_name.as_str());
        let is_named = texts.iter().any(|text| text.contains(place));
        let texts = texts.iter().copied().chain((!is_named).then_some(place));
        for text in texts.filter(|text| !text.is_empty()) {
            self.document.add_text(self.fields.text_words, text);
            self.document.add_text(self.fields.text_pairs, text);
        }
    }

    fn keep(&mut self, texts: &[(Passage, &String)]) {
        for (passage, field) in self.fields.passages() {
            if let Some((_, text)) = texts.iter().find(|(kept, _)| *kept == passage) {
                self.document.add_text(field, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_family_and_id() {
        for (family, id) in [(Family::Enterprise, 0), (Family::Penalty, 1), (Family::Penalty, (1 << 56) - 1)] {
            let key = Key::new(family, id).expect("a key");
            assert_eq!((key.family(), key.id()), (family, id));
        }
        for id in [-1, i64::MIN, 1 << 56] {
            assert!(matches!(Key::new(Family::Enterprise, id), Err(SearchError::Identifier { .. })));
        }
    }
}
