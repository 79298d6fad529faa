//! 导出 A job that was broken off is begun anew, a file is its owner's for a week, and limits come first; with
//! the clock in hand.

use chrono::{NaiveDate, TimeDelta};
use entities::jobs::{self, job};
use entities::scope::Audience;
use entities::{Database, exports};
use futures::TryStreamExt;
use rules::access::Role;
use serde_json::json;
use services::access::sha256_hex;
use services::command::power::ExportSearch;
use services::command::{Caller, Refused, UserError};
use services::export::download::{Asked as Wished, Export, find};
use services::export::expiry::remove_expired;
use services::export::{Asked, Format, KEPT, start};
use services::index::{Index, Sight};
use services::jobs::{Means, all_waiting};
use services::ports::Clock;
use tokio_util::sync::CancellationToken;

use crate::searches::{caller, now, question, read_filter, register};
use crate::store::{desk, on_each_engine};

/// What is found often in a generated register.
const QUERY: &str = "食品";
/// Everything, on the day on which the clock stands still.
const SIGHT: Sight = Sight::Everything { today: NaiveDate::from_ymd_opt(2027, 1, 15).expect("a day") };

fn asked(purpose: &str, most: usize, daily: usize) -> Asked {
    let question = question(QUERY, json!({ "families": ["PENALTY"] }));
    Asked { question, format: Format::Csv, purpose: purpose.to_owned(), audience: Audience::Office, most, daily }
}

async fn begun(db: &Database, index: &Index, owner: &Caller) -> job::Model {
    let permit = owner.may::<ExportSearch>().expect("a permit");
    start(db, index, &permit, asked("专项检查选取对象", 10_000, 9)).await.expect("a job")
}

fn means(db: &Database, index: &Index) -> Means {
    Means { db: db.clone(), filing: desk(db), index: index.clone(), read_filter }
}

/// The file, if it may be given.
async fn given(db: &Database, caller: &Caller, job: i64) -> Export {
    match find(db, caller, job).await.expect("an answer") {
        Some(Wished::Given(export)) => export,
        other => panic!("it is not given: {other:?}"),
    }
}

fn later(caller: &Caller, by: TimeDelta) -> Caller {
    Caller { now: caller.now + by, ..caller.clone() }
}

#[tokio::test]
async fn a_job_whose_process_was_killed_is_begun_anew() {
    on_each_engine(async |db| {
        let (index, _folder) = register(db).await;
        let owner = caller(db, "wangfang", Role::Analyst).await;
        let job = begun(db, &index, &owner).await;
        let silence = TimeDelta::seconds(30);
        // A process takes it, writes a part and is heard of no more.
        let taken = jobs::take(db, now(), silence).await.expect("an answer").expect("the job");
        exports::add_part(db, (job.id, taken.attempt, 0), b"half of a file".to_vec()).await.expect("a part");
        assert_eq!(jobs::take(db, now() + silence, silence).await.expect("an answer"), None, "it may still live");
        let clock = Clock::Fixed(now() + silence + TimeDelta::seconds(1));
        all_waiting(&means(db, &index), clock, &CancellationToken::new()).await.expect("the job is done");
        let done = jobs::by_id(db, job.id).await.expect("an answer").expect("the job");
        assert_eq!((done.status.as_str(), done.attempt), ("DONE", 2), "{:?}: {:?}", db.backend(), done.error);
        let gone = exports::part(db, (job.id, taken.attempt, 0)).await.expect("an answer");
        assert_eq!(gone, None, "nothing of the first attempt is left");
        // The first process only slept: nobody hears it.
        let said = jobs::progress(db, &taken, ("读取", 1, None), owner.now).await;
        assert!(!said.expect("an answer"), "{:?}", db.backend());
        jobs::finish(db, &taken, Err("慢".to_owned()), owner.now).await.expect("an answer");
        let export = given(db, &later(&owner, silence), job.id).await;
        let file: Vec<Vec<u8>> = export.parts(db.clone()).try_collect().await.expect("a file");
        let text = String::from_utf8(file.concat()).expect("UTF-8");
        assert_eq!((sha256_hex(&text), text.len() as u64), (export.sha256.clone(), export.bytes));
        let total = question(QUERY, json!({ "families": ["PENALTY"] })).count(&index, SIGHT).await.expect("a total");
        assert!(total > 5 && export.rows == total, "{:?}: {} of {total}", db.backend(), export.rows);
        assert_eq!(text.lines().filter(|line| line.starts_with("行政处罚,")).count() as u64, total);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_its_owners_for_a_week() {
    on_each_engine(async |db| {
        let (index, _folder) = register(db).await;
        let owner = caller(db, "wangfang", Role::Analyst).await;
        let job = begun(db, &index, &owner).await;
        assert!(matches!(find(db, &owner, job.id).await, Ok(Some(Wished::NotThere))));
        let clock = Clock::Fixed(now());
        all_waiting(&means(db, &index), clock, &CancellationToken::new()).await.expect("the job is done");
        given(db, &owner, job.id).await;
        for (login, role) in [("liming", Role::Analyst), ("zhaomin", Role::AuditAdministrator)] {
            let other = caller(db, login, role).await;
            assert!(matches!(find(db, &other, job.id).await, Ok(None)), "{:?} {login}", db.backend());
        }
        let stranger = Caller::anonymous(owner.source.clone(), now());
        assert!(matches!(find(db, &stranger, job.id).await, Ok(None)));
        let second = TimeDelta::seconds(1);
        assert_eq!(remove_expired(db, now() + KEPT - second).await.expect("an answer"), 0);
        given(db, &later(&owner, KEPT - second), job.id).await;
        assert!(matches!(find(db, &later(&owner, KEPT), job.id).await, Ok(Some(Wished::Expired))));
        assert_eq!(remove_expired(db, now() + KEPT).await.expect("an answer"), 1, "{:?}", db.backend());
        assert_eq!(exports::part(db, (job.id, 1, 0)).await.expect("an answer"), None);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_too_often_or_for_nothing_is_refused_before_any_work() {
    on_each_engine(async |db| {
        let (index, _folder) = register(db).await;
        let owner = caller(db, "wangfang", Role::Clerk).await;
        let permit = owner.may::<ExportSearch>().expect("a permit");
        let refused = async |asked: Asked| -> UserError {
            match start(db, &index, &permit, asked).await {
                Err(Refused::Inputs(mut errors)) => errors.remove(0),
                other => panic!("it is not refused: {other:?}"),
            }
        };
        let total = question(QUERY, json!({ "families": ["PENALTY"] })).count(&index, SIGHT).await.expect("a total");
        let large = refused(asked("专项检查选取对象", usize::try_from(total).expect("few") - 1, 9)).await;
        assert_eq!(large.code, "TOO_MANY_ROWS");
        assert!(large.message.contains(&total.to_string()) && large.message.contains(&(total - 1).to_string()));
        assert_eq!(refused(asked("查", 10_000, 9)).await.code, "INVALID_PURPOSE");
        let nothing = Asked { question: question("（）", json!({})), ..asked("专项检查选取对象", 10_000, 9) };
        assert_eq!(refused(nothing).await.code, "SEARCH_QUERY_EMPTY");
        assert_eq!(jobs::take(db, now(), TimeDelta::seconds(30)).await.expect("an answer"), None, "nothing waits");
        begun(db, &index, &owner).await;
        assert_eq!(refused(asked("专项检查选取对象", 10_000, 1)).await.code, "TOO_OFTEN", "{:?}", db.backend());
        let liaison = caller(db, "liming", Role::Liaison).await;
        assert!(liaison.may::<ExportSearch>().is_err());
    })
    .await;
}
