//! 文书 A receipt and a report are printed, fetched by those who may have them, and verified by anybody.

use serde_json::{Value, json};

use crate::filing::{Filing, SUBMIT, YEAR, liaison, reasons};
use crate::support::engines;

const PRINT: &str = "mutation($report: ID!, $document: DocumentKind!, $public: Boolean) {
    printAnnualReport(input: { reportId: $report, document: $document, publicOnly: $public }) {
        document {
            id kind year version isPublicEdition verificationCode digest pageCount byteCount downloadPath
            warnings { character codePoint printedAs message }
        }
        userErrors { code message path }
    }
}";
const VERIFY: &str = "query($code: String!) {
    verifyDocument(code: $code) {
        kind filerName year version newerVersion isPublicEdition digest enterprise { uscc }
    }
}";
fn printed(filing: &Filing, token: &str, report: &Value, document: &str, public: bool) -> Value {
    let variables = json!({ "report": report, "document": document, "public": public });
    filing.scene.data(token, PRINT, &variables)["printAnnualReport"].take()
}

#[test]
fn documents_are_printed_fetched_and_verified() {
    for engine in engines() {
        let filing = Filing::new(engine);
        let saved = filing.saved();
        let ask = json!({ "key": "first-time", "reasons": reasons(&saved["findings"]) });
        let filed = filing.data(SUBMIT, ask)["submitAnnualReport"].take();
        assert_eq!(filed["userErrors"], json!([]), "{engine:?}: {filed}");
        let report = &filed["report"]["id"];
        let own = filing.liaison.token.as_str();

        let receipt = printed(&filing, own, report, "RECEIPT", false);
        assert_eq!(receipt["userErrors"], json!([]), "{engine:?}: {receipt}");
        let document = &receipt["document"];
        assert_eq!(
            (&document["kind"], &document["version"], &document["pageCount"]),
            (&json!("RECEIPT"), &json!(1), &json!(1))
        );
        assert_eq!(printed(&filing, own, report, "RECEIPT", false), receipt, "{engine:?}: the same one again");

        // The filer and its office have it, strangers do not.
        let path = document["downloadPath"].as_str().expect("a path");
        let bearer = |token: &str| format!("Bearer {token}");
        let (status, headers, bytes) = filing.scene.server.file(&[("Authorization", &bearer(own))], path);
        assert_eq!((status, headers["content-type"].as_bytes()), (200, &b"application/pdf"[..]), "{engine:?}");
        assert!(bytes.starts_with(b"%PDF-1.7") && document["byteCount"] == bytes.len(), "{engine:?}");
        assert_eq!(headers["x-content-sm3"].to_str().ok(), document["digest"].as_str(), "{engine:?}");
        let name = headers["content-disposition"].to_str().expect("a name");
        assert!(
            name.contains(&format!("qinxin-receipt-{}-{YEAR}.pdf", filing.uscc))
                && name.contains("filename*=UTF-8''%E")
        );
        let clerk = filing.scene.office("clerk", "CLERK", "610000");
        assert_eq!(filing.scene.server.file(&[("Authorization", &bearer(&clerk.token))], path).2, bytes, "{engine:?}");
        let another = "{ enterprises(first: 2, orderBy: { field: USCC }) { nodes { id uscc } } }";
        let nodes = filing.scene.data("", another, &Value::Null)["enterprises"]["nodes"].take();
        let other = nodes.as_array().expect("two").iter().find(|one| one["uscc"] != filing.uscc.as_str());
        let stranger = liaison(&filing.scene, &filing.security, "stranger", &other.expect("another")["id"]);
        let strangers = bearer(&stranger.token);
        for headers in [&[][..], &[("Authorization", strangers.as_str())]] {
            assert_eq!(filing.scene.server.file(headers, path).0, 404, "{engine:?}");
        }
        let refused = printed(&filing, &stranger.token, report, "RECEIPT", false);
        assert_eq!(refused["userErrors"][0]["code"], "NOT_PERMITTED", "{engine:?}: {refused}");

        // Of the report the filer has all, and everybody else what is published.
        let whole = printed(&filing, own, report, "REPORT", false)["document"].take();
        let public = printed(&filing, "", report, "REPORT", false)["document"].take();
        assert_eq!(
            (&whole["isPublicEdition"], &public["isPublicEdition"]),
            (&json!(false), &json!(true)),
            "{engine:?}"
        );
        assert_eq!(printed(&filing, own, report, "REPORT", true)["document"], public, "{engine:?}");
        let fetched =
            |document: &Value| filing.scene.server.file(&[], document["downloadPath"].as_str().expect("a path")).0;
        assert_eq!((fetched(&whole), fetched(&public)), (404, 200), "{engine:?}");

        // Anybody asks whether it is genuine.
        let code = document["verificationCode"].as_str().expect("a code");
        let verified = |code: &str| filing.scene.data("", VERIFY, &json!({ "code": code }))["verifyDocument"].take();
        let told = verified(&code.replace('-', " ").to_lowercase());
        assert_eq!((&told["digest"], &told["newerVersion"]), (&document["digest"], &Value::Null), "{engine:?}: {told}");
        assert_eq!((&told["enterprise"]["uscc"], &told["year"]), (&json!(filing.uscc), &json!(YEAR)), "{engine:?}");
        for unknown in ["2222-2222-2222-2222", "", "x", "＊"] {
            assert_eq!(verified(unknown), Value::Null, "{engine:?}");
        }

        let audit = filing.scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        for act in ["PRINT_DOCUMENT", "DOWNLOAD_DOCUMENT"] {
            let trail = "query($act: String) { auditTrail(filter: { act: $act }) { nodes { subject detail } } }";
            let trail = filing.scene.data(&audit.token, trail, &json!({ "act": act }))["auditTrail"]["nodes"].take();
            assert_eq!(trail[0]["subject"], filing.uscc, "{engine:?} {act}: {trail}");
        }
    }
}

/// A report that was filed elsewhere has no receipt here, but is printed as it was published.
#[test]
fn a_report_from_elsewhere_is_printed_without_receipt() {
    let filing = Filing::new(crate::support::Engine::Sqlite);
    let query = "query($uscc: Uscc!) { enterprise(uscc: $uscc) { annualReports(first: 1) { nodes { id year } } } }";
    let told = filing.scene.data("", query, &json!({ "uscc": filing.uscc }));
    let report = &told["enterprise"]["annualReports"]["nodes"][0]["id"];
    let refused = printed(&filing, &filing.liaison.token, report, "RECEIPT", false);
    assert_eq!(refused["userErrors"][0]["code"], "NO_RECEIPT", "{refused}");
    let printed_one = printed(&filing, &filing.liaison.token, report, "REPORT", false);
    assert_eq!(printed_one["userErrors"], json!([]), "{printed_one}");
    assert!(printed_one["document"]["pageCount"].as_i64().is_some_and(|pages| pages >= 1));
    let none = printed(&filing, "", &json!("UHJpbnRlZA"), "REPORT", false);
    assert_eq!(none["userErrors"][0]["code"], "NOT_FOUND", "{none}");
}
