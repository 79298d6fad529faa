//! 应答 What an answer looks like when a part of it fails or comes out empty (GraphQL specification,
//! 6.4.4): a field is null or takes its object with it, and is never left out.

use serde_json::{Value, json};

use crate::support::{Place, Server, engines};

fn data(server: &Server, query: &str) -> Value {
    server.ask(query, &json!({}))["data"].take()
}

#[test]
fn a_failed_field_is_null_and_takes_what_may_not_hold_a_null() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    assert_eq!(data(&server, "{ node(id: \"x\") { id } t: __typename }"), json!({ "node": null, "t": "Query" }));
    assert_eq!(data(&server, "{ t: __typename enterprises(first: 101) { totalCount } }"), Value::Null);
    let first = "{ enterprises(first: 1) { nodes { id uscc } } }";
    let first = server.data(first, &json!({}))["enterprises"]["nodes"][0].take();
    let (id, uscc) = (first["id"].as_str().expect("an id"), first["uscc"].as_str().expect("a code"));
    let nested = format!("{{ enterprise(uscc: \"{uscc}\") {{ name penalties(first: 101) {{ totalCount }} }} }}");
    assert_eq!(data(&server, &nested), json!({ "enterprise": null }));
    let by_id =
        format!("{{ node(id: \"{id}\") {{ id ... on Enterprise {{ penalties(first: 101) {{ totalCount }} }} }} }}");
    assert_eq!(data(&server, &by_id), json!({ "node": null }));
}

#[test]
fn an_object_without_selected_fields_is_empty_and_not_null() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let found = "{ search(query: \"公司\", first: 2, filter: { families: [ENTERPRISE] }) {
        nodes { ... on Penalty { documentNumber } } } }";
    assert_eq!(data(&server, found), json!({ "search": { "nodes": [{}, {}] } }));
    let skipped =
        "{ enterprises(first: 2) { nodes { name @skip(if: true) } pageInfo { endCursor @include(if: false) } } }";
    assert_eq!(data(&server, skipped), json!({ "enterprises": { "nodes": [{}, {}], "pageInfo": {} } }));
    // What is there beside it is kept, in order and without anything else.
    let kept = "{ enterprises(first: 1) { ...list } } fragment list on EnterpriseConnection { nodes { ...one } }
        fragment one on Enterprise { __typename status @skip(if: true) }";
    assert_eq!(data(&server, kept), json!({ "enterprises": { "nodes": [{ "__typename": "Enterprise" }] } }));
}

#[test]
fn fields_come_in_the_order_of_the_selection() {
    let place = Place::filled(engines()[0]);
    let server = Server::start(&place);
    let query = "query Named { enterprises(first: 1) { nodes { penalties { totalCount } name creditSummary {
        penaltyCount } uscc } } }";
    let body = json!({ "query": query }).to_string();
    let (_, text) = server.post_text(body.as_bytes());
    let places: Vec<usize> = ["penalties", "name", "creditSummary", "uscc"]
        .iter()
        .map(|key| text.find(&format!("\"{key}\":")).expect("the field"))
        .collect();
    assert!(places.is_sorted(), "{text}");
}
