//! 批量填报 Saves the rows of an uploaded table as drafts of their branches, and files them if that is asked for: at
//! once if they are few, else as a job.

use std::collections::HashMap;
use std::sync::Arc;

use entities::Database;
use entities::bulk::Session;
use entities::enterprise::{find, registered};
use entities::filing::uploads::{self, NewUpload, upload, upload_row};
use entities::filing::{self as stored, KeptDraft};
use entities::guarded::{UploadContent, Warrant};
use entities::jobs::{self, job};
use entities::vault::{Vault, VaultError};
use futures::{StreamExt, TryStreamExt, stream};
use rules::annual_report::{FieldValue, FilingStep, Finding, Form, Severity, decide, normalized};
use rules::uscc::Uscc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::read::{BOUNDS, Fault, Line, Table, table};
use super::{KEPT, template};
use crate::command::power::FileReports;
use crate::command::{Caller, Done, Permit, Refused, UserError};
use crate::failure;
use crate::filing::branches::{SIDE_BY_SIDE, caller};
use crate::filing::content::Content;
use crate::filing::edit::stated;
use crate::filing::ground::Ground;
use crate::filing::submit::{Once, Submission, submit};
use crate::filing::{Edit, Filer, FilingDesk, Held, Outcome, counted, refused, scope_of, state, unready};
use crate::jobs::Kind;
use crate::ports::{Clock, Progress, Silent};
use crate::statement::{self, sheet};

/// Rows that are worked off at once, before the mutation answers.
const AT_ONCE: usize = 40;
/// As stored.
const KIND: &str = "BRANCHES";

/// 行的结果
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RowState {
    /// 已保存
    Saved,
    /// 没有变化
    Unchanged,
    /// 未保存
    Refused,
    /// 已报送
    Filed,
}

/// 行的结果 What came of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowResult {
    /// 行号 As in the file.
    pub number: u32,
    /// 统一社会信用代码 As in the file.
    pub uscc: String,
    /// 名称 As registered.
    pub name: Option<String>,
    /// 结果
    pub state: RowState,
    /// 回执编号
    pub receipt_number: Option<String>,
    /// 差错
    pub errors: Vec<Fault>,
    /// 警告
    pub warnings: Vec<Fault>,
}

/// What is kept of a table: its rows until they are worked off, then what came of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    table: Table,
    submit: bool,
    total: usize,
    results: Option<Vec<RowResult>>,
}

/// 批量填报 A table that was uploaded, and how far it is.
#[derive(Clone, Debug)]
pub struct Import {
    /// As stored.
    pub row: upload::Model,
    /// 行数
    pub total: usize,
    /// 未读取的列
    pub ignored: Vec<String>,
    /// 逐行结果 `None` until the job is done.
    pub results: Option<Vec<RowResult>>,
}

impl Import {
    fn of(vault: &Vault, row: upload::Model) -> Result<Self, VaultError> {
        let Kept { table, total, results, .. } = opened(vault, &row)?;
        Ok(Self { row, total, ignored: table.ignored, results })
    }

    /// How many rows came out so.
    pub fn count(&self, state: RowState) -> usize {
        self.results.iter().flatten().filter(|result| result.state == state).count()
    }
}

fn opened(vault: &Vault, row: &upload::Model) -> Result<Kept, VaultError> {
    let warrant = Warrant::because("it goes into the drafts of its filer, and is shown to nobody else");
    let text = row.content.revealed(vault, &upload_row(row.enterprise_id, &row.idempotency_key), warrant)?;
    serde_json::from_str(&text).map_err(|_| VaultError::Damaged)
}

fn sealed(vault: &Vault, (enterprise, key): (i64, &str), kept: &Kept) -> Result<UploadContent, VaultError> {
    UploadContent::sealed(vault, &upload_row(enterprise, key), &json!(kept).to_string())
}

/// 上传 What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// 文件
    pub bytes: Vec<u8>,
    /// 幂等键
    pub key: String,
    /// 是否报送 Whether good rows are filed too.
    pub submit: bool,
}

/// 批量填报 Reads the table and works it off, or accepts the job that does. The same key and file get the same answer.
///
/// # Errors
/// `INVALID_KEY`, `KEY_REUSED`, `NO_FORM`, and why the file is not read; what is wrong with a row is in its result.
pub async fn start(db: &Database, permit: &Permit<'_, FileReports>, head: Filer<'_>, asked: Asked) -> Done<Import> {
    let caller = permit.caller();
    let digest = sha2_hex(&asked.bytes);
    let once = Once::of(&asked.key, &json!({ "year": head.year, "file": digest, "submit": asked.submit }))?;
    let form = template::form_of(head.year, permit)?;
    if let Some(before) = uploads::by_key(db, head.row.id, &once.key).await? {
        return known(db, before, &once);
    }
    let table = read(asked.bytes, form).await?;
    let (rows, total) = (table.lines.len(), table.lines.len());
    let kept = Kept { table, submit: asked.submit, total, results: None };
    let mut session = Session::begin(db).await?;
    let new = NewUpload {
        enterprise: head.row.id,
        year: head.year,
        kind: KIND,
        content: sealed(db.vault(), (head.row.id, &once.key), &kept)?,
        once: (once.key.clone(), once.hash.clone()),
        by: caller.user(),
        at: caller.now,
        until: caller.now + KEPT,
    };
    let Some(mut row) = uploads::add(&mut session, new).await? else {
        // Two at once: the second gets the answer of the first.
        session.rollback().await?;
        let before = uploads::by_key(db, head.row.id, &once.key).await?;
        return known(db, before.ok_or_else(busy)?, &once);
    };
    let kind = Kind::ImportBranchReports.code();
    let is_long = rows > AT_ONCE || asked.submit;
    if is_long {
        let input = json!({ "upload": row.id });
        let job = jobs::add(&mut session, kind, caller.viewer.identity(), Some(input), caller.now).await?;
        uploads::attach(&mut session, row.id, job.id).await?;
        row.job_id = Some(job.id);
    }
    let detail = json!({ "year": head.year, "rows": rows, "file": digest, "submit": asked.submit });
    permit.record(&mut session, kind, head.row.uscc.clone(), detail).await?;
    session.commit().await?;
    if is_long {
        return Ok(Import { row, total, ignored: kept.table.ignored, results: None });
    }
    work((db, None), caller, &row, kept, &Silent).await
}

/// What was done with a key before.
fn known(db: &Database, row: upload::Model, once: &Once) -> Done<Import> {
    if row.input_hash == once.hash && row.kind == KIND {
        return Ok(Import::of(db.vault(), row)?);
    }
    let message = "幂等键已用于另一次上传，文件或选项不同；新的上传请换一个键。";
    Err(UserError::at(&["input", "idempotencyKey"], "KEY_REUSED", message).into())
}

fn busy() -> UserError {
    UserError::at(&["input"], "TRY_AGAIN", "同一文件正在处理，请稍后重试。")
}

/// SHA-256 of bytes in hexadecimal.
fn sha2_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    crate::audit::hex(&Sha256::digest(bytes))
}

async fn read(bytes: Vec<u8>, form: &'static Form) -> Done<Table> {
    let read = tokio::task::spawn_blocking(move || table(&statement::read(&bytes, BOUNDS)?, form));
    let unread = |unread: sheet::Unread| UserError::at(&["input", "file"], unread.code, unread.message);
    let read =
        read.await.unwrap_or_else(|_| Err(sheet::Unread::because("FILE_DAMAGED", "文件不能读取，请检查后重试。")));
    Ok(read.map_err(unread)?)
}

/// The upload with this id, for whoever made it.
///
/// # Errors
/// Any failure of the database; content that cannot be opened.
pub async fn find(db: &Database, caller: &Caller, id: i64) -> Done<Option<Import>> {
    let row = uploads::by_id(db, id, caller.now).await?;
    let row = row.filter(|row| row.kind == KIND && row.uploaded_by.is_some() && row.uploaded_by == caller.user());
    Ok(row.map(|row| Import::of(db.vault(), row)).transpose()?)
}

/// Works off what the job names.
///
/// # Errors
/// Why the job cannot be done at all.
pub(crate) async fn run(
    desk: &FilingDesk,
    job: &job::Model,
    clock: Clock,
    progress: &dyn Progress,
) -> Result<Value, String> {
    let told = |error: Refused| match error {
        Refused::Database(error) => failure::message(&error, "执行任务"),
        Refused::Inputs(errors) => errors.into_iter().map(|error| error.message).collect(),
    };
    let db = desk.db();
    let id = job.input.as_ref().and_then(|input| input["upload"].as_i64()).unwrap_or_default();
    let row = uploads::by_id(db, id, clock.now()).await.map_err(|error| told(error.into()))?;
    let row = row.ok_or("上传的内容已超过保存期限，请重新上传。")?;
    let caller = caller(db, job, clock.now()).await.map_err(told)?;
    let kept = opened(db.vault(), &row).map_err(|error| told(error.into()))?;
    let done = work((db, Some(desk)), &caller, &row, kept, progress).await.map_err(told)?;
    let of = |state| done.count(state);
    Ok(json!({
        "rows": done.total, "saved": of(RowState::Saved), "unchanged": of(RowState::Unchanged),
        "refused": of(RowState::Refused), "filed": of(RowState::Filed),
    }))
}

/// Works off the lines; what is to be filed is filed at the desk.
async fn work(
    (db, desk): (&Database, Option<&FilingDesk>),
    caller: &Caller,
    row: &upload::Model,
    mut kept: Kept,
    progress: &dyn Progress,
) -> Done<Import> {
    let lines = std::mem::take(&mut kept.table.lines);
    let codes: Vec<String> = lines.iter().map(|line| line.uscc.clone()).collect();
    let rows = find::by_usccs(db, &codes, &scope_of(caller)).await?;
    let mut results = Vec::with_capacity(lines.len());
    let head = (row.enterprise_id, row.year);
    let (headings, desk) = (&kept.table.headings, desk.filter(|_| kept.submit));
    let rows = &rows;
    let saved = lines.iter().map(|line| async move {
        let branch = rows.get(&line.uscc).filter(|branch| branch.parent_id == Some(head.0));
        let mut result = one(db, caller, (branch, head.1), line, headings).await?;
        if let (Some(branch), Some(desk)) = (branch, desk) {
            file(desk, caller, Filer { row: branch, year: head.1 }, &row.idempotency_key, &mut result).await?;
        }
        Done::Ok(result)
    });
    let saved: Vec<_> = saved.collect();
    let mut saving = stream::iter(saved).buffered(SIDE_BY_SIDE);
    while let Some(result) = saving.try_next().await? {
        results.push(result);
        progress.report("保存分支机构年报", results.len() as u64, Some(lines.len() as u64));
    }
    drop(saving);
    kept.results = Some(results);
    let content = sealed(db.vault(), (row.enterprise_id, &row.idempotency_key), &kept)?;
    let mut session = Session::begin(db).await?;
    uploads::put(&mut session, row.id, content).await?;
    session.commit().await?;
    Ok(Import { row: row.clone(), total: kept.total, ignored: kept.table.ignored, results: kept.results })
}

type Headings = std::collections::BTreeMap<String, String>;

async fn one(
    db: &Database,
    caller: &Caller,
    (branch, year): (Option<&Arc<registered::Model>>, i32),
    line: &Line,
    headings: &Headings,
) -> Done<RowResult> {
    let mut result = RowResult {
        number: line.number,
        uscc: line.uscc.clone(),
        name: branch.map(|branch| branch.name.clone()),
        state: RowState::Refused,
        receipt_number: None,
        errors: line.faults.clone(),
        warnings: Vec::new(),
    };
    let column = "统一社会信用代码";
    let Some(branch) = branch else {
        if result.errors.is_empty() {
            let (code, message) = match Uscc::parse(&line.uscc) {
                Ok(_) => ("NOT_FOUND", "不是本企业登记在册的分支机构，请核对代码，或确认分支机构登记信息。".to_owned()),
                Err(error) => ("MALFORMED_CODE", error.message()),
            };
            result.errors.push(Fault::of(column, code, message));
        }
        return Ok(result);
    };
    if let Some(name) = line.name.as_ref().filter(|name| **name != branch.name) {
        let message = format!("名称“{name}”与该代码登记的名称“{}”不一致，可能错行，请核对。", branch.name);
        result.errors.push(Fault::of("名称", "NAME_DIFFERS", message));
    }
    if !result.errors.is_empty() {
        return Ok(result);
    }
    match caller.may_for::<FileReports>(branch.place()) {
        Ok(permit) => {
            let settled = settle(db, &permit, Filer { row: branch, year }, line).await;
            let findings = match settled {
                Ok(Outcome::Done((state, findings))) => {
                    result.state = state;
                    findings
                }
                Ok(Outcome::Held(held)) => {
                    let Held { errors, findings, .. } = *held;
                    result.errors.extend(errors.iter().map(|error| Fault::of("", error.code, &*error.message)));
                    findings
                }
                Err(Refused::Inputs(errors)) => {
                    result.errors.extend(errors.iter().map(|error| Fault::of("", error.code, &*error.message)));
                    Vec::new()
                }
                Err(error) => return Err(error),
            };
            let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
            if result.state != RowState::Saved {
                result.errors.extend(of(Severity::Error).map(|finding| spoken(finding, (headings, line))));
            }
            result.warnings.extend(of(Severity::Warning).map(|finding| spoken(finding, (headings, line))));
        }
        Err(error) => result.errors.push(Fault::of(column, error.code, error.message)),
    }
    Ok(result)
}

/// A finding of the rules, by the columns of the file; of the sheets beside it by row and column.
fn spoken(finding: &Finding, (headings, line): (&Headings, &Line)) -> Fault {
    let place = |path: &String| headings.get(path).or_else(|| line.places.get(path)).map(String::as_str);
    let named: Vec<&str> = finding.paths.iter().filter_map(place).collect();
    Fault {
        column: named.join("、"),
        path: finding.paths.first().cloned(),
        code: "RULE".to_owned(),
        rule_id: Some(finding.rule_id.to_owned()),
        message: finding.message.clone(),
        mend: finding.mend.clone(),
    }
}

/// Saves what a row says over what is known, unless it says the same, or the rules find errors.
async fn settle(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    filer: Filer<'_>,
    line: &Line,
) -> Done<Outcome<(RowState, Vec<Finding>)>> {
    let (caller, Filer { row, year }) = (permit.caller(), filer);
    let scope = scope_of(caller);
    let ground = Ground::read(db, row, year, &scope, true).await.map_err(unready)?;
    let (before, state) = state::with_draft(db, row, year, &scope).await?;
    let over = before.as_ref().map_or(0, |draft| draft.version);
    let mut content =
        before.as_ref().map(|draft| Content::of_draft(db.vault(), draft)).transpose()?.unwrap_or_default();
    let prefilled = ground.prefilled();
    let known: HashMap<String, FieldValue> =
        prefilled.clone().overlaid(ground.form, &content.values()).values().into_iter().collect();
    let says_the_same = |path: &str, text: &str| {
        let read = |value: &FieldValue| ground.form.field(path).and_then(|field| normalized(field, value));
        known.get(path).is_some_and(|known| known.to_string() == text || read(known) == read(&FieldValue::from(text)))
    };
    let new = line.over(&known).into_iter().filter(|(path, text)| !says_the_same(path, text));
    let edit = Edit { values: new.collect(), ..Edit::default() };
    let faults = edit.faults(ground.form);
    if !faults.is_empty() {
        return Err(Refused::Inputs(faults));
    }
    let reasons = content.reasons.clone();
    edit.put_over(&mut content, &prefilled)?;
    let values = prefilled.overlaid(ground.form, &content.values()).values();
    let findings = ground.findings(db, &values, scope.today).await?;
    if let Some(reason) = &line.reason {
        let Some(reason) = stated(reason) else {
            let message = "“警告说明”应为 4 到 200 个字。";
            return Err(UserError::at(&[], "INVALID_REASON", message).into());
        };
        let warned = findings.iter().filter(|finding| finding.severity == Severity::Warning);
        content.reasons.extend(warned.map(|finding| (finding.rule_id.to_owned(), reason.clone())));
    }
    // A row that nobody touched is none that went wrong.
    if edit.values.is_empty() && content.reasons == reasons {
        return Ok(Outcome::Done((RowState::Unchanged, findings)));
    }
    let counts = counted(&findings);
    if counts[0] > 0 {
        return Ok(Outcome::held(Held { findings, ..Held::default() }));
    }
    if let Some(state) = state
        && let Err(refusal) = decide(state.stage, FilingStep::Save, &state.facts(0, 0), scope.today)
    {
        return Ok(Outcome::held(Held { errors: vec![refused(refusal)], ..Held::default() }));
    }
    let kept = KeptDraft {
        enterprise: row.id,
        year,
        content: content.sealed_draft(db.vault(), row.id, year)?,
        findings: counts,
        saved_by: caller.user(),
        saved_at: caller.now,
    };
    let mut session = Session::begin(db).await?;
    let saved = stored::put_draft(&mut session, kept, over).await?;
    match saved {
        Some(_) => session.commit().await?,
        None => session.rollback().await?,
    }
    let message = "草稿正在别处被修改，本行没有保存，请稍后重新上传。";
    let state = saved.map(|_| RowState::Saved).ok_or_else(|| UserError::at(&[], "VERSION_CONFLICT", message))?;
    Ok(Outcome::Done((state, findings)))
}

/// Files what a row has left as a draft; what was filed with this key before gets its receipt.
async fn file(desk: &FilingDesk, caller: &Caller, filer: Filer<'_>, key: &str, result: &mut RowResult) -> Done<()> {
    let was_filed = result.errors.iter().any(|error| error.code == "ALREADY_FILED");
    if result.state == RowState::Refused && !was_filed {
        return Ok(());
    }
    let Ok(permit) = caller.may_for::<FileReports>(filer.row.place()) else { return Ok(()) };
    let asked = Submission { key: key.to_owned(), ..Submission::default() };
    let errors = match submit(desk, &permit, filer, asked).await {
        Ok(Outcome::Done(receipt)) => {
            result.state = RowState::Filed;
            result.receipt_number = Some(receipt.number);
            result.errors.clear();
            return Ok(());
        }
        Ok(Outcome::Held(held)) => held.errors,
        Err(Refused::Inputs(errors)) => errors,
        Err(error) => return Err(error),
    };
    if !was_filed {
        result.errors.extend(errors.iter().map(|error| Fault::of("", error.code, &*error.message)));
    }
    Ok(())
}
