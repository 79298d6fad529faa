//! 架构 What `ARCHITECTURE.md` promises: which room may know which, and how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::repository;

/// Each room and the rooms that it may know.
const ROOMS: [(&str, &[&str]); 9] = [
    ("rules", &[]),
    ("migrations", &[]),
    ("entities", &["rules"]),
    ("search", &["rules"]),
    ("assistant", &["rules"]),
    ("services", &["rules", "entities", "migrations", "search", "assistant"]),
    ("schema", &["rules"]),
    ("resolvers", &["schema", "services", "entities", "rules"]),
    ("qinxin", &["rules", "migrations", "entities", "search", "assistant", "services", "schema", "resolvers"]),
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
