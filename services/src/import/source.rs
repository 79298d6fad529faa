//! 源文件 A file of the dump as lines of text: UTF-8 with or without BOM, or GBK (read as its
//! superset GB18030), with LF or CRLF.
//!
//! One encoding holds for a whole file; a line of UTF-8 in a file of GBK is marked, since it would
//! decode to other characters without any sign. Bytes that are no text in it become U+FFFD here, which
//! the fields report; a delimiter is never among them, since neither encoding uses ASCII
//! punctuation within a character.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::GB18030;

/// Stands for bytes that are no text.
pub const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// A line longer than this is cut; no row of the six files comes near it.
pub const LONGEST_LINE: u64 = 1 << 20;

/// How much of a file is looked at to tell its encoding and the length of its rows.
const SAMPLE: u64 = 1 << 20;

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// The byte order mark of GB18030.
const GB18030_BOM: &[u8] = b"\x84\x31\x95\x33";

/// Bytes beyond ASCII from which on a line that is UTF-8 is not taken for GBK: as GBK they would be
/// three characters of which each happens to go on in the next.
const TELLING_BYTES: usize = 6;

/// 字符编码 Encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 by its BOM, whatever the lines say.
    Utf8ByBom,
    /// GBK, GB2312 or GB18030.
    Gb18030,
    /// UTF-16 by its BOM, which is not read.
    Utf16,
}

/// A physical line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    /// Without its ending.
    pub text: String,
    /// The line was longer than [`LONGEST_LINE`].
    pub is_cut: bool,
    /// It ended in CRLF.
    pub has_return: bool,
    /// It is UTF-8 in a file of GBK.
    pub is_stray_utf8: bool,
}

/// The lines of a file.
pub struct Lines {
    reader: BufReader<File>,
    /// Encoding of all lines.
    pub encoding: Encoding,
    /// Lines that the file probably has, from its size and its first lines.
    pub estimate: u64,
    number: u64,
    raw: Vec<u8>,
}

impl Lines {
    /// Opens a file and tells its encoding.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut sample = Vec::new();
        file.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
        let bom = [UTF8_BOM, GB18030_BOM].into_iter().find(|bom| sample.starts_with(bom)).unwrap_or_default();
        file.seek(SeekFrom::Start(bom.len() as u64))?;
        let newlines = sample.iter().filter(|byte| **byte == b'\n').count().max(1) as u64;
        Ok(Self {
            reader: BufReader::with_capacity(1 << 18, file),
            encoding: encoding_of(&sample),
            estimate: size * newlines / (sample.len() as u64).max(1),
            number: 0,
            raw: Vec::new(),
        })
    }

    /// The next line, `None` at the end of the file.
    pub fn read(&mut self) -> io::Result<Option<Line>> {
        self.raw.clear();
        if self.reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.raw)? == 0 {
            return Ok(None);
        }
        let is_cut = self.raw.len() as u64 == LONGEST_LINE && !self.raw.ends_with(b"\n");
        if is_cut {
            self.reader.skip_until(b'\n')?;
        }
        self.number += 1;
        let bytes = self.raw.strip_suffix(b"\n").unwrap_or(&self.raw);
        let (bytes, has_return) = bytes.strip_suffix(b"\r").map_or((bytes, false), |bytes| (bytes, true));
        let utf8 = str::from_utf8(bytes);
        let is_stray_utf8 = self.encoding == Encoding::Gb18030 && utf8.is_ok_and(is_telling);
        let text = match (self.encoding, utf8) {
            (Encoding::Gb18030, _) if !is_stray_utf8 => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
            (_, Ok(text)) => text.to_owned(),
            (_, Err(_)) => String::from_utf8_lossy(bytes).into_owned(),
        };
        Ok(Some(Line { number: self.number, text, is_cut, has_return, is_stray_utf8 }))
    }
}

/// Whether a text of UTF-8 has so much beyond ASCII that it is no GBK by chance: Chinese characters or
/// punctuation among it, and bytes enough.
fn is_telling(text: &str) -> bool {
    let beyond_ascii = text.bytes().filter(|byte| !byte.is_ascii()).count();
    beyond_ascii >= TELLING_BYTES && text.contains(|c| ('\u{3000}'..='\u{9fff}').contains(&c) || c >= '\u{ff00}')
}

/// A BOM tells; without one the majority of the lines with other characters than ASCII does, so
/// that a few broken rows do not turn a file into another encoding.
fn encoding_of(sample: &[u8]) -> Encoding {
    if sample.starts_with(UTF8_BOM) {
        return Encoding::Utf8ByBom;
    }
    if sample.starts_with(GB18030_BOM) {
        return Encoding::Gb18030;
    }
    if sample.starts_with(b"\xff\xfe") || sample.starts_with(b"\xfe\xff") {
        return Encoding::Utf16;
    }
    let beyond_ascii = sample.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
    let (utf8, other): (Vec<_>, Vec<_>) = beyond_ascii.partition(|line| is_utf8_or_cut(line));
    if other.len() > utf8.len() { Encoding::Gb18030 } else { Encoding::Utf8 }
}

/// Whether a line is UTF-8, apart from a last character that the end of the sample cut.
fn is_utf8_or_cut(line: &[u8]) -> bool {
    str::from_utf8(line).map_or_else(|error| error.error_len().is_none(), |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_that_of_most_lines() {
        let gbk = |text| GB18030.encode(text).0.into_owned();
        assert_eq!(encoding_of(b"id,name\n1,plain\n"), Encoding::Utf8);
        assert_eq!(encoding_of("id,name\n1,西安\n2,咸阳\n".as_bytes()), Encoding::Utf8);
        assert_eq!(encoding_of(&gbk("id,name\n1,西安\n2,咸阳市秦都区\n")), Encoding::Gb18030);
        assert_eq!(encoding_of(b"\xff\xfei\0d\0"), Encoding::Utf16);
        assert_eq!(encoding_of(b"\xef\xbb\xbfid"), Encoding::Utf8ByBom);
        assert_eq!(encoding_of(b"\x84\x31\x95\x33id"), Encoding::Gb18030);
        let one_broken_row = ["id,name\n1,西安\n2,咸阳\n".as_bytes(), &gbk("3,宝鸡\n")].concat();
        assert_eq!(encoding_of(&one_broken_row), Encoding::Utf8);
        let cut = "1,西安".as_bytes();
        assert_eq!(encoding_of(&cut[..cut.len() - 1]), Encoding::Utf8);
    }

    #[test]
    fn utf8_is_told_from_gbk_that_looks_like_it() {
        assert!(is_telling("1,西安") && is_telling("1,：（"));
        assert!(!is_telling("1,plain") && !is_telling("1,西"));
        // These characters of GBK are UTF-8, too, but that of other alphabets.
        let gbk = GB18030.encode("为业习亟丞").0.into_owned();
        assert!(!is_telling(str::from_utf8(&gbk).expect("UTF-8 by chance")));
    }

    #[test]
    fn broken_bytes_never_swallow_a_delimiter() {
        for encoded in [&b"1,\xce,x\n"[..], b"1,\xe8\xa5,x\n", b"1,\x81\x30,x\n"] {
            for text in [GB18030.decode_without_bom_handling(encoded).0, String::from_utf8_lossy(encoded)] {
                assert_eq!(text.matches(',').count(), 2, "{text}");
            }
        }
    }
}
