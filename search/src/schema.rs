//! 索引结构 The fields of the index. A new kind of record adds a `Family`, a document type and
//! perhaps a `Passage`; the fields stay.

use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

use crate::document::Family;
use crate::tokenizer::{CODE, INITIALS, Pairs, SYLLABLES, TEXT, TITLE, WHOLE};

/// Raised whenever the same document would be written differently.
const VERSION: u32 = 4;

/// Columns by name, as Tantivy opens them.
pub mod column {
    pub const KEY: &str = "key";
    pub const FACTS: &str = "facts";
    /// 注册资本 of an enterprise, 罚款金额 of a penalty.
    pub const AMOUNT: &str = "amount_fen";
    /// 成立日期 of an enterprise, day of a record, counted from the first year.
    pub const DAY: &str = "day";
    pub const INDUSTRY: &str = "industry";
    pub const ENTERPRISE: &str = "enterprise_id";
    /// 事由
    pub const GROUND: &str = "ground";
    /// 作出机关, 登记机关 of an enterprise.
    pub const AUTHORITY: &str = "authority_name";
    /// 摘要 What [`crate::Document::digest`] told when the document was written.
    pub const DIGEST: &str = "digest";
}

/// 段落 A text that is kept so that its matches can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Passage {
    /// 名称 Name of the enterprise.
    Name,
    /// 曾用名 Former names of the enterprise.
    FormerName,
    /// 统一社会信用代码 Unified social credit code.
    Uscc,
    /// 注册号 Registration number before the unified code.
    RegistrationNumber,
    /// 法定代表人
    LegalRepresentative,
    /// 主要人员
    KeyPerson,
    /// 住所
    Address,
    /// 经营范围
    BusinessScope,
    /// 文号 Number of a decision, a licence or a case.
    DocumentNumber,
    /// 事项 What a licence permits, what a case or a notice is about.
    Title,
    /// 违法领域 of a penalty.
    Category,
    /// 事由 Ground of a listing, kind of an inspection, of a repair or of a notice.
    Ground,
    /// 违法事实
    Violation,
    /// 处罚依据
    LegalBasis,
    /// 处罚内容 What was decided, how an inspection ended.
    Decision,
    /// 作出机关
    Authority,
    /// 正文 of a notice.
    Body,
}

impl Passage {
    /// Every passage, in the order in which highlights are shown.
    pub const ALL: &'static [Self] = &[
        Self::DocumentNumber,
        Self::Title,
        Self::Name,
        Self::FormerName,
        Self::Uscc,
        Self::RegistrationNumber,
        Self::LegalRepresentative,
        Self::KeyPerson,
        Self::Violation,
        Self::Decision,
        Self::Body,
        Self::Category,
        Self::Ground,
        Self::LegalBasis,
        Self::Authority,
        Self::Address,
        Self::BusinessScope,
    ];

    /// 中文 What the text is called.
    pub const fn term(self) -> &'static str {
        match self {
            Self::Name => "名称",
            Self::FormerName => "曾用名",
            Self::Uscc => "统一社会信用代码",
            Self::RegistrationNumber => "注册号",
            Self::LegalRepresentative => "法定代表人",
            Self::KeyPerson => "主要人员",
            Self::Address => "住所",
            Self::BusinessScope => "经营范围",
            Self::DocumentNumber => "文号",
            Self::Title => "事项",
            Self::Category => "违法领域",
            Self::Ground => "事由",
            Self::Violation => "违法事实",
            Self::LegalBasis => "处罚依据",
            Self::Decision => "决定内容",
            Self::Authority => "作出机关",
            Self::Body => "正文",
        }
    }

    /// Stable name, that of the field in the graph.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FormerName => "formerName",
            Self::Uscc => "uscc",
            Self::RegistrationNumber => "formerRegistrationNumber",
            Self::LegalRepresentative => "legalRepresentative",
            Self::KeyPerson => "keyPerson",
            Self::Address => "address",
            Self::BusinessScope => "businessScope",
            Self::DocumentNumber => "documentNumber",
            Self::Title => "title",
            Self::Category => "category",
            Self::Ground => "groundText",
            Self::Violation => "violation",
            Self::LegalBasis => "legalBasis",
            Self::Decision => "decision",
            Self::Authority => "authority",
            Self::Body => "body",
        }
    }
}

/// The fields of the index. A title is what a record is called by: the name of an enterprise,
/// the document number of a penalty. The text is all that describes it. Title and text hold pairs of characters and
/// words; a word of two characters is a pair.
#[derive(Clone)]
pub struct Fields {
    pub key: Field,
    /// The neighbours of a key in one term, see [`crate::keys`].
    pub block: Field,
    pub facts: Field,
    pub code: Field,
    /// 注册号 Registration number before the unified code.
    pub registration: Field,
    /// 联系电话 Keyed hashes of the telephone numbers: the keys are not here, and no way of a search asks for it.
    pub telephone: Field,
    pub title: Field,
    /// Only for names that folding or dropping marks would change, see [`crate::count`].
    pub registered_pairs: Field,
    /// 曾用名 Pairs of the names before.
    pub former_pairs: Field,
    /// 拼音 Syllables of an enterprise's name.
    pub syllables: Field,
    /// 拼音首字母 Initials of an enterprise's name, in overlapping threes.
    pub initials: Field,
    pub person: Field,
    pub person_pairs: Field,
    /// 主要人员 Whole names.
    pub key_person: Field,
    pub text: Field,
    pub amount_fen: Field,
    pub day: Field,
    pub industry: Field,
    pub enterprise_id: Field,
    pub ground: Field,
    pub authority: Field,
    pub digest: Field,
    passages: Vec<(Passage, Field)>,
}

impl Fields {
    /// The field that keeps a passage.
    pub fn passages(&self) -> impl Iterator<Item = (Passage, Field)> {
        self.passages.iter().copied()
    }
}

/// The schema and its fields.
pub fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let places = IndexRecordOption::WithFreqsAndPositions;
    let fields = Fields {
        key: schema.add_u64_field(column::KEY, FAST),
        block: schema.add_u64_field("block", NumericOptions::default().set_indexed()),
        facts: schema.add_u64_field(column::FACTS, FAST),
        code: text(&mut schema, "code", CODE, IndexRecordOption::Basic, false),
        registration: text(&mut schema, "registration", CODE, IndexRecordOption::Basic, false),
        telephone: schema.add_u64_field("telephone", NumericOptions::default().set_indexed()),
        title: text(&mut schema, TITLE, TITLE, places, true),
        registered_pairs: pairs(&mut schema, Pairs::Registered, places),
        former_pairs: pairs(&mut schema, Pairs::Former, places),
        syllables: text(&mut schema, SYLLABLES, SYLLABLES, places, false),
        initials: text(&mut schema, INITIALS, INITIALS, places, false),
        person: text(&mut schema, "person", WHOLE, IndexRecordOption::Basic, false),
        person_pairs: pairs(&mut schema, Pairs::Person, IndexRecordOption::Basic),
        key_person: text(&mut schema, "key_person", WHOLE, IndexRecordOption::Basic, false),
        text: text(&mut schema, TEXT, TEXT, IndexRecordOption::Basic, true),
        amount_fen: schema.add_i64_field(column::AMOUNT, FAST),
        day: schema.add_i64_field(column::DAY, FAST),
        industry: schema.add_u64_field(column::INDUSTRY, FAST),
        enterprise_id: schema.add_i64_field(column::ENTERPRISE, FAST),
        ground: schema.add_text_field(column::GROUND, TextOptions::default().set_fast("raw")),
        authority: schema.add_text_field(column::AUTHORITY, TextOptions::default().set_fast("raw")),
        digest: schema.add_u64_field(column::DIGEST, FAST),
        passages: Passage::ALL
            .iter()
            .map(|passage| (*passage, schema.add_text_field(passage.code(), STORED)))
            .collect(),
    };
    (schema.build(), fields)
}

/// A shorter title or text that holds the same comes first where its length is weighed.
fn text(
    schema: &mut SchemaBuilder,
    name: &str,
    tokenizer: &str,
    detail: IndexRecordOption,
    weighs_length: bool,
) -> Field {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(detail).set_fieldnorms(weighs_length);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

fn pairs(schema: &mut SchemaBuilder, pairs: Pairs, detail: IndexRecordOption) -> Field {
    text(schema, pairs.name(), pairs.name(), detail, false)
}

/// What an index must have been written with to be read by this program: the facts hold places
/// in these lists, so a changed list is another format.
pub fn format() -> String {
    let statuses: Vec<_> = EnterpriseStatus::ALL.iter().map(|status| status.code()).collect();
    let kinds: Vec<_> = EnterpriseKind::ALL.iter().map(|kind| kind.code()).collect();
    format!("{VERSION};{};{};{}", Family::ALL.len(), statuses.join(","), kinds.join(","))
}
