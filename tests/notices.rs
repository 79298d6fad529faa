//! 公告 Published by the office of the region, found by everybody until they are withdrawn, and refused where the law does
//! not know them.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::scene::{Person, Scene};
use crate::support::engines;

const PUBLISH: &str = "mutation($input: PublishNoticeInput!) {
    publishNotice(input: $input) {
        notice { id kind title publisher authority documentNumber publishedOn endsOn basis isOpen withdrawnOn }
        userErrors { code path message }
    }
}";
const WITHDRAW: &str = "mutation($id: ID!, $reason: String!) {
    withdrawNotice(input: { id: $id, reason: $reason }) {
        notice { id isOpen withdrawnOn withdrawalReason } userErrors { code path }
    }
}";
const SEARCH: &str = "query($query: String!) {
    search(query: $query, filter: { families: [NOTICE] }, first: 5) {
        totalCount
        facets { families { value count } grounds { value count } }
        edges { isPublic highlights { field } node { ... on Notice { id title body enterprise { uscc } } } }
    }
}";
/// Words that no generated notice has.
const TITLE: &str = "渭川甲字第七号债权申报事项";
const BODY: &str = "请各债权人携带龙首原粮票凭据申报债权。";

/// An enterprise of a kind and place that does business.
fn party(scene: &Scene, kind: &str, region: &str) -> Value {
    let query = "query($filter: EnterpriseFilter!) {
        enterprises(first: 1, filter: $filter) { nodes { uscc name establishedOn } }
    }";
    let filter = json!({ "kinds": [kind], "regionCode": region, "statuses": ["ACTIVE"] });
    let mut found = scene.data("", query, &json!({ "filter": filter }));
    found["enterprises"]["nodes"][0].take()
}

fn publish(scene: &Scene, who: &Person, input: &Value) -> Value {
    scene.data(&who.token, PUBLISH, &json!({ "input": input }))["publishNotice"].take()
}

fn withdraw(scene: &Scene, who: &Person, id: &Value, reason: &str) -> Value {
    scene.data(&who.token, WITHDRAW, &json!({ "id": id, "reason": reason }))["withdrawNotice"].take()
}

/// The input with other values.
fn with(input: &Value, other: Value) -> Value {
    let mut input = input.clone();
    for (name, value) in other.as_object().into_iter().flatten() {
        input[name] = value.clone();
    }
    input
}

fn code(payload: &Value) -> &Value {
    &payload["userErrors"][0]["code"]
}

fn found(scene: &Scene, token: &str, query: &str) -> Value {
    scene.data(token, SEARCH, &json!({ "query": query }))["search"].take()
}

/// Asks until the index has followed.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "the index does not follow: {what}");
    }
}

#[test]
fn a_notice_is_found_by_everybody_until_it_is_withdrawn() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let clerk = scene.office("clerk", "CLERK", "610100");
        let party = party(&scene, "LIMITED_COMPANY", "610100");
        let uscc = &party["uscc"];
        let asked = json!({
            "uscc": uscc, "idempotencyKey": "notice-0001", "kind": "CREDITOR", "title": format!(" {TITLE} "), "body": BODY,
        });
        let after = scene.server.position();
        let told = publish(&scene, &clerk, &asked);
        assert_eq!(told["userErrors"], json!([]), "{engine:?}: {told}");
        let notice = &told["notice"];
        let day = |field: &str| notice[field].as_str().and_then(|day| day.parse::<NaiveDate>().ok()).expect("a day");
        assert_eq!(Some(day("endsOn")), day("publishedOn").checked_add_days(Days::new(45)), "{engine:?}");
        let (name, basis) = (party["name"].as_str().expect("a name"), notice["basis"].as_str().expect("an article"));
        assert_eq!(notice["publisher"], json!(format!("{name}清算组")), "{engine:?}");
        assert!(basis.contains("第二百三十五条") && notice["isOpen"] == true && notice["title"] == TITLE, "{notice}");

        // The same again is the same; another under its key is not, nor is a second of the kind.
        assert_eq!(publish(&scene, &clerk, &asked)["notice"]["id"], notice["id"], "{engine:?}");
        let other = publish(&scene, &clerk, &with(&asked, json!({ "body": "另一则" })));
        assert_eq!(code(&other), "KEY_REUSED", "{engine:?}: {other}");
        let second = with(&asked, json!({ "idempotencyKey": "notice-0002" }));
        let clash = publish(&scene, &clerk, &second);
        assert_eq!((code(&clash), &clash["userErrors"][0]["path"]), (&json!("NOTICE_OPEN"), &json!(["input", "kind"])));

        follows(&scene, uscc, after, notice);
        is_public(&scene, uscc, notice);
        is_withdrawn(&scene, &clerk, uscc, notice);

        // Its place is free again, and both acts are in the audit log.
        let again = publish(&scene, &clerk, &second);
        assert_eq!(again["userErrors"], json!([]), "{engine:?}: {again}");
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        for (act, count) in [("PUBLISH_NOTICE", 2), ("WITHDRAW_NOTICE", 1)] {
            let trail = "query($act: String) { auditTrail(filter: { act: $act }) { nodes { subject } } }";
            let entries = scene.data(&audit.token, trail, &json!({ "act": act }))["auditTrail"]["nodes"].take();
            assert_eq!(entries, json!(vec![json!({ "subject": uscc }); count]), "{engine:?}: {act}");
        }
    }
}

/// Whoever follows the enterprise is told of it.
fn follows(scene: &Scene, uscc: &Value, after: i64, notice: &Value) {
    let query = format!(
        "subscription {{ recordChanged(uscc: {uscc}, after: {after}) {{ id record {{ ... on Notice {{ title }} }} }} }}"
    );
    let told = scene.server.events(&query).next().expect("a change");
    let expected = json!({ "id": notice["id"], "record": { "title": TITLE } });
    assert_eq!(told["data"]["recordChanged"], expected, "{told}");
}

fn is_public(scene: &Scene, uscc: &Value, notice: &Value) {
    let shown = "query($uscc: Uscc!, $id: ID!) {
        enterprise(uscc: $uscc) { notices(first: 1) { totalCount nodes { id } } }
        node(id: $id) { ... on Notice { title } }
        notice(id: $id) { enterprise { uscc } }
    }";
    let told = scene.data("", shown, &json!({ "uscc": uscc, "id": notice["id"] }));
    assert_eq!(told["enterprise"]["notices"]["nodes"], json!([{ "id": notice["id"] }]), "{told}");
    assert_eq!((&told["node"]["title"], &told["notice"]["enterprise"]["uscc"]), (&json!(TITLE), uscc), "{told}");

    until("what was published", || found(scene, "", TITLE)["totalCount"] == 1);
    let hits = found(scene, "", "龙首原粮票凭据");
    let hit = &hits["edges"][0];
    assert_eq!((&hit["node"]["id"], &hit["node"]["body"]), (&notice["id"], &json!(BODY)), "{hits}");
    let fields: Vec<&Value> = hit["highlights"].as_array().into_iter().flatten().map(|one| &one["field"]).collect();
    assert!(fields.contains(&&json!("BODY")) && hit["isPublic"] == true, "{hit}");
    assert_eq!(hits["facets"]["grounds"][0]["value"], "债权人公告", "{hits}");
    let sums = "query($query: String!) {
        searchStatistics(query: $query, by: [FAMILY, GROUND]) { groups { values count } }
    }";
    scene.data("", sums, &json!({ "query": TITLE }));
}

/// Withdrawn by the office of the region alone, with a reason that stays; nobody but offices sees or finds it then.
fn is_withdrawn(scene: &Scene, clerk: &Person, uscc: &Value, notice: &Value) {
    let id = &notice["id"];
    let other = scene.office("other", "CLERK", "610300");
    assert_eq!(code(&withdraw(scene, &other, id, "公告内容有误")), "NOT_PERMITTED");
    assert_eq!(code(&withdraw(scene, clerk, id, "错")), "INVALID_REASON");
    let told = withdraw(scene, clerk, id, "公告内容有误");
    assert_eq!(told["userErrors"], json!([]), "{told}");
    assert_eq!(told["notice"]["isOpen"], false, "{told}");
    assert_eq!(withdraw(scene, clerk, id, " 公告内容有误 "), told, "again changes nothing");
    assert_eq!(code(&withdraw(scene, clerk, id, "另有原因")), "ALREADY_WITHDRAWN");

    let shown = "query($uscc: Uscc!, $id: ID!) {
        enterprise(uscc: $uscc) { notices(first: 50) { nodes { id withdrawalReason } } }
        notice(id: $id) { withdrawalReason }
    }";
    let ask = |token: &str| scene.data(token, shown, &json!({ "uscc": uscc, "id": id }));
    let (public, office) = (ask(""), ask(&clerk.token));
    let listed = |told: &Value| {
        let nodes = told["enterprise"]["notices"]["nodes"].as_array().expect("notices");
        nodes.iter().any(|one| one["id"] == *id)
    };
    assert!(!listed(&public) && public["notice"].is_null(), "{public}");
    assert!(listed(&office) && office["notice"]["withdrawalReason"] == "公告内容有误", "{office}");

    // What is near the words would be found instead, so that the enterprise's own are counted.
    let counts = "query($uscc: Uscc!) {
        enterprise(uscc: $uscc) { notices(first: 0) { totalCount } }
        search(filter: { families: [NOTICE], usccs: [$uscc] }, first: 0) { totalCount }
    }";
    let counted = |token: &str| {
        let told = scene.data(token, counts, &json!({ "uscc": uscc }));
        (told["search"]["totalCount"].as_u64(), told["enterprise"]["notices"]["totalCount"].as_u64())
    };
    until("what was withdrawn", || {
        let (found, stored) = counted("");
        found == stored
    });
    let (public, office) = (counted(""), counted(&clerk.token));
    assert_eq!((office.0, office.1), (public.0.map(|count| count + 1), public.1.map(|count| count + 1)));
    let hits = found(scene, &clerk.token, TITLE);
    assert_eq!((&hits["totalCount"], &hits["edges"][0]["isPublic"]), (&json!(1), &json!(false)), "{hits}");
}

#[test]
fn what_the_law_does_not_know_is_refused_and_nothing_is_published() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let clerk = scene.office("clerk", "DIVISION_CHIEF", "610100");
        let company = party(&scene, "LIMITED_COMPANY", "610100");
        let household = party(&scene, "INDIVIDUAL_HOUSEHOLD", "610100");
        let elsewhere = party(&scene, "LIMITED_COMPANY", "610300");
        let input = |party: &Value, kind: &str, other: Value| {
            let whole = json!({
                "uscc": party["uscc"], "idempotencyKey": "notice-refused", "kind": kind, "title": "公告", "body": "正文",
            });
            with(&whole, other)
        };
        let established =
            company["establishedOn"].as_str().and_then(|day| day.parse::<NaiveDate>().ok()).expect("a day");
        let long = "字".repeat(4_001);
        for (asked, expected) in [
            (input(&elsewhere, "CREDITOR", json!({})), json!([["NOT_PERMITTED", []]])),
            (
                input(&company, "CREDITOR", json!({ "uscc": "91310000MA1FL0000N" })),
                json!([["NOT_FOUND", ["input", "uscc"]]]),
            ),
            (
                input(&company, "CREDITOR", json!({ "idempotencyKey": "x y" })),
                json!([["INVALID_KEY", ["input", "idempotencyKey"]]]),
            ),
            (input(&household, "SIMPLE_DEREGISTRATION", json!({})), json!([["NOT_FOR_THIS_KIND", ["input", "kind"]]])),
            (input(&household, "MERGER", json!({})), json!([["NOT_FOR_THIS_KIND", ["input", "kind"]]])),
            (
                input(&company, "SERVICE", json!({ "title": " ", "body": long, "publishedOn": "2999-01-01" })),
                json!([
                    ["INVALID_TITLE", ["input", "title"]],
                    ["INVALID_BODY", ["input", "body"]],
                    ["NUMBER_NEEDED", ["input", "documentNumber"]],
                    ["PUBLISHED_IN_THE_FUTURE", ["input", "publishedOn"]],
                ]),
            ),
            (
                input(&company, "LICENCE_INVALIDATION", json!({ "publishedOn": "2021-12-31" })),
                if established > NaiveDate::from_ymd_opt(2021, 12, 31).expect("a day") {
                    json!([
                        ["BEFORE_ESTABLISHMENT", ["input", "publishedOn"]],
                        ["NOT_IN_FORCE", ["input", "publishedOn"]]
                    ])
                } else {
                    json!([["NOT_IN_FORCE", ["input", "publishedOn"]]])
                },
            ),
        ] {
            let told = publish(&scene, &clerk, &asked);
            let errors = told["userErrors"].as_array().expect("errors");
            let told_errors: Vec<Value> = errors.iter().map(|one| json!([one["code"], one["path"]])).collect();
            assert_eq!((json!(told_errors), &told["notice"]), (expected, &Value::Null), "{engine:?}: {asked}: {told}");
        }
        // A document is served once at a time, another beside it; a lost licence is invalid at once.
        let served = |key: &str, number: &str| {
            input(&household, "SERVICE", json!({ "idempotencyKey": key, "documentNumber": number }))
        };
        let first = publish(&scene, &clerk, &served("service-0001", "测市监处罚〔2026〕1号"));
        assert_eq!(first["notice"]["publisher"], first["notice"]["authority"], "{engine:?}: {first}");
        assert_eq!(code(&publish(&scene, &clerk, &served("service-0002", "测市监处罚〔2026〕1号"))), "NOTICE_OPEN");
        let beside = publish(&scene, &clerk, &served("service-0003", "测市监处罚〔2026〕2号"));
        assert_eq!(beside["userErrors"], json!([]), "{engine:?}: {beside}");
        let lost = input(&household, "LICENCE_INVALIDATION", json!({ "idempotencyKey": "licence-0001" }));
        let lost = publish(&scene, &clerk, &lost);
        assert_eq!(lost["notice"]["endsOn"], lost["notice"]["publishedOn"], "{engine:?}: {lost}");
        let refused = scene.ask("", PUBLISH, &json!({ "input": served("service-0004", "测市监处罚〔2026〕4号") }));
        assert_eq!(crate::scene::codes(&refused), ["NOT_SIGNED_IN"], "{engine:?}: {}", refused.body);
    }
}
