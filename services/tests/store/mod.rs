//! 测试库 Fresh databases, and everything that stands in one.

mod preparing;

use std::env;
use std::fmt::Debug;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::DateTime;
use entities::{Database, annual_report, credit, enterprise, reference};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Iterable, QueryOrder, Statement};
use services::filing::FilingDesk;
use services::ports::Silent;
use services::{setup, vault};
use tempfile::TempDir;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Runs `test` with an empty, prepared database of each engine that has its keys.
pub async fn on_each_engine(test: impl AsyncFn(&Database)) {
    in_folder_on_each_engine(async |db, folder| test(&opened(db, folder).await).await).await;
}

/// Runs `test` with an empty, prepared database of each engine, and a folder for its keys; SQLite's file is in
/// it, too.
pub async fn in_folder_on_each_engine(test: impl AsyncFn(&Database, &Path)) {
    let folder = TempDir::new().expect("a temporary folder");
    let db = Database::connect(&Database::sqlite_url(folder.path()), 3).await.expect("a new file");
    setup::prepare(&db).await.expect("a new schema");
    test(&db, folder.path()).await;
    if let Ok(url) = env::var("QINXIN_TEST_POSTGRES") {
        with_postgres(&url, &test).await;
    }
}

/// The database with the keys of a folder, which are made if there are none.
pub async fn opened(db: &Database, folder: &Path) -> Database {
    let now = DateTime::from_timestamp(1_750_000_000, 0).expect("an instant");
    vault::open(db.clone(), &folder.join(vault::FILE), now, &Silent).await.expect("keys")
}

async fn with_postgres(url: &str, test: &impl AsyncFn(&Database, &Path)) {
    let name = format!("qinxin_test_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let (server, _) = url.rsplit_once('/').expect("a URL that names a database");
    let admin = Database::connect(url, 1).await.expect("a PostgreSQL server");
    run(&admin, &format!("CREATE DATABASE {name}")).await;
    let db = Database::connect(&format!("{server}/{name}"), 3).await.expect("a new database");
    setup::prepare(&db).await.expect("a new schema");
    let folder = TempDir::new().expect("a temporary folder");
    test(&db, folder.path()).await;
    db.reader().close_by_ref().await.expect("an open pool");
    run(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// A desk that works until nobody files there.
pub fn desk(db: &Database) -> FilingDesk {
    let (desk, work) = FilingDesk::open(db.clone());
    tokio::spawn(work);
    desk
}

/// Runs a statement.
pub async fn run(db: &Database, sql: &str) {
    db.reader().execute_unprepared(sql).await.expect(sql);
}

/// Every row of every table that an import writes, in the order of the keys. Both engines say the
/// same in the same words.
pub async fn contents(db: &Database) -> Vec<String> {
    assert_eq!(dangling(db).await, [""; 0]);
    let mut rows = Vec::new();
    rows.extend(all::<reference::authority::Entity>(db).await);
    rows.extend(all::<enterprise::registered::Entity>(db).await);
    rows.extend(all::<credit::licence::Entity>(db).await);
    rows.extend(all::<credit::inspection::Entity>(db).await);
    rows.extend(all::<credit::penalty::Entity>(db).await);
    rows.extend(all::<credit::abnormal_listing::Entity>(db).await);
    rows.extend(all::<annual_report::report::Entity>(db).await);
    rows.extend(texts(db, "SELECT act || ' ' || subject AS word FROM audit_entries ORDER BY sequence").await);
    // Followers see settled events only, which waits for whatever else the server is doing.
    let events =
        "SELECT act || ' ' || family || ' ' || first_id || '..=' || last_id AS word FROM outbox ORDER BY sequence";
    rows.extend(texts(db, events).await);
    rows
}

/// Tables with rows that refer to nothing; PostgreSQL cannot have any.
async fn dangling(db: &Database) -> Vec<String> {
    match db.backend() {
        DbBackend::Sqlite => texts(db, "SELECT DISTINCT \"table\" AS word FROM pragma_foreign_key_check").await,
        _ => Vec::new(),
    }
}

async fn all<E: EntityTrait>(db: &Database) -> Vec<String>
where
    E::Model: Debug,
{
    let id = E::Column::iter().next().expect("a key");
    let rows = E::find().order_by_asc(id.into_expr()).all(db.reader()).await.expect("rows");
    rows.iter().map(|row| format!("{row:?}")).collect()
}

/// Indexes and constraints.
pub async fn structure(db: &Database) -> Vec<String> {
    let sql = match db.backend() {
        DbBackend::Postgres => {
            "SELECT indexdef AS word FROM pg_indexes WHERE schemaname = 'public' UNION ALL \
             SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS word \
             FROM pg_constraint ORDER BY word"
        }
        _ => {
            "SELECT name || ' ' || sql AS word FROM sqlite_master \
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY word"
        }
    };
    texts(db, sql).await
}

async fn texts(db: &Database, sql: &str) -> Vec<String> {
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.expect(sql);
    rows.iter().map(|row| row.try_get("", "word").expect("a word")).collect()
}

/// Compares rows and shows the first that differs instead of all.
#[track_caller]
pub fn assert_same(found: &[String], expected: &[String], occasion: &str) {
    let different = found.iter().zip(expected).find(|(found, expected)| found != expected);
    assert_eq!(different, None, "{occasion}");
    assert_eq!(found.len(), expected.len(), "{occasion}");
}
