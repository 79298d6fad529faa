//! 草稿 Drafts of two devices, confirmation at once, and what the next year begins with.

use chrono::TimeDelta;
use services::filing::content::Content;

use super::*;

#[tokio::test]
async fn of_two_devices_the_second_is_told_what_the_first_has_saved() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        // Both have read version 2.
        let first = done(save(db, &caller, &row, 2, edit(&[("total_tax", "41"), ("email", "li@example.com")])).await);
        assert_eq!(first.version, 3);
        let second = held(save(db, &caller, &row, 2, edit(&[("total_tax", "43"), ("employees", "12")])).await);
        assert_eq!(second.errors[0].code, "VERSION_CONFLICT");
        let conflict = second.conflict.expect("what the other has saved");
        assert_eq!((conflict.version, conflict.differing), (3, vec!["total_tax".to_owned()]), "{:?}", db.backend());
        assert!(conflict.values.contains(&("total_tax".to_owned(), "41".to_owned())));
        assert!(conflict.values.contains(&("email".to_owned(), "li@example.com".to_owned())), "nothing is lost");
        // Both at the same moment: one is saved, one is told.
        let (a, b) = futures::join!(
            save(db, &caller, &row, 3, edit(&[("total_tax", "44")])),
            save(db, &caller, &row, 3, edit(&[("total_tax", "45")]))
        );
        let (a, b) = (a.expect("an answer"), b.expect("an answer"));
        let is_done = |outcome: &Outcome<Saved>| matches!(outcome, Outcome::Done(_));
        assert!(is_done(&a) != is_done(&b), "{:?}: {a:?} {b:?}", db.backend());
        assert_eq!(state_of(db, &row, &caller).await.version(), 4);
        // A submission that names an old version files nothing that was not read.
        let asked = Submission { key: "old-version".to_owned(), version: Some(2), edit: Edit::default() };
        let told = held(submit(&desk(db), &permit(&caller, &row), Filer { row: &row, year: YEAR }, asked).await);
        assert_eq!((told.errors[0].code, told.conflict.map(|it| it.version)), ("VERSION_CONFLICT", Some(4)));
        // A value that is reset is the prefilled one again.
        let reset = Edit { reset: vec!["email".to_owned()], ..Edit::default() };
        done(save(db, &caller, &row, 4, reset).await);
        let draft = stored::draft_of(db, row.id, YEAR).await.expect("an answer").expect("a draft");
        let content = Content::of_draft(db.vault(), &draft).expect("a content");
        assert!(!content.values.contains_key("email") && content.values.contains_key("total_tax"));
    })
    .await;
}

/// Saves of one person one after the other are a sitting; a pause or somebody else begins another.
#[tokio::test]
async fn the_audit_log_tells_of_each_sitting_at_a_draft() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let told = format!("SELECT count(*) FROM audit_entries WHERE act = 'SAVE_DRAFT' AND subject = '{}'", row.uscc);
        let later = |minutes| Caller { now: caller.now + TimeDelta::minutes(minutes), ..caller.clone() };
        let other = Caller { now: later(89).now, ..liaison(db, "deputy", row.id, spring()).await };
        let sittings = [(later(29), 1), (later(58), 1), (later(88), 2), (other, 3)];
        assert_eq!(number(db, &told).await, 1, "{:?}", db.backend());
        for (version, (who, expected)) in (2..).zip(sittings) {
            done(save(db, &who, &row, version, edit(&[("total_tax", "41")])).await);
            assert_eq!(number(db, &told).await, expected, "{:?} {version}", db.backend());
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_prefilled_is_confirmed_at_once() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let fields = ["identity", "contact", "contributions"].map(str::to_owned).to_vec();
        let confirmed = drafts::confirm(db, &permit(&caller, &row), Filer { row: &row, year: YEAR }, 2, fields).await;
        assert_eq!(done(confirmed).version, 3, "{:?}", db.backend());
        let draft = stored::draft_of(db, row.id, YEAR).await.expect("an answer").expect("a draft");
        let content = Content::of_draft(db.vault(), &draft).expect("a content");
        for path in ["name", "postal_address", "contributions[0].holder"] {
            assert!(content.confirmed.contains(path), "{path}: {:?}", content.confirmed);
        }
        assert!(!content.confirmed.contains("phone"), "it was typed");
        // Typing something else takes the mark away.
        done(save(db, &caller, &row, 3, edit(&[("postal_address", "陕西省西安市雁塔区科技路9号")])).await);
        let draft = stored::draft_of(db, row.id, YEAR).await.expect("an answer").expect("a draft");
        let content = Content::of_draft(db.vault(), &draft).expect("a content");
        assert!(!content.confirmed.contains("postal_address") && content.confirmed.contains("name"));
        let figure = vec!["total_assets".to_owned()];
        let none = drafts::confirm(db, &permit(&caller, &row), Filer { row: &row, year: YEAR }, 4, figure).await;
        assert_eq!(code(none), "NOT_CONFIRMABLE", "{:?}", db.backend());
    })
    .await;
}

/// Whoever has nothing new to tell confirms once and types the figures of the year.
#[tokio::test]
async fn an_unchanged_company_types_its_figures_and_confirms_once() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let mut session = Session::begin(db).await.expect("a session");
        stored::drop_drafts(&mut session, &[row.id], YEAR).await.expect("gone");
        session.commit().await.expect("kept");
        let all = vec!["*".to_owned()];
        done(drafts::confirm(db, &permit(&caller, &row), Filer { row: &row, year: YEAR }, 0, all).await);
        let mut figures = figures();
        figures.values.remove("phone");
        let saved = done(save(db, &caller, &row, 1, figures.clone()).await);
        let errors = saved.findings.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{:?}: {:?}", db.backend(), saved.findings);
        assert!(figures.values.len() <= 21, "{} values are typed", figures.values.len());
    })
    .await;
}

#[tokio::test]
async fn next_year_begins_with_all_that_was_filed() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let party = edit(&[("party_organised", "是"), ("party_form", "党支部"), ("email", "li@example.com")]);
        done(file(db, &caller, &row, "with-party", party).await);
        let next = later(&caller, spring() + TimeDelta::days(365));
        let scope = Scope::now(Clock::Fixed(next.now).today());
        let prefilled = async |viewer: &Viewer| {
            let draft = services::draft::prepare(db, &row, YEAR + 1, &Default::default(), &scope, viewer).await;
            let draft = draft.expect("a draft").draft;
            move |path: &str| draft.values.iter().find(|value| value.path == path).and_then(|value| value.value.clone())
        };
        let own = prefilled(&next.viewer).await;
        assert_eq!(own("party_form").map(|value| value.to_string()).as_deref(), Some("BRANCH"), "{:?}", db.backend());
        assert_eq!(own("email").map(|value| value.to_string()).as_deref(), Some("li@example.com"));
        let public = prefilled(&Viewer::anonymous()).await;
        assert_eq!(public("party_form"), None, "it is not published");
        assert_eq!(public("email").map(|value| value.to_string()).as_deref(), Some("li@example.com"));
    })
    .await;
}

#[tokio::test]
async fn investments_are_those_that_existed_at_the_end_of_the_year() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let sql =
            format!("SELECT id FROM enterprises WHERE id <> {} AND parent_id IS NULL ORDER BY id LIMIT 5", row.id);
        let others = rows(db, &sql).await;
        let cases = [
            ("2025-12-31", "NULL", true),
            ("2026-01-01", "NULL", false),
            ("2020-05-06", "'2025-12-30'", false),
            ("2020-05-06", "'2025-12-31'", false),
            ("2020-05-06", "'2026-01-01'", true),
        ];
        let mut session = Session::begin(db).await.expect("a session");
        for (other, (from, to, _)) in others.iter().zip(cases) {
            let (id, uscc) = (other.id, &row.uscc);
            for sql in [
                format!("UPDATE enterprises SET established_on = '{from}', closed_on = {to} WHERE id = {id}"),
                format!(
                    "INSERT INTO shareholders (id, enterprise_id, name, uscc) \
                     SELECT max(id) + 1, {id}, 'holder', '{uscc}' FROM shareholders"
                ),
            ] {
                session.execute(&sql).await.expect("a change");
            }
        }
        session.commit().await.expect("kept");
        let scope = Scope::now(Clock::Fixed(caller.now).today());
        let draft = services::draft::prepare(db, &row, YEAR, &Default::default(), &scope, &caller.viewer).await;
        let values = draft.expect("a draft").draft.values;
        for (other, (from, to, exists)) in others.iter().zip(cases) {
            let is_told = values.iter().any(|value| {
                value.path.starts_with("investments[")
                    && value.value.as_ref().is_some_and(|told| told.to_string() == other.uscc)
            });
            assert_eq!(is_told, exists, "{:?}: from {from} to {to}", db.backend());
        }
    })
    .await;
}
