//! 填报状态 How far a report is, when it is due, and what may be done with it today.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::enterprise::registered;
use entities::filing::{self, Progress, draft};
use entities::{Database, Scope};
use rules::annual_report::{
    FilerKind, FilingStage, FilingStep, LifeFacts, LifeRefusal, Listing, Window, decide, window,
};
use sea_orm::DbErr;

/// 填报状态
#[derive(Clone, Debug)]
pub struct State {
    /// 经营主体
    pub row: Arc<registered::Model>,
    /// 报告年度
    pub year: i32,
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报送期限
    pub window: Window,
    /// 阶段
    pub stage: FilingStage,
    /// 今日
    pub today: NaiveDate,
    progress: Progress,
}

/// 阶段 By what is stored.
pub fn stage(progress: &Progress) -> FilingStage {
    match (&progress.report, &progress.text, &progress.draft) {
        (Some(_), Some((_, step, _)), _) if step == FilingStep::Correct.code() => FilingStage::Corrected,
        (Some(_), Some((_, step, _)), _) if step == FilingStep::Modify.code() => FilingStage::Modified,
        (Some(_), _, _) => FilingStage::Published,
        (None, _, Some((_, [0, ..], _))) => FilingStage::Validated,
        (None, _, Some(_)) => FilingStage::Draft,
        (None, _, None) => FilingStage::NotStarted,
    }
}

/// The states of the reports of `year`, in the order of the rows; one statement, whatever their number. Filers
/// without a window for that year are left out.
///
/// # Errors
/// Any failure of the database.
pub async fn of(
    db: &Database,
    rows: Vec<Arc<registered::Model>>,
    year: i32,
    scope: &Scope,
) -> Result<Vec<State>, DbErr> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut progress = filing::progress_of(db, &ids, year, scope.today).await?;
    let state = |row: Arc<registered::Model>| {
        let progress = progress.remove(&row.id).unwrap_or_default();
        State::of(row, year, progress, scope.today)
    };
    Ok(rows.into_iter().filter_map(state).collect())
}

/// The draft of a report with its state, in one statement.
///
/// # Errors
/// Any failure of the database.
pub(super) async fn with_draft(
    db: &Database,
    row: &registered::Model,
    year: i32,
    scope: &Scope,
) -> Result<(Option<draft::Model>, Option<State>), DbErr> {
    let (draft, progress) = filing::draft_and_progress(db, row.id, year, scope.today).await?;
    Ok((draft, State::of(Arc::new(row.clone()), year, progress, scope.today)))
}

impl State {
    fn of(row: Arc<registered::Model>, year: i32, progress: Progress, today: NaiveDate) -> Option<Self> {
        let kind = FilerKind::of(row.kind);
        let window = window(kind, year)?;
        Some(Self { row, year, kind, window, stage: stage(&progress), today, progress })
    }

    /// 草稿版本 0 while there is none.
    pub fn version(&self) -> i32 {
        self.progress.draft.map_or(0, |(version, ..)| version)
    }

    /// 报告版本 0 while there is none; a report that was filed elsewhere is the first.
    pub fn report_version(&self) -> i32 {
        let filed_here = self.progress.text.as_ref().map(|(version, ..)| *version);
        filed_here.unwrap_or_else(|| i32::from(self.progress.report.is_some()))
    }

    /// 保存时间
    pub fn saved_at(&self) -> Option<DateTime<Utc>> {
        self.progress.draft.map(|(_, _, saved_at)| saved_at)
    }

    /// 核查结果数 Errors, warnings and hints of the draft when it was saved.
    pub fn findings(&self) -> Option<[i32; 3]> {
        self.progress.draft.map(|(_, findings, _)| findings)
    }

    /// 报送日期
    pub fn filed_on(&self) -> Option<NaiveDate> {
        self.progress.report.map(|(_, day)| day)
    }

    /// 回执编号
    pub fn receipt_number(&self) -> Option<&str> {
        self.progress.text.as_ref().map(|(_, _, receipt)| receipt.as_str())
    }

    /// 剩余天数 Below 0 once the window is over.
    pub fn days_left(&self) -> i64 {
        (self.window.to - self.today).num_days()
    }

    /// 是否逾期 Whether it was filed late, or would be today.
    pub fn is_late(&self) -> bool {
        self.window.is_late(self.filed_on().unwrap_or(self.today))
    }

    /// The facts of a decision, with what the rules say about the values.
    pub(super) fn facts(&self, errors: usize, unexplained: usize) -> LifeFacts {
        let listing = |(listed_on, removed_on): &(NaiveDate, Option<NaiveDate>)| Listing {
            listed_on: *listed_on,
            removed_on: *removed_on,
        };
        LifeFacts {
            kind: self.kind,
            year: self.year,
            window: self.window,
            established_on: self.row.established_on,
            status: self.row.status,
            listings: self.progress.listings.iter().map(listing).collect(),
            errors,
            unexplained,
        }
    }

    /// Whether a step may be taken today, as far as is known without looking at the values anew.
    ///
    /// # Errors
    /// Why not.
    pub fn may(&self, step: FilingStep) -> Result<FilingStage, LifeRefusal> {
        let errors = self.findings().map_or(0, |[errors, ..]| usize::try_from(errors).unwrap_or_default());
        let errors = if step == FilingStep::Submit { errors } else { 0 };
        decide(self.stage, step, &self.facts(errors, 0), self.today)
    }
}
