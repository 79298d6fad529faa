//! A person is found by name and place, however the two are typed.

use std::sync::LazyLock;

use proptest::prelude::*;
use rules::region::{self, Region, RegionLevel};
use search::{EnterpriseDoc, Family, SearchFilter, SearchPage};

use crate::recall::{Archive, search};
use crate::register::Maker;

const SURNAMES: &[&str] = &["王", "李", "马", "孙", "曹", "胡", "何", "谢", "杨", "安", "司马", "欧阳", "康", "金"];
/// Words, single characters, and given names that are regions as well.
const GIVEN: &[&str] = &[
    "红梅", "海民", "秀英", "海涵", "国华", "建平", "安康", "长安", "和平", "艳", "艳娟", "丽", "丽娜", "龙", "诗睿",
    "一晨", "志平", "南京", "临", "光明",
];

fn name(random: usize) -> String {
    format!("{}{}", SURNAMES[random % SURNAMES.len()], GIVEN[random / SURNAMES.len() % GIVEN.len()])
}

/// Every surname with every given name in the counties of 陕西. Some enterprises are called by
/// the name of a person who has nothing to do with them.
static PEOPLE: LazyLock<Archive> = LazyLock::new(|| {
    let counties = region::all().iter().filter(|one| one.level == RegionLevel::County && one.code.get() / 10_000 == 61);
    let counties: Vec<&Region> = counties.collect();
    let mut maker = Maker::new(23);
    let people = (0..SURNAMES.len() * GIVEN.len()).map(|place| {
        let county = counties[place * 31 % counties.len()];
        let mut enterprise = maker.enterprise(i64::try_from(place).expect("small") + 1);
        enterprise.party.region = county.code;
        enterprise.address = format!("{}解放路{place}号", county.full_name);
        enterprise.legal_representative = name(place);
        if place % 4 == 0 {
            enterprise.party.name = format!("{}{}超市", places(county)[0], name(place + 1));
        }
        enterprise
    });
    let enterprises: Vec<_> = people.collect();
    let penalties = enterprises.iter().chain(&enterprises).zip(1..).map(|(one, id)| maker.penalty(id, one)).collect();
    Archive::new(enterprises, penalties)
});

/// How people call the city and the county of a county: `西安`, `西安市`, `雁塔区`, all of it.
fn places(county: &Region) -> Vec<String> {
    let city = county.code.prefecture().and_then(region::find).map_or(county.name, |city| city.name);
    let stem = city.strip_suffix('市').unwrap_or(city);
    [stem, city, county.name, &county.full_name].map(str::to_owned).to_vec()
}

fn placed(mut enterprise: EnterpriseDoc, region: region::RegionCode) -> EnterpriseDoc {
    enterprise.party.region = region;
    enterprise
}

fn ask(query: &str) -> SearchPage {
    search(&PEOPLE.index, query, SearchFilter::default(), 1000).expect(query)
}

fn first(page: &SearchPage) -> &'static EnterpriseDoc {
    assert_eq!(page.hits[0].family, Family::Enterprise);
    &PEOPLE.enterprises[usize::try_from(page.hits[0].id - 1).expect("an id")]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_person_in_a_place_comes_first(one in 0..PEOPLE.enterprises.len(), place in 0..4_usize, is_after: bool, gap in " ?") {
        let enterprise = &PEOPLE.enterprises[one];
        let place = &places(region::find(enterprise.party.region).expect("a county"))[place];
        let person = &enterprise.legal_representative;
        let query = if is_after { format!("{place}{gap}{person}") } else { format!("{person}{gap}{place}") };
        let page = ask(&query);
        prop_assert!(!page.is_approximate, "{}", query);
        prop_assert!(page.hits.iter().any(|hit| (hit.family, hit.id) == (Family::Enterprise, enterprise.id)), "{}", query);
        let first = first(&page);
        prop_assert_eq!(&first.legal_representative, person, "{}", query);
        let county = region::find(first.party.region).expect("a county");
        prop_assert!(county.full_name.contains(place) || first.party.name.contains(place), "{}: {:?}", query, first);
    }

    #[test]
    fn a_name_alone_comes_before_longer_names(one in 0..PEOPLE.enterprises.len()) {
        let person = &PEOPLE.enterprises[one].legal_representative;
        let page = ask(person);
        let hits = page.hits.iter().filter(|hit| hit.family == Family::Enterprise);
        let mut names = hits.map(|hit| &PEOPLE.enterprises[usize::try_from(hit.id - 1).expect("an id")].legal_representative);
        prop_assert_eq!(names.find(|name| name.contains(person.as_str())), Some(person));
    }
}

#[test]
fn the_exact_name_weighs_although_penalties_have_no_person() {
    let mut maker = Maker::new(29);
    let people = ["何艳娟", "何艳", "谢丽娜", "谢丽"];
    let enterprises = people.iter().zip(1..).map(|(person, id)| {
        let region = region::RegionCode::new(610_113).expect("雁塔区");
        let address = "陕西省西安市雁塔区解放路1号".to_owned();
        placed(EnterpriseDoc { address, legal_representative: (*person).to_owned(), ..maker.enterprise(id) }, region)
    });
    let enterprises: Vec<_> = enterprises.collect();
    let penalties = (1..=12).map(|id| maker.penalty(id, &enterprises[0])).collect();
    let archive = Archive::new(enterprises, penalties);
    for (query, id) in
        [("何艳 西安市", 2), ("何艳西安", 2), ("何艳", 2), ("谢丽", 4), ("谢丽 解放路", 4), ("谢丽娜", 3)]
    {
        let page = search(&archive.index, query, SearchFilter::default(), 10).expect(query);
        assert_eq!((page.hits[0].family, page.hits[0].id), (Family::Enterprise, id), "{query}");
    }
}

#[test]
fn a_name_is_found_beside_words_without_a_gap() {
    let enterprise = &PEOPLE.enterprises[SURNAMES.len() * 5 + 8];
    assert_eq!(enterprise.legal_representative, "杨建平");
    let county = region::find(enterprise.party.region).expect("a county").name;
    for query in [format!("杨建平{county}解放路"), format!("{county}解放路杨建平"), format!("解放路杨建平 {county}")]
    {
        let page = ask(&query);
        assert!(!page.is_approximate && page.hits.iter().any(|hit| hit.id == enterprise.id), "{query}");
    }
}

#[test]
fn a_name_in_latin_letters_is_found_with_a_place() {
    let mut maker = Maker::new(31);
    let person = "John SMITH".to_owned();
    let enterprise = EnterpriseDoc { legal_representative: person, ..maker.enterprise(1) };
    let place = region::find(enterprise.party.region).expect("a county").name;
    let archive = Archive::new(vec![enterprise, maker.enterprise(2)], Vec::new());
    for query in [format!("John Smith {place}"), format!("{place} smith"), "John SMITH".to_owned()] {
        let page = search(&archive.index, &query, SearchFilter::default(), 10).expect("a page");
        assert!(!page.is_approximate && page.hits[0].id == 1, "{query}");
    }
}
