//! One slip in a name leads to the name that was most likely meant, however many others are one slip away.

use std::sync::LazyLock;

use search::{EnterpriseDoc, SearchFilter};

use crate::recall::{Archive, search};
use crate::register::Maker;

/// More than are looked at letter by letter.
const CROWD: i64 = 150;
/// Names that end like one of those that are asked for, also more.
const BESIDE: i64 = 150;
const NAMES: &[&str] = &[
    "西安诚信邦商贸有限公司",
    "西安恒远商贸有限公司",
    "西安恒远达商贸有限公司",
    "西安瑞丰建材有限公司",
    "汉中瑞丰源物流有限公司",
    "汉中隆泰隆凉皮店",
    "西安诚恒物业服务有限公司平利分公司",
];

/// A crowd of names beside those above, which are indexed last.
static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
    let mut maker = Maker::new(59);
    let mut enterprises: Vec<EnterpriseDoc> = (1..=CROWD + 7 + BESIDE).map(|id| maker.enterprise(id)).collect();
    let letters = || ('\u{4E8C}'..).filter(|letter| !"信诺隆".contains(*letter));
    let crowd =
        letters().map(|letter| format!("咸阳诚{letter}邦商贸有限公司")).take(usize::try_from(CROWD).expect("small"));
    let beside =
        letters().map(|letter| format!("汉中市{letter}源隆凉皮店")).take(usize::try_from(BESIDE).expect("small"));
    let names = crowd.chain(beside).chain(NAMES.iter().map(|name| (*name).to_owned()));
    for (enterprise, name) in enterprises.iter_mut().zip(names) {
        enterprise.party.name = name;
    }
    // Every word of a mistyped name, and nobody's name.
    let other = &mut enterprises[0];
    other.address = "西安市雁塔区瑞峰大厦".to_owned();
    other.business_scope = "建材销售".to_owned();
    Archive::new(enterprises, Vec::new())
});

fn first(query: &str) -> &'static str {
    let page = search(&ARCHIVE.index, query, SearchFilter::default(), 5).expect(query);
    let id = page.hits.first().unwrap_or_else(|| panic!("nothing for {query}")).id;
    &ARCHIVE.enterprises[usize::try_from(id - 1).expect("an id")].party.name
}

#[test]
fn of_many_names_one_slip_away_that_of_the_place_comes_first() {
    assert_eq!(first("西安诚诺邦商贸有限公司"), NAMES[0]);
}

#[test]
fn a_letter_that_was_typed_twice_is_likelier_than_one_that_was_meant_otherwise() {
    assert_eq!(first("西安恒远远商贸有限公司"), NAMES[1]);
    assert_eq!(first("西安恒远通商贸有限公司"), NAMES[2]);
}

#[test]
fn what_has_the_letters_around_a_slip_comes_before_what_only_ends_alike() {
    assert_eq!(first("汉中隆隆凉皮店"), NAMES[5]);
}

#[test]
fn a_slip_in_the_name_of_a_branch_is_found_before_the_form_of_the_head_office() {
    assert_eq!(first("西安诚横物业服务有限公司平利分公司"), NAMES[6]);
}

#[test]
fn a_name_without_its_form_is_a_name_although_some_record_holds_its_words() {
    assert_eq!(first("西安瑞峰建材"), NAMES[3]);
}
