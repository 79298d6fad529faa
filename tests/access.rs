//! 权限 Who may see and do what, asked of a running server as each role; keys, and the audit log.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

use crate::requests::REQUESTS;
use crate::scene::{Person, Scene, codes};
use crate::support::{Engine, Place, Reply, Server, engines, repository};

/// Fields by `Type.field`, as the golden matrix has them.
fn matrix() -> BTreeMap<String, (String, Vec<String>)> {
    let text = std::fs::read_to_string(repository("schema/access.txt")).expect("the golden matrix");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("field") && !line.is_empty());
    let line = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (field, needs) = (words.next().expect("a field"), words.next().expect("a need"));
        (field, (needs, words.collect()))
    };
    lines.map(line).collect()
}

/// `Type.field` of every field of an object or interface.
fn fields(definition: &TypeSystemDefinition) -> Vec<String> {
    let TypeSystemDefinition::Type(definition) = definition else { return Vec::new() };
    let fields = match &definition.node.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => return Vec::new(),
    };
    let on = &definition.node.name.node;
    fields.iter().map(|field| format!("{on}.{}", field.node.name.node)).collect()
}

/// The roles in the order of the columns.
const ROLES: [&str; 13] = [
    "PUBLIC",
    "LIAISON",
    "OBJECTOR",
    "CLERK",
    "APPROVER",
    "DIVISION_CHIEF",
    "INSPECTOR",
    "ANALYST",
    "PARTNER",
    "OPERATOR",
    "SYSTEM_ADMINISTRATOR",
    "SECURITY_ADMINISTRATOR",
    "AUDIT_ADMINISTRATOR",
];

#[test]
fn every_field_has_a_policy_and_every_policy_a_field() {
    let sdl = std::fs::read_to_string(repository("schema/schema.graphql")).expect("the golden SDL");
    let fields: BTreeSet<String> = parse_schema(&sdl).expect("a schema").definitions.iter().flat_map(fields).collect();
    let policies: BTreeSet<String> = matrix().into_keys().collect();
    let without: Vec<_> = fields.difference(&policies).collect();
    let stale: Vec<_> = policies.difference(&fields).collect();
    assert!(without.is_empty() && stale.is_empty(), "without a policy: {without:?}; without a field: {stale:?}");
}

#[test]
fn the_golden_matrix_is_the_one_in_force() {
    let printed = Place::new(Engine::Sqlite).done(&["schema", "--access"]);
    let golden = std::fs::read_to_string(repository("schema/access.txt")).expect("the golden matrix");
    assert!(printed == golden, "schema/access.txt is not what `qinxin schema --access` prints: run make golden");
    assert_eq!(schema::access::TABLE.faults(), &[] as &[String]);
}

/// What a field needs if it needs no act; `tests/cross_region.rs` asks for the one root field that is not public.
const CLASSES: [&str; 4] = ["PUBLIC", "INTERNAL", "PERSONAL", "SENSITIVE"];

#[test]
fn every_role_may_do_what_the_matrix_says_and_nothing_else() {
    let scene = Scene::new(Engine::Sqlite);
    let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
    let matrix = matrix();
    let guarded: BTreeSet<&str> = matrix
        .iter()
        .filter(|(field, (needs, _))| {
            (field.starts_with("Query.") || field.starts_with("Mutation.")) && !CLASSES.contains(&needs.as_str())
        })
        .map(|(field, _)| field.as_str())
        .collect();
    let asked: BTreeSet<&str> = REQUESTS.iter().map(|(field, _)| *field).collect();
    assert_eq!(guarded, asked, "a root field that needs an act has no request here");
    for (column, role) in ROLES.iter().enumerate() {
        let token = token_of(&scene, &security, role);
        for (field, request) in REQUESTS {
            let reply = requested(&scene, &token, request);
            let refused = codes(&reply).iter().any(|code| code == "NOT_PERMITTED" || code == "NOT_SIGNED_IN");
            let expected = matrix[field].1[column] == "-";
            assert_eq!(refused, expected, "{role} {field}: {}", reply.body);
        }
    }
    assert!(scene.place.run(&["audit", "verify"]).out.contains("完整") || scene.server.stop());
}

/// What is answered to a request; one with a `$file` is sent as a form with an empty one.
fn requested(scene: &Scene, token: &str, request: &str) -> Reply {
    if !request.contains("$file") {
        return scene.ask(token, request, &Value::Null);
    }
    let bearer = format!("Bearer {token}");
    let signed = if token.is_empty() { vec![] } else { vec![("Authorization", bearer.as_str())] };
    let headers: Vec<_> = signed.into_iter().chain([("GraphQL-Require-Preflight", "1")]).collect();
    let operations = json!({ "query": request, "variables": { "file": null } }).to_string();
    scene.server.upload(&headers, &[("operations", &operations), ("map", r#"{"0": ["variables.file"]}"#), ("0", "")])
}

/// The token of somebody who holds this role and nothing else.
fn token_of(scene: &Scene, security: &Person, role: &str) -> String {
    match role {
        "PUBLIC" => String::new(),
        "PARTNER" => {
            let request = r#"mutation { createApiClient(input: { name: "税务局", regionCode: "610000" }) { key } }"#;
            let made = scene.data(&security.token, request, &Value::Null);
            made["createApiClient"]["key"].as_str().expect("a key").to_owned()
        }
        "LIAISON" => {
            let liaison = scene.office("liaison", "OBJECTOR", "610000");
            let one = scene.data("", "{ enterprises(first: 1) { nodes { id } } }", &Value::Null);
            let users = scene.data(&security.token, "{ users { nodes { id login } } }", &Value::Null);
            let users = users["users"]["nodes"].as_array().expect("accounts").clone();
            let user = users.iter().find(|user| user["login"] == "liaison").expect("the account");
            let grant = "mutation($user: ID!, $of: ID!) {
                assignRole(input: { userId: $user, role: LIAISON, regionCode: \"610000\", enterpriseId: $of }) {
                    user { roles { role } } userErrors { code message }
                }
            }";
            let variables = json!({ "user": user["id"], "of": one["enterprises"]["nodes"][0]["id"] });
            let granted = scene.data(&security.token, grant, &variables);
            assert_eq!(granted["assignRole"]["userErrors"], json!([]), "{granted}");
            liaison.token
        }
        "SECURITY_ADMINISTRATOR" => scene.office("security2", role, "610000").token,
        role => scene.office(&role.to_lowercase(), role, "610000").token,
    }
}

#[test]
fn nobody_sees_a_telephone_number_without_a_purpose() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let clerk = scene.office("clerk", "CLERK", "610100");
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        let phones = "{
            here: enterprises(first: 20, filter: { regionCode: \"610100\" }) { nodes { id uscc phone } }
            there: enterprises(first: 20, filter: { regionCode: \"610300\" }) { nodes { id uscc phone } }
        }";
        for token in ["", clerk.token.as_str()] {
            let seen = scene.data(token, phones, &Value::Null).to_string();
            assert!(seen.contains("****"), "{seen}");
        }
        let seen = scene.data(&clerk.token, phones, &Value::Null);
        let reveal = |id: &Value, purpose: &str| {
            let request = "mutation($id: ID!, $purpose: String!) {
                revealField(input: { id: $id, field: ENTERPRISE_PHONE, purpose: $purpose }) {
                    value userErrors { code path }
                }
            }";
            scene.data(&clerk.token, request, &json!({ "id": id, "purpose": purpose }))["revealField"].clone()
        };
        let here = &seen["here"]["nodes"][0];
        let shown = reveal(&here["id"], "核实能否联系");
        let (masked, clear) = (here["phone"].as_str().expect("a number"), shown["value"].as_str().expect("a number"));
        assert_eq!(masked.len(), clear.len(), "{engine:?}");
        assert!(!clear.contains('*') && masked.ends_with(&clear[clear.len() - 4..]), "{engine:?}: {masked} {clear}");
        assert_eq!(reveal(&here["id"], "看")["userErrors"][0]["code"], "INVALID_PURPOSE");
        let beyond = reveal(&seen["there"]["nodes"][0]["id"], "核实能否联系");
        assert_eq!((&beyond["userErrors"][0]["code"], &beyond["value"]), (&json!("NOT_FOUND"), &Value::Null));
        let trail = "{ auditTrail(filter: { act: \"REVEAL_FIELD\" }) { nodes { actor subject detail } } }";
        let trail = scene.data(&audit.token, trail, &Value::Null);
        let entries = trail["auditTrail"]["nodes"].as_array().expect("entries");
        assert_eq!(entries.len(), 1, "{engine:?}: {trail}");
        assert_eq!(entries[0]["subject"], here["uscc"]);
        assert!(!trail.to_string().contains(clear), "the log holds the number");
    }
}

/// A form sends back what it was given.
#[test]
fn a_masked_number_in_a_draft_stands_for_itself() {
    let scene = Scene::new(Engine::Sqlite);
    let draft = "query($uscc: Uscc!, $values: [ReportFieldInput!]) {
        annualReportDraft(uscc: $uscc, year: 2024, values: $values) {
            fields { path value } findings { ruleId paths }
        }
    }";
    let all = scene.data("", "{ enterprises(first: 60) { nodes { uscc } } }", &Value::Null);
    let mut masked = 0;
    for one in all["enterprises"]["nodes"].as_array().expect("enterprises") {
        let reply = scene.ask("", draft, &json!({ "uscc": one["uscc"] }));
        let fields = reply.body["data"]["annualReportDraft"]["fields"].as_array().cloned().unwrap_or_default();
        let phone = fields.iter().find(|field| field["path"] == "phone").map(|field| field["value"].clone());
        let Some(phone) = phone.filter(|phone| phone.as_str().is_some_and(|phone| phone.contains('*'))) else {
            continue;
        };
        masked += 1;
        let back = json!({ "uscc": one["uscc"], "values": [{ "path": "phone", "value": phone }] });
        let again = scene.data("", draft, &back);
        assert_eq!(again["annualReportDraft"], reply.body["data"]["annualReportDraft"], "{one}");
    }
    assert!(masked > 0, "no draft has a masked number");
    // An office reveals it with a purpose, as anywhere else.
    let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
    let clerk = token_of(&scene, &security, "CLERK");
    for one in all["enterprises"]["nodes"].as_array().expect("enterprises") {
        let [mine, theirs] = [clerk.as_str(), ""].map(|token| scene.ask(token, draft, &json!({ "uscc": one["uscc"] })));
        assert_eq!(mine.body["data"], theirs.body["data"], "a clerk sees more than the public: {one}");
    }
}

#[test]
fn a_partner_is_held_to_its_quota_and_its_manifest() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let create = "mutation {
            createApiClient(input: { name: \"税务局\", regionCode: \"610000\", requestsPerMinute: 8 }) {
                client { id } key
            }
        }";
        let made = scene.data(&security.token, create, &Value::Null);
        let key = made["createApiClient"]["key"].as_str().expect("a key").to_owned();
        let call = |body: Value| scene.server.ask_with(&[("X-Api-Key", &key)], &body);
        let document = "{ regions { code } }";
        let register = "mutation($documents: [String!]!) {
            registerDocuments(input: { documents: $documents }) { hashes userErrors { message } }
        }";
        let wrong = call(json!({ "query": register, "variables": { "documents": ["{ regions { "] } }));
        assert!(wrong.body["data"]["registerDocuments"]["userErrors"][0]["message"].is_string(), "{}", wrong.body);
        let registered = call(json!({ "query": register, "variables": { "documents": [document] } }));
        let hash = registered.body["data"]["registerDocuments"]["hashes"][0].clone();
        let limit = "mutation($id: ID!) {
            updateApiClient(input: { clientId: $id, onlyTrustedDocuments: true }) { client { onlyTrustedDocuments } }
        }";
        scene.data(&security.token, limit, &json!({ "id": made["createApiClient"]["client"]["id"] }));
        let asked = json!({ "documentId": hash, "extensions": { "cost": true } });
        let known = call(asked.clone());
        assert_eq!(known.status, 200, "{engine:?}: {}", known.body);
        assert!(known.body["extensions"]["cost"]["fields"].as_u64() > Some(20), "{}", known.body);
        assert_eq!(codes(&call(json!({ "query": "{ viewer { kind } }" }))), ["OPERATION_UNKNOWN"]);
        assert_eq!(call(json!({ "query": document })).status, 200, "the same text is the registered document");
        let calls: Vec<Reply> = (0..8).map(|_| call(asked.clone())).collect();
        let last = &calls[7];
        assert_eq!((last.status, codes(last)), (429, vec!["QUOTA_EXCEEDED".to_owned()]), "{engine:?}");
        assert!(last.headers.contains_key("retry-after"));
        let anonymous = scene.ask("", document, &Value::Null);
        assert_eq!(anonymous.status, 200, "others go on");
    }
}

#[test]
fn a_job_is_done_and_followed_by_whoever_started_it() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        let other = scene.office("other", "AUDIT_ADMINISTRATOR", "610000");
        let started =
            scene.data(&audit.token, "mutation { startAuditVerification { job { id status } } }", &Value::Null);
        let id = started["startAuditVerification"]["job"]["id"].as_str().expect("a job").to_owned();
        let follow = format!("subscription {{ jobProgress(id: \"{id}\") {{ status total done result error }} }}");
        let bearer = format!("Bearer {}", audit.token);
        let told: Vec<Value> = scene.server.events_with(&[("Authorization", &bearer)], &follow).collect();
        let last = &told.last().expect("an answer")["data"]["jobProgress"];
        assert_eq!(last["status"], "DONE", "{engine:?}: {told:?}");
        assert!(last["result"].as_str().is_some_and(|result| result.contains("\"whole\":true")), "{last}");
        assert_eq!(last["done"], last["total"], "{last}");
        let seen = scene.data(&other.token, "query($id: ID!) { job(id: $id) { status } }", &json!({ "id": id }));
        assert_eq!(seen["job"], Value::Null, "a job is its starter's");
        scene.data(&audit.token, "mutation { startAuditVerification { job { id } } }", &Value::Null);
        let list = "query($first: Int, $after: String) {
            jobs(first: $first, after: $after) { nodes { id kind createdAt } pageInfo { hasNextPage endCursor } }
        }";
        let page = |token: &str, variables: Value| scene.data(token, list, &variables)["jobs"].take();
        let newest = page(&audit.token, json!({ "first": 1 }));
        assert_ne!(newest["nodes"][0]["id"], id.as_str(), "{engine:?}: newest first");
        assert_eq!(newest["pageInfo"]["hasNextPage"], true, "{engine:?}");
        let older = page(&audit.token, json!({ "after": newest["pageInfo"]["endCursor"] }));
        assert_eq!(older["nodes"].as_array().map(Vec::len), Some(1), "{engine:?}: {older}");
        assert_eq!(older["nodes"][0]["id"], id.as_str(), "{engine:?}: {older}");
        assert_eq!(page(&other.token, Value::Null)["nodes"], json!([]), "{engine:?}: others see none of them");
        let stranger = scene.server.events(&follow).next().expect("an answer");
        assert_eq!(stranger["errors"][0]["extensions"]["code"], "NOT_SIGNED_IN", "{stranger}");
    }
}

#[test]
fn a_persisted_query_is_kept_by_its_hash() {
    let scene = Scene::new(Engine::Sqlite);
    let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
    let by_hash = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    let mut with_text = by_hash.clone();
    with_text["query"] = json!("{__typename}");
    assert_eq!(codes(&scene.server.ask_with(&[], &by_hash)), ["PERSISTED_QUERY_NOT_FOUND"]);
    assert_eq!(scene.server.ask_with(&[], &with_text).body["data"]["__typename"], "Query");
    assert_eq!(scene.server.ask_with(&[], &by_hash).body["data"]["__typename"], "Query");
    with_text["query"] = json!("{ __typename }");
    assert_eq!(codes(&scene.server.ask_with(&[], &with_text)), ["BAD_REQUEST"]);
}

#[test]
fn in_production_a_stranger_is_shown_no_schema() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start_with(&place, &[("QINXIN_MODE", "production")]);
    for query in ["{ __schema { types { name } } }", "{ __type(name: \"Query\") { name } }", "{ _service { sdl } }"] {
        let reply = server.ask_with(&[], &json!({ "query": query }));
        assert!(
            !reply.body.to_string().contains("Enterprise") && reply.body["errors"].is_array(),
            "{query}: {}",
            reply.body
        );
    }
    let reply = server.ask_with(&[], &json!({ "query": "{ enterprize { name } }" }));
    assert!(!reply.body.to_string().contains("enterprise("), "{}", reply.body);
    for (header, part) in [
        ("strict-transport-security", "max-age="),
        ("content-security-policy", "default-src 'self'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert!(reply.headers[header].to_str().is_ok_and(|value| value.contains(part)), "{header}");
    }
}
