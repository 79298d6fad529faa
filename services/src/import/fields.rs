//! 字段 Reads the fields of a row one after another, in the order of the family's columns, and
//! collects every fault instead of stopping at the first.

use chrono::NaiveDate;
use entities::guarded::Phone;
use entities::vault::Vault;
use rules::industry::{self, Industry};
use rules::money::{MoneyError, Wan, Yuan};
use rules::region::{self, Region};
use rules::uscc::Uscc;

use super::digest::Digest;
use super::fault::{Code, Fault};
use super::record::Record;
use super::source::REPLACEMENT;

/// Years that a day of the register can lie in; anything else is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Characters of a value that a message shows.
const SHOWN: usize = 60;

/// 金额符号 Whether an amount may be below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Profits may be losses.
    Any,
    /// Capital, fines, assets, taxes.
    NotNegative,
}

/// The fields of a row. Each reader takes the next column, whose name it is given; `None` is an
/// empty field or a reported fault.
pub struct Fields<'r> {
    record: &'r Record,
    names: &'static [&'static str],
    positions: &'r [usize],
    vault: &'r Vault,
    /// Number of the first field, read or not, that is no text.
    unreadable: Option<usize>,
    next: usize,
    digest: Digest,
    faults: Vec<Fault>,
}

impl<'r> Fields<'r> {
    /// The fields of `record`; column `names[n]` of the family is field `positions[n]` of the file.
    pub fn new(record: &'r Record, names: &'static [&'static str], positions: &'r [usize], vault: &'r Vault) -> Self {
        let unreadable = record.first_unreadable();
        Self { record, names, positions, vault, unreadable, next: 0, digest: Digest::default(), faults: Vec::new() }
    }

    /// Digest of all values, and the faults.
    pub fn finish(self) -> (i64, Vec<Fault>) {
        debug_assert_eq!(self.next, self.names.len(), "every column is read");
        let mut faults = self.faults;
        // Columns that nobody reads are part of the row, too: what broke them may have hit others.
        if let Some(column) = self.unreadable
            && !faults.iter().any(|fault| fault.code == Code::InvalidEncoding)
        {
            let message = format!("第{column}列{}", unreadable(self.record));
            faults.push(Fault { column: "", code: Code::InvalidEncoding, message });
        }
        (self.digest.get(), faults)
    }

    /// The text of the next column without surrounding space; `None` when it is no text at all.
    fn take(&mut self, name: &'static str) -> Option<&'r str> {
        debug_assert_eq!(self.names.get(self.next), Some(&name), "columns are read in their order");
        let position = self.positions.get(self.next).copied().unwrap_or(usize::MAX);
        self.next += 1;
        let text = self.record.field(position).trim();
        if self.unreadable.is_some() && text.contains(REPLACEMENT) {
            return self.fault(name, Code::InvalidEncoding, unreadable(self.record).to_owned());
        }
        Some(text)
    }

    /// As [`Fields::take`], but empty is `None`, and a fault if the column is required.
    fn value(&mut self, name: &'static str, is_required: bool) -> Option<&'r str> {
        let text = self.take(name)?;
        if !text.is_empty() {
            return Some(text);
        }
        self.digest.nothing();
        if is_required {
            self.fault::<()>(name, Code::MissingValue, "必填项为空，请补填。".to_owned());
        }
        None
    }

    fn fault<T>(&mut self, column: &'static str, code: Code, message: String) -> Option<T> {
        self.report(column, code, message);
        None
    }

    /// 键 A number of the old system's own, greater than zero.
    pub fn key(&mut self, name: &'static str) -> Option<i64> {
        let text = self.value(name, true)?;
        match whole(text).filter(|key| *key > 0) {
            Some(key) => {
                self.digest.number(key);
                Some(key)
            }
            None => self.fault(name, Code::InvalidNumber, format!("“{}”不是可用的正整数，请核对编号。", shown(text))),
        }
    }

    /// 文本 A text of one line.
    pub fn text(&mut self, name: &'static str, longest: usize) -> Option<&'r str> {
        let text = self.value(name, true)?;
        self.checked_text(name, text, longest, char::is_control)
    }

    /// A text of one line that may be empty.
    pub fn optional_text(&mut self, name: &'static str, longest: usize) -> Option<&'r str> {
        let text = self.value(name, false)?;
        self.checked_text(name, text, longest, char::is_control)
    }

    /// 联系电话 A number that may be empty, sealed for the enterprise with this code: it leaves the reader in no
    /// other form.
    pub fn phone(&mut self, name: &'static str, longest: usize, uscc: Option<Uscc>) -> Option<Phone> {
        let text = self.optional_text(name, longest)?;
        match Phone::sealed(self.vault, uscc?.as_str(), text) {
            Ok(phone) => Some(phone),
            Err(error) => self.fault(name, Code::Unsealed, error.message()),
        }
    }

    /// A text that may be empty and may have several lines.
    pub fn prose(&mut self, name: &'static str, longest: usize) -> Option<&'r str> {
        let text = self.take(name)?;
        self.checked_text(name, text, longest, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    }

    fn checked_text(
        &mut self,
        name: &'static str,
        text: &'r str,
        longest: usize,
        is_barred: impl Fn(char) -> bool,
    ) -> Option<&'r str> {
        // Bytes tell most texts to be short enough and free of control characters.
        if text.len() > longest && text.chars().count() > longest {
            let found = text.chars().count();
            return self.fault(name, Code::TooLong, format!("最多{longest}字，现有{found}字，请缩短。"));
        }
        let may_be_barred = text.bytes().any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2);
        if may_be_barred && let Some(found) = text.chars().find(|c| is_barred(*c)) {
            let message = format!("含有控制字符U+{:04X}，请删去。", u32::from(found));
            return self.fault(name, Code::ControlCharacter, message);
        }
        self.digest.text(text);
        Some(text)
    }

    /// 统一社会信用代码 A code with the right check character.
    pub fn uscc(&mut self, name: &'static str) -> Option<Uscc> {
        let text = self.value(name, true)?;
        self.digest.text(text);
        match Uscc::parse(text) {
            Ok(code) => Some(code),
            Err(error) => {
                let code = match error.code() {
                    "USCC_LENGTH" => Code::UsccLength,
                    "USCC_CHARACTER" => Code::UsccCharacter,
                    _ => Code::UsccCheckCharacter,
                };
                self.fault(name, code, error.message())
            }
        }
    }

    /// 注册号 Digits of a number of before the unified code; 13 of them before 2007. A column that is not there leaves
    /// no trace in the digest: rows of dumps without it stay what they were. Numbers were also given out with wrong
    /// check digits, and are kept as they are.
    pub fn registration_number(&mut self, name: &'static str) -> Option<&'r str> {
        let text = self.take(name).filter(|text| !text.is_empty())?;
        self.digest.text(text);
        if matches!(text.len(), 13 | 15) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(text);
        }
        let message =
            format!("“{}”不是注册号，应为15位（2007年以前为13位）数字，请核对；没有注册号的留空。", shown(text));
        self.fault(name, Code::InvalidNumber, message)
    }

    /// 用语 A word of the old system and the value that `meaning` gives it.
    pub fn word<T>(&mut self, name: &'static str, meaning: fn(&str) -> Option<T>) -> Option<(&'r str, T)> {
        let text = self.value(name, true)?;
        self.meaning(name, text, meaning)
    }

    /// As [`Fields::word`], but may be empty.
    pub fn optional_word<T>(&mut self, name: &'static str, meaning: fn(&str) -> Option<T>) -> Option<(&'r str, T)> {
        let text = self.value(name, false)?;
        self.meaning(name, text, meaning)
    }

    fn meaning<T>(
        &mut self,
        name: &'static str,
        text: &'r str,
        meaning: fn(&str) -> Option<T>,
    ) -> Option<(&'r str, T)> {
        self.digest.text(text);
        match meaning(text) {
            Some(value) => Some((text, value)),
            None => {
                let message =
                    format!("用语“{}”不在对照表legacy_words.toml中，请改用表中用语或在表中增加一行。", shown(text));
                self.fault(name, Code::UnknownWord, message)
            }
        }
    }

    /// 行政区划 A division of GB/T 2260.
    pub fn region(&mut self, name: &'static str) -> Option<&'static Region> {
        let text = self.value(name, true)?;
        self.digest.text(text);
        match text.parse().ok().and_then(region::find) {
            Some(region) => Some(region),
            None => {
                let message =
                    format!("行政区划代码“{}”不在GB/T 2260中，请核对；已撤并的区划请改为现行代码。", shown(text));
                self.fault(name, Code::UnknownRegion, message)
            }
        }
    }

    /// 行业 A section letter or digits of GB/T 4754-2017.
    pub fn industry(&mut self, name: &'static str) -> Option<&'static Industry> {
        let text = self.value(name, true)?;
        self.digest.text(text);
        match industry::find(text) {
            Some(industry) => Some(industry),
            None => {
                let advice = "请填写门类字母（如“F”）或2至4位数字（如“5211”）";
                let message = format!("行业代码“{}”不在GB/T 4754-2017中，{advice}。", shown(text));
                self.fault(name, Code::UnknownIndustry, message)
            }
        }
    }

    /// 人数 A number of persons, not required.
    pub fn persons(&mut self, name: &'static str) -> Option<i32> {
        let text = self.value(name, false)?;
        let (code, what) = match whole(text) {
            Some(number) => match i32::try_from(number) {
                Ok(persons) => {
                    self.digest.number(number);
                    return Some(persons);
                }
                Err(_) => (Code::InvalidNumber, "超出可登记的范围"),
            },
            None if text.strip_prefix('-').is_some_and(is_digits) => (Code::NegativeAmount, "不能为负数"),
            None if is_digits(text) => (Code::InvalidNumber, "超出可登记的范围"),
            None => (Code::InvalidNumber, "不是整数"),
        };
        self.fault(name, code, format!("人数“{}”{what}，请核对。", shown(text)))
    }

    /// 年度 A year.
    pub fn year(&mut self, name: &'static str) -> Option<i32> {
        let text = self.value(name, true)?;
        match year(text).filter(|year| YEARS.contains(year)) {
            Some(year) => {
                self.digest.number(year.into());
                Some(year)
            }
            None => self.fault(name, Code::InvalidNumber, format!("年度“{}”应为4位年份，例如“2025”。", shown(text))),
        }
    }

    /// 万元 An amount, in 分, not required.
    pub fn wan(&mut self, name: &'static str, sign: Sign) -> Option<i64> {
        let text = self.value(name, false)?;
        self.amount(name, text, sign, Wan::parse(text).map(Wan::fen))
    }

    /// 元 An amount, in 分, required.
    pub fn yuan(&mut self, name: &'static str, sign: Sign) -> Option<i64> {
        let text = self.value(name, true)?;
        self.amount(name, text, sign, Yuan::parse(text).map(Yuan::fen))
    }

    fn amount(&mut self, name: &'static str, text: &str, sign: Sign, fen: Result<i64, MoneyError>) -> Option<i64> {
        match fen {
            Ok(fen) if fen < 0 && sign == Sign::NotNegative => {
                self.fault(name, Code::NegativeAmount, format!("金额“{}”不能为负数，请核对。", shown(text)))
            }
            Ok(fen) => {
                self.digest.number(fen);
                Some(fen)
            }
            Err(error) => self.fault(name, Code::InvalidNumber, format!("“{}”：{}", shown(text), error.message())),
        }
    }

    /// 日期 A day, required.
    pub fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let text = self.value(name, true)?;
        self.day_of(name, text)
    }

    /// A day that may be empty.
    pub fn optional_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let text = self.value(name, false)?;
        self.day_of(name, text)
    }

    fn day_of(&mut self, name: &'static str, text: &str) -> Option<NaiveDate> {
        match day(text) {
            Some(day) => {
                self.digest.text(text);
                Some(day)
            }
            None => {
                let message = format!("“{}”不是有效日期，应为“年-月-日”，例如“2024-02-29”。", shown(text));
                self.fault(name, Code::ImpossibleDate, message)
            }
        }
    }

    /// Whether a column was reported.
    pub fn has_fault(&self, column: &str) -> bool {
        self.faults.iter().any(|fault| fault.column == column)
    }

    /// Reports a fault of a column that was read before. What a message shows of the file must not
    /// break the line or steer the terminal on which the list is read.
    pub fn report(&mut self, column: &'static str, code: Code, message: String) {
        let message = if message.contains(char::is_control) { visible(message.chars()) } else { message };
        self.faults.push(Fault { column, code, message });
    }

    /// 日期次序 Reports `later` if it lies before `earlier`.
    pub fn in_order(&mut self, earlier: (&'static str, Option<NaiveDate>), later: (&'static str, Option<NaiveDate>)) {
        if let ((earlier_name, Some(earlier)), (later_name, Some(later))) = (earlier, later)
            && later < earlier
        {
            let message = format!("{later_name}（{later}）早于{earlier_name}（{earlier}），请核对两个日期。");
            self.report(later_name, Code::DateOrder, message);
        }
    }
}

/// What is wrong with bytes that are no text.
fn unreadable(record: &Record) -> &'static str {
    if record.is_marked_utf8 {
        "含有无法识别的字符：文件以UTF-8标记（BOM）开头，内容却不是UTF-8；若内容是GBK，请去掉标记后重试。"
    } else {
        "含有无法识别的字符，请用UTF-8或GBK重新导出该行。"
    }
}

/// A value as a message shows it: its beginning is enough to find it.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => visible(text[..end].chars().chain(['…'])),
        None => visible(text.chars()),
    }
}

fn visible(text: impl Iterator<Item = char>) -> String {
    let mut visible = String::new();
    for c in text {
        if c.is_control() { visible.extend(c.escape_default()) } else { visible.push(c) }
    }
    visible
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of digits alone: the standard parser takes a sign, too.
fn whole(text: &str) -> Option<i64> {
    if is_digits(text) { text.parse().ok() } else { None }
}

/// A year of four digits.
fn year(text: &str) -> Option<i32> {
    if text.len() == 4 && is_digits(text) { text.parse().ok() } else { None }
}

/// A day written as `2024-02-29`.
fn day(text: &str) -> Option<NaiveDate> {
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let digits = [y, &[*m1, *m2], &[*d1, *d2]];
    if y.len() != 4 || !digits.iter().all(|part| part.iter().all(u8::is_ascii_digit)) {
        return None;
    }
    let [year, month, day] =
        digits.map(|part| part.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')));
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_alone() {
        assert_eq!(["5", "007", "9223372036854775807"].map(whole), [Some(5), Some(7), Some(i64::MAX)]);
        assert_eq!(["", "+5", "-5", "5.0", "５", "9223372036854775808"].map(whole), [None; 6]);
        assert_eq!(["2024", "+2024", "02024", "024", "+202"].map(year), [Some(2024), None, None, None, None]);
    }

    #[test]
    fn a_value_is_shown_in_part_and_without_control_characters() {
        assert_eq!(shown("西安\n\u{1b}[2J"), "西安\\n\\u{1b}[2J");
        assert_eq!(shown(&"长".repeat(SHOWN)), "长".repeat(SHOWN));
        assert_eq!(shown(&"长".repeat(SHOWN + 1)), format!("{}…", "长".repeat(SHOWN)));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        for impossible in [
            "2023-02-29",
            "2024-04-31",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "0000-00-00",
            "2024-1-1",
            "2024/01/01",
            "20240101",
            "1024-01-01",
            "9999-12-31",
            "2024-01-01 00:00:00",
            "２０２４-01-01",
            "-024-01-01",
        ] {
            assert_eq!(day(impossible), None, "{impossible}");
        }
    }
}
