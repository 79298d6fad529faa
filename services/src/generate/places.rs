//! 地区 Where enterprises are: every county of the mainland with its authorities, Shaanxi before all
//! others, large towns before small ones.

use std::collections::{HashMap, HashSet};

use rules::region::{self, Region, RegionCode, RegionLevel};
use serde::Deserialize;

use super::dice::{Dice, Weighted};
use super::words::{data, table};

/// 港澳台 Taiwan, Hong Kong, Macao: their registers are their own.
const OWN_REGISTERS: [u32; 3] = [71, 81, 82];

/// 陕西 Where licences are given by an office of their own (行政审批服务局).
const SHAANXI: u32 = 61;

/// 机关 An authority.
#[derive(Debug, PartialEq, Eq)]
pub struct Office {
    /// 名称
    pub name: String,
    /// 行政区划
    pub region: RegionCode,
}

/// 县 A county with what addresses, numbers and names there look like.
pub struct Place {
    /// 行政区划代码
    pub code: RegionCode,
    /// 所属地级行政区划 The column `city_code`: the prefecture, or what stands for it.
    pub city_code: u32,
    /// 名称 `雁塔区`.
    pub name: &'static str,
    /// 驻地 The town that names are built with: the prefecture, the municipality, or the county itself.
    pub seat: &'static str,
    /// 简称 `雁塔`.
    pub short: &'static str,
    /// 全称 `陕西省西安市雁塔区`.
    pub full_name: &'static str,
    /// 省级简称 `陕西`.
    pub province: &'static str,
    /// 省级一字简称 `陕`.
    pub mark: String,
    /// 邮政编码 First digits.
    pub postal: String,
    /// 长途区号 Empty where it is not known.
    pub dialling: String,
    /// 市场监督管理局 Position among the offices.
    pub market: usize,
    /// 许可机关 Position of the office that gives licences.
    pub permits: usize,
    /// 上级登记机关 Position of the prefecture's (or municipality's) authority.
    pub above: usize,
}

#[derive(Deserialize)]
struct PlaceRow {
    code: u32,
    weight: u64,
    mark: String,
    postal: String,
    dialling: String,
}

/// 地区表 The counties and their authorities.
pub struct Places {
    counties: Weighted<Place>,
    /// Positions of the counties of other provinces among them.
    elsewhere: Weighted<usize>,
    offices: Vec<Office>,
    towns: Weighted<&'static str>,
    roads: Weighted<&'static str>,
    estates: Weighted<&'static str>,
}

impl Places {
    /// Reads the table and lays it over the reference table of regions.
    pub fn new() -> Self {
        let rows: HashMap<u32, PlaceRow> =
            table(data!("places.csv")).into_iter().map(|row: PlaceRow| (row.code, row)).collect();
        let mut offices = Offices::default();
        let counties = leaves().into_iter().map(|county| (place(county, &rows, &mut offices), county)).collect();
        let words = |text: &'static str| Weighted::zipf(text.split_whitespace());
        let mut counties = weighted(counties, &rows);
        counties.retain(|(_, weight)| *weight > 0);
        let is_elsewhere = |(_, (place, _)): &(usize, &(Place, u64))| place.code.get() / 10_000 != SHAANXI;
        let elsewhere = counties.iter().enumerate().filter(is_elsewhere).map(|(at, (_, weight))| (at, *weight));
        Self {
            elsewhere: Weighted::new(elsewhere),
            counties: Weighted::new(counties),
            offices: offices.all,
            towns: words(data!("towns.txt")),
            roads: words(data!("roads.txt")),
            estates: words(data!("estates.txt")),
        }
    }

    /// Draws a county.
    pub fn draw(&self, dice: &mut Dice) -> &Place {
        self.counties.draw(dice)
    }

    /// Draws a county of another province than Shaanxi and `home`; `None` if chance finds `home` only.
    pub fn draw_elsewhere(&self, dice: &mut Dice, home: RegionCode) -> Option<&Place> {
        let mut drawn = (0..8).map(|_| self.counties.at(*self.elsewhere.draw(dice)));
        drawn.find(|place| place.code.province() != home.province())
    }

    /// A county of the same prefecture or province, if the drawn ones are.
    pub fn draw_near(&self, dice: &mut Dice, place: &Place) -> &Place {
        let mut near = self.draw(dice);
        for _ in 0..8 {
            if near.code.province() == place.code.province() {
                break;
            }
            near = self.draw(dice);
        }
        near
    }

    /// 住所（经营场所） An address in a county.
    pub fn address(&self, dice: &mut Dice, place: &Place) -> String {
        let level = if place.name.ends_with('区') { "街道" } else { "镇" };
        let (town, road) = (self.towns.draw(dice), self.roads.draw(dice));
        let number = dice.between(1, 60) * dice.between(1, 6);
        let mut text = format!("{}{town}{level}{road}{number}号", place.full_name);
        if dice.per_mille(520) {
            let (building, floor, room) = (dice.between(1, 28), dice.between(1, 24), dice.between(1, 12));
            text.push_str(&format!("{}{building}幢{floor}{room:02}室", self.estates.draw(dice)));
        }
        text
    }

    /// 机关 Every authority that a county refers to.
    pub fn offices(&self) -> &[Office] {
        &self.offices
    }
}

/// Divisions without any below them.
fn leaves() -> Vec<&'static Region> {
    let above: HashSet<_> = region::all().iter().filter_map(|region| region.code.parent()).collect();
    region::all()
        .iter()
        .filter(|region| !above.contains(&region.code) && region.level != RegionLevel::Province)
        .filter(|region| !OWN_REGISTERS.contains(&(region.code.get() / 10_000)))
        .collect()
}

#[derive(Default)]
struct Offices {
    all: Vec<Office>,
    positions: HashMap<String, usize>,
}

impl Offices {
    fn position(&mut self, region: &Region, bureau: &str) -> usize {
        let name = format!("{}{bureau}", without_province(region));
        *self.positions.entry(name.clone()).or_insert_with(|| {
            self.all.push(Office { name, region: region.code });
            self.all.len() - 1
        })
    }
}

/// `西安市雁塔区` of `陕西省西安市雁塔区`, but `北京市东城区`.
fn without_province(region: &Region) -> &str {
    match region::find(region.code.province()) {
        Some(province) if region.level != RegionLevel::Province && !is_municipal(region) => {
            region.full_name.strip_prefix(province.name).unwrap_or(&region.full_name)
        }
        _ => &region.full_name,
    }
}

/// 直辖市的区县 Whether it is a district or county of a municipality.
fn is_municipal(region: &Region) -> bool {
    let is_under_province = region.code.parent() == Some(region.code.province());
    region.level == RegionLevel::County && is_under_province && !is_directly_administered(region)
}

/// 省直辖县级行政区划 Whether the province administers the county itself.
fn is_directly_administered(region: &Region) -> bool {
    region.code.get() / 100 % 100 == 90
}

fn place(county: &'static Region, rows: &HashMap<u32, PlaceRow>, offices: &mut Offices) -> Place {
    let province = region::find(county.code.province()).unwrap_or(county);
    let city = county.code.prefecture().and_then(region::find);
    let above = county.code.parent().and_then(region::find).filter(|_| !is_directly_administered(county));
    // The nearest row that says something: the county's, the prefecture's, the province's.
    let lookup = |of: fn(&PlaceRow) -> &str| {
        let line = [Some(county), city, Some(province)];
        let texts = line.into_iter().flatten().filter_map(|region| rows.get(&region.code.get())).map(of);
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    };
    let seat = city.unwrap_or(if is_municipal(county) { province } else { county });
    let market = offices.position(county, "市场监督管理局");
    let has_permit_office = county.code.get() / 10_000 == SHAANXI;
    Place {
        code: county.code,
        city_code: city.unwrap_or(province).code.get(),
        name: county.name,
        seat: short(seat.name),
        short: short(county.name),
        full_name: &county.full_name,
        province: short(province.name),
        mark: lookup(|row| &row.mark),
        postal: lookup(|row| &row.postal),
        dialling: lookup(|row| &row.dialling),
        market,
        permits: if has_permit_office { offices.position(county, "行政审批服务局") } else { market },
        above: above.map_or(market, |region| offices.position(region, "市场监督管理局")),
    }
}

/// Spreads the weight of a province over its prefectures and counties.
fn weighted(counties: Vec<(Place, &'static Region)>, rows: &HashMap<u32, PlaceRow>) -> Vec<(Place, u64)> {
    const SCALE: u64 = 1_000_000;
    let own = |region: &Region| rows.get(&region.code.get()).map(|row| row.weight);
    let local = |county: &Region| own(county).unwrap_or_else(|| size(county.name));
    let mut in_city: HashMap<u32, u64> = HashMap::new();
    for (place, county) in &counties {
        *in_city.entry(place.city_code).or_default() += local(county);
    }
    let city_weight = |city: u32| {
        let row = rows.get(&city).filter(|row| row.code % 10_000 != 0);
        row.map_or(in_city[&city], |row| row.weight)
    };
    let mut in_province: HashMap<u32, u64> = HashMap::new();
    for city in in_city.keys() {
        *in_province.entry(city / 10_000).or_default() += city_weight(*city);
    }
    let weight = |place: &Place, county: &Region| {
        let province = place.city_code / 10_000;
        let of_province = rows.get(&(province * 10_000)).map_or(0, |row| row.weight) * SCALE;
        let of_city = of_province * city_weight(place.city_code) / in_province[&province];
        of_city * local(county) / in_city[&place.city_code]
    };
    let weights: Vec<u64> = counties.iter().map(|(place, county)| weight(place, county)).collect();
    counties.into_iter().map(|(place, _)| place).zip(weights).collect()
}

/// Districts have more enterprises than counties, county-level cities are in between.
fn size(name: &str) -> u64 {
    match name.chars().last() {
        Some('区') => 6,
        Some('市') => 5,
        _ => 3,
    }
}

/// 民族名称 Peoples after which autonomous divisions are named; they are not part of the short name.
const PEOPLES: [&str; 37] = [
    "朝鲜族",
    "土家族",
    "布依族",
    "哈尼族",
    "傈僳族",
    "景颇族",
    "蒙古族",
    "蒙古",
    "哈萨克",
    "柯尔克孜",
    "维吾尔",
    "锡伯",
    "仡佬族",
    "毛南族",
    "仫佬族",
    "普米族",
    "拉祜族",
    "布朗族",
    "保安族",
    "东乡族",
    "撒拉族",
    "裕固族",
    "达斡尔族",
    "塔吉克",
    "满族",
    "回族",
    "苗族",
    "侗族",
    "瑶族",
    "壮族",
    "藏族",
    "羌族",
    "彝族",
    "白族",
    "傣族",
    "黎族",
    "佤族",
];

/// 简称 The name without the words for its level, at least two characters.
pub fn short(name: &'static str) -> &'static str {
    const LEVELS: [&str; 12] =
        ["自治区", "自治州", "自治县", "自治旗", "地区", "林区", "新区", "省", "市", "区", "县", "旗"];
    let enough = |rest: &&'static str| rest.chars().count() >= 2;
    let mut rest = LEVELS.iter().find_map(|level| name.strip_suffix(level)).filter(enough).unwrap_or(name);
    if name.contains("自治") {
        while let Some(before) = PEOPLES.iter().find_map(|people| rest.strip_suffix(people)).filter(enough) {
            rest = before;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::dice::{Key, Purpose};
    use super::*;

    #[test]
    fn short_names_are_those_in_use() {
        for (name, expected) in [
            ("西安市", "西安"),
            ("雁塔区", "雁塔"),
            ("佳县", "佳县"),
            ("内蒙古自治区", "内蒙古"),
            ("宁夏回族自治区", "宁夏"),
            ("新疆维吾尔自治区", "新疆"),
            ("延边朝鲜族自治州", "延边"),
            ("恩施土家族苗族自治州", "恩施"),
            ("黔南布依族苗族自治州", "黔南"),
            ("广西壮族自治区", "广西"),
            ("阿里地区", "阿里"),
            ("北京市", "北京"),
        ] {
            assert_eq!(short(name), expected);
        }
    }

    #[test]
    fn authorities_have_names_of_their_own() {
        let places = Places::new();
        let names: HashSet<_> = places.offices().iter().map(|office| &office.name).collect();
        assert_eq!(names.len(), places.offices().len());
        for name in [
            "西安市雁塔区市场监督管理局",
            "北京市东城区市场监督管理局",
            "仙桃市市场监督管理局",
            "西安市市场监督管理局",
            "咸阳市旬邑县行政审批服务局",
        ] {
            assert!(names.contains(&name.to_owned()), "{name}");
        }
    }

    #[test]
    fn every_mainland_province_is_drawn_and_shaanxi_most() {
        let places = Places::new();
        let mut dice = Key::new(1).dice(0, Purpose::Identity);
        let mut drawn: HashMap<u32, u32> = HashMap::new();
        for _ in 0..30_000 {
            *drawn.entry(places.draw(&mut dice).code.get() / 10_000).or_default() += 1;
        }
        assert_eq!(drawn.len(), 31);
        assert!((27_000..28_200).contains(&drawn[&SHAANXI]));
    }

    #[test]
    fn elsewhere_is_neither_shaanxi_nor_home() {
        let (places, home) = (Places::new(), RegionCode::new(440_106).expect("a county"));
        let mut dice = Key::new(1).dice(0, Purpose::CrossRegion);
        let drawn: HashSet<u32> = (0..3_000)
            .filter_map(|_| places.draw_elsewhere(&mut dice, home))
            .map(|place| place.code.get() / 10_000)
            .collect();
        assert!(!drawn.contains(&SHAANXI) && !drawn.contains(&44) && drawn.len() > 20, "{drawn:?}");
    }

    #[test]
    fn counties_know_their_town() {
        let places = Places::new();
        let place = |code| places.counties.items().iter().find(|place| place.code.get() == code).expect("a county");
        let yanta = place(610113);
        assert_eq!((yanta.seat, yanta.province, yanta.mark.as_str()), ("西安", "陕西", "陕"));
        assert_eq!((yanta.city_code, yanta.postal.as_str(), yanta.dialling.as_str()), (610100, "7100", "029"));
        assert_eq!(place(110101).seat, "北京");
        assert_eq!(place(429004).seat, "仙桃");
        assert_eq!(place(441900).seat, "东莞");
        assert_eq!(places.offices()[place(110101).above].name, "北京市市场监督管理局");
    }
}
