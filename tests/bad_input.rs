//! 错误输入 What the door says to requests that are wrong: a status, a stable code and a sentence in
//! Chinese, never a 5xx, and the server goes on.

use serde_json::{Value, json};

use crate::support::{GRAPHQL, JSON, Place, Reply, Server, engines};

/// A code with a right check character.
const CODE: &str = "91130481MLBX06C34B";

/// A wrong request and what becomes of it.
struct Case {
    name: &'static str,
    body: String,
    code: &'static str,
    /// Status for `application/graphql-response+json`.
    status: u16,
    /// Status for `application/json`.
    json_status: u16,
}

/// A body that is no request of GraphQL: the status does not depend on the wished answer.
fn no_request(name: &'static str, status: u16, code: &'static str, body: impl Into<String>) -> Case {
    Case { name, body: body.into(), code, status, json_status: status }
}

/// A request that is refused before it runs.
fn refused(name: &'static str, code: &'static str, body: &Value) -> Case {
    Case { name, body: body.to_string(), code, status: 400, json_status: 200 }
}

/// A request that runs, with a field that fails.
fn failed(name: &'static str, code: &'static str, body: &Value) -> Case {
    Case { name, body: body.to_string(), code, status: 200, json_status: 200 }
}

fn query(text: &str) -> Value {
    json!({ "query": text })
}

fn with(variables: Value, text: &str) -> Value {
    json!({ "query": text, "variables": variables })
}

const BY_CODE: &str = "query($uscc: Uscc!) { enterprise(uscc: $uscc) { name } }";
const BY_DAY: &str = "query($uscc: Uscc!, $day: Date) { enterprise(uscc: $uscc, asOf: $day) { name } }";
const FILTERED: &str = "query($filter: EnterpriseFilter) { enterprises(filter: $filter) { totalCount } }";

fn bodies() -> Vec<Case> {
    let bad = |name, body: &str| no_request(name, 400, "BAD_REQUEST", body);
    let batch = |size| json!(vec![query("{ __typename }"); size]).to_string();
    let oversize = json!({ "query": "{ __typename }", "extensions": { "filling": "x".repeat(256 * 1024) } });
    vec![
        bad("malformed JSON", "{\"query\": "),
        bad("empty body", ""),
        bad("a word", "\"query\""),
        bad("no query", "{}"),
        bad("query a number", "{\"query\": 1}"),
        bad("variables a list", "{\"query\": \"{ __typename }\", \"variables\": [1]}"),
        bad("operation name a number", "{\"query\": \"{ __typename }\", \"operationName\": 1}"),
        bad("batch of 11", &batch(11)),
        bad("empty batch", "[]"),
        no_request("oversize body", 413, "BODY_TOO_LARGE", oversize.to_string()),
    ]
}

fn documents() -> Vec<Case> {
    let invalid = |name, body: &str| refused(name, "GRAPHQL_VALIDATION_FAILED", &query(body));
    let mistyped = with(json!({ "n": "x" }), "query($n: String) { enterprises(first: $n) { totalCount } }");
    let named = json!({ "query": "query A { __typename } query B { __typename }", "operationName": "C" });
    vec![
        refused("unclosed brace", "GRAPHQL_PARSE_FAILED", &query("{ regions { code }")),
        invalid("unknown field", "{ regions { colour } }"),
        invalid("unknown argument", "{ regions(colour: 1) { code } }"),
        invalid("fragment cycle", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"),
        invalid("mutation", "mutation { erase }"),
        invalid("subscription", "subscription { news }"),
        invalid("no operation chosen", "query A { __typename } query B { __typename }"),
        refused("unknown operation", "GRAPHQL_VALIDATION_FAILED", &named),
        refused("variable of another type", "INVALID_INPUT", &mistyped),
        invalid("undeclared variable", "{ enterprises(first: $n) { totalCount } }"),
    ]
}

fn floods() -> Vec<Case> {
    let large = |name, body: &str| refused(name, "QUERY_TOO_LARGE", &query(body));
    let aliases: String = (0..31).map(|n| format!("a{n}: name ")).collect();
    let nested = |levels: usize| {
        let (open, close) = ("parent { ".repeat(levels), "} ".repeat(levels));
        format!("{{ enterprise(uscc: \"{CODE}\") {{ {open} name {close} }} }}")
    };
    let huge = "{ enterprises(first: 100) { nodes { penalties(first: 100) { nodes { enterprise {
        annualReports(first: 100) { nodes { id } } } } } } } }";
    vec![
        large("31 aliases", &format!("{{ enterprise(uscc: \"{CODE}\") {{ {aliases} }} }}")),
        large("16 levels", &nested(16)),
        large("40 levels", &nested(40)),
        large("a million rows", huge),
        large("long document", &format!("{{ {} __typename }}", " ".repeat(64 * 1024))),
        large("21 root fields", &format!("{{ {} }}", "__typename ".repeat(21))),
        large("fragments that double", &fragments(34, |next| format!("...f{next} ... {{ ...f{next} }}"))),
        large(
            "fragments in fragments",
            &fragments(150, |next| format!("{}...f{next}{}", "... { ".repeat(20), "}".repeat(20))),
        ),
        large(
            "questions",
            &format!(
                "{{ {} }}",
                (0..6).map(|n| { format!("q{n}: askAssistant(question: \"年报\") {{ text }} ") }).collect::<String>()
            ),
        ),
    ]
}

/// A chain of fragments, each made from the number of the next.
fn fragments(count: usize, body: impl Fn(usize) -> String) -> String {
    let chain: String = (0..count).map(|n| format!("fragment f{n} on Query {{ {} }} ", body(n + 1))).collect();
    format!("{{ ...f0 }} {chain} fragment f{count} on Query {{ __typename }}")
}

fn scalars() -> Vec<Case> {
    let input = |name, variables, text| refused(name, "INVALID_INPUT", &with(variables, text));
    let literal = |name, text: &str| refused(name, "INVALID_INPUT", &query(text));
    vec![
        input("wrong check character", json!({ "uscc": "91130481MLBX06C34C" }), BY_CODE),
        literal("wrong check character, literal", "{ enterprise(uscc: \"91130481MLBX06C34C\") { name } }"),
        input("17 characters", json!({ "uscc": "91130481MLBX06C34" }), BY_CODE),
        input("lower case", json!({ "uscc": CODE.to_lowercase() }), BY_CODE),
        input("code as a number", json!({ "uscc": 1 }), BY_CODE),
        input("30 February", json!({ "uscc": CODE, "day": "2026-02-30" }), BY_DAY),
        input("date with slashes", json!({ "uscc": CODE, "day": "2026/2/3" }), BY_DAY),
        literal(
            "date with blanks",
            "{ enterprises(filter: { establishedOn: { gte: \"2025- 1- 1\" } }) { totalCount } }",
        ),
        literal("id with a fraction", "{ node(id: 1.5) { id } }"),
        input("amount of letters", json!({ "filter": { "registeredCapitalWan": { "gte": "abc" } } }), FILTERED),
        input("amount beyond all", json!({ "filter": { "registeredCapitalWan": { "gte": "1e40" } } }), FILTERED),
        input("unknown region", json!({ "filter": { "regionCode": "999999" } }), FILTERED),
        input("region of five digits", json!({ "filter": { "regionCode": "61010" } }), FILTERED),
        input("unknown status", json!({ "filter": { "statuses": ["NOPE"] } }), FILTERED),
        literal("unknown word of an enum", "{ enterprises(filter: { statuses: [NOPE] }) { totalCount } }"),
        literal("word of an enum in quotes", "{ enterprises(filter: { statuses: [\"ACTIVE\"] }) { totalCount } }"),
        literal("unknown parent region", "{ regions(parent: \"999999\") { code } }"),
    ]
}

fn variables() -> Vec<Case> {
    let input = |name, variables, text| refused(name, "INVALID_INPUT", &with(variables, text));
    let paged = "query($n: Int) { enterprises(first: $n) { totalCount } }";
    let many = vec![json!({ "__typename": "Enterprise", "uscc": CODE }); 201];
    let entities = "query($list: [_Any!]!) { _entities(representations: $list) { __typename } }";
    vec![
        input("missing variable", json!({}), BY_CODE),
        input("variable null", json!({ "uscc": null }), BY_CODE),
        input("number as a word", json!({ "n": "x" }), paged),
        input("number with a fraction", json!({ "n": 1.5 }), paged),
        input("201 entities", json!({ "list": many }), entities),
        input("entity of no type", json!({ "list": [{ "uscc": CODE }] }), entities),
        input("entity of another type", json!({ "list": [{ "__typename": "Ship", "uscc": CODE }] }), entities),
        input("entity without key", json!({ "list": [{ "__typename": "Enterprise" }] }), entities),
        input("entity with a number as key", json!({ "list": [{ "__typename": "Enterprise", "uscc": 7 }] }), entities),
    ]
}

fn fields(existing: &str) -> Vec<Case> {
    let field = |name, code, text: &str| failed(name, code, &query(text));
    let long_question = format!("{{ askAssistant(question: \"{}\") {{ text }} }}", "问".repeat(3000));
    let long_search = format!("{{ search(query: \"{}\") {{ totalCount }} }}", "查".repeat(3000));
    let draft = |year: i32| format!("{{ annualReportDraft(uscc: \"{existing}\", year: {year}) {{ year }} }}");
    vec![
        field("first below 0", "INVALID_PAGE", "{ enterprises(first: -1) { totalCount } }"),
        field("first over 100", "INVALID_PAGE", "{ enterprises(first: 101) { nodes { name } } }"),
        field("last over 100", "INVALID_PAGE", "{ enterprises(last: 101) { nodes { name } } }"),
        field("first and last", "INVALID_PAGE", "{ enterprises(first: 1, last: 1) { nodes { name } } }"),
        field("foreign cursor", "INVALID_CURSOR", "{ enterprises(after: \"bm90YWN1cnNvcg\") { nodes { name } } }"),
        field(
            "foreign cursor of a search",
            "INVALID_CURSOR",
            "{ search(query: \"公司\", after: \"zzz\") { totalCount } }",
        ),
        field("cursor of a year long past", "INVALID_CURSOR", &forged("enterprises/-day", &json!("-4800-01-01"))),
        field("foreign id", "INVALID_ID", "{ node(id: \"%%%\") { id } }"),
        field("empty search", "INVALID_INPUT", "{ search(query: \"\") { totalCount } }"),
        field("search of blanks", "INVALID_INPUT", "{ search(query: \" 。\") { totalCount } }"),
        field("long search", "INVALID_INPUT", &long_search),
        field("empty question", "INVALID_INPUT", "{ askAssistant(question: \" \") { text } }"),
        field("question of 3,000 characters", "INVALID_INPUT", &long_question),
        field("year before all reports", "INVALID_INPUT", &draft(-5)),
        field("year to come", "INVALID_INPUT", &draft(9_999_999)),
    ]
}

/// A page of the list of enterprises after a cursor that nobody gave.
fn forged(list: &str, key: &Value) -> String {
    use base64::Engine;
    let cursor = json!([list, { "key": key, "id": 0 }]).to_string();
    let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(cursor);
    format!("{{ enterprises(after: \"{cursor}\") {{ nodes {{ name }} }} }}")
}

/// All of them; some need an enterprise that is there.
fn cases(server: &Server) -> Vec<Case> {
    let answer = server.data("{ enterprises(first: 1) { nodes { uscc } } }", &json!({}));
    let existing = answer["enterprises"]["nodes"][0]["uscc"].as_str().expect("an enterprise");
    [bodies(), documents(), floods(), scalars(), variables(), fields(existing)].into_iter().flatten().collect()
}

fn first_error(reply: &Reply) -> &Value {
    let response = if reply.body.is_array() { &reply.body[0] } else { &reply.body };
    &response["errors"][0]
}

fn is_chinese(text: &Value) -> bool {
    text.as_str().is_some_and(|text| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
}

/// What is wrong with the answer to a case; empty if nothing.
fn faults(case: &Case, accept: &str, expected: u16, reply: &Reply) -> Vec<String> {
    let error = first_error(reply);
    let mut faults = Vec::new();
    let mut expect = |fine: bool, what: String| {
        if !fine {
            faults.push(format!("{} ({accept}): {what}", case.name));
        }
    };
    expect(reply.status == expected, format!("status {} instead of {expected}", reply.status));
    expect(error["extensions"]["code"] == case.code, format!("{error} instead of {}", case.code));
    expect(is_chinese(&error["extensions"]["explanation"]), format!("no explanation: {error}"));
    expect(expected == 200 || reply.body.get("data").is_none(), "data though nothing ran".to_owned());
    faults
}

#[test]
fn wrong_requests_get_their_status_and_code() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let mut wrong = Vec::new();
        for case in cases(&server) {
            for (accept, expected) in [(GRAPHQL, case.status), (JSON, case.json_status)] {
                let reply = server.post(case.body.as_bytes(), Some(JSON), accept);
                wrong.extend(faults(&case, accept, expected, &reply));
            }
        }
        assert!(wrong.is_empty(), "{engine:?}:\n{}", wrong.join("\n"));
        // It still answers.
        assert_eq!(server.data("{ __typename }", &json!({})), json!({ "__typename": "Query" }));
    }
}

#[test]
fn messages_are_in_chinese() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let foreign: Vec<String> = cases(&server)
        .iter()
        .map(|case| (case, server.post(case.body.as_bytes(), Some(JSON), JSON)))
        .filter(|(_, reply)| !is_chinese(&first_error(reply)["message"]))
        .map(|(case, reply)| format!("{}: {}", case.name, first_error(&reply)["message"]))
        .collect();
    assert!(foreign.is_empty(), "\n{}", foreign.join("\n"));
}

/// Every input that is wrong is told at once, each with the way to it.
#[test]
fn all_wrong_inputs_are_told_with_their_places() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let wrong = json!({
        "regionCode": "999999",
        "statuses": ["ACTIVE", "NOPE"],
        "registeredCapitalWan": { "gte": "abc" },
        "establishedOn": { "lte": "2026-02-30" },
        "colour": "red",
    });
    let answer = server.ask(FILTERED, &json!({ "filter": wrong }));
    let errors = answer["errors"].as_array().expect("errors");
    let places: Vec<&str> = errors.iter().filter_map(|error| error["extensions"]["input"].as_str()).collect();
    let expected = [
        "$filter",
        "$filter.establishedOn.lte",
        "$filter.regionCode",
        "$filter.registeredCapitalWan.gte",
        "$filter.statuses[1]",
    ];
    assert_eq!(places, expected, "{answer}");
    for error in errors {
        assert_eq!(error["extensions"]["code"], "INVALID_INPUT", "{error}");
        assert!(error["message"].as_str().is_some_and(|said| said.contains('：')) && error["locations"].is_array());
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let by_code = "{ enterprises(first: 1, orderBy: { field: USCC }) { pageInfo { endCursor } } }";
    let cursor = server.data(by_code, &json!({}))["enterprises"]["pageInfo"]["endCursor"].take();
    let by_name = "query($after: String) { enterprises(after: $after, orderBy: { field: NAME }) { nodes { uscc } } }";
    let answer = server.ask(by_name, &json!({ "after": cursor }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{answer}");
}

#[test]
fn unknown_fields_of_an_input_are_refused() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let body = with(json!({ "filter": { "colour": "red" } }), FILTERED).to_string();
    let reply = server.post(body.as_bytes(), Some(JSON), GRAPHQL);
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(first_error(&reply)["message"].to_string().contains("colour"), "{}", reply.body);
}

#[test]
fn too_many_entities_are_refused_as_literals_too() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let many = format!("{{ __typename: \"Enterprise\", uscc: \"{CODE}\" }} ").repeat(201);
    let answer = server.ask(&format!("{{ _entities(representations: [{many}]) {{ __typename }} }}"), &json!({}));
    assert!(answer["errors"][0]["extensions"]["code"].is_string(), "answered without a word");
}

/// PostgreSQL cannot hold the character NUL in a text; asking for it is no fault of the server.
#[test]
fn a_nul_character_is_no_internal_error() {
    let asked = [
        "{ enterprises(filter: { nameContains: \"\\u0000\" }) { totalCount } }",
        "{ enterprises(filter: { legalRepresentative: \"\\u0000\" }) { totalCount } }",
        "{ penalty(documentNumber: \"\\u0000\") { id } }",
        "{ search(query: \"公司\\u0000\") { totalCount } }",
        "{ askAssistant(question: \"年报\\u0000\") { text } }",
    ];
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let answers = asked.map(|query| server.ask(query, &json!({})));
        let internal = |answer: &&Value| answer["errors"][0]["extensions"]["code"] == "INTERNAL";
        assert_eq!(answers.iter().filter(internal).count(), 0, "{engine:?}: {answers:?}");
    }
}

#[test]
fn methods_and_media_types_are_negotiated() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let body = query("{ __typename }").to_string();
    let status = |content_type, accept| server.post(body.as_bytes(), content_type, accept).status;
    assert_eq!(status(Some("application/json; charset=utf-8"), GRAPHQL), 200);
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        assert_eq!(status(content_type, GRAPHQL), 415, "{content_type:?}");
        assert_eq!(status(content_type, JSON), 415, "{content_type:?}");
    }
    assert_eq!(status(Some(JSON), "text/html"), 406);

    let get = |query: &str| server.get(&format!("/graphql?query={query}"), GRAPHQL).0;
    assert_eq!(get("%7B__typename%7D"), 200);
    assert_eq!(get("mutation%7Berase%7D"), 405);
    assert_eq!(get("%7B__typename%7D&variables=1"), 400);
    assert_eq!(server.get("/graphql", GRAPHQL).0, 400);
    assert_eq!(server.get("/nothing-here", "*/*").0, 404);
}
