//! Builds an index of N invented enterprises and N penalties and measures it:
//! `CARGO_PROFILE_DEV_OPT_LEVEL=3 cargo run -p search --example scale -- 200000`.

#[path = "../tests/index/register.rs"]
mod register;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use rules::region::{self, RegionCode};
use rules::vocabulary::EnterpriseStatus;
use search::{CountFilter, EnterpriseDoc, Index, Passage, RecordDoc, SearchRequest, Sight};

const REPEATS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let size: i64 = std::env::args().nth(1).unwrap_or_else(|| "20000".to_owned()).parse()?;
    let folder = tempfile::tempdir()?;
    let samples = build(folder.path(), size)?;
    let started = Instant::now();
    let index = Index::open(folder.path())?;
    println!("opened in {:.0?}, {} documents", started.elapsed(), index.documents());
    searches(&index, &samples)?;
    counts(&index)
}

/// Returns some of the records, evenly spread.
fn build(root: &Path, size: i64) -> Result<Vec<(EnterpriseDoc, RecordDoc)>, Box<dyn Error>> {
    let mut maker = register::Maker::new(1);
    let rebuild = Index::rebuild(root, 1)?;
    let mut samples = Vec::new();
    let step = (size / 500).max(1);
    let started = Instant::now();
    for id in 0..size {
        let enterprise = maker.enterprise(id);
        let penalty = maker.penalty(id, &enterprise);
        if id % step == 0 {
            samples.push((enterprise.clone(), penalty.clone()));
        }
        rebuild.add(enterprise)?;
        rebuild.add(penalty)?;
    }
    rebuild.finish(0)?;
    let seconds = started.elapsed().as_secs_f64();
    let bytes = bytes(root)?;
    println!("{:.0} documents a second, {:.1} s", (size * 2) as f64 / seconds, seconds);
    println!("{} MiB, {} bytes an enterprise with its penalty", bytes >> 20, bytes / size.unsigned_abs());
    Ok(samples)
}

fn bytes(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

fn middle(text: &str, first: usize, length: usize) -> String {
    text.chars().skip(first).take(length).collect()
}

fn searches(index: &Index, samples: &[(EnterpriseDoc, RecordDoc)]) -> Result<(), Box<dyn Error>> {
    type Ask = fn(&EnterpriseDoc, &RecordDoc) -> String;
    let kinds: [(&str, Ask); 9] = [
        ("full name", |enterprise, _| enterprise.party.name.clone()),
        ("part of a name", |enterprise, _| middle(&enterprise.party.name, 2, 4)),
        ("words of a name", |enterprise, _| {
            format!("{} {}", middle(&enterprise.party.name, 2, 3), middle(&enterprise.party.name, 5, 2))
        }),
        ("mistyped name", |enterprise, _| {
            format!("{}龘{}", middle(&enterprise.party.name, 0, 4), middle(&enterprise.party.name, 5, 99))
        }),
        ("whole code", |enterprise, _| enterprise.party.uscc.clone()),
        ("10 characters of a code", |enterprise, _| middle(&enterprise.party.uscc, 0, 10)),
        ("person and county", |enterprise, _| {
            let county = region::find(enterprise.party.region).map_or("", |county| county.name);
            format!("{} {county}", enterprise.legal_representative)
        }),
        ("document number", |_, penalty| penalty.number.clone()),
        ("penalty phrase", |_, penalty| middle(register::text(penalty, Passage::Violation), 3, 8)),
    ];
    for (name, ask) in kinds {
        let queries: Vec<_> = samples.iter().map(|(enterprise, penalty)| ask(enterprise, penalty)).collect();
        measure(name, |round| {
            let query = queries[round % queries.len()].clone();
            let sight = Sight::Public { today: NaiveDate::from_ymd_opt(2026, 3, 31).unwrap_or_default() };
            Ok(index.search(&SearchRequest::new(&query, sight, 10))?.total)
        })?;
    }
    Ok(())
}

fn counts(index: &Index) -> Result<(), Box<dyn Error>> {
    let city = CountFilter {
        region: RegionCode::new(610_100),
        statuses: vec![EnterpriseStatus::Active, EnterpriseStatus::Operating],
        capital_fen: (Some(100_000_000), None),
        ..CountFilter::default()
    };
    let province = CountFilter { region: RegionCode::new(610_000), ..city.clone() };
    let name = CountFilter { name_contains: Some("诚邦".to_owned()), ..CountFilter::default() };
    for (label, filter) in [
        ("count: city, statuses, capital", city),
        ("count: province, statuses, capital", province),
        ("count: name contains two characters", name),
        ("count: everything", CountFilter::default()),
    ] {
        measure(label, |_| Ok(index.count(&filter)?))?;
    }
    Ok(())
}

fn measure(name: &str, mut work: impl FnMut(usize) -> Result<u64, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    let mut found = 0;
    for round in 0..REPEATS {
        let started = Instant::now();
        found += work(round)?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(Duration::MAX);
    println!("{name:38} p50 {:>9.1?}  p99 {:>9.1?}  {} found on average", at(50), at(99), found / REPEATS as u64);
    Ok(())
}
