//! 单元格 Cells of a workbook, a CSV file or a PDF, with where they stand. Formulas are read by the value that was
//! stored with them; macros, links and external data are not looked at.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use zip::ZipArchive;

use super::{csv, pdf};

/// 界限 What a file may hold at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// 字节数
    pub bytes: usize,
    /// 解压后字节数
    pub unpacked: u64,
    /// 工作表数
    pub sheets: usize,
    /// 行号
    pub rows: u32,
    /// 列号
    pub columns: u32,
    /// 单元格数
    pub cells: usize,
}

impl Bounds {
    /// Those of an uploaded statement.
    pub const STATEMENT: Self =
        Self { bytes: 4 << 20, unpacked: 48 << 20, sheets: 12, rows: 3_000, columns: 100, cells: 60_000 };
}

/// Parts of a packed workbook at most.
const PARTS: usize = 1_000;
/// Characters of a cell that are read.
const TEXT: usize = 4_000;
/// From here on the numbers of a workbook are not exact.
const EXACT: f64 = 1e15;

/// 单元格
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// 文本 Trimmed, never empty.
    Text(String),
    /// 数字
    Number(Decimal),
    /// 日期
    Day(NaiveDate),
    /// 是否
    Bool(bool),
    /// 已失真 A number of more digits than a workbook keeps: a code that was typed as a number.
    Inexact,
    /// 错误值 `#REF!`, `#DIV/0!`.
    Fault(String),
}

impl Cell {
    /// A text, unless it is blank.
    pub fn text(text: &str) -> Option<Self> {
        let text = text.trim_matches(|sign: char| sign.is_whitespace() || sign == '\u{feff}');
        (!text.is_empty()).then(|| Self::Text(text.chars().take(TEXT).collect()))
    }

    /// A number of a workbook: fifteen digits of it mean something.
    fn number(number: f64) -> Self {
        if !number.is_finite() || number.abs() >= EXACT {
            return Self::Inexact;
        }
        let written = format!("{number:.14e}");
        Decimal::from_scientific(&written).map_or(Self::Inexact, |number| Self::Number(number.normalize()))
    }

    /// The cell as a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Fault(text) => text.clone(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Day(day) => day.to_string(),
            Self::Bool(true) => "是".to_owned(),
            Self::Bool(false) => "否".to_owned(),
            Self::Inexact => "#".to_owned(),
        }
    }
}

/// 行 Numbered as its reader sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// 行号 Counted from 1.
    pub number: u32,
    /// By column, counted from 0; no empty ones.
    pub cells: BTreeMap<u32, Cell>,
}

/// 表 A sheet of a workbook, all of a CSV file, a page of a PDF.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// 表名 Empty for a CSV file.
    pub name: String,
    /// In their order; no empty ones.
    pub rows: Vec<Row>,
}

/// 格式 What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Office Open XML.
    Xlsx,
    /// Text with separators.
    Csv,
    /// Portable Document Format, with text.
    Pdf,
}

impl Kind {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Csv => "CSV",
            Self::Pdf => "PDF",
        }
    }
}

/// 表格文件
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// 格式
    pub kind: Kind,
    /// 表
    pub sheets: Vec<Sheet>,
}

impl Book {
    /// 位置 As a person finds a cell: `资产负债表!C38`; of a PDF page and line.
    pub fn place(&self, sheet: usize, row: u32, column: u32) -> String {
        let name = self.sheets.get(sheet).map_or("", |sheet| sheet.name.as_str());
        match self.kind {
            Kind::Xlsx => format!("{name}!{}{row}", letters(column)),
            Kind::Csv => format!("{}{row}", letters(column)),
            Kind::Pdf => format!("{name}第{row}行"),
        }
    }
}

/// The name of a column, counted from 0.
pub fn letters(column: u32) -> String {
    let (mut name, mut left) = (Vec::new(), column + 1);
    while left > 0 {
        name.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    name.iter().rev().collect()
}

/// 不能读取 Why a file is not read: a stable code, and what its sender does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Stable code.
    pub code: &'static str,
    /// In Chinese.
    pub message: String,
}

impl Unread {
    /// With a sentence.
    pub fn because(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn damaged() -> Self {
        let message = "文件不能读取：可能已损坏，或内容与扩展名不符。请在表格软件中打开后另存为 XLSX 或 CSV 再上传。";
        Self::because("FILE_DAMAGED", message)
    }

    fn large(what: &str, most: impl std::fmt::Display) -> Self {
        Self::because("FILE_TOO_LARGE", format!("文件过大：{what}最多 {most}，请删去无关内容或分次上传。"))
    }
}

/// 读取 All cells of a file, whatever it turns out to be; computes and may wait for another process.
///
/// # Errors
/// `FILE_EMPTY`, `FILE_TOO_LARGE`, `FILE_KIND_UNKNOWN`, `FILE_ENCRYPTED`, `FILE_DAMAGED`, `NO_TEXT_IN_PDF`.
pub fn read(bytes: &[u8], bounds: Bounds) -> Result<Book, Unread> {
    if bytes.is_empty() {
        return Err(Unread::because("FILE_EMPTY", "文件是空的，请重新选择文件上传。"));
    }
    if bytes.len() > bounds.bytes {
        return Err(Unread::large("字节数", format!("{} 兆字节", bounds.bytes >> 20)));
    }
    let read = AssertUnwindSafe(|| match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Ok(Book { kind: Kind::Xlsx, sheets: workbook(bytes, bounds)? }),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            let message = "这是旧版 XLS 文件，或设有打开密码的工作簿：请去掉密码，另存为 XLSX 后上传。";
            Err(Unread::because("FILE_ENCRYPTED", message))
        }
        _ if pdf::is(bytes) => Ok(Book { kind: Kind::Pdf, sheets: pdf::sheets(bytes, bounds)? }),
        _ => Ok(Book { kind: Kind::Csv, sheets: vec![csv::sheet(bytes, bounds)?] }),
    });
    catch_unwind(read).unwrap_or_else(|_| {
        tracing::warn!(bytes = bytes.len(), "a reader of files panicked; the file is refused");
        Err(Unread::damaged())
    })
}

/// 防解压炸弹 What the file unpacks to is counted before any of it is looked at; sizes that it tells are not believed.
fn unpacked(bytes: &[u8], most: u64) -> Result<(), Unread> {
    let mut packed = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::damaged())?;
    if packed.len() > PARTS {
        return Err(Unread::large("工作簿的部件", PARTS));
    }
    let mut left = most;
    for index in 0..packed.len() {
        let part = packed.by_index(index).map_err(|_| Unread::damaged())?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| Unread::damaged())?;
        left = left.checked_sub(read).ok_or_else(|| Unread::large("解压后", format!("{} 兆字节", most >> 20)))?;
    }
    Ok(())
}

fn workbook(bytes: &[u8], bounds: Bounds) -> Result<Vec<Sheet>, Unread> {
    unpacked(bytes, bounds.unpacked)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unread::damaged())?;
    let is_seen =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let names: Vec<String> = book.sheets_metadata().iter().filter(is_seen).map(|sheet| sheet.name.clone()).collect();
    if names.len() > bounds.sheets {
        return Err(Unread::large("工作表", bounds.sheets));
    }
    let mut left = bounds.cells;
    let mut sheets = Vec::with_capacity(names.len());
    for name in names {
        let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
        let mut cells = book.worksheet_cells_reader(&name).map_err(|_| Unread::damaged())?;
        while let Some(cell) = cells.next_cell().map_err(|_| Unread::damaged())? {
            let (row, column) = cell.get_position();
            let Some(value) = value(cell.get_value()) else { continue };
            let row = row.saturating_add(1);
            check(row, column, &mut left, bounds)?;
            rows.entry(row).or_insert_with(|| Row { number: row, ..Row::default() }).cells.insert(column, value);
        }
        sheets.push(Sheet { name, rows: rows.into_values().collect() });
    }
    Ok(sheets)
}

/// Counts a cell.
///
/// # Errors
/// `FILE_TOO_LARGE`.
pub(super) fn check(row: u32, column: u32, left: &mut usize, bounds: Bounds) -> Result<(), Unread> {
    if row > bounds.rows {
        return Err(Unread::large("行数", format!("{} 行", bounds.rows)));
    }
    if column >= bounds.columns {
        return Err(Unread::large("列数", format!("{} 列", bounds.columns)));
    }
    *left = left.checked_sub(1).ok_or_else(|| Unread::large("单元格", format!("{} 个", bounds.cells)))?;
    Ok(())
}

fn value(value: &DataRef<'_>) -> Option<Cell> {
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Some(Cell::number(*number as f64)),
        DataRef::Float(number) => Some(Cell::number(*number)),
        DataRef::Bool(answer) => Some(Cell::Bool(*answer)),
        DataRef::DateTime(instant) if instant.is_datetime() => {
            use calamine::DataType;
            Some(DataRef::DateTime(*instant).as_date().map_or_else(|| Cell::number(instant.as_f64()), Cell::Day))
        }
        DataRef::DateTime(span) => Some(Cell::number(span.as_f64())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            let day = text.get(..10).and_then(|day| day.parse().ok());
            day.map(Cell::Day).or_else(|| Cell::text(text))
        }
        DataRef::Error(error) => Some(Cell::Fault(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::Workbook;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn code(bytes: &[u8], bounds: Bounds) -> Result<usize, &'static str> {
        read(bytes, bounds).map(|book| book.sheets.len()).map_err(|unread| unread.code)
    }

    fn book(fill: impl Fn(&mut Workbook)) -> Vec<u8> {
        let mut workbook = Workbook::new();
        fill(&mut workbook);
        workbook.save_to_buffer().expect("a workbook")
    }

    #[test]
    fn a_cell_in_the_last_row_and_column_costs_nothing() {
        let far = book(|workbook| {
            workbook.add_worksheet().write(1_048_575, 16_383, 1).expect("a number");
        });
        assert_eq!(code(&far, Bounds::STATEMENT), Err("FILE_TOO_LARGE"));
        let wide = book(|workbook| {
            workbook.add_worksheet().write(0, 100, 1).expect("a number");
        });
        assert_eq!(code(&wide, Bounds::STATEMENT), Err("FILE_TOO_LARGE"));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_before_it_is_read() {
        let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
        packed.start_file("xl/workbook.xml", SimpleFileOptions::default()).expect("a part");
        packed.write_all(&vec![b' '; 2 << 20]).expect("room");
        let bytes = packed.finish().expect("a file").into_inner();
        assert!(bytes.len() < 10_000);
        assert_eq!(code(&bytes, Bounds { unpacked: 1 << 20, ..Bounds::STATEMENT }), Err("FILE_TOO_LARGE"));
        assert_eq!(code(&bytes, Bounds::STATEMENT), Err("FILE_DAMAGED"), "a packed file that is no workbook");
    }

    #[test]
    fn hidden_sheets_are_not_read_and_sheets_are_counted() {
        let hidden = book(|workbook| {
            workbook.add_worksheet().write(0, 0, "表").expect("a text");
            workbook.add_worksheet().set_hidden(true).write(0, 0, "隐藏").expect("a text");
        });
        assert_eq!(code(&hidden, Bounds::STATEMENT), Ok(1));
        let many = book(|workbook| {
            (0..20).for_each(|_| {
                workbook.add_worksheet();
            });
        });
        assert_eq!(code(&many, Bounds::STATEMENT), Err("FILE_TOO_LARGE"));
    }

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
