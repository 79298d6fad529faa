//! Counts and facets against a recount in plain Rust.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rules::region::{RegionCode, RegionLevel};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use search::{CountFilter, EnterpriseDoc, Family, Index, SearchFilter};
use tempfile::TempDir;

use crate::recall::{ARCHIVE, search};
use crate::register::Maker;

fn accepts(filter: &CountFilter, one: &EnterpriseDoc) -> bool {
    let is_in = |(least, most): (Option<i64>, Option<i64>), value: Option<i64>| {
        (least.is_none() && most.is_none())
            || value
                .is_some_and(|value| least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most))
    };
    let (first, last) = filter.established_on;
    let number = |day: NaiveDate| i64::from(chrono::Datelike::num_days_from_ce(&day));
    filter.region.is_none_or(|region| region.contains(one.party.region))
        && (filter.statuses.is_empty() || one.party.status.is_some_and(|status| filter.statuses.contains(&status)))
        && (filter.kinds.is_empty() || one.party.kind.is_some_and(|kind| filter.kinds.contains(&kind)))
        && filter.industry.as_ref().is_none_or(|prefix| match prefix.as_bytes() {
            [letter] if letter.is_ascii_alphabetic() => one.party.industry_section == char::from(*letter),
            _ => one.party.industry_code.starts_with(prefix),
        })
        && is_in(filter.capital_fen, one.registered_capital_fen)
        && is_in((first.map(number), last.map(number)), one.established_on.map(number))
        && filter.name_contains.as_ref().is_none_or(|part| one.party.name.contains(part))
        && filter.legal_representative.as_ref().is_none_or(|person| one.legal_representative == *person)
}

fn regions() -> impl Strategy<Value = RegionCode> {
    let codes = [610_000, 610_100, 610_113, 610_400, 610_729, 110_000, 110_101, 440_000, 429_004, 650_000];
    select(codes.map(|code| RegionCode::new(code).expect("a code")).to_vec())
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (728_000..740_000).prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).expect("a day"))
}

fn parts() -> impl Strategy<Value = String> {
    let fixed = [
        "西",
        "司",
        "有限",
        "有限公司",
        "（",
        "）",
        "A",
        "a",
        "ABC",
        "bc",
        "（集团）有限公司",
        "Ａ",
        "西安",
        "",
        "龘",
        "\u{2}",
    ];
    prop_oneof![
        select(fixed.map(str::to_owned).to_vec()),
        (0..200_usize, 0..12_usize, 1..6_usize).prop_map(|(one, first, length)| {
            ARCHIVE.enterprises[one].party.name.chars().skip(first).take(length).collect()
        }),
    ]
}

fn filters() -> impl Strategy<Value = CountFilter> {
    let people = (0..200_usize).prop_map(|one| ARCHIVE.enterprises[one].legal_representative.clone());
    let fen = || option::of((-1..500_i64).prop_map(|wan| wan * 1_000_000));
    (
        option::of(regions()),
        vec(select(EnterpriseStatus::ALL), 0..3),
        vec(select(EnterpriseKind::ALL), 0..4),
        option::weighted(
            0.3,
            select(["F", "A", "E", "52", "5211", "6", "99", "52119", "x", ""].map(str::to_owned).to_vec()),
        ),
        option::weighted(0.4, (fen(), fen())),
        option::weighted(0.4, (option::of(days()), option::of(days()))),
        option::weighted(0.4, parts()),
        option::weighted(0.1, people),
    )
        .prop_map(|(region, statuses, kinds, industry, capital, established, name_contains, person)| CountFilter {
            region,
            statuses,
            kinds,
            industry,
            capital_fen: capital.unwrap_or_default(),
            established_on: established.unwrap_or_default(),
            name_contains,
            legal_representative: person,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn counts_equal_a_recount(filter in filters()) {
        let expected = ARCHIVE.enterprises.iter().filter(|one| accepts(&filter, one)).count() as u64;
        prop_assert_eq!(ARCHIVE.index.count(&filter).expect("a count"), expected);
    }
}

#[test]
fn counts_follow_changes() {
    let folder = TempDir::new().expect("a folder");
    Index::rebuild(folder.path(), 1).expect("a rebuild").finish(0).expect("finished");
    let index = Index::open(folder.path()).expect("an index");
    let mut writer = index.writer().expect("a writer");
    let mut maker = Maker::new(3);
    let mut enterprises = BTreeMap::new();
    for round in 0..12 {
        for place in 0..15 {
            let enterprise = maker.enterprise((round * 7 + place) % 60);
            writer.upsert(enterprise.clone()).expect("written");
            writer.upsert(maker.penalty(enterprise.id, &enterprise)).expect("written");
            enterprises.insert(enterprise.id, enterprise);
        }
        writer.delete(Family::Enterprise, round).expect("removed");
        enterprises.remove(&round);
        writer.commit(round).expect("committed");
        for filter in [
            CountFilter::default(),
            CountFilter { region: RegionCode::new(610_000), ..CountFilter::default() },
            CountFilter { statuses: vec![EnterpriseStatus::Active], ..CountFilter::default() },
            CountFilter { name_contains: Some("公司".to_owned()), ..CountFilter::default() },
        ] {
            let expected = enterprises.values().filter(|one| accepts(&filter, one)).count() as u64;
            assert_eq!(index.count(&filter).expect("a count"), expected, "round {round}: {filter:?}");
        }
    }
}

/// The region, status and kind of a hit, looked up in the register.
fn facts(family: Family, id: i64) -> (RegionCode, Option<EnterpriseStatus>, Option<EnterpriseKind>) {
    let place = usize::try_from(id - 1).expect("an id");
    match family {
        Family::Enterprise => {
            let one = &ARCHIVE.enterprises[place];
            (one.party.region, one.party.status, one.party.kind)
        }
        _ => {
            let one = &ARCHIVE.penalties[place];
            (one.party.region, one.party.status, one.party.kind)
        }
    }
}

fn tally<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts
}

fn map<T: Ord + Copy>(counts: &[(T, u64)]) -> BTreeMap<T, u64> {
    counts.iter().copied().collect()
}

#[test]
fn facets_equal_a_recount() {
    let narrow =
        SearchFilter { statuses: vec![EnterpriseStatus::Active, EnterpriseStatus::Revoked], ..SearchFilter::default() };
    for filter in [SearchFilter::default(), narrow] {
        for query in ["西安", "食品", "有限公司", "王", "610113", "商贸 龘", "陕西 警告"] {
            let page = search(&ARCHIVE.index, query, filter.clone(), 1000).expect("a page");
            assert_eq!(page.hits.len() as u64, page.total, "{query}");
            let hits: Vec<_> = page.hits.iter().map(|hit| facts(hit.family, hit.id)).collect();
            let regions = || hits.iter().map(|(region, ..)| *region);
            let facets = &page.facets;
            assert_eq!(map(&facets.families), tally(page.hits.iter().map(|hit| hit.family)), "{query}");
            assert_eq!(map(&facets.statuses), tally(hits.iter().filter_map(|(_, status, _)| *status)), "{query}");
            assert_eq!(map(&facets.kinds), tally(hits.iter().filter_map(|(.., kind)| *kind)), "{query}");
            assert_eq!(map(&facets.regions.provinces), tally(regions().map(RegionCode::province)), "{query}");
            assert_eq!(
                map(&facets.regions.prefectures),
                tally(regions().filter_map(RegionCode::prefecture)),
                "{query}"
            );
            let counties = regions().filter(|region| region.level() == RegionLevel::County);
            assert_eq!(map(&facets.regions.counties), tally(counties), "{query}");
        }
    }
}

#[test]
fn a_facet_is_the_total_of_the_narrowed_search() {
    let page = search(&ARCHIVE.index, "陕西 食品", SearchFilter::default(), 1).expect("a page");
    for (region, count) in &page.facets.regions.counties {
        let filter = SearchFilter { regions: vec![*region], ..SearchFilter::default() };
        assert_eq!(search(&ARCHIVE.index, "陕西 食品", filter, 1).expect("a page").total, *count);
    }
    for (kind, count) in &page.facets.kinds {
        let filter = SearchFilter { kinds: vec![*kind], ..SearchFilter::default() };
        assert_eq!(search(&ARCHIVE.index, "陕西 食品", filter, 1).expect("a page").total, *count);
    }
}

#[test]
fn amounts_and_days_narrow_a_search() {
    let first = NaiveDate::from_ymd_opt(2010, 1, 1);
    let filter = SearchFilter {
        families: vec![Family::Penalty],
        amount_fen: (Some(100_000), Some(300_000)),
        day: (first, None),
        ..SearchFilter::default()
    };
    let page = search(&ARCHIVE.index, "警告", filter, 1000).expect("a page");
    let expected = ARCHIVE
        .penalties
        .iter()
        .filter(|one| one.day >= first && one.amount_fen.is_some_and(|fen| (100_000..=300_000).contains(&fen)));
    assert!(page.total > 0);
    assert_eq!(page.total, expected.count() as u64);
}
