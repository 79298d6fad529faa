//! 列表 Pages forward and backward cover every list once, whatever its order.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Engine, Place, Server, engines};

/// Rows of a page in these walks: no divisor of the lists' lengths.
const PAGE: usize = 7;

/// Keys of a whole list, page by page. `path` leads from `data` to the connection, whose edges
/// have a `key`.
struct Walk<'a> {
    server: &'a Server,
    query: String,
    variables: Value,
    path: &'a str,
}

impl Walk<'_> {
    fn page(&self, arguments: Value) -> Value {
        let mut variables = self.variables.clone();
        for (name, value) in arguments.as_object().into_iter().flatten() {
            variables[name] = value.clone();
        }
        let data = self.server.data(&self.query, &variables);
        data.pointer(self.path).cloned().expect("a connection")
    }

    fn forward(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut page = self.page(json!({ "first": PAGE }));
        loop {
            keys.extend(keys_of(&page));
            if page["pageInfo"]["hasNextPage"] != true {
                return keys;
            }
            page = self.page(json!({ "first": PAGE, "after": page["pageInfo"]["endCursor"] }));
            assert_eq!(page["pageInfo"]["hasPreviousPage"], true);
        }
    }

    fn backward(&self) -> Vec<String> {
        let mut pages = vec![self.page(json!({ "last": PAGE }))];
        while let Some(page) = pages.last().filter(|page| page["pageInfo"]["hasPreviousPage"] == true) {
            pages.push(self.page(json!({ "last": PAGE, "before": page["pageInfo"]["startCursor"] })));
        }
        pages.iter().rev().flat_map(keys_of).collect()
    }

    /// Walks both ways and compares; gives the keys.
    fn whole(&self) -> Vec<String> {
        let keys = self.forward();
        let distinct: BTreeSet<&String> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "a row comes twice: {}", self.query);
        assert_eq!(self.page(json!({ "first": 0 }))["totalCount"], keys.len(), "{}", self.query);
        assert_eq!(self.backward(), keys, "{}", self.query);
        keys
    }
}

fn keys_of(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"]["key"].as_str().expect("a key").to_owned()).collect()
}

const PAGE_FIELDS: &str = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor";

#[test]
fn pages_of_the_register_cover_it_once_in_every_order() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let filters = [json!({}), json!({ "regionCode": "610100" })];
        for (filter, least) in filters.iter().zip([300, 2 * PAGE]) {
            let mut sets = BTreeSet::new();
            for field in ["ESTABLISHED_ON", "REGISTERED_CAPITAL", "NAME", "USCC"] {
                let ordered = |direction: &str| {
                    let query = format!(
                        "query($filter: EnterpriseFilter, $first: Int, $after: String, $last: Int, $before: String) {{
                            enterprises(filter: $filter, orderBy: {{ field: {field}, direction: {direction} }},
                                first: $first, after: $after, last: $last, before: $before) {{
                                {PAGE_FIELDS} node {{ key: uscc }} }} }} }}"
                    );
                    Walk { server: &server, query, variables: json!({ "filter": filter }), path: "/enterprises" }
                        .whole()
                };
                let (up, mut down) = (ordered("ASC"), ordered("DESC"));
                down.reverse();
                assert_eq!(up, down, "{engine:?}: {field} down is not the reverse of up");
                assert!(up.len() >= least, "{engine:?}: only {} rows", up.len());
                sets.insert(up.into_iter().collect::<BTreeSet<_>>());
            }
            assert_eq!(sets.len(), 1, "{engine:?}: orders hold different rows");
        }
    }
}

#[test]
fn pages_of_records_cover_them_once() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        for family in [
            "penalties",
            "licences",
            "inspections",
            "abnormalListings",
            "seriousViolations",
            "repairs",
            "notices",
            "crossRegionRecords",
            "annualReports",
        ] {
            let uscc = richest(&server, family);
            let query = format!(
                "query($uscc: Uscc!, $first: Int, $after: String, $last: Int, $before: String) {{
                    enterprise(uscc: $uscc) {{
                        {family}(first: $first, after: $after, last: $last, before: $before) {{
                            {PAGE_FIELDS} node {{ key: id }} }} }} }} }}"
            );
            let path = format!("/enterprise/{family}");
            let keys = Walk { server: &server, query, variables: json!({ "uscc": uscc }), path: &path }.whole();
            assert!(!keys.is_empty(), "{engine:?}: nobody has {family}");
        }
    }
}

#[test]
fn pages_of_a_search_cover_it_once() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let query = format!(
            "query($first: Int, $after: String) {{
                search(query: \"公司\", first: $first, after: $after) {{
                    {PAGE_FIELDS} node {{ ... on Node {{ key: id }} }} }} }} }}"
        );
        let walk = Walk { server: &server, query, variables: json!({}), path: "/search" };
        let keys = walk.forward();
        assert!(keys.len() > PAGE, "{engine:?}: too few hits");
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{engine:?}: a hit comes twice");
        assert_eq!(walk.page(json!({ "first": 0 }))["totalCount"], keys.len(), "{engine:?}");
    }
}

/// The enterprise with the most records of a family.
fn richest(server: &Server, family: &str) -> String {
    let query = format!(
        "query($after: String) {{ enterprises(first: 100, after: $after, orderBy: {{ field: USCC }}) {{
            pageInfo {{ hasNextPage endCursor }} nodes {{ uscc {family}(first: 0) {{ totalCount }} }} }} }}"
    );
    let mut best = (0, String::new());
    let mut after = Value::Null;
    loop {
        let mut page = server.data(&query, &json!({ "after": after }))["enterprises"].take();
        for node in page["nodes"].as_array().into_iter().flatten() {
            let count = node[family]["totalCount"].as_u64().unwrap_or_default();
            if best.1.is_empty() || count > best.0 {
                best = (count, node["uscc"].as_str().expect("a code").to_owned());
            }
        }
        if page["pageInfo"]["hasNextPage"] != true {
            return best.1;
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}

/// GraphQL specification 6.4.1: an absent variable leaves the default of its place.
#[test]
fn an_absent_variable_leaves_the_default_of_its_place() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let query = "query($way: OrderDirection) {
        enterprises(orderBy: { field: USCC, direction: $way }, first: 3) { nodes { uscc } }
    }";
    let ascending = server.data(query, &json!({ "way": "ASC" }));
    assert_eq!(server.data(query, &json!({})), ascending);
    assert_ne!(server.data(query, &json!({ "way": "DESC" })), ascending);
}
