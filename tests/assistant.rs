//! 规则比对与智能助手 Rules compared on stored reports, figures that are strange, findings explained, questions kept.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::subscriptions::Socket;
use crate::support::{Engine, Place, Server, engines, repository};

/// The tables in force with one text in place of another.
fn changed_tables(folder: &Path, old: &str, new: &str) {
    for entry in fs::read_dir(repository("rules/data/annual_report/rules")).expect("the tables").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a table");
        fs::write(folder.join(entry.file_name()), text.replace(old, new)).expect("a copy");
    }
}

#[test]
fn two_states_of_the_rules_are_compared_on_stored_reports() {
    for engine in engines() {
        let (place, tables) = (Place::filled(engine), TempDir::new().expect("a folder"));
        let path = tables.path().to_str().expect("a path");
        // Little revenue with anybody employed, instead of with ten thousand.
        changed_tables(tables.path(), "report.employees > 10000 &&", "report.employees > 0 &&");
        let said = place.done(&["rules", "diff", "--new", path, "--year", "2023", "--json"]);
        let compared: Value = serde_json::from_str(&said).expect("JSON");
        assert!(compared["reports"].as_u64().is_some_and(|reports| reports > 0), "{compared}");
        let rules = compared["rules"].as_array().expect("rules");
        let changed: Vec<&Value> =
            rules.iter().filter(|rule| rule["newlyFailing"] != 0 || rule["newlyPassing"] != 0).collect();
        assert!(changed.iter().all(|rule| rule["rule"] == "AR-026" && rule["newlyPassing"] == 0), "{changed:?}");
        assert!(!changed.is_empty() && changed[0]["failingExamples"][0]["message"].is_string(), "{rules:?}");
        let same = place.done(&[
            "rules",
            "diff",
            "--old",
            repository("rules/data/annual_report/rules").to_str().expect("a path"),
            "--year",
            "2023",
        ]);
        assert!(same.contains("完全相同"), "{same}");

        fs::write(tables.path().join("wrong.toml"), "[[rule]]\nid = 'AR-900'\ncolour = 'red'\n").expect("a file");
        place.run(&["rules", "diff", "--new", path, "--year", "2023"]).refused(&["规则表", "colour"]);
    }
}

const FIGURES: &str = "query($uscc: Uscc!, $values: [ReportFieldInput!]) {
    figureFindings(uscc: $uscc, year: 2023, values: $values) {
        findings { layer severity paths message mend expectedLow expectedHigh probability }
        repairs { label values { path value } }
    }
    explainFinding(uscc: $uscc, year: 2023, ruleId: \"AR-040\", values: $values) {
        isAtFault text fields { path label value unit } proposals { path value } source
    }
    nothing: explainFinding(uscc: $uscc, year: 2023, ruleId: \"AR-999\") { text }
}";

/// Figures of an ordinary company, the revenue in 元.
fn typed(revenue: &str, assets: &str) -> Value {
    let figures = [
        ("total_assets", assets),
        ("total_liabilities", "200"),
        ("owners_equity", "360"),
        ("total_revenue", revenue),
        ("main_revenue", "590"),
        ("total_profit", "60"),
        ("net_profit", "57"),
        ("total_tax", "14"),
        ("employees", "12"),
    ];
    figures.iter().map(|(path, value)| json!({ "path": path, "value": value })).collect()
}

#[test]
fn strange_figures_are_warned_about_and_findings_explained() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let list = "{ enterprises(filter: { kinds: [LIMITED_COMPANY] }, first: 1) { nodes { uscc } } }";
        let uscc = server.data(list, &json!({}))["enterprises"]["nodes"][0]["uscc"].clone();
        let found = server.data(FIGURES, &json!({ "uscc": uscc, "values": typed("6200000", "565") }));
        let findings = found["figureFindings"]["findings"].as_array().expect("findings");
        assert!(!findings.is_empty() && findings.iter().all(|one| one["severity"] == "WARNING"), "{found}");
        let repairs = found["figureFindings"]["repairs"].as_array().expect("repairs");
        let is_right = |repair: &Value| repair["values"] == json!([{ "path": "total_revenue", "value": "620" }]);
        assert!(repairs.iter().any(is_right), "{repairs:?}");

        let explained = &found["explainFinding"];
        assert_eq!(explained["isAtFault"], true, "{explained}");
        let text = explained["text"].as_str().expect("a text");
        for part in ["必须改正", "565", "200", "360", "怎样处理", "依据"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(found["nothing"], Value::Null);
        let mended = server.data(FIGURES, &json!({ "uscc": uscc, "values": typed("620", "560") }));
        assert_eq!(mended["explainFinding"]["isAtFault"], false, "{mended}");
    }
}

#[test]
fn questions_without_an_answer_are_kept_without_anything_personal_and_grouped() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let ask = "query($question: String!, $context: QuestionContext) {
            askAssistant(question: $question, context: $context) { verdict topic text handOver }
        }";
        let late = server.data(ask, &json!({ "question": "年报晚报了几天有没有影响" }));
        assert_eq!(late["askAssistant"]["verdict"], "ANSWERED", "{late}");
        assert!(late["askAssistant"]["text"].as_str().is_some_and(|text| text.contains("注明逾期")), "{late}");
        for question in ["红烧肉怎么烧，电话13912345678", "红烧肉怎么做才好吃"] {
            let context = json!({ "kind": "INDIVIDUAL", "year": 2023, "ruleId": "AR-006" });
            let answer = server.data(ask, &json!({ "question": question, "context": context }));
            assert_eq!(answer["askAssistant"]["handOver"], true, "{answer}");
        }
        // Questions are kept beside the answer's way; those before this one are by now.
        for _ in 0..3 {
            server.data(ask, &json!({ "question": "年报单位是万元吗" }));
        }
        assert!(server.stop());
        let review = place.done(&["assistant", "review", "--days", "30000"]);
        assert!(review.contains("红烧肉") && !review.contains("13912345678"), "{review}");
    }
}

#[test]
fn an_answer_comes_part_by_part_over_both_transports() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let part = "sequence kind nearTopics { slug } text citations { regulation } answer { verdict topic text }";
    let query = format!("subscription {{ assistantAnswer(question: \"年报晚报了几天有没有影响\") {{ {part} }} }}");
    let parts: Vec<Value> =
        server.events(&query).map(|event| event["data"]["assistantAnswer"].clone()).filter(Value::is_object).collect();
    let kinds: Vec<&str> = parts.iter().filter_map(|part| part["kind"].as_str()).collect();
    assert_eq!((kinds[0], kinds[1], *kinds.last().expect("parts")), ("NEAR_TOPICS", "PARAGRAPH", "CITATIONS"));
    assert!(!parts[0]["nearTopics"].as_array().expect("topics").is_empty(), "{parts:?}");
    let text: String = parts.iter().filter_map(|part| part["text"].as_str()).collect();
    let last = parts.last().expect("parts");
    assert_eq!((&last["answer"]["verdict"], &last["answer"]["text"]), (&json!("ANSWERED"), &json!(text)), "{last}");
    assert!(!last["citations"].as_array().expect("citations").is_empty(), "{last}");
    let plain = server.data("{ askAssistant(question: \"年报晚报了几天有没有影响\") { text } }", &json!({}));
    assert_eq!(plain["askAssistant"]["text"], json!(text));

    let mut socket = Socket::open(&server);
    socket.begin(Value::Null);
    socket.subscribe(&query);
    for part in &parts {
        assert_eq!(&socket.hear()["payload"]["data"]["assistantAnswer"], part);
    }
    assert_eq!(socket.hear()["type"], "complete");
    // A question that cannot be asked is refused as it is without a stream.
    socket.subscribe("subscription { assistantAnswer(question: \" \") { kind } }");
    let refused = socket.hear();
    let code = refused["payload"]["errors"][0]["extensions"]["code"].as_str();
    assert_eq!(code.or(refused["payload"][0]["extensions"]["code"].as_str()), Some("INVALID_INPUT"), "{refused}");
}
