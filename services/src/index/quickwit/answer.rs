//! 应答 What Quickwit answers, as a page of hits: of several texts of one record the newest.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::Datelike;
use rules::region::{RegionCode, RegionLevel};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use search::{Cursor, Facets, Family, Reason, RegionFacets, SearchError, SearchHit, SearchPage, SearchRequest};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Reply {
    num_hits: u64,
    hits: Vec<Hit>,
    #[serde(default)]
    errors: Vec<Value>,
    #[serde(default)]
    aggregations: HashMap<String, Buckets>,
}

/// The stored fields of a record.
#[derive(Deserialize)]
struct Hit {
    key: u64,
    version: i64,
    enterprise_id: i64,
    public_until: i64,
}

#[derive(Deserialize)]
struct Buckets {
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    key: Value,
    doc_count: u64,
}

/// The page that was asked for, which begins after `offset` hits.
///
/// # Errors
/// An answer of another form, or of a part of the splits only.
pub fn page(reply: &Value, request: &SearchRequest, offset: u64) -> Result<SearchPage, SearchError> {
    let remote = |reason: String| SearchError::Remote { reason };
    let reply = Reply::deserialize(reply).map_err(|error| remote(format!("an unknown answer: {error}")))?;
    if let Some(error) = reply.errors.first() {
        // A part of the hits would be told as all of them.
        return Err(remote(format!("some splits did not answer: {error}")));
    }
    let has_next = reply.hits.len() > request.limit;
    let today = i64::from(request.sight.today().num_days_from_ce());
    let mut newest: HashMap<u64, (i64, u64)> = HashMap::new();
    for (place, hit) in (offset + 1..).zip(&reply.hits) {
        let known = newest.entry(hit.key).or_insert((hit.version, place));
        if known.0 < hit.version {
            *known = (hit.version, place);
        }
    }
    let hits = (offset + 1..).zip(&reply.hits).take(request.limit);
    let hits = hits.filter(|(place, hit)| newest.get(&hit.key).is_some_and(|(_, newest)| newest == place));
    let reasons = request.query.as_ref().filter(|_| request.explain).map(|query| (Reason::AllWords, query.clone()));
    let hits = hits.map(|(place, hit)| {
        let (family, id) = Family::of_number(hit.key);
        SearchHit {
            family,
            id,
            enterprise_id: hit.enterprise_id,
            score: 0.0,
            is_public: hit.public_until >= today,
            reasons: reasons.clone().into_iter().collect(),
            highlights: Vec::new(),
            cursor: Cursor::at_offset(place),
        }
    });
    Ok(SearchPage {
        hits: hits.collect(),
        total: reply.num_hits,
        facets: facets(&reply.aggregations),
        has_next,
        is_approximate: false,
        suggestion: None,
    })
}

fn facets(of: &HashMap<String, Buckets>) -> Facets {
    let counts = |name: &str| -> Vec<(String, u64)> {
        let buckets = of.get(name).map(|buckets| buckets.buckets.as_slice()).unwrap_or_default();
        buckets.iter().map(|bucket| (text(&bucket.key), bucket.doc_count)).collect()
    };
    let listed = |name: &str| -> HashMap<String, u64> { counts(name).into_iter().collect() };
    let numbers = |name: &str| counts(name).into_iter().filter_map(|(key, count)| Some((number(&key)?, count)));
    let mut origins: Vec<_> =
        numbers("origins").filter_map(|(code, count)| Some((RegionCode::new(code * 10_000)?, count))).collect();
    origins.sort_unstable();
    let mut years: Vec<_> =
        numbers("years").filter_map(|(year, count)| Some((i32::try_from(year).ok()?, count))).collect();
    years.sort_unstable();
    let mut industries: Vec<(char, u64)> =
        counts("industries").into_iter().filter_map(|(key, count)| Some((key.chars().next()?, count))).collect();
    industries.sort_unstable();
    Facets {
        families: named(Family::ALL, Family::code, &listed("families")),
        statuses: named(EnterpriseStatus::ALL, EnterpriseStatus::code, &listed("statuses")),
        kinds: named(EnterpriseKind::ALL, EnterpriseKind::code, &listed("kinds")),
        regions: regions(numbers("regions")),
        origins,
        years,
        industries,
        grounds: counts("grounds"),
        authorities: counts("authorities"),
    }
}

/// Keys of numbers come as numbers, with a fraction in some releases.
fn text(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

fn number(key: &str) -> Option<u32> {
    key.split('.').next()?.parse().ok()
}

fn named<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str, counts: &HashMap<String, u64>) -> Vec<(T, u64)> {
    all.iter().filter_map(|one| Some((*one, *counts.get(code(*one))?))).collect()
}

fn regions(counts: impl Iterator<Item = (u32, u64)>) -> RegionFacets {
    let mut levels: [BTreeMap<RegionCode, u64>; 3] = Default::default();
    for (code, count) in counts {
        let Some(code) = RegionCode::new(code) else { continue };
        *levels[0].entry(code.province()).or_default() += count;
        if let Some(prefecture) = code.prefecture() {
            *levels[1].entry(prefecture).or_default() += count;
        }
        if code.level() == RegionLevel::County {
            *levels[2].entry(code).or_default() += count;
        }
    }
    let [provinces, prefectures, counties] = levels.map(|level| level.into_iter().collect());
    RegionFacets { provinces, prefectures, counties }
}
