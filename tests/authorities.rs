//! 数据提取 Figures of the year from the tax authority and the social-insurance agency: nobody is asked without a consent,
//! what was typed stays, and a form works whatever an authority does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use exchange::signature::{Key, Request, Verifier};
use serde_json::{Value, json};
use services::ports::Clock;

use crate::filing::{Filing, YEAR, liaison};
use crate::scene::{Scene, codes};
use crate::support::{Engine, Place, Server, engines};

const KEY: &str = "a-key-of-the-tests";

const WORDING: &str = "{ consentWording { version title text source sources { source isConnected isStandIn } } }";
const EXTRACT: &str = "mutation($uscc: Uscc!, $year: Int!, $sources: [FigureSource!]!, $consent: Boolean!, $version: String!) {
    extractFigures(input: { uscc: $uscc, year: $year, sources: $sources, consent: $consent, consentVersion: $version }) {
        filing { version errors sources { source state asOf figures consentNumber } }
        sources {
            source state message retryAfterSeconds asOf extractedAt consent { number version givenBy withdrawnAt }
            fields { path value source { kind asOf confidence unchangedSince } isFilled difference { typed message topic } }
        }
        userErrors { code message path }
    }
}";
const CONSENTS: &str = "query($uscc: Uscc!, $year: Int) {
    consents(uscc: $uscc, year: $year) { number source version givenBy givenAt withdrawnAt }
}";
const DRAFT: &str = "query($uscc: Uscc!, $year: Int!) {
    annualReportDraft(uscc: $uscc, year: $year) {
        version fields { path value confirmed unchangedConfirmable source { kind asOf confidence } }
    }
}";
const SAVE: &str = "mutation($uscc: Uscc!, $year: Int!, $version: Int!, $values: [ReportFieldInput!]!) {
    saveReportDraft(input: { uscc: $uscc, year: $year, version: $version, values: $values }) {
        filing { version } findings { ruleId paths } userErrors { code message }
    }
}";
const CONFIRM: &str = "mutation($uscc: Uscc!, $year: Int!, $version: Int!, $fields: [String!]!) {
    confirmUnchanged(input: { uscc: $uscc, year: $year, version: $version, fields: $fields }) {
        filing { version sources { source } } userErrors { code message }
    }
}";
const WITHDRAW: &str = "mutation($uscc: Uscc!, $year: Int!, $source: FigureSource!) {
    withdrawConsent(input: { uscc: $uscc, year: $year, source: $source }) {
        consent { number withdrawnAt } filing { sources { source } } userErrors { code message }
    }
}";

/// 对方 What the authority at the other end does, and how often it was asked.
struct Other {
    /// What it answers whoever signs well.
    answer: String,
    asked: usize,
    verifier: Verifier,
}

/// 对方 Behind a port of the loopback.
#[derive(Clone)]
struct Peer {
    address: SocketAddr,
    other: Arc<Mutex<Other>>,
}

impl Peer {
    fn new(key: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let other = Other { answer: status("404 Not Found"), asked: 0, verifier: Verifier::new(Key::new(key)) };
        let peer = Self { address, other: Arc::new(Mutex::new(other)) };
        let serving = peer.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serving.serve(stream.expect("a connection"));
            }
        });
        peer
    }

    fn locked(&self) -> MutexGuard<'_, Other> {
        self.other.lock().expect("an authority")
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).expect("text");
        let path = head.split(' ').nth(1).unwrap_or_default();
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
            line.split_once(": ").map(|(_, value)| value)
        };
        let mut other = self.locked();
        other.asked += 1;
        let request = Request { method: "GET", path, body: b"" };
        let is_signed = other.verifier.verify(request, header, Clock::System.now()).is_ok();
        let answer = if is_signed { other.answer.clone() } else { status("401 Unauthorized") };
        let _ = stream.write_all(answer.as_bytes());
    }

    fn answers(&self, answer: String) {
        self.locked().answer = answer;
    }

    fn asked(&self) -> usize {
        self.locked().asked
    }
}

fn status(status: &str) -> String {
    format!("HTTP/1.0 {status}\r\n\r\n")
}

fn fine(uscc: &str, figures: &Value) -> String {
    let body =
        json!({ "uscc": uscc, "year": YEAR, "asOf": "2026-05-31", "final": true, "figures": figures, "more": 1 });
    format!("HTTP/1.0 200 OK\r\n\r\n{body}")
}

fn amount(field: &str, yuan: &str) -> Value {
    json!({ "field": field, "amountYuan": yuan })
}

/// A server that knows both authorities.
fn scene(engine: Engine, tax: &Peer, agency: &Peer) -> Scene {
    let place = Place::filled(engine);
    let (tax, agency) = (format!("http://{}/x", tax.address), format!("http://{}", agency.address));
    let server = Server::start_with(
        &place,
        &[
            ("QINXIN_AUTHORITIES__TAX__URL", tax.as_str()),
            ("QINXIN_AUTHORITIES__TAX__KEY", KEY),
            ("QINXIN_AUTHORITIES__TAX__TRIES", "1"),
            ("QINXIN_AUTHORITIES__TAX__FAILURES", "2"),
            ("QINXIN_AUTHORITIES__SOCIAL_INSURANCE__URL", agency.as_str()),
            ("QINXIN_AUTHORITIES__SOCIAL_INSURANCE__KEY", KEY),
            ("QINXIN_AUTHORITIES__SOCIAL_INSURANCE__TRIES", "1"),
        ],
    );
    Scene { place, server }
}

struct Extraction {
    filing: Filing,
    version: String,
}

impl Extraction {
    fn new(scene: Scene) -> Self {
        let filing = Filing::at(scene);
        let wording = filing.scene.data(&filing.liaison.token, WORDING, &Value::Null)["consentWording"].take();
        let connected = json!([
            { "source": "TAX", "isConnected": true, "isStandIn": false },
            { "source": "SOCIAL_INSURANCE", "isConnected": true, "isStandIn": false },
        ]);
        assert_eq!(wording["sources"], connected, "{wording}");
        Self { version: wording["version"].as_str().expect("a version").to_owned(), filing }
    }

    fn extract(&self, sources: &[&str]) -> Value {
        let asked = json!({ "sources": sources, "consent": true, "version": self.version });
        let told = self.filing.data(EXTRACT, asked)["extractFigures"].take();
        assert_eq!(told["userErrors"], json!([]), "{told}");
        told
    }

    fn field(&self, path: &str) -> Value {
        let draft = self.filing.data(DRAFT, json!({}))["annualReportDraft"].take();
        let fields = draft["fields"].as_array().expect("fields").clone();
        fields.into_iter().find(|field| field["path"] == path).expect("a field")
    }
}

fn at<'v>(list: &'v Value, key: &str, value: &str) -> &'v Value {
    let found = list.as_array().expect("a list").iter().find(|one| one[key] == value);
    found.unwrap_or_else(|| panic!("{value} is not in {list}"))
}

#[test]
fn figures_come_with_a_consent_and_lie_under_what_was_typed() {
    for engine in engines() {
        let (tax, agency) = (Peer::new(KEY), Peer::new(KEY));
        let asking = Extraction::new(scene(engine, &tax, &agency));
        let filing = &asking.filing;
        let amounts =
            [("total_assets", "5600000.00"), ("total_liabilities", "2000000"), ("total_revenue", "8000049.99")];
        let mut figures: Vec<Value> = amounts.iter().map(|(field, yuan)| amount(field, yuan)).collect();
        figures.push(amount("total_tax", "400000"));
        tax.answers(fine(&filing.uscc, &json!(figures)));
        let persons = json!([
            { "field": "persons", "kind": "PENSION", "count": 12 },
            { "field": "employees", "count": 12 },
        ]);
        agency.answers(fine(&filing.uscc, &persons));

        // Without a consent, or with one to another wording, nobody is asked and nothing is recorded.
        for (consent, version, code) in
            [(false, asking.version.as_str(), "CONSENT_REQUIRED"), (true, "2000-1", "CONSENT_OUTDATED")]
        {
            let asked = json!({ "sources": ["TAX"], "consent": consent, "version": version });
            let refused = filing.data(EXTRACT, asked)["extractFigures"].take();
            assert_eq!(refused["userErrors"][0]["code"], code, "{engine:?}: {refused}");
        }
        assert_eq!((tax.asked(), &filing.data(CONSENTS, json!({}))["consents"]), (0, &json!([])), "{engine:?}");

        // What was typed stays and differs aloud; what was emptied is filled.
        let typed = json!([{ "path": "total_tax", "value": "50" }, { "path": "total_revenue", "value": "" }]);
        let saved = filing.data(SAVE, json!({ "version": 0, "values": typed }))["saveReportDraft"].take();
        assert_eq!(saved["filing"]["version"], 1, "{engine:?}: {saved}");
        let told = asking.extract(&["TAX", "SOCIAL_INSURANCE"]);
        assert_eq!((tax.asked(), agency.asked()), (1, 1), "{engine:?}");
        let taxes = at(&told["sources"], "source", "TAX");
        assert_eq!((&taxes["state"], &taxes["asOf"]), (&json!("OK"), &json!("2026-05-31")), "{engine:?}: {told}");
        assert!(taxes["message"].as_str().expect("a sentence").contains("其中1项"), "{engine:?}: {taxes}");
        let assets = at(&taxes["fields"], "path", "total_assets");
        let source =
            json!({ "kind": "TAX", "asOf": "2026-05-31", "confidence": "CERTAIN", "unchangedSince": "2026-05-31" });
        assert_eq!((&assets["value"], &assets["source"]), (&json!("560"), &source), "{engine:?}");
        assert_eq!((&assets["isFilled"], &assets["difference"]), (&json!(true), &Value::Null), "{engine:?}");
        let differing = at(&taxes["fields"], "path", "total_tax");
        assert_eq!(differing["isFilled"], false, "{engine:?}");
        assert_eq!(differing["difference"]["topic"], "data_differs_from_tax", "{engine:?}: {differing}");
        let shown = |path: &str| {
            let field = asking.field(path);
            (field["value"].as_str().map(str::to_owned), field["source"]["kind"].as_str().map(str::to_owned))
        };
        let is = |value: &str, kind: &str| (Some(value.to_owned()), Some(kind.to_owned()));
        assert_eq!(shown("total_assets"), is("560", "TAX"), "{engine:?}");
        assert_eq!(shown("total_revenue"), is("800", "TAX"), "{engine:?}");
        assert_eq!(shown("total_tax"), is("50", "FILER"), "{engine:?}");
        assert_eq!(shown("social_insurance[0].persons"), is("12", "SOCIAL_INSURANCE"), "{engine:?}");
        assert_eq!(told["filing"]["sources"].as_array().map(Vec::len), Some(2), "{engine:?}: {told}");
        // Rules speak about it, too.
        let again = filing.data(SAVE, json!({ "version": 2, "values": [] }))["saveReportDraft"].take();
        assert_eq!(at(&again["findings"], "ruleId", "AR-062")["paths"], json!(["total_tax"]), "{engine:?}: {again}");

        // A second click asks nobody; the consent is the same.
        let again = asking.extract(&["TAX"]);
        let number = |told: &Value| at(&told["sources"], "source", "TAX")["consent"]["number"].clone();
        assert_eq!((tax.asked(), number(&again)), (1, number(&told)), "{engine:?}");

        // Others see nothing of it.
        let public = filing.scene.data("", DRAFT, &json!({ "uscc": filing.uscc, "year": YEAR }));
        assert!(!public.to_string().contains("TAX"), "{engine:?}: {public}");
        let nodes = filing.scene.data("", "{ enterprises(first: 2) { nodes { id uscc } } }", &Value::Null);
        let nodes = nodes["enterprises"]["nodes"].as_array().expect("two").clone();
        let other = nodes.iter().find(|one| one["uscc"] != filing.uscc.as_str()).expect("another");
        let stranger = liaison(&filing.scene, &filing.security, "stranger", &other["id"]);
        let variables = json!({ "uscc": filing.uscc, "year": YEAR });
        assert_eq!(codes(&filing.scene.ask(&stranger.token, CONSENTS, &variables)), ["NOT_FOUND"], "{engine:?}");
        let asked = json!({
            "uscc": filing.uscc, "year": YEAR, "sources": ["TAX"], "consent": true, "version": asking.version,
        });
        let refused = filing.scene.data(&stranger.token, EXTRACT, &asked);
        assert_eq!(refused["extractFigures"]["userErrors"][0]["code"], "NOT_FOUND", "{engine:?}");

        // What is confirmed stays when the consent is withdrawn; the rest is forgotten.
        let version = again["filing"]["version"].clone();
        let confirmed = filing.data(CONFIRM, json!({ "version": version, "fields": ["total_assets"] }));
        assert_eq!(confirmed["confirmUnchanged"]["userErrors"], json!([]), "{engine:?}: {confirmed}");
        assert_eq!(asking.field("total_assets")["confirmed"], true, "{engine:?}");
        let ended = filing.data(WITHDRAW, json!({ "source": "TAX" }))["withdrawConsent"].take();
        assert_eq!(ended["filing"]["sources"], json!([{ "source": "SOCIAL_INSURANCE" }]), "{engine:?}: {ended}");
        assert_eq!(shown("total_assets"), is("560", "FILER"), "{engine:?}");
        assert_eq!(shown("total_liabilities").0, None, "{engine:?}");
        let once_more = filing.data(WITHDRAW, json!({ "source": "TAX" }))["withdrawConsent"].take();
        assert_eq!(once_more["userErrors"][0]["code"], "NO_CONSENT", "{engine:?}");
        let consents = filing.data(CONSENTS, json!({}))["consents"].take();
        let taxes = at(&consents, "source", "TAX");
        assert!(taxes["withdrawnAt"].is_string() && taxes["givenBy"] == "liaison", "{engine:?}: {consents}");
        assert!(at(&consents, "source", "SOCIAL_INSURANCE")["withdrawnAt"].is_null(), "{engine:?}: {consents}");
        let Filing { scene: Scene { place, server }, .. } = asking.filing;
        drop(server);
        assert!(place.run(&["audit", "verify"]).out.contains("完整"), "{engine:?}");
    }
}

#[test]
fn a_form_works_whatever_an_authority_does() {
    // The agency knows another key than this server signs with.
    let (tax, agency) = (Peer::new(KEY), Peer::new("another-key-of-the-tests"));
    let asking = Extraction::new(scene(Engine::Sqlite, &tax, &agency));
    let of = |told: &Value, source: &str| at(&told["sources"], "source", source).clone();

    // It knows nothing, and says so once.
    let told = asking.extract(&["TAX", "SOCIAL_INSURANCE"]);
    assert_eq!(of(&told, "TAX")["state"], "NO_DATA", "{told}");
    let refused = of(&told, "SOCIAL_INSURANCE");
    assert_eq!((&refused["state"], &refused["fields"]), (&json!("REFUSED"), &json!([])), "{told}");
    assert!(refused["message"].as_str().expect("a sentence").contains("不影响报送"), "{refused}");
    let other = json!({ "source": "TAX" });
    assert_eq!(asking.filing.data(WITHDRAW, other)["withdrawConsent"]["userErrors"], json!([]));

    // What cannot be understood is no figure.
    tax.answers(fine(&asking.filing.uscc, &json!([{ "field": "total_tax", "amountYuan": 400_000 }])));
    let garbled = of(&asking.extract(&["TAX"]), "TAX");
    assert_eq!((&garbled["state"], &garbled["fields"]), (&json!("UNAVAILABLE"), &json!([])), "{garbled}");

    // After the second failure it is left alone: the answer comes at once, and nobody asks.
    tax.answers(status("503 Service Unavailable"));
    let down = of(&asking.extract(&["TAX"]), "TAX");
    assert_eq!((&down["state"], &down["retryAfterSeconds"]), (&json!("UNAVAILABLE"), &Value::Null), "{down}");
    let before = tax.asked();
    let resting = of(&asking.extract(&["TAX"]), "TAX");
    assert!(resting["retryAfterSeconds"].as_i64().is_some_and(|seconds| (1..=31).contains(&seconds)), "{resting}");
    assert!(resting["message"].as_str().expect("a sentence").contains("已暂停查询"), "{resting}");
    assert_eq!(tax.asked(), before);

    // The report is filled in by hand all the same.
    let saved = asking.filing.saved();
    assert_eq!(saved["userErrors"], json!([]), "{saved}");
    assert_eq!(asking.field("total_assets")["source"]["kind"], "FILER");
}
