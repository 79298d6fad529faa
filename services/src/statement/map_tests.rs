//! Statements as programs print them, and files that are none.

use proptest::prelude::*;
use rules::annual_report::{FilerKind, form};
use rust_xlsxwriter::Workbook;

use super::*;
use crate::statement::{Bounds, read};

/// Without an encoder, as where no model can be loaded.
fn of(bytes: &[u8]) -> Reading {
    let book = read(bytes, Bounds::STATEMENT).expect("a book");
    reading(&book, form(FilerKind::Enterprise, 2025).expect("a form"), 2025, &|_| None)
}

fn told(reading: &Reading) -> Vec<(&str, String, &str)> {
    reading.figures.iter().map(|one| (one.path.as_str(), one.value.to_string(), one.place.as_str())).collect()
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.remarks.iter().map(|remark| remark.code).collect()
}

fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).expect("a name");
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).expect("a number"),
                    Err(_) => sheet.write(row, column, *cell).expect("a text"),
                };
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn the_figure_of_the_year_is_taken_whatever_the_order_of_columns() {
    let rows: &[&[&str]] = &[
        &["利润表", "", ""],
        &["项目", "上期金额", "本期金额"],
        &["一、营业总收入", "1000000", "2000000"],
        &["　　其中：营业收入", "900000", "1900000"],
        &["四、净利润", "10000", "-20000"],
    ];
    let reading = of(&book(&[("利润表", rows)]));
    assert_eq!(
        told(&reading),
        [("total_revenue", "200".to_owned(), "利润表!C3"), ("net_profit", "-2".to_owned(), "利润表!C5")]
    );
    assert_eq!(codes(&reading), ["UNIT_ASSUMED"]);
    let monthly: &[&[&str]] =
        &[&["单位：元", "", ""], &["项目", "本月金额", "本年累计金额"], &["利润总额", "10000", "120000"]];
    assert_eq!(told(&of(&book(&[("利润表", monthly)]))), [("total_profit", "12".to_owned(), "利润表!C3")]);
    // What stood at the beginning of the year is no figure of it.
    let begin: &[&[&str]] = &[&["单位：元", ""], &["资产", "年初余额"], &["资产总计", "10000"]];
    let reading = of(&book(&[("资产负债表", begin)]));
    assert!(reading.figures.is_empty() && codes(&reading) == ["NOTHING_RECOGNISED"], "{reading:?}");
}

#[test]
fn days_in_headings_tell_the_end_of_the_year_from_its_beginning() {
    let rows: &[&[&str]] = &[
        &["单位：万元", "", ""],
        &["项目", "2024年12月31日", "2025年12月31日"],
        &["资产总计", "500", "560"],
        &["年末未分配利润", "1", "2"],
    ];
    let reading = of(&book(&[("表", rows)]));
    assert_eq!(told(&reading)[0], ("total_assets", "560".to_owned(), "表!C3"));
}

#[test]
fn the_own_statement_comes_before_that_of_the_group() {
    let of_group: &[&[&str]] = &[&["合并资产负债表", "单位：元"], &["项目", "期末余额"], &["资产总计", "90000000"]];
    let own: &[&[&str]] = &[&["资产负债表", "单位：元"], &["项目", "期末余额"], &["资产总计", "10000000"]];
    let reading = of(&book(&[("合并", of_group), ("母公司", own)]));
    assert_eq!(told(&reading), [("total_assets", "1000".to_owned(), "母公司!B3")]);
    let again: &[&[&str]] =
        &[&["单位：元", ""], &["项目", "期末余额"], &["资产总计", "10000000"], &["资产总计", "10000001"]];
    assert_eq!(codes(&of(&book(&[("表", again)]))), ["STATEMENT_AMBIGUOUS"]);
}

#[test]
fn a_tax_return_of_another_year_says_so() {
    let rows: &[&[&str]] = &[
        &["中华人民共和国企业所得税年度纳税申报表（A类）", "", ""],
        &["税款所属期间：2024年01月01日至2024年12月31日", "", "金额单位：人民币元（列至角分）"],
        &["行次", "项目", "金额"],
        &["1", "一、营业收入(填写A101010\\101020\\103000)", "8000000.00"],
        &["13", "三、利润总额（10+11-12）", "900000.00"],
        &["23", "五、应纳税所得额（19-20-21-22）", "100.00"],
    ];
    let reading = of(&book(&[("A100000", rows)]));
    let expected = [("total_revenue", "800".to_owned(), "A100000!C4"), ("total_profit", "90".to_owned(), "A100000!C5")];
    assert_eq!(told(&reading), expected);
    assert_eq!(codes(&reading), ["STATEMENT_OF_ANOTHER_YEAR"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), kind in 0..4usize) {
        let head: &[u8] = [&b""[..], b"PK\x03\x04", b"%PDF-1.5\n", b"\xEF\xBB\xBF"][kind];
        let bytes = [head, &bytes].concat();
        if let Ok(book) = read(&bytes, Bounds::STATEMENT) {
            let _ = reading(&book, form(FilerKind::Enterprise, 2025).expect("a form"), 2025, &|_| None);
        }
    }

    #[test]
    fn a_damaged_workbook_is_read_or_refused(place in 0..4_000usize, byte in any::<u8>()) {
        let mut bytes = book(&[("表", &[&["单位：元", ""], &["项目", "期末余额"], &["资产总计", "10000000"]])]);
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = read(&bytes, Bounds::STATEMENT);
    }

    #[test]
    fn any_table_is_mapped_without_panic(cells in prop::collection::vec(("[资产总计负债合计期末余额年初元万0-9(),.-]{0,8}", 0..6u32), 0..40)) {
        let text: Vec<String> = cells.chunks(4).map(|row| row.iter().map(|cell| cell.0.replace(',', "，")).collect::<Vec<_>>().join(",")).collect();
        let book = read(text.join("\n").as_bytes(), Bounds::STATEMENT);
        if let Ok(book) = book {
            let reading = reading(&book, form(FilerKind::Enterprise, 2025).expect("a form"), 2025, &|_| None);
            prop_assert!(reading.figures.iter().all(|figure| (0.0..=1.0).contains(&figure.confidence)));
        }
    }
}

/// How the encoder tells names apart that no table has: none is taken for something else, most are known.
#[test]
fn the_encoder_knows_what_is_meant() {
    let assistant = crate::assistant::Assistant::default();
    let names = [
        ("资产总计数", Some("total_assets")),
        ("资产总额合计", Some("total_assets")),
        ("企业资产总额", Some("total_assets")),
        ("全部资产合计", Some("total_assets")),
        ("负债总计数", Some("total_liabilities")),
        ("负债合计数额", Some("total_liabilities")),
        ("企业负债总额", Some("total_liabilities")),
        ("权益合计", Some("owners_equity")),
        ("业主权益总计", Some("owners_equity")),
        ("营业总收入额", Some("total_revenue")),
        ("主营业务收入合计", Some("main_revenue")),
        ("利润总额合计", Some("total_profit")),
        ("净利润合计", Some("net_profit")),
        ("净利", Some("net_profit")),
        ("实缴税金总额", Some("total_tax")),
        ("全年缴纳税款总额", Some("total_tax")),
        ("流动资产总额", None),
        ("非流动资产总计", None),
        ("短期负债合计", None),
        ("应收某种款", None),
        ("其他应收款项净额", None),
        ("营业利润率", None),
        ("管理费用合计", None),
        ("主营业务成本合计", None),
        ("其他收益合计", None),
        ("应交所得税", None),
        ("现金及现金等价物", None),
        ("负债及权益总计", None),
        ("职工人数", None),
        ("制表人", None),
        ("固定资产净额", None),
        ("未交增值税", None),
    ];
    let texts: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    let found = lines::alike(&texts, &|texts| assistant.points(texts));
    let told: Vec<_> = names
        .iter()
        .zip(&found)
        .map(|((name, expected), found)| (*name, *expected, found.first().and_then(|one| one.line.field.as_deref())))
        .collect();
    let wrong: Vec<_> = told.iter().filter(|(_, expected, field)| field.is_some() && field != expected).collect();
    assert!(wrong.is_empty(), "taken for something else: {wrong:?}");
    let right = told.iter().filter(|(_, expected, field)| expected.is_some() && field == expected).count();
    assert!(right >= 13, "{told:#?}");
}
