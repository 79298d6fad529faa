//! What an analyst types and what must be found.

use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::prelude::*;
use rules::region::{self, RegionCode};
use search::{
    Document, EnterpriseDoc, Family, Index, Passage, RecordDoc, SearchError, SearchFilter, SearchPage, SearchRequest,
    Sight,
};
use tempfile::TempDir;

use crate::register::{Maker, text};

/// Enterprises and penalties in an index.
pub struct Archive {
    pub index: Index,
    pub enterprises: Vec<EnterpriseDoc>,
    pub penalties: Vec<RecordDoc>,
    _folder: TempDir,
}

/// 200 enterprises with a penalty or two each.
pub static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
    let mut maker = Maker::new(7);
    let enterprises: Vec<_> = (1..=200).map(|id| maker.enterprise(id)).collect();
    let penalties: Vec<_> =
        (1..=300).map(|id| maker.penalty(id, &enterprises[usize::try_from(id * 7 % 200).expect("small")])).collect();
    Archive::new(enterprises, penalties)
});

impl Archive {
    pub fn new(enterprises: Vec<EnterpriseDoc>, penalties: Vec<RecordDoc>) -> Self {
        Self::split(enterprises, penalties, 1)
    }

    pub fn split(enterprises: Vec<EnterpriseDoc>, penalties: Vec<RecordDoc>, shards: usize) -> Self {
        let folder = TempDir::new().expect("a folder");
        let rebuild = Index::rebuild(folder.path(), shards).expect("a rebuild");
        let documents = enterprises.iter().cloned().map(Document::from);
        for document in documents.chain(penalties.iter().cloned().map(Document::from)) {
            rebuild.add(document).expect("added");
        }
        rebuild.finish(0).expect("finished");
        Self { index: Index::open(folder.path()).expect("an index"), enterprises, penalties, _folder: folder }
    }
}

pub fn search(index: &Index, query: &str, filter: SearchFilter, limit: usize) -> Result<SearchPage, SearchError> {
    let today = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");
    index.search(&SearchRequest { filter, ..SearchRequest::new(query, Sight::Public { today }, limit) })
}

fn found(query: &str) -> Vec<(Family, i64)> {
    let page = search(&ARCHIVE.index, query, SearchFilter::default(), 1000).expect(query);
    page.hits.iter().map(|hit| (hit.family, hit.id)).collect()
}

/// As [`found`], but only if some record has everything.
fn found_strictly(query: &str) -> Vec<(Family, i64)> {
    let page = search(&ARCHIVE.index, query, SearchFilter::default(), 1000).expect(query);
    assert!(!page.is_approximate, "{query}");
    page.hits.iter().map(|hit| (hit.family, hit.id)).collect()
}

#[test]
fn a_full_name_comes_first() {
    for enterprise in &ARCHIVE.enterprises {
        assert_eq!(found(&enterprise.party.name)[0], (Family::Enterprise, enterprise.id), "{}", enterprise.party.name);
    }
}

#[test]
fn any_part_of_a_name_finds_it() {
    for enterprise in &ARCHIVE.enterprises {
        let characters: Vec<char> = enterprise.party.name.chars().collect();
        for length in [2, 3, 5, 8] {
            for part in characters.windows(length).step_by(3) {
                let part: String = part.iter().collect();
                if part.contains(char::is_alphanumeric) {
                    assert!(
                        found(&part).contains(&(Family::Enterprise, enterprise.id)),
                        "{part} of {}",
                        enterprise.party.name
                    );
                }
            }
        }
    }
}

#[test]
fn width_case_and_spaces_do_not_matter() {
    let enterprise = ARCHIVE.enterprises.iter().find(|enterprise| enterprise.party.name.contains("ABC")).expect("one");
    for spelling in [enterprise.party.name.replace("ABC", "ａｂｃ"), enterprise.party.name.replace("ABC", " Abc ")] {
        assert_eq!(found(&spelling)[0], (Family::Enterprise, enterprise.id), "{spelling}");
    }
}

#[test]
fn codes_are_found_whole_and_by_prefix() {
    for enterprise in ARCHIVE.enterprises.iter().step_by(5) {
        for length in 4..=enterprise.party.uscc.len() {
            let prefix = &enterprise.party.uscc[..length].to_lowercase();
            assert!(found_strictly(prefix).contains(&(Family::Enterprise, enterprise.id)), "{prefix}");
        }
        assert_eq!(found(&enterprise.party.uscc)[0], (Family::Enterprise, enterprise.id));
    }
}

#[test]
fn numbers_are_found_in_any_brackets() {
    for penalty in ARCHIVE.penalties.iter().step_by(11) {
        for (open, close) in [("〔", "〕"), ("[", "]"), ("（", "）"), ("(", ")"), ("【", "】"), (" ", " "), ("", "")]
        {
            let spelling = penalty.number.replace('〔', open).replace('〕', close);
            assert_eq!(found_strictly(&spelling)[0], (Family::Penalty, penalty.id), "{spelling}");
        }
        let (_, tail) = penalty.number.split_once('〔').expect("a year");
        assert!(found_strictly(tail).contains(&(Family::Penalty, penalty.id)), "{tail}");
    }
}

#[test]
fn a_person_is_found_with_a_place() {
    for enterprise in &ARCHIVE.enterprises {
        let place = region::find(enterprise.party.region).expect("a county");
        let person = &enterprise.legal_representative;
        for query in [format!("{person} {}", place.name), format!("{} {person}", place.full_name)] {
            assert!(found_strictly(&query).contains(&(Family::Enterprise, enterprise.id)), "{query}");
        }
    }
    let (first, _) = found_strictly("王娜 西安")[0];
    assert_eq!(first, Family::Enterprise);
}

#[test]
fn penalty_words_meet_within_one_penalty() {
    let of =
        |enterprise_id: i64| ARCHIVE.penalties.iter().filter(move |penalty| penalty.enterprise_id == enterprise_id);
    let both = ARCHIVE.enterprises.iter().find(|enterprise| {
        let has = |word: &str| of(enterprise.id).any(|penalty| text(penalty, Passage::Violation).contains(word));
        has("哄抬价格") && has("计量器具")
    });
    let page = search(&ARCHIVE.index, "哄抬价格 计量器具", SearchFilter::default(), 100).expect("a page");
    assert!(both.is_some() && page.is_approximate && page.total > 0);
    for phrase in ["超过保质期的食品", "保质期食品", "虚假商业宣传", "未经检定 计量器具"] {
        let hits = found_strictly(phrase);
        let wanted: Vec<char> = phrase.replace(' ', "").chars().collect();
        let matching = ARCHIVE
            .penalties
            .iter()
            .filter(|penalty| wanted.iter().all(|one| text(penalty, Passage::Violation).contains(*one)));
        assert!(matching.clone().count() > 0);
        for penalty in matching {
            assert!(hits.contains(&(Family::Penalty, penalty.id)), "{phrase}");
        }
    }
}

#[test]
fn a_mistyped_character_is_bridged() {
    let mut bridged = 0;
    let enterprises = ARCHIVE.enterprises.iter().filter(|enterprise| enterprise.party.name.chars().count() >= 10);
    for (checked, enterprise) in (1..).zip(enterprises) {
        let typo: String =
            enterprise.party.name.chars().enumerate().map(|(place, one)| if place == 4 { '龘' } else { one }).collect();
        bridged += usize::from(found(&typo).iter().take(10).any(|hit| *hit == (Family::Enterprise, enterprise.id)));
        assert!(bridged * 10 >= checked * 8, "{bridged} of {checked}");
    }
}

#[test]
fn matches_are_marked() {
    let penalty = &ARCHIVE.penalties[0];
    let filter = SearchFilter { families: vec![Family::Penalty], ..SearchFilter::default() };
    let page = search(&ARCHIVE.index, &penalty.number.replace('〔', "("), filter, 1).expect("a page");
    let highlight = &page.hits[0].highlights[0];
    assert_eq!((highlight.passage.code(), page.hits[0].enterprise_id), ("documentNumber", penalty.enterprise_id));
    assert_eq!(highlight.fragments[0].text, penalty.number);
    assert_eq!(highlight.fragments[0].marks.len(), 1);
}

#[test]
fn filters_narrow() {
    let region = RegionCode::new(610_100).expect("西安");
    let filter = SearchFilter { regions: vec![region], ..SearchFilter::default() };
    let page = search(&ARCHIVE.index, "有限公司", filter, 1000).expect("a page");
    let expected = ARCHIVE
        .enterprises
        .iter()
        .filter(|one| region.contains(one.party.region) && one.party.name.contains("有限公司"));
    let hits = page.hits.iter().filter(|hit| hit.family == Family::Enterprise);
    assert_eq!(hits.count(), expected.count());
}

#[test]
fn page_sizes_are_bounded() {
    for limit in [0, 1001] {
        let refused = search(&ARCHIVE.index, "西安", SearchFilter::default(), limit);
        assert!(matches!(refused, Err(SearchError::PageSize { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_query_is_malformed(query in "[\\PC西安王食品0-9A-Z〔〕\\[\\]()（）\"'“”:+*~^\\\\&|!-]{0,40}") {
        match search(&ARCHIVE.index, &query, SearchFilter::default(), 5) {
            Ok(page) => prop_assert!(page.hits.len() as u64 <= page.total),
            Err(error) => prop_assert_eq!(error.code(), "SEARCH_QUERY_EMPTY"),
        }
    }
}

#[test]
fn operators_are_only_gaps() {
    for query in ["\"西安", "西安^*~", "(西安", "西安* -王", "😀西安", "[西安}", "西安 + 食品 |", "西安\\"]
    {
        assert!(search(&ARCHIVE.index, query, SearchFilter::default(), 5).expect(query).total > 0, "{query}");
    }
    let long = "西".repeat(10_000);
    assert!(matches!(search(&ARCHIVE.index, &long, SearchFilter::default(), 5), Err(SearchError::QueryTooLong { .. })));
}
