//! A small register of invented enterprises and penalties, the same for the same seed.

use chrono::NaiveDate;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rules::region::{self, RegionCode, RegionLevel};
use rules::uscc;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use search::{EnterpriseDoc, Family, Party, Passage, Publicity, RecordDoc};

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "赵", "欧阳", "司马", "买买提·"];
const GIVEN: &[&str] = &["娜", "国刚", "建国", "伟", "诗睿", "景强", "一晨", "红云", "志平", "艾力"];
const BRANDS: &str = "诚邦鑫泰和宏牧恒民汇源锦绣长安富达顺祥润兴嘉德瑞丰盛华信远卓越博文明天海龙金雅";
const TRADES: &[(&str, char, &str, &str)] = &[
    ("商贸", 'F', "5211", "日用百货、办公用品、五金产品销售"),
    ("餐饮管理", 'H', "6210", "餐饮管理；餐饮服务"),
    ("建筑工程", 'E', "E", "建筑工程施工；园林绿化工程施工"),
    ("信息科技", 'I', "6510", "软件开发；信息技术咨询服务"),
    ("水果", 'F', "5223", "水果、蔬菜零售；预包装食品销售"),
    ("中药材种植", 'A', "0170", "中药材种植、收购与销售"),
    ("ABC培训", 'P', "8391", "职业技能培训"),
];
const FORMS: &[(&str, EnterpriseKind)] = &[
    ("有限公司", EnterpriseKind::LimitedCompany),
    ("有限责任公司", EnterpriseKind::LimitedCompany),
    ("股份有限公司", EnterpriseKind::JointStockCompany),
    ("（集团）有限公司", EnterpriseKind::StateOwned),
    ("专业合作社", EnterpriseKind::FarmersCooperative),
    ("经营部", EnterpriseKind::IndividualHousehold),
    ("（有限合伙）", EnterpriseKind::Partnership),
];
const STREETS: &[&str] = &["世纪东路", "含光南路", "解放路", "朱宏东路", "光明路", "民生巷"];
const VIOLATIONS: &[(&str, &str, &str)] = &[
    ("食品", "当事人销售超过保质期的食品（红枣）", "《中华人民共和国食品安全法》第三十四条第十项"),
    ("登记", "当事人公司成立后无正当理由超过六个月未开业", "《中华人民共和国公司法》第二百六十条"),
    ("价格", "当事人哄抬价格", "《中华人民共和国价格法》第十四条第三项"),
    ("反不正当竞争", "当事人对商品的销售状况作虚假商业宣传", "《中华人民共和国反不正当竞争法》第八条"),
    ("质量", "当事人销售不合格电动自行车（灯具）", "《中华人民共和国产品质量法》第三十九条"),
    ("计量", "当事人使用未经检定的计量器具", "《中华人民共和国计量法》第九条"),
];

/// Makes records one after the other.
pub struct Maker {
    random: ChaCha8Rng,
    everywhere: Vec<RegionCode>,
    home: Vec<RegionCode>,
}

impl Maker {
    pub fn new(seed: u64) -> Self {
        let counties = region::all().iter().filter(|region| region.level == RegionLevel::County);
        let everywhere: Vec<_> = counties.map(|region| region.code).collect();
        let shaanxi = RegionCode::new(610_000).expect("陕西");
        let home = everywhere.iter().copied().filter(|county| shaanxi.contains(*county)).collect();
        Self { random: ChaCha8Rng::seed_from_u64(seed), everywhere, home }
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.random.random_range(0..list.len())]
    }

    /// Mostly 陕西.
    fn county(&mut self) -> RegionCode {
        let counties = if self.random.random_bool(0.8) { &self.home } else { &self.everywhere };
        counties[self.random.random_range(0..counties.len())]
    }

    fn brand(&mut self) -> String {
        let letters: Vec<char> = BRANDS.chars().collect();
        (0..self.random.random_range(2..5)).map(|_| *self.pick(&letters)).collect()
    }

    fn day(&mut self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.random.random_range(728_000..740_000)).expect("a day")
    }

    fn uscc(&mut self, region: RegionCode) -> String {
        let digits = self.random.random_range(100_000_000_u64..1_000_000_000);
        let prefix = format!("91{region}{digits}");
        let bytes: [u8; 17] = prefix.as_bytes().try_into().expect("17 characters");
        let check = uscc::check_character(&bytes).expect("characters of the standard");
        format!("{prefix}{}", char::from(check))
    }

    pub fn enterprise(&mut self, id: i64) -> EnterpriseDoc {
        let region = self.county();
        let place = region::find(region).expect("a county");
        let (trade, section, code, scope) = *self.pick(TRADES);
        let (form, kind) = *self.pick(FORMS);
        let seat = self.pick(&["陕西", "西安", place.name]).to_owned();
        let address = format!("{}{}{}号", place.full_name, self.pick(STREETS), self.random.random_range(1..300));
        let party = Party {
            uscc: self.uscc(region),
            name: format!("{seat}{}{trade}{form}", self.brand()),
            status: Some(*self.pick(EnterpriseStatus::ALL)),
            kind: Some(kind),
            region,
            industry_section: section,
            industry_code: code.to_owned(),
        };
        EnterpriseDoc {
            id,
            party,
            registration_number: None,
            telephones: Vec::new(),
            former_names: Vec::new(),
            legal_representative: format!("{}{}", self.pick(SURNAMES), self.pick(GIVEN)),
            key_persons: Vec::new(),
            registered_capital_fen: self.random.random_bool(0.9).then(|| self.random.random_range(0..500) * 1_000_000),
            established_on: self.random.random_bool(0.9).then(|| self.day()),
            address,
            business_scope: scope.to_owned(),
            authority: format!("{}市场监督管理局", place.name),
        }
    }

    pub fn penalty(&mut self, id: i64, of: &EnterpriseDoc) -> RecordDoc {
        let (category, violation, legal_basis) = *self.pick(VIOLATIONS);
        let county = region::find(of.party.region).expect("a county").name;
        let yuan = self.random.random_range(0..50) * 100;
        let decided_on = self.day();
        let year = decided_on.format("%Y");
        let decision = format!("警告；罚款{yuan}元");
        let texts = [
            (Passage::Category, category),
            (Passage::Violation, violation),
            (Passage::LegalBasis, legal_basis),
            (Passage::Decision, &decision),
        ];
        RecordDoc {
            family: Family::Penalty,
            id,
            enterprise_id: of.id,
            party: of.party.clone(),
            number: format!("{county}市监处罚〔{year}〕{id}号"),
            texts: texts.map(|(passage, text)| (passage, text.to_owned())).to_vec(),
            ground: category.to_owned(),
            authority: format!("{county}市场监督管理局"),
            origin: of.party.region.province(),
            amount_fen: (yuan > 0).then_some(yuan * 100),
            day: Some(decided_on),
            publicity: Publicity::Open,
        }
    }
}

/// One text of a record.
pub fn text(record: &RecordDoc, wanted: Passage) -> &str {
    record.texts.iter().find(|(passage, _)| *passage == wanted).map_or("", |(_, text)| text)
}
