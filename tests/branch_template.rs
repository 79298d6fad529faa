//! 分支机构表 A head office takes the table of its branches, fills it in and sends it back.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataType, Reader, Xlsx};
use serde_json::{Value, json};

use crate::filing::liaison;
use crate::scene::{Person, Scene};
use crate::support::{Engine, Reply, engines};

const TEMPLATE: &str = "query($uscc: Uscc!, $format: ExportFormat!) {
    branchTemplate(uscc: $uscc, year: 2025, format: $format) {
        url fileName branches leftOut isWhole maxRows columns { heading role path unit required }
        tables { sheet name rows columns { heading path } }
    }
}";
const IMPORT: &str = "mutation($uscc: Uscc!, $file: Upload!, $key: String!, $submit: Boolean!) {
    importBranchReports(input: { uscc: $uscc, year: 2025, file: $file, idempotencyKey: $key, submit: $submit }) {
        import {
            id isDone total saved unchanged refused filed ignoredColumns job { id }
            rows(first: 100) { nodes {
                number uscc name state receiptNumber errors { column path code ruleId message mend } warnings { ruleId }
            } }
        }
        userErrors { code message path }
    }
}";
const RESULT: &str = "query($id: ID!) { branchImport(id: $id) {
    isDone saved filed refused rows(first: 10, states: [FILED, REFUSED]) { nodes {
        number state receiptNumber errors { code column message }
    } }
} }";

/// 场地 A head office with its branches, and its liaison.
struct Office {
    scene: Scene,
    uscc: String,
    branches: Vec<String>,
    foreign: String,
    liaison: Person,
    other: Person,
}

impl Office {
    fn new(engine: Engine) -> Self {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let query = "{ enterprises(first: 100, filter: { kinds: [BRANCH], statuses: [ACTIVE] }) {
            nodes { uscc establishedOn parent { id uscc } }
        } }";
        let all = scene.data("", query, &Value::Null)["enterprises"]["nodes"].take();
        let mut heads: BTreeMap<String, (Value, Vec<String>)> = BTreeMap::new();
        for branch in all.as_array().expect("branches") {
            let is_due = branch["establishedOn"].as_str().is_some_and(|day| day < "2025-01-01");
            if let Some(head) = branch["parent"]["uscc"].as_str().filter(|_| is_due) {
                let entry =
                    heads.entry(head.to_owned()).or_insert_with(|| (branch["parent"]["id"].clone(), Vec::new()));
                entry.1.push(branch["uscc"].as_str().expect("a code").to_owned());
            }
        }
        let mut heads: Vec<_> = heads.into_iter().collect();
        heads.sort_by_key(|(_, (_, branches))| std::cmp::Reverse(branches.len()));
        let (other_uscc, (other_id, foreign)) = heads.pop().expect("two head offices");
        let (uscc, (id, branches)) = heads.remove(0);
        assert_ne!(uscc, other_uscc);
        let (one, other) = (liaison(&scene, &security, "head", &id), liaison(&scene, &security, "other", &other_id));
        Self { scene, uscc, branches, foreign: foreign[0].clone(), liaison: one, other }
    }

    fn file(&self, person: &Person, path: &str) -> (u16, Vec<u8>) {
        let bearer = format!("Bearer {}", person.token);
        let (status, _, bytes) = self.scene.server.file(&[("Authorization", &bearer)], path);
        (status, bytes)
    }

    fn send(&self, bytes: &[u8], key: &str, submit: bool) -> Reply {
        let variables = json!({ "uscc": self.uscc, "file": null, "key": key, "submit": submit });
        let operations = json!({ "query": IMPORT, "variables": variables }).to_string();
        let bearer = format!("Bearer {}", self.liaison.token);
        let headers = [("Authorization", bearer.as_str()), ("GraphQL-Require-Preflight", "1")];
        let parts = [("operations", operations.as_bytes()), ("map", br#"{"0": ["variables.file"]}"#), ("0", bytes)];
        self.scene.server.upload_bytes(&headers, &parts)
    }

    fn import(&self, bytes: &[u8], key: &str, submit: bool) -> Value {
        let mut reply = self.send(bytes, key, submit);
        assert!(reply.body["errors"].is_null(), "{}", reply.body);
        let mut told = reply.body["data"]["importBranchReports"].take();
        assert_eq!(told["userErrors"], json!([]), "{told}");
        told["import"].take()
    }

    fn refused(&self, bytes: &[u8], key: &str) -> String {
        let reply = self.send(bytes, key, false);
        let code = reply.body["data"]["importBranchReports"]["userErrors"][0]["code"].as_str();
        code.unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    }

    /// A table of so many rows, in an order of its own, with a column that nobody asked for.
    fn table(&self, rows: &[(&str, &str)]) -> String {
        let insurance = ["城镇职工基本养老保险", "失业保险", "职工基本医疗保险", "工伤保险", "生育保险"];
        let persons = insurance.map(|kind| format!("社保信息·{kind}·参保人数（人）"));
        let mut text = format!(
            "\u{feff}联系电话,邮政编码,电子邮箱,是否由隶属企业统一核算,从业人数（人）,其中女性从业人数,是否有网站或网店,是否有用工需求,统一社会信用代码,\
             主营业务活动,通信地址,经营状态,备注,警告说明,{}\r\n",
            persons.join(",")
        );
        for (uscc, employees) in rows {
            text += &format!(
                "13912345678,710065,branch@example.com,是,\"{employees}\",2,否,否,{uscc},食品零售,科技路1号,开业,x,已核对数据属实,6,6,6,6,6\r\n"
            );
        }
        text
    }

    fn draft(&self, uscc: &str) -> Value {
        let query = "query($uscc: Uscc!) { annualReportDraft(uscc: $uscc, year: 2025) {
            version stage fields { path value source { kind } }
        } }";
        self.scene.data(&self.liaison.token, query, &json!({ "uscc": uscc }))["annualReportDraft"].take()
    }
}

fn value<'d>(draft: &'d Value, path: &str) -> &'d Value {
    let fields = draft["fields"].as_array().expect("fields");
    &fields.iter().find(|field| field["path"] == path).expect(path)["value"]
}

#[test]
fn the_table_of_the_branches_is_given_out_and_taken_back() {
    for engine in engines() {
        let office = Office::new(engine);
        // Given out: with what is known, and explained.
        let ask = json!({ "uscc": office.uscc, "format": "XLSX" });
        let told = office.scene.data(&office.liaison.token, TEMPLATE, &ask)["branchTemplate"].take();
        // Those of the year itself stand in it too.
        let given = told["branches"].as_u64().expect("a number");
        assert!(given >= office.branches.len() as u64, "{engine:?}: {told}");
        let url = told["url"].as_str().expect("an address");
        let (status, bytes) = office.file(&office.liaison, url);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        let mut book = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
        let tables = told["tables"].as_array().expect("tables");
        let sheets: Vec<&str> = tables.iter().map(|one| one["sheet"].as_str().expect("a name")).collect();
        assert_eq!(sheets, ["网站或网店信息", "用工需求信息"], "{engine:?}");
        assert_eq!(book.sheet_names(), [&["分支机构年报"], &sheets[..], &["填表说明"]].concat());
        let sheet = book.worksheet_range("分支机构年报").expect("a sheet");
        let headings: Vec<Value> =
            sheet.rows().next().expect("headings").iter().map(|cell| json!(cell.as_string())).collect();
        let columns = told["columns"].as_array().expect("columns");
        assert_eq!(headings, columns.iter().map(|column| column["heading"].clone()).collect::<Vec<_>>());
        assert!(columns.iter().any(|column| column["path"] == "total_assets" && column["unit"] == "万元"));
        assert_eq!(sheet.rows().count() as u64, given + 1);
        let place = columns.iter().position(|column| column["path"] == "postal_address").expect("a column");
        assert!(sheet.rows().skip(1).all(|row| row[place].as_string().is_some_and(|text| !text.is_empty())));
        let (status, csv) = office.file(&office.liaison, &url.replace(".xlsx", ".csv"));
        assert!(status == 200 && csv.starts_with("\u{feff}统一社会信用代码".as_bytes()), "{engine:?}");
        for stranger in [&office.other, &Person { token: String::new(), ..office.other.clone() }] {
            assert_eq!(office.file(stranger, url).0, 404, "{engine:?}");
        }
        // As it was given out it changes nothing, and tells what is still to be filled in.
        let import = office.import(&bytes, "as-it-was-1", false);
        assert_eq!(import["unchanged"], given, "{engine:?}: {import}");
        assert_eq!(import["rows"]["nodes"][0]["errors"][0]["ruleId"], "AR-160", "{engine:?}: {import}");

        // Taken back: good rows once, bad ones not at all.
        let (good, foreign) = (&office.branches[0], &office.foreign);
        let csv = office.table(&[(good, "1,2"), (good, "6"), (foreign, "6"), ("91610000XXXX", "6")]);
        let import = office.import(csv.as_bytes(), "bad-rows-01", false);
        assert_eq!((&import["saved"], &import["refused"]), (&json!(0), &json!(4)), "{engine:?}: {import}");
        let nodes = import["rows"]["nodes"].as_array().expect("rows");
        let codes = |row: &Value| {
            row["errors"].as_array().expect("errors").iter().map(|one| one["code"].clone()).collect::<Vec<_>>()
        };
        let told: Vec<(Value, Vec<Value>)> = nodes.iter().map(|row| (row["number"].clone(), codes(row))).collect();
        let expected = ["BRANCH_TWICE", "BRANCH_TWICE", "NOT_FOUND", "MALFORMED_CODE"];
        for ((number, codes), (row, code)) in told.iter().zip((2..).zip(expected)) {
            assert_eq!((number, codes.as_slice()), (&json!(row), &[json!(code)][..]), "{engine:?}: {import}");
        }
        let import = office.import(office.table(&[(good, "-6")]).as_bytes(), "bad-rows-02", false);
        let error = &import["rows"]["nodes"][0]["errors"][0];
        assert_eq!(
            (&error["code"], &error["column"]),
            (&json!("RULE"), &json!("从业人数（人）")),
            "{engine:?}: {import}"
        );
        assert_eq!(office.draft(good)["version"], 0, "{engine:?}: nothing of a bad row is saved");

        let csv = office.table(&[(good, "６人")]);
        let import = office.import(csv.as_bytes(), "good-rows-1", false);
        assert_eq!((&import["saved"], &import["isDone"]), (&json!(1), &json!(true)), "{engine:?}: {import}");
        assert_eq!(import["ignoredColumns"], json!(["备注"]));
        let draft = office.draft(good);
        assert_eq!((value(&draft, "employees"), &draft["version"]), (&json!("6"), &json!(1)), "{engine:?}");
        assert_eq!(office.import(csv.as_bytes(), "good-rows-1", false), import, "{engine:?}: the same key");
        let (gb18030, _, _) = encoding_rs::GB18030.encode(csv.trim_start_matches('\u{feff}'));
        let again = office.import(&gb18030, "good-rows-2", false);
        assert_eq!((&again["unchanged"], &again["saved"]), (&json!(1), &json!(0)), "{engine:?}: {again}");
        assert_eq!(office.draft(good)["version"], 1, "{engine:?}: the same file changes nothing");
        assert_eq!(office.refused(b"x", "good-rows-1"), "KEY_REUSED", "{engine:?}");

        // What was read lies sealed.
        let stored = office.scene.place.stored();
        assert!(!stored.windows(18).any(|window| window == b"branch@example.com"), "{engine:?}");

        // Filed too, by a job.
        let import = office.import(csv.as_bytes(), "filed-rows-1", true);
        let follow = format!("subscription {{ jobProgress(id: {}) {{ status result error }} }}", import["job"]["id"]);
        let bearer = format!("Bearer {}", office.liaison.token);
        let job = office.scene.server.events_with(&[("Authorization", &bearer)], &follow).last().expect("an answer");
        assert_eq!(job["data"]["jobProgress"]["status"], "DONE", "{engine:?}: {job}");
        let done =
            office.scene.data(&office.liaison.token, RESULT, &json!({ "id": import["id"] }))["branchImport"].take();
        assert_eq!((&done["filed"], &done["isDone"]), (&json!(1), &json!(true)), "{engine:?}: {done}");
        assert!(done["rows"]["nodes"][0]["receiptNumber"].is_string(), "{engine:?}: {done}");
        assert_eq!(office.draft(good)["stage"], "PUBLISHED", "{engine:?}");
        let others = office.scene.data(&office.other.token, RESULT, &json!({ "id": import["id"] }));
        assert!(others["branchImport"].is_null(), "{engine:?}");
    }
}

/// A workbook with the table of a branch and its websites, each with the code of its branch.
fn with_websites(office: &Office, branch: &str, websites: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    // Whoever turns the sheets round is understood.
    let sheet = book.add_worksheet();
    sheet.set_name("网站或网店信息").expect("a name");
    for (column, heading) in (0..).zip(["统一社会信用代码", "名称", "网址", "类型（网站/网店）"]) {
        sheet.write(0, column, heading).expect("a heading");
    }
    for (row, (code, name, url)) in (1..).zip(websites) {
        for (column, text) in (0..).zip([*code, *name, *url, "网店"]) {
            sheet.write(row, column, text).expect("a cell");
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name("分支机构年报").expect("a name");
    let table = office.table(&[(branch, "6")]).replace(",否,否,", ",是,否,");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    for (row, record) in (0..).zip(reader.records()) {
        for (column, text) in (0..).zip(record.expect("a row").iter()) {
            sheet.write(row, column, text).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn tables_of_branches_come_in_sheets_of_their_own() {
    for engine in engines() {
        let office = Office::new(engine);
        let (good, foreign) = (office.branches[0].as_str(), office.foreign.as_str());
        let shops = [(good, "一店", "https://shop.example.cn/1"), (good, "二店", "https://shop.example.cn/2")];
        let import = office.import(&with_websites(&office, good, &shops), "two-shops-01", false);
        assert_eq!(import["saved"], 1, "{engine:?}: {import}");
        let draft = office.draft(good);
        assert_eq!(value(&draft, "has_website"), "是", "{engine:?}: {draft}");
        assert_eq!(value(&draft, "websites[0].url"), "https://shop.example.cn/1", "{engine:?}");
        assert_eq!(value(&draft, "websites[1].kind"), "网店", "{engine:?}");
        // The same once more changes nothing; one row is the whole table.
        let import = office.import(&with_websites(&office, good, &shops), "two-shops-02", false);
        assert_eq!((&import["unchanged"], &import["saved"]), (&json!(1), &json!(0)), "{engine:?}: {import}");
        let import = office.import(&with_websites(&office, good, &shops[1..]), "one-shop-01", false);
        assert_eq!(import["saved"], 1, "{engine:?}: {import}");
        let draft = office.draft(good);
        assert_eq!(value(&draft, "websites[0].name"), "二店", "{engine:?}");
        assert_eq!(value(&draft, "websites[1].url"), "", "{engine:?}");
        let ask = json!({ "uscc": office.uscc, "format": "XLSX" });
        let told = office.scene.data(&office.liaison.token, TEMPLATE, &ask)["branchTemplate"]["tables"].take();
        assert_eq!(told[0]["rows"], 1, "{engine:?}: what was emptied is not given out: {told}");
        // What is wrong is told by sheet and row, and nothing of it is saved.
        let wrong = [(good, "一店", "no address"), (foreign, "别家", "https://shop.example.cn/3")];
        let import = office.import(&with_websites(&office, good, &wrong), "wrong-shops-1", false);
        assert_eq!((&import["saved"], &import["refused"]), (&json!(0), &json!(2)), "{engine:?}: {import}");
        let rows = import["rows"]["nodes"].as_array().expect("rows");
        let faults: Vec<(&Value, &Value)> = rows
            .iter()
            .flat_map(|row| row["errors"].as_array().expect("errors"))
            .map(|error| (&error["column"], &error["code"]))
            .collect();
        assert!(faults.contains(&(&json!("网站或网店信息第2行·网址"), &json!("RULE"))), "{engine:?}: {faults:?}");
        assert!(
            faults.contains(&(&json!("网站或网店信息第3行·统一社会信用代码"), &json!("BRANCH_NOT_LISTED"))),
            "{engine:?}: {faults:?}"
        );
        assert_eq!(office.draft(good)["version"], draft["version"], "{engine:?}");

        // A file of one table has numbered columns for them: it comes back as it was given out, or changed.
        let ask = json!({ "uscc": office.uscc, "format": "CSV" });
        let told = office.scene.data(&office.liaison.token, TEMPLATE, &ask)["branchTemplate"].take();
        let columns = told["columns"].as_array().expect("columns");
        let column = columns.iter().find(|column| column["heading"] == "网站或网店信息1·网址").expect("a column");
        assert_eq!((&column["path"], &column["required"]), (&json!("websites[0].url"), &json!(false)), "{engine:?}");
        let (_, csv) = office.file(&office.liaison, told["url"].as_str().expect("an address"));
        let import = office.import(&csv, "csv-as-it-was", false);
        assert_eq!(import["unchanged"], told["branches"], "{engine:?}: {import}");
        let csv = String::from_utf8(csv).expect("a text");
        let other = |url: &str| csv.replace("https://shop.example.cn/2", url);
        let import = office.import(other("no address").as_bytes(), "csv-wrong-shop", false);
        let rows = import["rows"]["nodes"].as_array().expect("rows");
        let wrong = rows.iter().find(|row| row["uscc"] == good).expect("a row");
        let fault = (&wrong["errors"][0]["column"], &wrong["errors"][0]["code"]);
        assert_eq!(fault, (&json!("网站或网店信息1·网址"), &json!("RULE")), "{engine:?}: {wrong}");
        let import = office.import(other("https://shop.example.cn/9").as_bytes(), "csv-other-shop", false);
        assert_eq!(import["saved"], 1, "{engine:?}: {import}");
        assert_eq!(value(&office.draft(good), "websites[0].url"), "https://shop.example.cn/9", "{engine:?}");
    }
}

#[test]
fn files_that_are_no_table_are_refused() {
    let office = Office::new(Engine::Sqlite);
    for (number, (bytes, code)) in [
        (Vec::new(), "FILE_EMPTY"),
        (vec![0x89, b'P', b'N', b'G', 0, 1, 2], "FILE_KIND_UNKNOWN"),
        (b"PK\x03\x04 and no more".to_vec(), "FILE_DAMAGED"),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1], "FILE_ENCRYPTED"),
        ("名称,从业人数\na,1\n".as_bytes().to_vec(), "NO_CODE_COLUMN"),
        (office.table(&vec![(office.branches[0].as_str(), "1"); 1_001]).into_bytes(), "TOO_MANY_ROWS"),
        (vec![b'a'; 5 << 20], "FILE_TOO_LARGE"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(office.refused(&bytes, &format!("refused-{number}")), code);
    }
}
