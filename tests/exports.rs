//! 导出 A search as a file: asked for, followed, fetched, and read back; for its owner and for nobody else.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use services::access::sha256_hex;

use crate::scene::{Scene, codes};
use crate::support::{Engine, Place, Server, engines};

const EXPORT: &str = "mutation($query: String!, $filter: SearchFilter, $format: ExportFormat!, $purpose: String!) {
    exportSearch(input: { query: $query, filter: $filter, format: $format, purpose: $purpose }) {
        job { id status kind } userErrors { code message path }
    }
}";
const PURPOSE: &str = "食品安全专项检查选取对象";

fn asked(query: &str, format: &str, families: &Value) -> Value {
    json!({ "query": query, "format": format, "purpose": PURPOSE, "filter": { "families": families } })
}

/// What a job has led to; follows it to its end.
fn done(server: &Server, header: (&str, &str), payload: &Value) -> Value {
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    let id = payload["job"]["id"].as_str().expect("a job");
    let follow = format!("subscription {{ jobProgress(id: \"{id}\") {{ status result error }} }}");
    let told = server.events_with(&[header], &follow).last().expect("an answer");
    let job = &told["data"]["jobProgress"];
    assert_eq!(job["status"], "DONE", "{told}");
    serde_json::from_str(job["result"].as_str().expect("a result")).expect("JSON")
}

/// How many hits whoever signs in like this is told of.
fn total(server: &Server, header: (&str, &str), query: &str, families: &Value) -> u64 {
    let search = "query($query: String!, $filter: SearchFilter) {
        search(query: $query, filter: $filter, first: 0) { totalCount }
    }";
    let variables = json!({ "query": query, "filter": { "families": families } });
    let told = server.ask_with(&[header], &json!({ "query": search, "variables": variables })).body;
    told["data"]["search"]["totalCount"].as_u64().expect("a total")
}

#[test]
fn an_export_holds_every_hit_and_is_its_owners_alone() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let (analyst, other) =
            (scene.office("analyst", "ANALYST", "610000"), scene.office("other", "ANALYST", "610000"));
        let bearer = format!("Bearer {}", analyst.token);
        let header = ("Authorization", bearer.as_str());
        let families = json!(["ENTERPRISE", "PENALTY"]);
        let hits = total(&scene.server, header, "有限公司", &families);
        let started = scene.data(&analyst.token, EXPORT, &asked("有限公司", "CSV", &families));
        let result = done(&scene.server, header, &started["exportSearch"]);
        assert_eq!(result["rows"].as_u64(), Some(hits), "{engine:?}: {result}");
        let url = result["url"].as_str().expect("an address");
        let (status, headers, bytes) = scene.server.file(&[header], url);
        assert_eq!(status, 200, "{engine:?}");
        assert_eq!(result["bytes"].as_u64(), Some(bytes.len() as u64));
        let told = |name: &str| headers[name].to_str().expect("text").to_owned();
        assert_eq!(told("content-length"), bytes.len().to_string());
        let disposition = told("content-disposition");
        assert!(disposition.contains("filename=\"qinxin-search-") && disposition.contains("filename*=UTF-8''%E7"));
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            (told("x-content-sha256"), result["sha256"].as_str()),
            (sha256_hex(&text), Some(&*sha256_hex(&text)))
        );
        let rows = rows(&text);
        assert_eq!(rows.len() as u64, hits, "{engine:?}");
        assert!(rows.iter().any(|row| &row[0] == "经营主体") && rows.iter().any(|row| &row[0] == "行政处罚"));
        assert!(text.contains(PURPOSE) && text.contains("analyst（账号 "), "the file tells who asked and what for");

        let others = format!("Bearer {}", other.token);
        for stranger in [&[][..], &[("Authorization", others.as_str())]] {
            let (status, _, answer) = scene.server.file(stranger, url);
            assert_eq!(status, 404, "{engine:?}: {}", String::from_utf8_lossy(&answer));
        }
        assert_eq!(scene.server.file(&[header], "/exports/Sm9iOjk5OTk5").0, 404);
        let audit = scene.office("audit", "AUDIT_ADMINISTRATOR", "610000");
        for (act, count) in [("EXPORT_SEARCH", 1), ("DOWNLOAD_EXPORT", 1)] {
            let trail = "query($act: String) { auditTrail(filter: { act: $act }) { nodes { actor detail } } }";
            let trail = scene.data(&audit.token, trail, &json!({ "act": act }));
            let entries = trail["auditTrail"]["nodes"].as_array().expect("entries");
            assert_eq!(entries.len(), count, "{engine:?} {act}: {trail}");
            assert!(entries[0]["actor"].as_str().is_some_and(|actor| actor.contains("analyst")), "{trail}");
        }
    }
}

/// The rows below the mark and the headings; every line has as many fields.
fn rows(text: &str) -> Vec<csv::StringRecord> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.into_records().map(|record| record.expect("RFC 4180")).collect();
    let headings = records.iter().position(|record| &record[0] == "记录类别").expect("headings");
    records[headings + 1..].to_vec()
}

#[test]
fn a_workbook_holds_the_same_rows() {
    let scene = Scene::new(Engine::Sqlite);
    let clerk = scene.office("clerk", "CLERK", "610100");
    let bearer = format!("Bearer {}", clerk.token);
    let families = json!(["PENALTY"]);
    let hits = total(&scene.server, ("Authorization", &bearer), "食品", &families);
    let started = scene.data(&clerk.token, EXPORT, &asked("食品", "XLSX", &families));
    let result = done(&scene.server, ("Authorization", &bearer), &started["exportSearch"]);
    let (status, headers, bytes) =
        scene.server.file(&[("Authorization", &bearer)], result["url"].as_str().expect("an address"));
    assert_eq!((status, result["rows"].as_u64()), (200, Some(hits)));
    assert!(headers["content-type"].to_str().is_ok_and(|media| media.contains("spreadsheetml")));
    let mut packed = zip::ZipArchive::new(Cursor::new(bytes)).expect("a packed file");
    let mut sheet = String::new();
    packed.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut sheet).expect("UTF-8");
    assert_eq!(sheet.matches("<row ").count() as u64, hits + 8, "seven lines of the mark, and the headings");
    assert!(sheet.contains(PURPOSE) && sheet.contains("oddHeader") && sheet.contains("clerk（账号 "));
}

#[test]
fn a_result_above_the_limit_is_refused_with_both_numbers() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start_with(&place, &[("QINXIN_LIMITS__EXPORT_ROWS", "7")]);
    let scene = Scene { place, server };
    let clerk = scene.office("clerk", "CLERK", "610100");
    let families = json!(["PENALTY"]);
    let bearer = format!("Bearer {}", clerk.token);
    let hits = total(&scene.server, ("Authorization", &bearer), "食品", &families);
    let refused = scene.data(&clerk.token, EXPORT, &asked("食品", "CSV", &families));
    let error = &refused["exportSearch"]["userErrors"][0];
    assert_eq!((&error["code"], &refused["exportSearch"]["job"]), (&json!("TOO_MANY_ROWS"), &Value::Null));
    let message = error["message"].as_str().expect("a sentence");
    assert!(hits > 7 && message.contains(&hits.to_string()) && message.contains(" 7 条"), "{message}");
    let told = scene.data("", "{ serviceLimits { exportRows analystExportRows partnerExportRows } }", &Value::Null);
    assert_eq!(told["serviceLimits"]["exportRows"], 7, "{told}");
    let public = scene.ask("", EXPORT, &asked("食品", "CSV", &families));
    assert_eq!(codes(&public), ["NOT_SIGNED_IN"], "{}", public.body);
}

#[test]
fn a_partner_exports_with_its_key_and_sees_its_own_jobs_alone() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let keys = ["税务局", "人社厅"].map(|name| {
            let create = "mutation($name: String!) {
                createApiClient(input: { name: $name, regionCode: \"610000\" }) { key }
            }";
            let made = scene.data(&security.token, create, &json!({ "name": name }));
            made["createApiClient"]["key"].as_str().expect("a key").to_owned()
        });
        let header = ("X-Api-Key", keys[0].as_str());
        let families = json!(["ENTERPRISE"]);
        let body = json!({ "query": EXPORT, "variables": asked("商贸", "CSV", &families) });
        let started = scene.server.ask_with(&[header], &body).body["data"]["exportSearch"].take();
        let result = done(&scene.server, header, &started);
        assert_eq!(result["rows"].as_u64(), Some(total(&scene.server, header, "商贸", &families)), "{engine:?}");
        let url = result["url"].as_str().expect("an address");
        assert_eq!(scene.server.file(&[header], url).0, 200, "{engine:?}");
        assert_eq!(scene.server.file(&[("X-Api-Key", &keys[1])], url).0, 404, "{engine:?}");
        let job = json!({ "query": "query($id: ID!) { job(id: $id) { status } }", "variables": { "id": started["job"]["id"] } });
        let seen =
            keys.each_ref().map(|key| scene.server.ask_with(&[("X-Api-Key", key)], &job).body["data"]["job"].take());
        assert_eq!(seen, [json!({ "status": "DONE" }), Value::Null], "{engine:?}");
    }
}

/// What a process leaves behind that is killed before or while it exports, the next one does.
#[test]
fn a_killed_server_loses_no_export() {
    for engine in engines() {
        let scene = Scene::new(engine);
        let analyst = scene.office("analyst", "ANALYST", "610000");
        let families = json!(["PENALTY", "ENTERPRISE"]);
        let started = scene.data(&analyst.token, EXPORT, &asked("有限公司", "CSV", &families))["exportSearch"].take();
        let Scene { place, server } = scene;
        // Dropping it kills the process.
        drop(server);
        let server = Server::start(&place);
        let bearer = format!("Bearer {}", analyst.token);
        let result = done(&server, ("Authorization", &bearer), &started);
        assert_eq!(
            result["rows"].as_u64(),
            Some(total(&server, ("Authorization", &bearer), "有限公司", &families)),
            "{engine:?}"
        );
        let url = result["url"].as_str().expect("an address");
        assert_eq!(server.file(&[("Authorization", &bearer)], url).0, 200, "{engine:?}");
    }
}

/// ACCESS-6: nothing is taken out by who has shown the second factor too long ago; everything else goes on.
#[test]
fn whoever_takes_records_out_shows_the_second_factor_again() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let scene = Scene::new(engine);
        let clerk = scene.office("clerk", "CLERK", "610000");
        let Scene { place, server } = scene;
        assert!(server.stop());
        place.tamper("UPDATE sessions SET two_factors_at = two_factors_at - INTERVAL '31 minutes'");
        let scene = Scene { server: Server::start(&place), place };
        let zeroes = "mutation($purpose: String!) {
            exportZeroValueReports(input: { year: 2023, format: CSV, purpose: $purpose }) {
                job { id } userErrors { code message path }
            }
        }";
        let search = asked("有限公司", "CSV", &json!(["ENTERPRISE"]));
        let purpose = json!({ "purpose": PURPOSE });
        for (act, mutation, variables) in
            [("exportSearch", EXPORT, &search), ("exportZeroValueReports", zeroes, &purpose)]
        {
            let told = scene.data(&clerk.token, mutation, variables)[act].take();
            assert_eq!(
                (&told["job"], &told["userErrors"][0]["code"]),
                (&Value::Null, &json!("STEP_UP_REQUIRED")),
                "{told}"
            );
            assert!(told["userErrors"][0]["message"].as_str().is_some_and(|told| told.contains("verifySecondFactor")));
        }
        let rest = "{ jobs(first: 5) { nodes { id } } zeroValueReports(year: 2023, first: 1) { totalCount } }";
        let rest = scene.data(&clerk.token, rest, &Value::Null);
        assert_eq!(rest["jobs"]["nodes"], json!([]), "{rest}");
        assert!(rest["zeroValueReports"]["totalCount"].as_u64() > Some(0), "{rest}");
    }
}
