//! 写入 One transaction: authorities, block after block, indexes, events for the followers, and one
//! entry for the auditors.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use chrono::NaiveDate;
use entities::bulk::{self, Row, Session};
use entities::changes;
use entities::operations::Event;
use entities::reference::authority;
use entities::{Database, DatabaseError};

use super::block::{Keys, TABLES};
use super::identity::World;
use super::makers::Makers;
use super::places::Office;
use super::{GenerateError, Plan};
use crate::audit;
use crate::load::{self, Written};
use crate::ports::Progress;

/// What was written.
pub struct Outcome {
    /// Rows by table.
    pub tables: Vec<Written>,
    /// When the last row was written; the indexes came after.
    pub at: Instant,
}

/// Makes and writes everything, or nothing.
pub async fn write(db: &Database, plan: Plan, progress: &dyn Progress) -> Result<Outcome, GenerateError> {
    db.vault().ring()?;
    let (mut session, mut load) = load::begin(db, TABLES).await?;
    if !load::has_standards(&mut session).await? {
        return Err(GenerateError::NotPrepared);
    }
    let before = Keys::read(&mut session).await?;
    if load.is_first {
        load.strip(&mut session).await?;
    }
    let mut world = World::new(plan.seed, plan.today);
    world.violations.penalised_per_mille = plan.penalised_per_mille;
    world.first_id = before.next_enterprise();
    world.vault = db.vault().clone();
    world.authorities = authorities(&mut session, world.places.offices()).await?;
    let after = blocks(&mut session, world, plan, before, progress).await?;
    let (tables, at) = (after.since(&before), Instant::now());
    if load.is_first {
        load.restore(&mut session, progress).await?;
    }
    load::analyze(&mut session, TABLES).await?;
    record(&mut session, plan, &tables).await?;
    session.commit().await?;
    Ok(Outcome { tables, at })
}

async fn blocks(
    session: &mut Session,
    world: World,
    plan: Plan,
    before: Keys,
    progress: &dyn Progress,
) -> Result<Keys, GenerateError> {
    let mut keys = before;
    let mut makers = Makers::start(world, plan.enterprises, plan.threads);
    while let Some(mut block) = makers.next().await? {
        block.number(&mut keys);
        block.write(session).await?;
        let done = keys.next_enterprise() - before.next_enterprise();
        progress.report("生成经营主体", done.unsigned_abs(), Some(plan.enterprises));
    }
    Ok(keys)
}

/// 机关 The keys of the authorities; those that are not known yet are added.
async fn authorities(session: &mut Session, offices: &[Office]) -> Result<Vec<i64>, DatabaseError> {
    let names: Vec<&str> = offices.iter().map(|office| office.name.as_str()).collect();
    let sql = "SELECT name, id FROM authorities WHERE name {in}";
    let mut known: HashMap<String, i64> = HashMap::new();
    for row in session.query(sql, bulk::Keys::Texts(&names)).await? {
        known.insert(row.try_get("", "name")?, row.try_get("", "id")?);
    }
    let mut next = session.largest_id(authority::Model::TABLE).await?;
    let mut added = Vec::new();
    let mut key = |office: &Office| {
        known.get(&office.name).copied().unwrap_or_else(|| {
            next += 1;
            let region_code = Some(office.region.get().cast_signed());
            added.push(authority::Model { id: next, name: office.name.clone(), region_code });
            next
        })
    };
    let keys = offices.iter().map(&mut key).collect();
    session.insert(&added).await?;
    Ok(keys)
}

async fn record(session: &mut Session, plan: Plan, tables: &[Written]) -> Result<(), DatabaseError> {
    let recorded_at = instant(plan.today);
    // The followers read enterprises and what belongs to them.
    let is_followed = |table| table == changes::ENTERPRISES || changes::FAMILIES.contains(&table);
    let followed = tables.iter().filter(|written| is_followed(written.table));
    let events: Vec<Event> = followed.flat_map(|written| written.events(&recorded_at)).collect();
    session.insert(&events).await?;
    let rows: BTreeMap<_, _> = tables.iter().map(|written| (written.table, written.rows())).collect();
    let event = audit::Event {
        at: plan.today.and_time(chrono::NaiveTime::MIN).and_utc(),
        actor: "system".to_owned(),
        act: "GENERATE",
        subject: "enterprises".to_owned(),
        source: None,
        outcome: audit::Outcome::Done,
        detail: serde_json::json!({ "seed": plan.seed, "today": plan.today, "rows": rows }),
    };
    audit::append(session, &[event]).await
}

/// The day itself, not the clock: the same run leaves the same rows.
fn instant(today: NaiveDate) -> String {
    format!("{today}T00:00:00.000000Z")
}
