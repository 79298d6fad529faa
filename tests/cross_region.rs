//! 跨地域 What other provinces sent, asked by the public and by offices: who sees what, for which purpose, and the
//! trace of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::scene::{Scene, codes};
use crate::support::{Engine, Place, Server, TODAY, engines};

const PURPOSE: &str = "核实外省处罚情况";

/// A register that is large enough for every kind to come up, published or not.
fn scene(engine: Engine) -> Scene {
    let place = Place::new(engine);
    place.done(&["generate", "--enterprises", "3000", "--seed", "7", "--today", TODAY]);
    let server = Server::start(&place);
    Scene { place, server }
}

/// The lists, and the kind of their records.
const LISTS: [(&str, &str); 4] = [
    ("crossRegionLicences", "LICENCE"),
    ("crossRegionPenalties", "PENALTY"),
    ("crossProvinceSeriousViolations", "SERIOUS_VIOLATION"),
    ("offsiteCases", "OFFSITE_CASE"),
];

/// A document that asks for a page of a list.
fn page_of(list: &str) -> String {
    format!(
        "query($purpose: String, $after: String) {{ list: {list}(first: 40, after: $after, purpose: $purpose) {{
            totalCount pageInfo {{ hasNextPage endCursor }}
            nodes {{ id kind provinceCode provinceName uscc enterpriseName authority decidedOn publicUntil removedOn
                state sourceTime enterprise {{ uscc }} }}
        }} }}"
    )
}

/// Every record of a list, page by page; `None` where the list is null.
fn whole(scene: &Scene, token: &str, list: &str) -> Option<Vec<Value>> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "purpose": PURPOSE, "after": after });
        let mut page = scene.data(token, &page_of(list), &variables)["list"].take();
        if page.is_null() {
            return None;
        }
        found.extend(page["nodes"].as_array().cloned().unwrap_or_default());
        if page["pageInfo"]["hasNextPage"] != true {
            assert_eq!(page["totalCount"], found.len(), "{list}");
            let distinct: BTreeSet<String> = found.iter().map(|one| one["id"].to_string()).collect();
            assert_eq!(distinct.len(), found.len(), "{list}: a record comes twice");
            return Some(found);
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}

#[test]
fn the_public_sees_what_is_published_and_offices_all() {
    for engine in engines() {
        let scene = scene(engine);
        let clerk = scene.office("clerk", "CLERK", "610100").token;
        for (list, kind) in LISTS {
            let all = whole(&scene, &clerk, list).expect("an office sees the list");
            assert!(all.iter().all(|one| one["kind"] == kind), "{engine:?}: {list}");
            let is_ours = |one: &&Value| !one["enterprise"].is_null();
            let ours = all.iter().filter(is_ours).count();
            assert!(ours > 0 && ours < all.len(), "{engine:?}: {list}: {ours} of {} are ours", all.len());
            for one in &all {
                let province = one["provinceName"].as_str().expect("a province");
                assert!(one["authority"].as_str().is_some_and(|name| name.starts_with(province)), "{one}");
                assert!(province != "陕西省" && one["sourceTime"].is_string(), "{one}");
                assert_eq!(one["state"].is_string(), kind == "OFFSITE_CASE", "{one}");
                let party = &one["enterprise"]["uscc"];
                assert!(party.is_null() || *party == one["uscc"], "{one}");
            }
            let Some(published) = whole(&scene, "", list) else {
                assert_eq!(kind, "OFFSITE_CASE", "{engine:?}: {list} is null for the public");
                continue;
            };
            assert!(published.iter().all(|one| all.contains(one)), "{engine:?}: {list}");
            assert!(published.iter().all(|one| one["removedOn"].is_null()), "{engine:?}: {list}");
            assert_eq!(published.len() == all.len(), kind == "LICENCE", "{engine:?}: {list} hides nothing");
        }
    }
}

#[test]
fn what_may_not_be_seen_does_not_exist() {
    for engine in engines() {
        let scene = scene(engine);
        let analyst = scene.office("analyst", "ANALYST", "610000").token;
        let cases = whole(&scene, &analyst, "offsiteCases").expect("cases");
        let case = cases.iter().find(|one| !one["enterprise"].is_null()).expect("a case of an enterprise of ours");
        let guess = "query($id: ID!, $uscc: Uscc!, $refs: [_Any!]!) {
            node(id: $id) { __typename id }
            _entities(representations: $refs) { ... on CrossRegionRecord { id } }
            enterprise(uscc: $uscc) { crossRegionRecords { totalCount nodes { id kind state } } }
            offsiteCases { totalCount }
        }";
        let refs = json!([{ "__typename": "CrossRegionRecord", "id": case["id"] }]);
        let variables = json!({ "id": case["id"], "uscc": case["uscc"], "refs": refs });
        let guessed = scene.data("", guess, &variables);
        assert_eq!((&guessed["node"], &guessed["offsiteCases"]), (&Value::Null, &Value::Null), "{engine:?}");
        assert_eq!(guessed["_entities"], json!([null]), "{engine:?}");
        let shown = &guessed["enterprise"]["crossRegionRecords"];
        assert!(!shown.to_string().contains("OFFSITE_CASE"), "{engine:?}: {shown}");
        assert_eq!(shown["totalCount"], shown["nodes"].as_array().map_or(0, Vec::len), "{engine:?}");

        let known = guess.replace("offsiteCases {", "offsiteCases(purpose: \"核对协同案件\") {");
        let known = scene.data(&analyst, &known, &variables);
        assert_eq!(known["node"]["id"], case["id"], "{engine:?}");
        assert_eq!(known["_entities"][0]["id"], case["id"], "{engine:?}");
        assert!(known["enterprise"]["crossRegionRecords"].to_string().contains("OFFSITE_CASE"), "{engine:?}");
        let only = "query($uscc: Uscc!) {
            enterprise(uscc: $uscc) { crossRegionRecords(kinds: [OFFSITE_CASE]) { totalCount } }
        }";
        for (token, least) in [("", 0), (analyst.as_str(), 1)] {
            let found = scene.data(token, only, &json!({ "uscc": case["uscc"] }));
            assert_eq!(found["enterprise"]["crossRegionRecords"]["totalCount"], least, "{engine:?}");
        }
    }
}

#[test]
fn an_office_says_what_for_and_leaves_a_trace() {
    for engine in engines() {
        let scene = scene(engine);
        let clerk = scene.office("clerk", "CLERK", "610100").token;
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000").token;
        let trail = || {
            let query =
                "{ auditTrail(filter: { act: \"READ_CROSS_REGION\" }) { nodes { actor subject outcome detail } } }";
            scene.data(&audit, query, &Value::Null)["auditTrail"]["nodes"].take()
        };
        for (list, _) in LISTS {
            for purpose in [Value::Null, json!(""), json!("查看"), json!("核".repeat(201))] {
                let reply = scene.ask(&clerk, &page_of(list), &json!({ "purpose": purpose }));
                assert_eq!(codes(&reply), ["INVALID_PURPOSE"], "{engine:?}: {list}: {}", reply.body);
                assert!(reply.body["data"]["list"].is_null(), "{}", reply.body);
            }
        }
        // An administrator of the log holds no office that knows records: it is the public.
        assert!(scene.ask(&audit, &page_of("crossRegionPenalties"), &json!({})).body["errors"].is_null());
        scene.data("", &page_of("crossRegionPenalties"), &json!({}));
        assert_eq!(trail(), json!([]), "{engine:?}: a trace of what was not shown");

        let narrowed = "query($purpose: String) {
            crossRegionPenalties(filter: { provinceCode: \"410000\" }, first: 3, purpose: $purpose) {
                edges { node { title authority } } nodes { title uscc }
            }
        }";
        let shown = scene.data(&clerk, narrowed, &json!({ "purpose": PURPOSE }));
        let rows = shown["crossRegionPenalties"]["nodes"].as_array().map_or(0, Vec::len);
        let trail = trail();
        assert_eq!(trail.as_array().map(Vec::len), Some(1), "{engine:?}: {trail}");
        assert_eq!((&trail[0]["subject"], &trail[0]["outcome"]), (&json!("crossRegionPenalties"), &json!("DONE")));
        assert!(trail[0]["actor"].as_str().is_some_and(|actor| actor.ends_with(" clerk")), "{trail}");
        let detail: Value = serde_json::from_str(trail[0]["detail"].as_str().expect("a text")).expect("JSON");
        assert_eq!(detail["purpose"], PURPOSE, "{engine:?}");
        assert_eq!((&detail["rows"], &detail["fields"]), (&json!(rows), &json!(["authority", "title", "uscc"])));
        assert_eq!(detail["filter"]["kind"], "PENALTY", "{detail}");
        assert!(detail["filter"]["province"].to_string().contains("410000"), "{detail}");
        let Scene { place, server } = scene;
        assert!(server.stop(), "{engine:?}");
        assert!(place.run(&["audit", "verify"]).out.contains("完整"), "{engine:?}");
    }
}

#[test]
fn filters_narrow_and_say_what_is_wrong() {
    let scene = scene(Engine::Sqlite);
    let clerk = scene.office("clerk", "CLERK", "610100").token;
    let all = whole(&scene, &clerk, "crossRegionPenalties").expect("penalties");
    let one = &all[all.len() / 2];
    let query = "query($filter: CrossRegionFilter) {
        crossRegionPenalties(filter: $filter, first: 100, purpose: \"核实外省处罚情况\") { totalCount nodes { id } }
    }";
    let name: String = one["enterpriseName"].as_str().expect("a name").chars().take(5).collect();
    let authority: String = one["authority"].as_str().expect("a name").chars().skip(3).collect();
    for filter in [
        json!({ "uscc": one["uscc"] }),
        json!({ "provinceCode": one["provinceCode"] }),
        json!({ "nameContains": name, "provinceCode": one["provinceCode"] }),
        json!({ "authorityContains": authority }),
        json!({ "decidedOn": { "gte": one["decidedOn"], "lte": one["decidedOn"] } }),
    ] {
        let found = scene.data(&clerk, query, &json!({ "filter": filter }))["crossRegionPenalties"].take();
        assert!(found["nodes"].to_string().contains(one["id"].as_str().expect("an id")), "{filter}: {found}");
        assert!(found["totalCount"].as_u64() < Some(all.len() as u64), "{filter} narrows nothing");
    }
    for filter in [json!({ "provinceCode": "410105" }), json!({ "nameContains": "长".repeat(65) })] {
        let reply = scene.ask(&clerk, query, &json!({ "filter": filter }));
        assert_eq!(codes(&reply), ["INVALID_INPUT"], "{filter}: {}", reply.body);
    }
    let cases = "query($states: [OffsiteCaseState!]) {
        offsiteCases(filter: { states: $states }, purpose: \"核对协同案件\") { totalCount nodes { state } }
    }";
    let of = |states: Value| {
        let found = scene.data(&clerk, cases, &json!({ "states": states }))["offsiteCases"].take();
        let nodes = found["nodes"].as_array().cloned().unwrap_or_default();
        assert!(
            states.is_null() || nodes.iter().all(|one| states.as_array().is_some_and(|of| of.contains(&one["state"])))
        );
        found["totalCount"].as_u64().expect("a number")
    };
    let states = ["SENT", "RECEIVED", "ANSWERED", "OVERDUE"];
    assert_eq!(states.iter().map(|state| of(json!([state]))).sum::<u64>(), of(Value::Null));
    assert!(of(json!(["ANSWERED"])) > 0 && of(json!(["OVERDUE"])) > 0);
}
