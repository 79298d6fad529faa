//! 叠加 A draft with what its filer typed over what was known.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Confidence, Draft, DraftValue, Source, require};
use super::form::{Field, FieldType, Form, Section};
use super::sheet::read;
use super::{FieldValue, Path, Values, cell};

impl DraftValue {
    /// A field of which nothing is known.
    pub(super) fn blank(field: &'static Field, path: String, label: String) -> Self {
        Self {
            path,
            label,
            field_type: field.field_type,
            choices: field.choices.as_deref().map_or(&[][..], |choices| choices.values.as_slice()),
            unit: field.unit.as_deref(),
            value: None,
            source: Source::None,
            as_of: None,
            reference: String::new(),
            confidence: Confidence::None,
            unchanged_since: None,
            last_value: None,
            unchanged_confirmable: field.unchanged_confirmable,
            required: field.required,
        }
    }

    /// Stands for a table of which no row is known.
    pub(super) fn no_rows(section: &'static Section) -> Self {
        Self {
            path: section.name.clone(),
            label: section.label.clone(),
            field_type: FieldType::Table,
            choices: &[],
            unit: None,
            value: None,
            source: Source::None,
            as_of: None,
            reference: String::new(),
            confidence: Confidence::None,
            unchanged_since: None,
            last_value: None,
            unchanged_confirmable: false,
            required: false,
        }
    }

    /// What was typed takes the place of what was known, unless it says the same.
    fn typed(mut self, field: &'static Field, typed: &FieldValue) -> Self {
        let same = self.value.as_ref().is_some_and(|known| says_the_same(field, known, typed));
        if !same {
            self.value = Some(typed.clone());
            self.source = Source::Filer;
            self.confidence = Confidence::Certain;
            (self.as_of, self.unchanged_since, self.reference) = (None, None, String::new());
        }
        self
    }
}

/// Whether two values of a field are the same once they are read.
fn says_the_same(field: &Field, known: &FieldValue, typed: &FieldValue) -> bool {
    match (read(field, known), read(field, typed)) {
        (Some(known), Some(typed)) => known == typed,
        _ => known.to_string().trim() == typed.to_string().trim(),
    }
}

/// 子表 Tables of which a path names a cell.
fn tables(values: &Values) -> BTreeSet<&str> {
    let table = |path| match Path::parse(path) {
        Some(Path::Cell { table, .. }) => Some(table),
        _ => None,
    };
    values.keys().filter_map(|path| table(path)).collect()
}

impl Draft {
    /// 已报内容 A report as it was filed: nothing is prefilled.
    pub fn filed(form: &'static Form, year: i32, values: &Values) -> Self {
        Self { kind: form.kind, year, values: Vec::new() }.overlaid(form, values)
    }

    /// 叠加 The draft as its filer sees it: a value that was typed stands in the place of the prefilled one, and a
    /// table of which cells were typed is what was typed, row by row.
    #[must_use]
    pub fn overlaid(self, form: &'static Form, typed: &Values) -> Self {
        let touched = tables(typed);
        let mut known: BTreeMap<String, DraftValue> = BTreeMap::new();
        let mut kept: BTreeMap<String, Vec<DraftValue>> = BTreeMap::new();
        for value in self.values {
            let section = value.path.split('[').next().and_then(|name| form.table(name)).map(|table| &table.name);
            match section {
                Some(section) if !touched.contains(section.as_str()) => {
                    kept.entry(section.clone()).or_default().push(value);
                }
                _ => {
                    known.insert(value.path.clone(), value);
                }
            }
        }
        let mut values = Vec::new();
        for section in &form.sections {
            match (&section.table, kept.remove(&section.name)) {
                (Some(_), Some(rows)) => values.extend(rows),
                (Some(_), None) => rows(section, typed, &mut known, &mut values),
                (None, _) => values.extend(section.fields.iter().map(|field| {
                    let blank = || DraftValue::blank(field, field.name.clone(), field.label.clone());
                    let value = known.remove(&field.name).unwrap_or_else(blank);
                    match typed.get(&field.name) {
                        Some(text) => value.typed(field, text),
                        None => value,
                    }
                })),
            }
        }
        for value in &mut values {
            value.required = form.field(&value.path).is_some_and(|field| field.required);
        }
        require(form, &mut values);
        Self { values, ..self }
    }

    /// 注明来源 Says of values that the filer took over from elsewhere where they stand there.
    #[must_use]
    pub fn noted<'n>(mut self, note: impl Fn(&str) -> Option<(Source, &'n str)>) -> Self {
        for value in self.values.iter_mut().filter(|value| value.source == Source::Filer) {
            if let Some((source, reference)) = note(&value.path) {
                value.source = source;
                reference.clone_into(&mut value.reference);
            }
        }
        self
    }

    /// 整表 What must be kept beside `typed`, so that it means the same later: of every table in which something is
    /// typed all that is prefilled, because rows of the register come and go. What authorities told is not taken over
    /// that way: their rows are those of the form.
    pub fn beside(&self, typed: &Values) -> Values {
        let touched = tables(typed);
        let of_table =
            |path: &str| matches!(Path::parse(path), Some(Path::Cell { table, .. }) if touched.contains(table));
        let is_kept = |value: &&DraftValue| of_table(&value.path) && !value.source.is_told();
        let cells = self.values.iter().filter(is_kept).filter(|value| !typed.contains_key(&value.path));
        cells.filter_map(|value| Some((value.path.clone(), value.value.clone()?))).collect()
    }
}

/// The rows of a table as they were typed, with where a value comes from if it is still what was prefilled.
fn rows(
    section: &'static Section,
    typed: &Values,
    known: &mut BTreeMap<String, DraftValue>,
    values: &mut Vec<DraftValue>,
) {
    let row = |path: &str| match Path::parse(path) {
        Some(Path::Cell { table, row, .. }) if table == section.name => Some(row),
        _ => None,
    };
    // Rows that the form gives are all there, whichever of them something was typed in.
    let given = section.table.as_ref().map_or(0, |table| table.rows.len());
    let numbers: BTreeSet<usize> = typed.keys().filter_map(|path| row(path)).chain(0..given).collect();
    for number in &numbers {
        for field in &section.fields {
            let path = cell(&section.name, *number, &field.name);
            let label = format!("{}第{}行：{}", section.label, number + 1, field.label);
            let blank = DraftValue::blank(field, path.clone(), label);
            match typed.get(&path) {
                Some(text) => values.push(known.remove(&path).unwrap_or(blank).typed(field, text)),
                None if *number < given => values.push(known.remove(&path).unwrap_or(blank)),
                None => values.push(blank),
            }
        }
    }
    if numbers.is_empty() {
        values.push(DraftValue::no_rows(section));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Archive, FilerKind, form, prefill};
    use super::*;
    use crate::uscc::Uscc;
    use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

    fn archive() -> Archive {
        let holder = |name: &str| super::super::Holder { name: name.to_owned(), ..Default::default() };
        Archive {
            address: Some("科技路1号".to_owned()),
            legal_representative: Some("李明".to_owned()),
            holders: vec![holder("李明"), holder("王芳")],
            ..Archive::bare(
                Uscc::from_prefix("91610113MA6TXB2N3").expect("a code"),
                "西安示例科技有限公司".to_owned(),
                EnterpriseKind::LimitedCompany,
                EnterpriseStatus::Active,
            )
        }
    }

    fn of(typed: &[(&str, &str)]) -> (Draft, Values) {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let draft = prefill(form, &archive(), None, 2025);
        let typed = typed.iter().map(|(path, text)| ((*path).to_owned(), FieldValue::from(*text))).collect();
        (draft, typed)
    }

    fn at(draft: &Draft, path: &str) -> Option<(String, Source)> {
        let value = draft.values.iter().find(|value| value.path == path)?;
        Some((value.value.as_ref().map(FieldValue::to_string).unwrap_or_default(), value.source))
    }

    #[test]
    fn what_was_typed_stands_in_the_place_of_what_was_known() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let (draft, typed) = of(&[("postal_address", "科技路2号"), ("legal_representative", "李明"), ("phone", "")]);
        let draft = draft.overlaid(form, &typed);
        assert_eq!(at(&draft, "postal_address"), Some(("科技路2号".to_owned(), Source::Filer)));
        assert_eq!(at(&draft, "legal_representative"), Some(("李明".to_owned(), Source::Archive)), "the same");
        assert_eq!(at(&draft, "phone"), Some((String::new(), Source::Filer)));
        assert_eq!(at(&draft, "contributions[1].holder"), Some(("王芳".to_owned(), Source::Archive)));
    }

    #[test]
    fn a_table_of_which_a_cell_was_typed_is_kept_whole() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let (draft, mut typed) = of(&[("contributions[1].paid", "40"), ("websites[0].url", "www.example.cn")]);
        let beside = draft.beside(&typed);
        assert_eq!(beside.get("contributions[0].holder"), Some(&FieldValue::from("李明")));
        typed.extend(beside);
        // The register gains a holder, who comes first.
        let mut changed = archive();
        changed.holders.insert(0, super::super::Holder { name: "赵强".to_owned(), ..Default::default() });
        let later = prefill(form, &changed, None, 2025).overlaid(form, &typed);
        assert_eq!(at(&later, "contributions[1].holder").map(|found| found.0).as_deref(), Some("王芳"));
        assert_eq!(at(&later, "contributions[1].paid"), Some(("40".to_owned(), Source::Filer)));
        assert_eq!(at(&later, "contributions[2].holder"), None);
        assert_eq!(at(&later, "websites[0].url"), Some(("www.example.cn".to_owned(), Source::Filer)));
        assert!(later.values.iter().all(|value| value.path != "websites"));
    }

    #[test]
    fn what_authorities_told_lies_under_what_was_typed_and_is_not_taken_over_with_it() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let persons = |kind: &str, count: i64| super::super::ToldFigure {
            field: "persons".to_owned(),
            kind: Some(kind.to_owned()),
            value: count.into(),
            since: None,
        };
        let agency = super::super::Told {
            source: super::super::FigureSource::SocialInsurance,
            as_of: chrono::NaiveDate::from_ymd_opt(2025, 12, 31).expect("a day"),
            is_final: true,
            is_played: false,
            figures: vec![persons("PENSION", 9), persons("MEDICAL", 8)],
        };
        let draft = super::super::prefill_with(form, &archive(), None, &[agency], 2025);
        let told = draft.values.iter().find(|value| value.path == "social_insurance[0].persons").expect("a cell");
        assert!(told.unchanged_confirmable && told.source == Source::SocialInsurance);
        let typed = Values::from([("social_insurance[0].persons".to_owned(), FieldValue::from("7"))]);
        let beside = draft.beside(&typed);
        assert!(beside.contains_key("social_insurance[2].kind") && !beside.contains_key("social_insurance[2].persons"));
        let draft = draft.overlaid(form, &typed);
        assert_eq!(at(&draft, "social_insurance[0].persons"), Some(("7".to_owned(), Source::Filer)));
        assert_eq!(at(&draft, "social_insurance[2].persons"), Some(("8".to_owned(), Source::SocialInsurance)));
        assert_eq!(at(&draft, "social_insurance[4].kind"), Some(("MATERNITY".to_owned(), Source::Form)));
    }

    #[test]
    fn nothing_typed_changes_nothing() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let (draft, typed) = of(&[]);
        assert_eq!(draft.clone().overlaid(form, &typed), draft);
    }
}
