//! 模板工作簿 The table as a workbook: what is to be filled in is white, what is only shown is grey, lists are offered;
//! a second sheet explains every column.

use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Workbook, Worksheet, XlsxError};

use rules::annual_report::{FieldType, FieldValue, Publish};

use super::template::Template;
use super::{Column, MOST, SHEET, What};

/// Rows of a sheet beside the table for which lists are offered.
const ROWS_BESIDE: usize = 5_000;
/// 表名
const NOTES: &str = "填表说明";

pub(super) fn write(template: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    table(workbook.add_worksheet(), SHEET, (&template.columns, &template.rows), MOST)?;
    for free in &template.tables {
        table(workbook.add_worksheet(), &free.section.label, (&free.columns, &free.rows), ROWS_BESIDE)?;
    }
    notes(workbook.add_worksheet(), template)?;
    workbook.save_to_buffer()
}

fn is_shown_only(column: &Column) -> bool {
    matches!(column.what, What::Code | What::Name | What::Stage | What::Hint)
}

/// How the cells of a column look; codes and numbers of telephones are texts.
fn look(column: &Column) -> Format {
    let format = match column.field.map(|field| field.field_type) {
        Some(FieldType::Integer) => Format::new().set_num_format("0"),
        Some(FieldType::MoneyWan | FieldType::Percent) => Format::new().set_num_format("0.00"),
        Some(FieldType::Date) => Format::new().set_num_format("yyyy-mm-dd"),
        _ => Format::new().set_num_format("@"),
    };
    if is_shown_only(column) { format.set_background_color(Color::RGB(0xEE_EE_EE)) } else { format }
}

/// 行 Columns, and a cell for each of them in each row.
type Cells<'t> = (&'t [Column], &'t [Vec<Option<FieldValue>>]);

/// A table of `most` rows that may be filled in.
fn table(sheet: &mut Worksheet, name: &str, (columns, rows): Cells<'_>, most: usize) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let heading = Format::new().set_bold().set_text_wrap().set_border(FormatBorder::Thin);
    let [asked, shown] = [0xDD_EB_F7, 0xD9_D9_D9].map(|color| heading.clone().set_background_color(Color::RGB(color)));
    for (number, column) in (0..).zip(columns) {
        let look = look(column);
        let width = if matches!(column.what, What::Name | What::Reason) { 30 } else { 18 };
        sheet.set_column_width(number, width)?.set_column_format(number, &look)?;
        let heading = if is_shown_only(column) { &shown } else { &asked };
        sheet.write_string_with_format(0, number, &column.heading, heading)?;
        if let Some(list) = offered(column) {
            let last = u32::try_from(most).unwrap_or(u32::MAX);
            let offer = DataValidation::new().allow_list_strings(&list)?;
            sheet.add_data_validation(1, number, last, number, &offer)?;
        }
        for (row, value) in (1..).zip(rows) {
            match value.get(usize::from(number)).and_then(Option::as_ref) {
                Some(value) => put(sheet, (row, number), value, &look)?,
                None => {
                    sheet.write_blank(row, number, &look)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 2)?.set_landscape();
    Ok(())
}

/// The words of a list that a spreadsheet can offer.
fn offered(column: &Column) -> Option<Vec<&str>> {
    let field = column.field.filter(|_| column.what == What::Value)?;
    match field.field_type {
        FieldType::Bool => Some(vec!["是", "否"]),
        FieldType::Choice => Some(field.choices.as_deref()?.values.iter().map(|(_, word)| word.as_str()).collect()),
        _ => None,
    }
}

fn put(sheet: &mut Worksheet, (row, column): (u32, u16), value: &FieldValue, look: &Format) -> Result<(), XlsxError> {
    let text = value.to_string();
    // A binary number that does not name the amount exactly stays text.
    let number = match value {
        FieldValue::Integer(_) | FieldValue::Wan(_) | FieldValue::Decimal(_) => text.parse::<f64>().ok(),
        _ => None,
    };
    match number.filter(|number| number.to_string() == text) {
        Some(number) => sheet.write_number_with_format(row, column, number, look)?,
        None => sheet.write_string_with_format(row, column, &text, look)?,
    };
    Ok(())
}

fn notes(sheet: &mut Worksheet, template: &Template) -> Result<(), XlsxError> {
    sheet.set_name(NOTES)?;
    let (strong, plain) = (Format::new().set_bold(), Format::new());
    let wrapped = Format::new().set_text_wrap();
    for (column, width) in [(0, 44), (1, 10), (2, 46), (3, 16), (4, 46)] {
        sheet.set_column_width(column, width)?;
    }
    let mut general = vec![
        format!("{}  {}年度分支机构年报批量填报表", template.head, template.year),
        "一行一个分支机构，以统一社会信用代码识别；列的顺序可以调整，不填的列可以删除，列名请勿改动。".to_owned(),
        "灰色列仅供核对，不会读取；带“上年”的列是上年度报告的数，不能代替本年数。".to_owned(),
        "空白单元格表示不改动：草稿中已有的内容和预填内容保持不变。金额单位为万元，最多两位小数。".to_owned(),
        "上传后逐行核查：没有错误的行存为草稿，有错误的行一项也不保存，并逐项说明列名和处理办法。同一文件重复上传不会改变结果。"
            .to_owned(),
        "规则提示的警告，可在“警告说明”列用 4 到 200 个字说明理由。".to_owned(),
        format!("一次最多 {MOST} 行；支持 XLSX 和 CSV（UTF-8 或 GB18030）。"),
    ];
    if let Some(first) = template.tables.first() {
        let names: Vec<String> = template.tables.iter().map(|free| format!("“{}”", free.section.label)).collect();
        general.push(format!(
            "{}各有一张附表，一行一条，以统一社会信用代码对应分支机构，一个分支机构可以有多行；附表中有行的，以附表为准，\
             没有行的不改动。CSV 没有附表，每一行是一组带序号的列，例如“{}2·{}”。",
            names.join("、"),
            first.section.label,
            first.columns.last().map_or("", |column| column.heading.as_str()),
        ));
    }
    if template.left_out > 0 {
        general.push(format!("另有 {} 户已报送或不在填报期内，未列入本表。", template.left_out));
    }
    if !template.is_whole {
        general.push(format!("分支机构超过 {MOST} 户，本表只列出前 {MOST} 户。"));
    }
    let mut at = 0;
    for (number, line) in general.iter().enumerate() {
        sheet.write_string_with_format(at, 0, line, if number == 0 { &strong } else { &plain })?;
        at += 1;
    }
    at += 1;
    for (column, text) in (0..).zip(["列名", "是否必填", "填写要求", "是否公示", "依据"]) {
        sheet.write_string_with_format(at, column, text, &strong)?;
    }
    let own = template.columns.iter().filter(|column| !matches!(column.what, What::Hint)).map(|column| (column, ""));
    let beside = template.tables.iter().flat_map(|free| {
        let values = free.columns.iter().filter(|column| column.what == What::Value);
        values.map(|column| (column, free.section.label.as_str()))
    });
    for (column, sheet_of) in own.chain(beside) {
        at += 1;
        let mut cells = explained(column);
        if !sheet_of.is_empty() {
            cells[0] = format!("{sheet_of}·{}", cells[0]);
        }
        for (place, text) in (0..).zip(cells) {
            sheet.write_string_with_format(at, place, text, &wrapped)?;
        }
    }
    Ok(())
}

fn explained(column: &Column) -> [String; 5] {
    let texts = |needed: &str, how: &str| {
        [column.heading.clone(), needed.to_owned(), how.to_owned(), String::new(), String::new()]
    };
    let Some(field) = column.field else {
        return match column.what {
            What::Code => texts("是", "18 位，用于识别分支机构，请保持为文本格式"),
            What::Name => texts("否", "填写时应与登记名称一致，用于防止错行"),
            What::Reason => texts("否", "对本行全部警告的说明，4 到 200 个字"),
            What::Stage | What::Value | What::Row | What::Hint => texts("否", "仅供核对，不读取"),
        };
    };
    let how = match field.field_type {
        FieldType::Bool => "填“是”或“否”".to_owned(),
        FieldType::Choice => offered(column).map(|list| format!("从列表选择：{}", list.join("、"))).unwrap_or_default(),
        FieldType::Integer => "非负整数".to_owned(),
        FieldType::MoneyWan => "以万元为单位的数字，最多两位小数，亏损填负数".to_owned(),
        FieldType::Percent => "百分数，例如 12.5".to_owned(),
        FieldType::Date => "年-月-日，例如 2025-06-30".to_owned(),
        FieldType::Phone => "手机号码，或带区号的固定电话，文本格式".to_owned(),
        FieldType::Postcode => "6 位邮政编码".to_owned(),
        _ => format!("最多 {} 个字", field.longest),
    };
    let publish = match field.publish {
        Publish::Must => "公示",
        Publish::Optional => "可选择公示",
        Publish::Not => "不公示",
    };
    let required = if field.required { "是" } else { "否" };
    [column.heading.clone(), required.to_owned(), how, publish.to_owned(), field.source.clone()]
}
