//! 索引文档 What is indexed of a record: its own words, and the facts of its enterprise beside
//! them, so that no hit has to be looked up twice. One document a record: words asked for
//! together are found within one penalty, never spread over an enterprise's penalties.

use std::hash::{Hash, Hasher};

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use sha2::{Digest, Sha256};

use crate::error::SearchError;
use crate::schema::Passage;

const ID_BITS: u32 = 56;

/// Of a digest so many bytes are kept: a change goes unseen once in four thousand million times, and every document
/// carries them.
const DIGEST_BYTES: usize = 4;

/// 记录类别 Kind of record in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Family {
    /// 经营主体
    Enterprise,
    /// 行政处罚
    Penalty,
    /// 行政许可
    Licence,
    /// 监督检查
    Inspection,
    /// 经营异常名录
    AbnormalListing,
    /// 严重违法失信名单
    SeriousViolation,
    /// 信用修复
    CreditRepair,
    /// 外省行政许可 A licence that another province sent.
    CrossRegionLicence,
    /// 外省行政处罚 A penalty that another province sent.
    CrossRegionPenalty,
    /// 外省严重违法失信 A listing that another province sent.
    CrossRegionViolation,
    /// 异地案件协同 A case on which another province asked for help, or sends what it found.
    OffsiteCase,
    /// 公告
    Notice,
}

impl Family {
    /// Every family, enterprises first. The place in this list is stored: new ones go to the end.
    pub const ALL: &'static [Self] = &[
        Self::Enterprise,
        Self::Penalty,
        Self::Licence,
        Self::Inspection,
        Self::AbnormalListing,
        Self::SeriousViolation,
        Self::CreditRepair,
        Self::CrossRegionLicence,
        Self::CrossRegionPenalty,
        Self::CrossRegionViolation,
        Self::OffsiteCase,
        Self::Notice,
    ];

    /// Stable code, as stored and as in the graph.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "ENTERPRISE",
            Self::Penalty => "PENALTY",
            Self::Licence => "LICENCE",
            Self::Inspection => "INSPECTION",
            Self::AbnormalListing => "ABNORMAL_LISTING",
            Self::SeriousViolation => "SERIOUS_VIOLATION",
            Self::CreditRepair => "CREDIT_REPAIR",
            Self::CrossRegionLicence => "CROSS_REGION_LICENCE",
            Self::CrossRegionPenalty => "CROSS_REGION_PENALTY",
            Self::CrossRegionViolation => "CROSS_REGION_VIOLATION",
            Self::OffsiteCase => "OFFSITE_CASE",
            Self::Notice => "NOTICE",
        }
    }

    /// 中文 What records of the family are called.
    pub const fn term(self) -> &'static str {
        match self {
            Self::Enterprise => "经营主体",
            Self::Penalty => "行政处罚",
            Self::Licence => "行政许可",
            Self::Inspection => "监督检查",
            Self::AbnormalListing => "经营异常名录",
            Self::SeriousViolation => "严重违法失信名单",
            Self::CreditRepair => "信用修复",
            Self::CrossRegionLicence => "外省行政许可",
            Self::CrossRegionPenalty => "外省行政处罚",
            Self::CrossRegionViolation => "外省严重违法失信",
            Self::OffsiteCase => "异地案件协同",
            Self::Notice => "公告",
        }
    }

    /// The number of a record of this family, as [`Document::number`] tells it.
    ///
    /// # Errors
    /// The id is out of range.
    pub fn number(self, id: i64) -> Result<u64, SearchError> {
        Key::new(self, id).map(|key| key.0)
    }

    /// The family and the id of a number.
    pub fn of_number(number: u64) -> (Self, i64) {
        let key = Key(number);
        (key.family(), key.id())
    }

    /// 跨地域 What other provinces sent.
    pub const CROSS_REGION: &'static [Self] =
        &[Self::CrossRegionLicence, Self::CrossRegionPenalty, Self::CrossRegionViolation, Self::OffsiteCase];
}

/// Family and id in one number: what a document is replaced by, and what orders equal scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// 公示期 Until when the public may see a record. Who knows internal records sees it afterwards too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Publicity {
    /// 不公示 Never.
    Never,
    /// 公示截止日 Up to and including this day.
    Until(NaiveDate),
    /// 公示 Without an end that is known.
    Open,
}

/// 当事人 The enterprise that a record is about, as far as it is searched and filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Party {
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 住所所在行政区划
    pub region: RegionCode,
    /// 登记状态 `None` if it is not in the register.
    pub status: Option<EnterpriseStatus>,
    /// 类型 `None` if it is not in the register.
    pub kind: Option<EnterpriseKind>,
    /// 行业门类 Section letter of GB/T 4754-2017.
    pub industry_section: char,
    /// 行业代码 Code of GB/T 4754-2017, the section letter if nothing closer is known.
    pub industry_code: String,
}

/// 经营主体 An enterprise as it is searched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnterpriseDoc {
    /// Id in the database.
    pub id: i64,
    /// Name, code, region and what else its records show of it.
    pub party: Party,
    /// 注册号 Before it had a unified code, if it had one then.
    pub registration_number: Option<String>,
    /// 联系电话 Keyed hashes of its numbers; who has not got the key can neither find nor guess one.
    pub telephones: Vec<u64>,
    /// 曾用名 Names that it had before.
    pub former_names: Vec<String>,
    /// 法定代表人
    pub legal_representative: String,
    /// 主要人员 Directors, supervisors, managers.
    pub key_persons: Vec<String>,
    /// 注册资本 in 分.
    pub registered_capital_fen: Option<i64>,
    /// 成立日期
    pub established_on: Option<NaiveDate>,
    /// 住所
    pub address: String,
    /// 经营范围
    pub business_scope: String,
    /// 登记机关
    pub authority: String,
}

/// 信用记录 Any record about an enterprise, as it is searched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordDoc {
    /// 记录类别
    pub family: Family,
    /// Id in the database.
    pub id: i64,
    /// Id of the enterprise, 0 if it is not in the register.
    pub enterprise_id: i64,
    /// The enterprise.
    pub party: Party,
    /// 文号 What the record is called by: number of the decision or of the licence; may be empty.
    pub number: String,
    /// Its other texts, each searched and highlighted as what it is.
    pub texts: Vec<(Passage, String)>,
    /// 事由 Ground of a listing, field of a violation, kind of an inspection, repair or notice: what is
    /// filtered and counted by, as it is shown.
    pub ground: String,
    /// 作出机关
    pub authority: String,
    /// 来源省份
    pub origin: RegionCode,
    /// 金额 in 分.
    pub amount_fen: Option<i64>,
    /// 日期 Of the decision, listing, inspection, application or notice, or first day of a licence.
    pub day: Option<NaiveDate>,
    /// 公示期
    pub publicity: Publicity,
}

/// A record of any family.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    /// 经营主体
    Enterprise(EnterpriseDoc),
    /// 信用记录
    Record(RecordDoc),
}

impl From<EnterpriseDoc> for Document {
    fn from(enterprise: EnterpriseDoc) -> Self {
        Self::Enterprise(enterprise)
    }
}

impl From<RecordDoc> for Document {
    fn from(record: RecordDoc) -> Self {
        Self::Record(record)
    }
}

impl Document {
    /// Family of the record.
    pub const fn family(&self) -> Family {
        match self {
            Self::Enterprise(_) => Family::Enterprise,
            Self::Record(record) => record.family,
        }
    }

    /// Id of the record within its family.
    pub const fn id(&self) -> i64 {
        match self {
            Self::Enterprise(enterprise) => enterprise.id,
            Self::Record(record) => record.id,
        }
    }

    /// 行政区划 of the enterprise.
    pub const fn region(&self) -> RegionCode {
        match self {
            Self::Enterprise(enterprise) => enterprise.party.region,
            Self::Record(record) => record.party.region,
        }
    }

    /// The key that this document replaces, as a number that no other record has.
    ///
    /// # Errors
    /// The id is out of range.
    pub fn number(&self) -> Result<u64, SearchError> {
        self.key().map(|key| key.0)
    }

    /// The key that this document replaces.
    pub(crate) fn key(&self) -> Result<Key, SearchError> {
        match self {
            Self::Enterprise(enterprise) => Key::new(Family::Enterprise, enterprise.id),
            Self::Record(record) => Key::new(record.family, record.id),
        }
    }

    /// 摘要 A number that differs if anything that is indexed differs.
    pub fn digest(&self) -> u64 {
        let mut hasher = Digester(Sha256::new());
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// SHA-256 behind the standard derive: the same number on every machine of one byte order.
struct Digester(Sha256);

impl Hasher for Digester {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.clone().finalize();
        hash.iter().take(DIGEST_BYTES).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_family_and_id() {
        for (family, id) in [(Family::Enterprise, 0), (Family::Penalty, 1), (Family::OffsiteCase, (1 << 56) - 1)] {
            let key = Key::new(family, id).expect("a key");
            assert_eq!((key.family(), key.id()), (family, id));
        }
        for id in [-1, i64::MIN, 1 << 56] {
            assert!(matches!(Key::new(Family::Enterprise, id), Err(SearchError::Identifier { .. })));
        }
    }
}
