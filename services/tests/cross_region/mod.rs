//! 跨地域记录 Who sees which of what other provinces sent, by every reader, and what the index is given.

use chrono::{DateTime, NaiveDate};
use entities::bulk::{Row, Session};
use entities::cross_region::{self, Filter, received};
use entities::indexing::{self, Indexed, Party};
use entities::operations::Recorded;
use entities::page::{self, Page, Window};
use entities::scope::Audience;
use entities::{Database, Scope, changes, credit};
use rules::region::RegionCode;
use rules::uscc::Uscc;
use rules::vocabulary::{CrossRegionKind, OffsiteCaseState};
use services::generate::generate;
use services::ports::Silent;

use crate::store::{on_each_engine, run};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn scope(audience: Audience) -> Scope {
    Scope::now(day("2025-06-30")).seen_by(audience)
}

const PUBLIC: Audience = Audience::Public;
const OFFICE: Audience = Audience::Office;

/// A record with nothing that ends it.
pub fn record(id: i64, kind: CrossRegionKind, uscc: &str, decided_on: &str) -> received::Model {
    let sent = DateTime::from_timestamp(1_750_000_000, 0).expect("an instant");
    received::Model {
        id,
        kind,
        province_code: if id % 2 == 0 { 410_000 } else { 510_000 },
        uscc: uscc.to_owned(),
        enterprise_name: format!("郑州第{id}商贸有限公司"),
        enterprise_id: None,
        document_number: format!("金水市监处罚〔2024〕{id}号"),
        title: "食品".to_owned(),
        facts: "当事人销售超过保质期的食品".to_owned(),
        legal_basis: "《中华人民共和国食品安全法》第三十四条第十项".to_owned(),
        decision: "罚款5000元".to_owned(),
        authority: "河南省郑州市金水区市场监督管理局".to_owned(),
        amount_fen: (kind == CrossRegionKind::Penalty).then_some(500_000),
        decided_on: day(decided_on),
        valid_to: None,
        public_until: None,
        removed_on: None,
        state: (kind == CrossRegionKind::OffsiteCase).then_some(OffsiteCaseState::Received),
        source_time: sent,
        received_at: sent,
    }
}

/// A register; 1 to 5 are sent about its first enterprise, 6 and 7 about a stranger.
async fn filled(db: &Database) {
    use CrossRegionKind::{Licence, OffsiteCase, Penalty, SeriousViolation};
    generate(db, 400, 7, day("2025-06-30"), &Silent).await.expect("enterprises");
    run(db, "DELETE FROM cross_region_records").await;
    let stranger = Uscc::from_prefix("91410105NA1234567").expect("a code").to_string();
    let first = indexing::enterprises(db, 0, 1, 1).await.expect("rows").remove(0);
    let ours = |row: received::Model| received::Model { enterprise_id: Some(first.id), ..row };
    let record_of_first = |id, kind, decided_on| ours(record(id, kind, &first.uscc, decided_on));
    let rows = [
        record_of_first(1, Penalty, "2024-05-06"),
        received::Model { public_until: Some(day("2024-06-30")), ..record_of_first(2, Penalty, "2023-05-06") },
        received::Model { removed_on: Some(day("2024-02-01")), ..record_of_first(3, SeriousViolation, "2022-03-01") },
        received::Model { public_until: Some(day("2025-06-30")), ..record_of_first(4, SeriousViolation, "2024-04-01") },
        record_of_first(5, OffsiteCase, "2025-01-10"),
        record(6, Licence, &stranger, "2025-02-01"),
        record(7, Penalty, &stranger, "2025-03-01"),
    ];
    let mut session = Session::begin(db).await.expect("a session");
    session.insert(&rows).await.expect("rows");
    session.commit().await.expect("a commit");
}

fn window(limit: u32) -> Window {
    Window { limit, from_end: false, after: None, before: None, total: true }
}

fn ids(page: &Page<std::sync::Arc<received::Model>>) -> Vec<i64> {
    page.rows.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn the_public_is_shown_what_is_published_and_offices_all() {
    on_each_engine(async |db| {
        filled(db).await;
        let of_first = async |scope: Scope, kinds: &[CrossRegionKind]| {
            let pages = cross_region::pages_of(db, &[1, 2], kinds, &window(10), &scope).await.expect("pages");
            assert!(pages[&2].rows.is_empty() && pages[&2].total == Some(0), "another enterprise's");
            (ids(&pages[&1]), pages[&1].total)
        };
        assert_eq!(of_first(scope(PUBLIC), &[]).await, (vec![1, 4], Some(2)));
        assert_eq!(of_first(scope(OFFICE), &[]).await, (vec![5, 1, 4, 2, 3], Some(5)));
        assert_eq!(of_first(scope(OFFICE), &[CrossRegionKind::Penalty]).await, (vec![1, 2], Some(2)));
        assert_eq!(of_first(scope(PUBLIC), &[CrossRegionKind::OffsiteCase]).await, (vec![], Some(0)));
        // What may not be shown today is not shown at a day when it might have been.
        let then = day("2023-06-01");
        assert_eq!(of_first(scope(PUBLIC).at(then), &[]).await, (vec![], Some(0)));
        assert_eq!(of_first(scope(OFFICE).at(then), &[]).await, (vec![2, 3], Some(2)));
        let all: Vec<i64> = (1..=7).collect();
        let known = async |scope: Scope| {
            let found = page::by_ids::<received::Model>(db, &all, &scope).await.expect("rows");
            let mut found: Vec<(i64, bool)> = found.iter().map(|(id, row)| (*id, row.removed_on.is_some())).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(known(scope(PUBLIC)).await, [(1, false), (4, false), (6, false), (7, false)]);
        let of_office = known(scope(OFFICE)).await;
        assert_eq!((of_office.len(), of_office[2]), (7, (3, true)));
        assert_eq!(known(scope(OFFICE).at(then)).await, [(2, false), (3, false)]);
        // The last public day is one of them.
        let tomorrow = Scope::now(day("2025-07-01"));
        assert_eq!(known(tomorrow).await, [(1, false), (6, false), (7, false)]);
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed_counted_and_paged() {
    on_each_engine(async |db| {
        filled(db).await;
        let all = |kind| Filter {
            kind,
            uscc: None,
            name_contains: None,
            authority_contains: None,
            province: None,
            decided_on: (None, None),
            states: Vec::new(),
        };
        let penalties = || all(CrossRegionKind::Penalty);
        let found = async |filter: Filter, audience| {
            let page = cross_region::page(db, &filter, &window(10), &scope(audience)).await.expect("a page");
            let count = cross_region::count(db, &filter, &scope(audience)).await.expect("a number");
            assert_eq!(count, page.rows.len() as u64, "{filter:?}");
            ids(&page)
        };
        assert_eq!(found(penalties(), PUBLIC).await, [7, 1]);
        assert_eq!(found(penalties(), OFFICE).await, [7, 1, 2]);
        let henan = RegionCode::new(410_000);
        assert_eq!(found(Filter { province: henan, ..penalties() }, OFFICE).await, [2]);
        let part = Some("第7商贸".to_owned());
        assert_eq!(found(Filter { name_contains: part, ..penalties() }, OFFICE).await, [7]);
        let elsewhere = Some("武汉市".to_owned());
        assert_eq!(found(Filter { authority_contains: elsewhere, ..penalties() }, OFFICE).await, [0; 0]);
        let here = Some("金水区".to_owned());
        assert_eq!(found(Filter { authority_contains: here, ..penalties() }, OFFICE).await, [7, 1, 2]);
        let year = (Some(day("2024-01-01")), Some(day("2024-12-31")));
        assert_eq!(found(Filter { decided_on: year, ..penalties() }, OFFICE).await, [1]);
        let first = indexing::enterprises(db, 0, 1, 1).await.expect("rows").remove(0);
        assert_eq!(found(Filter { uscc: Some(first.uscc), ..penalties() }, OFFICE).await, [1, 2]);
        let cases =
            |states: &[OffsiteCaseState]| Filter { states: states.to_vec(), ..all(CrossRegionKind::OffsiteCase) };
        assert_eq!(found(cases(&[]), OFFICE).await, [5]);
        assert_eq!(found(cases(&[OffsiteCaseState::Received, OffsiteCaseState::Sent]), OFFICE).await, [5]);
        assert_eq!(found(cases(&[OffsiteCaseState::Answered]), OFFICE).await, [0; 0]);
        assert_eq!(found(cases(&[]), PUBLIC).await, [0; 0]);

        let one = cross_region::page(db, &penalties(), &window(1), &scope(OFFICE)).await.expect("a page");
        assert_eq!((ids(&one), one.has_next), (vec![7], true));
        let after = one.rows.first().map(|row| page::Child::position(row.as_ref()));
        let rest = Window { after, ..window(5) };
        let rest = cross_region::page(db, &penalties(), &rest, &scope(OFFICE)).await.expect("a page");
        assert_eq!((ids(&rest), rest.has_next, rest.has_previous), (vec![1, 2], false, true));
    })
    .await;
}

/// Every record of a family has its party beside it.
async fn whole<R: Indexed<Beside = Party>>(db: &Database) {
    let (rows, last) = indexing::extent(db, R::TABLE).await.expect("an extent");
    let found = indexing::records::<R>(db, 0, last, 100_000).await.expect("rows");
    assert_eq!(found.len() as u64, rows, "{}", R::TABLE);
    assert!(rows > 0, "{} is empty", R::TABLE);
    let half = indexing::records_of::<R>(db, 1, 200).await.expect("rows");
    let rest = indexing::records_of::<R>(db, 201, 400).await.expect("rows");
    assert_eq!(half.len() + rest.len(), found.len(), "{}", R::TABLE);
    for (_, party) in &found {
        assert!(party.industry_code.len() == 4 && party.authority.ends_with('局'), "{party:?}");
        assert!(Uscc::parse(&party.uscc).is_ok() && party.industry_section.len() == 1, "{party:?}");
    }
}

#[tokio::test]
async fn the_index_is_given_every_family_with_its_parties() {
    on_each_engine(async |db| {
        filled(db).await;
        whole::<credit::licence::Model>(db).await;
        whole::<credit::inspection::Model>(db).await;
        whole::<credit::penalty::Model>(db).await;
        whole::<credit::abnormal_listing::Model>(db).await;
        whole::<credit::serious_violation::Model>(db).await;
        whole::<credit::repair::Model>(db).await;
        whole::<entities::notices::notice::Model>(db).await;
        let all = indexing::records::<received::Model>(db, 0, 7, 100).await.expect("rows");
        let parties: Vec<(i64, bool)> = all.iter().map(|(row, party)| (row.id, party.is_some())).collect();
        let expected = [(1, true), (2, true), (3, true), (4, true), (5, true), (6, false), (7, false)];
        assert_eq!(parties, expected);
        let of_first = indexing::records_of::<received::Model>(db, 1, 1).await.expect("rows");
        assert_eq!(of_first.len(), 5);
        let named = indexing::records_by_ids::<received::Model>(db, &[5, 7, 99]).await.expect("rows");
        let mut authorities: Vec<(i64, Option<&str>)> =
            named.iter().map(|(row, party)| (row.id, party.as_ref().map(|party| party.authority.as_str()))).collect();
        authorities.sort_unstable();
        assert_eq!(authorities, [(5, Some("河南省郑州市金水区市场监督管理局")), (7, None)]);
    })
    .await;
}

#[tokio::test]
async fn an_event_tells_enterprises_of_their_own_records() {
    on_each_engine(async |db| {
        filled(db).await;
        let event = Recorded {
            sequence: 9,
            family: received::Model::TABLE.to_owned(),
            act: "UPSERT".to_owned(),
            first_id: 4,
            last_id: 7,
        };
        let told = async |only| {
            let changes = changes::of_event(db, &event, only).await.expect("changes");
            changes.iter().map(|change| (change.id, change.enterprise)).collect::<Vec<_>>()
        };
        assert_eq!(told(None).await, [(4, 1), (5, 1)]);
        assert_eq!(told(Some(1)).await, [(4, 1), (5, 1)]);
        assert!(told(Some(2)).await.is_empty());
    })
    .await;
}
