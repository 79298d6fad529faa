//! 各类主体报送 Every kind of filer out of a generated register files by confirming what has not changed and typing the
//! figures of the year, read off the form; and a head office files for all its branches in one job.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::filing::{SUBMIT, YEAR, liaison, reasons};
use crate::scene::{Person, Scene};
use crate::support::{Engine, Place, Server, engines};

/// The register ends in the window in which the year is filed: holders have paid in after the year, others have filed.
const TODAY: &str = "2026-03-20";

const KINDS: [(&str, &str); 9] = [
    ("LIMITED_COMPANY", "ENTERPRISE"),
    ("JOINT_STOCK_COMPANY", "ENTERPRISE"),
    ("PARTNERSHIP", "ENTERPRISE"),
    ("SOLE_PROPRIETORSHIP", "ENTERPRISE"),
    ("FOREIGN_INVESTED", "FOREIGN_INVESTED"),
    ("BRANCH", "BRANCH"),
    ("INDIVIDUAL_HOUSEHOLD", "INDIVIDUAL"),
    ("FARMERS_COOPERATIVE", "COOPERATIVE"),
    ("REPRESENTATIVE_OFFICE", "REPRESENTATIVE_OFFICE"),
];

const LIST: &str = "query($kind: EnterpriseKind!) {
    enterprises(first: 100, filter: { kinds: [$kind], statuses: [ACTIVE] }, orderBy: { field: USCC }) {
        nodes {
            id uscc name establishedOn parent { id uscc }
            annualReports(first: 1) { nodes { year employees } }
            shareholders { contributions { paidOn } }
        }
    }
}";
const FORM: &str = "query($kind: FilerKind!, $year: Int!) {
    annualReportForm(kind: $kind, year: $year) {
        sections { name table { when rows } fields { name type required confirmable choices { code } } }
    }
}";
const DRAFT: &str = "query($uscc: Uscc!, $year: Int!, $values: [ReportFieldInput!]) {
    annualReportDraft(uscc: $uscc, year: $year, values: $values) {
        version fields { path value required unchangedConfirmable lastValue }
        findings { ruleId severity message paths }
    }
}";
const CONFIRM: &str = "mutation($uscc: Uscc!, $year: Int!) {
    confirmUnchanged(input: { uscc: $uscc, year: $year, version: 0, fields: [\"*\"] }) {
        filing { version } userErrors { code message }
    }
}";
const FILE_ALL: &str = "mutation($uscc: Uscc!, $year: Int!, $key: String!, $branches: [BranchReportInput!]!) {
    fileBranchReports(input: { uscc: $uscc, year: $year, idempotencyKey: $key, branches: $branches }) {
        job { id } userErrors { code message }
    }
}";

fn register(engine: Engine, enterprises: &str) -> Scene {
    let place = Place::new(engine);
    place.done(&["generate", "--enterprises", enterprises, "--seed", "7", "--today", TODAY]);
    place.done(&["index", "rebuild"]);
    let server = Server::start(&place);
    Scene { place, server }
}

/// Enterprises of a kind that filed the year before and still owe the year.
fn owing(scene: &Scene, kind: &str) -> Vec<Value> {
    let all = scene.data("", LIST, &json!({ "kind": kind }))["enterprises"]["nodes"].take();
    let all = all.as_array().expect("enterprises").clone();
    all.into_iter().filter(|one| one["annualReports"]["nodes"][0]["year"] == YEAR - 1).collect()
}

/// The year's figures of an ordinary business, the same size as the year before where that is known.
fn figure(name: &str, field: &Value, last: &Value) -> String {
    let text = match name {
        "total_assets" => "560",
        "total_liabilities" => "200",
        "owners_equity" => "360",
        "total_revenue" | "sales" => "800",
        "main_revenue" => "750",
        "total_profit" => "90",
        "net_profit" => "70",
        "total_tax" => "40",
        "members" => "12",
        "farmer_members" => "11",
        "office_income" | "office_expense" => "60",
        "audit_firm" => "陕西示例会计师事务所有限责任公司",
        "foreign_enterprise_exists" => "是",
        "employees" => return last.as_str().unwrap_or("6").to_owned(),
        _ => match field["type"].as_str().expect("a type") {
            "BOOL" => "否",
            "INTEGER" => return last.as_str().unwrap_or("0").to_owned(),
            _ => "0",
        },
    };
    text.to_owned()
}

/// 须填内容 What the form of a kind asks of everybody every year: what is required and cannot be confirmed as unchanged,
/// with the rows that the form gives itself.
fn asked(form: &Value) -> BTreeMap<String, Value> {
    let mut asked = BTreeMap::new();
    for section in form["sections"].as_array().expect("sections") {
        let rows = section["table"]["rows"].as_array().map(Vec::len);
        let is_asked = |field: &&Value| field["required"] == true && field["confirmable"] == false;
        for field in section["fields"].as_array().expect("fields").iter().filter(is_asked) {
            let name = field["name"].as_str().expect("a name");
            let section = section["name"].as_str().expect("a name");
            match rows {
                None => drop(asked.insert(name.to_owned(), field.clone())),
                // The kinds of insurance stand there already.
                Some(rows) if name != "kind" => {
                    asked.extend((0..rows).map(|row| (format!("{section}[{row}].{name}"), field.clone())));
                }
                Some(_) => {}
            }
        }
    }
    asked
}

/// What is typed of a draft: each of what is asked that the draft does not hold already.
fn typed(form: &Value, draft: &Value, case: &str) -> Vec<Value> {
    let asked = asked(form);
    let fields = draft["fields"].as_array().expect("fields");
    // Nothing else is missing: whoever confirms has all of it.
    let missing: BTreeSet<&str> = fields
        .iter()
        .filter(|field| field["required"] == true && field["value"].is_null())
        .map(|field| field["path"].as_str().expect("a path"))
        .filter(|path| !asked.contains_key(*path))
        .collect();
    assert!(missing.is_empty(), "{case}: {missing:?}");
    let is_open = |field: &&Value| field["value"].is_null();
    let open = fields.iter().filter(is_open).filter_map(|field| {
        let path = field["path"].as_str().expect("a path");
        let name = path.rsplit('.').next().unwrap_or(path);
        Some(json!({ "path": path, "value": figure(name, asked.get(path)?, &field["lastValue"]) }))
    });
    open.collect()
}

fn form_of(scene: &Scene, kind: &str) -> Value {
    scene.data("", FORM, &json!({ "kind": kind, "year": YEAR }))["annualReportForm"].take()
}

/// Confirms, types, submits; the receipt.
fn filed(scene: &Scene, person: &Person, uscc: &Value, form: &Value, case: &str) -> Value {
    let mut variables = json!({ "uscc": uscc, "year": YEAR });
    let confirmed = scene.data(&person.token, CONFIRM, &variables);
    assert_eq!(confirmed["confirmUnchanged"]["userErrors"], json!([]), "{case}");
    let draft = scene.data(&person.token, DRAFT, &variables)["annualReportDraft"].take();
    let values = typed(form, &draft, case);
    variables["values"] = json!(values);
    let judged = scene.data(&person.token, DRAFT, &variables)["annualReportDraft"].take();
    let errors: Vec<&Value> =
        judged["findings"].as_array().expect("findings").iter().filter(|one| one["severity"] == "ERROR").collect();
    assert!(errors.is_empty(), "{case}: {errors:?}");
    variables["reasons"] = json!(reasons(&judged["findings"]));
    variables["key"] = json!("filed-as-a-kind");
    let submitted = scene.data(&person.token, SUBMIT, &variables)["submitAnnualReport"].take();
    assert_eq!(submitted["userErrors"], json!([]), "{case}: {submitted}");
    submitted["receipt"].clone()
}

#[test]
fn every_kind_of_filer_files_what_has_not_changed_with_its_figures() {
    for engine in engines() {
        let scene = register(engine, "2500");
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        for (kind, filer) in KINDS {
            let form = form_of(&scene, filer);
            let all = owing(&scene, kind);
            let has_paid =
                |one: &Value, year: i32| one["shareholders"].to_string().contains(&format!("\"paidOn\":\"{year}"));
            // One like any other, one whose holders have paid in within the year, and one where they did after it.
            let chosen: BTreeMap<String, &Value> = all
                .iter()
                .take(1)
                .chain(all.iter().find(|one| has_paid(one, YEAR)))
                .chain(all.iter().find(|one| has_paid(one, YEAR + 1)))
                .map(|one| (one["uscc"].as_str().expect("a code").to_owned(), one))
                .collect();
            assert!(!chosen.is_empty(), "{engine:?}: no {kind} owes the report");
            for (uscc, one) in chosen {
                let person = liaison(&scene, &security, &format!("l{}", uscc.to_lowercase()), &one["id"]);
                let case = format!("{engine:?} {kind} {uscc}");
                let receipt = filed(&scene, &person, &one["uscc"], &form, &case);
                assert_eq!((&receipt["uscc"], &receipt["year"]), (&one["uscc"], &json!(YEAR)), "{case}");
                assert!(receipt["number"].as_str().is_some_and(|number| number.starts_with("NB2025-")), "{case}");
            }
        }
    }
}

#[test]
fn a_head_office_files_for_its_branches_in_one_job() {
    for engine in engines() {
        let scene = register(engine, "2500");
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let mut heads: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for branch in owing(&scene, "BRANCH") {
            heads.entry(branch["parent"]["uscc"].as_str().expect("a head office").to_owned()).or_default().push(branch);
        }
        let branches = heads.into_values().max_by_key(Vec::len).expect("branches");
        let head = branches[0]["parent"].clone();
        let person = liaison(&scene, &security, "head", &head["id"]);
        let form = form_of(&scene, "BRANCH");
        let mut asked = Vec::new();
        for branch in &branches {
            let mut variables = json!({ "uscc": branch["uscc"], "year": YEAR });
            let draft = scene.data(&person.token, DRAFT, &variables)["annualReportDraft"].take();
            let values = typed(&form, &draft, "a branch");
            variables["values"] = json!(values);
            let judged = scene.data(&person.token, DRAFT, &variables)["annualReportDraft"].take();
            asked.push(json!({ "uscc": branch["uscc"], "values": values, "reasons": reasons(&judged["findings"]) }));
        }
        let variables = json!({ "uscc": head["uscc"], "year": YEAR, "key": "all-branches", "branches": asked });
        let begun = scene.data(&person.token, FILE_ALL, &variables)["fileBranchReports"].take();
        assert_eq!(begun["userErrors"], json!([]), "{engine:?}");
        let id = &begun["job"]["id"];
        let follow = format!("subscription {{ jobProgress(id: {id}) {{ status result error }} }}");
        let bearer = format!("Bearer {}", person.token);
        let last = scene.server.events_with(&[("Authorization", &bearer)], &follow).last().expect("an answer");
        let job = &last["data"]["jobProgress"];
        assert_eq!(job["status"], "DONE", "{engine:?}: {job}");
        let result: Value = serde_json::from_str(job["result"].as_str().expect("a result")).expect("JSON");
        assert_eq!(result["filed"], branches.len(), "{engine:?}: {result}");
    }
}
