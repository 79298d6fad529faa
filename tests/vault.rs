//! 加密存储 What lies in the database, as whoever gets hold of its files or of a dump sees it, and what becomes
//! of a server whose keys are gone (GB/T 22239-2019 8.1.4.8 b).

use serde_json::{Value, json};

use crate::dump;
use crate::scene::{SIGN_IN, Scene, VERIFY, code, codes};
use crate::support::{Engine, Place, Server, engines};

/// The number that every enterprise of the dump has.
const NUMBER: &str = "029-85551234";
const PHONES: &str = "{ enterprises(first: 20) { nodes { id uscc phone } } }";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// A register that came from a dump: its reports, which publish numbers of their own, have none.
fn imported(engine: Engine) -> Scene {
    let (place, folder) = (Place::new(engine), tempfile::TempDir::new().expect("a temporary folder"));
    dump::write(folder.path(), 20);
    place.done(&["import", "legacy", folder.path().to_str().expect("UTF-8")]);
    place.done(&["index", "rebuild"]);
    let server = Server::start(&place);
    Scene { place, server }
}

fn reveal(scene: &Scene, token: &str, id: &Value) -> Value {
    let request = "mutation($id: ID!) {
        revealField(input: { id: $id, field: ENTERPRISE_PHONE, purpose: \"核实能否联系\" }) {
            value userErrors { code message }
        }
    }";
    scene.data(token, request, &json!({ "id": id }))["revealField"].clone()
}

#[test]
fn neither_files_nor_a_dump_hold_numbers_or_secrets() {
    for engine in engines() {
        let scene = imported(engine);
        let clerk = scene.office("clerk", "CLERK", "610000");
        let secret = clerk.secret.clone().expect("a secret");
        let stored = scene.place.stored();
        assert!(holds(&stored, &dump::name(7)), "{engine:?}: this is not what is stored");
        assert!(!holds(&stored, NUMBER) && !holds(&stored, "85551234"), "{engine:?}: a number lies in clear");
        assert!(!holds(&stored, &secret), "{engine:?}: a secret lies in clear");

        let before = scene.data("", PHONES, &Value::Null);
        assert_eq!(before["enterprises"]["nodes"][0]["phone"], "***-****1234");
        let keys = scene.place.done(&["keys", "list"]);
        assert!(keys.contains("当前") && keys.contains("enterprises 20") && keys.contains("users 1"), "{keys}");
        let rotated = scene.place.done(&["keys", "rotate"]);
        assert!(rotated.contains("21 个值已重新加密"), "{engine:?}: {rotated}");
        let keys = scene.place.done(&["keys", "list"]);
        let current = keys.lines().find(|line| line.contains("当前")).expect("a key");
        assert!(keys.lines().count() == 2 && current.contains("enterprises 20，users 1"), "{engine:?}: {keys}");
        // The server goes on with what was encrypted anew while it ran.
        assert_eq!(scene.data("", PHONES, &Value::Null), before, "{engine:?}");
        let shown = reveal(&scene, &clerk.token, &before["enterprises"]["nodes"][0]["id"]);
        assert_eq!(shown["value"], NUMBER, "{engine:?}: {shown}");
        let again = scene.data("", SIGN_IN, &json!({ "login": "clerk", "password": clerk.password }));
        let used =
            scene.data(again["signIn"]["token"].as_str().expect("a token"), VERIFY, &json!({ "code": code(&clerk) }));
        // Its secret is read: the code is the one that was taken already, or by now the next one.
        let refusal = used["verifySecondFactor"]["userErrors"][0]["code"].as_str().unwrap_or("NONE");
        assert!(["WRONG_CODE", "NONE"].contains(&refusal), "{engine:?}: {used}");
        let log = std::fs::read_to_string(scene.place.folder().join("serve.log")).expect("a log");
        assert!(!log.contains(NUMBER) && !log.contains(&secret));
    }
}

#[test]
fn a_server_without_its_keys_starts_and_refuses_what_needs_them() {
    for engine in engines() {
        let scene = imported(engine);
        let clerk = scene.office("clerk", "CLERK", "610000");
        let id = scene.data("", PHONES, &Value::Null)["enterprises"]["nodes"][0]["id"].clone();
        let Scene { place, server } = scene;
        assert!(server.stop());
        let (file, aside) = (place.folder().join("keys.toml"), place.folder().join("aside"));
        std::fs::rename(&file, &aside).expect("the file goes");
        let server = Server::start(&place);
        let scene = Scene { place, server };
        let seen = scene.ask("", PHONES, &Value::Null);
        assert_eq!(codes(&seen), ["KEY_UNAVAILABLE"].repeat(20), "{engine:?}: {}", seen.body);
        assert_eq!(seen.body["data"]["enterprises"]["nodes"][0]["phone"], Value::Null);
        assert_eq!(reveal(&scene, &clerk.token, &id)["userErrors"][0]["code"], "KEY_UNAVAILABLE");
        let begun = scene.data("", SIGN_IN, &json!({ "login": "clerk", "password": clerk.password }));
        let half = begun["signIn"]["token"].as_str().expect("a token");
        let shown = scene.data(half, VERIFY, &json!({ "code": "123456" }));
        assert_eq!(shown["verifySecondFactor"]["userErrors"][0]["code"], "KEY_UNAVAILABLE", "{engine:?}");
        let doctor = scene.place.run(&["doctor"]);
        assert!(!doctor.success && doctor.out.contains("异常  加密密钥") && doctor.out.contains("KEY_MISSING"));
        scene.place.run(&["keys", "rotate"]).refused(&["KEY_MISSING", "keys.toml"]);
        assert!(!file.exists(), "{engine:?}: a sealed database was given other keys");
        // Put back, it serves again without a restart.
        std::fs::rename(&aside, &file).expect("the file is back");
        assert_eq!(reveal(&scene, &clerk.token, &id)["value"], NUMBER, "{engine:?}");
        assert!(scene.server.stop());
    }
}

#[test]
fn keys_lie_where_they_are_told_to() {
    let (place, elsewhere) = (Place::new(Engine::Sqlite), tempfile::TempDir::new().expect("a temporary folder"));
    let file = elsewhere.path().join("of-the-province.toml");
    let mut command = place.qinxin(&["generate", "--enterprises", "5", "--today", crate::support::TODAY]);
    let made = command.env("QINXIN_KEY_FILE", &file).output().expect("the binary runs");
    assert!(made.status.success() && file.is_file() && !place.folder().join("keys.toml").exists());
    place.run(&["generate", "--enterprises", "5", "--seed", "2"]).refused(&["KEY_MISSING", "key_file"]);
}
