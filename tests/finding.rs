//! 查找 What the query box finds beyond names: old registration numbers, and telephone numbers,
//! which only those find who may have them shown and say what for.

use serde_json::{Value, json};

use crate::scene::{Scene, codes};
use crate::support::{Engine, engines};

const SEARCH: &str = "query($query: String!, $purpose: String) {
    search(query: $query, purpose: $purpose, first: 20) {
        totalCount isApproximate edges { reasons { kind text } node { __typename ... on Enterprise { uscc } } }
    }
}";
const KNOWN: &str = "{ enterprises(first: 100, filter: { regionCode: \"610100\" }) {
    nodes { id uscc formerRegistrationNumber establishedOn region { code } }
} }";
const PURPOSE: &str = "核实能否联系";

/// The codes of the enterprises found for a reason.
fn found(scene: &Scene, token: &str, query: &str, purpose: Option<&str>, reason: &str) -> Vec<Value> {
    let page = scene.data(token, SEARCH, &json!({ "query": query, "purpose": purpose }))["search"].take();
    let edges = page["edges"].as_array().expect("edges").iter();
    let edges = edges.filter(|edge| edge["reasons"].to_string().contains(reason));
    edges.map(|edge| edge["node"]["uscc"].clone()).collect()
}

#[test]
fn an_old_registration_number_leads_to_its_enterprise() {
    let scene = Scene::new(Engine::Sqlite);
    let known = scene.data("", KNOWN, &Value::Null);
    let known = known["enterprises"]["nodes"].as_array().expect("enterprises");
    let old = known.iter().find(|one| !one["formerRegistrationNumber"].is_null()).expect("one with a number");
    assert!(old["establishedOn"].as_str() < Some("2016-12-01"), "{old}");
    let number = old["formerRegistrationNumber"].as_str().expect("a number");
    assert_eq!(found(&scene, "", number, None, "REGISTRATION_NUMBER"), [old["uscc"].clone()]);
    assert!(found(&scene, "", &number[..12], None, "REGISTRATION_NUMBER").contains(&old["uscc"]));
    let wrong = format!("{}{}{}", &number[..9], if &number[9..10] == "1" { "2" } else { "1" }, &number[10..]);
    for mistaken in [wrong, [&number[..4], &number[5..]].concat()] {
        assert!(found(&scene, "", &mistaken, None, "CORRECTED_CODE").contains(&old["uscc"]), "{mistaken} for {number}");
    }
}

#[test]
fn a_telephone_number_is_found_by_who_may_see_it_and_says_what_for() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let clerk = scene.office("clerk", "CLERK", "610100").token;
        let stranger = scene.office("stranger", "CLERK", "610300").token;
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000").token;
        let known = scene.data("", KNOWN, &Value::Null)["enterprises"]["nodes"][0].take();
        let reveal = "mutation($id: ID!, $purpose: String!) {
            revealField(input: { id: $id, field: ENTERPRISE_PHONE, purpose: $purpose }) { value }
        }";
        let shown = scene.data(&clerk, reveal, &json!({ "id": known["id"], "purpose": PURPOSE }));
        let number = shown["revealField"]["value"].as_str().expect("a number").to_owned();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();

        for typed in [number.as_str(), &format!("+86 {digits}")] {
            assert_eq!(found(&scene, &clerk, typed, Some(PURPOSE), "TELEPHONE"), [known["uscc"].clone()], "{typed}");
        }
        // Nobody else finds it, or counts more than for a number that nobody has.
        let count = |token: &str, purpose: Option<&str>| {
            let page = scene.data(token, SEARCH, &json!({ "query": digits, "purpose": purpose }));
            assert!(!page.to_string().contains("TELEPHONE"), "{page}");
            assert!(!page.to_string().contains(known["uscc"].as_str().expect("a code")), "{page}");
            page["search"]["totalCount"].clone()
        };
        let nobody = count("", None);
        for (token, purpose) in
            [("", Some(PURPOSE)), (&clerk, None), (&stranger, Some(PURPOSE)), (&audit, Some(PURPOSE))]
        {
            assert_eq!(count(token, purpose), nobody, "{engine:?}: {purpose:?}");
        }
        let refused = scene.ask(&clerk, SEARCH, &json!({ "query": number, "purpose": "查" }));
        assert_eq!(codes(&refused), ["INVALID_PURPOSE"], "{}", refused.body);

        let trail = "{ auditTrail(filter: { act: \"SEARCH_BY_PHONE\" }) { nodes { actor detail } } }";
        let trail = scene.data(&audit, trail, &Value::Null)["auditTrail"]["nodes"].to_string();
        assert!(trail.contains(PURPOSE) && trail.contains(" clerk") && trail.contains(" stranger"), "{trail}");
        assert!(trail.contains(&digits[digits.len() - 4..]) && !trail.contains(&digits), "{trail}");
        // Neither the number nor a part of it that tells lies in the index.
        for folder in std::fs::read_dir(scene.place.folder().join("index")).expect("an index").flatten() {
            let files = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
            for file in files {
                let bytes = std::fs::read(file.path()).unwrap_or_default();
                assert!(!bytes.windows(digits.len()).any(|part| part == digits.as_bytes()), "{:?}", file.path());
            }
        }
    }
}
