//! CSV Text with separators, in UTF-8 with or without the byte order mark, UTF-16 with it, or GB18030.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::sheet::{Bounds, Cell, Row, Sheet, Unread, check};

/// Separators that spreadsheets write.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// The rows of a file.
///
/// # Errors
/// `FILE_KIND_UNKNOWN` for what is no text, `FILE_TOO_LARGE`, `FILE_DAMAGED`.
pub fn sheet(bytes: &[u8], bounds: Bounds) -> Result<Sheet, Unread> {
    let text = decoded(bytes).ok_or_else(|| {
        let message = "不能识别文件：请上传 XLSX、CSV（UTF-8 或 GB18030）文件，财务报表也可以是带文字的 PDF。";
        Unread::because("FILE_KIND_UNKNOWN", message)
    })?;
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(&text)).from_reader(text.as_bytes());
    let (mut record, mut rows, mut left) = (StringRecord::new(), Vec::new(), bounds.cells);
    // A cell of several lines is one row of a spreadsheet.
    let (mut line, mut counted, mut folded) = (1, 0, 0);
    loop {
        let is_read = reader.read_record(&mut record).map_err(|_| {
            Unread::because("FILE_DAMAGED", "CSV 文件的引号不成对，请在表格软件中打开后另存为 XLSX 再上传。")
        })?;
        if !is_read {
            break;
        }
        // The reader tells where it began to look, which is before the ends of lines that it passed over.
        let start = record.position().map_or(0, |place| usize::try_from(place.byte()).unwrap_or(usize::MAX));
        let passed = text.as_bytes().get(start..).unwrap_or_default();
        let start = start + passed.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let between = text.as_bytes().get(counted..start).unwrap_or_default();
        line += between.iter().filter(|byte| **byte == b'\n').count();
        counted = start;
        let number = u32::try_from(line.saturating_sub(folded)).unwrap_or(u32::MAX);
        folded += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        let mut cells = BTreeMap::new();
        for (column, cell) in (0..).zip(record.iter()) {
            if let Some(cell) = Cell::text(plain(cell)) {
                check(number, column, &mut left, bounds)?;
                cells.insert(column, cell);
            }
        }
        if !cells.is_empty() {
            rows.push(Row { number, cells });
        }
    }
    Ok(Sheet { name: String::new(), rows })
}

/// A cell without what keeps spreadsheets from reading a code as a number or a text as a formula.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner;
    }
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// The text of bytes; `None` for what is none.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling_and_without_replacement(rest)?.into_owned(),
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling_and_without_replacement(rest)?.into_owned(),
        _ => {
            let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned(),
            }
        }
    };
    // No spreadsheet writes such characters into a text.
    let is_binary = |sign: char| sign.is_control() && !matches!(sign, '\t' | '\r' | '\n' | '\u{c}' | '\u{85}');
    (!text.contains(is_binary)).then_some(text)
}

/// The separator of which the first lines have most.
fn separator(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(20).collect();
    let count = |sign: &u8| head.iter().map(|line| line.bytes().filter(|byte| byte == sign).count()).sum::<usize>();
    // Of equals the first.
    SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let sheet = sheet(bytes, Bounds::STATEMENT).expect("a text");
        sheet.rows.iter().map(|row| (row.number, row.cells.values().map(Cell::shown).collect())).collect()
    }

    #[test]
    fn the_same_rows_come_out_of_every_encoding_and_separator() {
        let text = "项目,期末余额\r\n资产总计,\"1,000.50\"\r\n";
        let rows = texts(text.as_bytes());
        assert_eq!(rows[1], (2, vec!["资产总计".to_owned(), "1,000.50".to_owned()]));
        let utf_16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [
            format!("\u{feff}{text}").into_bytes(),
            GB18030.encode(text).0.into_owned(),
            utf_16,
            text.replace("项目,", "项目\t").replace("计,", "计\t").into_bytes(),
        ] {
            assert_eq!(texts(&bytes), rows);
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let rows = texts("a,\"两\n行\"\n\n=\"0012\",'-x\n".as_bytes());
        assert_eq!(rows[0].0, 1);
        assert_eq!(rows[1], (3, vec!["0012".to_owned(), "-x".to_owned()]));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&[0u8, 1, 2, 3][..], &[0xFF, 0xFE, 0x41], &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A]] {
            assert_eq!(sheet(bytes, Bounds::STATEMENT).map_err(|error| error.code), Err("FILE_KIND_UNKNOWN"));
        }
    }
}
