//! What each field of an index takes, in bytes an enterprise:
//! `cargo run --release --workspace --example space -- data/index 1000000`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let root = given.next().ok_or("the folder of an index is missing")?;
    let enterprises: f64 = given.next().ok_or("the number of enterprises is missing")?.parse()?;
    let live = fs::read_to_string(Path::new(&root).join("CURRENT"))?;
    let mut sizes: BTreeMap<(String, String), u64> = BTreeMap::new();
    for shard in fs::read_dir(Path::new(&root).join(live))? {
        let index = tantivy::Index::open_in_dir(shard?.path())?;
        let usage = serde_json::to_value(index.reader()?.searcher().space_usage()?)?;
        usage["segments"].as_array().into_iter().flatten().for_each(|segment| add(segment, &mut sizes));
    }
    let mut sizes: Vec<_> = sizes.into_iter().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for ((part, field), bytes) in &sizes {
        println!("{part:12} {field:20} {:8.2}", *bytes as f64 / enterprises);
    }
    println!("{:33} {:8.2}", "all", sizes.iter().map(|(_, bytes)| *bytes).sum::<u64>() as f64 / enterprises);
    Ok(())
}

/// Adds what a segment tells, but for the texts that are kept to be shown.
fn add(segment: &Value, sizes: &mut BTreeMap<(String, String), u64>) {
    let parts = segment["components"].as_object().into_iter().flatten();
    for (part, told) in parts {
        for (field, usage) in told["PerField"]["fields"].as_object().into_iter().flatten() {
            let column = &usage["column_space_usage"];
            let dictionary = column["dictionary_num_bytes"].as_u64().unwrap_or(0);
            let column = column["column_num_bytes"].as_u64().map(|bytes| bytes + dictionary);
            let whole = usage["num_bytes"].as_u64().filter(|bytes| *bytes > 0);
            *sizes.entry((part.clone(), field.clone())).or_default() += whole.or(column).unwrap_or(0);
        }
    }
}
