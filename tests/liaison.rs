//! 联络员与催报 Somebody whom nobody knows becomes liaison of an enterprise by a code from the file that stands in for
//! the gateway; an office urges; neither logs nor the database tell numbers or codes.

use exchange::signature::{Key, Request, nonce, sign};
use serde_json::{Value, json};
use services::ports::Clock;

use crate::scene::{OWN_PASSWORD, SIGN_IN, Scene, codes};
use crate::support::{Engine, Place, Server, engines};

const ASK: &str = "mutation($uscc: Uscc!, $purpose: LiaisonPurpose!, $phone: String) {
    requestLegalRepCode(input: { uscc: $uscc, purpose: $purpose, legalRepPhone: $phone }) {
        ticket expiresAt resendAt userErrors { code retryAfterSeconds }
    }
}";
const REGISTER: &str = "mutation($input: LiaisonInput!) {
    registerLiaison(input: $input) {
        liaison { name login phoneMasked hasReplaced } userErrors { code message path }
    }
}";
const CHANGE: &str = "mutation($input: LiaisonInput!) {
    changeLiaison(input: $input) { liaison { login hasReplaced } userErrors { code } }
}";
const LOGS: &str = "query($uscc: Uscc) {
    liaisonLogs(uscc: $uscc, first: 50) { nodes { step outcome purpose login source loggedAt } }
}";
const SUBSCRIPTION: &str = "query($uscc: Uscc!) { reminderSubscription(uscc: $uscc) { state way optedOutAt } }";
const OPT_IN: &str = "mutation($uscc: Uscc!) {
    optInToReminders(input: { uscc: $uscc }) { subscription { state } userErrors { code } }
}";
const OWN_LOGS: &str =
    "query($uscc: Uscc!) { ownLiaisonLogs(uscc: $uscc, first: 1) { nodes { step } pageInfo { hasNextPage } } }";
/// Questions that are asked while a message is on its way, at most.
const MOST: usize = 100_000;

fn file(scene: &Scene) -> String {
    std::fs::read_to_string(scene.place.folder().join("sms.jsonl")).unwrap_or_default()
}

/// Number and text of the message of this place, once it was sent.
fn message(scene: &Scene, place: usize) -> (String, String) {
    for _ in 0..MOST {
        if let Some(line) = file(scene).lines().nth(place) {
            let line: Value = serde_json::from_str(line).expect("a line");
            let text = |name: &str| line[name].as_str().expect(name).to_owned();
            return (text("phone"), text("text"));
        }
        scene.data("", "{ viewer { kind } }", &Value::Null);
    }
    panic!("no message was sent");
}

fn code(text: &str) -> String {
    text.split("验证码").nth(1).expect("a code").chars().take(6).collect()
}

fn input(uscc: &Value, ticket: &Value, code: &str, login: &str) -> Value {
    json!({ "input": {
        "uscc": uscc, "ticket": ticket, "code": code, "name": "王芳", "phone": "139 0000 0001",
        "idNumber": "11010519491231002X", "login": login, "password": OWN_PASSWORD,
    } })
}

#[test]
fn a_stranger_becomes_liaison_by_the_code_of_the_legal_representative() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        // Within the clerk's region: of others it is null whether or not there is one.
        let list = "{
            enterprises(first: 100, filter: { regionCode: \"610000\" }) { nodes { id uscc legalRepPhoneMasked } }
        }";
        let clerk = scene.office("clerk", "CLERK", "610000");
        let strange = scene.data("", list, &Value::Null).to_string();
        assert!(!strange.contains("****"), "{engine:?}: whether there is a telephone is nobody's to know");
        let all = scene.data(&clerk.token, list, &Value::Null)["enterprises"]["nodes"].take();
        let all = all.as_array().expect("enterprises");
        let known = all.iter().find(|one| one["legalRepPhoneMasked"].is_string()).expect("one with a telephone");
        let without = all.iter().find(|one| one["legalRepPhoneMasked"].is_null()).expect("one without");
        let ask = |uscc: &Value, purpose: &str, phone: Option<&str>| {
            let variables = json!({ "uscc": uscc, "purpose": purpose, "phone": phone });
            scene.data("", ASK, &variables)["requestLegalRepCode"].take()
        };
        // Nothing in the answer tells who is known.
        let nobody = ask(&without["uscc"], "REGISTER", None);
        let asked = ask(&known["uscc"], "REGISTER", None);
        for answer in [&nobody, &asked] {
            assert_eq!(answer["userErrors"], json!([]), "{engine:?}: {answer}");
            assert_eq!(answer["ticket"].as_str().map(str::len), Some(43), "{engine:?}: {answer}");
        }
        let (phone, text) = message(&scene, 0);
        let masked = known["legalRepPhoneMasked"].as_str().expect("a number");
        assert!(phone.ends_with(&masked[7..]) && &masked[3..7] == "****", "{engine:?}: {masked}");
        let code = code(&text);
        let hasty = ask(&known["uscc"], "CHANGE", None);
        assert_eq!(hasty["userErrors"][0]["code"], "TOO_SOON", "{engine:?}");
        assert!(hasty["userErrors"][0]["retryAfterSeconds"].as_i64().is_some_and(|wait| (1..=60).contains(&wait)));
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for (uscc, ticket) in [(&without["uscc"], &nobody["ticket"]), (&known["uscc"], &asked["ticket"])] {
            let refused = scene.data("", REGISTER, &input(uscc, ticket, wrong, "wangfang"));
            let error = &refused["registerLiaison"]["userErrors"][0];
            assert_eq!((&error["code"], &error["path"]), (&json!("WRONG_CODE"), &json!(["input", "code"])), "{error}");
        }
        let done = scene.data("", REGISTER, &input(&known["uscc"], &asked["ticket"], &code, "wangfang"));
        let done = &done["registerLiaison"];
        assert_eq!(done["userErrors"], json!([]), "{engine:?}");
        assert_eq!(
            (&done["liaison"]["phoneMasked"], &done["liaison"]["hasReplaced"]),
            (&json!("139****0001"), &json!(false))
        );
        // Signed in with the own password, it files for the enterprise and for no other.
        let begun = scene.data("", SIGN_IN, &json!({ "login": "wangfang", "password": OWN_PASSWORD }))["signIn"].take();
        assert_eq!((&begun["mustChangePassword"], &begun["secondFactor"]), (&json!(false), &json!("NOT_NEEDED")));
        let token = begun["token"].as_str().expect("a token").to_owned();
        let state = "query($uscc: Uscc!) { filingState(uscc: $uscc, year: 2024) { stage } }";
        let own = scene.ask(&token, state, &json!({ "uscc": known["uscc"] }));
        assert!(own.body["errors"].is_null(), "{engine:?}: {}", own.body);
        assert_eq!(codes(&scene.ask(&token, state, &json!({ "uscc": without["uscc"] }))), ["NOT_FOUND"]);
        let logs = scene.data(&token, OWN_LOGS, &json!({ "uscc": known["uscc"] }));
        assert_eq!(
            logs["ownLiaisonLogs"],
            json!({ "nodes": [{ "step": "SAVE" }], "pageInfo": { "hasNextPage": true } })
        );
        assert_eq!(codes(&scene.ask(&token, OWN_LOGS, &json!({ "uscc": without["uscc"] }))), ["NOT_FOUND"]);
        // An auditor sees each step with address and time.
        let logs = scene.data(&audit.token, LOGS, &json!({ "uscc": known["uscc"] }))["liaisonLogs"]["nodes"].take();
        let logs = logs.as_array().expect("steps");
        let steps: Vec<String> =
            logs.iter().rev().map(|log| format!("{} {}", log["step"], log["outcome"]).replace('"', "")).collect();
        // The message goes out beside what is asked meanwhile.
        assert!(steps.contains(&"SEND DONE".to_owned()), "{engine:?}: {steps:?}");
        let others: Vec<&str> = steps.iter().map(String::as_str).filter(|step| *step != "SEND DONE").collect();
        let expected = ["REQUEST DONE", "REQUEST TOO_SOON", "VERIFY WRONG_CODE", "VERIFY DONE", "SAVE DONE"];
        assert_eq!(others, expected, "{engine:?}");
        assert!(logs.iter().all(|log| log["step"] == "SEND" || log["source"] == "127.0.0.1"), "{logs:?}");
        // Neither numbers nor codes are told by the logs of the server, the audit log or the database.
        let served = std::fs::read_to_string(scene.place.folder().join("serve.log")).expect("a log");
        let stored = String::from_utf8_lossy(&scene.place.stored()).into_owned();
        for secret in [phone.as_str(), "13900000001", "11010519491231002X"] {
            assert!(!served.contains(secret) && !stored.contains(secret), "{engine:?}: {secret}");
        }
        assert!(!served.contains(&code), "{engine:?}");
        let verified = scene.data(&audit.token, "{ verifyAuditChain { whole } }", &Value::Null);
        assert_eq!(verified["verifyAuditChain"]["whole"], true, "{engine:?}");
        // The liaison refuses reminders for the own enterprise.
        let opt_out = "mutation($uscc: Uscc, $token: String) {
            optOutOfReminders(input: { uscc: $uscc, token: $token }) { optedOut userErrors { code } }
        }";
        let refused = scene.data(&token, opt_out, &json!({ "uscc": known["uscc"] }));
        assert_eq!(refused["optOutOfReminders"], json!({ "optedOut": true, "userErrors": [] }), "{engine:?}");
        // It says so, and wants them again; of another enterprise it is told nothing.
        let seen =
            || scene.data(&token, SUBSCRIPTION, &json!({ "uscc": known["uscc"] }))["reminderSubscription"].take();
        let refused = seen();
        assert_eq!((&refused["state"], &refused["way"]), (&json!("OPTED_OUT"), &json!("LIAISON")), "{engine:?}");
        assert!(refused["optedOutAt"].is_string(), "{engine:?}");
        for _ in 0..2 {
            let wanted = scene.data(&token, OPT_IN, &json!({ "uscc": known["uscc"] }));
            let expected = json!({ "subscription": { "state": "SUBSCRIBED" }, "userErrors": [] });
            assert_eq!(wanted["optInToReminders"], expected, "{engine:?}");
        }
        assert_eq!(seen(), json!({ "state": "SUBSCRIBED", "way": null, "optedOutAt": null }), "{engine:?}");
        assert_eq!(codes(&scene.ask(&token, SUBSCRIPTION, &json!({ "uscc": without["uscc"] }))), ["NOT_FOUND"]);
        let others = scene.data(&token, OPT_IN, &json!({ "uscc": without["uscc"] }));
        assert_eq!(others["optInToReminders"]["userErrors"][0]["code"], "NOT_FOUND", "{engine:?}");
        for (variables, code) in [
            (json!({ "uscc": without["uscc"] }), "NOT_FOUND"),
            (json!({ "token": "nonsense" }), "INVALID_TOKEN"),
            (json!({}), "ONE_OF_TWO"),
        ] {
            let refused = scene.data(&token, opt_out, &variables);
            assert_eq!(refused["optOutOfReminders"]["userErrors"][0]["code"], code, "{engine:?}");
        }
        // A change without a code changes nothing.
        let nothing = scene.data("", CHANGE, &input(&known["uscc"], &asked["ticket"], &code, "liming"));
        assert_eq!(nothing["changeLiaison"]["userErrors"][0]["code"], "CODE_USED", "{engine:?}");
    }
}

#[test]
fn an_office_urges_in_its_region_and_records_where_codes_go() {
    let scene = Scene::new(Engine::Sqlite);
    let clerk = scene.office("clerk", "CLERK", "610100");
    let create = "mutation($region: RegionCode!, $key: String!) {
        createReminderCampaign(input: {
            year: 2024, regionCode: $region, kinds: [ENTERPRISE], text: \"{name}：{year}年度年报请于{due}前报送。\",
            startAt: \"2099-01-01T00:00:00Z\", dailyCap: 100, idempotencyKey: $key
        }) { campaign { id state region { code } kinds dailyCap unreachableCount counts { state count } }
             userErrors { code path } }
    }";
    let begin = |region: &str, key: &str| {
        scene.ask(&clerk.token, create, &json!({ "region": region, "key": key })).body["data"]["createReminderCampaign"]
            .take()
    };
    let refused = begin("610100", "a");
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID_START", "path": ["input", "startAt"] }]), "{refused}");
    assert_eq!(begin("610300", "a")["userErrors"][0]["code"], "NOT_PERMITTED");
    let create = create.replace("startAt: \"2099-01-01T00:00:00Z\", ", "");
    let begun = scene.data(&clerk.token, &create, &json!({ "region": "610100", "key": "b" }));
    let begun = &begun["createReminderCampaign"];
    assert_eq!(begun["userErrors"], json!([]), "{begun}");
    let id = &begun["campaign"]["id"];
    let again = scene.data(&clerk.token, &create, &json!({ "region": "610100", "key": "b" }));
    assert_eq!(&again["createReminderCampaign"]["campaign"]["id"], id, "a second click is the same campaign");
    let list = "{ reminderCampaigns(first: 5, year: 2024) { nodes { id text } pageInfo { hasNextPage } } }";
    let listed = scene.data(&clerk.token, list, &Value::Null);
    assert_eq!(&listed["reminderCampaigns"]["nodes"][0]["id"], id);
    let other = scene.office("other", "CLERK", "610300");
    let one = "query($id: ID!) { reminderCampaign(id: $id) { state counts { state skipReason count } } }";
    assert_eq!(scene.data(&other.token, one, &json!({ "id": id }))["reminderCampaign"], Value::Null);
    let stop =
        "mutation($id: ID!) { stopReminderCampaign(input: { id: $id }) { campaign { state } userErrors { code } } }";
    let refused = scene.data(&other.token, stop, &json!({ "id": id }));
    assert_eq!(refused["stopReminderCampaign"]["userErrors"][0]["code"], "NOT_FOUND");
    let stopped = scene.data(&clerk.token, stop, &json!({ "id": id }));
    let stopped = &stopped["stopReminderCampaign"];
    // At night it still runs; by day its last message may be on its way already.
    assert!(
        stopped["campaign"]["state"] == "STOPPED" || stopped["userErrors"][0]["code"] == "NOT_RUNNING",
        "{stopped}"
    );
    // 登记法定代表人手机号
    let find = "query($region: RegionCode!) {
        enterprises(first: 1, filter: { regionCode: $region }) { nodes { uscc legalRepPhoneMasked } }
    }";
    let record = "mutation($uscc: Uscc!, $phone: String!, $reason: String!) {
        recordLegalRepPhone(input: { uscc: $uscc, phone: $phone, reason: $reason }) { phoneMasked userErrors { code } }
    }";
    for (region, phone, reason, expected) in [
        ("610300", "13700000002", "法定代表人到场核验", Some("NOT_PERMITTED")),
        ("610100", "029-88881234", "法定代表人到场核验", Some("INVALID_PHONE")),
        ("610100", "13700000002", "", Some("INVALID_PURPOSE")),
        ("610100", "137 0000 0002", "法定代表人到场核验", None),
    ] {
        let party = scene.data("", find, &json!({ "region": region }))["enterprises"]["nodes"][0].take();
        let variables = json!({ "uscc": party["uscc"], "phone": phone, "reason": reason });
        let told = scene.data(&clerk.token, record, &variables)["recordLegalRepPhone"].take();
        match expected {
            Some(code) => assert_eq!(told["userErrors"][0]["code"], code, "{told}"),
            None => {
                assert_eq!(told, json!({ "phoneMasked": "137****0002", "userErrors": [] }));
                let party =
                    scene.data(&clerk.token, find, &json!({ "region": region }))["enterprises"]["nodes"][0].take();
                assert_eq!(party["legalRepPhoneMasked"], "137****0002");
            }
        }
    }
}

/// Status and answer of the door for what people answered, for whoever signs with this key.
fn told(scene: &Scene, key: &str, body: &str) -> (u16, Value) {
    let request = Request { method: "POST", path: "/sms/inbound", body: body.as_bytes() };
    let nonce = nonce().expect("chance");
    let headers = sign(&Key::new(key), "sms-gateway", request, Clock::System.now(), &nonce);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.server.post_signed("/sms/inbound", &headers, body.as_bytes())
}

#[test]
fn the_gateway_alone_tells_what_people_answered() {
    const KEY: &str = "a-key-of-the-tests";
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start_with(&place, &[("QINXIN_SMS__SECRET", KEY)]);
        let scene = Scene { place, server };
        let body = json!({ "messages": [
            { "id": "m-1", "phone": "13900000003", "text": "退订" },
            { "id": "m-2", "phone": "029-88880000", "text": "TD" },
        ] })
        .to_string();
        let expected = json!({ "taken": 1, "known": 0, "ignored": 1 });
        assert_eq!(told(&scene, KEY, &body), (200, expected), "{engine:?}");
        let again = json!({ "taken": 0, "known": 1, "ignored": 1 });
        assert_eq!(told(&scene, KEY, &body), (200, again), "{engine:?}: it counts once");
        // Another key, no signature, and what is no such list.
        let refused = json!({ "code": "SIGNATURE_INVALID" });
        assert_eq!(told(&scene, "another-key-of-the-tests", &body), (401, refused.clone()), "{engine:?}");
        assert_eq!(scene.server.post_signed("/sms/inbound", &[], body.as_bytes()), (401, refused), "{engine:?}");
        for body in ["", "[]", "{\"messages\": [{\"id\": \"\", \"phone\": \"1\", \"text\": \"\"}]}"] {
            assert_eq!(told(&scene, KEY, body), (400, json!({ "code": "BAD_REQUEST" })), "{engine:?}: {body}");
        }
        let stored = String::from_utf8_lossy(&scene.place.stored()).into_owned();
        assert!(!stored.contains("13900000003"), "{engine:?}");
    }
}
