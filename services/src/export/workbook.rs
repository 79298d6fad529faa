//! XLSX A workbook whose sheets are as long as spreadsheets allow, each with the mark in its first rows and on
//! every printed page. Rows go to the disk as they are written.

use std::fs::File;
use std::io;

use csv::{Reader, StringRecord};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::layout::Layout;
use super::mark::Mark;

/// Rows of a sheet.
pub const SHEET_ROWS: u32 = 1_048_576;
/// Characters of a cell at most, one of them for what tells that more was there.
const CELL: usize = 32_766;
/// Bytes of rows beyond which the packed file may need the larger form.
const LARGE: u64 = 1 << 30;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The rows cannot be read.
    #[error(transparent)]
    Rows(#[from] io::Error),
    /// The file cannot be written.
    #[error(transparent)]
    Book(#[from] XlsxError),
}

impl From<csv::Error> for BookError {
    fn from(error: csv::Error) -> Self {
        Self::Rows(error.into())
    }
}

/// Writes rows into sheets of so many rows each, those of the mark and the headings among them.
///
/// # Errors
/// The disk is full.
pub fn write(
    rows: &mut Reader<File>,
    mark: &Mark,
    layout: &Layout,
    sheet_rows: u32,
    file: File,
) -> Result<File, BookError> {
    let mut workbook = Workbook::new();
    workbook.use_zip_large_file(rows.get_ref().metadata()?.len() > LARGE);
    let forms = Forms::new();
    let mut row = StringRecord::new();
    let mut is_left = rows.read_record(&mut row)?;
    // There is a first sheet even if there is no row.
    for number in 1.. {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        let mut at = begin(sheet, number, mark, layout, &forms)?;
        while is_left && at < sheet_rows {
            put(sheet, at, &row, layout, &forms)?;
            (at, is_left) = (at + 1, rows.read_record(&mut row)?);
        }
        if !is_left {
            break;
        }
    }
    workbook.save_to_writer(file.try_clone()?)?;
    Ok(file)
}

/// How cells look.
struct Forms {
    strong: Format,
    day: Format,
    amount: Format,
}

impl Forms {
    fn new() -> Self {
        Self {
            strong: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            amount: Format::new().set_num_format("#,##0.00"),
        }
    }
}

/// Names a sheet and writes the mark and the headings; tells the row that comes next.
fn begin(sheet: &mut Worksheet, number: u32, mark: &Mark, layout: &Layout, forms: &Forms) -> Result<u32, XlsxError> {
    let name = layout.sheet;
    sheet.set_name(if number == 1 { name.to_owned() } else { format!("{name} {number}") })?;
    sheet.set_header(mark.header()).set_footer(mark.footer()).set_landscape();
    for (column, width) in (0..).zip(layout.widths) {
        sheet.set_column_width(column, *width)?;
    }
    let mut at = 0;
    for (name, text) in mark.lines(layout.title) {
        sheet.write_string_with_format(at, 0, name, &forms.strong)?;
        sheet.write_string(at, 1, cut(&text))?;
        at += 1;
    }
    for (column, heading) in (0..).zip(layout.headings) {
        sheet.write_string_with_format(at, column, *heading, &forms.strong)?;
    }
    sheet.set_freeze_panes(at + 1, 0)?;
    Ok(at + 1)
}

fn put(sheet: &mut Worksheet, at: u32, row: &StringRecord, layout: &Layout, forms: &Forms) -> Result<(), XlsxError> {
    for (column, (place, cell)) in (0..).zip(row.iter().enumerate()).filter(|(_, (_, cell))| !cell.is_empty()) {
        if layout.days.contains(&place)
            && let Ok(day) = ExcelDateTime::parse_from_str(cell)
        {
            sheet.write_datetime_with_format(at, column, &day, &forms.day)?;
        } else if layout.numbers.contains(&place)
            && let Some(amount) = exact(cell)
        {
            sheet.write_number_with_format(at, column, amount, &forms.amount)?;
        } else {
            // Text, whatever it begins with: a workbook tells formulas from texts.
            sheet.write_string(at, column, cut(cell))?;
        }
    }
    Ok(())
}

/// Numbers of a workbook are binary: an amount that such a number does not name exactly stays text.
fn exact(amount: &str) -> Option<f64> {
    amount.parse().ok().filter(|number: &f64| number.to_string() == amount)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use chrono::NaiveDate;
    use rules::money::Yuan;
    use serde_json::Value;

    use super::*;
    use crate::export::rows::{ExportRow, LAYOUT};
    use crate::export::spool::Spool;

    fn row(number: u32) -> ExportRow {
        ExportRow {
            kind: "行政处罚",
            uscc: "91610112MA6TABCD1X".to_owned(),
            enterprise: format!("=第{number}号"),
            document: String::new(),
            region: String::new(),
            authority: String::new(),
            day: NaiveDate::from_ymd_opt(2024, 2, 29),
            amount: Some(Yuan::from_fen(if number == 1 { i64::MAX } else { 123_450 })),
            facts: "字".repeat(40_000),
        }
    }

    fn sheets(rows: u32, sheet_rows: u32) -> Vec<String> {
        let mut spool = Spool::open().expect("a spool");
        (1..=rows).for_each(|number| spool.add(row(number).cells()).expect("room"));
        let mark = Mark {
            by: "wang".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            purpose: "专项检查".to_owned(),
            query: "食品".to_owned(),
            filter: Value::Null,
            rows: spool.rows(),
        };
        let file = tempfile::tempfile().expect("a file");
        let file = write(&mut spool.read().expect("rows"), &mark, &LAYOUT, sheet_rows, file).expect("a workbook");
        let mut packed = zip::ZipArchive::new(file).expect("a packed file");
        let count = packed.file_names().flatten().filter(|name| name.starts_with("xl/worksheets/sheet")).count();
        let text = |number: usize| {
            let mut text = String::new();
            let mut sheet = packed.by_name(&format!("xl/worksheets/sheet{number}.xml")).expect("a sheet");
            sheet.read_to_string(&mut text).expect("UTF-8");
            text
        };
        (1..=count).map(text).collect()
    }

    #[test]
    fn a_sheet_that_is_full_is_followed_by_another_with_the_same_mark() {
        let sheets = sheets(5, 10);
        assert_eq!(sheets.len(), 3, "seven lines of the mark and the headings leave two rows a sheet");
        for sheet in &sheets {
            assert!(sheet.contains("专项检查") && sheet.contains("统一社会信用代码"), "{sheet}");
            assert!(sheet.contains("oddHeader") && sheet.contains("oddFooter"), "{sheet}");
            assert!(!sheet.contains("<f>"), "a text is no formula");
        }
        let rows: usize = sheets.iter().map(|sheet| sheet.matches("行政处罚").count()).sum();
        assert_eq!(rows, 5);
    }

    #[test]
    fn amounts_are_numbers_only_where_they_are_exact() {
        let sheet = sheets(2, SHEET_ROWS).remove(0);
        assert!(sheet.contains("<v>1234.5</v>"), "{}", &sheet[..2_000]);
        assert!(sheet.contains("92233720368547758.07"), "an amount loses nothing");
        assert!(sheet.contains("=第1号"));
    }

    #[test]
    fn no_row_is_a_workbook_too() {
        assert_eq!(sheets(0, SHEET_ROWS).len(), 1);
    }
}
