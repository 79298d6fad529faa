//! 会话 How long a session lives, and how soon a change of rights is in force, with the clock in hand.

mod passwords;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::Database;
use rules::access::{Act, ApiScope, Role};
use rules::region::RegionCode;
use services::access::clients::{self, Clients, NewClient, Quota};
use services::access::sessions::{IDLE, LONGEST, Sessions};
use services::access::sign_in::sign_in;
use services::access::users::{NewGrant, NewUser, create_as, grant_as};
use services::command::power::{FollowChanges, ManageClients};
use services::command::{Caller, Refused};

use crate::store::on_each_engine;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
}

fn source() -> Arc<str> {
    Arc::from("192.0.2.1")
}

fn stranger(now: DateTime<Utc>) -> Caller {
    Caller::anonymous(source(), now)
}

fn province() -> RegionCode {
    RegionCode::new(610_000).expect("a province")
}

/// An account without an office, its id and the token of its session.
async fn signed_in(db: &Database, sessions: &Sessions, login: &str) -> (i64, String) {
    let new = NewUser { login: login.to_owned(), name: "王芳".to_owned() };
    let (user, password) = create_as(db, &stranger(start()), new).await.expect("an account");
    let session = sign_in(db, sessions, &stranger(start()), login, password).await.expect("a session");
    (user.id, session.token)
}

async fn lives(db: &Database, sessions: &Sessions, token: &str, now: DateTime<Utc>) -> bool {
    sessions.caller(db, token, &source(), now).await.expect("an answer").is_some()
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_after_eight_hours_in_any_case() {
    on_each_engine(async |db| {
        let sessions = Sessions::default();
        let (_, token) = signed_in(db, &sessions, "wangfang").await;
        assert!(!lives(db, &sessions, "another", start()).await);
        // Used every twenty minutes, at two processes in turn, until the eighth hour.
        let other = Sessions::default();
        let mut now = start();
        while now + TimeDelta::minutes(20) < start() + LONGEST {
            now += TimeDelta::minutes(20);
            let here = if now.timestamp() / 1_200 % 2 == 0 { &sessions } else { &other };
            assert!(lives(db, here, &token, now).await, "{:?}: {}", db.backend(), now - start());
        }
        assert!(!lives(db, &sessions, &token, start() + LONGEST).await, "{:?}", db.backend());
        let (_, idle) = signed_in(db, &sessions, "liming").await;
        assert!(lives(db, &sessions, &idle, start() + IDLE - TimeDelta::seconds(1)).await);
        let (_, idle) = signed_in(db, &sessions, "zhaomin").await;
        assert!(!lives(db, &sessions, &idle, start() + IDLE).await, "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn a_role_is_in_force_at_every_process_within_a_minute() {
    on_each_engine(async |db| {
        let (here, there) = (Sessions::default(), Sessions::default());
        let (user, token) = signed_in(db, &here, "wangfang").await;
        let acts = async |sessions: &Sessions, seconds: i64| {
            let now = start() + TimeDelta::seconds(seconds);
            let caller = sessions.caller(db, &token, &source(), now).await.expect("an answer").expect("a session");
            caller.viewer.acts()
        };
        assert!(acts(&there, 1).await.contains(Act::ManageAccount));
        let clerk = NewGrant { user, role: Role::Clerk, region: province(), enterprise: None };
        grant_as(db, &here, &stranger(start()), clerk).await.expect("a role");
        // An office needs a second factor, which this session has not shown: it loses what it had.
        assert!(!acts(&here, 2).await.contains(Act::ManageAccount), "{:?}", db.backend());
        assert!(!acts(&there, 59).await.contains(Act::ManageAccount), "{:?}", db.backend());
        let system = NewGrant { user, role: Role::SystemAdministrator, region: province(), enterprise: None };
        let refused = grant_as(db, &here, &stranger(start()), system).await;
        assert!(matches!(refused, Err(Refused::Inputs(errors)) if errors[0].code == "ROLE_CONFLICT"));
    })
    .await;
}

#[tokio::test]
async fn an_old_key_holds_for_a_day_beside_the_new_one() {
    on_each_engine(async |db| {
        let keys = Clients::default();
        let admin = Caller {
            viewer: Arc::new(rules::access::Viewer::user(
                1,
                vec![rules::access::Grant { role: Role::SecurityAdministrator, region: province(), enterprise: None }],
                rules::access::Assurance::FULL,
            )),
            ..stranger(start())
        };
        let permit = admin.may::<ManageClients>().expect("a permit");
        let new = NewClient {
            name: "税务局".to_owned(),
            region: province(),
            quota: Quota::USUAL,
            only_trusted: false,
            only_signed: false,
            scopes: vec![ApiScope::Checks],
        };
        let (client, old) = clients::create(db, &permit, new).await.expect("a client");
        let (_, new) = clients::rotate(db, &keys, &permit, client.id).await.expect("a key");
        let holds = async |key: &str, hours: i64| {
            let now = start() + TimeDelta::hours(hours);
            keys.client(db, key, &source(), now).await.expect("an answer").is_some()
        };
        assert!(holds(&old, 23).await && holds(&new, 23).await);
        assert!(!holds(&old, 24).await && holds(&new, 24).await, "{:?}", db.backend());
        assert!(!holds(&new, 24 * 365).await, "a year is the longest");
        assert!(!holds(&format!("{}x", &new[..new.len() - 1]), 1).await);
        let met = keys.client(db, &new, &source(), start()).await.expect("an answer").expect("a client");
        let acts = met.caller.viewer.acts();
        assert!(acts.contains(Act::CheckCredit) && !acts.contains(Act::FollowChanges), "{:?}", db.backend());
        let refused = met.caller.may::<FollowChanges>().err().map(|error| error.code);
        assert_eq!(refused, Some("SCOPE_DENIED"), "{:?}", db.backend());
    })
    .await;
}
