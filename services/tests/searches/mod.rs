//! 保存的检索 New matches reach who keeps a search, live and after a break, with the index in hand.

mod codes;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::bulk::Session;
use entities::credit::penalty;
use entities::operations::Event;
use entities::saved_searches::{self, saved_search};
use entities::scope::Audience;
use entities::{Database, operations};
use futures::StreamExt;
use rules::access::{Assurance, Grant, Role, Viewer};
use rules::region::RegionCode;
use serde_json::{Value, json};
use services::access::users::{NewUser, create_as};
use services::command::power::SaveSearches;
use services::command::{Caller, Refused};
use services::generate::generate;
use services::index::{Family, Index, SearchFilter, rebuild};
use services::ports::{Clock, Silent};
use services::search::Question;
use services::search::saved::{self, Change, NewSearch};
use services::search::told::Matched;
use services::search::watch::Matches;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::store::on_each_engine;

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
}

/// Reads what these tests store: families alone.
pub fn read_filter(stored: &Value) -> Option<SearchFilter> {
    let families = serde_json::from_value::<Vec<Family>>(stored["families"].clone()).unwrap_or_default();
    Some(SearchFilter { families, ..SearchFilter::default() })
}

pub fn question(query: &str, stored: Value) -> Question {
    Question { query: query.to_owned(), filter: read_filter(&stored).expect("a filter"), stored }
}

/// A register of 300 enterprises with its index.
pub async fn register(db: &Database) -> (Index, TempDir) {
    let today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
    generate(db, 300, 7, today, &Silent).await.expect("a register");
    let folder = TempDir::new().expect("a folder");
    rebuild(db, folder.path(), 1, &Silent).await.expect("an index");
    (Index::open(folder.path(), 1), folder)
}

/// An account with this role that has shown everything.
pub async fn caller(db: &Database, login: &str, role: Role) -> Caller {
    let stranger = Caller::anonymous(Arc::from("192.0.2.1"), now());
    let new = NewUser { login: login.to_owned(), name: "王芳".to_owned() };
    let (user, _) = create_as(db, &stranger, new).await.expect("an account");
    let region = RegionCode::new(610_000).expect("a province");
    let grant = Grant { role, region, enterprise: None };
    let viewer = Arc::new(Viewer::user(user.id, vec![grant], Assurance::FULL));
    Caller { viewer, name: Arc::from(login), ..stranger }
}

fn new(name: &str, query: &str, filter: Value) -> NewSearch {
    NewSearch { name: name.to_owned(), question: question(query, filter), notify: true, most: 3 }
}

/// Writes penalties that tell of this, as one event.
async fn penalise(db: &Database, violation: &str, rows: i64) -> Vec<i64> {
    let mut session = Session::begin(db).await.expect("a session");
    let first = session.largest_id("penalties").await.expect("a key") + 1;
    let row = |id| penalty::Model {
        id,
        enterprise_id: 1,
        document_number: format!("测市监处罚〔2025〕{id}号"),
        category: "食品".to_owned(),
        violation: violation.to_owned(),
        legal_basis: "食品安全法".to_owned(),
        decision: "罚款".to_owned(),
        amount_fen: 10_000,
        authority_id: 1,
        decided_on: NaiveDate::from_ymd_opt(2025, 5, 1).expect("a day"),
        published_on: None,
        public_until: None,
        source_id: None,
        digest: 0,
    };
    let written: Vec<penalty::Model> = (first..first + rows).map(row).collect();
    session.insert(&written).await.expect("penalties");
    let event = Event {
        recorded_at: "2027-01-15T08:00:00Z".to_owned(),
        family: "penalties",
        act: "UPSERT",
        first_id: first,
        last_id: first + rows - 1,
    };
    session.insert(&[event]).await.expect("an event");
    session.commit().await.expect("a commit");
    (first..first + rows).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_match_is_told_once_live_and_after_a_break() {
    on_each_engine(async |db| {
        let (index, _folder) = register(db).await;
        let stop = CancellationToken::new();
        let follower = tokio::spawn(index.clone().follow(db.clone(), stop.clone()));
        let (desk, work) = Matches::open(db.clone(), index.clone(), read_filter, Clock::Fixed(now()), stop.clone());
        let work = tokio::spawn(work);
        let owner = caller(db, "wangfang", Role::Analyst).await;
        let permit = owner.may::<SaveSearches>().expect("a permit");
        let wanted = new("枸杞", "变质枸杞", json!({ "families": ["PENALTY"] }));
        let search = saved::save(db, &index, &permit, wanted).await.expect("a saved search");
        let mut live = Box::pin(desk.of(&search, None, Audience::Office));
        penalise(db, "销售过期饼干", 1).await;
        let one = penalise(db, "当事人销售变质枸杞", 2).await;
        let first = [live.next().await, live.next().await].map(|told| told.expect("a match").expect("no failure"));
        let records = first.clone().map(|told| told.record.map(|record| record.1));
        assert_eq!(records.to_vec(), one.iter().copied().map(Some).collect::<Vec<_>>(), "{:?}", db.backend());
        assert!(first[0].sequence < first[1].sequence, "a break between them misses neither");
        let other = penalise(db, "当事人销售变质枸杞", 1).await;
        let told = live.next().await.expect("a match").expect("no failure");
        assert_eq!(told.record, Some(("penalties", other[0])), "{:?}", db.backend());
        drop(live);
        // Whoever comes back with a position is told what followed, at any process.
        let (elsewhere, _) = Matches::open(db.clone(), index.clone(), read_filter, Clock::Fixed(now()), stop.clone());
        let again = Box::pin(elsewhere.of(&search, Some(first[1].sequence), Audience::Office)).next().await;
        assert_eq!(again.expect("a match").expect("no failure"), told, "{:?}", db.backend());
        // A load is told as one message; whoever comes back without a position goes on where it was told last.
        penalise(db, "当事人销售变质枸杞", 1_001).await;
        let search = stored(db, &owner, &search).await;
        let many = Box::pin(desk.of(&search, Some(told.sequence), Audience::Office)).next().await.expect("a message");
        let last = operations::last_sequence(db).await.expect("a position");
        assert_eq!(many.expect("no failure"), Matched { sequence: last, record: None }, "{:?}", db.backend());
        // A search that is gone tells nothing and ends.
        let mut ending = Box::pin(desk.of(&search, Some(last), Audience::Office));
        saved::delete(db, &permit, search.id).await.expect("it was there");
        penalise(db, "当事人销售变质枸杞", 1).await;
        assert!(ending.next().await.is_none(), "{:?}", db.backend());
        stop.cancel();
        follower.await.expect("the follower ends");
        work.await.expect("the desk closes");
    })
    .await;
}

async fn stored(db: &Database, owner: &Caller, search: &saved_search::Model) -> saved_search::Model {
    let user = owner.user().expect("an account");
    saved_searches::by_id(db, user, search.id).await.expect("an answer").expect("a saved search")
}

#[tokio::test]
async fn a_search_is_its_owners_by_one_name() {
    on_each_engine(async |db| {
        let (index, _folder) = register(db).await;
        let (owner, other) = (caller(db, "wangfang", Role::Clerk).await, caller(db, "liming", Role::Clerk).await);
        let (mine, theirs) = (owner.may::<SaveSearches>().expect("a permit"), other.may().expect("a permit"));
        let code = |refused: Result<_, Refused>| match refused {
            Err(Refused::Inputs(errors)) => errors[0].code,
            Err(Refused::Database(error)) => panic!("{error}"),
            Ok(_) => "",
        };
        let first = saved::save(db, &index, &mine, new(" 食品 ", "食品", json!({}))).await.expect("a saved search");
        assert_eq!((first.name.as_str(), first.notify), ("食品", 1));
        let again = saved::save(db, &index, &mine, new("食品", "药品", json!({}))).await;
        assert_eq!(code(again.map(drop)), "NAME_TAKEN", "{:?}", db.backend());
        assert_eq!(
            code(saved::save(db, &index, &mine, new("空", "（）", json!({}))).await.map(drop)),
            "SEARCH_QUERY_EMPTY"
        );
        assert_eq!(code(saved::save(db, &index, &mine, new("  ", "食品", json!({}))).await.map(drop)), "INVALID_NAME");
        let second = saved::save(db, &index, &mine, new("药品", "药品", json!({}))).await.expect("a saved search");
        saved::save(db, &index, &theirs, new("食品", "食品", json!({}))).await.expect("a name of one's own");
        let change = |name: Option<&str>, query: Option<&str>| Change {
            name: name.map(str::to_owned),
            query: query.map(str::to_owned),
            filter: None,
            notify: Some(false),
        };
        let renamed = saved::update(db, &index, read_filter, &mine, second.id, change(Some("食品"), None)).await;
        assert_eq!(code(renamed.map(drop)), "NAME_TAKEN", "{:?}", db.backend());
        let changed = saved::update(db, &index, read_filter, &mine, second.id, change(None, Some("药店"))).await;
        let changed = changed.expect("a saved search");
        assert_eq!((changed.name.as_str(), changed.query.as_str(), changed.notify), ("药品", "药店", 0));
        let foreign = saved::update(db, &index, read_filter, &theirs, first.id, change(Some("别人的"), None)).await;
        assert_eq!(code(foreign.map(drop)), "NOT_FOUND", "{:?}", db.backend());
        assert_eq!(code(saved::delete(db, &theirs, first.id).await.map(drop)), "NOT_FOUND");
        saved::save(db, &index, &mine, new("第三", "食品", json!({}))).await.expect("a saved search");
        let fourth = saved::save(db, &index, &mine, new("第四", "食品", json!({}))).await;
        assert_eq!(code(fourth.map(drop)), "TOO_MANY_SEARCHES", "{:?}", db.backend());
    })
    .await;
}
