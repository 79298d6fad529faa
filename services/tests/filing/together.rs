//! 同时报送 Those who file at the same time share a transaction, and each gets an answer of its own.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::*;

/// Companies whose reports can be filed, each with its liaison and what has to be said of it.
async fn filers(db: &Database, most: usize) -> Vec<(Arc<registered::Model>, Caller, Edit)> {
    let mut found = Vec::new();
    for (number, row) in companies(db).await.into_iter().enumerate() {
        let caller = liaison(db, &format!("filer-{number}"), row.id, spring()).await;
        let saved = done(save(db, &caller, &row, 0, figures()).await);
        if saved.findings.iter().any(|finding| finding.severity == Severity::Error) {
            continue;
        }
        found.push((row, caller, Edit { reasons: reasons(&saved.findings), ..Edit::default() }));
        if found.len() == most {
            break;
        }
    }
    assert_eq!(found.len(), most, "{:?}", db.backend());
    found
}

#[tokio::test]
async fn many_who_file_at_once_each_get_their_receipt() {
    on_each_engine(async |db| {
        let filers = filers(db, 8).await;
        let before = number(db, "SELECT count(*) FROM annual_reports WHERE year = 2025").await;
        let desk = desk(db);
        // Each from two devices: four with the same key, four with another.
        let asked = filers.iter().enumerate().flat_map(|(place, (row, caller, edit))| {
            let second = if place % 2 == 0 { "first-device" } else { "second-device" };
            ["first-device", second].map(|key| {
                let (desk, edit) = (&desk, edit.clone());
                async move {
                    let asked = Submission { key: key.to_owned(), version: None, edit };
                    submit(desk, &permit(caller, row), Filer { row, year: YEAR }, asked).await
                }
            })
        });
        let answers = join_all(asked).await;
        let mut reports = BTreeSet::new();
        for (place, pair) in answers.chunks(2).enumerate() {
            let [first, second] = pair else { panic!("two answers") };
            let receipts: Vec<&Receipt> = [first, second]
                .into_iter()
                .filter_map(|answer| match answer.as_ref().expect("no failure") {
                    Outcome::Done(receipt) => Some(receipt),
                    Outcome::Held(_) => None,
                })
                .collect();
            assert_eq!(receipts.len(), if place % 2 == 0 { 2 } else { 1 }, "{:?}: {answers:?}", db.backend());
            assert!(receipts.iter().all(|receipt| receipt.number.contains(&filers[place].0.uscc)));
            reports.extend(receipts.iter().map(|receipt| receipt.report));
        }
        assert_eq!(reports.len(), filers.len(), "{:?}", db.backend());
        let after = number(db, "SELECT count(*) FROM annual_reports WHERE year = 2025").await;
        assert_eq!(after - before, filers.len() as i64, "{:?}", db.backend());
        let left = "SELECT count(*) FROM report_drafts d JOIN annual_reports r \
                    ON r.enterprise_id = d.enterprise_id AND r.year = d.year";
        assert_eq!(number(db, left).await, 0, "{:?}", db.backend());
        let told = "SELECT count(*) FROM audit_entries WHERE act = 'SUBMIT_REPORT'";
        assert_eq!(number(db, told).await, filers.len() as i64, "{:?}", db.backend());
        assert!(matches!(audit::verify(db, &Silent).await.expect("a verdict"), Verdict::Whole(_)));
    })
    .await;
}
