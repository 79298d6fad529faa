//! 取数 Which line of a statement fills which field: the right column of the right line, in the unit of the form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::annual_report::{FieldType, Form};
use rules::money::Wan;
use rust_decimal::Decimal;

use super::lines::{self, ASKED, At, Encode, How, Match, named};
use super::sheet::{Book, Cell, Sheet};
use super::units::{Unit, folded, number};

/// Lines that are listed as not recognised.
const LISTED: usize = 100;
/// Rows from the top in which title, period and unit stand.
const HEAD: u32 = 15;
/// Rows that a heading may have.
const HEADING: u32 = 3;

/// 取得的数 A figure for a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// 字段路径
    pub path: String,
    /// 数值 In 万元.
    pub value: Wan,
    /// 是否四舍五入 Whether the sheet says more than the form takes.
    pub is_rounded: bool,
    /// 位置
    pub place: String,
    /// 项目名称 As printed.
    pub matched: String,
    /// 列名 As printed, empty if the column has no heading.
    pub column: String,
    /// 原数 As printed.
    pub written: String,
    /// 原单位
    pub unit: Unit,
    /// 识别方式
    pub how: How,
    /// 可信度 0 to 1.
    pub confidence: f32,
}

/// 未识别项目 A line with a number that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// 位置
    pub place: String,
    /// 项目名称
    pub text: String,
    /// 数
    pub written: String,
}

/// 提示 What to look at before the figures are taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Stable code.
    pub code: &'static str,
    /// In Chinese.
    pub message: String,
    /// 涉及字段
    pub paths: Vec<String>,
}

/// 读数 All that a statement says about a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// In the order of the form.
    pub figures: Vec<Figure>,
    /// 未识别项目
    pub unrecognised: Vec<Found>,
    /// How many there are beyond those.
    pub more: usize,
    /// 提示
    pub remarks: Vec<Remark>,
}

/// 列 What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    End,
    Begin,
    Year,
    Period,
    Month,
    Last,
    Amount,
    Number,
}

/// What a heading says of its column, for the report of `year`.
fn role(text: &str, year: i32) -> Option<Role> {
    let text: String = folded(text).chars().filter(|sign| *sign != ' ').collect();
    if text.chars().count() > 24 || !is_heading(&text) {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let named = first_year(&text);
    if has(&["行次", "序号", "栏次"]) {
        return Some(Role::Number);
    }
    if has(&["上年年末", "上年末", "上年期末", "上期末", "期初", "年初", "1月1日"]) {
        return Some(Role::Begin);
    }
    if has(&["期末", "年末", "12月31日"]) {
        return Some(if named.is_some_and(|named| named < year) { Role::Begin } else { Role::End });
    }
    if has(&["上年", "上期", "去年", "上一年", "同期"]) {
        return Some(Role::Last);
    }
    if has(&["本年累计", "累计金额", "累计数", "本年金额", "本年数", "本年发生", "全年", "本年度", "年累计"])
    {
        return Some(Role::Year);
    }
    if has(&["本月", "当月"]) {
        return Some(Role::Month);
    }
    if has(&["本期", "当期"]) {
        return Some(Role::Period);
    }
    if let Some(named) = named {
        let is_period = text.ends_with("年度") || text.ends_with('年') || text.ends_with("年金额");
        return is_period.then_some(if named == year { Role::Year } else { Role::Last });
    }
    (["金额", "数额", "税额", "余额", "发生额"].contains(&text.split('(').next().unwrap_or_default()))
        .then_some(Role::Amount)
}

/// Words of which headings of columns consist.
const WORDS: [&str; 38] = [
    "上年年末",
    "上年末",
    "上年期末",
    "上期末",
    "期末",
    "年末",
    "期初",
    "年初",
    "上一年",
    "上年",
    "上期",
    "去年",
    "同期",
    "本年累计",
    "年累计",
    "累计",
    "本年度",
    "本年",
    "本月",
    "当月",
    "本期",
    "当期",
    "全年",
    "年度",
    "发生额",
    "余额",
    "金额",
    "数额",
    "税额",
    "数",
    "行次",
    "序号",
    "栏次",
    "账面价值",
    "人民币",
    "万元",
    "千元",
    "元",
];

/// Whether a text is made of such words, and of days; 年末未分配利润 is not.
fn is_heading(text: &str) -> bool {
    let bare = WORDS.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    bare.chars().filter(|sign| sign.is_alphabetic() && !matches!(sign, '年' | '月' | '日' | '至')).count() <= 1
}

/// The first year of this century that a text names.
fn first_year(text: &str) -> Option<i32> {
    text.match_indices("20").find_map(|(at, _)| {
        let digits = text.get(at..at + 4)?;
        let is_date = text[at + 4..].trim_start().starts_with(['年', '-', '/', '.']);
        digits.parse().ok().filter(|_| is_date && digits.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// A line with its numbers.
#[derive(Debug)]
struct Entry {
    sheet: usize,
    row: u32,
    text: String,
    name: String,
    numbers: Vec<Number>,
}

#[derive(Clone, Debug)]
struct Number {
    column: u32,
    value: Decimal,
    written: String,
    role: Option<Role>,
    heading: String,
}

/// Whether a text names a line: it holds a word, and is no number and no heading.
fn is_label(text: &str, year: i32) -> bool {
    let is_word = |sign: char| ('\u{4e00}'..='\u{9fff}').contains(&sign);
    text.chars().any(is_word) && text.chars().count() <= 60 && number(text).is_none() && role(text, year).is_none()
}

fn entries(index: usize, sheet: &Sheet, year: i32) -> Vec<Entry> {
    let mut headings: BTreeMap<u32, (Role, String)> = BTreeMap::new();
    let mut last_heading = 0;
    let mut entries = Vec::new();
    for row in &sheet.rows {
        let told: Vec<(u32, Role, String)> = row
            .cells
            .iter()
            .filter_map(|(column, cell)| {
                let text = match cell {
                    Cell::Text(text) => text.clone(),
                    // A heading that is a day: the end of its year, or of the one before.
                    Cell::Day(day) => day.format("%Y年%m月%d日").to_string(),
                    _ => return None,
                };
                Some((*column, role(&text, year)?, text))
            })
            .collect();
        if !told.is_empty() {
            if row.number > last_heading + HEADING {
                headings.clear();
            }
            last_heading = row.number;
            for (column, role, text) in told {
                let is_vague = role == Role::Amount && headings.contains_key(&column);
                if !is_vague {
                    headings.insert(column, (role, text));
                }
            }
        }
        let mut open: Option<Entry> = None;
        for (column, cell) in &row.cells {
            let value = match cell {
                Cell::Number(value) => Some(*value),
                Cell::Text(text) => number(text),
                _ => None,
            };
            match (cell, value) {
                (Cell::Text(text), None) if is_label(text, year) => {
                    entries.extend(open.take().filter(|entry| !entry.numbers.is_empty()));
                    let name = lines::name(text);
                    open = Some(Entry { sheet: index, row: row.number, text: text.clone(), name, numbers: Vec::new() });
                }
                (_, Some(value)) => {
                    if let Some(entry) = &mut open {
                        let (role, heading) = headings
                            .get(column)
                            .cloned()
                            .map_or((None, String::new()), |(role, text)| (Some(role), text));
                        entry.numbers.push(Number { column: *column, value, written: cell.shown(), role, heading });
                    }
                }
                _ => {}
            }
        }
        entries.extend(open.filter(|entry| !entry.numbers.is_empty() && !entry.name.is_empty()));
    }
    entries
}

impl Entry {
    /// The number that a field asks for, and how sure that is.
    fn chosen(&self, at: At) -> Option<(&Number, f32)> {
        let of = |role: Role| self.numbers.iter().find(|number| number.role == Some(role));
        let asked = match at {
            At::End => [Some(Role::End), None, None],
            At::Year => [Some(Role::Year), Some(Role::Period), None],
        };
        if let Some(number) = asked.into_iter().flatten().find_map(of) {
            return Some((number, 1.0));
        }
        let mut plain: Vec<&Number> =
            self.numbers.iter().filter(|number| matches!(number.role, None | Some(Role::Amount))).collect();
        let is_ordinal = |number: &Number| {
            number.role.is_none()
                && number.value.fract().is_zero()
                && (Decimal::ONE..=Decimal::from(200)).contains(&number.value)
        };
        if plain.len() > 1 && plain.first().is_some_and(|number| is_ordinal(number)) {
            plain.remove(0);
        }
        let sure = if plain.len() == 1 { 0.9 } else { 0.7 };
        plain.first().map(|number| (*number, sure))
    }
}

/// The unit of a sheet.
fn unit(sheet: &Sheet) -> Option<Unit> {
    let head = sheet.rows.iter().take_while(|row| row.number <= HEAD);
    let texts = head.flat_map(|row| row.cells.values());
    // What begins with a name of a line is about that line.
    texts
        .filter_map(|cell| match cell {
            Cell::Text(text) => Unit::named(text).filter(|_| named(&lines::name(text)).is_empty()),
            _ => None,
        })
        .next()
}

/// The year of a sheet, as its head tells.
fn year_of(sheet: &Sheet) -> Option<i32> {
    let head = sheet.rows.iter().take_while(|row| row.number <= HEAD);
    head.flat_map(|row| row.cells.values()).find_map(|cell| match cell {
        Cell::Text(text) => first_year(&folded(text).replace(' ', "")),
        Cell::Day(day) => Some(chrono::Datelike::year(day)),
        _ => None,
    })
}

/// A figure on its way: what it was found by, and what it is worth.
struct Candidate {
    field: &'static str,
    by: Match,
    figure: Figure,
    yuan: Decimal,
    is_consolidated: bool,
    sheet: usize,
}

/// 识别取数 What a book says about a form, for the report of `year`.
pub fn reading(book: &Book, form: &'static Form, year: i32, encode: &Encode<'_>) -> Reading {
    let entries: Vec<Entry> =
        book.sheets.iter().enumerate().flat_map(|(index, sheet)| entries(index, sheet, year)).collect();
    let units: Vec<Option<Unit>> = book.sheets.iter().map(unit).collect();
    let strange: BTreeSet<&str> =
        entries.iter().filter(|entry| named(&entry.name).is_empty()).map(|entry| entry.name.as_str()).collect();
    let strange: Vec<&str> = strange.into_iter().take(ASKED).collect();
    let alike: HashMap<&str, Vec<Match>> = strange.iter().copied().zip(lines::alike(&strange, encode)).collect();

    let (mut candidates, mut reading) = (Vec::new(), Reading::default());
    for entry in &entries {
        let mut matches = named(&entry.name);
        matches.extend(alike.get(entry.name.as_str()).into_iter().flatten());
        if matches.is_empty() {
            let told = entry.chosen(At::End).or_else(|| entry.chosen(At::Year)).map(|(number, _)| number);
            if let Some(number) = told.or_else(|| entry.numbers.first()) {
                let place = book.place(entry.sheet, entry.row, number.column);
                let found = Found { place, text: entry.text.clone(), written: number.written.clone() };
                if reading.unrecognised.len() < LISTED {
                    reading.unrecognised.push(found);
                } else {
                    reading.more += 1;
                }
            }
        }
        candidates.extend(matches.into_iter().filter_map(|by| candidate(book, entry, by, units[entry.sheet])));
    }
    let known: BTreeMap<&str, &Candidate> = best(&candidates, &mut reading.remarks);
    identity(&known, &mut reading.remarks);
    let fields = form.sections.iter().filter(|section| section.table.is_none()).flat_map(|section| &section.fields);
    let asked = fields.filter(|field| field.field_type == FieldType::MoneyWan && field.unit.as_deref() == Some("万元"));
    let chosen: Vec<&Candidate> = asked.filter_map(|field| known.get(field.name.as_str()).copied()).collect();
    reading.figures = chosen.iter().map(|candidate| candidate.figure.clone()).collect();
    about(book, &chosen, &units, year, &mut reading.remarks);
    reading
}

fn candidate(book: &Book, entry: &Entry, by: Match, sheet: Option<Unit>) -> Option<Candidate> {
    let field = by.line.field.as_deref()?;
    let (number, sure) = entry.chosen(by.line.at?)?;
    let unit = Unit::named(&entry.text).or_else(|| Unit::named(&number.heading)).or(sheet);
    let known = unit.unwrap_or(Unit::Yuan);
    let (value, is_rounded) = known.in_wan(number.value)?;
    let confidence = by.confidence * sure * if unit.is_none() { 0.9 } else { 1.0 };
    let title = book.sheets.get(entry.sheet)?;
    let head = title.rows.iter().take(5).flat_map(|row| row.cells.values()).map(Cell::shown);
    Some(Candidate {
        field,
        by,
        is_consolidated: title.name.contains("合并") || head.into_iter().any(|text| text.starts_with("合并")),
        figure: Figure {
            path: field.to_owned(),
            value,
            is_rounded,
            place: book.place(entry.sheet, entry.row, number.column),
            matched: entry.text.clone(),
            column: number.heading.clone(),
            written: number.written.clone(),
            unit: known,
            how: by.how,
            confidence: (confidence * 100.0).round() / 100.0,
        },
        yuan: known.in_yuan(number.value)?,
        sheet: entry.sheet,
    })
}

/// Of several lines for a field the one to take: the enterprise's own before the group's, the wider name first.
fn best<'c>(candidates: &'c [Candidate], remarks: &mut Vec<Remark>) -> BTreeMap<&'c str, &'c Candidate> {
    let order = |one: &Candidate| (one.is_consolidated, one.by.rank);
    let mut known: BTreeMap<&str, &Candidate> = BTreeMap::new();
    for candidate in candidates {
        let place = known.entry(candidate.field).or_insert(candidate);
        if order(candidate) < order(place) {
            *place = candidate;
        }
    }
    for (field, taken) in &known {
        let other =
            candidates.iter().find(|one| one.field == *field && order(one) == order(taken) && one.yuan != taken.yuan);
        if let Some(other) = other {
            let message = format!(
                "“{}”在文件中出现多次且数值不同：{} 为 {}，{} 为 {}，已取前者，请核对。",
                taken.figure.matched,
                taken.figure.place,
                taken.figure.written,
                other.figure.place,
                other.figure.written
            );
            remarks.push(Remark { code: "STATEMENT_AMBIGUOUS", message, paths: vec![(*field).to_owned()] });
        }
    }
    known
}

/// 会计恒等式 资产 = 负债 + 所有者权益, to the last unit of the sheet.
fn identity(known: &BTreeMap<&str, &Candidate>, remarks: &mut Vec<Remark>) {
    let paths = ["total_assets", "total_liabilities", "owners_equity"];
    let [Some(assets), Some(debts), Some(equity)] = paths.map(|path| known.get(path)) else { return };
    let least = [assets, debts, equity]
        .map(|one| one.figure.unit)
        .into_iter()
        .filter_map(|unit| unit.in_yuan(Decimal::ONE))
        .max();
    let difference = assets.yuan - debts.yuan - equity.yuan;
    if difference.abs() > least.unwrap_or(Decimal::ONE) {
        let message = format!(
            "资产总计 {} 不等于负债合计 {} 与所有者权益合计 {} 之和，相差 {} 元，请核对报表与取数位置。",
            assets.figure.written,
            debts.figure.written,
            equity.figure.written,
            difference.normalize()
        );
        remarks.push(Remark { code: "BALANCE_BROKEN", message, paths: paths.map(str::to_owned).to_vec() });
    }
}

/// What a person should look at: another year, a unit that was not named, names that were not exact, nothing found.
fn about(book: &Book, chosen: &[&Candidate], units: &[Option<Unit>], year: i32, remarks: &mut Vec<Remark>) {
    let of = |is_meant: &dyn Fn(&Candidate) -> bool| -> Vec<String> {
        chosen.iter().filter(|one| is_meant(one)).map(|one| one.figure.path.clone()).collect()
    };
    if chosen.is_empty() {
        let message =
            "没有识别到年度报告所需的项目：请确认上传的是资产负债表、利润表或纳税申报表，且项目名称与金额在同一行。";
        remarks.push(Remark { code: "NOTHING_RECOGNISED", message: message.to_owned(), paths: Vec::new() });
    }
    let sheets: BTreeSet<usize> = chosen.iter().map(|one| one.sheet).collect();
    for sheet in sheets {
        let told = book.sheets.get(sheet).and_then(year_of);
        if let Some(told) = told.filter(|told| *told != year) {
            let message = format!("报表所属期为 {told} 年，与正在填报的 {year} 年度不一致，请确认是否选错了文件。");
            let paths = of(&|one| one.sheet == sheet);
            remarks.push(Remark { code: "STATEMENT_OF_ANOTHER_YEAR", message, paths });
        }
    }
    let assumed = of(&|one| {
        units[one.sheet].is_none()
            && Unit::named(&one.figure.matched).or_else(|| Unit::named(&one.figure.column)).is_none()
    });
    if !assumed.is_empty() {
        let message = "报表没有写明金额单位，已按“元”换算，请核对数量级。".to_owned();
        remarks.push(Remark { code: "UNIT_ASSUMED", message, paths: assumed });
    }
    let guessed = of(&|one| one.by.how == How::Encoder);
    if !guessed.is_empty() {
        let message = "有项目是按名称相近识别的，请逐项核对后再采用。".to_owned();
        remarks.push(Remark { code: "RECOGNISED_BY_LIKENESS", message, paths: guessed });
    }
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
