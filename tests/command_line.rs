//! 命令行 Commands, settings and refusals: every refusal is a sentence and a non-zero exit, and
//! leaves the data as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::support::{Engine, Place, Said, Server, TODAY, engines, qinxin, repository};

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

fn run(working: &Path, arguments: &[&str]) -> Said {
    Said::by(qinxin(working).args(arguments))
}

#[test]
fn every_command_shows_an_example() {
    let commands: [&[&str]; 12] = [
        &[],
        &["demo"],
        &["serve"],
        &["migrate"],
        &["import", "legacy"],
        &["generate"],
        &["index", "rebuild"],
        &["index", "status"],
        &["index", "verify"],
        &["schema"],
        &["doctor"],
        &["config"],
    ];
    let working = folder();
    for command in commands {
        let said = run(working.path(), &[command, &["--help"]].concat());
        assert!(said.success && said.out.contains("示例"), "{command:?}: {} {}", said.out, said.err);
        assert!(said.out.contains("--data-dir") && said.out.contains("--database-url"), "{command:?}");
    }
}

#[test]
fn flags_go_over_variables_over_the_file_over_defaults() {
    let working = folder();
    let config = |command: &mut std::process::Command| {
        let said = Said::by(command.arg("config"));
        assert!(said.success, "{}", said.err);
        said.out
    };
    assert!(config(&mut qinxin(working.path())).contains("listen = \"127.0.0.1:8080\""));
    let file = "listen = \"127.0.0.1:7001\"\nmode = \"production\"\nconnections = 9\n";
    fs::write(working.path().join("qinxin.toml"), file).expect("a file");
    let with_file = config(&mut qinxin(working.path()));
    assert!(with_file.contains("listen = \"127.0.0.1:7001\"") && with_file.contains("mode = \"production\""));
    let with_variable = config(qinxin(working.path()).env("QINXIN_LISTEN", "127.0.0.1:7002"));
    assert!(with_variable.contains("listen = \"127.0.0.1:7002\"") && with_variable.contains("connections = 9"));
    let with_flag =
        config(qinxin(working.path()).env("QINXIN_DATA_DIR", "from-variable").args(["--data-dir", "from-flag"]));
    assert!(with_flag.contains("data_dir = \"from-flag\""), "{with_flag}");
}

#[test]
fn unknown_settings_are_refused() {
    let working = folder();
    Said::by(qinxin(working.path()).env("QINXIN_COLOUR", "red").arg("config")).refused(&["colour", "配置有误"]);
    fs::write(working.path().join("qinxin.toml"), "colour = \"red\"\n").expect("a file");
    run(working.path(), &["config"]).refused(&["colour", "qinxin.toml"]);
    run(working.path(), &["config", "--config", "absent.toml"]).refused(&["配置文件不存在", "absent.toml"]);
    run(working.path(), &["config", "--colour"]).refused(&["--colour"]);
    run(working.path(), &["paint"]).refused(&["paint"]);
}

#[test]
fn secrets_are_masked() {
    let working = folder();
    let secrets = [
        "postgres://clerk:hidden-word@db.example/qinxin",
        "postgres://db.example/qinxin?user=clerk&password=hidden-word",
    ];
    for url in secrets {
        let said = run(working.path(), &["config", "--database-url", url]);
        assert!(said.success && said.out.contains("***"), "{} {}", said.out, said.err);
        assert!(!said.out.contains("hidden-word"), "{}", said.out);
    }
}

/// Providers of identity that could not be used safely keep the server from starting.
#[test]
fn providers_of_identity_are_configured_safely_or_not_at_all() {
    let working = folder();
    let provider = |more: &str| {
        format!(
            "[[identity_providers]]\nid = \"staff\"\nname = \"省统一身份认证\"\nclient_id = \"qinxin\"\n\
             client_secret = \"very-secret\"\naudience = \"STAFF\"\n{more}\n"
        )
    };
    let with = |text: &str, arguments: &[&str]| {
        fs::write(working.path().join("qinxin.toml"), text).expect("a file");
        run(working.path(), arguments)
    };
    let (url, issuer) = ("public_url = \"https://xy.example.gov.cn\"\n", "issuer = \"https://id.example.gov.cn\"");
    let said = with(&format!("{url}{}", provider(issuer)), &["config"]);
    assert!(said.success && said.out.contains("client_secret = \"***\""), "{} {}", said.out, said.err);
    assert!(!said.out.contains("very-secret"), "{}", said.out);
    with(&provider(issuer), &["serve"]).refused(&["public_url", "配置有误"]);
    let plain = "mode = \"production\"\n".to_owned() + url + &provider("issuer = \"http://id.example.gov.cn\"");
    with(&plain, &["serve"]).refused(&["staff", "https"]);
    with(&format!("{url}{}", provider("issuer = \"https://a.example\"\ncolour = 1")), &["serve"]).refused(&["colour"]);
    let twice = format!("{url}{0}{0}", provider(issuer));
    with(&twice, &["serve"]).refused(&["staff", "重复"]);
}

#[test]
fn a_database_that_does_not_answer_is_told_without_its_password() {
    let working = folder();
    // Nothing listens on port 1.
    let url = "postgres://clerk:hidden-word@127.0.0.1:1/qinxin";
    let said = run(working.path(), &["migrate", "--database-url", url]);
    said.refused(&["无法打开数据库", "127.0.0.1:1", "***"]);
    assert!(!said.err.contains("hidden-word"), "{}", said.err);
    run(working.path(), &["migrate", "--database-url", "mysql://db.example/qinxin"]).refused(&["mysql"]);
}

#[test]
fn the_golden_schema_is_what_the_binary_serves() {
    let working = folder();
    for (arguments, golden) in [
        (&["schema"][..], "schema/schema.graphql"),
        (&["schema", "--federation"][..], "schema/schema.federation.graphql"),
        (&["schema", "--errors"][..], "schema/errors.txt"),
        (&["schema", "--limits"][..], "schema/limits.txt"),
    ] {
        let said = run(working.path(), arguments);
        let golden_text = fs::read_to_string(repository(golden)).expect("the golden copy");
        assert!(said.out == golden_text, "{golden} is not what `qinxin schema` prints: run make golden");
    }
    assert_eq!(fs::read_dir(working.path()).expect("a folder").count(), 0, "printing left something behind");
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let served = server.data("{ _service { sdl } }", &json!({}))["_service"]["sdl"].take();
    let golden = fs::read_to_string(repository("schema/schema.federation.graphql")).expect("the golden copy");
    // Gateways read the same in the order of the code.
    assert!(
        sorted_parts(served.as_str().unwrap_or_default()) == sorted_parts(&golden),
        "_service tells another schema"
    );
}

/// The parts of a schema whose order says nothing: lines, and the arguments within one.
fn sorted_parts(text: &str) -> Vec<&str> {
    let parts = text.split(['\n', '(', ')', ',']).map(str::trim);
    let mut parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}

#[test]
fn a_data_folder_belongs_to_one_process() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let mut second = place.qinxin(&["serve", "--listen", "127.0.0.1:0"]);
        second.env("QINXIN_START_WAIT_SECONDS", "0");
        Said::by(&mut second).refused(&["正被另一个 qinxin 进程使用", "--data-dir"]);
        place.run(&["index", "rebuild"]).refused(&["正被另一个 qinxin 进程使用"]);
        if engine == Engine::Sqlite {
            place.run(&["generate", "--enterprises", "5"]).refused(&["正被另一个 qinxin 进程使用"]);
            place.run(&["migrate"]).refused(&["正被另一个 qinxin 进程使用"]);
        }
        let total = server.data("{ enterprises { totalCount } }", &json!({}));
        assert_eq!(total["enterprises"]["totalCount"], 300, "{engine:?}: the first process does not go on");
        assert!(server.stop(), "{engine:?}: told to stop, it did not end in good order");
        place.done(&["migrate"]);
    }
}

/// The successor of a server may be started before its predecessor has ended.
#[test]
fn a_second_start_waits_for_the_first() {
    for engine in engines() {
        let place = Place::filled(engine);
        let first = Server::start(&place);
        let total = std::thread::scope(|scope| {
            let second = scope.spawn(|| Server::start(&place).data("{ enterprises { totalCount } }", &json!({})));
            assert_eq!(first.data("{ enterprises { totalCount } }", &json!({}))["enterprises"]["totalCount"], 300);
            assert!(first.stop(), "{engine:?}: the first did not end in good order");
            second.join().expect("the second serves")
        });
        assert_eq!(total["enterprises"]["totalCount"], 300, "{engine:?}");
    }
}

#[test]
fn limits_are_set_by_the_configuration_within_their_bounds() {
    let place = Place::filled(Engine::Sqlite);
    let with = |name: &str, value: &str, arguments: &[&str]| {
        let mut command = place.qinxin(arguments);
        command.env(name, value);
        Said::by(&mut command)
    };
    with("QINXIN_LIMITS__DEPTH", "1000", &["config"]).refused(&["limits.depth", "4 到 64"]);
    with("QINXIN_LIMITS__DEPHT", "10", &["config"]).refused(&["depht"]);
    let config = with("QINXIN_LIMITS__DEPTH", "5", &["config"]);
    assert!(config.success && config.out.contains("depth = 5"), "{}", config.out);
    fs::write(place.folder().join("qinxin.toml"), "[limits]\npage_size = 7\ndefault_page_size = 3\nbatch = 0\n")
        .expect("a file");
    let server = Server::start(&place);
    let told = server.data("{ serviceLimits { pageSize defaultPageSize batch depth } }", &json!({}));
    assert_eq!(told["serviceLimits"], json!({ "pageSize": 7, "defaultPageSize": 3, "batch": 0, "depth": 16 }));
    let page = server.data("{ enterprises { nodes { id } } }", &json!({}));
    assert_eq!(page["enterprises"]["nodes"].as_array().map(Vec::len), Some(3));
    let answer = server.ask("{ enterprises(first: 8) { nodes { id } } }", &json!({}));
    assert!(answer.to_string().contains("0 到 7"), "{answer}");
}

#[test]
fn an_address_in_use_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let place = Place::new(Engine::Sqlite);
    place.run(&["serve", "--listen", &address]).refused(&["无法监听", &address, "--listen"]);
    place.run(&["serve", "--listen", "nonsense"]).refused(&["listen"]);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let place = Place::new(Engine::Sqlite);
    let file = place.folder().join("qinxin.db");
    let letter = "这不是数据库，而是一封信。".repeat(100);
    fs::write(&file, &letter).expect("a file");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["generate", "--enterprises", "5"]] {
        place.run(command).refused(&["不是有效的数据库", "--data-dir"]);
        assert_eq!(fs::read_to_string(&file).ok().as_deref(), Some(letter.as_str()), "{command:?} changed the file");
    }
    let doctor = place.run(&["doctor"]);
    assert!(!doctor.success && doctor.out.contains("异常  数据库"), "{}", doctor.out);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let working = folder();
    fs::write(working.path().join("file"), "").expect("a file");
    for command in [&["serve"][..], &["migrate"], &["demo"], &["generate", "--enterprises", "5"]] {
        run(working.path(), &[command, &["--data-dir", "file/inside"]].concat()).refused(&["数据目录", "file/inside"]);
    }
    run(working.path(), &["migrate", "--database-url", "sqlite:/nowhere/at/all.db"]).refused(&["/nowhere/at/all.db"]);
}

#[test]
fn generating_twice_with_one_seed_is_refused_and_changes_nothing() {
    for engine in engines() {
        let place = Place::filled(engine);
        let again = place.run(&["generate", "--enterprises", "300", "--seed", "7", "--today", TODAY]);
        again.refused(&["--seed"]);
        let server = Server::start(&place);
        let total = server.data("{ enterprises { totalCount } }", &json!({}));
        assert_eq!(total["enterprises"]["totalCount"], 300, "{engine:?}");
        let verified = place.run(&["index", "verify"]);
        assert!(verified.success && verified.out.contains("一致"), "{} {}", verified.out, verified.err);
    }
}

/// Rows of each table that `generate` reports.
#[test]
fn generated_data_depends_on_nothing_but_seed_size_and_day() {
    let rows = |engine| {
        let out = Place::new(engine).done(&["generate", "--enterprises", "50", "--seed", "3", "--today", TODAY]);
        let told: serde_json::Value = serde_json::from_str(&out).expect("a summary in JSON");
        let tables = told["rows"].as_array().cloned().unwrap_or_default();
        tables.iter().map(|one| (one["table"].to_string(), one["rows"].as_u64())).collect::<BTreeMap<_, _>>()
    };
    let first = rows(Engine::Sqlite);
    assert_eq!(first["\"enterprises\""], Some(50));
    for engine in engines() {
        assert_eq!(rows(engine), first, "{engine:?}");
    }
}

#[test]
fn a_healthy_place_is_healthy() {
    for engine in engines() {
        let place = Place::filled(engine);
        let doctor = place.done(&["doctor"]);
        assert!(!doctor.contains("异常"), "{engine:?}: {doctor}");
        assert!(place.done(&["index", "status"]).contains("相差 0"), "{engine:?}");
        assert!(place.done(&["index", "verify"]).contains("一致"), "{engine:?}");
        assert!(place.done(&["migrate"]).contains("最新"), "{engine:?}");
    }
}

#[test]
fn production_shows_strangers_less() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start_with(&place, &[("QINXIN_MODE", "production")]);
    let introspection = server.ask("{ __schema { queryType { name } } }", &json!({}));
    assert!(introspection["data"]["__schema"].is_null(), "{introspection}");
    let misspelt = server.ask("{ enterprise(uscc: \"91130481MLBX06C34B\") { nam } }", &json!({}));
    assert!(!misspelt.to_string().contains("Did you mean"), "{misspelt}");
    assert_eq!(server.get("/graphiql", "text/html").0, 404);
    assert_eq!(server.get("/healthz", "*/*").0, 200);
}
