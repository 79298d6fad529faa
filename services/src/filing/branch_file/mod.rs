//! 分支机构表 The branches of a head office as one table: given out with what is known, taken back row by row
//! (集中年报, R-ARP-05).
//!
//! BRANCH-FILE-1: columns are found by their headings, whatever their order; which there are follows from the form of
//! branches.
//! BRANCH-FILE-2: a row is saved whole or not at all; the same file twice changes nothing.
//! BRANCH-FILE-3: what was read of a file lies sealed, for [`KEPT`]; the file itself is not kept.

pub mod import;
pub mod read;
pub mod tables;
pub mod template;
mod workbook;

use chrono::TimeDelta;
use rules::annual_report::{Field, FieldType, Form, Source, cell};

use crate::statement::units::folded;

/// 表名 Of the table of branches in a workbook.
const SHEET: &str = "分支机构年报";
/// Rows of a table at most.
pub const MOST: usize = 1_000;
/// How long what came of a table can be looked at.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// 列 What a column of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 统一社会信用代码
    Code,
    /// 名称
    Name,
    /// 填报状态 Shown, and not read.
    Stage,
    /// 填报值
    Value,
    /// 附表的填报值 Of a row of a table, whose number stands in the heading.
    Row,
    /// 上年数 Shown beside the figure of the year, and not read.
    Hint,
    /// 警告说明 Why the filer holds what the rules doubt to be right.
    Reason,
}

/// 列
#[derive(Clone, Debug)]
pub struct Column {
    /// 列名 With the unit in brackets.
    pub heading: String,
    /// What it is.
    pub what: What,
    /// 字段路径 Of values and hints.
    pub path: String,
    /// 字段 Of values and hints.
    pub field: Option<&'static Field>,
    /// 栏目 Of values and hints.
    pub section: &'static str,
}

impl Column {
    const fn of(what: What, heading: String) -> Self {
        Self { heading, what, path: String::new(), field: None, section: "" }
    }
}

/// 列 The columns of the table of a form: what its filers fill in themselves, and tables whose rows are given.
pub fn columns(form: &'static Form) -> Vec<Column> {
    let label = |name: &str| form.scalar(name).map_or_else(|| name.to_owned(), |field| field.label.clone());
    let mut columns = vec![
        Column::of(What::Code, label("uscc")),
        Column::of(What::Name, label("name")),
        Column::of(What::Stage, "填报状态".to_owned()),
    ];
    for section in &form.sections {
        let Some(table) = &section.table else {
            for field in section.fields.iter().filter(|field| field.prefill != [Source::Archive]) {
                put(&mut columns, field, (field.name.clone(), field.label.clone()), &section.label);
            }
            continue;
        };
        let words = section.field(&table.key).and_then(|field| field.choices.as_deref());
        for (number, code) in table.rows.iter().enumerate() {
            let word = words.and_then(|words| words.word(code)).unwrap_or(code);
            for field in section.fields.iter().filter(|field| field.name != table.key) {
                let label = format!("{}·{word}·{}", section.label, field.label);
                put(&mut columns, field, (cell(&section.name, number, &field.name), label), &section.label);
            }
        }
    }
    columns.push(Column::of(What::Reason, "警告说明".to_owned()));
    columns
}

/// The label of a field with its unit, or what may be written, in brackets.
fn heading(field: &Field, label: &str) -> String {
    let bracket = field.unit.clone().or_else(|| match field.field_type {
        FieldType::Bool => Some("是/否".to_owned()),
        FieldType::Choice => field
            .choices
            .as_deref()
            .filter(|choices| choices.values.len() <= 4)
            .map(|choices| choices.values.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join("/")),
        FieldType::Date => Some("年-月-日".to_owned()),
        _ => None,
    });
    bracket.map_or_else(|| label.to_owned(), |bracket| format!("{label}（{bracket}）"))
}

fn put(columns: &mut Vec<Column>, field: &'static Field, (path, label): (String, String), section: &'static str) {
    let heading = heading(field, &label);
    // What is not carried over is shown as it was, unless only some have it.
    let is_carried = field.prefill.iter().any(|source| matches!(source, Source::LastReport | Source::Archive));
    let has_hint = !is_carried && field.field_type.decimals().is_some() && (field.required || !path.contains('['));
    let hint = has_hint.then(|| Column {
        heading: format!("上年·{heading}"),
        what: What::Hint,
        path: path.clone(),
        field: Some(field),
        section,
    });
    columns.push(Column { heading, what: What::Value, path, field: Some(field), section });
    columns.extend(hint);
}

/// A heading without what stands in its brackets, so that whoever changes those is understood.
fn key(heading: &str) -> String {
    let text: String = folded(heading).chars().filter(|sign| !matches!(sign, ' ' | '*')).collect();
    match text.rfind('(') {
        Some(open) if open > 0 && text.ends_with(')') => text[..open].to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rules::annual_report::{FilerKind, form};

    use super::*;

    #[test]
    fn every_column_has_a_heading_of_its_own() {
        let columns = columns(form(FilerKind::Branch, 2025).expect("a form"));
        let keys: HashSet<String> = columns.iter().map(|column| key(&column.heading)).collect();
        assert_eq!(keys.len(), columns.len());
        let headings: Vec<&str> = columns.iter().map(|column| column.heading.as_str()).collect();
        for heading in [
            "统一社会信用代码",
            "是否由隶属企业统一核算（是/否）",
            "从业人数（人）",
            "上年·从业人数（人）",
            "资产总额（万元）",
            "经营状态（开业/歇业/清算）",
            "社保信息·工伤保险·参保人数（人）",
        ] {
            assert!(headings.contains(&heading), "{heading}: {headings:?}");
        }
        assert!(!headings.iter().any(|heading| heading.contains("隶属企业名称")), "the register knows it");
    }
}
