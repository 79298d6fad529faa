//! 年报填报 A liaison fills in, files and corrects a report through the public graph; what was acknowledged is there
//! after the process was killed.

use serde_json::{Value, json};

use crate::scene::{OWN_PASSWORD, Person, SIGN_IN, Scene, codes};
use crate::support::{Engine, Server, engines};

/// A year of which the generated data has no report.
pub const YEAR: i32 = 2025;

const DRAFT: &str = "query($uscc: Uscc!, $year: Int!) {
    annualReportDraft(uscc: $uscc, year: $year) {
        stage version unpublished
        fields {
            path type value required confirmed unchangedConfirmable choices { code }
            source { kind confidence unchangedSince }
        }
        findings { ruleId severity paths }
    }
}";
pub const SAVE: &str = "mutation($uscc: Uscc!, $year: Int!, $version: Int!, $values: [ReportFieldInput!]!,
        $reasons: [WarningReasonInput!]) {
    saveReportDraft(input: { uscc: $uscc, year: $year, version: $version, values: $values, reasons: $reasons }) {
        filing { stage version errors warnings }
        findings { ruleId severity message paths }
        conflict { version values { path value } differing }
        userErrors { code message path }
    }
}";
pub const SUBMIT: &str = "mutation($uscc: Uscc!, $year: Int!, $key: String!, $values: [ReportFieldInput!],
        $reasons: [WarningReasonInput!]) {
    submitAnnualReport(input: {
        uscc: $uscc, year: $year, idempotencyKey: $key, values: $values, reasons: $reasons
    }) {
        receipt { number uscc year version isLate }
        report { id year employees isLate }
        findings { ruleId severity message }
        userErrors { code message path }
    }
}";
const STATE: &str = "query($uscc: Uscc!, $year: Int!) {
    filingState(uscc: $uscc, year: $year) {
        stage version reportVersion dueOn isLate receiptNumber
        steps { step allowed refusal { rule code source message possibleFrom } }
    }
}";

/// 场地 A company, its liaison, and a security administrator.
pub struct Filing {
    pub scene: Scene,
    pub uscc: String,
    pub liaison: Person,
    pub security: Person,
}

impl Filing {
    pub fn new(engine: Engine) -> Self {
        Self::at(Scene::new(engine))
    }

    /// The same on a server that was started with more.
    pub fn at(scene: Scene) -> Self {
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let query = "{ enterprises(first: 100, filter: { kinds: [LIMITED_COMPANY], statuses: [ACTIVE] }) {
            nodes { id uscc annualReports(first: 1) { nodes { year } } }
        } }";
        let all = scene.data("", query, &Value::Null);
        let nodes = all["enterprises"]["nodes"].as_array().expect("companies").clone();
        let company = nodes.iter().find(|one| one["annualReports"]["nodes"][0]["year"] == 2024).expect("a company");
        let uscc = company["uscc"].as_str().expect("a code").to_owned();
        let liaison = liaison(&scene, &security, "liaison", &company["id"]);
        Self { scene, uscc, liaison, security }
    }

    pub fn data(&self, query: &str, more: Value) -> Value {
        let mut variables = json!({ "uscc": self.uscc, "year": YEAR });
        variables.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.scene.data(&self.liaison.token, query, &variables)
    }

    /// A draft of the first version without an error.
    pub fn saved(&self) -> Value {
        self.data(SAVE, json!({ "version": 0, "values": self.figures() }))["saveReportDraft"].take()
    }

    /// Figures of the year, and whatever else the draft asks for.
    pub fn figures(&self) -> Vec<Value> {
        let draft = self.data(DRAFT, json!({}))["annualReportDraft"].take();
        let fields = draft["fields"].as_array().expect("fields").clone();
        let value = |field: &Value| {
            let path = field["path"].as_str().expect("a path");
            let text = match (path, field["type"].as_str().expect("a type")) {
                ("phone", _) => "13912345678",
                ("total_assets", _) => "560",
                ("total_liabilities", _) => "200",
                ("owners_equity", _) => "360",
                ("total_revenue", _) => "800",
                ("main_revenue", _) => "750",
                ("total_profit", _) => "90",
                ("net_profit", _) => "70",
                ("total_tax", _) => "40",
                (_, "INTEGER") => "12",
                (_, "BOOL") => "否",
                _ => return None,
            };
            (field["required"] == true || path == "insured_persons").then(|| json!({ "path": path, "value": text }))
        };
        let is_asked = |field: &&Value| field["value"].is_null() || field["type"] == "BOOL" || field["path"] == "phone";
        fields.iter().filter(is_asked).filter_map(value).collect()
    }
}

/// Grants the role, as its administrator does.
pub fn liaison(scene: &Scene, security: &Person, login: &str, enterprise: &Value) -> Person {
    let person = scene.office(login, "OBJECTOR", "610000");
    let users = scene.data(&security.token, "{ users { nodes { id login } } }", &Value::Null);
    let users = users["users"]["nodes"].as_array().expect("accounts").clone();
    let user = users.iter().find(|user| user["login"] == login).expect("the account");
    let grant = "mutation($user: ID!, $of: ID!) {
        assignRole(input: { userId: $user, role: LIAISON, regionCode: \"610000\", enterpriseId: $of }) {
            userErrors { code message }
        }
    }";
    let granted = scene.data(&security.token, grant, &json!({ "user": user["id"], "of": enterprise }));
    assert_eq!(granted["assignRole"]["userErrors"], json!([]), "{granted}");
    person
}

pub fn reasons(findings: &Value) -> Vec<Value> {
    let warnings = findings.as_array().expect("findings").iter().filter(|finding| finding["severity"] == "WARNING");
    warnings.map(|finding| json!({ "ruleId": finding["ruleId"], "reason": "已核对，数据属实" })).collect()
}

#[test]
fn a_report_goes_from_draft_to_receipt_and_on() {
    for engine in engines() {
        let filing = Filing::new(engine);
        let state = filing.data(STATE, json!({}))["filingState"].take();
        assert_eq!((&state["stage"], &state["version"]), (&json!("NOT_STARTED"), &json!(0)), "{engine:?}: {state}");
        let saved = filing.data(SAVE, json!({ "version": 0, "values": filing.figures() }))["saveReportDraft"].take();
        assert_eq!(saved["userErrors"], json!([]), "{engine:?}: {saved}");
        let errors = saved["findings"].as_array().expect("findings").iter().filter(|one| one["severity"] == "ERROR");
        assert_eq!(errors.count(), 0, "{engine:?}: {saved}");
        let draft = filing.data(DRAFT, json!({}))["annualReportDraft"].take();
        assert_eq!((&draft["version"], &draft["stage"]), (&json!(1), &json!("VALIDATED")), "{engine:?}");
        let fields = draft["fields"].as_array().expect("fields").clone();
        let field = |path: &str| fields.iter().find(|field| field["path"] == path).expect(path).clone();
        assert_eq!(field("total_assets")["source"]["kind"], "FILER", "{engine:?}");
        assert_eq!(field("name")["source"]["confidence"], "CERTAIN", "{engine:?}");
        // The public sees nothing of it.
        let public = filing.scene.data("", DRAFT, &json!({ "uscc": filing.uscc, "year": YEAR }));
        assert_eq!(public["annualReportDraft"]["version"], 0, "{engine:?}");
        assert!(!public.to_string().contains("13912345678"), "{engine:?}");
        // Only what concerns an edited field is judged.
        let check = "query($uscc: Uscc!, $year: Int!) {
            validateFields(uscc: $uscc, year: $year, values: [{ path: \"postal_code\", value: \"7100\" }],
                fields: [\"postal_code\"]) { ruleId paths }
        }";
        let checked = filing.data(check, json!({}))["validateFields"].take();
        assert_eq!(checked, json!([{ "ruleId": "AR-009", "paths": ["postal_code"] }]), "{engine:?}");
        // Filed twice with one key: one receipt, one report.
        let ask = json!({ "key": "browser-tab-1", "reasons": reasons(&saved["findings"]) });
        let filed = filing.data(SUBMIT, ask.clone())["submitAnnualReport"].take();
        assert_eq!(filed["userErrors"], json!([]), "{engine:?}: {filed}");
        assert_eq!(filing.data(SUBMIT, ask)["submitAnnualReport"]["receipt"], filed["receipt"], "{engine:?}");
        let other = filing.data(SUBMIT, json!({ "key": "browser-tab-2" }))["submitAnnualReport"].take();
        assert_eq!(other["userErrors"][0]["code"], "ALREADY_FILED", "{engine:?}");
        let reports = "query($uscc: Uscc!) { enterprise(uscc: $uscc) {
            creditSummary { lastReportYear } annualReports(first: 1) { nodes { id year employees isLate } }
        } }";
        let shown = filing.scene.data("", reports, &json!({ "uscc": filing.uscc }))["enterprise"].take();
        assert_eq!(shown["annualReports"]["nodes"][0], filed["report"], "{engine:?}");
        assert_eq!(shown["creditSummary"]["lastReportYear"], YEAR, "{engine:?}");
        let state = filing.data(STATE, json!({}))["filingState"].take();
        assert_eq!((&state["stage"], &state["reportVersion"]), (&json!("PUBLISHED"), &json!(1)), "{engine:?}");
        assert_eq!(state["receiptNumber"], filed["receipt"]["number"], "{engine:?}");
        // Another's liaison finds neither state nor draft.
        let another = "{ enterprises(first: 2, orderBy: { field: USCC }) { nodes { id uscc } } }";
        let nodes = filing.scene.data("", another, &Value::Null)["enterprises"]["nodes"].take();
        let other = nodes.as_array().expect("two").iter().find(|one| one["uscc"] != filing.uscc.as_str());
        let stranger = liaison(&filing.scene, &filing.security, "stranger", &other.expect("another")["id"]);
        let asked = filing.scene.ask(&stranger.token, STATE, &json!({ "uscc": filing.uscc, "year": YEAR }));
        assert_eq!(codes(&asked), ["NOT_FOUND"], "{engine:?}: {}", asked.body);
        let variables = json!({ "uscc": filing.uscc, "year": YEAR, "version": 0, "values": [] });
        let refused = filing.scene.data(&stranger.token, SAVE, &variables);
        assert_eq!(refused["saveReportDraft"]["userErrors"][0]["code"], "NOT_FOUND", "{engine:?}");
    }
}

#[test]
fn a_form_is_drawn_from_its_definition() {
    let scene = Scene::new(Engine::Sqlite);
    let query = "query($kind: FilerKind!) {
        annualReportForm(kind: $kind, year: 2025) {
            windowTo sections {
                name table { key when rows maxRows }
                fields { name type required publish prefill confirmable maxLength decimals choices { code } firstYear }
            }
        }
        reportRules(kind: $kind, year: 2025) { id severity fields condition message mend source }
        none: annualReportForm(kind: $kind, year: 1999) { kind }
    }";
    for kind in ["ENTERPRISE", "INDIVIDUAL", "COOPERATIVE", "FOREIGN_INVESTED", "BRANCH", "REPRESENTATIVE_OFFICE"] {
        let told = scene.data("", query, &json!({ "kind": kind }));
        let sections = told["annualReportForm"]["sections"].as_array().expect("sections");
        assert!(sections.len() > 3 && told["none"].is_null(), "{kind}");
        let fields: Vec<&Value> = sections.iter().flat_map(|one| one["fields"].as_array().expect("fields")).collect();
        assert!(fields.iter().any(|field| field["name"] == "uscc" && field["required"] == true), "{kind}");
        assert!(told["reportRules"].as_array().expect("rules").len() > 10, "{kind}");
    }
}

/// 一经回执不丢失 A report whose receipt was given is there after the process was killed at once.
#[test]
fn what_was_acknowledged_outlives_the_process() {
    for engine in engines() {
        let filing = Filing::new(engine);
        let saved = filing.data(SAVE, json!({ "version": 0, "values": filing.figures() }))["saveReportDraft"].take();
        let ask = json!({ "key": "before-the-end", "reasons": reasons(&saved["findings"]) });
        let filed = filing.data(SUBMIT, ask.clone())["submitAnnualReport"].take();
        assert_eq!(filed["userErrors"], json!([]), "{engine:?}: {filed}");
        let Filing { scene: Scene { place, server }, uscc, liaison, security } = filing;
        // Dropping kills.
        drop(server);
        let server = Server::start(&place);
        let scene = Scene { place, server };
        let again = json!({ "login": liaison.login, "password": OWN_PASSWORD });
        let begun = scene.data("", SIGN_IN, &again)["signIn"]["token"].take();
        let liaison = Person { token: begun.as_str().expect("a token").to_owned(), ..liaison };
        let filing = Filing { scene, uscc, liaison, security };
        let state = filing.data(STATE, json!({}))["filingState"].take();
        assert_eq!(state["receiptNumber"], filed["receipt"]["number"], "{engine:?}: {state}");
        assert_eq!(filing.data(SUBMIT, ask)["submitAnnualReport"]["receipt"], filed["receipt"], "{engine:?}");
        // A data folder is one process's.
        let Filing { scene: Scene { place, server }, .. } = filing;
        drop(server);
        let verified = place.run(&["audit", "verify"]);
        assert!(verified.out.contains("完整"), "{engine:?}: {} {}", verified.out, verified.err);
    }
}
