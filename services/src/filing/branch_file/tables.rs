//! 附表 Tables of the form to which filers add rows, such as websites: a sheet each beside the table of branches, a row
//! for each of their rows, found by the code of the branch. A file of one table, as a CSV file is, has numbered columns for
//! them: `网站或网店信息2·网址`.
//!
//! BRANCH-FILE-4: of a branch that has rows in a sheet or in numbered columns these are the whole of its table; one that
//! has none keeps what is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::annual_report::{FieldValue, Form, MAX_ROWS, Path, Section, cell};

use super::read::{Fault, Line, Table, plain, typed};
use super::{Column, What, heading, key};
use crate::statement::{Row, Sheet, Unread};

/// Rows from the top in which the headings stand.
const HEAD: usize = 20;

/// 附表
#[derive(Clone, Debug)]
pub struct FreeTable {
    /// 栏目 Its label is the name of the sheet.
    pub section: &'static Section,
    /// 列 The code of the branch, its name, then the columns of the table.
    pub columns: Vec<Column>,
    /// A cell for each column; of a table that is given out.
    pub rows: Vec<Vec<Option<FieldValue>>>,
}

/// The tables of a form to which rows are added.
pub fn free_tables(form: &'static Form) -> Vec<FreeTable> {
    let label = |name: &str| form.scalar(name).map_or_else(|| name.to_owned(), |field| field.label.clone());
    let is_free = |section: &&Section| section.table.as_ref().is_some_and(|table| table.rows.is_empty());
    let table = |section: &'static Section| {
        let of_branch = [
            Column::of(What::Code, label("uscc")),
            // The name of a website has the same label.
            Column::of(What::Name, format!("分支机构{}", label("name"))),
        ];
        let values = section.fields.iter().map(|field| Column {
            heading: heading(field, &field.label),
            what: What::Value,
            path: field.name.clone(),
            field: Some(field),
            section: &section.label,
        });
        FreeTable { section, columns: of_branch.into_iter().chain(values).collect(), rows: Vec::new() }
    };
    form.sections.iter().filter(is_free).map(table).collect()
}

impl FreeTable {
    /// Adds the rows that a branch has, given by path.
    pub(super) fn add(
        &mut self,
        (code, name): (&str, &str),
        known: &BTreeMap<&str, &FieldValue>,
        spoken: impl Fn(&Column, FieldValue) -> FieldValue,
    ) {
        let row_of = |path: &&str| match Path::parse(path) {
            Some(Path::Cell { table, row, .. }) if table == self.section.name => Some(row),
            _ => None,
        };
        let numbers: BTreeSet<usize> = known.keys().filter_map(row_of).collect();
        for number in numbers {
            let of = |column: &Column| match column.what {
                What::Code => Some(code.into()),
                What::Name => Some(name.into()),
                _ => {
                    let value = known.get(cell(&self.section.name, number, &column.path).as_str())?;
                    (!value.is_blank()).then(|| spoken(column, (*value).clone()))
                }
            };
            let row: Vec<Option<FieldValue>> = self.columns.iter().map(of).collect();
            // One that was emptied is none.
            if row.iter().zip(&self.columns).any(|(cell, column)| column.what == What::Value && cell.is_some()) {
                self.rows.push(row);
            }
        }
    }
}

/// 序号列 A column of a row of a table.
fn numbered(section: &'static Section, row: usize, column: &Column) -> Column {
    Column {
        heading: format!("{}{}·{}", section.label, row + 1, column.heading),
        what: What::Row,
        path: cell(&section.name, row, &column.path),
        ..column.clone()
    }
}

/// The column that a heading such as `网站或网店信息2·网址` names.
pub(super) fn numbered_column(tables: &[FreeTable], heading: &str) -> Option<Column> {
    let heading = key(heading);
    tables.iter().find_map(|free| {
        let (number, name) = heading.strip_prefix(&key(&free.section.label))?.split_once('·')?;
        let row = number.parse::<usize>().ok().filter(|number| *number <= MAX_ROWS)?.checked_sub(1)?;
        let is_named = |column: &&Column| column.what == What::Value && key(&column.heading) == name;
        free.columns.iter().find(is_named).map(|column| numbered(free.section, row, column))
    })
}

impl FreeTable {
    /// 序号列 The table as columns beside those of the branches, with the cells of each branch: as many rows as some branch
    /// has, and one where none has any.
    pub(super) fn flat(&self, branches: &[Vec<Option<FieldValue>>]) -> (Vec<Column>, Vec<Vec<Option<FieldValue>>>) {
        let of_branch = |branch: &Vec<Option<FieldValue>>| -> Vec<&Vec<Option<FieldValue>>> {
            self.rows.iter().filter(|row| row.first() == branch.first()).collect()
        };
        let rows: Vec<_> = branches.iter().map(of_branch).collect();
        let most = rows.iter().map(Vec::len).max().unwrap_or_default().max(1);
        let values: Vec<(usize, &Column)> =
            self.columns.iter().enumerate().filter(|(_, column)| column.what == What::Value).collect();
        let column = |row: usize| values.iter().map(move |(_, column)| numbered(self.section, row, column));
        let at = |rows: &[&Vec<Option<FieldValue>>], row: usize, place: usize| rows.get(row)?.get(place)?.clone();
        let cells = |rows: &Vec<&Vec<Option<FieldValue>>>| {
            (0..most).flat_map(|row| values.iter().map(move |(place, _)| at(rows, row, *place))).collect()
        };
        ((0..most).flat_map(column).collect(), rows.iter().map(cells).collect())
    }
}

/// Reads the sheets beside the table of branches into its lines.
///
/// # Errors
/// `COLUMN_TWICE`.
pub(super) fn read(sheets: &[Sheet], tables: &[FreeTable], table: &mut Table) -> Result<(), Unread> {
    for free in tables {
        let label = free.section.label.as_str();
        let Some(sheet) = sheets.iter().find(|sheet| sheet.name.trim() == label) else { continue };
        let code = key(&free.columns[0].heading);
        let has_code = |row: &Row| row.cells.values().any(|cell| key(&cell.shown()) == code);
        // A sheet that somebody emptied says nothing.
        let Some(at) = sheet.rows.iter().take(HEAD).position(has_code) else { continue };
        let places = columns(free, &sheet.rows[at], table)?;
        for row in &sheet.rows[at + 1..] {
            line(free, row, &places, table);
        }
    }
    Ok(())
}

fn columns<'f>(free: &'f FreeTable, head: &Row, table: &mut Table) -> Result<BTreeMap<u32, &'f Column>, Unread> {
    let mut places: BTreeMap<u32, &Column> = BTreeMap::new();
    for (place, cell) in &head.cells {
        let heading = cell.shown();
        let Some(column) = free.columns.iter().find(|column| key(&column.heading) == key(&heading)) else {
            table.ignored.push(format!("{}·{heading}", free.section.label));
            continue;
        };
        if places.values().any(|other| std::ptr::eq(*other, column)) {
            let message = format!("“{}”表中列“{heading}”出现了两次，请只保留一列。", free.section.label);
            return Err(Unread::because("COLUMN_TWICE", message));
        }
        places.insert(*place, column);
    }
    Ok(places)
}

/// Puts a row of a sheet into the line of its branch.
fn line(free: &FreeTable, row: &Row, places: &BTreeMap<u32, &Column>, table: &mut Table) {
    let section = free.section;
    let at = |heading: &str| format!("{}第{}行·{heading}", section.label, row.number);
    let (mut code, mut values, mut faults) = (String::new(), Vec::new(), Vec::new());
    for (place, cell) in &row.cells {
        let Some(column) = places.get(place) else { continue };
        match (column.what, column.field) {
            (What::Code, _) => match plain(cell) {
                Ok(text) => code = text.to_ascii_uppercase(),
                Err((word, message)) => faults.push(Fault::of(&at(&column.heading), word, message)),
            },
            (What::Value, Some(field)) => match typed(field, cell) {
                Ok(text) => values.push((column.path.as_str(), text, at(&column.heading))),
                Err((word, message)) => faults.push(Fault::of(&at(&column.heading), word, message)),
            },
            _ => {}
        }
    }
    // A row that holds no more than the code of a branch is one that nobody has filled in.
    if values.is_empty() && faults.is_empty() {
        return;
    }
    let known = table.lines.iter().position(|line| !code.is_empty() && line.uscc == code);
    let place = known.unwrap_or_else(|| {
        // Its number comes after those of all others; where it stands is told with what is wrong with it.
        let number = table.lines.iter().map(|line| line.number).max().unwrap_or_default() + 1;
        let message = "这一行的统一社会信用代码不在“分支机构年报”表中，请补上该分支机构的一行，或者改正代码。";
        faults.push(Fault::of(&at("统一社会信用代码"), "BRANCH_NOT_LISTED", message));
        table.lines.push(Line { number, uscc: code.clone(), ..Line::default() });
        table.lines.len() - 1
    });
    let line = &mut table.lines[place];
    line.faults.extend(faults);
    line.add(section, values);
}

/// 附表的一行 Columns, what they say, and where that stands in the file.
pub(super) type RowCells<'c> = Vec<(&'c str, String, String)>;

impl Line {
    /// Adds a row of a table.
    pub(super) fn add(&mut self, section: &Section, values: RowCells<'_>) {
        let number = self.tables.entry(section.name.clone()).or_default();
        if *number >= MAX_ROWS {
            let message = format!("“{}”一个分支机构最多 {MAX_ROWS} 行。", section.label);
            let place = values.first().map_or("", |(_, _, place)| place.as_str());
            self.faults.push(Fault::of(place, "TOO_MANY_ROWS", message));
            return;
        }
        for (column, text, place) in values {
            let path = cell(&section.name, *number, column);
            self.places.insert(path.clone(), place);
            self.values.insert(path, text);
        }
        *number += 1;
        // Whoever gives rows says that there are some.
        if let Some(when) = section.table.as_ref().and_then(|table| table.when.as_ref()) {
            self.values.entry(when.clone()).or_insert_with(|| "是".to_owned());
        }
    }

    /// 填报值 What the line says over what is known: of a table that it gives, cells that are known and not given are
    /// emptied.
    pub(super) fn over(&self, known: &HashMap<String, FieldValue>) -> BTreeMap<String, String> {
        let is_of_given = |path: &str| match Path::parse(path) {
            Some(Path::Cell { table, .. }) => self.tables.contains_key(table),
            _ => false,
        };
        let emptied = known.keys().filter(|path| is_of_given(path) && !self.values.contains_key(*path));
        emptied.map(|path| (path.clone(), String::new())).chain(self.values.clone()).collect()
    }
}
