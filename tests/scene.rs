//! 场地 A server, and those who sign in to it, with everything that their accounts ask for.

use serde_json::{Value, json};
use totp_rs::{Algorithm, Secret, TOTP};

use crate::support::{Engine, Place, Reply, Server};

pub const SIGN_IN: &str = "mutation($login: String!, $password: String!) {
    signIn(input: { login: $login, password: $password, wantsToken: true }) {
        token secondFactor mustChangePassword viewer { acts } userErrors { code retryAfterSeconds }
    }
}";
pub const VERIFY: &str = "mutation($code: String!) {
    verifySecondFactor(input: { code: $code, wantsToken: true }) { token secondFactor userErrors { code } }
}";

pub const CHANGE: &str = "mutation($old: String!, $new: String!) {
    changePassword(input: { oldPassword: $old, newPassword: $new }) { changed userErrors { code } }
}";
/// What everybody takes in the place of a first password.
pub const OWN_PASSWORD: &str = "Weihe-pingyuan-7294";

/// Somebody who has signed in.
#[derive(Clone)]
pub struct Person {
    pub login: String,
    pub password: String,
    pub token: String,
    pub secret: Option<String>,
    /// The code that was shown.
    pub shown: Option<String>,
}

/// 场地 A server, and those who sign in.
pub struct Scene {
    pub place: Place,
    pub server: Server,
}

impl Scene {
    pub fn new(engine: Engine) -> Self {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        Self { place, server }
    }

    pub fn ask(&self, token: &str, query: &str, variables: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = if token.is_empty() { vec![] } else { vec![("Authorization", bearer.as_str())] };
        self.server.ask_with(&headers, &json!({ "query": query, "variables": variables }))
    }

    /// `data` of what must succeed.
    pub fn data(&self, token: &str, query: &str, variables: &Value) -> Value {
        let mut reply = self.ask(token, query, variables);
        assert!(reply.body["errors"].is_null(), "{query}: {}", reply.body);
        reply.body["data"].take()
    }

    /// Makes an account at the machine and signs in with both factors.
    pub fn office(&self, login: &str, role: &str, region: &str) -> Person {
        let arguments = ["account", "create", "--login", login, "--name", login, "--role", role, "--region", region];
        let told = self.place.done(&arguments);
        let password = told.lines().find_map(|line| line.strip_prefix("初始口令 ")).expect("a password").to_owned();
        self.enter(login, password)
    }

    /// Signs in with what the account needs: a second factor, a password of its own.
    pub fn enter(&self, login: &str, password: String) -> Person {
        let mut person = self.half_entered(login, password);
        let change = json!({ "old": person.password, "new": OWN_PASSWORD });
        let changed = self.data(&person.token, CHANGE, &change);
        assert_eq!(changed["changePassword"]["changed"], true, "{changed}");
        OWN_PASSWORD.clone_into(&mut person.password);
        person
    }

    /// The same, still with the first password.
    pub fn half_entered(&self, login: &str, password: String) -> Person {
        let begun = self.data("", SIGN_IN, &json!({ "login": login, "password": password }));
        let token = begun["signIn"]["token"].as_str().expect("a token").to_owned();
        let mut person = Person { login: login.to_owned(), password, token, secret: None, shown: None };
        if begun["signIn"]["secondFactor"] == "TO_BE_BOUND" {
            let bound = self.data(&person.token, "mutation { bindSecondFactor { secret } }", &Value::Null);
            person.secret = bound["bindSecondFactor"]["secret"].as_str().map(str::to_owned);
            let code = code(&person);
            let shown = self.data(&person.token, VERIFY, &json!({ "code": code }));
            person.shown = Some(code);
            person.token = shown["verifySecondFactor"]["token"].as_str().expect("a token").to_owned();
        }
        person
    }
}

pub fn code(person: &Person) -> String {
    let secret = person.secret.clone().expect("a secret");
    let secret = Secret::Encoded(secret).to_bytes().expect("base 32");
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret, None, "any".to_owned()).expect("a generator");
    totp.generate_current().expect("a code")
}

pub fn codes(reply: &Reply) -> Vec<String> {
    let errors = reply.body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().filter_map(|error| error["extensions"]["code"].as_str().map(str::to_owned)).collect()
}
