//! Walks over all pages meet every hit once, also while the index grows.

use std::collections::HashSet;

use search::{Cursor, Family, Index, SearchError, SearchFilter, SearchRequest};
use tempfile::TempDir;

use crate::recall::{ARCHIVE, search};
use crate::register::Maker;

/// The hits of every page, with something done after each page.
fn walk(index: &Index, query: &str, limit: usize, mut between: impl FnMut()) -> Vec<(Family, i64)> {
    let mut hits = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let request = SearchRequest { query: query.to_owned(), filter: SearchFilter::default(), limit, after };
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
fn a_walk_survives_commits() {
    let folder = TempDir::new().expect("a folder");
    let rebuild = Index::rebuild(folder.path()).expect("a rebuild");
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
    for text in ["", "s", "s.1", "s.g.1", "x.1.1", "s.1.1.1", "s.01.1", "s.-1.1", "YXJyYXk6MA=="] {
        assert!(matches!(text.parse::<Cursor>(), Err(SearchError::Cursor)), "{text}");
    }
}
