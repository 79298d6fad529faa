//! A dump without faults: every value arrives, in every form that a dump may have.

use std::env;
use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use entities::bulk::Session;
use entities::cross_region::received;
use entities::enterprise::registered;
use rules::vocabulary::{CrossRegionKind, EnterpriseKind, EnterpriseStatus};
use sea_orm::{EntityTrait, QueryOrder};
use services::import::{self, Counts, Options};
use services::ports::Silent;
use tempfile::TempDir;

use super::dump::{Dump, code, large};
use super::{clock, rejects, run};
use crate::cross_region::record;
use crate::store::{assert_same, contents, on_each_engine, structure};

#[tokio::test]
async fn every_value_arrives() {
    on_each_engine(async |db| {
        let dump = Dump::small();
        let before = structure(db).await;
        let summary = run(db, &dump).await.expect("a run");
        assert!(summary.changed && summary.rejects_by_code.is_empty());
        assert_eq!(rejects(&dump), [""; 0]);
        assert_same(&structure(db).await, &before, "indexes and constraints");
        let contents = contents(db).await;
        for expected in EXPECTED {
            assert!(contents.iter().any(|row| row.starts_with(expected)), "{expected} in {contents:#?}");
        }
        let first = registered::Entity::find_by_id(1).one(db.reader()).await.expect("a row").expect("a row");
        assert_eq!((first.uscc, first.status), (code(101), EnterpriseStatus::Active));
        assert_eq!((first.kind, first.registered_capital_fen), (EnterpriseKind::LimitedCompany, Some(50_500_000)));
        assert_eq!((first.region_code, first.city_code), (610113, 610100));
        assert_eq!((first.valid_from, first.source_id), (first.established_on, Some(101)));
    })
    .await;
}

/// What the register says of the small dump, as far as it is the same in each row's form.
const EXPECTED: [&str; 14] = [
    "Model { id: 1, name: \"雁塔区市场监督管理局\", region_code: Some(610113) }",
    "Model { id: 3, name: \"长安区市场监督管理局\", region_code: None }",
    "Model { id: 4, name: \"长安区行政审批服务局\", region_code: None }",
    "Model { id: 2, enterprise_id: 1, licence_number: \"JY16101130000002\", name: \"食品经营许可证\", authority_id: 1, valid_from: 2016-01-01, valid_to: None, source_id: Some(12)",
    "Model { id: 2, enterprise_id: 3, kind: Complaint, result: OrderedToCorrect, authority_id: 3, inspected_on: 2023-06-01, source_id: Some(22)",
    "Model { id: 1, enterprise_id: 3, document_number: \"长安市监处罚〔2023〕12号\", category: \"食品\", violation: \"当事人销售超过保质期的食品\", legal_basis: \"《中华人民共和国食品安全法》第三十四条第十项\", decision: \"罚款5000.50元\", amount_fen: 500050, authority_id: 3, decided_on: 2023-07-01, published_on: Some(2023-07-08), public_until: None, source_id: Some(31)",
    "Model { id: 1, enterprise_id: 2, ground: ReportNotPublished, listed_on: 2018-07-05, removal_ground: Some(ReportFiled), removed_on: Some(2018-09-10), authority_id: 2, source_id: Some(41)",
    "Model { id: 2, enterprise_id: 2, ground: Unreachable, listed_on: 2018-11-20, removal_ground: None, removed_on: None, authority_id: 2, source_id: Some(42)",
    "Model { id: 1, enterprise_id: 1, year: 2023, submitted_on: 2024-03-05, postal_address: None, postal_code: None, phone: None, email: None, operating_status: None, main_activity: None, controlling_kind: None, employees: Some(8), female_employees: None, total_assets_fen: Some(120250000), total_liabilities_fen: Some(40000000), owners_equity_fen: None, total_revenue_fen: Some(300100000), main_revenue_fen: None, total_profit_fen: None, net_profit_fen: Some(-12340000), total_tax_fen: Some(5600000), insured_persons: Some(7), source_id: Some(51)",
    "Model { id: 2, enterprise_id: 1, year: 2024",
    "IMPORT_LEGACY dump",
    "UPSERT enterprises 1..=3",
    "UPSERT penalties 1..=2",
    "UPSERT annual_reports 1..=3",
];

/// The column is read where a dump has it.
#[tokio::test]
async fn old_registration_numbers_are_taken_where_they_are_told() {
    on_each_engine(async |db| {
        let numbered = Dump::small()
            .with_replaced("enterprises.csv", "employees,phone\n", "employees,phone,reg_no\n")
            .with_replaced("enterprises.csv", ",029-85551234\n", ",029-85551234,610113100012345\n")
            .with_replaced("enterprises.csv", "旬邑县市场监督管理局,,\n", "旬邑县市场监督管理局,,,陕工商12\n")
            .with_replaced("enterprises.csv", ",13800000000\n", ",13800000000,\n");
        let summary = run(db, &numbered).await.expect("a run");
        assert_eq!(summary.rejects_by_code.get("INVALID_NUMBER"), Some(&1), "{summary:?}");
        let rows = registered::Entity::find().order_by_asc(registered::Column::Id).all(db.reader()).await;
        let numbers: Vec<_> = rows.expect("rows").into_iter().map(|row| row.registration_number).collect();
        assert_eq!(numbers, [Some("610113100012345".to_owned()), None]);
        // The row without a number is what it is in a dump without the column.
        let again = run(db, &Dump::small()).await.expect("a run");
        let counts = again.files["enterprises.csv"];
        assert_eq!((counts.inserted, counts.unchanged, counts.rejected), (1, 1, 1), "{counts:?}");
    })
    .await;
}

#[tokio::test]
async fn every_form_of_a_dump_makes_the_same_register() {
    on_each_engine(async |db| {
        let dump = Dump::small();
        run(db, &dump).await.expect("a run");
        let expected = contents(db).await;
        let forms = [
            dump.recoded(|text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            dump.recoded(|text| text.replace('\n', "\r\n").into_bytes()),
            dump.recoded(|text| GB18030.encode(text).0.into_owned()),
            dump.recoded(|text| GB18030.encode(&text.replace('\n', "\r\n")).0.into_owned()),
            dump.recoded(|text| text.trim_end().as_bytes().to_vec()),
            dump.recoded(columns_turned_round),
        ];
        for (number, form) in forms.iter().enumerate() {
            let summary = run(db, form).await.expect("a run");
            assert!(!summary.changed, "form {number} is another register: {summary:?}");
            assert_same(&contents(db).await, &expected, &format!("form {number}"));
        }
    })
    .await;
}

/// Columns in the opposite order, every field quoted, an unknown column in front.
fn columns_turned_round(text: &str) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.expect("a row");
        let fields: Vec<&str> = row.iter().rev().collect();
        writer.write_record(std::iter::once("unknown").chain(fields)).expect("to memory");
    }
    writer.into_inner().expect("to memory")
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_says_so() {
    on_each_engine(async |db| {
        let dump = large(5_000);
        let first = run(db, &dump).await.expect("a run");
        let expected = contents(db).await;
        let counts = Counts { read: 5_000, inserted: 5_000, ..Counts::default() };
        assert!(first.changed && first.files.len() == 6);
        assert!(first.files.values().all(|found| *found == counts), "{first:?}");
        let second = run(db, &dump).await.expect("a run");
        let counts = Counts { read: 5_000, unchanged: 5_000, ..Counts::default() };
        assert!(!second.changed);
        assert!(second.files.values().all(|found| *found == counts), "{second:?}");
        assert_same(&contents(db).await, &expected, "second run");
    })
    .await;
}

#[tokio::test]
async fn a_later_dump_adds_to_what_is_there() {
    on_each_engine(async |db| {
        let (whole, half) = (large(5_000), large(2_500));
        run(db, &half).await.expect("a run");
        let summary = run(db, &whole).await.expect("a run");
        let counts = Counts { read: 5_000, inserted: 2_500, unchanged: 2_500, rejected: 0 };
        assert!(summary.files.values().all(|found| *found == counts), "{summary:?}");

        let penalty = "9001,101,处罚〔2026〕1号,广告,虚假广告,广告法,罚款,100,新的一局,2026-01-05,\n";
        let header = "id,enterprise_id,doc_no,category,violation,legal_basis,decision,amount,authority,decided_on,published_on\n";
        let later = Dump::of(vec![("penalties.csv", format!("{header}{penalty}").into_bytes())]);
        let options = Options { partial: true, ..super::options(&later) };
        let summary = super::run_with(db, &later, &options, &Silent).await.expect("a run");
        assert_eq!((summary.changed, summary.files["penalties.csv"].inserted), (true, 1));
        assert!(contents(db).await.iter().any(|row| row.starts_with("Model { id: 5001, enterprise_id: 101, document_number: \"处罚〔2026〕1号\"")));
    })
    .await;
}

#[tokio::test]
async fn what_other_provinces_sent_becomes_the_enterprises_own() {
    on_each_engine(async |db| {
        let about = |id, number| record(id, CrossRegionKind::Penalty, &code(number), "2024-05-06");
        let mut session = Session::begin(db).await.expect("a session");
        session.insert(&[about(1, 102), about(2, 999)]).await.expect("rows");
        session.commit().await.expect("a commit");
        run(db, &Dump::small()).await.expect("a run");
        let rows = received::Entity::find().all(db.reader()).await.expect("rows");
        let mut linked: Vec<_> = rows.iter().map(|row| (row.id, row.enterprise_id)).collect();
        linked.sort_unstable();
        assert_eq!(linked, [(1, Some(2)), (2, None)]);
        let told = "UPSERT cross_region_records 1..=1".to_owned();
        assert!(contents(db).await.contains(&told), "followers are not told");
    })
    .await;
}

/// `QINXIN_LEGACY_SAMPLE` names the folder of a dump that is known to be clean.
#[tokio::test]
async fn a_given_sample_is_taken_as_a_whole() {
    let Ok(folder) = env::var("QINXIN_LEGACY_SAMPLE") else { return };
    on_each_engine(async |db| {
        let (folder, out) = (Path::new(&folder), TempDir::new().expect("a temporary folder"));
        let options = Options { rejects: out.path().join("rejects.csv"), partial: false };
        let summary = import::legacy(db, folder, &options, clock(), &Silent).await.expect("a run");
        assert_eq!(fs::read_to_string(&options.rejects).expect("a list").lines().count(), 1);
        for (file, counts) in &summary.files {
            let lines = fs::read_to_string(folder.join(file)).expect("a file").lines().count() as u64;
            assert_eq!(*counts, Counts { read: lines - 1, inserted: lines - 1, ..Counts::default() }, "{file}");
        }
    })
    .await;
}
