//! 财务报表取数 A liaison uploads a statement, looks at what was read, and takes over what is right.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{Formula, Workbook};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::filing::liaison;
use crate::scene::{Person, Scene};
use crate::support::{Engine, engines};

const READ: &str = "mutation($uscc: Uscc!, $file: Upload!) {
    readFinancialStatement(input: { uscc: $uscc, year: 2025, file: $file }) {
        reading {
            id format expiresAt
            figures { path label value unit source matchedText column written writtenUnit isRounded matchedBy confidence }
            unrecognised { source text written } moreUnrecognised
            remarks { code message paths }
        }
        userErrors { code message path }
    }
}";
const APPLY: &str = "mutation($uscc: Uscc!, $version: Int!, $id: ID!, $fields: [String!]!) {
    applyStatement(input: { uscc: $uscc, year: 2025, version: $version, readingId: $id, fields: $fields }) {
        filing { version stage } findings { ruleId } userErrors { code message }
    }
}";
const DRAFT: &str = "query($uscc: Uscc!) { annualReportDraft(uscc: $uscc, year: 2025) {
    version fields { path value source { kind reference } }
} }";

/// 场地 A company and its liaison.
struct Desk {
    scene: Scene,
    uscc: String,
    liaison: Person,
}

impl Desk {
    fn new(engine: Engine) -> Self {
        let scene = Scene::new(engine);
        let security = scene.office("security", "SECURITY_ADMINISTRATOR", "610000");
        let query = "{ enterprises(first: 1, filter: { kinds: [LIMITED_COMPANY], statuses: [ACTIVE] }) {
            nodes { id uscc }
        } }";
        let company = scene.data("", query, &Value::Null)["enterprises"]["nodes"][0].take();
        let liaison = liaison(&scene, &security, "liaison", &company["id"]);
        Self { scene, uscc: company["uscc"].as_str().expect("a code").to_owned(), liaison }
    }

    fn upload(&self, bytes: &[u8]) -> Value {
        let variables = json!({ "uscc": self.uscc, "file": null });
        let operations = json!({ "query": READ, "variables": variables }).to_string();
        let bearer = format!("Bearer {}", self.liaison.token);
        let headers = [("Authorization", bearer.as_str()), ("GraphQL-Require-Preflight", "1")];
        let parts = [("operations", operations.as_bytes()), ("map", br#"{"0": ["variables.file"]}"#), ("0", bytes)];
        let mut reply = self.scene.server.upload_bytes(&headers, &parts);
        assert!(reply.body["errors"].is_null(), "{}", reply.body);
        reply.body["data"]["readFinancialStatement"].take()
    }

    fn read(&self, bytes: &[u8]) -> Value {
        let mut told = self.upload(bytes);
        assert_eq!(told["userErrors"], json!([]), "{told}");
        told["reading"].take()
    }

    fn apply(&self, id: &Value, version: i32, fields: &[&str]) -> Value {
        let variables = json!({ "uscc": self.uscc, "version": version, "id": id, "fields": fields });
        self.scene.data(&self.liaison.token, APPLY, &variables)["applyStatement"].take()
    }

    fn draft(&self) -> Value {
        self.scene.data(&self.liaison.token, DRAFT, &json!({ "uscc": self.uscc }))["annualReportDraft"].take()
    }
}

/// Path, value and source of each figure.
fn figures(reading: &Value) -> Vec<(String, String, String)> {
    let text = |figure: &Value, name: &str| figure[name].as_str().expect(name).to_owned();
    let of = |figure: &Value| (text(figure, "path"), text(figure, "value"), text(figure, "source"));
    reading["figures"].as_array().expect("figures").iter().map(of).collect()
}

fn owned(list: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    list.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

/// A balance sheet in two halves, in 元, and an income statement, in 万元.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("资产负债表").expect("a name");
    let rows: [[&str; 8]; 8] = [
        ["资产负债表", "", "", "", "", "", "", ""],
        ["编制单位：某公司", "", "", "2025年12月31日", "", "", "", "单位：元"],
        ["资  产", "行次", "期末余额", "年初余额", "负债和所有者权益", "行次", "期末余额", "年初余额"],
        ["流动资产：", "", "", "", "流动负债：", "", "", ""],
        ["货币资金", "1", "1000000", "900000", "短期借款", "31", "500000", "400000"],
        ["流动资产合计", "15", "3000000", "2900000", "负债合计", "47", "2,000,000.00", "1,900,000.00"],
        ["应收某种款", "16", "7", "8", "所有者权益（或股东权益）合计", "52", "3600000", "3000000"],
        ["资产总计", "30", "", "4900000", "负债和所有者权益总计", "53", "5600000", "4900000"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).expect("a number"),
                Err(_) => sheet.write(row, column, cell).expect("a text"),
            };
        }
    }
    sheet.write_formula(7, 2, Formula::new("=SUM(C6:C7)").set_result("5600000")).expect("a formula");
    let sheet = workbook.add_worksheet();
    sheet.set_name("利润表").expect("a name");
    let rows: [[&str; 4]; 8] = [
        ["利润表", "", "", ""],
        ["2025年度", "", "", "金额单位：人民币万元"],
        ["项目", "行次", "本年累计金额", "上年金额"],
        ["一、营业收入", "1", "800.004", "700"],
        ["其中：主营业务收入", "2", "750", "690"],
        ["二、营业利润（亏损以“－”号填列）", "10", "(85)", "60"],
        ["三、利润总额（亏损总额以“－”号填列）", "14", "（90.5）", "61"],
        ["四、净利润（净亏损以“－”号填列）", "16", "-92", "50"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row, column, cell).expect("a text");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn figures_go_from_a_statement_into_the_draft_when_they_are_confirmed() {
    for engine in engines() {
        let desk = Desk::new(engine);
        let reading = desk.read(&workbook());
        let expected = owned(&[
            ("total_assets", "560", "资产负债表!C8"),
            ("total_liabilities", "200", "资产负债表!G6"),
            ("owners_equity", "360", "资产负债表!G7"),
            ("total_revenue", "800", "利润表!C4"),
            ("main_revenue", "750", "利润表!C5"),
            ("total_profit", "-90.5", "利润表!C7"),
            ("net_profit", "-92", "利润表!C8"),
        ]);
        assert_eq!(figures(&reading), expected, "{engine:?}: {reading}");
        assert_eq!((&reading["format"], &reading["remarks"]), (&json!("XLSX"), &json!([])), "{engine:?}: {reading}");
        let revenue = &reading["figures"][3];
        assert_eq!((&revenue["isRounded"], &revenue["writtenUnit"]), (&json!(true), &json!("万元")), "{revenue}");
        assert_eq!(
            (&revenue["column"], &revenue["label"]),
            (&json!("本年累计金额"), &json!("营业总收入")),
            "{revenue}"
        );
        let strange = &reading["unrecognised"][0];
        assert_eq!(
            (&strange["text"], &strange["source"]),
            (&json!("应收某种款"), &json!("资产负债表!C7")),
            "{reading}"
        );
        assert_eq!(desk.draft()["version"], 0, "{engine:?}: nothing is written by reading");

        let unknown = desk.apply(&reading["id"], 0, &["total_assets", "phone"]);
        assert_eq!(unknown["userErrors"][0]["code"], "NOT_IN_STATEMENT", "{engine:?}: {unknown}");
        let done = desk.apply(&reading["id"], 0, &["total_assets", "net_profit"]);
        assert_eq!((&done["userErrors"], &done["filing"]["version"]), (&json!([]), &json!(1)), "{engine:?}: {done}");
        let again = desk.apply(&reading["id"], 0, &["*"]);
        assert_eq!(again["userErrors"][0]["code"], "VERSION_CONFLICT", "{engine:?}: {again}");
        let draft = desk.draft();
        let field = |path: &str| {
            let fields = draft["fields"].as_array().expect("fields");
            fields.iter().find(|field| field["path"] == path).expect(path).clone()
        };
        let source = json!({ "kind": "STATEMENT", "reference": "资产负债表!C8" });
        assert_eq!((&field("total_assets")["value"], &field("total_assets")["source"]), (&json!("560"), &source));
        assert!(field("total_revenue")["value"].is_null(), "{engine:?}: only what was chosen");

        // A CSV file of a head office's program, and a balance that does not add up.
        let csv = "资产负债表,,\n单位：千元,,2025年12月31日\n项目,期末数,期初数\n资产总额,\"5,600\",1\n负债总额,\"2,000\",1\n净资产合计,\"3,500\",1\n";
        let (gb18030, _, _) = encoding_rs::GB18030.encode(csv);
        let reading = desk.read(&gb18030);
        let expected =
            owned(&[("total_assets", "560", "B4"), ("total_liabilities", "200", "B5"), ("owners_equity", "350", "B6")]);
        assert_eq!(figures(&reading), expected, "{engine:?}: {reading}");
        assert_eq!(reading["remarks"][0]["code"], "BALANCE_BROKEN", "{engine:?}: {reading}");
        assert!(reading["remarks"][0]["message"].as_str().is_some_and(|text| text.contains("100000 元")), "{reading}");
    }
}

#[test]
fn pages_with_text_are_read_and_pages_without_are_refused() {
    let desk = Desk::new(Engine::Sqlite);
    let lines = [
        (20.0, "利润表 (2025年度)"),
        (35.0, "单位：元"),
        (60.0, "项目|行次|本期金额|上期金额"),
        (80.0, "一、营业总收入|1|8,000,000.00|7,000,000.00"),
        (100.0, "其中：主营业务收入|2|7,500,000.00|6,000,000.00"),
        (120.0, "减：营业成本|3|5,000,000.00|4,000,000.00"),
        (140.0, "三、利润总额（亏损总额以“-”号填列）|14|(900,000.00)|610,000.00"),
    ];
    let reading = desk.read(&pdf(&lines));
    let expected = owned(&[
        ("total_revenue", "800", "第1页第4行"),
        ("main_revenue", "750", "第1页第5行"),
        ("total_profit", "-90", "第1页第7行"),
    ]);
    assert_eq!(figures(&reading), expected, "{reading}");
    assert_eq!(reading["format"], "PDF");
    let code = |bytes: &[u8]| desk.upload(bytes)["userErrors"][0]["code"].as_str().expect("a code").to_owned();
    assert_eq!(code(&pdf(&[])), "NO_TEXT_IN_PDF");
    let damaged = [&b"%PDF-1.7\n"[..], &[b'['; 100_000], b"trailer << /Root 1 0 R >>"].concat();
    assert_eq!(code(&damaged), "FILE_DAMAGED");
    // A page that draws itself would end the process that reads it; the server goes on.
    let own = String::from_utf8_lossy(&pdf(&[(10.0, "资产总计|1|2")])).replace("%owns", "/X Do");
    assert_eq!(code(own.as_bytes()), "FILE_DAMAGED");
    assert_eq!(code(&bomb()), "FILE_TOO_LARGE");
    assert_eq!(code(b"\x00\x01\x02"), "FILE_KIND_UNKNOWN");
}

/// A packed file that is small and holds much.
fn bomb() -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    packed.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a part");
    let block = vec![b' '; 1 << 20];
    (0..60).for_each(|_| packed.write_all(&block).expect("room"));
    packed.finish().expect("a file").into_inner()
}

/// A page with these lines, cells parted by `|`, in a font that is named and not embedded.
fn pdf(lines: &[(f64, &str)]) -> Vec<u8> {
    let mut signs: Vec<char> = lines.iter().flat_map(|(_, text)| text.chars()).collect();
    signs.sort_unstable();
    signs.dedup();
    let glyph = |sign: char| signs.iter().position(|known| *known == sign).expect("a sign") + 1;
    let (mut content, mut widths, mut names) = (String::new(), String::new(), String::new());
    for (y, text) in lines {
        for (column, cell) in text.split('|').enumerate() {
            let codes: String = cell.chars().map(|sign| format!("{:04x}", glyph(sign))).collect();
            let (x, y) = ([40.0, 300.0, 340.0, 440.0][column], 800.0 - y);
            let _ = writeln!(content, "BT /F1 10 Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET");
        }
    }
    content += "%owns\n";
    for sign in &signs {
        let width = if sign.is_ascii() { 500 } else { 1_000 };
        let _ = write!(widths, "{} [{width}] ", glyph(*sign));
        let _ = writeln!(names, "<{:04x}> <{:04x}>", glyph(*sign), u32::from(*sign));
    }
    let map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n1 begincodespacerange\n\
         <0000> <ffff>\nendcodespacerange\n{} beginbfchar\n{names}endbfchar\nendcmap\nend\nend\n",
        signs.len()
    );
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> \
         /XObject << /X 8 0 R >> >> >>"
            .to_owned(),
        stream(&content),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"
            .to_owned(),
        format!(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
             /Supplement 0 >> /DW 1000 /W [{widths}] /FontDescriptor 9 0 R >>"
        ),
        stream(&map),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 5 >>\nstream\n/X Do\nendstream".to_owned(),
        "<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 \
         /Descent -200 /CapHeight 700 /StemV 80 >>"
            .to_owned(),
    ];
    let mut file = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let _ = writeln!(file, "xref\n0 {}\n0000000000 65535 f ", places.len() + 1);
    for place in &places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = writeln!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", places.len() + 1);
    file.into_bytes()
}
