//! 保存的检索 Kept by their owners, who are told of new matches over both transports, once, also after a break.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::dump;
use crate::scene::{Scene, codes};
use crate::subscriptions::Socket;
use crate::support::{Engine, Place, Server, engines};

const SAVE: &str = "mutation($name: String!, $query: String!, $filter: SearchFilter) {
    saveSearch(input: { name: $name, query: $query, filter: $filter, notify: true }) {
        savedSearch { id name query filter notify seenSequence } userErrors { code path }
    }
}";

fn matched(id: &Value, after: &str) -> String {
    format!(
        "subscription {{ savedSearchMatched(id: {id}{after}) {{
            sequence many id record {{ __typename ... on Penalty {{ violation }} }}
        }} }}"
    )
}

fn message(told: Option<Value>) -> Value {
    let mut told = told.expect("a match");
    assert!(told["errors"].is_null(), "{told}");
    told["data"]["savedSearchMatched"].take()
}

#[test]
fn searches_are_kept_changed_and_deleted_by_their_owner_alone() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let (owner, other) = (scene.office("owner", "ANALYST", "610000"), scene.office("other", "CLERK", "610100"));
        let filter = json!({ "families": ["PENALTY"], "regionCode": "610100" });
        let variables = json!({ "name": "食品处罚", "query": "食品", "filter": filter });
        let saved = scene.data(&owner.token, SAVE, &variables)["saveSearch"].take();
        assert_eq!(saved["userErrors"], json!([]), "{engine:?}: {saved}");
        let id = &saved["savedSearch"]["id"];
        let stored: Value = serde_json::from_str(saved["savedSearch"]["filter"].as_str().expect("JSON")).expect("JSON");
        assert_eq!(stored, filter, "{engine:?}: what was given can be given again");
        let again = scene.data(&owner.token, SAVE, &variables);
        assert_eq!(again["saveSearch"]["userErrors"][0], json!({ "code": "NAME_TAKEN", "path": ["input", "name"] }));
        let list = "{ savedSearches(first: 1) { nodes { id name query } pageInfo { hasNextPage endCursor } } }";
        let mine = scene.data(&owner.token, list, &Value::Null)["savedSearches"].take();
        assert_eq!(mine["nodes"], json!([{ "id": id, "name": "食品处罚", "query": "食品" }]), "{engine:?}");
        assert_eq!(scene.data(&other.token, list, &Value::Null)["savedSearches"]["nodes"], json!([]));
        let update = "mutation($id: ID!) {
            updateSavedSearch(input: { id: $id, name: \"药品处罚\", query: \"药品\" }) {
                savedSearch { name query filter notify } userErrors { code }
            }
        }";
        let delete = "mutation($id: ID!) { deleteSavedSearch(input: { id: $id }) { deletedId userErrors { code } } }";
        for (request, payload) in [(update, "updateSavedSearch"), (delete, "deleteSavedSearch")] {
            let foreign = scene.data(&other.token, request, &json!({ "id": id }));
            assert_eq!(foreign[payload]["userErrors"][0]["code"], "NOT_FOUND", "{engine:?}: {foreign}");
        }
        let bearer = format!("Bearer {}", other.token);
        let foreign = scene.server.events_with(&[("Authorization", &bearer)], &matched(id, "")).next();
        assert_eq!(foreign.expect("an answer")["errors"][0]["extensions"]["code"], "NOT_FOUND", "{engine:?}");
        let changed = scene.data(&owner.token, update, &json!({ "id": id }))["updateSavedSearch"].take();
        let changed = &changed["savedSearch"];
        assert_eq!(
            (&changed["name"], &changed["query"], &changed["notify"]),
            (&json!("药品处罚"), &json!("药品"), &json!(true))
        );
        assert_eq!(changed["filter"], saved["savedSearch"]["filter"], "what is not given stays");
        let deleted = scene.data(&owner.token, delete, &json!({ "id": id }))["deleteSavedSearch"].take();
        assert_eq!(&deleted["deletedId"], id, "{engine:?}");
        assert_eq!(scene.data(&owner.token, list, &Value::Null)["savedSearches"]["nodes"], json!([]));
        let public = scene.ask("", list, &Value::Null);
        assert_eq!(codes(&public), ["NOT_SIGNED_IN"], "{}", public.body);
    }
}

#[test]
fn every_match_of_what_was_written_is_told_once_also_after_a_break() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let owner = scene.office("owner", "ANALYST", "610000");
        let (query, filter) = ("食品", json!({ "families": ["PENALTY"] }));
        let search = "query($query: String!, $filter: SearchFilter) {
            search(query: $query, filter: $filter, first: 100) { isApproximate totalCount nodes { ... on Penalty { id } } }
        }";
        let found = scene.data(&owner.token, search, &json!({ "query": query, "filter": filter }))["search"].take();
        let expected: BTreeSet<String> =
            found["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].to_string()).collect();
        assert!(found["isApproximate"] == false && expected.len() > 2, "{engine:?}: {found}");
        assert_eq!(found["totalCount"].as_u64(), Some(expected.len() as u64), "{engine:?}");
        let variables = json!({ "name": "过期食品", "query": query, "filter": filter });
        let saved = scene.data(&owner.token, SAVE, &variables);
        let id = &saved["saveSearch"]["savedSearch"]["id"];
        let bearer = format!("Bearer {}", owner.token);
        let listen = |after: &str| scene.server.events_with(&[("Authorization", &bearer)], &matched(id, after));
        // From the beginning: everything in the register was written since.
        let mut live = listen(", after: 0");
        let told: Vec<Value> = (0..expected.len()).map(|_| message(live.next())).collect();
        let ids: BTreeSet<String> = told.iter().map(|one| one["id"].to_string()).collect();
        assert_eq!(ids, expected, "{engine:?}: each match once, and nothing else");
        assert!(told.iter().all(|one| one["many"] == false && one["record"]["__typename"] == "Penalty"), "{told:?}");
        // A break after the first of them misses none of the others.
        let again: BTreeSet<String> = {
            let mut live = listen(&format!(", after: {}", told[0]["sequence"]));
            (1..expected.len()).map(|_| message(live.next())["id"].to_string()).collect()
        };
        assert!(again.is_subset(&expected) && again.len() >= expected.len() - 1, "{engine:?}: {again:?}");
        // Over the other transport the same.
        let mut socket = Socket::open(&scene.server);
        assert_eq!(socket.begin(json!({ "authorization": bearer }))["type"], "connection_ack");
        socket.subscribe(&matched(id, ", after: 0"));
        assert_eq!(socket.hear()["payload"]["data"]["savedSearchMatched"], told[0], "{engine:?}");
    }
}

#[test]
fn a_new_match_is_told_by_every_process() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (place, beside) = (Place::new(Engine::Postgres), TempDir::new().expect("a folder"));
    let dump = TempDir::new().expect("a folder");
    dump::write(dump.path(), 3);
    let import = || place.done(&["import", "legacy", dump.path().to_str().expect("a path")]);
    import();
    let server = Server::start(&place);
    let second = Server::start_beside(&place, beside.path());
    let scene = Scene { place, server };
    let owner = scene.office("owner", "ANALYST", "610000");
    let variables = json!({ "name": "枸杞", "query": "变质枸杞", "filter": { "families": ["PENALTY"] } });
    let id = scene.data(&owner.token, SAVE, &variables)["saveSearch"]["savedSearch"]["id"].take();
    let bearer = format!("Bearer {}", owner.token);
    let header = ("Authorization", bearer.as_str());
    let from_here = matched(&id, &format!(", after: {}", scene.server.position()));
    let mut live = [&scene.server, &second].map(|server| server.events_with(&[header], &from_here));
    let add = |number: u32, violation: &str| {
        let row = format!(
            "{number},1,测市监处罚〔2024〕{number}号,食品,{violation},食品安全法,罚款,100,测试局,2024-04-09,2024-04-12"
        );
        dump::add(dump.path(), "penalties.csv", &row);
        scene.place.done(&["import", "legacy", dump.path().to_str().expect("a path")]);
    };
    add(9001, "销售过期饼干");
    add(9002, "当事人销售变质枸杞");
    let heard = live.each_mut().map(|events| message(events.next()));
    assert_eq!(heard[0], heard[1], "both processes tell the same");
    assert_eq!(heard[0]["record"]["violation"], "当事人销售变质枸杞", "{}", heard[0]);
    drop(live);
    add(9003, "当事人销售变质枸杞两批");
    // Without a position, where the search was told last, and then with one: this one is told by then.
    for after in [String::new(), format!(", after: {}", heard[0]["sequence"])] {
        let missed = message(second.events_with(&[header], &matched(&id, &after)).next());
        assert_eq!(missed["record"]["violation"], "当事人销售变质枸杞两批", "{after}");
    }
}
