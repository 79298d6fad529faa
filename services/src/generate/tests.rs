//! What holds of every generated register: the same rows every time, codes and days that can be,
//! figures that add up, kinds and places as unevenly spread as planned.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::Datelike;
use entities::bulk::{Put, Row, Session};
use entities::guarded::Warrant;
use entities::{Database, annual_report, change, credit, cross_region, enterprise, notices, operations};
use rules::region::RegionCode;
use rules::uscc::Uscc;
use rules::vocabulary::{CrossRegionKind, EnterpriseKind, RepairStatus};
use sea_orm::EntityTrait;

use super::*;
use crate::ports::Silent;
use crate::setup;
use crate::vault;

const TODAY: &str = "2026-04-15";

fn today() -> NaiveDate {
    TODAY.parse().expect("a day")
}

/// A database of its own, gone when the test ends.
struct Folder {
    path: std::path::PathBuf,
    db: Database,
}

impl Folder {
    async fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("qinxin-generate-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        let db = Database::connect(&Database::sqlite_url(&path), 2).await.expect("a database");
        setup::prepare(&db).await.expect("a prepared database");
        let now = today().and_time(chrono::NaiveTime::MIN).and_utc();
        let db = vault::open(db, &path.join(vault::FILE), now, &Silent).await.expect("keys");
        Self { path, db }
    }

    async fn generate(&self, enterprises: u64, seed: u64, threads: usize) -> Result<Generated, GenerateError> {
        let plan = Plan { enterprises, seed, today: today(), threads, penalised_per_mille: PENALISED_PER_MILLE };
        run(&self.db, plan, &Silent).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Takes the values of rows into one number.
struct Digest(DefaultHasher);

impl Put for Digest {
    fn null(&mut self) {
        0_u8.hash(&mut self.0);
    }

    fn number(&mut self, value: i64) {
        value.hash(&mut self.0);
    }

    fn text(&mut self, value: &str) {
        value.hash(&mut self.0);
    }

    fn day(&mut self, value: NaiveDate) {
        value.hash(&mut self.0);
    }
}

async fn rows<E: EntityTrait>(db: &Database) -> Vec<E::Model> {
    E::find().all(db.reader()).await.expect("rows")
}

async fn digest_of<E: EntityTrait<Model: Row>>(db: &Database, digest: &mut Digest) {
    for row in rows::<E>(db).await {
        row.put(digest);
    }
}

/// Enterprises, with their numbers as they were before nonces of chance were added.
async fn digest_of_enterprises(db: &Database, digest: &mut Digest) {
    for mut row in rows::<enterprise::registered::Entity>(db).await {
        let number = row.phone_revealed(db.vault(), Warrant::because("a test compares it")).expect("a number");
        row.phone = None;
        row.put(digest);
        digest.text(&number.unwrap_or_default());
    }
}

/// One number for all rows of all tables.
async fn digest(db: &Database) -> u64 {
    let mut digest = Digest(DefaultHasher::new());
    let out = &mut digest;
    digest_of::<entities::reference::authority::Entity>(db, out).await;
    digest_of_enterprises(db, out).await;
    digest_of::<enterprise::version::Entity>(db, out).await;
    digest_of::<enterprise::shareholder::Entity>(db, out).await;
    digest_of::<enterprise::contribution::Entity>(db, out).await;
    digest_of::<enterprise::key_person::Entity>(db, out).await;
    digest_of::<change::change_record::Entity>(db, out).await;
    digest_of::<credit::licence::Entity>(db, out).await;
    digest_of::<credit::inspection::Entity>(db, out).await;
    digest_of::<credit::penalty::Entity>(db, out).await;
    digest_of::<credit::abnormal_listing::Entity>(db, out).await;
    digest_of::<credit::serious_violation::Entity>(db, out).await;
    digest_of::<credit::repair::Entity>(db, out).await;
    digest_of::<annual_report::report::Entity>(db, out).await;
    digest_of::<annual_report::contribution::Entity>(db, out).await;
    digest_of::<annual_report::investment::Entity>(db, out).await;
    digest_of::<annual_report::website::Entity>(db, out).await;
    digest_of::<annual_report::equity_transfer::Entity>(db, out).await;
    digest_of::<annual_report::guarantee::Entity>(db, out).await;
    digest_of::<annual_report::social_insurance::Entity>(db, out).await;
    digest_of::<annual_report::employment_need::Entity>(db, out).await;
    digest_of::<cross_region::received::Entity>(db, out).await;
    digest_of::<notices::notice::Entity>(db, out).await;
    digest.0.finish()
}

async fn count(db: &Database, sql: &str) -> i64 {
    let mut session = Session::begin(db).await.expect("a session");
    let number = session.scalar(sql).await.expect("a number");
    session.rollback().await.expect("the end");
    number
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows_with_any_number_of_threads() {
    let (one, three, other) = (Folder::new("one").await, Folder::new("three").await, Folder::new("other").await);
    let first = one.generate(6_100, 7, 1).await.expect("rows");
    let second = three.generate(6_100, 7, 3).await.expect("rows");
    other.generate(500, 8, 1).await.expect("rows");
    assert_eq!(first.rows, second.rows);
    let digests = (digest(&one.db).await, digest(&three.db).await, digest(&other.db).await);
    assert_eq!(digests.0, digests.1);
    assert_ne!(digests.0, digests.2);
}

#[tokio::test]
async fn a_second_seed_comes_beside_the_first_and_the_same_seed_changes_nothing() {
    let folder = Folder::new("beside").await;
    folder.generate(300, 1, 1).await.expect("rows");
    let before = digest(&folder.db).await;
    let again = folder.generate(10, 1, 1).await.expect_err("a clash");
    assert_eq!(again.code(), "GENERATE_CLASH");
    assert!(again.message().contains("--seed"));
    assert_eq!(digest(&folder.db).await, before);

    folder.generate(200, 2, 1).await.expect("rows");
    let enterprises = rows::<enterprise::registered::Entity>(&folder.db).await;
    let ids: Vec<i64> = enterprises.iter().map(|row| row.id).collect();
    assert_eq!(ids, (1..=500).collect::<Vec<_>>());
    let parents: HashMap<_, _> = enterprises.iter().map(|row| (row.id, row)).collect();
    for branch in enterprises.iter().filter(|row| row.kind == EnterpriseKind::Branch) {
        let parent = parents[&branch.parent_id.expect("a parent")];
        assert_eq!(parent.id <= 300, branch.id <= 300, "a parent of the same run");
    }
    assert_eq!(count(&folder.db, "SELECT count(*) FROM pragma_foreign_key_check").await, 0);
}

#[tokio::test]
async fn too_many_are_refused() {
    let folder = Folder::new("many").await;
    let refused = folder.generate(code::CAPACITY + 1, 1, 1).await.expect_err("a refusal");
    assert_eq!(refused.code(), "GENERATE_TOO_MANY");
}

#[tokio::test]
async fn a_run_leaves_a_complete_database_events_and_one_audit_entry() {
    let folder = Folder::new("complete").await;
    let generated = folder.generate(1_500, 3, 2).await.expect("rows");
    let db = &folder.db;
    assert_eq!(count(db, "SELECT count(*) FROM pragma_foreign_key_check").await, 0);
    let indexes = migrations::indexes::ALL.len() as i64;
    let found = count(db, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").await;
    assert_eq!(found, indexes);
    for TableRows { table, rows } in &generated.rows {
        assert_eq!(count(db, &format!("SELECT count(*) FROM {table}")).await.unsigned_abs(), *rows, "{table}");
        assert!(*rows > 0, "{table} is empty");
    }
    let events = operations::events_after(db, 0, 100).await.expect("events");
    let enterprises = events.iter().find(|event| event.family == "enterprises").expect("an event");
    assert_eq!((enterprises.first_id, enterprises.last_id, enterprises.act.as_str()), (1, 1500, "UPSERT"));
    for family in entities::changes::FAMILIES {
        assert!(events.iter().any(|event| event.family == family), "{family}");
    }
    assert_eq!(count(db, "SELECT count(*) FROM audit_entries WHERE act = 'GENERATE'").await, 1);
}

#[tokio::test]
async fn codes_and_kinds_and_places_are_as_planned() {
    let folder = Folder::new("kinds").await;
    folder.generate(3_000, 11, 2).await.expect("rows");
    let enterprises = rows::<enterprise::registered::Entity>(&folder.db).await;
    let mut codes = HashSet::new();
    let mut kinds: HashMap<EnterpriseKind, usize> = HashMap::new();
    for row in &enterprises {
        let code = Uscc::parse(&row.uscc).expect("a valid code");
        assert!(codes.insert(code));
        let region = RegionCode::new(row.region_code.unsigned_abs()).expect("a region");
        let issuer = RegionCode::new(code.region()).expect("a region");
        assert!(issuer.contains(region), "{} issued by {issuer}", row.name);
        *kinds.entry(row.kind).or_default() += 1;
        let has_capital = !matches!(row.kind, EnterpriseKind::Branch | EnterpriseKind::RepresentativeOffice);
        assert!(has_capital || row.registered_capital_fen.is_none());
        assert!(row.registered_capital_fen.is_none_or(|fen| fen > 0));
        assert_eq!(row.parent_id.is_some(), row.kind == EnterpriseKind::Branch);
    }
    assert_eq!(kinds.len(), EnterpriseKind::ALL.len());
    assert!((1_100..1_300).contains(&kinds[&EnterpriseKind::IndividualHousehold]));
    let share = |province: i32| enterprises.iter().filter(|row| row.region_code / 10_000 == province).count();
    assert!((2_700..2_820).contains(&share(61)), "{} in Shaanxi", share(61));
    let names: HashSet<_> = enterprises.iter().map(|row| &row.name).collect();
    assert!(names.len() > 2_900, "{} names", names.len());
}

#[tokio::test]
async fn branches_carry_the_name_of_a_parent_that_is_older() {
    let folder = Folder::new("branches").await;
    folder.generate(2_000, 5, 1).await.expect("rows");
    let enterprises = rows::<enterprise::registered::Entity>(&folder.db).await;
    let by_id: HashMap<_, _> = enterprises.iter().map(|row| (row.id, row)).collect();
    let mut children: HashMap<i64, usize> = HashMap::new();
    for branch in enterprises.iter().filter(|row| row.kind == EnterpriseKind::Branch) {
        let parent = by_id[&branch.parent_id.expect("a parent")];
        assert!(branch.name.starts_with(&parent.name) && branch.name.ends_with("分公司"), "{}", branch.name);
        assert!(parent.status.is_open() && parent.established_on <= branch.established_on);
        *children.entry(parent.id).or_default() += 1;
    }
    let most = children.values().max().copied().unwrap_or(0);
    assert!(children.len() > 30 && most >= 4, "{} parents, {most} branches at most", children.len());
}

/// Days of a row, each of which must lie within the life of its enterprise.
fn days_lie_within(life: &enterprise::registered::Model, what: &str, days: &[Option<NaiveDate>]) {
    for day in days.iter().flatten() {
        assert!(life.established_on <= *day && *day <= today(), "{what} on {day} of {}", life.uscc);
    }
}

#[tokio::test]
async fn nothing_happens_before_the_beginning_or_after_today() {
    let folder = Folder::new("days").await;
    folder.generate(2_000, 23, 1).await.expect("rows");
    let db = &folder.db;
    let enterprises = rows::<enterprise::registered::Entity>(db).await;
    let life: HashMap<_, _> = enterprises.iter().map(|row| (row.id, row)).collect();
    for row in &enterprises {
        days_lie_within(row, "approval", &[Some(row.valid_from), row.approved_on, row.closed_on]);
        assert_eq!(row.closed_on.is_some(), !row.status.is_open() && row.status.code() != "MOVED_OUT");
        assert!(row.approved_on >= Some(row.valid_from) && row.established_on.year() >= 1985);
    }
    for row in rows::<credit::licence::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "licence", &[Some(row.valid_from)]);
        assert!(row.valid_to > Some(row.valid_from));
    }
    for row in rows::<credit::inspection::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "inspection", &[Some(row.inspected_on)]);
    }
    for row in rows::<credit::penalty::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "penalty", &[Some(row.decided_on), row.published_on]);
        assert!(row.published_on.is_none_or(|day| day >= row.decided_on));
        assert!(row.document_number.contains(&format!("〔{}〕", row.decided_on.year())));
    }
    for row in rows::<credit::abnormal_listing::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "listing", &[Some(row.listed_on), row.removed_on]);
        assert!(row.removed_on.is_none_or(|day| day >= row.listed_on));
        assert_eq!(row.removed_on.is_some(), row.removal_ground.is_some());
    }
    for row in rows::<credit::serious_violation::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "violation", &[Some(row.listed_on), row.removed_on]);
    }
    for row in rows::<credit::repair::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "repair", &[Some(row.applied_on), row.decided_on]);
        let objects = [row.penalty_id, row.abnormal_listing_id, row.serious_violation_id];
        assert_eq!(objects.iter().flatten().count(), 1);
    }
    for row in rows::<notices::notice::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "notice", &[Some(row.published_on), row.withdrawn_on]);
        assert!(row.withdrawn_on.is_none_or(|day| day >= row.published_on));
        assert_eq!(row.withdrawn_on.is_some(), row.withdrawal_reason.is_some());
    }
    for row in rows::<annual_report::report::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "report", &[Some(row.submitted_on)]);
        assert!(row.submitted_on.year() > row.year && life[&row.enterprise_id].established_on.year() <= row.year);
    }
    for row in rows::<enterprise::key_person::Entity>(db).await {
        days_lie_within(life[&row.enterprise_id], "office", &[row.since]);
    }
}

#[tokio::test]
async fn versions_lead_up_to_the_present_without_gaps() {
    let folder = Folder::new("versions").await;
    folder.generate(2_000, 29, 1).await.expect("rows");
    let db = &folder.db;
    let mut versions: HashMap<i64, Vec<enterprise::version::Model>> = HashMap::new();
    for row in rows::<enterprise::version::Entity>(db).await {
        versions.entry(row.enterprise_id).or_default().push(row);
    }
    let mut changed: HashMap<i64, HashSet<NaiveDate>> = HashMap::new();
    for row in rows::<change::change_record::Entity>(db).await {
        assert_ne!(row.before_text, row.after_text);
        changed.entry(row.enterprise_id).or_default().insert(row.changed_on);
    }
    let share = versions.len();
    assert!((100..400).contains(&share), "{share} of 2000 changed");
    for row in rows::<enterprise::registered::Entity>(db).await {
        let mut former = versions.remove(&row.id).unwrap_or_default();
        former.sort_by_key(|version| version.valid_from);
        let mut from = row.established_on;
        for version in &former {
            assert_eq!(version.valid_from, from);
            from = version.valid_to;
            assert!(changed[&row.id].contains(&from));
        }
        assert_eq!(row.valid_from, from);
        assert_eq!(changed.get(&row.id).map_or(0, HashSet::len), former.len());
    }
}

#[tokio::test]
async fn what_holders_promise_is_the_capital_and_nobody_paid_more() {
    let folder = Folder::new("holders").await;
    folder.generate(2_000, 31, 1).await.expect("rows");
    let db = &folder.db;
    let enterprises: HashMap<_, _> =
        rows::<enterprise::registered::Entity>(db).await.into_iter().map(|row| (row.id, row)).collect();
    let holders: HashMap<_, _> =
        rows::<enterprise::shareholder::Entity>(db).await.into_iter().map(|row| (row.id, row)).collect();
    let mut promised: HashMap<i64, i64> = HashMap::new();
    for row in rows::<enterprise::contribution::Entity>(db).await {
        let holder = &holders[&row.shareholder_id];
        let life = &enterprises[&holder.enterprise_id];
        *promised.entry(holder.enterprise_id).or_default() += row.subscribed_fen;
        assert!(row.subscribed_fen > 0 && (0..=row.subscribed_fen).contains(&row.paid_fen));
        assert_eq!(row.paid_fen > 0, row.paid_on.is_some() && row.paid_form.is_some());
        days_lie_within(life, "payment", &[row.paid_on]);
        assert!(row.subscribed_due_on >= Some(life.established_on));
        assert!(holder.uscc.as_ref().is_none_or(|code| Uscc::parse(code).is_ok()));
    }
    for (id, sum) in promised {
        assert_eq!(enterprises[&id].registered_capital_fen, Some(sum));
    }
    let companies = enterprises.values().filter(|row| row.kind == EnterpriseKind::LimitedCompany);
    let held: HashSet<i64> = holders.values().map(|holder| holder.enterprise_id).collect();
    assert!(companies.into_iter().all(|company| held.contains(&company.id)));
}

#[tokio::test]
async fn figures_of_reports_add_up() {
    let folder = Folder::new("figures").await;
    folder.generate(2_000, 37, 1).await.expect("rows");
    let reports = rows::<annual_report::report::Entity>(&folder.db).await;
    let mut zero = 0;
    for row in &reports {
        if let (Some(assets), Some(debts), Some(equity)) =
            (row.total_assets_fen, row.total_liabilities_fen, row.owners_equity_fen)
        {
            assert_eq!(assets, debts + equity);
            assert!(assets >= 0 && debts >= 0);
            zero += i32::from(assets == 0 && row.total_revenue_fen == Some(0));
        }
        assert!(row.main_revenue_fen.is_none_or(|main| row.total_revenue_fen >= Some(main) && main >= 0));
        assert!(row.net_profit_fen.is_none_or(|net| row.total_profit_fen >= Some(net)));
        assert!(row.total_tax_fen.is_none_or(|tax| tax >= 0));
        let employees = row.employees.expect("employees");
        assert!(row.female_employees.is_none_or(|women| women <= employees));
        assert!(row.insured_persons.is_none_or(|insured| insured * 5 <= employees * 6));
        for amount in [row.total_assets_fen, row.total_revenue_fen, row.total_profit_fen, row.total_tax_fen] {
            assert_eq!(amount.unwrap_or(0) % 10_000, 0, "two decimals of 万元");
        }
        assert!(row.postal_code.as_ref().is_none_or(|code| code.len() == 6));
    }
    assert!(zero > 50, "{zero} zero-value reports");
    let per_year: HashSet<i32> = reports.iter().map(|row| row.year).collect();
    assert_eq!(per_year, (2021..=2025).collect());
}

#[tokio::test]
async fn tables_of_reports_keep_to_the_rules_of_the_form() {
    let folder = Folder::new("tables").await;
    folder.generate(2_000, 41, 1).await.expect("rows");
    let db = &folder.db;
    for row in rows::<annual_report::equity_transfer::Entity>(db).await {
        assert!((0..=10_000).contains(&row.before_basis_points) && (0..=10_000).contains(&row.after_basis_points));
    }
    for row in rows::<annual_report::guarantee::Entity>(db).await {
        assert!(row.amount_fen > 0 && row.period_from < row.period_to && row.creditor != row.debtor);
    }
    for row in rows::<annual_report::social_insurance::Entity>(db).await {
        assert!(row.persons > 0 && row.paid_fen <= row.base_fen);
    }
    for row in rows::<annual_report::employment_need::Entity>(db).await {
        assert!(row.pay_low_yuan < row.pay_high_yuan && row.graduates <= Some(row.head_count));
        assert!(row.publish_on <= row.until_on);
    }
    for row in rows::<annual_report::contribution::Entity>(db).await {
        assert!((0..=row.subscribed_fen).contains(&row.paid_fen));
    }
}

#[tokio::test]
async fn few_have_most_of_the_penalties() {
    let folder = Folder::new("penalties").await;
    folder.generate(3_000, 43, 1).await.expect("rows");
    let mut counts: HashMap<i64, usize> = HashMap::new();
    let penalties = rows::<credit::penalty::Entity>(&folder.db).await;
    for row in &penalties {
        *counts.entry(row.enterprise_id).or_default() += 1;
    }
    assert!((200..450).contains(&counts.len()), "{} penalised", counts.len());
    assert!(counts.values().max() > Some(&15));
    assert!(penalties.iter().all(|row| (row.amount_fen > 0) == row.decision.ends_with('元')));
}

#[tokio::test]
async fn other_provinces_send_records_about_some_and_about_strangers() {
    let folder = Folder::new("elsewhere").await;
    folder.generate(6_000, 47, 2).await.expect("rows");
    let db = &folder.db;
    let enterprises: HashMap<_, _> =
        rows::<enterprise::registered::Entity>(db).await.into_iter().map(|row| (row.uscc.clone(), row)).collect();
    let sent = rows::<cross_region::received::Entity>(db).await;
    let (ours, strangers): (Vec<_>, Vec<_>) = sent.iter().partition(|row| row.enterprise_id.is_some());
    assert!((150..260).contains(&ours.len()), "{} about ours", ours.len());
    assert!((150..260).contains(&strangers.len()), "{} about strangers", strangers.len());
    for row in &sent {
        let known = enterprises.get(&row.uscc);
        assert_eq!(known.map(|enterprise| enterprise.id), row.enterprise_id);
        assert!(Uscc::parse(&row.uscc).is_ok() && row.province_code % 10_000 == 0 && row.province_code != 610_000);
        assert!(known.is_none_or(|enterprise| enterprise.region_code / 10_000 != row.province_code / 10_000));
        if let Some(life) = known {
            assert_eq!(row.enterprise_name, life.name);
            days_lie_within(life, "record", &[Some(row.decided_on)]);
        }
        assert!(row.source_time <= row.received_at && row.received_at.date_naive() <= today());
        assert!(row.source_time.date_naive() >= row.decided_on && row.removed_on.is_none_or(|day| day <= today()));
        assert!(row.authority.ends_with('局') && row.document_number.chars().count() <= 64, "{row:?}");
        assert_eq!(row.state.is_some(), row.kind == CrossRegionKind::OffsiteCase);
        assert_eq!(row.valid_to.is_some(), row.kind == CrossRegionKind::Licence);
        assert_eq!(row.amount_fen.is_some(), row.kind == CrossRegionKind::Penalty);
    }
    for kind in CrossRegionKind::ALL {
        assert!(sent.iter().filter(|row| row.kind == *kind).count() > 20, "{kind:?}");
    }
    assert!(sent.iter().any(|row| row.removed_on.is_some()));
}

#[tokio::test]
async fn a_granted_repair_ends_the_publicity_of_its_penalty() {
    let folder = Folder::new("publicity").await;
    folder.generate(3_000, 43, 1).await.expect("rows");
    let repairs = rows::<credit::repair::Entity>(&folder.db).await;
    let granted = repairs.iter().filter(|row| row.status == RepairStatus::Granted);
    let ends: HashMap<_, _> = granted.filter_map(|row| Some((row.penalty_id?, row.decided_on))).collect();
    assert!(ends.len() > 10, "{} penalties repaired", ends.len());
    for row in rows::<credit::penalty::Entity>(&folder.db).await {
        assert_eq!(row.public_until, ends.get(&row.id).copied().flatten());
    }
}

/// Everything that was announced could have been published by an office: the law knew it on its day.
#[tokio::test]
async fn notices_are_those_that_the_law_knows() {
    let folder = Folder::new("notices").await;
    folder.generate(6_000, 53, 2).await.expect("rows");
    let enterprises: HashMap<_, _> =
        rows::<enterprise::registered::Entity>(&folder.db).await.into_iter().map(|row| (row.id, row)).collect();
    let announced = rows::<notices::notice::Entity>(&folder.db).await;
    let parties: HashSet<i64> = announced.iter().map(|row| row.enterprise_id).collect();
    assert!((20..150).contains(&parties.len()), "{} of 6000 announced something", parties.len());
    let mut kinds: HashSet<&str> = HashSet::new();
    for row in &announced {
        let party = &enterprises[&row.enterprise_id];
        let rule = rules::notice::rule(row.kind, party.kind, row.published_on).expect("a rule");
        assert_eq!(row.ends_on, rule.last_day(row.published_on), "{row:?}");
        assert!(row.title.chars().count() <= 100 && row.body.chars().count() <= 4_000, "{row:?}");
        assert!(!row.publisher.is_empty() && row.body.contains(&party.uscc), "{row:?}");
        kinds.insert(row.kind.code());
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    let open = parties.iter().filter(|id| enterprises[id].status.is_open()).count();
    assert!((1..parties.len()).contains(&open), "{open} of {} do business", parties.len());
}
