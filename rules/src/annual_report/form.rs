//! 表单 The form of each kind of filer and year: sections, fields, units, what is required, what
//! is published, where a value may be taken from (企业信息公示暂行条例 art. 9 and its sister rules).
//!
//! A form is data, `data/annual_report/forms.toml`: adding a field is adding a line there.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::form_table;
use super::{FilerKind, Path, Source, Values, window};

/// 字段类型 Type of a field: how its text is read and which rules apply to it everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "ReportFieldType"))]
pub enum FieldType {
    /// 文本
    Text,
    /// 电话号码 Mobile or landline.
    Phone,
    /// 邮政编码
    Postcode,
    /// 电子邮箱
    Email,
    /// 统一社会信用代码
    Uscc,
    /// 整数
    Integer,
    /// 金额（万元）
    MoneyWan,
    /// 百分比 At most two decimals.
    Percent,
    /// 日期
    Date,
    /// 是否
    Bool,
    /// 选项 One code of a list.
    Choice,
    /// 行政区划代码
    Region,
    /// 网址
    Url,
    /// 子表 No field: stands on a draft for a table without rows.
    #[serde(skip)]
    Table,
}

impl FieldType {
    /// Unit of every field of this type.
    pub(super) const fn unit(self) -> Option<&'static str> {
        match self {
            Self::MoneyWan => Some("万元"),
            Self::Percent => Some("%"),
            _ => None,
        }
    }

    /// 小数位数 Of a number.
    pub const fn decimals(self) -> Option<i32> {
        match self {
            Self::Integer => Some(0),
            Self::MoneyWan | Self::Percent => Some(2),
            Self::Text
            | Self::Phone
            | Self::Postcode
            | Self::Email
            | Self::Uscc
            | Self::Date
            | Self::Bool
            | Self::Choice
            | Self::Region
            | Self::Url
            | Self::Table => None,
        }
    }

    /// Characters that a value of this type has at most, unless the form says otherwise.
    pub(super) const fn longest(self) -> usize {
        match self {
            Self::Text | Self::Url => 256,
            Self::Email => 128,
            Self::Phone
            | Self::Postcode
            | Self::Uscc
            | Self::Integer
            | Self::MoneyWan
            | Self::Percent
            | Self::Date
            | Self::Bool
            | Self::Choice
            | Self::Region
            | Self::Table => 32,
        }
    }
}

/// 公示规则 Whether the public sees a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "ReportFieldPublicity"))]
pub enum Publish {
    /// 应当公示 Always.
    #[default]
    Must,
    /// 选择公示 The filer chooses.
    Optional,
    /// 不公示 Never.
    Not,
}

/// 选项表 Codes of a list with their Chinese words, in the order of the form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Name of the list.
    pub name: String,
    /// Code and word.
    pub values: Vec<(String, String)>,
}

impl Choices {
    /// The code of a code or a word.
    pub fn code(&self, text: &str) -> Option<&str> {
        self.values.iter().find(|(code, word)| code == text || word == text).map(|(code, _)| code.as_str())
    }

    /// The word of a code.
    pub fn word(&self, code: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == code).map(|(_, word)| word.as_str())
    }
}

/// 字段 A field, or a column of a table.
#[derive(Clone, Debug)]
pub struct Field {
    /// Stable name.
    pub name: String,
    /// 字段名称
    pub label: String,
    /// 填写说明 For whoever fills it in.
    pub note: String,
    /// 单位
    pub unit: Option<String>,
    /// 类型
    pub field_type: FieldType,
    /// 选项 Only of [`FieldType::Choice`].
    pub choices: Option<Arc<Choices>>,
    /// 必填 In a table: of every row.
    pub required: bool,
    /// 公示规则
    pub publish: Publish,
    /// 预填来源 In the order in which they are asked.
    pub prefill: Vec<Source>,
    /// Column of the same table from whose source the value is taken: what one source says of an amount and another
    /// one of its day would be told by nobody.
    pub with: Option<String>,
    /// Column of the same table that says of which day the value is: the source with the latest day is asked first.
    pub dated: Option<String>,
    /// 同一笔金额 Where the form asks for the same amount further up: what is known of that one is known of this one.
    pub same: Option<Same>,
    /// Column of the same table that says the same amount in another currency: it is not carried over once that one is
    /// another.
    pub converts: Option<String>,
    /// 可一键确认
    pub unchanged_confirmable: bool,
    /// 最多字数 Characters that a value may have.
    pub longest: usize,
    /// 适用年度 First and last report year in which it stands on the form; the ends of `i32` where there is none.
    pub years: (i32, i32),
    /// 依据 Regulation and article.
    pub source: String,
    /// Name under which conditions know the field.
    pub(super) in_conditions: String,
}

/// 同一笔金额 A column of another table, whose rows bear the same keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// 表格
    pub table: String,
    /// Its key.
    pub key: String,
    /// 列
    pub column: String,
}

impl Field {
    /// Name under which conditions know a field; amounts are whole 分, percentages 1/100 of a per cent.
    pub(super) fn condition_name(name: &str, field_type: FieldType) -> String {
        match field_type {
            FieldType::MoneyWan => format!("{name}_fen"),
            FieldType::Percent => format!("{name}_basis_points"),
            _ => name.to_owned(),
        }
    }
}

/// 子表 What makes a section a table of rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// Column that tells rows apart.
    pub key: String,
    /// Yes-or-no field that asks for rows; `None` if rows may always be given.
    pub when: Option<String>,
    /// Keys of a table whose rows are given; empty if the filer adds rows.
    pub rows: Vec<String>,
}

/// 栏目 A section of a form; with a [`Table`] its fields are columns.
#[derive(Clone, Debug)]
pub struct Section {
    /// Stable name; of a table also its name in paths.
    pub name: String,
    /// 栏目名称
    pub label: String,
    /// 依据 Regulation and article.
    pub source: String,
    /// Table of rows.
    pub table: Option<Table>,
    /// In the order of the form.
    pub fields: Vec<Field>,
}

impl Section {
    /// A column or field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Rows that a table may have: more holders than any company's register names, few enough to judge at once.
pub const MAX_ROWS: usize = 200;

/// 表单 The form of one kind of filer.
#[derive(Debug)]
pub struct Form {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 适用年度起 First report year of this version.
    pub from_year: i32,
    /// In the order in which they are filled in.
    pub sections: Vec<Section>,
    /// Position of every field outside the tables, and of every table.
    index: HashMap<String, (usize, Option<usize>)>,
}

impl Form {
    pub(super) fn new(kind: FilerKind, from_year: i32, sections: Vec<Section>) -> Self {
        let mut index = HashMap::new();
        for (place, section) in sections.iter().enumerate() {
            match section.table {
                Some(_) => {
                    index.insert(section.name.clone(), (place, None));
                }
                None => index.extend(
                    section.fields.iter().enumerate().map(|(nth, field)| (field.name.clone(), (place, Some(nth)))),
                ),
            }
        }
        Self { kind, from_year, sections, index }
    }

    /// A table by name.
    pub fn table(&self, name: &str) -> Option<&Section> {
        match self.index.get(name) {
            Some((section, None)) => self.sections.get(*section),
            _ => None,
        }
    }

    /// A field outside the tables by name.
    pub fn scalar(&self, name: &str) -> Option<&Field> {
        match self.index.get(name) {
            Some((section, Some(field))) => self.sections.get(*section)?.fields.get(*field),
            _ => None,
        }
    }

    /// The field that a path means: `phone`, `contributions[0].paid`.
    pub fn field(&self, path: &str) -> Option<&Field> {
        match Path::parse(path)? {
            Path::Field(name) => self.scalar(name),
            Path::Cell { table, row, field } if row < MAX_ROWS => self.table(table)?.field(field),
            Path::Cell { .. } => None,
        }
    }

    /// 过长 Paths whose values have more characters than their field takes, with how many it takes.
    pub fn too_long<'a>(&self, values: &'a Values) -> Vec<(&'a str, usize)> {
        let over = |(path, value): (&'a String, &super::FieldValue)| {
            let most = self.field(path)?.longest;
            (value.to_string().trim().chars().count() > most).then_some((path.as_str(), most))
        };
        values.iter().filter_map(over).collect()
    }

    /// Paths that mean nothing on this form, rows beyond [`MAX_ROWS`] included: a client's mistake, refused before it is judged.
    pub fn unknown_paths<'a>(&self, values: &'a Values) -> Vec<&'a str> {
        values.keys().map(String::as_str).filter(|path| self.field(path).is_none()).collect()
    }
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let forms = include_str!("../../data/annual_report/forms.toml");
    let notes = include_str!("../../data/annual_report/notes.toml");
    form_table::read(forms, notes).expect("the embedded forms are well-formed")
});

/// 表单 The form for the report of `year`; `None` for years of which no report is filed.
pub fn form(kind: FilerKind, year: i32) -> Option<&'static Form> {
    window(kind, year)?;
    FORMS.iter().filter(|form| form.kind == kind && form.from_year <= year).max_by_key(|form| form.from_year)
}

/// Every version of every form.
pub(super) fn all() -> &'static [Form] {
    &FORMS
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn of(kind: FilerKind) -> &'static Form {
        form(kind, 2025).expect("a form")
    }

    #[test]
    fn every_kind_has_a_form_and_impossible_years_have_none() {
        for kind in FilerKind::ALL {
            assert!(of(*kind).scalar("uscc").is_some());
            assert!(form(*kind, 1999).is_none() && form(*kind, i32::MAX).is_none());
        }
    }

    #[test]
    fn paths_find_fields_and_columns() {
        let form = of(FilerKind::Enterprise);
        assert_eq!(form.field("total_assets").map(|field| field.label.as_str()), Some("资产总额"));
        assert_eq!(form.field("contributions[3].paid").map(|field| field.field_type), Some(FieldType::MoneyWan));
        assert!(form.field("contributions").is_none() && form.field("contributions[0].sold").is_none());
        assert!(of(FilerKind::Individual).field("total_assets").is_none());
        let values = Values::from([("phone".to_owned(), "029".into()), ("fone".to_owned(), "029".into())]);
        assert_eq!(form.unknown_paths(&values), ["fone"]);
    }

    #[test]
    fn a_section_begins_with_its_year() {
        let before = form(FilerKind::Enterprise, 2023).expect("a form");
        assert!(before.table("employment_needs").is_none() && before.table("social_insurance").is_some());
        assert!(of(FilerKind::Enterprise).table("employment_needs").is_some());
    }

    #[test]
    fn a_name_means_the_same_on_every_form() {
        let mut types: BTreeMap<(Option<&str>, &str), BTreeSet<FieldType>> = BTreeMap::new();
        for section in all().iter().flat_map(|form| &form.sections) {
            let table = section.table.as_ref().map(|_| section.name.as_str());
            for field in &section.fields {
                types.entry((table, &field.name)).or_default().insert(field.field_type);
            }
        }
        assert!(types.values().all(|types| types.len() == 1), "{types:?}");
    }

    #[test]
    fn figures_of_the_year_are_never_copied() {
        let form = of(FilerKind::Enterprise);
        for name in ["employees", "total_assets", "net_profit", "total_tax", "has_guarantee", "insured_persons"] {
            let field = form.scalar(name).expect(name);
            let is_copied = field.prefill.iter().any(|source| !source.is_told());
            assert!(!is_copied && !field.unchanged_confirmable, "{name}");
        }
    }

    #[test]
    fn every_field_has_a_note_and_every_note_a_field() {
        let fields: BTreeSet<(&str, &str)> = all()
            .iter()
            .flat_map(|form| &form.sections)
            .flat_map(|section| section.fields.iter().map(|field| (section.name.as_str(), field.name.as_str())))
            .collect();
        for form in all() {
            for section in &form.sections {
                for field in &section.fields {
                    assert!(field.note.ends_with('。'), "{}.{}: {}", section.name, field.name, field.note);
                }
            }
        }
        let notes = form_table::notes(include_str!("../../data/annual_report/notes.toml")).expect("notes");
        for (section, of) in &notes {
            for field in of.keys() {
                assert!(fields.contains(&(section.as_str(), field.as_str())), "{section}.{field} is no field");
            }
        }
    }

    #[test]
    fn choices_are_found_by_code_and_by_word() {
        let field = of(FilerKind::Enterprise).field("contributions[0].paid_form").expect("a field");
        let choices = field.choices.as_deref().expect("choices");
        assert_eq!((choices.code("货币"), choices.code("CURRENCY")), (Some("CURRENCY"), Some("CURRENCY")));
        assert_eq!((choices.word("CLAIM"), choices.code("现金")), (Some("债权"), None));
    }
}
