//! 代价 What the two guards cost beside what they guard.
//!
//!     cost policy                 checks of rights on the four queries of bench/graph
//!     cost audit DATABASE_URL     an entry of the audit log beside a small write of the same transaction
//!
//! Prints one line a measurement; `bench/cost/run.sh` puts them beside the throughput of the four queries.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::Utc;
use entities::Database;
use entities::bulk::Session;
use qinxin::http::inputs::Inputs;
use qinxin::http::plan::Plans;
use qinxin::http::types::Types;
use rules::access::Viewer;
use serde_json::json;
use services::audit::{self, Event, Outcome};

const CHECKS: u32 = 1_000_000;
const WRITES: u32 = 1_500;
/// Rounds that alternate, so that a noisy machine is noisy to both sides.
const ROUNDS: usize = 5;
const QUERIES: [(&str, &str); 4] = [
    ("by_code", include_str!("../graph/queries/1_by_code.graphql")),
    ("city_nested", include_str!("../graph/queries/2_city_nested.graphql")),
    ("city_filtered", include_str!("../graph/queries/3_city_filtered.graphql")),
    ("three_levels", include_str!("../graph/queries/4_three_levels.graphql")),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["policy"] => policy(),
        ["audit", url] => tokio::runtime::Runtime::new()?.block_on(audited(url)),
        _ => bail!("cost policy | cost audit DATABASE_URL"),
    }
}

/// Time of one check of what a document needs against what its viewer may do; the walk that finds out
/// what it needs is done once a document.
fn policy() -> Result<()> {
    let types = Types::of(&resolvers::sdl(false), &resolvers::sdl(true), &schema::access::TABLE)?;
    let plans = Plans::new(Inputs::new(types, true));
    let viewer = Viewer::anonymous();
    for (name, document) in QUERIES {
        let plan = plans.of(document).ok().context("a query of the bench does not fit the schema")?;
        let needs = plan.needs(None).context("no operation")?;
        let started = Instant::now();
        for _ in 0..CHECKS {
            black_box(black_box(needs).refused(black_box(&viewer)).is_empty());
        }
        let check = started.elapsed() / CHECKS;
        let started = Instant::now();
        for _ in 0..100 {
            black_box(plans.of(black_box(document)).is_ok());
        }
        println!("policy {name} check_ns {} first_us {}", check.as_nanos(), (started.elapsed() / 100).as_micros());
    }
    Ok(())
}

async fn audited(url: &str) -> Result<()> {
    let db = Database::connect(url, 2).await?;
    services::setup::prepare(&db).await?;
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (side, best) in best.iter_mut().enumerate() {
            let started = Instant::now();
            for number in 0..WRITES {
                write(&db, number, side == 1).await?;
            }
            *best = (*best).min(started.elapsed() / WRITES);
        }
    }
    println!(
        "audit {} plain_us {} audited_us {}",
        if url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" },
        best[0].as_micros(),
        best[1].as_micros()
    );
    Ok(())
}

/// The smallest mutation there is: one row, one commit.
async fn write(db: &Database, number: u32, is_audited: bool) -> Result<()> {
    let mut session = Session::begin(db).await?;
    let mut sql = session.sql("INSERT INTO sign_in_failures (login, source, failed, last_at) VALUES (");
    sql.bind(format!("bench{number}")).push(", ").bind("bench").push(", 1, ").bind(Utc::now());
    sql.push(") ON CONFLICT (login, source) DO UPDATE SET failed = sign_in_failures.failed + 1");
    session.run(sql).await?;
    if is_audited {
        let event = Event {
            at: Utc::now(),
            actor: "system bench".to_owned(),
            act: "BENCH",
            subject: number.to_string(),
            source: None,
            outcome: Outcome::Done,
            detail: json!({ "number": number }),
        };
        audit::append(&mut session, &[event]).await?;
    }
    Ok(session.commit().await?)
}
