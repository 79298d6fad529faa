//! What the query box understands beyond words: phrases, exclusions, days, numbers, sounds, mistakes.

use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::prelude::*;
use search::{
    EnterpriseDoc, FacetNeeds, Family, Passage, Publicity, Reason, SearchFilter, SearchPage, SearchRequest, Sight,
};

use crate::recall::Archive;
use crate::register::Maker;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");

const NAMES: &[&str] = &[
    "西安诚邦商贸有限公司",
    "西安诚信邦商贸有限公司",
    "重庆重型机械有限公司西安第3分公司",
    "陕西绿野农业科技有限公司",
    "榆林市泽润能源化工有限公司",
    "咸阳乐行天下旅行社有限公司",
];

/// The names above and many others.
static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
    let mut maker = Maker::new(53);
    let mut enterprises: Vec<EnterpriseDoc> = (1..=200).map(|id| maker.enterprise(id)).collect();
    for (enterprise, name) in enterprises.iter_mut().zip(NAMES) {
        enterprise.party.name = (*name).to_owned();
    }
    enterprises[3].former_names = vec!["陕西青禾种业有限公司".to_owned()];
    enterprises[4].key_persons = vec!["慕容雪村".to_owned(), "上官云".to_owned()];
    let mut penalties: Vec<_> =
        (1..=100).map(|id| maker.penalty(id, &enterprises[usize::try_from(id).expect("small")])).collect();
    penalties[0].texts = vec![(Passage::Violation, "销售超过保质期的火腿肠，货值318元".to_owned())];
    penalties[1].texts = vec![(Passage::Violation, "销售火腿肠和超过一年保质的红枣".to_owned())];
    penalties[0].day = NaiveDate::from_ymd_opt(2024, 3, 5);
    penalties[1].day = NaiveDate::from_ymd_opt(2025, 3, 5);
    penalties[2].publicity = Publicity::Until(TODAY);
    penalties[3].publicity = Publicity::Until(TODAY.pred_opt().expect("yesterday"));
    penalties[4].publicity = Publicity::Never;
    penalties[5].texts = vec![(Passage::Violation, "当事人在网店虚假宣传，且无证经营食品".to_owned())];
    penalties[6].texts = vec![(Passage::Violation, "对商品的产地作引人误解的商业宣传".to_owned())];
    enterprises[5].business_scope = "软件和信息技术服务业".to_owned();
    enterprises[6].registration_number = Some("610113100012345".to_owned());
    for (penalty, place) in penalties[2..5].iter_mut().zip(1..) {
        penalty.number = format!("验罚字第{place}号");
    }
    Archive::new(enterprises, penalties)
});

fn request(query: &str) -> SearchRequest {
    SearchRequest { explain: true, ..SearchRequest::new(query, Sight::Public { today: TODAY }, 50) }
}

fn ask(query: &str) -> SearchPage {
    ARCHIVE.index.search(&request(query)).expect(query)
}

fn name(id: i64) -> &'static str {
    &ARCHIVE.enterprises[usize::try_from(id - 1).expect("an id")].party.name
}

/// The name of the first hit, and the reasons that it is one.
fn first(query: &str) -> (&'static str, Vec<Reason>) {
    let page = ask(query);
    let hit = page.hits.first().unwrap_or_else(|| panic!("nothing for {query}"));
    assert_eq!(hit.family, Family::Enterprise, "{query}");
    (name(hit.id), hit.reasons.iter().map(|(reason, _)| *reason).collect())
}

fn penalties(query: &str) -> Vec<i64> {
    let page = ask(query);
    assert!(!page.is_approximate, "{query}");
    page.hits.iter().filter(|hit| hit.family == Family::Penalty).map(|hit| hit.id).collect()
}

#[test]
fn a_phrase_is_found_as_it_stands() {
    assert_eq!(penalties("“超过保质期的火腿肠”"), [1]);
    assert_eq!(penalties("火腿肠 \"超过保质期\""), [1]);
    assert!(penalties("火腿肠 超过 保质").contains(&2));
    assert_eq!(first("「诚邦」商贸").0, NAMES[0]);
}

#[test]
fn terms_of_violations_and_industries_find_their_records() {
    for query in ["虚假宣传", "无证经营", "虚假宣传 无证经营", "网店虚假宣传"] {
        assert_eq!(penalties(query).first(), Some(&6), "{query}");
    }
    // In other words, as decisions write it, but after what says it itself.
    assert!(penalties("虚假宣传")[1..].contains(&7) && !penalties("网店虚假宣传").contains(&7));
    for query in ["软件和信息技术服务业", "信息技术", "软件", "软件和信息技术"] {
        let page = ask(query);
        let is_there = page.hits.iter().any(|hit| (hit.family, hit.id) == (Family::Enterprise, 6));
        assert!(is_there && !page.is_approximate, "{query}");
    }
}

#[test]
fn old_registration_numbers_are_found_whole_in_part_and_with_a_mistake() {
    for (query, reason) in [
        ("610113100012345", Reason::RegistrationNumber),
        ("6101131000", Reason::RegistrationNumber),
        ("61011310001234", Reason::RegistrationNumber),
        ("610113100012347", Reason::CorrectedCode),
        ("61011310012345", Reason::CorrectedCode),
        ("6101131000123455", Reason::CorrectedCode),
    ] {
        let page = ask(query);
        let hit = page.hits.first().unwrap_or_else(|| panic!("nothing for {query}"));
        assert_eq!((hit.family, hit.id), (Family::Enterprise, 7), "{query}");
        assert!(hit.reasons.iter().any(|(found, _)| *found == reason), "{query}: {:?}", hit.reasons);
    }
}

#[test]
fn what_follows_a_hyphen_is_left_out() {
    assert_eq!(penalties("火腿肠 -红枣"), [1]);
    assert_eq!(penalties("火腿肠 -“超过保质期”"), [2]);
    assert!(ask("诚邦商贸 -西安").hits.iter().all(|hit| hit.family != Family::Enterprise || hit.id != 1));
}

#[test]
fn days_narrow_what_else_was_typed() {
    assert_eq!(penalties("火腿肠 2024年3月"), [1]);
    assert_eq!(penalties("2025年火腿肠"), [2]);
    assert_eq!(penalties("火腿肠 2024-01-01至2024-12-31"), [1]);
    assert!(ask("近一年火腿肠").is_approximate);
    let page = ask("火腿肠 2024年3月");
    assert!(page.hits[0].reasons.iter().any(|(reason, text)| *reason == Reason::Dated && text == "2024年3月"));
}

#[test]
fn numbers_are_read_both_ways_and_traditional_forms_too() {
    for query in ["重型机械第三分公司", "重庆重型机械有限公司西安第三分公司", "重慶重型機械"]
    {
        assert_eq!(first(query).0, NAMES[2], "{query}");
    }
}

#[test]
fn names_are_found_by_initials_and_syllables() {
    for (query, place, reason) in [
        ("xacbsm", 0, Reason::Initials),
        ("cbsm", 0, Reason::Initials),
        ("xacbsmyxgs", 0, Reason::Initials),
        ("cqzxjx", 2, Reason::Initials),
        ("lxtx", 5, Reason::Initials),
        ("lyny", 3, Reason::Initials),
        ("chengbang", 0, Reason::Syllables),
        ("lvye nongye", 3, Reason::Syllables),
        ("zerun", 4, Reason::Syllables),
        ("ZERUN", 4, Reason::Syllables),
    ] {
        let page = ask(query);
        let found = page.hits.iter().find(|hit| (hit.family, hit.id) == (Family::Enterprise, place + 1));
        let reasons = &found.unwrap_or_else(|| panic!("{query} does not find {}", name(place + 1))).reasons;
        assert!(reasons.iter().any(|(found, _)| *found == reason), "{query}: {reasons:?}");
    }
}

#[test]
fn mistakes_in_names_are_bridged_and_the_name_is_offered() {
    for typed in [
        "榆林市泽润能源花工有限公司",
        "榆林市择润能源化工有限公司",
        "榆林泽润能源化工",
        "泽润能源化公",
        "泽润源能化工",
        "泽润能化工有限",
        "泽润能源能化工",
    ] {
        assert_eq!(first(typed).0, NAMES[4], "{typed}");
    }
    let page = ask("择润能园化工");
    assert!(page.is_approximate);
    assert_eq!(page.suggestion.as_deref(), Some(NAMES[4]));
    assert_eq!(ask("泽润能源化工").suggestion, None);
}

#[test]
fn former_names_and_key_persons_are_found() {
    let (found, reasons) = first("陕西青禾种业有限公司");
    assert!(found == NAMES[3] && reasons.contains(&Reason::FormerName));
    let (found, reasons) = first("慕容雪村");
    assert!(found == NAMES[4] && reasons.contains(&Reason::KeyPerson));
}

#[test]
fn the_public_sees_a_record_until_its_last_day() {
    let found = |sight: Sight| {
        let page = ARCHIVE.index.search(&SearchRequest { sight, ..request("验罚字") }).expect("a page");
        let mut ids: Vec<i64> = page.hits.iter().map(|hit| hit.id).collect();
        ids.sort_unstable();
        assert_eq!(
            (page.total, page.facets.families.iter().map(|(_, count)| count).sum()),
            (ids.len() as u64, page.total)
        );
        ids
    };
    let tomorrow = TODAY.succ_opt().expect("tomorrow");
    assert_eq!(found(Sight::Public { today: TODAY }), [3]);
    assert_eq!(found(Sight::Public { today: tomorrow }), [] as [i64; 0]);
    assert_eq!(found(Sight::Everything { today: tomorrow }), [3, 4, 5]);
}

/// Without facets the public's questions are answered from bits that are kept of a day.
#[test]
fn the_public_finds_the_same_with_facets_and_without() {
    let mut totals = Vec::new();
    for days in [0, 1, 400, 1, 0, 4_000] {
        let sight = Sight::Public { today: TODAY + chrono::Days::new(days) };
        for query in ["西安", "食品", "验罚字", "有限公司", "91610"] {
            let asked = SearchRequest { sight, ..request(query) };
            let plain = SearchRequest { facets: FacetNeeds::default(), highlight: false, ..asked.clone() };
            let (asked, plain) = (ARCHIVE.index.search(&asked), ARCHIVE.index.search(&plain));
            let (asked, plain) = (asked.expect("a page"), plain.expect("a page"));
            let ranks = |page: &SearchPage| page.hits.iter().map(|hit| (hit.id, hit.cursor)).collect::<Vec<_>>();
            assert_eq!((asked.total, ranks(&asked)), (plain.total, ranks(&plain)), "{query} after {days} days");
            totals.push(asked.total);
        }
    }
    assert!(totals[..5] != totals[25..], "some records end: {totals:?}");
}

#[test]
fn only_the_named_records_are_asked() {
    let records = Some(vec![(Family::Enterprise, 1), (Family::Enterprise, 3), (Family::Penalty, 1)]);
    let filter = SearchFilter { records, ..SearchFilter::default() };
    let page = ARCHIVE.index.search(&SearchRequest { filter, ..request("西安") }).expect("a page");
    assert!(page.total >= 1 && page.hits.iter().all(|hit| [1, 3].contains(&hit.id)));
}

#[test]
fn without_a_query_the_filter_alone_selects() {
    let filter = SearchFilter { families: vec![Family::Penalty], ..SearchFilter::default() };
    let page = ARCHIVE.index.search(&SearchRequest { query: None, filter, ..request("") }).expect("a page");
    assert_eq!(page.total, 98);
}

#[test]
fn beginnings_lead_to_names() {
    let suggest = |typed: &str| {
        let found = ARCHIVE.index.suggest(typed, 8).expect("suggestions");
        found.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    for (typed, place) in [("榆林市泽", 4), ("yls", 4), ("泽润", 4), ("zrny", 4), ("绿野", 3)] {
        assert!(suggest(typed).contains(&NAMES[place].to_owned()), "{typed}: {:?}", suggest(typed));
    }
    assert_eq!(suggest(&ARCHIVE.enterprises[7].party.uscc[..12]), [ARCHIVE.enterprises[7].party.name.clone()]);
    assert!(suggest("").is_empty() && suggest("龘龘").is_empty() && suggest("西").len() == 8);
    // Of a code every beginning leads to enterprises, not to their records; a letter is found wherever it stands.
    for length in 1..=10 {
        let beginning = &ARCHIVE.enterprises[7].party.uscc[..length];
        let found = ARCHIVE.index.suggest(beginning, 8).expect("suggestions");
        assert!(!found.is_empty() && found.iter().all(|one| one.uscc.starts_with(beginning)), "{beginning}: {found:?}");
    }
    assert!(suggest("润").iter().all(|name| name.contains('润')) && !suggest("润").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_code_with_one_mistake_leads_to_it(one in 0..200_usize, place in 0..18_usize, kind in 0..3) {
        let enterprise = &ARCHIVE.enterprises[one];
        let mut code: Vec<char> = enterprise.party.uscc.chars().collect();
        match kind {
            0 => code[place] = if code[place] == '7' { '8' } else { '7' },
            1 => { code.remove(place); }
            _ => code.insert(place, '3'),
        }
        let typed: String = code.into_iter().collect();
        let page = ask(&typed);
        let found = page.hits.iter().any(|hit| (hit.family, hit.id) == (Family::Enterprise, enterprise.id));
        prop_assert!(found, "{} of {}", typed, enterprise.party.uscc);
    }

    #[test]
    fn a_code_without_two_characters_leads_to_it(one in 0..200_usize, first in 0..17_usize, second in 0..16_usize) {
        let enterprise = &ARCHIVE.enterprises[one];
        let mut code: Vec<char> = enterprise.party.uscc.chars().collect();
        code.remove(first);
        code.remove(second);
        let page = ask(&code.into_iter().collect::<String>());
        prop_assert!(page.hits.iter().any(|hit| (hit.family, hit.id) == (Family::Enterprise, enterprise.id)));
    }
}
