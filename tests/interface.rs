//! 接口 What partners and frontend teams build on: uploads, usage, the catalogue, traces.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use crate::scene::{Scene, codes};
use crate::support::{Engine, Place, Server, engines};

pub const REGISTER: &str = "mutation($manifest: Upload!) {
    registerDocuments(input: { manifest: $manifest }) { hashes userErrors { code path message } }
}";
pub const PREFLIGHT: (&str, &str) = ("GraphQL-Require-Preflight", "1");

/// A key of a new client, and a scene with its server.
pub fn partner(engine: Engine) -> (Scene, String) {
    let scene = Scene::new(engine);
    let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
    let create = "mutation { createApiClient(input: { name: \"税务局\", regionCode: \"610000\" }) { key } }";
    let made = scene.data(&security.token, create, &Value::Null);
    let key = made["createApiClient"]["key"].as_str().expect("a key").to_owned();
    (scene, key)
}

pub fn operations(query: &str) -> String {
    json!({ "query": query, "variables": { "manifest": null } }).to_string()
}

#[test]
fn a_manifest_is_uploaded_and_its_documents_are_called_by_either_hash() {
    for engine in engines() {
        let (scene, key) = partner(engine);
        let headers = [("X-Api-Key", key.as_str()), PREFLIGHT];
        let manifest = r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "1", "name": "A", "type": "query", "body": "{__typename}"}]}"#;
        let map = r#"{"0": ["variables.manifest"]}"#;
        let sent =
            scene.server.upload(&headers, &[("operations", &operations(REGISTER)), ("map", map), ("0", manifest)]);
        assert_eq!(sent.status, 200, "{engine:?}: {}", sent.body);
        let told = &sent.body["data"]["registerDocuments"];
        assert_eq!(told["userErrors"], json!([]), "{engine:?}");
        let sha256 = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
        for id in [told["hashes"][0].as_str().expect("a hash"), sha256] {
            let called = scene.server.ask_with(&headers[..1], &json!({ "documentId": id }));
            assert_eq!(called.body["data"]["__typename"], "Query", "{engine:?} {id}: {}", called.body);
        }
        let wrong = scene.server.upload(&headers, &[("operations", &operations(REGISTER)), ("map", map), ("0", "[7]")]);
        assert_eq!(wrong.body["data"]["registerDocuments"]["userErrors"][0]["code"], "INVALID_MANIFEST");
    }
}

#[test]
fn uploads_are_refused_unless_they_fit_the_specification() {
    let (scene, key) = partner(Engine::Sqlite);
    let shown = ("X-Api-Key", key.as_str());
    let (operations, map) = (operations(REGISTER), r#"{"0": ["variables.manifest"]}"#);
    let file = ("0", "{}");
    let form = [("operations", operations.as_str()), ("map", map), file];
    let foreign = scene.server.upload(&[shown], &form);
    assert_eq!(
        (foreign.status, codes(&foreign)),
        (415, vec!["UNSUPPORTED_MEDIA_TYPE".to_owned()]),
        "a form of another site"
    );
    assert!(foreign.body.to_string().contains("graphql-require-preflight"), "{}", foreign.body);
    let headers = [shown, PREFLIGHT];
    let many = r#"{"0": ["variables.manifest"], "1": [], "2": [], "3": [], "4": []}"#;
    for (name, form, status) in [
        ("no map", vec![form[0], file], 400),
        ("map first", vec![form[1], form[0], file], 400),
        ("no file", vec![form[0], form[1]], 400),
        ("a file too many", vec![form[0], form[1], file, ("1", "{}")], 400),
        ("no such place", vec![form[0], ("map", r#"{"0": ["variables.other"]}"#), file], 400),
        ("not JSON", vec![("operations", "{"), form[1], file], 400),
        ("too many files", vec![form[0], ("map", many), file], 413),
    ] {
        let reply = scene.server.upload(&headers, &form);
        assert_eq!(reply.status, status, "{name}: {}", reply.body);
        assert!(reply.body["data"].is_null() && !codes(&reply).is_empty(), "{name}: {}", reply.body);
    }
    let large = "x".repeat(9 << 20);
    let reply = scene.server.upload(&headers, &[form[0], form[1], ("0", &large)]);
    assert_eq!((reply.status, codes(&reply)), (413, vec!["BODY_TOO_LARGE".to_owned()]));
    // What stands for a file cannot be made up.
    for forged in [json!("file:0"), json!("file:99999999999999999999"), json!("#__graphql_file__:0"), json!(7)] {
        let body = json!({ "query": REGISTER, "variables": { "manifest": forged } });
        let reply = scene.server.ask_with(&[shown], &body);
        assert_eq!(codes(&reply), ["INVALID_INPUT"], "{forged}: {}", reply.body);
    }
    assert_eq!(scene.server.ask("{ regions { code } }", &Value::Null)["errors"], Value::Null, "the server goes on");
}

#[test]
fn a_partner_sees_its_own_usage_and_renews_its_own_key() {
    for engine in engines() {
        let (scene, key) = partner(engine);
        let call = |key: &str, query: &str| scene.server.ask_with(&[("X-Api-Key", key)], &json!({ "query": query }));
        for _ in 0..3 {
            assert_eq!(call(&key, "{ regions { code } }").status, 200);
        }
        let usage = "{ apiUsage { name requestsPerMinute requests refused cost hours { hour requests cost } } }";
        let told = call(&key, usage).body["data"]["apiUsage"].take();
        assert_eq!((told["name"].as_str(), told["requests"].as_i64()), (Some("税务局"), Some(3)), "{engine:?}: {told}");
        assert!(told["cost"].as_i64() > Some(60) && told["hours"][0]["requests"].is_i64(), "{engine:?}: {told}");
        let wrong = call(&key, "{ apiUsage(days: 93) { requests } }");
        assert_eq!(codes(&wrong), ["INVALID_INPUT"], "{}", wrong.body);
        let renewed = call(&key, "mutation { rotateOwnApiKey { key userErrors { code } } }");
        let new = renewed.body["data"]["rotateOwnApiKey"]["key"].as_str().expect("a key").to_owned();
        for key in [&key, &new] {
            assert_eq!(call(key, "{ viewer { kind } }").body["data"]["viewer"]["kind"], "API_CLIENT", "{engine:?}");
        }
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        let clients = "{ apiClients(first: 5) { nodes { name usage(days: 1) { requests } keys { prefix } } } }";
        let seen = scene.data(&audit.token, clients, &Value::Null)["apiClients"]["nodes"][0].take();
        assert!(seen["usage"][0]["requests"].as_i64() >= Some(6), "{engine:?}: {seen}");
        assert_eq!(seen["keys"].as_array().map(Vec::len), Some(2), "{engine:?}: {seen}");
    }
}

#[test]
fn the_catalogue_tells_what_there_is_and_what_changed() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let query = "{
        apiCatalogue {
            version sdl
            operations { kind name signature act }
            deprecations { coordinate until }
            examples { name title document }
            errorCodes { code explanation }
        }
        schemaChanges { version releasedOn changes { weight coordinate message } }
    }";
    let told = server.data(query, &Value::Null);
    let catalogue = &told["apiCatalogue"];
    let sdl = std::fs::read_to_string(crate::support::repository("schema/schema.graphql")).expect("the golden SDL");
    assert_eq!(catalogue["sdl"].as_str(), Some(sdl.as_str()));
    let operations = catalogue["operations"].as_array().expect("operations");
    let named = |name: &str| operations.iter().find(|one| one["name"] == name).expect("the operation");
    assert_eq!(named("auditTrail")["act"], "READ_AUDIT");
    assert_eq!(named("enterprise")["act"], Value::Null);
    let releases = told["schemaChanges"].as_array().expect("releases");
    assert_eq!(releases[0]["version"], catalogue["version"]);
    assert!(releases.iter().all(|one| one["changes"].as_array().is_some_and(|changes| !changes.is_empty())));
    for example in catalogue["examples"].as_array().expect("examples") {
        let variables = json!({ "uscc": "91610000MA6TABCD1X", "regionCode": "610100", "text": "餐饮", "year": 2025,
            "question": "年报什么时候截止？" });
        let answer = server.ask(example["document"].as_str().expect("a document"), &variables);
        let known: Vec<&Value> = answer["errors"].as_array().into_iter().flatten().collect();
        // The code of the example is none of this database; the document itself fits.
        assert!(known.iter().all(|error| error["extensions"]["code"] != "GRAPHQL_VALIDATION_FAILED"), "{answer}");
    }
    let unknown = server.ask("{ schemaChanges(since: \"9.9\") { version } }", &Value::Null);
    assert!(unknown["errors"][0]["message"].as_str().is_some_and(|told| told.contains("0.1.0")), "{unknown}");
    let stranger = Server::start_with(&Place::new(Engine::Sqlite), &[("QINXIN_MODE", "production")]);
    let refused = stranger.ask_with(&[], &json!({ "query": query }));
    assert_eq!(codes(&refused), ["NOT_SIGNED_IN"], "{}", refused.body);
}

/// Takes what is sent to it as OTLP over HTTP, and gives the bytes of all bodies.
fn collector() -> (String, std::sync::mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}/v1/traces", listener.local_addr().expect("an address"));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
            let (mut got, mut piece) = (Vec::new(), [0; 65_536]);
            while let Ok(length @ 1..) = stream.read(&mut piece) {
                got.extend_from_slice(&piece[..length]);
                let head = got.windows(4).position(|four| four == b"\r\n\r\n");
                let length = head.and_then(|head| {
                    let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
                    let line = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
                    line.map(|length: usize| head + 4 + length)
                });
                if length.is_some_and(|length| got.len() >= length) {
                    break;
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            if sender.send(got).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

#[test]
fn traces_go_to_the_collector_and_join_those_of_the_caller() {
    let (address, sent) = collector();
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start_with(&place, &[("QINXIN_OTLP_ENDPOINT", &address)]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let query = "query NamedByTheClient($code: RegionCode) { enterprises(first: 2, filter: { regionCode: $code }) { nodes { uscc
        penalties(first: 1) { nodes { id } } } } }";
    let body = json!({ "query": query, "operationName": "NamedByTheClient", "variables": { "code": "610100" } });
    let reply = server.ask_with(&[("traceparent", &parent)], &body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(server.stop(), "what is sent is sent before the server ends");
    let bytes: Vec<u8> = sent.try_iter().flatten().collect();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let id: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&trace[at * 2..at * 2 + 2], 16).expect("hex")).collect();
    assert!(holds(b"NamedByTheClient") && holds(b"batch.keys") && holds(b"qinxin"), "{} bytes", bytes.len());
    assert!(holds(&id), "the trace of the caller does not go on");
    assert!(!holds(b"610100"), "a variable of the client is in the trace");
}

const FEED: &str = "query($after: String, $first: Int, $kinds: [RecordKind!]) {
    changes(after: $after, first: $first, kinds: $kinds) {
        changes { sequence id record { __typename } } endCursor hasMore
    }
}";

/// Every page of the feed after a place, and how many there were.
fn followed(scene: &Scene, key: &str, variables: &Value) -> (Vec<Value>, usize) {
    let (mut told, mut variables) = (Vec::new(), variables.clone());
    for pages in 1.. {
        let reply = scene.server.ask_with(&[("X-Api-Key", key)], &json!({ "query": FEED, "variables": variables }));
        let feed = &reply.body["data"]["changes"];
        told.extend(feed["changes"].as_array().expect("changes").iter().cloned());
        variables["after"] = feed["endCursor"].clone();
        if feed["hasMore"] == false {
            return (told, pages);
        }
    }
    unreachable!("the feed ends")
}

#[test]
fn a_partner_follows_what_is_recorded_page_by_page() {
    for engine in engines() {
        let (scene, key) = partner(engine);
        let penalties = json!({ "first": 7, "kinds": ["PENALTY"] });
        let (told, pages) = followed(&scene, &key, &penalties);
        let (at_once, _) = followed(&scene, &key, &json!({ "first": 100, "kinds": ["PENALTY"] }));
        assert!(told.len() > 7 && pages > 1, "{engine:?}: {} in {pages}", told.len());
        assert_eq!(told, at_once, "{engine:?}: pages of any size tell the same");
        assert!(told.iter().all(|change| change["record"]["__typename"] == "Penalty"), "{engine:?}");
        let mut ids: Vec<_> = told.iter().map(|change| change["id"].to_string()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), told.len(), "{engine:?}: each once");

        let now = scene.server.ask_with(&[("X-Api-Key", &key)], &json!({ "query": FEED, "variables": { "first": 0 } }));
        let place = json!({ "after": now.body["data"]["changes"]["endCursor"], "first": 100 });
        assert_eq!(followed(&scene, &key, &place).0, Vec::<Value>::new(), "{engine:?}");
    }
    let (scene, key) = partner(Engine::Sqlite);
    let foreign = json!({ "query": FEED, "variables": { "after": "abc" } });
    assert_eq!(codes(&scene.server.ask_with(&[("X-Api-Key", &key)], &foreign)), ["INVALID_CURSOR"]);
    assert_eq!(codes(&scene.server.ask_with(&[], &json!({ "query": FEED }))), ["NOT_SIGNED_IN"]);
}

#[test]
fn a_partner_checks_many_enterprises_at_once() {
    const CHECK: &str = "query($usccs: [Uscc!]!) {
        creditChecks(usccs: $usccs) { uscc isRegistered enterprise { name creditSummary { penaltyCount } } }
    }";
    for engine in engines() {
        let (scene, key) = partner(engine);
        let list = scene.server.data("{ enterprises(first: 100) { nodes { uscc name } } }", &Value::Null);
        let known = list["enterprises"]["nodes"].as_array().expect("enterprises");
        let mut usccs: Vec<&str> = known.iter().filter_map(|node| node["uscc"].as_str()).collect();
        // A right code that nobody bears.
        usccs.insert(1, "91310000MA1FL0000N");
        let before = scene.server.metric("qinxin_sql_statements_total");
        let body = json!({ "query": CHECK, "variables": { "usccs": usccs } });
        let reply = scene.server.ask_with(&[("X-Api-Key", &key)], &body);
        let statements = scene.server.metric("qinxin_sql_statements_total") - before;
        let checks = reply.body["data"]["creditChecks"].as_array().unwrap_or_else(|| panic!("{}", reply.body));
        assert_eq!(checks.len(), usccs.len(), "{engine:?}");
        assert_eq!(checks[0]["enterprise"]["name"], known[0]["name"], "{engine:?}");
        assert_eq!((&checks[1]["isRegistered"], &checks[1]["enterprise"]), (&json!(false), &Value::Null));
        assert!(statements < 12, "{engine:?}: {statements} statements for {} enterprises", usccs.len());
        let many = json!({ "query": CHECK, "variables": { "usccs": vec![usccs[0]; 1_001] } });
        assert_eq!(codes(&scene.server.ask_with(&[("X-Api-Key", &key)], &many)), ["INVALID_INPUT"], "{engine:?}");
    }
}
