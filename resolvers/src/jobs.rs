//! 任务 Jobs in the graph: started by a mutation, followed by a subscription, seen by who started them.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject, Subscription};
use entities::Database;
use entities::jobs::{self, job};
use entities::page::{Key, KeyKind, Page, Position};
use futures::stream::{self, Stream};
use rules::access::Identity;
use schema::paging::Arguments;
use schema::scalars::DateTime;
use schema::{Answer, Code, Failure, cursor, global_id};
use serde_json::Value;
use services::command::power::{FollowJobs, ReadAudit};
use services::jobs::{Kind, start};

use crate::access::{caller, payload, permit, permitted};
use crate::connection::PageInfo;
use crate::owner::loaders;
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "Job";
/// The name of the list in its cursors.
const LIST: &str = "jobs";
/// How often a job is looked at for those who follow it.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// 任务状态
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// 等待中
    Waiting,
    /// 执行中
    Running,
    /// 已完成
    Done,
    /// 失败
    Failed,
}

/// 任务 Long work and how far it is.
#[derive(SimpleObject, Clone, PartialEq)]
pub struct Job {
    /// 全局编号
    pub id: ID,
    /// 任务类型
    pub kind: String,
    /// 状态
    pub status: JobStatus,
    /// 当前步骤
    pub step: Option<String>,
    /// 已完成数量
    pub done: i64,
    /// 总数量 Null while it is not known.
    pub total: Option<i64>,
    /// 结果 As JSON. Of an export `url`, `rows`, `bytes`, `sha256` and until when it is kept (`expiresAt`).
    pub result: Option<String>,
    /// 失败原因
    pub error: Option<String>,
    /// 发起时间
    pub created_at: DateTime,
    /// 结束时间
    pub finished_at: Option<DateTime>,
}

impl From<job::Model> for Job {
    fn from(row: job::Model) -> Self {
        let status = match row.status.as_str() {
            "WAITING" => JobStatus::Waiting,
            "RUNNING" => JobStatus::Running,
            "DONE" => JobStatus::Done,
            _ => JobStatus::Failed,
        };
        let (id, result) = (global_id::encode(FAMILY, row.id), result(&row));
        Self {
            id,
            kind: row.kind,
            status,
            step: row.step.filter(|step| !step.is_empty()),
            done: row.done,
            total: row.total,
            result: result.map(|result| result.to_string()),
            error: row.error,
            created_at: DateTime(row.created_at),
            finished_at: row.finished_at.map(DateTime),
        }
    }
}

/// What a job has led to; the file of an export with where it is to be had.
fn result(row: &job::Model) -> Option<Value> {
    let mut result = row.result.clone()?;
    if Kind::of(row).is_some_and(Kind::is_export)
        && let Some(told) = result.as_object_mut()
    {
        told.insert("url".to_owned(), Value::from(format!("/exports/{}", global_id::encode(FAMILY, row.id).as_str())));
    }
    Some(result)
}

/// 任务列表
#[derive(SimpleObject)]
pub struct JobConnection {
    /// 条目及其游标
    pub edges: Vec<JobEdge>,
    /// 条目
    pub nodes: Vec<Job>,
    /// 分页信息
    pub page_info: PageInfo,
}

/// 条目
#[derive(SimpleObject)]
pub struct JobEdge {
    /// 游标
    pub cursor: String,
    /// 任务
    pub node: Job,
}

payload! {
    /// 发起任务结果
    StartAuditVerificationPayload {
        /// 任务
        job: Job,
    }
}

/// Root fields of jobs.
#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// 任务 One that the viewer has started, null otherwise.
    async fn job(&self, ctx: &Context<'_>, #[graphql(desc = "任务编号")] id: ID) -> Answer<Option<Job>> {
        let Some(key) = global_id::key_of(FAMILY, &id) else { return Ok(None) };
        own(&loaders(ctx)?.db, key, caller(ctx)?.viewer.identity()).await
    }

    /// 我的任务 Those that the viewer has started, newest first.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
    ) -> Answer<JobConnection> {
        let permit = permitted::<FollowJobs>(ctx)?;
        let window = window(LIST, &Arguments { first, after, last: None, before: None }, false, KeyKind::Number)?;
        let before = window.after.as_ref().map_or(i64::MAX, |position| position.id);
        let (who, limit) = (permit.caller().viewer.identity(), i64::from(window.limit) + 1);
        let page = Page::of(jobs::of_starter_before(&loaders(ctx)?.db, who, before, limit).await?, &window, None);
        let place = |row: &job::Model| cursor::encode(LIST, &Position { key: Key::Number(row.id), id: row.id });
        let edge = |row: &job::Model| JobEdge { cursor: place(row), node: row.clone().into() };
        Ok(JobConnection {
            edges: page.rows.iter().map(edge).collect(),
            page_info: PageInfo::of(&page, place),
            nodes: page.rows.into_iter().map(Job::from).collect(),
        })
    }
}

/// Mutations that start jobs.
#[derive(Default)]
pub struct JobMutation;

#[Object]
impl JobMutation {
    /// 核验审计链 Walks along the whole chain, whatever its length; follow it by `jobProgress`.
    #[graphql(tag = "administration")]
    async fn start_audit_verification(&self, ctx: &Context<'_>) -> Answer<StartAuditVerificationPayload> {
        let permit = permit!(caller(ctx)?.may::<ReadAudit>(), StartAuditVerificationPayload);
        StartAuditVerificationPayload::settled(start(&loaders(ctx)?.db, &permit, Kind::VerifyAuditChain).await, |job| {
            StartAuditVerificationPayload { job: Some(job.into()), ..Default::default() }
        })
    }
}

/// Subscriptions to jobs.
#[derive(Default)]
pub struct JobSubscription;

#[Subscription]
impl JobSubscription {
    /// 任务进度 A job that the viewer has started, as it goes on; ends with the job.
    async fn job_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "任务编号")] id: ID,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Job>>> {
        let permit = permitted::<FollowJobs>(ctx)?;
        let (db, who) = (loaders(ctx)?.db.clone(), permit.caller().viewer.identity());
        let key = global_id::key_of(FAMILY, &id);
        let first = match key {
            Some(key) => own(&db, key, who).await?,
            None => None,
        };
        let Some((key, first)) = key.zip(first) else {
            return Err(Failure::refused(Code::NotFound, "没有这个任务，或不是您发起的，请核对编号。").into());
        };
        Ok(progress(db, key, who, first))
    }
}

async fn own(db: &Database, key: i64, who: Identity) -> Answer<Option<Job>> {
    let row = jobs::by_id(db, key).await?;
    Ok(row.filter(|row| row.is_of(who)).map(Job::from))
}

/// The job whenever it has changed, until it has ended.
fn progress(db: Database, key: i64, who: Identity, first: Job) -> impl Stream<Item = async_graphql::Result<Job>> {
    stream::unfold((Some(first), None::<Job>), move |(ready, last)| {
        let db = db.clone();
        async move {
            if let Some(job) = ready {
                return Some((Ok(job.clone()), (None, Some(job))));
            }
            let last = last?;
            if last.finished_at.is_some() {
                return None;
            }
            loop {
                tokio::time::sleep(PAUSE).await;
                match own(&db, key, who).await {
                    Ok(Some(job)) if job != last => return Some((Ok(job.clone()), (None, Some(job)))),
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(failure) => return Some((Err(Error::from(failure)), (None, None))),
                }
            }
        }
    })
}
