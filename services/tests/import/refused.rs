//! Dumps and databases with which a run cannot begin.

use std::fs;
use std::path::PathBuf;

use entities::Database;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use services::import::{ImportError, Options};
use services::ports::{Progress, Silent};
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

#[tokio::test]
async fn a_list_never_replaces_anything_but_a_list() {
    on_each_engine(async |db| {
        let dump = Dump::small().without(&["licences.csv"]);
        let out = TempDir::new().expect("a temporary folder");
        let (folder, note) = (out.path().join("folder"), out.path().join("note.txt"));
        fs::create_dir(&folder).expect("a folder");
        fs::write(&note, "keep me").expect("a file");
        fs::write(out.path().join("list.part"), "keep me").expect("a file");
        let mut places = vec![
            (folder.clone(), "目录"),
            (out.path().join("absent/"), "目录"),
            (note.clone(), "其他内容"),
            (out.path().join("list"), "其他内容"),
            (PathBuf::from("/dev/null"), "不是普通文件"),
            (dump.folder().join("enterprises.csv"), "待导入"),
            (dump.folder().join("../dump/licences.csv"), "待导入"),
        ];
        places.extend(database_log(db).await.map(|log| (log, "数据库文件")));
        let before = contents(db).await;
        for (rejects, part) in places {
            let options = Options { rejects: rejects.clone(), partial: true };
            let error = run_with(db, &dump, &options, &Silent).await.expect_err("a refusal");
            assert_eq!(error.code(), "IMPORT_REJECTS_TAKEN", "{}: {error}", rejects.display());
            let message = error.message();
            assert!(message.contains(part) && message.ends_with("本次导入没有改动数据库。"), "{message}");
        }
        assert_same(&contents(db).await, &before, "refusals");
        assert_eq!(fs::read_to_string(&note).expect("the file"), "keep me");
        for content in ["", "file,line,column,code,message,original\n"] {
            fs::write(&note, content).expect("a file");
            let options = Options { rejects: note.clone(), partial: true };
            run_with(db, &dump, &options, &Silent).await.expect("a run");
        }
    })
    .await;
}

/// SQLite's log, which may be empty and so look like nothing to be lost.
async fn database_log(db: &Database) -> Option<PathBuf> {
    if db.backend() != DbBackend::Sqlite {
        return None;
    }
    let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let row = db.reader().query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("a row");
    let file: String = row.expect("a row").try_get("", "file").expect("a file");
    Some(PathBuf::from(format!("{file}-wal")))
}

/// Puts a folder where the list is to stand, once the rows are about to be kept.
struct InTheWay(PathBuf);

impl Progress for InTheWay {
    fn report(&self, step: &str, _done: u64, _total: Option<u64>) {
        if step == "提交" {
            fs::create_dir_all(&self.0).expect("a folder");
        }
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_put_in_place_after_the_commit_is_told_truly() {
    on_each_engine(async |db| {
        let dump = Dump::small();
        let options = options(&dump);
        let error = run_with(db, &dump, &options, &InTheWay(options.rejects.clone())).await.expect_err("a failure");
        assert_eq!(error.code(), "IMPORT_REJECTS_UNPLACED");
        assert!(error.message().starts_with("导入已经完成") && !error.message().contains("没有改动"));
        assert!(options.rejects.with_file_name("rejects.csv.part").is_file());
        fs::remove_dir(&options.rejects).expect("the folder");
        assert!(!run(db, &dump).await.expect("a run").changed);
    })
    .await;
}
