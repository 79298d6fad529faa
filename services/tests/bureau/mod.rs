//! 年报监管 Statistics that follow the records, and the comparison with what follows from it.

mod correction;

use entities::Database;
use entities::bulk::Session;
use entities::bureau::progress::{self, Reports, Side};
use entities::bureau::staged;
use entities::bureau::zero_value::{self, Filter, Sort, SortKey};
use entities::operations::Event;
use entities::page::Window;
use entities::scope::Audience;
use rules::annual_report::FilerKind;
use rules::bureau::{ReportMeasure, SMALLEST};
use rules::region::RegionCode;
use services::bureau::analysis::{Dimension, Question, analyse};
use services::bureau::{follow, is_current, rebuild};
use services::generate::generate;
use services::ports::Silent;

use crate::store::{on_each_engine, run};

pub fn region(code: u32) -> RegionCode {
    RegionCode::new(code).expect("a region")
}

/// A register of 300 enterprises with its statistics.
pub async fn counted(db: &Database) {
    let today = chrono::NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
    generate(db, 300, 7, today, &Silent).await.expect("a register");
    rebuild::rebuild(db, &Silent).await.expect("statistics");
}

/// The one number that a statement answers.
pub async fn scalar(db: &Database, sql: &str) -> i64 {
    let mut session = Session::begin(db).await.expect("a session");
    let found = session.scalar(sql).await.expect(sql);
    session.rollback().await.expect("an end");
    found
}

/// Tells the followers that rows were written.
pub async fn told(db: &Database, family: &'static str, first_id: i64, last_id: i64) {
    let mut session = Session::begin(db).await.expect("a session");
    let recorded_at = "2026-01-15T08:00:00Z".to_owned();
    session.insert(&[Event { recorded_at, family, act: "UPSERT", first_id, last_id }]).await.expect("an event");
    session.commit().await.expect("a commit");
}

/// Until others of the tests have ended theirs.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Follows to the end. PostgreSQL holds events back while any transaction of the server is older than they are.
async fn followed(db: &Database) {
    let all = async {
        loop {
            follow::catch_up(db).await.expect("it follows");
            if is_current(db).await.expect("an answer") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("it ends");
}

async fn agrees(db: &Database, what: &str) {
    followed(db).await;
    let (_, different) = rebuild::recount(db, &Silent).await.expect("a recount");
    assert_eq!(different, [], "{:?} {what}", db.backend());
}

/// BUREAU-1, with changes of every kind, alone and together, in an order that a fixed number gives.
#[tokio::test]
async fn whatever_is_recorded_the_statistics_are_a_recount() {
    on_each_engine(async |db| {
        counted(db).await;
        agrees(db, "at first").await;
        let reports = scalar(db, "SELECT MAX(id) FROM annual_reports").await;
        let mut dice = 20_260_115_u64;
        let mut next = |most: i64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((dice >> 33) % most.unsigned_abs()).expect("a number") + 1
        };
        for round in 0..12 {
            let (report, enterprise) = (next(reports), next(300));
            let change = match round % 6 {
                0 => format!("UPDATE annual_reports SET total_revenue_fen = {}, employees = 7 WHERE id = {report}", next(9_000_000_000)),
                1 => format!("UPDATE annual_reports SET submitted_on = '2025-09-01', total_tax_fen = NULL WHERE id = {report}"),
                2 => format!("UPDATE enterprises SET region_code = 610302, city_code = 610300 WHERE id = {enterprise}"),
                3 => format!("UPDATE enterprises SET status = 'DEREGISTERED', closed_on = '2024-03-01' WHERE id = {enterprise}"),
                4 => format!("UPDATE enterprises SET industry_section = 'A', industry_code = '0111', region_code = 610100 WHERE id = {enterprise}"),
                _ => format!(
                    "UPDATE annual_reports SET total_assets_fen = 0, total_liabilities_fen = 0, owners_equity_fen = 0, \
                     total_revenue_fen = 0, main_revenue_fen = 0, total_profit_fen = 0, net_profit_fen = 0, \
                     total_tax_fen = 0 WHERE enterprise_id = {enterprise}"
                ),
            };
            run(db, &change).await;
            told(db, "annual_reports", 1, reports).await;
            told(db, "enterprises", enterprise, enterprise).await;
            if round % 3 == 2 {
                agrees(db, &change).await;
            }
        }
        // A report that is gone takes what it has put in with it.
        for table in ["contributions", "investments", "websites", "equity_transfers", "guarantees", "social_insurance"] {
            run(db, &format!("DELETE FROM report_{table} WHERE report_id <= 9")).await;
        }
        run(db, "DELETE FROM employment_needs WHERE report_id <= 9").await;
        run(db, "DELETE FROM annual_reports WHERE id <= 9").await;
        told(db, "annual_reports", 1, 9).await;
        agrees(db, "some are gone").await;
        let before = entities::bureau::cells::state(db).await.expect("an answer");
        follow::catch_up(db).await.expect("nothing to do");
        assert_eq!(entities::bureau::cells::state(db).await.expect("an answer"), before);
    })
    .await;
}

/// 进度 How far it was told to be, in order.
#[derive(Default)]
struct Told(std::sync::Mutex<Vec<u64>>);

impl services::ports::Progress for Told {
    fn report(&self, _: &str, done: u64, _: Option<u64>) {
        self.0.lock().expect("the list").push(done);
    }
}

/// BUREAU-3
#[tokio::test]
async fn what_was_broken_off_goes_on_and_readers_see_the_old_until_the_switch() {
    on_each_engine(async |db| {
        counted(db).await;
        // Statistics that are wrong, and a rebuild that was killed after a hundred enterprises.
        run(db, "UPDATE report_cube SET reports = reports + 1000 WHERE year = 2023").await;
        let wrong = scalar(db, "SELECT CAST(SUM(reports) AS BIGINT) FROM report_cube").await;
        let sequence = entities::bureau::cells::state(db).await.expect("an answer").expect("a state").0;
        let mut session = Session::begin(db).await.expect("a session");
        staged::begin(&mut session, sequence, rules::bureau::version().cast_signed()).await.expect("a beginning");
        session.commit().await.expect("a commit");
        for statement in [
            "INSERT INTO filer_facts_next SELECT * FROM filer_facts WHERE id <= 100",
            "INSERT INTO report_facts_next SELECT * FROM report_facts WHERE enterprise_id <= 100",
            "UPDATE report_rebuild SET after_id = 100, filers = 100",
        ] {
            run(db, statement).await;
        }
        // Something is filed meanwhile, by one that was read and by one that was not.
        run(db, "UPDATE annual_reports SET total_tax_fen = 7000000 WHERE enterprise_id IN (50, 250)").await;
        told(db, "enterprises", 50, 50).await;
        told(db, "enterprises", 250, 250).await;
        assert_eq!(
            scalar(db, "SELECT CAST(SUM(reports) AS BIGINT) FROM report_cube").await,
            wrong,
            "{:?}",
            db.backend()
        );
        let told = Told::default();
        let done = rebuild::rebuild(db, &told).await.expect("statistics");
        assert_eq!(done.filers, 300, "{:?}", db.backend());
        assert_eq!(told.0.into_inner().expect("the list").first(), Some(&100), "{:?}: it went on", db.backend());
        assert_eq!(staged::state(db).await.expect("an answer"), None, "{:?}", db.backend());
        agrees(db, "after the switch").await;
        // Whoever makes them anew once more, or two at once, ends as well.
        let (one, other) = futures::join!(rebuild::rebuild(db, &Silent), rebuild::rebuild(db, &Silent));
        assert_eq!((one.expect("statistics").filers, other.expect("statistics").filers), (300, 300));
        agrees(db, "two at once").await;
    })
    .await;
}

#[tokio::test]
async fn distributions_are_told_by_size_and_by_kind() {
    on_each_engine(async |db| {
        counted(db).await;
        for (by, column) in [(Dimension::Size, "size"), (Dimension::Kind, "kind")] {
            let answer = analyse(db, &question(vec![by], Audience::Office, vec![2023])).await.expect("an answer");
            assert!(answer.groups.len() > 1, "{:?} {by:?}", db.backend());
            for group in &answer.groups {
                let stated = format!(
                    "SELECT total_revenue FROM report_facts WHERE year = 2023 AND region_code / 10000 = 61 \
                     AND total_revenue IS NOT NULL AND {column} = '{}'",
                    group.values[0]
                );
                let count = scalar(db, &format!("SELECT count(*) FROM ({stated}) x")).await;
                let Some(distribution) = group.distribution else {
                    assert_eq!(count, 0, "{:?} {by:?} {:?}", db.backend(), group.values);
                    continue;
                };
                assert_eq!(distribution.stated, count.unsigned_abs(), "{:?} {by:?} {:?}", db.backend(), group.values);
                let [p10, _, median, _, p90] = distribution.quantiles;
                assert!(p10 <= median && median <= p90, "{:?} {by:?}: {distribution:?}", db.backend());
            }
        }
        // Narrowed by kind; not together with industries.
        let mut narrowed = question(vec![Dimension::Year], Audience::Office, vec![2023]);
        narrowed.reports.kinds = vec![FilerKind::Enterprise];
        let answer = analyse(db, &narrowed).await.expect("an answer");
        assert!(answer.groups[0].distribution.is_some(), "{:?}", db.backend());
        let both = question(vec![Dimension::Industry, Dimension::Kind], Audience::Office, vec![2023]);
        let answer = analyse(db, &both).await.expect("an answer");
        assert!(answer.groups.iter().all(|group| group.distribution.is_none()), "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn progress_is_what_the_records_say() {
    on_each_engine(async |db| {
        counted(db).await;
        for (code, among) in [(610_000, "region_code / 10000 = 61"), (610_100, "city_code = 610100"), (610_113, "region_code = 610113")] {
            let filed = progress::filed(db, 2023, Some(region(code))).await.expect("an answer");
            let told: i64 = filed.values().map(|filed| filed.filed).sum();
            let counted = format!("SELECT count(*) FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id WHERE r.year = 2023 AND {among}");
            assert_eq!(told, scalar(db, &counted).await, "{:?} {code}", db.backend());
            let late: i64 = filed.values().map(|filed| filed.late).sum();
            let counted = format!("{counted} AND r.submitted_on > '2024-06-30'");
            assert_eq!(late, scalar(db, &counted).await, "{:?} {code}", db.backend());
            let due = progress::due(db, 2023, Some(region(code))).await.expect("an answer");
            let told: i64 = due.values().sum();
            let counted = format!(
                "SELECT count(*) FROM enterprises WHERE {among} AND established_on <= '2023-12-31' AND \
                 (status IN ('ACTIVE', 'OPERATING', 'SUSPENDED', 'LIQUIDATING') OR closed_on > '2024-06-30')"
            );
            assert_eq!(told, scalar(db, &counted).await, "{:?} {code}", db.backend());
            let days = progress::days(db, 2023, Some(region(code)), &[]).await.expect("an answer");
            assert_eq!(days.iter().map(|(_, filed, _)| filed).sum::<i64>(), filed.values().map(|filed| filed.filed).sum::<i64>());
            assert!(days.is_sorted_by_key(|(day, ..)| *day));
        }
    })
    .await;
}

#[tokio::test]
async fn the_zero_value_list_is_read_page_by_page() {
    on_each_engine(async |db| {
        counted(db).await;
        let filter = Filter {
            year: 2023,
            region: Some(region(610_000)),
            kinds: vec![FilerKind::Enterprise, FilerKind::Individual],
            section: None,
            sizes: Vec::new(),
            employees_least: None,
            insured_least: None,
            is_late: None,
        };
        let total = zero_value::count(db, &filter).await.expect("a number");
        assert!(total > 5, "{:?}: {total}", db.backend());
        for key in [SortKey::SubmittedOn, SortKey::Employees] {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let window = Window { limit: 4, from_end: false, after, before: None, total: false };
                    let page = zero_value::page(db, &filter, sort, &window).await.expect("a page");
                    found.extend(page.rows.iter().map(|row| sort.position(row)));
                    after = page.rows.last().map(|row| sort.position(row));
                    if !page.has_next {
                        break;
                    }
                }
                assert_eq!(found.len() as u64, total, "{:?}", db.backend());
                let is_before = |a: &_, b: &_| if descending { a > b } else { a < b };
                assert!(found.is_sorted_by(is_before), "{:?}: {found:?}", db.backend());
            }
        }
        // Every figure of a household's form is 0 or was left out, and one is stated.
        let households = Filter { kinds: vec![FilerKind::Individual], ..filter };
        let raw = "SELECT count(*) FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id \
            WHERE r.year = 2023 AND e.kind = 'INDIVIDUAL_HOUSEHOLD' AND e.region_code / 10000 = 61 \
            AND e.established_on <= '2023-01-01' AND COALESCE(r.total_revenue_fen, 0) = 0 \
            AND COALESCE(r.total_tax_fen, 0) = 0 AND (r.total_revenue_fen = 0 OR r.total_tax_fen = 0) \
            AND (e.closed_on IS NULL OR e.closed_on >= '2024-01-01') AND e.status <> 'MOVED_OUT'";
        let told = zero_value::count(db, &households).await.expect("a number");
        assert_eq!(told, scalar(db, raw).await.unsigned_abs(), "{:?}", db.backend());
    })
    .await;
}

fn question(by: Vec<Dimension>, audience: Audience, years: Vec<i64>) -> Question {
    let reports = Reports { years, region: Some(region(610_000)), ..Reports::default() };
    Question { reports, by, distribution_of: Some(ReportMeasure::TotalRevenue), audience }
}

#[tokio::test]
async fn groups_add_up_to_the_records() {
    on_each_engine(async |db| {
        counted(db).await;
        let all = "FROM annual_reports r JOIN enterprises e ON e.id = r.enterprise_id WHERE e.region_code / 10000 = 61 AND r.year = 2023";
        let reports = scalar(db, &format!("SELECT count(*) {all}")).await.unsigned_abs();
        let revenue = scalar(db, &format!("SELECT CAST(SUM(r.total_revenue_fen) AS BIGINT) {all}")).await;
        for by in [Dimension::Industry, Dimension::Region, Dimension::Size, Dimension::Kind] {
            let answer = analyse(db, &question(vec![by], Audience::Office, vec![2023])).await.expect("an answer");
            assert_eq!(answer.reports(), reports, "{:?} {by:?}", db.backend());
            let sum: rust_decimal::Decimal = answer.groups.iter().map(|group| group.counts.sum(ReportMeasure::TotalRevenue)).sum();
            assert_eq!(sum, rust_decimal::Decimal::new(revenue, 6).normalize(), "{:?} {by:?}", db.backend());
            assert!(answer.groups.iter().all(|group| !group.is_hidden));
        }
        let years = analyse(db, &question(vec![Dimension::Year], Audience::Office, vec![2022, 2023])).await.expect("an answer");
        let before = years.groups[0].counts;
        assert_eq!(years.groups[1].before, Some(before), "{:?}", db.backend());
        let median = years.groups[1].distribution.expect("a distribution").quantiles[2];
        let stated = "SELECT total_revenue FROM report_facts WHERE year = 2023 AND region_code / 10000 = 61 \
                      AND total_revenue IS NOT NULL";
        let middle = format!("SELECT total_revenue FROM ({stated}) x ORDER BY total_revenue LIMIT 1 OFFSET (SELECT count(*) / 2 FROM ({stated}) y)");
        let exact = scalar(db, &middle).await;
        assert!(median <= exact * 4 / 3 + 1 && exact <= median * 4 / 3 + 1, "{:?}: {median} {exact}", db.backend());
    })
    .await;
}

/// CELL-1
#[tokio::test]
async fn the_public_is_shown_no_small_cell() {
    on_each_engine(async |db| {
        counted(db).await;
        let by = vec![Dimension::Industry, Dimension::Size];
        let told = analyse(db, &question(by.clone(), Audience::Public, vec![2023])).await.expect("an answer");
        let all = analyse(db, &question(by, Audience::Office, vec![2023])).await.expect("an answer");
        assert_eq!(told.groups.len(), all.groups.len());
        assert!(told.groups.iter().any(|group| group.is_hidden), "{:?}", db.backend());
        for group in &told.groups {
            let is_small = group.counts.reports() < SMALLEST;
            assert!(!is_small || group.is_hidden, "{:?}: {group:?}", db.backend());
            for measure in ReportMeasure::ALL.iter().filter(|measure| !group.hidden.contains(measure)) {
                let stated = group.counts.stated(*measure);
                assert!(stated == 0 || stated >= SMALLEST, "{:?} {measure:?}: {group:?}", db.backend());
            }
            assert!(group.distribution.is_none(), "sizes are told apart");
        }
        // Who asks for one industry is shown what the list of all industries shows of it.
        let mut one = question(vec![Dimension::Size], Audience::Public, vec![2023]);
        one.reports.sections = vec![told.groups[0].values[0].clone()];
        for group in analyse(db, &one).await.expect("an answer").groups {
            let same = told
                .groups
                .iter()
                .find(|other| other.values == [one.reports.sections[0].clone(), group.values[0].clone()]);
            assert_eq!(same.map(|other| other.is_hidden), Some(group.is_hidden), "{:?}", db.backend());
        }
    })
    .await;
}

#[tokio::test]
async fn a_question_costs_a_fixed_number_of_statements() {
    on_each_engine(async |db| {
        counted(db).await;
        let before = db.statements();
        analyse(db, &question(vec![Dimension::Region, Dimension::Year], Audience::Office, vec![2021, 2022, 2023]))
            .await
            .expect("an answer");
        assert_eq!(db.statements() - before, 2, "cells, and steps of the distribution");
        let sides = [Side::Industry];
        let reports = Reports { years: vec![2023], region: Some(region(610_113)), ..Reports::default() };
        let county = progress::groups(db, &reports, &sides).await.expect("an answer");
        let told: i64 = county.values().map(|counts| counts[0]).sum();
        let counted = scalar(db, "SELECT count(*) FROM report_facts WHERE year = 2023 AND region_code = 610113").await;
        assert_eq!(told, counted, "{:?}", db.backend());
    })
    .await;
}
