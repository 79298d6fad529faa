//! 读行 The rows of a file, one fault costing one row.
//!
//! A CSV reader that knows only the state of its quotes reads to the end of the file after a quote
//! that is never closed, and takes what stands between two stray quotes for one field. Here a quoted
//! field goes on only over lines that are no rows themselves; otherwise the line that opened it is at
//! fault alone, and reading goes on with the next.

use std::collections::VecDeque;
use std::io;

use super::fault::{Code, Fault};
use super::record::{Quoting, Record, unquote};
use super::source::{Encoding, LONGEST_LINE, Line, Lines};

/// Lines over which a quoted field may go.
const LONGEST_SPAN: usize = 200;

/// A number of the old systems, with what a slip may have added, is no longer than this.
const LONGEST_KEY: usize = 20;

/// The rows of a file.
pub struct Records {
    lines: Lines,
    ahead: VecDeque<Line>,
    width: usize,
    /// Where the number of the row and that of its enterprise stand.
    keys: [usize; 2],
}

impl Records {
    /// Reads the header and then expects rows of as many columns; `None` when the file is empty.
    pub fn open(mut lines: Lines) -> io::Result<Option<(Record, Self)>> {
        let Some(line) = lines.read()? else { return Ok(None) };
        // A broken header names no column: those that are needed will be missing.
        let header = Record::of(line).unwrap_or_default();
        let width = header.len();
        Ok(Some((header, Self { lines, ahead: VecDeque::new(), width, keys: [0, 1] })))
    }

    /// Tells where the number of the row and that of its enterprise stand, by which a row is known.
    pub fn expect_keys(&mut self, keys: [usize; 2]) {
        self.keys = keys;
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
            return Ok(Err((Record::whole(line), too_long())));
        }
        let mut record = match Record::of(line) {
            Ok(record) => record,
            Err((line, Quoting::Stray)) => return Ok(Err((Record::whole(line), broken_quoting()))),
            Err((line, Quoting::Open)) => match self.over_several_lines(&line)? {
                Some(record) => record,
                None => return Ok(Err((Record::whole(line), broken_quoting()))),
            },
        };
        record.is_marked_utf8 = self.lines.encoding == Encoding::Utf8ByBom;
        Ok(match record.len() {
            _ if record.is_stray_utf8 => Err((record, stray_utf8())),
            found if found < self.width => Err(column_fault(record, Code::TooFewColumns, found, self.width)),
            found if found > self.width => Err(column_fault(record, Code::TooManyColumns, found, self.width)),
            _ => Ok(record),
        })
    }

    /// The row that begins with `first`, if one of the next lines closes its open field; otherwise
    /// those lines stay to be read.
    fn over_several_lines(&mut self, first: &Line) -> io::Result<Option<Record>> {
        let Some(taken) = self.lines_to_closing_quote(first)? else { return Ok(None) };
        let Ok(record) = Record::of_several(first, self.ahead.iter().take(taken)) else { return Ok(None) };
        self.ahead.drain(..taken);
        Ok(Some(record))
    }

    /// How many lines after `first` belong to its open field. A line with an odd number of quotes ends
    /// it, so that no line is looked at for more than one field, however many are broken.
    fn lines_to_closing_quote(&mut self, first: &Line) -> io::Result<Option<usize>> {
        // Without the quote that opened the field.
        let is_complete = self.is_row(&first.text) || self.is_row_without(&first.text, first.text.rfind('"'));
        let mut length = first.text.len();
        for taken in 1..=LONGEST_SPAN {
            if !self.has_ahead(taken)? {
                return Ok(None);
            }
            let next = &self.ahead[taken - 1];
            length += 1 + next.text.len();
            if next.is_cut || length as u64 > LONGEST_LINE || self.is_row_of_its_own(&next.text, is_complete) {
                return Ok(None);
            }
            if next.text.matches('"').count() % 2 == 1 {
                return Ok(Some(taken));
            }
        }
        Ok(None)
    }

    /// Whether a line is a row rather than part of a field, its own quotes being right, wrong or
    /// absent. After a line that has all its columns already, a number at the place of the key is enough.
    fn is_row_of_its_own(&self, text: &str, is_after_complete: bool) -> bool {
        is_after_complete && text.contains(',') && self.has_key(&text.split(','))
            || self.is_row(text)
            || self.is_row_without(text, closing_quote(text))
    }

    /// Whether a text has the columns and the key of a row, with its quotes or in spite of them.
    fn is_row(&self, text: &str) -> bool {
        self.are_columns(text.split(',')) || text.contains('"') && self.is_well_quoted_row(text)
    }

    /// Whether a text were a row if the quote at `at` had not slipped in.
    fn is_row_without(&self, text: &str, at: Option<usize>) -> bool {
        at.is_some_and(|at| self.is_well_quoted_row(&[&text[..at], &text[at + 1..]].concat()))
    }

    fn is_well_quoted_row(&self, text: &str) -> bool {
        unquote(text).is_ok_and(|(content, fields)| self.are_columns(fields.iter().map(|at| &content[at.clone()])))
    }

    fn are_columns<'t>(&self, fields: impl Iterator<Item = &'t str> + Clone) -> bool {
        fields.clone().count() == self.width && self.has_key(&fields)
    }

    /// Whether the number of a row stands in its place, or, where that is empty, the one of its enterprise.
    fn has_key<'t>(&self, fields: &(impl Iterator<Item = &'t str> + Clone)) -> bool {
        let [own, enterprise] = self.keys.map(|at| fields.clone().nth(at).unwrap_or_default());
        let [own, enterprise] = [own, enterprise].map(|key| key.trim().trim_matches('"'));
        is_key(own) || own.is_empty() && is_key(enterprise)
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

/// The quote that ends a field which an earlier line opened; two quotes in a row stand for one.
fn closing_quote(text: &str) -> Option<usize> {
    let mut quotes = text.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.next_if_eq(&(at + 1)).is_none() {
            return Some(at);
        }
    }
    None
}

/// Whether a text is a number, or was meant to be one (`x216`); prose is not.
fn is_key(text: &str) -> bool {
    text.len() <= LONGEST_KEY
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

fn fault(code: Code, message: String) -> Fault {
    Fault { column: "", code, message }
}

fn too_long() -> Fault {
    fault(Code::TooLong, "该行超过1MB，已被截断，请检查是否缺少换行。".to_owned())
}

fn stray_utf8() -> Fault {
    fault(Code::InvalidEncoding, "文件是GBK编码，该行却是UTF-8，请把该行转为GBK，或把整个文件转为UTF-8。".to_owned())
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

    type Found = Result<Vec<String>, (u64, Code)>;

    /// Reads `text` as a file with three columns: each row as its fields, or as line and code.
    fn rows(text: &str) -> Vec<Found> {
        rows_under("a,b,c", text)
    }

    fn rows_under(header: &str, text: &str) -> Vec<Found> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write!(file, "{header}\n{text}").expect("written");
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

    fn row(fields: [&str; 3]) -> Found {
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
    fn two_half_quotes_never_swallow_what_stands_between() {
        let broken = |line| Err((line, Code::BrokenQuoting));
        let good = |line: &str| Ok(line.split(',').map(str::to_owned).collect());
        let between = ["2,12,乙,丙,丁", "3,13,乙,丙,丁", "4,14,乙,丙,丁"];
        let quoted_between = ["2,12,\"乙\",\"丙\",丁", "\"3\",13,乙,丙,\"丁\"", "4,\"14\",乙,丙,丁"];
        for opening in ["1,11,\"乙,丙,丁", "1,11,乙,丙,\"丁", "1,11,\"乙,丙\",\"丙,丁", "1,11,\"乙", "1,\"11,乙,丙,丁"]
        {
            for closing in
                ["9,19,乙\",丙,丁", "x9,19,乙,丙,丁\"", "9,19,乙\",丙,\"丁,戊\"", ",19,乙\",丙,丁", "9\",19,乙,丙,丁"]
            {
                for rows_between in [between, quoted_between] {
                    for count in 0..=between.len() {
                        let lines = [&[opening][..], &rows_between[..count], &[closing, "10,20,己,庚,辛"]].concat();
                        let mut expected = vec![broken(2)];
                        expected.extend(between[..count].iter().map(|line| good(line)));
                        expected.extend([broken(3 + count as u64), good("10,20,己,庚,辛")]);
                        assert_eq!(rows_under("a,b,c,d,e", &lines.join("\n")), expected, "{lines:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn prose_of_many_lines_is_one_field() {
        let prose =
            ["查明：", "", "1,234.5元", "2023-01-01,当事人“”", "一,二,三,四,五", "见\"\"附件\"\",", "1、", "2,"]
                .join("\r\n");
        let found = rows_under("a,b,c,d,e", &format!("1,11,\"{prose}\",\"二\r\n三,\",丁\r\n2,12,乙,丙,丁\r\n"));
        let text = prose.replace("\r\n", "\n").replace("\"\"", "\"");
        assert_eq!(found[0], Ok(["1", "11", &text, "二\n三,", "丁"].map(str::to_owned).to_vec()));
        assert_eq!(found.len(), 2);
        let long = "行\n".repeat(LONGEST_SPAN - 1);
        assert_eq!(rows(&format!("1,2,\"3\n{long}\"\n")), [row(["1", "2", &format!("3\n{long}")])]);
    }

    #[test]
    fn a_row_with_other_columns_is_taken_with_all_its_lines() {
        let next = row(["4", "5", "6"]);
        let many = Err((2, Code::TooManyColumns));
        assert_eq!(rows("1,\"二\n7,\n三\",3,4\n4,5,6\n"), [many, next.clone()]);
        assert_eq!(rows("1,\"二\n三\"\n4,5,6\n"), [Err((2, Code::TooFewColumns)), next]);
    }

    #[test]
    fn the_original_is_what_the_file_says() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write!(file, "a,b,c\r\n1,\"二\r\n三\n四\",3,4\r\n").expect("written");
        let (_, mut records) =
            Records::open(Lines::open(file.path()).expect("opened")).expect("readable").expect("rows");
        let Some(Err((record, _))) = records.read().expect("readable") else { panic!("a fault") };
        assert_eq!(record.into_original(), "1,\"二\r\n三\n四\",3,4");
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
