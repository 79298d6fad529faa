//! 用工需求与旁证 Needs of reports and beside them by the day of asking; what the register and the report's own history
//! say when a report is judged.

use entities::employment::{self, Filter, Sort, SortKey};
use entities::page::Window;
use rules::annual_report::{FieldValue, Values};
use services::filing::employment::{NewNeed, publish, withdraw};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// What everybody finds on a day, by posts.
async fn open(db: &Database, day: NaiveDate) -> Vec<String> {
    let window = Window { limit: 10, from_end: false, after: None, before: None, total: false };
    let (sort, scope) = (Sort { key: SortKey::PublishOn, descending: true }, Scope::now(day));
    let page = employment::page(db, &Filter::default(), sort, &window, &scope).await.expect("a page");
    let count = employment::count(db, &Filter::default(), &scope).await.expect("a number");
    assert_eq!(count, page.rows.len() as u64, "{day}");
    page.rows.iter().map(|row| row.post.clone()).collect()
}

fn reported(post: &str, number: usize) -> Vec<(String, String)> {
    let cell = |name: &str, text: &str| (format!("employment_needs[{number}].{name}"), text.to_owned());
    vec![
        cell("post", post),
        cell("pay_low", "5000"),
        cell("pay_high", "8000"),
        cell("head_count", "3"),
        cell("graduates", "1"),
        cell("experience_years", "2"),
        cell("education", "BACHELOR"),
        cell("region", "610113"),
        cell("benefits", "五险一金"),
        cell("publish_on", "2026-03-10"),
        cell("until", "2026-05-31"),
    ]
}

#[tokio::test]
async fn a_need_is_gone_on_the_day_after_its_last() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        let mut edit = edit(&[("has_employment_need", "是")]);
        edit.values.extend(reported("软件测试", 0));
        edit.values.extend(reported("会计", 1));
        done(file(db, &caller, &row, "with-needs", edit).await);
        let report = reports::of_year(db, row.id, YEAR).await.expect("an answer").expect("a report");
        let parts = report_parts::of_reports(db, &[report.id]).await.expect("parts");
        let need = &parts[&report.id].employment_needs[0];
        assert_eq!(
            (need.experience_years, need.benefits.as_deref()),
            (Some(2), Some("五险一金")),
            "{:?}",
            db.backend()
        );
        assert_eq!((need.enterprise_id, need.report_id), (row.id, Some(report.id)));

        let new = NewNeed {
            key: "beside-the-report".to_owned(),
            post: "数据标注".to_owned(),
            pay_low_yuan: 4_000,
            pay_high_yuan: 6_000,
            head_count: 2,
            graduates: 2,
            experience_years: None,
            education: "COLLEGE",
            region: RegionCode::new(610_113).expect("a county"),
            benefits: None,
            publish_on: None,
            until: day("2026-06-01"),
            confirmed: false,
        };
        let beside = publish(db, &permit(&caller, &row), &row, new.clone()).await.expect("an outcome");
        let beside = beside.need.expect("it is published");
        // The last day is shown to its end in Beijing: 16:00 in Greenwich.
        let today = |now: &str| Clock::Fixed(at(now)).today();
        assert_eq!(open(db, today("2026-03-09T15:59:59Z")).await, [""; 0], "{:?}", db.backend());
        assert_eq!(open(db, today("2026-05-31T15:59:59Z")).await.len(), 3, "{:?}", db.backend());
        assert_eq!(open(db, today("2026-05-31T16:00:00Z")).await, ["数据标注"], "{:?}", db.backend());
        assert_eq!(open(db, today("2026-06-01T16:00:00Z")).await, [""; 0], "{:?}", db.backend());

        // What is withdrawn stays so when the report is corrected, and keeps its key.
        let april = later(&caller, at("2026-04-01T02:00:00Z"));
        withdraw(db, &permit(&april, &row), &row, need.id).await.expect("it is withdrawn");
        withdraw(db, &permit(&april, &row), &row, beside.id).await.expect("it is withdrawn");
        let values: &[(&str, &str)] = &[("total_tax", "41"), ("employment_needs[1].head_count", "4")];
        done(change(db, &april, &row, ReportChangePhase::Corrected, ("second-text", 1, values)).await);
        let parts = report_parts::of_reports(db, &[report.id]).await.expect("parts");
        let needs = &parts[&report.id].employment_needs;
        assert_eq!((needs.len(), needs[0].id, needs[0].withdrawn_on), (2, need.id, Some(day("2026-04-01"))));
        assert_eq!((open(db, day("2026-04-01")).await, needs[1].head_count), (vec!["会计".to_owned()], 4));
        assert_eq!(open(db, day("2026-03-31")).await.len(), 3, "{:?}: as it was", db.backend());
        // Whoever publishes for an enterprise that is gone is refused, and its needs are not shown any more.
        let mut session = Session::begin(db).await.expect("a session");
        let closed = format!("UPDATE enterprises SET closed_on = '2026-04-02' WHERE id = {}", row.id);
        session.execute(&closed).await.expect("closed");
        session.commit().await.expect("kept");
        assert_eq!(open(db, day("2026-04-03")).await, [""; 0], "{:?}", db.backend());
        assert!(matches!(audit::verify(db, &Silent).await.expect("a verdict"), Verdict::Whole(_)));
    })
    .await;
}

async fn findings(db: &Database, row: &registered::Model, caller: &Caller, typed: &[(&str, &str)]) -> Vec<Finding> {
    let scope = Scope::now(Clock::Fixed(caller.now).today());
    let typed: Values = typed.iter().map(|(path, text)| ((*path).to_owned(), FieldValue::from(*text))).collect();
    services::draft::prepare(db, row, YEAR, &typed, &scope, &caller.viewer).await.expect("a draft").findings
}

fn speaks(findings: &[Finding], rule: &str) -> bool {
    findings.iter().any(|finding| finding.rule_id == rule)
}

#[tokio::test]
async fn rules_hear_what_the_register_and_the_history_of_a_report_say() {
    on_each_engine(async |db| {
        let (row, caller) = ready(db).await;
        // AR-090: a code of the own province that the register does not know.
        let invested = |code: &'static str| {
            [("has_investment", "是"), ("investments[0].name", "宝鸡示例机械有限公司"), ("investments[0].uscc", code)]
        };
        let other = companies_but(db, row.id).await;
        let known = other.uscc.clone();
        let unknown = "91610113MA6TXB2N3N";
        assert!(speaks(&findings(db, &row, &caller, &invested(unknown)).await, "AR-090"), "{:?}", db.backend());
        assert!(!speaks(&findings(db, &row, &caller, &invested(known.leak())).await, "AR-090"));
        assert!(!speaks(&findings(db, &row, &caller, &invested("91350100M000100Y43")).await, "AR-090"));
        // AR-151: a published figure changes by more than half; the reason of the change is the reason.
        let receipt = done(file(db, &caller, &row, "first-text", Edit::default()).await);
        assert!(speaks(&findings(db, &row, &caller, &[("total_tax", "61")]).await, "AR-151"), "{:?}", db.backend());
        assert!(!speaks(&findings(db, &row, &caller, &[("total_tax", "59")]).await, "AR-151"));
        let values: &[(&str, &str)] = &[("total_tax", "62")];
        let amended = done(change(db, &caller, &row, ReportChangePhase::Corrected, ("second-text", 1, values)).await);
        assert_eq!(amended.receipt.report, receipt.report);
        // AR-150: after the window, unless the year was listed and repaired.
        let july = later(&caller, at("2026-07-01T02:00:00Z"));
        assert!(!speaks(&findings(db, &row, &caller, &[]).await, "AR-150"), "{:?}", db.backend());
        assert!(speaks(&findings(db, &row, &july, &[]).await, "AR-150"), "{:?}", db.backend());
        list(db, &row).await;
        let september = later(&caller, at("2026-09-01T02:00:00Z"));
        assert!(!speaks(&findings(db, &row, &september, &[]).await, "AR-150"), "{:?}", db.backend());
        // AR-152: somebody of the enterprise who is not its liaison.
        let objector = Grant {
            role: Role::Objector,
            region: RegionCode::new(610_000).expect("a province"),
            enterprise: Some(row.id),
        };
        let viewer = Arc::new(Viewer::user(900, vec![objector], Assurance::FULL));
        let objector = Caller { viewer, ..caller.clone() };
        assert!(!speaks(&findings(db, &row, &caller, &[]).await, "AR-152"), "{:?}", db.backend());
        let theirs = findings(db, &row, &objector, &[]).await;
        let is_own = row.place().is_some_and(|place| objector.viewer.is_own(place));
        assert_eq!(speaks(&theirs, "AR-152"), is_own, "{:?}", db.backend());
    })
    .await;
}

#[tokio::test]
async fn a_branch_is_told_of_its_parent_and_of_branches_alike() {
    on_each_engine(async |db| {
        companies(db).await;
        let sql = "SELECT id FROM enterprises WHERE parent_id IS NOT NULL AND kind = 'BRANCH' AND status = 'ACTIVE' \
                   AND established_on < '2025-01-01' ORDER BY id LIMIT 1";
        let row = rows(db, sql).await.remove(0);
        let caller = liaison(db, "branch", row.id, at("2026-06-15T02:00:00Z")).await;
        let typed = [
            ("phone", "13912345678"),
            ("employees", "6"),
            ("accounts_kept_by_parent", "否"),
            ("total_revenue", "80"),
            ("total_assets", "30"),
        ];
        // AR-132: from the middle of June on, as long as the parent has not filed.
        let spoken = findings(db, &row, &caller, &typed).await;
        assert!(speaks(&spoken, "AR-132") && !speaks(&spoken, "AR-133"), "{:?}: {spoken:?}", db.backend());
        let early = later(&caller, at("2026-06-13T02:00:00Z"));
        assert!(!speaks(&findings(db, &row, &early, &typed).await, "AR-132"));
        // AR-133: six other branches have published the same.
        let parent = row.parent_id.expect("a parent");
        let others = format!("SELECT id FROM enterprises WHERE id NOT IN ({}, {parent}) ORDER BY id LIMIT 6", row.id);
        let others = rows(db, &others).await;
        let any = reports::before(db, others[0].id, YEAR, &Scope::now(day("2026-06-15")), 1).await.expect("reports");
        let sample = any.first().cloned().unwrap_or_else(|| panic!("a report of {}", others[0].id));
        let mut session = Session::begin(db).await.expect("a session");
        let last = session.largest_id("annual_reports").await.expect("a key");
        for (number, other) in (1..).zip(&others) {
            session
                .execute(&format!("UPDATE enterprises SET parent_id = {parent} WHERE id = {}", other.id))
                .await
                .expect("one");
            let copied = entities::annual_report::report::Model {
                id: last + number,
                enterprise_id: other.id,
                year: YEAR,
                submitted_on: day("2026-06-14"),
                phone: Some("13912345678".to_owned()),
                employees: Some(6),
                total_assets_fen: Some(30_000_000),
                total_liabilities_fen: None,
                total_revenue_fen: Some(80_000_000),
                total_profit_fen: None,
                total_tax_fen: None,
                source_id: None,
                ..sample.clone()
            };
            session.insert(&[copied]).await.expect("a report");
        }
        session.commit().await.expect("kept");
        assert!(speaks(&findings(db, &row, &caller, &typed).await, "AR-133"), "{:?}", db.backend());
        let others = [("phone", "13912345678"), ("employees", "7"), ("total_revenue", "80"), ("total_assets", "30")];
        assert!(!speaks(&findings(db, &row, &caller, &others).await, "AR-133"), "{:?}", db.backend());
    })
    .await;
}
