//! 架构 What `ARCHITECTURE.md` promises: which room may know which, and how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::repository;

/// Each room and the rooms that it may know.
const ROOMS: [(&str, &[&str]); 11] = [
    ("rules", &[]),
    ("migrations", &[]),
    ("entities", &["rules"]),
    ("search", &["rules"]),
    ("assistant", &["rules"]),
    ("exchange", &["rules"]),
    ("render", &["rules"]),
    ("services", &["rules", "entities", "migrations", "search", "assistant", "exchange", "render"]),
    ("schema", &["rules"]),
    ("resolvers", &["schema", "services", "entities", "rules"]),
    (
        "qinxin",
        &["rules", "migrations", "entities", "search", "assistant", "exchange", "services", "schema", "resolvers"],
    ),
];

/// Lines that a source file has at most.
const LINES: usize = 500;

#[test]
fn architecture_each_room_knows_only_the_rooms_below() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(repository(""))
        .output()
        .expect("cargo metadata");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let found: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(found, allowed.keys().copied().collect(), "a room is missing or not in the table");
    for package in packages {
        let room = package["name"].as_str().expect("a name");
        let known = package["dependencies"].as_array().expect("dependencies");
        for other in known.iter().filter_map(|dependency| dependency["name"].as_str()) {
            let fine = !allowed.contains_key(other) || allowed[room].contains(&other);
            assert!(fine, "{room} must not depend on {other}");
        }
    }
}

#[test]
fn architecture_files_are_short() {
    let rooms = ROOMS.iter().map(|(room, _)| *room).filter(|room| *room != "qinxin");
    let mut long = Vec::new();
    for folder in rooms.chain(["src", "tests"]) {
        for file in rust_files(&repository(folder)) {
            let lines = std::fs::read_to_string(&file).expect("a source file").lines().count();
            if lines >= LINES {
                long.push((file, lines));
            }
        }
    }
    assert!(long.is_empty(), "split these: {long:?}");
}

/// Every Rust file below a folder; packages of Node keep none of ours.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What a crate needs to change anything outside itself.
const MEANS_OF_CHANGE: [&str; 14] = [
    "entities",
    "services",
    "migrations",
    "resolvers",
    "schema",
    "sea-orm",
    "sqlx",
    "reqwest",
    "hyper",
    "axum",
    "ureq",
    "tokio",
    "async-graphql",
    "tantivy",
];
/// Files between the assistant and the graph, and the rooms of `services` that each may name.
const BETWEEN: [(&str, &[&str]); 5] = [
    ("services/src/assistant.rs", &[]),
    ("services/src/figures.rs", &[]),
    ("services/src/explain.rs", &[]),
    ("resolvers/src/assistant.rs", &["assistant", "questions"]),
    ("resolvers/src/annual_report/figures.rs", &["assistant", "explain", "figures"]),
];

#[test]
fn architecture_no_way_leads_from_the_assistant_to_a_mutation() {
    let manifest = std::fs::read_to_string(repository("assistant/Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let known = manifest["dependencies"].as_table().expect("dependencies");
    let means: Vec<_> = known.keys().filter(|name| MEANS_OF_CHANGE.contains(&name.as_str())).collect();
    assert!(means.is_empty(), "the assistant must not know {means:?}");

    for file in rust_files(&repository("assistant/src")) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for signature in public_functions(&text) {
            let changes = ["submit", "publish", "confirm", "mutat", "Database", "Session", "Permit"];
            let found = changes.iter().find(|word| signature.contains(**word));
            assert!(found.is_none(), "{}: {signature}", file.display());
        }
        for word in ["std::net", "std::process", "TcpStream", "Command::new"] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }

    for (file, rooms) in BETWEEN {
        let text = std::fs::read_to_string(repository(file)).expect("a source file");
        for word in ["Mutation", "Permit", "bulk", "Session", "INSERT", "UPDATE ", "DELETE "] {
            assert!(!text.contains(word), "{file} names {word}");
        }
        let named = text.lines().filter_map(|line| line.strip_prefix("use services::"));
        for room in named.filter_map(|rest| rest.split([':', ';']).next()) {
            assert!(rooms.contains(&room), "{file} must not know services::{room}");
        }
    }
}

/// Every public function of a source text, from its name to its body.
fn public_functions(text: &str) -> Vec<String> {
    let starts = text.match_indices("pub fn ").chain(text.match_indices("pub async fn "));
    starts.map(|(at, _)| text[at..].split('{').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn architecture_the_graph_asks_the_assistant_by_queries_only() {
    let sdl = std::fs::read_to_string(repository("schema/schema.graphql")).expect("the schema");
    let mutation = sdl.split("type Mutation {").nth(1).and_then(|rest| rest.split("\n}").next()).expect("mutations");
    for word in ["AssistantAnswer", "FigureCheck", "FindingExplanation", "askAssistant", "explainFinding"] {
        assert!(!mutation.contains(word), "a mutation names {word}");
    }
}
