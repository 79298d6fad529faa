//! 联络员 Registered and changed by codes, with the clock in hand: wrong ones, old ones, too many, and two at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use entities::enterprise::{find, registered};
use entities::guarded::Warrant;
use entities::liaison::{legal_phone_row, legal_phones_of};
use entities::page::Window;
use entities::{Database, Scope};
use exchange::sms::{Gateway, Message, Receipt, Sent, Unanswered};
use futures::future::BoxFuture;
use rules::liaison::LiaisonPurpose;
use rules::uscc::Uscc;
use sea_orm::{ConnectionTrait, Statement};
use services::access::liaison::{Registered, Registration, Request, Requested, register, request};
use services::access::sessions::Sessions;
use services::access::sign_in::sign_in;
use services::command::power::FileReports;
use services::command::{Caller, Done, Refused};
use services::generate::generate;
use services::messages::all_due;
use services::ports::{Clock, Silent};
use tokio_util::sync::CancellationToken;

use crate::store::on_each_engine;

const OWN: &str = "Weihe-pingyuan-7294";

/// Noon in Beijing.
pub fn noon() -> DateTime<Utc> {
    "2026-04-15T04:00:00Z".parse().expect("an instant")
}

fn at(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

/// A gateway that takes what it is told to take.
#[derive(Default)]
pub struct Played {
    /// What it was handed.
    pub sent: Mutex<Vec<Message>>,
    /// What it answers instead of taking the next ones.
    pub answers: Mutex<Vec<Sent>>,
    /// What it says of messages; of others that it delivered what it was handed.
    pub receipts: Mutex<HashMap<String, Receipt>>,
}

impl Played {
    /// How many messages it was handed.
    pub fn count(&self) -> usize {
        self.sent.lock().expect("the list").len()
    }
}

impl Gateway for Played {
    fn send<'a>(&'a self, message: &'a Message, _: DateTime<Utc>) -> BoxFuture<'a, Sent> {
        self.sent.lock().expect("the list").push(message.clone());
        let answer = self.answers.lock().expect("the answers").pop();
        Box::pin(std::future::ready(answer.unwrap_or(Sent::Accepted)))
    }

    fn receipts<'a>(&'a self, ids: &'a [String], _: DateTime<Utc>) -> BoxFuture<'a, Result<Vec<Receipt>, Unanswered>> {
        let (sent, receipts) = (self.sent.lock().expect("the list"), self.receipts.lock().expect("receipts"));
        let told = |id: &String| {
            let is_known = sent.iter().any(|message| message.id == *id);
            let usual = if is_known { Receipt::Delivered } else { Receipt::NeverTaken };
            receipts.get(id).cloned().unwrap_or(usual)
        };
        let told = ids.iter().map(told).collect();
        Box::pin(std::future::ready(Ok(told)))
    }
}

fn stranger(now: DateTime<Utc>, source: &str) -> Caller {
    Caller::anonymous(Arc::from(source), now)
}

/// The code of the first refusal, or `OK`.
fn told<T>(done: &Done<T>) -> &'static str {
    match done {
        Ok(_) => "OK",
        Err(Refused::Inputs(errors)) => errors.first().map_or("", |error| error.code),
        Err(Refused::Database(error)) => panic!("{error}"),
    }
}

/// 场地 A register, a gateway, and an enterprise with and one without a telephone of its legal representative.
struct Scene<'d> {
    db: &'d Database,
    gateway: Played,
    known: Arc<registered::Model>,
    without: Arc<registered::Model>,
    phone: String,
}

impl<'d> Scene<'d> {
    async fn new(db: &'d Database) -> Self {
        generate(db, 60, 7, noon().date_naive(), &Silent).await.expect("a register");
        let ids: Vec<i64> = (1..=60).collect();
        let phones = legal_phones_of(db, &ids).await.expect("rows");
        let mut rows: Vec<_> =
            find::by_ids(db, &ids, &Scope::now(noon().date_naive())).await.expect("rows").into_values().collect();
        rows.sort_by_key(|row| row.id);
        let open = |has: bool| rows.iter().find(|row| row.status.is_open() && phones.contains_key(&row.id) == has);
        let (known, without) = (open(true).expect("one").clone(), open(false).expect("another").clone());
        let warrant = Warrant::because("a test compares it");
        let phone =
            phones[&known.id].phone.revealed(db.vault(), &legal_phone_row(known.id), warrant).expect("a number");
        Self { db, gateway: Played::default(), known, without, phone }
    }

    async fn ask(&self, uscc: &str, purpose: LiaisonPurpose, now: DateTime<Utc>) -> Done<Requested> {
        let asked = Request { uscc: Uscc::parse(uscc).expect("a code"), purpose, phone: None };
        request(self.db, &stranger(now, "192.0.2.1"), asked).await
    }

    async fn deliver(&self, now: DateTime<Utc>) {
        let stop = CancellationToken::new();
        all_due(self.db, &self.gateway, Clock::Fixed(now), &stop).await.expect("messages go out");
    }

    /// Ticket and code of a request for the known enterprise.
    async fn code(&self, purpose: LiaisonPurpose, now: DateTime<Utc>) -> (String, String) {
        let requested = self.ask(&self.known.uscc, purpose, now).await.expect("a ticket");
        self.deliver(now).await;
        let sent = self.gateway.sent.lock().expect("the list");
        let last = sent.last().expect("a message");
        assert_eq!(last.phone, self.phone);
        let (_, rest) = last.text.split_once("验证码").expect("a code");
        (requested.ticket, rest.chars().take(6).collect())
    }

    fn registration(&self, purpose: LiaisonPurpose, login: &str, (ticket, code): &(String, String)) -> Registration {
        Registration {
            uscc: Uscc::parse(&self.known.uscc).expect("a code"),
            purpose,
            ticket: ticket.clone(),
            code: code.clone(),
            name: "王芳".to_owned(),
            phone: "13900000001".to_owned(),
            id_number: None,
            login: login.to_owned(),
            password: OWN.to_owned(),
        }
    }

    async fn register(&self, registration: Registration, now: DateTime<Utc>) -> Done<Registered> {
        register(self.db, &Sessions::default(), &stranger(now, "192.0.2.1"), registration).await
    }

    /// Steps and outcomes of the log, oldest first.
    async fn log(&self) -> Vec<String> {
        let window = Window { limit: 100, from_end: false, after: None, before: None, total: false };
        let page = entities::liaison::logs(self.db, Some(&self.known.uscc), &window).await.expect("the log");
        page.rows.iter().rev().map(|row| format!("{} {}", row.step, row.outcome)).collect()
    }
}

use LiaisonPurpose::{Change, Register};

#[tokio::test]
async fn a_liaison_is_registered_and_another_takes_its_place() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let first = scene.code(Register, noon()).await;
        let done = scene.register(scene.registration(Register, "wangfang", &first), at(30)).await.expect("a liaison");
        assert_eq!((done.phone.as_str(), done.has_replaced), ("139****0001", false));
        let sessions = Sessions::default();
        let begun = sign_in(db, &sessions, &stranger(at(40), "192.0.2.1"), "wangfang", OWN.to_owned()).await;
        let begun = begun.expect("a session");
        assert!(!begun.must_change_password, "{:?}", db.backend());
        let place = scene.known.place();
        assert!(begun.caller.may_for::<FileReports>(place).is_ok());

        let again = scene.code(Register, at(60)).await;
        let refused = scene.register(scene.registration(Register, "liming", &again), at(61)).await;
        assert_eq!(told(&refused), "LIAISON_EXISTS", "{:?}", db.backend());
        let change = scene.code(Change, at(120)).await;
        let done = scene.register(scene.registration(Change, "liming", &change), at(121)).await.expect("a liaison");
        assert!(done.has_replaced);
        let source = Arc::from("192.0.2.1");
        let former = Sessions::default().caller(db, &begun.token, &source, at(122)).await.expect("an answer");
        assert!(former.is_none(), "{:?}: the session of the former liaison goes on", db.backend());
        let former = sign_in(db, &sessions, &stranger(at(123), "192.0.2.1"), "wangfang", OWN.to_owned()).await;
        assert!(former.expect("a session").caller.may_for::<FileReports>(place).is_err());
        // The former one comes back with the own account: only with its password.
        let back = scene.code(Change, at(180)).await;
        let mut registration = scene.registration(Change, "wangfang", &back);
        registration.password = format!("{OWN}x");
        assert_eq!(told(&scene.register(registration, at(181)).await), "LOGIN_TAKEN", "{:?}", db.backend());
        let done = scene.register(scene.registration(Change, "wangfang", &back), at(182)).await;
        assert_eq!(told(&done), "OK", "{:?}", db.backend());
        let log = scene.log().await;
        let round = ["REQUEST DONE", "SEND DONE", "VERIFY DONE"];
        let expected: Vec<&str> = round
            .into_iter()
            .chain(["SAVE DONE"])
            .chain(round)
            .chain(["SAVE LIAISON_EXISTS"])
            .chain(round)
            .chain(["SAVE DONE"])
            .chain(round)
            .chain(["SAVE LOGIN_TAKEN", "VERIFY DONE", "SAVE DONE"])
            .collect();
        assert_eq!(log, expected, "{:?}", db.backend());
        // Neither codes nor numbers lie in clear.
        let sql = "SELECT text || ' ' || phone || ' ' || COALESCE(secret, '') AS word FROM messages";
        for row in db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.expect("rows") {
            let word: String = row.try_get("", "word").expect("a text");
            assert!(word.contains("{code}") && !word.contains(&first.1) && !word.contains(&scene.phone), "{word}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_ends_with_its_tries_its_time_and_its_use() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let show = async |purpose, ticket: &str, code: &str, now| {
            let pair = (ticket.to_owned(), code.to_owned());
            told(&scene.register(scene.registration(purpose, "wangfang", &pair), now).await)
        };
        let (ticket, code) = scene.code(Register, noon()).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for expected in ["WRONG_CODE", "WRONG_CODE", "WRONG_CODE", "WRONG_CODE", "CODE_LOCKED"] {
            assert_eq!(show(Register, &ticket, wrong, at(1)).await, expected, "{:?}", db.backend());
        }
        assert_eq!(
            show(Register, &ticket, &code, at(2)).await,
            "CODE_LOCKED",
            "{:?}: even the right one",
            db.backend()
        );
        // Another ticket is another code.
        assert_eq!(told(&scene.ask(&scene.known.uscc, Register, at(59)).await), "TOO_SOON");
        let (ticket, code) = scene.code(Register, at(60)).await;
        assert_eq!(show(Register, "another", &code, at(61)).await, "CODE_EXPIRED");
        assert_eq!(show(Change, &ticket, &code, at(61)).await, "WRONG_CODE", "it is for a registration");
        assert_eq!(show(Register, &ticket, &code, at(360)).await, "CODE_EXPIRED", "{:?}", db.backend());
        let (ticket, code) = scene.code(Register, at(400)).await;
        assert_eq!(show(Register, &ticket, &code, at(699)).await, "OK", "{:?}", db.backend());
        assert_eq!(show(Register, &ticket, &code, at(699)).await, "CODE_USED");
        // What is wrong with the inputs is told at once, and costs no try.
        let bad = Registration {
            name: String::new(),
            phone: "029-88881234".to_owned(),
            id_number: Some("6101".to_owned()),
            password: "short".to_owned(),
            ..scene.registration(Register, "w", &(ticket, code))
        };
        let Err(Refused::Inputs(errors)) = scene.register(bad, at(700)).await else { panic!("it is not refused") };
        let codes: Vec<&str> = errors.iter().map(|error| error.code).collect();
        assert_eq!(codes[..4], ["INVALID_LOGIN", "INVALID_NAME", "INVALID_PHONE", "INVALID_ID_NUMBER"]);
        assert!(codes[4..].iter().all(|code| *code == "WEAK_PASSWORD") && codes.len() > 4);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_not_known_is_answered_like_any_other() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let strange = "91610000TEXT00025C";
        let strange = Uscc::parse(strange).map_or("91610113MA6TXB2N3N".to_owned(), |uscc| uscc.to_string());
        for uscc in [strange.as_str(), &scene.without.uscc] {
            let requested = scene.ask(uscc, Register, noon()).await.expect("a ticket");
            assert_eq!(requested.expires_at, at(300));
            let pair = (requested.ticket, "123456".to_owned());
            let registration = Registration {
                uscc: Uscc::parse(uscc).expect("a code"),
                ..scene.registration(Register, "wangfang", &pair)
            };
            let mut answers = Vec::new();
            for _ in 0..6 {
                answers.push(told(&scene.register(registration.clone(), at(1)).await));
            }
            let expected = ["WRONG_CODE", "WRONG_CODE", "WRONG_CODE", "WRONG_CODE", "CODE_LOCKED", "CODE_LOCKED"];
            assert_eq!(answers, expected, "{:?} {uscc}", db.backend());
            assert_eq!(told(&scene.ask(uscc, Register, at(59)).await), "TOO_SOON");
        }
        // Another number than the registered one.
        let phone = Some("13100000000".to_owned()).filter(|other| *other != scene.phone);
        let asked = Request { uscc: Uscc::parse(&scene.known.uscc).expect("a code"), purpose: Register, phone };
        request(db, &stranger(noon(), "192.0.2.2"), asked).await.expect("a ticket");
        scene.deliver(at(1)).await;
        assert_eq!(scene.gateway.count(), 0, "{:?}: nobody gets a message", db.backend());
        // Ten a day, however they are spread.
        for minute in 1..10 {
            assert_eq!(told(&scene.ask(&scene.known.uscc, Register, at(minute * 60)).await), "OK", "{minute}");
        }
        assert_eq!(told(&scene.ask(&scene.known.uscc, Register, at(700)).await), "TOO_MANY", "{:?}", db.backend());
        assert_eq!(told(&scene.ask(&scene.known.uscc, Register, at(86_400)).await), "OK", "{:?}", db.backend());
        // Two requests at once are one.
        let both = futures::join!(
            scene.ask(&scene.without.uscc, Register, at(90_000)),
            scene.ask(&scene.without.uscc, Register, at(90_000))
        );
        let mut both = [told(&both.0), told(&both.1)];
        both.sort_unstable();
        assert_eq!(both, ["OK", "TOO_SOON"], "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn of_two_at_once_one_becomes_liaison() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let pair = scene.code(Register, noon()).await;
        let both = futures::join!(
            scene.register(scene.registration(Register, "wangfang", &pair), at(1)),
            scene.register(scene.registration(Register, "liming", &pair), at(1))
        );
        let mut both = [told(&both.0), told(&both.1)];
        both.sort_unstable();
        assert_eq!(both, ["CODE_USED", "OK"], "{:?}", db.backend());
        let sql = "SELECT count(*) AS number FROM grants WHERE ended_at IS NULL";
        let row = db.reader().query_one_raw(Statement::from_string(db.backend(), sql)).await.expect("a row");
        let number: i64 = row.expect("a row").try_get("", "number").expect("a number");
        assert_eq!(number, 1, "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn a_code_that_comes_too_late_is_not_sent() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        scene.ask(&scene.known.uscc, Register, noon()).await.expect("a ticket");
        scene.gateway.answers.lock().expect("the answers").push(Sent::NotTaken("503".to_owned()));
        scene.deliver(noon()).await;
        assert_eq!(scene.gateway.count(), 1);
        scene.deliver(at(2)).await;
        assert_eq!(scene.gateway.count(), 1, "{:?}: it is waited before it is tried again", db.backend());
        scene.deliver(at(301)).await;
        assert_eq!(scene.gateway.count(), 1, "{:?}: it is of no use any more", db.backend());
        assert_eq!(scene.log().await, ["REQUEST DONE", "SEND CODE_EXPIRED"], "{:?}", db.backend());
    })
    .await;
}
