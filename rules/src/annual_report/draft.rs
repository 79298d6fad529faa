//! 预填 The draft of a report: every field of the form with what last year's report, the register and
//! other authorities know, and where each value comes from. Figures of the year are never copied: last
//! year's stands beside the field as a hint.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::form::{Field, FieldType, Form, Same, Section, Table};
use super::known;
use super::sheet::{Row, Sheet};
use super::{Archive, FieldValue, FilerKind, LastReport, Path, Told, Values, cell, year_end};
use crate::money::Wan;

/// 数据来源 Where a prefilled value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "PrefillSource"))]
pub enum Source {
    /// 上一份年度报告 The last report.
    LastReport,
    /// 登记档案 The register.
    Archive,
    /// 税务机关 Told by the tax authority, after the filer agreed that it is asked.
    Tax,
    /// 社会保险经办机构 Told by the social-insurance agency, after the filer agreed that it is asked.
    SocialInsurance,
    /// 表单规定 Given by the form itself: the kinds of social insurance.
    Form,
    /// 填报人填写 The filer typed it.
    Filer,
    /// 财务报表 Read from a statement that the filer uploaded and confirmed.
    Statement,
    /// 待填 Nobody knows it: the filer fills it in.
    None,
}

impl Source {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastReport => "LAST_REPORT",
            Self::Archive => "ARCHIVE",
            Self::Tax => "TAX",
            Self::SocialInsurance => "SOCIAL_INSURANCE",
            Self::Form => "FORM",
            Self::Filer => "FILER",
            Self::Statement => "STATEMENT",
            Self::None => "NONE",
        }
    }

    /// Whether another authority tells it.
    pub const fn is_told(self) -> bool {
        matches!(self, Self::Tax | Self::SocialInsurance)
    }
}

/// 可信度 How likely a prefilled value still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "PrefillConfidence"))]
pub enum Confidence {
    /// 确定 The register or the form says so, the filer, or an authority for good.
    Certain,
    /// 很可能 The report of the year before said so, or an authority for the time being.
    Likely,
    /// 待核对 An older report said so.
    Uncertain,
    /// 无 Nothing is prefilled.
    None,
}

/// 草稿项 A field of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftValue {
    /// 路径 `phone`, `contributions[0].paid`; the bare name of a table of which no row is known.
    pub path: String,
    /// 字段名称 Chinese label, with that of the table before it.
    pub label: String,
    /// 类型 [`FieldType::Table`] for the bare name of a table.
    pub field_type: FieldType,
    /// 选项 Code and word, in the order of the form; empty unless the type is [`FieldType::Choice`].
    pub choices: &'static [(String, String)],
    /// 单位 `万元`, `人`.
    pub unit: Option<&'static str>,
    /// Prefilled value.
    pub value: Option<FieldValue>,
    /// 来源 Where the value comes from.
    pub source: Source,
    /// 截至日期 Day as of which the source knew the value.
    pub as_of: Option<NaiveDate>,
    /// 出处 `2024年度报告`, `登记档案`; empty where there is no source.
    pub reference: String,
    /// 可信度
    pub confidence: Confidence,
    /// 未变起始日 Since when the value has been the same, as far as is known.
    pub unchanged_since: Option<NaiveDate>,
    /// 上年数 The last report's value of a figure of the year, which is never copied.
    pub last_value: Option<FieldValue>,
    /// 可一键确认 Whether the filer may take the value over with one confirmation.
    pub unchanged_confirmable: bool,
    /// 必填 Whether the form demands it, given the other values of the draft.
    pub required: bool,
}

/// 草稿 A prefilled report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// In the order of the form.
    pub values: Vec<DraftValue>,
}

/// 预填 Fills the form with what is known. The last report counts only if it is of an earlier year.
pub fn prefill(form: &'static Form, archive: &Archive, last: Option<&LastReport>, year: i32) -> Draft {
    prefill_with(form, archive, last, &[], year)
}

/// 预填 The same with what authorities told of the year.
pub fn prefill_with(
    form: &'static Form,
    archive: &Archive,
    last: Option<&LastReport>,
    told: &[Told],
    year: i32,
) -> Draft {
    let last = last.filter(|report| report.year < year);
    let sources = Sources {
        archive: Known {
            sheet: Sheet::of(form, &known::of_archive(archive, year)),
            as_of: archive.as_of.or(archive.established_on),
            reference: "登记档案".to_owned(),
            confidence: Confidence::Certain,
            since: BTreeMap::new(),
        },
        last: last.map(|report| Known {
            sheet: Sheet::of(form, &known::of_report(report)),
            as_of: report.submitted_on.or_else(|| year_end(report.year)),
            reference: format!("{}年度报告", report.year),
            confidence: if report.year == year - 1 { Confidence::Likely } else { Confidence::Uncertain },
            since: BTreeMap::new(),
        }),
        told: told
            .iter()
            .map(|told| {
                let known = Known {
                    sheet: Sheet::of(form, &told.values(form)),
                    as_of: Some(told.as_of),
                    reference: told.reference(year),
                    confidence: if told.is_final { Confidence::Certain } else { Confidence::Likely },
                    since: told.since(form),
                };
                (told.source.source(), known)
            })
            .collect(),
    };
    let mut values = Vec::new();
    for section in &form.sections {
        match &section.table {
            None => values.extend(section.fields.iter().map(|field| sources.field(field))),
            Some(table) => sources.table(section, table, &mut values),
        }
    }
    require(form, &mut values);
    Draft { kind: form.kind, year, values }
}

/// What one source knows, and since when.
struct Known {
    sheet: Sheet,
    as_of: Option<NaiveDate>,
    reference: String,
    confidence: Confidence,
    /// By path, where the source says it of each value.
    since: BTreeMap<String, NaiveDate>,
}

struct Sources {
    archive: Known,
    last: Option<Known>,
    told: Vec<(Source, Known)>,
}

impl Sources {
    fn known(&self, source: Source) -> Option<&Known> {
        match source {
            Source::LastReport => self.last.as_ref(),
            Source::Archive => Some(&self.archive),
            Source::Tax | Source::SocialInsurance => {
                self.told.iter().find(|(of, _)| *of == source).map(|(_, known)| known)
            }
            Source::Form | Source::Filer | Source::Statement | Source::None => None,
        }
    }

    fn field(&self, field: &'static Field) -> DraftValue {
        let value = |known: &Known| known.sheet.fields.get(&field.name).cloned();
        self.draft(field, &field.prefill, field.name.clone(), field.label.clone(), value)
    }

    /// The value of the first source that has one; for a figure of the year, last year's as a hint.
    fn draft(
        &self,
        field: &'static Field,
        order: &[Source],
        path: String,
        label: String,
        value: impl Fn(&Known) -> Option<FieldValue>,
    ) -> DraftValue {
        let found = order.iter().find_map(|source| {
            let known = self.known(*source)?;
            Some((*source, known, value(known)?))
        });
        // Only a report says what a figure was in its year; the register says what it is now.
        let hint = || value(self.last.as_ref()?);
        let mut draft = DraftValue::blank(field, path, label);
        match found {
            Some((source, known, value)) => {
                draft.value = Some(value);
                draft.source = source;
                draft.as_of = known.as_of;
                draft.reference.clone_from(&known.reference);
                draft.confidence = known.confidence;
                draft.unchanged_since = known.since.get(&draft.path).copied();
                if source.is_told() {
                    draft.last_value = hint();
                    draft.unchanged_confirmable = true;
                }
            }
            None => draft.last_value = hint(),
        }
        draft
    }

    fn table(&self, section: &'static Section, table: &'static Table, values: &mut Vec<DraftValue>) {
        let keys = if table.rows.is_empty() { self.keys(section, table) } else { nth(table.rows.iter().cloned()) };
        for (number, key) in keys.iter().enumerate() {
            let is_only = keys.iter().filter(|other| other.0 == key.0).count() == 1;
            let mut given: BTreeMap<&str, Source> = BTreeMap::new();
            let mut changed: BTreeSet<&str> = BTreeSet::new();
            let mut row: Vec<Option<DraftValue>> = vec![None; section.fields.len()];
            // What depends on another column of the row comes after it.
            let (after, first): (Vec<_>, Vec<_>) = section
                .fields
                .iter()
                .enumerate()
                .partition(|(_, field)| field.with.is_some() || field.converts.is_some());
            for (place, field) in first.into_iter().chain(after) {
                let label = format!("{}第{}行：{}", section.label, number + 1, field.label);
                let path = cell(&section.name, number, &field.name);
                let value = |known: &Known| in_row(&known.sheet, section, table, key)?.get(&field.name).cloned();
                let order = match (&field.with, &field.converts) {
                    // Without the value there is nothing that it could belong to.
                    (Some(with), _) => given.get(with.as_str()).map(|source| vec![*source]).unwrap_or_default(),
                    // Another amount is another one in every currency.
                    (None, Some(amount)) if changed.contains(amount.as_str()) => Vec::new(),
                    (None, _) => self.order(field, section, table, key),
                };
                let mut draft = self.draft(field, &order, path, label, value);
                let same = field.same.as_ref().filter(|_| is_only && draft.value.is_some());
                if let Some(same) = same.and_then(|same| same_amount(same, &key.0, values))
                    && same.value != draft.value
                {
                    draft.take(same);
                    changed.insert(&field.name);
                }
                if draft.source != Source::None {
                    given.insert(&field.name, draft.source);
                }
                if field.name == table.key && !table.rows.is_empty() {
                    draft.value = Some(FieldValue::Text(key.0.clone()));
                    draft.source = Source::Form;
                    draft.confidence = Confidence::Certain;
                    draft.last_value = None;
                }
                row[place] = Some(draft);
            }
            values.extend(row.into_iter().flatten());
        }
        if keys.is_empty() {
            values.push(DraftValue::no_rows(section));
        }
    }

    /// The sources of a column in the order in which they are asked: those with a later day of the value first.
    fn order(&self, field: &Field, section: &Section, table: &Table, key: &Key) -> Vec<Source> {
        let mut order = field.prefill.clone();
        let Some(dated) = &field.dated else { return order };
        let day = |source: &Source| match in_row(&self.known(*source)?.sheet, section, table, key)?.get(dated) {
            Some(FieldValue::Date(day)) => Some(*day),
            _ => None,
        };
        // The sort is stable: of sources with the same day, or with none, the form says which is asked first.
        order.sort_by_key(|source| std::cmp::Reverse(day(source)));
        order
    }

    /// Keys of the rows to be shown: those of the first source that has any, then those that only
    /// the register knows. A row that the register has dropped is not brought back by an old report.
    fn keys(&self, section: &Section, table: &Table) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        let order = section.field(&table.key).map(|field| field.prefill.as_slice()).unwrap_or_default();
        for source in order {
            let Some(known) = self.known(*source) else { continue };
            if keys.is_empty() || *source == Source::Archive {
                let rows = known.sheet.rows(&section.name);
                let found = nth(rows.filter_map(|(_, row)| row.get(&table.key)).map(FieldValue::to_string));
                let new: Vec<Key> = found.into_iter().filter(|key| !keys.contains(key)).collect();
                keys.extend(new);
            }
        }
        keys
    }
}

/// Text that tells rows apart, and which of the rows with that text it is: a holder who pays in
/// two forms stands in two rows.
type Key = (String, usize);

fn nth(texts: impl Iterator<Item = String>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for text in texts {
        let before = keys.iter().filter(|(known, _)| *known == text).count();
        keys.push((text, before));
    }
    keys
}

/// The row of a source that bears the key.
fn in_row<'a>(sheet: &'a Sheet, section: &Section, table: &Table, key: &Key) -> Option<&'a Row> {
    let bears = |row: &Row| row.get(&table.key).is_some_and(|value| value.to_string() == key.0);
    sheet.rows(&section.name).map(|(_, row)| row).filter(|row| bears(row)).nth(key.1)
}

/// 同一笔金额 What the rows of another table that bear the key say of it together, and where the first of them has it
/// from; `None` unless all of them say it.
fn same_amount(same: &Same, key: &str, values: &[DraftValue]) -> Option<DraftValue> {
    let row_of_key = |value: &DraftValue| match Path::parse(&value.path)? {
        Path::Cell { table, row, field } if table == same.table && field == same.key => {
            value.value.as_ref().filter(|known| known.to_string() == key).map(|_| row)
        }
        _ => None,
    };
    let mut found: Option<DraftValue> = None;
    let mut sum = Wan::ZERO;
    for row in values.iter().filter_map(row_of_key) {
        let path = cell(&same.table, row, &same.column);
        let value = values.iter().find(|value| value.path == path)?;
        let Some(FieldValue::Wan(amount)) = value.value else { return None };
        sum = Wan::from_fen(sum.fen().checked_add(amount.fen())?);
        found.get_or_insert_with(|| value.clone());
    }
    Some(DraftValue { value: Some(sum.into()), ..found? })
}

/// A table that a yes-or-no field asks for is required once the draft says yes.
pub(super) fn require(form: &'static Form, values: &mut [DraftValue]) {
    let yes: BTreeSet<String> = values
        .iter()
        .filter(|draft| draft.value == Some(FieldValue::Bool(true)))
        .map(|draft| draft.path.clone())
        .collect();
    for draft in values {
        let when = form.table(&draft.path).and_then(|section| section.table.as_ref()?.when.as_ref());
        draft.required |= when.is_some_and(|when| yes.contains(when));
    }
}

impl DraftValue {
    /// Takes over a value with where it comes from.
    fn take(&mut self, other: Self) {
        self.value = other.value;
        self.source = other.source;
        self.as_of = other.as_of;
        self.reference = other.reference;
        self.confidence = other.confidence;
        self.unchanged_since = other.unchanged_since;
    }
}

impl Draft {
    /// 填报内容 The prefilled values by path, as they would be judged.
    pub fn values(&self) -> Values {
        let filled = self.values.iter().filter_map(|draft| Some((draft.path.clone(), draft.value.clone()?)));
        filled.collect()
    }
}

#[cfg(test)]
mod tests;
