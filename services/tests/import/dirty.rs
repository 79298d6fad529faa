//! Rows with faults: each is rejected once, with its line, column and code, and costs no other row.

use std::collections::BTreeMap;

use encoding_rs::GB18030;
use services::import::Counts;

use super::dump::{Dump, code};
use super::{rejects, rejects_path, run};
use crate::store::{assert_same, contents, on_each_engine};

/// Rows of `enterprises.csv` behind the three good ones: what is expected of each, and the row,
/// in which `U` is a code that nobody has.
const ENTERPRISES: &[(&str, &str)] = &[
    (
        "uscc USCC_CHECK_CHARACTER",
        "201,91610100MA69999990,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,",
    ),
    ("uscc USCC_LENGTH", "202,91610100MA6999999,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    (
        "uscc USCC_CHARACTER",
        "203,91610100MI69999990,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,",
    ),
    ("established_on IMPOSSIBLE_DATE", "204,U,甲,存续,个体工商户,张,1,2023-02-29,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("closed_on DATE_ORDER", "205,U,甲,注销,个体工商户,张,1,2015-01-02,,2015-01-01,610113,,,甲路,F,,零售,甲局,1,"),
    ("approved_on DATE_ORDER", "206,U,甲,存续,个体工商户,张,1,2015-01-02,2015-01-01,,610113,,,甲路,F,,零售,甲局,1,"),
    ("region_code UNKNOWN_REGION", "207,U,甲,存续,个体工商户,张,1,2015-01-01,,,610199,,,甲路,F,,零售,甲局,1,"),
    ("status UNKNOWN_WORD", "208,U,甲,睡着,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("ent_type UNKNOWN_WORD", "209,U,甲,存续,皮包公司,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("industry_code UNKNOWN_INDUSTRY", "210,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,Z,,零售,甲局,1,"),
    ("registered_capital NEGATIVE_AMOUNT", "211,U,甲,存续,个体工商户,张,-1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("registered_capital INVALID_NUMBER", "212,U,甲,存续,个体工商户,张,1万,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("employees NEGATIVE_AMOUNT", "213,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,-1,"),
    ("employees INVALID_NUMBER", "214,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,2.5,"),
    ("name MISSING_VALUE", "215,U, ,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("id INVALID_NUMBER", "x216,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    (
        "phone TOO_LONG",
        "217,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,000000000000000000000000000000000",
    ),
    ("name CONTROL_CHARACTER", "218,U,甲\u{0}乙,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    (" TOO_MANY_COLUMNS", "219,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,1层,F,,零售,甲局,1,"),
    (" TOO_FEW_COLUMNS", "220,U,甲,存续,个体工商户,张"),
    (" BROKEN_QUOTING", "221,U,\"甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    (" BROKEN_QUOTING", "222,U,甲\"乙\"丙,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("id DUPLICATE_KEY", "101,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    ("id INVALID_NUMBER", "+226,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,"),
    (
        "employees NEGATIVE_AMOUNT",
        "227,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,-99999999999999999999,",
    ),
    ("employees INVALID_NUMBER", "228,U,甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,2147483648,"),
    // several faults: the first column decides
    ("status UNKNOWN_WORD", "223,U,甲,睡着,个体工商户,张,-1,2015-02-30,,,610113,,,甲路,F,,零售,甲局,1,"),
];

/// Rows of the other files, each with what is expected of it.
const RECORDS: &[(&str, &str, &str)] = &[
    ("licences.csv", "valid_to DATE_ORDER", "61,101,JY1,食品经营许可证,甲局,2020-01-02,2020-01-01"),
    ("licences.csv", "enterprise_id MISSING_PARENT", "62,999,JY1,食品经营许可证,甲局,2020-01-02,"),
    ("licences.csv", "enterprise_id MISSING_PARENT", "63,204,JY1,食品经营许可证,甲局,2020-01-02,"),
    ("licences.csv", "enterprise_id INVALID_NUMBER", "64,-5,JY1,食品经营许可证,甲局,2020-01-02,"),
    ("inspections.csv", "kind UNKNOWN_WORD", "61,101,巡视,未发现问题,甲局,2022-06-01"),
    ("inspections.csv", "result UNKNOWN_WORD", "62,101,双随机抽查,好,甲局,2022-06-01"),
    ("inspections.csv", "inspected_on MISSING_VALUE", "63,101,双随机抽查,未发现问题,甲局,"),
    ("penalties.csv", "amount NEGATIVE_AMOUNT", "61,101,1号,广告,虚假,广告法,罚款,-1,甲局,2021-01-05,"),
    ("penalties.csv", "published_on DATE_ORDER", "62,101,1号,广告,虚假,广告法,罚款,1,甲局,2021-01-05,2021-01-04"),
    ("penalties.csv", "amount INVALID_NUMBER", "63,101,1号,广告,虚假,广告法,罚款,0.001,甲局,2021-01-05,"),
    ("penalties.csv", "id DUPLICATE_KEY", "31,101,1号,广告,虚假,广告法,罚款,1,甲局,2021-01-05,"),
    ("abnormals.csv", "reason_in UNKNOWN_WORD", "61,101,心情不好,2018-07-05,,,甲局"),
    ("abnormals.csv", "reason_out UNKNOWN_WORD", "62,101,未按照规定的期限公示年度报告,2018-07-05,求情,2018-07-06,甲局"),
    ("abnormals.csv", "date_out DATE_ORDER", "63,101,未按照规定的期限公示年度报告,2018-07-05,,2018-07-04,甲局"),
    (
        "abnormals.csv",
        "date_out MISSING_VALUE",
        "64,101,未按照规定的期限公示年度报告,2018-07-05,更正其公示的信息,,甲局",
    ),
    ("reports.csv", "submitted_on DATE_ORDER", "61,101,2022,2022-12-30,8,1,1,1,1,1,1"),
    ("reports.csv", "year DUPLICATE_KEY", "62,101,2024,2025-04-02,8,1,1,1,1,1,1"),
    ("reports.csv", "year INVALID_NUMBER", "63,101,24,2025-04-02,8,1,1,1,1,1,1"),
    ("reports.csv", "year INVALID_NUMBER", "65,101,02022,2025-04-02,8,1,1,1,1,1,1"),
    ("reports.csv", "year INVALID_NUMBER", "66,101,+2022,2025-04-02,8,1,1,1,1,1,1"),
    ("reports.csv", "total_assets NEGATIVE_AMOUNT", "64,101,2021,2022-04-02,8,-1,1,1,1,1,1"),
];

/// The small dump with all these rows, and what the list of rejected rows must say.
fn dirty() -> (Dump, Vec<String>) {
    let mut expected = Vec::new();
    let mut more: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let lines = BTreeMap::from([
        ("enterprises.csv", 4),
        ("licences.csv", 3),
        ("inspections.csv", 3),
        ("penalties.csv", 3),
        ("abnormals.csv", 3),
        ("reports.csv", 4),
    ]);
    let mut add = |file: &'static str, fault: &str, row: &[u8]| {
        let rows = more.entry(file).or_default();
        let line = lines[file] + rows.iter().filter(|byte| **byte == b'\n').count() + 1;
        expected.push(format!("{file}:{line} {fault}"));
        rows.extend_from_slice(row);
        rows.push(b'\n');
    };
    for (number, (fault, row)) in ENTERPRISES.iter().enumerate() {
        let row = row.replace(",U,", &format!(",{},", code(900 + number as u32)));
        add("enterprises.csv", fault, row.as_bytes());
    }
    let taken = format!("224,{},甲,存续,个体工商户,张,1,2015-01-01,,,610113,,,甲路,F,,零售,甲局,1,", code(102));
    add("enterprises.csv", "uscc DUPLICATE_KEY", taken.as_bytes());
    let unread = format!("225,{},甲,存续,个体工商户,张,1,2015-01-01,,,610113,?,,甲路,F,,零售,甲局,1,", code(225));
    let unread: Vec<u8> = unread.bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    add("enterprises.csv", " INVALID_ENCODING", &unread);
    for (file, fault, row) in RECORDS {
        add(file, fault, row.as_bytes());
        if row.starts_with("63,204") {
            let gbk = GB18030.encode("65,101,JY1,食品经营许可证,甲局,2020-01-02,").0.into_owned();
            add(file, "name INVALID_ENCODING", &gbk);
        }
    }
    let dump = more.into_iter().fold(Dump::small(), |dump, (file, rows)| dump.with(file, &rows));
    (dump, expected)
}

#[tokio::test]
async fn every_fault_is_told_with_line_column_and_code() {
    on_each_engine(async |db| {
        let (dump, expected) = dirty();
        let summary = run(db, &dump).await.expect("a run");
        let found = rejects(&dump);
        let (mut sorted_found, mut sorted_expected) = (found.clone(), expected);
        sorted_found.sort();
        sorted_expected.sort();
        assert_eq!(sorted_found, sorted_expected);
        assert_eq!(summary.rejects_by_code.values().sum::<u64>() as usize, found.len());
        assert_eq!(summary.rejects_by_code["BROKEN_QUOTING"], 2);
        let inserted = |file: &str| summary.files[file].inserted;
        assert_eq!(inserted("enterprises.csv"), 3);
        assert_eq!(["licences.csv", "inspections.csv", "penalties.csv", "abnormals.csv"].map(inserted), [2; 4]);
        assert_eq!(inserted("reports.csv"), 3);

        let before = contents(db).await;
        let second = run(db, &dump).await.expect("a run");
        assert!(!second.changed);
        assert_eq!(rejects(&dump), found);
        assert_eq!(second.rejects_by_code, summary.rejects_by_code);
        assert_same(&contents(db).await, &before, "second run");
    })
    .await;
}

#[tokio::test]
async fn good_rows_make_the_same_register_with_or_without_bad_ones() {
    on_each_engine(async |db| {
        let (dirty, _) = dirty();
        run(db, &dirty).await.expect("a run");
        let found = contents(db).await;
        let summary = run(db, &Dump::small()).await.expect("a run");
        assert!(!summary.changed);
        assert_eq!(summary.files["enterprises.csv"], Counts { read: 3, unchanged: 3, ..Counts::default() });
        assert_same(&contents(db).await, &found, "good rows alone");
    })
    .await;
}

#[tokio::test]
async fn messages_say_how_to_mend_and_name_every_fault() {
    on_each_engine(async |db| {
        let (dump, _) = dirty();
        run(db, &dump).await.expect("a run");
        let mut reader = csv::Reader::from_path(rejects_path(&dump)).expect("a list");
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        assert!(rows.iter().all(|row| row[4].ends_with('。')), "{rows:?}");
        let of = |start: &str| rows.iter().find(|row| row[5].starts_with(start)).expect(start);
        let message = &of("223,")[4];
        for part in ["“睡着”", "registered_capital（NEGATIVE_AMOUNT）", "established_on（IMPOSSIBLE_DATE）"] {
            assert!(message.contains(part), "{message}");
        }
        assert!(of("63,204")[4].contains("enterprises.csv第8行被拒收"), "{}", &of("63,204")[4]);
        assert!(of("228,")[4].contains("超出可登记的范围"), "{}", &of("228,")[4]);
        assert!(of("62,999")[4].contains("既不在enterprises.csv中"));
        assert!(of("221,")[5].ends_with("甲局,1,"), "the original text is whole");
    })
    .await;
}

/// The rows of `penalties.csv` behind the two good ones.
fn penalties(rows: &str) -> Dump {
    Dump::small().with("penalties.csv", rows.as_bytes())
}

#[tokio::test]
async fn half_a_quote_in_two_rows_loses_neither_them_nor_the_rows_between() {
    on_each_engine(async |db| {
        let row =
            |id: u32, violation: &str| format!("{id},101,{id}号,广告,{violation},广告法,罚款,1,甲局,2021-01-05,\n");
        let rows = [row(61, "\"虚假"), row(62, "虚假"), row(63, "\"虚假,广告\""), row(64, "虚假\"")].concat();
        let dump = penalties(&rows);
        let summary = run(db, &dump).await.expect("a run");
        assert_eq!(
            rejects(&dump),
            ["penalties.csv:4 BROKEN_QUOTING", "penalties.csv:7 BROKEN_QUOTING"].map(with_no_column)
        );
        assert_eq!(summary.files["penalties.csv"], Counts { read: 6, inserted: 4, unchanged: 0, rejected: 2 });
    })
    .await;
}

/// As [`rejects`] tells a row that is at fault as a whole.
fn with_no_column(row: &str) -> String {
    row.replace(' ', "  ")
}

#[tokio::test]
async fn a_row_of_many_lines_with_other_columns_is_listed_as_it_stands() {
    on_each_engine(async |db| {
        let row = "61,101,1号,广告,\"虚假\r\n62,有,一\r\n广告\",广告法,罚款,多余,1,甲局,2021-01-05,";
        let dump = penalties(&format!("{row}\r\n"));
        let summary = run(db, &dump).await.expect("a run");
        assert_eq!(rejects(&dump), [with_no_column("penalties.csv:4 TOO_MANY_COLUMNS")]);
        assert_eq!(summary.files["penalties.csv"].read, 3);
        let listed = csv::Reader::from_path(rejects_path(&dump)).expect("a list").into_records().next();
        assert_eq!(&listed.expect("a row").expect("a row")[5], row);
    })
    .await;
}

#[tokio::test]
async fn every_column_holds_the_longest_text_that_is_taken() {
    on_each_engine(async |db| {
        let long = |length: usize| "𠀀".repeat(length);
        let spaced = format!("有限责任{}公司", " ".repeat(80));
        let enterprise = format!(
            "301,{},{},存续,{spaced},{},1,2015-01-01,,,610113,,,{},F,,{},{},1,{}\n",
            code(301),
            long(256),
            long(128),
            long(512),
            long(20_000),
            long(128),
            long(32)
        );
        let licence = format!("61,101,{},{},{},2020-01-02,\n", long(64), long(128), long(128));
        let prose = long(20_000);
        let penalty = format!("61,101,{},{},{prose},{prose},{prose},1,甲局,2021-01-05,\n", long(64), long(64));
        let dump = Dump::small()
            .with("enterprises.csv", enterprise.as_bytes())
            .with("licences.csv", licence.as_bytes())
            .with("penalties.csv", penalty.as_bytes());
        run(db, &dump).await.expect("a run");
        assert_eq!(rejects(&dump), [""; 0]);
        let kept = contents(db).await;
        assert!(kept.iter().any(|row| row.contains("type_name: \"有限责任公司\"")), "spaces are kept");
    })
    .await;
}

#[tokio::test]
async fn a_kind_in_two_lines_is_kept_in_one() {
    on_each_engine(async |db| {
        let dump = Dump::small().with_replaced(
            "enterprises.csv",
            "有限责任公司（自然人独资）",
            "\"有限责任公司\n（自然人独资）\"",
        );
        run(db, &dump).await.expect("a run");
        assert_eq!(rejects(&dump), [""; 0]);
        assert!(contents(db).await.iter().any(|row| row.contains("type_name: \"有限责任公司（自然人独资）\"")));
    })
    .await;
}

#[tokio::test]
async fn what_a_message_shows_is_short_and_harmless() {
    on_each_engine(async |db| {
        let long = format!("\u{1b}[2J{}", "长".repeat(100));
        let dump = Dump::small().with_replaced("enterprises.csv", "吊销未注销", &long);
        run(db, &dump).await.expect("a run");
        let listed = csv::Reader::from_path(rejects_path(&dump)).expect("a list").into_records().next();
        let message = listed.expect("a row").expect("a row")[4].to_owned();
        assert!(
            message.contains("\\u{1b}[2J长") && message.contains("…") && message.chars().count() < 150,
            "{message}"
        );
    })
    .await;
}
