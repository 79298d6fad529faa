//! Groups against a recount in plain Rust.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use search::{Dimension, Family, RecordDoc, SearchFilter, SearchRequest, Sight, SumsRequest};

use crate::recall::ARCHIVE;

fn request(query: Option<&str>, by: &[Dimension]) -> SumsRequest {
    let today = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");
    let filter = SearchFilter { families: vec![Family::Penalty], ..SearchFilter::default() };
    let search =
        SearchRequest { query: query.map(str::to_owned), filter, ..SearchRequest::new("", Sight::Public { today }, 1) };
    SumsRequest { search, by: by.to_vec() }
}

type Recount = BTreeMap<Vec<String>, (u64, i64)>;

fn recount(records: impl Iterator<Item = &'static RecordDoc>, values: impl Fn(&RecordDoc) -> Vec<String>) -> Recount {
    let mut groups = Recount::new();
    for record in records {
        let group = groups.entry(values(record)).or_default();
        *group = (group.0 + 1, group.1 + record.amount_fen.unwrap_or(0));
    }
    groups
}

fn grouped(request: &SumsRequest) -> Recount {
    let sums = ARCHIVE.index.sums(request).expect("sums");
    assert_eq!(sums.groups.iter().map(|group| group.count).sum::<u64>(), sums.total);
    assert_eq!(sums.groups.iter().map(|group| group.sum_fen).sum::<i64>(), sums.sum_fen);
    assert!(sums.groups.is_sorted_by(|a, b| a.count >= b.count) && !sums.is_cut);
    sums.groups.into_iter().map(|group| (group.values, (group.count, group.sum_fen))).collect()
}

#[test]
fn groups_equal_a_recount() {
    let year = |record: &RecordDoc| record.day.map_or_else(String::new, |day| day.year().to_string());
    let prefecture = |record: &RecordDoc| {
        record.party.region.prefecture().map_or_else(String::new, |region| region.get().to_string())
    };
    let all = || ARCHIVE.penalties.iter();
    assert_eq!(grouped(&request(None, &[Dimension::Ground])), recount(all(), |one| vec![one.ground.clone()]));
    assert_eq!(
        grouped(&request(None, &[Dimension::Year, Dimension::Prefecture])),
        recount(all(), |one| vec![year(one), prefecture(one)])
    );
    assert_eq!(
        grouped(&request(None, &[Dimension::Industry, Dimension::Authority])),
        recount(all(), |one| vec![one.party.industry_section.to_string(), one.authority.clone()])
    );
    let food = all().filter(|one| one.ground == "食品");
    assert_eq!(
        grouped(&request(Some("超过保质期"), &[Dimension::Status])),
        recount(food, |one| { vec![one.party.status.map_or_else(String::new, |status| status.code().to_owned())] })
    );
}

#[test]
fn facets_that_are_asked_for_equal_the_groups() {
    let mut request = request(None, &[Dimension::Year]);
    request.search.facets =
        search::FacetNeeds { facts: true, years: true, industries: true, grounds: true, authorities: true };
    let facets = ARCHIVE.index.search(&request.search).expect("a page").facets;
    let years: BTreeMap<_, _> = facets.years.iter().map(|(year, count)| (vec![year.to_string()], *count)).collect();
    let groups: BTreeMap<_, _> = grouped(&request).into_iter().map(|(year, (count, _))| (year, count)).collect();
    assert_eq!(years, groups);
    for (ground, count) in &facets.grounds {
        let mut narrowed = request.search.clone();
        narrowed.filter.grounds = vec![ground.clone()];
        assert_eq!(ARCHIVE.index.search(&narrowed).expect("a page").total, *count);
    }
    for (section, count) in &facets.industries {
        let mut narrowed = request.search.clone();
        narrowed.filter.industries = vec![section.to_string()];
        assert_eq!(ARCHIVE.index.search(&narrowed).expect("a page").total, *count);
    }
    let (authority, count) = &facets.authorities[0];
    let mut narrowed = request.search.clone();
    narrowed.filter.authorities = vec![authority.clone(), "没有这个机关".to_owned()];
    assert_eq!(ARCHIVE.index.search(&narrowed).expect("a page").total, *count);
}

/// What holds everything may be narrowed away; then what comes near it is found, and counted.
#[test]
fn groups_are_of_the_records_that_the_search_finds() {
    let mut approximate = 0;
    for query in
        ["诚邦", "食品", "信息科技 西安", "西安 超过保质期", "ABC培训", "水果 龘", "hjzy", "诚帮商贸", "中药材 计量"]
    {
        for family in [Family::Penalty, Family::Enterprise] {
            let mut request = request(Some(query), &[Dimension::Family]);
            request.search.filter.families = vec![family];
            let page = ARCHIVE.index.search(&request.search).expect("a page");
            let sums = ARCHIVE.index.sums(&request).expect("sums");
            assert_eq!(sums.total, page.total, "{query} {family:?}");
            approximate += usize::from(page.is_approximate && page.total > 0);
        }
    }
    assert!(approximate > 2, "some of them are approximate");
}
