//! 未变起始 Since when a prefilled value has been what it is: a filer who sees it confirms it more easily.

use std::collections::BTreeMap;

use super::draft::{Draft, DraftValue, Source};
use super::form::Form;
use super::known;
use super::sheet::{Row, Sheet};
use super::{FieldValue, LastReport, Path};

impl Draft {
    /// Notes of every prefilled value since when it has stood unchanged: in the register since the day of the fact,
    /// in reports since the first of those that said the same one after the other. `reports` are earlier ones,
    /// the newest first.
    #[must_use]
    pub fn since(mut self, form: &Form, reports: &[LastReport]) -> Self {
        let told: Vec<_> =
            reports.iter().map(|report| (report.submitted_on, Sheet::of(form, &known::of_report(report)))).collect();
        let keys = keys(form, &self.values);
        for draft in &mut self.values {
            draft.unchanged_since = match draft.source {
                Source::Archive => draft.as_of,
                Source::LastReport => {
                    let says = |sheet: &Sheet| value_of(form, sheet, &keys, &draft.path) == draft.value;
                    let run = told.iter().take_while(|(_, sheet)| says(sheet));
                    run.last().and_then(|(day, _)| *day).or(draft.as_of)
                }
                // They say it of each figure themselves.
                Source::Tax | Source::SocialInsurance => draft.unchanged_since,
                Source::Form | Source::Filer | Source::Statement | Source::None => None,
            };
        }
        self
    }
}

/// Key texts of the rows of the draft, by table and row.
fn keys(form: &Form, values: &[DraftValue]) -> BTreeMap<(String, usize), FieldValue> {
    let mut keys = BTreeMap::new();
    for value in values {
        let Some(Path::Cell { table, row, field }) = Path::parse(&value.path) else { continue };
        let is_key = form.table(table).and_then(|section| section.table.as_ref()).is_some_and(|kind| kind.key == field);
        if let (true, Some(key)) = (is_key, &value.value) {
            keys.insert((table.to_owned(), row), key.clone());
        }
    }
    keys
}

/// What a report said in a field, or in the row of the same key.
fn value_of(
    form: &Form,
    sheet: &Sheet,
    keys: &BTreeMap<(String, usize), FieldValue>,
    path: &str,
) -> Option<FieldValue> {
    match Path::parse(path)? {
        Path::Field(name) => sheet.fields.get(name).cloned(),
        Path::Cell { table, row, field } => {
            let column = &form.table(table)?.table.as_ref()?.key;
            let key = keys.get(&(table.to_owned(), row))?;
            let bears = |row: &&Row| row.get(column) == Some(key);
            sheet.rows(table).map(|(_, row)| row).find(bears)?.get(field).cloned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Archive, FilerKind, Holder, form, prefill};
    use super::*;
    use crate::money::Wan;
    use crate::uscc::Uscc;
    use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

    fn report(year: i32, email: &str, paid: &str) -> LastReport {
        LastReport {
            year,
            submitted_on: chrono::NaiveDate::from_ymd_opt(year + 1, 4, 1),
            email: Some(email.to_owned()),
            contributions: vec![Holder { name: "李明".to_owned(), paid: Wan::parse(paid).ok(), ..Holder::default() }],
            ..LastReport::default()
        }
    }

    #[test]
    fn a_value_is_as_old_as_the_reports_that_agree() {
        let archive = Archive {
            as_of: chrono::NaiveDate::from_ymd_opt(2020, 1, 2),
            ..Archive::bare(
                Uscc::from_prefix("91610113MA6TXB2N3").expect("a code"),
                "西安示例科技有限公司".to_owned(),
                EnterpriseKind::LimitedCompany,
                EnterpriseStatus::Active,
            )
        };
        let reports = [report(2024, "a@qq.com", "30"), report(2023, "a@qq.com", "20"), report(2022, "b@qq.com", "30")];
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let draft = prefill(form, &archive, reports.first(), 2025).since(form, &reports);
        let since =
            |path: &str| draft.values.iter().find(|value| value.path == path).and_then(|one| one.unchanged_since);
        assert_eq!(since("email"), chrono::NaiveDate::from_ymd_opt(2024, 4, 1));
        assert_eq!(since("contributions[0].paid"), chrono::NaiveDate::from_ymd_opt(2025, 4, 1));
        assert_eq!(since("name"), chrono::NaiveDate::from_ymd_opt(2020, 1, 2));
        assert_eq!(since("total_assets"), None);
    }
}
