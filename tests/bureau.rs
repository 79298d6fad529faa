//! 年报监管 The zero-value list, progress, analysis and comparison, asked of a running server as each role.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::scene::{Person, Scene, codes};
use crate::support::{Engine, Place, engines};

const YEAR: i32 = 2023;

const ZERO: &str = "query($year: Int!, $region: RegionCode, $after: String) {
    zeroValueReports(year: $year, regionCode: $region, first: 7, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes {
            year submittedOn isLate filerKind size yearsRunning employees
            enterprise { uscc region { code } } report { id year isZeroValue totalRevenueWan }
        }
    }
}";

fn all_zero(scene: &Scene, token: &str, region: Option<&str>) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "year": YEAR, "region": region, "after": after });
        let mut page = scene.data(token, ZERO, &variables)["zeroValueReports"].take();
        let total = page["totalCount"].as_u64().expect("a total");
        found.extend(page["nodes"].as_array().cloned().unwrap_or_default());
        if page["pageInfo"]["hasNextPage"] != true {
            assert_eq!(found.len() as u64, total);
            return found;
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}

#[test]
fn the_zero_value_list_ends_at_the_border_of_the_office() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let (chief, city) =
            (scene.office("chief", "DIVISION_CHIEF", "610000"), scene.office("city", "CLERK", "610100"));
        let all = all_zero(&scene, &chief.token, None);
        assert!(all.len() > 5, "{engine:?}: {}", all.len());
        assert!(all.iter().all(|one| one["report"]["isZeroValue"] == true && one["year"] == YEAR), "{engine:?}");
        let usccs: BTreeSet<&str> = all.iter().filter_map(|one| one["enterprise"]["uscc"].as_str()).collect();
        assert_eq!(usccs.len(), all.len(), "nobody is listed twice");
        // A city's office sees its own, without naming it, and is refused others.
        let own = all_zero(&scene, &city.token, None);
        let is_inside =
            |one: &&Value| one["enterprise"]["region"]["code"].as_str().is_some_and(|code| code.starts_with("6101"));
        assert_eq!(own.len(), all.iter().filter(is_inside).count(), "{engine:?}");
        assert!(own.iter().all(|one| is_inside(&one)));
        for region in ["610000", "610300"] {
            let refused = scene.ask(&city.token, ZERO, &json!({ "year": YEAR, "region": region }));
            assert_eq!(codes(&refused), ["NOT_PERMITTED"], "{engine:?} {region}: {}", refused.body);
        }
        assert_eq!(codes(&scene.ask("", ZERO, &json!({ "year": YEAR }))), ["NOT_SIGNED_IN"]);
        assert_eq!(codes(&scene.ask(&chief.token, ZERO, &json!({ "year": 1999 }))), ["INVALID_INPUT"]);
        // The public reads the same reports, but not that they are of zero value.
        let query = "query($id: ID!) { node(id: $id) { ... on AnnualReport { year isZeroValue } } }";
        let id = json!({ "id": all[0]["report"]["id"] });
        assert_eq!(scene.data("", query, &id)["node"]["isZeroValue"], Value::Null);
        assert_eq!(scene.data(&chief.token, query, &id)["node"]["isZeroValue"], true);
        let told = scene.data("", "{ zeroValueDefinitions(year: 2023) { id text source } }", &Value::Null);
        assert_eq!(told["zeroValueDefinitions"].as_array().map(Vec::len), Some(4), "{told}");
    }
}

/// Follows a job of a payload to its end and tells its result.
fn done(scene: &Scene, person: &Person, payload: &Value) -> Value {
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    let id = payload["job"]["id"].as_str().expect("a job");
    let follow = format!("subscription {{ jobProgress(id: \"{id}\") {{ status result error }} }}");
    let bearer = format!("Bearer {}", person.token);
    let told = scene.server.events_with(&[("Authorization", &bearer)], &follow).last().expect("an answer");
    let job = &told["data"]["jobProgress"];
    assert_eq!(job["status"], "DONE", "{told}");
    serde_json::from_str(job["result"].as_str().expect("a result")).expect("JSON")
}

#[test]
fn the_list_is_exported_for_a_purpose_to_who_asked() {
    let scene = Scene::new(Engine::Sqlite);
    let (clerk, other) = (scene.office("clerk", "CLERK", "610100"), scene.office("other", "CLERK", "610100"));
    let export = "mutation($purpose: String!, $region: RegionCode) {
        exportZeroValueReports(input: { year: 2023, regionCode: $region, format: CSV, purpose: $purpose }) {
            job { id } userErrors { code }
        }
    }";
    let refused = scene.data(&clerk.token, export, &json!({ "purpose": "查" }));
    assert_eq!(refused["exportZeroValueReports"]["userErrors"][0]["code"], "INVALID_PURPOSE");
    let beyond = scene.data(&clerk.token, export, &json!({ "purpose": "双随机选取对象", "region": "610000" }));
    assert_eq!(beyond["exportZeroValueReports"]["userErrors"][0]["code"], "NOT_PERMITTED");
    let started = scene.data(&clerk.token, export, &json!({ "purpose": "双随机选取对象" }));
    let result = done(&scene, &clerk, &started["exportZeroValueReports"]);
    let listed = all_zero(&scene, &clerk.token, None);
    assert_eq!(result["rows"].as_u64(), Some(listed.len() as u64), "{result}");
    let url = result["url"].as_str().expect("an address");
    let bearer = |person: &Person| format!("Bearer {}", person.token);
    let (status, headers, bytes) = scene.server.file(&[("Authorization", &bearer(&clerk))], url);
    assert_eq!(status, 200);
    assert!(headers["content-disposition"].to_str().is_ok_and(|name| name.contains("qinxin-zero-value-")));
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.contains("秦信零值年报名单") && text.contains("双随机选取对象"), "{text}");
    assert!(listed.iter().all(|one| text.contains(one["enterprise"]["uscc"].as_str().expect("a code"))));
    assert_eq!(scene.server.file(&[("Authorization", &bearer(&other))], url).0, 404);
}

#[test]
fn progress_adds_up_and_follows_what_is_recorded() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let chief = scene.office("chief", "DIVISION_CHIEF", "610000");
        let query = "query($region: RegionCode) {
            filingProgress(year: 2023, regionCode: $region) {
                region { code } windowFrom windowTo isCurrent
                total { due filed filedInTime filedLate missing filedPercent }
                kinds { kind count { due filed } }
                regions { region { code } count { due filed missing } }
                days { day filed filedLate filedSoFar }
            }
        }";
        let told = scene.data(&chief.token, query, &json!({}))["filingProgress"].take();
        assert_eq!((&told["windowTo"], &told["isCurrent"]), (&json!("2024-06-30"), &json!(true)), "{engine:?}: {told}");
        let number = |value: &Value| value.as_i64().expect("a number");
        let total = &told["total"];
        assert_eq!(number(&total["filed"]), number(&total["filedInTime"]) + number(&total["filedLate"]));
        assert_eq!(number(&total["due"]), number(&total["filed"]) + number(&total["missing"]));
        for lines in ["kinds", "regions"] {
            let sum: i64 =
                told[lines].as_array().expect("lines").iter().map(|line| number(&line["count"]["filed"])).sum();
            assert_eq!(sum, number(&total["filed"]), "{engine:?} {lines}");
        }
        let last = told["days"].as_array().and_then(|days| days.last()).expect("a day");
        assert_eq!(last["filedSoFar"], total["filed"]);
        // One level below, the same number is told of the same city.
        let city = &told["regions"][0];
        let below = scene.data(&chief.token, query, &json!({ "region": city["region"]["code"] }));
        assert_eq!(below["filingProgress"]["total"]["filed"], city["count"]["filed"], "{engine:?}: {below}");
        // The command agrees.
        let Scene { place, server } = scene;
        assert!(server.stop());
        assert!(place.done(&["reports", "recount"]).contains("一致"), "{engine:?}");
        assert!(place.done(&["reports", "rebuild"]).contains("300"), "{engine:?}");
    }
}

#[test]
fn the_public_is_shown_the_analysis_without_small_cells() {
    let scene = Scene::new(Engine::Sqlite);
    let analyst = scene.office("analyst", "ANALYST", "610000");
    let query = "query($by: [ReportDimension!]!, $years: [Int!]!) {
        reportAnalysis(years: $years, regionCode: \"610000\", by: $by, distributionOf: TOTAL_REVENUE) {
            reportCount groupCount hiddenCount isCurrent
            groups {
                values labels isHidden reportCount sharePercent growthPercent lateCount zeroValueCount
                figures(measures: [TOTAL_REVENUE, EMPLOYEES]) { measure unit statedCount sum mean sharePercent growthPercent }
                distribution { statedCount p10 median p90 unit }
            }
            forecasts { labels measure year value errorPercent testedYears }
        }
    }";
    let ask = |token: &str, by: Value, years: Value| {
        scene.data(token, query, &json!({ "by": by, "years": years }))["reportAnalysis"].take()
    };
    let by = json!(["INDUSTRY", "KIND"]);
    let (seen, all) = (ask("", by.clone(), json!([YEAR])), ask(&analyst.token, by, json!([YEAR])));
    assert_eq!((&seen["reportCount"], &seen["groupCount"]), (&all["reportCount"], &all["groupCount"]));
    assert!(seen["hiddenCount"].as_u64() > Some(1) && all["hiddenCount"] == 0, "{seen}");
    for (public, office) in
        seen["groups"].as_array().expect("groups").iter().zip(all["groups"].as_array().expect("groups"))
    {
        assert_eq!(public["values"], office["values"]);
        assert_eq!(public["lateCount"], Value::Null);
        assert!(office["lateCount"].is_u64(), "{office}");
        if public["isHidden"] == true {
            assert_eq!((&public["reportCount"], &public["figures"][0]["sum"]), (&Value::Null, &Value::Null));
        } else {
            assert!(public["reportCount"].as_u64() >= Some(3), "{public}");
        }
    }
    let years = ask(&analyst.token, json!(["YEAR"]), json!([2020, 2021, 2022, 2023]));
    let group = |at: usize| &years["groups"][at];
    let count = |at: usize| group(at)["reportCount"].as_f64().expect("a number");
    let told: f64 = group(3)["growthPercent"].as_str().and_then(|told| told.parse().ok()).expect("a number");
    assert!((told - (count(3) / count(2) - 1.0) * 100.0).abs() < 0.01, "{years}");
    assert!(group(0)["distribution"]["median"].is_string(), "{years}");
    let forecast = &years["forecasts"][0];
    assert_eq!((&forecast["year"], &forecast["testedYears"]), (&json!(2024), &json!(1)), "{years}");
    let over_years = scene.ask("", query, &json!({ "by": ["KIND"], "years": [2022, 2023] }));
    assert_eq!(codes(&over_years), ["INVALID_INPUT"], "{}", over_years.body);
}

/// Gives the role of a liaison of an enterprise to an account that has none yet.
fn liaison(scene: &Scene, security: &Person, enterprise: &Value) -> Person {
    let person = scene.office("liaison", "OBJECTOR", "610000");
    let users = scene.data(&security.token, "{ users { nodes { id login } } }", &Value::Null);
    let users = users["users"]["nodes"].as_array().expect("accounts").clone();
    let user = users.iter().find(|user| user["login"] == "liaison").expect("the account");
    let grant = "mutation($user: ID!, $of: ID!) {
        assignRole(input: { userId: $user, role: LIAISON, regionCode: \"610000\", enterpriseId: $of }) {
            userErrors { code }
        }
    }";
    let granted = scene.data(&security.token, grant, &json!({ "user": user["id"], "of": enterprise }));
    assert_eq!(granted["assignRole"]["userErrors"], json!([]), "{granted}");
    person
}

#[test]
fn differences_lead_to_a_letter_and_its_answer() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let (clerk, inspector) =
            (scene.office("clerk", "CLERK", "610000"), scene.office("inspector", "INSPECTOR", "610000"));
        let compare = "mutation { compareReports(input: { year: 2023 }) { job { id } userErrors { code } } }";
        assert_eq!(codes(&scene.ask(&inspector.token, compare, &Value::Null)), ["NOT_PERMITTED"]);
        let started = scene.data(&clerk.token, compare, &Value::Null);
        let result = done(&scene, &clerk, &started["compareReports"]);
        assert!(result["new"].as_u64() > Some(0), "{engine:?}: {result}");
        let list = "query($stages: [FindingStage!]) {
            comparisonFindings(year: 2023, first: 5, filter: { stages: $stages }) {
                totalCount stages { stage count }
                nodes {
                    id message reportValue archiveValue stage possibleSteps
                    detector { id title severity source } enterprise { id uscc name } report { year }
                }
            }
        }";
        let found = scene.data(&inspector.token, list, &json!({ "stages": ["OPEN"] }))["comparisonFindings"].take();
        assert_eq!(found["totalCount"], result["new"], "{engine:?}: {found}");
        let one = &found["nodes"][0];
        assert_eq!(one["possibleSteps"], json!([]), "an inspector only reads");
        let issue = "mutation($id: ID!) {
            issueCorrectionLetter(input: { findingIds: [$id] }) {
                letter { id number text dueOn isOverdue findings { id stage possibleSteps } } userErrors { code message }
            }
        }";
        let issued = scene.data(&clerk.token, issue, &json!({ "id": one["id"] }))["issueCorrectionLetter"].take();
        let letter = &issued["letter"];
        let text = letter["text"].as_str().expect("a text");
        assert!(text.contains(one["enterprise"]["name"].as_str().expect("a name")), "{engine:?}: {issued}");
        assert_eq!(letter["findings"][0]["stage"], "LETTER_ISSUED");
        let again = scene.data(&clerk.token, issue, &json!({ "id": one["id"] }))["issueCorrectionLetter"].take();
        assert_eq!(again["userErrors"][0]["code"], "LETTER_ALREADY_ISSUED", "{engine:?}");
        assert!(again["userErrors"][0]["message"].as_str().is_some_and(|told| told.contains("依据：")), "{again}");

        let person = liaison(&scene, &security, &one["enterprise"]["id"]);
        let own = "query($uscc: Uscc!) {
            enterpriseCorrectionLetters(uscc: $uscc) { id number findings { message possibleSteps } }
        }";
        let uscc = json!({ "uscc": one["enterprise"]["uscc"] });
        let letters = scene.data(&person.token, own, &uscc);
        assert_eq!(letters["enterpriseCorrectionLetters"][0]["number"], letter["number"], "{engine:?}");
        assert_eq!(letters["enterpriseCorrectionLetters"][0]["findings"][0]["possibleSteps"], json!(["ANSWER"]));
        assert_eq!(scene.data("", own, &uscc)["enterpriseCorrectionLetters"], Value::Null, "nothing for the public");
        let answer = "mutation($id: ID!, $answer: String!) {
            answerCorrectionLetter(input: { letterId: $id, answer: $answer }) {
                letter { answer answeredOn findings { stage } } userErrors { code }
            }
        }";
        let variables = json!({ "id": letter["id"], "answer": "已核对，通信地址填写有误，现予更正。" });
        assert_eq!(codes(&scene.ask(&clerk.token, answer, &variables)), ["NOT_PERMITTED"]);
        let answered = scene.data(&person.token, answer, &variables)["answerCorrectionLetter"].take();
        assert_eq!(answered["letter"]["findings"][0]["stage"], "ANSWERED", "{engine:?}: {answered}");
        let settle = "mutation($id: ID!) {
            settleFinding(input: { findingId: $id, settlement: ACCEPT }) {
                finding { stage steps { step stage takenBy } letter { settledOn } } userErrors { code }
            }
        }";
        let settled = scene.data(&clerk.token, settle, &json!({ "id": one["id"] }))["settleFinding"].take();
        assert_eq!(settled["finding"]["stage"], "CORRECTED", "{engine:?}: {settled}");
        let steps: Vec<&Value> =
            settled["finding"]["steps"].as_array().expect("steps").iter().map(|step| &step["step"]).collect();
        assert_eq!(steps, ["ISSUE_LETTER", "ANSWER", "ACCEPT"], "{engine:?}");
        assert!(settled["finding"]["letter"]["settledOn"].is_string(), "{settled}");
        assert!(scene.place.run(&["audit", "verify"]).success || scene.server.stop(), "{engine:?}");
    }
}

#[test]
fn every_detector_is_told_with_its_source() {
    let scene = Scene::new(Engine::Sqlite);
    let told = scene.data("", "{ comparisonDetectors(year: 2024) { id title condition mend source } }", &Value::Null);
    let detectors = told["comparisonDetectors"].as_array().expect("detectors");
    assert!(detectors.len() >= 15 && detectors.iter().all(|one| one["source"].as_str().is_some_and(|s| !s.is_empty())));
    assert!(Place::new(Engine::Sqlite).run(&["reports", "recount"]).success, "an empty register agrees, too");
}
