//! Walks over all pages meet every hit once, also while the index grows.

use std::collections::HashSet;

use chrono::NaiveDate;
use search::{Cursor, Family, Index, Order, SearchError, SearchFilter, SearchRequest, Sight};
use tempfile::TempDir;

use crate::recall::{ARCHIVE, search};
use crate::register::Maker;

const SIGHT: Sight = Sight::Public { today: NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day") };

/// The hits of every page, with something done after each page.
fn walk(index: &Index, query: &str, limit: usize, between: impl FnMut()) -> Vec<(Family, i64)> {
    walk_by(index, query, Order::Relevance, limit, between)
}

fn walk_by(index: &Index, query: &str, order: Order, limit: usize, mut between: impl FnMut()) -> Vec<(Family, i64)> {
    let mut hits = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let request = SearchRequest { after, order, ..SearchRequest::new(query, SIGHT, limit) };
        let page = index.search(&request).expect("a page");
        hits.extend(page.hits.iter().map(|hit| (hit.family, hit.id)));
        assert_eq!(page.has_next, page.hits.len() == limit && (hits.len() as u64) < page.total);
        if !page.has_next {
            return hits;
        }
        let text = page.hits[limit - 1].cursor.to_string();
        after = Some(text.parse().expect("a cursor"));
        between();
    }
}

#[test]
fn a_walk_meets_every_hit_once_and_in_order() {
    for query in ["西安", "食品", "有限公司", "9161", "陕西 商贸", "商贸 龘", "王"] {
        let whole = search(&ARCHIVE.index, query, SearchFilter::default(), 1000).expect("a page");
        let whole: Vec<_> = whole.hits.iter().map(|hit| (hit.family, hit.id)).collect();
        for limit in [1, 7, 50] {
            assert_eq!(walk(&ARCHIVE.index, query, limit, || {}), whole, "{query} by {limit}");
        }
    }
}

#[test]
fn every_order_is_kept_over_all_pages() {
    for (order, is_by_amount, is_ascending) in [
        (Order::Latest, false, false),
        (Order::Earliest, false, true),
        (Order::Largest, true, false),
        (Order::Smallest, true, true),
    ] {
        let hits = walk_by(&ARCHIVE.index, "食品", order, 7, || {});
        let value = |(family, id): &(Family, i64)| {
            let place = usize::try_from(id - 1).expect("an id");
            let day = |day: Option<NaiveDate>| day.map(|day| i64::from(chrono::Datelike::num_days_from_ce(&day)));
            match family {
                Family::Enterprise => {
                    let one = &ARCHIVE.enterprises[place];
                    if is_by_amount { one.registered_capital_fen } else { day(one.established_on) }
                }
                _ => {
                    let one = &ARCHIVE.penalties[place];
                    if is_by_amount { one.amount_fen } else { day(one.day) }
                }
            }
        };
        let values: Vec<Option<i64>> = hits.iter().map(value).collect();
        let known: Vec<i64> = values.iter().map_while(|value| *value).collect();
        assert!(known.len() > 10 && values[known.len()..].iter().all(Option::is_none), "{order:?}: those without last");
        assert!(known.is_sorted_by(|a, b| if is_ascending { a <= b } else { a >= b }), "{order:?}: {known:?}");
        assert_eq!(
            hits.len() as u64,
            search(&ARCHIVE.index, "食品", SearchFilter::default(), 1).expect("a page").total
        );
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let page = search(&ARCHIVE.index, "食品", SearchFilter::default(), 1).expect("a page");
    let after = Some(page.hits[0].cursor);
    let request = SearchRequest { after, order: Order::Latest, ..SearchRequest::new("食品", SIGHT, 1) };
    assert!(matches!(ARCHIVE.index.search(&request), Err(SearchError::Cursor)));
}

#[test]
fn a_walk_survives_commits() {
    let folder = TempDir::new().expect("a folder");
    let rebuild = Index::rebuild(folder.path(), 1).expect("a rebuild");
    let mut maker = Maker::new(11);
    for id in 0..820 {
        rebuild.add(maker.enterprise(id)).expect("added");
    }
    rebuild.finish(0).expect("finished");
    let index = Index::open(folder.path()).expect("an index");
    let before: HashSet<_> = walk(&index, "陕西", 1000, || {}).into_iter().collect();
    let mut writer = index.writer().expect("a writer");
    let mut next = 820;
    let hits = walk(&index, "陕西", 40, || {
        writer.upsert(maker.enterprise(next)).expect("written");
        next += 1;
        writer.commit(next).expect("committed");
    });
    let distinct: HashSet<_> = hits.iter().copied().collect();
    assert!(next > 830 && before.len() > 500);
    assert_eq!(distinct.len(), hits.len(), "no hit twice");
    assert!(before.is_subset(&distinct), "no hit missed");
}

#[test]
fn foreign_cursors_are_refused() {
    for text in
        ["", "rs", "rs.1", "rs.g.1", "rx.1.1", "xs.1.1", "s.1.1", "rs.1.1.1", "rs.01.1", "rs.-1.1", "YXJyYXk6MA=="]
    {
        assert!(matches!(text.parse::<Cursor>(), Err(SearchError::Cursor)), "{text}");
    }
}
