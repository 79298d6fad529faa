//! 读表 Rows of an uploaded table: which branch, which values, in the spelling of the form. What cannot be taken is
//! told by row and column.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use rules::annual_report::{Field, FieldType, Form, Path};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::tables::{self, FreeTable, RowCells, free_tables, numbered_column};
use super::{Column, MOST, SHEET, What, columns, key};
use crate::statement::units::{Unit, folded, number};
use crate::statement::{Book, Bounds, Cell, Row, Sheet, Unread};

/// What a table may hold: the rows of the template, and some lines around them.
pub const BOUNDS: Bounds =
    Bounds { bytes: 4 << 20, unpacked: 48 << 20, sheets: 12, rows: 5_000, columns: 300, cells: 300_000 };
/// Rows from the top in which the headings stand.
const HEAD: usize = 20;

/// 差错 What is wrong with a cell, or what the rules say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// 列名 As in the file; empty for the row as a whole.
    pub column: String,
    /// 字段路径
    pub path: Option<String>,
    /// Stable code; `RULE` for a finding.
    pub code: String,
    /// 规则编号
    pub rule_id: Option<String>,
    /// In Chinese.
    pub message: String,
    /// 处理办法
    pub mend: String,
}

impl Fault {
    /// A fault of a cell.
    pub(super) fn of(column: &str, code: &str, message: impl Into<String>) -> Self {
        let (column, code, message) = (column.to_owned(), code.to_owned(), message.into());
        Self { column, path: None, code, rule_id: None, message, mend: String::new() }
    }
}

/// 行 A branch as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// 行号 As in the file.
    pub number: u32,
    /// 统一社会信用代码 As written.
    pub uscc: String,
    /// 名称
    pub name: Option<String>,
    /// 填报值 By path.
    pub values: BTreeMap<String, String>,
    /// 附表行数 Of the tables that sheets beside the table of branches give, or numbered columns, by their names.
    #[serde(default)]
    pub tables: BTreeMap<String, usize>,
    /// 位置 Where values of those stand, by path.
    #[serde(default)]
    pub places: BTreeMap<String, String>,
    /// 警告说明
    pub reason: Option<String>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// 读到的表
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// 行
    pub lines: Vec<Line>,
    /// 列名 By path.
    pub headings: BTreeMap<String, String>,
    /// 未读取的列
    pub ignored: Vec<String>,
}

/// The rows of the sheet of branches, or of the first one that has a column of codes; with those of the sheets beside it.
///
/// # Errors
/// `NO_CODE_COLUMN`, `COLUMN_TWICE`, `UNIT_DIFFERS`, `TOO_MANY_ROWS`, `NO_ROWS`.
pub fn table(book: &Book, form: &'static Form) -> Result<Table, Unread> {
    let known = columns(form);
    let by_key: HashMap<String, &Column> = known.iter().map(|column| (key(&column.heading), column)).collect();
    let code = known.iter().find(|column| column.what == What::Code).map(|column| key(&column.heading));
    let has_code = |row: &Row| row.cells.values().any(|cell| Some(key(&cell.shown())) == code);
    let free = free_tables(form);
    let beside: Vec<&str> = free.iter().map(|free| free.section.label.as_str()).collect();
    let is_first = |sheet: &&Sheet| sheet.name.trim() == SHEET;
    let others = book.sheets.iter().filter(|sheet| !beside.contains(&sheet.name.trim()));
    let found = book.sheets.iter().filter(is_first).chain(others).find_map(|sheet| {
        let at = sheet.rows.iter().take(HEAD).position(has_code)?;
        Some((sheet, at))
    });
    let Some((sheet, at)) = found else {
        let message = "表中没有“统一社会信用代码”列，请使用下载的模板填写，列名请勿改动。";
        return Err(Unread::because("NO_CODE_COLUMN", message));
    };
    let mut places: Places<'_> = BTreeMap::new();
    let mut table = Table::default();
    for (place, cell) in &sheet.rows[at].cells {
        let heading = cell.shown();
        let own = by_key.get(&key(&heading)).map(|column| Cow::Borrowed(*column));
        let Some(column) = own.or_else(|| numbered_column(&free, &heading).map(Cow::Owned)) else {
            table.ignored.push(heading);
            continue;
        };
        if places.values().any(|(other, _)| (other.what, &other.path) == (column.what, &column.path)) {
            let message = format!("列“{heading}”出现了两次，请只保留一列。");
            return Err(Unread::because("COLUMN_TWICE", message));
        }
        let is_money = column.field.is_some_and(|field| field.field_type == FieldType::MoneyWan);
        if let Some(unit) = Unit::named(&heading).filter(|unit| is_money && *unit != Unit::Wan) {
            let message = format!("列“{heading}”的单位是{}，应为万元：请换算成万元后填写，并改回列名。", unit.word());
            return Err(Unread::because("UNIT_DIFFERS", message));
        }
        places.insert(*place, (column, heading));
    }
    let of_values = places.values().filter(|(column, _)| column.what == What::Value);
    table.headings = of_values.map(|(column, heading)| (column.path.clone(), heading.clone())).collect();
    table.lines = lines(sheet, at, (&places, &free))?;
    tables::read(&book.sheets, &free, &mut table)?;
    Ok(table)
}

/// 列 The columns of a file by their place, each with its heading.
type Places<'c> = BTreeMap<u32, (Cow<'c, Column>, String)>;
/// Columns, and the tables to which numbered ones belong.
type Known<'c> = (&'c Places<'c>, &'c [FreeTable]);

fn lines(sheet: &Sheet, at: usize, known: Known<'_>) -> Result<Vec<Line>, Unread> {
    let mut lines: Vec<Line> = sheet.rows[at + 1..].iter().filter_map(|row| line(row, known)).collect();
    if lines.is_empty() {
        return Err(Unread::because("NO_ROWS", "表中没有可以读取的行，请从列名的下一行开始填写。"));
    }
    if lines.len() > MOST {
        let message = format!("一次最多 {MOST} 行，文件中有 {} 行，请分次上传。", lines.len());
        return Err(Unread::because("TOO_MANY_ROWS", message));
    }
    let mut numbers: HashMap<String, Vec<u32>> = HashMap::new();
    for line in lines.iter().filter(|line| !line.uscc.is_empty()) {
        numbers.entry(line.uscc.clone()).or_default().push(line.number);
    }
    for line in &mut lines {
        let twice = numbers.get(&line.uscc).filter(|numbers| numbers.len() > 1);
        if let Some(other) = twice.and_then(|numbers| numbers.iter().find(|number| **number != line.number)) {
            let message = format!("与第 {other} 行是同一个分支机构，不能确定以哪一行为准，请只保留一行。");
            line.faults.push(Fault::of("统一社会信用代码", "BRANCH_TWICE", message));
        }
    }
    Ok(lines)
}

/// A row, unless nothing of it is read.
fn line(row: &Row, (places, tables): Known<'_>) -> Option<Line> {
    let mut line = Line { number: row.number, ..Line::default() };
    let mut rows: BTreeMap<(&str, usize), RowCells<'_>> = BTreeMap::new();
    let mut is_anything = false;
    for (place, cell) in &row.cells {
        let Some((column, heading)) = places.get(place) else { continue };
        is_anything |= !matches!(column.what, What::Stage | What::Hint);
        match column.what {
            What::Code => match plain(cell) {
                Ok(code) => line.uscc = code.to_ascii_uppercase(),
                Err((code, message)) => line.faults.push(Fault::of(heading, code, message)),
            },
            What::Name => line.name = Some(cell.shown()),
            What::Reason => line.reason = Some(cell.shown()),
            What::Stage | What::Hint => {}
            What::Value | What::Row => {
                let Some(field) = column.field else { continue };
                match (typed(field, cell), Path::parse(&column.path)) {
                    (Ok(text), Some(Path::Cell { table, row, field })) if column.what == What::Row => {
                        rows.entry((table, row)).or_default().push((field, text, heading.clone()));
                    }
                    (Ok(text), _) => {
                        line.values.insert(column.path.clone(), text);
                    }
                    (Err((code, message)), _) => {
                        let fault = Fault::of(heading, code, message);
                        line.faults.push(Fault { path: Some(column.path.clone()), ..fault });
                    }
                }
            }
        }
    }
    // Whoever leaves a number out means the next row.
    for ((table, _), values) in rows {
        if let Some(free) = tables.iter().find(|free| free.section.name == table) {
            line.add(free.section, values);
        }
    }
    if is_anything && line.uscc.is_empty() && line.faults.is_empty() {
        let message = "没有填写统一社会信用代码，不能确定是哪个分支机构。";
        line.faults.push(Fault::of("统一社会信用代码", "NO_CODE", message));
    }
    is_anything.then_some(line)
}

/// Stable code, and a sentence.
pub(super) type Told = (&'static str, String);

/// A code, a name, a number of a telephone: digits that were stored as a number are digits.
pub(super) fn plain(cell: &Cell) -> Result<String, Told> {
    match cell {
        Cell::Inexact => {
            let message = "长数字以数值格式存储，末几位已经失真：请把单元格设为文本格式后重新填写。";
            Err(("NUMBER_INEXACT", message.to_owned()))
        }
        Cell::Fault(text) => Err(("CELL_FAULT", format!("单元格是错误值 {text}，请改正公式或直接填写数值。"))),
        _ => Ok(folded(&cell.shown()).trim().to_owned()),
    }
}

/// The text that a filer would have typed.
pub(super) fn typed(field: &Field, cell: &Cell) -> Result<String, Told> {
    let text = plain(cell)?;
    let unit = field.unit.as_deref().unwrap_or_default();
    Ok(match field.field_type {
        FieldType::Integer => figure(cell, text.strip_suffix(unit).unwrap_or(&text)),
        FieldType::MoneyWan => {
            let bare = text.strip_suffix(unit).unwrap_or(&text);
            if bare.ends_with(['元', '圆']) {
                let message = format!("“{text}”的单位不是{unit}，请换算后只填写数字。");
                return Err(("UNIT_DIFFERS", message));
            }
            figure(cell, bare)
        }
        FieldType::Percent => figure(cell, text.trim_end_matches('%')),
        FieldType::Date => day(&text).unwrap_or(text),
        FieldType::Bool => match text.to_ascii_uppercase().as_str() {
            "是" | "有" | "Y" | "YES" | "TRUE" | "√" | "1" => "是".to_owned(),
            "否" | "无" | "没有" | "N" | "NO" | "FALSE" | "×" | "0" => "否".to_owned(),
            _ => text,
        },
        // A spreadsheet drops the zeros before a number.
        FieldType::Postcode | FieldType::Region if matches!(cell, Cell::Number(_)) => format!("{text:0>6}"),
        FieldType::Phone => text.replace(' ', ""),
        // Full-width signs of a text are meant.
        FieldType::Text => cell.shown(),
        _ => text,
    })
}

/// A number in its one spelling; what is none stays as it is, and the rules speak about it.
fn figure(cell: &Cell, text: &str) -> String {
    let known = match cell {
        Cell::Number(value) => Some(*value),
        _ => number(text),
    };
    known.map_or_else(|| text.trim().to_owned(), |value: Decimal| value.normalize().to_string())
}

/// A day as people write it: 2025年6月30日, 2025/6/30, 20250630.
fn day(text: &str) -> Option<String> {
    let digits: Vec<&str> = text.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match digits.as_slice() {
        [year, month, day, ..] if year.len() == 4 => (*year, *month, *day),
        [all] if all.len() == 8 => (&all[..4], &all[4..6], &all[6..]),
        _ => return None,
    };
    let day = chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    Some(day.to_string())
}

#[cfg(test)]
mod tests {
    use rules::annual_report::{FilerKind, form};
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

    use super::*;
    use crate::statement;

    fn of(text: &str) -> Result<Table, Unread> {
        let book = statement::read(text.as_bytes(), BOUNDS)?;
        table(&book, form(FilerKind::Branch, 2025).expect("a form"))
    }

    const CODE: &str = "91610113MA6TXB2N3A";

    #[test]
    fn columns_are_found_by_their_headings_in_any_order() {
        let text = format!(
            "说明,,\n资产总额（万元）,备注,从业人数,统一社会信用代码*,是否有网站或网店\n\"1,234.50\",x,12人,{},无\n",
            CODE.to_lowercase()
        );
        let table = of(&text).expect("a table");
        let line = &table.lines[0];
        assert_eq!((line.number, line.uscc.as_str(), table.ignored.as_slice()), (3, CODE, &["备注".to_owned()][..]));
        assert_eq!(line.values["total_assets"], "1234.5");
        assert_eq!((line.values["employees"].as_str(), line.values["has_website"].as_str()), ("12", "否"));
        assert_eq!(table.headings["employees"], "从业人数");
    }

    #[test]
    fn rows_of_tables_stand_in_numbered_columns() {
        let text = format!(
            "统一社会信用代码,网站或网店信息３·名称,网站或网店信息1·网址,网站或网店信息1·类型,网站或网店信息0·网址\n\
             {CODE},二店,shop.example.cn,网店,x\n{CODE},,,,\n"
        );
        let table = of(&text).expect("a table");
        assert_eq!(table.ignored, ["网站或网店信息0·网址"]);
        let line = &table.lines[0];
        // The second row is the next one, whatever its number.
        for (path, value, place) in [
            ("websites[0].url", "shop.example.cn", "网站或网店信息1·网址"),
            ("websites[0].kind", "网店", "网站或网店信息1·类型"),
            ("websites[1].name", "二店", "网站或网店信息３·名称"),
        ] {
            assert_eq!((line.values[path].as_str(), line.places[path].as_str()), (value, place));
        }
        assert_eq!((line.tables["websites"], line.values["has_website"].as_str()), (2, "是"));
        assert!(table.lines[1].tables.is_empty(), "who gives no rows keeps what is there");
        let twice = format!("统一社会信用代码,网站或网店信息1·网址,网站或网店信息1·网址\n{CODE},a,b\n");
        assert_eq!(of(&twice).map_err(|error| error.code), Err("COLUMN_TWICE"));
    }

    #[test]
    fn what_cannot_be_taken_is_told_by_row_and_column() {
        let text = format!("统一社会信用代码,资产总额（万元）\n{CODE},5600000元\n,12\n{CODE},1\n");
        let table = of(&text).expect("a table");
        let codes = |line: &Line| line.faults.iter().map(|fault| fault.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&table.lines[0]), ["UNIT_DIFFERS", "BRANCH_TWICE"]);
        assert_eq!((codes(&table.lines[1]), table.lines[1].number), (vec!["NO_CODE".to_owned()], 3));
        assert!(table.lines[2].faults[0].message.contains("第 2 行"));
        for (text, code) in [
            ("名称,从业人数\na,1\n".to_owned(), "NO_CODE_COLUMN"),
            ("统一社会信用代码,资产总额（元）\nx,1\n".to_owned(), "UNIT_DIFFERS"),
            ("统一社会信用代码,从业人数,从业人数（人）\nx,1,1\n".to_owned(), "COLUMN_TWICE"),
            ("统一社会信用代码,从业人数\n".to_owned(), "NO_ROWS"),
            (format!("统一社会信用代码\n{}", "x\n".repeat(1_001)), "TOO_MANY_ROWS"),
        ] {
            assert_eq!(of(&text).map_err(|error| error.code), Err(code), "{}", &text[..30]);
        }
    }

    #[test]
    fn cells_of_a_workbook_are_read_as_they_are_meant() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let headings = [
            "统一社会信用代码",
            "联系电话",
            "邮政编码",
            "从业人数（人）",
            "资产总额（万元）",
            "净利润（万元）",
            "营业总收入（万元）",
        ];
        for (column, heading) in (0..).zip(headings) {
            sheet.write(0, column, heading).expect("a heading");
        }
        sheet.write(1, 0, CODE).expect("a code");
        sheet.write(1, 1, 13_912_345_678_f64).expect("a number");
        sheet.write(1, 2, 10_000).expect("a number");
        sheet.write(1, 3, "１２").expect("a text");
        sheet.write_formula(1, 4, Formula::new("=0.1+0.2").set_result("0.30000000000000004")).expect("a formula");
        sheet.write(1, 5, "（3.5）").expect("a text");
        sheet.write_formula(1, 6, Formula::new("=1/0").set_result("#DIV/0!")).expect("a formula");
        sheet.write(2, 0, 916_101_130_000_000_000_f64).expect("a number");
        let day = ExcelDateTime::from_ymd(2025, 6, 30).expect("a day");
        sheet.write_datetime_with_format(3, 1, &day, &Format::new().set_num_format("yyyy-mm-dd")).expect("a day");
        let bytes = workbook.save_to_buffer().expect("a workbook");
        let book = statement::read(&bytes, BOUNDS).expect("a book");
        let table = table(&book, form(FilerKind::Branch, 2025).expect("a form")).expect("a table");
        let values = &table.lines[0].values;
        for (path, value) in [
            ("phone", "13912345678"),
            ("postal_code", "010000"),
            ("employees", "12"),
            ("total_assets", "0.3"),
            ("net_profit", "-3.5"),
        ] {
            assert_eq!(values[path], value, "{path}");
        }
        let codes: Vec<&str> = table.lines[0].faults.iter().map(|fault| fault.code.as_str()).collect();
        assert!(
            codes == ["CELL_FAULT"] || values.get("total_revenue").is_some_and(|text| text.contains('#')),
            "{codes:?}"
        );
        assert_eq!(table.lines[1].faults[0].code, "NUMBER_INEXACT");
    }
}
