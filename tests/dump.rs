//! 旧系统数据 Dumps of the old systems, made here so that each test knows every row.

use std::path::Path;

use rules::uscc::Uscc;

/// The six files, each with its header.
const FILES: [(&str, &str); 6] = [
    (
        "enterprises.csv",
        "id,uscc,name,status,ent_type,legal_rep,registered_capital,established_on,approved_on,closed_on,region_code,\
         city,county,address,industry_code,industry,business_scope,authority,employees,phone",
    ),
    ("licences.csv", "id,enterprise_id,licence_no,name,authority,valid_from,valid_to"),
    ("inspections.csv", "id,enterprise_id,kind,result,authority,inspected_on"),
    (
        "penalties.csv",
        "id,enterprise_id,doc_no,category,violation,legal_basis,decision,amount,authority,decided_on,published_on",
    ),
    ("abnormals.csv", "id,enterprise_id,reason_in,date_in,reason_out,date_out,authority"),
    (
        "reports.csv",
        "id,enterprise_id,year,submitted_on,employees,total_assets,liabilities,revenue,net_profit,tax,social_insured",
    ),
];

/// A valid code with this number in it.
pub fn code(number: u32) -> String {
    Uscc::from_prefix(&format!("91610100MA6{number:06}")).expect("a prefix").to_string()
}

/// The name of the enterprise with this number.
pub fn name(number: u32) -> String {
    format!("西安秦川第{number}号商贸有限公司")
}

/// Writes a dump in which each enterprise has one record of each family.
pub fn write(folder: &Path, enterprises: u32) {
    let mut texts = FILES.map(|(_, header)| format!("{header}\n"));
    for n in 1..=enterprises {
        for (text, row) in texts.iter_mut().zip(rows(n)) {
            text.push_str(&row);
            text.push('\n');
        }
    }
    std::fs::create_dir_all(folder).expect("a folder");
    for ((file, _), text) in FILES.iter().zip(texts) {
        std::fs::write(folder.join(file), text).expect("a file of the dump");
    }
}

/// Adds a row to a file of a dump.
pub fn add(folder: &Path, file: &str, row: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).expect("a file of the dump");
    std::fs::write(path, format!("{text}{row}\n")).expect("a file of the dump");
}

/// The rows of the enterprise with this number, in the order of the files.
fn rows(n: u32) -> [String; 6] {
    let (code, name, office) = (code(n), name(n), n % 97);
    [
        format!(
            "{n},{code},{name},存续,有限责任公司（自然人独资）,王建国,{n}.5,2015-03-02,2021-07-08,,610113,西安市,雁塔区,\
             陕西省西安市雁塔区小寨路{n}号,F,批发和零售业,日用百货销售,第{office}市场监督管理局,8,029-85551234"
        ),
        format!("{n},{n},JY{n:014},食品经营许可证,第{office}市场监督管理局,2020-03-01,2025-02-28"),
        format!("{n},{n},双随机抽查,未发现问题,第{office}市场监督管理局,2022-06-01"),
        format!(
            "{n},{n},西市监处罚〔2023〕{n}号,食品,当事人销售超过保质期的食品,《中华人民共和国食品安全法》第三十四条第十项,\
             罚款{n}元,{n},第{office}市场监督管理局,2023-07-01,2023-07-08"
        ),
        format!(
            "{n},{n},未按照规定的期限公示年度报告,2018-07-05,补报未报年份的年度报告并公示,2018-09-10,第{office}市场监督管理局"
        ),
        format!("{n},{n},2023,2024-03-05,8,120.25,40,300.1,-12.34,5.6,7"),
    ]
}
