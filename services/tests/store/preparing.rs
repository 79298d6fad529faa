//! 建库 A database that is made, or opened again, in spite of what happened before and beside.

use entities::Database;
use entities::bulk::Session;
use sea_orm::DbBackend;
use services::generate::generate;
use services::ports::Silent;
use services::setup;
use tempfile::TempDir;

use super::{on_each_engine, run, structure, texts};

/// A table in the way stops a step in its middle, as a full disk would; what the step did before must
/// not stand in its own way at the next try.
#[tokio::test]
async fn a_step_that_ends_early_leaves_nothing() {
    let whole = TempDir::new().expect("a temporary folder");
    let undisturbed = Database::connect(&Database::sqlite_url(whole.path()), 2).await.expect("a new file");
    setup::prepare(&undisturbed).await.expect("a schema");
    for table in
        ["authorities", "change_records", "credit_repairs", "report_employment_needs", "api_clients", "attachments"]
    {
        let folder = TempDir::new().expect("a temporary folder");
        let db = Database::connect(&Database::sqlite_url(folder.path()), 2).await.expect("a new file");
        run(&db, &format!("CREATE TABLE {table} (id INTEGER)")).await;
        setup::prepare(&db).await.expect_err("a table in the way");
        run(&db, &format!("DROP TABLE {table}")).await;
        setup::prepare(&db).await.expect(table);
        assert_eq!(setup::pending(&db).await.expect("a number"), 0);
        assert_eq!(structure(&db).await, structure(&undisturbed).await, "{table}");
    }
}

#[tokio::test]
async fn a_complete_database_opens_beside_a_locked_table() {
    on_each_engine(async |db| {
        if db.backend() != DbBackend::Postgres {
            return;
        }
        let mut other = Session::begin(db).await.expect("a transaction");
        other.execute("LOCK TABLE enterprises, penalties IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
        setup::prepare(db).await.expect("nothing to wait for");
        other.rollback().await.expect("the end");
    })
    .await;
}

#[tokio::test]
async fn an_absent_index_is_created_again() {
    on_each_engine(async |db| {
        let before = structure(db).await;
        run(db, "DROP INDEX penalties_of").await;
        setup::prepare(db).await.expect("an index");
        assert_eq!(structure(db).await, before);
    })
    .await;
}

/// Penalties of earlier releases say until when the public may see them, as those of this one do.
#[tokio::test]
async fn a_repair_that_was_granted_before_ends_the_publicity_of_its_penalty() {
    on_each_engine(async |db| {
        let today = chrono::NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
        generate(db, 1_000, 7, today, &Silent).await.expect("enterprises");
        let ends = "SELECT CAST(id AS TEXT) || ' ' || CAST(public_until AS TEXT) AS word FROM penalties \
             WHERE public_until IS NOT NULL ORDER BY id";
        let before = texts(db, ends).await;
        assert!(!before.is_empty(), "no repair was granted");
        run(db, "DROP TABLE cross_region_records").await;
        run(db, "ALTER TABLE penalties DROP COLUMN public_until").await;
        run(db, "DELETE FROM seaql_migrations WHERE version = 'm0012_cross_region'").await;
        setup::prepare(db).await.expect("a schema");
        assert_eq!(texts(db, ends).await, before);
    })
    .await;
}
