//! 年报催报 Only those who have not filed are reminded, not at night, not too often, not against their will, and never
//! twice, whatever happens to the process; with the clock in hand.

mod inbound;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::Database;
use entities::bulk::Session;
use entities::messages::{self as stored, campaign, counts_of};
use exchange::sms::{Receipt, Sent};
use rules::access::{Assurance, Grant, Role, Viewer};
use rules::message::{MessageState, OptOutWay};
use rules::region::RegionCode;
use sea_orm::{ConnectionTrait, Statement};
use services::access::users::{NewUser, create_as};
use services::command::power::UrgeReports;
use services::command::{Caller, Refused};
use services::generate::generate;
use services::index::Index;
use services::jobs::{Means, all_waiting};
use services::messages::all_due;
use services::ports::{Clock, Silent};
use services::reminders::{Planned, create, opt_out_by_token, stop};
use tokio_util::sync::CancellationToken;

use crate::liaison::{Played, noon};
use crate::searches::read_filter;
use crate::store::{desk, on_each_engine, run};

const YEAR: i32 = 2025;

fn province() -> RegionCode {
    RegionCode::new(610_000).expect("a province")
}

fn asked(key: &str, cap: i32) -> Planned {
    Planned {
        year: YEAR,
        region: province(),
        kinds: Vec::new(),
        text: "{name}：请于{due}前报送{year}年度报告。".to_owned(),
        start_at: None,
        daily_cap: cap,
        key: key.to_owned(),
    }
}

async fn clerk(db: &Database, now: DateTime<Utc>) -> Caller {
    let stranger = Caller::anonymous(Arc::from("192.0.2.1"), now);
    let new = NewUser { login: "clerk".to_owned(), name: "王芳".to_owned() };
    let (user, _) = create_as(db, &stranger, new).await.expect("an account");
    let grant = Grant { role: Role::Clerk, region: province(), enterprise: None };
    let viewer = Arc::new(Viewer::user(user.id, vec![grant], Assurance::FULL));
    Caller { viewer, name: Arc::from("clerk"), ..stranger }
}

async fn numbers(db: &Database, sql: &str) -> Vec<i64> {
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.expect(sql);
    rows.iter().map(|row| row.try_get("", "number").expect("a number")).collect()
}

/// A column of the one refusal there is.
async fn refusing(db: &Database, column: &str) -> i64 {
    numbers(db, &format!("SELECT {column} AS number FROM reminder_opt_outs")).await[0]
}

/// 场地 A register, an office and a gateway.
struct Scene<'d> {
    db: &'d Database,
    clerk: Caller,
    gateway: Played,
    folder: tempfile::TempDir,
}

impl<'d> Scene<'d> {
    async fn new(db: &'d Database) -> Self {
        generate(db, 60, 7, noon().date_naive(), &Silent).await.expect("a register");
        let folder = tempfile::TempDir::new().expect("a folder");
        Self { db, clerk: clerk(db, noon()).await, gateway: Played::default(), folder }
    }

    /// A campaign whose list is made.
    async fn campaign(&self, key: &str, cap: i32) -> campaign::Model {
        let permit = self.clerk.may_in::<UrgeReports>(province()).expect("a permit");
        let row = create(self.db, &permit, asked(key, cap)).await.expect("a campaign");
        self.plan(noon()).await;
        row
    }

    async fn plan(&self, now: DateTime<Utc>) {
        let means = Means {
            db: self.db.clone(),
            filing: desk(self.db),
            index: Index::open(self.folder.path(), 1),
            read_filter,
        };
        all_waiting(&means, Clock::Fixed(now), &CancellationToken::new()).await.expect("the list");
    }

    async fn deliver(&self, now: DateTime<Utc>) -> usize {
        all_due(self.db, &self.gateway, Clock::Fixed(now), &CancellationToken::new()).await.expect("messages go out");
        self.gateway.count()
    }

    async fn count(&self, campaign: &campaign::Model, state: MessageState) -> i64 {
        let counts = counts_of(self.db, &[campaign.id]).await.expect("counts").remove(&campaign.id);
        counts.unwrap_or_default().iter().filter(|one| one.state == state).map(|one| one.count).sum()
    }

    fn texts(&self) -> Vec<String> {
        self.gateway.sent.lock().expect("the list").iter().map(|message| message.text.clone()).collect()
    }
}

fn hours(hours: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hours)
}

#[tokio::test]
async fn only_those_who_have_not_filed_are_reminded_and_not_at_night() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let campaign = scene.campaign("one", 1_000).await;
        let queued = scene.count(&campaign, MessageState::Queued).await;
        assert!(queued > 8, "{:?}: {queued}", db.backend());
        let wrong = "SELECT count(*) AS number FROM messages m WHERE EXISTS (SELECT 1 FROM annual_reports r \
                     WHERE r.enterprise_id = m.enterprise_id AND r.year = 2025)";
        assert_eq!(numbers(db, wrong).await, [0], "{:?}", db.backend());
        // One files after the list was made.
        let first = numbers(db, "SELECT MIN(enterprise_id) AS number FROM messages").await[0];
        run(
            db,
            &format!(
                "INSERT INTO annual_reports (id, enterprise_id, year, submitted_on, digest) \
             SELECT MAX(id) + 1, {first}, 2025, '2026-04-15', 0 FROM annual_reports"
            ),
        )
        .await;
        // 21:00 in Beijing.
        assert_eq!(scene.deliver(hours(9)).await, 0, "{:?}", db.backend());
        assert_eq!(scene.deliver(hours(19)).await, 0, "{:?}: 7:00 is still quiet", db.backend());
        let sent = scene.deliver(hours(20)).await;
        assert_eq!(sent as i64, queued - 1, "{:?}", db.backend());
        assert_eq!(scene.count(&campaign, MessageState::Skipped).await, 1, "{:?}", db.backend());
        let numbers: HashSet<String> =
            scene.gateway.sent.lock().expect("the list").iter().map(|message| message.phone.clone()).collect();
        assert_eq!(numbers.len(), sent, "a number is reminded once");
        for text in scene.texts() {
            assert!(text.contains("2026年6月30日前报送2025年度报告") && text.contains("退订码"), "{text}");
        }
        // Receipts come later; another campaign finds that everybody was reminded today.
        assert_eq!(scene.deliver(hours(21)).await, sent);
        assert_eq!(scene.count(&campaign, MessageState::Delivered).await as usize, sent, "{:?}", db.backend());
        let ended = stored::campaign_by_id(db, campaign.id).await.expect("an answer").expect("the campaign");
        assert_eq!(ended.state, "DONE", "{:?}", db.backend());
        scene.campaign("two", 1_000).await;
        assert_eq!(scene.deliver(hours(22)).await, sent, "{:?}: twice on a day", db.backend());
        assert_eq!(scene.deliver(hours(48)).await, sent * 2, "{:?}: the day after", db.backend());
    })
    .await;
}

#[tokio::test]
async fn no_more_than_the_cap_go_out_on_a_day_and_nobody_against_their_will() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let campaign = scene.campaign("one", 3).await;
        let queued = scene.count(&campaign, MessageState::Queued).await as usize;
        assert_eq!(scene.deliver(noon()).await, 3, "{:?}", db.backend());
        assert_eq!(scene.deliver(hours(2)).await, 3, "{:?}: the cap is that of a day", db.backend());
        // What the gateway does not take costs no place.
        scene.gateway.answers.lock().expect("the answers").push(Sent::NotTaken("503".to_owned()));
        assert_eq!(scene.deliver(hours(20)).await, 7, "{:?}: three, and one that was not taken", db.backend());
        let text = scene.texts()[0].clone();
        let token = text.rsplit("退订码").next().expect("a word").to_owned();
        let stranger = Caller::anonymous(Arc::from("192.0.2.9"), hours(21));
        let refused = opt_out_by_token(db, &stranger, "nonsense").await;
        assert!(matches!(refused, Err(Refused::Inputs(errors)) if errors[0].code == "INVALID_TOKEN"));
        for _ in 0..2 {
            opt_out_by_token(db, &stranger, &token).await.expect("it is refused");
        }
        let permit = scene.clerk.may_in::<UrgeReports>(province()).expect("a permit");
        stop(db, &permit, campaign.id).await.expect("it is stopped");
        assert!(stop(db, &permit, campaign.id).await.is_err());
        assert_eq!(scene.deliver(hours(44)).await, 7, "{:?}: it was stopped", db.backend());
        assert_eq!(scene.count(&campaign, MessageState::Skipped).await as usize, queued - 6, "{:?}", db.backend());
        // Whoever refused is not reminded by the next campaign either.
        let next = scene.campaign("two", 1_000).await;
        assert_eq!(scene.deliver(hours(68)).await, 7 + queued - 1, "{:?}", db.backend());
        assert_eq!(scene.count(&next, MessageState::Skipped).await, 1, "{:?}", db.backend());
        // Its liaison wants them again, for this enterprise alone; a word that is used once more refuses once more.
        let (enterprise, mark) = (refusing(db, "enterprise_id").await, refusing(db, "phone_mark").await);
        for is_new in [true, false] {
            let mut session = Session::begin(db).await.expect("a transaction");
            assert_eq!(stored::opt_in(&mut session, enterprise, hours(69)).await.expect("an answer"), is_new);
            session.commit().await.expect("it is kept");
        }
        let refuses = async |enterprise| stored::is_opted_out(db, enterprise, &[mark]).await.expect("an answer");
        assert!(!refuses(enterprise).await && refuses(enterprise + 1).await, "{:?}", db.backend());
        assert_eq!(stored::opt_out_of(db, enterprise).await.expect("an answer"), None, "{:?}", db.backend());
        opt_out_by_token(db, &Caller { now: hours(70), ..stranger }, &token).await.expect("it is refused");
        let expected = stored::OptOut { at: hours(70), way: OptOutWay::Token };
        assert_eq!(stored::opt_out_of(db, enterprise).await.expect("an answer"), Some(expected), "{:?}", db.backend());
        assert!(refuses(enterprise).await, "{:?}", db.backend());
        // The same key gives the same campaign, and no other one.
        let again = create(db, &permit, asked("two", 1_000)).await.expect("a campaign");
        assert_eq!(again.id, next.id);
        let other = create(db, &permit, asked("two", 7)).await;
        assert!(matches!(other, Err(Refused::Inputs(errors)) if errors[0].code == "KEY_REUSED"));
        let nonsense = Planned { year: 2031, text: "{phone}".to_owned(), ..asked("", 0) };
        let Err(Refused::Inputs(errors)) = create(db, &permit, nonsense).await else { panic!("it is not refused") };
        let codes: Vec<&str> = errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["INVALID_YEAR", "INVALID_TEXT", "INVALID_CAP", "INVALID_KEY"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_twice_whatever_happens_to_the_process() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let campaign = scene.campaign("one", 1_000).await;
        let queued = scene.count(&campaign, MessageState::Queued).await as usize;
        // The job that makes the list is done again.
        run(db, "UPDATE jobs SET status = 'WAITING'").await;
        run(db, "UPDATE reminder_campaigns SET planned_at = NULL, planned_after = 0").await;
        scene.plan(noon()).await;
        assert_eq!(scene.count(&campaign, MessageState::Queued).await as usize, queued, "{:?}", db.backend());
        // A process takes three and is killed: the gateway has the first one, and knows nothing of the others.
        let until = noon() + TimeDelta::minutes(10);
        let row = stored::campaign_by_id(db, campaign.id).await.expect("an answer").expect("the campaign");
        let taken = stored::lease(db, Some(&row), (noon(), until), 3).await.expect("three");
        let first = taken[0].message_id.clone();
        scene.gateway.receipts.lock().expect("receipts").insert(first.clone(), Receipt::Delivered);
        assert_eq!(scene.deliver(noon()).await, queued - 3, "{:?}: the others are somebody's", db.backend());
        assert_eq!(scene.deliver(until).await, queued - 1, "{:?}: it was asked for first", db.backend());
        let sent: Vec<String> =
            scene.gateway.sent.lock().expect("the list").iter().map(|message| message.id.clone()).collect();
        assert!(!sent.contains(&first) && sent.iter().collect::<HashSet<_>>().len() == sent.len());
        // What the process says once it wakes up is not heard.
        let mut session = Session::begin(db).await.expect("a session");
        let fate = stored::Fate::Failed("LATE".to_owned());
        assert!(!stored::settle(&mut session, &taken[1], &fate, until).await.expect("an answer"));
        session.commit().await.expect("the end");
        // No answer in time: it is asked for, and never sent again.
        let next = scene.campaign("two", 1_000).await;
        scene.gateway.answers.lock().expect("the answers").push(Sent::Unknown("timeout".to_owned()));
        let day = hours(25);
        let before = scene.gateway.count();
        let both = futures::join!(scene.deliver(day), scene.deliver(day));
        assert_eq!(both.0.max(both.1) - before, queued, "{:?}: two processes at once", db.backend());
        assert_eq!(scene.count(&next, MessageState::Unknown).await, 1, "{:?}", db.backend());
        assert_eq!(scene.deliver(day + TimeDelta::minutes(5)).await - before, queued, "{:?}", db.backend());
        assert_eq!(scene.count(&next, MessageState::Unknown).await, 0, "{:?}", db.backend());
    })
    .await;
}
