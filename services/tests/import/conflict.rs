//! Rows whose keys the register has given to something else.

use services::import::Options;
use services::ports::Silent;

use super::dump::{Dump, code};
use super::{options, rejects, run, run_with};
use crate::store::{assert_same, contents, on_each_engine, run as execute};

#[tokio::test]
async fn what_the_register_knows_otherwise_is_a_conflict() {
    on_each_engine(async |db| {
        run(db, &Dump::small()).await.expect("a run");
        let before = contents(db).await;
        let dump = Dump::small()
            .with_replaced("enterprises.csv", "王建国", "王建设")
            .with_replaced("penalties.csv", ",5000.50,", ",6000,")
            .with_replaced("reports.csv", "52,101,2024", "59,101,2024");
        let summary = run(db, &dump).await.expect("a run");
        assert!(!summary.changed);
        let conflicts = ["enterprises.csv:2 id CONFLICT", "penalties.csv:2 id CONFLICT", "reports.csv:3 year CONFLICT"];
        assert_eq!(rejects(&dump), conflicts);
        assert_eq!(summary.rejects_by_code["CONFLICT"], 3);
        assert_same(&contents(db).await, &before, "only conflicts");
    })
    .await;
}

#[tokio::test]
async fn records_go_to_an_enterprise_whose_own_row_is_in_conflict() {
    on_each_engine(async |db| {
        run(db, &Dump::small()).await.expect("a run");
        let dump = Dump::small()
            .with_replaced("enterprises.csv", "王建国", "王建设")
            .with("licences.csv", "13,101,JY3,食品经营许可证,雁塔区市场监督管理局,2026-01-01,\n".as_bytes());
        let summary = run(db, &dump).await.expect("a run");
        assert_eq!((summary.files["licences.csv"].inserted, summary.files["licences.csv"].rejected), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_code_of_another_source_is_a_conflict() {
    on_each_engine(async |db| {
        run(db, &Dump::small()).await.expect("a run");
        execute(db, "UPDATE enterprises SET source = 'generated', source_id = NULL WHERE id = 3").await;
        execute(db, "DELETE FROM penalties").await;
        execute(db, "DELETE FROM licences").await;
        let dump = Dump::small().without(&["inspections.csv", "reports.csv"]);
        let options = Options { partial: true, ..options(&dump) };
        let summary = run_with(db, &dump, &options, &Silent).await.expect("a run");
        assert_eq!(
            rejects(&dump),
            [
                "enterprises.csv:4 uscc CONFLICT",
                "licences.csv:2 enterprise_id MISSING_PARENT",
                "penalties.csv:2 enterprise_id MISSING_PARENT",
            ]
        );
        assert_eq!(summary.files["penalties.csv"].inserted, 1);
        assert_eq!(summary.files.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_that_appears_between_two_dumps_is_told_from_its_namesake() {
    on_each_engine(async |db| {
        run(db, &Dump::small()).await.expect("a run");
        let row = format!("104,{},新店,存续,个体工商户,张,1,2026-01-01,,,610113,,,甲路,F,,零售,甲局,1,\n", code(103));
        let dump = Dump::small().with("enterprises.csv", row.as_bytes());
        run(db, &dump).await.expect("a run");
        assert_eq!(rejects(&dump), ["enterprises.csv:5 uscc DUPLICATE_KEY"]);
    })
    .await;
}
