//! 年报填报 Drafts that are saved from several devices, submission once and for all, correction and modification.
//!
//! FILING-1: of two devices that save over the same version one is told what the other has saved; nothing is
//! overwritten that was not read.
//! FILING-2: a submission that was acknowledged is there: report, receipt, audit entry and outbox event are one
//! transaction, and the same key with the same input gets the same receipt.
//! FILING-3: what is not published stands in sealed columns alone; the tables that the graph reads hold what is.
//! FILING-4: nothing that was filed is overwritten: every text of a report is kept under its receipt.

pub mod amend;
pub mod branch_file;
pub mod branches;
pub mod content;
mod desk;
pub mod drafts;
mod edit;
pub mod employment;
pub mod extract;
pub mod ground;
mod rows;
pub mod state;
pub mod statements;
pub mod submit;
pub mod withheld;
mod witness;

use chrono::{DateTime, Utc};
use entities::enterprise::registered;
use entities::filing::draft;
use entities::scope::Scope;
use entities::vault::Vault;
use rules::annual_report::{Finding, LifeRefusal, Severity};
use rules::calendar::written_day;

pub use desk::FilingDesk;
pub use edit::Edit;

use self::content::Content;
use crate::command::{Caller, Done, Refused, UserError};
use crate::draft::DraftError;
use crate::ports::Clock;

/// 主体与年度 Whose report of which year.
#[derive(Clone, Copy, Debug)]
pub struct Filer<'a> {
    /// 经营主体
    pub row: &'a registered::Model,
    /// 报告年度
    pub year: i32,
}

/// 结果 Done, or held back with what the filer needs to go on.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// 已办理
    Done(T),
    /// 未办理
    Held(Box<Held>),
}

/// 未办理 Why, what the rules say, and what another device has saved.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// 用户错误
    pub errors: Vec<UserError>,
    /// 核查结果 Where it was judged.
    pub findings: Vec<Finding>,
    /// 版本冲突
    pub conflict: Option<Conflict>,
}

/// 版本冲突 What another device has saved meanwhile.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// 版本
    pub version: i32,
    /// 保存时间
    pub saved_at: DateTime<Utc>,
    /// 已存的填报值 All of them, by path.
    pub values: Vec<(String, String)>,
    /// 与所提交不同的路径
    pub differing: Vec<String>,
}

impl<T> Outcome<T> {
    fn held(held: Held) -> Self {
        Self::Held(Box::new(held))
    }

    fn refused(refusal: LifeRefusal, findings: Vec<Finding>) -> Self {
        Self::held(Held { errors: vec![refused(refusal)], findings, conflict: None })
    }

    /// Somebody has saved meanwhile: his values, beside those of the edit.
    fn conflicting(vault: &Vault, stored: &draft::Model, edit: &Edit) -> Done<Self> {
        let content = Content::of_draft(vault, stored)?;
        let differs = |(path, text): &(&String, &String)| content.values.get(*path) != Some(*text);
        let differing = edit.values.iter().filter(differs).map(|(path, _)| path.clone()).collect();
        let conflict = Conflict {
            version: stored.version,
            saved_at: stored.saved_at,
            values: content.values.into_iter().collect(),
            differing,
        };
        let message =
            format!("草稿已在别处保存为第 {} 版，您的修改没有覆盖它；请核对别处保存的内容，再次保存。", stored.version);
        let error = UserError::at(&["input", "version"], "VERSION_CONFLICT", message);
        Ok(Self::held(Held { errors: vec![error], findings: Vec::new(), conflict: Some(conflict) }))
    }
}

/// The draft is gone: it was submitted meanwhile, or there was none.
fn no_such_version() -> UserError {
    let message = "没有这个版本的草稿：可能已经报送，或尚未保存，请重新读取后再试（没有草稿时版本为 0）。";
    UserError::at(&["input", "version"], "VERSION_CONFLICT", message)
}

/// A refusal of the law, as data for the person at the form.
fn refused(refusal: LifeRefusal) -> UserError {
    let from = refusal.possible_from.map(|day| format!("（{}起可以办理）", written_day(day))).unwrap_or_default();
    let message = format!("{}{from}依据：{}（{}）。", refusal.message, refusal.source, refusal.rule);
    UserError::at(&["input"], refusal.code, message)
}

/// What a caller sees: the register as it is today.
fn scope_of(caller: &Caller) -> Scope {
    Scope::now(Clock::Fixed(caller.now).today())
}

/// Why there is nothing to be filled in.
fn unready(error: DraftError) -> Refused {
    match error {
        DraftError::Year(message) => UserError::at(&["input", "year"], "NO_FORM", message).into(),
        DraftError::Field(message) => UserError::at(&["input", "values"], "UNKNOWN_FIELD", message).into(),
        DraftError::Code => {
            let message = "登记的统一社会信用代码不符合规范，暂不能填报，请联系登记机关更正。";
            UserError::at(&["input", "uscc"], "MALFORMED_CODE", message).into()
        }
        DraftError::Sealed(error) => error.into(),
        DraftError::Database(error) => error.into(),
    }
}

/// Errors, warnings and hints among findings.
fn counted(findings: &[Finding]) -> [i32; 3] {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    [Severity::Error, Severity::Warning, Severity::Hint].map(|severity| i32::try_from(of(severity)).unwrap_or(i32::MAX))
}

/// Errors, and warnings of rules for which no reason is given.
fn blocking(findings: &[Finding], content: &Content) -> (usize, usize) {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let is_open =
        |finding: &&Finding| finding.severity == Severity::Warning && !content.reasons.contains_key(finding.rule_id);
    (errors, findings.iter().filter(is_open).count())
}
