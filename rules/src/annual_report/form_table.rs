//! Reads `forms.toml` into forms by kind and year, and refuses what does not fit together.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::form::{Choices, Field, FieldType, Form, Publish, Same, Section, Table};
use super::{FilerKind, Source};

/// Why a table of forms is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum FormTableError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("section {section}, field {field}: {fault}")]
    Field { section: String, field: String, fault: &'static str },
    #[error("section {section}: {fault}")]
    Section { section: String, fault: &'static str },
    #[error("the form of {kind:?} names {name} twice")]
    Twice { kind: FilerKind, name: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormTable {
    choices: Vec<Choices>,
    section: Vec<SectionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionRow {
    name: String,
    label: String,
    kinds: Vec<FilerKind>,
    source: String,
    #[serde(default = "first_year")]
    from_year: i32,
    #[serde(default = "last_year")]
    to_year: i32,
    #[serde(default)]
    table: bool,
    key: Option<String>,
    when: Option<String>,
    #[serde(default)]
    rows: Vec<String>,
    fields: Vec<FieldRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    name: String,
    label: String,
    #[serde(rename = "type")]
    field_type: FieldType,
    unit: Option<String>,
    choices: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    publish: Publish,
    #[serde(default)]
    prefill: Vec<Source>,
    #[serde(default)]
    confirm: bool,
    with: Option<String>,
    dated: Option<String>,
    same: Option<String>,
    converts: Option<String>,
    source: Option<String>,
    /// Characters at most, where the type's own number does not fit.
    longest: Option<usize>,
    #[serde(default = "first_year")]
    from_year: i32,
    #[serde(default = "last_year")]
    to_year: i32,
}

fn first_year() -> i32 {
    i32::MIN
}

fn last_year() -> i32 {
    i32::MAX
}

/// 填写说明 By section and field.
pub(super) type Notes = HashMap<String, HashMap<String, String>>;

/// Reads the notes.
pub(super) fn notes(text: &str) -> Result<Notes, FormTableError> {
    Ok(toml::from_str(text)?)
}

/// What fields refer to.
struct Lists<'t> {
    choices: HashMap<String, Arc<Choices>>,
    notes: Notes,
    sections: &'t [SectionRow],
}

/// Forms by kind, a new version wherever a section or field begins or ends.
pub(super) fn read(text: &str, told: &str) -> Result<Vec<Form>, FormTableError> {
    let table: FormTable = toml::from_str(text)?;
    let choices = table.choices.into_iter().map(|list| (list.name.clone(), Arc::new(list))).collect();
    let lists = Lists { choices, notes: notes(told)?, sections: &table.section };
    let mut forms = Vec::new();
    for kind in FilerKind::ALL {
        let rows: Vec<&SectionRow> = table.section.iter().filter(|row| row.kinds.contains(kind)).collect();
        for year in versions(&rows) {
            let sections: Result<Vec<_>, _> = rows
                .iter()
                .filter(|row| (row.from_year..=row.to_year).contains(&year))
                .map(|row| section(row, year, &lists))
                .collect();
            let sections = sections?;
            check_names(*kind, &sections)?;
            forms.push(Form::new(*kind, year, sections));
        }
    }
    Ok(forms)
}

/// Years in which something begins, or has ended the year before.
fn versions(rows: &[&SectionRow]) -> BTreeSet<i32> {
    let spans = rows.iter().flat_map(|row| {
        let fields = row.fields.iter().map(|field| (field.from_year, field.to_year));
        fields.chain([(row.from_year, row.to_year)])
    });
    spans.flat_map(|(from, to)| [Some(from), to.checked_add(1)]).flatten().collect()
}

fn section(row: &SectionRow, year: i32, lists: &Lists<'_>) -> Result<Section, FormTableError> {
    let fields = row.fields.iter().filter(|field| (field.from_year..=field.to_year).contains(&year));
    let section = Section {
        name: row.name.clone(),
        label: row.label.clone(),
        source: row.source.clone(),
        table: table(row)?,
        fields: fields.map(|field| column(row, field, lists)).collect::<Result<_, _>>()?,
    };
    Ok(section)
}

fn table(row: &SectionRow) -> Result<Option<Table>, FormTableError> {
    let fault = |fault| Err(FormTableError::Section { section: row.name.clone(), fault });
    match (&row.key, row.table) {
        (Some(key), true) if row.fields.iter().any(|field| field.name == *key) => {
            Ok(Some(Table { key: key.clone(), when: row.when.clone(), rows: row.rows.clone() }))
        }
        (_, true) => fault("a table needs the name of one of its columns as key"),
        (None, false) if row.when.is_none() && row.rows.is_empty() => Ok(None),
        (_, false) => fault("key, when and rows belong to tables"),
    }
}

fn column(row: &SectionRow, field: &FieldRow, lists: &Lists<'_>) -> Result<Field, FormTableError> {
    let fault = |fault| FormTableError::Field { section: row.name.clone(), field: field.name.clone(), fault };
    let list = match (&field.choices, field.field_type) {
        (Some(name), FieldType::Choice) => {
            Some(lists.choices.get(name).ok_or_else(|| fault("no such list of choices"))?)
        }
        (None, FieldType::Choice) => return Err(fault("a choice needs its list")),
        (Some(_), _) => return Err(fault("only a choice has a list")),
        (None, _) => None,
    };
    let is_column = |name: &Option<String>| {
        name.as_ref().is_none_or(|name| row.table && row.fields.iter().any(|other| other.name == *name))
    };
    if !is_column(&field.with) || !is_column(&field.dated) || !is_column(&field.converts) {
        return Err(fault("`with`, `dated` and `converts` name columns of the same table"));
    }
    let same = field.same.as_deref().map(|name| {
        same(row, name, lists).ok_or_else(|| fault("`same` names an amount of a table that stands further up"))
    });
    let note = lists.notes.get(&row.name).and_then(|notes| notes.get(&field.name));
    Ok(Field {
        name: field.name.clone(),
        label: field.label.clone(),
        note: note.cloned().unwrap_or_default(),
        unit: field.unit.clone().or_else(|| field.field_type.unit().map(str::to_owned)),
        field_type: field.field_type,
        choices: list.cloned(),
        required: field.required,
        publish: field.publish,
        prefill: field.prefill.clone(),
        with: field.with.clone(),
        dated: field.dated.clone(),
        same: same.transpose()?,
        converts: field.converts.clone(),
        unchanged_confirmable: field.confirm,
        longest: field.longest.unwrap_or(field.field_type.longest()),
        years: (row.from_year.max(field.from_year), row.to_year.min(field.to_year)),
        source: field.source.clone().unwrap_or_else(|| row.source.clone()),
        in_conditions: Field::condition_name(&field.name, field.field_type),
    })
}

/// The column that `contributions.paid` names.
fn same(row: &SectionRow, name: &str, lists: &Lists<'_>) -> Option<Same> {
    let (table, column) = name.split_once('.')?;
    let mut above = lists.sections.iter().take_while(|other| other.name != row.name);
    let other = above.find(|other| other.name == table && other.table)?;
    other.fields.iter().find(|field| field.name == column && field.field_type == FieldType::MoneyWan)?;
    Some(Same { table: table.to_owned(), key: other.key.clone()?, column: column.to_owned() })
}

/// Names are keys: a field outside the tables, a table and a column may each be named once.
fn check_names(kind: FilerKind, sections: &[Section]) -> Result<(), FormTableError> {
    let mut outside = BTreeSet::new();
    for section in sections {
        let mut columns = BTreeSet::new();
        let is_table = section.table.is_some();
        let names = if is_table { &mut columns } else { &mut outside };
        let mut fields = section.fields.iter().map(|field| field.name.as_str());
        let twice = fields.find(|name| !names.insert(*name));
        let twice = twice.or_else(|| (is_table && !outside.insert(&section.name)).then_some(&section.name));
        if let Some(name) = twice {
            return Err(FormTableError::Twice { kind, name: name.to_owned() });
        }
    }
    let fault = |section: &Section, fault| Err(FormTableError::Section { section: section.name.clone(), fault });
    for section in sections {
        let when = section.table.as_ref().and_then(|table| table.when.as_deref());
        if when.is_some_and(|when| !outside.contains(when)) {
            return fault(section, "the field that asks for its rows is not on the form");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(section: &str) -> String {
        let text = format!(
            "choices = []\n[[section]]\nname = 's'\nlabel = 'S'\nkinds = ['BRANCH']\nsource = 'art. 1'\n{section}"
        );
        read(&text, "").expect_err("a wrong table").to_string()
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert!(fault("fields = [{ name = 'a', label = 'A', type = 'colour' }]").contains("colour"));
        assert!(fault("fields = []\ncolour = 'red'").contains("colour"));
        assert!(fault("fields = [{ name = 'a', label = 'A', type = 'choice' }]").contains("needs its list"));
        assert!(
            fault("fields = [{ name = 'a', label = 'A', type = 'text', choices = 'c' }]").contains("only a choice")
        );
        assert!(fault("fields = []\ntable = true\nkey = 'a'").contains("as key"));
        assert!(fault("fields = []\nkey = 'a'").contains("belong to tables"));
        let lone = "fields = [{ name = 'a', label = 'A', type = 'text', with = 'b' }]\ntable = true\nkey = 'a'";
        assert!(fault(lone).contains("columns of the same table"));
        let same = "fields = [{ name = 'a', label = 'A', type = 'money_wan', same = 's.a' }]\ntable = true\nkey = 'a'";
        assert!(fault(same).contains("stands further up"));
        let field = "{ name = 'a', label = 'A', type = 'text' }";
        assert!(fault(&format!("fields = [{field}, {field}]")).contains("twice"));
        assert!(fault(&format!("fields = [{field}]\ntable = true\nkey = 'a'\nwhen = 'b'")).contains("not on the form"));
    }

    #[test]
    fn a_field_that_ends_makes_a_version() {
        let text = "choices = []\n[[section]]\nname = 's'\nlabel = 'S'\nkinds = ['BRANCH']\nsource = 'art. 1'\n\
            fields = [{ name = 'a', label = 'A', type = 'text', from_year = 2020, to_year = 2021 }]";
        let forms = read(text, "").expect("a table");
        let versions: Vec<_> = forms.iter().map(|form| (form.from_year, form.scalar("a").is_some())).collect();
        assert_eq!(versions, [(i32::MIN, false), (2020, true), (2022, false)]);
    }
}
