//! 映射 Records as Quickwit keeps them, one JSON value a line, and the fields of its index. Places of closed lists are
//! their codes, so that an index outlives a new value of a list.

use chrono::{Datelike, NaiveDate};
use rules::industry;
use rules::region::{self, RegionCode};
use search::terms::{Tokens, plain, tokens};
use search::{Document, EnterpriseDoc, FacetNeeds, Family, Party, Publicity, RecordDoc, SearchError};
use serde_json::{Value, json};

/// After every day that a calendar here reaches.
pub const NEVER_ENDS: i64 = 1 << 20;
/// Values of a facet at most; there are fewer regions.
const VALUES: u32 = 5_000;

/// What an index is created with.
pub fn config(index: &str, shard_by_province: bool) -> Value {
    let text = |name: &str, is_scored: bool| {
        let record = if is_scored { "freq" } else { "basic" };
        json!({ "name": name, "type": "array<text>", "tokenizer": "raw", "record": record,
            "fieldnorms": is_scored, "stored": false })
    };
    let word = |name: &str| json!({ "name": name, "type": "text", "tokenizer": "raw", "fast": true, "stored": false });
    let number = |name: &str, kind: &str| json!({ "name": name, "type": kind, "fast": true });
    let mut mapping = json!({
        "mode": "strict",
        "field_mappings": [
            number("key", "u64"), number("version", "i64"), number("enterprise_id", "i64"),
            number("region", "u64"), number("province", "u64"), number("sent", "u64"), number("public_until", "i64"),
            number("amount_fen", "i64"), number("day", "i64"), number("year", "i64"),
            word("family"), word("status"), word("kind"), word("section"), word("industry"), word("ground"),
            word("authority"), word("code"), word("registration"), word("title"),
            text("persons", false), text("title_words", true), text("title_pairs", false),
            text("words", true), text("pairs", false),
        ],
    });
    if shard_by_province {
        mapping["partition_key"] = json!("province");
        mapping["max_num_partitions"] = json!(40);
        mapping["tag_fields"] = json!(["province"]);
    }
    json!({
        "version": "0.8",
        "index_id": index,
        "doc_mapping": mapping,
        "search_settings": { "default_search_fields": ["words"] },
        "indexing_settings": { "commit_timeout_secs": 5 },
    })
}

/// The facets that are counted.
pub fn aggregations(needs: FacetNeeds) -> Value {
    let terms = |field: &str| json!({ "terms": { "field": field, "size": VALUES } });
    let mut asked = json!({});
    for (is_asked, name, field) in [
        (needs.facts, "families", "family"),
        (needs.facts, "statuses", "status"),
        (needs.facts, "kinds", "kind"),
        (needs.facts, "regions", "region"),
        (needs.facts, "origins", "province"),
        (needs.years, "years", "year"),
        (needs.industries, "industries", "section"),
        (needs.grounds, "grounds", "ground"),
        (needs.authorities, "authorities", "authority"),
    ] {
        if is_asked {
            asked[name] = terms(field);
        }
    }
    asked
}

/// A record as one line.
///
/// # Errors
/// The id is out of range.
pub fn line(document: &Document, version: i64) -> Result<String, SearchError> {
    let mut value = match document {
        Document::Enterprise(enterprise) => of_enterprise(enterprise),
        Document::Record(record) => of_record(record),
    };
    value["key"] = json!(document.number()?);
    value["version"] = json!(version);
    value["family"] = json!(document.family().code());
    value["sent"] = json!(u8::from(Family::CROSS_REGION.contains(&document.family())));
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null() && value != "");
    }
    Ok(value.to_string())
}

fn of_enterprise(of: &EnterpriseDoc) -> Value {
    let titles = [of.party.name.as_str()].into_iter().chain(of.former_names.iter().map(String::as_str));
    let industry = industry::find(&of.party.industry_code).map_or("", |industry| industry.name);
    let mut value = facts(&of.party, of.party.region.province(), Publicity::Open, of.established_on);
    let texts = [of.address.as_str(), &of.business_scope, industry, place(of.party.region)];
    fill(&mut value, titles, texts.into_iter());
    value["enterprise_id"] = json!(of.id);
    value["amount_fen"] = json!(of.registered_capital_fen);
    value["registration"] = json!(of.registration_number);
    value["authority"] = json!(of.authority);
    let persons = [&of.legal_representative].into_iter().chain(&of.key_persons);
    value["persons"] = json!(persons.map(|name| plain(name)).collect::<Vec<_>>());
    value
}

fn of_record(of: &RecordDoc) -> Value {
    let mut value = facts(&of.party, of.origin, of.publicity, of.day);
    let family = if Family::CROSS_REGION.contains(&of.family) { "外省" } else { "" };
    let texts = of.texts.iter().map(|(_, text)| text.as_str());
    let texts = [of.party.name.as_str(), &of.authority, family, place(of.party.region)].into_iter().chain(texts);
    fill(&mut value, [of.number.as_str()].into_iter(), texts);
    value["enterprise_id"] = json!(of.enterprise_id);
    value["amount_fen"] = json!(of.amount_fen);
    value["ground"] = json!(of.ground);
    value["authority"] = json!(of.authority);
    value
}

fn place(region: RegionCode) -> &'static str {
    region::find(region).map_or("", |region| region.full_name.as_str())
}

fn facts(party: &Party, origin: RegionCode, publicity: Publicity, day: Option<NaiveDate>) -> Value {
    json!({
        "region": party.region.get(),
        "province": origin.get() / 10_000,
        "status": party.status.map(|status| status.code()),
        "kind": party.kind.map(|kind| kind.code()),
        "section": party.industry_section.to_string().trim(),
        "industry": party.industry_code,
        "code": party.uscc.to_ascii_lowercase(),
        "public_until": public_until(publicity),
        "day": day.map(|day| day.num_days_from_ce()),
        "year": day.map(|day| day.year()),
    })
}

/// The last day on which the public sees a record.
fn public_until(publicity: Publicity) -> i64 {
    match publicity {
        Publicity::Never => 0,
        Publicity::Until(day) => i64::from(day.num_days_from_ce()),
        Publicity::Open => NEVER_ENDS,
    }
}

/// Titles and texts; the words of a title stand in the text, too.
fn fill<'t>(value: &mut Value, titles: impl Iterator<Item = &'t str>, texts: impl Iterator<Item = &'t str>) {
    let titles: Vec<&str> = titles.collect();
    let (title, text) = (gathered(titles.iter().copied()), gathered(titles.iter().copied().chain(texts)));
    value["title"] = json!(titles.first().map(|title| plain(title)));
    value["title_words"] = json!(title.words);
    value["title_pairs"] = json!(title.pairs);
    value["words"] = json!(text.words);
    value["pairs"] = json!(text.pairs);
}

fn gathered<'t>(texts: impl Iterator<Item = &'t str>) -> Tokens {
    let mut all = Tokens::default();
    for text in texts {
        let Tokens { words, pairs } = tokens(text);
        all.words.extend(words);
        all.pairs.extend(pairs);
    }
    all.pairs.sort_unstable();
    all.pairs.dedup();
    all
}
