//! 样例 Small dumps that the tests write.

use std::fs;
use std::path::PathBuf;

use rules::uscc::Uscc;
use tempfile::TempDir;

/// Name and content of the six files of a dump: three enterprises and what belongs to them.
const FILES: [(&str, &str); 6] = [
    (
        "enterprises.csv",
        "id,uscc,name,status,ent_type,legal_rep,registered_capital,established_on,approved_on,closed_on,region_code,city,county,address,industry_code,industry,business_scope,authority,employees,phone
101,{0},西安永兴商贸有限公司,存续,有限责任公司（自然人独资）,王建国,50.5,2015-03-02,2021-07-08,,610113,西安市,雁塔区,陕西省西安市雁塔区小寨路1号,F,批发和零售业,日用百货销售；食品销售,雁塔区市场监督管理局,8,029-85551234
102,{1},旬邑县春来种植专业合作社,吊销未注销,农民专业合作社,李翠英,,2012-05-06,2019-01-02,2019-01-02,610429,咸阳市,旬邑县,陕西省咸阳市旬邑县城关街道2号,0111,,,旬邑县市场监督管理局,,
103,{2},长安区老张面馆,在业,个体工商户,张三,0,2020-02-29,2020-02-29,,610116,西安市,长安区,\"陕西省西安市长安区韦曲街道3号,1层\",H,住宿和餐饮业,餐饮服务,长安区市场监督管理局,2,13800000000
",
    ),
    (
        "licences.csv",
        "id,enterprise_id,licence_no,name,authority,valid_from,valid_to
11,103,JY26101160000001,食品经营许可证,长安区行政审批服务局,2020-03-01,2025-02-28
12,101,JY16101130000002,食品经营许可证,雁塔区市场监督管理局,2016-01-01,
",
    ),
    (
        "inspections.csv",
        "id,enterprise_id,kind,result,authority,inspected_on
21,101,双随机抽查,未发现问题,雁塔区市场监督管理局,2022-06-01
22,103,投诉举报核查,责令限期整改,长安区市场监督管理局,2023-06-01
",
    ),
    (
        "penalties.csv",
        "id,enterprise_id,doc_no,category,violation,legal_basis,decision,amount,authority,decided_on,published_on
31,103,长安市监处罚〔2023〕12号,食品,当事人销售超过保质期的食品,《中华人民共和国食品安全法》第三十四条第十项,罚款5000.50元,5000.50,长安区市场监督管理局,2023-07-01,2023-07-08
32,101,雁塔市监处罚〔2021〕3号,广告,当事人发布虚假广告,《中华人民共和国广告法》第二十八条,警告,0,雁塔区市场监督管理局,2021-01-05,
",
    ),
    (
        "abnormals.csv",
        "id,enterprise_id,reason_in,date_in,reason_out,date_out,authority
41,102,未按照规定的期限公示年度报告,2018-07-05,补报未报年份的年度报告并公示,2018-09-10,旬邑县市场监督管理局
42,102,通过登记的住所或者经营场所无法联系,2018-11-20,,,旬邑县市场监督管理局
",
    ),
    (
        "reports.csv",
        "id,enterprise_id,year,submitted_on,employees,total_assets,liabilities,revenue,net_profit,tax,social_insured
51,101,2023,2024-03-05,8,120.25,40,300.1,-12.34,5.6,7
52,101,2024,2025-04-01,8,130,41,,,,
53,103,2024,2024-12-31,2,10,1,60,20.5,0.3,1
",
    ),
];

/// A dump in a folder of its own.
pub struct Dump {
    folder: TempDir,
    files: Vec<(&'static str, Vec<u8>)>,
}

impl Dump {
    /// The small dump.
    pub fn small() -> Self {
        let codes = [code(101), code(102), code(103)];
        let fill = |text: &str| {
            let filled = codes.iter().enumerate();
            filled.fold(text.to_owned(), |text, (at, code)| text.replace(&format!("{{{at}}}"), code))
        };
        Self::of(FILES.map(|(name, text)| (name, fill(text).into_bytes())).to_vec())
    }

    /// A dump with these files.
    pub fn of(files: Vec<(&'static str, Vec<u8>)>) -> Self {
        let dump = Self { folder: TempDir::new().expect("a temporary folder"), files };
        dump.write();
        dump
    }

    /// Where its files stand.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("dump")
    }

    /// The same dump with other bytes in each file.
    pub fn recoded(&self, recode: impl Fn(&str) -> Vec<u8>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a dump in UTF-8");
        Self::of(self.files.iter().map(|(name, bytes)| (*name, recode(&text(bytes)))).collect())
    }

    /// The same dump with more rows at the end of a file.
    pub fn with(self, file: &str, rows: &[u8]) -> Self {
        self.changed(file, |bytes| bytes.extend_from_slice(rows))
    }

    /// The same dump with every `from` in a file replaced.
    pub fn with_replaced(self, file: &str, from: &str, to: &str) -> Self {
        self.changed(file, |bytes| {
            let text = String::from_utf8(bytes.clone()).expect("a dump in UTF-8");
            assert!(text.contains(from), "{file} has no {from}");
            *bytes = text.replace(from, to).into_bytes();
        })
    }

    /// The same dump without some of its files.
    pub fn without(mut self, files: &[&str]) -> Self {
        self.files.retain(|(name, _)| !files.contains(name));
        let dump = Self::of(self.files);
        drop(self.folder);
        dump
    }

    fn changed(mut self, file: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let found = self.files.iter_mut().find(|(name, _)| *name == file).expect(file);
        change(&mut found.1);
        self.write();
        self
    }

    fn write(&self) {
        fs::create_dir_all(self.folder()).expect("a folder");
        for (name, bytes) in &self.files {
            fs::write(self.folder().join(name), bytes).expect("written");
        }
    }
}

/// A valid code with this number in it.
pub fn code(number: u32) -> String {
    Uscc::from_prefix(&format!("91610100MA6{number:06}")).expect("a prefix").to_string()
}

/// A dump of many rows, so that each file makes several batches.
pub fn large(enterprises: u32) -> Dump {
    let mut files: Vec<(&'static str, String)> =
        FILES.iter().map(|(name, text)| (*name, format!("{}\n", text.lines().next().expect("a header")))).collect();
    for n in 1..=enterprises {
        let code = code(n);
        let office = n % 97;
        let rows = [
            format!(
                "{n},{code},第{n}号商店,存续,个体工商户,赵{n},{n},2015-01-01,2015-01-01,,610113,,,小寨路{n}号,F,,零售,第{office}局,1,\n"
            ),
            format!("{n},{n},JY{n},食品经营许可证,第{office}局,2016-01-01,\n"),
            format!("{n},{n},双随机抽查,未发现问题,第{office}局,2022-06-01\n"),
            format!("{n},{n},处罚〔2023〕{n}号,食品,售卖过期食品,食品安全法,罚款,{n},第{office}局,2023-07-01,\n"),
            format!("{n},{n},未按照规定的期限公示年度报告,2018-07-05,,,第{office}局\n"),
            format!("{n},{n},2023,2024-03-05,1,{n},0,1,-1,0,1\n"),
        ];
        for ((_, text), row) in files.iter_mut().zip(rows) {
            text.push_str(&row);
        }
    }
    Dump::of(files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect())
}
