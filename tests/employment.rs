//! 用工需求 What a liaison publishes beside a report is found by everybody until its last day, and what the rules do not
//! allow is not published.

use std::time::SystemTime;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::filing::Filing;
use crate::scene::codes;
use crate::support::engines;

const PUBLISH: &str = "mutation($uscc: Uscc!, $key: String!, $post: String!, $low: Int!, $high: Int!, $heads: Int!,
        $graduates: Int!, $region: RegionCode!, $from: Date, $until: Date!, $confirmed: Boolean) {
    publishEmploymentNeed(input: {
        uscc: $uscc, idempotencyKey: $key, post: $post, payLowYuan: $low, payHighYuan: $high, headCount: $heads,
        graduates: $graduates, experienceYears: 2, education: BACHELOR, regionCode: $region, benefits: \"五险一金\",
        publishOn: $from, until: $until, confirmed: $confirmed
    }) {
        need { id post isOpen publishOn until benefits experienceYears enterprise { uscc } report { id } }
        findings { ruleId severity }
        userErrors { code message path }
    }
}";
const FOUND: &str = "query($filter: EmploymentNeedFilter, $order: EmploymentNeedOrder, $first: Int, $after: String) {
    employmentNeeds(filter: $filter, orderBy: $order, first: $first, after: $after) {
        totalCount
        nodes { id post payHighYuan headCount region { code } enterprise { uscc name } }
        pageInfo { hasNextPage endCursor }
    }
}";

/// Today in Beijing.
fn today() -> NaiveDate {
    (DateTime::<Utc>::from(SystemTime::now()) + TimeDelta::hours(8)).date_naive()
}

fn need(key: &str, post: &str) -> Value {
    json!({
        "key": key, "post": post, "low": 5000, "high": 8000, "heads": 3, "graduates": 1, "region": "610113",
        "from": null, "until": today().to_string(), "confirmed": false
    })
}

fn with(mut need: Value, name: &str, value: Value) -> Value {
    need[name] = value;
    need
}

#[test]
fn a_need_is_published_found_and_withdrawn() {
    for engine in engines() {
        let filing = Filing::new(engine);
        let publish = |variables: Value| filing.data(PUBLISH, variables)["publishEmploymentNeed"].take();
        let found =
            |filter: Value| filing.scene.data("", FOUND, &json!({ "filter": filter }))["employmentNeeds"].take();
        // Needs of generated reports have ended long ago.
        assert_eq!(found(Value::Null)["totalCount"], 0, "{engine:?}");

        let published = publish(need("need-0001", "Rust 软件工程师"));
        assert_eq!(published["userErrors"], json!([]), "{engine:?}: {published}");
        let shown = &published["need"];
        assert_eq!((&shown["isOpen"], &shown["report"]), (&json!(true), &Value::Null), "{shown}");
        assert_eq!(shown["enterprise"]["uscc"], json!(filing.uscc));
        // The same click again publishes once; another need needs another key.
        assert_eq!(publish(need("need-0001", "Rust 软件工程师"))["need"]["id"], shown["id"]);
        let reused = publish(need("need-0001", "会计"));
        assert_eq!(reused["userErrors"][0]["code"], "KEY_REUSED", "{reused}");
        publish(with(need("need-0002", "会计"), "high", json!(6000)));

        for (filter, count) in [
            (Value::Null, 2),
            (json!({ "text": "软件" }), 1),
            (json!({ "text": "五险 软件" }), 1),
            (json!({ "text": "厨师" }), 0),
            (json!({ "regionCodes": ["610100"] }), 2),
            (json!({ "regionCodes": ["610113", "610300"] }), 2),
            (json!({ "regionCodes": ["610300"] }), 0),
            (json!({ "minPay": 7000 }), 1),
            (json!({ "education": ["BACHELOR", "MASTER"], "minHeadCount": 3, "forGraduates": true }), 2),
            (json!({ "education": ["DOCTOR"] }), 0),
            (json!({ "maxExperienceYears": 1 }), 0),
            (json!({ "uscc": filing.uscc }), 2),
            (json!({ "uscc": "91610113MA6TXB2N3N" }), 0),
        ] {
            let found = found(filter.clone());
            assert_eq!(found["totalCount"], count, "{engine:?}: {filter}: {found}");
            assert_eq!(found["nodes"].as_array().map(Vec::len), Some(count), "{engine:?}: {filter}");
        }
        // Page by page, best paid first.
        let by_pay = json!({ "order": { "field": "PAY", "direction": "DESC" }, "first": 1 });
        let first = filing.scene.data("", FOUND, &by_pay)["employmentNeeds"].take();
        assert_eq!(
            (&first["nodes"][0]["payHighYuan"], &first["pageInfo"]["hasNextPage"]),
            (&json!(8000), &json!(true))
        );
        let next = json!({
            "order": by_pay["order"], "first": 1, "after": first["pageInfo"]["endCursor"]
        });
        let next = filing.scene.data("", FOUND, &next)["employmentNeeds"].take();
        assert_eq!((&next["nodes"][0]["post"], &next["pageInfo"]["hasNextPage"]), (&json!("会计"), &json!(false)));

        let of =
            "query($uscc: Uscc!) { enterprise(uscc: $uscc) { employmentNeeds(first: 5) { totalCount nodes { id } } } }";
        let of = || filing.scene.data("", of, &json!({ "uscc": filing.uscc }))["enterprise"]["employmentNeeds"].take();
        assert_eq!(of()["totalCount"], 2, "{engine:?}");
        let withdraw = "mutation($uscc: Uscc!, $id: ID!) {
            withdrawEmploymentNeed(input: { uscc: $uscc, id: $id }) {
                need { isOpen withdrawnOn } userErrors { code }
            }
        }";
        let withdrawn = filing.data(withdraw, json!({ "id": shown["id"] }))["withdrawEmploymentNeed"].take();
        assert_eq!(withdrawn["need"], json!({ "isOpen": false, "withdrawnOn": today().to_string() }), "{withdrawn}");
        assert_eq!((&found(Value::Null)["totalCount"], &of()["totalCount"]), (&json!(1), &json!(1)), "{engine:?}");
        let node = filing.scene.data("", "query($id: ID!) { node(id: $id) { id } }", &json!({ "id": shown["id"] }));
        assert_eq!(node["node"], Value::Null, "{engine:?}");
        let own = "query($uscc: Uscc!) { ownEmploymentNeeds(uscc: $uscc) { nodes { post isOpen } } }";
        let own = filing.data(own, json!({}))["ownEmploymentNeeds"]["nodes"].take();
        let all = json!([{ "post": "会计", "isOpen": true }, { "post": "Rust 软件工程师", "isOpen": false }]);
        let listed = own.as_array().expect("needs").iter().take(2).cloned().collect::<Value>();
        assert_eq!(listed, all, "{engine:?}: {own}");
    }
}

#[test]
fn what_the_rules_do_not_allow_is_not_published() {
    for engine in engines() {
        let filing = Filing::new(engine);
        let today = today();
        let day = |days: u64| json!((today + Days::new(days)).to_string());
        let wrong = [
            (with(need("need-0001", "会计"), "graduates", json!(4)), "EMPLOYMENT_NEED_INVALID", "AR-101", "graduates"),
            (with(need("need-0002", "会计"), "low", json!(9000)), "EMPLOYMENT_NEED_INVALID", "AR-100", "payLowYuan"),
            (
                with(with(need("need-0003", "会计"), "from", day(3)), "until", day(2)),
                "EMPLOYMENT_NEED_INVALID",
                "AR-102",
                "publishOn",
            ),
            (with(need("need-0004", "会计"), "until", day(400)), "EMPLOYMENT_NEED_INVALID", "AR-102", "publishOn"),
            (with(need("need-0005", "会计"), "low", json!(100)), "WARNING_NEEDS_CONFIRMATION", "AR-104", "payLowYuan"),
        ];
        for (asked, code, rule, input) in wrong {
            let refused = filing.data(PUBLISH, asked.clone())["publishEmploymentNeed"].take();
            let error = &refused["userErrors"][0];
            assert_eq!(
                (&error["code"], &error["path"]),
                (&json!(code), &json!(["input", input])),
                "{engine:?}: {refused}"
            );
            assert!(error["message"].as_str().is_some_and(|text| text.contains(rule)), "{error}");
            assert_eq!(refused["need"], Value::Null);
        }
        let past = with(need("need-0006", "会计"), "from", json!((today - Days::new(1)).to_string()));
        let past = filing.data(PUBLISH, past)["publishEmploymentNeed"].take();
        assert_eq!(past["userErrors"][0]["code"], "PUBLISHED_IN_THE_PAST", "{engine:?}: {past}");
        // What is only warned about is published once it is confirmed.
        let odd = with(with(need("need-0005", "会计"), "low", json!(100)), "confirmed", json!(true));
        let published = filing.data(PUBLISH, odd)["publishEmploymentNeed"].take();
        assert_eq!(published["findings"][0]["ruleId"], "AR-104", "{engine:?}: {published}");
        assert!(published["need"]["id"].is_string(), "{published}");
        // One that begins later is not shown yet.
        let later = with(with(need("need-0007", "出纳"), "from", day(1)), "until", day(2));
        let later = filing.data(PUBLISH, later)["publishEmploymentNeed"].take();
        assert_eq!(later["need"]["isOpen"], false, "{later}");
        let found = filing.scene.data("", FOUND, &json!({}))["employmentNeeds"].take();
        assert_eq!(found["totalCount"], 1, "{engine:?}: {found}");
        // Nobody publishes for others.
        let mut foreign = need("need-0008", "会计");
        foreign["uscc"] = json!(filing.uscc);
        let reply = filing.scene.ask("", PUBLISH, &foreign);
        assert_eq!(codes(&reply), ["NOT_SIGNED_IN"], "{engine:?}: {}", reply.body);
    }
}
