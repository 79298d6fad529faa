//! PDF The text of pages with where it stands, put back into rows and columns.
//!
//! The library that reads pages panics on many damaged files, and a page that contains itself makes it end the process:
//! therefore a server reads them in a process of its own (`qinxin read-pdf`), which is ended when it takes too long.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use flate2::read::ZlibDecoder;
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};
use serde::{Deserialize, Serialize};

use super::sheet::{Bounds, Cell, Row, Sheet, Unread, check};

/// Pages that are read.
const PAGES: usize = 20;
/// Characters of all pages.
const SIGNS: usize = 60_000;
/// Characters below which there is no text to speak of.
const LEAST: usize = 20;
/// How often it is looked whether the other process has ended, and how many times.
const LOOK: (Duration, u32) = (Duration::from_millis(20), 500);
/// Bytes that the other process may tell.
const TOLD: u64 = 16 << 20;

static APART: OnceLock<PathBuf> = OnceLock::new();

/// 隔离读取 From now on pages are read by `program read-pdf`, apart from this process.
pub fn read_apart(program: PathBuf) {
    // Whoever says so twice says the same.
    let _ = APART.set(program);
}

/// Whether these are the bytes of a PDF.
pub fn is(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1_024)].windows(5).any(|window| window == b"%PDF-")
}

/// 字 A piece of text of a page, from left to right; y grows downwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    text: String,
}

/// The pieces of each page.
pub type Pages = Vec<Vec<Piece>>;

/// The cells of each page.
///
/// # Errors
/// `FILE_DAMAGED`, `FILE_ENCRYPTED`, `FILE_TOO_LARGE`, `NO_TEXT_IN_PDF`.
pub fn sheets(bytes: &[u8], bounds: Bounds) -> Result<Vec<Sheet>, Unread> {
    let pages = match APART.get() {
        Some(program) => apart(program, bytes)?,
        None => pages(bytes, bounds.unpacked)?,
    };
    let signs = |pages: &Pages| pages.iter().flatten().map(|piece| piece.text.trim().chars().count()).sum::<usize>();
    if signs(&pages) < LEAST {
        let message = "这份 PDF 没有可以读取的文字，可能是扫描件或照片：请上传由软件生成的 PDF，或 XLSX、CSV 文件。";
        return Err(Unread::because("NO_TEXT_IN_PDF", message));
    }
    let mut left = bounds.cells;
    let sheet = |(number, page): (usize, &Vec<Piece>)| {
        let rows = rows(page);
        for (row, column) in rows.iter().flat_map(|row| row.cells.keys().map(|column| (row.number, *column))) {
            check(row, column.min(bounds.columns - 1), &mut left, bounds)?;
        }
        Ok(Sheet { name: format!("第{}页", number + 1), rows })
    };
    pages.iter().enumerate().map(sheet).collect()
}

fn damaged() -> Unread {
    let message = "PDF 文件不能读取：可能已损坏或格式特殊。请由财务软件重新导出，或上传 XLSX、CSV 文件。";
    Unread::because("FILE_DAMAGED", message)
}

/// Asks another process; it gets the file and nothing else.
fn apart(program: &PathBuf, bytes: &[u8]) -> Result<Pages, Unread> {
    let failed = |error: std::io::Error| {
        tracing::error!(error = ?error, "pages cannot be read apart");
        Unread::because("FILE_DAMAGED", "PDF 文件暂时不能读取，请稍后重试，或上传 XLSX、CSV 文件。")
    };
    let mut asked = tempfile::tempfile().map_err(failed)?;
    asked.write_all(bytes).map_err(failed)?;
    asked.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut told: File = tempfile::tempfile().map_err(failed)?;
    let mut child = Command::new(program)
        .arg("read-pdf")
        .env_clear()
        .stdin(Stdio::from(asked))
        .stdout(Stdio::from(told.try_clone().map_err(failed)?))
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (pause, times) = LOOK;
    for _ in 0..times {
        let Some(status) = child.try_wait().map_err(failed)? else {
            std::thread::sleep(pause);
            continue;
        };
        if !status.success() {
            return Err(damaged());
        }
        told.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut text = String::new();
        told.take(TOLD).read_to_string(&mut text).map_err(failed)?;
        let answer: Result<Pages, (String, String)> = serde_json::from_str(&text).map_err(|_| damaged())?;
        return answer.map_err(|(code, message)| match code.as_str() {
            "FILE_ENCRYPTED" => Unread::because("FILE_ENCRYPTED", message),
            "FILE_TOO_LARGE" => Unread::because("FILE_TOO_LARGE", message),
            _ => damaged(),
        });
    }
    // It may have ended by itself meanwhile.
    let _ = child.kill();
    let _ = child.wait();
    tracing::warn!("a PDF took too long to read and is refused");
    Err(damaged())
}

/// 读取页面 What the other process does: reads a file, tells its pieces or why it is not read.
///
/// # Errors
/// Standard input or output fails.
pub fn answer(asked: impl Read, told: impl Write) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    asked.take(Bounds::STATEMENT.bytes as u64 + 1).read_to_end(&mut bytes)?;
    let pages = pages(&bytes, Bounds::STATEMENT.unpacked).map_err(|unread| (unread.code, unread.message));
    serde_json::to_writer(told, &pages).map_err(Into::into)
}

/// The pieces of each page, read here.
fn pages(bytes: &[u8], most: u64) -> Result<Pages, Unread> {
    unpacked(bytes, most)?;
    let document = Document::load_mem(bytes).map_err(|_| damaged())?;
    if document.is_encrypted() {
        let message = "PDF 设有密码或限制：请去掉密码后重新导出，或上传 XLSX、CSV 文件。";
        return Err(Unread::because("FILE_ENCRYPTED", message));
    }
    let mut pieces = Pieces { pages: Vec::new(), height: 0.0, left: SIGNS };
    for number in document.get_pages().into_keys().take(PAGES) {
        pieces.pages.push(Vec::new());
        // What was read of a page until it failed is of use.
        if output_doc_page(&document, &mut pieces, number).is_err() && pieces.left == 0 {
            break;
        }
    }
    Ok(pieces.pages)
}

/// 防解压炸弹 Counts what the packed streams hold before anything is loaded. Filters on top of each other, and those whose
/// output cannot be told beforehand, are not taken: no accounting program writes them.
fn unpacked(bytes: &[u8], most: u64) -> Result<(), Unread> {
    let large = || Unread::because("FILE_TOO_LARGE", "PDF 解压后过大，请只导出报表所在的页面后上传。");
    let names: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let has = |word: &[u8]| names.windows(word.len()).any(|window| window == word);
    if has(b"/FlateDecode/FlateDecode") || has(b"/LZWDecode") {
        return Err(damaged());
    }
    let (mut at, mut left) = (0, most);
    let word = b"stream";
    while let Some(found) = bytes[at..].windows(word.len()).position(|window| window == word) {
        at += found + word.len();
        let body = &bytes[at..];
        let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
        // Not every stream is packed; what is none says so at once.
        let mut packed = ZlibDecoder::new(body).take(left + 1);
        let mut block = [0u8; 16_384];
        while let Ok(read @ 1..) = packed.read(&mut block) {
            left = left.checked_sub(read as u64).ok_or_else(large)?;
        }
    }
    Ok(())
}

/// Gathers what the library tells of a page.
struct Pieces {
    pages: Pages,
    height: f64,
    left: usize,
}

impl OutputDev for Pieces {
    fn begin_page(&mut self, _: u32, media_box: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.height = media_box.ury;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.left = self.left.checked_sub(1).ok_or(OutputError::IoError(std::io::ErrorKind::FileTooLarge.into()))?;
        let scale = place.m22.hypot(place.m21);
        let size = (font_size * scale).abs();
        let (left, y) = (place.m31, self.height - place.m32);
        if let Some(page) = self.pages.last_mut()
            && [left, y, size, width].iter().all(|number| number.is_finite())
        {
            page.push(Piece { left, right: left + width.abs() * size, y, size, text: text.to_owned() });
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// The rows of a page: signs on one line, joined where they stand close; columns where lines agree on them.
fn rows(page: &[Piece]) -> Vec<Row> {
    let lines: Vec<Vec<Piece>> = lines(page).into_iter().map(joined).filter(|line| !line.is_empty()).collect();
    let columns = columns(&lines);
    let mut rows = Vec::with_capacity(lines.len());
    for (number, line) in (1..).zip(lines) {
        let mut cells = BTreeMap::new();
        let mut next = 0;
        for piece in line {
            let middle = f64::midpoint(piece.left, piece.right);
            let home = columns.iter().position(|(left, right)| (*left..=*right).contains(&middle));
            let column = home.map_or(next, |home| u32::try_from(home).unwrap_or(u32::MAX)).max(next);
            if let Some(cell) = Cell::text(&piece.text) {
                cells.insert(column, cell);
                next = column + 1;
            }
        }
        rows.push(Row { number, cells });
    }
    rows
}

/// Signs by their line, from the top.
fn lines(page: &[Piece]) -> Vec<Vec<Piece>> {
    let mut pieces: Vec<&Piece> = page.iter().collect();
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for piece in pieces {
        if piece.y - last > (piece.size * 0.4).max(1.0) {
            lines.push(Vec::new());
            last = piece.y;
        }
        if let Some(line) = lines.last_mut() {
            line.push(piece.clone());
        }
    }
    lines
}

/// The signs of a line joined to cells: between two of them there is more room than between words.
fn joined(mut line: Vec<Piece>) -> Vec<Piece> {
    line.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut cells: Vec<Piece> = Vec::new();
    for piece in line.into_iter().filter(|piece| !piece.text.trim().is_empty()) {
        match cells.last_mut() {
            Some(cell) if piece.left - cell.right < piece.size.max(1.0) * 0.9 => {
                cell.text.push_str(&piece.text);
                cell.right = cell.right.max(piece.right);
            }
            _ => cells.push(piece),
        }
    }
    cells
}

/// Where columns begin and end: cells above each other, of lines that have several.
fn columns(lines: &[Vec<Piece>]) -> Vec<(f64, f64)> {
    let cells = lines.iter().filter(|line| line.len() > 1).flatten();
    let mut spans: Vec<(f64, f64)> = cells.map(|cell| (cell.left, cell.right)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (left, right) in spans {
        match columns.last_mut() {
            Some(column) if left <= column.1 => column.1 = column.1.max(right),
            _ => columns.push((left, right)),
        }
    }
    columns
}
