//! 上行短信 Whoever answers that no more is wanted gets no more, however often the gateway tells it; and holidays are left
//! alone.

use services::messages::inbound::{Answer, Taken, take};

use super::*;

fn answer(id: &str, phone: &str, text: &str) -> Answer {
    Answer { id: id.to_owned(), phone: phone.to_owned(), text: text.to_owned() }
}

#[tokio::test]
async fn an_answer_refuses_once_however_often_it_is_told() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        scene.campaign("one", 1_000).await;
        let sent = scene.deliver(noon()).await;
        let phone = scene.gateway.sent.lock().expect("the list")[0].phone.clone();
        let gateway = Caller::anonymous(Arc::from("192.0.2.8"), hours(1));
        let refusals = "SELECT count(*) AS number FROM reminder_opt_outs WHERE ended_at IS NULL AND way = 'REPLY'";
        let done = take(db, &gateway, &[answer("m-1", &phone, "收到，马上报")]).await.expect("it is taken");
        assert_eq!(done, Taken { taken: 1, known: 0, ignored: 0 }, "{:?}", db.backend());
        assert_eq!(numbers(db, refusals).await, [0], "{:?}: it says something else", db.backend());
        // A landline gets no messages, and a number that nobody wrote has nothing to refuse.
        let told = [
            answer("m-2", &phone, "ＴＤ。"),
            answer("m-3", "029-88880000", "退订"),
            answer("m-4", "19900000000", "退订"),
        ];
        for (taken, known) in [(2, 0), (0, 2)] {
            let done = take(db, &gateway, &told).await.expect("it is taken");
            assert_eq!(done, Taken { taken, known, ignored: 1 }, "{:?}", db.backend());
            assert_eq!(numbers(db, refusals).await, [1], "{:?}", db.backend());
        }
        let entries = "SELECT count(*) AS number FROM audit_entries WHERE act = 'OPT_OUT_OF_REMINDERS'";
        assert_eq!(numbers(db, entries).await, [1], "{:?}", db.backend());
        scene.campaign("two", 1_000).await;
        assert_eq!(scene.deliver(hours(24)).await, sent * 2 - 1, "{:?}: one fewer", db.backend());
        // The liaison wants them again; the same answer, told once more, refuses nothing.
        let enterprise = refusing(db, "enterprise_id").await;
        let mut session = Session::begin(db).await.expect("a transaction");
        assert!(stored::opt_in(&mut session, enterprise, hours(25)).await.expect("an answer"));
        session.commit().await.expect("it is kept");
        take(db, &gateway, &told).await.expect("it is taken");
        assert_eq!(numbers(db, refusals).await, [0], "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_on_public_holidays() {
    on_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let campaign = scene.campaign("one", 1_000).await;
        let queued = scene.count(&campaign, MessageState::Queued).await as usize;
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        // 劳动节 from the first to the fifth of May, in the middle of the day.
        for day in ["2026-05-01T04:00:00Z", "2026-05-03T04:00:00Z", "2026-05-05T11:59:00Z"] {
            assert_eq!(scene.deliver(at(day)).await, 0, "{:?}: {day}", db.backend());
        }
        assert_eq!(scene.deliver(at("2026-05-06T00:00:00Z")).await, queued, "{:?}", db.backend());
    })
    .await;
}
