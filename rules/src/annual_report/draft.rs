//! 预填 The draft of a report: every field of the form with what last year's report and the
//! register know, and where each value comes from. Figures of the year are never copied: last
//! year's stands beside the empty field as a hint.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::form::{Field, FieldType, Form, Section, Table};
use super::known;
use super::sheet::{Row, Sheet};
use super::{Archive, FieldValue, FilerKind, LastReport, Values, cell, year_end};

/// 数据来源 Where a prefilled value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "PrefillSource"))]
pub enum Source {
    /// 上一份年度报告 The last report.
    LastReport,
    /// 登记档案 The register.
    Archive,
    /// 表单规定 Given by the form itself: the kinds of social insurance.
    Form,
    /// 填报人填写 The filer typed it.
    Filer,
    /// 待填 Nobody knows it: the filer fills it in.
    None,
}

impl Source {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastReport => "LAST_REPORT",
            Self::Archive => "ARCHIVE",
            Self::Form => "FORM",
            Self::Filer => "FILER",
            Self::None => "NONE",
        }
    }
}

/// 可信度 How likely a prefilled value still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum), graphql(name = "PrefillConfidence"))]
pub enum Confidence {
    /// 确定 The register or the form says so, or the filer.
    Certain,
    /// 很可能 The report of the year before said so.
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
    /// 上年数 The last report's value of a figure that is not copied.
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
    let last = last.filter(|report| report.year < year);
    let sources = Sources {
        archive: Known {
            sheet: Sheet::of(form, &known::of_archive(archive, year)),
            as_of: archive.as_of.or(archive.established_on),
            reference: "登记档案".to_owned(),
            confidence: Confidence::Certain,
        },
        last: last.map(|report| Known {
            sheet: Sheet::of(form, &known::of_report(report)),
            as_of: report.submitted_on.or_else(|| year_end(report.year)),
            reference: format!("{}年度报告", report.year),
            confidence: if report.year == year - 1 { Confidence::Likely } else { Confidence::Uncertain },
        }),
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
}

struct Sources {
    archive: Known,
    last: Option<Known>,
}

impl Sources {
    fn known(&self, source: Source) -> Option<&Known> {
        match source {
            Source::LastReport => self.last.as_ref(),
            Source::Archive => Some(&self.archive),
            Source::Form | Source::Filer | Source::None => None,
        }
    }

    fn field(&self, field: &'static Field) -> DraftValue {
        let value = |known: &Known| known.sheet.fields.get(&field.name).cloned();
        self.draft(field, field.name.clone(), field.label.clone(), value)
    }

    /// The value of the first source that has one; for a figure of the year, last year's as a hint.
    fn draft(
        &self,
        field: &'static Field,
        path: String,
        label: String,
        value: impl Fn(&Known) -> Option<FieldValue>,
    ) -> DraftValue {
        let found = field.prefill.iter().find_map(|source| {
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
            }
            None => draft.last_value = hint(),
        }
        draft
    }

    fn table(&self, section: &'static Section, table: &'static Table, values: &mut Vec<DraftValue>) {
        let keys = if table.rows.is_empty() { self.keys(section, table) } else { nth(table.rows.iter().cloned()) };
        for (number, key) in keys.iter().enumerate() {
            for field in &section.fields {
                let label = format!("{}第{}行：{}", section.label, number + 1, field.label);
                let path = cell(&section.name, number, &field.name);
                let value = |known: &Known| in_row(&known.sheet, section, table, key)?.get(&field.name).cloned();
                let mut draft = self.draft(field, path, label, value);
                if field.name == table.key && !table.rows.is_empty() {
                    draft.value = Some(FieldValue::Text(key.0.clone()));
                    draft.source = Source::Form;
                    draft.confidence = Confidence::Certain;
                    draft.last_value = None;
                }
                values.push(draft);
            }
        }
        if keys.is_empty() {
            values.push(DraftValue::no_rows(section));
        }
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

impl Draft {
    /// 填报内容 The prefilled values by path, as they would be judged.
    pub fn values(&self) -> Values {
        let filled = self.values.iter().filter_map(|draft| Some((draft.path.clone(), draft.value.clone()?)));
        filled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Holder, Investment, SocialInsurance, Website, Witness, form};
    use super::*;
    use crate::money::Wan;
    use crate::uscc::Uscc;
    use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn wan(text: &str) -> Option<Wan> {
        Some(Wan::parse(text).expect("an amount"))
    }

    fn holder(name: &str, subscribed: &str, paid: Option<&str>) -> Holder {
        let paid = paid.and_then(wan);
        Holder { name: name.to_owned(), subscribed: wan(subscribed), paid, ..Holder::default() }
    }

    fn archive() -> Archive {
        Archive {
            uscc: Uscc::from_prefix("91610113MA6TXB2N3").expect("a code"),
            name: "西安示例科技有限公司".to_owned(),
            kind: EnterpriseKind::LimitedCompany,
            status: EnterpriseStatus::Active,
            region: "610113".parse().ok(),
            address: Some("陕西省西安市雁塔区科技路1号".to_owned()),
            legal_representative: Some("李明".to_owned()),
            registered_capital: wan("100"),
            established_on: Some(day("2019-03-04")),
            closed_on: None,
            operating_until: None,
            phone: Some("02988880000".to_owned()),
            employees: Some(9),
            as_of: Some(day("2024-08-01")),
            parent: None,
            holders: vec![holder("李明", "60", None), holder("王芳", "40", Some("40"))],
            licences: Vec::new(),
            investments: vec![Investment { name: "西安示例二有限公司".to_owned(), uscc: None }],
            holders_changed_on: vec![day("2025-05-06")],
            penalty_count: 0,
            phone_shared_by: None,
            filed_on: None,
            witness: Witness::default(),
        }
    }

    fn last() -> LastReport {
        LastReport {
            year: 2024,
            submitted_on: Some(day("2025-04-28")),
            phone: Some("13900000001".to_owned()),
            controlling_kind: Some("私人控股".to_owned()),
            employees: Some(6),
            total_assets: wan("4573.07"),
            contributions: vec![holder("李明", "60", Some("30")), holder("赵强", "40", None)],
            investments: vec![Investment { name: "咸阳示例有限公司".to_owned(), uscc: None }],
            websites: vec![Website {
                kind: "SHOP".to_owned(),
                name: "小店".to_owned(),
                url: "shop.example.cn".to_owned(),
            }],
            social_insurance: vec![SocialInsurance {
                kind: "MEDICAL".to_owned(),
                persons: Some(5),
                ..Default::default()
            }],
            ..LastReport::default()
        }
    }

    fn draft(last: Option<&LastReport>) -> Draft {
        prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive(), last, 2025)
    }

    fn at<'a>(draft: &'a Draft, path: &str) -> &'a DraftValue {
        draft.values.iter().find(|value| value.path == path).expect(path)
    }

    fn text(draft: &Draft, path: &str) -> Option<String> {
        at(draft, path).value.as_ref().map(FieldValue::to_string)
    }

    #[test]
    fn every_value_says_where_it_comes_from() {
        let draft = draft(Some(&last()));
        let phone = at(&draft, "phone");
        assert_eq!(phone.value, Some("13900000001".into()));
        assert_eq!((phone.source, phone.as_of), (Source::LastReport, Some(day("2025-04-28"))));
        assert_eq!(
            (phone.reference.as_str(), phone.unchanged_confirmable, phone.required),
            ("2024年度报告", true, true)
        );
        let name = at(&draft, "name");
        assert_eq!(
            (name.source, name.reference.as_str(), name.as_of),
            (Source::Archive, "登记档案", Some(day("2024-08-01")))
        );
        for value in &draft.values {
            let is_known = value.source != Source::None;
            assert_eq!(is_known, value.value.is_some(), "{}", value.path);
            assert!(!is_known || value.source == Source::Form || !value.reference.is_empty(), "{}", value.path);
        }
    }

    #[test]
    fn without_a_last_report_the_register_fills_what_it_knows() {
        let draft = draft(None);
        assert_eq!(text(&draft, "phone").as_deref(), Some("02988880000"));
        assert_eq!(text(&draft, "postal_address").as_deref(), Some("陕西省西安市雁塔区科技路1号"));
        assert_eq!(text(&draft, "operating_status").as_deref(), Some("OPEN"));
        assert_eq!(at(&draft, "email").source, Source::None);
        let same_year = LastReport { year: 2025, ..last() };
        assert_eq!(
            prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive(), Some(&same_year), 2025),
            draft
        );
    }

    #[test]
    fn figures_of_the_year_are_hints() {
        let draft = draft(Some(&last()));
        let assets = at(&draft, "total_assets");
        assert_eq!((&assets.value, &assets.last_value), (&None, &wan("4573.07").map(FieldValue::Wan)));
        assert_eq!((assets.unit, assets.source, assets.unchanged_confirmable), (Some("万元"), Source::None, false));
        assert_eq!(at(&draft, "employees").last_value, Some(FieldValue::Integer(6)));
    }

    #[test]
    fn only_the_last_report_gives_a_hint() {
        let silent = LastReport { employees: None, ..last() };
        for draft in [draft(None), draft(Some(&silent))] {
            let employees = at(&draft, "employees");
            assert_eq!((&employees.value, &employees.last_value), (&None, &None));
        }
        assert!(draft(None).values.iter().all(|value| value.last_value.is_none()));
    }

    #[test]
    fn every_field_says_how_it_is_filled_in() {
        let draft = draft(None);
        let manner = at(&draft, "contributions[0].paid_form");
        assert_eq!((manner.field_type, manner.choices.len()), (FieldType::Choice, 8));
        assert_eq!(manner.choices[0], ("CURRENCY".to_owned(), "货币".to_owned()));
        assert_eq!(at(&draft, "total_assets").field_type, FieldType::MoneyWan);
        assert_eq!(at(&draft, "guarantees").field_type, FieldType::Table);
        for value in &draft.values {
            assert_eq!(value.choices.is_empty(), value.field_type != FieldType::Choice, "{}", value.path);
        }
    }

    #[test]
    fn holders_are_those_of_the_register_completed_from_the_last_report() {
        let draft = draft(Some(&last()));
        assert_eq!(text(&draft, "contributions[0].holder").as_deref(), Some("李明"));
        assert_eq!(text(&draft, "contributions[0].paid").as_deref(), Some("30"));
        assert_eq!(text(&draft, "contributions[1].holder").as_deref(), Some("王芳"));
        assert_eq!(text(&draft, "contributions[1].paid").as_deref(), Some("40"));
        assert!(draft.values.iter().all(|value| value.path != "contributions[2].holder"));
        assert_eq!(at(&draft, "contributions[1].paid").label, "股东及出资信息第2行：累计实缴出资额");
    }

    #[test]
    fn a_holder_in_two_rows_stays_in_two_rows() {
        let mut archive = archive();
        archive.holders = vec![holder("李明", "60", None), holder("李明", "40", None)];
        let draft = prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive, None, 2025);
        assert_eq!(text(&draft, "contributions[0].subscribed").as_deref(), Some("60"));
        assert_eq!(text(&draft, "contributions[1].subscribed").as_deref(), Some("40"));
    }

    #[test]
    fn investments_of_the_last_report_are_joined_by_those_of_the_register() {
        let draft = draft(Some(&last()));
        assert_eq!(text(&draft, "investments[0].name").as_deref(), Some("咸阳示例有限公司"));
        assert_eq!(text(&draft, "investments[1].name").as_deref(), Some("西安示例二有限公司"));
        assert_eq!(at(&draft, "investments[1].name").source, Source::Archive);
        assert_eq!(text(&draft, "has_investment").as_deref(), Some("true"));
        assert_eq!(text(&draft, "websites[0].url").as_deref(), Some("shop.example.cn"));
    }

    #[test]
    fn given_rows_stand_on_every_draft() {
        let draft = draft(Some(&last()));
        assert_eq!(text(&draft, "social_insurance[2].kind").as_deref(), Some("MEDICAL"));
        assert_eq!(at(&draft, "social_insurance[2].kind").source, Source::Form);
        assert_eq!(at(&draft, "social_insurance[2].persons").last_value, Some(FieldValue::Integer(5)));
        assert_eq!(text(&draft, "social_insurance[4].kind").as_deref(), Some("MATERNITY"));
    }

    #[test]
    fn a_table_is_required_once_the_draft_says_yes() {
        let draft = draft(Some(&last()));
        assert_eq!(text(&draft, "has_equity_transfer").as_deref(), Some("true"));
        assert!(at(&draft, "equity_transfers").required && !at(&draft, "guarantees").required);
    }

    #[test]
    fn what_can_be_confirmed_is_what_was_carried_over() {
        let draft = draft(Some(&last()));
        let typed = draft.values.iter().filter(|value| value.required && value.value.is_none());
        assert!(typed.clone().all(|value| value.path != "phone" && value.path != "contributions[0].subscribed"));
        assert_eq!(draft.values().get("controlling_kind"), Some(&"PRIVATE".into()));
    }
}
