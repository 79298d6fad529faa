//! 分支机构集中年报 A head office files for its branches in one job, with a result for each.
//!
//! What is typed for them is kept in their drafts, sealed like any other, before the job is accepted: the job itself
//! holds no values. A job that is begun anew files nothing twice, because each branch is filed under the job's key.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::bulk::Session;
use entities::enterprise::{find, registered};
use entities::jobs::{self, job};
use entities::{Database, access, filing as stored};
use futures::{StreamExt, TryStreamExt, stream};
use rules::access::{Assurance, Viewer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::submit::{Submission, submit};
use super::{Edit, Filer, FilingDesk, Held, Outcome, drafts, scope_of};
use crate::command::power::FileReports;
use crate::command::{Caller, Done, Permit, Refused, UserError, not_yours};
use crate::failure;
use crate::jobs::Kind;
use crate::ports::{Clock, Progress};

/// Branches of one job at most.
pub const MOST: usize = 200;
/// Branches that are judged at the same time, and stored together.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// 分支机构报告 What is typed for one of them.
#[derive(Clone, Debug)]
pub struct BranchReport {
    /// 统一社会信用代码
    pub uscc: String,
    /// What is typed over what is prefilled.
    pub edit: Edit,
}

/// What a job is asked: keys, and what was refused before it began.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    year: i32,
    key: String,
    branches: Vec<i64>,
    refused: Vec<BranchResult>,
}

/// 办理结果 Of one branch. Numbers of rules and no values: they may tell of persons.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BranchResult {
    uscc: String,
    receipt_number: Option<String>,
    is_late: Option<bool>,
    errors: Vec<BranchError>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct BranchError {
    code: String,
    message: String,
    rules: Vec<String>,
}

impl BranchResult {
    fn refused(uscc: &str, held: &Held) -> Self {
        let mut rules: Vec<String> = held.findings.iter().map(|finding| finding.rule_id.to_owned()).collect();
        rules.dedup();
        let error = |error: &UserError| BranchError {
            code: error.code.to_owned(),
            message: error.message.clone(),
            rules: rules.clone(),
        };
        let errors = held.errors.iter().map(error).collect();
        Self { uscc: uscc.to_owned(), receipt_number: None, is_late: None, errors }
    }
}

/// 集中年报 Saves what is typed for the branches, and accepts the job that files them.
///
/// # Errors
/// `TOO_MANY_BRANCHES`, `NO_BRANCHES`, `INVALID_KEY`, or a failure of the database; what is wrong with one branch is
/// in the result of the job.
pub async fn start(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    head: Filer<'_>,
    key: &str,
    branches: Vec<BranchReport>,
) -> Done<job::Model> {
    if branches.is_empty() {
        return Err(UserError::at(&["input", "branches"], "NO_BRANCHES", "请至少列出一个分支机构。").into());
    }
    if branches.len() > MOST {
        let message = format!("一次最多为 {MOST} 个分支机构报送，本次为 {} 个，请分次办理。", branches.len());
        return Err(UserError::at(&["input", "branches"], "TOO_MANY_BRANCHES", message).into());
    }
    super::submit::Once::of(key, &Value::Null)?;
    let scope = scope_of(permit.caller());
    let codes: Vec<String> = branches.iter().map(|branch| branch.uscc.clone()).collect();
    let rows = find::by_usccs(db, &codes, &scope).await?;
    let ids: Vec<i64> = rows.values().map(|row| row.id).collect();
    let progress = stored::progress_of(db, &ids, head.year, scope.today).await?;
    let mut input = Input { year: head.year, key: key.to_owned(), branches: Vec::new(), refused: Vec::new() };
    for BranchReport { uscc, edit } in branches {
        match kept(db, permit, head, (rows.get(&uscc), &progress), edit).await? {
            Ok(id) => input.branches.push(id),
            Err(held) => input.refused.push(BranchResult::refused(&uscc, &held)),
        }
    }
    let caller = permit.caller();
    let detail = json!({ "year": head.year, "branches": input.branches.len(), "refused": input.refused.len() });
    let asked = serde_json::to_value(input).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    let mut session = Session::begin(db).await?;
    let kind = Kind::FileBranchReports.code();
    let job = jobs::add(&mut session, kind, caller.viewer.identity(), Some(asked), caller.now).await?;
    permit.record(&mut session, kind, head.row.uscc.clone(), detail).await?;
    session.commit().await?;
    Ok(job)
}

/// Saves what is typed for one branch; its key, or why not.
async fn kept(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    head: Filer<'_>,
    (row, progress): (Option<&Arc<registered::Model>>, &HashMap<i64, stored::Progress>),
    edit: Edit,
) -> Done<Result<i64, Held>> {
    let Some(row) = row.filter(|row| row.parent_id == Some(head.row.id)) else {
        return Ok(Err(Held { errors: vec![not_yours()], ..Held::default() }));
    };
    let progress = progress.get(&row.id).cloned().unwrap_or_default();
    // Whether it was filed with this very key is known when it is filed.
    if progress.report.is_some() || edit == Edit::default() {
        return Ok(Ok(row.id));
    }
    let over = progress.draft.map_or(0, |(version, ..)| version);
    let filer = Filer { row, year: head.year };
    match drafts::save(db, permit, filer, over, edit).await {
        Ok(Outcome::Done(_)) => Ok(Ok(row.id)),
        Ok(Outcome::Held(held)) => Ok(Err(*held)),
        Err(Refused::Inputs(errors)) => Ok(Err(Held { errors, ..Held::default() })),
        Err(Refused::Database(error)) => Err(error.into()),
    }
}

/// Files what the job names, a few branches at a time.
///
/// # Errors
/// Why the job cannot be done at all.
pub(crate) async fn run(
    desk: &FilingDesk,
    job: &job::Model,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Value, String> {
    let input: Option<Input> = job.input.clone().and_then(|input| serde_json::from_value(input).ok());
    let Some(Input { year, key, branches, refused: mut results }) = input else {
        return Err("任务内容由其他版本写入，无法读取，请重新发起。".to_owned());
    };
    let told = |error: Refused| match error {
        Refused::Database(error) => failure::message(&error, "执行任务"),
        Refused::Inputs(errors) => errors.into_iter().map(|error| error.message).collect(),
    };
    let caller = caller(desk.db(), job, clock.now()).await.map_err(told)?;
    let rows = find::by_ids(desk.db(), &branches, &scope_of(&caller)).await.map_err(|error| told(error.into()))?;
    let total = branches.len() as u64;
    let rows: Vec<_> = branches.iter().filter_map(|id| rows.get(id)).collect();
    let filed: Vec<_> = rows.iter().map(|row| filed(desk, &caller, Filer { row, year }, &key)).collect();
    let mut filing = stream::iter(filed).buffered(SIDE_BY_SIDE);
    let mut number = 0;
    while let Some(result) = filing.try_next().await.map_err(told)? {
        number += 1;
        progress.report("报送分支机构年报", number, Some(total));
        results.push(result);
    }
    drop(filing);
    let filed = results.iter().filter(|result| result.receipt_number.is_some()).count();
    Ok(json!({ "filed": filed, "refused": results.len() - filed, "branches": results }))
}

async fn filed(desk: &FilingDesk, caller: &Caller, filer: Filer<'_>, key: &str) -> Done<BranchResult> {
    let uscc = &filer.row.uscc;
    let asked = Submission { key: key.to_owned(), ..Submission::default() };
    // The right may have been taken away since the job was accepted.
    let done = match caller.may_for::<FileReports>(filer.row.place()) {
        Ok(permit) => submit(desk, &permit, filer, asked).await,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(Outcome::Done(receipt)) => Ok(BranchResult {
            uscc: uscc.clone(),
            receipt_number: Some(receipt.number),
            is_late: Some(receipt.is_late),
            errors: Vec::new(),
        }),
        Ok(Outcome::Held(held)) => Ok(BranchResult::refused(uscc, &held)),
        Err(Refused::Inputs(errors)) => Ok(BranchResult::refused(uscc, &Held { errors, ..Held::default() })),
        Err(error) => Err(error),
    }
}

/// Who started the job, with the rights of now.
pub(super) async fn caller(db: &Database, job: &job::Model, now: DateTime<Utc>) -> Done<Caller> {
    let id = job.started_by.unwrap_or_default();
    let Some(user) = access::user_by_id(db, id).await?.filter(|user| user.disabled_at.is_none()) else {
        return Err(UserError::at(&[], "NOT_PERMITTED", "发起人的账号已停用，任务不再执行。").into());
    };
    let grants = access::grants_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    let grants = grants.iter().filter_map(access::grant::Model::read).collect();
    // Both factors were shown where it was started.
    let viewer = Arc::new(Viewer::user(id, grants, Assurance::FULL));
    Ok(Caller {
        viewer,
        name: Arc::from(user.login.as_str()),
        session: None,
        source: Arc::from("job"),
        now,
        fresh_until: None,
    })
}
