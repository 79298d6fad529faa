//! The first hit is the one that was meant, and a phrase may be cut anywhere.

use std::sync::LazyLock;

use proptest::prelude::*;
use search::{EnterpriseDoc, Family, Passage, RecordDoc, SearchFilter, SearchPage};

use crate::recall::{Archive, search};
use crate::register::Maker;

const VIOLATIONS: &[&str] = &[
    "当事人销售超过保质期的食品（火腿肠），货值318元；未建立进货查验台账",
    "在西安市场经营“三无”电动车、灯具（无证），拒不改正，且未按期公示年报",
    "委托马某发布虚假广告：宣称“包治百病”，金额2万元",
];

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
    let mut maker = Maker::new(37);
    let enterprises: Vec<_> = (1..=60).map(|id| maker.enterprise(id)).collect();
    let mut penalties: Vec<_> =
        (1..=120).map(|id| maker.penalty(id, &enterprises[usize::try_from(id / 3).expect("small")])).collect();
    for (penalty, violation) in penalties.iter_mut().zip(VIOLATIONS) {
        penalty.texts = vec![(Passage::Violation, (*violation).to_owned())];
    }
    Archive::new(enterprises, penalties)
});

fn ask(archive: &Archive, query: &str) -> SearchPage {
    search(&archive.index, query, SearchFilter::default(), 1000).expect(query)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_phrase_may_be_cut_anywhere(one in 0..VIOLATIONS.len(), from in 0..40_usize, length in 4..14_usize) {
        let phrase: String = VIOLATIONS[one].chars().skip(from).take(length).collect();
        prop_assume!(phrase.chars().count() >= 4);
        let page = ask(&ARCHIVE, &phrase);
        let id = ARCHIVE.penalties[one].id;
        prop_assert!(!page.is_approximate, "{}", phrase);
        prop_assert!(page.hits.iter().any(|hit| (hit.family, hit.id) == (Family::Penalty, id)), "{}", phrase);
    }
}

#[test]
fn a_phrase_that_ends_after_a_mark_is_found() {
    for phrase in ["销售超过保质期的食品（火", "品（火腿肠", "肠），货", "：宣"] {
        let page = ask(&ARCHIVE, phrase);
        assert!(!page.is_approximate && page.hits.iter().any(|hit| hit.family == Family::Penalty), "{phrase}");
    }
}

/// An enterprise with two penalties, numbered like the beginning of many codes and like a part of
/// another number.
fn numbered() -> Archive {
    let mut maker = Maker::new(41);
    let mut enterprises: Vec<_> = (1..=30).map(|id| maker.enterprise(id)).collect();
    for enterprise in &mut enterprises {
        enterprise.party.uscc = format!("9161{}", &enterprise.party.uscc[4..]);
    }
    let numbers = ["雁塔市监处罚〔2024〕91610号", "雁塔市监处罚〔2024〕9161号", "雁塔市监处罚〔2023〕9161号"];
    let penalties = numbers.iter().zip(1..).map(|(number, id)| RecordDoc {
        number: (*number).to_owned(),
        ..maker.penalty(id, &enterprises[usize::try_from(id).expect("small")])
    });
    let penalties = penalties.collect();
    Archive::new(enterprises, penalties)
}

#[test]
fn a_number_is_not_mistaken_for_a_code() {
    let archive = numbered();
    for query in [
        "雁塔市监处罚〔2024〕9161号",
        "雁塔市监处罚〔2024〕9161",
        "雁塔市监处罚【2024】9161 号",
        "雁塔市监处罚（２０２４）９１６１",
        "市监处罚 2024 9161",
        "2024 9161",
    ] {
        let page = ask(&archive, query);
        assert_eq!((page.hits[0].family, page.hits[0].id), (Family::Penalty, 2), "{query}");
        assert!(page.hits.iter().all(|hit| hit.family == Family::Penalty), "{query}");
    }
}

#[test]
fn the_beginning_of_a_code_narrows_beside_words() {
    let archive = numbered();
    let word = "商贸";
    let page = ask(&archive, &format!("{word} 9161"));
    let hits = page.hits.iter().filter(|hit| hit.family == Family::Enterprise).count();
    assert_eq!(hits, archive.enterprises.iter().filter(|one| one.party.name.contains(word)).count());
}

#[test]
fn a_name_typed_in_parts_comes_before_a_person_called_like_one_part() {
    let mut maker = Maker::new(43);
    let called = |id: i64, name: &str, person: &str, maker: &mut Maker| {
        let mut enterprise = EnterpriseDoc { legal_representative: person.to_owned(), ..maker.enterprise(id) };
        enterprise.party.name = name.to_owned();
        enterprise
    };
    let mut enterprises = vec![
        called(1, "西安诚邦商贸有限公司", "金龙", &mut maker),
        called(2, "西安金龙商贸有限公司", "王娜", &mut maker),
    ];
    enterprises.extend((3..80).map(|id| maker.enterprise(id)));
    let penalties =
        (1..=100).map(|id| maker.penalty(id, &enterprises[usize::try_from(id % 79).expect("small")])).collect();
    let archive = Archive::new(enterprises, penalties);
    for (query, id) in [("金龙 商贸", 2), ("金龙商贸", 2), ("西安金龙商贸有限公司", 2), ("金龙 西安", 1)]
    {
        assert_eq!(ask(&archive, query).hits[0].id, id, "{query}");
    }
}
