//! IMPORT-1: a run that ends early leaves nothing, and the next one makes the same register as if
//! there had been no other.

use sea_orm::DbBackend;
use services::ports::Progress;
use tokio::sync::Notify;

use super::dump::{Dump, large};
use super::{has_rejects, options, run, run_with};
use crate::store::{assert_same, contents, on_each_engine, run as execute, structure};

/// Tells when the run is at `step`.
struct At {
    step: &'static str,
    reached: Notify,
}

impl Progress for At {
    fn report(&self, step: &str, _done: u64, _total: Option<u64>) {
        if step == self.step {
            self.reached.notify_one();
        }
    }
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_nothing() {
    on_each_engine(async |db| {
        let dump = large(5_000);
        let options = options(&dump);
        let (empty, before) = (contents(db).await, structure(db).await);
        for step in ["enterprises.csv", "penalties.csv", "reports.csv", "重建索引", "更新统计信息"] {
            let at = At { step, reached: Notify::new() };
            tokio::select! {
                biased;
                () = at.reached.notified() => {}
                end = run_with(db, &dump, &options, &at) => panic!("{step} was not reached: {end:?}"),
            }
            assert!(!has_rejects(&dump), "a list is left at {step}");
            assert_same(&contents(db).await, &empty, &format!("rows are left at {step}"));
            assert_same(&structure(db).await, &before, &format!("an index is lost at {step}"));
        }
        run(db, &dump).await.expect("a run");
        same_as_undisturbed(contents(db).await, &dump).await;
        assert_same(&structure(db).await, &before, "after the whole run");
    })
    .await;
}

#[tokio::test]
async fn a_run_into_a_filled_register_that_is_dropped_leaves_it_as_it_was() {
    on_each_engine(async |db| {
        run(db, &large(2_500)).await.expect("a run");
        let before = contents(db).await;
        let dump = large(5_000);
        let options = options(&dump);
        let at = At { step: "penalties.csv", reached: Notify::new() };
        tokio::select! {
            biased;
            () = at.reached.notified() => {}
            end = run_with(db, &dump, &options, &at) => panic!("{end:?}"),
        }
        assert_same(&contents(db).await, &before, "after the broken run");
    })
    .await;
}

/// Compares with a run on a fresh SQLite file; both engines tell their rows in the same words.
async fn same_as_undisturbed(found: Vec<String>, dump: &Dump) {
    on_each_engine(async |db| {
        run(db, dump).await.expect("a run");
        let expected = contents(db).await;
        assert_same(&found, &expected, "undisturbed run");
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_told_and_leaves_nothing() {
    on_each_engine(async |db| {
        if db.backend() != DbBackend::Postgres {
            return;
        }
        let dump = large(5_000);
        let at = At { step: "penalties.csv", reached: Notify::new() };
        let cut = async {
            at.reached.notified().await;
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                          WHERE datname = current_database() AND query LIKE 'COPY%'";
            execute(db, others).await;
        };
        let options = options(&dump);
        let (end, ()) = tokio::join!(run_with(db, &dump, &options, &at), cut);
        let error = end.expect_err("the connection was cut");
        assert_eq!(error.code(), "DATABASE_DISCONNECTED", "{error}");
        assert!(!has_rejects(&dump));
        assert!(run(db, &dump).await.expect("a run").changed);
    })
    .await;
}
