//! 登录 Signing in as people do: passwords, second factors, cookies, and administrators who watch each other.

use serde_json::{Value, json};

use crate::scene::{CHANGE, OWN_PASSWORD, SIGN_IN, Scene, VERIFY, codes};
use crate::support::{Engine, engines};

#[test]
fn a_password_alone_gives_no_office_and_failed_tries_wait() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let chief = scene.office("chief", "DIVISION_CHIEF", "610000");
        let again = scene.data("", SIGN_IN, &json!({ "login": chief.login, "password": chief.password }));
        assert_eq!(again["signIn"]["secondFactor"], "TO_BE_SHOWN", "{engine:?}");
        assert_eq!(again["signIn"]["viewer"]["acts"], json!(["MANAGE_SESSION"]));
        let half = again["signIn"]["token"].as_str().expect("a token");
        let used = scene.data(half, VERIFY, &json!({ "code": chief.shown }));
        assert_eq!(used["verifySecondFactor"]["userErrors"][0]["code"], "WRONG_CODE", "a code is taken once");
        let told = |login: &str| {
            let answer = scene.data("", SIGN_IN, &json!({ "login": login, "password": "wrong" }));
            answer["signIn"]["userErrors"][0].clone()
        };
        // Nothing tells an account from a name that nobody has; how fast they come depends on the machine.
        for login in ["chief", "nobody"] {
            let answers: Vec<Value> = (0..6).map(|_| told(login)).collect();
            let codes: Vec<&str> = answers.iter().filter_map(|answer| answer["code"].as_str()).collect();
            assert_eq!(codes[0], "SIGN_IN_FAILED", "{engine:?} {login}");
            assert!(codes[1..4].iter().all(|code| ["SIGN_IN_FAILED", "TOO_SOON"].contains(code)), "{codes:?}");
            assert_eq!(codes[4..], ["LOCKED", "LOCKED"], "{engine:?} {login}");
            assert!(answers[5]["retryAfterSeconds"].as_i64() > Some(800), "{answers:?}");
        }
        let right = scene.data("", SIGN_IN, &json!({ "login": chief.login, "password": chief.password }));
        assert_eq!(right["signIn"]["userErrors"][0]["code"], "LOCKED", "even with the right password");
        assert_eq!(scene.data(&chief.token, "{ viewer { kind } }", &Value::Null)["viewer"]["kind"], "USER");
    }
}

/// GB/T 22239-2019 8.1.4.2 b: what an administrator gave is nobody's to keep.
#[test]
fn a_first_password_gives_no_right_but_to_change_it() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let arguments = ["account", "create", "--login", "sys", "--name", "王芳", "--role", "SYSTEM_ADMINISTRATOR"];
        let told = scene.place.done(&[&arguments[..], &["--region", "610000"]].concat());
        let first = told.lines().find_map(|line| line.strip_prefix("初始口令 ")).expect("a password");
        let person = scene.half_entered("sys", first.to_owned());
        let acts = scene.data(&person.token, "{ viewer { acts roles { role } } }", &Value::Null);
        assert_eq!(acts["viewer"], json!({ "acts": ["MANAGE_SESSION", "MANAGE_ACCOUNT"], "roles": [] }), "{engine:?}");
        let users = scene.ask(&person.token, "{ users { nodes { login } } }", &Value::Null);
        assert_eq!(codes(&users), ["NOT_PERMITTED"]);
        assert!(users.body.to_string().contains("changePassword"), "{}", users.body);
        let change = |old: &str, new: &str| {
            let changed = scene.data(&person.token, CHANGE, &json!({ "old": old, "new": new }));
            changed["changePassword"]["userErrors"][0]["code"].clone()
        };
        assert_eq!(change(first, "Shaanxi@2026"), "WEAK_PASSWORD");
        assert_eq!(change(first, first), "PASSWORD_REUSED");
        assert_eq!(change(first, OWN_PASSWORD), Value::Null);
        let users = scene.data(&person.token, "{ users { nodes { login mustChangePassword } } }", &Value::Null);
        assert_eq!(users["users"]["nodes"], json!([{ "login": "sys", "mustChangePassword": false }]), "at once");
        let again = scene.data("", SIGN_IN, &json!({ "login": "sys", "password": OWN_PASSWORD }));
        assert_eq!(again["signIn"]["mustChangePassword"], false);
    }
}

#[test]
fn three_administrators_are_three_persons() {
    let scene = Scene::new(Engine::Sqlite);
    let system = scene.office("system", "SYSTEM_ADMINISTRATOR", "610000");
    let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610100");
    let create = "mutation($login: String!) {
        createUser(input: { login: $login, name: \"王芳\" }) { user { id } firstPassword userErrors { code path } }
    }";
    let made = scene.data(&system.token, create, &json!({ "login": "wangfang" }));
    let user = &made["createUser"]["user"]["id"];
    let taken = scene.data(&system.token, create, &json!({ "login": "wangfang" }));
    assert_eq!(taken["createUser"]["userErrors"][0]["code"], "LOGIN_TAKEN");
    let grant = |role: &str, region: &str| {
        let request = "mutation($user: ID!, $role: Role!, $region: RegionCode!) {
            assignRole(input: { userId: $user, role: $role, regionCode: $region }) { userErrors { code } }
        }";
        let variables = json!({ "user": user, "role": role, "region": region });
        scene.data(&security.token, request, &variables)["assignRole"]["userErrors"][0]["code"].clone()
    };
    assert_eq!(grant("CLERK", "610113"), Value::Null);
    assert_eq!(grant("CLERK", "610113"), "ALREADY_GRANTED");
    assert_eq!(grant("AUDIT_ADMINISTRATOR", "610113"), "ROLE_CONFLICT");
    assert_eq!(grant("CLERK", "610300"), "NOT_PERMITTED", "beyond the grantor's own region");
    let password = made["createUser"]["firstPassword"].as_str().expect("a password").to_owned();
    let clerk = scene.enter("wangfang", password);
    let disable = "mutation($user: ID!) { disableUser(input: { userId: $user }) { user { disabledAt } } }";
    scene.data(&system.token, disable, &json!({ "user": user }));
    assert_eq!(codes(&scene.ask(&clerk.token, "{ viewer { kind } }", &Value::Null)), ["CREDENTIAL_INVALID"]);
    let enter = || {
        let entered = scene.data("", SIGN_IN, &json!({ "login": "wangfang", "password": clerk.password }));
        entered["signIn"]["userErrors"][0]["code"].clone()
    };
    assert_eq!(enter(), "SIGN_IN_FAILED");
    let enable = "mutation($user: ID!) {
        enableUser(input: { userId: $user }) { user { disabledAt lastUsedAt } userErrors { code } }
    }";
    let enabled = scene.data(&system.token, enable, &json!({ "user": user }));
    assert_eq!(enabled["enableUser"]["user"]["disabledAt"], Value::Null, "{enabled}");
    assert!(enabled["enableUser"]["user"]["lastUsedAt"].is_string(), "{enabled}");
    let again = scene.data(&system.token, enable, &json!({ "user": user }));
    assert_eq!(again["enableUser"]["userErrors"][0]["code"], "NOT_DISABLED");
    assert_eq!(enter(), Value::Null, "it may sign in again");
}

#[test]
fn a_browser_gets_a_cookie_and_programs_a_token() {
    let scene = Scene::new(Engine::Sqlite);
    let chief = scene.office("chief", "OBJECTOR", "610000");
    let request = "mutation($login: String!, $password: String!) {
        signIn(input: { login: $login, password: $password }) { token userErrors { code } }
    }";
    let reply = scene.ask("", request, &json!({ "login": chief.login, "password": chief.password }));
    assert_eq!(reply.body["data"]["signIn"]["token"], Value::Null);
    let cookie = reply.headers["set-cookie"].to_str().expect("a cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair");
    let who = json!({ "query": "{ viewer { kind name } }" });
    assert_eq!(scene.server.ask_with(&[("Cookie", pair)], &who).body["data"]["viewer"]["name"], "chief");
    let out = scene.server.ask_with(&[("Cookie", pair)], &json!({ "query": "mutation { signOut { signedOut } }" }));
    assert!(out.headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.contains("Max-Age=0")), "{}", out.body);
    // A cookie that has ended is nobody's: the public pages go on.
    assert_eq!(scene.server.ask_with(&[("Cookie", pair)], &who).body["data"]["viewer"]["kind"], "ANONYMOUS");
}

#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    const MINE: &str = "{ mySessions { id isCurrent hasSecondFactor source } }";
    const END: &str = "mutation($id: ID!) {
        endSession(input: { sessionId: $id }) { sessions { isCurrent } userErrors { code } }
    }";
    const END_OF_USER: &str = "mutation($user: ID!) {
        endUserSessions(input: { userId: $user }) { sessions { id } user { login } userErrors { code } }
    }";
    for engine in engines() {
        let scene = Scene::new(engine);
        let system = scene.office("system", "SYSTEM_ADMINISTRATOR", "610000");
        let one = scene.office("clerk", "CLERK", "610000");
        let secret = one.secret.clone();
        let begun = scene.data("", SIGN_IN, &json!({ "login": "clerk", "password": one.password }));
        let other = begun["signIn"]["token"].as_str().expect("a token").to_owned();
        assert!(secret.is_some(), "{engine:?}");

        let mine = scene.data(&one.token, MINE, &Value::Null)["mySessions"].take();
        let mine = mine.as_array().expect("sessions").clone();
        assert_eq!(mine.len(), 2, "{engine:?}: {mine:?}");
        assert_eq!(mine.iter().filter(|session| session["isCurrent"] == true).count(), 1, "{engine:?}");
        let elsewhere = mine.iter().find(|session| session["isCurrent"] == false).expect("the other");
        assert_eq!(elsewhere["hasSecondFactor"], false, "{engine:?}");

        let foreign = scene.data(&system.token, END, &json!({ "id": elsewhere["id"] }));
        assert_eq!(foreign["endSession"]["userErrors"][0]["code"], "NOT_FOUND", "{engine:?}: somebody else's");
        let ended = scene.data(&one.token, END, &json!({ "id": elsewhere["id"] }));
        assert_eq!(ended["endSession"]["sessions"], json!([{ "isCurrent": true }]), "{engine:?}");
        assert_eq!(codes(&scene.ask(&other, MINE, &Value::Null)), ["CREDENTIAL_INVALID"], "{engine:?}");

        let users = scene.data(&system.token, "{ users { nodes { id login } } }", &Value::Null);
        let users = users["users"]["nodes"].as_array().expect("accounts").clone();
        let user = users.iter().find(|user| user["login"] == "clerk").expect("the account")["id"].clone();
        let list = "query($id: ID!) { userSessions(userId: $id) { id } }";
        let told = scene.data(&system.token, list, &json!({ "id": user }));
        assert_eq!(told["userSessions"].as_array().map(Vec::len), Some(1), "{engine:?}");
        let ended = scene.data(&system.token, END_OF_USER, &json!({ "user": user }));
        assert_eq!(ended["endUserSessions"]["sessions"], json!([]), "{engine:?}");
        assert_eq!(codes(&scene.ask(&one.token, MINE, &Value::Null)), ["CREDENTIAL_INVALID"], "{engine:?}");
        assert_eq!(codes(&scene.ask("", MINE, &Value::Null)), ["NOT_SIGNED_IN"], "{engine:?}");
    }
}
