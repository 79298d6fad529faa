//! 场景 The queries of `tests/scenarios`, one file each, with their variables in the first line.
//! Each is asked on every engine and its answer compared with the same snapshot.
//!
//! `{NAMES}` in variables are played by enterprises and records of the generated data ([`Cast`]),
//! so that new data needs new snapshots and no new queries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Place, Server, engines, repository};

#[test]
fn every_engine_gives_the_recorded_answers() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let cast = Cast::of(&server);
        for scenario in scenarios() {
            let answer = server.ask(&scenario.query, &cast.fill(&scenario.variables));
            snapshot_settings().bind(|| insta::assert_json_snapshot!(scenario.name, answer));
        }
    }
}

#[test]
fn every_object_is_found_again_by_its_id() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let cast = Cast::of(&server);
        for (family, role) in FAMILIES {
            let id = &cast.0[role];
            let found = server.data("query($id: ID!) { node(id: $id) { __typename id } }", &json!({ "id": id }));
            assert_eq!(found["node"], json!({ "__typename": family, "id": id }), "{engine:?}");
        }
    }
}

fn snapshot_settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // The order of keys in an answer says nothing.
    settings.set_sort_maps(true);
    settings
}

/// A file of `tests/scenarios`.
struct Scenario {
    name: String,
    query: String,
    variables: String,
}

fn scenarios() -> Vec<Scenario> {
    let mut files: Vec<PathBuf> =
        entries(&repository("tests/scenarios")).iter().flat_map(|area| entries(area)).collect();
    files.sort();
    assert!(!files.is_empty(), "there are no scenarios");
    files.iter().map(|file| scenario(file)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect()
}

fn scenario(file: &Path) -> Scenario {
    let part = |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).expect("a name").to_owned();
    let area = part(file.parent().and_then(Path::file_name));
    let query = std::fs::read_to_string(file).expect("a query");
    let variables = query.lines().next().and_then(|line| line.strip_prefix("# @variables ")).unwrap_or("{}").to_owned();
    Scenario { name: format!("{area}__{}", part(file.file_stem())), query, variables }
}

/// Types with an id of their own, and the role that stands for each.
const FAMILIES: [(&str, &str); 10] = [
    ("Enterprise", "ENTERPRISE_ID"),
    ("Penalty", "PENALTY_ID"),
    ("Licence", "LICENCE_ID"),
    ("Inspection", "INSPECTION_ID"),
    ("AbnormalListing", "ABNORMAL_LISTING_ID"),
    ("SeriousViolation", "SERIOUS_VIOLATION_ID"),
    ("CreditRepair", "REPAIR_ID"),
    ("Notice", "NOTICE_ID"),
    ("CrossRegionRecord", "CROSS_REGION_ID"),
    ("AnnualReport", "ANNUAL_REPORT_ID"),
];

/// Lists of an enterprise, and the role of the first record in each.
const LISTS: [(&str, &str); 7] = [
    ("penalties", "PENALTY_ID"),
    ("licences", "LICENCE_ID"),
    ("inspections", "INSPECTION_ID"),
    ("abnormalListings", "ABNORMAL_LISTING_ID"),
    ("seriousViolations", "SERIOUS_VIOLATION_ID"),
    ("repairs", "REPAIR_ID"),
    ("annualReports", "ANNUAL_REPORT_ID"),
];

/// 角色 Who plays which role in the variables.
struct Cast(BTreeMap<&'static str, String>);

impl Cast {
    fn of(server: &Server) -> Self {
        let register = register(server);
        let mut cast = Self(BTreeMap::new());
        cast.enterprises(&register);
        cast.records(&register);
        cast.change(&register);
        cast
    }

    fn set(&mut self, role: &'static str, value: &Value) {
        let value = value.as_str().unwrap_or_else(|| panic!("nobody plays {role}"));
        self.0.insert(role, value.to_owned());
    }

    fn enterprises(&mut self, register: &[Value]) {
        let of_kind = |kind: &'static str| register.iter().filter(move |one| one["kind"] == kind);
        let families = |one: &&Value| LISTS.iter().filter(|(list, _)| count(one, list) > 0).count();
        let penalties = |one: &&Value| count(one, "penalties");
        let company = of_kind("LIMITED_COMPANY").max_by_key(families).unwrap_or(&Value::Null);
        self.set("COMPANY", &company["uscc"]);
        self.set("COMPANY_NAME", &company["name"]);
        self.set("ENTERPRISE_ID", &company["id"]);
        let household = of_kind("INDIVIDUAL_HOUSEHOLD").max_by_key(families).unwrap_or(&Value::Null);
        self.set("HOUSEHOLD", &household["uscc"]);
        self.set("BRANCH", &of_kind("BRANCH").next().unwrap_or(&Value::Null)["uscc"]);
        let penalised = register.iter().max_by_key(penalties).unwrap_or(&Value::Null);
        self.set("PENALISED", &penalised["uscc"]);
        self.set("DOCUMENT_NUMBER", &penalised["penalties"]["nodes"][0]["documentNumber"]);
    }

    fn records(&mut self, register: &[Value]) {
        for (list, role) in LISTS {
            let first = register.iter().map(|one| &one[list]["nodes"][0]["id"]).find(|id| id.is_string());
            self.set(role, first.unwrap_or(&Value::Null));
        }
        let known = register.iter().find(|one| count(one, "crossRegionRecords") > 0).unwrap_or(&Value::Null);
        self.set("KNOWN_ELSEWHERE", &known["uscc"]);
        self.set("CROSS_REGION_ID", &known["crossRegionRecords"]["nodes"][0]["id"]);
        let announced = register.iter().find(|one| count(one, "notices") > 0).unwrap_or(&Value::Null);
        self.set("ANNOUNCED", &announced["uscc"]);
        self.set("NOTICE_ID", &announced["notices"]["nodes"][0]["id"]);
    }

    /// A change of name or head, and the days around it.
    fn change(&mut self, register: &[Value]) {
        let told = |change: &Value| ["NAME", "LEGAL_REPRESENTATIVE"].iter().any(|item| change["item"] == *item);
        let changes = |one: &Value| one["changes"].as_array().cloned().unwrap_or_default();
        let found = register.iter().find_map(|one| Some((one, changes(one).into_iter().find(told)?)));
        let (enterprise, change) = found.expect("a change of name or head");
        let day = change["changedOn"].as_str().and_then(|day| day.parse::<chrono::NaiveDate>().ok()).expect("a day");
        self.set("CHANGED", &enterprise["uscc"]);
        self.set("DAY_OF_CHANGE", &json!(day));
        self.set("DAY_BEFORE_CHANGE", &json!(day.pred_opt()));
    }

    /// Variables with the roles filled in.
    fn fill(&self, variables: &str) -> Value {
        let filled =
            self.0.iter().fold(variables.to_owned(), |text, (role, value)| text.replace(&format!("{{{role}}}"), value));
        serde_json::from_str(&filled).unwrap_or_else(|error| panic!("{filled}: {error}"))
    }
}

fn count(enterprise: &Value, list: &str) -> u64 {
    enterprise[list]["totalCount"].as_u64().unwrap_or_default()
}

/// Every enterprise, in the order of codes, with what the roles are chosen by.
fn register(server: &Server) -> Vec<Value> {
    let query = "query($after: String) {
        enterprises(first: 100, after: $after, orderBy: { field: USCC }) {
            pageInfo { hasNextPage endCursor }
            nodes {
                id uscc name kind
                changes { item changedOn }
                penalties(first: 1) { totalCount nodes { id documentNumber } }
                licences(first: 1) { totalCount nodes { id } }
                inspections(first: 1) { totalCount nodes { id } }
                abnormalListings(first: 1) { totalCount nodes { id } }
                seriousViolations(first: 1) { totalCount nodes { id } }
                repairs(first: 1) { totalCount nodes { id } }
                annualReports(first: 1) { totalCount nodes { id } }
                notices(first: 1) { totalCount nodes { id } }
                # Licences are published without an end, so that they are there on every day of the test.
                crossRegionRecords(first: 1, kinds: [LICENCE]) { totalCount nodes { id } }
            }
        }
    }";
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut page = server.data(query, &json!({ "after": after }))["enterprises"].take();
        found.extend(page["nodes"].as_array().cloned().unwrap_or_default());
        if page["pageInfo"]["hasNextPage"] != true {
            return found;
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}
