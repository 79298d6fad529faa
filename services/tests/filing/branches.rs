//! 分支机构集中年报 A head office files for its branches in one job, with a result for each.

use entities::jobs;
use rules::access::Role;
use services::access::sessions::Sessions;
use services::access::users::{NewGrant, grant_as};
use services::filing::branches::{BranchReport, start};
use services::index::Index;
use services::jobs::{Means, all_waiting};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::searches::read_filter;

fn branch_figures() -> Edit {
    edit(&[
        ("phone", "13912345678"),
        ("employees", "6"),
        ("female_employees", "2"),
        ("accounts_kept_by_parent", "是"),
        ("has_website", "否"),
        ("has_employment_need", "否"),
        ("social_insurance[0].persons", "6"),
        ("social_insurance[1].persons", "6"),
        ("social_insurance[2].persons", "6"),
        ("social_insurance[3].persons", "6"),
        ("social_insurance[4].persons", "6"),
    ])
}

async fn work(db: &Database, folder: &TempDir, now: DateTime<Utc>) {
    let means = Means { db: db.clone(), filing: desk(db), index: Index::open(folder.path(), 1), read_filter };
    all_waiting(&means, Clock::Fixed(now), &CancellationToken::new()).await.expect("the job is done");
}

#[tokio::test]
async fn a_head_office_files_for_its_branches_in_one_job() {
    on_each_engine(async |db| {
        companies(db).await;
        let sql = "SELECT b.id FROM enterprises b JOIN enterprises p ON p.id = b.parent_id \
                   WHERE b.status = 'ACTIVE' AND b.established_on < '2025-01-01' ORDER BY b.parent_id, b.id";
        let all = rows(db, sql).await;
        let head = all[0].parent_id.expect("a head office");
        let head = rows(db, &format!("SELECT id FROM enterprises WHERE id = {head}")).await.remove(0);
        let own: Vec<_> = all.iter().filter(|row| row.parent_id == Some(head.id)).cloned().collect();
        let foreign = all.iter().find(|row| row.parent_id != Some(head.id)).expect("a branch of another").clone();
        let caller = liaison(db, "head", head.id, spring()).await;
        let region = RegionCode::new(610_000).expect("a province");
        let user = caller.user().expect("an account");
        let grant = NewGrant { user, role: Role::Liaison, region, enterprise: Some(head.id) };
        grant_as(db, &Sessions::default(), &caller, grant).await.expect("a role");
        // What its rules ask reasons for is known from a draft.
        let mut reports = Vec::new();
        for row in &own {
            let saved = done(save(db, &caller, row, 0, branch_figures()).await);
            let errors = saved.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            assert_eq!(errors, 0, "{:?}: {:?}", db.backend(), saved.findings);
            let edit = Edit { reasons: reasons(&saved.findings), ..branch_figures() };
            reports.push(BranchReport { uscc: row.uscc.clone(), edit });
        }
        reports.push(BranchReport { uscc: foreign.uscc.clone(), edit: branch_figures() });
        let permit = permit(&caller, &head);
        let filer = Filer { row: &head, year: YEAR };
        let folder = TempDir::new().expect("a folder");
        let mut numbers = Vec::new();
        // The second time it files nothing twice, and tells the same receipts.
        for _ in 0..2 {
            let job = start(db, &permit, filer, "branches-2025", reports.clone()).await.expect("a job");
            assert!(!job.input.as_ref().is_some_and(|input| input.to_string().contains("13912345678")));
            work(db, &folder, spring()).await;
            let job = jobs::by_id(db, job.id).await.expect("an answer").expect("the job");
            let result = job.result.unwrap_or_else(|| panic!("{:?}: {:?}", db.backend(), job.error));
            assert_eq!((&result["filed"], &result["refused"]), (&own.len().into(), &1.into()), "{result}");
            let told = result["branches"].as_array().expect("branches");
            let of = |uscc: &str| told.iter().find(|one| one["uscc"] == uscc).expect("a result");
            assert_eq!(of(&foreign.uscc)["errors"][0]["code"], "NOT_FOUND", "{result}");
            numbers.push(own.iter().map(|row| of(&row.uscc)["receiptNumber"].to_string()).collect::<Vec<_>>());
        }
        assert_eq!(numbers[0], numbers[1], "{:?}", db.backend());
        for row in &own {
            assert_eq!(state_of(db, row, &caller).await.stage, FilingStage::Published, "{:?}", db.backend());
        }
        assert_eq!(state_of(db, &foreign, &caller).await.stage, FilingStage::NotStarted);
        let many = vec![reports[0].clone(); 201];
        assert_eq!(code(start(db, &permit, filer, "branches-2025", many).await), "TOO_MANY_BRANCHES");
    })
    .await;
}

/// What a branch types that has never filed as one.
fn all_of_it() -> Edit {
    let mut edit = branch_figures();
    for (path, text) in [
        ("postal_code", "710065"),
        ("email", "branch@example.com"),
        ("main_activity", "食品零售"),
        ("postal_address", "科技路1号"),
    ] {
        edit.values.insert(path.to_owned(), text.to_owned());
    }
    edit
}

#[tokio::test]
async fn twenty_branches_cost_what_each_costs_and_no_more() {
    on_each_engine(async |db| {
        companies(db).await;
        let head = rows(db, "SELECT id FROM enterprises WHERE kind = 'LIMITED_COMPANY' AND status = 'ACTIVE' ORDER BY id LIMIT 1")
            .await
            .remove(0);
        // Households become branches of one head office.
        let chosen = "SELECT id FROM enterprises WHERE kind = 'INDIVIDUAL_HOUSEHOLD' AND status = 'ACTIVE' \
                      AND established_on < '2025-01-01' ORDER BY id LIMIT 20";
        let id = head.id;
        crate::store::run(db, &format!("UPDATE enterprises SET kind = 'BRANCH', parent_id = {id} WHERE id IN ({chosen})")).await;
        let own = rows(db, &format!("SELECT id FROM enterprises WHERE parent_id = {id} AND kind = 'BRANCH' AND status = 'ACTIVE' AND established_on < '2025-01-01' ORDER BY id")).await;
        assert!(own.len() >= 20, "{:?}: {}", db.backend(), own.len());
        let caller = liaison(db, "head", id, spring()).await;
        let region = RegionCode::new(610_000).expect("a province");
        let user = caller.user().expect("an account");
        let grant = NewGrant { user, role: Role::Liaison, region, enterprise: Some(id) };
        grant_as(db, &Sessions::default(), &caller, grant).await.expect("a role");
        let mut reports = Vec::new();
        for row in &own {
            let saved = done(save(db, &caller, row, 0, all_of_it()).await);
            let edit = Edit { reasons: reasons(&saved.findings), ..all_of_it() };
            reports.push(BranchReport { uscc: row.uscc.clone(), edit });
        }
        let permit = permit(&caller, &head);
        let filer = Filer { row: &head, year: YEAR };
        let folder = TempDir::new().expect("a folder");
        let mut costs = Vec::new();
        for (key, some) in [("five-branches", &reports[..5]), ("the-others", &reports[5..])] {
            let job = start(db, &permit, filer, key, some.to_vec()).await.expect("a job");
            let before = db.statements();
            work(db, &folder, spring()).await;
            let job = jobs::by_id(db, job.id).await.expect("an answer").expect("the job");
            let result = job.result.unwrap_or_else(|| panic!("{:?}: {:?}", db.backend(), job.error));
            assert_eq!(result["filed"], some.len(), "{:?}: {result}", db.backend());
            costs.push((db.statements() - before) / some.len() as u64);
        }
        // Reading what a branch is judged by; none of it grows with their number.
        assert!(costs[1] <= costs[0] && costs[1] <= 40, "{:?}: {costs:?}", db.backend());
    })
    .await;
}
