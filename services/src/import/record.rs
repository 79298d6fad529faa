//! 行 A row of a CSV file (RFC 4180) and its fields; a quoted field may go over several lines.

use std::ops::Range;

use super::source::{Line, REPLACEMENT};

/// A row with its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Physical line on which it begins, counted from 1.
    pub line: u64,
    /// The file begins with the mark of UTF-8, whatever the bytes of the row are.
    pub is_marked_utf8: bool,
    /// A line of it is UTF-8 in a file of GBK.
    pub is_stray_utf8: bool,
    original: String,
    /// What the fields say one after another, if quotes had to be taken off.
    unquoted: Option<String>,
    fields: Vec<Range<usize>>,
}

impl Record {
    /// A field, empty if the row has not so many.
    pub fn field(&self, position: usize) -> &str {
        let content = self.unquoted.as_ref().unwrap_or(&self.original);
        self.fields.get(position).and_then(|range| content.get(range.clone())).unwrap_or_default()
    }

    /// What the file says.
    pub fn into_original(self) -> String {
        self.original
    }

    /// Number of the first field with bytes that are no text, counted from 1.
    pub fn first_unreadable(&self) -> Option<usize> {
        if !self.original.contains(REPLACEMENT) {
            return None;
        }
        (0..self.len()).find(|at| self.field(*at).contains(REPLACEMENT)).map(|at| at + 1)
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Reads one line; the error is what is wrong with its quotes.
    pub fn of(line: Line) -> Result<Self, (Line, Quoting)> {
        let mut record = Self { line: line.number, is_stray_utf8: line.is_stray_utf8, ..Self::default() };
        if line.text.contains('"') {
            match unquote(&line.text) {
                Ok((content, fields)) => (record.unquoted, record.fields) = (Some(content), fields),
                Err(quoting) => return Err((line, quoting)),
            }
        } else {
            record.fields = plain_fields(&line.text);
        }
        record.original = line.text;
        Ok(record)
    }

    /// A line whose fields cannot be told apart safely; what stands between its commas still names it.
    pub fn whole(line: Line) -> Self {
        let fields = plain_fields(&line.text);
        Self { line: line.number, fields, original: line.text, ..Self::default() }
    }

    /// Reads the lines as one row. Within a field they end in LF, whatever they end in in the file.
    pub fn of_several<'l>(first: &'l Line, others: impl Iterator<Item = &'l Line>) -> Result<Self, Quoting> {
        let (mut text, mut original) = (first.text.clone(), first.text.clone());
        let (mut has_return, mut is_stray_utf8) = (first.has_return, first.is_stray_utf8);
        for line in others {
            original.push_str(if has_return { "\r\n" } else { "\n" });
            text.push('\n');
            original.push_str(&line.text);
            text.push_str(&line.text);
            has_return = line.has_return;
            is_stray_utf8 |= line.is_stray_utf8;
        }
        let (content, fields) = unquote(&text)?;
        Ok(Self { line: first.number, is_stray_utf8, original, unquoted: Some(content), fields, ..Self::default() })
    }
}

/// What is wrong with the quotes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// The last field is open: it may go on in the next line.
    Open,
    /// A quote within a field without quotes, or text after a closing quote.
    Stray,
}

fn plain_fields(text: &str) -> Vec<Range<usize>> {
    let mut fields = Vec::with_capacity(20);
    let mut start = 0;
    for (comma, _) in text.match_indices(',') {
        fields.push(start..comma);
        start = comma + 1;
    }
    fields.push(start..text.len());
    fields
}

/// The fields of a text in which some are quoted.
pub fn unquote(text: &str) -> Result<(String, Vec<Range<usize>>), Quoting> {
    let mut content = String::with_capacity(text.len());
    let mut fields = Vec::with_capacity(20);
    let mut rest = text;
    loop {
        let start = content.len();
        rest = match rest.strip_prefix('"') {
            Some(quoted) => take_quoted(quoted, &mut content)?,
            None => take_plain(rest, &mut content)?,
        };
        fields.push(start..content.len());
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.is_empty() => return Ok((content, fields)),
            None => return Err(Quoting::Stray),
        }
    }
}

/// Takes a field up to its closing quote; what comes after is returned.
fn take_quoted<'t>(mut rest: &'t str, content: &mut String) -> Result<&'t str, Quoting> {
    loop {
        let (inside, after) = rest.split_once('"').ok_or(Quoting::Open)?;
        content.push_str(inside);
        match after.strip_prefix('"') {
            Some(next) => {
                content.push('"');
                rest = next;
            }
            None => return Ok(after),
        }
    }
}

fn take_plain<'t>(rest: &'t str, content: &mut String) -> Result<&'t str, Quoting> {
    let (field, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
    if field.contains('"') {
        return Err(Quoting::Stray);
    }
    content.push_str(field);
    Ok(after)
}
