//! Dumps and databases with which a run cannot begin.

use entities::Database;
use services::import::{ImportError, Options};
use services::ports::Silent;
use tempfile::TempDir;

use super::dump::Dump;
use super::{has_rejects, options, run, run_with};
use crate::store::{assert_same, contents, on_each_engine};

/// Runs the dump and expects a refusal that touches nothing.
async fn refused(dump: &Dump, code: &str, parts: &[&str]) {
    on_each_engine(async |db| {
        let before = contents(db).await;
        let error = run(db, dump).await.expect_err("a refusal");
        assert_eq!(error.code(), code, "{error}");
        let message = error.message();
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        assert!(message.ends_with("本次导入没有改动数据库。"), "{message}");
        assert_same(&contents(db).await, &before, code);
        assert!(!has_rejects(dump));
    })
    .await;
}

#[tokio::test]
async fn an_absent_file_is_named() {
    let dump = Dump::small().without(&["reports.csv", "licences.csv"]);
    refused(&dump, "IMPORT_MISSING_FILE", &["licences.csv、reports.csv"]).await;
    on_each_engine(async |db| {
        let options = Options { partial: true, ..options(&dump) };
        assert!(run_with(db, &dump, &options, &Silent).await.expect("a run").changed);
    })
    .await;
}

#[tokio::test]
async fn a_folder_without_any_file_is_refused_even_in_part() {
    let dump = Dump::of(Vec::new());
    on_each_engine(async |db| {
        let options = Options { partial: true, ..options(&dump) };
        let error = run_with(db, &dump, &options, &Silent).await.expect_err("a refusal");
        assert_eq!(error.code(), "IMPORT_MISSING_FILE");
    })
    .await;
}

#[tokio::test]
async fn a_header_must_name_each_column_once() {
    let dump = Dump::small().with_replaced("penalties.csv", "amount,", "money,");
    refused(&dump, "IMPORT_HEADER", &["penalties.csv", "amount"]).await;
    let dump = Dump::small().with_replaced("reports.csv", "tax,", "revenue,");
    refused(&dump, "IMPORT_HEADER", &["reports.csv", "revenue", "tax"]).await;
    let dump = Dump::small().recoded(|_| Vec::new());
    refused(&dump, "IMPORT_HEADER", &["enterprises.csv", "uscc"]).await;
}

#[tokio::test]
async fn utf_16_is_refused() {
    let utf16 = |text: &str| {
        let units = std::iter::once('\u{feff}').chain(text.chars());
        units.collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    refused(&Dump::small().recoded(utf16), "IMPORT_ENCODING", &["enterprises.csv", "UTF-8"]).await;
}

#[tokio::test]
async fn a_database_without_schema_is_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let db = Database::connect(&Database::sqlite_url(folder.path()), 2).await.expect("a new file");
    let error = run(&db, &Dump::small()).await.expect_err("a refusal");
    assert!(matches!(error, ImportError::NotPrepared), "{error}");
}

#[tokio::test]
async fn a_list_that_cannot_be_written_is_told_before_anything_is_read() {
    on_each_engine(async |db| {
        let dump = Dump::small();
        let options = Options { rejects: dump.folder().join("enterprises.csv").join("rejects.csv"), partial: false };
        let error = run_with(db, &dump, &options, &Silent).await.expect_err("a refusal");
        assert_eq!(error.code(), "IMPORT_REJECTS", "{error}");
    })
    .await;
}
