//! 导入 `qinxin import legacy` as an operator runs it: once, twice, with bad rows, killed midway, and
//! beside a server that is running.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::dump;
use crate::support::{Engine, Place, Said, Server, engines};

const FILES: [&str; 6] =
    ["enterprises.csv", "licences.csv", "inspections.csv", "penalties.csv", "abnormals.csv", "reports.csv"];

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The summary that `--json` prints.
fn import(place: &Place, dump: &Path) -> Value {
    let out = place.done(&["import", "legacy", text(dump), "--json"]);
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{out}: {error}"))
}

/// Everything that the graph shows of an imported register, page by page; ids are left out.
fn register(place: &Place) -> Vec<Value> {
    let query = "query($after: String) {
        enterprises(first: 100, after: $after, orderBy: { field: USCC }) {
            totalCount
            pageInfo { hasNextPage endCursor }
            nodes {
                uscc name status kind legalRepresentative registeredCapitalWan establishedOn address registrationAuthority
                penalties(first: 5) { totalCount nodes { documentNumber amountYuan decidedOn } }
                licences(first: 5) { totalCount nodes { licenceNumber validTo } }
                inspections(first: 5) { totalCount nodes { kind result } }
                abnormalListings(first: 5) { totalCount nodes { ground listedOn removedOn } }
                annualReports(first: 5) { totalCount nodes { year totalAssetsWan } }
            }
        }
    }";
    let server = Server::start(place);
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut page = server.data(query, &json!({ "after": after }))["enterprises"].take();
        found.extend(page["nodes"].as_array().cloned().unwrap_or_default());
        if page["pageInfo"]["hasNextPage"] != true {
            assert_eq!(page["totalCount"], found.len());
            return found;
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}

#[test]
fn a_dump_becomes_one_graph_and_a_second_run_changes_nothing() {
    for engine in engines() {
        let (place, dump) = (Place::new(engine), folder());
        dump::write(dump.path(), 40);

        let first = import(&place, dump.path());
        assert_eq!(first["changed"], true, "{engine:?}: {first}");
        for file in FILES {
            let counts = json!({ "read": 40, "inserted": 40, "unchanged": 0, "rejected": 0 });
            assert_eq!(first["files"][file], counts, "{engine:?}: {file}");
        }
        let before = register(&place);
        assert_eq!(before.len(), 40, "{engine:?}");
        assert_eq!(before[0]["penalties"]["totalCount"], 1, "{engine:?}");

        let second = import(&place, dump.path());
        assert_eq!(second["changed"], false, "{engine:?}: {second}");
        assert_eq!(second["files"]["penalties.csv"]["unchanged"], 40, "{engine:?}");
        assert_eq!(register(&place), before, "{engine:?}");
    }
}

#[test]
fn bad_rows_are_listed_and_stop_nothing() {
    for engine in engines() {
        let (place, dump) = (Place::new(engine), folder());
        dump::write(dump.path(), 3);
        dump::add(dump.path(), "inspections.csv", "4,999,双随机抽查,未发现问题,某局,2022-06-01");
        dump::add(dump.path(), "inspections.csv", "5,1,双随机抽查,未发现问题,某局,2022-02-30");
        dump::add(dump.path(), "reports.csv", "2,2,2022,2023-03-05,8,120.25,40,300.1,-12.34,5.6,7");
        dump::add(dump.path(), "penalties.csv", "4,1,文号,食品,违法,依据,罚款,-5,某局,2023-07-01,2023-07-08");

        let summary = import(&place, dump.path());
        let by_code = json!({ "DUPLICATE_KEY": 1, "IMPOSSIBLE_DATE": 1, "MISSING_PARENT": 1, "NEGATIVE_AMOUNT": 1 });
        assert_eq!(summary["rejects_by_code"], by_code, "{engine:?}");
        assert_eq!(summary["files"]["inspections.csv"]["inserted"], 3, "{engine:?}");
        let listed = std::fs::read_to_string(place.folder().join("rejects.csv")).expect("rejects.csv");
        assert_eq!(listed.lines().next(), Some("file,line,column,code,message,original"));
        let missing = listed.lines().find(|line| line.contains("MISSING_PARENT")).expect("the row without parent");
        assert!(missing.starts_with("inspections.csv,5,enterprise_id,MISSING_PARENT,"), "{missing}");
        assert!(missing.contains("双随机抽查"), "the original text is missing: {missing}");

        let told = place.done(&["import", "legacy", text(dump.path())]);
        assert!(told.contains("数据没有变化") && told.contains("拒收 MISSING_PARENT：1"), "{told}");
    }
}

#[test]
fn a_dump_that_is_not_there_is_told() {
    let (place, empty) = (Place::new(Engine::Sqlite), folder());
    place.run(&["import", "legacy", "/nowhere/at/all"]).refused(&["/nowhere/at/all"]);
    place.run(&["import", "legacy", text(empty.path())]).refused(&["enterprises.csv", "缺少"]);
}

/// Kills the import after a share of the time that a whole run takes; whatever it was doing then,
/// the next run must end with the same register.
#[test]
fn a_killed_import_is_made_good_by_the_next() {
    for engine in engines() {
        let dump = folder();
        dump::write(dump.path(), 2_000);
        let whole = Place::new(engine);
        let started = Instant::now();
        import(&whole, dump.path());
        let duration = started.elapsed();

        let killed = Place::new(engine);
        for share in [0.2, 0.4, 0.6, 0.8] {
            kill_after(&killed, dump.path(), duration.mul_f64(share));
        }
        import(&killed, dump.path());
        assert_eq!(import(&killed, dump.path())["changed"], false, "{engine:?}");
        assert!(register(&killed) == register(&whole), "{engine:?}: the registers differ");
        killed.done(&["index", "rebuild"]);
        killed.done(&["index", "verify"]);
    }
}

/// Kills the first migration as soon as the database has grown to one size after another; whatever it
/// was doing then, the next one must complete it.
#[test]
fn a_killed_migration_is_made_good_by_the_next() {
    let dump = folder();
    dump::write(dump.path(), 1);
    let mut killed = 0;
    for step in 0..12 {
        let place = Place::new(Engine::Sqlite);
        killed += u32::from(kill_at_size(&place, step * 25 * 4096));
        assert_eq!(import(&place, dump.path())["changed"], true, "after a kill at step {step}");
    }
    assert!(killed > 0, "the migration was never killed");
}

/// Whether the migration was killed, rather than having ended before its log was that large.
fn kill_at_size(place: &Place, size: u64) -> bool {
    let log = place.folder().join("qinxin.db-wal");
    let mut command = place.qinxin(&["migrate"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the migration starts");
    loop {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        if std::fs::metadata(&log).is_ok_and(|log| log.len() >= size) {
            child.kill().expect("the migration is killed");
            return !child.wait().expect("the migration ends").success();
        }
        std::thread::yield_now();
    }
}

/// Whoever reads `--json` is told in JSON that the database cannot be opened, too.
#[test]
fn a_database_that_cannot_be_used_is_told_as_json() {
    let (place, dump) = (Place::new(Engine::Sqlite), folder());
    dump::write(dump.path(), 1);
    let error = |said: Said| {
        assert!(!said.success && !said.err.contains("panicked"), "{}", said.err);
        let out: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{}: {error}", said.out));
        assert_eq!(out["error"]["message"].as_str().map(|message| said.err.contains(message)), Some(true), "{out}");
        out["error"].clone()
    };
    std::fs::write(place.folder().join("qinxin.db"), "no database at all, but long enough to be taken for one")
        .expect("a file");
    let broken = error(place.run(&["import", "legacy", text(dump.path()), "--json"]));
    assert_eq!(broken["code"], "DATABASE_ERROR");
    let unknown = ["import", "legacy", text(dump.path()), "--json", "--database-url", "mysql://h/db"];
    assert_eq!(error(place.run(&unknown))["code"], "DATABASE_ERROR");
    let nobody =
        ["import", "legacy", text(dump.path()), "--json", "--database-url", "postgres://u:secret@127.0.0.1:1/db"];
    let unreachable = error(place.run(&nobody));
    assert_eq!(unreachable["code"], "DATABASE_DISCONNECTED");
    assert!(
        unreachable["message"]
            .as_str()
            .is_some_and(|told| told.contains("确认数据库已启动") && !told.contains("secret"))
    );
    std::fs::write(place.folder().join("file"), "").expect("a file");
    let mut command = crate::support::qinxin(place.folder());
    let below = ["import", "legacy", text(dump.path()), "--json", "--data-dir", "file/below"];
    assert_eq!(error(Said::by(command.args(below)))["code"], "DATA_FOLDER");
}

/// A full disk behind the standard output is told; a reader that has gone is nothing to tell.
#[test]
fn a_full_standard_output_is_told_and_not_a_panic() {
    let (place, dump) = (Place::new(Engine::Sqlite), folder());
    dump::write(dump.path(), 1);
    for arguments in [&["import", "legacy", text(dump.path())][..], &["migrate"]] {
        let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return };
        let out = place.qinxin(arguments).stdout(full).output().expect("the binary runs");
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(!out.status.success() && !told.contains("panicked"), "{told}");
        assert!(told.contains("os error 28"), "{told}");
    }
    assert_eq!(import(&place, dump.path())["changed"], false);
}

fn kill_after(place: &Place, dump: &Path, time: Duration) {
    let mut command = place.qinxin(&["import", "legacy", text(dump), "--json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the import starts");
    std::thread::sleep(time);
    child.kill().expect("the import is killed");
    child.wait().expect("the import ends");
}

/// The index of a running server follows the outbox; what another process imports is found soon.
#[test]
fn what_another_process_imports_is_found() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (place, dump, elsewhere) = (Place::filled(engine), folder(), folder());
        dump::write(dump.path(), 20);
        let server = Server::start(&place);
        let said = place.beside(elsewhere.path(), &["import", "legacy", text(dump.path()), "--json"]);
        assert!(said.success, "{}", said.err);

        let found = || {
            let query =
                "query($query: String!) { search(query: $query, first: 1) { nodes { ... on Enterprise { uscc } } } }";
            let answer = server.data(query, &json!({ "query": dump::name(7) }));
            answer["search"]["nodes"][0]["uscc"] == json!(dump::code(7))
        };
        let until = Instant::now() + Duration::from_secs(10);
        while !found() {
            assert!(Instant::now() < until, "not found after ten seconds");
            std::thread::sleep(Duration::from_millis(50));
        }
        let total = server.data("{ enterprises { totalCount } }", &json!({}));
        assert_eq!(total["enterprises"]["totalCount"], 320);
        let verified = place.run(&["index", "verify"]);
        assert!(verified.success, "{} {}", verified.out, verified.err);
        assert!(place.run(&["doctor"]).success);
    }
}

/// Where the list of rejected rows goes is the operator's to say.
#[test]
fn the_list_of_rejected_rows_goes_where_it_is_told() {
    let (place, dump) = (Place::new(Engine::Sqlite), folder());
    dump::write(dump.path(), 2);
    dump::add(dump.path(), "licences.csv", "3,999,JY3,食品经营许可证,某局,2020-03-01,");
    let list: PathBuf = dump.path().join("lists/bad.csv");
    place.done(&["import", "legacy", text(dump.path()), "--rejects", text(&list)]);
    let listed = std::fs::read_to_string(list).expect("the list");
    assert!(listed.contains("MISSING_PARENT"), "{listed}");
    assert!(!place.folder().join("rejects.csv").exists());

    let database = place.folder().join("qinxin.db");
    for (taken, what) in
        [(dump.path().join("reports.csv"), "待导入"), (database, "数据库"), (dump.path().into(), "目录")]
    {
        let said = place.run(&["import", "legacy", text(dump.path()), "--rejects", text(&taken)]);
        said.refused(&[what, "IMPORT_REJECTS_TAKEN", "没有改动数据库"]);
    }
    assert_eq!(import(&place, dump.path())["changed"], false);
}
