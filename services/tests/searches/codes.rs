//! 降级检索 Codes lead to their enterprises while there is no index.

use chrono::NaiveDate;
use entities::enterprise::registered;
use entities::indexing;
use services::generate::generate;
use services::index::{Index, Reason, SearchRequest, Sight, searched};
use services::ports::Silent;
use tempfile::TempDir;

use crate::store::on_each_engine;

const PAGE: usize = 20;

#[tokio::test]
async fn codes_and_old_numbers_are_found_in_the_database() {
    on_each_engine(async |db| {
        let today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
        generate(db, 300, 7, today, &Silent).await.expect("a register");
        let empty = TempDir::new().expect("a folder");
        let index = Index::open(empty.path(), 1);
        let found = async |query: &str| {
            let request = SearchRequest::new(query, Sight::Public { today }, PAGE);
            let (page, is_degraded) = searched(&index, db, request).await.expect("an answer");
            assert!(is_degraded, "{query}");
            let hits: Vec<(i64, Reason)> = page.hits.iter().map(|hit| (hit.id, hit.reasons[0].0)).collect();
            (hits, page.total)
        };
        let rows = indexing::enterprises(db, 0, i64::MAX, 300).await.expect("rows");
        let number = |row: &registered::Model| row.registration_number.clone();
        let (old, whole) = rows.iter().find_map(|row| Some((row, number(row)?))).expect("one with an old number");
        assert_eq!(found(&old.uscc).await, (vec![(old.id, Reason::WholeCode)], 1));
        assert_eq!(found(&whole).await, (vec![(old.id, Reason::RegistrationNumber)], 1));
        let begun = rows.iter().filter_map(number).filter(|number| number.starts_with(&whole[..4])).count();
        let (hits, total) = found(&whole[..4]).await;
        assert_eq!((hits.len(), total), (begun.min(PAGE), begun as u64), "{:?}", db.backend());
        assert!(hits.iter().all(|(_, reason)| *reason == Reason::RegistrationNumber));
    })
    .await;
}
