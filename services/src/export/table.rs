//! CSV RFC 4180 in UTF-8, with the byte order mark by which spreadsheets know it; every line has the same number
//! of fields, those of the mark too.
//!
//! EXPORT-4: no cell is taken for a formula by a spreadsheet that opens the file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};

use csv::{Reader, StringRecord, Terminator, WriterBuilder};

use super::layout::Layout;
use super::mark::Mark;

/// Writes the mark, the headings and the rows.
///
/// # Errors
/// The disk is full.
pub fn write(rows: &mut Reader<File>, mark: &Mark, layout: &Layout, mut file: File) -> io::Result<File> {
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
    for (name, text) in mark.lines(layout.title) {
        let cells = [name, text.as_str()].into_iter().chain(std::iter::repeat("")).take(layout.headings.len());
        writer.write_record(cells.map(harmless).map(Cell))?;
    }
    writer.write_record(layout.headings)?;
    let mut row = StringRecord::new();
    while rows.read_record(&mut row)? {
        writer.write_record(row.iter().map(harmless).map(Cell))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// The writer takes bytes, borrowed or not.
struct Cell<'t>(Cow<'t, str>);

impl AsRef<[u8]> for Cell<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// 防公式注入 A cell that begins like a formula, in either width, or with a control character begins with an
/// apostrophe instead, which makes it text.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let begins_so = |character: char| "=+-@＝＋－＠".contains(character) || character.is_control();
    let is_formula = cell.starts_with(begins_so) || cell.trim_start().starts_with(begins_so);
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, SeekFrom};

    use chrono::NaiveDate;
    use rules::money::Yuan;
    use serde_json::json;

    use super::*;
    use crate::export::rows::{ExportRow, LAYOUT};
    use crate::export::spool::Spool;

    #[test]
    fn cells_that_look_like_formulas_are_text() {
        for cell in ["=1+1", "+8613900000000", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n", " =1", "\u{3000}=1", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "西安=秦川", "a@b", "2025-06-30", "《食品安全法》", "'=1"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let row = ExportRow {
            kind: "行政处罚",
            uscc: "91610112MA6TABCD1X".to_owned(),
            enterprise: "=HYPERLINK(\"x\"),\r\n公司".to_owned(),
            document: "西市监处罚〔2024〕1号".to_owned(),
            region: "陕西省西安市".to_owned(),
            authority: String::new(),
            day: NaiveDate::from_ymd_opt(2024, 2, 29),
            amount: Some(Yuan::from_fen(123_450)),
            facts: "销售“过期”食品,\"罚款\"".to_owned(),
        };
        let mut spool = Spool::open().expect("a spool");
        spool.add(row.cells()).expect("room");
        let mark = Mark {
            by: "wang".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            purpose: "-专项检查".to_owned(),
            query: "食品".to_owned(),
            filter: json!({ "families": ["PENALTY"] }),
            rows: spool.rows(),
        };
        let file = tempfile::tempfile().expect("a file");
        let mut file = write(&mut spool.read().expect("rows"), &mark, &LAYOUT, file).expect("room");
        let mut text = String::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text)).expect("UTF-8");
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        assert_eq!(text.matches("\r\n").count(), 10, "lines end as RFC 4180 asks, one cell holds one too: {text:?}");
        let records: Vec<StringRecord> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes())
            .into_records()
            .flatten()
            .collect();
        assert_eq!(records.len(), 9, "the mark, the headings and the row, each of as many fields");
        assert_eq!(&records[3][1], "'-专项检查");
        assert_eq!(&records[5][1], "{\"families\":[\"PENALTY\"]}");
        assert_eq!(&records[7][2], LAYOUT.headings[2]);
        assert_eq!(&records[8][2], "'=HYPERLINK(\"x\"),\r\n公司");
        assert_eq!((&records[8][6], &records[8][7]), ("2024-02-29", "1234.5"));
    }
}
