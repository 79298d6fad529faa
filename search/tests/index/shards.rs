//! An index in several shards answers as one, and a crash between two of them is made good.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use rules::region::RegionCode;
use search::{
    CountFilter, Dimension, Document, FacetNeeds, Family, Index, SearchFilter, SearchRequest, Sight, SumsRequest,
};
use tempfile::TempDir;

use crate::recall::{ARCHIVE, Archive, search};
use crate::register::Maker;

const SIGHT: Sight = Sight::Public { today: NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day") };
const SHARDS: usize = 4;

fn built(folder: &Path, ids: std::ops::Range<i64>, sequence: i64) {
    let rebuild = Index::rebuild(folder, SHARDS).expect("a rebuild");
    let mut maker = Maker::new(3);
    ids.for_each(|id| rebuild.add(maker.enterprise(id)).expect("added"));
    rebuild.finish(sequence).expect("finished");
}

fn generation(folder: &Path) -> std::path::PathBuf {
    folder.join(fs::read_to_string(folder.join("CURRENT")).expect("a pointer"))
}

fn shard(folder: &Path, number: usize) -> std::path::PathBuf {
    generation(folder).join(format!("shard-{number:02}"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

fn restore(from: &Path, to: &Path) {
    fs::remove_dir_all(to).expect("removed");
    copy(from, to);
}

#[test]
fn every_answer_is_that_of_an_index_in_one_piece() {
    let split = Archive::split(ARCHIVE.enterprises.clone(), ARCHIVE.penalties.clone(), SHARDS);
    assert_eq!(split.index.documents(), ARCHIVE.index.documents());
    let facets = FacetNeeds { facts: true, years: true, industries: true, grounds: true, authorities: true };
    for query in ["西安", "食品", "有限公司 红枣", "91610", "陕西 商贸", "商贸 龘", "王国刚 西安", "ABC", "xacb"]
    {
        let request = SearchRequest { facets, explain: true, ..SearchRequest::new(query, SIGHT, 40) };
        let (one, many) = (ARCHIVE.index.search(&request), split.index.search(&request));
        let (one, many) = (one.expect("a page"), many.expect("a page"));
        assert_eq!((many.total, &many.facets), (one.total, &one.facets), "{query}");
        assert_eq!(many.hits, one.hits, "{query}");
        let sums = |index: &Index| {
            let by = vec![Dimension::County, Dimension::Ground];
            index.sums(&SumsRequest { search: request.clone(), by }).expect("sums")
        };
        assert_eq!(sums(&split.index), sums(&ARCHIVE.index), "{query}");
    }
    for beginning in ["西安", "9161", "x", "诚"] {
        let names = |index: &Index| index.suggest(beginning, 5).expect("suggestions");
        assert_eq!(names(&split.index), names(&ARCHIVE.index), "{beginning}");
    }
    let city = CountFilter { region: RegionCode::new(610_100), ..CountFilter::default() };
    assert_eq!(split.index.count(&city).expect("a count"), ARCHIVE.index.count(&city).expect("a count"));
}

#[test]
fn an_enterprise_that_moves_is_found_once_and_in_its_new_region() {
    let folder = TempDir::new().expect("a folder");
    built(folder.path(), 0..30, 1);
    let index = Index::open(folder.path()).expect("an index");
    let mut writer = index.writer().expect("a writer");
    let mut moved = Maker::new(8).enterprise(3);
    moved.party.name = "西安龘龘商贸有限公司".to_owned();
    for (sequence, region) in (2..).zip([610_112, 610_602, 610_728, 650_104]) {
        moved.party.region = RegionCode::new(region).expect("a county");
        writer.upsert(moved.clone()).expect("written");
        writer.commit(sequence).expect("committed");
        let page = search(&index, "龘龘", SearchFilter::default(), 10).expect("a page");
        assert_eq!(page.hits.iter().map(|hit| (hit.family, hit.id)).collect::<Vec<_>>(), [(Family::Enterprise, 3)]);
        assert_eq!(page.facets.regions.counties, [(moved.party.region, 1)]);
        assert_eq!(index.documents(), 30);
    }
}

#[test]
fn the_first_shard_tells_where_to_go_on_after_a_crash_between_two_commits() {
    let (folder, before) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    built(folder.path(), 0..40, 1);
    copy(&shard(folder.path(), 0), before.path());
    let mut maker = Maker::new(9);
    let changed: Vec<Document> = (10..50).map(|id| maker.enterprise(id).into()).collect();
    let apply = |index: &Index| {
        let mut writer = index.writer().expect("a writer");
        changed.iter().for_each(|document| writer.upsert(document.clone()).expect("written"));
        writer.delete(Family::Enterprise, 5).expect("removed");
        writer.commit(2).expect("committed");
    };
    apply(&Index::open(folder.path()).expect("an index"));
    restore(before.path(), &shard(folder.path(), 0));
    let index = Index::open(folder.path()).expect("an index");
    assert_eq!(index.applied_sequence().ok(), Some(1), "the others are ahead of the first");
    apply(&index);
    assert_eq!((index.applied_sequence().ok(), index.documents()), (Some(2), 49));
    let mut comparison = index.compare();
    assert!(changed.iter().all(|document| comparison.holds(document).expect("compared")));
}

#[test]
fn a_rebuild_whose_shards_were_marked_differently_begins_anew() {
    let (folder, before) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    built(folder.path(), 0..5, 1);
    let mut maker = Maker::new(4);
    let mut rebuild = Index::rebuild(folder.path(), SHARDS).expect("a rebuild");
    (0..20).for_each(|id| rebuild.add(maker.enterprise(id)).expect("added"));
    rebuild.mark(7, "20").expect("marked");
    let begun = folder.path().join("generation-000002");
    copy(&begun.join("shard-02"), before.path());
    rebuild.add(maker.enterprise(20)).expect("added");
    rebuild.mark(7, "21").expect("marked");
    drop(rebuild);
    let rebuild = Index::rebuild(folder.path(), SHARDS).expect("a rebuild");
    assert_eq!(rebuild.checkpoint().map(|checkpoint| checkpoint.mark.as_str()), Some("21"));
    drop(rebuild);
    restore(before.path(), &begun.join("shard-02"));
    let rebuild = Index::rebuild(folder.path(), SHARDS).expect("a rebuild");
    assert_eq!(rebuild.checkpoint(), None);
}

#[test]
fn damage_in_any_shard_is_named_and_a_copy_has_all_shards() {
    let (folder, other) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    built(folder.path(), 0..60, 1);
    Index::seed(other.path(), folder.path()).expect("a copy");
    let index = Index::open(other.path()).expect("an index");
    assert_eq!((index.documents(), index.applied_sequence().ok()), (60, Some(1)));
    assert!(index.damaged_files().expect("checked").is_empty());
    let last = shard(other.path(), SHARDS - 1);
    let mut files = fs::read_dir(&last).expect("a folder").map(|entry| entry.expect("an entry").path());
    let store = files.find(|path| path.extension().is_some_and(|ending| ending == "store")).expect("a store");
    let mut bytes = fs::read(&store).expect("a file");
    bytes[0] ^= 1;
    fs::remove_file(&store).expect("removed");
    fs::write(&store, bytes).expect("a file");
    let damaged = index.damaged_files().expect("checked");
    assert_eq!(damaged.iter().map(|path| path.file_name()).collect::<Vec<_>>(), [store.file_name()]);
}
