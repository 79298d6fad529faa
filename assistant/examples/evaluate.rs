//! Prints the figures of both splits, and of a file of your own:
//! `cargo run -p assistant --example evaluate [FILE.tsv] [--keywords]`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use assistant::Assistant;
use assistant::evaluation::{Case, Report, evaluate};

const DEVELOPMENT: &str = include_str!("../evaluation/development.tsv");
const TEST: &str = include_str!("../evaluation/test.tsv");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let keywords_only = arguments.iter().any(|argument| argument == "--keywords");
    // A folder without a model makes the assistant fall back to words.
    let folder = keywords_only.then(|| Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")));
    let start = Instant::now();
    let assistant = Assistant::load(folder)?;
    println!("loaded in {:?}, method {:?}", start.elapsed(), assistant.method());
    for (name, text) in [("development", DEVELOPMENT), ("test", TEST)] {
        print(name, &assistant, text)?;
    }
    for file in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        print(file, &assistant, &std::fs::read_to_string(file)?)?;
    }
    Ok(())
}

fn print(name: &str, assistant: &Assistant, text: &str) -> Result<(), Box<dyn Error>> {
    let cases = Case::read_all(text);
    let start = Instant::now();
    let report = evaluate(assistant, &cases)?;
    let each = start.elapsed() / cases.len().max(1) as u32;
    println!("\n{name}: {} in scope, {} out of scope, {each:?} each", report.in_scope, report.out_of_scope);
    for (label, value) in rows(&report) {
        println!("  {label:<44} {value:.3}");
    }
    Ok(())
}

fn rows(report: &Report) -> [(&'static str, f64); 8] {
    [
        ("hit@1", report.hit_at_1),
        ("hit@3", report.hit_at_3),
        ("answered directly, in scope", report.answered),
        ("  of these with the right topic", report.answered_right),
        ("said to be unknown, in scope", report.unknown_in_scope),
        ("refusal AUROC", report.refusal_auroc),
        ("answered wrongly, out of scope", report.out_of_scope_answered),
        ("said to be unknown, out of scope", report.out_of_scope_unknown),
    ]
}
