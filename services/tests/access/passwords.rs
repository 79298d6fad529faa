//! 口令 Failed tries, passwords that expire or come twice, accounts that nobody uses, with the clock in hand
//! (GB/T 22239-2019 8.1.4.1 a and b, 8.1.4.2 c).

use chrono::{DateTime, TimeDelta, Utc};
use entities::Database;
use entities::access::user_by_id;
use rules::access::{Act, Role};
use services::access::passwords::change_password;
use services::access::sessions::Sessions;
use services::access::sign_in::{bind_second_factor, show_second_factor, sign_in};
use services::access::unused::disable_unused;
use services::access::users::{NewGrant, NewUser, create_as, enable, grant_as};
use services::command::power::{
    ExportReports, ExportSearch, ManageAccount, ManageSession, ManageUsers, RevealFields, SuperviseReports,
};
use services::command::{Caller, Done, Refused};
use totp_rs::{Algorithm, Secret, TOTP};

use super::{province, source, start, stranger};
use crate::store::on_each_engine;

const OWN: &str = "Weihe-pingyuan-7294";

fn at(seconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::seconds(seconds)
}

fn day(days: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(days)
}

/// The code of the first refusal, or `OK`.
fn told<T>(done: Done<T>) -> (&'static str, Option<i64>) {
    match done {
        Ok(_) => ("OK", None),
        Err(Refused::Inputs(errors)) => errors.first().map_or(("", None), |error| (error.code, error.retry_after)),
        Err(Refused::Database(error)) => panic!("{error}"),
    }
}

async fn account(db: &Database, login: &str) -> (i64, String) {
    let new = NewUser { login: login.to_owned(), name: "王芳".to_owned() };
    let (user, password) = create_as(db, &stranger(start()), new).await.expect("an account");
    (user.id, password)
}

async fn tries(db: &Database, login: &str, password: &str, now: DateTime<Utc>) -> (&'static str, Option<i64>) {
    told(sign_in(db, &Sessions::default(), &stranger(now), login, password.to_owned()).await)
}

async fn caller(db: &Database, token: &str, now: DateTime<Utc>) -> Caller {
    let sessions = Sessions::default();
    sessions.caller(db, token, &source(), now).await.expect("an answer").expect("a session")
}

/// Signs in and changes the password.
async fn changes(db: &Database, login: &str, old: &str, new: &str, now: DateTime<Utc>) -> &'static str {
    let sessions = Sessions::default();
    let signed_in = sign_in(db, &sessions, &stranger(now), login, old.to_owned()).await.expect("a session");
    let caller = caller(db, &signed_in.token, now).await;
    let permit = caller.may::<ManageAccount>().expect("a permit");
    told(change_password(db, &sessions, &permit, old.to_owned(), new.to_owned()).await).0
}

#[tokio::test]
async fn failed_tries_wait_longer_each_time_and_the_fifth_locks() {
    on_each_engine(async |db| {
        let (_, password) = account(db, "wangfang").await;
        // Nothing tells an account from a name that nobody has.
        for login in ["wangfang", "nobody"] {
            let mut answers = Vec::new();
            for seconds in [0, 0, 2, 6, 14, 15] {
                answers.push(tries(db, login, "wrong", at(seconds)).await);
            }
            let expected = [
                ("SIGN_IN_FAILED", None),
                ("SIGN_IN_FAILED", Some(2)),
                ("SIGN_IN_FAILED", Some(4)),
                ("SIGN_IN_FAILED", Some(8)),
                ("LOCKED", Some(900)),
                ("LOCKED", Some(899)),
            ];
            assert_eq!(answers, expected, "{:?} {login}", db.backend());
        }
        let mut hasty = Vec::new();
        for _ in 0..6 {
            hasty.push(tries(db, "hasty", "wrong", at(0)).await);
        }
        let expected = [
            ("SIGN_IN_FAILED", None),
            ("SIGN_IN_FAILED", Some(2)),
            ("TOO_SOON", Some(2)),
            ("TOO_SOON", Some(4)),
            ("LOCKED", Some(900)),
            ("LOCKED", Some(900)),
        ];
        assert_eq!(hasty, expected, "{:?}: those who do not wait are locked all the same", db.backend());
        assert_eq!(tries(db, "wangfang", &password, at(14 + 899)).await.0, "LOCKED", "even with the right password");
        let elsewhere = Caller::anonymous("192.0.2.9".into(), at(20));
        let there = sign_in(db, &Sessions::default(), &elsewhere, "wangfang", password.clone()).await;
        assert_eq!(told(there).0, "OK", "another address is not locked");
        assert_eq!(tries(db, "wangfang", &password, at(14 + 900)).await.0, "OK", "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn many_tries_at_once_are_no_more_than_one_after_another() {
    on_each_engine(async |db| {
        account(db, "wangfang").await;
        let all = futures::future::join_all((0..12).map(|_| tries(db, "wangfang", "wrong", start()))).await;
        let looked_at = all.iter().filter(|(code, _)| *code == "SIGN_IN_FAILED").count();
        assert_eq!(looked_at, 2, "{:?}: {all:?}", db.backend());
        assert!(all.iter().all(|(code, _)| ["SIGN_IN_FAILED", "TOO_SOON", "LOCKED"].contains(code)));
        assert_eq!(tries(db, "wangfang", "wrong", start()).await.0, "LOCKED", "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn none_of_the_last_five_passwords_is_taken_again() {
    on_each_engine(async |db| {
        let (_, first) = account(db, "wangfang").await;
        assert_eq!(changes(db, "wangfang", &first, "short", start()).await, "WEAK_PASSWORD");
        let own: Vec<String> = (1..=6).map(|n| format!("{OWN}{n}")).collect();
        assert_eq!(changes(db, "wangfang", &first, &own[0], start()).await, "OK");
        for pair in own[..5].windows(2) {
            assert_eq!(changes(db, "wangfang", &pair[0], &pair[1], start()).await, "OK");
        }
        for used in &own[..5] {
            let code = changes(db, "wangfang", &own[4], used, start()).await;
            assert_eq!(code, "PASSWORD_REUSED", "{:?} {used}", db.backend());
        }
        assert_eq!(changes(db, "wangfang", &own[4], &own[5], start()).await, "OK");
        assert_eq!(changes(db, "wangfang", &own[5], &own[0], start()).await, "OK", "the sixth before is forgotten");
    })
    .await;
}

fn code(secret: &str, now: DateTime<Utc>) -> String {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes().expect("base 32");
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, bytes, None, "any".to_owned()).expect("a generator");
    totp.generate(now.timestamp().unsigned_abs())
}

#[tokio::test]
async fn staff_change_a_password_of_ninety_days_before_anything_else() {
    on_each_engine(async |db| {
        let (user, first) = account(db, "clerk").await;
        let grant = NewGrant { user, role: Role::Clerk, region: province(), enterprise: None };
        grant_as(db, &Sessions::default(), &stranger(start()), grant).await.expect("a role");
        let enter = async |password: &str, secret: &mut Option<String>, now: DateTime<Utc>| {
            let sessions = Sessions::default();
            let half = sign_in(db, &sessions, &stranger(now), "clerk", password.to_owned()).await.expect("a session");
            let half = caller(db, &half.token, now).await;
            let permit = half.may::<ManageSession>().expect("a permit");
            if secret.is_none() {
                *secret = Some(bind_second_factor(db, &permit).await.expect("a secret").0);
            }
            let shown = code(secret.as_deref().expect("a secret"), now);
            show_second_factor(db, &sessions, &permit, &shown).await.expect("both factors")
        };
        let mut secret = None;
        let entered = enter(&first, &mut secret, start()).await;
        assert!(entered.must_change_password && !entered.caller.viewer.acts().contains(Act::RevealFields));
        let permit = entered.caller.may::<ManageAccount>().expect("a permit");
        change_password(db, &Sessions::default(), &permit, first, OWN.to_owned()).await.expect("a change");
        assert!(caller(db, &entered.token, at(1)).await.viewer.acts().contains(Act::RevealFields), "at once");

        let on_time = enter(OWN, &mut secret, day(89)).await;
        assert!(!on_time.must_change_password && on_time.caller.viewer.acts().contains(Act::RevealFields));
        let late = enter(OWN, &mut secret, day(90)).await;
        assert!(late.must_change_password && !late.caller.viewer.acts().contains(Act::RevealFields));
        assert_eq!(late.caller.may::<ManageUsers>().err().map(|error| error.code), Some("NOT_PERMITTED"));
        let permit = late.caller.may::<ManageAccount>().expect("a permit");
        let new = format!("{OWN}x");
        change_password(db, &Sessions::default(), &permit, OWN.to_owned(), new).await.expect("a change");
        assert!(caller(db, &late.token, day(90)).await.viewer.acts().contains(Act::RevealFields), "{:?}", db.backend());
    })
    .await;
}

/// ACCESS-6.
#[tokio::test]
async fn what_is_most_sensitive_asks_for_the_second_factor_again_after_half_an_hour() {
    on_each_engine(async |db| {
        let sessions = Sessions::default();
        let (user, first) = account(db, "clerk").await;
        let grant = NewGrant { user, role: Role::Clerk, region: province(), enterprise: None };
        grant_as(db, &sessions, &stranger(start()), grant).await.expect("a role");
        let half = sign_in(db, &sessions, &stranger(start()), "clerk", first.clone()).await.expect("a session");
        let half = caller(db, &half.token, start()).await;
        let permit = half.may::<ManageSession>().expect("a permit");
        let (secret, _) = bind_second_factor(db, &permit).await.expect("a secret");
        let shown = code(&secret, start());
        let entered = show_second_factor(db, &sessions, &permit, &shown).await.expect("both factors");
        let permit = entered.caller.may::<ManageAccount>().expect("a permit");
        change_password(db, &sessions, &permit, first, OWN.to_owned()).await.expect("a change");

        let refused = |caller: &Caller| caller.may::<RevealFields>().err().map(|error| error.code);
        let minutes = |minutes: i64| start() + TimeDelta::minutes(minutes);
        // Somebody works on meanwhile: the session is alive, only what is sensitive waits.
        let during = caller(db, &entered.token, minutes(29)).await;
        assert_eq!(refused(&during), None, "{:?}", db.backend());
        let later = caller(db, &entered.token, minutes(31)).await;
        assert_eq!(refused(&later), Some("STEP_UP_REQUIRED"), "{:?}", db.backend());
        assert_eq!(later.may::<ExportSearch>().err().map(|error| error.code), Some("STEP_UP_REQUIRED"));
        assert_eq!(later.may::<ExportReports>().err().map(|error| error.code), Some("STEP_UP_REQUIRED"));
        assert!(later.may::<SuperviseReports>().is_ok(), "{:?}: everything else goes on", db.backend());

        let permit = later.may::<ManageSession>().expect("a permit");
        let shown = code(&secret, minutes(31));
        let again = show_second_factor(db, &sessions, &permit, &shown).await.expect("the factor again");
        let fresh = caller(db, &again.token, minutes(32)).await;
        assert_eq!(refused(&fresh), None, "{:?}", db.backend());
        let longer = Sessions::new(TimeDelta::hours(2));
        let patient = longer.caller(db, &again.token, &source(), minutes(62)).await.expect("an answer");
        assert_eq!(patient.as_ref().and_then(refused), None, "{:?}: as it is set", db.backend());
    })
    .await;
}

#[tokio::test]
async fn an_account_that_nobody_uses_is_disabled_until_it_is_enabled_again() {
    on_each_engine(async |db| {
        let (back, password) = account(db, "back").await;
        let (gone, _) = account(db, "gone").await;
        let (used, its) = account(db, "used").await;
        assert_eq!(tries(db, "used", &its, day(10)).await.0, "OK");
        let is_disabled =
            async |id: i64| user_by_id(db, id).await.expect("rows").expect("a user").disabled_at.is_some();
        assert_eq!(disable_unused(db, day(90) - TimeDelta::seconds(1)).await.expect("a number"), 0);
        // Whoever comes back finds out like anybody with a wrong password.
        assert_eq!(tries(db, "back", &password, day(90)).await.0, "SIGN_IN_FAILED", "{:?}", db.backend());
        assert!(is_disabled(back).await && is_disabled(gone).await && !is_disabled(used).await);
        assert_eq!(disable_unused(db, day(100)).await.expect("a number"), 1, "the one that was used on day 10");
        let trail =
            entities::audit::newest(db, &entities::audit::Filter::default(), i64::MAX, 20).await.expect("entries");
        let unused = trail.iter().filter(|entry| entry.act == "DISABLE_USER" && entry.detail["reason"] == "UNUSED");
        assert_eq!(unused.count(), 3, "{trail:?}");
        let admin = Caller {
            viewer: std::sync::Arc::new(rules::access::Viewer::user(
                1,
                vec![rules::access::Grant { role: Role::SystemAdministrator, region: province(), enterprise: None }],
                rules::access::Assurance::FULL,
            )),
            ..stranger(day(101))
        };
        let permit = admin.may::<ManageUsers>().expect("a permit");
        enable(db, &permit, back).await.expect("an account");
        assert_eq!(told(enable(db, &permit, back).await).0, "NOT_DISABLED");
        assert_eq!(tries(db, "back", &password, day(190)).await.0, "OK", "its time begins anew");
    })
    .await;
}
