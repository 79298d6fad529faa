//! 第二检索引擎 Quickwit behind the port, against exchanges that were written down from its documentation: what is
//! asked of it, and that it finds what the index finds.

mod server;

use std::sync::Arc;

use chrono::NaiveDate;
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use search::{Document, EnterpriseDoc, Family, Party, Passage, Publicity, RecordDoc};
use services::index::port::{Change, SearchPort};
use services::index::quickwit::{Quickwit, Settings};
use services::index::{FacetNeeds, Index, Order, SearchError, SearchFilter, SearchRequest, Sight};

use self::server::{exchanges, serve};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");

fn region(code: u32) -> RegionCode {
    RegionCode::new(code).expect("a region")
}

fn enterprise() -> EnterpriseDoc {
    EnterpriseDoc {
        id: 7,
        party: Party {
            name: "西安诚邦商贸有限公司".to_owned(),
            uscc: "91610113MAC0DE0071".to_owned(),
            region: region(610_113),
            status: Some(EnterpriseStatus::Active),
            kind: Some(EnterpriseKind::LimitedCompany),
            industry_section: 'F',
            industry_code: "5211".to_owned(),
        },
        registration_number: Some("610113100012346".to_owned()),
        telephones: vec![1],
        former_names: Vec::new(),
        legal_representative: "王娜".to_owned(),
        key_persons: Vec::new(),
        registered_capital_fen: Some(100_000_000),
        established_on: NaiveDate::from_ymd_opt(2012, 5, 6),
        address: "雁塔区1号".to_owned(),
        business_scope: "食品销售".to_owned(),
        authority: "雁塔区市场监督管理局".to_owned(),
    }
}

fn penalty() -> RecordDoc {
    let of = enterprise();
    RecordDoc {
        family: Family::Penalty,
        id: 3,
        enterprise_id: of.id,
        party: of.party,
        number: "雁市监处罚〔2024〕3号".to_owned(),
        texts: vec![(Passage::Violation, "虚假宣传".to_owned())],
        ground: "广告".to_owned(),
        authority: of.authority,
        origin: region(610_000),
        amount_fen: Some(500_000),
        day: NaiveDate::from_ymd_opt(2024, 3, 5),
        publicity: Publicity::Until(TODAY),
    }
}

fn change() -> Change {
    let documents: Vec<Document> = vec![enterprise().into(), penalty().into()];
    Change { documents, removed: vec![(Family::Licence, 5)], sequence: 42 }
}

fn engine(url: String, shard_by_province: bool) -> Quickwit {
    let settings = Settings { url: Some(url), index: "xinyong".to_owned(), shard_by_province, ..Settings::default() };
    assert!(settings.faults().is_empty());
    Quickwit::new(&settings).expect("a client").expect("an address")
}

#[tokio::test]
async fn its_index_is_made_filled_and_cleared() {
    let (url, served) = serve(exchanges("writing.json")).await;
    let engine = engine(url, true);
    engine.prepare().await.expect("it is made");
    engine.prepare().await.expect("it is there");
    engine.clear().await.expect("it is empty");
    engine.apply(change()).await.expect("it is written");
    let refused = engine.apply(Change { removed: Vec::new(), ..change() }).await;
    assert!(matches!(&refused, Err(SearchError::Remote { reason }) if reason.contains("too many requests")));
    served.await.expect("each exchange took place");
}

/// The requests of `searching.json`, in their order.
fn requests() -> Vec<SearchRequest> {
    let (public, office) = (Sight::Public { today: TODAY }, Sight::Office { today: TODAY });
    let narrowed = SearchFilter {
        families: vec![Family::Penalty],
        regions: vec![region(610_100)],
        provinces: vec![region(610_000)],
        industries: vec!["F".to_owned(), "521".to_owned()],
        amount_fen: (Some(1), None),
        day: (NaiveDate::from_ymd_opt(2024, 1, 1), NaiveDate::from_ymd_opt(2024, 12, 31)),
        ..SearchFilter::default()
    };
    let needs = FacetNeeds { facts: true, years: true, grounds: true, ..FacetNeeds::default() };
    vec![
        SearchRequest::new("诚邦商贸", public, 10),
        SearchRequest { filter: narrowed, facets: needs, ..SearchRequest::new("虚假宣传 -红枣", office, 10) },
        SearchRequest { query: None, order: Order::Latest, ..SearchRequest::new("", public, 1) },
        SearchRequest::new("61011310001", Sight::Everything { today: TODAY }, 10),
    ]
}

#[tokio::test]
async fn it_finds_what_the_index_finds() {
    let folder = tempfile::TempDir::new().expect("a folder");
    search::Index::rebuild(folder.path(), 1).expect("a rebuild").finish(0).expect("an index");
    let own: Arc<dyn SearchPort> = Arc::new(Index::open(folder.path(), 1));
    own.apply(change()).await.expect("written");

    let (url, served) = serve(exchanges("searching.json")).await;
    let other: Arc<dyn SearchPort> = Arc::new(engine(url, false));
    for request in requests() {
        let (mine, theirs) = (own.search(request.clone()).await, other.search(request.clone()).await);
        let (mine, theirs) = (mine.expect("a page"), theirs.expect("a page"));
        let found = |page: &search::SearchPage| page.hits.iter().map(|hit| (hit.family, hit.id)).collect::<Vec<_>>();
        assert_eq!(found(&theirs), found(&mine), "{request:?}");
        assert_eq!((theirs.total, theirs.has_next), (mine.total, mine.has_next), "{request:?}");
        assert_eq!(theirs.facets, mine.facets, "{request:?}");
    }
    // The next page is counted on, a place of the index is none of Quickwit's.
    let first = own.search(requests().remove(2)).await.expect("a page");
    let foreign = SearchRequest { after: Some(first.hits[0].cursor), ..requests().remove(2) };
    assert!(matches!(other.search(foreign).await, Err(SearchError::Cursor)));
    let counted = SearchRequest { after: Some(search::Cursor::at_offset(1)), ..requests().remove(2) };
    assert_eq!(other.search(counted).await.expect("a page").hits[0].family, Family::Enterprise);
    // An answer of a part of the splits is none.
    let partial = other.search(SearchRequest::new("诚邦", Sight::Public { today: TODAY }, 10)).await;
    assert!(matches!(partial, Err(SearchError::Remote { .. })));
    served.await.expect("each exchange took place");
}
