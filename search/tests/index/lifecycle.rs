//! Generations, commits, crashes, locks and damage.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use search::{Checkpoint, CountFilter, Document, Family, Index, SearchError, SearchFilter};
use tempfile::TempDir;

use crate::recall::search;
use crate::register::Maker;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn build(root: &Path, enterprises: i64, sequence: i64) {
    let rebuild = Index::rebuild(root, 1).expect("a rebuild");
    let mut maker = Maker::new(5);
    for id in 0..enterprises {
        rebuild.add(maker.enterprise(id)).expect("added");
    }
    rebuild.finish(sequence).expect("finished");
}

fn count(index: &Index) -> u64 {
    index.count(&CountFilter::default()).expect("a count")
}

fn generations(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_dir()).collect()
}

#[test]
fn a_rebuild_replaces_the_live_index_at_once() {
    let folder = folder();
    assert!(matches!(Index::open(folder.path()), Err(SearchError::Missing { .. })));
    build(folder.path(), 10, 1);
    let index = Index::open(folder.path()).expect("an index");
    let rebuild = Index::rebuild(folder.path(), 1).expect("a rebuild");
    assert!(matches!(Index::rebuild(folder.path(), 1), Err(SearchError::Locked { .. })));
    let mut maker = Maker::new(6);
    for id in 0..20 {
        rebuild.add(maker.enterprise(id)).expect("added");
    }
    index.reload().expect("reloaded");
    assert_eq!((count(&index), index.applied_sequence().ok()), (10, Some(1)));
    rebuild.finish(9).expect("finished");
    assert_eq!(count(&index), 10, "an open index stays as it is until it reloads");
    index.reload().expect("reloaded");
    assert_eq!((count(&index), index.applied_sequence().ok()), (20, Some(9)));
    assert_eq!(generations(folder.path()).len(), 1);
}

#[test]
fn an_unfinished_rebuild_changes_nothing() {
    let folder = folder();
    build(folder.path(), 10, 1);
    let rebuild = Index::rebuild(folder.path(), 1).expect("a rebuild");
    rebuild.add(Maker::new(1).enterprise(77)).expect("added");
    drop(rebuild);
    assert_eq!(generations(folder.path()).len(), 1);
    assert_eq!(count(&Index::open(folder.path()).expect("an index")), 10);
}

#[test]
fn a_rebuild_that_was_marked_goes_on_where_it_was() {
    let folder = folder();
    build(folder.path(), 10, 1);
    let mut maker = Maker::new(9);
    let mut rebuild = Index::rebuild(folder.path(), 1).expect("a rebuild");
    assert_eq!(rebuild.checkpoint(), None);
    (0..30).for_each(|id| rebuild.add(maker.enterprise(id)).expect("added"));
    rebuild.mark(7, "30").expect("marked");
    rebuild.add(maker.enterprise(99)).expect("added");
    drop(rebuild);
    assert_eq!(count(&Index::open(folder.path()).expect("an index")), 10, "the live one stays in use");
    let index = Index::open(folder.path()).expect("an index");
    drop(index.writer().expect("a writer"));
    let rebuild = Index::rebuild(folder.path(), 1).expect("a rebuild");
    assert_eq!(rebuild.checkpoint(), Some(&Checkpoint { sequence: 7, mark: "30".to_owned() }));
    (30..40).for_each(|id| rebuild.add(maker.enterprise(id)).expect("added"));
    rebuild.finish(7).expect("finished");
    let index = Index::open(folder.path()).expect("an index");
    assert_eq!((count(&index), index.applied_sequence().ok()), (40, Some(7)), "what was not marked is not there");
    assert_eq!(generations(folder.path()).len(), 1);
}

#[test]
fn a_copy_holds_the_same_and_follows_on_its_own() {
    let (from, to) = (folder(), folder());
    build(from.path(), 20, 5);
    let original = Index::open(from.path()).expect("an index");
    let mut writer = original.writer().expect("a writer");
    writer.delete(Family::Enterprise, 3).expect("removed");
    writer.commit(6).expect("committed");
    assert!(matches!(Index::seed(to.path(), folder().path()), Err(SearchError::Missing { .. })));
    Index::seed(to.path(), from.path()).expect("a copy");
    let copy = Index::open(to.path()).expect("an index");
    assert_eq!((count(&copy), copy.applied_sequence().ok()), (19, Some(6)));
    assert!(copy.damaged_files().expect("checked").is_empty());
    let mut own = copy.writer().expect("a writer");
    own.upsert(Maker::new(2).enterprise(77)).expect("written");
    own.commit(7).expect("committed");
    assert_eq!((count(&copy), count(&original)), (20, 19));
}

#[test]
fn a_comparison_finds_what_is_missing_different_and_unknown() {
    let folder = folder();
    build(folder.path(), 5, 0);
    let index = Index::open(folder.path()).expect("an index");
    let mut maker = Maker::new(5);
    let mut documents: Vec<Document> = (0..5).map(|id| Document::from(maker.enterprise(id))).collect();
    let mut comparison = index.compare();
    assert!(documents.iter().all(|document| comparison.holds(document).expect("compared")));
    assert!(comparison.others().expect("listed").is_empty());
    let sums = comparison.sums().expect("sums");
    assert_eq!(sums.values().map(|sum| sum.count).sum::<u64>(), 5);
    let digests = documents.iter().fold(0_u64, |sum, document| sum.wrapping_add(document.digest()));
    assert_eq!(sums.values().fold(0_u64, |sum, region| sum.wrapping_add(region.digests)), digests);

    if let Document::Enterprise(changed) = &mut documents[1] {
        changed.address.push('甲');
    }
    documents.remove(2);
    documents.push(maker.enterprise(40).into());
    let mut comparison = index.compare();
    let held: Vec<bool> = documents.iter().map(|document| comparison.holds(document).expect("compared")).collect();
    assert_eq!(held, [true, false, true, true, false]);
    assert_eq!(comparison.others().expect("listed"), [(Family::Enterprise, 2)]);
    assert!(
        comparison.has(Family::Enterprise, 2).expect("asked") && !comparison.has(Family::Penalty, 2).expect("asked")
    );
}

#[test]
fn the_remains_of_a_crash_are_ignored_and_removed() {
    let folder = folder();
    build(folder.path(), 10, 1);
    let remains = folder.path().join("generation-000007");
    fs::create_dir(&remains).expect("a folder");
    fs::write(remains.join("meta.json"), "{").expect("a file");
    fs::write(folder.path().join("CURRENT.next"), "generation-0000").expect("a file");
    let index = Index::open(folder.path()).expect("an index");
    assert_eq!(count(&index), 10);
    build(folder.path(), 12, 2);
    index.reload().expect("reloaded");
    assert_eq!(count(&index), 12);
    assert!(!remains.exists());
}

#[test]
fn a_restart_resumes_from_the_last_commit() {
    let folder = folder();
    build(folder.path(), 10, 100);
    let mut maker = Maker::new(8);
    {
        let index = Index::open(folder.path()).expect("an index");
        let mut writer = index.writer().expect("a writer");
        let mut changed = maker.enterprise(3);
        changed.party.name = "西安龘龘商贸有限公司".to_owned();
        writer.upsert(changed).expect("written");
        writer.delete(Family::Enterprise, 4).expect("removed");
        writer.delete(Family::Enterprise, 4_000).expect("removed");
        writer.commit(105).expect("committed");
        assert_eq!(count(&index), 9);
        writer.upsert(maker.enterprise(500)).expect("written");
        assert_eq!(count(&index), 9, "nothing is visible before its commit");
    }
    let index = Index::open(folder.path()).expect("an index");
    assert_eq!((count(&index), index.applied_sequence().ok()), (9, Some(105)));
    let page = search(&index, "龘龘", SearchFilter::default(), 10).expect("a page");
    assert_eq!(page.hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [3]);
    assert_eq!(index.documents(), 9);
}

/// What is told of a record between two commits is written at once.
#[test]
fn what_is_told_last_of_a_record_stands() {
    let folder = folder();
    build(folder.path(), 10, 0);
    let index = Index::open(folder.path()).expect("an index");
    let mut writer = index.writer().expect("a writer");
    let mut maker = Maker::new(8);
    for name in ["西安龘龘商贸有限公司", "西安骉骉商贸有限公司"] {
        let mut changed = maker.enterprise(3);
        changed.party.name = name.to_owned();
        writer.upsert(changed).expect("written");
        writer.delete(Family::Enterprise, 4).expect("removed");
        writer.upsert(maker.enterprise(4)).expect("written");
        writer.upsert(maker.enterprise(5)).expect("written");
        writer.delete(Family::Enterprise, 5).expect("removed");
    }
    writer.commit(1).expect("committed");
    assert_eq!(count(&index), 9);
    let found = |query: &str| search(&index, query, SearchFilter::default(), 10).expect("a page").total;
    assert_eq!(["龘龘", "骉骉"].map(found), [0, 1]);
}

#[test]
fn there_is_one_writer() {
    let folder = folder();
    build(folder.path(), 1, 0);
    let index = Index::open(folder.path()).expect("an index");
    let writer = index.writer().expect("a writer");
    let refused = Index::open(folder.path()).expect("an index").writer();
    assert!(matches!(refused, Err(SearchError::Locked { .. })));
    drop(writer);
    assert!(index.writer().is_ok());
}

#[test]
fn a_writer_notices_that_it_was_replaced() {
    let folder = folder();
    build(folder.path(), 1, 0);
    let index = Index::open(folder.path()).expect("an index");
    let mut writer = index.writer().expect("a writer");
    build(folder.path(), 2, 50);
    assert_eq!(generations(folder.path()).len(), 2, "what is still written is not removed");
    writer.upsert(Maker::new(2).enterprise(9)).expect("written");
    assert!(matches!(writer.commit(51), Err(SearchError::Superseded)));
    drop(writer);
    let mut writer = index.writer().expect("a writer");
    assert_eq!(index.applied_sequence().ok(), Some(50));
    writer.upsert(Maker::new(2).enterprise(9)).expect("written");
    writer.commit(51).expect("committed");
    assert_eq!((count(&index), generations(folder.path()).len()), (3, 1));
}

#[test]
fn two_readers_share_one_folder() {
    let folder = folder();
    build(folder.path(), 1, 0);
    let (near, far) = (Index::open(folder.path()).expect("an index"), Index::open(folder.path()).expect("an index"));
    let mut writer = near.writer().expect("a writer");
    writer.upsert(Maker::new(2).enterprise(9)).expect("written");
    writer.commit(1).expect("committed");
    assert_eq!((count(&near), count(&far)), (2, 1));
    far.reload().expect("reloaded");
    assert_eq!(count(&far), 2);
}

#[test]
fn ids_that_fit_no_key_are_refused() {
    let folder = folder();
    build(folder.path(), 1, 0);
    let mut writer = Index::open(folder.path()).expect("an index").writer().expect("a writer");
    assert!(matches!(writer.delete(Family::Penalty, -1), Err(SearchError::Identifier { id: -1 })));
    assert!(matches!(writer.upsert(Maker::new(2).enterprise(i64::MAX)), Err(SearchError::Identifier { .. })));
}

#[test]
fn damage_is_an_error_and_a_rebuild_mends_it() {
    let folder = folder();
    for file in ["CURRENT", "meta.json", ".store", ".fast", ".idx", ".term", ".pos", ".fieldnorm", "all"] {
        build(folder.path(), 30, 0);
        let generation = generations(folder.path()).remove(0);
        assert!(Index::open(folder.path()).expect("an index").damaged_files().expect("a check").is_empty());
        if file == "CURRENT" {
            fs::write(folder.path().join(file), "../elsewhere").expect("a file");
        } else if file == "all" {
            fs::remove_dir_all(&generation).expect("removed");
        } else {
            damage(&generation, file);
        }
        assert!(Index::open(folder.path()).map_or(true, |index| is_noticed(&index)), "{file}");
    }
    build(folder.path(), 3, 0);
    assert_eq!(count(&Index::open(folder.path()).expect("an index")), 3);
}

/// Whether a count, a search or the check of the files says that something is wrong.
fn is_noticed(index: &Index) -> bool {
    let filter = CountFilter { name_contains: Some("西安".to_owned()), ..CountFilter::default() };
    index.count(&filter).is_err()
        || search(index, "西安 有限公司", SearchFilter::default(), 10).is_err()
        || index.damaged_files().map_or(true, |files| !files.is_empty())
}

/// Cuts the files with this ending in half.
fn damage(generation: &Path, ending: &str) {
    let files =
        fs::read_dir(generation.join("shard-00")).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in files.filter(|path| path.to_string_lossy().ends_with(ending)) {
        let file = File::options().write(true).open(path).expect("a file");
        let length = file.metadata().expect("a size").len();
        file.set_len(length / 2).expect("cut");
    }
}

#[test]
fn an_index_of_another_format_is_named_so() {
    let folder = folder();
    build(folder.path(), 3, 0);
    let meta = generations(folder.path()).remove(0).join("shard-00/meta.json");
    let text = fs::read_to_string(&meta).expect("a file");
    fs::write(&meta, text.replace("ACTIVE", "INACTIVE")).expect("a file");
    assert!(matches!(Index::open(folder.path()), Err(SearchError::Outdated { .. })));
}

#[test]
fn searches_go_on_during_commits() {
    let folder = folder();
    build(folder.path(), 50, 0);
    let index = Index::open(folder.path()).expect("an index");
    std::thread::scope(|scope| {
        let searcher = index.clone();
        scope.spawn(move || {
            for _ in 0..200 {
                assert!(search(&searcher, "陕西", SearchFilter::default(), 10).expect("a page").total > 0);
                assert!(count(&searcher) >= 50);
            }
        });
        let mut writer = index.writer().expect("a writer");
        let mut maker = Maker::new(4);
        for sequence in 0..15 {
            for place in 0..10 {
                writer.upsert(maker.enterprise(sequence * 10 + place + 50)).expect("written");
            }
            writer.commit(sequence).expect("committed");
        }
    });
    assert_eq!(count(&index), 200);
}
