//! 索引 The index holds what the database holds, whatever happens to the process that writes it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::dump;
use crate::support::{Engine, Place, Server, engines};

const SEARCH: &str = "query($query: String!) {
    search(query: $query, first: 1) { isDegraded totalCount nodes { ... on Enterprise { uscc } } }
}";

fn import(place: &Place, dump: &Path) {
    place.done(&["import", "legacy", dump.to_str().expect("a path"), "--json"]);
}

fn first(server: &Server, query: &str) -> Value {
    server.data(SEARCH, &json!({ "query": query }))["search"].clone()
}

/// Asks until the answer is what it should be.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "not within a minute: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_follower_that_is_killed_again_and_again_converges() {
    for engine in engines() {
        let (place, dump) = (Place::filled(engine), TempDir::new().expect("a folder"));
        for round in 1..=6_u32 {
            dump::write(dump.path(), round * 30);
            import(&place, dump.path());
            let server = Server::start(&place);
            // Into the reading, the writing, the commit and what follows it.
            std::thread::sleep(Duration::from_millis(u64::from(round * round) * 12));
            drop(server);
        }
        let server = Server::start(&place);
        until("the last enterprise is found", || {
            first(&server, &dump::name(180))["nodes"][0]["uscc"] == json!(dump::code(180))
        });
        drop(server);
        let verified = place.run(&["index", "verify", "--report-only"]);
        assert!(verified.success && verified.out.contains("一致"), "{engine:?}: {} {}", verified.out, verified.err);
    }
}

#[test]
fn what_differs_is_told_by_region_and_mended() {
    for engine in engines() {
        let (place, dump) = (Place::filled(engine), TempDir::new().expect("a folder"));
        dump::write(dump.path(), 25);
        import(&place, dump.path());
        let told = place.run(&["index", "verify", "--report-only"]);
        assert!(!told.success && told.out.contains("不一致：经营主体 6101"), "{}", told.out);
        assert!(place.done(&["index", "verify"]).contains("已修复"), "{engine:?}");
        assert!(!place.done(&["index", "verify"]).contains("已修复"), "{engine:?}: there is nothing left to mend");
        let server = Server::start(&place);
        assert_eq!(first(&server, &dump::name(7))["nodes"][0]["uscc"], json!(dump::code(7)));
    }
}

/// The files of the live index, the largest first.
fn files(place: &Place, ending: &str) -> Vec<PathBuf> {
    let inside = |path: PathBuf| fs::read_dir(path).expect("a folder").flatten().map(|entry| entry.path());
    let generations = inside(place.folder().join("index")).filter(|path| path.is_dir());
    let files = generations.flat_map(inside).flat_map(inside);
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    files.sort_by_key(|path| std::cmp::Reverse(path.metadata().map_or(0, |file| file.len())));
    files
}

#[test]
fn codes_are_found_while_a_damaged_index_is_built_anew() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let known = server.data("{ enterprises(first: 1) { nodes { uscc name } } }", &json!({}));
    let (code, name) = (&known["enterprises"]["nodes"][0]["uscc"], &known["enterprises"]["nodes"][0]["name"]);
    let (code, name) = (code.as_str().expect("a code"), name.as_str().expect("a name"));
    drop(server);
    for ending in [".idx", ".store", ".fast", ".term"] {
        let path = files(&place, ending).remove(0);
        let file = File::options().write(true).open(&path).expect("a file");
        file.set_len(file.metadata().expect("a size").len() / 2).expect("cut");
        let server = Server::start(&place);
        let found = first(&server, code);
        assert_eq!(found["nodes"][0]["uscc"], json!(code), "{ending}: {found}");
        until("the index is whole again", || {
            let answer = server.ask(SEARCH, &json!({ "query": name }));
            let found = &answer["data"]["search"];
            found["isDegraded"] == json!(false)
                && found["nodes"][0]["uscc"] == json!(code)
                && files(&place, ending)[0] != path
        });
        let log = fs::read_to_string(place.folder().join("serve.log")).expect("a log");
        assert!(log.contains("damaged"), "{ending}: {log}");
    }
    assert!(place.done(&["index", "verify"]).contains("一致"));
}

#[test]
fn an_index_is_taken_from_another_node() {
    let (place, other) = (Place::filled(Engine::Sqlite), Place::new(Engine::Sqlite));
    let from = place.folder().join("index");
    other.run(&["index", "seed", "--from", "/nowhere"]).refused(&["/nowhere"]);
    other.done(&["migrate"]);
    other.done(&["index", "seed", "--from", from.to_str().expect("a path")]);
    assert!(!files(&other, ".idx").is_empty());
    // It is compared with a database that has nothing of all this.
    let told = other.run(&["index", "verify", "--report-only"]);
    assert!(!told.success && told.out.contains("经营主体：数据库 0，索引 300"), "{} {}", told.out, told.err);
    assert!(other.done(&["index", "verify"]).contains("一致"));
}
