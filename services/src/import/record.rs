//! 行 Rows of a CSV file (RFC 4180), one fault costing one row.
//!
//! A CSV reader that knows only the state of its quotes reads to the end of the file after a quote
//! that is never closed. Here a quoted field may go over a few lines only, and only if the row then
//! has its columns; otherwise the first line alone is at fault and reading goes on with the next.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::fault::{Code, Fault};
use super::source::{LONGEST_LINE, Line, Lines, REPLACEMENT};

/// Lines over which a quoted field may go.
const LONGEST_SPAN: usize = 20;

/// A row with its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Physical line on which it begins, counted from 1.
    pub line: u64,
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

    /// Reads one line; the error is a quote that is left open.
    fn of(line: Line) -> Result<Self, (Line, Quoting)> {
        let mut record = Self { line: line.number, ..Self::default() };
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
}

/// What is wrong with the quotes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
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
fn unquote(text: &str) -> Result<(String, Vec<Range<usize>>), Quoting> {
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

/// The rows of a file.
pub struct Records {
    lines: Lines,
    ahead: VecDeque<Line>,
    width: usize,
}

impl Records {
    /// Reads the header and then expects rows of as many columns; `None` when the file is empty.
    pub fn open(mut lines: Lines) -> io::Result<Option<(Record, Self)>> {
        let Some(line) = lines.read()? else { return Ok(None) };
        let header = match Record::of(line) {
            Ok(header) => header,
            // A broken header names no column: those that are needed will be missing.
            Err((line, _)) => Record { line: line.number, original: line.text, ..Record::default() },
        };
        let width = header.len();
        Ok(Some((header, Self { lines, ahead: VecDeque::new(), width })))
    }

    /// The next row, or what is wrong with its form; blank lines are passed over.
    pub fn read(&mut self) -> io::Result<Option<Result<Record, (Record, Fault)>>> {
        loop {
            let Some(line) = self.next_line()? else { return Ok(None) };
            if !line.text.trim().is_empty() {
                return self.record(line).map(Some);
            }
        }
    }

    fn record(&mut self, line: Line) -> io::Result<Result<Record, (Record, Fault)>> {
        if line.is_cut {
            return Ok(Err((whole(line), too_long())));
        }
        let record = match Record::of(line) {
            Ok(record) => record,
            Err((line, Quoting::Stray)) => return Ok(Err((whole(line), broken_quoting()))),
            Err((line, Quoting::Open)) => match self.over_several_lines(&line)? {
                Some(record) => record,
                None => return Ok(Err((whole(line), broken_quoting()))),
            },
        };
        Ok(match record.len() {
            found if found < self.width => Err(column_fault(record, Code::TooFewColumns, found, self.width)),
            found if found > self.width => Err(column_fault(record, Code::TooManyColumns, found, self.width)),
            _ => Ok(record),
        })
    }

    /// The row that begins with `first`, if one of the next lines closes its open field and it has
    /// its columns then; otherwise those lines stay to be read.
    fn over_several_lines(&mut self, first: &Line) -> io::Result<Option<Record>> {
        let mut joined = first.clone();
        for taken in 1..=LONGEST_SPAN {
            if !self.has_ahead(taken)? {
                return Ok(None);
            }
            let next = &self.ahead[taken - 1];
            joined.text.push('\n');
            joined.text.push_str(&next.text);
            if next.is_cut || joined.text.len() as u64 > LONGEST_LINE {
                return Ok(None);
            }
            match Record::of(joined) {
                Ok(record) if record.len() == self.width => {
                    self.ahead.drain(..taken);
                    return Ok(Some(record));
                }
                Ok(_) | Err((_, Quoting::Stray)) => return Ok(None),
                Err((line, Quoting::Open)) => joined = line,
            }
        }
        Ok(None)
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.read(),
        }
    }

    fn has_ahead(&mut self, count: usize) -> io::Result<bool> {
        while self.ahead.len() < count {
            match self.lines.read()? {
                Some(line) => self.ahead.push_back(line),
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// A line whose fields cannot be told apart safely; what stands between its commas still names it.
fn whole(line: Line) -> Record {
    Record { line: line.number, fields: plain_fields(&line.text), original: line.text, unquoted: None }
}

fn fault(code: Code, message: String) -> Fault {
    Fault { column: "", code, message }
}

fn too_long() -> Fault {
    fault(Code::TooLong, "该行超过1MB，已被截断，请检查是否缺少换行。".to_owned())
}

fn broken_quoting() -> Fault {
    let message = "该行引号不成对或位置不当，请补上引号；字段内的引号应写成两个引号，并用引号括起整个字段。";
    fault(Code::BrokenQuoting, message.to_owned())
}

fn column_fault(record: Record, code: Code, found: usize, expected: usize) -> (Record, Fault) {
    let advice = if found > expected {
        "请检查是否有字段含逗号而未用引号括起"
    } else {
        "请检查是否缺列或该行被截断"
    };
    let message = format!("表头有{expected}列，该行有{found}列，{advice}。");
    (record, fault(code, message))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// Reads `text` as a file with three columns: each row as its fields, or as line and code.
    fn rows(text: &str) -> Vec<Result<Vec<String>, (u64, Code)>> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write!(file, "a,b,c\n{text}").expect("written");
        let lines = Lines::open(file.path()).expect("opened");
        let (_, mut records) = Records::open(lines).expect("readable").expect("a header");
        let mut rows = Vec::new();
        while let Some(row) = records.read().expect("readable") {
            rows.push(match row {
                Ok(record) => Ok((0..record.len()).map(|at| record.field(at).to_owned()).collect()),
                Err((record, fault)) => Err((record.line, fault.code)),
            });
        }
        rows
    }

    fn row(fields: [&str; 3]) -> Result<Vec<String>, (u64, Code)> {
        Ok(fields.map(str::to_owned).to_vec())
    }

    #[test]
    fn rows_are_cut_at_commas_and_line_ends() {
        assert_eq!(rows("1,2,3\r\n\r\n4,,6"), [row(["1", "2", "3"]), row(["4", "", "6"])]);
        assert_eq!(rows("1,\"二，,\"\"两\"\"\",\n"), [row(["1", "二，,\"两\"", ""])]);
        assert_eq!(rows("\"\",\"2\",\"\"\n"), [row(["", "2", ""])]);
    }

    #[test]
    fn a_quoted_field_may_go_over_lines() {
        assert_eq!(rows("1,\"a\r\nb\",3\n4,5,6\n"), [row(["1", "a\nb", "3"]), row(["4", "5", "6"])]);
    }

    #[test]
    fn a_quote_left_open_costs_its_row_only() {
        let broken = |line| Err((line, Code::BrokenQuoting));
        let next = row(["4", "5", "6"]);
        for first in ["1,\"2,3", "1,2,\"3", "\"1,2,3", "1,2\"2,3", "1,\"2\"2,3", "1,2,3\"", "\"", "1,\"2\"\",3"] {
            assert_eq!(rows(&format!("{first}\n4,5,6\n")), [broken(2), next.clone()], "{first}");
            assert_eq!(rows(&format!("{first}\n\"4\",\"5\",\"6\"\n")), [broken(2), next.clone()], "{first}");
        }
        assert_eq!(rows("1,2,\"3"), [broken(2)]);
        assert_eq!(rows("\"1,2,3\n\"4,5,6\n7,8,9\n"), [broken(2), broken(3), row(["7", "8", "9"])]);
    }

    #[test]
    fn a_quote_is_not_sought_without_end() {
        let far = "x\n".repeat(LONGEST_SPAN + 1);
        let found = rows(&format!("1,2,\"3\n{far}\",5,6\n"));
        assert_eq!(found.len(), LONGEST_SPAN + 3);
        assert_eq!(found[0], Err((2, Code::BrokenQuoting)));
        assert_eq!(found[1], Err((3, Code::TooFewColumns)));
    }

    #[test]
    fn the_number_of_columns_is_that_of_the_header() {
        assert_eq!(rows("1,2\n1,2,3,4\n"), [Err((2, Code::TooFewColumns)), Err((3, Code::TooManyColumns))]);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let endless = "x".repeat(3 * LONGEST_LINE as usize);
        assert_eq!(rows(&format!("{endless}\n1,2,3\n")), [Err((2, Code::TooLong)), row(["1", "2", "3"])]);
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_wrote_is_read_back(
            written in proptest::collection::vec(proptest::array::uniform3("[a二\",\n ]{0,6}"), 1..6)
        ) {
            prop_assume!(written.iter().all(|row| row.iter().any(|field| !field.trim().is_empty())));
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &written {
                writer.write_record(row).expect("to memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("to memory")).expect("text");
            let expected: Vec<_> = written.iter().map(|row| Ok(row.to_vec())).collect();
            prop_assert_eq!(rows(&text), expected);
        }

        #[test]
        fn whatever_a_file_says_the_rows_before_a_clean_tail_do_not_hide_it(text in "[\"a,\n]{0,40}") {
            let tail = "8,8,8\n".repeat(LONGEST_SPAN + 1);
            let found = rows(&format!("{text}\n{tail}9,9,9\n"));
            prop_assert_eq!(found.last(), Some(&row(["9", "9", "9"])));
        }
    }
}
