//! 接口单位 What partner agencies may do by their keys: documents, scopes, signatures, and what of theirs is counted.

use exchange::signature::{self, Key, Request};
use serde_json::{Value, json};
use services::access::sha256_hex;
use services::ports::Clock;
use tempfile::TempDir;

use crate::interface::{PREFLIGHT, REGISTER, operations, partner};
use crate::scene::{Scene, codes};
use crate::support::{Engine, Reply, Server, engines};

const REGISTER_ALL: &str = "mutation($documents: [String!]!) {
    registerDocuments(input: { documents: $documents }) {
        hashes faults { index id operation code message line column } userErrors { code path message }
    }
}";
const REGISTERED: &str = "query($first: Int, $after: String) {
    trustedDocuments(first: $first, after: $after) {
        nodes { hash sha256 operations document registeredAt } pageInfo { hasNextPage endCursor }
    }
}";

#[test]
fn a_document_that_cannot_run_is_not_registered_and_none_beside_it() {
    for engine in engines() {
        let (scene, key) = partner(engine);
        let ask = |query: &str, variables: Value| {
            let reply =
                scene.server.ask_with(&[("X-Api-Key", &key)], &json!({ "query": query, "variables": variables }));
            assert_eq!(codes(&reply), Vec::<String>::new(), "{engine:?}: {}", reply.body);
            reply.body["data"].clone()
        };
        // Each is faultless as far as a parser can tell, except the last.
        let wrong = [
            ("query A { regions { code nme } }", "GRAPHQL_VALIDATION_FAILED", "nme"),
            (
                "query B { enterprise(uscc: \"91610113MA6TXB2N3N\", size: 1) { name } }",
                "GRAPHQL_VALIDATION_FAILED",
                "size",
            ),
            ("query D { enterprises(first: \"x\") { nodes { name } } }", "INVALID_INPUT", "first"),
            ("query E { enterprises { nodes } }", "GRAPHQL_VALIDATION_FAILED", "nodes"),
            ("query F { regions { code } } fragment G on Region { code }", "GRAPHQL_VALIDATION_FAILED", "G"),
            (
                "query H { enterprises(first: 100) { nodes { penalties(first: 100) { nodes { id a: id b: id c: id d: id e: id f: id } } } } }",
                "QUERY_TOO_LARGE",
                "分页",
            ),
            ("query J($uscc: String!) { enterprise(uscc: $uscc) { name } }", "GRAPHQL_VALIDATION_FAILED", "Uscc"),
            (
                "query K($code: RegionCode) { enterprises(filter: { regionCode: $code }, first: 1) { ...L } } fragment L on EnterpriseConnection { nodes { penalties(first: $code) { totalCount } } }",
                "GRAPHQL_VALIDATION_FAILED",
                "Int",
            ),
            ("query I { regions { code }", "GRAPHQL_PARSE_FAILED", "第"),
        ];
        let right = "query Right($first: Int!, $after: String) { enterprises(first: $first, after: $after) { nodes { name } } }";
        let mut documents: Vec<&str> = wrong.iter().map(|one| one.0).collect();
        documents.insert(2, right);
        let told = ask(REGISTER_ALL, json!({ "documents": documents }))["registerDocuments"].take();
        assert_eq!(told["hashes"], Value::Null, "{engine:?}: {told}");
        let (faults, errors) =
            (told["faults"].as_array().expect("faults"), told["userErrors"].as_array().expect("errors"));
        assert_eq!(errors.len(), wrong.len(), "{engine:?}: {told}");
        for (at, (document, code, word)) in wrong.into_iter().enumerate() {
            let index = if at < 2 { at } else { at + 1 };
            let own: Vec<&Value> = faults.iter().filter(|fault| fault["index"] == index).collect();
            assert!(own.iter().any(|fault| fault["code"] == code), "{engine:?} {document}: {own:?}");
            assert!(
                own.iter().any(|fault| fault["message"].as_str().is_some_and(|told| told.contains(word))),
                "{document}: {own:?}"
            );
            assert_eq!(
                (&errors[at]["code"], &errors[at]["path"]),
                (&json!("INVALID_DOCUMENT"), &json!(["input", "documents"]))
            );
            let sentence = errors[at]["message"].as_str().expect("a sentence");
            assert!(
                sentence.starts_with(&format!("第 {} 条语句", index + 1)) && sentence.contains("全部未登记"),
                "{sentence}"
            );
        }
        assert_eq!(
            (&faults[0]["operation"], &faults[0]["line"], &faults[0]["column"]),
            (&json!("A"), &json!(1), &json!(26))
        );
        let none = ask(REGISTERED, Value::Null);
        assert_eq!(none["trustedDocuments"]["nodes"], json!([]), "{engine:?}: half a manifest is registered");

        let second = "query Second { regions { code } }";
        let kept =
            ask(REGISTER_ALL, json!({ "documents": [right, "{ viewer { kind } }", second] }))["registerDocuments"]
                .take();
        assert_eq!((&kept["userErrors"], &kept["faults"]), (&json!([]), &Value::Null), "{engine:?}: {kept}");
        let first = ask(REGISTERED, json!({ "first": 2 }))["trustedDocuments"].take();
        let rest =
            ask(REGISTERED, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] }))["trustedDocuments"].take();
        assert_eq!(
            (&first["pageInfo"]["hasNextPage"], &rest["pageInfo"]["hasNextPage"]),
            (&json!(true), &json!(false))
        );
        let listed: Vec<&Value> =
            [&first, &rest].into_iter().flat_map(|page| page["nodes"].as_array().expect("documents")).collect();
        let mut hashes: Vec<&Value> = listed.iter().map(|one| &one["hash"]).collect();
        let mut all: Vec<&Value> = kept["hashes"].as_array().expect("hashes").iter().collect();
        hashes.sort_by_key(|hash| hash.to_string());
        all.sort_by_key(|hash| hash.to_string());
        assert_eq!(hashes, all, "{engine:?}: each once");
        let one = listed.iter().find(|one| one["document"] == second).expect("the document");
        assert_eq!(one["operations"], json!(["Second"]), "{engine:?}");
    }
}

#[test]
fn a_faulty_manifest_is_refused_by_the_names_that_it_gives() {
    let (scene, key) = partner(Engine::Sqlite);
    let manifest = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
        {"id": "ab12", "name": "Right", "type": "query", "body": "query Right { regions { code } }"},
        {"id": "cd34", "name": "Wrong", "type": "query", "body": "query Wrong { regions { colour } }"}]}"#;
    let map = r#"{"0": ["variables.manifest"]}"#;
    let form = [("operations", operations(REGISTER)), ("map", map.to_owned()), ("0", manifest.to_owned())];
    let form = form.each_ref().map(|(name, content)| (*name, content.as_str()));
    let sent = scene.server.upload(&[("X-Api-Key", key.as_str()), PREFLIGHT], &form);
    let told = &sent.body["data"]["registerDocuments"]["userErrors"][0];
    assert_eq!(told["path"], json!(["input", "manifest"]), "{}", sent.body);
    let sentence = told["message"].as_str().expect("a sentence");
    assert!(sentence.starts_with("第 2 条语句 Wrong（标识 cd34）有误"), "{sentence}");
    assert!(sentence.contains("colour"), "{sentence}");
    let right = json!({ "documentId": sha256_hex("query Right { regions { code } }") });
    assert_eq!(codes(&scene.server.ask_with(&[("X-Api-Key", &key)], &right)), ["OPERATION_UNKNOWN"]);
}

#[test]
fn strangers_make_no_names_of_metrics() {
    let (scene, key) = partner(Engine::Sqlite);
    for number in 0..5 {
        let query = format!("query Stranger{number} {{ regions {{ code }} }}");
        let body = json!({ "query": query, "operationName": format!("Stranger{number}") });
        assert_eq!(scene.server.ask_with(&[], &body).status, 200);
    }
    let known = json!({ "query": "query OfThePartner { regions { code } }", "operationName": "OfThePartner" });
    assert_eq!(scene.server.ask_with(&[("X-Api-Key", &key)], &known).status, 200);
    let (_, metrics) = scene.server.get("/metrics", "text/plain");
    assert!(!metrics.contains("Stranger"), "a stranger's name is a label");
    let count = "qinxin_operation_seconds_count{operation=\"anonymous\"} ";
    let counted = metrics.lines().find_map(|line| line.strip_prefix(count)).and_then(|count| count.parse::<u64>().ok());
    assert!(counted >= Some(5), "{metrics}");
    assert!(metrics.contains("operation=\"OfThePartner\""), "a partner's name is one");
}

const CREATE: &str = "mutation($scopes: [ApiScope!], $signed: Boolean!) {
    createApiClient(input: { name: \"海关\", regionCode: \"610000\", scopes: $scopes, onlySignedRequests: $signed }) {
        key client { id scopes onlySignedRequests } userErrors { code }
    }
}";
const UPDATE: &str = "mutation($id: ID!, $scopes: [ApiScope!], $signed: Boolean) {
    updateApiClient(input: { clientId: $id, scopes: $scopes, onlySignedRequests: $signed }) {
        client { scopes onlySignedRequests } userErrors { code path }
    }
}";

#[test]
fn a_client_does_what_its_scopes_grant_and_nothing_else() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let variables = json!({ "scopes": ["CHECKS"], "signed": false });
        let made = scene.data(&security.token, CREATE, &variables)["createApiClient"].take();
        assert_eq!(made["client"]["scopes"], json!(["CHECKS"]), "{engine:?}: {made}");
        let key = made["key"].as_str().expect("a key");
        let call = |query: &str| scene.server.ask_with(&[("X-Api-Key", key)], &json!({ "query": query }));
        let checks = "{ creditChecks(usccs: [\"91610113MA6TXB2N3N\"]) { isRegistered } }";
        let (changes, export) = (
            "{ changes(first: 0) { endCursor } }",
            "mutation { exportSearch(input: { query: \"公司\", format: CSV, purpose: \"核对名单\" }) { userErrors { code } } }",
        );
        assert_ne!(codes(&call(checks)), ["SCOPE_DENIED"], "{engine:?}");
        for beyond in [changes, export] {
            let refused = call(beyond);
            assert_eq!(
                (refused.status, codes(&refused)),
                (403, vec!["SCOPE_DENIED".to_owned()]),
                "{engine:?} {beyond}"
            );
        }
        let granted = json!({ "id": made["client"]["id"], "scopes": ["CHANGES"] });
        let updated = scene.data(&security.token, UPDATE, &granted)["updateApiClient"].take();
        assert_eq!(updated["client"]["scopes"], json!(["CHANGES"]), "{engine:?}: {updated}");
        assert_eq!(codes(&call(changes)), Vec::<String>::new(), "{engine:?}: at once, at this process");
        assert_eq!(codes(&call(checks)), ["SCOPE_DENIED"], "{engine:?}");
    }
}

/// A request that is signed with this key, as it goes over the wire.
fn signed(scene: &Scene, key: &str, body: &Value, change: impl Fn(&mut [(&str, String)])) -> Reply {
    let text = body.to_string();
    let request = Request { method: "POST", path: "/graphql", body: text.as_bytes() };
    let (now, nonce) = (Clock::System.now(), signature::nonce().expect("chance"));
    let mut headers = signature::sign(&Key::derived(key), &key["sx_live_".len()..][..8], request, now, &nonce);
    change(&mut headers);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.server.ask_with(&headers, body)
}

#[test]
fn a_client_that_has_to_sign_is_known_by_its_signature_alone() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let made = scene.data(&security.token, CREATE, &json!({ "signed": true }))["createApiClient"].take();
        assert_eq!(made["client"]["onlySignedRequests"], true, "{engine:?}: {made}");
        let key = made["key"].as_str().expect("a key");
        let asked = json!({ "query": "{ viewer { kind name } }" });
        let told = |reply: &Reply| (reply.status, codes(reply));
        let invalid = (401, vec!["SIGNATURE_INVALID".to_owned()]);
        let right = signed(&scene, key, &asked, |_| {});
        assert_eq!(right.body["data"]["viewer"], json!({ "kind": "API_CLIENT", "name": "海关" }), "{engine:?}");
        assert!(right.headers.contains_key("x-ratelimit-remaining"), "{engine:?}: it is held to its quota");
        assert_eq!(told(&scene.server.ask_with(&[("X-Api-Key", key)], &asked)), invalid, "{engine:?}: the key alone");

        let same_nonce = |headers: &mut [(&str, String)]| "once".clone_into(&mut headers[2].1);
        let resigned_at = |server: &Server, time: i64| {
            let text = asked.to_string();
            let request = Request { method: "POST", path: "/graphql", body: text.as_bytes() };
            let at = Clock::System.now() + chrono::TimeDelta::seconds(time);
            let headers = signature::sign(&Key::derived(key), &key[8..16], request, at, "repeated");
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            server.ask_with(&headers, &asked)
        };
        let resigned = |time| resigned_at(&scene.server, time);
        assert_eq!(told(&signed(&scene, key, &asked, same_nonce)), invalid, "{engine:?}: the nonce is signed");
        for (time, code) in [(-301, "SIGNATURE_INVALID"), (330, "SIGNATURE_INVALID")] {
            let refused = resigned(time);
            assert_eq!(told(&refused), (401, vec![code.to_owned()]), "{engine:?} {time}");
            assert!(refused.body["errors"][0]["message"].as_str().is_some_and(|told| told.contains("校准时钟")));
        }
        assert_eq!(resigned(0).status, 200, "{engine:?}");
        assert_eq!(told(&resigned(0)), (401, vec!["REPLAYED".to_owned()]), "{engine:?}");
        if engine == Engine::Postgres {
            let beside = TempDir::new().expect("a temporary folder");
            let other = Server::start_beside(&scene.place, beside.path());
            assert_eq!(told(&resigned_at(&other, 0)), (401, vec!["REPLAYED".to_owned()]), "another process");
        }
        let nobody = |headers: &mut [(&str, String)]| "zzzzzzzz".clone_into(&mut headers[0].1);
        assert_eq!(told(&signed(&scene, key, &asked, nobody)), invalid, "{engine:?}: a name that nobody has");

        let lifted = json!({ "id": made["client"]["id"], "signed": false });
        scene.data(&security.token, UPDATE, &lifted);
        assert_eq!(
            scene.server.ask_with(&[("X-Api-Key", key)], &asked).status,
            200,
            "{engine:?}: it need not any more"
        );
        assert_eq!(signed(&scene, key, &asked, |_| {}).status, 200, "{engine:?}: and still may");
        let stored = scene.place.stored();
        let secret = Key::derived(key);
        for secret in [key, secret.text()] {
            assert!(!stored.windows(secret.len()).any(|window| window == secret.as_bytes()), "{engine:?}: in clear");
        }
    }
}
