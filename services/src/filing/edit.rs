//! 编辑 What a filer sends, held against the form before anything is judged: all faults at once.

use std::collections::{BTreeMap, BTreeSet};

use rules::annual_report::{Draft, FieldValue, Form, Unpublished, Values};

use super::content::Content;
use crate::command::UserError;
use crate::draft::{named, no_field};

/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 4..=200;
/// Values that a report may hold: every column of every row of its tables is fewer.
const MOST: usize = 10_000;

/// 编辑 What is to be changed of a draft or a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// 填报值 By path; a blank one says that the field is left empty.
    pub values: BTreeMap<String, String>,
    /// 恢复预填 Paths, or names of tables, that go back to what is prefilled.
    pub reset: Vec<String>,
    /// 不公示 All names; `None` leaves them as they are.
    pub unpublished: Option<Unpublished>,
    /// 警告说明 By the number of the rule; they join those that are there.
    pub reasons: BTreeMap<String, String>,
}

impl Edit {
    /// Everything that is wrong with it.
    pub(super) fn faults(&self, form: &'static Form) -> Vec<UserError> {
        let values = self.typed();
        let mut errors = Vec::new();
        if let Some(path) = form.unknown_paths(&values).first() {
            errors.push(UserError::at(&["input", "values"], "UNKNOWN_FIELD", no_field(form, path)));
        }
        if let Some((path, most)) = form.too_long(&values).first() {
            let message = format!("“{}”最多 {most} 个字，请缩短后重试。", named(form, path));
            errors.push(UserError::at(&["input", "values"], "TEXT_TOO_LONG", message));
        }
        if values.values().any(|value| value.to_string().contains('\0')) {
            let message = "填报内容含有看不见的控制字符，请删除后重新输入。";
            errors.push(UserError::at(&["input", "values"], "UNKNOWN_CHARACTER", message));
        }
        let is_known = |path: &String| form.field(path).is_some() || form.table(path).is_some();
        if let Some(path) = self.reset.iter().find(|path| !is_known(path)) {
            errors.push(UserError::at(&["input", "reset"], "UNKNOWN_FIELD", no_field(form, path)));
        }
        if let Some(name) = self.unpublished.as_ref().and_then(|names| form.unwithholdable(names).first().copied()) {
            let shown = named(form, name);
            let message = format!("“{shown}”不能选择不公示：依法应当公示，或表单中没有这一项。");
            errors.push(UserError::at(&["input", "unpublished"], "MUST_BE_PUBLISHED", message));
        }
        if let Some(rule) = self.reasons.iter().find_map(|(rule, reason)| stated(reason).is_none().then_some(rule)) {
            let shown: String = rule.chars().take(20).collect();
            let message = format!("请用 4 到 200 个字说明 {shown} 的理由。");
            errors.push(UserError::at(&["input", "reasons"], "INVALID_REASON", message));
        }
        errors
    }

    pub(super) fn typed(&self) -> Values {
        self.values.iter().map(|(path, text)| (path.clone(), FieldValue::from(text.as_str()))).collect()
    }

    /// Puts it over what is there. Of a table in which something is typed all that is prefilled is kept with it.
    pub(super) fn put_over(&self, content: &mut Content, prefilled: &Draft) -> Result<(), UserError> {
        for path in &self.reset {
            let row = format!("{path}[");
            content.values.retain(|known, _| known != path && !known.starts_with(&row));
            content.confirmed.retain(|known| known != path && !known.starts_with(&row));
            content.sources.retain(|known, _| known != path && !known.starts_with(&row));
        }
        for (path, text) in &self.values {
            if content.values.get(path) != Some(text) {
                content.confirmed.remove(path);
                content.sources.remove(path);
            }
            content.values.insert(path.clone(), text.clone());
        }
        // A table that was typed in before is kept whole already.
        let before: BTreeSet<String> = content
            .values
            .keys()
            .filter(|path| !self.values.contains_key(*path))
            .filter_map(|path| table(path))
            .collect();
        let typed: Values = self
            .typed()
            .into_iter()
            .filter(|(path, _)| table(path).is_none_or(|table| !before.contains(&table)))
            .collect();
        for (path, value) in prefilled.beside(&typed) {
            content.values.entry(path).or_insert_with(|| value.to_string());
        }
        if let Some(unpublished) = &self.unpublished {
            content.unpublished.clone_from(unpublished);
        }
        let reasons = self.reasons.iter().filter_map(|(rule, reason)| Some((rule.clone(), stated(reason)?)));
        content.reasons.extend(reasons);
        if content.values.len() > MOST {
            let message = format!("一份年度报告最多 {MOST} 项内容。");
            return Err(UserError::at(&["input", "values"], "TOO_MANY_VALUES", message));
        }
        Ok(())
    }
}

fn table(path: &str) -> Option<String> {
    path.split_once('[').map(|(table, _)| table.to_owned())
}

/// A reason that says something.
pub(super) fn stated(reason: &str) -> Option<String> {
    let reason = reason.trim();
    REASON.contains(&reason.chars().count()).then(|| reason.to_owned())
}
