//! 审计 The chain tells of every later change, and entries stand or fall with what they tell of.

use chrono::{DateTime, Utc};
use entities::Database;
use entities::bulk::Session;
use serde_json::json;
use services::audit::{Event, Fault, Outcome, Verdict, append, verify};
use services::audit_desk::AuditDesk;
use services::ports::Silent;

use crate::store::{on_each_engine, run};

fn event(number: i64) -> Event {
    Event {
        at: DateTime::<Utc>::from_timestamp(1_800_000_000 + number, 123_456_000).expect("an instant"),
        actor: format!("user:{number} 张三"),
        act: "TEST",
        subject: format!("对象{number}"),
        source: Some("127.0.0.1".to_owned()),
        outcome: Outcome::Done,
        detail: json!({ "b": number, "a": { "z": 1, "y": [null, true, "文"] } }),
    }
}

async fn recorded(db: &Database, numbers: std::ops::Range<i64>) {
    for number in numbers {
        let mut session = Session::begin(db).await.expect("a session");
        append(&mut session, &[event(number)]).await.expect("an entry");
        session.commit().await.expect("a commit");
    }
}

async fn verdict(db: &Database) -> Verdict {
    verify(db, &Silent).await.expect("a verdict")
}

#[tokio::test]
async fn every_change_of_the_log_is_found_at_its_first_entry() {
    let broken = |sequence, fault| Verdict::Broken { sequence, fault };
    let cases = [
        ("UPDATE audit_entries SET actor = 'user:9 李四' WHERE sequence = 4", broken(4, Fault::Changed)),
        ("UPDATE audit_entries SET detail = '{}' WHERE sequence = 2", broken(2, Fault::Changed)),
        ("UPDATE audit_entries SET outcome = NULL WHERE sequence = 6", broken(6, Fault::Changed)),
        ("UPDATE audit_entries SET hash = NULL WHERE sequence = 3", broken(3, Fault::Changed)),
        ("DELETE FROM audit_entries WHERE sequence = 5", broken(5, Fault::Missing)),
        ("DELETE FROM audit_entries WHERE sequence = 1", broken(1, Fault::Missing)),
        ("DELETE FROM audit_entries WHERE sequence = 7", broken(7, Fault::Missing)),
        ("DELETE FROM audit_entries", broken(1, Fault::Missing)),
        (
            "INSERT INTO audit_entries (sequence, recorded_at, actor, act, subject, detail) \
             VALUES (8, '2027-01-15T08:00:00Z', 'a', 'b', 'c', '{}')",
            broken(8, Fault::Added),
        ),
        ("UPDATE audit_heads SET last_sequence = 6", broken(6, Fault::Head)),
    ];
    for (change, expected) in cases {
        on_each_engine(async |db| {
            recorded(db, 1..8).await;
            assert!(matches!(verdict(db).await, Verdict::Whole(head) if (head.first, head.last) == (1, 7)));
            run(db, change).await;
            assert_eq!(verdict(db).await, expected, "{:?}: {change}", db.backend());
        })
        .await;
    }
}

/// Entries are read by the thousand.
#[tokio::test]
async fn a_long_log_is_whole_and_a_break_far_back_is_found() {
    on_each_engine(async |db| {
        let mut session = Session::begin(db).await.expect("a session");
        append(&mut session, &(1..2_501).map(event).collect::<Vec<_>>()).await.expect("entries");
        session.commit().await.expect("a commit");
        assert!(matches!(verdict(db).await, Verdict::Whole(head) if (head.first, head.last) == (1, 2_500)));
        run(db, "DELETE FROM audit_entries WHERE sequence = 2001").await;
        assert_eq!(verdict(db).await, Verdict::Broken { sequence: 2_001, fault: Fault::Missing });
    })
    .await;
}

#[tokio::test]
async fn entries_that_change_places_are_found() {
    on_each_engine(async |db| {
        recorded(db, 1..6).await;
        for (from, to) in [(2, 100), (4, 2), (100, 4)] {
            run(db, &format!("UPDATE audit_entries SET sequence = {to} WHERE sequence = {from}")).await;
        }
        assert_eq!(verdict(db).await, Verdict::Broken { sequence: 2, fault: Fault::Changed });
    })
    .await;
}

#[tokio::test]
async fn an_act_that_is_not_committed_leaves_no_entry() {
    on_each_engine(async |db| {
        recorded(db, 1..3).await;
        let mut session = Session::begin(db).await.expect("a session");
        append(&mut session, &[event(3)]).await.expect("an entry");
        drop(session);
        recorded(db, 4..5).await;
        assert!(matches!(verdict(db).await, Verdict::Whole(head) if head.last == 3));
    })
    .await;
}

/// Some of them do not commit, and what the process remembers of the head is wrong for whoever comes next.
#[tokio::test]
async fn acts_side_by_side_share_one_chain_whether_they_are_kept_or_not() {
    on_each_engine(async |db| {
        let acts = (0..60).map(|number| async move {
            let mut session = Session::begin(db).await.expect("a session");
            append(&mut session, &[event(number)]).await.expect("an entry");
            if number % 3 == 0 {
                session.rollback().await.expect("nothing is kept");
            } else {
                session.commit().await.expect("a commit");
            }
        });
        futures::future::join_all(acts).await;
        assert!(matches!(verdict(db).await, Verdict::Whole(head) if (head.first, head.last) == (1, 40)));
    })
    .await;
}

#[tokio::test]
async fn what_another_process_wrote_is_followed() {
    on_each_engine(async |db| {
        recorded(db, 1..4).await;
        // As after the entries of another process: the head is not the one that is remembered here.
        run(db, "UPDATE audit_heads SET last_sequence = 2, hash = (SELECT hash FROM audit_entries WHERE sequence = 2)")
            .await;
        run(db, "DELETE FROM audit_entries WHERE sequence = 3").await;
        recorded(db, 4..6).await;
        assert!(matches!(verdict(db).await, Verdict::Whole(head) if (head.first, head.last) == (1, 4)));
    })
    .await;
}

#[tokio::test]
async fn calls_that_come_at_once_share_one_chain() {
    on_each_engine(async |db| {
        let (desk, work) = AuditDesk::open(db.clone());
        let work = tokio::spawn(work);
        let calls = (0..200).map(|number| {
            let desk = desk.clone();
            async move { desk.record(event(number)).await }
        });
        assert!(futures::future::join_all(calls).await.into_iter().all(|kept| kept));
        drop(desk);
        work.await.expect("the desk closes");
        assert!(matches!(verdict(db).await, Verdict::Whole(head) if head.last == 200));
    })
    .await;
}
