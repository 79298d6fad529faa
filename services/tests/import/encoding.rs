//! Files whose encoding is mixed or marked: what cannot be read safely is listed, never guessed.

use encoding_rs::GB18030;

use super::dump::Dump;
use super::{rejects, rejects_path, run};
use crate::store::{assert_same, contents, on_each_engine};

fn gbk(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

#[tokio::test]
async fn a_line_of_utf_8_in_a_file_of_gbk_is_listed() {
    on_each_engine(async |db| {
        // An even number of Chinese characters decodes as GBK without any sign.
        let row = "61,101,双随机抽查,未发现问题,咸阳局内,2022-06-01\n";
        let dump = Dump::small().recoded(gbk).with("inspections.csv", row.as_bytes());
        run(db, &dump).await.expect("a run");
        assert_eq!(rejects(&dump), ["inspections.csv:4  INVALID_ENCODING"]);
        let listed = std::fs::read_to_string(rejects_path(&dump)).expect("a list");
        assert!(listed.contains("该行却是UTF-8") && listed.contains("双随机抽查"), "{listed}");
    })
    .await;
}

#[tokio::test]
async fn a_mark_of_gb18030_is_no_part_of_the_first_column() {
    on_each_engine(async |db| {
        run(db, &Dump::small()).await.expect("a run");
        let before = contents(db).await;
        let marked = Dump::small().recoded(|text| [b"\x84\x31\x95\x33", gbk(text).as_slice()].concat());
        assert!(!run(db, &marked).await.expect("a run").changed);
        assert_same(&contents(db).await, &before, "marked");
    })
    .await;
}

#[tokio::test]
async fn a_mark_of_utf_8_before_gbk_is_named() {
    on_each_engine(async |db| {
        let marked = Dump::small().recoded(|text| [b"\xef\xbb\xbf", gbk(text).as_slice()].concat());
        run(db, &marked).await.expect("a run");
        let listed = std::fs::read_to_string(rejects_path(&marked)).expect("a list");
        assert!(listed.lines().skip(1).all(|row| row.contains("MISSING_PARENT") || row.contains("BOM")), "{listed}");
        assert!(rejects(&marked).contains(&"enterprises.csv:2 name INVALID_ENCODING".to_owned()), "{listed}");
    })
    .await;
}
