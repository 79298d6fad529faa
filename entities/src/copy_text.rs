//! `COPY` The text in which PostgreSQL takes rows.

use chrono::{Datelike, NaiveDate};

use crate::bulk::Put;

/// The text form of PostgreSQL's `COPY`.
#[derive(Default)]
pub(crate) struct CopyText(pub(crate) Vec<u8>);

impl CopyText {
    /// Whole numbers are most of what is written, so they do not go through the formatter.
    fn digits(&mut self, mut value: u64, least: usize) {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        while value > 0 || digits.len() - start < least {
            start -= 1;
            digits[start] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.0.extend_from_slice(&digits[start..]);
    }

    pub(crate) fn end_row(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }
}

impl Put for CopyText {
    fn null(&mut self) {
        self.0.extend_from_slice(b"\\N\t");
    }

    fn number(&mut self, value: i64) {
        if value < 0 {
            self.0.push(b'-');
        }
        self.digits(value.unsigned_abs(), 1);
        self.0.push(b'\t');
    }

    fn text(&mut self, value: &str) {
        let is_special = |byte: &u8| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r');
        let mut plain = value.as_bytes();
        // Looking at every byte of a text without any is faster than stopping at each.
        let has_special = plain.iter().fold(false, |found, byte| found | is_special(byte));
        while has_special && let Some(at) = plain.iter().position(is_special) {
            self.0.extend_from_slice(&plain[..at]);
            self.0.extend_from_slice(match plain[at] {
                b'\\' => b"\\\\",
                b'\t' => b"\\t",
                b'\n' => b"\\n",
                _ => b"\\r",
            });
            plain = &plain[at + 1..];
        }
        self.0.extend_from_slice(plain);
        self.0.push(b'\t');
    }

    fn day(&mut self, value: NaiveDate) {
        self.digits(value.year().unsigned_abs().into(), 4);
        self.0.push(b'-');
        self.digits(value.month().into(), 2);
        self.0.push(b'-');
        self.digits(value.day().into(), 2);
        self.0.push(b'\t');
    }
}
